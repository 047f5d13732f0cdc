//! What reads hostile files, given broken ones: the short, deterministic companion of `fuzz/`, which always runs.
//! Every file must be answered, by a result or an error: no panic, no overflow, no allocation without bound.
#![cfg(feature = "face")]

#[expect(dead_code, reason = "one of its documents is enough here")]
mod bench;

use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use titre::biometrics::{Manifest, Portrait, Video};
use titre::lds::{Dg2, FileId};

/// The longest that one broken file may take, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Breaks files, the same way in every run.
struct Breaker(u64);

impl Breaker {
    fn next(&mut self, below: usize) -> usize {
        // xorshift64: the low bits are weak, so the high ones are taken.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize) % below.max(1)
    }

    /// One to four changes: a bit, a byte, a number, a piece removed, doubled or moved, the end cut off.
    fn broken(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len());
            let end = bytes.len().min(at + 1 + self.next(64));
            match self.next(8) {
                0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << self.next(8),
                2 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][self.next(5)],
                3 if at + 4 <= bytes.len() => {
                    let number = [0, 1, u32::MAX, i32::MAX as u32, 0x0001_0000, 65_535][self.next(6)];
                    bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
                }
                4 => drop(bytes.drain(at.min(end)..end)),
                5 => {
                    let piece = bytes[at.min(end)..end].to_vec();
                    let to = self.next(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                6 => bytes.truncate(at),
                _ => {}
            }
        }
        bytes
    }
}

/// Gives `reader` the whole file and `times` broken ones; says how many broken ones it accepted.
fn withstands(name: &str, whole: &[u8], times: usize, reader: impl Fn(&[u8]) -> bool) -> usize {
    assert!(reader(whole), "{name}: the whole file is good");
    let mut breaker = Breaker(0x9E37_79B9_7F4A_7C15);
    let accepted = (0..times).filter(|time| {
        let broken = breaker.broken(whole);
        let start = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| reader(&broken)));
        assert!(start.elapsed() < PATIENCE, "{name}, variant {time}: took {:?}", start.elapsed());
        answer.unwrap_or_else(|_| panic!("{name}, variant {time}: panicked"))
    });
    let accepted = accepted.count();
    assert!(accepted < times, "{name}: nothing that is broken was noticed");
    accepted
}

#[test]
fn videos() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/video");
    for name in ["baseline.mp4", "fragmented.mp4", "high_b_frames.mp4", "variable_rate.mp4", "hevc.mp4"] {
        withstands(name, &std::fs::read(folder.join(name)).unwrap(), 150, |bytes| {
            let Ok(video) = Video::open_without_programs(bytes.to_vec()) else { return false };
            let _ = (video.len(), video.duration_ms(), video.rotation());
            video.pictures().is_ok_and(|pictures| pictures.take(2).all(|picture| picture.is_ok()))
        });
    }
}

/// A small picture with something on it.
fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(61, 83, |x, y| image::Rgb([x as u8 * 4, y as u8 * 3, (x * y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn portraits() {
    for (name, format) in [("JPEG", ImageFormat::Jpeg), ("PNG", ImageFormat::Png)] {
        withstands(name, &picture(format), 400, |bytes| Portrait::from_image(bytes.to_vec()).is_ok());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/image");
    for name in ["pattern.jp2", "pattern.j2k"] {
        let whole = std::fs::read(folder.join(name)).unwrap();
        withstands(name, &whole, 200, |bytes| Portrait::from_image(bytes.to_vec()).is_ok());
    }
}

#[test]
fn face_records() {
    let chip = bench::preset("no-chip-authentication", &[]);
    let dg2 = &chip.files[&FileId::Dg(2)];
    withstands("DG2", dg2, 1000, |bytes| {
        let Ok(dg2) = Dg2::parse(bytes) else { return false };
        // The specimen's picture is only a frame of one: it is read, and refused.
        let _ = Portrait::from_dg2(&dg2);
        true
    });
}

/// Files that others made; they stand outside the repository, in `../shared/data`.
#[test]
fn face_records_that_others_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !folder.is_dir() {
        eprintln!("SKIPPED face_records_that_others_made: {} is absent", folder.display());
        return;
    }
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for name in ["bsi-2008/Datagroup2.bin", "bsi-reference/Datagroup2.bin"] {
        withstands(name, &read(name), 150, |bytes| {
            Dg2::parse(bytes).is_ok_and(|dg2| Portrait::from_dg2(&dg2).is_ok())
        });
    }
}

#[test]
fn manifests() {
    let recommended = include_str!("../models/recommended.toml");
    let accepted = withstands("recommended.toml", recommended.as_bytes(), 1000, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let Ok(manifest) = Manifest::parse(text) else { return false };
        // What was read can be written, and says the same.
        let written = manifest.to_toml().unwrap();
        assert_eq!(Manifest::parse(&written).unwrap(), manifest);
        true
    });
    assert!(accepted > 0, "a change of a word in a description does no harm");
}
