//! `titre attest` with mdocs: told apart by their content, the same output as for the other format.

use super::*;
use assert_cmd::Command;
use std::path::Path;

fn titre(folder: &Path, args: &[&str]) -> (i32, Json) {
    let ran = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(args)
        .args(["--json", "--at", "2026-05-28T12:00:00Z"])
        .output()
        .unwrap();
    let document: Json = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    (ran.status.code().unwrap(), document)
}

#[test]
fn show_present_and_verify_take_an_mdoc_as_they_take_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bench = Bench::new(1);
    let entropy = &mut SeededEntropy::new("mdoc-test", 1);
    let (_, holder) = (make_test_issuer(entropy, AT).unwrap(), make_holder_key(entropy).unwrap());
    let token = bench.issuer.issue(bench.claims(), 4, &mut SeededEntropy::new("salts", 1)).unwrap();
    for (name, bytes) in [
        ("a.mdoc", bench.mdoc().to_bytes()),
        ("a.sd-jwt", token.to_compact().into_bytes()),
        ("root.pem", bench.files.root_pem.clone().into_bytes()),
        ("holder.pem", holder.as_bytes().to_vec()),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let members = |document: &Json| -> Vec<String> {
        document["result"].as_object().unwrap().keys().cloned().collect()
    };
    let of_both = |args: &dyn Fn(&'static str) -> Vec<&'static str>| {
        let [(code, mdoc), (other, token)] = ["a.mdoc", "a.sd-jwt"].map(|file| titre(folder, &args(file)));
        assert_eq!((code, other), (0, 0), "{mdoc} {token}");
        assert_eq!((members(&mdoc), &mdoc["schema"]), (members(&token), &token["schema"]));
        assert_eq!(
            (&mdoc["result"]["format"], &token["result"]["format"]),
            (&json!("mso_mdoc"), &json!("dc+sd-jwt"))
        );
        assert!(!mdoc.to_string().contains("CANARY"), "{mdoc}");
        mdoc["result"].clone()
    };
    let shown = of_both(&|file| vec!["attest", "show", file]);
    assert_eq!((&shown["verified"], &shown["vct"]), (&json!(false), &json!(DOC_TYPE_TEST)));
    let verified =
        of_both(&|file| vec!["attest", "verify", file, "--issuer", "root.pem", "--holder-key", "holder.pem"]);
    assert_eq!((&verified["test"], &verified["expires_at"]), (&json!(true), &json!("2026-06-17T12:00:00Z")));
    assert_eq!(verified["verification"]["assurance_level"], "test");
    let presented = of_both(&|file| {
        let more = ["--audience", "https://shop.example", "--nonce", "n-1", "--disclose", "birthdate"];
        let start = ["attest", "present", file, "--holder-key", "holder.pem", "-o", "p", "--force"];
        // The mdoc is presented first and kept.
        let output = if file == "a.mdoc" { "p.mdoc" } else { "p.sd-jwt" };
        [&start[..6], &[output], &more[..]].concat()
    });
    assert_eq!(presented["disclosed"], json!(["birthdate"]));
    let verify = |more: &[&str]| {
        titre(folder, &[&["attest", "verify", "p.mdoc", "--issuer", "root.pem"], more].concat())
    };
    let (code, document) = verify(&["--audience", "https://shop.example", "--nonce", "n-1", "--disclose"]);
    assert_eq!((code, &document["result"]["claims"]["birthdate"]), (0, &json!("1990-02-28")), "{document}");
    let (code, document) = verify(&["--audience", "https://bank.example", "--nonce", "n-1"]);
    assert_eq!((code, &document["result"]["reason"]), (10, &json!("key_binding.session")));
    assert_eq!(verify(&[]).0, 11);

    let refused =
        ["attest", "present", "a.mdoc", "--holder-key", "holder.pem", "-o", "q", "--disclose", "iris"];
    let (code, document) = titre(folder, &[&refused[..], &["--audience", "a", "--nonce", "n"]].concat());
    assert_eq!((code, &document["failure"]["code"]), (30, &json!("input.claim")));
    std::fs::write(folder.join("a.mdoc"), [0xA0]).unwrap();
    let (code, document) = titre(folder, &["attest", "show", "a.mdoc"]);
    assert_eq!((code, &document["failure"]["code"]), (30, &json!("input.attestation")));
}
