//! `passive_authentication.validity`: signer and CSCA certificate are valid at the time judged by. A time before
//! their beginning says more about the clock than about the document.
//! Source: Doc 9303-12 section 5 (validity periods); BSI TR-03135-1 section 5.6.4.3.

use crate::inspection::Finding;
use crate::pki::{Certificate, Chain};
use time::OffsetDateTime;

/// Judges both certificates; the CSCA's where the chain found one.
#[must_use]
pub fn check(signer: Option<&Certificate>, chain: Option<&Chain>, at: OffsetDateTime) -> Finding {
    let Some(signer) = signer else { return Finding::undetermined("nothing_to_check") };
    let csca = match chain {
        Some(Chain::Trusted(chain)) => Some(&chain.issuer),
        _ => None,
    };
    let certificates = [Some(("signer", signer)), csca.map(|csca| ("csca", csca))];
    for (role, certificate) in certificates.iter().flatten() {
        if at > certificate.not_after {
            return Finding::failed("certificate_expired")
                .with("certificate", role)
                .with("not_after", moment(certificate.not_after));
        }
    }
    for (role, certificate) in certificates.iter().flatten() {
        if at < certificate.not_before {
            return Finding::undetermined("certificate_not_yet_valid")
                .with("certificate", role)
                .with("not_before", moment(certificate.not_before));
        }
    }
    if csca.is_none() {
        return Finding::undetermined("csca_validity_unknown");
    }
    Finding::successful()
}

pub(super) fn moment(time: OffsetDateTime) -> String {
    time.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}
