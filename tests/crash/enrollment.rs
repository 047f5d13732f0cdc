//! An enrollment killed at each step of what it writes: the place in the register, then the attestation.

use super::{json, killed_everywhere, words};
use crate::story::Story;
use crate::traced::can_trace;
use std::path::{Path, PathBuf};
use titre::attestation::status::Register;

/// The words of the story's enrollment, with files of its own to write.
fn enrollment(story: &Story) -> Vec<String> {
    let steps = story.demo.document["result"]["steps"].as_array().unwrap();
    let enroll = steps.iter().rev().find_map(|step| {
        let command = step["command"].as_str()?;
        command.starts_with("titre enroll").then_some(command)
    });
    let mut all: Vec<String> = Vec::new();
    let mut parts = enroll.unwrap().split_whitespace().skip(1);
    while let Some(part) = parts.next() {
        match part {
            "-o" => drop(parts.next()),
            _ => all.push(part.to_owned()),
        }
    }
    let challenge = all.iter().position(|word| word == "--challenge").unwrap();
    let asked = json(&PathBuf::from(&all[challenge + 1]));
    all.extend(words(&["--at", asked["issued_at"].as_str().unwrap()]));
    all.extend(words(&["-o", "a.sd-jwt", "--status-register", "register.json", "--json", "--batch"]));
    all
}

fn verifies(folder: &Path, story: &Story, at: &str) -> bool {
    let root = story.path("specimen/issuer-root.pem");
    let verify = ["attest", "verify", "a.sd-jwt", "--json", "--at", at, "--issuer", root.to_str().unwrap()];
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_titre"))
        .args(verify)
        .current_dir(folder)
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    // It names a list that was not given, and all else holds.
    document["result"]["reason"] == "status.not_checked" || ran.status.success()
}

#[test]
fn an_attestation_is_whole_or_not_there_and_its_place_was_given_away_before() {
    if !can_trace() {
        return;
    }
    let story = Story::get();
    let words = enrollment(story);
    let at = words[words.iter().position(|word| word == "--at").unwrap() + 1].clone();
    let empty = Register::new(super::URI).unwrap();
    let lay_out = || {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("register.json"), empty.to_json()).unwrap();
        folder
    };
    let seen = std::cell::Cell::new((0, 0));
    let killed = killed_everywhere(&words, lay_out, |folder, lived| {
        let register = std::fs::read(folder.join("register.json")).expect("no register");
        let (given, _) = Register::from_json(&register).expect("half a register").counts();
        let there = folder.join("a.sd-jwt").exists();
        assert!(there || !lived);
        if there {
            assert_eq!(given, 1, "an attestation without a place");
            assert!(verifies(folder, story, &at), "half an attestation");
        }
        let (whole, places) = seen.get();
        seen.set((whole + usize::from(there), places + usize::from(given == 1 && !there)));
    });
    let (whole, places) = seen.get();
    println!(
        "enroll: killed {killed} times: {whole} times with a whole attestation, {places} times with a place that nobody got"
    );
    assert!(killed >= 6 && whole >= 1 && places >= 1, "the steps were not met");
}
