//! Boxes of an MP4 file down to the one video track that is decoded. Written here because a demuxer for hostile
//! files must neither panic nor allocate what a table merely claims.
//! Source: ISO/IEC 14496-12 sections 4.2 (boxes), 8.1 to 8.8 (movie, tracks, fragments), 12.1 (video).

use super::container::{Codec, Container, Movie, within_limits};
use super::{MAX_PICTURES, VideoError, edits, tables};

/// Most boxes looked at in one box.
const MAX_BOXES: usize = 100_000;
/// Most tracks of a file.
const MAX_TRACKS: usize = 32;

/// A box: its type and its content.
pub(super) type Boxed<'a> = ([u8; 4], &'a [u8]);

/// The next box of `rest`: its type and content. A size of 0 means to the end.
fn next<'a>(rest: &mut &'a [u8]) -> Result<Option<Boxed<'a>>, VideoError> {
    const CUT: VideoError = VideoError::Malformed("a box is larger than what holds it");
    if rest.is_empty() {
        return Ok(None);
    }
    let (head, _) = rest.split_first_chunk::<8>().ok_or(CUT)?;
    let [a, b, c, d, kind @ ..] = *head;
    let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (8, rest.len()),
        1 => {
            let large = rest.get(8..16).and_then(|bytes| bytes.try_into().ok()).ok_or(CUT)?;
            (16, usize::try_from(u64::from_be_bytes(large)).map_err(|_| CUT)?)
        }
        size => (8, size as usize),
    };
    let content = rest.get(header..size).ok_or(CUT)?;
    *rest = &rest[size..];
    Ok(Some((kind, content)))
}

/// All boxes in `content`.
pub(super) fn children(content: &[u8]) -> Result<Vec<Boxed<'_>>, VideoError> {
    let mut rest = content;
    let mut found = Vec::new();
    while let Some(child) = next(&mut rest)? {
        if found.len() >= MAX_BOXES {
            return Err(VideoError::Malformed("too many boxes"));
        }
        found.push(child);
    }
    Ok(found)
}

/// The first box of type `kind`.
pub(super) fn child<'a>(content: &'a [u8], kind: &[u8; 4]) -> Result<Option<&'a [u8]>, VideoError> {
    Ok(children(content)?.into_iter().find(|(found, _)| found == kind).map(|(_, content)| content))
}

fn required<'a>(content: &'a [u8], kind: &[u8; 4], what: &'static str) -> Result<&'a [u8], VideoError> {
    child(content, kind)?.ok_or(VideoError::Malformed(what))
}

/// A big-endian number of the content, at a byte offset.
pub(super) fn u32_at(content: &[u8], at: usize) -> Result<u32, VideoError> {
    let bytes = content.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map(|bytes| u32::from_be_bytes(*bytes)).ok_or(VideoError::Malformed("a box is too short"))
}

/// The same of eight bytes.
pub(super) fn u64_at(content: &[u8], at: usize) -> Result<u64, VideoError> {
    let bytes = content.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map(|bytes| u64::from_be_bytes(*bytes)).ok_or(VideoError::Malformed("a box is too short"))
}

/// Reads a file; takes its first video track.
pub(super) fn read(file: &[u8]) -> Result<Movie, VideoError> {
    // A cut-off file ends in an incomplete mdat: what stands before it is still read, to say so precisely.
    let mut rest = file;
    let mut top = Vec::new();
    let cut = loop {
        let start = file.len() - rest.len();
        match next(&mut rest) {
            Ok(Some(found)) if top.len() < MAX_BOXES => top.push((found, start)),
            Ok(Some(_)) => return Err(VideoError::Malformed("too many boxes")),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let moov = top.iter().find(|((kind, _), _)| kind == b"moov").map(|((_, content), _)| *content);
    let moov = moov.ok_or_else(|| cut.unwrap_or(VideoError::Malformed("there is no moov box")))?;
    let mut tracks = 0;
    for (kind, trak) in children(moov)? {
        if &kind != b"trak" {
            continue;
        }
        tracks += 1;
        if tracks > MAX_TRACKS {
            return Err(VideoError::Malformed("too many tracks"));
        }
        if let Some(movie) = track(moov, trak, &top)? {
            return Ok(movie);
        }
    }
    Err(VideoError::NoVideoTrack)
}

fn track(moov: &[u8], trak: &[u8], top: &[(Boxed<'_>, usize)]) -> Result<Option<Movie>, VideoError> {
    let mdia = required(trak, b"mdia", "a track has no mdia")?;
    let hdlr = required(mdia, b"hdlr", "a track has no hdlr")?;
    if hdlr.get(8..12) != Some(b"vide") {
        return Ok(None);
    }
    let tkhd = required(trak, b"tkhd", "a track has no tkhd")?;
    let wide = usize::from(tkhd.first() == Some(&1));
    let track_id = u32_at(tkhd, if wide == 1 { 20 } else { 12 })?;
    let rotation = rotation(tkhd, 40 + 12 * wide)?;
    let mdhd = required(mdia, b"mdhd", "a track has no mdhd")?;
    let timescale = u32_at(mdhd, if mdhd.first() == Some(&1) { 20 } else { 12 })?;
    if timescale == 0 {
        return Err(VideoError::Malformed("the timescale is zero"));
    }
    let minf = required(mdia, b"minf", "a track has no minf")?;
    let stbl = required(minf, b"stbl", "a track has no stbl")?;
    let (codec, configuration) = entry(required(stbl, b"stsd", "a track has no stsd")?)?;

    // Each fragment looks its defaults up anew, so that empty ones must not be without number.
    if top.iter().filter(|((kind, _), _)| kind == b"moof").count() > MAX_PICTURES {
        return Err(VideoError::TooLarge(format!("the file has more than {MAX_PICTURES} fragments")));
    }
    let mut samples = tables::samples(stbl)?;
    for ((kind, content), start) in top {
        if kind == b"moof" {
            // Offsets count from the first byte of the box, its header included.
            tables::fragment(moov, content, *start as u64, track_id, &mut samples)?;
        }
    }
    let shown = edits::shown(moov, trak, timescale)?;
    for sample in &mut samples {
        sample.shown = shown.contains(&sample.pts);
    }
    let unit = (1000, u64::from(timescale));
    Ok(Some(Movie { container: Container::Mp4, codec, configuration, unit, rotation, samples }))
}

/// The turn of `tkhd`'s matrix, clockwise. ISO/IEC 14496-12 section 8.3.2: a b u c d v x y w, 16.16.
fn rotation(tkhd: &[u8], at: usize) -> Result<u16, VideoError> {
    let sign = |index: usize| Ok((u32_at(tkhd, at + 4 * index)? as i32).signum());
    Ok(match (sign(0)?, sign(1)?, sign(3)?, sign(4)?) {
        (0, 1, -1, 0) => 90,
        (-1, 0, 0, -1) => 180,
        (0, -1, 1, 0) => 270,
        _ => 0,
    })
}

/// Codec and configuration of the first sample entry.
fn entry(stsd: &[u8]) -> Result<(Codec, Vec<u8>), VideoError> {
    let entries = stsd.get(8..).ok_or(VideoError::Malformed("stsd is too short"))?;
    let (kind, entry) =
        children(entries)?.into_iter().next().ok_or(VideoError::Malformed("stsd is empty"))?;
    let size = u32_at(entry, 24)?;
    within_limits(size >> 16, size & 0xFFFF)?;
    // VisualSampleEntry has 78 bytes before its boxes: section 12.1.3. What QuickTime puts behind them may be four
    // zero bytes, so the one box is looked for only where it is needed.
    let boxes = entry.get(78..).ok_or(VideoError::Malformed("the sample entry is too short"))?;
    let configured =
        |kind, what| first_box(boxes, kind).map(<[u8]>::to_vec).ok_or(VideoError::Malformed(what));
    Ok(match &kind {
        b"avc1" | b"avc3" => (Codec::H264, configured(b"avcC", "avc1 has no avcC")?),
        b"hvc1" | b"hev1" => (Codec::Hevc, configured(b"hvcC", "hvc1 has no hvcC")?),
        b"vp09" => (Codec::Vp9, Vec::new()),
        other => (Codec::Other(other.iter().map(|&byte| printable(byte)).collect()), Vec::new()),
    })
}

/// The first box of a type, in what may end in something that is no box.
fn first_box<'a>(mut rest: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    while let Ok(Some((found, content))) = next(&mut rest) {
        if &found == kind {
            return Some(content);
        }
    }
    None
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() { char::from(byte) } else { '?' }
}
