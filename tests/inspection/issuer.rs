//! The signed file and its signer, wrong in one place each: what titre cannot use, and what leaves a question open.

use super::card_security::Forged;
use super::forge::{self, Cms};
use super::{AT, MODERN, code, find};
use CheckResult::{Failed, NotSupported, Successful, Undetermined};
use titre::asn1::{tlv, write};
use titre::inspection::{CheckResult, Finding, Inspection, Profile, Requirement, Subject, checks, inspect};
use titre::lds::{FileId, LdsSecurityObject};
use titre::pki::{Tolerance, TrustStore};
use titre::session::{Unread, UnreadReason};

const CHAIN: &str = "passive_authentication.chain.signature";
const STRUCTURE: &str = "passive_authentication.sod.structure";
const SIGNATURE: &str = "passive_authentication.sod.signature";

fn judged(sod: Vec<u8>, root: &forge::Order<'_>) -> Inspection {
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    inspect(&Subject::security_object(FileId::Sod, sod), &store, AT, Profile::Operational)
}

fn outcome(inspection: &Inspection, id: &str) -> (CheckResult, &'static str) {
    let check = find(inspection, id);
    (check.result, code(check))
}

#[test]
fn what_titre_cannot_use_is_never_a_success() {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&state.key, &root, ("UT", "DS"));
    let content = forge::hashes(&[(11, &[0x6B, 0])]);
    let not_supported = (Undetermined, "algorithm_not_supported");
    // A CSCA whose key cannot be read.
    let odd = forge::Order { spki: Some(vec![0x30, 0]), ..root.clone() };
    let chained = judged(Cms::new(forge::SOD, &content, &signer).sod(), &odd);
    assert_eq!(outcome(&chained, CHAIN), not_supported);
    assert_ne!(chained.verdict, Successful);
    // The signature by an algorithm that nobody knows: the last that the file names.
    let mut sod = Cms::new(forge::SOD, &content, &signer).sod();
    let ecdsa_with_sha256 = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
    let at = sod.windows(8).rposition(|bytes| bytes == ecdsa_with_sha256).unwrap();
    sod[at + 7] = 0x7F;
    let unknown = judged(sod, &root);
    assert_eq!((outcome(&unknown, SIGNATURE), unknown.verdict), (not_supported, Undetermined));
}

#[test]
fn a_signed_file_is_a_security_object() {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&state.key, &root, ("UT", "DS"));
    for content in [&b"no security object"[..], &[]] {
        let inspection = judged(Cms::new(forge::SOD, content, &signer).sod(), &root);
        assert_eq!((outcome(&inspection, STRUCTURE), inspection.verdict), ((Failed, "malformed"), Failed));
    }
    let mut sod = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &signer).sod();
    sod[0] = 0x78;
    assert_eq!(outcome(&judged(sod, &root), STRUCTURE), (Failed, "malformed"));
}

#[test]
fn a_purpose_that_is_not_of_another_signer_is_named_and_read_over() {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let with = |purpose| {
        let signer =
            forge::Order { purpose: Some(purpose), ..forge::signer(&state.key, &root, ("UT", "DS")) };
        judged(Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &signer).sod(), &root)
    };
    let mail = with("1.3.6.1.5.5.7.3.4");
    assert_eq!(mail.verdict, Successful);
    assert_eq!(mail.tolerated, [Tolerance::ExtendedKeyUsagePresent]);
    for other in ["2.23.136.1.1.3", "2.23.136.1.1.8", "2.23.136.1.1.11"] {
        let inspection = with(other);
        let signer = outcome(&inspection, "passive_authentication.signer");
        assert_eq!((signer, inspection.verdict), ((Failed, "signer_of_another_kind"), Failed), "{other}");
    }
}

#[test]
fn the_signing_time_is_in_the_usage_period_of_the_key() {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let judge = |from: Option<&str>, to: Option<&str>| {
        let time = |tag, text: Option<&str>| text.map(|text| tlv::encode(tag, text.as_bytes()));
        let parts = [time(0x80, from), time(0x81, to)].map(Option::unwrap_or_default);
        let period = write::sequence(&[&parts.concat()]);
        let signer = forge::Order {
            more: vec![("2.5.29.16", period)],
            ..forge::signer(&state.key, &root, ("UT", "DS"))
        };
        // The forge signs at the beginning of 2024.
        let sod = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &signer).sod();
        outcome(&judged(sod, &root), "passive_authentication.validity_at_signing")
    };
    let (before, at, after) = (Some("20231231235959Z"), Some("20240101000000Z"), Some("20240101000001Z"));
    for (from, to) in [(None, None), (at, None), (None, at), (at, at), (before, after)] {
        assert_eq!(judge(from, to), (Successful, ""), "{from:?} {to:?}");
    }
    for (from, to) in [(after, None), (None, before), (after, after), (before, before)] {
        assert_eq!(judge(from, to), (Failed, "signed_outside_key_usage_period"), "{from:?} {to:?}");
    }
}

#[test]
fn why_a_data_group_was_not_read_is_said() {
    let listed = LdsSecurityObject::parse(&forge::hashes(&[(2, b"face"), (3, b"finger")])).unwrap();
    let judge = |number, reason: Option<UnreadReason>| {
        let unread: Vec<Unread> =
            reason.map(|reason| Unread { file: FileId::Dg(number), reason, sw: None }).into_iter().collect();
        checks::data_group_hash::check(number, None, Some(&listed), &unread).unwrap()
    };
    for (reason, why) in [
        (Some(UnreadReason::Refused), "refused"),
        (Some(UnreadReason::Malformed), "malformed"),
        (Some(UnreadReason::TooLarge), "too_large"),
        (Some(UnreadReason::Policy), "not_needed"),
        (Some(UnreadReason::NotNeeded), "not_needed"),
        (None, "unknown"),
    ] {
        let face = judge(2, reason);
        assert_eq!((face.result, face.reason.unwrap().args[1].1.as_str()), (Undetermined, why));
    }
    assert_eq!(judge(3, Some(UnreadReason::Policy)), Finding::not_supported("not_read_by_policy"));
    assert_eq!(judge(3, Some(UnreadReason::Malformed)), Finding::failed("file_malformed"));
    let refused = judge(3, Some(UnreadReason::Refused));
    assert_eq!((refused.result, refused.reason.unwrap().code), (NotSupported, "not_read"));
}

#[test]
fn each_profile_says_what_counts() {
    use Requirement::{Conditional, Evaluatory, Mandatory, Optional};
    // In the order of the profiles: operational, conformity, kiosk.
    for (id, expected) in [
        ("passive_authentication.conformity", [Evaluatory, Mandatory, Evaluatory]),
        ("passive_authentication.validity_at_signing", [Evaluatory, Conditional, Evaluatory]),
        ("passive_authentication.revocation", [Optional, Optional, Mandatory]),
        ("passive_authentication.sod.hash", [Conditional; 3]),
        ("passive_authentication.sod.signature", [Mandatory; 3]),
        ("passive_authentication", [Mandatory; 3]),
        ("chip_authenticity", [Conditional, Conditional, Mandatory]),
        ("access.protocol", [Conditional; 3]),
        ("document.expiry", [Mandatory; 3]),
        ("document.optical_mrz", [Conditional; 3]),
    ] {
        assert_eq!(Profile::ALL.map(|profile| profile.requirement(id)), expected, "{id}");
    }
    for profile in Profile::ALL {
        assert_eq!(Profile::from_name(profile.name()), Some(profile));
    }
    assert_eq!(Profile::from_name("another"), None);
}

#[test]
fn trust_by_an_old_list_is_told_and_is_not_enough_for_a_kiosk() {
    const TRUST: &str = "passive_authentication.chain.trust";
    let listed = MODERN.store.newest_list().unwrap();
    let at = |days| listed + time::Duration::days(days);
    let judge = |store: &TrustStore, at, profile| {
        let inspection = inspect(&Subject::from(&MODERN.reading), store, at, profile);
        let check = find(&inspection, TRUST);
        (check.result, code(check))
    };
    for profile in Profile::ALL {
        assert_eq!(judge(&MODERN.store, at(180), profile), (Successful, ""), "{profile:?}");
        let expected = if profile == Profile::Kiosk { Undetermined } else { Successful };
        assert_eq!(judge(&MODERN.store, at(181), profile), (expected, "csca_list_old"), "{profile:?}");
    }
    // Whoever names the CSCA vouches for it, however old the list.
    let mut named = MODERN.store.clone();
    let all: Vec<_> = named.entries().map(|entry| entry.certificate.clone()).collect();
    for certificate in &all {
        named.add_certificate(certificate, "by-name.der", certificate.as_der());
    }
    assert_eq!(judge(&named, at(181), Profile::Kiosk), (Successful, ""));
}
