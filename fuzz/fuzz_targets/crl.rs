//! Revocation lists: what is accepted is found again by its own entries, and nothing panics on the way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::pki::{Crl, TrustStore, crl, crl_issuer};

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = Crl::parse(bytes) else { return };
    assert!(crl::is_crl(bytes), "what is read has the shape of a list");
    assert_eq!(list.as_der(), bytes);
    let _ = (list.number(), list.authority_key_id(), list.defects(), list.current_until());
    let _ = list.find(&bytes[bytes.len() / 2..]);
    assert!(!list.is_older_than(&list));
    assert!(crl_issuer(&list, &TrustStore::default()).is_err(), "an empty store vouches for nobody");
});
