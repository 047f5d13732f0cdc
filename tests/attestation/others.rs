//! The same bytes before programs that we did not write: openssl, the reference implementation of SD-JWT in Python, the
//! library of the OpenWallet Foundation in JavaScript, and the cases of Wycheproof.

use super::{AT, Bench, decode, with_json, with_jwt};
use base64ct::Encoding;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use titre::attestation::HolderKey;
use titre::attestation::sdjwt::{Audience, Claim, Jws, show_unverified};
use titre::crypto::SeededEntropy;

fn openssl(args: &[&str]) -> std::process::Output {
    Command::new("openssl").args(args).output().expect("openssl is a test dependency")
}

/// r and s as a DER SEQUENCE of two INTEGERs, written here so that titre's own code is not in the loop.
fn der_signature(raw: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let mut bytes: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
        if bytes.first().is_none_or(|byte| byte & 0x80 != 0) {
            bytes.insert(0, 0);
        }
        [vec![0x02, bytes.len() as u8], bytes].concat()
    };
    let body = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

/// Writes the parts of a token where openssl can read them; gives the folder.
fn lay_out(bench: &Bench, token: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let jwt = token.split('~').next().unwrap();
    let (input, signature) = jwt.rsplit_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(jwt.split('.').next().unwrap())).unwrap();
    let leaf = base64ct::Base64::decode_vec(header["x5c"][0].as_str().unwrap()).unwrap();
    for (name, bytes) in [
        ("token", token.as_bytes()),
        ("input", input.as_bytes()),
        ("signature", &der_signature(&decode(signature))),
        ("leaf.der", &leaf),
        ("root.pem", bench.files.root_pem.as_bytes()),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let at = |name: &str| folder.path().join(name).display().to_string();
    let leaf = openssl(&["x509", "-inform", "DER", "-in", &at("leaf.der"), "-out", &at("leaf.pem")]);
    assert!(leaf.status.success(), "{leaf:?}");
    let key = openssl(&["x509", "-in", &at("leaf.pem"), "-pubkey", "-noout", "-out", &at("key.pem")]);
    assert!(key.status.success(), "{key:?}");
    folder
}

#[test]
fn openssl_accepts_signature_and_chain_and_refuses_a_change() {
    let bench = Bench::new(1);
    let folder = lay_out(&bench, &bench.token().to_compact());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let dgst = || {
        openssl(&["dgst", "-sha256", "-verify", &at("key.pem"), "-signature", &at("signature"), &at("input")])
    };
    let good = dgst();
    assert!(good.status.success(), "{good:?}");
    let time = AT.unix_timestamp().to_string();
    let chain = |root: &str| {
        let strict = ["verify", "-x509_strict", "-attime", &time, "-CAfile", root];
        openssl(&[&strict[..], &[&at("leaf.pem")]].concat())
    };
    let good = chain(&at("root.pem"));
    assert!(good.status.success(), "{good:?}");
    std::fs::write(folder.path().join("other.pem"), Bench::new(2).files.root_pem).unwrap();
    assert!(!chain(&at("other.pem")).status.success());

    // The test policy is what openssl reads as the identifier from the UUID.
    let text = openssl(&["x509", "-in", &at("leaf.pem"), "-noout", "-ext", "certificatePolicies"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("2.25.207106762700611409021397930162841948619"), "{text}");

    let mut input = std::fs::read(folder.path().join("input")).unwrap();
    *input.last_mut().unwrap() ^= 1;
    std::fs::write(folder.path().join("input"), input).unwrap();
    assert!(!dgst().status.success());
}

#[test]
fn the_python_reference_implementation_agrees() {
    let Some(python) = std::env::var_os("TITRE_INTEROP_PYTHON") else {
        eprintln!("SKIPPED: TITRE_INTEROP_PYTHON names no Python with tests/interop/requirements.txt");
        return;
    };
    let bench = Bench::new(1);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/verify_sdjwt.py");
    let run = |token: &str| {
        let folder = lay_out(&bench, &bench.token().to_compact());
        std::fs::write(folder.path().join("token"), token).unwrap();
        let paths = ["token", "key.pem"].map(|name| folder.path().join(name));
        Command::new(&python).arg(&script).args(paths).output().unwrap()
    };
    let token = bench.token();
    for sent in [token.clone(), token.with_only(|each| each.name() == Some("family_name")).unwrap()] {
        let theirs = run(&sent.to_compact());
        assert!(theirs.status.success(), "{theirs:?}");
        let theirs: Value = serde_json::from_slice(&theirs.stdout).unwrap();
        let ours = bench.verify(&sent.to_compact(), AT).unwrap().claims.unwrap().into_disclosed();
        assert_eq!(theirs, Value::Object(ours), "both find the same claims");
    }
    // A presentation made by titre, verified with its audience and nonce by the other.
    let audience = Audience { name: "https://shop.example", nonce: "n-1" };
    let bound = token.bound_to(audience, AT, bench.secret.signer()).unwrap().to_compact();
    let theirs = |nonce: &str| {
        let folder = lay_out(&bench, &token.to_compact());
        std::fs::write(folder.path().join("token"), &bound).unwrap();
        let paths = ["token", "key.pem"].map(|name| folder.path().join(name));
        Command::new(&python).arg(&script).args(paths).args([audience.name, nonce]).output().unwrap()
    };
    assert!(theirs("n-1").status.success(), "{:?}", theirs("n-1"));
    assert!(!theirs("n-2").status.success());
    let text = token.to_compact();
    let first = text.split('~').nth(1).unwrap();
    let disclosure = text.replace(first, &with_json(first, |array| array[2] = json!("Other")));
    let payload = with_jwt(&text, |jwt| jwt[1] = with_json(&jwt[1], |payload| payload["exp"] = json!(1)));
    let header = with_jwt(&text, |jwt| jwt[0] = with_json(&jwt[0], |header| header["kid"] = json!("x")));
    for (what, changed) in [("disclosure", disclosure), ("payload", payload), ("header", header)] {
        let theirs = run(&changed);
        assert!(!theirs.status.success(), "{what}: {theirs:?}");
        assert!(String::from_utf8_lossy(&theirs.stdout).starts_with("refused"), "{what}: {theirs:?}");
        assert_ne!(bench.refusal(&changed).0, "accepted", "{what}");
    }
}

/// A JavaScript program's word on a token: its claims, or its refusal. With a nonce, the proof of possession counts too.
fn javascript(bench: &Bench, token: &str, nonce: Option<&str>) -> Result<Value, String> {
    let folder = lay_out(bench, &bench.token().to_compact());
    std::fs::write(folder.path().join("token"), token).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/verify_sdjwt.mjs");
    let paths = ["token", "key.pem"].map(|name| folder.path().join(name));
    let ran = Command::new("node").arg(script).args(paths).args(nonce).output().unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    match ran.status.code() {
        Some(0) => Ok(serde_json::from_str(&text).unwrap()),
        Some(1) if text.starts_with("refused: ") => Err(text),
        _ => panic!("{ran:?}"),
    }
}

#[test]
fn a_javascript_library_agrees() {
    if std::env::var_os("TITRE_INTEROP_NODE").is_none_or(|folder| folder.is_empty()) {
        eprintln!(
            "SKIPPED: TITRE_INTEROP_NODE names no folder with the packages of tests/interop/package.json"
        );
        return;
    }
    // It judges by its own clock, so the claims must be of today.
    let (bench, now) = (Bench::new(1), time::OffsetDateTime::now_utc().unix_timestamp());
    let mut claims = bench.claims();
    claims.retain(|(name, _)| !["iat", "exp"].contains(name));
    claims.extend([("iat", Claim::Plain(json!(now))), ("exp", Claim::Plain(json!(now + 600)))]);
    let token = bench.issuer.issue(claims, 4, &mut SeededEntropy::new("salts", 1)).unwrap();
    let at = time::OffsetDateTime::now_utc();
    let only_name = token.with_only(|each| each.name() == Some("family_name")).unwrap();
    for sent in [&token, &only_name] {
        let theirs = javascript(&bench, &sent.to_compact(), None).unwrap();
        let ours = show_unverified(sent).unwrap().claims.into_disclosed();
        assert_eq!(theirs, Value::Object(ours), "both find the same claims");
    }
    let audience = Audience { name: "https://shop.example", nonce: "n-1" };
    let bound = only_name.bound_to(audience, at, bench.secret.signer()).unwrap().to_compact();
    assert!(javascript(&bench, &bound, Some("n-1")).is_ok());
    let refused = |what: &str, token: &str, nonce: Option<&str>| {
        let theirs = javascript(&bench, token, nonce);
        assert!(theirs.is_err(), "{what}: {theirs:?}");
    };
    refused("another nonce", &bound, Some("n-2"));
    refused("no proof", &only_name.to_compact(), Some("n-1"));
    let (start, proof) = bound.rsplit_once('~').unwrap();
    let (input, signature) = proof.rsplit_once('.').unwrap();
    let mut changed = decode(signature);
    changed[40] ^= 1;
    let changed = base64ct::Base64UrlUnpadded::encode_string(&changed);
    refused("the holder's signature", &format!("{start}~{input}.{changed}"), Some("n-1"));
    let moved = format!("{}{proof}", token.to_compact());
    refused("a proof over other claims", &moved, Some("n-1"));
    let text = token.to_compact();
    let first = text.split('~').nth(1).unwrap();
    refused(
        "a payload",
        &with_jwt(&text, |jwt| jwt[1] = with_json(&jwt[1], |all| all["exp"] = json!(now + 9))),
        None,
    );
    refused(
        "a header",
        &with_jwt(&text, |jwt| jwt[0] = with_json(&jwt[0], |all| all["kid"] = json!("x"))),
        None,
    );
    // This library passes over a disclosure that nothing refers to; what it was changed to is then no claim.
    let other = text.replace(first, &with_json(first, |array| array[2] = json!("Other")));
    let theirs = javascript(&bench, &other, None);
    assert!(theirs.as_ref().map_or(true, |claims| !claims.to_string().contains("Other")), "{theirs:?}");
    assert_ne!(bench.refusal(&other).0, "accepted");
}

/// Public test material, outside the repository.
fn shared(path: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    if !found.exists() {
        eprintln!("SKIPPED: ../shared/data/{path} is not there");
        return None;
    }
    Some(found)
}

#[test]
fn wycheproof_es256_signatures() {
    let Some(path) = shared("wycheproof/json_web_signature_test.json") else { return };
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut accepted, mut rejected) = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let jwk = group["public"].as_object().unwrap_or(group["private"].as_object().unwrap());
        if jwk.get("crv") != Some(&json!("P-256")) {
            continue;
        }
        let key = HolderKey::from_jwk(jwk);
        for case in group["tests"].as_array().unwrap() {
            let verified = key.as_ref().ok().and_then(|key| {
                let jws = Jws::parse(case["jws"].as_str()?).ok()?;
                jws.verify(&key.public_key().into()).ok()
            });
            assert_eq!(
                verified.is_some(),
                case["result"] == "valid",
                "{}: {}",
                case["tcId"],
                case["comment"]
            );
            *(if verified.is_some() { &mut accepted } else { &mut rejected }) += 1;
        }
    }
    assert_eq!((accepted, rejected), (2, 39), "all ES256 cases were looked at");
}
