//! VP9, profiles 0 and 2 (4:2:0). There is no configuration outside the stream, and any picture may claim a new
//! size: each one's head is read before the decoder sees it.
//! Source: VP9 bitstream and decoding process specification v0.6, sections 6.2 (uncompressed header), 7.2, annex B
//! (superframes).

use super::VideoError;
use super::colour::Matrix;
use super::container::within_limits;
use super::decoder::{Decoder, Planes, Ready, broken};
use rusty_vp9::{BitReader, DecodedFrame, Error, FrameHeader, Vp9Decoder, parse_uncompressed_header};

/// The decoder and what its first picture says.
pub(super) struct Vp9 {
    decoder: Vp9Decoder,
    matrix: Matrix,
    size: (u32, u32),
    hidden: usize,
}

/// The coded frames of one packet: several where hidden ones travel with the one that is shown.
fn frames(packet: &[u8]) -> Vec<&[u8]> {
    let Some(&mark) = packet.last() else { return Vec::new() };
    let (count, width) = (usize::from(mark & 7) + 1, usize::from(mark >> 3 & 3) + 1);
    let index = count * width + 2;
    let start = packet.len().checked_sub(index);
    if mark >> 5 != 0b110 || start.and_then(|start| packet.get(start)) != Some(&mark) {
        return vec![packet];
    }
    let start = start.unwrap_or(0);
    let mut rest = &packet[..start];
    let mut found = Vec::new();
    for size in packet[start + 1..packet.len() - 1].chunks_exact(width) {
        let size = size.iter().rev().fold(0usize, |size, &byte| size << 8 | usize::from(byte));
        let Some((frame, after)) = rest.split_at_checked(size) else { break };
        if !frame.is_empty() {
            found.push(frame);
        }
        rest = after;
    }
    found
}

/// The head of a frame. One that takes its size from a reference says 0: that one was looked at before.
fn header(frame: &[u8], picture: usize) -> Result<FrameHeader, VideoError> {
    let header = parse_uncompressed_header(&mut BitReader::new(frame), &[(0, 0); 8])
        .map_err(|error| broken(picture, error))?;
    within_limits(header.width, header.height)?;
    Ok(header)
}

/// Whether the samples of a key frame take the whole range: the one bit that the decoder passes over.
fn is_full_range(frame: &[u8], profile: u32) -> bool {
    // Marker 2, profile 2 (3 in profile 3), existing 1, type 1, shown 1, resilient 1, sync code 24, depth 1 from
    // profile 2 on, colour space 3.
    let at = 8 + 24 + usize::from(profile == 3) + usize::from(profile >= 2) + 3;
    frame.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
}

impl Vp9 {
    /// Takes the first packet, which begins with a key frame.
    pub(super) fn new(packet: &[u8]) -> Result<Self, VideoError> {
        let frame = frames(packet).first().copied().unwrap_or_default();
        let header = header(frame, 0)?;
        if !header.key_frame || header.show_existing_frame {
            return Err(broken(0, "the video does not begin with a key frame"));
        }
        let (depth, shape) = (header.bit_depth, (header.subsampling_x, header.subsampling_y));
        if !matches!(depth, 8 | 10) || shape != (1, 1) {
            return Err(VideoError::Codec(format!("vp9 profile {} of {depth} bits", header.profile)));
        }
        // To the numbers of ITU-T H.273 that the other codecs use.
        let coefficients = match header.color_space {
            1 | 3 => 6,
            2 => 1,
            4 => 7,
            5 => 9,
            _ => 2,
        };
        Ok(Self {
            decoder: Vp9Decoder::new(),
            matrix: Matrix::of(coefficients, is_full_range(frame, header.profile)),
            size: (header.width, header.height),
            hidden: 0,
        })
    }
}

fn planes(frame: DecodedFrame) -> Option<Planes> {
    let deep = frame.bit_depth > 8;
    let bytes = if deep { 2 } else { 1 };
    let (width, height) = (frame.width as usize, frame.height as usize);
    let chroma = (width.div_ceil(2), height.div_ceil(2));
    let mut samples = [const { Vec::new() }; 3];
    for (place, (width, height)) in [(width, height), chroma, chroma].into_iter().enumerate() {
        let (plane, stride) = (frame.planes.get(place)?, *frame.strides.get(place)?);
        samples[place].reserve_exact(width * height * bytes);
        for y in 0..height {
            let start = y.checked_mul(stride)?;
            samples[place].extend_from_slice(plane.get(start..start + width * bytes)?);
        }
    }
    Some(Planes {
        width: frame.width,
        height: frame.height,
        chroma_width: chroma.0 as u32,
        chroma_height: chroma.1 as u32,
        bit_depth: if deep { 10 } else { 8 },
        samples,
    })
}

impl Decoder for Vp9 {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn matrix(&self) -> Matrix {
        self.matrix
    }

    fn feed(&mut self, coded: &[u8], number: usize, ready: &mut Ready) -> Result<(), VideoError> {
        let mut shown = false;
        for frame in frames(coded) {
            let header = header(frame, number)?;
            if header.key_frame && (header.width, header.height) != self.size {
                return Err(broken(number, "the size of the pictures changes"));
            }
            shown |= header.show_frame || header.show_existing_frame;
        }
        let tag = i64::try_from(number).ok();
        self.decoder.push(coded, tag).map_err(|error| broken(number, error))?;
        let before = ready.len();
        // One call for each frame in the packet: `Again` stands for a hidden one as well as for the end.
        for _ in 0..frames(coded).len().max(1) {
            match self.decoder.next_frame() {
                Ok(frame) => {
                    let planes = planes(frame).ok_or_else(|| broken(number, "a plane is too short"))?;
                    ready.push_back((planes, number));
                }
                Err(Error::Again) => {}
                Err(error) => return Err(broken(number, error)),
            }
        }
        if !shown {
            self.hidden += 1;
        } else if ready.len() == before {
            return Err(broken(number, "nothing came out"));
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Ready) -> Result<(), VideoError> {
        Ok(())
    }

    fn hidden(&self) -> usize {
        self.hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superframe_is_split_and_a_false_index_is_not_believed() {
        let packet = [1, 2, 3, 4, 5, 0b1100_0001, 2, 3, 0b1100_0001];
        assert_eq!(frames(&packet), [&[1, 2][..], &[3, 4, 5][..]]);
        let false_index = [1, 2, 3, 4, 5, 0, 2, 3, 0b1100_0001];
        assert_eq!(frames(&false_index), [&false_index[..]]);
        let too_long = [1, 0b1100_0001, 9, 9, 0b1100_0001];
        assert!(frames(&too_long).is_empty());
        assert!(frames(&[0b1101_1111]).len() == 1 && frames(&[]).is_empty());
    }
}
