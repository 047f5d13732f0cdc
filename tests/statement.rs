//! The statement: each finding that does not hold refuses it, provenance decides who may sign, and what is signed holds
//! no biometric data and nothing of the EF.SOD but a salted commitment. The document is a specimen that was read and
//! inspected; the findings about the face are written here, as their own tests are elsewhere.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;
use time::macros::datetime;
use time::{Date, Duration, OffsetDateTime};
use titre::attestation::Procedure;
use titre::attestation::sdjwt::SdJwt;
use titre::attestation::verify::{VCT, VCT_TEST};
use titre::attestation::{
    CaptureProvenance, DemonstrationModels, Examination, Expectations, FaceEvidence, Findings, HolderKey,
    IssuerCertificate, IssuerKey, Mdoc, Statement, StatementError, make_holder_key, make_test_issuer, mdoc,
    verify,
};
use titre::biometrics::{
    BelowFloor, ChallengeReport, Comparison, Decision, Direction, Gesture, Liveness, Maturity, ModelRef,
    PadReport, Verdict,
};
use titre::consent::{Consent, Ground, Purpose, TextLanguage};
use titre::crypto::{HashAlgorithm, SeededEntropy};
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::{Dg1, FileId, Mrz};
use titre::pki::{Certificate, Crl, TrustStore};
use titre::session::{Password, ReadOptions, read_document};
use titre::specimen::person::{Person, PortraitOptions};
use titre::specimen::{Algorithms, DocumentKind, Order, PRESETS, Specimen, SpecimenChip};
use titre::transport::Provenance;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

/// A specimen passport, read from its chip and inspected.
struct Document {
    subject: Subject,
    inspection: Inspection,
    mrz: Mrz,
    expires: Date,
    portrait: Vec<u8>,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let portrait = Person::from_seed(1).portrait_jpeg(&PortraitOptions::default()).unwrap();
    let specimen = Specimen::make(&Order {
        seed: 1,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::parse(PRESETS[0].name).unwrap(),
        quirks: BTreeSet::new(),
        at: AT,
        portrait: &portrait,
    })
    .unwrap();
    let mut chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
    let password = Password::Mrz(specimen.holder.mrz.mrz_key().unwrap());
    let entropy = &mut SeededEntropy::new("statement-terminal", 1);
    let reading = read_document(&mut chip, &password, entropy, &ReadOptions::default(), &mut |_| {}).unwrap();
    let mut store = TrustStore::default();
    store.add_certificate(&Certificate::parse(&specimen.csca).unwrap(), "csca.der", &specimen.csca);
    store.add_crl(&Crl::parse(&specimen.revocation_list).unwrap(), "list.crl", false).unwrap();
    let subject = Subject::from(&reading);
    let inspection = inspect(&subject, &store, AT, Profile::Operational);
    assert_eq!(inspection.verdict, CheckResult::Successful, "{:?}", inspection.root.decisive());
    let mrz = Dg1::parse(subject.file(FileId::Dg(1)).unwrap()).unwrap().mrz;
    let expires = mrz.date_of_expiry.unwrap().as_expiry(AT.date()).unwrap();
    Document { subject, inspection, mrz, expires, portrait }
});

fn model(name: &str) -> ModelRef {
    let sha256 = hex::encode(HashAlgorithm::Sha256.digest(name.as_bytes()));
    ModelRef { name: name.to_owned(), sha256, maturity: Maturity::Measured }
}

/// Findings that hold, to be spoilt one by one.
struct Bench {
    consent: Consent,
    subject: Subject,
    inspection: Inspection,
    liveness: Liveness,
    comparison: Comparison,
    at: OffsetDateTime,
}

impl Bench {
    fn new() -> Self {
        let entropy = &mut SeededEntropy::new("statement-test", 1);
        let challenge = ChallengeReport {
            result: Verdict::Successful,
            id: "00".repeat(16),
            asked: vec![Gesture::Nod, Gesture::Blink, Gesture::Smile, Gesture::TurnLeft],
            seen: Vec::new(),
            answers: Vec::new(),
            order_bits: 22.7,
            reasons: Vec::new(),
        };
        let pad = PadReport {
            result: Verdict::Successful,
            score: Some(0.123_456_7),
            threshold: 0.1,
            direction: "higher_is_live",
            frames: 12,
            calibration: "a data set".to_owned(),
            cues: Vec::new(),
            models: vec![model("pad")],
        };
        let consent = Consent::record(&Purpose::ALL, &Purpose::ALL, TextLanguage::En, AT, entropy).unwrap();
        Self {
            consent: consent.clone(),
            subject: DOCUMENT.subject.clone(),
            inspection: DOCUMENT.inspection.clone(),
            liveness: Liveness {
                result: Verdict::Successful,
                reasons: Vec::new(),
                pad,
                injection: Vec::new(),
                challenge: Some(challenge),
                ground: consent.ground(AT).unwrap(),
            },
            comparison: Comparison {
                decision: Decision::Match,
                score: 0.765_432_1,
                threshold: 0.3,
                lower_threshold: 0.2,
                direction: Direction::HigherIsMoreAlike,
                false_match_rate: 1e-4,
                false_match_interval: [9e-5, 1.1e-4],
                false_non_match_rate: 1e-2,
                false_non_match_interval: [9e-3, 1.1e-2],
                set: "a data set".to_owned(),
                calibration: "a data set".to_owned(),
                elsewhere: Vec::new(),
                maturity: Maturity::Measured,
                below_kiosk_floor: None,
                caveat: String::new(),
                probe_frames: 12,
                reasons: Vec::new(),
                models: vec![model("embedding"), model("pad")],
                ground: consent.ground(AT).unwrap(),
            },
            at: AT,
        }
    }

    fn findings(&self) -> Findings<'_> {
        Findings {
            consent: &self.consent,
            inspection: &self.inspection,
            subject: &self.subject,
            examination: Examination::Face(FaceEvidence {
                liveness: &self.liveness,
                comparison: &self.comparison,
                challenge_sha256: "c0ffee",
                capture: CaptureProvenance::Recorded,
            }),
            at: self.at,
        }
    }

    fn refusal(&self) -> StatementError {
        Statement::new(self.findings()).expect_err("refused")
    }
}

struct Issuer {
    key: IssuerKey,
    pinned: Vec<IssuerCertificate>,
}

fn test_issuer() -> Issuer {
    test_issuer_at(AT)
}

fn test_issuer_at(at: OffsetDateTime) -> Issuer {
    let files = make_test_issuer(&mut SeededEntropy::new("statement-issuer", 1), at).unwrap();
    Issuer {
        key: IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap(),
        pinned: IssuerCertificate::read_file(files.root_pem.as_bytes()).unwrap(),
    }
}

/// An issuer as openssl makes it, without the test policy; its certificate begins now and lasts 30 days.
fn production_issuer() -> Issuer {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256"])
        .args(["-days", "30", "-subj", "/CN=Issuer of tests", "-addext", "subjectAltName=DNS:issuer.example"])
        .args(["-keyout", &at("key.pem"), "-out", &at("cert.pem")])
        .output()
        .expect("openssl is a test dependency");
    assert!(made.status.success(), "{made:?}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let certificate = read("cert.pem");
    Issuer {
        key: IssuerKey::read_files(&read("key.pem"), Some(&certificate)).unwrap(),
        pinned: IssuerCertificate::read_file(&certificate).unwrap(),
    }
}

fn holder() -> HolderKey {
    let pem = make_holder_key(&mut SeededEntropy::new("statement-holder", 1)).unwrap();
    HolderKey::read_file(pem.as_bytes()).unwrap()
}

fn sign(bench: &Bench, issuer: &Issuer) -> Result<SdJwt, StatementError> {
    let statement = Statement::new(bench.findings())?;
    statement.sign(&issuer.key, &holder(), None, &mut SeededEntropy::new("statement-salts", 1))
}

fn claims(token: &SdJwt, issuer: &Issuer, at: OffsetDateTime) -> Map<String, Value> {
    let holder = holder();
    let expect = Expectations {
        pinned: &issuer.pinned,
        at,
        holder: Some(&holder),
        presentation: None,
        procedure: &Procedure::default(),
        status_list: None,
    };
    let found = verify(token, &expect);
    assert_eq!(found.result(), Verdict::Successful, "{:?}", found.checks);
    found.claims.unwrap().into_disclosed()
}

#[test]
fn a_statement_of_good_findings_verifies_and_says_how_they_were_made() {
    let (bench, issuer) = (Bench::new(), test_issuer());
    let token = sign(&bench, &issuer).unwrap();
    let claims = claims(&token, &issuer, AT);
    let name = DOCUMENT.mrz.name.disclose();
    let mrz_name = claims.get("family_name_mrz").unwrap_or(&claims["family_name"]);
    assert_eq!(mrz_name, &json!(name.primary));
    assert_eq!(claims["document_number"], json!(DOCUMENT.mrz.document_number.disclose()));
    assert_eq!(claims["vct"], VCT_TEST);
    assert_eq!(claims["cnf"]["jwk"], holder().to_jwk());
    let verification = &claims["verified_claims"]["verification"];
    assert_eq!(verification["assurance_level"], "test");
    assert_eq!(verification["provenance"], json!({"document": "specimen", "capture": "recorded"}));
    let limits = verification["assurance_limits"].to_string();
    assert!(limits.contains("BIN-8.4.2-02A") && limits.contains("document.specimen"), "{limits}");
    let process = &verification["assurance_process"];
    assert_eq!(process["trust_store_sha256"], json!(DOCUMENT.inspection.store.digest));
    assert_eq!(process["models"].as_array().unwrap().len(), 2, "each model once");
    assert_eq!(process["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let [document, face] = verification["evidence"].as_array().unwrap().as_slice() else { panic!("two") };
    let methods: Vec<_> = document["check_details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["check_id"].as_str().unwrap())
        .collect();
    let expected = ["pace", "passive_authentication", "crl", "active_authentication", "chip_authentication"];
    assert_eq!(methods, expected);
    assert_eq!(document["check_details"][3]["strength"], "transferable");
    assert_eq!(document["check_details"][4]["strength"], "witnessed_by_terminal");
    assert_eq!(document["document_details"]["type"], "passport");
    assert_eq!(face["comparison"]["decision"], "match");
    assert_eq!(face["comparison"]["false_match_rate_at_threshold"], 1e-4);
    assert_eq!(face["challenge"]["sha256"], "c0ffee");
    assert_eq!(face["capture_provenance"], "recorded");
    assert_eq!(face["presentation_attack_detection"]["apcer_claim"], Value::Null);
}

#[test]
fn every_finding_that_does_not_hold_refuses_the_statement() {
    type Spoil = fn(&mut Bench);
    let cases: [(&str, Spoil); 17] = [
        ("no agreement to attestation", |bench| {
            let agreed = [Purpose::DocumentReading, Purpose::FaceRecognition];
            let entropy = &mut SeededEntropy::new("consent", 2);
            bench.consent = Consent::record(&agreed, &agreed, TextLanguage::En, AT, entropy).unwrap();
        }),
        ("the consent was withdrawn", |bench| drop(bench.consent.withdraw(AT))),
        ("the inspection is failed", |bench| bench.inspection.verdict = CheckResult::Failed),
        ("the inspection is undetermined", |bench| {
            bench.inspection.verdict = CheckResult::Undetermined;
        }),
        ("the inspection is not_supported", |bench| {
            bench.inspection.verdict = CheckResult::NotSupported;
        }),
        ("the document has expired", |bench| {
            bench.at = (DOCUMENT.expires + Duration::DAY).midnight().assume_utc();
        }),
        ("EF.DG1 is missing", |bench| drop(bench.subject.files.remove(&FileId::Dg(1)))),
        ("EF.DG2 is missing", |bench| drop(bench.subject.files.remove(&FileId::Dg(2)))),
        ("this is no document", |bench| bench.subject.provenance = None),
        ("presentation attack detection is failed", |bench| bench.liveness.pad.result = Verdict::Failed),
        ("presentation attack detection is undetermined", |bench| {
            bench.liveness.result = Verdict::Undetermined;
        }),
        ("the challenge is not_supported", |bench| bench.liveness.challenge = None),
        ("the challenge is failed", |bench| {
            bench.liveness.challenge.as_mut().unwrap().result = Verdict::Failed;
        }),
        ("the comparison is no_match", |bench| bench.comparison.decision = Decision::NoMatch),
        ("the comparison is inconclusive", |bench| bench.comparison.decision = Decision::Inconclusive),
        ("the face was not processed on the ground", |bench| bench.comparison.ground = Ground::evaluation()),
        ("the face was not processed on the ground", |bench| {
            let entropy = &mut SeededEntropy::new("consent", 3);
            let other = Consent::record(&Purpose::ALL, &Purpose::ALL, TextLanguage::Fr, AT, entropy);
            bench.liveness.ground = other.unwrap().ground(AT).unwrap();
        }),
    ];
    for (expected, spoil) in cases {
        let mut bench = Bench::new();
        spoil(&mut bench);
        let refusal = bench.refusal().to_string();
        assert!(refusal.starts_with(expected), "{refusal} for {expected}");
    }
    let mut last_day = Bench::new();
    last_day.at = DOCUMENT.expires.midnight().assume_utc();
    assert!(Statement::new(last_day.findings()).is_ok(), "a document is valid on its last day");
}

#[test]
fn a_file_whose_hash_was_not_found_is_not_claimed() {
    for (id, file) in [("data_groups.dg1.hash", "EF.DG1"), ("data_groups.dg2.hash", "EF.DG2")] {
        let mut bench = Bench::new();
        let groups = bench.inspection.root.children.iter_mut().find(|group| group.id == "data_groups");
        let check = groups.unwrap().children.iter_mut().find(|check| check.id == id).unwrap();
        check.result = CheckResult::Undetermined;
        assert_eq!(bench.refusal(), StatementError::File(file));
    }
}

#[test]
fn only_a_test_issuer_signs_what_is_not_live_and_the_type_says_so() {
    let (test, production) = (test_issuer(), production_issuer());
    assert!(test.key.is_test() && !production.key.is_test());
    // The production certificate begins when the test runs.
    let now = production.key.leaf().not_after() - Duration::days(1);
    let mut bench = Bench::new();
    for provenance in [Provenance::Replay, Provenance::Specimen] {
        bench.subject.provenance = Some(provenance);
        bench.at = now;
        let refusal = sign(&bench, &production).unwrap_err();
        assert!(matches!(refusal, StatementError::NotATestIssuer(_)), "{refusal}");
        bench.at = AT;
        assert_eq!(claims(&sign(&bench, &test).unwrap(), &test, AT)["vct"], VCT_TEST);
    }
    bench.subject.provenance = Some(Provenance::Live);
    let live = claims(&sign(&bench, &test).unwrap(), &test, AT);
    assert_eq!(live["vct"], VCT_TEST, "a test issuer makes a test of anything");
    bench.at = now;
    let live = claims(&sign(&bench, &production).unwrap(), &production, now);
    assert_eq!((&live["vct"], &live["iss"]), (&json!(VCT), &json!("https://issuer.example")));
    assert_eq!(live["verified_claims"]["verification"]["assurance_level"], "none");
    // It ends with the certificate, which is shorter than a year.
    assert_eq!(live["exp"], production.key.leaf().not_after().unix_timestamp());
}

#[test]
fn a_demonstration_is_signed_by_a_test_issuer_only_and_says_so() {
    let (test, production) = (test_issuer(), production_issuer());
    let mut bench = Bench::new();
    bench.subject.provenance = Some(Provenance::Live);
    bench.comparison.maturity = Maturity::Demonstration;
    let said = claims(&sign(&bench, &test).unwrap(), &test, AT);
    let verification = &said["verified_claims"]["verification"];
    assert_eq!(verification["evidence"][1]["comparison"]["model_maturity"], "demonstration");
    assert!(verification["assurance_limits"].to_string().contains("models.demonstration"));
    bench.at = production.key.leaf().not_after() - Duration::days(1);
    assert_eq!(
        sign(&bench, &production).unwrap_err(),
        StatementError::DemonstrationModels(DemonstrationModels)
    );
    bench.comparison.maturity = Maturity::Measured;
    let said = claims(&sign(&bench, &production).unwrap(), &production, bench.at);
    assert!(!said["verified_claims"].to_string().contains("models.demonstration"));
}

#[test]
fn a_kiosk_signs_nothing_on_models_below_its_floor() {
    let mut bench = Bench::new();
    bench.comparison.below_kiosk_floor = Some(BelowFloor::OneSet);
    assert!(sign(&bench, &test_issuer()).is_ok(), "only a kiosk demands it");
    bench.inspection.profile = Profile::Kiosk;
    assert!(matches!(bench.refusal(), StatementError::BelowFloor(_)));
    bench.comparison.below_kiosk_floor = None;
    assert!(sign(&bench, &test_issuer()).is_ok());
}

#[test]
fn nothing_is_signed_outside_the_issuers_validity() {
    let (mut bench, issuer) = (Bench::new(), test_issuer());
    bench.at = issuer.key.leaf().not_after() + Duration::DAY;
    assert!(bench.at.date() < DOCUMENT.expires);
    assert!(matches!(sign(&bench, &issuer), Err(StatementError::Issuer(_))));
}

#[test]
fn an_attestation_does_not_outlive_the_document() {
    let mut bench = Bench::new();
    bench.at = DOCUMENT.expires.midnight().assume_utc() - Duration::days(3);
    let issuer = test_issuer_at(bench.at);
    let claims = claims(&sign(&bench, &issuer).unwrap(), &issuer, bench.at);
    let end = (DOCUMENT.expires + Duration::DAY).midnight().assume_utc();
    assert_eq!(claims["exp"], end.unix_timestamp());
}

#[test]
fn no_biometric_data_and_nothing_of_the_sod_goes_out() {
    let (bench, issuer) = (Bench::new(), test_issuer());
    let token = sign(&bench, &issuer).unwrap();
    let all = Value::Object(claims(&token, &issuer, AT));
    let text = all.to_string();
    for canary in ["0.765", "0.123", "picture", "portrait", "\"score\""] {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
    // No hash of any file of the chip, nor of the portrait, in any of the forms that JSON would carry.
    let url = |bytes: &[u8]| <base64ct::Base64UrlUnpadded as base64ct::Encoding>::encode_string(bytes);
    let standard = |bytes: &[u8]| <base64ct::Base64 as base64ct::Encoding>::encode_string(bytes);
    for bytes in DOCUMENT.subject.files.values().chain([&DOCUMENT.portrait]) {
        for algorithm in HashAlgorithm::ALL {
            let hash = algorithm.digest(bytes);
            for form in [hex::encode(&hash), url(&hash), standard(&hash)] {
                assert!(!text.contains(&form), "{form} in {text}");
            }
        }
    }
    let sod = DOCUMENT.subject.file(FileId::Sod).unwrap();
    // The commitment opens with its salt and the EF.SOD, and with nothing else.
    let commitment = &all["verified_claims"]["verification"]["evidence"][0]["commitment"];
    let decode = |name: &str| {
        let text = commitment[name].as_str().unwrap();
        <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(text).unwrap()
    };
    let opened = |sod: &[u8]| {
        let sod = HashAlgorithm::Sha256.digest(sod);
        HashAlgorithm::Sha256.digest(&[decode("salt"), sod].concat())
    };
    assert_eq!(decode("value"), opened(sod));
    assert_ne!(decode("value"), opened(b"another EF.SOD"));
}

#[test]
fn what_is_withheld_cannot_be_read() {
    let (bench, issuer) = (Bench::new(), test_issuer());
    let token = sign(&bench, &issuer).unwrap().with_only(|each| each.name() == Some("age_over_18")).unwrap();
    let claims = claims(&token, &issuer, AT);
    assert_eq!(claims["age_over_18"], true);
    let payload = token.to_compact().split('.').nth(1).unwrap().to_owned();
    let payload = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(&payload).unwrap();
    let text = Value::Object(claims).to_string() + &String::from_utf8(payload).unwrap();
    let (mrz, name) = (&DOCUMENT.mrz, DOCUMENT.mrz.name.disclose());
    let number = mrz.document_number.disclose();
    let held = [name.primary.as_str(), name.secondary.as_str(), number, bench.consent.session()];
    let words = ["birthdate", "nationalities", "\"salt\"", "receipt_sha256", "\"passport\""];
    for canary in held.into_iter().chain(words) {
        assert!(!canary.is_empty() && !text.contains(canary), "{canary} in {text}");
    }
}

#[test]
fn an_mdoc_of_the_same_findings_says_the_same_and_holds_no_more() {
    let (mut bench, test, production) = (Bench::new(), test_issuer(), production_issuer());
    let sign_mdoc = |bench: &Bench, issuer: &Issuer| {
        let entropy = &mut SeededEntropy::new("statement-salts", 1);
        Statement::new(bench.findings())?.sign_mdoc(&issuer.key, &holder(), None, entropy)
    };
    let verified = |mdoc: &Mdoc, issuer: &Issuer, at| {
        let (pinned, procedure) = (&issuer.pinned, &Procedure::default());
        let (holder, presentation, status_list) = (None, None, None);
        let expect = Expectations { pinned, at, holder, presentation, procedure, status_list };
        mdoc::verify(mdoc, &expect)
    };
    let mdoc = sign_mdoc(&bench, &test).unwrap();
    let found = verified(&mdoc, &test, AT);
    assert_eq!(found.result(), Verdict::Successful, "{:?}", found.checks);
    let theirs = claims(&sign(&bench, &test).unwrap(), &test, AT);
    let ours = found.claims.unwrap().into_disclosed();
    for (name, value) in theirs.iter().filter(|(name, _)| *name != "vct") {
        assert_eq!(ours.get(name), Some(value), "{name}");
    }
    // Besides: what a photo ID says of itself, and the nationality in another code.
    assert_eq!(ours.len(), theirs.len() + 4, "{ours:?}");
    let bytes = mdoc.to_bytes();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for file in DOCUMENT.subject.files.values().chain([&DOCUMENT.portrait]) {
        assert!(!holds(file));
        for hash in HashAlgorithm::ALL.map(|algorithm| algorithm.digest(file)) {
            assert!(!holds(&hash) && !holds(hex::encode(&hash).as_bytes()));
        }
    }
    assert!(!holds(b"portrait") && !holds(b"score\""));

    // The production certificate begins when the test runs.
    bench.at = production.key.leaf().not_after() - Duration::days(1);
    for provenance in [Provenance::Replay, Provenance::Specimen] {
        bench.subject.provenance = Some(provenance);
        let refusal = sign_mdoc(&bench, &production).unwrap_err();
        assert!(matches!(refusal, StatementError::NotATestIssuer(_)), "{refusal}");
    }
    bench.subject.provenance = Some(Provenance::Live);
    let live = sign_mdoc(&bench, &production).unwrap();
    let found = verified(&live, &production, bench.at);
    assert_eq!(found.result(), Verdict::Successful, "{:?}", found.checks);
    assert_eq!(found.claims.unwrap().disclose()["vct"], mdoc::DOC_TYPE);
}
