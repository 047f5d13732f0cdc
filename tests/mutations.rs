//! What reads hostile files, given broken ones: the short, deterministic companion of `fuzz/`, which always runs.
//! Every file must be answered, by a result or an error: no panic, no overflow, no allocation without bound.
#![cfg(feature = "face")]

#[expect(dead_code, reason = "one of its documents is enough here")]
mod bench;
mod breaker;

use breaker::withstands;
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::path::Path;
use titre::biometrics::{Manifest, Portrait, Video};
use titre::lds::{Dg2, FileId};

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
