//! The seam behind which a codec stands: coded pictures go in as the container lists them, planes come out in the
//! order of display, each with the number of the coded picture that it belongs to.

use super::colour::Matrix;
use super::container::{Codec, Movie};
use super::{VideoError, h264::H264, hevc::Hevc, vp9::Vp9};
use std::collections::VecDeque;
use std::panic::catch_unwind;

/// One picture, three planes. Rows follow each other without gaps; above 8 bits a sample has two bytes, the lower
/// one first, as in FFmpeg's `yuv420p10le`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planes {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) chroma_width: u32,
    pub(super) chroma_height: u32,
    pub(super) bit_depth: u8,
    /// Luma, Cb, Cr.
    pub(super) samples: [Vec<u8>; 3],
}

/// Pictures that came out, each with the number of its coded picture.
pub(super) type Ready = VecDeque<(Planes, usize)>;

/// A decoder of one codec.
pub(super) trait Decoder: Send {
    /// Width and height as coded, before rotation. A change is the stream's end.
    fn size(&self) -> (u32, u32);

    /// How the samples become red, green and blue.
    fn matrix(&self) -> Matrix;

    /// Takes the coded picture of that number; adds to `ready` what can be shown by now. Nothing of a size beyond
    /// the limits is allocated.
    fn feed(&mut self, coded: &[u8], number: usize, ready: &mut Ready) -> Result<(), VideoError>;

    /// Gives out what is left.
    fn finish(&mut self, ready: &mut Ready) -> Result<(), VideoError>;

    /// Coded pictures taken so far that are never shown.
    fn hidden(&self) -> usize {
        0
    }
}

/// The decoder of a movie.
///
/// # Errors
/// [`VideoError::Codec`] where none is built in for the codec or for this profile of it; others where the
/// configuration is broken.
pub(super) fn open(movie: &Movie, file: &[u8]) -> Result<Box<dyn Decoder>, VideoError> {
    // Parameter sets are the file's: should a decoder panic on them, the file is broken, not the program.
    catch_unwind(|| -> Result<Box<dyn Decoder>, VideoError> {
        Ok(match &movie.codec {
            Codec::H264 => Box::new(H264::new(&movie.configuration)?),
            Codec::Hevc => Box::new(Hevc::new(&movie.configuration)?),
            Codec::Vp9 => Box::new(Vp9::new(movie.coded(file, 0)?)?),
            Codec::Other(name) => return Err(VideoError::Codec(name.clone())),
        })
    })
    .unwrap_or_else(|_| Err(broken(0, "the decoder gave up")))
}

/// A broken stream, at a coded picture.
pub(super) fn broken(picture: usize, reason: impl ToString) -> VideoError {
    VideoError::Stream { picture, reason: reason.to_string() }
}

/// NAL units of one coded picture, each behind its length in `length_size` bytes.
/// ISO/IEC 14496-15 sections 5.3.4.2 (H.264) and 8.3.3.2 (HEVC).
pub(super) fn nal_units(coded: &[u8], length_size: usize, picture: usize) -> Result<Vec<&[u8]>, VideoError> {
    let mut rest = coded;
    let mut units = Vec::new();
    while !rest.is_empty() {
        let cut = || broken(picture, "a NAL unit is longer than its picture");
        let (length, after) = rest.split_at_checked(length_size).ok_or_else(cut)?;
        let length = length.iter().fold(0usize, |length, &byte| length << 8 | usize::from(byte));
        let (unit, after) = after.split_at_checked(length).ok_or_else(cut)?;
        if !unit.is_empty() {
            units.push(unit);
        }
        rest = after;
    }
    if units.is_empty() {
        return Err(broken(picture, "no data that could be decoded"));
    }
    Ok(units)
}
