//! What a new list of CSCA certificates brings, takes and weakens against an old one.
//! Source: Doc 9303-12 sections 4.1.4 (CSCA keys change every three to five years) and 4.4 (algorithms).

use super::certificate::Certificate;
use super::name::NameMatch;
use super::profile::{self, Kind, Rule, Severity};
use crate::crypto::PublicKey;
use std::collections::BTreeMap;

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Of a name that the old list does not have.
    pub added: Vec<Certificate>,
    /// In the old list only, and not re-issued.
    pub gone: Vec<Certificate>,
    /// The same name and key in a new certificate: the old one, then the new one.
    pub reissued: Vec<(Certificate, Certificate)>,
    /// A name of the old list with a new key: the latest old one, then the new one.
    pub rekeyed: Vec<(Certificate, Certificate)>,
    /// Those re-issued or re-keyed that are worse than before.
    pub weakened: Vec<Weakened>,
}

/// A certificate that is worse than the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakened {
    /// The certificate before it.
    pub old: Certificate,
    /// The new certificate.
    pub new: Certificate,
    /// How: `key_shorter`, `hash_weaker`, and the rules of the profile that only the new one breaks.
    pub how: Vec<&'static str>,
}

/// Compares two lists of certificates.
#[must_use]
pub fn compare(old: &[Certificate], new: &[Certificate]) -> Comparison {
    let by_digest = |list: &[Certificate]| -> BTreeMap<Vec<u8>, Certificate> {
        list.iter().map(|certificate| (certificate.fingerprint(), certificate.clone())).collect()
    };
    let (old, new) = (by_digest(old), by_digest(new));
    let mut found = Comparison::default();
    for (_, certificate) in new.iter().filter(|(digest, _)| !old.contains_key(*digest)) {
        let mut same_name: Vec<&Certificate> = old
            .values()
            .filter(|known| known.subject.compare(&certificate.subject) != NameMatch::Different)
            .collect();
        // A root is compared with roots, a link with links, where there are such.
        same_name.sort_by_key(|known| {
            (Kind::of_authority(known) == Kind::of_authority(certificate), known.not_before)
        });
        let reissued = same_name.iter().rev().find(|known| same_key(known, certificate)).copied();
        let before = match (reissued, same_name.last()) {
            (Some(before), _) => {
                found.reissued.push((before.clone(), certificate.clone()));
                before
            }
            (None, Some(before)) => {
                found.rekeyed.push(((*before).clone(), certificate.clone()));
                before
            }
            (None, None) => {
                found.added.push(certificate.clone());
                continue;
            }
        };
        let how = weaker(before, certificate);
        if !how.is_empty() {
            found.weakened.push(Weakened { old: before.clone(), new: certificate.clone(), how });
        }
    }
    let replaced = |certificate: &Certificate| found.reissued.iter().any(|(old, _)| old == certificate);
    found.gone = old
        .iter()
        .filter(|(digest, certificate)| !new.contains_key(*digest) && !replaced(certificate))
        .map(|(_, certificate)| certificate.clone())
        .collect();
    found
}

fn same_key(one: &Certificate, other: &Certificate) -> bool {
    match (one.public_key(), other.public_key()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.spki() == other.spki(),
    }
}

/// What `new` does worse than `old`.
fn weaker(old: &Certificate, new: &Certificate) -> Vec<&'static str> {
    let mut how = Vec::new();
    match (old.public_key(), new.public_key()) {
        (Ok(PublicKey::Rsa { n: old, .. }), Ok(PublicKey::Rsa { n: new, .. })) => {
            if profile::bits(&new) < profile::bits(&old) {
                how.push("key_shorter");
            }
        }
        (Ok(PublicKey::Ec(old)), Ok(PublicKey::Ec(new))) => {
            if new.curve().order_bytes() < old.curve().order_bytes() {
                how.push("key_shorter");
            }
        }
        (Ok(_), Ok(_)) => {}
        (Ok(_), Err(_)) => how.push("key_unusable"),
        (Err(_), _) => {}
    }
    let hash =
        |certificate: &Certificate| certificate.signature_scheme().ok().map(|scheme| scheme.hash().len());
    if let (Some(old), Some(new)) = (hash(old), hash(new))
        && new < old
    {
        how.push("hash_weaker");
    }
    let broken = |certificate: &Certificate| -> Vec<&'static Rule> {
        let mut rules = profile::broken(certificate, Kind::of_authority(certificate));
        rules.retain(|rule| rule.severity == Severity::Error);
        rules
    };
    if Kind::of_authority(old) == Kind::of_authority(new) {
        let before = broken(old);
        how.extend(broken(new).into_iter().filter(|rule| !before.contains(rule)).map(|rule| rule.code));
    }
    how.dedup();
    how
}
