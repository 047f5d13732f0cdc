//! Short videos made by FFmpeg for the tests, and what FFmpeg itself decodes from them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A picture that moves and has every colour, one second of it, small.
const SOURCE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=size=98x66:rate=25:duration=1"];
const SOUND: [&str; 4] = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
const X264: [&str; 8] = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p"];
const X265: [&str; 6] = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:pools=1"];
const VP9: [&str; 8] = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-b:v", "300k"];

/// A clip: its file name and FFmpeg's options between the source and the file.
pub struct Clip {
    /// File name; the end of it chooses the container.
    pub name: &'static str,
    options: &'static [&'static [&'static str]],
    sound: bool,
}

const fn clip(name: &'static str, sound: bool, options: &'static [&'static [&'static str]]) -> Clip {
    Clip { name, options, sound }
}

/// Everything that titre decodes itself.
pub const BUILT_IN: &[Clip] = &[
    clip("baseline.mp4", false, &[&X264, &["-profile:v", "baseline"]]),
    clip("main.mp4", true, &[&X264, &["-profile:v", "main", "-bf", "2", "-movflags", "faststart"]]),
    clip("high_b.mov", true, &[&X264, &["-profile:v", "high", "-bf", "3", "-g", "12", "-refs", "4"]]),
    clip("high10.mp4", false, &[&["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p10le"]]),
    clip("open_gop.mp4", false, &[&X264, &["-bf", "2", "-g", "8", "-x264-params", "open-gop=1"]]),
    clip(
        "fragmented.mp4",
        true,
        &[&X264, &["-bf", "2", "-g", "8", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]],
    ),
    clip(
        "vfr.mp4",
        false,
        &[&["-vf", "select=mod(n\\,7)-3+mod(n\\,5)", "-vsync", "vfr"], &X264, &["-bf", "2"]],
    ),
    clip("vfr.webm", false, &[&["-vf", "select=mod(n\\,7)-3", "-vsync", "vfr"], &VP9]),
    clip("h264.mkv", true, &[&X264, &["-bf", "2"]]),
    clip(
        "full_range.mp4",
        false,
        &[&["-vf", "scale=out_range=full", "-color_range", "pc", "-colorspace", "bt709"], &X264],
    ),
    clip("hevc.mp4", true, &[&X265, &["-pix_fmt", "yuv420p", "-tag:v", "hvc1"]]),
    clip(
        "hevc_b.mov",
        false,
        &[&[
            "-c:v",
            "libx265",
            "-preset",
            "medium",
            "-x265-params",
            "log-level=none:pools=1:bframes=4:keyint=10",
            "-tag:v",
            "hvc1",
        ]],
    ),
    clip("hevc10.mp4", false, &[&X265, &["-pix_fmt", "yuv420p10le", "-tag:v", "hev1"]]),
    clip("hevc.mkv", false, &[&X265, &["-pix_fmt", "yuv420p"]]),
    clip("vp9.webm", true, &[&VP9]),
    clip(
        "vp9_hidden.webm",
        false,
        &[&[
            "-c:v",
            "libvpx-vp9",
            "-cpu-used",
            "5",
            "-b:v",
            "200k",
            "-auto-alt-ref",
            "1",
            "-lag-in-frames",
            "12",
        ]],
    ),
    clip("vp9_10.webm", false, &[&VP9, &["-pix_fmt", "yuv420p10le", "-profile:v", "2"]]),
    clip("vp9.mp4", false, &[&VP9]),
    clip("vp9_live.webm", false, &[&VP9, &["-live", "1", "-cluster_time_limit", "200"]]),
];

/// What an installed FFmpeg decodes for titre.
pub const EXTERNAL: &[Clip] = &[
    clip("vp8.webm", false, &[&["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "300k"]]),
    clip("mpeg4.mp4", true, &[&["-c:v", "mpeg4", "-bf", "2"]]),
    clip("h264_444.mp4", false, &[&["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p"]]),
];

/// Whether FFmpeg is there; says so by the test's name where it is not.
pub fn has_ffmpeg(test: &str) -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        Command::new("ffmpeg")
            .arg("-version")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    if !found {
        eprintln!("SKIPPED {test}: ffmpeg is not installed");
    }
    found
}

fn run(arguments: &[&str]) -> Vec<u8> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-y"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(made.status.success(), "ffmpeg {arguments:?}: {}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

impl Clip {
    /// Makes the clip in a folder.
    pub fn make(&self, folder: &Path) -> PathBuf {
        let path = folder.join(self.name);
        let name = path.to_str().unwrap();
        let mut arguments = SOURCE.to_vec();
        if self.sound {
            arguments.extend(SOUND);
        }
        self.options.iter().for_each(|options| arguments.extend(*options));
        if self.sound {
            arguments.push("-shortest");
        }
        arguments.push(name);
        run(&arguments);
        path
    }
}

/// The part of a clip from a time on, its coded pictures as they are: the edit list hides what is before.
pub fn trimmed(clip: &Path, seconds: &str, folder: &Path) -> PathBuf {
    let path = folder.join("trimmed.mp4");
    let (from, to) = (clip.to_str().unwrap(), path.to_str().unwrap());
    run(&["-ss", seconds, "-i", from, "-c", "copy", to]);
    path
}

/// Every sample of every picture as FFmpeg decodes it, in display order, not rotated.
pub fn samples(clip: &Path, format: &str) -> Vec<u8> {
    let name = clip.to_str().unwrap();
    run(&[
        "-noautorotate",
        "-i",
        name,
        "-map",
        "0:v:0",
        "-vsync",
        "passthrough",
        "-pix_fmt",
        format,
        "-f",
        "rawvideo",
        "-",
    ])
}

/// The same, turned as a player shows it.
pub fn samples_upright(clip: &Path, format: &str) -> Vec<u8> {
    let name = clip.to_str().unwrap();
    run(&["-i", name, "-map", "0:v:0", "-vsync", "passthrough", "-pix_fmt", format, "-f", "rawvideo", "-"])
}

/// The time of each picture, in milliseconds from the first.
pub fn times(clip: &Path) -> Vec<f64> {
    let listed = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"])
        .args(["-of", "csv=p=0"])
        .arg(clip)
        .output()
        .unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let seconds = text.lines().filter_map(|line| line.trim_matches(',').parse::<f64>().ok());
    let all: Vec<f64> = seconds.collect();
    all.iter().map(|time| (time - all[0]) * 1000.0).collect()
}
