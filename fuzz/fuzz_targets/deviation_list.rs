//! Deviation lists: the wrapper, the content of both formats, and the profile linter on what is inside.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::crypto::HashAlgorithm;
use titre::pki::deviation_list::Format;
use titre::pki::profile::{self, Kind};
use titre::pki::{Certificate, Deviations, SignedData};

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Icao, Format::Bsi] {
        let _ = Deviations::parse(format, HashAlgorithm::Sha256, bytes);
    }
    let _ = profile::broken_by_crl(bytes);
    let mut certificates = Vec::new();
    if let Ok(signed) = SignedData::parse(bytes) {
        for format in [Format::Icao, Format::Bsi] {
            let _ = Deviations::parse(format, HashAlgorithm::Sha256, &signed.content);
        }
        certificates = signed.certificates;
    }
    certificates.extend(Certificate::parse(bytes));
    for certificate in &certificates {
        let _ = profile::broken(certificate, Kind::of(certificate));
    }
});
