//! A recorded video as a stream of pictures: MP4 (plain and fragmented) with one H.264 track, rotation applied,
//! times in milliseconds from the first picture. Nothing is trusted: file, counts and sizes are bounded before
//! anything is decoded, and pictures are decoded one at a time.
//! Source: ISO/IEC 14496-12 (container), ISO/IEC 14496-15 section 5 (H.264 in it), ITU-T H.264.
//! Does not: other codecs, sound, edit lists beyond the shift of the first picture, mirroring.

mod boxes;
mod colour;
mod decode;
mod tables;

pub use colour::Picture;
pub use decode::Pictures;

use boxes::Movie;
use image::RgbImage;

/// Largest video file, in bytes.
pub const MAX_FILE: u64 = 256 * 1024 * 1024;
/// Most pictures of a video.
pub const MAX_PICTURES: usize = 4000;
/// Longest video, in milliseconds: ten minutes.
pub const MAX_DURATION_MS: i64 = 10 * 60 * 1000;
/// Largest width or height, in pixels.
pub const MAX_SIDE: u32 = 4096;
/// Largest picture, in pixels: 4096 by 2304.
pub const MAX_PIXELS: u64 = 4096 * 2304;

/// What can be wrong with a video.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VideoError {
    /// Not MP4 at all.
    #[error("not an MP4 file: {0}")]
    Container(&'static str),
    /// A box that contradicts itself or the file.
    #[error("malformed MP4: {0}")]
    Malformed(&'static str),
    /// The file ends before its pictures do.
    #[error("the file is cut off: picture {picture} lies outside it")]
    Truncated {
        /// Number of the first picture that is not there, from 0.
        picture: usize,
    },
    /// Sound only, or nothing.
    #[error("there is no video track")]
    NoVideoTrack,
    /// A codec that is not decoded.
    #[error("the video is coded as {0}, expected H.264 (avc1)")]
    Codec(String),
    /// Larger than the limits.
    #[error("{0}")]
    TooLarge(String),
    /// The H.264 stream is broken or uses what the decoder does not know.
    #[error("H.264, picture {picture}: {reason}")]
    Stream {
        /// Number of the picture, from 0.
        picture: usize,
        /// What the decoder said.
        reason: String,
    },
}

/// One picture in RGB, upright, with its time.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The pixels.
    pub image: RgbImage,
    /// Milliseconds from the first picture.
    pub pts_ms: i64,
    /// Number of the picture in display order, from 0.
    pub index: usize,
}

/// A video file whose container was read and checked.
#[derive(Debug)]
pub struct Video {
    bytes: Vec<u8>,
    movie: Movie,
}

impl Video {
    /// Reads the container. No picture is decoded yet.
    ///
    /// # Errors
    /// [`VideoError`] for all but [`VideoError::Stream`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, VideoError> {
        if bytes.len() as u64 > MAX_FILE {
            return Err(VideoError::TooLarge(format!("the file has more than {MAX_FILE} bytes")));
        }
        let movie = Movie::read(&bytes)?;
        Ok(Self { bytes, movie })
    }

    /// Pictures that the container lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.movie.samples.len()
    }

    /// Whether the container lists none. [`Video::open`] refuses such a file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.movie.samples.is_empty()
    }

    /// Milliseconds from the first picture to the last.
    #[must_use]
    pub fn duration_ms(&self) -> i64 {
        self.movie.samples.iter().map(|sample| self.movie.milliseconds(sample.pts)).max().unwrap_or(0)
    }

    /// The picture's turn, clockwise: 0, 90, 180 or 270 degrees. Already applied to what comes out.
    #[must_use]
    pub const fn rotation(&self) -> u16 {
        self.movie.rotation
    }

    /// Decodes from the start, in display order.
    ///
    /// # Errors
    /// [`VideoError`] where the decoder's parameters are broken or too large.
    pub fn pictures(&self) -> Result<Pictures<'_>, VideoError> {
        Pictures::new(&self.bytes, &self.movie)
    }
}
