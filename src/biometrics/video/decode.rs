//! H.264 pictures in display order, each with its time. One coded picture is read at a time; parameter sets are
//! looked at before the decoder allocates for them, also those in the stream.
//! Source: ISO/IEC 14496-15 section 5.3 (avcC), ITU-T H.264 section 7.3.2.1 (sequence parameter set).

use super::boxes::Movie;
use super::colour::{Matrix, Picture};
use super::{MAX_PIXELS, MAX_SIDE, VideoError};
use rust_h264::decoder::{Frame as Planes, OrderedDecoder};
use rust_h264::nal::{NalUnit, NalUnitType, SpsInfo, parse_avcc, parse_avcc_config, parse_sps_info};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Decodes a video from its start. An error ends it.
pub struct Pictures<'a> {
    bytes: &'a [u8],
    movie: &'a Movie,
    decoder: OrderedDecoder<i64>,
    length_size: usize,
    matrix: Matrix,
    size: (u32, u32),
    ready: VecDeque<(Planes, i64)>,
    sample: usize,
    given: usize,
    last_ms: i64,
    ended: bool,
}

/// A parameter set that the decoder may see: of a size within the limits.
fn checked(nal: &NalUnit<'_>, picture: usize) -> Result<SpsInfo, VideoError> {
    let stream = |reason: String| VideoError::Stream { picture, reason };
    let info = parse_sps_info(nal).map_err(|error| stream(error.to_string()))?;
    let (width, height) = (info.coded_width, info.coded_height);
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(VideoError::TooLarge(format!("pictures of {width}x{height}")));
    }
    if info.width < 16 || info.height < 16 {
        return Err(stream(format!("pictures of {}x{}", info.width, info.height)));
    }
    Ok(info)
}

impl<'a> Pictures<'a> {
    pub(super) fn new(bytes: &'a [u8], movie: &'a Movie) -> Result<Self, VideoError> {
        let stream = |reason: &str| VideoError::Stream { picture: 0, reason: reason.to_owned() };
        let configuration = parse_avcc_config(&movie.configuration).map_err(stream)?;
        let sps = configuration.sps_nals.first().ok_or_else(|| stream("avcC holds no parameter set"))?;
        let info = checked(sps, 0)?;
        let mut pictures = Self {
            bytes,
            movie,
            decoder: OrderedDecoder::new(),
            length_size: configuration.length_size,
            matrix: Matrix::signalled(&info),
            size: (info.width, info.height),
            ready: VecDeque::new(),
            sample: 0,
            given: 0,
            last_ms: 0,
            ended: false,
        };
        for nal in configuration.sps_nals.iter().chain(&configuration.pps_nals) {
            pictures.feed(nal, 0)?;
        }
        Ok(pictures)
    }

    /// Width and height as coded, before rotation.
    #[must_use]
    pub const fn coded_size(&self) -> (u32, u32) {
        self.size
    }

    fn feed(&mut self, nal: &NalUnit<'_>, pts: i64) -> Result<(), VideoError> {
        let picture = self.sample;
        if nal.nal_unit_type == NalUnitType::Sps {
            let info = checked(nal, picture)?;
            if (info.width, info.height) != self.size {
                let reason = "the size of the pictures changes".to_owned();
                return Err(VideoError::Stream { picture, reason });
            }
        }
        // The decoder is young: should it panic on a stream, that stream is broken, not the program.
        let fed = catch_unwind(AssertUnwindSafe(|| self.decoder.decode_nal_with_meta(nal, pts)));
        match fed {
            Ok(Ok(frames)) => self.ready.extend(frames),
            Ok(Err(error)) => return Err(VideoError::Stream { picture, reason: error.to_string() }),
            Err(_) => return Err(VideoError::Stream { picture, reason: "the decoder gave up".to_owned() }),
        }
        Ok(())
    }

    /// Reads coded pictures until one comes out, or all are read.
    fn advance(&mut self) -> Result<Option<Picture>, VideoError> {
        while self.ready.is_empty() && !self.ended {
            let Some(sample) = self.movie.samples.get(self.sample) else {
                self.ended = true;
                let rest = catch_unwind(AssertUnwindSafe(|| self.decoder.flush_with_meta()));
                let gave_up =
                    |_| VideoError::Stream { picture: self.sample, reason: "the decoder gave up".to_owned() };
                self.ready.extend(rest.map_err(gave_up)?);
                continue;
            };
            let start = usize::try_from(sample.offset).unwrap_or(usize::MAX);
            let coded = start
                .checked_add(sample.size as usize)
                .and_then(|end| self.bytes.get(start..end))
                .ok_or(VideoError::Truncated { picture: self.sample })?;
            let nals = parse_avcc(coded, self.length_size);
            if nals.is_empty() {
                let reason = "no data that could be decoded".to_owned();
                return Err(VideoError::Stream { picture: self.sample, reason });
            }
            let pts = self.movie.milliseconds(sample.pts);
            for nal in &nals {
                self.feed(nal, pts)?;
            }
            self.sample += 1;
        }
        let Some((planes, pts_ms)) = self.ready.pop_front() else {
            // What is listed and does not come out was lost in decoding.
            let (listed, given) = (self.movie.samples.len(), self.given);
            if given < listed {
                let reason = format!("only {given} of {listed} pictures could be decoded");
                return Err(VideoError::Stream { picture: given, reason });
            }
            return Ok(None);
        };
        if (planes.width, planes.height) != self.size {
            let reason = "the size of the pictures changes".to_owned();
            return Err(VideoError::Stream { picture: self.given, reason });
        }
        // The order of gestures is the order of times: forged ones must not rearrange them.
        if pts_ms < self.last_ms {
            return Err(VideoError::Malformed("the times of the pictures run backwards"));
        }
        self.last_ms = pts_ms;
        let index = self.given;
        self.given += 1;
        Ok(Some(Picture { planes, matrix: self.matrix, rotation: self.movie.rotation, pts_ms, index }))
    }
}

impl Iterator for Pictures<'_> {
    type Item = Result<Picture, VideoError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended && self.ready.is_empty() && self.given == usize::MAX {
            return None;
        }
        match self.advance() {
            Ok(Some(picture)) => Some(Ok(picture)),
            Ok(None) => {
                self.given = usize::MAX;
                None
            }
            Err(error) => {
                self.ended = true;
                self.ready.clear();
                self.given = usize::MAX;
                Some(Err(error))
            }
        }
    }
}
