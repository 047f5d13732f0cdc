//! Every portrait of the material that other people made is decoded: DG2 files in both formats, JPEG and both forms of
//! JPEG 2000. The material stands outside the repository, in `../shared/data`; where it is absent the test says so.
#![cfg(feature = "face")]

use std::path::{Path, PathBuf};
use titre::biometrics::{ImageKind, Portrait, PortraitError};
use titre::lds::{Dg2, face_block, face_record};

/// Every file below a folder, in a fixed order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// The portrait in a file of any form; `None` where it holds none.
fn portrait(bytes: &[u8]) -> Option<Result<Portrait, PortraitError>> {
    let faces = match bytes {
        [0x75, ..] => return Dg2::parse(bytes).ok().map(|dg2| Portrait::from_dg2(&dg2)),
        [0xA1, ..] => {
            let block = titre::asn1::tlv::read_only(0xA1, bytes).ok()?;
            face_block::parse(block.value).ok()?
        }
        [0x65, ..] => face_block::parse(bytes).ok()?,
        [b'F', b'A', b'C', 0, ..] => face_record::parse(bytes).ok()?,
        _ => {
            ImageKind::of(bytes)?;
            return Some(Portrait::from_image(bytes.to_vec()).map_err(PortraitError::from));
        }
    };
    Some(Portrait::from_dg2(&Dg2 { faces }))
}

#[test]
fn every_sample_is_decoded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !folder.is_dir() {
        eprintln!("SKIPPED every_sample_is_decoded: {} is absent", folder.display());
        return;
    }
    let (mut decoded, mut kinds) = (0, Vec::new());
    for path in files(&folder) {
        let Some(portrait) = portrait(&std::fs::read(&path).unwrap()) else { continue };
        // Two samples are there to be refused, and say so in their names.
        if path.display().to_string().contains("InvalidImage") {
            assert!(matches!(portrait, Err(PortraitError::Image(_))), "{}", path.display());
            continue;
        }
        let portrait = portrait.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let pixels = portrait.pixels.disclose();
        assert!(pixels.width() >= 64 && pixels.height() >= 64, "{}", path.display());
        let flat = pixels.pixels().all(|pixel| pixel == pixels.get_pixel(0, 0));
        assert!(!flat, "{}: one colour", path.display());
        kinds.push(portrait.kind.media_type());
        decoded += 1;
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert!(decoded >= 14, "{decoded} portraits found");
    assert!(kinds.contains(&"image/jpeg") && kinds.contains(&"image/jp2"), "{kinds:?}");
}
