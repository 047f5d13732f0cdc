//! The hook for the issuing authority's register: valid, invalid, unknown and offline, by program and by address, and every
//! answer that does not count with its own reason. None of them is ever taken for `valid`.
//! Source: ETSI TS 119 461 VAL-8.3.2-03.

mod server;

use assert_cmd::Command;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use server::Server;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::attestation::document_register::TYP;
use titre::attestation::{IssuerKey, make_test_issuer};
use titre::crypto::SeededEntropy;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

/// A document that was read, its trust store, and a register of tests.
struct Bench {
    folder: tempfile::TempDir,
    server: Server,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    done(at, &["specimen", "make", "-o", "specimen"]);
    let transport = ["--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
    done(at, &[&["read", "-o", "document"][..], &transport].concat());
    let lists = ["specimen/masterlist.ml", "specimen/revocation-list.crl"];
    let signer = ["--signer", "specimen/masterlist-signer.der", "-o", "trust.json"];
    done(at, &[&["csca", "import"][..], &lists, &signer].concat());
    let register = issuer("register", 1);
    std::fs::write(at.join("register.pem"), &register.1).unwrap();
    std::fs::write(at.join("other.pem"), issuer("register", 2).1).unwrap();
    Bench { folder, server: Server::start() }
});

fn issuer(domain: &str, seed: u64) -> (IssuerKey, String) {
    let files = make_test_issuer(&mut SeededEntropy::new(domain, seed), AT).unwrap();
    (IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap(), files.root_pem)
}

fn titre(folder: &Path, args: &[&str]) -> (i32, Value) {
    let ran = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(args)
        .args(["--json", "--at", "2026-05-28T12:00:00Z"])
        .env("TITRE_CANARY", "CANARY")
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!(document["exit"], ran.status.code().unwrap(), "{document}");
    (ran.status.code().unwrap(), document)
}

fn done(folder: &Path, args: &[&str]) {
    let (code, document) = titre(folder, args);
    assert_eq!(code, 0, "{args:?}: {document}");
}

/// The answer that a register makes of a question, to be changed and signed.
fn answer(question: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let question: Value = serde_json::from_slice(question).unwrap();
    assert_eq!(question["schema"], "titre.register_request/1");
    let mut answer = json!({
        "schema": "titre.register_answer/1",
        "nonce": question["nonce"],
        "document": question["document"],
        "status": "valid",
        "as_of": "2026-05-28T06:00:00Z",
    });
    change(&mut answer);
    issuer("register", 1).0.sign_jws(TYP, answer.to_string().as_bytes()).unwrap().into_bytes()
}

/// A path of the server that answers with `change` made to the answer.
fn serve(path: &str, change: fn(&mut Value)) -> String {
    serve_bytes(path, move |question| answer(question, change))
}

fn serve_bytes(path: &str, make: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> String {
    let ok = |body| ("200 OK".to_owned(), "application/jwt".to_owned(), body);
    BENCH.server.at(path, Box::new(move |question| ok(make(question))));
    BENCH.server.url(path)
}

/// A program of the test's folder.
fn program(name: &str, script: &str) -> String {
    let path = BENCH.folder.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path.display().to_string()
}

/// Verifies the document with a register; gives exit code, result and reason of `register.status`, and the document.
fn verify(register: &[&str], profile: &str) -> (i32, String, String, Value) {
    let args = ["verify", "document", "--store", "trust.json", "--profile", profile];
    let cert =
        if register.contains(&"--register-cert") { &[][..] } else { &["--register-cert", "register.pem"] };
    let (code, document) = titre(BENCH.folder.path(), &[&args[..], register, cert].concat());
    let groups = document["result"]["checks"]["children"].as_array().unwrap_or_else(|| panic!("{document}"));
    let check = &groups.iter().find(|group| group["id"] == "register").unwrap()["children"][0];
    assert_eq!(check["id"], "register.status");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (code, word(&check["result"]), word(&check["reason"]["code"]), document)
}

#[test]
fn valid_invalid_unknown_and_offline_are_told_apart() {
    let (valid, invalid) =
        (serve("/valid", |_| {}), serve("/invalid", |said| said["status"] = json!("invalid")));
    let unknown = serve("/unknown", |said| said["status"] = json!("unknown"));
    let offline = "http://127.0.0.1:1/".to_owned();
    for (url, operational, kiosk, result, reason) in [
        (valid, 0, 0, "successful", "register_valid"),
        (invalid, 10, 10, "failed", "register_invalid"),
        (unknown, 0, 11, "undetermined", "register_unknown"),
        (offline, 0, 11, "undetermined", "register_unreachable"),
    ] {
        let script = format!("exec curl -q -s --fail --noproxy '*' --data-binary @- {url}");
        let script = program(&format!("ask-{reason}"), &script);
        for (profile, exit) in [("operational", operational), ("kiosk", kiosk)] {
            for way in [["--register-url", &url], ["--register-command", &script]] {
                let (code, found, why, document) = verify(&way, profile);
                assert_eq!((code, &*found, &*why), (exit, result, reason), "{profile} {way:?}: {document}");
                let told = &document["result"]["register"]["status"];
                let answered = reason.strip_prefix("register_").filter(|word| *word != "unreachable");
                assert_eq!(told.as_str(), answered, "{document}");
            }
        }
    }
}

#[test]
fn an_answer_that_does_not_count_has_its_own_reason_and_is_never_valid() {
    let undetermined = |name: &str, url: &str, expected: &str| {
        let (code, result, reason, document) = verify(&["--register-url", url], "kiosk");
        assert_eq!((code, &*result, &*reason), (11, "undetermined", expected), "{name}");
        assert!(document["result"]["register"].is_null(), "{document}");
        assert_eq!(verify(&["--register-url", url], "operational").0, 0, "an officer weighs it");
    };
    type Changed = (&'static str, fn(&mut Value), &'static str);
    let changed: [Changed; 8] = [
        ("/number", |said| said["document"]["number"] = json!("X00000000"), "register_another_document"),
        ("/state", |said| said["document"]["issuing_state"] = json!("D"), "register_another_document"),
        ("/type", |said| said["document"]["type"] = json!("ID"), "register_another_document"),
        ("/nonce", |said| said["nonce"] = json!("00"), "register_another_request"),
        ("/old", |said| said["as_of"] = json!("2026-05-27T09:00:00Z"), "register_stale"),
        ("/future", |said| said["as_of"] = json!("2026-05-28T12:06:00Z"), "register_stale"),
        ("/word", |said| said["status"] = json!("fine"), "register_malformed"),
        ("/schema", |said| said["schema"] = json!("titre.register_answer/2"), "register_malformed"),
    ];
    for (path, change, expected) in changed {
        undetermined(path, &serve(path, change), expected);
    }
    let flipped = serve_bytes("/flipped", |question| {
        let text = String::from_utf8(answer(question, |said| said["status"] = json!("invalid"))).unwrap();
        let mut parts: Vec<&str> = text.split('.').collect();
        let payload = String::from_utf8(Base64UrlUnpadded::decode_vec(parts[1]).unwrap()).unwrap();
        let payload = Base64UrlUnpadded::encode_string(payload.replace("invalid", "valid").as_bytes());
        parts[1] = &payload;
        parts.join(".").into_bytes()
    });
    undetermined("flipped", &flipped, "register_signature");
    let typ = serve_bytes("/typ", |_| issuer("register", 1).0.sign_jws("JWT", b"{}").unwrap().into_bytes());
    undetermined("typ", &typ, "register_malformed");
    BENCH.server.serves("/none", "application/jwt", b"valid");
    undetermined("none", &BENCH.server.url("/none"), "register_malformed");
    undetermined("large", &serve_bytes("/large", |_| vec![b'a'; 65_537]), "register_too_large");
    undetermined("html", &BENCH.server.url("/nowhere"), "register_unreachable");
    let (_, result, reason, _) =
        verify(&["--register-url", &serve("/fine", |_| {}), "--register-cert", "other.pem"], "kiosk");
    assert_eq!((&*result, &*reason), ("undetermined", "register_signer"));
}

#[test]
fn a_program_gets_the_question_on_its_input_and_nothing_else() {
    let folder = BENCH.folder.path();
    let script = program("spy", "env > env.txt; echo \"$@\" > args.txt; cat > question.txt; exit 1");
    let (_, _, reason, _) = verify(&["--register-command", &script], "operational");
    assert_eq!(reason, "register_unreachable");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mrz = read("specimen/mrz.txt");
    let number = &mrz.lines().nth(1).unwrap()[..9];
    let question: Value = serde_json::from_str(&read("question.txt")).unwrap();
    assert_eq!(question["document"]["number"], number.trim_end_matches('<'));
    let surname = mrz[5..].split('<').next().unwrap();
    assert!(
        !read("question.txt").contains(surname),
        "the register is told of the document, not of the person"
    );
    assert_eq!(read("args.txt").trim(), "");
    assert!(
        !read("env.txt").contains(number) && !read("env.txt").contains("CANARY"),
        "TITRE_... goes no further"
    );
    let (_, _, reason, _) = verify(&["--register-command", &program("slow", "sleep 30")], "operational");
    assert_eq!(reason, "register_too_slow");
    let (_, _, reason, _) = verify(&["--register-command", &program("loud", "cat /dev/zero")], "operational");
    assert_eq!(reason, "register_too_large");
    let (_, _, reason, _) = verify(&["--register-command", "/nonexistent/program"], "operational");
    assert_eq!(reason, "register_unreachable");
}

#[test]
fn what_is_not_genuine_is_not_asked_about_and_a_register_needs_a_certificate() {
    let folder = BENCH.folder.path();
    let copy = folder.join("changed");
    std::fs::create_dir(&copy).unwrap();
    for entry in std::fs::read_dir(folder.join("document")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    let mut dg1 = std::fs::read(copy.join("EF.DG1.bin")).unwrap();
    // Another digit of the document number.
    let at = dg1.len() - 40;
    dg1[at] ^= 1;
    std::fs::write(copy.join("EF.DG1.bin"), dg1).unwrap();
    let url = serve("/genuine", |_| {});
    let verify = ["verify", "changed", "--store", "trust.json", "--register-url", &url];
    BENCH.server.asked();
    let (code, document) = titre(folder, &[&verify[..], &["--register-cert", "register.pem"]].concat());
    assert_eq!(code, 10);
    assert!(document.to_string().contains("register_not_asked"), "{document}");
    assert!(!BENCH.server.asked().iter().any(|head| head.contains("/genuine")), "it was asked");
    assert_eq!(titre(folder, &verify).0, 2, "no certificate");
    let both = ["--register-command", "x", "--register-cert", "register.pem"];
    assert_eq!(titre(folder, &[&verify[..], &both].concat()).0, 2);
    let only = ["verify", "document", "--store", "trust.json", "--register-cert", "register.pem"];
    assert_eq!(titre(folder, &only).0, 2);
    let plain = ["--register-url", "http://register.example/", "--register-cert", "register.pem"];
    let (code, document) = titre(folder, &[&only[..4], &plain].concat());
    assert_eq!((code, &document["failure"]["code"]), (30, &json!("input.address")));
}
