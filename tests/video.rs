//! The video reader against what FFmpeg decodes, and against files that are cut off, changed or something else.
#![cfg(feature = "face")]

use std::path::Path;
use titre::biometrics::{Video, VideoError};
use titre::crypto::HashAlgorithm;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/video").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Decodes everything: the digest of all planes in display order, and the times.
fn decoded(bytes: Vec<u8>) -> Result<(String, Vec<i64>), VideoError> {
    let video = Video::open(bytes)?;
    let mut planes = Vec::new();
    let mut times = Vec::new();
    for picture in video.pictures()? {
        let picture = picture?;
        picture.planes().iter().for_each(|plane| planes.extend_from_slice(plane));
        times.push(picture.pts_ms);
    }
    Ok((hex::encode(HashAlgorithm::Sha256.digest(&planes)), times))
}

#[test]
fn pictures_are_bit_identical_to_ffmpeg_and_in_display_order() {
    for (name, digest) in [
        ("baseline.mp4", "cd712bf930b7aa6023c5f4dc1111bda5345e22d0134aecdd59d3e8da9a3f3293"),
        ("high_b_frames.mp4", "596c1e8114b9fd2eed2149e0718edd26c9042fdb3785661b0600d571886125b0"),
        ("fragmented.mp4", "27ecc6f1104f6e714e1c59c4cde2803fffba0726c9c3d4704dd8f9c4f613d4a7"),
        ("high10.mp4", "07e2e69c02fbdadf2731f00f5a2a1dad8962388c8ea9b9da01d849a5c8a2dae0"),
    ] {
        let (found, times) = decoded(fixture(name)).unwrap();
        assert_eq!(found, digest, "{name}");
        assert_eq!(times, (0..25).map(|picture| picture * 40).collect::<Vec<i64>>(), "{name}");
    }
}

#[test]
fn hevc_is_bit_identical_to_ffmpeg() {
    let (found, times) = decoded(fixture("hevc.mp4")).unwrap();
    assert_eq!(found, "d5d4eb65600178c9b897b0cdfa6b73928311aaff45ccb811327b742b316b4c5d");
    assert_eq!(times, (0..10).map(|picture| picture * 40).collect::<Vec<i64>>());
}

#[test]
fn times_of_a_variable_rate_are_kept() {
    let (found, times) = decoded(fixture("variable_rate.mp4")).unwrap();
    assert_eq!(found, "ca4a2e2a5d93911cb5b3cd095e0771275058f038e55319c6846e634b038a11ea");
    assert_eq!(times[..7], [0, 33, 133, 166, 233, 333, 433]);
}

#[test]
fn rotation_turns_the_picture_upright() {
    let plain = fixture("baseline.mp4");
    let tkhd = plain.windows(4).position(|window| window == b"tkhd").unwrap() + 4;
    let first = |bytes: Vec<u8>| {
        let video = Video::open(bytes).unwrap();
        let picture = video.pictures().unwrap().next().unwrap().unwrap();
        (video.rotation(), picture.to_rgb().image)
    };
    let (_, upright) = first(plain.clone());
    assert_eq!(upright.dimensions(), (96, 64));
    for (degrees, [a, b, c, d]) in [(90, [0, 1, -1, 0]), (180, [-1, 0, 0, -1]), (270, [0, -1, 1, 0])] {
        let mut bytes = plain.clone();
        for (index, value) in [(0, a), (1, b), (3, c), (4, d)] {
            let at = tkhd + 40 + 4 * index;
            bytes[at..at + 4].copy_from_slice(&(value * 0x1_0000i32).to_be_bytes());
        }
        let (rotation, turned) = first(bytes);
        assert_eq!(rotation, degrees);
        // The upper left corner goes to the upper right at 90 degrees clockwise.
        let corner = *upright.get_pixel(2, 1);
        let there = match degrees {
            90 => turned.get_pixel(63 - 1, 2),
            180 => turned.get_pixel(95 - 2, 63 - 1),
            _ => turned.get_pixel(1, 95 - 2),
        };
        assert_eq!(*there, corner, "{degrees}");
    }
}

#[test]
fn colours_are_those_of_ffmpeg() {
    // FFmpeg's RGB of the first picture, at six places: BT.601 of limited range where the stream is silent, and
    // BT.709 of full range where it says so.
    const PLACES: [(u32, u32); 6] = [(4, 50), (20, 50), (36, 50), (60, 50), (88, 50), (20, 10)];
    let silent = [[254, 0, 0], [127, 133, 136], [255, 255, 0], [0, 0, 255], [1, 255, 255], [54, 63, 0]];
    let signalled =
        [[255, 36, 10], [129, 129, 133], [238, 223, 2], [13, 28, 249], [0, 215, 241], [47, 66, 10]];
    for (name, expected) in [("baseline.mp4", silent), ("high_b_frames.mp4", signalled)] {
        let video = Video::open(fixture(name)).unwrap();
        let frame = video.pictures().unwrap().next().unwrap().unwrap().to_rgb();
        for ((x, y), expected) in PLACES.into_iter().zip(expected) {
            let found = frame.image.get_pixel(x, y).0;
            let far = found.iter().zip(expected).any(|(found, expected)| found.abs_diff(expected) > 2);
            assert!(!far, "{name} at {x}, {y}: {found:?}, FFmpeg says {expected:?}");
        }
    }
}

#[test]
fn what_is_no_video_is_said_to_be_none() {
    assert_eq!(Video::open(fixture("sound_only.mp4")).unwrap_err(), VideoError::NoVideoTrack);
    assert!(matches!(Video::open(Vec::new()), Err(VideoError::Container(_))));
    assert!(matches!(Video::open(b"RIFF....AVI ".to_vec()), Err(VideoError::Container(_))));
    assert!(Video::open(vec![0x1A, 0x45, 0xDF, 0xA3, 0]).is_err());
    assert_eq!(Video::open(vec![0x1A, 0x45, 0xDF, 0xA3, 0x80]).unwrap_err(), VideoError::NoVideoTrack);
    assert!(matches!(Video::open(b"\0\0\0\x14ftypisom\0\0\0\0isom".to_vec()), Err(VideoError::Malformed(_))));
}

#[test]
fn a_cut_off_file_is_refused_wherever_it_is_cut() {
    for name in ["baseline.mp4", "high_b_frames.mp4"] {
        let whole = fixture(name);
        // The last box is moov or mdat: without its last byte the file is not whole.
        for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            assert!(decoded(whole[..length].to_vec()).is_err(), "{name} cut at {length}");
        }
    }
}

#[test]
fn no_table_makes_it_allocate_or_panic() {
    for name in ["baseline.mp4", "fragmented.mp4"] {
        let whole = fixture(name);
        let tables: &[&[u8]] = &[
            b"stsz", b"stts", b"ctts", b"stsc", b"stco", b"trun", b"tfhd", b"tkhd", b"mdhd", b"avcC", b"stsd",
        ];
        for table in tables {
            let Some(at) = whole.windows(4).position(|window| window == *table) else { continue };
            for place in at + 4..(at + 44).min(whole.len()) {
                for value in [0x00, 0x7F, 0xFF] {
                    let mut bytes = whole.clone();
                    bytes[place] = value;
                    if let Ok(video) = Video::open(bytes) {
                        assert!(video.len() <= titre::biometrics::video::MAX_PICTURES);
                    }
                }
            }
        }
        // A count of four thousand million, in a table with a fixed size of samples.
        let stsz = whole.windows(4).position(|window| window == b"stsz").unwrap();
        let mut bytes = whole.clone();
        bytes[stsz + 8..stsz + 16].copy_from_slice(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert!(matches!(Video::open(bytes), Err(VideoError::TooLarge(_))), "{name}");
    }
}

#[test]
fn changed_bytes_of_the_stream_never_panic() {
    let whole = fixture("high_b_frames.mp4");
    let mdat = whole.windows(4).position(|window| window == b"mdat").unwrap() + 4;
    let mut refused = 0;
    for step in 0..150 {
        let mut bytes = whole.clone();
        for change in 0..4 {
            let at = mdat + (step * 7919 + change * 104_729) % (whole.len() - mdat);
            bytes[at] ^= 1 << (step % 8);
        }
        refused += usize::from(decoded(bytes).is_err());
    }
    assert!(refused > 0, "no change was ever noticed");
}

#[test]
fn forged_times_are_refused() {
    // A timescale of one makes a second of every tick.
    let mut slow = fixture("baseline.mp4");
    let mdhd = slow.windows(4).position(|window| window == b"mdhd").unwrap() + 4;
    slow[mdhd + 12..mdhd + 16].copy_from_slice(&1u32.to_be_bytes());
    // Without its edit list, which would hide what comes after the length that it gives.
    let edts = slow.windows(4).position(|window| window == b"edts").unwrap();
    slow[edts..edts + 4].copy_from_slice(b"free");
    assert!(matches!(Video::open(slow), Err(VideoError::TooLarge(_))));
    // The first picture is said to be shown after its followers: gestures would change places.
    let mut shuffled = fixture("high_b_frames.mp4");
    let ctts = shuffled.windows(4).position(|window| window == b"ctts").unwrap() + 4;
    let offset = ctts + 12;
    let late = u32::from_be_bytes(shuffled[offset..offset + 4].try_into().unwrap()) + 4 * 512;
    shuffled[offset..offset + 4].copy_from_slice(&late.to_be_bytes());
    assert!(matches!(decoded(shuffled), Err(VideoError::Malformed(_))));
}
