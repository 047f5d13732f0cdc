//! The heads of EBML elements and the small values in them, from a file and from a pipe alike.
//! Source: RFC 8794 sections 4 (variable-size integers), 5 (element ids), 6 (sizes), 7 (values).

use super::VideoError;
use std::io::{ErrorKind, Read};

pub(super) const SEGMENT: u32 = 0x1853_8067;
pub(super) const INFO: u32 = 0x1549_A966;
pub(super) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: u32 = 0xAE;
pub(super) const TRACK_NUMBER: u32 = 0xD7;
pub(super) const TRACK_TYPE: u32 = 0x83;
pub(super) const CODEC_ID: u32 = 0x86;
pub(super) const CODEC_PRIVATE: u32 = 0x63A2;
pub(super) const CONTENT_ENCODINGS: u32 = 0x6D80;
pub(super) const VIDEO: u32 = 0xE0;
pub(super) const PIXEL_WIDTH: u32 = 0xB0;
pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
pub(super) const COLOUR: u32 = 0x55B0;
pub(super) const MATRIX_COEFFICIENTS: u32 = 0x55B1;
pub(super) const RANGE: u32 = 0x55B9;
pub(super) const CLUSTER: u32 = 0x1F43_B675;
pub(super) const TIMESTAMP: u32 = 0xE7;
pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
pub(super) const BLOCK_GROUP: u32 = 0xA0;
pub(super) const BLOCK: u32 = 0xA1;

/// Most elements looked at in one element.
const MAX_ELEMENTS: usize = 10_000;
/// What a size or an id that is none becomes.
const MALFORMED: VideoError = VideoError::Malformed("an EBML element has no proper head");

/// The head of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: u32,
    /// `None` where the writer did not know: the element ends where what cannot be in it begins.
    pub(super) size: Option<u64>,
    /// Bytes of the head itself.
    pub(super) len: u64,
}

/// The next head; `None` at the end of the input.
pub(super) fn head(input: &mut impl Read) -> Result<Option<Head>, VideoError> {
    let mut first = [0];
    match input.read_exact(&mut first) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(_) => return Err(MALFORMED),
    }
    let (id, id_len) = number(input, first[0], 4)?;
    // An id keeps the bit that tells its length.
    let id = u32::try_from(id).unwrap_or(0) | 1 << (7 * id_len);
    input.read_exact(&mut first).map_err(|_| MALFORMED)?;
    let (size, size_len) = number(input, first[0], 8)?;
    let unknown = (1u64 << (7 * size_len)) - 1;
    Ok(Some(Head { id, size: (size != unknown).then_some(size), len: u64::from(id_len + size_len) }))
}

/// A variable-size integer without the bit that tells its length, and the length.
fn number(input: &mut impl Read, first: u8, longest: u32) -> Result<(u64, u32), VideoError> {
    let len = first.leading_zeros() + 1;
    if len > longest {
        return Err(MALFORMED);
    }
    let mut value = u64::from(first) & (0xFFu64 >> len);
    for _ in 1..len {
        let mut byte = [0];
        input.read_exact(&mut byte).map_err(|_| MALFORMED)?;
        value = value << 8 | u64::from(byte[0]);
    }
    Ok((value, len))
}

/// The elements in an element of known size.
pub(super) fn children(content: &[u8]) -> Result<Vec<(u32, &[u8])>, VideoError> {
    let mut rest = content;
    let mut found = Vec::new();
    while let Some(head) = head(&mut rest)? {
        let size = head.size.and_then(|size| usize::try_from(size).ok());
        let (content, after) = size
            .and_then(|size| rest.split_at_checked(size))
            .ok_or(VideoError::Malformed("an EBML element is larger than what holds it"))?;
        if found.len() >= MAX_ELEMENTS {
            return Err(VideoError::Malformed("too many EBML elements"));
        }
        found.push((head.id, content));
        rest = after;
    }
    Ok(found)
}

/// The content of the first child of that id.
pub(super) fn child(content: &[u8], id: u32) -> Result<Option<&[u8]>, VideoError> {
    Ok(children(content)?.into_iter().find(|(found, _)| *found == id).map(|(_, content)| content))
}

/// An unsigned value; empty is 0.
pub(super) fn unsigned(content: &[u8]) -> Result<u64, VideoError> {
    if content.len() > 8 {
        return Err(VideoError::Malformed("an EBML number has more than eight bytes"));
    }
    Ok(content.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

/// The head of a block: the track, the time from its cluster's, and how long the head is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockHead {
    pub(super) track: u64,
    pub(super) time: i16,
    pub(super) invisible: bool,
    pub(super) laced: bool,
    pub(super) len: usize,
}

/// Reads the head of a block. RFC 9559 section 10.
pub(super) fn block(content: &[u8]) -> Result<BlockHead, VideoError> {
    const SHORT: VideoError = VideoError::Malformed("a block is too short");
    let (&first, mut rest) = content.split_first().ok_or(SHORT)?;
    let (track, track_len) = number(&mut rest, first, 8)?;
    let [high, low, flags, ..] = *rest else { return Err(SHORT) };
    Ok(BlockHead {
        track,
        time: i16::from_be_bytes([high, low]),
        invisible: flags & 0x08 != 0,
        laced: flags & 0x06 != 0,
        len: track_len as usize + 3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_every_length_are_read() {
        let read = |bytes: &[u8]| head(&mut &bytes[..]);
        let found = |id, size, len| Ok(Some(Head { id, size, len }));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[0xA3, 0x82]), found(SIMPLE_BLOCK, Some(2), 2));
        assert_eq!(read(&[0x1F, 0x43, 0xB6, 0x75, 0x40, 0x02]), found(CLUSTER, Some(2), 6));
        assert_eq!(read(&[0x1F, 0x43, 0xB6, 0x75, 0xFF]), found(CLUSTER, None, 5));
        assert_eq!(read(&[0xA3, 0x01, 0, 0, 0, 0, 0, 0, 7]), found(SIMPLE_BLOCK, Some(7), 9));
        assert_eq!(read(&[0xA3, 0x01, 255, 255, 255, 255, 255, 255, 255]), found(SIMPLE_BLOCK, None, 9));
        assert!(read(&[0xA3]).is_err(), "no size");
        assert!(read(&[0x08, 0, 0, 0, 0, 0x81]).is_err(), "an id of five bytes");
        assert!(read(&[0xA3, 0x00]).is_err(), "a size of more than eight bytes");
        assert!(read(&[0xA3, 0x40]).is_err(), "half a size");
    }

    #[test]
    fn children_stay_within_what_holds_them() {
        assert_eq!(children(&[0xA3, 0x81, 9, 0xE7, 0x80]).unwrap(), [(0xA3, &[9][..]), (0xE7, &[][..])]);
        assert!(children(&[0xA3, 0x82, 9]).is_err());
        assert!(children(&[0xA3, 0xFF]).is_err(), "an unknown size is for clusters and segments alone");
    }
}
