//! Everything that an enrollment by officers needs, made by the program itself: a specimen, what was read of it, a trust
//! store, a consent without face recognition, an examination that two officers signed.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The time of all of it.
pub const AT: &str = "2026-05-28T12:00:00Z";

fn done(folder: &Path, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_titre"));
    let ran =
        command.current_dir(folder).args(args).args(["--json", "--batch", "--at", AT]).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {ran:?}");
}

/// A folder with `specimen/`, `document/`, `trust.json`, `consent.json` and `signed.json`.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    done(at, &["specimen", "make", "-o", "specimen"]);
    let source = ["read", "--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
    done(at, &[&source[..], &["-o", "document"]].concat());
    let signer = ["--signer", "specimen/masterlist-signer.der", "-o", "trust.json"];
    done(at, &[&["csca", "import", "specimen/masterlist.ml"][..], &signer].concat());
    let agree = ["--agree", "document_reading", "--agree", "attestation", "-o", "consent.json"];
    done(at, &[&["consent", "record", "--path", "human"][..], &agree].concat());
    done(at, &["officer", "checklist", "-o", "checklist.json"]);
    let path = at.join("checklist.json");
    let mut form: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for (list, member, answer) in [("rules", "kept", json!(true)), ("features", "answer", json!("similar"))] {
        let entries = form[list].as_array_mut().unwrap();
        entries.iter_mut().for_each(|entry| entry[member] = answer.clone());
    }
    form["decision"] = json!("same_person");
    std::fs::write(&path, form.to_string()).unwrap();
    let examine =
        ["officer", "examine", "document", "--consent", "consent.json", "--checklist", "checklist.json"];
    done(at, &[&examine[..], &["--officer-key", "specimen/officer-1.pem", "-o", "examined.json"]].concat());
    let second =
        ["--decision", "same_person", "--officer-key", "specimen/officer-2.pem", "-o", "signed.json"];
    done(at, &[&["officer", "countersign", "examined.json"][..], &second].concat());
    folder
}

/// The words of the enrollment, with every input named from the root, and no output.
pub fn enroll(folder: &Path) -> Vec<String> {
    let at = |name: &str| folder.join(name).display().to_string();
    let options = [
        ("--store", at("trust.json")),
        ("--consent", at("consent.json")),
        ("--path", "human".to_owned()),
        ("--examination", at("signed.json")),
        ("--officer", at("specimen/officers-root.pem")),
        ("--issuer-key", at("specimen/issuer.pem")),
        ("--holder-key", at("specimen/holder.pem")),
        ("--at", AT.to_owned()),
    ];
    let words = ["enroll".to_owned(), at("document"), "--json".to_owned(), "--batch".to_owned()];
    words.into_iter().chain(options.into_iter().flat_map(|(name, value)| [name.to_owned(), value])).collect()
}
