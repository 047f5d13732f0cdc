//! The image path: DG2 with its face records, and JPEG, JPEG 2000 and PNG by themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::biometrics::Portrait;
use titre::lds::Dg2;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(dg2) = Dg2::parse(bytes) {
        let _ = Portrait::from_dg2(&dg2);
    }
    let _ = Portrait::from_image(bytes.to_vec());
});
