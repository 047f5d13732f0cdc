//! What a service asks besides: a level, an age, a state that is known, a way of examining; and what it calls the holder by.

use super::{AT, Bench};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::{Audience, Claim, SdJwt};
use titre::attestation::{Expectations, Presentation, Procedure, Verification, pairwise_subject, verify};
use titre::crypto::SeededEntropy;

const FILE: &str = "
[payments]
min_level = 'substantial'
max_days = 90
examinations = ['officer']
[letters]
status = true
";

/// An attestation of that level, by an examination with these check methods.
fn token(bench: &Bench, level: Value, methods: &[&str]) -> SdJwt {
    let mut claims = bench.claims();
    let checks: Vec<Value> = methods.iter().map(|method| json!({"check_method": method})).collect();
    let verification = json!({"assurance_level": level, "evidence": [{"check_details": checks}]});
    claims.push(("verified_claims", Claim::Plain(json!({"verification": verification}))));
    bench.issuer.issue(claims, 4, &mut SeededEntropy::new("salts", 1)).unwrap()
}

fn found(bench: &Bench, token: &SdJwt, procedure: &str, at: OffsetDateTime) -> String {
    let procedure = Procedure::from_toml(FILE, procedure).unwrap();
    let expect = Expectations {
        pinned: &bench.root,
        at,
        holder: None,
        presentation: None,
        procedure: &procedure,
        status_list: None,
    };
    let found = verify(token, &expect);
    format!("{} {}", found.result().as_str(), found.reason().unwrap_or("-"))
}

#[test]
fn payments_take_what_is_at_least_substantial_young_and_seen_by_officers() {
    let bench = Bench::new(1);
    let payments =
        |level: Value, methods: &[&str], at| found(&bench, &token(&bench, level, methods), "payments", at);
    for level in ["substantial", "high"] {
        assert_eq!(payments(json!(level), &["vcrypt", "pvp"], AT), "successful -");
    }
    for level in ["low", "none", "test"] {
        assert_eq!(payments(json!(level), &["pvp"], AT), "failed assurance.too_low", "{level}");
    }
    for level in [json!("platinum"), Value::Null, json!(3)] {
        assert_eq!(payments(level, &["pvp"], AT), "undetermined assurance.not_stated");
    }
    assert_eq!(payments(json!("high"), &["vcrypt", "bvr"], AT), "failed examination.not_accepted");
    assert_eq!(payments(json!("high"), &["vcrypt"], AT), "undetermined examination.not_stated");
    let late = AT + Duration::days(90) + Duration::SECOND;
    let lasting = |at| {
        let mut claims = bench.claims();
        claims.retain(|(name, _)| *name != "exp");
        claims.push(("exp", Claim::Plain(json!((AT + Duration::days(365)).unix_timestamp()))));
        let verification =
            json!({"assurance_level": "high", "evidence": [{"check_details": [{"check_method": "pvp"}]}]});
        claims.push(("verified_claims", Claim::Plain(json!({"verification": verification}))));
        let token = bench.issuer.issue(claims, 4, &mut SeededEntropy::new("salts", 1)).unwrap();
        found(&bench, &token, "payments", at)
    };
    assert_eq!(lasting(late - Duration::SECOND), "successful -");
    assert_eq!(lasting(late), "failed age.too_old");
}

#[test]
fn who_asks_for_the_state_is_not_content_without() {
    let bench = Bench::new(1);
    assert_eq!(found(&bench, &bench.token(), "letters", AT), "undetermined status.missing");
}

#[test]
fn the_subject_is_told_to_the_one_it_was_proved_to() {
    let bench = Bench::new(1);
    let shop = Audience { name: "https://shop.example", nonce: "n" };
    let bound = bench.token().bound_to(shop, AT, bench.secret.signer()).unwrap();
    let at = |audience: Audience<'_>| -> Verification {
        let presentation = Presentation { audience, max_age: Duration::minutes(5) };
        let expect = Expectations {
            pinned: &bench.root,
            at: AT,
            holder: None,
            presentation: Some(presentation),
            procedure: &Procedure::default(),
            status_list: None,
        };
        verify(&bound, &expect)
    };
    assert_eq!(at(shop).subject, Some(pairwise_subject(&bench.holder, "https://shop.example")));
    assert_eq!(at(Audience { name: "https://bank.example", nonce: "n" }).subject, None, "not proved");
}
