//! From a certificate to one that issued it: names, key identifiers, signature. Shared by the chain of a document
//! signer and by that of a master list signer.
//! Source: RFC 5280 section 6.1, Doc 9303-12 section 7.

use super::Tolerance;
use super::certificate::{Certificate, IssuedError};
use super::name::NameMatch;

/// How a candidate fits as issuer before its key is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    /// The authority key identifier is the candidate's subject key identifier; `None` where one of them is missing.
    pub key_id: Option<bool>,
    /// How alike issuer and subject are.
    pub name: NameMatch,
}

/// Whether `candidate` may have issued `certificate`, by key identifier or by name; both are hints, the signature
/// decides.
pub(super) fn fit(certificate: &Certificate, candidate: &Certificate) -> Option<Fit> {
    let key_id = match (certificate.authority_key_id(), candidate.subject_key_id()) {
        (Some(authority), Some(subject)) => Some(authority == subject),
        _ => None,
    };
    let name = certificate.issuer.compare(&candidate.subject);
    (key_id == Some(true) || name != NameMatch::Different).then_some(Fit { key_id, name })
}

/// Verifies the signature; gives what was read over.
pub(super) fn issued(
    certificate: &Certificate,
    issuer: &Certificate,
    fit: &Fit,
) -> Result<Vec<Tolerance>, IssuedError> {
    let mut tolerated = certificate.verify_issued_by(issuer)?;
    tolerated.extend(match fit.name {
        NameMatch::Exact => None,
        NameMatch::Normalised => Some(Tolerance::IssuerNameNormalised),
        NameMatch::Reordered => Some(Tolerance::IssuerNameReordered),
        NameMatch::Different => Some(Tolerance::IssuerNameDifferent),
    });
    match fit.key_id {
        Some(true) => {}
        Some(false) => tolerated.push(Tolerance::AuthorityKeyIdDifferent),
        None => tolerated.push(Tolerance::AuthorityKeyIdMissing),
    }
    if issuer.is_ca() != Some(true) || issuer.key_usage(5) == Some(false) {
        tolerated.push(Tolerance::CscaWithoutCa);
    }
    Ok(tolerated)
}
