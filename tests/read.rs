//! `titre read` as scripts see it: exit codes, failure codes, what is written and what is not.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use assert_cmd::Command;
use bench::preset;
use serde_json::Value;
use std::path::Path;
use titre::lds::Mrz;
use titre::specimen::{CHIP_FILE, Quirk};
use titre::transport::Recording;
use titre::transport::recording::Entry;

/// A folder with a specimen and its passwords.
fn specimen(name: &str, quirks: &[Quirk]) -> tempfile::TempDir {
    let data = preset(name, quirks);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(CHIP_FILE), data.to_json().unwrap()).unwrap();
    let key = Mrz::parse(&data.mrz).unwrap().mrz_key().unwrap();
    let information = key.information();
    let number = &information[..information.len() - 15];
    let dates = &information[information.len() - 14..];
    let text = format!("{number}/{}/{}\n", &dates[..6], &dates[7..13]);
    std::fs::write(dir.path().join("mrz"), text).unwrap();
    std::fs::write(dir.path().join("can"), format!("{}\n", data.can)).unwrap();
    dir
}

/// Runs `titre read --json` in `dir`; gives exit code and document.
fn read(dir: &Path, args: &[&str]) -> (i32, Value) {
    let output = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(dir)
        .env_remove("TITRE_MRZ")
        .env_remove("TITRE_CAN")
        .args(["--json", "--batch", "read"])
        .args(args)
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let exit = output.status.code().unwrap();
    assert_eq!(document["exit"], exit, "{document}");
    assert_eq!(document["schema"], "titre.read/1");
    let leaks = |secret: &str| {
        let secret = std::fs::read_to_string(dir.join(secret)).unwrap_or_default();
        let secret = secret.split('/').next().unwrap_or_default().trim().to_owned();
        let text =
            [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
        !secret.is_empty() && text.contains(&secret)
    };
    assert!(!leaks("mrz") && !leaks("can"), "a password is in the output");
    (exit, document)
}

fn failure(dir: &Path, args: &[&str]) -> (i32, String, Value) {
    let (exit, document) = read(dir, args);
    assert!(document["result"].is_null());
    assert!(!dir.join("document").exists(), "something was written");
    (exit, document["failure"]["code"].as_str().unwrap().to_owned(), document["failure"].clone())
}

const SPECIMEN: [&str; 2] = ["--transport", "specimen:."];
const OUT: [&str; 2] = ["-o", "document"];

fn with<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

#[test]
fn a_specimen_is_read_recorded_and_replayed_to_the_same_folder() {
    let dir = specimen("modern", &[]);
    let (exit, document) =
        read(dir.path(), &with(&[&SPECIMEN, &OUT, &["--mrz-file", "mrz", "--record", "session.jsonl"]]));
    assert_eq!(exit, 0, "{document}");
    let result = &document["result"];
    assert_eq!(result["provenance"], "specimen");
    assert_eq!(result["access"]["established"]["protocol"], "pace");
    assert_eq!(result["chip_authentication"]["witnessed"], true);
    assert_eq!(result["active_authentication"]["answered"], true);
    let recording = Recording::parse(&std::fs::read(dir.path().join("session.jsonl")).unwrap()).unwrap();
    assert!(recording.has_draws(), "a synthetic recording always keeps its entropy");

    for name in ["again", "and-again"] {
        let (exit, document) =
            read(dir.path(), &["--transport", "replay:session.jsonl", "--mrz-file", "mrz", "-o", name]);
        assert_eq!((exit, &document["result"]["provenance"]), (0, &Value::from("replay")));
        for file in ["EF.COM.bin", "EF.SOD.bin", "EF.DG1.bin", "EF.DG2.bin", "EF.DG14.bin", "EF.DG15.bin"] {
            let read = |folder: &str| std::fs::read(dir.path().join(folder).join(file)).unwrap();
            assert!(read("document") == read(name), "{file}");
        }
    }
    let index = |folder: &str| std::fs::read(dir.path().join(folder).join("reading.json")).unwrap();
    assert!(index("again") == index("and-again"));
}

#[test]
fn the_can_opens_the_chip_from_file_environment_and_descriptor() {
    let dir = specimen("modern", &[]);
    let (exit, document) = read(dir.path(), &with(&[&SPECIMEN, &OUT, &["--can-file", "can"]]));
    assert_eq!((exit, &document["result"]["access"]["established"]["password"]), (0, &Value::from("can")));
    let can = std::fs::read_to_string(dir.path().join("can")).unwrap();
    Command::cargo_bin("titre")
        .unwrap()
        .current_dir(dir.path())
        .env_remove("TITRE_MRZ")
        .env("TITRE_CAN", can.trim())
        .args(["--batch", "read", "--transport", "specimen:.", "-o", "by-environment"])
        .assert()
        .success();
    Command::cargo_bin("titre")
        .unwrap()
        .current_dir(dir.path())
        .write_stdin(can)
        .args(["--batch", "read", "--transport", "specimen:.", "--can-fd", "0", "-o", "by-descriptor"])
        .assert()
        .success();
}

#[test]
fn failures_have_their_exit_code_and_write_no_document() {
    let dir = specimen("modern", &[]);
    std::fs::write(dir.path().join("wrong"), "X00000000/800101/300101").unwrap();
    std::fs::write(dir.path().join("digits"), "12345").unwrap();
    std::fs::write(dir.path().join("lines"), "P<UTO").unwrap();
    for (args, exit, code) in [
        (["--mrz-file", "wrong"], 24, "access.wrong_password"),
        (["--mrz-file", "lines"], 30, "input.mrz"),
        (["--can-file", "digits"], 30, "input.can"),
        (["--can-file", "absent"], 30, "input.unreadable"),
    ] {
        let (found, name, _) = failure(dir.path(), &with(&[&SPECIMEN, &OUT, &args]));
        assert_eq!((found, name.as_str()), (exit, code));
    }
    let (exit, code, _) = failure(dir.path(), &with(&[&SPECIMEN, &OUT]));
    assert_eq!((exit, code.as_str()), (2, "usage.secret_missing"));
    let (exit, code, _) =
        failure(dir.path(), &["--transport", "specimen:absent", "--can-file", "can", "-o", "document"]);
    assert_eq!((exit, code.as_str()), (30, "input.unreadable"));
    let (_, _, failure) = failure(dir.path(), &with(&[&SPECIMEN, &OUT, &["--mrz-file", "wrong"]]));
    assert_eq!((&failure["step"], &failure["sw"]), (&"pace.mutual_authentication".into(), &"6300".into()));
}

#[test]
fn a_failed_session_is_recorded_all_the_same() {
    let dir = specimen("modern", &[]);
    std::fs::write(dir.path().join("wrong"), "X00000000/800101/300101").unwrap();
    let args = with(&[&SPECIMEN, &OUT, &["--mrz-file", "wrong", "--record", "session.jsonl"]]);
    let (exit, _, _) = failure(dir.path(), &args);
    assert_eq!(exit, 24);
    let recording = Recording::parse(&std::fs::read(dir.path().join("session.jsonl")).unwrap()).unwrap();
    assert!(
        matches!(recording.entries.last(), Some(Entry::Exchange { reply: Ok(reply), .. }) if *reply == [0x63, 0])
    );
}

#[test]
fn a_downgrade_ends_with_25_unless_allowed() {
    let dir = specimen("modern", &[Quirk::PaceBroken]);
    let args = with(&[&SPECIMEN, &OUT, &["--mrz-file", "mrz"]]);
    let (exit, code, _) = failure(dir.path(), &args);
    assert_eq!((exit, code.as_str()), (25, "access.downgrade_refused"));
    let (exit, document) = read(dir.path(), &with(&[&args, &["--allow-bac-fallback"]]));
    assert_eq!((exit, &document["result"]["access"]["bac_fallback"]), (0, &Value::Bool(true)));
}

#[test]
fn a_recording_that_was_changed_is_found() {
    let dir = specimen("modern", &[]);
    let (exit, _) = read(
        dir.path(),
        &with(&[&SPECIMEN, &["-o", "first", "--mrz-file", "mrz", "--record", "session.jsonl"]]),
    );
    assert_eq!(exit, 0);
    let file = std::fs::read(dir.path().join("session.jsonl")).unwrap();
    let again = ["--transport", "replay:altered.jsonl", "--mrz-file", "mrz", "-o", "document"];
    let alter = |bytes: &[u8]| std::fs::write(dir.path().join("altered.jsonl"), bytes).unwrap();

    let mut byte = file.clone();
    let middle = byte.len() / 2;
    byte[middle] = if byte[middle] == b'0' { b'1' } else { b'0' };
    for bytes in [&byte[..], &file[..middle], b""] {
        alter(bytes);
        let (exit, code, _) = failure(dir.path(), &again);
        assert_eq!((exit, code.as_str()), (30, "input.recording"));
    }

    let recording = Recording::parse(&file).unwrap();
    let altered = |change: &dyn Fn(&mut Recording)| {
        let mut recording = recording.clone();
        change(&mut recording);
        alter(&recording.to_bytes().unwrap());
        let (exit, code, _) = failure(dir.path(), &again);
        (exit, code)
    };
    let without_draws =
        altered(&|recording| recording.entries.retain(|entry| !matches!(entry, Entry::Draw { .. })));
    assert_eq!(without_draws, (40, "replay.no_entropy".to_owned()));
    let cut = altered(&|recording| recording.entries.truncate(recording.entries.len() / 2));
    assert_eq!(cut, (40, "replay.diverged".to_owned()));
    let longer = altered(&|recording| {
        let last = recording.entries.last().unwrap().clone();
        recording.entries.push(last);
    });
    assert_eq!(longer, (40, "replay.diverged".to_owned()));
    let other_answer = altered(&|recording| {
        let answers = recording.entries.iter_mut().filter_map(|entry| match entry {
            Entry::Exchange { reply: Ok(reply), .. } if reply.len() > 60 => Some(reply),
            _ => None,
        });
        // A protected answer under a right digest: secure messaging notices.
        answers.last().unwrap()[20] ^= 1;
    });
    assert_eq!(other_answer, (26, "chip.secure_messaging".to_owned()));
}

#[test]
fn nothing_is_overwritten_without_force() {
    let dir = specimen("first-generation", &[]);
    std::fs::create_dir(dir.path().join("there")).unwrap();
    let args = with(&[&SPECIMEN, &["--mrz-file", "mrz", "-o", "there"]]);
    let (exit, document) = read(dir.path(), &args);
    assert_eq!((exit, &document["failure"]["code"]), (34, &Value::from("output.exists")));
    let (exit, _) = read(dir.path(), &with(&[&args, &["--force"]]));
    assert_eq!(exit, 0);
    assert!(dir.path().join("there/reading.json").exists());
}

#[test]
fn a_recording_is_verified_like_a_folder_and_twice_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = Command::cargo_bin("titre")
            .unwrap()
            .current_dir(dir.path())
            .args(["--json", "--batch", "--at", "2026-05-28T12:00:00Z"])
            .args(args)
            .output()
            .unwrap();
        (output.status.code().unwrap(), output.stdout)
    };
    let make = ["specimen", "make", "-o", "s"];
    let import =
        ["csca", "import", "s/masterlist.ml", "--signer", "s/masterlist-signer.der", "-o", "store.json"];
    let session =
        ["read", "--transport", "specimen:s", "--mrz-file", "s/mrz.txt", "-o", "d", "--record", "r.jsonl"];
    for args in [&make[..], &import, &session] {
        let (exit, document) = run(args);
        assert_eq!(exit, 0, "{}", String::from_utf8_lossy(&document));
    }
    let folder = run(&["verify", "d", "--store", "store.json"]);
    let recording = || run(&["verify", "r.jsonl", "--mrz-file", "s/mrz.txt", "--store", "store.json"]);
    let first = recording();
    assert_eq!(first, recording());
    let document = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    let (from_folder, from_recording) = (document(&folder.1), document(&first.1));
    assert_eq!((folder.0, first.0), (0, 0), "{from_folder} {from_recording}");
    assert_eq!(from_folder["result"]["provenance"], "specimen");
    assert_eq!(from_recording["result"]["provenance"], "replay");
}

/// A build without the feature reads no key of a terminal, and says how to get one that does.
#[cfg(not(feature = "terminal-auth"))]
#[test]
fn terminal_authentication_is_not_in_every_build() {
    let dir = specimen("modern", &[]);
    let words = ["--transport", "specimen:.", "--mrz-file", "mrz", "-o", "document"];
    let terminal = ["--terminal-certificate", "a.cvcert", "b.cvcert", "--terminal-key", "nothing-there"];
    let (exit, code, failure) = failure(dir.path(), &[&words[..], &terminal].concat());
    assert_eq!((exit, code.as_str()), (2, "usage.not_built"));
    assert!(failure["hint"].as_str().unwrap().contains("--features terminal-auth"), "{failure}");
}
