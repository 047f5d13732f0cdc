//! Every sample of every picture against FFmpeg, on clips made here: codecs, profiles, containers, rates, edit lists,
//! rotation, sound beside the pictures; and the codecs that only an installed FFmpeg decodes.
#![cfg(feature = "face")]

mod clips;
mod hostile;

use clips::{BUILT_IN, Clip, EXTERNAL, has_ffmpeg};
use std::path::Path;
use titre::biometrics::{Video, VideoError};

struct Decoded {
    samples: Vec<u8>,
    times: Vec<i64>,
    video: Video,
}

fn decoded(path: &Path) -> Result<Decoded, VideoError> {
    let video = Video::open(std::fs::read(path).unwrap())?;
    let (mut samples, mut times) = (Vec::new(), Vec::new());
    for picture in video.pictures()? {
        let picture = picture?;
        picture.planes().iter().for_each(|plane| samples.extend_from_slice(plane));
        times.push(picture.pts_ms);
    }
    Ok(Decoded { samples, times, video })
}

fn format(name: &str) -> &'static str {
    match name {
        "high10.mp4" | "hevc10.mp4" | "vp9_10.webm" => "yuv420p10le",
        "full_range.mp4" => "yuvj420p",
        _ => "yuv420p",
    }
}

/// Compares samples and times; says where the first difference is.
fn compare(name: &str, path: &Path) -> Decoded {
    let found = decoded(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let expected = clips::samples(path, format(name));
    assert_eq!(found.samples.len(), expected.len(), "{name}: {} pictures", found.times.len());
    let differs = found.samples.iter().zip(&expected).position(|(found, expected)| found != expected);
    assert_eq!(differs, None, "{name}: first difference at byte");
    let times = clips::times(path);
    assert_eq!(found.times.len(), times.len(), "{name}");
    for (found, expected) in found.times.iter().zip(&times) {
        assert!((*found as f64 - expected).abs() < 1.01, "{name}: {found} ms, ffprobe says {expected}");
    }
    assert_eq!(found.video.len(), found.times.len(), "{name}");
    found
}

fn each(test: &str, clips: &[Clip], check: impl Fn(&Clip, Decoded)) {
    if !has_ffmpeg(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for clip in clips {
        let path = clip.make(folder.path());
        check(clip, compare(clip.name, &path));
    }
}

#[test]
fn built_in_decoders_are_exact() {
    each("built_in_decoders_are_exact", BUILT_IN, |clip, found| {
        let decoder = found.video.decoder();
        assert!(!decoder.external, "{}: {decoder:?}", clip.name);
        let even = !clip.name.starts_with("vfr");
        assert_eq!(
            found.times.iter().zip(0..).all(|(time, number)| *time == number * 40),
            even,
            "{}",
            clip.name
        );
    });
}

#[test]
fn an_installed_ffmpeg_decodes_the_rest_and_is_named() {
    each("an_installed_ffmpeg_decodes_the_rest_and_is_named", EXTERNAL, |clip, found| {
        let decoder = found.video.decoder();
        assert!(decoder.external && decoder.name.starts_with("ffmpeg "), "{}: {decoder:?}", clip.name);
    });
}

#[test]
fn without_programs_the_codec_is_named() {
    if !has_ffmpeg("without_programs_the_codec_is_named") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (clip, codec) in EXTERNAL.iter().zip(["V_VP8", "mp4v", "h264 of 8 bits, chroma format 3"]) {
        let bytes = std::fs::read(clip.make(folder.path())).unwrap();
        let refused = Video::open_without_programs(bytes).unwrap_err();
        assert_eq!(refused, VideoError::Codec(codec.to_owned()));
    }
}

#[test]
fn an_edit_list_takes_pictures_away() {
    if !has_ffmpeg("an_edit_list_takes_pictures_away") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, seconds) in [("main.mp4", "0.4"), ("baseline.mp4", "0.2"), ("hevc.mp4", "0.56")] {
        let clip = BUILT_IN.iter().find(|clip| clip.name == name).unwrap().make(folder.path());
        let trimmed = clips::trimmed(&clip, seconds, folder.path());
        let found = compare("trimmed.mp4", &trimmed);
        assert!(found.times.len() < 25 && found.times[0] == 0, "{name}: {:?}", found.times);
    }
}

/// Writes a matrix into the track header: what a phone does that is held upright.
fn turn(path: &Path, [a, b, c, d]: [i32; 4]) {
    let mut bytes = std::fs::read(path).unwrap();
    let tkhd = bytes.windows(4).position(|window| window == b"tkhd").unwrap() + 4;
    for (index, value) in [(0, a), (1, b), (3, c), (4, d)] {
        let at = tkhd + 40 + 4 * index;
        bytes[at..at + 4].copy_from_slice(&(value * 0x1_0000).to_be_bytes());
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn rotation_is_the_players() {
    if !has_ffmpeg("rotation_is_the_players") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clip = BUILT_IN.iter().find(|clip| clip.name == "high_b.mov").unwrap();
    for matrix in [[0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0]] {
        let path = clip.make(folder.path());
        turn(&path, matrix);
        let video = Video::open(std::fs::read(&path).unwrap()).unwrap();
        let grey = clips::samples_upright(&path, "gray");
        let frame = video.pictures().unwrap().next().unwrap().unwrap().to_rgb();
        let (width, height) = frame.image.dimensions();
        assert_eq!((width, height), if matrix[0] == 0 { (66, 98) } else { (98, 66) });
        // A turn moves samples; colours differ by rounding and by where chroma is taken from. Bars of luma suffice.
        let mut far = 0;
        for (pixel, &grey) in frame.image.pixels().zip(&grey) {
            let [red, green, blue] = pixel.0.map(f32::from);
            let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
            far += usize::from((luma - f32::from(grey)).abs() > 24.0);
        }
        assert!(far * 50 < (width * height) as usize, "{matrix:?}: {far} pixels differ");
    }
}
