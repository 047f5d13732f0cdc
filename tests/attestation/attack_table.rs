//! The table of attacks on attestations, AT-1 to AT-10: each is made, and refused with its own code. The table is printed:
//! `cargo test --test attestation attack_table -- --nocapture`.
//! Source: RFC 8725 section 2, RFC 9901 section 11, Token Status List section 12, CVE-2015-9235 (algorithm confusion).

use super::{AT, Bench, decode, encode, hmac_sha256, with_json, with_jwt};
use serde_json::{Value, json};
use std::io::Write;
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::{Audience, Claim, Disclosure, Header, Jws, SdJwt};
use titre::attestation::status::{Register, publish};
use titre::attestation::verify::{REASONS, VCT_TEST};
use titre::attestation::{Expectations, Presentation, Procedure, verify};
use titre::crypto::SeededEntropy;

const URI: &str = "https://issuer.example/status/1";
const SHOP: Audience<'static> = Audience { name: "https://shop.example", nonce: "n-0S6_WzA2Mj" };

/// A service that knows its issuers, drew a nonce and has fetched the status list.
struct Service {
    bench: Bench,
    list: String,
    token: SdJwt,
}

impl Service {
    fn new() -> Self {
        let bench = Bench::new(1);
        let mut register = Register::new(URI).unwrap();
        let place = register.assign("00", AT, &mut SeededEntropy::new("places", 1)).unwrap();
        let list = register.list().unwrap();
        let list = publish(&list, URI, AT, Duration::HOUR, AT + Duration::days(300), &bench.issuer).unwrap();
        let mut claims = bench.claims();
        claims.push(("status", Claim::Plain(place.to_claim())));
        let token = bench.issuer.issue(claims, 4, &mut SeededEntropy::new("salts", 1)).unwrap();
        Self { bench, list, token }
    }

    /// What the service says of a presentation: the first reason, or `accepted`.
    fn judge_with(&self, presented: &str, list: &str, at: OffsetDateTime) -> String {
        let expect = Expectations {
            pinned: &self.bench.root,
            at,
            holder: None,
            presentation: Some(Presentation { audience: SHOP, max_age: Duration::minutes(5) }),
            procedure: &Procedure::default(),
            status_list: Some(list),
        };
        match SdJwt::parse(presented) {
            Err(error) => error.reason().to_owned(),
            Ok(token) => verify(&token, &expect).reason().unwrap_or("accepted").to_owned(),
        }
    }

    /// The token as `change` leaves it, presented properly by the holder.
    fn judge(&self, change: impl FnOnce(&str) -> String) -> String {
        self.judge_with(&self.present(&change(&self.token.to_compact())), &self.list, AT)
    }

    fn present(&self, token: &str) -> String {
        self.present_as(token, SHOP, AT, &self.bench)
    }

    fn present_as(&self, token: &str, to: Audience<'_>, at: OffsetDateTime, by: &Bench) -> String {
        match SdJwt::parse(token) {
            Ok(token) => token.bound_to(to, at, by.secret.signer()).unwrap().to_compact(),
            Err(_) => token.to_owned(),
        }
    }

    /// A token with this payload that the issuer itself signs.
    fn signed(&self, change: impl FnOnce(String) -> String) -> String {
        self.bench.sign(&change(self.bench.payload().to_string()), &[])
    }
}

/// A list that says to be of 2^20 states and unpacks to a gigabyte.
fn bomb(service: &Service) -> String {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0u8; 1 << 20];
    (0..1024).for_each(|_| packed.write_all(&zeros).unwrap());
    let packed = encode(&packed.finish().unwrap());
    let payload = json!({"sub": URI, "iat": AT.unix_timestamp(), "exp": (AT + Duration::DAY).unix_timestamp(),
        "ttl": 3600, "status_list": {"bits": 2, "lst": packed}});
    let header = Header::new("statuslist+jwt", &service.bench.issuer.x5c());
    Jws::sign(&header, payload.to_string().as_bytes(), &service.bench.key()).unwrap()
}

#[test]
fn every_attack_of_the_table_is_refused_with_its_code() {
    let service = Service::new();
    let thief = Bench::new(2);
    let whole = service.token.to_compact();
    assert_eq!(service.judge(str::to_owned), "accepted");
    let jwt =
        |change: &dyn Fn(&mut [String; 3])| service.judge(|token| with_jwt(token, |parts| change(parts)));
    let alg = |alg: &str, key: Option<Vec<u8>>| {
        jwt(&|parts| {
            parts[0] = with_json(&parts[0], |header| header["alg"] = json!(alg));
            let message = format!("{}.{}", parts[0], parts[1]);
            parts[2] =
                key.as_ref().map_or_else(String::new, |key| encode(&hmac_sha256(key, message.as_bytes())));
        })
    };
    let public_key = service.bench.issuer.leaf().key().to_sec1_point(false).as_bytes().to_vec();
    let first = whole.split('~').nth(1).unwrap().to_owned();
    let stray = Disclosure::new("c2FsdA", Some("age_over_18"), json!(true)).encoded().disclose().clone();
    let payload = |name: &str, value: Value| {
        let changed = service.signed(|text| {
            let mut payload: Value = serde_json::from_str(&text).unwrap();
            payload[name] = value;
            payload.to_string()
        });
        service.judge_with(&service.present(&changed), &service.list, AT)
    };
    let to = |audience: Audience<'_>, at: OffsetDateTime, by: &Bench| {
        service.judge_with(&service.present_as(&whole, audience, at, by), &service.list, AT)
    };
    let with_list = |list: &str| service.judge_with(&service.present(&whole), list, AT);
    let other_list = {
        let empty = Register::new("https://issuer.example/status/2").unwrap().list().unwrap();
        let uri = "https://issuer.example/status/2";
        publish(&empty, uri, AT, Duration::HOUR, AT + Duration::DAY, &service.bench.issuer).unwrap()
    };
    let doubled = |inserted: &str| {
        let changed = service.signed(|text| text.replacen('{', &format!("{{{inserted}"), 1));
        service.judge_with(&service.present(&changed), &service.list, AT)
    };
    let late = AT + Duration::days(90);

    let table: [(&str, &str, String, &str); 20] = [
        (
            "AT-1",
            "a payload that was not signed",
            jwt(&|parts| parts[1] = with_json(&parts[1], |payload| payload["exp"] = json!(1_u64 << 40))),
            "signature.invalid",
        ),
        (
            "AT-1",
            "a signature with a bit turned",
            jwt(&|parts| {
                let mut bytes = decode(&parts[2]);
                bytes[9] ^= 4;
                parts[2] = encode(&bytes);
            }),
            "signature.invalid",
        ),
        ("AT-2", "alg none", alg("none", None), "header.algorithm"),
        ("AT-2", "HS256 with the issuer's public key", alg("HS256", Some(public_key)), "header.algorithm"),
        ("AT-3", "a disclosure twice", service.judge(|token| format!("{token}{first}~")), "disclosure.twice"),
        (
            "AT-3",
            "a disclosure that nothing refers to",
            service.judge(|token| format!("{token}{stray}~")),
            "disclosure.unreferenced",
        ),
        ("AT-4", "an unknown _sd_alg", payload("_sd_alg", json!("md5")), "payload.digest_algorithm"),
        (
            "AT-5",
            "another key written into cnf",
            jwt(&|parts| {
                parts[1] = with_json(&parts[1], |payload| payload["cnf"]["jwk"] = thief.holder.to_jwk())
            }),
            "signature.invalid",
        ),
        ("AT-5", "a proof by another key", to(SHOP, AT, &thief), "key_binding.signature"),
        (
            "AT-6",
            "a proof for another service",
            to(Audience { name: "https://evil.example", ..SHOP }, AT, &service.bench),
            "key_binding.audience",
        ),
        (
            "AT-6",
            "a proof that was used before",
            to(Audience { nonce: "n-1", ..SHOP }, AT, &service.bench),
            "key_binding.nonce",
        ),
        ("AT-6", "a proof of an hour ago", to(SHOP, AT - Duration::HOUR, &service.bench), "key_binding.time"),
        ("AT-6", "a proof of tomorrow", to(SHOP, AT + Duration::DAY, &service.bench), "key_binding.time"),
        (
            "AT-7",
            "expired, and its status still valid",
            service.judge_with(&service.present_as(&whole, SHOP, late, &service.bench), &service.list, late),
            "validity.expired",
        ),
        ("AT-8", "a status list that unpacks to a gigabyte", with_list(&bomb(&service)), "status.malformed"),
        ("AT-8", "the status list of another URI", with_list(&other_list), "status.another_list"),
        (
            "AT-9",
            "a chain to a root that is not pinned",
            service.judge(|_| thief.token().to_compact()),
            "issuer.certificate_signature",
        ),
        ("AT-10", "a member twice", doubled(&format!("\"vct\":\"{VCT_TEST}\",")), "payload.malformed"),
        (
            "AT-10",
            "a member twice, once in escapes",
            doubled(&format!("\"\\u0076ct\":\"{VCT_TEST}\",")),
            "payload.malformed",
        ),
        ("AT-10", "half of a character", doubled("\"x\":\"\\ud800\","), "payload.malformed"),
    ];
    for (id, what, found, code) in &table {
        println!("{id:<6} {what:<45} {found}");
        assert_eq!(found, code, "{id}: {what}");
        assert!(REASONS.contains(code), "{code}");
    }
}
