//! H.264. Parameter sets are looked at before the decoder allocates for them, also those in the stream.
//! Source: ISO/IEC 14496-15 section 5.3 (avcC), ITU-T H.264 section 7.3.2.1 (sequence parameter set).

use super::VideoError;
use super::colour::Matrix;
use super::container::within_limits;
use super::decoder::{Decoder, Planes, Ready, broken};
use rust_h264::decoder::{Frame, OrderedDecoder};
use rust_h264::nal::{NalUnit, NalUnitType, SpsInfo, parse_avcc, parse_avcc_config, parse_sps_info};

/// The decoder and what it was configured with.
pub(super) struct H264 {
    decoder: OrderedDecoder<i64>,
    length_size: usize,
    matrix: Matrix,
    size: (u32, u32),
}

/// A parameter set that the decoder may see: of a size within the limits, in a format that it knows.
fn checked(nal: &NalUnit<'_>, picture: usize) -> Result<SpsInfo, VideoError> {
    let info = parse_sps_info(nal).map_err(|error| broken(picture, error))?;
    within_limits(info.coded_width, info.coded_height)?;
    if info.width < 16 || info.height < 16 {
        return Err(broken(picture, format!("pictures of {}x{}", info.width, info.height)));
    }
    let depth = info.bit_depth_luma;
    if !matches!(depth, 8 | 10) || info.bit_depth_chroma != depth || !matches!(info.chroma_format, 0..=2) {
        return Err(VideoError::Codec(format!("h264 of {depth} bits, chroma format {}", info.chroma_format)));
    }
    Ok(info)
}

impl H264 {
    /// Takes `avcC`.
    pub(super) fn new(configuration: &[u8]) -> Result<Self, VideoError> {
        let configuration = parse_avcc_config(configuration).map_err(|reason| broken(0, reason))?;
        let sps = configuration.sps_nals.first().ok_or_else(|| broken(0, "avcC holds no parameter set"))?;
        let info = checked(sps, 0)?;
        let mut decoder = Self {
            decoder: OrderedDecoder::new(),
            length_size: configuration.length_size,
            matrix: Matrix::of(info.matrix, info.full_range),
            size: (info.width, info.height),
        };
        for nal in configuration.sps_nals.iter().chain(&configuration.pps_nals) {
            decoder.unit(nal, 0, &mut Ready::new())?;
        }
        Ok(decoder)
    }

    fn unit(&mut self, nal: &NalUnit<'_>, number: usize, ready: &mut Ready) -> Result<(), VideoError> {
        if nal.nal_unit_type == NalUnitType::Sps {
            let info = checked(nal, number)?;
            if (info.width, info.height) != self.size {
                return Err(broken(number, "the size of the pictures changes"));
            }
        }
        let tag = i64::try_from(number).unwrap_or(i64::MAX);
        let frames = self.decoder.decode_nal_with_meta(nal, tag).map_err(|error| broken(number, error))?;
        ready.extend(frames.into_iter().map(planes));
        Ok(())
    }
}

fn planes((frame, tag): (Frame, i64)) -> (Planes, usize) {
    let planes = Planes {
        width: frame.width,
        height: frame.height,
        chroma_width: frame.chroma_width(),
        chroma_height: frame.chroma_height(),
        bit_depth: frame.bit_depth,
        samples: [frame.y, frame.u, frame.v],
    };
    (planes, usize::try_from(tag).unwrap_or(usize::MAX))
}

impl Decoder for H264 {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn matrix(&self) -> Matrix {
        self.matrix
    }

    fn feed(&mut self, coded: &[u8], number: usize, ready: &mut Ready) -> Result<(), VideoError> {
        let units = parse_avcc(coded, self.length_size);
        if units.is_empty() {
            return Err(broken(number, "no data that could be decoded"));
        }
        units.iter().try_for_each(|unit| self.unit(unit, number, ready))
    }

    fn finish(&mut self, ready: &mut Ready) -> Result<(), VideoError> {
        ready.extend(self.decoder.flush_with_meta().into_iter().map(planes));
        Ok(())
    }
}
