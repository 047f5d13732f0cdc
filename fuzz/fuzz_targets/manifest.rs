//! The manifest of models: what is accepted can be written, and is accepted again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::biometrics::Manifest;

fuzz_target!(|text: &str| {
    let Ok(manifest) = Manifest::parse(text) else { return };
    let written = manifest.to_toml().expect("what was read can be written");
    assert!(Manifest::parse(&written).is_ok(), "{written}");
});
