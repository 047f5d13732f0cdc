//! Attestations: round trip, every way of tampering with its own reason. Two independent programs and
//! Wycheproof: others.rs.
//! Source: RFC 9901 section 7.1, RFC 8725 section 2 (threats), Wycheproof json_web_signature (ES256 cases).

mod attack_table;
mod others;
mod procedure;
mod status;

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::{Claim, Disclosure, Header, Jws, SdJwt, SdJwtError, TYP};
use titre::attestation::verify::{CHECKS, REASONS, VCT, VCT_TEST};
use titre::attestation::{
    Expectations, HolderKey, HolderSecret, IssuerCertificate, IssuerKey, Procedure, TestIssuer, Verification,
    make_holder_key, make_test_issuer, test_issuer::TEST_ISSUER_URI, verify,
};
use titre::crypto::SeededEntropy;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

struct Bench {
    files: TestIssuer,
    issuer: IssuerKey,
    root: Vec<IssuerCertificate>,
    holder: HolderKey,
    secret: HolderSecret,
}

impl Bench {
    fn new(seed: u64) -> Self {
        let entropy = &mut SeededEntropy::new("attestation-test", seed);
        let files = make_test_issuer(entropy, AT).unwrap();
        let issuer = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
        let root = IssuerCertificate::read_file(files.root_pem.as_bytes()).unwrap();
        let secret = HolderSecret::read_file(make_holder_key(entropy).unwrap().as_bytes()).unwrap();
        let holder = secret.public();
        Self { files, issuer, root, holder, secret }
    }

    /// The issuer's private key, to sign what `issue` never would.
    fn key(&self) -> SigningKey {
        let pem = self.files.issuer_pem.split_inclusive("-----END PRIVATE KEY-----").next().unwrap();
        SigningKey::from(p256::SecretKey::from_pkcs8_pem(pem).unwrap())
    }

    fn claims(&self) -> Vec<(&'static str, Claim)> {
        let nationalities = vec![Claim::selective("UTO"), Claim::selective("XXA")];
        let document = vec![("type", Claim::Plain(json!("passport"))), ("number", Claim::selective("X"))];
        vec![
            ("iss", Claim::Plain(json!(TEST_ISSUER_URI))),
            ("iat", Claim::Plain(json!(AT.unix_timestamp()))),
            ("exp", Claim::Plain(json!((AT + Duration::days(90)).unix_timestamp()))),
            ("vct", Claim::Plain(json!(VCT_TEST))),
            ("cnf", Claim::Plain(json!({"jwk": self.holder.to_jwk()}))),
            ("family_name", Claim::selective("M\u{FC}ller \"\u{1F600}\"")),
            ("nationalities", Claim::Selective(Box::new(Claim::Array(nationalities)))),
            ("document", Claim::Object(document)),
        ]
    }

    fn token(&self) -> SdJwt {
        self.issuer.issue(self.claims(), 4, &mut SeededEntropy::new("salts", 1)).unwrap()
    }

    /// A token with this payload, properly signed, and these disclosures.
    fn sign(&self, payload: &str, disclosures: &[&Disclosure]) -> String {
        self.sign_with(&Header::new(TYP, &self.issuer.x5c()), payload, disclosures)
    }

    fn sign_with(&self, header: &Header, payload: &str, disclosures: &[&Disclosure]) -> String {
        let jwt = Jws::sign(header, payload.as_bytes(), &self.key()).unwrap();
        let parts = disclosures.iter().map(|each| format!("{}~", each.encoded().disclose()));
        format!("{jwt}~{}", parts.collect::<String>())
    }

    fn payload(&self) -> Value {
        json!({"iat": AT.unix_timestamp(), "exp": AT.unix_timestamp() + 100, "vct": VCT_TEST,
            "cnf": {"jwk": self.holder.to_jwk()}})
    }

    fn verify(&self, token: &str, at: OffsetDateTime) -> Result<Verification, SdJwtError> {
        let expect = Expectations {
            pinned: &self.root,
            at,
            holder: Some(&self.holder),
            presentation: None,
            procedure: &Procedure::default(),
            status_list: None,
        };
        Ok(verify(&SdJwt::parse(token)?, &expect))
    }

    /// Check and reason of the first result that is not successful; `no token` where it is none.
    fn refusal(&self, token: &str) -> (String, String) {
        self.refusal_at(token, AT)
    }

    fn refusal_at(&self, token: &str, at: OffsetDateTime) -> (String, String) {
        match self.verify(token, at) {
            Err(error) => ("no token".to_owned(), error.reason().to_owned()),
            Ok(found) => match found.checks.iter().find(|check| check.reason.is_some()) {
                None => ("accepted".to_owned(), String::new()),
                Some(check) => {
                    let reason = check.reason.unwrap();
                    assert!(REASONS.contains(&reason), "{reason} is in the list");
                    (check.id.to_owned(), reason.to_owned())
                }
            },
        }
    }
}

fn refused(check: &str, reason: &str) -> (String, String) {
    (format!("attestation.{check}"), reason.to_owned())
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).unwrap()
}

/// The token with its JWT changed by `change`, which gets header, payload and signature.
fn with_jwt(token: &str, change: impl FnOnce(&mut [String; 3])) -> String {
    let (jwt, rest) = token.split_once('~').unwrap();
    let mut parts: [String; 3] = jwt.split('.').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    change(&mut parts);
    format!("{}~{rest}", parts.join("."))
}

fn with_json(encoded: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_slice(&decode(encoded)).unwrap();
    change(&mut value);
    encode(value.to_string().as_bytes())
}

#[test]
fn what_was_issued_verifies_and_says_what_was_disclosed() {
    let bench = Bench::new(1);
    let token = bench.token();
    let found = bench.verify(&token.to_compact(), AT).unwrap();
    assert_eq!(found.checks.iter().map(|check| check.id).collect::<Vec<_>>(), CHECKS);
    assert_eq!(found.result().as_str(), "successful", "{:?}", found.checks);
    assert!(found.test);
    let claims = found.claims.unwrap().into_disclosed();
    assert_eq!(claims["family_name"], "M\u{FC}ller \"\u{1F600}\"");
    assert_eq!(claims["nationalities"], json!(["UTO", "XXA"]));
    assert_eq!(claims["document"], json!({"type": "passport", "number": "X"}));
    assert!(!claims.contains_key("_sd") && !claims.contains_key("_sd_alg"));
    // Two decoys fill the top level up to four digests.
    assert_eq!(found.withheld, 2);

    let only_name = token.with_only(|each| each.name() == Some("family_name")).unwrap();
    let found = bench.verify(&only_name.to_compact(), AT).unwrap();
    assert_eq!(found.result().as_str(), "successful");
    assert_eq!(found.disclosed, ["family_name"]);
    assert_eq!(found.withheld, 4);
    let claims = found.claims.unwrap().into_disclosed();
    assert!(!claims.contains_key("nationalities") && claims["document"].get("number").is_none());
}

#[test]
fn a_claim_that_must_be_seen_cannot_be_made_selective() {
    let bench = Bench::new(1);
    for name in ["iss", "nbf", "exp", "cnf", "vct", "status"] {
        let claims = vec![(name, Claim::selective("x"))];
        let made = bench.issuer.issue(claims, 1, &mut SeededEntropy::new("salts", 1));
        assert!(made.is_err(), "{name}");
    }
}

#[test]
fn salts_differ_and_equal_claims_do_not_show() {
    let bench = Bench::new(1);
    let disclosures = bench.token().disclosures().unwrap();
    let mut digests: Vec<String> = disclosures.iter().map(Disclosure::digest).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), disclosures.len());
    let again = bench.issuer.issue(bench.claims(), 4, &mut SeededEntropy::new("salts", 2)).unwrap();
    assert_ne!(again.disclosures().unwrap()[0].digest(), disclosures[0].digest());
}

#[test]
fn every_tampering_is_refused_for_its_own_reason() {
    let bench = Bench::new(1);
    let other = Bench::new(2);
    let token = bench.token().to_compact();
    assert_eq!(bench.refusal(&token).0, "accepted");

    // Disclosures.
    let parts: Vec<&str> = token.split('~').collect();
    let changed = with_json(parts[1], |array| array[2] = json!("Other"));
    let unreferenced = refused("disclosures", "disclosure.unreferenced");
    assert_eq!(bench.refusal(&token.replace(parts[1], &changed)), unreferenced, "changed value");
    let renamed = with_json(parts[1], |array| array[1] = json!("given_name"));
    assert_eq!(bench.refusal(&token.replace(parts[1], &renamed)), unreferenced, "changed name");
    let foreign = Disclosure::new("c2FsdA", Some("age_over_18"), json!(true));
    let added = format!("{token}{}~", foreign.encoded().disclose());
    assert_eq!(bench.refusal(&added), unreferenced, "added");
    let twice = format!("{token}{}~", parts[1]);
    assert_eq!(bench.refusal(&twice), refused("disclosures", "disclosure.twice"));
    let broken = token.replace(parts[1], &parts[1][1..]);
    assert_eq!(bench.refusal(&broken), refused("disclosures", "disclosure.malformed"));
    let doubled = encode(br#"["s","a",{"x":1,"x":2}]"#);
    let doubled = format!("{}{doubled}~", token);
    assert_eq!(bench.refusal(&doubled), refused("disclosures", "disclosure.malformed"));

    // Payload, signature, header.
    let bad_signature = refused("signature", "signature.invalid");
    let changed =
        with_jwt(&token, |jwt| jwt[1] = with_json(&jwt[1], |payload| payload["exp"] = json!(1_u64 << 40)));
    assert_eq!(bench.refusal(&changed), bad_signature, "payload");
    let swapped = with_jwt(&token, |jwt| {
        jwt[1] = with_json(&jwt[1], |payload| payload["cnf"]["jwk"] = other.holder.to_jwk());
    });
    assert_eq!(bench.refusal(&swapped), bad_signature, "cnf");
    let changed = with_jwt(&token, |jwt| {
        let mut bytes = decode(&jwt[2]);
        bytes[40] ^= 1;
        jwt[2] = encode(&bytes);
    });
    assert_eq!(bench.refusal(&changed), bad_signature, "signature bit");
    let cut = with_jwt(&token, |jwt| jwt[2] = encode(&decode(&jwt[2])[..63]));
    assert_eq!(bench.refusal(&cut), bad_signature, "signature length");
    let header = with_jwt(&token, |jwt| jwt[0] = with_json(&jwt[0], |header| header["kid"] = json!("x")));
    assert_eq!(bench.refusal(&header), bad_signature, "header");
    let swapped = with_jwt(&token, |jwt| {
        let x5c = Header::new(TYP, &other.issuer.x5c());
        jwt[0] = with_json(&jwt[0], |header| header["x5c"] = x5c.members()["x5c"].clone());
    });
    assert_eq!(bench.refusal(&swapped), bad_signature, "x5c of another issuer");
    let foreign = other.token().to_compact();
    // Both roots have one name, so it is the key that tells them apart.
    assert_eq!(bench.refusal(&foreign), refused("issuer", "issuer.certificate_signature"), "another issuer");

    // Algorithms.
    let algorithm = refused("signature", "header.algorithm");
    let none = with_jwt(&token, |jwt| {
        jwt[0] = with_json(&jwt[0], |header| header["alg"] = json!("none"));
        jwt[2] = String::new();
    });
    assert_eq!(bench.refusal(&none), algorithm);
    let hmac = with_jwt(&token, |jwt| {
        jwt[0] = with_json(&jwt[0], |header| header["alg"] = json!("HS256"));
        let key = bench.issuer.leaf().key().to_sec1_point(false);
        jwt[2] = encode(&hmac_sha256(key.as_bytes(), format!("{}.{}", jwt[0], jwt[1]).as_bytes()));
    });
    assert_eq!(bench.refusal(&hmac), algorithm, "HS256 with the public key");
    for alg in ["ES384", "es256", "NONE", "ES256 "] {
        let changed =
            with_jwt(&token, |jwt| jwt[0] = with_json(&jwt[0], |header| header["alg"] = json!(alg)));
        assert_eq!(bench.refusal(&changed), algorithm, "{alg}");
    }

    // No token at all.
    for text in ["", "a.b.c", "~", "a.b~", &"a.b.c~".repeat(100_000)] {
        assert_eq!(bench.refusal(text).0, "no token", "{:.20}", text);
    }
    let bare = token.split('~').next().unwrap();
    assert_eq!(bench.refusal(bare), ("no token".to_owned(), "token.format".to_owned()));
}

/// HMAC with SHA-256 (RFC 2104), for the confusion attack.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let sha = |data: &[u8]| titre::crypto::HashAlgorithm::Sha256.digest(data);
    let mut block = [0u8; 64];
    let key = if key.len() > 64 { sha(key) } else { key.to_vec() };
    block[..key.len()].copy_from_slice(&key);
    let pad = |with: u8| block.map(|byte| byte ^ with).to_vec();
    sha(&[pad(0x5C), sha(&[pad(0x36), message.to_vec()].concat())].concat())
}

#[test]
fn what_an_issuer_signs_wrongly_is_refused_too() {
    let bench = Bench::new(1);
    let other = Bench::new(2);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut payload = bench.payload();
        change(&mut payload);
        bench.refusal(&bench.sign(&payload.to_string(), &[]))
    };
    assert_eq!(with(&|_| {}).0, "accepted");

    // Strict JSON.
    let text = bench.payload().to_string();
    let twice = text.replacen('{', "{\"vct\":\"urn:x\",", 1);
    assert_eq!(bench.refusal(&bench.sign(&twice, &[])), refused("disclosures", "payload.malformed"));
    let header_twice =
        Jws::sign(&Header::new(TYP, &bench.issuer.x5c()), text.as_bytes(), &bench.key()).unwrap();
    let header_twice = with_jwt(&format!("{header_twice}~"), |jwt| {
        let header = String::from_utf8(decode(&jwt[0])).unwrap();
        jwt[0] = encode(header.replacen('{', "{\"alg\":\"none\",", 1).as_bytes());
    });
    assert_eq!(bench.refusal(&header_twice), refused("signature", "header.malformed"));

    // Digests.
    let a = Disclosure::new("c2FsdA", Some("a"), json!(1));
    let payload = |sd: Value| {
        let mut payload = bench.payload();
        payload["_sd"] = sd;
        payload.to_string()
    };
    let twice = bench.sign(&payload(json!([a.digest(), a.digest()])), &[&a]);
    assert_eq!(bench.refusal(&twice), refused("disclosures", "payload.digest_twice"));
    let exp = Disclosure::new("c2FsdA", Some("status"), json!({}));
    let hidden = bench.sign(&payload(json!([exp.digest()])), &[&exp]);
    assert_eq!(bench.refusal(&hidden), refused("disclosures", "disclosure.never_selective"));
    let digest_algorithm = refused("disclosures", "payload.digest_algorithm");
    assert_eq!(with(&|payload| payload["_sd_alg"] = json!("sha-1")), digest_algorithm);

    // Type and issuer.
    assert_eq!(with(&|payload| payload["vct"] = json!("urn:x:test")), refused("type", "type.unknown"));
    assert_eq!(
        with(&|payload| payload["vct"] = json!(VCT)),
        refused("type", "type.test_issuer_without_test_type")
    );
    assert_eq!(
        with(&|payload| payload["iss"] = json!("https://else.invalid")),
        refused("type", "type.issuer_name")
    );
    let wrong_typ = Header::new("JWT", &bench.issuer.x5c());
    let wrong_typ = bench.sign_with(&wrong_typ, &text, &[]);
    assert_eq!(bench.refusal(&wrong_typ), refused("signature", "header.type"));
    let no_chain = bench.sign_with(&Header::new(TYP, &[]), &text, &[]);
    assert_eq!(bench.refusal(&no_chain), refused("signature", "header.certificates"));
    let garbage = bench.sign_with(&Header::new(TYP, &[vec![0x30, 0x03, 0x02, 0x01, 0x00]]), &text, &[]);
    assert_eq!(bench.refusal(&garbage), refused("signature", "issuer.certificate_malformed"));

    // Times.
    let seconds = AT.unix_timestamp();
    assert_eq!(with(&|payload| payload["exp"] = json!(seconds)), refused("validity", "validity.expired"));
    assert_eq!(
        with(&|payload| payload["iat"] = json!(seconds + 61)),
        refused("validity", "validity.not_yet")
    );
    assert_eq!(
        with(&|payload| payload["nbf"] = json!(seconds + 61)),
        refused("validity", "validity.not_yet")
    );
    for wrong in [json!("2099"), json!(1e300), json!(null), json!(1.5)] {
        let refusal = with(&|payload| payload["exp"] = wrong.clone());
        assert_eq!(refusal, refused("validity", "validity.malformed"), "{wrong}");
    }

    // Holder, status.
    let another = with(&|payload| payload["cnf"]["jwk"] = other.holder.to_jwk());
    assert_eq!(another, refused("holder_key", "holder_key.another"));
    assert_eq!(with(&|payload| payload["cnf"] = json!({})), refused("holder_key", "holder_key.missing"));
    let malformed = with(&|payload| payload["cnf"]["jwk"]["y"] = payload["cnf"]["jwk"]["x"].clone());
    assert_eq!(malformed, refused("holder_key", "holder_key.malformed"));
    let status = with(&|payload| payload["status"] = json!({"status_list": {"idx": 0, "uri": "https://x"}}));
    assert_eq!(status, refused("status", "status.not_checked"));
    let bound = bench.sign(&text, &[]) + "a.b.c";
    assert_eq!(bench.refusal(&bound), refused("key_binding", "key_binding.not_checked"));
}

#[test]
fn what_could_not_be_told_is_not_successful_and_nothing_unverified_is_reported() {
    let bench = Bench::new(1);
    let mut payload = bench.payload();
    payload["status"] = json!({});
    let found = bench.verify(&bench.sign(&payload.to_string(), &[]), AT).unwrap();
    assert_eq!(found.result().as_str(), "undetermined");

    let foreign = Bench::new(2).token().to_compact();
    let found = bench.verify(&foreign, AT).unwrap();
    assert_eq!(found.result().as_str(), "failed");
    assert!(found.claims.is_none() && found.issuer.is_none() && found.disclosed.is_empty());
    assert!(found.checks[2..].iter().all(|check| check.result.as_str() == "aborted"));
}

#[test]
fn the_issuers_certificates_are_judged_at_the_time() {
    let bench = Bench::new(1);
    let token = bench.token().to_compact();
    let expired = bench.refusal_at(&token, AT + Duration::days(91));
    assert_eq!(expired, refused("validity", "validity.expired"));
    for at in [AT - Duration::days(2), AT + Duration::days(1900)] {
        assert_eq!(bench.refusal_at(&token, at), refused("issuer", "issuer.certificate_validity"));
    }
    // Pinning the signer itself is as good as pinning its root.
    let expect = Expectations {
        pinned: &[bench.issuer.leaf().clone()],
        at: AT,
        holder: None,
        presentation: None,
        procedure: &Procedure::default(),
        status_list: None,
    };
    assert_eq!(verify(&bench.token(), &expect).result().as_str(), "successful");
    let expect = Expectations {
        pinned: &[],
        at: AT,
        holder: None,
        presentation: None,
        procedure: &Procedure::default(),
        status_list: None,
    };
    assert_eq!(verify(&bench.token(), &expect).reason(), Some("issuer.not_pinned"));
}
