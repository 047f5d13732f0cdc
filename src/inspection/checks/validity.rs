//! `passive_authentication.validity.signer` and `.csca`: both certificates are valid at the time judged by. A time
//! before their beginning says more about the clock than about the document.
//! Source: Doc 9303-12 section 5 (validity periods); BSI TR-03135-1 section 5.6.4.3.

use super::chain_signature::naming_issuer;
use crate::inspection::Finding;
use crate::pki::{Certificate, Chain};
use time::OffsetDateTime;

/// Judges the signer's certificate.
#[must_use]
pub fn signer(signer: Option<&Certificate>, at: OffsetDateTime) -> Finding {
    match signer {
        Some(signer) => judge("signer", signer, at),
        None => Finding::undetermined("nothing_to_check").with("missing", "signer_certificate"),
    }
}

/// Judges the certificate of the CSCA that signed the signer's.
#[must_use]
pub fn csca(signer: Option<&Certificate>, chain: Option<&Chain>, at: OffsetDateTime) -> Finding {
    match (signer, chain) {
        (_, Some(Chain::Trusted(chain))) => judge("csca", &chain.issuer, at),
        (Some(signer), _) => naming_issuer(Finding::undetermined("csca_validity_unknown"), signer),
        (None, _) => Finding::undetermined("nothing_to_check").with("missing", "signer_certificate"),
    }
}

fn judge(role: &'static str, certificate: &Certificate, at: OffsetDateTime) -> Finding {
    if certificate.is_valid_at(at) {
        return Finding::successful();
    }
    if at > certificate.not_after {
        return Finding::failed("certificate_expired")
            .with("certificate", role)
            .with("not_after", moment(certificate.not_after));
    }
    Finding::undetermined("certificate_not_yet_valid")
        .with("certificate", role)
        .with("not_before", moment(certificate.not_before))
}

pub(super) fn moment(time: OffsetDateTime) -> String {
    time.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}
