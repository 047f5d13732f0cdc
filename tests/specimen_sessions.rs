//! Specimen chips read and inspected end to end: every set of algorithms with both passwords. The terminal and the chip are two halves written apart from each other.

use std::collections::BTreeSet;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::write;
use titre::crypto::{HashAlgorithm, SeededEntropy};
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::{FileId, Mapping, Mrz, MrzKey};
use titre::pki::{Certificate, MasterList, Tolerance, TrustStore};
use titre::protocol::password::Can;
use titre::session::{AccessProtocol, Password, ReadOptions, Reading, SessionError, read_document};
use titre::specimen::{Algorithms, DocumentKind, Order, PRESETS, Quirk, Specimen, SpecimenChip};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn specimen(kind: DocumentKind, algorithms: &str, quirks: &[Quirk]) -> Specimen {
    let mut portrait = Vec::new();
    let pixels: Vec<u8> = (0..60 * 80 * 3u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut portrait, 95)
        .encode(&pixels, 60, 80, image::ExtendedColorType::Rgb8)
        .unwrap();
    Specimen::make(&Order {
        seed: 21,
        kind,
        algorithms: Algorithms::parse(algorithms).unwrap(),
        quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
        at: AT,
        portrait: &portrait,
    })
    .unwrap()
}

fn mrz(specimen: &Specimen) -> Password {
    Password::Mrz(Mrz::parse(&specimen.chip.mrz).unwrap().mrz_key().unwrap())
}

fn can(specimen: &Specimen) -> Password {
    Password::Can(Can::parse(&specimen.chip.can).unwrap())
}

fn read(specimen: &Specimen, password: &Password, fallback: bool) -> Result<Reading, SessionError> {
    let mut chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = fallback;
    let mut entropy = SeededEntropy::new("terminal", 1);
    read_document(&mut chip, password, &mut entropy, &options, &mut |_| {})
}

fn judge(specimen: &Specimen, reading: &Reading) -> Inspection {
    let signer = Certificate::parse(&specimen.master_list_signer).unwrap();
    let list = MasterList::verify(&specimen.master_list, &[signer], AT, &[]).unwrap();
    assert!(list.unreadable.is_empty() && list.tolerated.is_empty(), "{:?}", list.tolerated);
    let mut store = TrustStore::default();
    store.add_list(&list, "masterlist.ml", &specimen.master_list, false).unwrap();
    inspect(&Subject::from(reading), &store, AT, Profile::Operational)
}

fn results(inspection: &Inspection) -> Vec<String> {
    let leaves = inspection.root.leaves();
    leaves.iter().map(|check| format!("{} {:?} {:?}", check.id, check.result, check.reason)).collect()
}

#[test]
fn every_set_of_algorithms_is_read_whole_and_found_genuine() {
    for preset in &PRESETS {
        for kind in [DocumentKind::Td3, DocumentKind::Td1] {
            let specimen = specimen(kind, preset.name, &[]);
            let pace = preset.algorithms.access.pace();
            for password in [Some(mrz(&specimen)), pace.then(|| can(&specimen))].into_iter().flatten() {
                let reading = read(&specimen, &password, false).unwrap();
                assert_eq!(reading.files, specimen.chip.files, "{}", preset.name);
                let established = reading.access.established.as_ref().unwrap();
                assert_eq!(established.protocol == AccessProtocol::Pace, pace, "{}", preset.name);
                let inspection = judge(&specimen, &reading);
                let all = results(&inspection).join("\n");
                assert_eq!(reading.unread, [], "{}", preset.name);
                let old = preset.name == "first-generation";
                let tolerated: &[Tolerance] = if old { &[Tolerance::Sha1] } else { &[] };
                assert_eq!(inspection.tolerated, tolerated, "{}", preset.name);
                assert_ne!(inspection.verdict, CheckResult::Failed, "{}\n{all}", preset.name);
                let result = |id: &str| inspection.find(id).map(|check| check.result);
                let good = Some(CheckResult::Successful);
                assert_eq!(result("passive_authentication.chain"), good, "{}\n{all}", preset.name);
                assert_eq!(result("passive_authentication.sod.signature"), good, "{}\n{all}", preset.name);
                let algorithms = preset.algorithms;
                let mapped =
                    algorithms.access.pace() && algorithms.pace.mapping == Mapping::ChipAuthentication;
                let mapping = result("chip_authenticity.chip_authentication_mapping");
                assert_eq!(mapping, mapped.then_some(CheckResult::Successful), "{}\n{all}", preset.name);
                for (id, there) in [
                    ("chip_authenticity.chip_authentication", algorithms.chip_authentication.is_some()),
                    ("chip_authenticity.active_authentication", algorithms.active_authentication.is_some()),
                ] {
                    let expected = if there { CheckResult::Successful } else { CheckResult::NotSupported };
                    assert_eq!(result(id), Some(expected), "{}: {id}\n{all}", preset.name);
                }
            }
        }
    }
}

#[test]
fn active_authentication_holds_in_the_other_forms_that_chips_give() {
    let result = |specimen: &Specimen, reading: &Reading| {
        let found = judge(specimen, reading);
        found.find("chip_authenticity.active_authentication").unwrap().result
    };
    // ECDSA in DER, as chips of one State have it.
    let curve = specimen(DocumentKind::Td3, "modern", &[]);
    let mut reading = read(&curve, &mrz(&curve), false).unwrap();
    let evidence = reading.active_authentication.as_mut().unwrap();
    let (r, s) = evidence.signature.split_at(32);
    evidence.signature = write::sequence(&[&write::unsigned(r), &write::unsigned(s)]);
    assert_eq!(result(&curve, &reading), CheckResult::Successful);
    *reading.active_authentication.as_mut().unwrap().signature.last_mut().unwrap() ^= 1;
    assert_eq!(result(&curve, &reading), CheckResult::Failed);
    // RSA with SHA-1 named by two bytes.
    let rsa = specimen(DocumentKind::Td3, "first-generation", &[]);
    let mut reading = read(&rsa, &mrz(&rsa), false).unwrap();
    let key = rsa.chip.active_authentication.as_ref().unwrap().private_key().unwrap();
    let challenge = reading.active_authentication.as_ref().unwrap().challenge.clone();
    let recovered = [0x5A; 128 - 1 - 20 - 2];
    let digest = HashAlgorithm::Sha1.digest(&[&recovered[..], &challenge].concat());
    for (trailer, expected) in [([0x33, 0xCC], CheckResult::Successful), ([0x34, 0xCC], CheckResult::Failed)]
    {
        let block = [&[0x6A], &recovered[..], &digest, &trailer].concat();
        let signature = key.rsa_private_operation(&block, &mut SeededEntropy::new("aa", 1)).unwrap();
        reading.active_authentication.as_mut().unwrap().signature = signature;
        assert_eq!(result(&rsa, &reading), expected, "{trailer:02X?}");
    }
}

#[test]
fn the_mapping_counts_only_with_the_key_of_a_signed_card_security() {
    let id = "chip_authenticity.chip_authentication_mapping";
    let found = |specimen: &Specimen, reading: &Reading| {
        let inspection = judge(specimen, reading);
        let check = inspection.find(id).unwrap();
        (check.result, check.reason.as_ref().map_or("", |reason| reason.code))
    };
    let good = specimen(DocumentKind::Td3, "chip-authentication-mapping", &[]);
    let reading = read(&good, &can(&good), false).unwrap();
    assert_eq!(found(&good, &reading), (CheckResult::Successful, ""));
    let clone = specimen(DocumentKind::Td3, "chip-authentication-mapping", &[Quirk::Clone]);
    let cloned = read(&clone, &can(&clone), false).unwrap();
    assert_eq!(found(&clone, &cloned), (CheckResult::Failed, "chip_mapping"));
    let changed = |change: &dyn Fn(&mut Reading)| {
        let mut reading = reading.clone();
        change(&mut reading);
        found(&good, &reading)
    };
    let mapping = |change: &'static dyn Fn(&mut titre::session::ChipMappingEvidence)| {
        changed(&move |reading: &mut Reading| change(reading.chip_mapping.as_mut().unwrap()))
    };
    assert_eq!(mapping(&|evidence| evidence.data[31] ^= 1), (CheckResult::Failed, "chip_mapping"));
    assert_eq!(mapping(&|evidence| evidence.data.clear()), (CheckResult::Failed, "chip_mapping"));
    assert_eq!(mapping(&|evidence| evidence.mapping_key[64] ^= 1), (CheckResult::Failed, "chip_mapping"));
    assert_eq!(mapping(&|e| "P-256".clone_into(&mut e.curve)), (CheckResult::Failed, "mapping_key_missing"));
    let removed = changed(&|reading| {
        reading.files.remove(&FileId::CardSecurity);
    });
    assert_eq!(removed, (CheckResult::Undetermined, "nothing_to_check"));
    // The last byte belongs to the signature.
    let altered = changed(&|reading| {
        *reading.files.get_mut(&FileId::CardSecurity).unwrap().last_mut().unwrap() ^= 1;
    });
    assert_eq!(altered, (CheckResult::Failed, "key_file_not_authentic"));
    // Nobody knows the State.
    let unknown = specimen(DocumentKind::Td3, "chip-authentication-mapping", &[Quirk::UnknownCsca]);
    let reading = read(&unknown, &can(&unknown), false).unwrap();
    assert_eq!(found(&unknown, &reading), (CheckResult::Undetermined, "key_file_not_authenticated"));
}

#[test]
fn a_downgrade_is_refused_unless_it_is_allowed() {
    let specimen = specimen(DocumentKind::Td3, "modern", &[Quirk::PaceBroken]);
    let refused = read(&specimen, &mrz(&specimen), false).unwrap_err();
    assert!(
        matches!(refused, SessionError::DowngradeRefused(_)) && refused.sw() == Some(0x6FFF),
        "{refused}"
    );
    assert!(read(&specimen, &can(&specimen), true).is_err(), "a CAN opens nothing but PACE");
    let reading = read(&specimen, &mrz(&specimen), true).unwrap();
    assert!(reading.access.bac_fallback);
    assert_ne!(judge(&specimen, &reading).verdict, CheckResult::Successful);
}

#[test]
fn another_password_opens_nothing() {
    for name in ["modern", "first-generation", "strong"] {
        let specimen = specimen(DocumentKind::Td3, name, &[]);
        let other = Mrz::parse(&specimen.chip.mrz).unwrap();
        let key = MrzKey::new(other.document_number.disclose(), "740812", "310101").unwrap();
        let error = read(&specimen, &Password::Mrz(key), true).unwrap_err();
        assert!(error.to_string().contains("password"), "{name}: {error}");
        assert!(!error.to_string().contains(other.document_number.disclose().as_str()));
    }
}
