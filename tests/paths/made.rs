//! Paths made here, right but for one thing each: what no suite beside the repository is needed for.

use super::outcome;
use crate::forge::{self, Order};
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::{tlv, write};
use titre::crypto::PrivateKey;
use titre::pki::{Certificate, PathRules, Tolerance, find_path, path_validation::MAX_SIGNATURES};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn rules(accepted: &[Tolerance]) -> PathRules<'_> {
    PathRules { at: AT, max_intermediates: 2, accepted }
}

fn keys() -> [PrivateKey; 4] {
    [1, 2, 3, 4].map(forge::key)
}

/// An authority below `above`.
fn authority<'a>(key: &'a PrivateKey, above: &Order<'a>, name: (&'a str, &'a str), id: u8) -> Order<'a> {
    let issued = Order {
        issuer: above.subject,
        issuer_key: above.key,
        authority_id: above.subject_id,
        ..forge::root(key, name, id)
    };
    Order { path_len: None, ..issued }
}

fn strict(end: &Order<'_>, between: &[&Order<'_>], anchor: &Order<'_>) -> &'static str {
    let between: Vec<Certificate> = between.iter().map(|order| order.certificate()).collect();
    outcome(&end.certificate(), &between, &[anchor.certificate()], &rules(&PathRules::STRICT))
}

#[test]
fn each_rule_refuses_what_breaks_it() {
    let [root_key, key, end_key, other] = keys();
    let root = Order { path_len: None, ..forge::root(&root_key, ("UT", "Root"), 1) };
    let middle = authority(&key, &root, ("UT", "Middle"), 2);
    let end = forge::signer(&end_key, &middle, ("UT", "End"));
    assert_eq!(strict(&end, &[&middle], &root), "valid");
    assert_eq!(strict(&end, &[], &root), "no_issuer");
    assert_eq!(strict(&root, &[], &root), "valid", "what is trusted is its own path");

    let old = "250101000000Z";
    assert_eq!(strict(&Order { not_after: old, ..end.clone() }, &[&middle], &root), "validity");
    assert_eq!(strict(&end, &[&Order { not_after: old, ..middle.clone() }], &root), "validity");
    assert_eq!(strict(&end, &[&middle], &Order { not_after: old, ..root.clone() }), "validity");

    for id in ["1.2.3.4", "2.5.29.30", "2.5.29.36"] {
        let with = |order: &Order<'_>| Order { critical: Some(id), ..order.clone() }.certificate();
        let (good_end, good_middle, good_root) =
            (end.certificate(), middle.certificate(), root.certificate());
        for (end, middle, root) in [
            (with(&end), good_middle.clone(), good_root.clone()),
            (good_end.clone(), with(&middle), good_root.clone()),
            (good_end.clone(), good_middle.clone(), with(&root)),
        ] {
            assert_eq!(outcome(&end, &[middle], &[root], &rules(&PathRules::STRICT)), "extension", "{id}");
        }
    }

    assert_eq!(strict(&Order { issuer_key: &other, ..end.clone() }, &[&middle], &root), "signature");
    assert_eq!(strict(&end, &[&Order { issuer_key: &other, ..middle.clone() }], &root), "signature");
    assert_eq!(strict(&end, &[&Order { ca: false, ..middle.clone() }], &root), "csca_without_ca");
    assert_eq!(strict(&end, &[&Order { usage: Some(0x02), ..middle.clone() }], &root), "csca_without_ca");
    assert_eq!(
        strict(&end, &[&middle], &Order { path_len: Some(0), ..root.clone() }),
        "path_length_exceeded"
    );
    assert_eq!(strict(&end, &[&Order { path_len: Some(0), ..middle.clone() }], &root), "valid");
    assert_eq!(strict(&Order { issuer: ("UT", "middle "), ..end.clone() }, &[&middle], &root), "valid");
    let renamed = Order { issuer: ("UT", "Another"), ..end.clone() };
    assert_eq!(strict(&renamed, &[&middle], &root), "issuer_name_different");
    let unnamed = Order { authority_id: None, ..end.clone() };
    assert_eq!(strict(&unnamed, &[&middle], &root), "authority_key_id_missing");
    // What is accepted by name is named in the result.
    let odd = Order { critical: Some("1.2.3.4"), ..middle.clone() }.certificate();
    let asked = [Tolerance::ExtensionNotProcessed];
    let path = find_path(&end.certificate(), &[odd], &[root.certificate()], &rules(&asked));
    assert_eq!(path.unwrap().tolerated, asked);
    let asked = [Tolerance::AuthorityKeyIdMissing];
    let path =
        find_path(&unnamed.certificate(), &[middle.certificate()], &[root.certificate()], &rules(&asked));
    assert_eq!(path.unwrap().tolerated, asked);
}

#[test]
fn self_issued_certificates_do_not_count_for_lengths() {
    let [root_key, first, second, end_key] = keys();
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    // Two links: the same name under new keys, as a State renews its CSCA.
    let link = authority(&first, &root, ("UT", "CSCA"), 2);
    let next = authority(&second, &link, ("UT", "CSCA"), 3);
    let end = forge::signer(&end_key, &next, ("UT", "DS"));
    assert_eq!(strict(&end, &[&link, &next], &root), "valid");
    let renamed = authority(&second, &link, ("UT", "CSCA 2"), 3);
    let below = forge::signer(&end_key, &renamed, ("UT", "DS"));
    assert_eq!(strict(&below, &[&link, &renamed], &root), "path_length_exceeded");
}

#[test]
fn path_lengths_are_numbers_of_any_size() {
    let [key, ..] = keys();
    let of = |number: &[u8]| {
        let value = write::sequence(&[&write::boolean(true), &tlv::encode(0x02, number)]);
        let more = vec![("2.5.29.19", value)];
        Order { ca: false, more, ..forge::root(&key, ("UT", "Root"), 1) }.certificate().path_len()
    };
    for (number, expected) in [
        (&[0][..], Some(0)),
        (&[1, 0], Some(0x0100)),
        (&[1, 2, 3, 4], Some(0x0102_0304)),
        (&[1, 0, 0, 0, 0], None),
    ] {
        assert_eq!(of(number), expected, "{number:?}");
    }
}

#[test]
fn authorities_that_vouch_for_each_other_lead_nowhere() {
    let [root_key, first, second, end_key] = keys();
    let root = forge::root(&root_key, ("UT", "Root"), 1);
    let other = authority(&second, &root, ("UT", "Two"), 3);
    let one = authority(&first, &other, ("UT", "One"), 2);
    let two = authority(&second, &one, ("UT", "Two"), 3);
    let end = forge::signer(&end_key, &two, ("UT", "End"));
    assert_eq!(strict(&end, &[&one, &two], &root), "no_issuer");
}

#[test]
fn the_search_is_bounded() {
    let [root_key, first, second, end_key] = keys();
    let root = Order { path_len: None, ..forge::root(&root_key, ("UT", "Root"), 1) };
    let one = authority(&first, &root, ("UT", "One"), 2);
    let two = authority(&second, &one, ("UT", "Two"), 3);
    let end = forge::signer(&end_key, &two, ("UT", "End"));
    let between = [one.certificate(), two.certificate()];
    let found = |most| {
        let rules = PathRules { max_intermediates: most, ..rules(&PathRules::STRICT) };
        outcome(&end.certificate(), &between, &[root.certificate()], &rules)
    };
    assert_eq!((found(2), found(1)), ("valid", "too_long"));
    // Many that all fit by name, none of which issued it; then the right one comes too late.
    let wrong = authority(&first, &root, ("UT", "Two"), 3).certificate();
    let many: Vec<Certificate> = vec![wrong; MAX_SIGNATURES];
    let all = [&many[..], &between].concat();
    let lost = outcome(&end.certificate(), &all, &[root.certificate()], &rules(&PathRules::STRICT));
    assert_eq!(lost, "too_many");
    let kept = outcome(&end.certificate(), &all[1..], &[root.certificate()], &rules(&PathRules::STRICT));
    assert_eq!(kept, "too_many", "each level costs");
    let few = outcome(&end.certificate(), &all[3..], &[root.certificate()], &rules(&PathRules::STRICT));
    assert_eq!(few, "valid");
}
