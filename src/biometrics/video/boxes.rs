//! Boxes of an MP4 file down to the one video track that is decoded. Written here because a demuxer for hostile
//! files must neither panic nor allocate what a table merely claims.
//! Source: ISO/IEC 14496-12 sections 4.2 (boxes), 8.1 to 8.8 (movie, tracks, fragments), 12.1 (video).

use super::tables::{self, Sample};
use super::{MAX_DURATION_MS, MAX_PICTURES, MAX_SIDE, VideoError};

/// Most boxes looked at in one box.
const MAX_BOXES: usize = 100_000;
/// Most tracks of a file.
const MAX_TRACKS: usize = 32;

/// What is needed of a movie.
#[derive(Debug)]
pub(super) struct Movie {
    /// `avcC`: the decoder's configuration.
    pub(super) configuration: Vec<u8>,
    /// Units a second of [`Sample::pts`].
    pub(super) timescale: u32,
    /// Clockwise, in degrees.
    pub(super) rotation: u16,
    /// In decoding order; the smallest `pts` is 0.
    pub(super) samples: Vec<Sample>,
}

/// A box: its type and its content.
pub(super) type Boxed<'a> = ([u8; 4], &'a [u8]);

/// The next box of `rest`: its type and content. A size of 0 means to the end.
fn next<'a>(rest: &mut &'a [u8]) -> Result<Option<Boxed<'a>>, VideoError> {
    const CUT: VideoError = VideoError::Malformed("a box is larger than what holds it");
    if rest.is_empty() {
        return Ok(None);
    }
    let (head, _) = rest.split_first_chunk::<8>().ok_or(CUT)?;
    let [a, b, c, d, kind @ ..] = *head;
    let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (8, rest.len()),
        1 => {
            let large = rest.get(8..16).and_then(|bytes| bytes.try_into().ok()).ok_or(CUT)?;
            (16, usize::try_from(u64::from_be_bytes(large)).map_err(|_| CUT)?)
        }
        size => (8, size as usize),
    };
    let content = rest.get(header..size).ok_or(CUT)?;
    *rest = &rest[size..];
    Ok(Some((kind, content)))
}

/// All boxes in `content`.
pub(super) fn children(content: &[u8]) -> Result<Vec<Boxed<'_>>, VideoError> {
    let mut rest = content;
    let mut found = Vec::new();
    while let Some(child) = next(&mut rest)? {
        if found.len() >= MAX_BOXES {
            return Err(VideoError::Malformed("too many boxes"));
        }
        found.push(child);
    }
    Ok(found)
}

/// The first box of type `kind`.
pub(super) fn child<'a>(content: &'a [u8], kind: &[u8; 4]) -> Result<Option<&'a [u8]>, VideoError> {
    Ok(children(content)?.into_iter().find(|(found, _)| found == kind).map(|(_, content)| content))
}

fn required<'a>(content: &'a [u8], kind: &[u8; 4], what: &'static str) -> Result<&'a [u8], VideoError> {
    child(content, kind)?.ok_or(VideoError::Malformed(what))
}

/// A big-endian number of the content, at a byte offset.
pub(super) fn u32_at(content: &[u8], at: usize) -> Result<u32, VideoError> {
    let bytes = content.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map(|bytes| u32::from_be_bytes(*bytes)).ok_or(VideoError::Malformed("a box is too short"))
}

/// The same of eight bytes.
pub(super) fn u64_at(content: &[u8], at: usize) -> Result<u64, VideoError> {
    let bytes = content.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map(|bytes| u64::from_be_bytes(*bytes)).ok_or(VideoError::Malformed("a box is too short"))
}

impl Movie {
    /// Reads a file; takes its first video track.
    pub(super) fn read(file: &[u8]) -> Result<Self, VideoError> {
        if file.get(4..8) != Some(b"ftyp") {
            return Err(VideoError::Container(match file {
                [] => "it is empty",
                [0x1A, 0x45, 0xDF, 0xA3, ..] => "it is WebM or Matroska",
                [b'R', b'I', b'F', b'F', ..] => "it is AVI",
                _ => "it does not begin with ftyp",
            }));
        }
        // A cut-off file ends in an incomplete mdat: what stands before it is still read, to say so precisely.
        let mut rest = file;
        let mut top = Vec::new();
        let cut = loop {
            match next(&mut rest) {
                Ok(Some(found)) if top.len() < MAX_BOXES => top.push((found, file.len() - rest.len())),
                Ok(Some(_)) => return Err(VideoError::Malformed("too many boxes")),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let moov = top.iter().find(|((kind, _), _)| kind == b"moov").map(|((_, content), _)| *content);
        let moov = moov.ok_or_else(|| cut.unwrap_or(VideoError::Malformed("there is no moov box")))?;
        let mut tracks = 0;
        let mut other = None;
        for (kind, trak) in children(moov)? {
            if &kind != b"trak" {
                continue;
            }
            tracks += 1;
            if tracks > MAX_TRACKS {
                return Err(VideoError::Malformed("too many tracks"));
            }
            match Self::track(file, moov, trak, &top) {
                Ok(Some(movie)) => return Ok(movie),
                Ok(None) => {}
                Err(error @ VideoError::Codec(_)) => other = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(other.unwrap_or(VideoError::NoVideoTrack))
    }

    fn track(
        file: &[u8],
        moov: &[u8],
        trak: &[u8],
        top: &[(Boxed<'_>, usize)],
    ) -> Result<Option<Self>, VideoError> {
        let mdia = required(trak, b"mdia", "a track has no mdia")?;
        let hdlr = required(mdia, b"hdlr", "a track has no hdlr")?;
        if hdlr.get(8..12) != Some(b"vide") {
            return Ok(None);
        }
        let tkhd = required(trak, b"tkhd", "a track has no tkhd")?;
        let wide = usize::from(tkhd.first() == Some(&1));
        let track_id = u32_at(tkhd, if wide == 1 { 20 } else { 12 })?;
        let rotation = rotation(tkhd, 40 + 12 * wide)?;
        let mdhd = required(mdia, b"mdhd", "a track has no mdhd")?;
        let timescale = u32_at(mdhd, if mdhd.first() == Some(&1) { 20 } else { 12 })?;
        if timescale == 0 {
            return Err(VideoError::Malformed("the timescale is zero"));
        }
        let minf = required(mdia, b"minf", "a track has no minf")?;
        let stbl = required(minf, b"stbl", "a track has no stbl")?;
        let configuration = configuration(required(stbl, b"stsd", "a track has no stsd")?)?;

        // Each fragment looks its defaults up anew, so that empty ones must not be without number.
        if top.iter().filter(|((kind, _), _)| kind == b"moof").count() > MAX_PICTURES {
            return Err(VideoError::TooLarge(format!("the file has more than {MAX_PICTURES} fragments")));
        }
        let mut samples = tables::samples(stbl)?;
        for ((kind, content), end) in top {
            if kind == b"moof" {
                // Offsets count from the first byte of the box, its header included.
                let start = end - content.len() - 8;
                tables::fragment(moov, content, start as u64, track_id, &mut samples)?;
            }
        }
        if samples.is_empty() {
            return Err(VideoError::Malformed("the video track has no pictures"));
        }
        for (picture, sample) in samples.iter().enumerate() {
            let end = sample.offset.checked_add(u64::from(sample.size));
            if end.is_none_or(|end| end > file.len() as u64) {
                return Err(VideoError::Truncated { picture });
            }
        }
        let first = samples.iter().map(|sample| sample.pts).min().unwrap_or(0);
        for sample in &mut samples {
            sample.pts = sample.pts.saturating_sub(first);
        }
        let movie = Self { configuration, timescale, rotation, samples };
        if movie.samples.iter().any(|sample| movie.milliseconds(sample.pts) > MAX_DURATION_MS) {
            let minutes = MAX_DURATION_MS / 60_000;
            return Err(VideoError::TooLarge(format!("the video is longer than {minutes} minutes")));
        }
        Ok(Some(movie))
    }

    /// A time in milliseconds.
    pub(super) fn milliseconds(&self, pts: i64) -> i64 {
        let milliseconds = i128::from(pts) * 1000 / i128::from(self.timescale);
        i64::try_from(milliseconds).unwrap_or(i64::MAX)
    }
}

/// The turn of `tkhd`'s matrix, clockwise. ISO/IEC 14496-12 section 8.3.2: a b u c d v x y w, 16.16.
fn rotation(tkhd: &[u8], at: usize) -> Result<u16, VideoError> {
    let sign = |index: usize| Ok((u32_at(tkhd, at + 4 * index)? as i32).signum());
    Ok(match (sign(0)?, sign(1)?, sign(3)?, sign(4)?) {
        (0, 1, -1, 0) => 90,
        (-1, 0, 0, -1) => 180,
        (0, -1, 1, 0) => 270,
        _ => 0,
    })
}

/// `avcC` of the first sample entry.
fn configuration(stsd: &[u8]) -> Result<Vec<u8>, VideoError> {
    let entries = stsd.get(8..).ok_or(VideoError::Malformed("stsd is too short"))?;
    let (kind, entry) =
        children(entries)?.into_iter().next().ok_or(VideoError::Malformed("stsd is empty"))?;
    if &kind != b"avc1" && &kind != b"avc3" {
        return Err(VideoError::Codec(kind.iter().map(|&byte| printable(byte)).collect()));
    }
    let side = |at: usize| u32_at(entry, at).map(|both| (both >> 16, both & 0xFFFF));
    let (width, height) = side(24)?;
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(VideoError::TooLarge(format!("pictures of {width}x{height}")));
    }
    // VisualSampleEntry has 78 bytes before its boxes: section 12.1.3.
    let boxes = entry.get(78..).ok_or(VideoError::Malformed("avc1 is too short"))?;
    Ok(required(boxes, b"avcC", "avc1 has no avcC")?.to_vec())
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() { char::from(byte) } else { '?' }
}
