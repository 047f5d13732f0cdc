//! Sample tables and track fragments, as a bounded list of samples. Every count is held against the bytes that
//! are there, and against [`MAX_PICTURES`], before anything grows.
//! Source: ISO/IEC 14496-12 sections 8.6.1 (stts, ctts), 8.7 (stsz, stsc, stco), 8.8 (moof).

use super::mp4::{child, children, u32_at, u64_at};
use super::{MAX_PICTURES, VideoError};

/// One coded picture in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) offset: u64,
    pub(super) size: u32,
    /// Time of display, in units of the track's timescale.
    pub(super) pts: i64,
    /// Whether it is to be shown; one that is not may still be needed to decode others.
    pub(super) shown: bool,
    /// Time of decoding plus duration: where the next fragment goes on.
    end: i64,
}

impl Sample {
    /// A picture of a container that gives each its own time.
    pub(super) const fn timed(offset: u64, size: u32, pts: i64, shown: bool) -> Self {
        Self { offset, size, pts, shown, end: pts }
    }
}

const TOO_MANY: &str = "the video has more than 4000 pictures";

/// Entries of a table after its header of `header` bytes: `count` at `count_at`, each of `width` 32-bit numbers.
struct Table<'a> {
    content: &'a [u8],
    header: usize,
    width: usize,
    count: usize,
}

impl<'a> Table<'a> {
    fn new(content: &'a [u8], header: usize, width: usize) -> Result<Self, VideoError> {
        let count = u32_at(content, header - 4)? as usize;
        let needed = count.checked_mul(4 * width).and_then(|bytes| bytes.checked_add(header));
        if needed.is_none_or(|needed| needed > content.len()) {
            return Err(VideoError::Malformed("a table is longer than its box"));
        }
        Ok(Self { content, header, width, count })
    }

    fn value(&self, entry: usize, column: usize) -> Result<u32, VideoError> {
        u32_at(self.content, self.header + 4 * (entry * self.width + column))
    }
}

/// Runs of a table `(count, value)`, spread over `len` samples; the last value goes on.
fn spread(table: &Table<'_>, len: usize) -> Result<Vec<u32>, VideoError> {
    let mut values = Vec::with_capacity(len);
    for entry in 0..table.count {
        let run = (table.value(entry, 0)? as usize).min(len - values.len());
        values.resize(values.len() + run, table.value(entry, 1)?);
        if values.len() == len {
            break;
        }
    }
    if values.len() < len {
        return Err(VideoError::Malformed("a time table ends before the pictures do"));
    }
    Ok(values)
}

/// The samples of `stbl`; none in a file that is all fragments.
pub(super) fn samples(stbl: &[u8]) -> Result<Vec<Sample>, VideoError> {
    let Some(stsz) = child(stbl, b"stsz")? else { return Ok(Vec::new()) };
    let len = u32_at(stsz, 8)? as usize;
    if len == 0 {
        return Ok(Vec::new());
    }
    if len > MAX_PICTURES {
        return Err(VideoError::TooLarge(TOO_MANY.to_owned()));
    }
    let sizes = match u32_at(stsz, 4)? {
        0 => {
            let table = Table::new(stsz, 12, 1)?;
            (0..len).map(|sample| table.value(sample, 0)).collect::<Result<Vec<_>, _>>()?
        }
        size => vec![size; len],
    };
    let missing = |what| move || VideoError::Malformed(what);
    let stts = child(stbl, b"stts")?.ok_or_else(missing("there is no stts"))?;
    let durations = spread(&Table::new(stts, 8, 2)?, len)?;
    let shifts = match child(stbl, b"ctts")? {
        Some(ctts) => spread(&Table::new(ctts, 8, 2)?, len)?,
        None => vec![0; len],
    };
    let stsc = child(stbl, b"stsc")?.ok_or_else(missing("there is no stsc"))?;
    let offsets = offsets(stbl, &Table::new(stsc, 8, 3)?, &sizes)?;

    let mut dts = 0i64;
    let mut samples = Vec::with_capacity(len);
    for (((size, offset), duration), shift) in sizes.into_iter().zip(offsets).zip(durations).zip(shifts) {
        // Version 0 of ctts is unsigned by the standard and signed in practice; version 1 is signed.
        let pts = dts.saturating_add(i64::from(shift as i32));
        dts = dts.saturating_add(i64::from(duration));
        samples.push(Sample { offset, size, pts, shown: true, end: dts });
    }
    Ok(samples)
}

/// The place of each sample: chunks of `stco` or `co64`, filled as `stsc` says.
fn offsets(stbl: &[u8], stsc: &Table<'_>, sizes: &[u32]) -> Result<Vec<u64>, VideoError> {
    let (chunks, wide) = match (child(stbl, b"stco")?, child(stbl, b"co64")?) {
        (Some(stco), _) => (Table::new(stco, 8, 1)?, false),
        (None, Some(co64)) => (Table::new(co64, 8, 2)?, true),
        (None, None) => return Err(VideoError::Malformed("there is neither stco nor co64")),
    };
    let mut offsets = Vec::with_capacity(sizes.len());
    let mut entry = 0;
    for chunk in 0..chunks.count {
        if offsets.len() == sizes.len() {
            break;
        }
        while entry + 1 < stsc.count && stsc.value(entry + 1, 0)? as usize <= chunk + 1 {
            entry += 1;
        }
        if entry >= stsc.count {
            return Err(VideoError::Malformed("stsc is empty"));
        }
        let mut offset = if wide {
            u64::from(chunks.value(chunk, 0)?) << 32 | u64::from(chunks.value(chunk, 1)?)
        } else {
            u64::from(chunks.value(chunk, 0)?)
        };
        let in_chunk = (stsc.value(entry, 1)? as usize).min(sizes.len() - offsets.len());
        for _ in 0..in_chunk {
            let size = sizes[offsets.len()];
            offsets.push(offset);
            offset = offset.saturating_add(u64::from(size));
        }
    }
    if offsets.len() < sizes.len() {
        return Err(VideoError::Malformed("the chunks end before the pictures do"));
    }
    Ok(offsets)
}

/// Adds the samples of one `moof` that belong to `track_id`. `start` is the offset of the moof box.
pub(super) fn fragment(
    moov: &[u8],
    moof: &[u8],
    start: u64,
    track_id: u32,
    samples: &mut Vec<Sample>,
) -> Result<(), VideoError> {
    for (kind, traf) in children(moof)? {
        if &kind != b"traf" {
            continue;
        }
        let tfhd = child(traf, b"tfhd")?.ok_or(VideoError::Malformed("a traf has no tfhd"))?;
        if u32_at(tfhd, 4)? != track_id {
            continue;
        }
        let defaults = Defaults::read(moov, tfhd, track_id, start)?;
        let mut dts = match child(traf, b"tfdt")? {
            Some(tfdt) if tfdt.first() == Some(&1) => i64::try_from(u64_at(tfdt, 4)?).unwrap_or(i64::MAX),
            Some(tfdt) => i64::from(u32_at(tfdt, 4)?),
            None => samples.last().map_or(0, |sample| sample.end),
        };
        let mut offset = defaults.base;
        for (kind, trun) in children(traf)? {
            if &kind == b"trun" {
                run(trun, &defaults, &mut dts, &mut offset, samples)?;
            }
        }
    }
    Ok(())
}

struct Defaults {
    base: u64,
    duration: u32,
    size: u32,
}

impl Defaults {
    fn read(moov: &[u8], tfhd: &[u8], track_id: u32, start: u64) -> Result<Self, VideoError> {
        let mut defaults = Self { base: start, duration: 0, size: 0 };
        if let Some(mvex) = child(moov, b"mvex")? {
            for (kind, trex) in children(mvex)? {
                if &kind == b"trex" && u32_at(trex, 4)? == track_id {
                    defaults.duration = u32_at(trex, 12)?;
                    defaults.size = u32_at(trex, 16)?;
                }
            }
        }
        let flags = u32_at(tfhd, 0)?;
        let mut at = 8;
        if flags & 0x01 != 0 {
            defaults.base = u64_at(tfhd, at)?;
            at += 8;
        }
        if flags & 0x02 != 0 {
            at += 4;
        }
        if flags & 0x08 != 0 {
            defaults.duration = u32_at(tfhd, at)?;
            at += 4;
        }
        if flags & 0x10 != 0 {
            defaults.size = u32_at(tfhd, at)?;
        }
        Ok(defaults)
    }
}

/// One `trun`: section 8.8.8.
fn run(
    trun: &[u8],
    defaults: &Defaults,
    dts: &mut i64,
    offset: &mut u64,
    samples: &mut Vec<Sample>,
) -> Result<(), VideoError> {
    let flags = u32_at(trun, 0)?;
    let count = u32_at(trun, 4)? as usize;
    if count > MAX_PICTURES || samples.len() + count > MAX_PICTURES {
        return Err(VideoError::TooLarge(TOO_MANY.to_owned()));
    }
    let mut at = 8;
    let mut take = |present: bool| -> Result<Option<u32>, VideoError> {
        if !present {
            return Ok(None);
        }
        at += 4;
        u32_at(trun, at - 4).map(Some)
    };
    if let Some(shift) = take(flags & 0x01 != 0)? {
        *offset = defaults.base.saturating_add_signed(i64::from(shift as i32));
    }
    take(flags & 0x04 != 0)?;
    for _ in 0..count {
        let duration = take(flags & 0x100 != 0)?.unwrap_or(defaults.duration);
        let size = take(flags & 0x200 != 0)?.unwrap_or(defaults.size);
        take(flags & 0x400 != 0)?;
        let shift = take(flags & 0x800 != 0)?.unwrap_or(0);
        let pts = dts.saturating_add(i64::from(shift as i32));
        *dts = dts.saturating_add(i64::from(duration));
        samples.push(Sample { offset: *offset, size, pts, shown: true, end: *dts });
        *offset = offset.saturating_add(u64::from(size));
    }
    Ok(())
}
