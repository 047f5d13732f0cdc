//! Master lists, judged by the certificates that they bring themselves, so that the list is reached.
#![no_main]

use libfuzzer_sys::fuzz_target;
use time::macros::datetime;
use titre::pki::{MasterList, SignedData, Tolerance};

fuzz_target!(|bytes: &[u8]| {
    let Ok(signed) = SignedData::parse(bytes) else { return };
    let asked = [Tolerance::DigestInfoWithoutNull, Tolerance::ListSignerUsageMissing];
    let _ = MasterList::verify(bytes, &signed.certificates, datetime!(2026-11-22 12:00 UTC), &asked);
});
