//! What the inspection makes of lists: every outcome, in every profile.

use super::forge::crl::{CrlOrder, list};
use super::{AT, forge, listed};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use titre::inspection::{Check, CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::FileId;
use titre::pki::TrustStore;

use CheckResult::{Failed, Successful, Undetermined};

const REVOCATION: &str = "passive_authentication.revocation";

/// An EF.SOD of `signer`, inspected.
fn judged(signer: &forge::Order<'_>, store: &TrustStore, at: OffsetDateTime, profile: Profile) -> Inspection {
    let sod = forge::Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), signer).sod();
    inspect(&Subject::security_object(FileId::Sod, sod), store, at, profile)
}

fn revocation(inspection: &Inspection) -> &Check {
    inspection.find(REVOCATION).unwrap()
}

fn code(check: &Check) -> &'static str {
    check.reason.as_ref().map_or("", |reason| reason.code)
}

fn argument(check: &Check, name: &str) -> String {
    let reason = check.reason.as_ref().unwrap();
    reason.args.iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

/// The result and its code, with these lists in the store.
fn outcome(
    store: &TrustStore,
    lists: &[CrlOrder<'_>],
    signer: &forge::Order<'_>,
    at: OffsetDateTime,
) -> (CheckResult, &'static str) {
    let mut store = store.clone();
    for (number, list) in lists.iter().enumerate() {
        store.add_crl_beside(&list.crl(), &format!("{number}.crl")).unwrap();
    }
    let inspection = judged(signer, &store, at, Profile::Operational);
    (revocation(&inspection).result, code(revocation(&inspection)))
}

#[test]
fn every_outcome() {
    let (key, ds_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let store = listed(&[&root]);
    let with = |lists: &[CrlOrder<'_>], at| outcome(&store, lists, &ds, at);
    let right = || list(&root);
    let unlimited = || CrlOrder { next_update: None, ..right() };
    let issued = datetime!(2026-11-01 0:00 UTC);
    let past = datetime!(2027-01-01 0:00:01 UTC);

    assert_eq!(with(&[], AT), (Undetermined, "no_revocation_list"));
    assert_eq!(with(&[right()], AT), (Successful, "not_revoked"));
    assert_eq!(with(&[right().revoking(0x56, None)], AT), (Successful, "not_revoked"));
    assert_eq!(with(&[right().revoking(0x55, None)], AT), (Failed, "revoked"));
    // A list that is out of date still proves what it says, and no longer what it does not say.
    assert_eq!(with(&[right()], datetime!(2027-01-01 0:00 UTC)), (Successful, "not_revoked"));
    assert_eq!(with(&[right()], past), (Undetermined, "revocation_list_outdated"));
    assert_eq!(with(&[right().revoking(0x55, None)], past), (Failed, "revoked"));
    assert_eq!(with(&[right()], issued - Duration::SECOND), (Undetermined, "revocation_list_not_yet_valid"));
    // Where a list does not say when the next one comes, it is current for 90 days.
    assert_eq!(with(&[unlimited()], issued + Duration::days(90)), (Successful, "not_revoked"));
    assert_eq!(with(&[unlimited()], issued + Duration::days(91)), (Undetermined, "revocation_list_outdated"));
}

#[test]
fn a_hold_ends_with_a_newer_list_and_nothing_else_does() {
    let (key, new_key, ds_key) = (forge::key(1), forge::key(3), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let new = forge::root(&new_key, ("UT", "CSCA"), 2);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let store = listed(&[&root, &new]);
    let with = |lists: &[CrlOrder<'_>]| outcome(&store, lists, &ds, AT);
    let by_old = || list(&root);
    let by_new = || CrlOrder { this_update: "261115000000Z", ..list(&new) };
    // A CSCA changed its key: its newer list speaks of what the older key signed.
    assert_eq!(with(&[by_new()]), (Successful, "not_revoked"));
    assert_eq!(with(&[by_new().revoking(0x55, None)]), (Failed, "revoked"));
    assert_eq!(with(&[by_old(), by_new().revoking(0x55, None)]), (Failed, "revoked"));
    assert_eq!(with(&[by_old().revoking(0x55, Some(1)), by_new()]), (Failed, "revoked"));
    assert_eq!(with(&[by_old().revoking(0x55, Some(6))]), (Failed, "revoked"));
    assert_eq!(with(&[by_old().revoking(0x55, Some(6)), by_new()]), (Successful, "not_revoked"));
    assert_eq!(with(&[by_old(), by_new().revoking(0x55, Some(6))]), (Failed, "revoked"));
    // Of two lists by one key that the user gives, one outdated, the current one decides.
    let outdated = CrlOrder { next_update: Some("261110000000Z"), ..by_old() };
    assert_eq!(with(std::slice::from_ref(&outdated)), (Undetermined, "revocation_list_outdated"));
    assert_eq!(with(&[outdated, by_new()]), (Successful, "not_revoked"));
}

#[test]
fn lists_of_others_say_nothing() {
    let (key, other_key, ds_key) = (forge::key(1), forge::key(3), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    for name in [("XX", "CSCA"), ("UT", "Another CSCA")] {
        let other = forge::root(&other_key, name, 2);
        let store = listed(&[&root, &other]);
        let found = outcome(&store, &[list(&other).revoking(0x55, None)], &ds, AT);
        assert_eq!(found, (Undetermined, "no_revocation_list"), "{name:?}");
    }
    // Who signed the certificate is not known: no list can be chosen, not even one of the same name.
    let stranger = forge::root(&other_key, ("UT", "CSCA"), 9);
    let store = listed(&[&stranger]);
    let found = outcome(&store, &[list(&stranger).revoking(0x55, None)], &ds, AT);
    assert_eq!(found, (Undetermined, "revocation_without_issuer"));
}

#[test]
fn a_revoked_csca_certificate_of_the_chain_fails_too() {
    let (old_key, new_key, ds_key) = (forge::key(1), forge::key(2), forge::key(3));
    let old = forge::root(&old_key, ("UT", "CSCA"), 1);
    let new = forge::root(&new_key, ("UT", "CSCA"), 2);
    let link = forge::Order { issuer_key: &old_key, authority_id: Some(1), serial: 9, ..new.clone() };
    let ds = forge::signer(&ds_key, &new, ("UT", "DS"));
    let store = listed(&[&old, &link]);
    for (serial, expected) in
        [(9, (Failed, "revoked")), (1, (Failed, "revoked")), (7, (Successful, "not_revoked"))]
    {
        assert_eq!(outcome(&store, &[list(&old).revoking(serial, Some(2))], &ds, AT), expected, "{serial}");
    }
    let mut store = store;
    store.add_crl(&list(&old).revoking(9, Some(2)).crl(), "UT.crl", false).unwrap();
    let inspection = judged(&ds, &store, AT, Profile::Operational);
    assert_eq!(argument(revocation(&inspection), "certificate"), "csca");
}

#[test]
fn the_result_names_the_list_or_what_is_missing() {
    let (key, ds_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let mut store = listed(&[&root]);
    let inspection = judged(&ds, &store, AT, Profile::Operational);
    let check = revocation(&inspection);
    let said = ["country", "key_id", "address"].map(|name| argument(check, name));
    assert_eq!(said, ["UT", &"01".repeat(20), "-"]);
    assert_eq!(inspection.store.revocation_lists, 0);

    let crl = list(&root).crl();
    store.add_crl(&crl, "UT.crl", false).unwrap();
    let inspection = judged(&ds, &store, AT, Profile::Operational);
    let check = revocation(&inspection);
    let said = ["issuer", "number", "this_update"].map(|name| argument(check, name));
    assert_eq!(said, ["C=UT, CN=CSCA", "07", "2026-11-01T00:00:00Z"]);
    assert_eq!(argument(check, "sha256"), hex::encode(crl.fingerprint()));
    assert_eq!(inspection.store.revocation_lists, 1);

    let newer = CrlOrder { this_update: "261115000000Z", ..list(&root) };
    store.add_crl(&newer.revoking(0x55, Some(1)).crl(), "UT.crl", false).unwrap();
    let inspection = judged(&ds, &store, AT, Profile::Operational);
    let said = ["certificate", "date", "why"].map(|name| argument(revocation(&inspection), name));
    assert_eq!(said, ["signer", "2026-10-30T00:00:00Z", "key_compromise"]);
}

#[test]
fn profiles_weigh_what_is_not_known() {
    let (key, ds_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let none = listed(&[&root]);
    let (mut clean, mut revoked) = (none.clone(), none.clone());
    clean.add_crl(&list(&root).crl(), "UT.crl", false).unwrap();
    revoked.add_crl(&list(&root).revoking(0x55, None).crl(), "UT.crl", false).unwrap();
    for (profile, without) in [
        (Profile::Operational, Successful),
        (Profile::Conformity, Successful),
        (Profile::Kiosk, Undetermined),
    ] {
        let whole = |store| judged(&ds, store, AT, profile).find("passive_authentication").unwrap().result;
        assert_eq!(
            (whole(&none), whole(&clean), whole(&revoked)),
            (without, Successful, Failed),
            "{profile:?}"
        );
    }
}

#[test]
fn a_specimen_s_own_list_is_found_and_its_address_named() {
    for (revoked, expected) in [(false, (Successful, "not_revoked")), (true, (Failed, "revoked"))] {
        let specimen = super::specimen(revoked);
        let mut store = TrustStore::default();
        let csca = titre::pki::Certificate::parse(&specimen.csca).unwrap();
        store.add_certificate(&csca, "csca.der", &specimen.csca);
        let files =
            std::collections::BTreeMap::from([(FileId::Sod, specimen.chip.files[&FileId::Sod].clone())]);
        let subject = Subject {
            files,
            document: None,
            provenance: None,
            optical_mrz: None,
            digests: std::collections::BTreeMap::new(),
        };
        let without = inspect(&subject, &store, AT, Profile::Operational);
        assert_eq!(code(revocation(&without)), "no_revocation_list");
        assert_eq!(argument(revocation(&without), "address"), "http://csca.utopia.invalid/UTO.crl");
        let crl = titre::pki::Crl::parse(&specimen.revocation_list).unwrap();
        assert_eq!(crl.defects(), [""; 0]);
        store.add_crl(&crl, "UTO.crl", false).unwrap();
        let check = inspect(&subject, &store, AT, Profile::Kiosk);
        assert_eq!((revocation(&check).result, code(revocation(&check))), expected);
        assert_eq!(check.verdict, expected.0);
    }
}
