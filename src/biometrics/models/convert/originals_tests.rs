//! Each converter against another's work: the originals, converted here, must give what the ONNX files give that
//! were converted elsewhere, and must have the digests of `models/recommended.toml`. Neither stands in the
//! repository: `TITRE_TEST_ORIGINALS` names a folder with the originals, `TITRE_TEST_MODELS` (or `../shared/models`)
//! one with the ONNX files.

use super::super::Manifest;
use super::super::install::{FolderSource, Source, Wanted, digest};
use super::convert;
use super::testing::run;
use std::path::{Path, PathBuf};

/// A folder that a variable names.
fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

fn pictures(side: usize, top: f32) -> Vec<Vec<f32>> {
    let noise = |seed: u32| {
        let mut state = seed;
        move |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 * top
        }
    };
    let count = 3 * side * side;
    let ramp = (0..count).map(|at| (at % side) as f32 / side as f32 * top).collect();
    let blob = |at: usize| {
        let (x, y) = ((at % side) as f32 / side as f32 - 0.5, (at / side % side) as f32 / side as f32 - 0.5);
        top * (-8.0 * (x * x + y * y)).exp()
    };
    vec![
        (0..count).map(noise(1)).collect(),
        (0..count).map(noise(2)).collect(),
        ramp,
        (0..count).map(blob).collect(),
    ]
}

/// The largest difference between two graphs over all pictures, in parts of the largest value.
fn worst_difference(ours: &[u8], theirs: &[u8], side: usize, top: f32) -> f32 {
    let mut worst = 0f32;
    for picture in pictures(side, top) {
        let shape = [1, 3, side, side];
        let (ours, theirs) = (run(ours, shape, &picture), run(theirs, shape, &picture));
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours.len(), theirs.len());
            let largest = theirs.iter().fold(1e-6f32, |largest, value| largest.max(value.abs()));
            let error = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
            worst = worst.max(error / largest);
        }
    }
    worst
}

#[test]
fn converted_originals_give_what_other_converters_give() {
    let test = "converted_originals_give_what_other_converters_give";
    let twins = folder("TITRE_TEST_MODELS")
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models"));
    let Some(originals) = folder("TITRE_TEST_ORIGINALS").filter(|_| twins.is_dir()) else {
        eprintln!("SKIPPED {test}: TITRE_TEST_ORIGINALS is not set, or {} is absent", twins.display());
        return;
    };
    let manifest = Manifest::recommended().unwrap();
    let mut source = FolderSource::open(&originals).unwrap();
    for model in &manifest.models {
        let origin = model.origin.as_ref().unwrap();
        let mut files = Vec::new();
        for file in &origin.files {
            let at = Some((file.url.as_str(), file.size));
            let found = source.find(&Wanted { sha256: &file.sha256, at }).unwrap();
            files.push(found.unwrap_or_else(|| panic!("{} is not there", file.url)));
            assert_eq!(files.last().map(|bytes| bytes.len() as u64), Some(file.size), "{}", file.url);
        }
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let ours = convert(origin.format, &files, model.input.shape).unwrap();
        let expected = origin.onnx_sha256.as_ref().unwrap_or(&model.sha256);
        let (found, theirs) = (digest(&ours), std::fs::read(twins.join(&model.file)).unwrap());
        let worst = worst_difference(&ours, &theirs, model.input.shape[2], 255.0 / model.input.divide);
        eprintln!("{}: {} bytes, {found}, difference {worst:.1e}", model.name, ours.len());
        assert!(worst <= 1e-3, "{}: {worst:e}", model.name);
        assert_eq!(&found, expected, "{}: the same original gives the same bytes always", model.name);
    }
}
