//! `titre consent` and `titre attest` as scripts see them: exit codes, failure codes, files written or not.

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::Path;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::attestation::sdjwt::Claim;
use titre::attestation::status::Register;
use titre::attestation::verify::VCT_TEST;
use titre::attestation::{HolderKey, IssuerKey, make_holder_key, make_test_issuer};
use titre::consent::Consent;
use titre::crypto::SeededEntropy;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

/// Runs titre; gives exit code and document, which must name the same code.
fn titre(folder: &Path, args: &[&str]) -> (i32, Value) {
    let ran = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(args)
        .args(["--json", "--at", "2026-05-28T12:00:00Z"])
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    let code = ran.status.code().unwrap();
    assert_eq!(document["exit"], code, "{document}");
    (code, document)
}

fn failed(folder: &Path, args: &[&str]) -> (i32, String) {
    let (code, document) = titre(folder, args);
    (code, document["failure"]["code"].as_str().unwrap_or_default().to_owned())
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn consent_is_recorded_only_with_an_explicit_yes_to_face_recognition() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let missing = (16, "consent.missing".to_owned());
    assert_eq!(failed(folder, &["consent", "record", "-o", "c.json"]), missing);
    let others = ["--agree", "document_reading", "--agree", "attestation"];
    assert_eq!(failed(folder, &[&["consent", "record", "-o", "c.json"][..], &others].concat()), missing);
    assert!(listed(folder).is_empty(), "nothing that allows enroll is written");

    let all = [&others[..], &["--agree", "face_recognition"]].concat();
    let record = [&["consent", "record", "-o", "c.json"][..], &all].concat();
    let (code, document) = titre(folder, &record);
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["schema"], "titre.consent/1");
    assert_eq!(document["result"]["alternative"], "officer_in_person");
    let receipt: Value = serde_json::from_slice(&std::fs::read(folder.join("c.json")).unwrap()).unwrap();
    assert_eq!(receipt["text_sha256"], document["result"]["text_sha256"]);
    assert_eq!(failed(folder, &record), (34, "output.exists".to_owned()));
    let (code, _) = titre(folder, &["consent", "record", "-o", "d.json", "--agree", "everything"]);
    assert_eq!(code, 2);
}

#[test]
fn a_withdrawal_marks_the_receipt_and_leaves_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let agree = ["--agree", "face_recognition"];
    titre(folder, &[&["consent", "record", "-o", "c.json"][..], &agree].concat());
    let (code, document) = titre(folder, &["consent", "withdraw", "c.json", "-o", "w.json"]);
    assert_eq!((code, &document["schema"]), (0, &json!("titre.consent_withdrawal/1")));
    let read =
        |name: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap() };
    assert_eq!(read("c.json")["withdrawn_at"], "2026-05-28T12:00:00Z");
    assert_eq!(read("w.json")["session"], read("c.json")["session"]);
    std::fs::write(folder.join("c.json"), "{}").unwrap();
    assert_eq!(failed(folder, &["consent", "withdraw", "c.json"]), (30, "input.consent".to_owned()));
}

#[test]
fn a_withdrawal_suspends_what_rests_on_the_receipt_and_erases_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = make_test_issuer(&mut SeededEntropy::new("withdrawal", 1), AT).unwrap();
    std::fs::write(folder.join("issuer.pem"), made.issuer_pem.as_bytes()).unwrap();
    let agree = ["--agree", "document_reading", "--agree", "attestation", "--agree", "face_recognition"];
    let record = ["consent", "record", "--issuer-key", "issuer.pem", "-o", "c.json"];
    let (code, document) = titre(folder, &[&record[..], &agree].concat());
    assert_eq!((code, &document["result"]["signed"]), (0, &json!(true)), "{document}");
    let receipt = Consent::from_json(&std::fs::read(folder.join("c.json")).unwrap()).unwrap();
    let mut register = Register::new("https://issuer.example/1").unwrap();
    let entropy = &mut SeededEntropy::new("places", 1);
    let [ours, other] = [receipt.sha256(), "00".to_owned()]
        .map(|receipt| register.assign(&receipt, AT, entropy).unwrap().index);
    std::fs::write(folder.join("register.json"), register.to_json()).unwrap();
    titre(folder, &["specimen", "make", "-o", "specimen"]);
    let source = ["read", "--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
    titre(folder, &[&source[..], &["-o", "document"]].concat());
    std::fs::write(folder.join("document/mine.txt"), "mine").unwrap();
    let withdraw =
        ["consent", "withdraw", "c.json", "--status-register", "register.json", "--erase", "document"];
    let (code, document) = titre(folder, &withdraw);
    assert_eq!((code, &document["result"]["suspended"]), (0, &json!([ours])), "{document}");
    assert!(document["result"]["erased"].as_array().unwrap().len() > 5);
    assert_eq!(listed(&folder.join("document")), ["mine.txt"], "only what titre wrote is erased");
    let read = Register::from_json(&std::fs::read(folder.join("register.json")).unwrap()).unwrap();
    let list = read.list().unwrap();
    assert_eq!((list.get(ours), list.get(other)), (Some(2), Some(0)));
    // Once more: nothing stands any longer, and what is not a document folder is left alone.
    let (code, document) = titre(folder, &withdraw);
    assert_eq!((code, &document["failure"]["code"]), (34, &json!("output.unwritable")), "{document}");
    assert_eq!(listed(&folder.join("document")), ["mine.txt"]);
}

#[test]
fn the_human_path_has_a_receipt_without_face_recognition() {
    let folder = tempfile::tempdir().unwrap();
    let record = ["consent", "record", "--path", "human", "-o", "c.json", "--agree", "document_reading"];
    let refused = failed(folder.path(), &record);
    assert_eq!(refused, (16, "consent.scope".to_owned()));
    let (code, document) = titre(folder.path(), &[&record[..], &["--agree", "attestation"]].concat());
    assert_eq!(code, 0, "{document}");
    let answers = document["result"]["answers"].as_array().unwrap();
    let face = answers.iter().find(|answer| answer["purpose"] == "face_recognition").unwrap();
    assert_eq!(face["agreed"], false);
}

#[test]
fn the_text_is_shown_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let text = |lang: &str| titre(folder.path(), &["consent", "show", "--lang", lang]).1["result"].clone();
    let (en, fr) = (text("en"), text("fr"));
    assert!(en["text"].as_str().unwrap().contains("You may say no"));
    assert!(fr["text"].as_str().unwrap().contains("Vous pouvez dire non"));
    assert_ne!(en["text_sha256"], fr["text_sha256"]);
}

/// Writes an attestation, its issuer's root and its holder's key.
fn lay_out(folder: &Path, seed: u64) {
    lay_out_with(folder, seed, None);
}

fn lay_out_with(folder: &Path, seed: u64, status: Option<Value>) {
    let entropy = &mut SeededEntropy::new("attest-cli", seed);
    let files = make_test_issuer(entropy, AT).unwrap();
    let holder_pem = make_holder_key(entropy).unwrap();
    let holder = HolderKey::read_file(holder_pem.as_bytes()).unwrap();
    let issuer = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
    let mut claims = vec![
        ("iat", Claim::Plain(json!(AT.unix_timestamp()))),
        ("exp", Claim::Plain(json!(AT.unix_timestamp() + 100))),
        ("vct", Claim::Plain(json!(VCT_TEST))),
        ("cnf", Claim::Plain(json!({"jwk": holder.to_jwk()}))),
        ("family_name", Claim::selective("CANARY")),
    ];
    claims.extend(status.map(|status| ("status", Claim::Plain(status))));
    let token = issuer.issue(claims, 4, entropy).unwrap();
    std::fs::write(folder.join("issuer.pem"), files.issuer_pem.as_bytes()).unwrap();
    std::fs::write(folder.join("a.sd-jwt"), token.to_compact() + "\n").unwrap();
    std::fs::write(folder.join("root.pem"), &files.root_pem).unwrap();
    std::fs::write(folder.join("holder.pem"), holder_pem.as_bytes()).unwrap();
}

#[test]
fn an_attestation_is_verified_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lay_out(folder, 2);
    for name in ["root.pem", "holder.pem"] {
        std::fs::rename(folder.join(name), folder.join(format!("other-{name}"))).unwrap();
    }
    lay_out(folder, 1);
    let good = ["attest", "verify", "a.sd-jwt", "--issuer", "root.pem", "--holder-key", "holder.pem"];
    let (code, document) = titre(folder, &good);
    assert_eq!((code, &document["result"]["result"]), (0, &json!("successful")), "{document}");
    assert_eq!(document["result"]["test"], true);
    assert_eq!(document["result"]["disclosed"], json!(["family_name"]));
    assert!(!document.to_string().contains("CANARY"), "no holder data unless asked for: {document}");
    let (_, document) = titre(folder, &[&good[..], &["--disclose"]].concat());
    assert_eq!(document["result"]["claims"]["family_name"], "CANARY");

    let refused = |args: &[&str], reason: &str| {
        let (code, document) = titre(folder, args);
        assert_eq!((code, &document["result"]["reason"]), (10, &json!(reason)), "{document}");
        assert!(document["failure"].is_null() && !document.to_string().contains("CANARY"), "{document}");
    };
    let verify = ["attest", "verify", "a.sd-jwt", "--issuer"];
    refused(&[&verify[..], &["other-root.pem"]].concat(), "issuer.certificate_signature");
    let other_holder = ["root.pem", "--holder-key", "other-holder.pem", "--disclose"];
    let (code, document) = titre(folder, &[&verify[..], &other_holder].concat());
    assert_eq!((code, &document["result"]["reason"]), (10, &json!("holder_key.another")));
    let token = std::fs::read_to_string(folder.join("a.sd-jwt")).unwrap();
    std::fs::write(folder.join("a.sd-jwt"), token.replacen('~', "~WyJzIiwibiIsMV0~", 1)).unwrap();
    refused(&[&verify[..], &["root.pem"]].concat(), "disclosure.unreferenced");

    let no_certificate = [&verify[..], &["holder.pem"]].concat();
    assert_eq!(failed(folder, &no_certificate), (30, "input.malformed".to_owned()));
    std::fs::write(folder.join("a.sd-jwt"), "something else").unwrap();
    let malformed = (30, "input.attestation".to_owned());
    assert_eq!(failed(folder, &[&verify[..], &["root.pem"]].concat()), malformed);
    assert_eq!(failed(folder, &["attest", "show", "a.sd-jwt"]), malformed);
    assert_eq!(failed(folder, &["attest", "show", "none"]), (30, "input.unreadable".to_owned()));
}

#[test]
fn show_says_that_it_verifies_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lay_out(folder, 1);
    let (code, document) = titre(folder, &["attest", "show", "a.sd-jwt"]);
    assert_eq!((code, &document["result"]["verified"]), (0, &json!(false)));
    assert!(!document.to_string().contains("CANARY"), "{document}");
    let page = |args: &[&str]| {
        let ran = Command::cargo_bin("titre").unwrap().current_dir(folder).args(args).output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    let shown = page(&["attest", "show", "a.sd-jwt", "--lang", "en"]);
    assert!(shown.starts_with("NOT VERIFIED") && !shown.contains("CANARY"), "{shown}");
    let shown = page(&["attest", "show", "a.sd-jwt", "--lang", "fr", "--disclose"]);
    assert!(shown.starts_with("NON V\u{C9}RIFI\u{C9}E") && shown.contains("family_name: CANARY"), "{shown}");
}

#[test]
fn a_presentation_shows_the_chosen_claims_to_one_verifier_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lay_out(folder, 2);
    std::fs::rename(folder.join("holder.pem"), folder.join("other.pem")).unwrap();
    lay_out(folder, 1);
    let to = ["--audience", "https://shop.example", "--nonce", "n-1"];
    fn present<'a>(more: &[&'a str]) -> Vec<&'a str> {
        [&["attest", "present", "a.sd-jwt", "--holder-key", "holder.pem"][..], more].concat()
    }
    let (code, document) =
        titre(folder, &present(&[&to[..], &["--disclose", "family_name", "-o", "p"]].concat()));
    assert_eq!((code, &document["result"]["disclosed"]), (0, &json!(["family_name"])), "{document}");
    assert!(!document.to_string().contains("CANARY"), "{document}");
    assert_eq!(titre(folder, &present(&[&to[..], &["-o", "bare"]].concat())).0, 0);

    let verify = |file: &str, more: &[&str]| {
        let (code, document) =
            titre(folder, &[&["attest", "verify", file, "--issuer", "root.pem"][..], more].concat());
        (code, document["result"]["reason"].as_str().unwrap_or_default().to_owned(), document)
    };
    let (code, _, document) = verify("p", &to);
    assert_eq!((code, &document["result"]["disclosed"]), (0, &json!(["family_name"])), "{document}");
    let (code, _, document) = verify("bare", &to);
    assert_eq!((code, &document["result"]["disclosed"]), (0, &json!([])), "{document}");
    for (more, exit, reason) in [
        (&["--audience", "https://bank.example", "--nonce", "n-1"][..], 10, "key_binding.audience"),
        (&["--audience", "https://shop.example", "--nonce", "n-2"], 10, "key_binding.nonce"),
        (&[], 11, "key_binding.not_checked"),
    ] {
        let (code, found, document) = verify("p", more);
        assert_eq!((code, found.as_str()), (exit, reason), "{document}");
    }
    let missing = verify("a.sd-jwt", &to);
    assert_eq!((missing.0, missing.1.as_str()), (10, "key_binding.missing"));
    let later = |at: &str, more: &[&str]| {
        let words = [&["attest", "verify", "p", "--issuer", "root.pem", "--json", "--at", at], &to[..], more]
            .concat();
        let ran = Command::cargo_bin("titre").unwrap().current_dir(folder).args(words).output().unwrap();
        let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
        document["result"]["reason"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(later("2026-05-28T12:01:00Z", &[]), "");
    assert_eq!(later("2026-05-28T12:01:00Z", &["--max-seconds", "59"]), "key_binding.time");
    assert_eq!(later("2026-05-28T12:01:00Z", &["--max-days", "0"]), "age.too_old");

    let refused = failed(folder, &present(&[&to[..], &["--disclose", "iris", "-o", "q"]].concat()));
    assert_eq!(refused, (30, "input.claim".to_owned()));
    let other = ["attest", "present", "a.sd-jwt", "--holder-key", "other.pem", "-o", "q"];
    assert_eq!(failed(folder, &[&other[..], &to].concat()), (33, "signing_key.holder".to_owned()));
    let public = ["attest", "present", "a.sd-jwt", "--holder-key", "root.pem", "-o", "q"];
    assert_eq!(failed(folder, &[&public[..], &to].concat()), (33, "signing_key.holder".to_owned()));
    let again = present(&[&to[..], &["-o", "p"]].concat());
    assert_eq!(failed(folder, &again), (34, "output.exists".to_owned()));
    assert!(!folder.join("q").exists());
}

#[test]
fn what_was_issued_is_suspended_restored_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let uri = "https://issuer.example/status/1";
    let status = |args: &[&str]| titre(folder, &[&["attest", "status"], args].concat());
    let (code, made) = status(&["new", "--uri", uri, "-o", "register.json"]);
    assert_eq!((code, made["result"]["uri"].as_str()), (0, Some(uri)), "{made}");
    // An enrollment gives places away; here the register does.
    let bytes = std::fs::read(folder.join("register.json")).unwrap();
    let mut register = Register::from_json(&bytes).unwrap();
    let place = register.assign("00", AT, &mut SeededEntropy::new("place", 1)).unwrap();
    std::fs::write(folder.join("register.json"), register.to_json()).unwrap();
    lay_out_with(folder, 1, Some(place.to_claim()));

    let named = ["register.json", "--attestation", "a.sd-jwt"];
    let verified = |publish: bool| {
        if publish {
            let publish =
                ["publish", "register.json", "--issuer-key", "issuer.pem", "-o", "list.jwt", "--force"];
            let (code, published) = status(&publish);
            assert_eq!((code, published["result"]["assigned"].as_u64()), (0, Some(1)), "{published}");
        }
        let verify = ["attest", "verify", "a.sd-jwt", "--issuer", "root.pem", "--status-list", "list.jwt"];
        let (code, document) = titre(folder, &verify);
        (code, document["result"]["reason"].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(verified(true), (0, String::new()));
    assert_eq!(status(&[&["suspend"], &named[..]].concat()).0, 0);
    assert_eq!(verified(false), (0, String::new()), "a change is seen when it is published");
    assert_eq!(verified(true), (10, "status.suspended".to_owned()));
    let (_, restored) = status(&[&["restore"], &named[..]].concat());
    assert_eq!(
        (&restored["result"]["before"], &restored["result"]["status"]),
        (&json!("suspended"), &json!("valid"))
    );
    assert_eq!(verified(true), (0, String::new()));
    let index = place.index.to_string();
    assert_eq!(status(&["revoke", "register.json", "--index", &index]).0, 0);
    assert_eq!(verified(true), (10, "status.revoked".to_owned()));
    let without = ["attest", "verify", "a.sd-jwt", "--issuer", "root.pem"];
    assert_eq!(titre(folder, &without).0, 11, "whoever does not look does not know");

    // What cannot be done changes nothing.
    let before = std::fs::read(folder.join("register.json")).unwrap();
    let refused = |args: &[&str]| failed(folder, &[&["attest", "status"], args].concat());
    let code = |code: &str| (30, code.to_owned());
    assert_eq!(refused(&[&["restore"], &named[..]].concat()), code("input.status_revoked"));
    assert_eq!(refused(&["suspend", "register.json", "--index", "7"]), code("input.status_unknown"));
    assert_eq!(refused(&["suspend", "a.sd-jwt", "--index", "7"]), code("input.status_register"));
    assert_eq!(refused(&["suspend", "register.json"]).0, 2);
    lay_out(folder, 1);
    assert_eq!(refused(&[&["suspend"], &named[..]].concat()), code("input.status_none"));
    assert_eq!(std::fs::read(folder.join("register.json")).unwrap(), before);
}

#[test]
fn changes_of_a_register_at_the_same_time_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut register = Register::new("https://issuer.example/status/1").unwrap();
    let mut entropy = SeededEntropy::new("place", 2);
    let places: Vec<u64> = (0..8).map(|_| register.assign("00", AT, &mut entropy).unwrap().index).collect();
    std::fs::write(folder.join("register.json"), register.to_json()).unwrap();
    std::thread::scope(|scope| {
        for place in &places {
            scope.spawn(move || {
                let place = place.to_string();
                let revoke = ["attest", "status", "revoke", "register.json", "--index", place.as_str()];
                assert_eq!(titre(folder, &revoke).0, 0);
            });
        }
    });
    let register = Register::from_json(&std::fs::read(folder.join("register.json")).unwrap()).unwrap();
    assert_eq!(register.counts(), (8, 8));
}

/// Encrypts a PEM key as openssl does; what stands behind it comes along.
fn encrypted(folder: &Path, from: &str, to: &str, passphrase: &str) {
    let mut openssl = std::process::Command::new("openssl");
    openssl.current_dir(folder).args(["pkcs8", "-topk8", "-in", from, "-out", to, "-passout"]);
    assert!(openssl.arg(format!("pass:{passphrase}")).status().unwrap().success());
    let text = std::fs::read_to_string(folder.join(from)).unwrap();
    let rest = text.split_once("-----END PRIVATE KEY-----").unwrap().1;
    let key = std::fs::read_to_string(folder.join(to)).unwrap();
    std::fs::write(folder.join(to), key + rest).unwrap();
}

#[test]
fn encrypted_keys_need_their_passphrase_and_it_stands_in_no_argument() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lay_out(folder, 1);
    encrypted(folder, "issuer.pem", "locked.pem", "issuer words");
    encrypted(folder, "holder.pem", "holder-locked.pem", "holder words");
    std::fs::write(folder.join("right"), "issuer words\n").unwrap();
    std::fs::write(folder.join("wrong"), "other words\n").unwrap();
    std::fs::write(folder.join("holder-right"), "holder words\n").unwrap();
    let status =
        ["attest", "status", "new", "--uri", "https://issuer.example/status/1", "-o", "register.json"];
    assert_eq!(titre(folder, &status).0, 0);
    let publish = |more: &[&str]| {
        let args =
            ["attest", "status", "publish", "register.json", "--issuer-key", "locked.pem", "-o", "list.jwt"];
        failed(folder, &[&args[..], &["--batch", "--force"], more].concat())
    };
    assert_eq!(publish(&[]), (2, "usage.secret_missing".to_owned()));
    assert_eq!(publish(&["--issuer-passphrase-file", "wrong"]), (33, "signing_key.unreadable".to_owned()));
    assert!(!folder.join("list.jwt").exists());
    assert_eq!(publish(&["--issuer-passphrase-file", "right"]), (0, String::new()));

    let present = |more: &[&str]| {
        let args = [
            "attest",
            "present",
            "a.sd-jwt",
            "--holder-key",
            "holder-locked.pem",
            "--audience",
            "https://a.example",
        ];
        failed(folder, &[&args[..], &["--nonce", "n", "-o", "p.sd-jwt", "--batch", "--force"], more].concat())
    };
    assert_eq!(present(&[]), (2, "usage.secret_missing".to_owned()));
    assert_eq!(present(&["--holder-passphrase-file", "right"]), (33, "signing_key.holder".to_owned()));
    assert_eq!(present(&["--holder-passphrase-file", "holder-right"]), (0, String::new()));
}

#[cfg(unix)]
#[test]
fn a_production_key_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut openssl = std::process::Command::new("openssl");
    openssl.current_dir(folder).args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
    ]);
    openssl.args([
        "-nodes",
        "-sha256",
        "-days",
        "30",
        "-subj",
        "/CN=Issuer",
        "-keyout",
        "p.pem",
        "-out",
        "p.crt",
    ]);
    assert!(openssl.output().unwrap().status.success());
    let status =
        ["attest", "status", "new", "--uri", "https://issuer.example/status/1", "-o", "register.json"];
    assert_eq!(titre(folder, &status).0, 0);
    let publish = |mode| {
        std::fs::set_permissions(folder.join("p.pem"), std::fs::Permissions::from_mode(mode)).unwrap();
        let args = [
            "attest",
            "status",
            "publish",
            "register.json",
            "--issuer-key",
            "p.pem",
            "--issuer-cert",
            "p.crt",
        ];
        failed(folder, &[&args[..], &["-o", "list.jwt"]].concat()).1
    };
    for mode in [0o644, 0o640, 0o604, 0o620] {
        assert_eq!(publish(mode), "signing_key.exposed", "{mode:o}");
    }
    // The certificate is of today, the run of another day.
    assert_eq!(publish(0o600), "signing_key.mismatch");
    assert!(!folder.join("list.jwt").exists());
}
