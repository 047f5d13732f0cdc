//! Elements of a Matroska or WebM file down to the one video track that is decoded. Written here because a demuxer
//! for hostile files must neither panic nor allocate what a size merely claims, and because the pictures then stay
//! where they are in the file.
//! Source: RFC 9559 (Matroska), RFC 8794 (EBML).
//! Does not: laced blocks and compressed or encrypted tracks, which no recorder writes for video; the turn of a
//! projection (`ProjectionPoseRoll`).

use super::container::{Codec, Container, Movie, within_limits};
use super::ebml::{self, Head};
use super::tables::Sample;
use super::{MAX_PICTURES, VideoError};

/// Most elements of a file on the levels of segment and cluster.
const MAX_ELEMENTS: usize = 200_000;
/// Most tracks of a file.
const MAX_TRACKS: usize = 32;
/// Nanoseconds of a time unit where the file does not say.
const DEFAULT_SCALE: u64 = 1_000_000;
/// Most nanoseconds of a time unit: a second.
const MAX_SCALE: u64 = 1_000_000_000;
/// The `TrackType` of video.
const TYPE_VIDEO: u64 = 1;

/// The video track.
struct Track {
    number: u64,
    codec: Codec,
    configuration: Vec<u8>,
}

/// Reads a file; takes its first video track.
///
/// Segment and cluster are walked through as if they had no ends: what stands in them names itself, and a recorder
/// that writes while it records leaves their sizes unknown.
pub(super) fn read(file: &[u8]) -> Result<Movie, VideoError> {
    let mut samples = Vec::new();
    let mut scale = DEFAULT_SCALE;
    let mut track: Option<Track> = None;
    let mut cluster = 0;
    let mut at = 0;
    for number in 0.. {
        if number > MAX_ELEMENTS {
            return Err(VideoError::Malformed("too many EBML elements"));
        }
        let cut = || VideoError::Truncated { picture: samples.len() };
        let rest = file.get(at..).unwrap_or_default();
        let Some(Head { id, size, len }) = ebml::head(&mut &rest[..])? else { break };
        at += len as usize;
        if matches!(id, ebml::SEGMENT | ebml::CLUSTER) {
            if size.is_some_and(|size| size > (file.len() - at.min(file.len())) as u64) {
                return Err(cut());
            }
            continue;
        }
        let size = size.ok_or(VideoError::Malformed("an EBML element has no size"))?;
        let end = usize::try_from(size).ok().and_then(|size| at.checked_add(size));
        let (end, content) = end.and_then(|end| Some((end, file.get(at..end)?))).ok_or_else(cut)?;
        match id {
            ebml::INFO => {
                if let Some(told) = ebml::child(content, ebml::TIMESTAMP_SCALE)? {
                    scale = ebml::unsigned(told)?;
                }
            }
            ebml::TRACKS if track.is_none() => track = Some(video_track(content)?),
            ebml::TIMESTAMP => {
                cluster = i64::try_from(ebml::unsigned(content)?)
                    .map_err(|_| VideoError::Malformed("a cluster's time is too large"))?;
            }
            ebml::SIMPLE_BLOCK => add(&mut samples, track.as_ref(), cluster, at, content)?,
            ebml::BLOCK_GROUP => {
                if let Some(block) = ebml::child(content, ebml::BLOCK)? {
                    // A part of the file, so that its place is the distance of the two beginnings.
                    let start = at + (block.as_ptr().addr() - content.as_ptr().addr());
                    add(&mut samples, track.as_ref(), cluster, start, block)?;
                }
            }
            _ => {}
        }
        at = end;
    }
    let Track { codec, configuration, .. } = track.ok_or(VideoError::NoVideoTrack)?;
    if !(1..=MAX_SCALE).contains(&scale) {
        return Err(VideoError::Malformed("the timescale is zero or more than a second"));
    }
    let unit = (scale, 1_000_000);
    Ok(Movie { container: Container::Matroska, codec, configuration, unit, rotation: 0, samples })
}

/// The first video track of `Tracks`.
fn video_track(tracks: &[u8]) -> Result<Track, VideoError> {
    let entries = ebml::children(tracks)?;
    let entries = entries.into_iter().filter(|(id, _)| *id == ebml::TRACK_ENTRY);
    for (place, (_, entry)) in entries.enumerate() {
        if place >= MAX_TRACKS {
            return Err(VideoError::Malformed("too many tracks"));
        }
        let value = |id| ebml::child(entry, id)?.map(ebml::unsigned).transpose();
        if value(ebml::TRACK_TYPE)? != Some(TYPE_VIDEO) {
            continue;
        }
        if ebml::child(entry, ebml::CONTENT_ENCODINGS)?.is_some() {
            return Err(VideoError::Malformed("the video track is compressed again or encrypted"));
        }
        let number = value(ebml::TRACK_NUMBER)?.ok_or(VideoError::Malformed("a track has no number"))?;
        if let Some(video) = ebml::child(entry, ebml::VIDEO)? {
            let side = |id| -> Result<u32, VideoError> {
                let side = ebml::child(video, id)?.map(ebml::unsigned).transpose()?.unwrap_or(0);
                Ok(u32::try_from(side).unwrap_or(u32::MAX))
            };
            within_limits(side(ebml::PIXEL_WIDTH)?, side(ebml::PIXEL_HEIGHT)?)?;
        }
        let id = ebml::child(entry, ebml::CODEC_ID)?.unwrap_or_default();
        let configuration = ebml::child(entry, ebml::CODEC_PRIVATE)?.unwrap_or_default().to_vec();
        let codec = match id {
            b"V_MPEG4/ISO/AVC" => Codec::H264,
            b"V_MPEGH/ISO/HEVC" => Codec::Hevc,
            b"V_VP9" => Codec::Vp9,
            other => {
                let name = other.iter().take(32).filter(|byte| byte.is_ascii_graphic());
                Codec::Other(name.map(|&byte| char::from(byte)).collect())
            }
        };
        return Ok(Track { number, codec, configuration });
    }
    Err(VideoError::NoVideoTrack)
}

/// Lists a block if it is the video track's. `start` is the place of `block` in the file.
fn add(
    samples: &mut Vec<Sample>,
    track: Option<&Track>,
    cluster: i64,
    start: usize,
    block: &[u8],
) -> Result<(), VideoError> {
    let head = ebml::block(block)?;
    let track = track.ok_or(VideoError::Malformed("a block comes before the tracks"))?;
    if head.track != track.number {
        return Ok(());
    }
    if head.laced {
        return Err(VideoError::Malformed("a video block is laced"));
    }
    if samples.len() >= MAX_PICTURES {
        return Err(VideoError::TooLarge(format!("the video has more than {MAX_PICTURES} pictures")));
    }
    let size = u32::try_from(block.len() - head.len).unwrap_or(u32::MAX);
    let pts = cluster.saturating_add(i64::from(head.time));
    samples.push(Sample::timed((start + head.len) as u64, size, pts, !head.invisible));
    Ok(())
}
