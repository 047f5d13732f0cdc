//! The keys of the chip that the document signs: which one counts, for which challenge, and what there is to say where
//! none can be used.

use super::card_security::Forged;
use super::forge::{self, Cms};
use super::{ACTIVE, AT, CHIP, MODERN, code, find, place};
use CheckResult::{Failed, NotSupported, Successful, Undetermined};
use std::collections::BTreeMap;
use titre::asn1::tlv;
use titre::crypto::{HashAlgorithm, NamedCurve, PrivateKey, PublicKey, SeededEntropy, SignatureScheme};
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::{ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, SecurityInfo, SecurityInfos};
use titre::lds::{Dg14, Dg15, FileId};
use titre::session::{ActiveAuthEvidence, ChipAuthEvidence, Reading};

const ID_CA_ECDH_AES_128: &str = "0.4.0.127.0.7.2.2.3.2.2";
const ID_CA_ECDH_AES_256: &str = "0.4.0.127.0.7.2.2.3.2.4";
const ID_PK_ECDH: &str = "0.4.0.127.0.7.2.2.1.2";

/// A document of these data groups, signed by a State of ours.
fn document(groups: &[(u8, Vec<u8>)], change: impl FnOnce(&mut Reading)) -> Inspection {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let hashes: Vec<(u8, &[u8])> = groups.iter().map(|(number, bytes)| (*number, bytes.as_slice())).collect();
    let signer = forge::signer(&state.key, &root, ("UT", "DS"));
    let sod = Cms::new(forge::SOD, &forge::hashes(&hashes), &signer).sod();
    let mut reading = MODERN.reading.clone();
    reading.files = BTreeMap::from([(FileId::Sod, sod)]);
    reading.files.extend(groups.iter().map(|(number, bytes)| (FileId::Dg(*number), bytes.clone())));
    change(&mut reading);
    inspect(&Subject::from(&reading), &state.store(), AT, Profile::Operational)
}

fn outcome(inspection: &Inspection, id: &str) -> (CheckResult, &'static str) {
    let check = find(inspection, id);
    (check.result, code(check))
}

fn dg14(keys: &[(Option<u64>, Vec<u8>)], protocols: &[&str]) -> Vec<u8> {
    let key = |(key_id, public_key): &(Option<u64>, Vec<u8>)| {
        let (protocol, public_key) = (ID_PK_ECDH.to_owned(), public_key.clone());
        SecurityInfo::ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo {
            protocol,
            public_key,
            key_id: *key_id,
        })
    };
    let named = |protocol: &&str| {
        let protocol = (*protocol).to_owned();
        SecurityInfo::ChipAuthentication(ChipAuthenticationInfo { protocol, version: 1, key_id: None })
    };
    let infos = SecurityInfos::of(keys.iter().map(key).chain(protocols.iter().map(named))).unwrap();
    Dg14 { security_infos: infos }.to_bytes()
}

fn spki(key: &PrivateKey) -> Vec<u8> {
    key.public().to_spki(false)
}

/// Chip authentication with `key` under `key_id`, as a terminal saw it.
fn agreed(key: &PrivateKey, key_id: Option<u64>) -> Option<ChipAuthEvidence> {
    let PublicKey::Ec(point) = key.public() else { panic!("a key on a curve") };
    Some(ChipAuthEvidence {
        protocol: ID_CA_ECDH_AES_128.to_owned(),
        key_id,
        curve: "P-256".to_owned(),
        chip_public_key: point.as_sec1().to_vec(),
        terminal_public_key: Vec::new(),
        witnessed: true,
        failure: None,
    })
}

#[test]
fn chip_authentication_is_with_the_key_that_its_identifier_names() {
    let (one, two) = (forge::key(31), forge::key(32));
    let judge = |file: Vec<u8>, evidence: Option<ChipAuthEvidence>| {
        outcome(&document(&[(14, file)], |r| r.chip_authentication = evidence), CHIP)
    };
    let single = || dg14(&[(Some(1), spki(&one))], &[ID_CA_ECDH_AES_128]);
    assert_eq!(judge(single(), agreed(&one, Some(1))), (Successful, ""));
    // Of one key no identifier is needed; another key it never is.
    assert_eq!(judge(single(), agreed(&one, None)), (Successful, ""));
    assert_eq!(judge(single(), agreed(&two, Some(1))), (Failed, "key_not_in_dg14"));
    let both = || dg14(&[(Some(1), spki(&one)), (Some(2), spki(&two))], &[ID_CA_ECDH_AES_128]);
    for (key, key_id, expected) in [
        (&one, Some(1), Successful),
        (&two, Some(2), Successful),
        (&one, Some(2), Failed),
        (&two, Some(1), Failed),
        (&one, None, Failed),
    ] {
        assert_eq!(judge(both(), agreed(key, key_id)).0, expected, "{key_id:?}");
    }
    // The protocol is one of those named, where any that is known is named.
    let other = || dg14(&[(Some(1), spki(&one))], &[ID_CA_ECDH_AES_256]);
    assert_eq!(judge(other(), agreed(&one, Some(1))), (Failed, "key_not_in_dg14"));
    for protocols in [&[][..], &["0.4.0.127.0.7.2.2.3.9.9"]] {
        let file = dg14(&[(Some(1), spki(&one))], protocols);
        assert_eq!(judge(file, agreed(&one, Some(1))), (Successful, ""), "{protocols:?}");
    }
    // What was agreed and not witnessed is no proof, whatever the key.
    let unseen = agreed(&one, Some(1)).map(|evidence| ChipAuthEvidence { witnessed: false, ..evidence });
    assert_eq!(judge(single(), unseen), (Failed, "chip_gave_no_proof"));
}

#[test]
fn what_a_chip_does_not_offer_and_what_titre_cannot_use_are_told_apart() {
    let one = forge::key(31);
    let judge = |file: Vec<u8>| {
        let inspection = document(&[(14, file)], |r| r.chip_authentication = agreed(&one, Some(1)));
        outcome(&inspection, CHIP)
    };
    let nothing = document(&[(11, vec![0x6B, 0])], |_| {});
    assert_eq!(outcome(&nothing, CHIP), (NotSupported, "not_offered"));
    assert_eq!(outcome(&nothing, ACTIVE), (NotSupported, "not_offered"));
    assert_eq!(judge(dg14(&[], &[ID_CA_ECDH_AES_128])), (NotSupported, "not_offered"));
    assert_eq!(judge(vec![0x6E, 0]), (Failed, "malformed"));
    let rsa = PublicKey::rsa(&[0xFF; 256], &[1, 0, 1]).unwrap().to_spki(false);
    let not_supported = (Undetermined, "algorithm_not_supported");
    assert_eq!(judge(dg14(&[(None, rsa.clone())], &[])), not_supported);
    assert_eq!(judge(dg14(&[(None, vec![0x30, 0])], &[])), not_supported);
    // One that can be used counts beside one that cannot.
    assert_eq!(judge(dg14(&[(None, rsa), (Some(1), spki(&one))], &[])), (Successful, ""));
    // A curve made to fit is refused.
    let mut own = one.public().to_spki(true);
    let generator = NamedCurve::P256.generator();
    let at = place(&own, generator.y()) + generator.y().len() - 1;
    own[at] ^= 1;
    assert_eq!(judge(dg14(&[(None, own)], &[])), (Failed, "curve_parameters"));
    // EF.CardAccess of a chip that signs nothing about PACE.
    let plain = || (14, dg14(&[(Some(1), spki(&one))], &[]));
    let card_access = "access.card_access";
    assert_eq!(outcome(&document(&[plain()], |_| {}), card_access), (NotSupported, "no_card_access"));
    let open = document(&[plain()], |r| {
        r.files.insert(FileId::CardAccess, MODERN.reading.files[&FileId::CardAccess].clone());
    });
    assert_eq!(outcome(&open, card_access), (NotSupported, "pace_not_signed"));
}

#[test]
fn active_authentication_is_over_a_challenge_of_eight_bytes() {
    let key = forge::key(33);
    let file = Dg15 { public_key: spki(&key) }.to_bytes();
    let judge = |scheme: SignatureScheme, challenge: &[u8]| {
        let mut entropy = SeededEntropy::new("chip", 1);
        let signature = key.sign(&scheme, challenge, &mut entropy).unwrap();
        let evidence = ActiveAuthEvidence { challenge: challenge.to_vec(), signature, failure: None };
        outcome(&document(&[(15, file.clone())], |r| r.active_authentication = Some(evidence)), ACTIVE)
    };
    let hash = HashAlgorithm::Sha256;
    // Plain as the standard wants it, or DER as some chips answer.
    for scheme in [SignatureScheme::EcdsaPlain { hash }, SignatureScheme::Ecdsa { hash }] {
        assert_eq!(judge(scheme, b"8 bytes."), (Successful, ""), "{scheme}");
        // Whoever chooses how much is signed may have it signed for something else.
        for other in [&b""[..], b"7 bytes", b"9 bytes.."] {
            assert_eq!(judge(scheme, other), (Failed, "chip_signature"), "{scheme} {}", other.len());
        }
    }
    let malformed = document(&[(15, tlv::encode(0x6F, &[]))], |_| {});
    assert_eq!(outcome(&malformed, ACTIVE), (Failed, "malformed"));
}
