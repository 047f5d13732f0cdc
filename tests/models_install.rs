//! `titre models install` as scripts see it: nothing without consent, nothing half written, no network where a folder
//! is named. The recommended models themselves stand in `TITRE_TEST_MODELS` or `../shared/models`; where they are
//! absent the test that needs them says so by name and passes.
#![cfg(feature = "face")]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs `titre --json models ...` as a user whose data folder is `home`.
fn titre(home: &Path, args: &[&str]) -> (i32, Value) {
    let mut command = Command::cargo_bin("titre").unwrap();
    command.env_remove("TITRE_MODELS").env("XDG_DATA_HOME", home).args(["--json", "models"]).args(args);
    let output = command.output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

fn failure(home: &Path, args: &[&str]) -> (i32, String) {
    let (exit, document) = titre(home, args);
    assert!(fs::read_dir(home).unwrap().next().is_none(), "{args:?} left something");
    (exit, document["failure"]["code"].as_str().unwrap_or("none").to_owned())
}

#[test]
fn what_cannot_be_installed_leaves_nothing() {
    let (home, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (home, empty) = (home.path(), empty.path().display().to_string());
    let told = |code: &str| (32, code.to_owned());
    let from = ["install", "recommended", "--from", &empty];
    assert_eq!(failure(home, &from), told("model.licence"));
    let into = home.join("into").display().to_string();
    let accepted = |what: &str| {
        let args = [&["install", what, "--accept-licences", "--into", &into][..], &[]].concat();
        failure(home, &args)
    };
    assert_eq!(accepted(&empty), told("model.unknown"));
    assert_eq!(accepted("http://example.org/model.onnx"), told("model.address"));
    assert_eq!(accepted(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), told("model.unknown"));
    assert_eq!(accepted("absent.onnx"), (30, "input.unreadable".to_owned()));
    let all = [&from[..], &["--accept-licences", "--into", &into]].concat();
    assert_eq!(failure(home, &all), told("model.not_in_folder"));
    assert_eq!(failure(home, &["install", &empty, "--from", &empty]).0, 2);
}

#[test]
fn the_recommended_set_installs_from_a_folder_and_is_then_in_use() {
    let shared = std::env::var_os("TITRE_TEST_MODELS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models"), PathBuf::from);
    if !shared.is_dir() {
        let test = "the_recommended_set_installs_from_a_folder_and_is_then_in_use";
        eprintln!("SKIPPED {test}: {} is absent", shared.display());
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (shared, folder) = (shared.display().to_string(), home.path().join("titre/models"));
    // One model first: the others of the set are then named as missing.
    let one = format!("{shared}/fsanet-var-iter-688590.onnx");
    let (exit, document) = titre(home.path(), &["install", &one, "--accept-licences"]);
    assert_eq!((exit, &document["result"]["missing"]), (0, &Value::from(8)));
    let install = ["install", "recommended", "--from", &shared, "--accept-licences"];
    let how = |document: &Value| {
        let models = document["result"]["models"].as_array().unwrap();
        models.iter().map(|model| model["how"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (exit, document) = titre(home.path(), &install);
    assert_eq!((exit, &document["result"]["missing"]), (0, &Value::from(0)));
    assert_eq!(how(&document).iter().filter(|how| *how == "ready").count(), 8);
    assert_eq!(how(&document).iter().filter(|how| *how == "kept").count(), 1);
    let (exit, document) = titre(home.path(), &["list"]);
    let models = document["result"]["models"].as_array().unwrap();
    assert!(exit == 0 && models.len() == 9 && models.iter().all(|model| model["state"] == "verified"));
    assert_eq!(document["result"]["folder"], folder.display().to_string());
    // Again, and without licences to accept, since nothing is new.
    let (exit, document) = titre(home.path(), &install[..4]);
    assert!(exit == 0 && how(&document).iter().all(|how| how == "kept"));
    // A model that was changed is no longer the one that was installed; it comes anew.
    let changed = folder.join("fsanet-1x1-iter-688590.onnx");
    fs::write(&changed, b"else").unwrap();
    let (exit, document) = titre(home.path(), &install);
    assert!(exit == 0 && how(&document).iter().filter(|how| *how == "ready").count() == 1);
    // Another set is not replaced unasked.
    let own = fs::read_to_string(folder.join("manifest.toml")).unwrap();
    fs::write(folder.join("manifest.toml"), own.replace("\"fsanet_var\"", "\"my_own\"")).unwrap();
    let (exit, document) = titre(home.path(), &install);
    assert_eq!((exit, document["failure"]["code"].as_str()), (34, Some("output.exists")));
    let left: Vec<_> = fs::read_dir(home.path().join("titre")).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing stands beside the folder");
}
