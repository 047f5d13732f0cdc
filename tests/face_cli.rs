//! The verbs about faces as scripts see them: exit code, failure code, nothing half written.
#![cfg(feature = "face")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn models_folder() -> PathBuf {
    std::env::var_os("TITRE_TEST_MODELS").map_or_else(|| root().join("../shared/models"), PathBuf::from)
}

/// Runs `titre --json` and gives exit code and document.
fn titre(args: &[&str], models: &Path) -> (i32, Value) {
    let output = Command::cargo_bin("titre")
        .unwrap()
        .arg("--json")
        .arg("--models")
        .arg(models)
        .args(args)
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let exit = output.status.code().unwrap();
    assert_eq!(document["exit"], exit);
    (exit, document)
}

fn failure(args: &[&str], models: &Path) -> (i32, String) {
    let (exit, document) = titre(args, models);
    (exit, document["failure"]["code"].as_str().unwrap_or("none").to_owned())
}

fn fixture(name: &str) -> String {
    root().join("testdata/video").join(name).display().to_string()
}

fn code(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

#[test]
fn a_challenge_is_written_once_and_never_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("challenge.json").display().to_string();
    let (exit, first) = titre(&["challenge", "-o", &path], folder.path());
    assert_eq!(exit, 0);
    assert_eq!(failure(&["challenge", "-o", &path], folder.path()), code(34, "output.exists"));
    let (_, second) = titre(&["challenge", "-o", &path, "--force", "--gestures", "10"], folder.path());
    let challenge = |document: &Value| document["result"]["challenge"].clone();
    assert_ne!(challenge(&first)["nonce"], challenge(&second)["nonce"]);
    assert_eq!(challenge(&second)["gestures"].as_array().unwrap().len(), 10);
    let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(written, challenge(&second));
}

#[test]
fn bad_input_has_its_code_and_leaves_nothing() {
    if !models_folder().is_dir() {
        eprintln!(
            "SKIPPED bad_input_has_its_code_and_leaves_nothing: {} is absent",
            models_folder().display()
        );
        return;
    }
    let models = models_folder();
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(fixture("no_face.mp4")).unwrap();
    let cut = folder.path().join("cut.mp4");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let cut = cut.display().to_string();
    let text = folder.path().join("text");
    std::fs::write(&text, "not a face").unwrap();
    let text = text.display().to_string();
    let out = folder.path().join("out.png").display().to_string();

    assert_eq!(failure(&["liveness", &cut], &models), code(30, "input.video"));
    assert_eq!(failure(&["liveness", &fixture("hevc.mp4")], &models), code(15, "capture.too_short"));
    assert_eq!(failure(&["liveness", &text], &models), code(30, "input.video"));
    assert_eq!(failure(&["liveness", "absent.mp4"], &models), code(30, "input.unreadable"));
    assert_eq!(failure(&["liveness", &fixture("no_face.mp4")], &models), code(15, "capture.no_face"));
    assert_eq!(failure(&["liveness", &fixture("baseline.mp4")], &models), code(15, "capture.too_short"));
    let asked = ["liveness", &fixture("no_face.mp4"), "--challenge", &text];
    assert_eq!(failure(&asked, &models), code(30, "input.challenge"));
    assert_eq!(failure(&["match", &text, &cut], &models), code(30, "input.malformed"));
    assert_eq!(failure(&["portrait", &text, "-o", &out], &models), code(30, "input.malformed"));
    let empty = folder.path().display().to_string();
    assert_eq!(failure(&["portrait", &empty, "-o", &out], &models), code(30, "input.document_incomplete"));
    assert_eq!(failure(&["liveness", &fixture("no_face.mp4")], folder.path()), code(32, "model.missing"));
    assert_eq!(failure(&["models", "verify"], folder.path()), code(32, "model.missing"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "something was left");
}

#[test]
fn a_challenge_serves_once_whatever_came_of_it() {
    if !models_folder().is_dir() {
        eprintln!(
            "SKIPPED a_challenge_serves_once_whatever_came_of_it: {} is absent",
            models_folder().display()
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(titre(&["challenge", "-o", &path("asked.json")], folder.path()).0, 0);
    let video = fixture("no_face.mp4");
    let (asked, used) = (path("asked.json"), path("used"));
    let answer = ["liveness", &video, "--challenge", &asked, "--used", &used];
    assert_eq!(failure(&answer, &models_folder()), code(15, "capture.no_face"));
    assert_eq!(failure(&answer, &models_folder()), code(14, "challenge.used"));
    // Another one is not spent by it.
    assert_eq!(titre(&["challenge", "-o", &path("other.json")], folder.path()).0, 0);
    let other = ["liveness", &video, "--challenge", &path("other.json"), "--used", &used];
    assert_eq!(failure(&other, &models_folder()), code(15, "capture.no_face"));
}

#[test]
fn a_changed_model_is_named() {
    if !models_folder().is_dir() {
        eprintln!("SKIPPED a_changed_model_is_named: {} is absent", models_folder().display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("yunet_n_320_320.onnx"), b"another").unwrap();
    assert_eq!(failure(&["liveness", &fixture("no_face.mp4")], folder.path()), code(32, "model.digest"));
    assert_eq!(failure(&["models", "verify"], folder.path()), code(32, "model.digest"));
    let (exit, list) = titre(&["models", "list"], folder.path());
    let states: Vec<&str> = list["result"]["models"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|model| model["state"].as_str())
        .collect();
    assert_eq!((exit, states[0], states[1]), (0, "changed", "missing"));
    let (exit, list) = titre(&["models", "list"], &models_folder());
    assert_eq!(exit, 0);
    assert!(list["result"]["models"].as_array().unwrap().iter().all(|model| model["state"] == "verified"));
}

#[test]
fn the_portrait_of_a_chip_comes_out_as_stored_and_as_pixels() {
    let dg2 = root().join("../shared/data/bsi-reference/Datagroup2.bin");
    if !dg2.exists() {
        eprintln!("SKIPPED the_portrait_of_a_chip_comes_out_as_stored_and_as_pixels: the DG2 is absent");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dg2 = dg2.display().to_string();
    for (name, head) in [("face.jp2", b"\0\0\0\x0cjP"), ("face.png", b"\x89PNG\r\n")] {
        let out = folder.path().join(name);
        let (exit, document) = titre(&["portrait", &dg2, "-o", &out.display().to_string()], folder.path());
        assert_eq!(
            (exit, &document["result"]["width"], &document["result"]["height"]),
            (0, &413.into(), &531.into())
        );
        assert!(std::fs::read(&out).unwrap().starts_with(head));
    }
}

#[test]
fn a_recording_and_the_folder_read_from_it_give_the_same_portrait() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let done = |args: &[&str]| {
        let (exit, document) = titre(args, folder.path());
        assert_eq!(exit, 0, "{args:?}: {document}");
        document
    };
    done(&["specimen", "make", "-o", &path("specimen"), "--seed", "11"]);
    let (mrz, session, document) = (path("specimen/mrz.txt"), path("session.jsonl"), path("document"));
    let chip = format!("specimen:{}", path("specimen"));
    done(&["read", "--transport", &chip, "--mrz-file", &mrz, "--record", &session, "-o", &document]);
    let of_folder = done(&["portrait", &document, "-o", &path("folder.jpg")]);
    let of_recording = done(&["portrait", &session, "--mrz-file", &mrz, "-o", &path("recording.jpg")]);
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(read("folder.jpg") == read("recording.jpg"));
    let image = &of_recording["result"]["image"];
    assert_eq!(*image, of_folder["result"]["image"]);
    assert_eq!(
        (&image["index"], &image["of"], &image["reason"]),
        (&0.into(), &1.into(), &"first_frontal".into())
    );
}

#[test]
fn every_measure_of_a_portrait_has_value_limit_and_result() {
    let dg2 = root().join("../shared/data/bsi-reference/Datagroup2.bin");
    if !dg2.exists() || !models_folder().is_dir() {
        eprintln!("SKIPPED every_measure_of_a_portrait_has_value_limit_and_result: DG2 or models are absent");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("face.png").display().to_string();
    let (exit, document) = titre(&["portrait", &dg2.display().to_string(), "-o", &out], &models_folder());
    assert_eq!(exit, 0);
    let measures = document["result"]["measures"].as_array().unwrap();
    assert_eq!(measures.len(), titre::biometrics::Measure::IDS.len());
    for measure in measures {
        let named = |name: &str| measure[name].as_str().is_some_and(|text| !text.is_empty());
        assert!(named("id") && named("unit") && named("source") && named("result"), "{measure}");
        assert!(measure["limit"].is_object(), "{measure}");
        assert!(measure["value"].is_number() || measure["result"] == "undetermined", "{measure}");
    }
    let value =
        |id: &str| measures.iter().find(|measure| measure["id"] == id).unwrap()["value"].as_f64().unwrap();
    assert!((60.0..400.0).contains(&value("inter_eye_distance")));
    assert_eq!(value("compression_bytes"), document["result"]["bytes"].as_f64().unwrap());
}

#[test]
fn a_codec_without_a_decoder_is_not_supported_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.mp4");
    let bytes = std::fs::read(fixture("baseline.mp4")).unwrap();
    // The brand in ftyp may bear the same name; the sample entry stands behind stsd.
    let stsd = bytes.windows(4).position(|window| window == b"stsd").unwrap();
    let entry = stsd + bytes[stsd..].windows(4).position(|window| window == b"avc1").unwrap();
    let mut other = bytes;
    other[entry..entry + 4].copy_from_slice(b"xyz9");
    std::fs::write(&path, other).unwrap();
    if !models_folder().is_dir() {
        eprintln!("SKIPPED a_codec_without_a_decoder_is_not_supported_and_named: the models are absent");
        return;
    }
    let output = Command::cargo_bin("titre")
        .unwrap()
        .env("PATH", folder.path())
        .args(["--json", "--models"])
        .arg(models_folder())
        .args(["liveness", &path.display().to_string()])
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &document["failure"]["code"]),
        (Some(12), &"input.video_not_supported".into())
    );
    assert!(document["failure"]["detail"].as_str().unwrap().contains("xyz9"), "{document}");
    assert!(document["failure"]["hint"].as_str().unwrap().contains("ffmpeg"));
}
