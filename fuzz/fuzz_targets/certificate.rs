//! Certificates: what is read can be asked everything, and verified with its own key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::pki::Certificate;
use titre::pki::profile::{self, Kind};

fuzz_target!(|bytes: &[u8]| {
    let Ok(certificate) = Certificate::parse(bytes) else { return };
    assert_eq!(certificate.as_der(), bytes);
    let _ = (profile::broken(&certificate, Kind::of(&certificate)), certificate.country());
    let _ = (certificate.authority_key_id(), certificate.crl_addresses());
    let _ = (certificate.subject.to_string(), certificate.issuer.to_string(), certificate.fingerprint());
    let _ = certificate.verify_issued_by(&certificate);
});
