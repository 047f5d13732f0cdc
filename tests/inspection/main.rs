//! Every check against what must turn it: a document that is right, changed in one place. A check that is taken
//! out, or that says yes to everything, turns one of these tests red.

mod card_security;
mod catalogue;
mod changes;
mod deviations;
#[expect(dead_code, reason = "each test file uses a part")]
#[path = "../forge/mod.rs"]
mod forge;
mod issuer;
mod keys;
mod page;
mod tree;

use changes::TABLE;
use forge::Cms;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::tlv;
use titre::crypto::SeededEntropy;
use titre::inspection::{
    Check, CheckResult, Finding, Inspection, Profile, Strength, Subject, checks, inspect,
};
use titre::lds::{FileId, Mrz};
use titre::pki::{Certificate, Crl, MasterList, Tolerance, TrustStore};
use titre::report::Lang;
use titre::session::{Password, ReadOptions, Reading, read_document};
use titre::specimen::{Algorithms, DocumentKind, Order, Quirk, Specimen, SpecimenChip};

use CheckResult::{Failed, NotSupported, Successful, Undetermined};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const ACTIVE: &str = "chip_authenticity.active_authentication";
const OPTICAL: &str = "document.optical_mrz";
const CHIP: &str = "chip_authenticity.chip_authentication";

/// A document read over a real session, with the store that trusts its State.
struct Genuine {
    reading: Reading,
    store: TrustStore,
}

fn genuine(algorithms: &str) -> Genuine {
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut portrait)
        .encode(&[200; 30 * 40 * 3], 30, 40, image::ExtendedColorType::Rgb8)
        .unwrap();
    let specimen = Specimen::make(&Order {
        seed: 5,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::parse(algorithms).unwrap(),
        quirks: BTreeSet::<Quirk>::new(),
        at: AT,
        portrait: &portrait,
    })
    .unwrap();
    let mut chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
    let password = Password::Mrz(Mrz::parse(&specimen.chip.mrz).unwrap().mrz_key().unwrap());
    let mut entropy = SeededEntropy::new("terminal", 1);
    let reading =
        read_document(&mut chip, &password, &mut entropy, &ReadOptions::default(), &mut |_| {}).unwrap();
    let signer = Certificate::parse(&specimen.master_list_signer).unwrap();
    let list = MasterList::verify(&specimen.master_list, &[signer], AT, &[]).unwrap();
    let mut store = TrustStore::default();
    store.add_list(&list, "masterlist.ml", &specimen.master_list, false).unwrap();
    Genuine { reading, store }
}

static MODERN: LazyLock<Genuine> = LazyLock::new(|| genuine("modern"));
static RSA: LazyLock<Genuine> = LazyLock::new(|| genuine("rsa"));

fn changed(genuine: &Genuine, change: impl FnOnce(&mut Reading)) -> Inspection {
    let mut reading = genuine.reading.clone();
    change(&mut reading);
    inspect(&Subject::from(&reading), &genuine.store, AT, Profile::Operational)
}

fn flip(reading: &mut Reading, file: FileId, at: impl FnOnce(usize) -> usize) {
    let bytes = reading.files.get_mut(&file).unwrap();
    let at = at(bytes.len());
    bytes[at] ^= 1;
}

fn last(len: usize) -> usize {
    len - 1
}

fn find<'a>(inspection: &'a Inspection, id: &str) -> &'a Check {
    inspection.find(id).unwrap_or_else(|| panic!("no check {id}"))
}

fn code(check: &Check) -> &'static str {
    check.reason.as_ref().map_or("", |reason| reason.code)
}

/// Position of `needle` in the EF.SOD.
fn place(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).expect("it is there")
}

#[test]
fn a_genuine_document_is_found_genuine() {
    for genuine in [&*MODERN, &*RSA] {
        let inspection = changed(genuine, |_| {});
        let short: Vec<_> = inspection
            .root
            .leaves()
            .into_iter()
            .filter(|check| check.result != Successful)
            .map(|check| (check.id, check.result))
            .collect();
        let mut expected = vec![
            ("access.card_security", NotSupported),
            ("passive_authentication.revocation", Undetermined),
            ("document.optical_mrz", NotSupported),
        ];
        if std::ptr::eq(genuine, &*RSA) {
            expected.insert(2, (CHIP, NotSupported));
        }
        assert_eq!(short, expected);
        assert_eq!((inspection.verdict, inspection.tolerated.len()), (Successful, 0));
        assert_eq!(find(&inspection, ACTIVE).strength, Some(Strength::Transferable));
        assert_eq!(inspection.store.digest, genuine.store.digest());
    }
    let inspection = changed(&MODERN, |_| {});
    assert_eq!(find(&inspection, CHIP).strength, Some(Strength::WitnessedByTerminal));
}

#[test]
fn each_change_is_seen_by_its_check() {
    for (what, change, id, expected, reason) in TABLE {
        let inspection = changed(&MODERN, change);
        let check = find(&inspection, id);
        assert_eq!((check.result, code(check)), (*expected, *reason), "{what}: {:?}", check.reason);
        match expected {
            Failed if *id != "passive_authentication.validity_at_signing" => {
                assert_eq!(inspection.verdict, Failed, "{what}");
            }
            Undetermined => assert_ne!(inspection.verdict, Successful, "{what}"),
            _ => {}
        }
    }
}

#[test]
fn active_authentication_with_rsa_is_verified_again() {
    let answer = changed(&RSA, |r| r.active_authentication.as_mut().unwrap().signature[9] ^= 1);
    assert_eq!(code(find(&answer, ACTIVE)), "chip_signature");
    let challenge = changed(&RSA, |r| r.active_authentication.as_mut().unwrap().challenge[7] ^= 1);
    assert_eq!(code(find(&challenge, ACTIVE)), "chip_signature");
}

#[test]
fn an_unknown_csca_leaves_everything_open_and_nothing_failed() {
    let mut store = TrustStore::default();
    let key = forge::key(1);
    store.add_certificate(&forge::root(&key, ("XX", "CSCA"), 1).certificate(), "other", b"other");
    let inspection = inspect(&Subject::from(&MODERN.reading), &store, AT, Profile::Operational);
    assert_eq!(inspection.verdict, Undetermined);
    assert!(inspection.root.leaves().iter().all(|check| check.result != Failed));
    assert_eq!(code(find(&inspection, "passive_authentication.chain")), "csca_missing");
    for id in [ACTIVE, CHIP] {
        assert_eq!(code(find(&inspection, id)), "key_file_not_authenticated");
    }
}

#[test]
fn a_revoked_signer_fails_and_so_does_what_rests_on_it() {
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut portrait)
        .encode(&[200; 30 * 40 * 3], 30, 40, image::ExtendedColorType::Rgb8)
        .unwrap();
    // The State of the genuine document; its list now names the signer.
    let made = |quirks: &[Quirk]| {
        let order = Order {
            seed: 5,
            kind: DocumentKind::Td3,
            algorithms: Algorithms::parse("modern").unwrap(),
            quirks: quirks.iter().copied().collect(),
            at: AT,
            portrait: &portrait,
        };
        Crl::parse(&Specimen::make(&order).unwrap().revocation_list).unwrap()
    };
    let judge = |crl: &Crl| {
        let mut store = MODERN.store.clone();
        store.add_crl(crl, "UTO.crl", false).unwrap();
        inspect(&Subject::from(&MODERN.reading), &store, AT, Profile::Kiosk)
    };
    let revoked = judge(&made(&[Quirk::SignerRevoked]));
    assert_eq!(code(find(&revoked, "passive_authentication.revocation")), "revoked");
    assert_eq!(revoked.verdict, Failed);
    for id in [ACTIVE, CHIP] {
        assert_eq!(code(find(&revoked, id)), "key_file_not_authentic");
    }
    // And a kiosk can be content.
    assert_eq!(judge(&made(&[])).verdict, Successful);
}

#[test]
fn time_decides_on_validity_and_expiry() {
    let at = |at| inspect(&Subject::from(&MODERN.reading), &MODERN.store, at, Profile::Operational);
    let later = at(datetime!(2060-01-01 0:00 UTC));
    assert_eq!(code(find(&later, "passive_authentication.validity")), "certificate_expired");
    assert_eq!(later.verdict, Failed);
    let early = at(datetime!(2001-01-01 0:00 UTC));
    assert_eq!(code(find(&early, "passive_authentication.validity")), "certificate_not_yet_valid");
    assert_eq!(early.verdict, Undetermined);
    let expiry = |mrz: &str, at| checks::expiry::check(Some(&Mrz::parse(mrz).unwrap()), None, at);
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    assert_eq!(expiry(mrz, datetime!(2012-04-15 23:59 UTC)), Finding::successful());
    assert_eq!(expiry(mrz, datetime!(2012-04-16 0:00 UTC)).result, Failed);
}

/// A document whose EF.SOD is `sod`, of one State of ours.
fn forged(sod: Vec<u8>, store: &TrustStore, profile: Profile) -> Inspection {
    let mut reading = MODERN.reading.clone();
    reading.files = BTreeMap::from([(FileId::Sod, sod), (FileId::Dg(11), vec![0x6B, 0])]);
    inspect(&Subject::from(&reading), store, AT, profile)
}

#[test]
fn forged_security_objects_fail_where_they_are_wrong() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&key, &root, ("UT", "DS"));
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    let content = forge::hashes(&[(11, &[0x6B, 0])]);
    let right = || Cms::new(forge::SOD, &content, &signer);
    let judge = |cms: &Cms| forged(cms.sod(), &store, Profile::Operational);
    let passive = |inspection: &Inspection| find(inspection, "passive_authentication").result;
    assert_eq!(passive(&judge(&right())), Successful);

    let fails = |cms: &Cms, id: &str, reason: &str| {
        let inspection = judge(cms);
        assert_eq!(code(find(&inspection, id)), reason, "{id}");
        assert_eq!(passive(&inspection), Failed, "{reason}");
    };
    let (structure, attributes) =
        ("passive_authentication.sod.structure", "passive_authentication.sod.signed_attributes");
    let bare = judge(&Cms { attributes: Vec::new(), ..right() });
    assert_eq!(passive(&bare), Successful);
    assert_eq!(bare.tolerated, [Tolerance::SignedAttributesMissing]);
    fails(&Cms { signers: 2, ..right() }, structure, "malformed");
    for missing in [0, 2] {
        let mut cms = right();
        cms.attributes.remove(missing);
        fails(&cms, attributes, "signed_attributes");
    }
    let mut twice = right();
    twice.attributes.push(twice.attributes[2].clone());
    fails(&twice, attributes, "signed_attributes");
    fails(&Cms::new("2.23.136.1.1.2", &content, &signer), structure, "content_type");
    fails(&Cms { key: forge::key(7), ..right() }, "passive_authentication.sod.signature", "signature");

    let by = |order: &forge::Order<'_>| Cms::new(forge::SOD, &content, order);
    let signer_check = "passive_authentication.signer";
    fails(&by(&forge::Order { ca: true, ..signer.clone() }), signer_check, "signer_is_ca");
    fails(&by(&forge::Order { usage: Some(0x06), ..signer.clone() }), signer_check, "signer_key_usage");
    let list_signer = forge::Order { purpose: Some("2.23.136.1.1.3"), ..signer.clone() };
    fails(&by(&list_signer), signer_check, "signer_of_another_kind");
    let abroad = forge::Order { subject: ("XX", "DS"), ..signer.clone() };
    fails(&by(&abroad), signer_check, "signer_country");
    let expired = forge::Order { not_after: "250101000000Z", ..signer.clone() };
    fails(&by(&expired), "passive_authentication.validity", "certificate_expired");
    let other = forge::key(8);
    let pretender = forge::Order { issuer_key: &other, ..signer.clone() };
    fails(&by(&pretender), "passive_authentication.chain", "chain_signature");

    let elsewhere = forge::Order { subject: ("XX", "DS"), issuer: ("XX", "CSCA"), ..signer.clone() };
    fails(&by(&elsewhere), "passive_authentication.chain", "csca_country");

    // A key on parameters of its own: the generator of P-256 changed. Named parameters and the right explicit ones
    // verify.
    let mut spki = key.public().to_spki(true);
    let explicit = forge::Order { spki: Some(spki.clone()), ..signer.clone() };
    assert_eq!(passive(&judge(&by(&explicit))), Successful);
    let generator = titre::crypto::NamedCurve::P256.generator();
    let at = place(&spki, generator.y()) + generator.y().len() - 1;
    spki[at] ^= 1;
    let altered = forge::Order { spki: Some(spki), ..signer.clone() };
    fails(&by(&altered), "passive_authentication.sod.signature", "curve_parameters");

    let unknown = by(&forge::Order { critical: Some("1.2.3.4"), ..signer.clone() });
    assert_eq!(code(find(&judge(&unknown), signer_check)), "critical_extension");
    assert_eq!(passive(&judge(&unknown)), Undetermined);

    let without = Cms { certificates: Vec::new(), ..right() };
    let inspection = judge(&without);
    let missing = find(&inspection, signer_check);
    assert_eq!(code(missing), "signer_certificate_missing");
    assert!(missing.reason.as_ref().unwrap().args.contains(&("number", "55".to_owned())));
    assert_eq!(passive(&inspection), Undetermined);
}

#[test]
fn deviations_are_named_and_count_for_conformity_only() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let signer = forge::Order { usage: None, ..forge::signer(&key, &root, ("ut", "DS")) };
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    let content = forge::hashes(&[(11, &[0x6B, 0])]);
    let mut cms = Cms::new("1.2.840.113549.1.7.1", &content, &signer);
    // The issuer in another order and case than in the certificate, as one State's documents have it.
    let parts: Vec<u8> = tlv::children(tlv::read_only(0x30, &forge::name(("UT", "csca"))).unwrap().value)
        .unwrap()
        .iter()
        .rev()
        .flat_map(|part| part.raw.to_vec())
        .collect();
    cms.signer_id = tlv::encode(0x30, &[tlv::encode(0x30, &parts), tlv::encode(0x02, &[0x55])].concat());
    let sod = [cms.sod(), vec![0, 0]].concat();
    let expected = [
        Tolerance::TrailingBytes,
        Tolerance::LegacyContentType,
        Tolerance::SignerNameReordered,
        Tolerance::KeyUsageMissing,
        Tolerance::CountryLowerCase,
    ];
    for profile in Profile::ALL {
        let inspection = forged(sod.clone(), &store, profile);
        assert_eq!(inspection.tolerated, expected);
        let deviations = find(&inspection, "passive_authentication.conformity");
        assert_eq!((deviations.result, code(deviations)), (Failed, "deviations"));
        let passive = find(&inspection, "passive_authentication").result;
        let expected = match profile {
            Profile::Conformity => Failed,
            // A kiosk must know of revocation.
            Profile::Kiosk => Undetermined,
            _ => Successful,
        };
        assert_eq!(passive, expected, "{profile:?}");
    }
}

#[test]
fn profiles_differ_where_they_say_so() {
    let judge =
        |genuine: &Genuine, profile| inspect(&Subject::from(&genuine.reading), &genuine.store, AT, profile);
    assert_eq!(judge(&MODERN, Profile::Conformity).verdict, Successful);
    let kiosk = judge(&MODERN, Profile::Kiosk);
    assert_eq!(kiosk.verdict, Undetermined);
    let ids: Vec<_> = kiosk.root.decisive().iter().map(|check| check.id).collect();
    assert_eq!(ids, ["passive_authentication.revocation"]);
    // A chip that cannot prove itself passes an officer and no kiosk.
    let plain = genuine("modern,aa=none,ca=none");
    assert_eq!(judge(&plain, Profile::Operational).verdict, Successful);
    let kiosk = judge(&plain, Profile::Kiosk);
    assert_eq!(find(&kiosk, "chip_authenticity").result, NotSupported);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let json = || serde_json::to_string_pretty(&changed(&MODERN, |_| {})).unwrap();
    let first = json();
    assert_eq!(first, json());
    let mrz = Mrz::parse(std::str::from_utf8(&MODERN.reading.files[&FileId::Dg(1)][5..]).unwrap()).unwrap();
    for secret in [mrz.document_number.disclose(), &mrz.lines.disclose()[1]] {
        assert!(!first.contains(secret.as_str()), "holder data in the result");
    }
}

/// Every check and every reason that the code can give has its text in every language.
#[test]
fn checks_and_reasons_have_texts() {
    let mut ids: BTreeSet<String> = checks::data_group_hash::IDS.iter().map(|id| (*id).to_owned()).collect();
    fn collect(check: &Check, ids: &mut BTreeSet<String>) {
        ids.insert(check.id.to_owned());
        check.children.iter().for_each(|child| collect(child, ids));
    }
    collect(&changed(&MODERN, |_| {}).root, &mut ids);
    let mut messages: BTreeSet<String> =
        ids.iter().map(|id| format!("check-{}", titre::report::locale::message_id(id))).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspection/checks");
    let mut sources = vec![folder.join("../protected.rs")];
    sources.extend(std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut reasons = 0;
    for source in sources {
        let text = std::fs::read_to_string(source).unwrap();
        for kind in ["successful_as", "failed", "undetermined", "not_supported"] {
            for after in text.split(&format!("Finding::{kind}(")).skip(1) {
                let code =
                    after.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap();
                messages.insert(format!("reason-{}", titre::report::locale::message_id(code)));
                reasons += 1;
            }
        }
    }
    assert!(reasons > 50, "{reasons}");
    for lang in Lang::ALL {
        let missing: Vec<_> = messages.iter().filter(|id| !lang.has(id)).collect();
        assert!(missing.is_empty(), "{lang:?}: {missing:?}");
    }
}
