//! The chain from a document signer to a CSCA of the trust store.
//!
//! Key identifiers and names choose the candidates, the signature decides. A link certificate moves trust from one
//! key of a CSCA to the next; it counts only where a self-signed certificate of the store signed it. No CSCA that
//! fits is no proof of forgery: nobody has the certificates of all countries.
//! Source: Doc 9303-11 section 5.1, Doc 9303-12 sections 4.1.2 and 7; BSI TR-03135-1 section 5.6.4.3.

use super::Tolerance;
use super::certificate::{Certificate, IssuedError};
use super::store_session::StoreSession;
use super::trust_store::Entry;
use time::OffsetDateTime;

/// What was found above a document signer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chain {
    /// A CSCA of the store signed it.
    Trusted(Box<TrustedChain>),
    /// No CSCA of the store fits by key identifier or name, or those that fit by name only have other keys.
    NoIssuer,
    /// The CSCA that the key identifier names is in the store, and its key did not make the signature.
    Forged,
    /// The algorithm or the key of the signature cannot be used.
    Unusable(String),
}

/// A chain that ends in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedChain {
    /// The certificate of the store that signed the document signer's.
    pub issuer: Certificate,
    /// The self-signed certificate that signed `issuer`, where that is a link certificate.
    pub linked_by: Option<Certificate>,
    /// Places in [`TrustStore::sources`](super::TrustStore::sources) of the certificate that trust comes from.
    pub sources: Vec<usize>,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

impl TrustedChain {
    /// The certificate that trust comes from.
    #[must_use]
    pub fn anchor(&self) -> &Certificate {
        self.linked_by.as_ref().unwrap_or(&self.issuer)
    }
}

/// Looks for the CSCA that signed `signer`. Of several, one that is valid at `at` is taken, and a self-signed one
/// rather than a link certificate.
#[must_use]
pub fn build_chain(signer: &Certificate, store: &StoreSession<'_>, at: OffsetDateTime) -> Chain {
    let (mut trusted, mut forged, mut unusable) = (Vec::new(), false, None);
    for tried in store.issuers(signer, 0).iter() {
        match &tried.outcome {
            Ok(tolerated) => trusted.extend(trust(tried.entry, tolerated.clone(), store, at)),
            Err(IssuedError::Signature(_)) => forged |= tried.fit.key_id == Some(true),
            Err(error) => unusable = Some(error.to_string()),
        }
    }
    // Stable: among equals, the order of the store.
    trusted.sort_by_key(|chain| (!chain.issuer.is_valid_at(at), chain.linked_by.is_some()));
    match (trusted.into_iter().next(), unusable) {
        (Some(chain), _) => Chain::Trusted(Box::new(chain)),
        (None, _) if forged => Chain::Forged,
        (None, Some(reason)) => Chain::Unusable(reason),
        (None, None) => Chain::NoIssuer,
    }
}

/// Whether a certificate of the store is trusted: as a root, by its name, or as a link certificate that a root signed.
pub(super) fn is_trusted(entry: &Entry, store: &StoreSession<'_>, at: OffsetDateTime) -> bool {
    trust(entry, Vec::new(), store, at).is_some()
}

/// The chain that ends at `candidate`: it is self-signed, or a self-signed certificate of the store signed it.
fn trust(
    candidate: &Entry,
    mut tolerated: Vec<Tolerance>,
    store: &StoreSession<'_>,
    at: OffsetDateTime,
) -> Option<TrustedChain> {
    let issuer = candidate.certificate.clone();
    let chosen = candidate.sources.iter().any(|source| {
        matches!(store.sources().get(*source), Some(super::trust_store::Source::Certificate { .. }))
    });
    if chosen || store.is_root(&issuer) {
        tolerated.sort_unstable();
        return Some(TrustedChain { issuer, linked_by: None, sources: candidate.sources.clone(), tolerated });
    }
    let below = usize::from(!issuer.is_self_issued());
    let known = store.issuers(&issuer, below);
    let above = known.iter().filter_map(|tried| Some((tried.entry, tried.outcome.as_ref().ok()?)));
    let above = above.filter(|(entry, _)| store.is_root(&entry.certificate));
    // Of equals, the first of the store.
    let (root, more) = above.min_by_key(|(entry, _)| !entry.certificate.is_valid_at(at))?;
    tolerated.extend(more.iter().copied());
    tolerated.push(Tolerance::LinkCertificate);
    tolerated.sort_unstable();
    tolerated.dedup();
    Some(TrustedChain {
        issuer,
        linked_by: Some(root.certificate.clone()),
        sources: root.sources.clone(),
        tolerated,
    })
}

/// Whether a certificate is a root: issuer and subject are one name, and its own key signed it. A link certificate
/// between two keys of one name is self-issued too; only the signature tells them apart.
#[must_use]
pub fn is_root(certificate: &Certificate) -> bool {
    certificate.is_self_issued() && certificate.verify_issued_by(certificate).is_ok()
}
