//! What is needed of a container, whichever it is: the codec, its configuration and the list of coded pictures.

use super::tables::Sample;
use super::{MAX_DURATION_MS, MAX_PIXELS, MAX_SIDE, VideoError, matroska, mp4};

/// How the pictures are coded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codec {
    /// ITU-T H.264, AVC.
    H264,
    /// ITU-T H.265, HEVC.
    Hevc,
    /// VP9.
    Vp9,
    /// Another, as the container names it.
    Other(String),
}

impl Codec {
    /// A name for results and messages.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
            Self::Vp9 => "vp9",
            Self::Other(name) => name,
        }
    }
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Mp4,
    Matroska,
}

/// The one video track that is decoded.
#[derive(Debug)]
pub(super) struct Movie {
    pub(super) container: Container,
    pub(super) codec: Codec,
    /// `avcC`, `hvcC` or nothing: the decoder's configuration.
    pub(super) configuration: Vec<u8>,
    /// Milliseconds of one unit of [`Sample::pts`], as a fraction; neither part is 0.
    pub(super) unit: (u64, u64),
    /// Clockwise, in degrees.
    pub(super) rotation: u16,
    /// In decoding order; the smallest `pts` that is shown is 0.
    pub(super) samples: Vec<Sample>,
}

impl Movie {
    /// Reads a file; takes its first video track.
    pub(super) fn read(file: &[u8]) -> Result<Self, VideoError> {
        let mut movie = match file {
            // QuickTime files may begin without ftyp.
            [_, _, _, _, kind @ ..]
                if [b"ftyp", b"moov", b"mdat", b"wide", b"free"]
                    .iter()
                    .any(|known| kind.starts_with(*known)) =>
            {
                mp4::read(file)?
            }
            [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska::read(file)?,
            [] => return Err(VideoError::Container("it is empty")),
            [b'R', b'I', b'F', b'F', ..] => return Err(VideoError::Container("it is AVI")),
            _ => return Err(VideoError::Container("its first bytes are of neither")),
        };
        movie.check(file)?;
        Ok(movie)
    }

    /// Whether the list of pictures holds, and lets it begin at 0.
    fn check(&mut self, file: &[u8]) -> Result<(), VideoError> {
        for (picture, sample) in self.samples.iter().enumerate() {
            let end = sample.offset.checked_add(u64::from(sample.size));
            if end.is_none_or(|end| end > file.len() as u64) {
                return Err(VideoError::Truncated { picture });
            }
        }
        let first = self.shown().map(|sample| sample.pts).min();
        let first = first.ok_or(VideoError::Malformed("the video track has no pictures"))?;
        for sample in &mut self.samples {
            sample.pts = sample.pts.saturating_sub(first);
        }
        if self.shown().any(|sample| self.milliseconds(sample.pts) > MAX_DURATION_MS) {
            let minutes = MAX_DURATION_MS / 60_000;
            return Err(VideoError::TooLarge(format!("the video is longer than {minutes} minutes")));
        }
        Ok(())
    }

    /// The pictures that an edit list or a hidden mark does not take away.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(|sample| sample.shown)
    }

    /// The coded bytes of a picture. [`Movie::read`] saw that they are there.
    pub(super) fn coded<'a>(&self, file: &'a [u8], sample: usize) -> Result<&'a [u8], VideoError> {
        let cut = VideoError::Truncated { picture: sample };
        let place = self.samples.get(sample).ok_or_else(|| cut.clone())?;
        let start = usize::try_from(place.offset).unwrap_or(usize::MAX);
        let end = start.checked_add(place.size as usize);
        end.and_then(|end| file.get(start..end)).ok_or(cut)
    }

    /// A time in milliseconds, rounded down.
    pub(super) fn milliseconds(&self, pts: i64) -> i64 {
        self.parts_of_a_second(pts, 1)
    }

    /// The same in microseconds.
    pub(super) fn microseconds(&self, pts: i64) -> i64 {
        self.parts_of_a_second(pts, 1000)
    }

    fn parts_of_a_second(&self, pts: i64, of_a_millisecond: i128) -> i64 {
        let (parts, whole) = self.unit;
        let time = i128::from(pts) * i128::from(parts) * of_a_millisecond / i128::from(whole.max(1));
        i64::try_from(time).unwrap_or(if pts < 0 { i64::MIN } else { i64::MAX })
    }
}

/// Refuses pictures larger than the limits, before anything of their size exists.
pub(super) fn within_limits(width: u32, height: u32) -> Result<(), VideoError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(VideoError::TooLarge(format!("pictures of {width}x{height}")));
    }
    Ok(())
}
