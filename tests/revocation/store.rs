//! The lists of a trust store: kept, replaced, refused, part of the digest.

use super::forge::crl::{CrlOrder, list, number};
use super::{add_list, forge, listed};
use titre::pki::{CrlChange, StoreError, TrustStore};

#[test]
fn lists_are_saved_with_the_store_and_its_digest_covers_them() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let mut store = listed(&[&root]);
    let (before, without) = (store.digest(), String::from_utf8(store.save().unwrap()).unwrap());
    assert!(!without.contains("revocation_lists"), "a store without lists is written as it always was");
    let (first, second) = (list(&root).crl(), list(&root).revoking(0x55, None).crl());
    assert_eq!(store.add_crl(&first, "UT.crl", false), Ok(CrlChange::New));
    assert_ne!(store.digest(), before);
    assert_eq!(store.add_crl(&first, "UT.crl", false), Ok(CrlChange::Known));
    let saved = String::from_utf8(store.save().unwrap()).unwrap();
    assert_eq!(TrustStore::load(saved.as_bytes()).unwrap(), store);
    let encode = <base64ct::Base64 as base64ct::Encoding>::encode_string;
    let (kept, other) = (encode(first.as_der()), encode(second.as_der()));
    assert!(saved.contains(&kept));
    for (from, to) in [(kept.as_str(), other.as_str()), ("UT.crl", "XX.crl"), ("2026-11-01T", "2026-12-01T")]
    {
        assert_eq!(TrustStore::load(saved.replacen(from, to, 1).as_bytes()), Err(StoreError::Digest));
    }
    // Left out altogether, it is another store too.
    let start = saved.find(",\n    \"revocation_lists\"").unwrap();
    let end = saved[start..].find("\n    ]").unwrap() + start + "\n    ]".len();
    let cut = format!("{}{}", &saved[..start], &saved[end..]);
    assert_eq!(TrustStore::load(cut.as_bytes()), Err(StoreError::Digest));
    assert_eq!(TrustStore::load(without.as_bytes()).unwrap().digest(), before);
}

#[test]
fn an_older_list_after_a_newer_one_is_refused_without_force() {
    let (key, new_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let new = forge::root(&new_key, ("UT", "CSCA"), 2);
    let mut store = listed(&[&root, &new]);
    let older = list(&root).crl();
    let newer = CrlOrder { this_update: "261115000000Z", ..list(&root) }.crl();
    store.add_crl(&older, "1.crl", false).unwrap();
    assert_eq!(store.add_crl(&newer, "2.crl", false), Ok(CrlChange::Replaced));
    assert!(matches!(store.add_crl(&older, "1.crl", false), Err(StoreError::OlderCrl { .. })));
    assert_eq!(store.crls().map(|list| list.file.as_str()).collect::<Vec<_>>(), ["2.crl"]);
    assert_eq!(store.add_crl(&older, "1.crl", true), Ok(CrlChange::Replaced));
    // Of one moment, the number decides.
    let mut eighth = list(&root);
    eighth.extensions[1] = number(0x0100);
    assert_eq!(store.add_crl(&eighth.crl(), "8.crl", false), Ok(CrlChange::Replaced));
    assert!(matches!(store.add_crl(&older, "1.crl", false), Err(StoreError::OlderCrl { .. })));
    // Another key of the same CSCA has a list of its own.
    assert_eq!(store.add_crl(&list(&new).crl(), "new.crl", false), Ok(CrlChange::New));
    assert_eq!(store.crls().count(), 2);
}

#[test]
fn only_what_a_csca_of_the_store_signed_is_taken_in_and_it_leaves_with_its_csca() {
    let (key, other_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let other = forge::root(&other_key, ("YY", "CSCA"), 2);
    let mut store = listed(&[&root, &other]);
    let stranger = forge::root(&other_key, ("ZZ", "CSCA"), 3);
    assert!(matches!(store.add_crl(&list(&stranger).crl(), "ZZ.crl", false), Err(StoreError::CrlIssuer(_))));
    assert!(matches!(store.add_crl_beside(&list(&stranger).crl(), "ZZ.crl"), Err(StoreError::CrlIssuer(_))));
    store.add_crl(&list(&root).crl(), "UT.crl", false).unwrap();
    store.add_crl(&list(&other).crl(), "YY.crl", false).unwrap();
    // A newer list no longer has the certificate of YY, and has that of UT anew.
    let renewed = forge::Order { serial: 0x33, ..root.clone() };
    add_list(&mut store, &[&renewed], "261101000000Z");
    assert_eq!(store.crls().map(|list| list.file.as_str()).collect::<Vec<_>>(), ["UT.crl"]);
    assert!(store.crls().all(|list| list.issuer == renewed.certificate()));
    assert_eq!(TrustStore::load(&store.save().unwrap()).unwrap(), store);
}

#[test]
fn a_list_for_one_run_is_neither_saved_nor_part_of_the_digest() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let mut store = listed(&[&root]);
    let (digest, saved) = (store.digest(), store.save().unwrap());
    store.add_crl_beside(&list(&root).crl(), "UT.crl").unwrap();
    assert_eq!((store.crls().count(), store.digest(), store.save().unwrap()), (1, digest, saved));
}
