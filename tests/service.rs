//! The script of the README's chapter for services, run as it stands there: what a relying party writes, in under twenty
//! lines of shell.

use serde_json::json;
use std::path::Path;
use std::process::Command;
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::{Audience, Claim};
use titre::attestation::status::{Register, Status, publish};
use titre::attestation::verify::VCT_TEST;
use titre::attestation::{HolderSecret, IssuerKey, make_holder_key, make_test_issuer, pairwise_subject};
use titre::crypto::SeededEntropy;

/// The script, from the README.
fn script() -> String {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("<!-- service.sh -->\n```sh\n").expect("the README has the script");
    rest.split_once("```").unwrap().0.to_owned()
}

/// Runs the script in `folder`; gives its exit code and what it prints.
fn sign_in(folder: &Path, nonce: &str, procedure: &str) -> (i32, String) {
    let titre = Path::new(env!("CARGO_BIN_EXE_titre")).parent().unwrap();
    let path = format!("{}:{}", titre.display(), std::env::var("PATH").unwrap());
    let ran = Command::new("sh")
        .args(["service.sh", nonce, "presentation.sd-jwt", procedure])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap().trim().to_owned();
    (ran.status.code().unwrap(), format!("{said}{}", String::from_utf8_lossy(&ran.stderr).trim()))
}

#[test]
fn a_service_lets_in_who_it_should_and_says_why_it_refuses() {
    assert!(script().lines().count() < 20, "that is the promise");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The script judges by the clock.
    let now = OffsetDateTime::now_utc();
    let entropy = &mut SeededEntropy::new("service", 1);
    let made = make_test_issuer(entropy, now).unwrap();
    let issuer = IssuerKey::read_files(made.issuer_pem.as_bytes(), None).unwrap();
    let holder = HolderSecret::read_file(make_holder_key(entropy).unwrap().as_bytes()).unwrap();
    let uri = "https://issuer.example/status/1";
    let mut register = Register::new(uri).unwrap();
    let place = register.assign("00", now, entropy).unwrap();
    let verification = json!({"assurance_level": "test"});
    let claims = vec![
        ("iat", Claim::Plain(json!(now.unix_timestamp()))),
        ("exp", Claim::Plain(json!((now + Duration::DAY).unix_timestamp()))),
        ("vct", Claim::Plain(json!(VCT_TEST))),
        ("cnf", Claim::Plain(json!({"jwk": holder.public().to_jwk()}))),
        ("status", Claim::Plain(place.to_claim())),
        ("age_over_18", Claim::selective(true)),
        ("verified_claims", Claim::Plain(json!({"verification": verification}))),
    ];
    let token = issuer.issue(claims, 4, entropy).unwrap();
    let shop = Audience { name: "https://shop.example", nonce: "nonce-1" };
    let presented = token.bound_to(shop, now, holder.signer()).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("service.sh", &script());
    write("presentation.sd-jwt", &presented.to_compact());
    write("issuer-root.pem", &made.root_pem);
    let list = |register: &Register| {
        let list = register.list().unwrap();
        publish(&list, uri, now, Duration::HOUR, now + Duration::DAY, &issuer).unwrap()
    };
    write("status.jwt", &list(&register));

    let subject = pairwise_subject(&holder.public(), "https://shop.example");
    let welcome = format!("subject {subject}, over 18: true");
    assert_eq!(sign_in(folder, "nonce-1", "sign-in"), (0, welcome));
    let refused = |reason: &str| (1, format!("refused: {reason}"));
    assert_eq!(sign_in(folder, "nonce-2", "sign-in"), refused("key_binding.nonce"));
    assert_eq!(sign_in(folder, "nonce-1", "payments"), refused("assurance.too_low"));
    register.change(&place, Status::Suspended, now).unwrap();
    write("status.jwt", &list(&register));
    assert_eq!(sign_in(folder, "nonce-1", "sign-in"), refused("status.suspended"));
    write("presentation.sd-jwt", "no attestation");
    assert_eq!(sign_in(folder, "nonce-1", "sign-in"), refused("input.attestation"));
}
