//! Deviation and defect lists: who may sign them, what they say, what a store keeps of them.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use forge::lists;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::{tlv, write};
use titre::crypto::HashAlgorithm;
use titre::pki::deviation_list::{Format, SignerRef};
use titre::pki::{
    Certificate, DefectKind, DeviationList, Deviations, MasterListError, StoreError, Tolerance, TrustStore,
};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// A defect list about one signer, by its key identifier as CMS has it.
fn bsi(known: &[Vec<u8>]) -> Vec<u8> {
    lists::defect_list(0, &[lists::defect(&tlv::encode(0x80, &[0x77; 20]), None, known)])
}

fn read(format: Format, content: &[u8]) -> Result<Deviations, MasterListError> {
    Deviations::parse(format, HashAlgorithm::Sha256, content)
}

fn kinds(deviations: &Deviations) -> Vec<DefectKind> {
    deviations
        .entries
        .iter()
        .flat_map(|entry| entry.defects.iter().map(|defect| defect.kind.clone()))
        .collect()
}

#[test]
fn only_signers_of_deviation_lists_sign_them() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let pinned = [root.certificate()];
    let verify = |bytes: &[u8], asked: &[Tolerance]| DeviationList::verify(bytes, &pinned, AT, asked);
    let contents = [
        (lists::DEVIATION_LIST, lists::deviation_list(&[]), Format::Icao),
        (lists::DEFECT_LIST, lists::defect_list(0, &[]), Format::Bsi),
    ];
    for (content_type, content, format) in contents {
        let by = |order: &forge::Order<'_>| lists::signed(content_type, &content, order);
        let mut order = forge::signer(&key, &root, ("UT", "Lists"));
        // A document signer, and a signer of master lists, below the same CSCA.
        for purpose in [None, Some("2.23.136.1.1.3")] {
            order.purpose = purpose;
            assert!(matches!(verify(&by(&order), &[]), Err(MasterListError::Usage { .. })), "{purpose:?}");
        }
        let asked = [Tolerance::ListSignerUsageMissing];
        assert_eq!(verify(&by(&order), &asked).unwrap().tolerated, asked);
        order.purpose = Some(lists::DEVIATION_LIST_SIGNER);
        let list = verify(&by(&order), &[]).unwrap();
        assert_eq!((list.deviations.format, list.anchor == pinned[0]), (format, true));
        assert_eq!(list.signing_time, Some(datetime!(2024-01-01 0:00 UTC)));
        // A key that may not sign.
        let silent = forge::Order { usage: Some(0x06), ..order.clone() };
        assert!(matches!(verify(&by(&silent), &[]), Err(MasterListError::Usage { .. })));
        // The certificate had run out when the list was signed.
        let late = forge::Order { not_after: "230101000000Z", ..order.clone() };
        assert!(matches!(verify(&by(&late), &[]), Err(MasterListError::Validity { .. })));
        // Nobody pinned, another pinned, a self-made signer under the same names.
        let stranger = forge::key(8);
        let other = forge::root(&stranger, ("UT", "CSCA"), 1).certificate();
        for pinned in [&[][..], std::slice::from_ref(&other)] {
            let found = DeviationList::verify(&by(&order), pinned, AT, &[]);
            assert!(matches!(found, Err(MasterListError::Untrusted { .. })), "{found:?}");
        }
        let forged = forge::Order { issuer_key: &stranger, ..order.clone() };
        assert!(matches!(verify(&by(&forged), &[]), Err(MasterListError::Untrusted { .. })));
        // Content and signature changed.
        let good = by(&order);
        let mut changed = good.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(matches!(verify(&changed, &[]), Err(MasterListError::Signature(_))));
        let mut cms = forge::Cms::new(content_type, &content, &order);
        cms.content.push(0);
        assert!(matches!(verify(&cms.der(), &[]), Err(MasterListError::Signature(_))));
    }
    // A master list is none.
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        ..forge::signer(&key, &root, ("UT", "Lists"))
    };
    let master = forge::Cms::new(forge::MASTER_LIST, &forge::list(&[root.der()]), &order).der();
    assert!(matches!(verify(&master, &[]), Err(MasterListError::ContentType(_))));
    assert!(!DeviationList::is_one(&master));
}

#[test]
fn every_type_is_read_with_its_parameters() {
    let bsi = |below: &str, parameter: &[u8]| {
        kinds(&read(Format::Bsi, &bsi(&[lists::known(below, parameter)])).unwrap()).remove(0)
    };
    let status = lists::status;
    for (below, parameter, expected) in [
        ("1.1", status(3), DefectKind::SignerRevoked(Some(3))),
        ("1.1", status(32), DefectKind::SignerRevoked(Some(32))),
        ("1.1", Vec::new(), DefectKind::SignerRevoked(None)),
        ("1.2", Vec::new(), DefectKind::SignerReplaced),
        ("1.3", Vec::new(), DefectKind::ChipKeyCompromised),
        ("1.4", Vec::new(), DefectKind::ActiveKeyCompromised),
        ("1.5", Vec::new(), DefectKind::ProtocolFailure),
        ("1.6", Vec::new(), DefectKind::ValidityWrong),
        ("1.7", Vec::new(), DefectKind::Unknown),
        ("2.1", lists::groups(&[2, 11]), DefectKind::DataGroupMalformed(vec![2, 11])),
        ("2.2", Vec::new(), DefectKind::SodInvalid),
        ("2.3", Vec::new(), DefectKind::ComSodDiscrepancy),
        ("2.4", Vec::new(), DefectKind::WrongSignerId),
        ("2.5", Vec::new(), DefectKind::IssuingCountry),
        ("3.1", lists::groups(&[1]), DefectKind::EidApplication),
        ("4.1", Vec::new(), DefectKind::CardSecurityMalformed),
        ("4.2", Vec::new(), DefectKind::ChipSecurityMalformed),
        ("4.3", Vec::new(), DefectKind::PowerDownRequired),
        ("4.4", Vec::new(), DefectKind::SignerEncoding),
        ("4.5", Vec::new(), DefectKind::EidApplication),
        ("9", Vec::new(), DefectKind::Unknown),
    ] {
        assert_eq!(bsi(below, &parameter), expected, "{below}");
    }
    let icao = |below: &str, number| {
        let entry = lists::deviation(&[lists::document_type("P")], &[lists::description(below, number)]);
        let list = read(Format::Icao, &lists::deviation_list(&[entry])).unwrap();
        assert_eq!(list.entries[0].defects[0].description.as_deref(), Some("as the State says"));
        kinds(&list).remove(0)
    };
    for (below, number, expected) in [
        ("1", None, DefectKind::KeysUnspecified),
        ("1.1", None, DefectKind::SignerSignature),
        ("1.2", Some(5), DefectKind::SignerEncoding),
        ("1.3", Some(5), DefectKind::CscaEncoding),
        ("1.4", None, DefectKind::ActiveKeyCompromised),
        ("2", None, DefectKind::FilesUnspecified),
        ("2.1", Some(21), DefectKind::DataGroupMalformed(vec![21])),
        ("2.2", Some(12), DefectKind::DataGroupHash(vec![12])),
        ("2.3", None, DefectKind::SodInvalid),
        ("2.4", None, DefectKind::ComSodDiscrepancy),
        ("3.1", Some(8), DefectKind::MrzWrong(Some(8))),
        ("3.2", None, DefectKind::MrzWrong(None)),
        ("4", None, DefectKind::ChipUnusable),
        ("5", None, DefectKind::NationalUse),
        ("6", None, DefectKind::Unknown),
    ] {
        assert_eq!(icao(below, number), expected, "{below}");
    }
}

#[test]
fn documents_are_named_in_all_the_ways_of_the_standard() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let order = forge::signer(&key, &root, ("UT", "DS"));
    let (signer, other) =
        (order.certificate(), forge::Order { serial: 9, subject_id: Some(3), ..order.clone() });
    let other = other.certificate();
    let digest = HashAlgorithm::Sha256.digest(signer.as_der());
    let criteria = |criteria: &[Vec<u8>]| {
        let entry = lists::deviation(criteria, &[lists::description("4", None)]);
        read(Format::Icao, &lists::deviation_list(&[entry])).map(|list| list.entries[0].documents.clone())
    };
    let is = |documents: &titre::pki::deviation_list::Documents, certificate: &Certificate| {
        documents.is_signer(certificate, HashAlgorithm::Sha256)
    };
    for way in [lists::by_name(&signer), lists::by_key(&[0x77; 20]), lists::by_digest(&digest)] {
        let documents = criteria(&[way]).unwrap();
        assert_eq!((is(&documents, &signer), is(&documents, &other)), (Some(true), Some(false)));
    }
    let all = criteria(&[
        lists::document_type("P<"),
        lists::by_key(&[1; 20]),
        lists::issued("20171001000000Z", "20180205235959.999Z"),
        lists::numbers(&["CA00000AL", "CA1<<<<<<"]),
    ])
    .unwrap();
    assert_eq!(all.document_type.as_deref(), Some("P"));
    assert_eq!(all.signer, Some(SignerRef::KeyId(vec![1; 20])));
    assert_eq!(all.issued, Some((datetime!(2017-10-01 0:00 UTC), datetime!(2018-02-05 23:59:59 UTC))));
    assert!(all.numbers.unwrap().contains("CA1"));
    let none = criteria(&[]).unwrap();
    assert_eq!(is(&none, &signer), None);
    // A criterion that stands twice, out of order or is unknown would widen or narrow the entry.
    for wrong in [
        &[lists::by_key(&[1]), lists::by_digest(&[2])][..],
        &[lists::by_key(&[1]), lists::by_key(&[2])],
        &[lists::by_name(&signer), lists::by_key(&[2])],
        &[lists::by_key(&[1]), lists::document_type("P")],
        &[tlv::encode(0x86, &[1])],
    ] {
        assert!(criteria(wrong).is_err(), "{wrong:02X?}");
    }
    // BSI's digest stands beside the name and must fit too.
    for (hash, expected) in [(digest.as_slice(), Some(true)), (&[0; 32][..], Some(false))] {
        let entry = lists::defect(&signer.issuer_and_serial(), Some(hash), &[lists::known("4.3", &[])]);
        let list = read(Format::Bsi, &lists::defect_list(1, &[entry])).unwrap();
        assert_eq!(is(&list.entries[0].documents, &signer), expected);
    }
}

#[test]
fn what_is_malformed_is_refused_whole() {
    let entry = lists::deviation(&[lists::by_key(&[1; 20])], &[lists::description("2.2", Some(12))]);
    let whole = lists::deviation_list(&[entry]);
    let defects = bsi(&[lists::known("1.1", &lists::status(3))]);
    for (format, whole) in [(Format::Icao, whole), (Format::Bsi, defects)] {
        assert!(read(format, &whole).is_ok());
        for cut in 0..whole.len() {
            assert!(matches!(read(format, &whole[..cut]), Err(MasterListError::Malformed(_))), "{cut}");
        }
        // Never a panic, whatever byte is changed.
        for at in 0..whole.len() {
            for value in [0, 0x7F, 0x80, 0xFF] {
                let mut changed = whole.clone();
                changed[at] = value;
                let _ = read(format, &changed);
            }
        }
    }
    assert!(read(Format::Bsi, &lists::defect_list(2, &[])).is_err());
    let later = write::sequence(&[&write::integer(1), &write::set_of(&[])]);
    assert!(read(Format::Icao, &later).is_err());
}

#[test]
fn a_list_may_name_its_digest_and_need_not_describe() {
    let digest = titre::crypto::algorithm::hash_identifier(HashAlgorithm::Sha384);
    let kind = write::object_identifier(&format!("{}.4", lists::DEVIATION_LIST)).unwrap();
    let said = tlv::encode(0x0C, b"one\x1B[2Jtwo");
    let described = [write::sequence(&[&kind]), write::sequence(&[&said, &kind])];
    let entry = lists::deviation(&[lists::by_key(&[1; 20])], &described);
    let list = |digest: &[u8]| {
        let content =
            write::sequence(&[&write::integer(0), digest, &write::set_of(std::slice::from_ref(&entry))]);
        read(Format::Icao, &content)
    };
    let named = list(&digest).unwrap();
    assert_eq!(named.hash, HashAlgorithm::Sha384);
    assert_eq!(list(&[]).unwrap().hash, HashAlgorithm::Sha256, "that of the signature");
    assert!(list(&write::sequence(&[&write::integer(1)])).is_err());
    assert_eq!(kinds(&named), [DefectKind::ChipUnusable, DefectKind::ChipUnusable]);
    let mut texts: Vec<_> =
        named.entries[0].defects.iter().map(|defect| defect.description.as_deref()).collect();
    texts.sort_unstable();
    assert_eq!(texts, [None, Some("one\u{FFFD}[2Jtwo")], "control characters stay out of terminals");
    // What stands in the place of BSI's digest is one.
    let signer = tlv::encode(0x80, &[0x77; 20]);
    let odd = write::sequence(&[&signer, &write::integer(1), &write::set_of(&[])]);
    assert!(read(Format::Bsi, &lists::defect_list(0, &[odd])).is_err());
}

#[test]
fn a_store_keeps_lists_and_refuses_older_ones() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        ..forge::signer(&key, &root, ("UT", "Lists"))
    };
    let at = |time: &[u8], entries: &[Vec<u8>]| {
        let mut cms = forge::Cms::new(lists::DEFECT_LIST, &lists::defect_list(0, entries), &order);
        cms.attributes[1] = forge::attribute("1.2.840.113549.1.9.5", &tlv::encode(0x17, time));
        let bytes = cms.der();
        (DeviationList::verify(&bytes, &[root.certificate()], AT, &[]).unwrap(), bytes)
    };
    let entry = lists::defect(&tlv::encode(0x80, &[7; 20]), None, &[lists::known("1.1", &lists::status(3))]);
    let (old, new) = (at(b"240101000000Z", &[]), at(b"250101000000Z", &[entry]));
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    let plain = store.digest();
    assert!(!String::from_utf8(store.save().unwrap()).unwrap().contains("deviations"));
    store.add_deviations(&old.0, "old.der", &old.1, false).unwrap();
    store.add_deviations(&new.0, "new.der", &new.1, false).unwrap();
    assert_eq!(store.deviations().len(), 1, "the newer list takes the place of the older");
    assert_eq!(store.deviations()[0].deviations, new.0.deviations);
    assert_ne!(store.digest(), plain);
    let refused = store.add_deviations(&old.0, "old.der", &old.1, false);
    assert!(matches!(refused, Err(StoreError::Older { .. })), "{refused:?}");
    let saved = store.save().unwrap();
    assert_eq!(TrustStore::load(&saved).unwrap(), store);
    let text = String::from_utf8(saved).unwrap();
    let changed = text.replace("new.der", "low.der");
    assert_eq!(TrustStore::load(changed.as_bytes()), Err(StoreError::Digest));
    store.add_deviations(&old.0, "old.der", &old.1, true).unwrap();
    assert_eq!(store.deviations()[0].deviations.entries.len(), 0);
    store.add_deviations(&old.0, "again.der", &old.1, false).unwrap();
    assert_eq!(store.deviations()[0].file.file, "again.der", "of one time, the one that comes last");
}

/// What `fuzz/run.sh` begins with are lists that are read; `TITRE_WRITE_SEEDS=1` writes them anew.
#[test]
fn the_fuzzer_begins_with_lists_that_are_read() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        ..forge::signer(&key, &root, ("UT", "Lists"))
    };
    let certificate = order.certificate();
    let known = [lists::known("1.1", &lists::status(3)), lists::known("2.1", &lists::groups(&[2, 11]))];
    let defects =
        lists::defect_list(1, &[lists::defect(&certificate.issuer_and_serial(), Some(&[1; 32]), &known)]);
    let criteria = [
        lists::document_type("P"),
        lists::by_name(&certificate),
        lists::issued("20171001000000Z", "20180205235959Z"),
        lists::numbers(&["UT0000001", "UT0000002"]),
    ];
    let description = [lists::description("2.2", Some(12))];
    let deviations = lists::deviation_list(&[lists::deviation(&criteria, &description)]);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/deviation_list");
    for (name, bytes) in [
        ("bsi.der", lists::signed(lists::DEFECT_LIST, &defects, &order)),
        ("icao.der", lists::signed(lists::DEVIATION_LIST, &deviations, &order)),
        ("bsi-content.der", defects),
        ("icao-content.der", deviations),
    ] {
        if std::env::var_os("TITRE_WRITE_SEEDS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), &bytes).unwrap();
        }
        assert!(std::fs::read(folder.join(name)).unwrap() == bytes, "{name} is stale");
        let format = if name.starts_with("bsi") { Format::Bsi } else { Format::Icao };
        match name.contains("content") {
            true => assert!(read(format, &bytes).is_ok(), "{name}"),
            false => assert!(DeviationList::verify(&bytes, &[root.certificate()], AT, &[]).is_ok(), "{name}"),
        }
    }
}
