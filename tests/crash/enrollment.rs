//! An enrollment killed at each step of what it writes: places in the register, the attestation in both formats, the erasure
//! receipt.

use super::{json, killed_everywhere, officers, words};
use crate::traced::can_trace;
use std::path::Path;
use titre::attestation::status::Register;

fn verifies(folder: &Path, name: &str, root: &str) -> bool {
    let verify = ["attest", "verify", name, "--json", "--at", officers::AT, "--issuer", root];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_titre"));
    let ran = command.args(verify).current_dir(folder).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    // It names a list that was not given, and all else holds.
    document["result"]["reason"] == "status.not_checked"
}

#[test]
fn an_attestation_is_whole_or_not_there_and_its_place_was_given_away_before() {
    if !can_trace() {
        return;
    }
    let bench = officers::folder();
    let root = bench.path().join("specimen/issuer-root.pem").display().to_string();
    let outputs = ["-o", "a.sd-jwt", "--mdoc", "a.mdoc", "--erasure-receipt", "erased.json"];
    let mut enroll = officers::enroll(bench.path());
    enroll.extend(words(&[&outputs[..], &["--status-register", "register.json"]].concat()));
    let empty = Register::new(super::URI).unwrap();
    let lay_out = || {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("register.json"), empty.to_json()).unwrap();
        folder
    };
    let seen = std::cell::Cell::new((0, 0, 0));
    let killed = killed_everywhere(&enroll, lay_out, |folder, lived| {
        assert_eq!(json(&folder.join("register.json"))["uri"], super::URI);
        let register = std::fs::read(folder.join("register.json")).expect("no register");
        let (given, _) = Register::from_json(&register).expect("half a register").counts();
        let there = ["a.sd-jwt", "a.mdoc"].map(|name| folder.join(name).exists());
        for (name, there) in ["a.sd-jwt", "a.mdoc"].iter().zip(there) {
            assert!(there || !lived, "{name}");
            if there {
                assert_eq!(given, 2, "an attestation without a place");
                assert!(verifies(folder, name, &root), "half an attestation: {name}");
            }
        }
        let (none, one, both) = seen.get();
        seen.set(match there {
            [false, false] => (none + 1, one, both),
            [true, true] => (none, one, both + 1),
            _ => (none, one + 1, both),
        });
    });
    let (none, one, both) = seen.get();
    println!(
        "enroll: killed {killed} times: {none} times no attestation, {one} times one format, {both} times both"
    );
    assert!(killed >= 12 && none >= 4 && both >= 1, "the steps were not met");
}
