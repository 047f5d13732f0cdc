//! HEVC, Main and Main 10. Parameter sets are looked at before the decoder allocates for them.
//! Source: ISO/IEC 14496-15 section 8.3.3.1 (hvcC), ITU-T H.265 sections 7.3.1.2 (NAL unit header), 7.3.2.2 (SPS).

use super::VideoError;
use super::colour::Matrix;
use super::container::within_limits;
use super::decoder::{Decoder, Planes, Ready, broken, nal_units};
use rusty_h265::nal::{NalHeader, NalType, unescape};
use rusty_h265::ps::{Sps, parse_sps};
use rusty_h265::{Error, Frame, Plane};

/// The decoder and what it was configured with.
pub(super) struct Hevc {
    decoder: rusty_h265::Decoder,
    length_size: usize,
    matrix: Matrix,
    size: (u32, u32),
}

/// `hvcC`: the length of lengths, and the parameter sets.
fn configuration(content: &[u8]) -> Option<(usize, Vec<&[u8]>)> {
    let (&[1, .., lengths, arrays], mut rest) = content.split_first_chunk::<23>()? else { return None };
    let mut take = |len: usize| -> Option<&[u8]> {
        let (taken, after) = rest.split_at_checked(len)?;
        rest = after;
        Some(taken)
    };
    let mut units = Vec::new();
    for _ in 0..arrays {
        let &[_, high, low] = take(3)? else { return None };
        for _ in 0..u16::from_be_bytes([high, low]) {
            let &[high, low] = take(2)? else { return None };
            units.push(take(usize::from(u16::from_be_bytes([high, low])))?);
        }
    }
    Some((usize::from(lengths & 3) + 1, units))
}

/// The parameter set in a NAL unit, if it is one that the decoder may see; `None` for any other unit.
fn checked(unit: &[u8], picture: usize) -> Result<Option<Sps>, VideoError> {
    let Some(header) = NalHeader::parse(unit) else {
        return Err(broken(picture, "a NAL unit has no header"));
    };
    if header.nal_type != NalType::Sps || header.layer_id != 0 {
        return Ok(None);
    }
    let sps = parse_sps(&unescape(&unit[2..]).data).map_err(|error| broken(picture, error))?;
    within_limits(sps.width, sps.height)?;
    let (width, height) = sps.output_size();
    if width < 16 || height < 16 {
        return Err(broken(picture, format!("pictures of {width}x{height}")));
    }
    let depth = sps.bit_depth_luma;
    if sps.chroma_format_idc != 1 || !matches!(depth, 8 | 10) || sps.bit_depth_chroma != depth {
        let format = format!("hevc of {depth} bits, chroma format {}", sps.chroma_format_idc);
        return Err(VideoError::Codec(format));
    }
    Ok(Some(sps))
}

impl Hevc {
    /// Takes `hvcC`.
    pub(super) fn new(content: &[u8]) -> Result<Self, VideoError> {
        let (length_size, units) = configuration(content).ok_or_else(|| broken(0, "hvcC is malformed"))?;
        let mut first = None;
        for unit in &units {
            first = first.or(checked(unit, 0)?);
        }
        let sps = first.ok_or_else(|| broken(0, "hvcC holds no parameter set"))?;
        let (coefficients, full_range) =
            sps.vui.as_ref().map_or((2, false), |vui| (vui.matrix_coeffs, vui.video_full_range_flag));
        let mut decoder = rusty_h265::Decoder::new();
        // The crate leaves out stages of the work where the environment tells it to; nobody tells titre's that.
        decoder.ablate = rusty_h265::ctu::Ablate::default();
        let mut hevc = Self {
            decoder,
            length_size,
            matrix: Matrix::of(coefficients, full_range),
            size: sps.output_size(),
        };
        for unit in units {
            hevc.unit(unit, None, 0)?;
        }
        Ok(hevc)
    }

    fn unit(&mut self, unit: &[u8], tag: Option<i64>, number: usize) -> Result<(), VideoError> {
        if checked(unit, number)?.is_some_and(|sps| sps.output_size() != self.size) {
            return Err(broken(number, "the size of the pictures changes"));
        }
        self.decoder.push_nal(unit, tag).map_err(|error| match error {
            Error::Unsupported(what) => VideoError::Codec(format!("hevc with {what}")),
            other => broken(number, other),
        })?;
        if self.decoder.stats.generated_refs > 0 {
            return Err(broken(number, "a picture that it is made from is missing"));
        }
        Ok(())
    }

    fn drain(&mut self, number: usize, ready: &mut Ready) -> Result<(), VideoError> {
        while let Ok(frame) = self.decoder.next_frame() {
            let tag = frame.pts.and_then(|tag| usize::try_from(tag).ok());
            let tag = tag.ok_or_else(|| broken(number, "a picture has no time"))?;
            ready.push_back((planes(&frame), tag));
        }
        Ok(())
    }
}

/// Cuts a picture out of the decoder's, which holds whole coding blocks.
fn planes(frame: &Frame) -> Planes {
    let picture = &frame.picture;
    let (left, top, width, height) = picture.crop;
    let deep = picture.bit_depth_luma > 8;
    let part = |plane: &Plane, left: usize, top: usize, width: usize, height: usize| -> Vec<u8> {
        let mut samples = Vec::with_capacity(width * height * if deep { 2 } else { 1 });
        for y in top..top + height {
            let row = plane.row(y).get(left..left + width).unwrap_or_default();
            if deep {
                samples.extend(row.iter().flat_map(|sample| sample.to_le_bytes()));
            } else {
                samples.extend(row.iter().map(|&sample| sample.min(255) as u8));
            }
        }
        samples
    };
    let chroma = |plane: &Plane| part(plane, left / 2, top / 2, width / 2, height / 2);
    let [luma, blue, red] = &picture.planes;
    let side = |side: usize| u32::try_from(side).unwrap_or(0);
    Planes {
        width: side(width),
        height: side(height),
        chroma_width: side(width / 2),
        chroma_height: side(height / 2),
        bit_depth: picture.bit_depth_luma,
        samples: [part(luma, left, top, width, height), chroma(blue), chroma(red)],
    }
}

impl Decoder for Hevc {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn matrix(&self) -> Matrix {
        self.matrix
    }

    fn feed(&mut self, coded: &[u8], number: usize, ready: &mut Ready) -> Result<(), VideoError> {
        let mut tag = i64::try_from(number).ok();
        for unit in nal_units(coded, self.length_size, number)? {
            self.unit(unit, tag.take(), number)?;
        }
        self.drain(number, ready)
    }

    fn finish(&mut self, ready: &mut Ready) -> Result<(), VideoError> {
        self.decoder.flush();
        self.drain(0, ready)
    }

    fn hidden(&self) -> usize {
        // Pictures before the first one that stands alone, which nobody can decode and no player shows.
        usize::try_from(self.decoder.stats.skipped_rasl).unwrap_or(usize::MAX)
    }
}
