//! `passive_authentication.revocation`: whether the signer's certificate, or one above it, was revoked.
//!
//! A list that names the certificate proves that it was revoked, however old the list is; that a list does not name it
//! proves something only while the list is current. A certificate on hold is revoked until a newer list lets it go, which
//! no other revoked certificate is. Of several lists that speak of the certificate, one by the very key that signed it is
//! asked first, then the newest.
//! Source: RFC 5280 sections 5.3.1 and 6.3.3, Doc 9303-12 section 7.1.4; BSI TR-03135-1 section 5.6.4.3.

use super::chain_signature::naming_issuer;
use super::validity::moment;
use crate::inspection::Finding;
use crate::pki::{
    Certificate, Chain, Crl, Revocation, RevocationReason, Speaks, StoreSession, StoredCrl, TrustedChain,
    speaks_for,
};
use std::cmp::Reverse;
use time::OffsetDateTime;

/// Judges the signer's certificate and those of its chain by the lists of the store.
#[must_use]
pub fn check(
    signer: Option<&Certificate>,
    chain: Option<&Chain>,
    store: &StoreSession<'_>,
    at: OffsetDateTime,
) -> Finding {
    let Some(signer) = signer else {
        return Finding::undetermined("nothing_to_check").with("missing", "signer_certificate");
    };
    let Some(Chain::Trusted(chain)) = chain else {
        // Which list speaks of the certificate follows from who signed it.
        return Finding::undetermined("revocation_without_issuer");
    };
    let lists = lists_for(&chain.issuer, store);
    if let Some((crl, revocation)) = revoked(signer, &lists) {
        return listed("signer", crl, revocation);
    }
    if let Some((crl, revocation)) = revoked_above(chain, store) {
        return listed("csca", crl, revocation);
    }
    let Some(newest) = lists.first() else {
        return missing(signer);
    };
    let is_current = |list: &&&StoredCrl| list.crl.this_update <= at && at <= list.crl.current_until();
    if let Some(list) = lists.iter().find(is_current) {
        return Finding::successful_as("not_revoked")
            .with("issuer", &list.crl.issuer)
            .with("number", number(&list.crl))
            .with("this_update", moment(list.crl.this_update))
            .with("sha256", hex::encode(list.crl.fingerprint()));
    }
    if newest.crl.this_update > at {
        return Finding::undetermined("revocation_list_not_yet_valid")
            .with("issuer", &newest.crl.issuer)
            .with("this_update", moment(newest.crl.this_update));
    }
    let outdated = Finding::undetermined("revocation_list_outdated")
        .with("issuer", &newest.crl.issuer)
        .with("until", moment(newest.crl.current_until()));
    to_be_had(outdated, signer)
}

/// The lists that speak of what `issuer` signed, the one to be asked first at the beginning.
fn lists_for<'a>(issuer: &Certificate, store: &'a StoreSession<'_>) -> Vec<&'a StoredCrl> {
    let mut lists: Vec<(Speaks, &StoredCrl)> =
        store.crls().filter_map(|list| Some((speaks_for(issuer, &list.issuer, store)?, list))).collect();
    lists.sort_by_key(|(speaks, list)| (*speaks, Reverse(list.crl.this_update)));
    lists.into_iter().map(|(_, list)| list).collect()
}

/// The entry that revokes `certificate`.
fn revoked<'a>(certificate: &Certificate, lists: &[&'a StoredCrl]) -> Option<(&'a Crl, Revocation)> {
    let newest = lists.iter().map(|list| list.crl.this_update).max();
    lists.iter().find_map(|list| {
        let revocation = list.crl.find(&certificate.serial)?;
        let lifted =
            revocation.reason == RevocationReason::CertificateHold && Some(list.crl.this_update) < newest;
        (!lifted).then_some((&list.crl, revocation))
    })
}

/// The entry that revokes a CSCA certificate of the chain. That no list speaks of these is as it should be: a CSCA is
/// trusted by the list or the user that named it.
fn revoked_above<'a>(chain: &TrustedChain, store: &'a StoreSession<'_>) -> Option<(&'a Crl, Revocation)> {
    let above = match &chain.linked_by {
        Some(root) => vec![(&chain.issuer, root), (root, root)],
        None => vec![(&chain.issuer, &chain.issuer)],
    };
    above.into_iter().find_map(|(certificate, issuer)| revoked(certificate, &lists_for(issuer, store)))
}

fn listed(certificate: &'static str, crl: &Crl, revocation: Revocation) -> Finding {
    Finding::failed("revoked")
        .with("certificate", certificate)
        .with("date", moment(revocation.date))
        .with("why", revocation.reason.word())
        .with("issuer", &crl.issuer)
        .with("number", number(crl))
        .with("this_update", moment(crl.this_update))
        .with("sha256", hex::encode(crl.fingerprint()))
}

/// No list: whose it would be, and where the certificate says it is to be had.
fn missing(signer: &Certificate) -> Finding {
    to_be_had(naming_issuer(Finding::undetermined("no_revocation_list"), signer), signer)
}

fn to_be_had(finding: Finding, signer: &Certificate) -> Finding {
    let addresses = signer.crl_addresses();
    finding.with("address", if addresses.is_empty() { "-".to_owned() } else { addresses.join(" ") })
}

fn number(crl: &Crl) -> String {
    crl.number().map_or_else(|| "-".to_owned(), hex::encode)
}
