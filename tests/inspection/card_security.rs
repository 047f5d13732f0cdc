//! EF.CardSecurity of a document: its own signer and chain, and what it says of PACE.

use super::forge::{self, Cms};
use super::{AT, MODERN, changed, code, find};
use CheckResult::{Failed, NotSupported, Successful, Undetermined};
use titre::inspection::{CheckResult, Inspection, Profile, Subject, checks, inspect};
use titre::lds::{FileId, ID_PACE, PaceInfo, SecurityInfo, SecurityInfos};
use titre::pki::{Tolerance, TrustStore};

const COMPARED: &str = "access.card_security";
const CARD_SECURITY: &str = "0.4.0.127.0.7.3.2.1";

fn result(inspection: &Inspection, id: &str) -> CheckResult {
    find(inspection, id).result
}

/// A State of ours, and a store that trusts it besides the specimen's.
pub struct Forged {
    pub root_key: titre::crypto::PrivateKey,
    pub key: titre::crypto::PrivateKey,
}

impl Forged {
    pub fn new() -> Self {
        Self { root_key: forge::key(1), key: forge::key(2) }
    }

    pub fn store(&self) -> TrustStore {
        let mut store = MODERN.store.clone();
        store.add_certificate(&forge::root(&self.root_key, ("UT", "CSCA"), 1).certificate(), "root", b"root");
        store
    }

    /// An EF.CardSecurity with `content`.
    pub fn card_security(&self, content: &[u8], change: impl FnOnce(&mut Cms)) -> Vec<u8> {
        let root = forge::root(&self.root_key, ("UT", "CSCA"), 1);
        let mut cms = Cms::new(CARD_SECURITY, content, &forge::signer(&self.key, &root, ("UT", "DS")));
        change(&mut cms);
        cms.der()
    }

    /// The genuine document with such a file.
    pub fn inspect(&self, file: Vec<u8>, profile: Profile) -> Inspection {
        let mut reading = MODERN.reading.clone();
        reading.files.insert(FileId::CardSecurity, file);
        inspect(&Subject::from(&reading), &self.store(), AT, profile)
    }
}

#[test]
fn card_security_of_a_document_is_judged_with_its_own_signer() {
    let state = Forged::new();
    let open = MODERN.reading.files[&FileId::CardAccess].clone();
    let right = state.inspect(state.card_security(&open, |_| {}), Profile::Operational);
    assert_eq!((right.verdict, result(&right, "card_security")), (Successful, Successful));
    assert_eq!(result(&right, COMPARED), Successful);
    let signer = right.card_security.as_ref().unwrap();
    assert_eq!(signer.file, "EF.CardSecurity");
    assert_ne!(signer.certificate, right.signer.certificate);
    assert!(changed(&MODERN, |_| {}).find("card_security").is_none());

    let signature = state.card_security(&open, |_| {}).len() - 1;
    let mut spoiled = state.card_security(&open, |_| {});
    spoiled[signature] ^= 1;
    let other_key = state.card_security(&open, |cms| cms.key = forge::key(9));
    for (file, id, expected, reason) in [
        (spoiled, "card_security.sod.signature", Failed, "signature"),
        (other_key, "card_security.sod.signature", Failed, "signature"),
        (vec![0x30, 0x00], "card_security.sod.structure", Failed, "malformed"),
        (
            state.card_security(&open, |cms| cms.certificates.clear()),
            "card_security.signer",
            Undetermined,
            "signer_certificate_missing",
        ),
    ] {
        let inspection = state.inspect(file, Profile::Operational);
        let check = find(&inspection, id);
        assert_eq!((check.result, code(check)), (expected, reason), "{id}");
        assert_eq!(inspection.verdict, expected, "{id}");
        assert_eq!(result(&inspection, "passive_authentication"), Successful, "EF.SOD is as it was");
    }
    // A store without its CSCA.
    let mut reading = MODERN.reading.clone();
    reading.files.insert(FileId::CardSecurity, state.card_security(&open, |_| {}));
    let unknown = inspect(&Subject::from(&reading), &MODERN.store, AT, Profile::Operational);
    assert_eq!(code(find(&unknown, "card_security.chain")), "csca_missing");
    assert_eq!(unknown.verdict, Undetermined);
    // Deviations of its signature are named, and count where those of EF.SOD do.
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let order = forge::Order { usage: None, ..forge::signer(&state.key, &root, ("UT", "DS")) };
    let lax = Cms::new(CARD_SECURITY, &open, &order).der();
    let named = state.inspect(lax.clone(), Profile::Operational);
    assert_eq!((named.verdict, &named.tolerated[..]), (Successful, &[Tolerance::KeyUsageMissing][..]));
    let strict = state.inspect(lax, Profile::Conformity);
    assert_eq!((strict.verdict, result(&strict, "card_security.conformity")), (Failed, Failed));
    for profile in Profile::ALL {
        for part in ["conformity", "revocation", "validity_at_signing", "signer", "sod.hash"] {
            let of = |group: &str| profile.requirement(&format!("{group}.{part}"));
            assert_eq!(of("card_security"), of("passive_authentication"), "{profile:?} {part}");
        }
    }
}

#[test]
fn card_access_must_say_of_pace_what_card_security_says() {
    let state = Forged::new();
    let pace = |suite| {
        SecurityInfo::Pace(PaceInfo {
            protocol: format!("{ID_PACE}.{suite}"),
            version: 2,
            parameter_id: Some(13),
        })
    };
    let set = |infos: Vec<SecurityInfo>| SecurityInfos::of(infos).unwrap().to_bytes();
    let signed = |content: &[u8]| {
        titre::inspection::security_object::SecurityObject::open(
            FileId::CardSecurity,
            &state.card_security(content, |_| {}),
        )
    };
    let both = set(vec![pace("2.2"), pace("2.4")]);
    let weak = set(vec![pace("2.2")]);
    let nothing = set(vec![]);
    let cam = set(vec![pace("6.2")]);
    let of = |open: Option<&[u8]>, content: Option<&[u8]>| {
        let object = content.map(signed);
        let finding = checks::card_security::check(open, object.as_ref());
        (finding.result, finding.reason.map_or("", |reason| reason.code))
    };
    assert_eq!(of(Some(&both), Some(&both)), (Successful, ""));
    assert_eq!(
        of(Some(&weak), Some(&both)),
        (Failed, "card_access_differs"),
        "a strong variant is taken out"
    );
    assert_eq!(of(Some(&both), Some(&weak)), (Failed, "card_access_differs"), "a variant is added");
    assert_eq!(of(None, Some(&both)), (Failed, "card_access_hidden"));
    assert_eq!(of(None, Some(&nothing)), (NotSupported, "no_card_access"));
    assert_eq!(of(Some(&both), None), (NotSupported, "no_card_security"));
    assert_eq!(of(Some(&cam), None), (NotSupported, "card_security_not_read"));
    assert_eq!(of(Some(&[0x30]), Some(&both)), (Failed, "malformed"));
    assert_eq!(of(Some(&both), Some(&[0x04, 0x00])), (Failed, "malformed"));
    let broken = titre::inspection::security_object::SecurityObject::open(FileId::CardSecurity, &[0x30]);
    assert_eq!(checks::card_security::check(Some(&both), Some(&broken)).result, Undetermined);
}

/// Whatever is wrong with an EF.CardSecurity, a document that has it says of it what is said of the file by itself.
#[test]
fn every_check_of_card_security_says_what_it_says_of_the_lone_file() {
    let state = Forged::new();
    let open = MODERN.reading.files[&FileId::CardAccess].clone();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let order = forge::signer(&state.key, &root, ("UT", "DS"));
    let cms = |order: &forge::Order<'_>| Cms::new(CARD_SECURITY, &open, order);
    let elsewhere = forge::Order { subject: ("XX", "DS"), issuer: ("XX", "CSCA"), ..order.clone() };
    let expired = forge::Order { not_after: "230101000000Z", ..order.clone() };
    let stranger = forge::key(8);
    let pretender = forge::Order { issuer_key: &stranger, ..order.clone() };
    let mut altered = cms(&order);
    altered.content[4] ^= 1;
    let files = [cms(&order), cms(&elsewhere), cms(&expired), cms(&pretender), altered].map(|cms| cms.der());
    let mut seen = std::collections::BTreeSet::new();
    for profile in Profile::ALL {
        for file in &files {
            let whole = state.inspect(file.clone(), profile);
            let lone = Subject::security_object(FileId::CardSecurity, file.clone());
            let lone = inspect(&lone, &state.store(), AT, profile);
            for entry in titre::inspection::catalogue::ALL {
                let Some(part) = entry.id.strip_prefix("card_security.") else { continue };
                // Without lists of defects, neither has that check.
                let by_itself = lone.find(&format!("passive_authentication.{part}"));
                let (Some(check), Some(by_itself)) = (whole.find(entry.id), by_itself) else {
                    assert_eq!(part, "listed_defects");
                    continue;
                };
                assert_eq!((check.result, &check.reason), (by_itself.result, &by_itself.reason), "{part}");
                if check.result != Successful {
                    seen.insert(part);
                }
            }
        }
    }
    // The files bring nearly every check to something else than success, so that the comparison says something.
    assert!(seen.len() > 11, "{seen:?}");
}
