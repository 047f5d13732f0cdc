//! From BER to definite lengths and to DER: both settle, and say the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::asn1::ber;

fuzz_target!(|bytes: &[u8]| {
    let Ok(definite) = ber::to_definite(bytes) else { return };
    assert_eq!(ber::to_definite(&definite).as_deref(), Ok(&*definite));
    assert_eq!(ber::to_der(&definite), ber::to_der(bytes));
});
