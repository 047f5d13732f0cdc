//! Who signed a revocation list, and of whose certificates it speaks.
//!
//! A list counts when a CSCA of the trust store signed it: the names choose the candidates, the key identifier their
//! order, the signature decides, and the key must be one that may sign lists. What the list says of its issuer decides
//! nothing: a list speaks for the State whose key signed it.
//!
//! A CSCA changes its key every few years, and signs its one list with the newest key. So a list speaks of every
//! certificate that a CSCA of the same name signed, whichever key it used; of every certificate that the same key signed,
//! whatever its name was; and, where a CSCA took a new name with its new key, of what it signed under the names from which
//! trusted link certificates lead to the new one. The country alone decides nothing: one country can have several CSCAs.
//! Source: RFC 5280 section 6.3.3 (f) and (g), Doc 9303-12 sections 4.1.2 (key change) and 7.1.4.

use super::certificate::{Certificate, IssuedError};
use super::chain::{self, Chain, build_chain};
use super::crl::Crl;
use super::name::{Name, NameMatch};
use super::store_session::StoreSession;
use super::trust_store::{Entry, TrustStore};

/// Most names that a CSCA is followed through.
const MAX_NAMES: usize = 16;

/// Why nobody of the store vouches for a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrlIssuerError {
    /// No CSCA of the store has the issuer's name.
    #[error("the trust store has no CSCA {issuer} with key {key_id}")]
    Unknown {
        /// Who the list says issued it.
        issuer: String,
        /// The key identifier, hexadecimal; `?` where there is none.
        key_id: String,
    },
    /// No CSCA of that name made the signature.
    #[error("no CSCA of the trust store made the signature of the list of {0}")]
    Signature(String),
    /// The key is not one for signing lists.
    #[error("the key of {0} may not sign revocation lists")]
    KeyUsage(String),
    /// The CSCA certificate was not valid when the list was issued.
    #[error("the certificate of {0} is not valid at the time of the list")]
    Validity(String),
    /// The algorithm or the key of the signature cannot be used.
    #[error("{0}")]
    Unusable(String),
}

/// The CSCA of the store that signed `crl`; a self-signed certificate rather than a link certificate with the same key.
///
/// # Errors
/// [`CrlIssuerError`].
pub fn crl_issuer<'a>(crl: &Crl, store: &'a TrustStore) -> Result<&'a Certificate, CrlIssuerError> {
    let by_name = |entry: &&Entry| crl.issuer.compare(&entry.certificate.subject) != NameMatch::Different;
    let mut candidates: Vec<&Entry> = store.entries().filter(by_name).collect();
    let key_id = crl.authority_key_id();
    let named = |entry: &&Entry| key_id.is_some() && entry.certificate.subject_key_id() == key_id;
    candidates.sort_by_cached_key(|entry| (!named(entry), !chain::is_root(&entry.certificate)));
    let subject = || crl.issuer.to_string();
    let session = StoreSession::new(store);
    let mut refused = CrlIssuerError::Unknown {
        issuer: subject(),
        key_id: key_id.map_or_else(|| "?".to_owned(), hex::encode),
    };
    if candidates.iter().any(named) {
        refused = CrlIssuerError::Signature(subject());
    }
    for candidate in candidates {
        let certificate = &candidate.certificate;
        match crl.verify_issued_by(certificate) {
            Ok(()) if certificate.key_usage(6) == Some(false) => {
                refused = CrlIssuerError::KeyUsage(subject());
            }
            Ok(()) if !certificate.is_valid_at(crl.this_update) => {
                refused = CrlIssuerError::Validity(subject());
            }
            Ok(()) if chain::is_trusted(candidate, &session, crl.this_update) => return Ok(certificate),
            Ok(()) | Err(IssuedError::Signature(_)) => {}
            Err(error) => refused = CrlIssuerError::Unusable(error.to_string()),
        }
    }
    Err(refused)
}

/// How a list comes to speak of a certificate, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaks {
    /// The key that signed the certificate signed the list.
    SameKey,
    /// A CSCA of the same name signed it, with another key.
    SameName,
    /// The CSCA has another name now; link certificates lead to it.
    Successor,
}

/// Whether a list that `signed_by` signed speaks of what `issuer` signed, and how.
#[must_use]
pub fn speaks_for(issuer: &Certificate, signed_by: &Certificate, store: &StoreSession<'_>) -> Option<Speaks> {
    if issuer.spki() == signed_by.spki() {
        return Some(Speaks::SameKey);
    }
    // Comparing names costs more than comparing countries, and a store has lists of many States.
    if issuer.subject.country() != signed_by.subject.country() {
        return None;
    }
    if issuer.subject.compare(&signed_by.subject) != NameMatch::Different {
        return Some(Speaks::SameName);
    }
    let is = |later: &Name| later.compare(&signed_by.subject) != NameMatch::Different;
    later_names(&issuer.subject, store).into_iter().any(is).then_some(Speaks::Successor)
}

/// The names that the CSCA with this one took later: those that trusted link certificates lead to.
fn later_names<'a>(name: &'a Name, store: &'a StoreSession<'_>) -> Vec<&'a Name> {
    let mut names = vec![name];
    let mut at = 0;
    while at < names.len() && names.len() < MAX_NAMES {
        let from = names[at];
        let leads = |link: &&Certificate| {
            link.subject.country() == from.country()
                && link.issuer.compare(from) != NameMatch::Different
                && link.subject.compare(from) == NameMatch::Different
                && matches!(build_chain(link, store, link.not_before), Chain::Trusted(_))
        };
        for link in store.entries().map(|entry| &entry.certificate).filter(leads) {
            if names.iter().all(|known| known.compare(&link.subject) == NameMatch::Different) {
                names.push(&link.subject);
            }
        }
        at += 1;
    }
    names.split_off(1)
}
