//! `titre read` with a terminal's certificates and key.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn titre(folder: &Path, words: &[&str]) -> (i32, Value) {
    let mut command = Command::cargo_bin("titre").unwrap();
    command.env_remove("LANG").env_remove("LC_ALL").env_remove("LC_MESSAGES").current_dir(folder);
    let output = command.args(["--json", "--at", "2026-11-23T12:00:00Z"]).args(words).output().unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), document)
}

#[test]
fn a_protected_specimen_is_made_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let make = ["specimen", "make", "-o", "s", "--algorithms", "modern,ta=ecdsa:P-256:sha-256"];
    let (exit, made) = titre(folder, &make);
    assert_eq!(exit, 0, "{made}");
    let files = made["result"]["files"].as_array().unwrap();
    assert!(files.iter().all(|name| folder.join("s").join(name.as_str().unwrap()).is_file()));
    assert!(files.contains(&Value::from("terminal.pem")));
    let read = |more: &[&str], output: &str| {
        let words = ["read", "--transport", "specimen:s", "--mrz-file", "s/mrz.txt", "-o", output];
        titre(folder, &[&words[..], more].concat())
    };
    let certificates = ["--terminal-certificate", "s/cvca.cvcert", "s/dv.cvcert", "s/terminal.cvcert"];
    let with = |key: &'static str| [&certificates[..], &["--terminal-key", key]].concat();
    let (exit, document) = read(&with("s/terminal.pem"), "d");
    assert_eq!(exit, 0, "{document}");
    let terminal = &document["result"]["access"]["terminal"];
    assert_eq!(terminal["authenticated"], true, "{terminal}");
    assert_eq!(terminal["rights"], serde_json::json!(["EF.DG3", "EF.DG4"]));
    assert!(folder.join("d/EF.DG3.bin").is_file() && folder.join("d/EF.DG4.bin").is_file());
    let (exit, document) = read(&[], "plain");
    assert_eq!((exit, &document["result"]["access"]["terminal"]), (0, &Value::Null));
    assert!(!folder.join("plain/EF.DG3.bin").exists());
    // The holder's key is another; a certificate that is none; a key without certificates.
    for (words, exit, code) in [
        (with("s/holder.pem"), 33, "signing_key.terminal"),
        (with("s/can.txt"), 33, "signing_key.terminal"),
        (
            vec!["--terminal-certificate", "s/ds.der", "--terminal-key", "s/terminal.pem"],
            30,
            "input.terminal_certificate",
        ),
        (vec!["--terminal-key", "s/terminal.pem"], 2, "usage"),
        (vec!["--terminal-certificate", "s/dv.cvcert"], 2, "usage"),
    ] {
        let (found, document) = read(&words, "never");
        assert_eq!((found, &document["failure"]["code"]), (exit, &Value::from(code)), "{words:?}");
    }
    assert!(!folder.join("never").exists());
}
