//! Whether an attestation still stands: each rule of the list has a case that it alone refuses.
//! Source: Token Status List sections 5.1, 7.1 and 8.3.

use crate::{AT, Bench, decode, encode};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use titre::attestation::Procedure;
use titre::attestation::sdjwt::{Claim, Header, Jws, SdJwt};
use titre::attestation::status::{Register, Status, StatusList, StatusReference, StatusToken, publish};
use titre::attestation::verify::{REASONS, STATUS};
use titre::attestation::{Expectations, IssuerKey, verify};
use titre::biometrics::Verdict;
use titre::crypto::SeededEntropy;

const URI: &str = "https://issuer.example/status/1";

fn token(bench: &Bench, status: Option<Value>) -> SdJwt {
    let mut claims = bench.claims();
    claims.extend(status.map(|status| ("status", Claim::Plain(status))));
    bench.issuer.issue(claims, 4, &mut SeededEntropy::new("salts", 1)).unwrap()
}

/// What the verifier finds about the state at `at`; `None` where it does not ask.
fn found(bench: &Bench, token: &SdJwt, list: Option<&str>, at: OffsetDateTime) -> Option<String> {
    let expect = Expectations {
        pinned: &bench.root,
        at,
        holder: None,
        presentation: None,
        procedure: &Procedure::default(),
        status_list: list,
    };
    let found = verify(token, &expect);
    let check = found.checks.iter().find(|check| check.id == STATUS)?;
    let reason = check.reason.unwrap_or("");
    assert!(reason.is_empty() || REASONS.contains(&reason), "{reason}");
    Some(format!("{} {reason}", check.result.as_str()).trim_end().to_owned())
}

fn published(register: &Register, issuer: &IssuerKey) -> String {
    let ttl = Duration::hours(1);
    publish(&register.list().unwrap(), register.uri(), AT, ttl, AT + Duration::days(7), issuer).unwrap()
}

#[test]
fn a_change_is_seen_once_it_is_published() {
    let bench = Bench::new(1);
    let mut register = Register::new(URI).unwrap();
    let reference = register.assign("00", AT, &mut SeededEntropy::new("places", 1)).unwrap();
    let token = token(&bench, Some(reference.to_claim()));
    let mut now = |status| {
        register.change(&reference, status, AT).unwrap();
        found(&bench, &token, Some(&published(&register, &bench.issuer)), AT).unwrap()
    };
    assert_eq!(now(Status::Valid), "successful");
    assert_eq!(now(Status::Suspended), "failed status.suspended");
    assert_eq!(now(Status::Valid), "successful");
    assert_eq!(now(Status::Invalid), "failed status.revoked");
    assert_eq!(found(&bench, &token, None, AT).unwrap(), "undetermined status.not_checked");
}

#[test]
fn a_list_counts_only_where_it_is_the_right_one_and_fresh() {
    let bench = Bench::new(1);
    let mut register = Register::new(URI).unwrap();
    let reference = register.assign("00", AT, &mut SeededEntropy::new("places", 1)).unwrap();
    let good = token(&bench, Some(reference.to_claim()));
    let list = published(&register, &bench.issuer);
    let judged = |list: &str| found(&bench, &good, Some(list), AT).unwrap();
    assert_eq!(judged(&list), "successful");
    assert_eq!(judged(&format!("{list}\n")), "successful");

    // Not asked and not there, asked and not there.
    let without = token(&bench, None);
    assert_eq!(found(&bench, &without, None, AT), None);
    assert_eq!(found(&bench, &without, Some(&list), AT).unwrap(), "undetermined status.missing");
    // Within its time to live and a minute of clocks; not later, whatever its end says.
    let at = |later| found(&bench, &good, Some(&list), AT + later).unwrap();
    assert_eq!(at(Duration::minutes(60)), "successful");
    assert_eq!(at(Duration::minutes(61)), "undetermined status.stale");
    let signed = |payload: &Value| {
        let header = Header::new("statuslist+jwt", &bench.issuer.x5c());
        Jws::sign(&header, payload.to_string().as_bytes(), &bench.key()).unwrap()
    };
    let plain =
        json!({"sub": URI, "iat": AT.unix_timestamp(), "status_list": register.list().unwrap().to_json()});
    let with = |name: &str, value: Value| {
        let mut changed = plain.clone();
        changed[name] = value;
        judged(&signed(&changed))
    };
    assert_eq!(judged(&signed(&plain)), "successful", "ttl and exp are optional");
    assert_eq!(with("exp", json!(AT.unix_timestamp() + 1)), "successful");
    assert_eq!(with("exp", json!(AT.unix_timestamp())), "undetermined status.stale");
    assert_eq!(with("sub", json!("https://issuer.example/status/2")), "undetermined status.another_list");
    for (name, value) in [
        ("sub", json!(1)),
        ("iat", json!("now")),
        ("exp", json!("never")),
        ("ttl", json!(-1)),
        ("status_list", json!([])),
        ("status_list", json!({"bits": 1, "lst": "AAAA"})),
    ] {
        assert_eq!(with(name, value), "undetermined status.malformed", "{name}");
    }
    let mut missing = plain.clone();
    missing.as_object_mut().unwrap().remove("iat");
    assert_eq!(judged(&signed(&missing)), "undetermined status.malformed");

    // The states that nobody defined, and places that are not there.
    let mut other = StatusList::new(2, 1 << 20).unwrap();
    other.set(reference.index, 3).unwrap();
    assert_eq!(with("status_list", other.to_json()), "undetermined status.unknown");
    let short = StatusList::new(2, 8).unwrap();
    let beyond = StatusReference { uri: URI.to_owned(), index: 8 };
    let beyond = token(&bench, Some(beyond.to_claim()));
    let publish_short = publish(&short, URI, AT, Duration::HOUR, AT + Duration::DAY, &bench.issuer).unwrap();
    assert_eq!(found(&bench, &beyond, Some(&publish_short), AT).unwrap(), "failed status.index");
    for claim in
        [json!({}), json!({"status_list": {"idx": -1, "uri": URI}}), json!({"status_list": {"idx": 1}})]
    {
        let broken = token(&bench, Some(claim));
        assert_eq!(found(&bench, &broken, Some(&list), AT).unwrap(), "failed status.reference");
    }
}

#[test]
fn a_list_of_somebody_else_counts_for_nothing() {
    let bench = Bench::new(1);
    let mut register = Register::new(URI).unwrap();
    let reference = register.assign("00", AT, &mut SeededEntropy::new("places", 1)).unwrap();
    let good = token(&bench, Some(reference.to_claim()));
    let judged = |list: &str| found(&bench, &good, Some(list), AT).unwrap();
    let list = published(&register, &bench.issuer);
    let stranger = Bench::new(2);
    assert_eq!(judged(&published(&register, &stranger.issuer)), "undetermined status.issuer");
    // The right chain over another key's signature, a changed payload, another type, no token at all.
    let [header, payload, signature] = <[&str; 3]>::try_from(list.split('.').collect::<Vec<_>>()).unwrap();
    let payload_of = |list: &str| list.split('.').nth(1).unwrap().to_owned();
    let typ = Header::new("statuslist+jwt", &bench.issuer.x5c());
    let foreign = Jws::sign(&typ, b"{}", &stranger.key()).unwrap();
    assert_eq!(judged(&foreign), "undetermined status.signature");
    let mut revoked = register.clone();
    revoked.change(&reference, Status::Invalid, AT).unwrap();
    let other = payload_of(&published(&revoked, &bench.issuer));
    assert_eq!(judged(&format!("{header}.{other}.{signature}")), "undetermined status.signature");
    let wrong = Header::new("jwt", &bench.issuer.x5c());
    let wrong = Jws::sign(&wrong, &decode(payload), &bench.key()).unwrap();
    assert_eq!(judged(&wrong), "undetermined status.malformed");
    for text in ["", "a.b.c", &good.to_compact(), &encode(b"{}"), &"a".repeat(5 << 20)] {
        assert_eq!(judged(text), "undetermined status.malformed");
    }
}

#[test]
fn a_test_issuer_vouches_for_no_real_attestation() {
    let bench = Bench::new(1);
    let mut register = Register::new(URI).unwrap();
    let reference = register.assign("00", AT, &mut SeededEntropy::new("places", 1)).unwrap();
    let list = StatusToken::verify(&published(&register, &bench.issuer), &bench.root, AT).unwrap();
    assert_eq!(list.judge(&reference, true, AT), Ok(()));
    assert_eq!(list.judge(&reference, false, AT), Err((Verdict::Undetermined, "status.issuer")));
}
