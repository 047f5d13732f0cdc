//! Containers and streams with bytes changed, cut out, doubled and cut off: each is decoded or refused, in bounded
//! time, and never ends the program. The changes follow from their numbers, so that a failure can be repeated.

use crate::clips::{BUILT_IN, has_ffmpeg};
use std::time::{Duration, Instant};
use titre::biometrics::Video;
use titre::biometrics::video::MAX_PICTURES;

/// Changes of each clip.
const CHANGES: u64 = 150;
/// The slowest that one may be, on a busy machine; whole clips take a few milliseconds.
const SLOWEST: Duration = Duration::from_secs(20);

/// A generator whose every step is defined: SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((word ^ (word >> 31)) % limit.max(1) as u64) as usize
    }
}

/// Where the tables stand, which is where a change does most: the last 40 % of a plain MP4, the first of the others.
fn changed(whole: &[u8], seed: u64, tables_last: bool) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    let mut bytes = whole.to_vec();
    for _ in 0..=numbers.below(4) {
        let length = bytes.len();
        let table = length * 2 / 5;
        let at = match numbers.below(3) {
            0 => numbers.below(length),
            _ if tables_last => length - 1 - numbers.below(table),
            _ => numbers.below(table),
        };
        match numbers.below(6) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes[at] = [0x00, 0x7F, 0x80, 0xFF][numbers.below(4)],
            2 => bytes[at..(at + 4).min(length)].fill(0xFF),
            3 => drop(bytes.drain(at..(at + 1 + numbers.below(16)).min(length))),
            4 => {
                let doubled = bytes[at..(at + 1 + numbers.below(64)).min(length)].to_vec();
                bytes.splice(at..at, doubled);
            }
            _ => bytes.truncate(length - numbers.below(length / 4)),
        }
    }
    bytes
}

#[test]
fn changed_files_are_decoded_or_refused_in_bounded_time() {
    if !has_ffmpeg("changed_files_are_decoded_or_refused_in_bounded_time") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["high_b.mov", "fragmented.mp4", "h264.mkv", "hevc_b.mov", "vp9_hidden.webm", "vp9_live.webm"]
    {
        let clip = BUILT_IN.iter().find(|clip| clip.name == name).unwrap();
        let whole = std::fs::read(clip.make(folder.path())).unwrap();
        let (mut refused, mut came_out) = (0, 0);
        for seed in 0..CHANGES {
            let bytes = changed(&whole, seed, name.ends_with("mov"));
            let begun = Instant::now();
            match Video::open_without_programs(bytes) {
                Err(_) => refused += 1,
                Ok(video) => {
                    assert!(video.len() <= MAX_PICTURES, "{name}, change {seed}");
                    for picture in video.pictures().into_iter().flatten() {
                        match picture {
                            Ok(picture) => came_out += usize::from(!picture.planes()[0].is_empty()),
                            Err(_) => refused += 1,
                        }
                    }
                }
            }
            assert!(begun.elapsed() < SLOWEST, "{name}, change {seed}: {:?}", begun.elapsed());
        }
        assert!(refused > CHANGES / 4 && came_out > 0, "{name}: {refused} refused, {came_out} pictures");
    }
}
