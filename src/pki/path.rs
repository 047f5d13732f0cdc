//! The step from a certificate to one that issued it: names, key identifiers, signature, what the issuer may do. Every
//! chain is made of it; what departs from the standard is named, and the caller decides what it accepts.
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

/// Extensions that titre knows what to do with, or that say nothing about the use of the key.
pub const KNOWN_EXTENSIONS: [&str; 12] = [
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.16",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.19",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.35",
    "2.5.29.37",
    // documentTypeList and nameChange of Doc 9303-12.
    "2.23.136.1.1.6.2",
    "2.23.136.1.1.6.1",
];
/// Name constraints and policy constraints: they narrow a path, critical or not (RFC 5280 sections 4.2.1.10 and
/// 4.2.1.11), and Doc 9303-12 forbids them.
const NARROWING: [&str; 2] = ["2.5.29.30", "2.5.29.36"];

/// An extension that must be processed and is not: one that is critical and unknown, or that narrows paths.
pub(super) fn unprocessed_extension(certificate: &Certificate) -> Option<&str> {
    let narrowing = || NARROWING.into_iter().find(|id| certificate.extension_value(id).is_some());
    certificate.unknown_critical(&KNOWN_EXTENSIONS).first().copied().or_else(narrowing)
}

/// Verifies the signature; gives what was read over. `below` is how many certificates that are not self-issued stand
/// between `issuer` and the one that the chain is for.
pub(super) fn issued(
    certificate: &Certificate,
    issuer: &Certificate,
    fit: &Fit,
    below: usize,
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
    if issuer.path_len().is_some_and(|most| below > usize::try_from(most).unwrap_or(usize::MAX)) {
        tolerated.push(Tolerance::PathLengthExceeded);
    }
    if unprocessed_extension(issuer).is_some() {
        tolerated.push(Tolerance::ExtensionNotProcessed);
    }
    Ok(tolerated)
}
