//! EF.SOD and EF.CardSecurity through the whole inspection, with the certificates inside as trust store.
#![no_main]

use libfuzzer_sys::fuzz_target;
use time::macros::datetime;
use titre::asn1::tlv;
use titre::inspection::{Profile, Subject, inspect};
use titre::lds::FileId;
use titre::pki::{SignedData, TrustStore};

fuzz_target!(|bytes: &[u8]| {
    let mut store = TrustStore::default();
    let inner = tlv::read(bytes).map_or(bytes, |(outer, _)| outer.value);
    if let Ok(signed) = SignedData::parse(inner) {
        for certificate in &signed.certificates {
            store.add_certificate(certificate, "inside", certificate.as_der());
        }
    }
    for file in [FileId::Sod, FileId::CardSecurity] {
        let subject = Subject::security_object(file, bytes.to_vec());
        let _ = inspect(&subject, &store, datetime!(2026-11-22 12:00 UTC), Profile::Conformity);
    }
});
