//! CMS SignedData: parsing, the signer's certificate, attributes and signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::pki::SignedData;

fuzz_target!(|bytes: &[u8]| {
    let Ok(signed) = SignedData::parse(bytes) else { return };
    for signer in &signed.signers {
        let _ = signed.check_attributes(signer);
        if let Ok((certificate, _)) = signed.certificate_of(signer) {
            let _ = signed.verify_signature(signer, certificate, &[]);
        }
    }
});
