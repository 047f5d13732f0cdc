//! What deviation lists make of the checks: every effect, that it needs its entry to be certain where it explains a
//! failure, and that no entry makes a document good.

use super::forge::{self, lists};
use super::*;
use titre::asn1::write;
use titre::inspection::ListedDefect;
use titre::inspection::checks::listed_defects::{adjust, check};
use titre::inspection::security_object::SecurityObject;
use titre::pki::{DefectKind, DeviationList};
use titre::session::{Unread, UnreadReason};

const LISTED: &str = "passive_authentication.listed_defects";

fn entry(kind: DefectKind, certain: bool) -> ListedDefect {
    ListedDefect {
        list: "list.der".to_owned(),
        country: None,
        code: kind.code(),
        oid: "1.2.3".to_owned(),
        certain,
        description: None,
        kind,
    }
}

fn document_signer(genuine: &Genuine) -> Certificate {
    let object = SecurityObject::open(FileId::Sod, &genuine.reading.files[&FileId::Sod]);
    object.signer().unwrap().2.clone()
}

/// `store` with a list by a signer of lists of Utopia.
pub fn with_list(store: &TrustStore, content_type: &'static str, content: &[u8]) -> TrustStore {
    let (root_key, key) = (forge::key(21), forge::key(22));
    let root = forge::root(&root_key, ("UT", "List CSCA"), 9);
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        ..forge::signer(&key, &root, ("UT", "List signer"))
    };
    let bytes = lists::signed(content_type, content, &order);
    let list = DeviationList::verify(&bytes, &[root.certificate()], AT, &[]).unwrap();
    let mut store = store.clone();
    store.add_deviations(&list, "list.der", &bytes, false).unwrap();
    store
}

/// The modern specimen, changed, under a defect list about its signer.
fn listed(below: &str, parameter: &[u8], change: impl FnOnce(&mut Reading)) -> Inspection {
    let signer = document_signer(&MODERN).issuer_and_serial();
    let list = lists::defect_list(0, &[lists::defect(&signer, None, &[lists::known(below, parameter)])]);
    let store = with_list(&MODERN.store, lists::DEFECT_LIST, &list);
    let mut reading = MODERN.reading.clone();
    change(&mut reading);
    inspect(&Subject::from(&reading), &store, AT, Profile::Operational)
}

/// The same under an entry of Utopia's own deviation list.
fn deviating(
    criteria: &[Vec<u8>],
    below: &str,
    number: Option<u64>,
    change: impl FnOnce(&mut Reading),
) -> Inspection {
    let entry = lists::deviation(criteria, &[lists::description(below, number)]);
    let store = with_list(&MODERN.store, lists::DEVIATION_LIST, &lists::deviation_list(&[entry]));
    let mut reading = MODERN.reading.clone();
    change(&mut reading);
    inspect(&Subject::from(&reading), &store, AT, Profile::Operational)
}

fn state(inspection: &Inspection, id: &str) -> (CheckResult, &'static str) {
    let check = find(inspection, id);
    (check.result, code(check))
}

#[test]
fn a_list_that_says_nothing_of_the_document_changes_nothing() {
    let plain = changed(&MODERN, |_| {});
    assert!(plain.find(LISTED).is_none());
    let other = lists::defect(&tlv::encode(0x80, &[1; 20]), None, &[lists::known("1.1", &lists::status(3))]);
    let store = with_list(&MODERN.store, lists::DEFECT_LIST, &lists::defect_list(0, &[other]));
    let inspection = inspect(&Subject::from(&MODERN.reading), &store, AT, Profile::Operational);
    assert_eq!(state(&inspection, LISTED), (Successful, ""));
    assert_eq!((inspection.verdict, inspection.listed_defects.len()), (Successful, 0));
    assert_eq!((plain.store.deviation_lists, inspection.store.deviation_lists), (0, 1));
}

#[test]
fn a_listed_signer_is_revoked_by_its_status() {
    for (status, expected, reason) in [
        (0, Failed, "listed_revoked"),
        (1, Undetermined, "listed_on_hold"),
        (2, Failed, "listed_revoked"),
        (3, Failed, "listed_revoked"),
        (4, Failed, "listed_revoked"),
        (5, Failed, "listed_revoked"),
        (6, Undetermined, "listed_status_unknown"),
        (32, Undetermined, "listed_status_unknown"),
        (255, Undetermined, "listed_status_unknown"),
    ] {
        let inspection = listed("1.1", &lists::status(status), |_| {});
        assert_eq!(state(&inspection, LISTED), (expected, reason), "{status}");
        assert_eq!(inspection.verdict, expected, "{status}");
        // What the signer signed is not authenticated any more, so its key proves nothing.
        assert_ne!(find(&inspection, CHIP).result, Successful, "{status}");
        let [defect] = inspection.listed_defects.as_slice() else { panic!("{status}") };
        assert_eq!((defect.code, defect.certain), ("signer_revoked", true));
    }
    assert_eq!(state(&listed("1.1", &[], |_| {}), LISTED), (Failed, "listed_revoked"));
}

#[test]
fn what_is_not_known_to_be_harmless_leaves_everything_open() {
    for below in ["1.5", "1.6", "1.7", "2.4", "2.5", "2.6", "4.9", "7"] {
        let inspection = listed(below, &[], |_| {});
        assert_eq!(state(&inspection, LISTED), (Undetermined, "listed_defect"), "{below}");
        assert_eq!(inspection.verdict, Undetermined, "{below}");
    }
    for (below, number) in [("1", None), ("2", None), ("8", None)] {
        let own = lists::by_name(&document_signer(&MODERN));
        let inspection = deviating(&[own], below, number, |_| {});
        assert_eq!(state(&inspection, LISTED), (Undetermined, "listed_defect"), "{below}");
    }
    // These are reported and change nothing by themselves.
    for below in ["1.2", "2.1", "2.2", "2.3", "3.1", "4.1", "4.2", "4.3", "4.4"] {
        let inspection = listed(below, &[], |_| {});
        assert_eq!((inspection.verdict, inspection.listed_defects.len()), (Successful, 1), "{below}");
    }
}

#[test]
fn a_key_that_others_know_proves_nothing() {
    for (below, known, other) in [("1.3", CHIP, ACTIVE), ("1.4", ACTIVE, CHIP)] {
        let inspection = listed(below, &[], |_| {});
        assert_eq!(state(&inspection, known), (Undetermined, "listed_key_known"));
        assert_eq!(find(&inspection, known).strength, None);
        assert_eq!(find(&inspection, other).result, Successful);
        assert_eq!(inspection.verdict, Undetermined);
        // A failure stays one.
        let failing = listed(below, &[], |r| {
            r.active_authentication.as_mut().unwrap().challenge[0] ^= 1;
            *r.chip_authentication.as_mut().unwrap().chip_public_key.last_mut().unwrap() ^= 1;
        });
        assert_eq!(find(&failing, known).result, Failed);
    }
    let own = lists::by_key(document_signer(&MODERN).subject_key_id().unwrap());
    assert_eq!(state(&deviating(&[own], "1.4", None, |_| {}), ACTIVE), (Undetermined, "listed_key_known"));
}

#[test]
fn a_failure_that_is_known_proves_nothing_either() {
    let refused =
        |r: &mut Reading| r.active_authentication.as_mut().unwrap().failure = Some(super::changes::refusal());
    assert_eq!(state(&listed("1.5", &[], refused), ACTIVE), (Undetermined, "listed_failure"));
    let malformed = |r: &mut Reading| {
        r.files.remove(&FileId::Dg(11));
        r.unread.push(Unread { file: FileId::Dg(11), reason: UnreadReason::Malformed, sw: None });
    };
    let dg11 = "data_groups.dg11.hash";
    assert_eq!(
        state(&listed("2.1", &lists::groups(&[11]), malformed), dg11),
        (Undetermined, "listed_failure")
    );
    assert_eq!(state(&listed("2.1", &lists::groups(&[12]), malformed), dg11), (Failed, "file_malformed"));
    // Malformed is not altered.
    let altered = |r: &mut Reading| flip(r, FileId::Dg(11), last);
    assert_eq!(state(&listed("2.1", &lists::groups(&[11]), altered), dg11), (Failed, "hash"));
    let own = || lists::by_name(&document_signer(&MODERN));
    let hash = deviating(&[own()], "2.2", Some(11), altered);
    assert_eq!((state(&hash, dg11), hash.verdict), ((Undetermined, "listed_failure"), Undetermined));
    assert_eq!(state(&deviating(&[own()], "2.2", Some(12), altered), dg11), (Failed, "hash"));
    let hidden = |r: &mut Reading| super::changes::com(r, |tags| tags.retain(|tag| *tag != 0x6F));
    for inspection in [listed("2.3", &[], hidden), deviating(&[own()], "2.4", None, hidden)] {
        let com = state(&inspection, "data_groups.com");
        assert_eq!((com, inspection.verdict), ((NotSupported, "listed_not_applicable"), Successful));
    }
    // Of a document that the signer did not sign, nothing is explained.
    let forged = deviating(&[own()], "2.2", Some(11), |r| {
        altered(r);
        flip(r, FileId::Sod, last);
    });
    assert_eq!((state(&forged, dg11), forged.verdict), ((Failed, "hash"), Failed));
}

#[test]
fn each_effect_is_on_its_check_and_for_its_reason() {
    let sod = FileId::Sod;
    for (kind, id, reason) in [
        (DefectKind::SignerReplaced, "passive_authentication.signer", "signer_key_usage"),
        (DefectKind::SignerEncoding, "passive_authentication.signer", "signer_key_usage"),
        (DefectKind::SignerSignature, "passive_authentication.chain.signature", "chain_signature"),
        (DefectKind::IssuingCountry, "passive_authentication.signer", "signer_country"),
        (DefectKind::IssuingCountry, "passive_authentication.chain.trust", "csca_country"),
        (DefectKind::IssuingCountry, "document.issuing_state", "state_differs"),
        (DefectKind::ValidityWrong, "passive_authentication.validity.signer", "certificate_expired"),
        (DefectKind::ValidityWrong, "passive_authentication.validity.csca", "certificate_expired"),
        (DefectKind::ValidityWrong, "card_security.validity.signer", "certificate_expired"),
        (DefectKind::SignerSignature, "card_security.chain.signature", "chain_signature"),
        (DefectKind::ProtocolFailure, CHIP, "chip_gave_no_proof"),
        (DefectKind::ProtocolFailure, ACTIVE, "chip_signature"),
        (DefectKind::MrzWrong(None), "document.issuing_state", "state_differs"),
        (DefectKind::MrzWrong(Some(2)), "document.issuing_state", "state_differs"),
        (DefectKind::MrzWrong(Some(8)), "document.expiry", "document_expired"),
    ] {
        let after = |certain, id, finding| adjust(id, finding, sod, &[entry(kind.clone(), certain)]).result;
        assert_eq!(after(true, id, Finding::failed(reason)), Undetermined, "{kind:?} {id}");
        // Not where it is uncertain, nor for a success, nor at another check.
        assert_eq!(after(false, id, Finding::failed(reason)), Failed, "{kind:?} {id}");
        assert_eq!(after(true, id, Finding::successful()), Successful, "{kind:?} {id}");
        assert_eq!(after(true, "passive_authentication.sod.signature", Finding::failed(reason)), Failed);
    }
    for (kind, id) in [
        (DefectKind::SignerSignature, "passive_authentication.chain.signature"),
        (DefectKind::IssuingCountry, "passive_authentication.signer"),
        (DefectKind::IssuingCountry, "passive_authentication.chain.trust"),
        (DefectKind::ValidityWrong, "passive_authentication.validity.signer"),
        (DefectKind::ProtocolFailure, ACTIVE),
        (DefectKind::MrzWrong(Some(3)), "document.issuing_state"),
    ] {
        let finding = adjust(id, Finding::failed("another"), sod, &[entry(kind, true)]);
        assert_eq!(finding.result, Failed, "{id}");
    }
    let structure = "passive_authentication.sod.structure";
    for (file, expected) in [(FileId::CardSecurity, Undetermined), (sod, Failed)] {
        let listed = [entry(DefectKind::CardSecurityMalformed, true)];
        assert_eq!(adjust(structure, Finding::failed("malformed"), file, &listed).result, expected);
    }
    let com = [entry(DefectKind::DataGroupMalformed(vec![21]), true)];
    assert_eq!(adjust("data_groups.com", Finding::failed("malformed"), sod, &com).result, NotSupported);
    for (kind, certain) in [
        (DefectKind::DataGroupMalformed(vec![21]), false),
        (DefectKind::ComSodDiscrepancy, false),
        (DefectKind::DataGroupMalformed(vec![11]), true),
    ] {
        let finding = adjust("data_groups.com", Finding::failed("malformed"), sod, &[entry(kind, certain)]);
        assert_eq!(finding.result, Failed);
    }
    // The worst of several counts; without a signer there is nothing to look up.
    let signer = document_signer(&MODERN);
    let several = [
        entry(DefectKind::SignerRevoked(Some(1)), true),
        entry(DefectKind::SignerRevoked(Some(3)), true),
        entry(DefectKind::PowerDownRequired, true),
    ];
    assert_eq!(check(Some(&signer), &several).result, Failed);
    assert_eq!(check(Some(&signer), &several[2..]).result, Successful);
    assert_eq!(check(None, &[]).result, Undetermined);
    let uncertain = check(Some(&signer), &[entry(DefectKind::SignerRevoked(Some(3)), false)]);
    assert_eq!((uncertain.result, uncertain.reason.unwrap().code), (Undetermined, "listed_uncertain"));
}

#[test]
fn criteria_hold_together_and_what_is_missing_leaves_them_open() {
    let own = || lists::by_name(&document_signer(&MODERN));
    let mrz = Mrz::parse(std::str::from_utf8(&MODERN.reading.files[&FileId::Dg(1)][5..]).unwrap()).unwrap();
    let number = mrz.document_number.disclose().clone();
    let found = |criteria: &[Vec<u8>], change: fn(&mut Reading)| {
        let inspection = deviating(criteria, "1.4", None, change);
        inspection.listed_defects.first().map(|defect| defect.certain)
    };
    let all = || [lists::document_type("P"), own(), lists::numbers(&["X", &number])];
    assert_eq!(found(&all(), |_| {}), Some(true));
    assert_eq!(found(&[lists::document_type("C"), own()], |_| {}), None);
    assert_eq!(found(&[own(), lists::numbers(&["X"])], |_| {}), None);
    // Without DG1, neither type nor number can be told; without any criterion, nothing can.
    assert_eq!(found(&all(), |r| drop(r.files.remove(&FileId::Dg(1)))), Some(false));
    assert_eq!(found(&[], |_| {}), Some(false));
    // The date of issue is looked for at the signing time.
    assert_eq!(found(&[own(), lists::issued("20000101000000Z", "20991231000000Z")], |_| {}), Some(true));
    assert_eq!(found(&[own(), lists::issued("20000101000000Z", "20001231000000Z")], |_| {}), None);
    assert_eq!(found(&[own(), lists::issued("20900101000000Z", "20991231000000Z")], |_| {}), None);
    // One State's list has no say about the documents of another.
    let signer = document_signer(&MODERN).issuer_and_serial();
    let entry = lists::deviation(
        &[tlv::encode(0xA1, tlv::read_only(0x30, &signer).unwrap().value)],
        &[lists::description("1", None)],
    );
    let (root_key, key) = (forge::key(21), forge::key(22));
    let root = forge::root(&root_key, ("XX", "List CSCA"), 9);
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        ..forge::signer(&key, &root, ("XX", "List signer"))
    };
    let bytes = lists::signed(lists::DEVIATION_LIST, &lists::deviation_list(&[entry]), &order);
    let list = DeviationList::verify(&bytes, &[root.certificate()], AT, &[]).unwrap();
    let mut store = MODERN.store.clone();
    store.add_deviations(&list, "list.der", &bytes, false).unwrap();
    let inspection = inspect(&Subject::from(&MODERN.reading), &store, AT, Profile::Operational);
    assert_eq!((inspection.verdict, inspection.listed_defects.len()), (Successful, 0));
}

#[test]
fn dates_of_issue_hold_to_the_second_and_are_open_for_a_month_around() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let signer = forge::signer(&key, &forge::root(&root_key, ("UT", "CSCA"), 1), ("UT", "DS"));
    let issued = lists::issued("20240301000000Z", "20240601000000Z");
    let criteria = [lists::by_name(&signer.certificate()), issued];
    let entry = lists::deviation(&criteria, &[lists::description("1.4", None)]);
    let list = lists::deviation_list(&[entry]);
    let store = with_list(&TrustStore::default(), lists::DEVIATION_LIST, &list);
    for (signed_at, expected) in [
        ("20240301000000Z", Some(true)),
        ("20240601000000Z", Some(true)),
        ("20240229235959Z", Some(false)),
        ("20240601000001Z", Some(false)),
        ("20240130000000Z", Some(false)),
        ("20240129235959Z", None),
        ("20240702000000Z", Some(false)),
        ("20240702000001Z", None),
        // Who makes the chip chooses the time: the first and the last that there are.
        ("00000101000000Z", None),
        ("99991231235959Z", None),
        // No time at all.
        ("2024", Some(false)),
    ] {
        let mut cms = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &signer);
        let time = tlv::encode(0x18, signed_at.as_bytes());
        cms.attributes[1] = forge::attribute("1.2.840.113549.1.9.5", &time);
        let subject = Subject::security_object(FileId::Sod, cms.sod());
        let found = inspect(&subject, &store, AT, Profile::Operational).listed_defects;
        assert_eq!(found.first().map(|defect| defect.certain), expected, "{signed_at}");
    }
}

#[test]
fn a_signer_that_the_object_names_wrongly_is_found_inside() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&key, &root, ("UT", "DS"));
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    let known = [lists::known("2.4", &[])];
    let entry = lists::defect(&signer.certificate().issuer_and_serial(), None, &known);
    let store = with_list(&store, lists::DEFECT_LIST, &lists::defect_list(0, &[entry]));
    let mut cms = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &signer);
    cms.signer_id = write::sequence(&[&forge::name(("UT", "Another")), &write::integer(1)]);
    let subject = Subject::security_object(FileId::Sod, cms.sod());
    let inspection = inspect(&subject, &store, AT, Profile::Operational);
    let [defect] = inspection.listed_defects.as_slice() else { panic!("it is found") };
    assert_eq!((defect.code, defect.certain), ("wrong_signer_id", false));
    assert_eq!(state(&inspection, LISTED), (Undetermined, "listed_defect"));
}

/// Every kind of defect has its text in every language.
#[test]
fn defects_have_texts() {
    let bsi =
        ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "4.1", "4.2"];
    let more = ["4.3", "4.4", "9"];
    let icao = ["1", "1.1", "1.2", "1.3", "2", "2.2", "3", "4", "5"];
    let object = |known: Vec<Vec<u8>>| {
        let list = lists::defect_list(0, &[lists::defect(&tlv::encode(0x80, &[1]), None, &known)]);
        with_list(&MODERN.store, lists::DEFECT_LIST, &list)
    };
    let own = object(bsi.iter().chain(&more).map(|below| lists::known(below, &[])).collect());
    let descriptions: Vec<_> = icao.iter().map(|below| lists::description(below, None)).collect();
    let list = lists::deviation_list(&[lists::deviation(&[], &descriptions)]);
    let store = with_list(&own, lists::DEVIATION_LIST, &list);
    let mut seen = BTreeSet::new();
    for defect in store.deviations().iter().flat_map(|list| &list.deviations.entries[0].defects) {
        let id = format!("defect-{}", titre::report::locale::message_id(defect.kind.code()));
        assert!(Lang::ALL.iter().all(|lang| lang.has(&id)), "{id}");
        seen.insert(id);
    }
    assert_eq!(seen.len(), 25);
}

#[test]
fn card_security_is_looked_up_by_its_own_signer_and_by_the_document() {
    let forged = super::card_security::Forged::new();
    let open = &MODERN.reading.files[&FileId::CardAccess];
    let own = SecurityObject::open(FileId::CardSecurity, &forged.card_security(open, |_| {}));
    let own = own.signer().unwrap().2.issuer_and_serial();
    let documents = document_signer(&MODERN).issuer_and_serial();
    let judge = |signer: &[u8], known: &[u8], file: Vec<u8>| {
        let list = lists::defect_list(0, &[lists::defect(signer, None, &[known.to_vec()])]);
        let store = with_list(&forged.store(), lists::DEFECT_LIST, &list);
        let mut reading = MODERN.reading.clone();
        reading.files.insert(FileId::CardSecurity, file);
        inspect(&Subject::from(&reading), &store, AT, Profile::Operational)
    };
    let revoked = judge(&own, &lists::known("1.1", &lists::status(3)), forged.card_security(open, |_| {}));
    assert_eq!(state(&revoked, "card_security.listed_defects"), (Failed, "listed_revoked"));
    assert_eq!((find(&revoked, LISTED).result, revoked.verdict), (Successful, Failed));
    assert_eq!(revoked.listed_defects.len(), 1);
    // The entry that knows of malformed files is found by the signer of EF.SOD.
    let malformed = judge(&documents, &lists::known("4.1", &[]), vec![0x30, 0]);
    let structure = state(&malformed, "card_security.sod.structure");
    assert_eq!((structure, malformed.listed_defects.len()), ((Undetermined, "listed_failure"), 1));
    assert_eq!(malformed.verdict, Undetermined);
}
