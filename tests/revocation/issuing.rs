//! Who may sign a list, and of whose certificates it speaks.

use super::forge::crl::{CrlOrder, list};
use super::{forge, listed};
use titre::pki::{Crl, CrlIssuerError, Speaks, StoreSession, crl_issuer, speaks_for};

#[test]
fn the_signature_decides_and_the_key_must_be_one_for_lists() {
    let (key, other) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let store = listed(&[&root]);
    let order = list(&root).revoking(0x55, Some(1));
    assert_eq!(crl_issuer(&order.crl(), &store), Ok(&root.certificate()));

    // Any changed byte of what is signed, and of the signature.
    let der = order.der();
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        if let Ok(crl) = Crl::parse(&changed) {
            assert!(crl_issuer(&crl, &store).is_err(), "byte {at}");
        }
    }
    let by_other = CrlOrder { key: &other, ..list(&root) }.crl();
    assert!(matches!(crl_issuer(&by_other, &store), Err(CrlIssuerError::Signature(_))));
    // A key that the store does not have yet: what is missing is named.
    let mut renewed = CrlOrder { key: &other, ..list(&root) };
    renewed.extensions[0] = forge::crl::authority(9);
    let missing = CrlIssuerError::Unknown { issuer: "C=UT, CN=CSCA".to_owned(), key_id: "09".repeat(20) };
    assert_eq!(crl_issuer(&renewed.crl(), &store), Err(missing));
    let renamed = CrlOrder { issuer: ("UT", "Another"), ..list(&root) }.crl();
    assert!(matches!(crl_issuer(&renamed, &store), Err(CrlIssuerError::Unknown { .. })));

    let no_lists = forge::Order { usage: Some(0x04), ..root.clone() };
    let refused = crl_issuer(&list(&no_lists).crl(), &listed(&[&no_lists])).map(drop);
    assert!(matches!(refused, Err(CrlIssuerError::KeyUsage(_))), "{refused:?}");
    // Old CSCA certificates have no key usage at all.
    let unsaid = forge::Order { usage: None, ..root.clone() };
    assert!(crl_issuer(&list(&unsaid).crl(), &listed(&[&unsaid])).is_ok());
    let expired = forge::Order { not_after: "261031000000Z", ..root.clone() };
    let refused = crl_issuer(&list(&expired).crl(), &listed(&[&expired])).map(drop);
    assert!(matches!(refused, Err(CrlIssuerError::Validity(_))), "{refused:?}");
}

#[test]
fn one_state_cannot_speak_for_another() {
    let (key, evil_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let evil = forge::root(&evil_key, ("XX", "CSCA"), 2);
    let store = listed(&[&root, &evil]);
    // Signed by XX under the name of UT, with either key identifier.
    for id in [1, 2] {
        let mut order = CrlOrder { issuer: ("UT", "CSCA"), ..list(&evil) };
        order.extensions[0] = forge::crl::authority(id);
        assert!(crl_issuer(&order.crl(), &store).is_err());
    }
    let own = list(&evil).crl();
    let signed_by = crl_issuer(&own, &store).unwrap();
    assert_eq!(speaks_for(&root.certificate(), signed_by, &StoreSession::new(&store)), None);
}

#[test]
fn a_link_certificate_s_key_signs_lists_only_where_the_link_is_trusted() {
    let (old_key, new_key) = (forge::key(1), forge::key(2));
    let old = forge::root(&old_key, ("UT", "CSCA"), 1);
    let new = forge::root(&new_key, ("UT", "CSCA"), 2);
    let link = forge::Order { issuer_key: &old_key, authority_id: Some(1), serial: 9, ..new.clone() };
    let crl = list(&new).crl();
    assert!(crl_issuer(&crl, &listed(&[&link])).is_err(), "nobody vouches for the link");
    assert_eq!(crl_issuer(&crl, &listed(&[&old, &link])), Ok(&link.certificate()));
    assert_eq!(crl_issuer(&crl, &listed(&[&old, &link, &new])), Ok(&new.certificate()));
    assert!(crl_issuer(&crl, &listed(&[&old])).is_err());
}

#[test]
fn a_list_by_a_newer_key_speaks_of_what_the_older_keys_signed() {
    let keys: Vec<_> = (1..7).map(forge::key).collect();
    let old = forge::root(&keys[0], ("UT", "CSCA"), 1);
    let new = forge::root(&keys[1], ("UT", "csca"), 2);
    let speaks = |issuer: &forge::Order<'_>, by: &forge::Order<'_>, members: &[&forge::Order<'_>]| {
        speaks_for(&issuer.certificate(), &by.certificate(), &StoreSession::new(&listed(members)))
    };
    assert_eq!(speaks(&old, &old, &[&old]), Some(Speaks::SameKey));
    assert_eq!(speaks(&old, &new, &[&old, &new]), Some(Speaks::SameName), "letter case does not matter");
    // One key under two names.
    let again = forge::root(&keys[0], ("UT", "Renamed"), 1);
    assert_eq!(speaks(&old, &again, &[&old, &again]), Some(Speaks::SameKey));

    // New keys under new names: 2026, then 2029. Without the link certificates they are just other CSCAs.
    let third = forge::root(&keys[2], ("UT", "CSCA 2026"), 3);
    let fourth = forge::root(&keys[3], ("UT", "CSCA 2029"), 4);
    let first_link = forge::Order {
        issuer: old.subject,
        issuer_key: &keys[0],
        authority_id: Some(1),
        serial: 9,
        ..third.clone()
    };
    let second_link = forge::Order {
        issuer: third.subject,
        issuer_key: &keys[2],
        authority_id: Some(3),
        serial: 9,
        ..fourth.clone()
    };
    let all = [&old, &third, &fourth, &first_link, &second_link];
    assert_eq!(speaks(&old, &third, &all), Some(Speaks::Successor));
    assert_eq!(speaks(&old, &fourth, &all), Some(Speaks::Successor), "two names later");
    assert_eq!(speaks(&fourth, &old, &all), None, "never backwards");
    assert_eq!(speaks(&old, &third, &[&old, &third]), None, "one country may have several CSCAs");
    assert_eq!(speaks(&old, &fourth, &[&old, &third, &fourth, &second_link]), None);
    // That a CSCA has a successor says nothing for the others of its country.
    let neighbour = forge::root(&keys[4], ("UT", "Another CSCA"), 6);
    assert_eq!(speaks(&old, &neighbour, &[&old, &third, &first_link, &neighbour]), None);
    // A link certificate that nobody signed leads nowhere.
    let forged = forge::Order { issuer_key: &keys[5], ..first_link.clone() };
    assert_eq!(speaks(&old, &third, &[&old, &third, &forged]), None);
    // Nor does one into another country.
    let abroad = forge::root(&keys[4], ("XX", "CSCA"), 5);
    let crossing =
        forge::Order { issuer: old.subject, issuer_key: &keys[0], authority_id: Some(1), ..abroad.clone() };
    assert_eq!(speaks(&old, &abroad, &[&old, &abroad, &crossing]), None);
}
