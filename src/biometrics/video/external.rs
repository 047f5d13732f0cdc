//! Codecs that are not built in, through the `ffmpeg` on the path: a program of its own, asked with fixed arguments.
//! It reads the file from its standard input (an unnamed temporary file, since MP4 must be read out of order) and
//! writes Matroska with raw pictures on its standard output, so that each comes with its time.
//!
//! The file is hostile to it too: the demuxer is the one that was recognised here, so that no playlist is followed;
//! the only protocol is the file itself; picture size, number of pictures, length and processor time are bounded.

use super::colour::Matrix;
use super::container::{Container, within_limits};
use super::decoder::Planes;
use super::ebml::{self, Head};
use super::pictures::Source;
use super::{MAX_DURATION_MS, MAX_PICTURES, MAX_PIXELS, VideoError};
use std::io::{BufReader, Read, Seek, Write};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

const PROGRAM: &str = "ffmpeg";
/// Most processor time that it may take, in seconds.
const MAX_SECONDS: u32 = 600;
/// Most bytes of what it says that are kept.
const MAX_MESSAGE: u64 = 400;
/// Largest element of its output that is no picture.
const MAX_ELEMENT: u64 = 64 * 1024;
/// Bytes in front of the samples in a block.
const BLOCK_HEAD: u64 = 16;

/// An `ffmpeg` that answers.
#[derive(Debug, Clone)]
pub(super) struct Ffmpeg {
    version: String,
}

impl Ffmpeg {
    /// Looks for it on the path and asks for its version.
    pub(super) fn find() -> Option<Self> {
        let asked = Command::new(PROGRAM).arg("-version").stdin(Stdio::null()).output().ok()?;
        let said = String::from_utf8_lossy(&asked.stdout);
        let mut words = said.split_whitespace();
        let version: String = match (asked.status.success(), words.next(), words.next(), words.next()) {
            (true, Some("ffmpeg"), Some("version"), Some(version)) => version.chars().take(40).collect(),
            _ => return None,
        };
        Some(Self { version: format!("{PROGRAM} {version}") })
    }

    /// Name and version.
    pub(super) fn version(&self) -> &str {
        &self.version
    }
}

fn failed(picture: usize, reason: impl ToString) -> VideoError {
    VideoError::External { picture, reason: reason.to_string() }
}

/// The beginning of what it says; the rest is read too, since a program that nobody listens to stands still.
fn listen(mut errors: ChildStderr) -> String {
    let mut said = Vec::new();
    let _ = errors.by_ref().take(MAX_MESSAGE).read_to_end(&mut said);
    let _ = std::io::copy(&mut errors, &mut std::io::sink());
    String::from_utf8_lossy(&said).into_owned()
}

/// A running `ffmpeg`, and what was read of its output so far.
pub(super) struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    said: Option<JoinHandle<String>>,
    size: (u32, u32),
    matrix: Matrix,
    cluster_ms: i64,
    first_ms: Option<i64>,
    given: usize,
}

impl Running {
    /// Starts it on a file.
    pub(super) fn start(_: &Ffmpeg, file: &[u8], container: Container) -> Result<Self, VideoError> {
        // Without a name from the start, so that nothing is left of it however this ends.
        let mut input = tempfile::tempfile().map_err(|error| failed(0, error))?;
        input.write_all(file).and_then(|()| input.rewind()).map_err(|error| failed(0, error))?;
        let demuxer = match container {
            Container::Mp4 => "mov",
            Container::Matroska => "matroska",
        };
        let mut child = Command::new(PROGRAM)
            .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-threads", "2"])
            .args(["-timelimit", &MAX_SECONDS.to_string()])
            .args(["-protocol_whitelist", "file", "-err_detect", "explode"])
            .args(["-max_pixels", &MAX_PIXELS.to_string(), "-noautorotate"])
            .args(["-f", demuxer, "-i", "file:/dev/stdin"])
            .args(["-map", "0:v:0", "-map_metadata", "-1", "-map_chapters", "-1"])
            .args(["-frames:v", &(MAX_PICTURES + 1).to_string()])
            .args(["-t", &(MAX_DURATION_MS / 1000 + 1).to_string()])
            .args(["-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-f", "matroska", "pipe:1"])
            .env_remove("FFREPORT")
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(0, error))?;
        let output = child.stdout.take().ok_or_else(|| failed(0, "it has no output"))?;
        let said = child.stderr.take().map(|errors| std::thread::spawn(|| listen(errors)));
        Ok(Self {
            child,
            output: BufReader::with_capacity(1 << 16, output),
            said,
            size: (0, 0),
            matrix: Matrix::of(2, false),
            cluster_ms: 0,
            first_ms: None,
            given: 0,
        })
    }

    /// What went wrong, in its own words where it has some.
    fn wrong(&mut self, otherwise: impl ToString) -> VideoError {
        let _ = self.child.kill();
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        let line = said.lines().find(|line| !line.trim().is_empty()).map(str::trim);
        failed(self.given, line.map_or_else(|| otherwise.to_string(), str::to_owned))
    }

    fn element(&mut self, head: Head, most: u64) -> Result<Vec<u8>, VideoError> {
        let size =
            head.size.filter(|&size| size <= most).ok_or_else(|| self.wrong("too large an element"))?;
        let mut content = vec![0; usize::try_from(size).unwrap_or(0)];
        if self.output.read_exact(&mut content).is_err() {
            return Err(self.wrong("its output is cut off"));
        }
        Ok(content)
    }

    /// Size and colours of what follows.
    fn track(&mut self, tracks: &[u8]) -> Result<(), VideoError> {
        let entry = ebml::child(tracks, ebml::TRACK_ENTRY)?.unwrap_or_default();
        let video = ebml::child(entry, ebml::VIDEO)?.unwrap_or_default();
        let value = |part, id| -> Result<Option<u64>, VideoError> {
            ebml::child(part, id)?.map(ebml::unsigned).transpose()
        };
        let side = |id| Ok(value(video, id)?.and_then(|side| u32::try_from(side).ok()).unwrap_or(u32::MAX));
        self.size = (side(ebml::PIXEL_WIDTH)?, side(ebml::PIXEL_HEIGHT)?);
        within_limits(self.size.0, self.size.1)?;
        let colour = ebml::child(video, ebml::COLOUR)?.unwrap_or_default();
        let coefficients = value(colour, ebml::MATRIX_COEFFICIENTS)?.unwrap_or(2);
        let full_range = value(colour, ebml::RANGE)? == Some(2);
        self.matrix = Matrix::of(u8::try_from(coefficients).unwrap_or(2), full_range);
        Ok(())
    }

    /// Bytes of one picture.
    fn bytes(&self) -> (usize, usize) {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        (width * height, width.div_ceil(2) * height.div_ceil(2))
    }

    fn picture(&mut self, mut block: Vec<u8>) -> Result<(Planes, i64), VideoError> {
        let head = ebml::block(&block)?;
        let (luma, chroma) = self.bytes();
        if block.len() != head.len + luma + 2 * chroma || luma == 0 {
            return Err(self.wrong("a picture has another size than it said"));
        }
        let red = block.split_off(head.len + luma + chroma);
        let blue = block.split_off(head.len + luma);
        block.drain(..head.len);
        let time = self.cluster_ms.saturating_add(i64::from(head.time));
        let first = *self.first_ms.get_or_insert(time);
        self.given += 1;
        let planes = Planes {
            width: self.size.0,
            height: self.size.1,
            chroma_width: self.size.0.div_ceil(2),
            chroma_height: self.size.1.div_ceil(2),
            bit_depth: 8,
            samples: [block, blue, red],
        };
        Ok((planes, time.saturating_sub(first)))
    }
}

impl Source for Running {
    fn next(&mut self) -> Result<Option<(Planes, i64)>, VideoError> {
        loop {
            let Some(head) = ebml::head(&mut self.output)? else {
                let ended = self.child.wait().map_err(|error| failed(self.given, error))?;
                if !ended.success() || self.given == 0 {
                    return Err(self.wrong(format!("it ended with {ended}")));
                }
                return Ok(None);
            };
            let (luma, chroma) = self.bytes();
            let picture = (luma + 2 * chroma) as u64 + BLOCK_HEAD;
            match head.id {
                ebml::SEGMENT | ebml::CLUSTER => {}
                // A picture that is the first in its group stands in a block, the others in simple blocks.
                ebml::BLOCK_GROUP => {
                    let group = self.element(head, picture + MAX_ELEMENT)?;
                    if let Some(block) = ebml::child(&group, ebml::BLOCK)? {
                        return self.picture(block.to_vec()).map(Some);
                    }
                }
                ebml::SIMPLE_BLOCK => {
                    let block = self.element(head, picture)?;
                    return self.picture(block).map(Some);
                }
                ebml::TRACKS => {
                    let tracks = self.element(head, MAX_ELEMENT)?;
                    self.track(&tracks)?;
                }
                ebml::TIMESTAMP => {
                    let time = ebml::unsigned(&self.element(head, 8)?)?;
                    self.cluster_ms = i64::try_from(time).unwrap_or(i64::MAX);
                }
                _ => {
                    self.element(head, MAX_ELEMENT)?;
                }
            }
        }
    }

    fn matrix(&self) -> Matrix {
        self.matrix
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
