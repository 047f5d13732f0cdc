//! The demonstration, and what enrollment refuses of what it made: for each case the exit code, the
//! `failure.code` or the check that says why, and that no attestation was written. More cases: `enroll.rs`.

#![cfg(feature = "face")]

mod story;

use serde_json::Value;
use std::fs;
use std::path::Path;
use story::{Run, Story, titre};

/// An enrollment with one thing changed; fails the test where it ends otherwise or writes an attestation.
fn refused(change: impl FnOnce(&mut Enrollment), exit: i32, code: &str) -> Run {
    let story = Story::get();
    let folder = tempfile::tempdir().unwrap();
    let mut enrollment = Enrollment::genuine(story, folder.path());
    change(&mut enrollment);
    let run = enrollment.run();
    assert_eq!(run.exit, exit, "{}", run.explain());
    assert_eq!(run.document["failure"]["code"], code, "{}", run.explain());
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("attestation")), "left behind: {left:?}");
    assert!(run.document["result"].is_null(), "a refusal has no result");
    run
}

/// The arguments of `titre enroll`, by name.
struct Enrollment {
    story: &'static Story,
    folder: std::path::PathBuf,
    document: std::path::PathBuf,
    store: std::path::PathBuf,
    video: std::path::PathBuf,
    consent: Option<std::path::PathBuf>,
    issuer: std::path::PathBuf,
}

impl Enrollment {
    fn genuine(story: &'static Story, folder: &Path) -> Self {
        Self {
            story,
            folder: folder.to_owned(),
            document: story.path("document"),
            store: story.path("trust.json"),
            video: answered(story, "video", "mp4"),
            consent: Some(story.path("consent.json")),
            issuer: story.path("specimen/issuer.pem"),
        }
    }

    fn run(&self) -> Run {
        let mut words: Vec<String> = vec!["enroll".into(), text(&self.document)];
        let mut option = |name: &str, path: &Path| words.extend([name.to_owned(), text(path)]);
        option("--store", &self.store);
        option("--video", &self.video);
        option("--challenge", &answered(self.story, "challenge", "json"));
        option("--issuer-key", &self.issuer);
        option("--holder-key", &self.story.path("specimen/holder.pem"));
        option("-o", &self.folder.join("attestation.sd-jwt"));
        if let Some(consent) = &self.consent {
            option("--consent", consent);
        }
        titre(words)
    }

    /// A copy of the document folder that may be changed.
    fn own_document(&mut self) -> std::path::PathBuf {
        let copy = self.folder.join("document");
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(&self.document).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
        self.document.clone_from(&copy);
        copy
    }

    fn film(&self, words: &[&str]) -> std::path::PathBuf {
        let video = self.folder.join("other.mp4");
        let mut all = vec!["specimen".to_owned(), "video".to_owned()];
        all.extend(words.iter().map(|word| (*word).to_owned()));
        all.extend(["--challenge".to_owned(), text(&answered(self.story, "challenge", "json"))]);
        all.extend(["-o".to_owned(), text(&video)]);
        let run = titre(all);
        assert_eq!(run.exit, 0, "{}", run.explain());
        video
    }
}

/// A file of the session that was passed: those of a second and third one are numbered.
fn answered(story: &Story, stem: &str, extension: &str) -> std::path::PathBuf {
    let numbered = ["-3", "-2", ""].map(|number| story.path(&format!("{stem}{number}.{extension}")));
    numbered.into_iter().find(|path| path.exists()).unwrap()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_genuine_holder_is_enrolled() {
    let story = Story::get();
    let steps = story.demo.document["result"]["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["exit"], 0, "{}", story.demo.explain());
    assert!(!story.demo.document["result"]["attestation"].is_null());
    let folder = tempfile::tempdir().unwrap();
    let run = Enrollment::genuine(story, folder.path()).run();
    assert_eq!(run.exit, 0, "{}", run.explain());
    assert!(folder.path().join("attestation.sd-jwt").exists());
}

#[test]
fn a_wrong_mrz_reads_nothing() {
    let story = Story::get();
    let folder = tempfile::tempdir().unwrap();
    let mrz = folder.path().join("mrz.txt");
    fs::write(&mrz, "L898902C3/690806/940623\n").unwrap();
    let transport = format!("specimen:{}", text(&story.path("specimen")));
    let output = folder.path().join("document");
    let run = titre(["read", "--transport", &transport, "--mrz-file", &text(&mrz), "-o", &text(&output)]);
    assert_eq!(run.exit, 24, "{}", run.explain());
    assert_eq!(run.document["failure"]["code"], "access.wrong_password");
    assert!(!output.exists());
}

#[test]
fn one_bit_of_the_portrait_is_found_before_it_is_decoded() {
    let run = refused(
        |enrollment| flip_byte(&enrollment.own_document().join("EF.DG2.bin"), 9000),
        10,
        "enroll.document_failed",
    );
    assert!(run.explain().contains("dg2"), "{}", run.explain());
}

#[test]
fn an_unknown_csca_is_undetermined_not_failed() {
    refused(
        |enrollment| {
            let other = enrollment.folder.join("other");
            let made = titre(["specimen", "make", "--seed", "7777", "-o", &text(&other)]);
            assert_eq!(made.exit, 0, "{}", made.explain());
            enrollment.store = enrollment.folder.join("other.json");
            let imported = titre([
                "csca",
                "import",
                &text(&other.join("masterlist.ml")),
                "--signer",
                &text(&other.join("masterlist-signer.der")),
                "-o",
                &text(&enrollment.store),
            ]);
            assert_eq!(imported.exit, 0, "{}", imported.explain());
        },
        11,
        "enroll.document_undetermined",
    );
}

#[test]
fn a_still_photo_is_no_person() {
    let story = Story::get();
    let folder = tempfile::tempdir().unwrap();
    let mut enrollment = Enrollment::genuine(story, folder.path());
    let specimen = text(&story.path("specimen"));
    enrollment.video = enrollment.film(&["--specimen", &specimen, "--attack", "still"]);
    let run = enrollment.run();
    assert_eq!(run.exit, 14, "{}", run.explain());
    let code = run.document["failure"]["code"].as_str().unwrap();
    assert!(["enroll.presentation_attack", "enroll.challenge_not_met"].contains(&code), "{code}");
    assert!(!folder.path().join("attestation.sd-jwt").exists());
}

#[test]
fn an_empty_trust_store_is_an_error_with_a_remedy() {
    let run = refused(
        |enrollment| {
            enrollment.store = enrollment.folder.join("empty.json");
            fs::write(&enrollment.store, "").unwrap();
        },
        31,
        "trust_store.malformed",
    );
    assert_ne!(run.document["failure"]["hint"], Value::from(""));
}

#[test]
fn a_cut_video_is_an_error_with_a_remedy() {
    refused(
        |enrollment| {
            let whole = fs::read(&enrollment.video).unwrap();
            enrollment.video = enrollment.folder.join("cut.mp4");
            fs::write(&enrollment.video, &whole[..whole.len() / 3]).unwrap();
        },
        30,
        "input.video",
    );
}

#[test]
fn the_same_replay_gives_the_same_inspection_byte_for_byte() {
    let story = Story::get();
    let folder = tempfile::tempdir().unwrap();
    let at = "2026-12-01T12:00:00Z";
    let mut inspections = Vec::new();
    for number in 0..2 {
        let document = text(&folder.path().join(format!("document{number}")));
        let transport = format!("replay:{}", text(&story.path("recording.jsonl")));
        let mrz = text(&story.path("specimen/mrz.txt"));
        let read =
            titre(["read", "--at", at, "--transport", &transport, "--mrz-file", &mrz, "-o", &document]);
        assert_eq!(read.exit, 0, "{}", read.explain());
        let store = text(&story.path("trust.json"));
        inspections.push(titre(["verify", "--at", at, &document, "--store", &store]));
    }
    assert_eq!(inspections[0].exit, 0, "{}", inspections[0].explain());
    assert_eq!(inspections[0].stdout, inspections[1].stdout);
}

/// Flips the lowest bit of one byte of a file.
fn flip_byte(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}
