//! The structure: what a list says, and what is refused before any signature is looked at.

use super::forge::crl::{CrlOrder, authority, entry, entry_with, list, number};
use super::forge::{self, extension};
use time::macros::datetime;
use titre::asn1::{tlv, write};
use titre::pki::{Crl, CrlError, RevocationReason, crl};

#[test]
fn a_list_says_who_when_and_whom() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let order = list(&root).revoking(0x55, Some(1)).revoking(0x56, None).revoking(0x57, Some(6));
    let crl = order.crl();
    assert_eq!((crl.issuer.to_string().as_str(), crl.entries), ("C=UT, CN=CSCA", 3));
    assert_eq!(crl.this_update, datetime!(2026-11-01 0:00 UTC));
    assert_eq!(crl.next_update, Some(datetime!(2027-01-01 0:00 UTC)));
    assert_eq!((crl.number(), crl.authority_key_id()), (Some(&[7][..]), Some(&[1; 20][..])));
    assert_eq!(crl.defects(), [""; 0]);
    let found = crl.find(&[0x55]).unwrap();
    assert_eq!(found.date, datetime!(2026-10-30 0:00 UTC));
    assert_eq!(found.reason, RevocationReason::KeyCompromise);
    assert_eq!(crl.find(&[0x56]).unwrap().reason, RevocationReason::Unspecified);
    assert_eq!(crl.find(&[0x57]).unwrap().reason, RevocationReason::CertificateHold);
    assert_eq!(crl.find(&[0x58]), None);
    assert!(crl::is_crl(&order.der()) && !crl::is_crl(&root.der()) && !crl::is_crl(b"0"));
    assert!(!crl.is_older_than(&crl));
    let first = CrlOrder { version: None, extensions: Vec::new(), ..list(&root) };
    assert!(crl::is_crl(&first.der()), "version 1 does not say so");
}

#[test]
fn every_reason_of_the_standard_is_read() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    for (code, word) in [
        (0, "unspecified"),
        (1, "key_compromise"),
        (2, "ca_compromise"),
        (3, "affiliation_changed"),
        (4, "superseded"),
        (5, "cessation_of_operation"),
        (6, "certificate_hold"),
        (9, "privilege_withdrawn"),
        (10, "aa_compromise"),
    ] {
        let found = list(&root).revoking(0x55, Some(code)).crl().find(&[0x55]).unwrap();
        assert_eq!(found.reason.word(), word);
    }
}

#[test]
fn addresses_of_lists_are_uris_of_a_bearable_length() {
    let key = forge::key(1);
    let with = |names: &[Vec<u8>]| {
        let point = write::sequence(&[&tlv::encode(0xA0, &tlv::encode(0xA0, &names.concat()))]);
        let more = vec![("2.5.29.31", write::sequence(&[&point]))];
        forge::Order { more, ..forge::root(&key, ("UT", "CSCA"), 1) }.certificate().crl_addresses()
    };
    let uri = |len: usize| tlv::encode(0x86, "u".repeat(len).as_bytes());
    assert_eq!(with(&[tlv::encode(0x82, b"a name"), uri(3), tlv::encode(0xA4, &[])]), ["uuu"]);
    assert_eq!(with(&[uri(512), uri(513)]), ["u".repeat(512)]);
    assert_eq!(with(&vec![uri(1); 9]).len(), 8);
    assert!(forge::root(&key, ("UT", "CSCA"), 1).certificate().crl_addresses().is_empty());
}

#[test]
fn one_number_is_one_number_however_it_is_written() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let with = |serial: &[u8]| {
        CrlOrder { entries: Some(vec![entry(serial, "261030000000Z", None)]), ..list(&root) }.crl()
    };
    assert!(with(&[0, 0, 0x55]).find(&[0x55]).is_some());
    assert!(with(&[0x55]).find(&[0, 0x55]).is_some());
    assert!(with(&[0xFF, 0x80]).find(&[0x80]).is_some(), "negative numbers are found in the field");
    assert!(with(&[0, 0x80]).find(&[0x80]).is_none(), "128 is not -128");
    assert!(with(&[0]).find(&[0]).is_some());
    assert!(with(&[0x55, 0]).find(&[0x55]).is_none());
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let right = || list(&root);
    let adding = |id, critical, value: &[u8]| {
        let mut order = right();
        order.extensions.push(extension(id, critical, value));
        Crl::parse(&order.der()).map(|_| ())
    };
    let scope = |tag, value: &[u8]| adding("2.5.29.28", true, &write::sequence(&[&tlv::encode(tag, value)]));
    assert_eq!(adding("2.5.29.27", true, &write::integer(1)), Err(CrlError::Delta));
    assert_eq!(adding("2.5.29.27", false, &write::integer(1)), Err(CrlError::Delta));
    for (tag, value) in [
        (0xA0, &[0xA0, 0][..]),
        (0x81, &[0xFF]),
        (0x82, &[1]),
        (0x83, &[0, 0x80]),
        (0x84, &[0xFF]),
        (0x85, &[0xFF]),
    ] {
        assert!(matches!(scope(tag, value), Err(CrlError::Scope(_))), "{tag:X}");
    }
    for tag in [0x81, 0x82, 0x84, 0x85] {
        assert_eq!(scope(tag, &[0]), Ok(()), "{tag:X}: false is what it is where it is not said");
    }
    assert!(matches!(scope(0x86, &[0]), Err(CrlError::Malformed(_))));
    assert_eq!(adding("1.2.3.4", false, &[5, 0]), Ok(()));
    assert_eq!(adding("1.2.3.4", true, &[5, 0]), Err(CrlError::UnknownCritical("1.2.3.4".to_owned())));
    assert!(adding("2.5.29.20", false, &write::integer(8)).is_err(), "an extension twice");

    let of_entry = |id, critical, value: &[u8]| {
        let entry = entry_with(&[1], "261030000000Z", &[extension(id, critical, value)]);
        Crl::parse(&CrlOrder { entries: Some(vec![entry]), ..right() }.der()).map(|_| ())
    };
    assert_eq!(of_entry("2.5.29.29", true, &[0x30, 0]), Err(CrlError::Scope("indirect")));
    assert_eq!(of_entry("1.2.3.4", true, &[5, 0]), Err(CrlError::UnknownCritical("1.2.3.4".to_owned())));
    assert_eq!(of_entry("1.2.3.4", false, &[5, 0]), Ok(()));
    assert_eq!(of_entry("2.5.29.21", false, &[0x0A, 1, 8]), Err(CrlError::RemoveFromCrl));
    assert_eq!(of_entry("2.5.29.24", true, &tlv::encode(0x18, b"20261030000000Z")), Ok(()));
    assert!(of_entry("2.5.29.21", false, &[0x0A, 1, 7]).is_err());
    assert!(of_entry("2.5.29.21", false, &[0x0A, 0]).is_err());

    let many = |count: usize| {
        let more: Vec<_> =
            (0..count).map(|n| extension(format!("1.2.3.{n}").leak(), false, &[5, 0])).collect();
        let entries = Some(vec![entry_with(&[1], "261030000000Z", &more)]);
        Crl::parse(&CrlOrder { entries, ..right() }.der()).map(|_| ())
    };
    assert_eq!(many(16), Ok(()));
    assert_eq!(many(17), Err(CrlError::Malformed("too many extensions of an entry")));

    let parse = |order: CrlOrder<'_>| Crl::parse(&order.der());
    let good = entry(&[1], "261030000000Z", None);
    for at in [0, 2] {
        let mut other = good.clone();
        other[at] ^= 6;
        let refused = parse(CrlOrder { entries: Some(vec![other]), ..right() });
        assert_eq!(refused, Err(CrlError::Malformed("entry")), "the tag at {at}");
    }
    assert_eq!(parse(CrlOrder { version: Some(2), ..right() }), Err(CrlError::Version));
    assert_eq!(
        parse(CrlOrder { version: None, ..right() }),
        Err(CrlError::Version),
        "extensions in version 1"
    );
    let first = parse(CrlOrder { version: None, extensions: Vec::new(), ..right() }).unwrap();
    assert_eq!(first.defects(), ["version_1", "no_authority_key_id", "no_crl_number"]);
    let bare = parse(CrlOrder { next_update: None, entries: Some(Vec::new()), ..right() }).unwrap();
    assert_eq!(bare.defects(), ["no_next_update", "empty_list"]);
    assert!(parse(CrlOrder { this_update: "261301000000Z", ..right() }).is_err());
    assert!(parse(CrlOrder { entries: Some(vec![entry(&[1], "no time", None)]), ..right() }).is_err());
    assert!(parse(CrlOrder { entries: Some(vec![vec![0x30, 0]]), ..right() }).is_err());
    assert!(parse(CrlOrder { entries: Some(vec![entry(&[], "261030000000Z", None)]), ..right() }).is_err());
    assert!(parse(CrlOrder { extensions: vec![authority(1), number(1), vec![0x30, 0]], ..right() }).is_err());
}

#[test]
fn other_algorithms_outside_and_cut_bytes_are_refused() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let der = list(&root).revoking(0x55, Some(1)).der();
    for end in 0..der.len() {
        assert!(Crl::parse(&der[..end]).is_err(), "{end}");
    }
    assert!(Crl::parse(&[&der[..], &[0]].concat()).is_err());
    let parts = tlv::children(tlv::read_only(0x30, &der).unwrap().value).unwrap();
    let more = write::sequence(&[parts[0].value, &write::null()]);
    let longer = write::sequence(&[&more, parts[1].raw, parts[2].raw]);
    assert_eq!(Crl::parse(&longer), Err(CrlError::Malformed("fields")));
    let other = write::sequence(&[&titre::asn1::oid::object("1.2.840.10045.4.3.3")]);
    let changed = write::sequence(&[parts[0].raw, &other, parts[2].raw]);
    assert_eq!(Crl::parse(&changed), Err(CrlError::Malformed("the two signature algorithms differ")));
}

#[test]
fn a_long_list_is_read_in_one_walk_and_a_longer_one_refused() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let entries = |count: u32| {
        let one = |serial: u32| entry(&[&[1][..], &serial.to_be_bytes()].concat(), "261030000000Z", None);
        Some((0..count).map(one).collect())
    };
    let crl = CrlOrder { entries: entries(50_000), ..list(&root) }.crl();
    assert_eq!(crl.entries, 50_000);
    assert!(crl.find(&[1, 0, 0, 0xC3, 0x4F]).is_some() && crl.find(&[1, 0, 0, 0xC3, 0x50]).is_none());
    let long = CrlOrder { entries: Some(vec![vec![0; crl::MAX_LEN]]), ..list(&root) }.der();
    assert_eq!(Crl::parse(&long), Err(CrlError::Malformed("too long")));
}
