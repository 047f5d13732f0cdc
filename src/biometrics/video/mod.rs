//! A recorded video as a stream of pictures: MP4 and MOV (plain and fragmented) and Matroska or WebM, with H.264,
//! HEVC or VP9 inside and anything else through an installed `ffmpeg`. Rotation is applied, times are those of the
//! file, in milliseconds from the first picture; sound is passed over. Nothing is trusted: file, counts and sizes
//! are bounded before anything is decoded, and pictures are decoded one at a time.
//! Source: ISO/IEC 14496-12 (MP4), RFC 9559 (Matroska), ISO/IEC 14496-15 (H.264 and HEVC in them), ITU-T H.264,
//! ITU-T H.265, the VP9 bitstream specification.
//! Does not: mirroring, turns by other than quarters, edit lists that put together several parts.

mod colour;
mod container;
mod decoder;
mod ebml;
mod edits;
mod external;
mod h264;
mod hevc;
mod matroska;
mod mp4;
mod pictures;
mod tables;
mod vp9;

pub use colour::Picture;
pub use container::Codec;
pub use pictures::Pictures;

use container::Movie;
use external::Ffmpeg;
use image::RgbImage;
use serde::Serialize;

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
    /// Neither MP4 nor Matroska at all.
    #[error("neither MP4, MOV nor WebM: {0}")]
    Container(&'static str),
    /// A part of the container that contradicts itself or the file.
    #[error("malformed video file: {0}")]
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
    /// A codec that is not decoded here, and no `ffmpeg` is installed that could.
    #[error("the video is coded as {0}, and there is no ffmpeg to decode that")]
    Codec(String),
    /// Larger than the limits.
    #[error("{0}")]
    TooLarge(String),
    /// The coded stream is broken or uses what the decoder does not know.
    #[error("picture {picture}: {reason}")]
    Stream {
        /// Number of the picture, from 0.
        picture: usize,
        /// What the decoder said.
        reason: String,
    },
    /// The external decoder failed.
    #[error("ffmpeg, after {picture} pictures: {reason}")]
    External {
        /// Pictures that it gave before.
        picture: usize,
        /// What it said, one line.
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

/// What decodes a video; part of every result, since an external program is not titre's own code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecoderName {
    /// The codec: `h264`, `hevc`, `vp9`, or as the container names it.
    pub codec: String,
    /// `built-in`, or the program and its version.
    pub name: String,
    /// Whether a program outside titre decodes.
    pub external: bool,
}

/// A video file whose container was read and checked.
#[derive(Debug)]
pub struct Video {
    bytes: Vec<u8>,
    movie: Movie,
    external: Option<Ffmpeg>,
}

impl Video {
    /// Reads the container. No picture is decoded yet. A codec that is not built in is left to the `ffmpeg` on the
    /// path; it is asked for its version here.
    ///
    /// # Errors
    /// [`VideoError`] for all but [`VideoError::External`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, VideoError> {
        match Self::open_built_in(bytes) {
            Err((VideoError::Codec(codec), Some((bytes, movie)))) => match Ffmpeg::find() {
                Some(ffmpeg) => Ok(Self { bytes, movie, external: Some(ffmpeg) }),
                None => Err(VideoError::Codec(codec)),
            },
            other => other.map_err(|(error, _)| error),
        }
    }

    /// The same, and never another program: such a codec is [`VideoError::Codec`].
    ///
    /// # Errors
    /// As [`Video::open`].
    pub fn open_without_programs(bytes: Vec<u8>) -> Result<Self, VideoError> {
        Self::open_built_in(bytes).map_err(|(error, _)| error)
    }

    /// What was read goes back with the error where only the codec is in the way.
    #[expect(
        clippy::type_complexity,
        clippy::result_large_err,
        reason = "the pair exists only between these three functions"
    )]
    fn open_built_in(bytes: Vec<u8>) -> Result<Self, (VideoError, Option<(Vec<u8>, Movie)>)> {
        if bytes.len() as u64 > MAX_FILE {
            let reason = format!("the file has more than {MAX_FILE} bytes");
            return Err((VideoError::TooLarge(reason), None));
        }
        let movie = Movie::read(&bytes).map_err(|error| (error, None))?;
        match decoder::open(&movie, &bytes) {
            Err(error @ VideoError::Codec(_)) => Err((error, Some((bytes, movie)))),
            Err(error) => Err((error, None)),
            Ok(_) => Ok(Self { bytes, movie, external: None }),
        }
    }

    /// Pictures that the container lists to be shown.
    #[must_use]
    pub fn len(&self) -> usize {
        self.movie.shown().count()
    }

    /// Whether the container lists none. [`Video::open`] refuses such a file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Milliseconds from the first picture to the last.
    #[must_use]
    pub fn duration_ms(&self) -> i64 {
        self.movie.shown().map(|sample| self.movie.milliseconds(sample.pts)).max().unwrap_or(0)
    }

    /// The whole file.
    pub(super) fn file(&self) -> &[u8] {
        &self.bytes
    }

    /// The times of the pictures as the container has them, in order, in microseconds from the first.
    pub(super) fn times_us(&self) -> Vec<i64> {
        let mut times: Vec<i64> =
            self.movie.shown().map(|sample| self.movie.microseconds(sample.pts)).collect();
        times.sort_unstable();
        times
    }

    /// The picture's turn, clockwise: 0, 90, 180 or 270 degrees. Already applied to what comes out.
    #[must_use]
    pub const fn rotation(&self) -> u16 {
        self.movie.rotation
    }

    /// What decodes it.
    #[must_use]
    pub fn decoder(&self) -> DecoderName {
        let codec = self.movie.codec.name().to_owned();
        match &self.external {
            Some(ffmpeg) => DecoderName { codec, name: ffmpeg.version().to_owned(), external: true },
            None => DecoderName { codec, name: "built-in".to_owned(), external: false },
        }
    }

    /// Decodes from the start, in display order.
    ///
    /// # Errors
    /// [`VideoError`] where the decoder's parameters are broken or too large.
    pub fn pictures(&self) -> Result<Pictures<'_>, VideoError> {
        Pictures::new(&self.bytes, &self.movie, self.external.as_ref())
    }
}
