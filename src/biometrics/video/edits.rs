//! The edit list: which stretch of the recorded pictures is to be shown. A phone trims a video by writing one.
//! Source: ISO/IEC 14496-12 sections 8.6.5 (edts), 8.6.6 (elst), 8.2.2 (mvhd).

use super::VideoError;
use super::mp4::{child, u32_at, u64_at};
use std::ops::Range;

/// Normal speed, 16.16.
const NORMAL: u32 = 0x0001_0000;
/// Most entries looked at: a delay, then one part. More than this is no recording.
const MAX_ENTRIES: u32 = 16;

/// The times shown of a track, in its own units; everything where there is no list.
///
/// A list of several parts makes one video out of pieces, which is not how a person is recorded: refused, as is
/// another speed than the recorded one. An empty entry only delays the start; times here count from the first picture.
pub(super) fn shown(moov: &[u8], trak: &[u8], timescale: u32) -> Result<Range<i64>, VideoError> {
    let everything = i64::MIN..i64::MAX;
    let Some(elst) = child(trak, b"edts")?.map(|edts| child(edts, b"elst")).transpose()?.flatten() else {
        return Ok(everything);
    };
    let wide = elst.first() == Some(&1);
    let count = u32_at(elst, 4)?;
    if count > MAX_ENTRIES {
        return Err(VideoError::Malformed("the edit list has too many entries"));
    }
    let mut part = None;
    let mut at = 8;
    for _ in 0..count {
        let (duration, start, rate) = if wide {
            (u64_at(elst, at)?, u64_at(elst, at + 8)? as i64, u32_at(elst, at + 16)?)
        } else {
            (u64::from(u32_at(elst, at)?), i64::from(u32_at(elst, at + 4)? as i32), u32_at(elst, at + 8)?)
        };
        at += if wide { 20 } else { 12 };
        if start < 0 {
            continue;
        }
        if part.replace((duration, start)).is_some() {
            return Err(VideoError::Malformed("the edit list puts together several parts"));
        }
        if rate != NORMAL {
            return Err(VideoError::Malformed("the edit list changes the speed"));
        }
    }
    let Some((duration, start)) = part else { return Ok(everything) };
    // Without a length it goes to the end; so it does in a fragmented file, whose length the list cannot know.
    if duration == 0 || child(moov, b"mvex")?.is_some() {
        return Ok(start..i64::MAX);
    }
    let mvhd = child(moov, b"mvhd")?.ok_or(VideoError::Malformed("there is no mvhd"))?;
    let unit = u32_at(mvhd, if mvhd.first() == Some(&1) { 20 } else { 12 })?;
    if unit == 0 {
        return Err(VideoError::Malformed("the timescale is zero"));
    }
    let length = (u128::from(duration) * u128::from(timescale) + u128::from(unit) / 2) / u128::from(unit);
    Ok(start..start.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)))
}
