//! Killed at every write, sync and rename: there is no output or a whole one, a register is the old one or the new one, and
//! what was half-written is gone after the next run. strace kills the program as it enters the system call.
#![cfg(target_os = "linux")]

mod enrollment;
#[path = "../officers/mod.rs"]
mod officers;
#[path = "../traced/mod.rs"]
mod traced;

use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use titre::attestation::status::{Register, Status, StatusReference};
use titre::crypto::SeededEntropy;
use traced::can_trace;

const URI: &str = "https://issuer.example/status/1";

/// Every system call that changes what is on disk, but for those that open.
const STEPS: [&str; 14] = [
    "write",
    "pwrite64",
    "writev",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "ftruncate",
    "mkdir",
];
/// Runs the program in `folder` under strace with these options.
fn traced(folder: &Path, options: &[&str], words: &[String]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options).arg("--").arg(env!("CARGO_BIN_EXE_titre")).args(words);
    command.current_dir(folder).env_remove("TITRE_MODELS").env("XDG_DATA_HOME", "/nonexistent");
    command.output().unwrap()
}

/// Kills a command (without `--seccomp-bpf`, which injects nothing) as it enters the `n`th call of a step; tells whether it lived, having fewer of them.
fn killed_at(step: &str, n: usize, folder: &Path, words: &[String]) -> bool {
    let inject = format!("inject={step}:signal=KILL:when={n}");
    let trace = format!("trace={step}");
    let seen = tempfile::NamedTempFile::new().unwrap();
    let path = seen.path().to_str().unwrap();
    let ran = traced(folder, &["-o", path, "-e", &trace, "-e", &inject], words);
    let lived = ran.status.success();
    let killed = std::fs::read_to_string(seen.path()).unwrap().contains("killed by SIGKILL");
    assert!(lived != killed, "{step} {n}: {ran:?}");
    lived
}

/// The steps that a whole run takes, each with how often.
fn steps(folder: &Path, words: &[String]) -> Vec<(&'static str, usize)> {
    let seen = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("trace={}", STEPS.map(|step| format!("?{step}")).join(","));
    let path = seen.path().to_str().unwrap();
    let ran = traced(folder, &["--seccomp-bpf", "-o", path, "-e", &trace], words);
    assert!(ran.status.success(), "{ran:?}");
    let text = std::fs::read_to_string(seen.path()).unwrap();
    let count = |step: &str| text.lines().filter(|line| line.contains(&format!(" {step}("))).count();
    STEPS.into_iter().map(|step| (step, count(step))).filter(|(_, count)| *count > 0).collect()
}

/// Kills a command at every call of each step that it takes; gives how often it was killed.
fn killed_everywhere(
    words: &[String],
    lay_out: impl Fn() -> tempfile::TempDir,
    check: impl Fn(&Path, bool),
) -> usize {
    let mut killed = 0;
    let steps = steps(lay_out().path(), words);
    println!("steps: {steps:?}");
    for (step, count) in steps {
        for n in 1..=count {
            let folder = lay_out();
            let lived = killed_at(step, n, folder.path(), words);
            check(folder.path(), lived);
            only_private_is_left(folder.path());
            next_run_removes_what_was_left(folder.path());
            if lived {
                // Calls are counted for each thread, and only the first thread writes files.
                break;
            }
            killed += 1;
        }
    }
    killed
}

/// Names that begin as those of staged files do.
fn staged(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let staged = entries.filter(|entry| entry.file_name().to_str().unwrap().starts_with(".titre-"));
    staged.map(|entry| entry.path()).collect()
}

fn only_private_is_left(folder: &Path) {
    for path in staged(folder) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "others can read {path:?}");
    }
}

fn next_run_removes_what_was_left(folder: &Path) {
    let next = ["consent", "record", "--agree", "face_recognition", "-o", "next.json", "--json"];
    let ran = Command::new(env!("CARGO_BIN_EXE_titre")).args(next).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(staged(folder), Vec::<PathBuf>::new(), "the next run left what it found");
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).expect("half a file")
}

/// A register with one place given away; gives the place too.
fn register() -> (Register, StatusReference) {
    let mut register = Register::new(URI).unwrap();
    let at = time::macros::datetime!(2026-05-28 12:00 UTC);
    let place = register.assign(&"0".repeat(64), at, &mut SeededEntropy::new("place", 1)).unwrap();
    (register, place)
}

#[test]
fn a_new_file_is_whole_or_not_there() {
    if !can_trace() {
        return;
    }
    let agree = ["document_reading", "face_recognition", "attestation"].map(|purpose| ["--agree", purpose]);
    let record = [&["consent", "record", "-o", "consent.json"][..], agree.as_flattened()].concat();
    let seen = std::cell::Cell::new((0, 0));
    let killed = killed_everywhere(
        &words(&record),
        || tempfile::tempdir().unwrap(),
        |folder, lived| {
            let there = folder.join("consent.json").exists();
            assert!(there || !lived);
            if there {
                assert_eq!(json(&folder.join("consent.json"))["schema"], "titre.consent/1", "a receipt");
            }
            let (with, without) = seen.get();
            seen.set((with + usize::from(there), without + usize::from(!there)));
        },
    );
    let (with, without) = seen.get();
    println!("consent record: killed {killed} times; {without} times nothing, {with} times a whole receipt");
    assert!(killed >= 3 && without >= 2 && with >= 1, "the steps were not met");
}

#[test]
fn a_register_is_the_old_one_or_the_new_one() {
    if !can_trace() {
        return;
    }
    let (before, place) = register();
    let index = place.index.to_string();
    let revoke = words(&["attest", "status", "revoke", "register.json", "--index", &index]);
    let seen = std::cell::Cell::new((0, 0));
    let killed = killed_everywhere(
        &revoke,
        || {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("register.json"), before.to_json()).unwrap();
            folder
        },
        |folder, lived| {
            let bytes = std::fs::read(folder.join("register.json")).expect("no register at all");
            let now = Register::from_json(&bytes).expect("half a register");
            let revoked = now.list().unwrap().get(place.index) == Some(Status::Invalid.number());
            assert!(revoked || (!lived && now == before), "neither the old one nor the new one");
            let (old, new) = seen.get();
            seen.set((old + usize::from(!revoked), new + usize::from(revoked)));
        },
    );
    let (old, new) = seen.get();
    println!(
        "attest status revoke: killed {killed} times; {old} times the old register, {new} times the new"
    );
    assert!(killed >= 3 && old >= 2 && new >= 1, "the steps were not met");
}

#[test]
fn a_folder_is_whole_or_not_there() {
    if !can_trace() {
        return;
    }
    // A folder is staged as one: killed in it, the next run that writes beside it removes it all.
    let folder = tempfile::tempdir().unwrap();
    let staged_folder = folder.path().join(".titre-Ab3dEf");
    std::fs::create_dir(&staged_folder).unwrap();
    std::fs::set_permissions(&staged_folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(staged_folder.join("EF.DG1.bin"), b"somebody").unwrap();
    // What only looks alike is somebody's own.
    for name in [".titre-notes.txt", ".titre-old-Ab3dEf", ".titre-Ab3d-f"] {
        std::fs::write(folder.path().join(name), b"mine").unwrap();
    }
    let held = std::fs::File::create(folder.path().join(".titre-Liv1ng")).unwrap();
    held.lock().unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_titre"))
        .args(["attest", "status", "new", "--uri", URI, "-o", "register.json", "--json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let mut left: Vec<String> = staged(folder.path())
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    left.sort();
    assert_eq!(left, [".titre-Ab3d-f", ".titre-Liv1ng", ".titre-notes.txt", ".titre-old-Ab3dEf"]);
}
