//! Attestations as mdocs: round trip, the same claims as the SD-JWT VC, every way of tampering with its own reason. As the
//! commands show them: cli.rs. Programs that we did not write: others.rs.
//! Source: ISO/IEC 18013-5:2021 sections 9.1 and 9.3, RFC 9052, OpenID4VP 1.0 appendix B.2.

mod cli;
mod others;
mod tampering;

use ciborium::Value;
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use titre::attestation::mdoc::{
    DOC_TYPE, DOC_TYPE_TEST, NAMESPACE, NAMESPACE_ISO, NAMESPACE_PHOTO_ID, cbor, issue,
};
use titre::attestation::sdjwt::{Audience, Claim};
use titre::attestation::verify::{CHECKS, REASONS, VCT_TEST};
use titre::attestation::{
    Attestation, Es256Signer, Expectations, HolderKey, HolderSecret, IssuerCertificate, IssuerKey, Mdoc,
    Presentation, Procedure, TestIssuer, Verification, make_holder_key, make_test_issuer,
    test_issuer::TEST_ISSUER_URI,
};
use titre::biometrics::Verdict;
use titre::crypto::SeededEntropy;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);
const NOTHING_MORE: Procedure =
    Procedure { min_level: None, max_days: None, status: false, examinations: None };
const SHOP: Audience<'_> = Audience { name: "https://shop.example", nonce: "n-1" };

struct Bench {
    files: TestIssuer,
    issuer: IssuerKey,
    root: Vec<IssuerCertificate>,
    secret: HolderSecret,
    at: OffsetDateTime,
}

impl Bench {
    fn new(seed: u64) -> Self {
        Self::at(seed, AT)
    }

    fn at(seed: u64, at: OffsetDateTime) -> Self {
        let entropy = &mut SeededEntropy::new("mdoc-test", seed);
        let files = make_test_issuer(entropy, at).unwrap();
        let issuer = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
        let root = IssuerCertificate::read_file(files.root_pem.as_bytes()).unwrap();
        let secret = HolderSecret::read_file(make_holder_key(entropy).unwrap().as_bytes()).unwrap();
        Self { files, issuer, root, secret, at }
    }

    /// The issuer's private key, to sign what `issue` never would.
    fn key(&self) -> SigningKey {
        let pem = self.files.issuer_pem.split_inclusive("-----END PRIVATE KEY-----").next().unwrap();
        SigningKey::from(p256::SecretKey::from_pkcs8_pem(pem).unwrap())
    }

    /// Claims of every kind that a statement makes.
    fn claims(&self) -> Vec<(&'static str, Claim)> {
        let verification = vec![
            ("assurance_level", Claim::Plain(json!("test"))),
            ("consent", Claim::selective(json!({"receipt_sha256": "CANARY-consent"}))),
            (
                "evidence",
                Claim::Array(vec![
                    Claim::Object(vec![
                        ("type", Claim::Plain(json!("document"))),
                        ("document_details", Claim::selective(json!({"type": "passport"}))),
                    ]),
                    Claim::Plain(
                        json!({"type": "face", "false_match_rate_at_threshold": 1e-4, "none": null}),
                    ),
                ]),
            ),
        ];
        let nationality = Claim::Array(vec![Claim::selective("UTO")]);
        vec![
            ("iss", Claim::Plain(json!(TEST_ISSUER_URI))),
            ("iat", Claim::Plain(json!(self.at.unix_timestamp()))),
            ("nbf", Claim::Plain(json!(self.at.unix_timestamp()))),
            ("exp", Claim::Plain(json!((self.at + Duration::days(20)).unix_timestamp()))),
            ("vct", Claim::Plain(json!(VCT_TEST))),
            ("cnf", Claim::Plain(json!({"jwk": self.secret.public().to_jwk()}))),
            ("jti", Claim::selective("CANARY-jti")),
            ("family_name", Claim::selective("M\u{FC}ller \"\u{1F600}\"")),
            ("given_name", Claim::selective("CANARY-given")),
            ("family_name_mrz", Claim::selective("MUELLER")),
            ("birthdate", Claim::selective("1990-02-28")),
            ("age_over_18", Claim::selective(true)),
            ("nationalities", Claim::Selective(Box::new(nationality))),
            ("sex", Claim::selective(2)),
            ("document_number", Claim::selective("CANARY-number")),
            ("issuing_country", Claim::selective("UTO")),
            ("date_of_expiry", Claim::selective("2032-04-15")),
            ("verified_claims", Claim::Object(vec![("verification", Claim::Object(verification))])),
        ]
    }

    fn mdoc(&self) -> Mdoc {
        issue(self.claims(), &self.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap()
    }

    fn expect(&self) -> Expectations<'_> {
        Expectations {
            pinned: &self.root,
            at: self.at,
            holder: None,
            presentation: None,
            procedure: &NOTHING_MORE,
            status_list: None,
        }
    }

    fn verify(&self, bytes: &[u8]) -> Verification {
        Attestation::parse(bytes).unwrap().verify(&self.expect())
    }

    /// Presents these claims to `SHOP`.
    fn present(&self, wanted: &[&str]) -> Vec<u8> {
        let all = Attestation::from(self.mdoc());
        let places = all.show_unverified().unwrap().places;
        let chosen: BTreeSet<String> = wanted.iter().map(|name| places[*name].clone()).collect();
        all.present(&chosen, SHOP, self.at, &self.secret).unwrap().to_bytes()
    }

    fn verify_presented(&self, bytes: &[u8], audience: Audience<'_>, at: OffsetDateTime) -> Verification {
        let presentation = Some(Presentation { audience, max_age: Duration::minutes(5) });
        Attestation::parse(bytes).unwrap().verify(&Expectations { presentation, at, ..self.expect() })
    }
}

/// Check and reason of the first result that is not successful.
fn refusal(found: &Verification) -> (&'static str, &'static str) {
    match found.checks.iter().find(|check| check.reason.is_some()) {
        None => ("accepted", ""),
        Some(check) => {
            assert!(REASONS.contains(&check.reason.unwrap()), "{check:?} is in the list");
            assert_ne!(found.result(), Verdict::Successful);
            (check.id, check.reason.unwrap())
        }
    }
}

fn claims_of(found: Verification) -> Map<String, Json> {
    assert_eq!(found.result(), Verdict::Successful, "{:?}", found.checks);
    found.claims.unwrap().into_disclosed()
}

/// The member of a map, to be changed.
fn at<'a>(value: &'a mut Value, name: &str) -> &'a mut Value {
    let members = value.as_map_mut().unwrap();
    &mut members.iter_mut().find(|(key, _)| key.as_text() == Some(name)).unwrap_or_else(|| panic!("{name}")).1
}

fn embed(encoded: Vec<u8>) -> Value {
    Value::Tag(24, Box::new(Value::Bytes(encoded)))
}

/// What stands in a tag 24.
fn opened(value: &Value) -> Value {
    let (tag, inner) = value.as_tag().unwrap();
    assert_eq!(tag, 24);
    cbor::parse(inner.as_bytes().unwrap()).unwrap()
}

/// A COSE_Sign1 that ought to be, written here so that titre's own code is not in the loop.
fn signature(key: &dyn Es256Signer, protected: &[u8], payload: &[u8]) -> Value {
    let content = Value::Array(vec![
        "Signature1".into(),
        Value::Bytes(protected.to_vec()),
        Value::Bytes(vec![]),
        Value::Bytes(payload.to_vec()),
    ]);
    Value::Bytes(key.sign_es256(&cbor::encode(&content)).unwrap().to_bytes().to_vec())
}

#[test]
fn both_formats_give_the_same_claims() {
    let bench = Bench::new(1);
    let token = bench.issuer.issue(bench.claims(), 4, &mut SeededEntropy::new("salts", 1)).unwrap();
    let theirs = claims_of(Attestation::from(token).verify(&bench.expect()));
    let holder = bench.secret.public();
    let mdoc = Attestation::parse(&bench.mdoc().to_bytes()).unwrap();
    let found = mdoc.verify(&Expectations { holder: Some(&holder), ..bench.expect() });
    assert!(found.test && found.issuer.as_ref().unwrap().contains("test issuer"));
    assert_eq!(found.checks.iter().map(|check| check.id).collect::<Vec<_>>(), CHECKS);
    assert!(!found.disclosed.contains(&"iss".to_owned()), "what is always shown is not disclosed");
    let mut ours = claims_of(found);
    assert_eq!(ours.remove("vct"), Some(json!(DOC_TYPE_TEST)));
    // What a photo ID has besides.
    for (name, value) in [
        ("issue_date", json!("2026-05-28")),
        ("expiry_date", json!("2026-06-17")),
        ("issuing_authority", json!(bench.issuer.leaf().subject())),
        ("nationality", json!("UT")),
    ] {
        assert_eq!(ours.remove(name), Some(value), "{name}");
    }
    for (name, value) in &theirs {
        if name != "vct" {
            assert_eq!(ours.remove(name).as_ref(), Some(value), "{name}");
        }
    }
    assert!(ours.is_empty(), "{ours:?}");
}

#[test]
fn elements_stand_under_the_names_and_in_the_forms_of_the_standard() {
    let bytes = Bench::new(1).mdoc().to_bytes();
    let mut document = cbor::parse(&bytes).unwrap();
    let mut found = Vec::new();
    for (namespace, items) in at(&mut document, "nameSpaces").as_map().unwrap() {
        for item in items.as_array().unwrap() {
            let mut item = opened(item);
            assert_eq!(at(&mut item, "random").as_bytes().unwrap().len(), 32);
            let name = at(&mut item, "elementIdentifier").as_text().unwrap().to_owned();
            found.push((
                namespace.as_text().unwrap().to_owned(),
                name,
                at(&mut item, "elementValue").clone(),
            ));
        }
    }
    let date = |text: &str| Value::Tag(1004, Box::new(text.into()));
    for (namespace, name, value) in [
        (NAMESPACE_ISO, "family_name", "M\u{FC}ller \"\u{1F600}\"".into()),
        (NAMESPACE_ISO, "family_name_latin1", "MUELLER".into()),
        (NAMESPACE_ISO, "birth_date", date("1990-02-28")),
        (NAMESPACE_ISO, "age_over_18", true.into()),
        (NAMESPACE_ISO, "sex", 2.into()),
        (NAMESPACE_ISO, "nationality", "UT".into()),
        (NAMESPACE_ISO, "issue_date", date("2026-05-28")),
        (NAMESPACE_PHOTO_ID, "travel_document_number", "CANARY-number".into()),
        (NAMESPACE, "date_of_expiry", date("2032-04-15")),
        (NAMESPACE, "iss", TEST_ISSUER_URI.into()),
        (NAMESPACE, "verified_claims.verification.evidence.0.document_details", {
            Value::Map(vec![("type".into(), "passport".into())])
        }),
    ] {
        let one = found.iter().filter(|(space, element, _)| space == namespace && element == name);
        assert_eq!(one.map(|(_, _, value)| value).collect::<Vec<_>>(), [&value], "{namespace} {name}");
    }
    assert!(!found.iter().any(|(_, name, _)| name.contains("portrait")));
}

#[test]
fn the_type_follows_from_the_issuer() {
    // The claims cannot choose it.
    let bench = Bench::new(1);
    let mut claims = bench.claims();
    claims.retain(|(name, _)| *name != "vct");
    claims.push(("vct", Claim::Plain(json!(DOC_TYPE))));
    let mdoc = issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap();
    assert_eq!(claims_of(bench.verify(&mdoc.to_bytes()))["vct"], DOC_TYPE_TEST);
    assert_ne!(DOC_TYPE, DOC_TYPE_TEST);
    for missing in ["iat", "exp", "cnf"] {
        let mut claims = bench.claims();
        claims.retain(|(name, _)| *name != missing);
        let refused = issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap_err();
        assert!(refused.to_string().contains(missing), "{refused}");
    }
}

/// A namespace, the numbers of its digests, and the elements that are there with theirs.
type Digests = (String, Vec<u64>, Vec<(String, u64)>);

fn digests(mdoc: &Mdoc) -> Vec<Digests> {
    let mut document = cbor::parse(&mdoc.to_bytes()).unwrap();
    let payload = at(&mut document, "issuerAuth").as_array().unwrap()[2].as_bytes().unwrap().clone();
    let mut mso = opened(&cbor::parse(&payload).unwrap());
    let number = |value: &Value| u64::try_from(value.as_integer().unwrap()).unwrap();
    let spaces = at(&mut mso, "valueDigests").as_map().unwrap();
    let items = at(&mut document, "nameSpaces").as_map().unwrap().clone();
    let named = |space: &Value| {
        let (_, items) = items.iter().find(|(name, _)| name == space).unwrap();
        let each = |item: &Value| {
            let mut item = opened(item);
            let name = at(&mut item, "elementIdentifier").as_text().unwrap().to_owned();
            (name, number(at(&mut item, "digestID")))
        };
        items.as_array().unwrap().iter().map(each).collect()
    };
    spaces
        .iter()
        .map(|(space, digests)| {
            let identifiers = digests.as_map().unwrap().iter().map(|(id, _)| number(id)).collect();
            (space.as_text().unwrap().to_owned(), identifiers, named(space))
        })
        .collect()
}

#[test]
fn neither_number_nor_order_of_digests_tells_of_the_elements() {
    let bench = Bench::new(1);
    let issued = |claims, seed| {
        digests(&issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", seed)).unwrap())
    };
    let all = issued(bench.claims(), 1);
    let mut fewer = bench.claims();
    fewer.retain(|(name, _)| !["birthdate", "age_over_18", "family_name_mrz", "jti"].contains(name));
    let fewer = issued(fewer, 1);
    assert_eq!(all.iter().map(|(name, ..)| name.as_str()).collect::<BTreeSet<_>>(), {
        BTreeSet::from([NAMESPACE, NAMESPACE_ISO, NAMESPACE_PHOTO_ID])
    });
    for ((_, identifiers, named), (_, of_fewer, _)) in all.iter().zip(&fewer) {
        assert_eq!(*identifiers, (0..identifiers.len() as u64).collect::<Vec<_>>(), "in order");
        assert_eq!(identifiers.len(), 16);
        assert_eq!(identifiers.len(), of_fewer.len());
        assert!(named.is_sorted_by_key(|(_, id)| *id), "elements stand in that order too");
    }
    let places: BTreeSet<Vec<(String, u64)>> =
        (1..6).map(|seed| issued(bench.claims(), seed)[0].2.clone()).collect();
    assert_eq!(places.len(), 5, "every document has its own order");
}

#[test]
fn a_presentation_shows_the_chosen_elements_to_one_verifier() {
    let bench = Bench::new(1);
    let bytes = bench.present(&["age_over_18"]);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains("CANARY") && !text.contains("birth_date") && text.contains("age_over_18"));
    let found = bench.verify_presented(&bytes, SHOP, AT);
    assert_eq!(found.disclosed, ["age_over_18"]);
    assert_eq!(found.withheld, 3 * 16 - 3, "decoys and what was withheld, which nobody tells apart");
    let claims = claims_of(found);
    assert_eq!((&claims["age_over_18"], claims.get("birthdate")), (&json!(true), None));
    let verification = &claims["verified_claims"]["verification"];
    assert_eq!(verification["assurance_level"], "test", "how it was found out is always there");
    assert_eq!(verification.get("consent"), None);

    // What stands within is put back to its place, or by itself.
    let path = "verified_claims.verification.evidence.0.document_details";
    let claims = claims_of(bench.verify_presented(&bench.present(&[path]), SHOP, AT));
    let evidence = &claims["verified_claims"]["verification"]["evidence"];
    assert_eq!(evidence[0]["document_details"]["type"], "passport");

    let other = |name: &'static str, nonce: &'static str| {
        refusal(&bench.verify_presented(&bytes, Audience { name, nonce }, AT))
    };
    let session = ("attestation.key_binding", "key_binding.session");
    assert_eq!(other("https://bank.example", "n-1"), session);
    assert_eq!(other("https://shop.example", "n-2"), session);
    let at = |at| refusal(&bench.verify_presented(&bytes, SHOP, at));
    assert_eq!(at(AT + Duration::minutes(5)), ("accepted", ""));
    assert_eq!(at(AT + Duration::minutes(6)), ("attestation.key_binding", "key_binding.time"));
    assert_eq!(at(AT - Duration::minutes(2)).1, "validity.not_yet");
    let unasked = bench.verify(&bytes);
    assert_eq!(refusal(&unasked), ("attestation.key_binding", "key_binding.not_checked"));
    assert_eq!(unasked.result(), Verdict::Undetermined);
    let missing = bench.verify_presented(&bench.mdoc().to_bytes(), SHOP, AT);
    assert_eq!(refusal(&missing), ("attestation.key_binding", "key_binding.missing"));
    // Another key than the one that it is bound to.
    let stranger = Attestation::from(bench.mdoc());
    let stranger = stranger.present(&BTreeSet::new(), SHOP, AT, &Bench::new(2).secret).unwrap().to_bytes();
    assert_eq!(refusal(&bench.verify_presented(&stranger, SHOP, AT)), session);
}

#[test]
fn the_holder_the_age_and_the_pins_are_checked_as_for_the_other_format() {
    let bench = Bench::new(1);
    let mdoc = Attestation::from(bench.mdoc());
    let other: HolderKey = Bench::new(2).secret.public();
    let with = |expect: Expectations<'_>| refusal(&mdoc.verify(&expect));
    assert_eq!(with(Expectations { holder: Some(&other), ..bench.expect() }).1, "holder_key.another");
    let fresh = Procedure { max_days: Some(1), ..NOTHING_MORE };
    let old = Expectations { procedure: &fresh, at: AT + Duration::days(2), ..bench.expect() };
    assert_eq!(with(old), ("attestation.age", "age.too_old"));
    let pins = Bench::new(2).root;
    let unpinned = mdoc.verify(&Expectations { pinned: &pins, ..bench.expect() });
    assert_eq!(refusal(&unpinned).0, "attestation.issuer");
    assert!(unpinned.claims.is_none(), "nothing unverified is told");
    let late = Expectations { at: AT + Duration::days(20), ..bench.expect() };
    assert_eq!(with(late), ("attestation.validity", "validity.expired"));
    let list = Expectations { status_list: Some("no list"), ..bench.expect() };
    assert_eq!(with(list), ("attestation.status", "status.missing"));
}
