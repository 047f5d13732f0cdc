//! Attestations: an mdoc or a presentation of one, shown and verified; any other bytes as an SD-JWT.
#![no_main]

use libfuzzer_sys::fuzz_target;
use time::Duration;
use time::macros::datetime;
use titre::attestation::sdjwt::Audience;
use titre::attestation::{Attestation, Expectations, Presentation, Procedure};

fuzz_target!(|bytes: &[u8]| {
    let Ok(attestation) = Attestation::parse(bytes) else { return };
    let _ = attestation.show_unverified();
    let audience = Audience { name: "https://shop.example", nonce: "n-1" };
    let found = attestation.verify(&Expectations {
        pinned: &[],
        at: datetime!(2026-05-28 12:00 UTC),
        holder: None,
        presentation: Some(Presentation { audience, max_age: Duration::MINUTE }),
        procedure: &Procedure::default(),
        status_list: None,
    });
    // Nobody is trusted here, so nothing is told.
    assert!(found.claims.is_none());
});
