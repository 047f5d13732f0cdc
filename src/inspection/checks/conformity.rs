//! `passive_authentication.conformity`: the deviations that were read over. They count in the profile `conformity`.
//! Source: Doc 9303-10 section 4.6.2, Doc 9303-12 sections 4 and 7.

use crate::inspection::Finding;
use crate::pki::Tolerance;

/// Names the deviations. A link certificate is none.
#[must_use]
pub fn check(tolerated: &[Tolerance]) -> Finding {
    let codes: Vec<&str> = tolerated
        .iter()
        .filter(|tolerance| **tolerance != Tolerance::LinkCertificate)
        .map(|tolerance| tolerance.code())
        .collect();
    if codes.is_empty() {
        Finding::successful()
    } else {
        Finding::failed("deviations").with("deviations", codes.join(" "))
    }
}
