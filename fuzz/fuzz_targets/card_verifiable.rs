//! Card verifiable certificates and EF.CVCA: what is read is written again, and can be asked everything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::lds::EfCvca;
use titre::lds::card_verifiable::{CardVerifiableCertificate, Holder};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = EfCvca::parse(bytes) {
        assert_eq!(EfCvca::parse(&file.to_bytes()), Ok(file));
    }
    let Ok(certificate) = CardVerifiableCertificate::parse(bytes) else { return };
    let again = CardVerifiableCertificate::parse(&certificate.to_bytes());
    assert_eq!(again.as_ref(), Ok(&certificate));
    let body = certificate.body();
    let _ = (body.to_bytes(), body.holder.to_string(), body.authorization.role());
    if let Ok(holder) = Holder::trusted(&certificate) {
        let _ = holder.next(&certificate, body.effective);
    }
});
