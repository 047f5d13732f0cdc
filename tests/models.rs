//! Which set of models is used, what is said of it, and what cannot be calibrated: as scripts see it. But for the last
//! test no weights are needed: a manifest alone says what a set claims.
#![cfg(feature = "face")]

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use titre::biometrics::Manifest;
use titre::specimen::person::{Expression, FIXTURE_SEEDS, Person, Pose, Sitting};

const RECOMMENDED: &str = include_str!("../models/recommended.toml");

/// Runs `titre --json` in a home of its own.
fn titre(home: &Path, told: Option<&Path>, args: &[&str]) -> (i32, Value) {
    let mut command = Command::cargo_bin("titre").unwrap();
    command.env("HOME", home).env_remove("XDG_DATA_HOME").env_remove("TITRE_MODELS").arg("--json").args(args);
    if let Some(told) = told {
        command.env("TITRE_MODELS", told);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

fn put_manifest(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("manifest.toml"), RECOMMENDED).unwrap();
}

#[test]
fn the_folder_named_comes_before_the_environment_before_what_is_installed_before_what_is_built_in() {
    let home = tempfile::tempdir().unwrap();
    let (home, list) = (home.path(), ["models", "list"]);
    let (exit, document) = titre(home, None, &list);
    if Manifest::built_in().unwrap().models.is_empty() {
        assert_eq!((exit, &document["failure"]["code"]), (32, &json!("model.missing")));
    } else {
        assert_eq!((exit, &document["result"]["origin"]), (0, &json!("built_in")), "{document}");
    }
    // A folder without a manifest is an installation that was broken off.
    let installed = home.join(".local/share/titre/models");
    std::fs::create_dir_all(&installed).unwrap();
    assert_ne!(titre(home, None, &list).1["result"]["origin"], "installed");
    put_manifest(&installed);
    let (_, document) = titre(home, None, &list);
    assert_eq!(document["result"]["origin"], "installed", "{document}");
    let (told, named) = (home.join("told"), home.join("named"));
    put_manifest(&told);
    put_manifest(&named);
    let (_, document) = titre(home, Some(&told), &list);
    assert_eq!(document["result"]["folder"], told.display().to_string());
    let (_, document) = titre(home, Some(&told), &["models", "list", "--models", named.to_str().unwrap()]);
    assert_eq!(document["result"]["folder"], named.display().to_string());
    // A folder that was named is never silently replaced by another, not even where its name is empty.
    let (exit, document) = titre(home, Some(Path::new("")), &list);
    assert_eq!((exit, &document["failure"]["code"]), (2, &json!("usage")), "{document}");
}

#[test]
fn a_list_says_what_is_there_how_far_it_goes_and_what_its_thresholds_did() {
    let folder = tempfile::tempdir().unwrap();
    put_manifest(folder.path());
    std::fs::write(folder.path().join("yunet_n_320_320.onnx"), b"another").unwrap();
    let (exit, document) = titre(folder.path(), Some(folder.path()), &["models", "list"]);
    assert_eq!(exit, 0, "{document}");
    let model = |name: &str| {
        let models = document["result"]["models"].as_array().unwrap();
        models.iter().find(|model| model["name"] == name).unwrap().clone()
    };
    assert_eq!(model("yunet_n_320")["state"], "changed");
    assert_eq!(model("fsanet_var")["state"], "missing");
    assert_eq!(model("mobilefacenet_zqcnn_y1")["maturity"], "measured");
    assert_eq!(document["result"]["maturity"], "measured");
    let calibration = &document["result"]["comparison"]["calibration"][0];
    assert_eq!(calibration["set"], "LFW deep-funneled");
    assert!(calibration["rates"].as_array().unwrap().iter().all(|rates| {
        rates["false_match_interval"].is_array() && rates["false_non_match_interval"].is_array()
    }));
    let (exit, document) = titre(folder.path(), Some(folder.path()), &["models", "verify"]);
    assert_eq!((exit, &document["failure"]["code"]), (32, &json!("model.digest")));
}

#[test]
fn a_folder_of_no_known_layout_is_refused_before_models_are_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let (exit, document) = titre(folder.path(), None, &["models", "bench", path]);
    assert_eq!((exit, &document["failure"]["code"]), (30, &json!("input.malformed")), "{document}");
    let (exit, document) = titre(folder.path(), None, &["models", "bench", "no such folder"]);
    assert_eq!((exit, &document["failure"]["code"]), (30, &json!("input.unreadable")), "{document}");
}

/// The folder of the recommended set, where there is one.
fn recommended() -> Option<PathBuf> {
    let told = std::env::var_os("TITRE_MODELS").filter(|told| !told.is_empty()).map(PathBuf::from);
    let found = told.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models"));
    if !found.is_dir() {
        eprintln!("SKIPPED: no recommended models (set TITRE_MODELS)");
        return None;
    }
    Some(found)
}

#[test]
fn people_in_folders_are_told_apart_and_few_pairs_state_no_rate() {
    let Some(models) = recommended() else { return };
    let folder = tempfile::tempdir().unwrap();
    let people = folder.path().join("people");
    for seed in &FIXTURE_SEEDS[..3] {
        let of_person = people.join(seed.to_string());
        std::fs::create_dir_all(&of_person).unwrap();
        for sitting in 0..2 {
            let person = Person::from_seed(*seed);
            let mut studio = Sitting::new(&person, seed * 2 + sitting);
            let picture = studio.shoot(&Pose::default(), &Expression::default());
            picture.save(of_person.join(format!("{sitting}.png"))).unwrap();
        }
    }
    std::fs::write(people.join(FIXTURE_SEEDS[0].to_string()).join("broken.jpg"), b"none").unwrap();
    let (people, models) = (people.to_str().unwrap(), Some(models.as_path()));
    let words = ["models", "bench", people, "--task", "comparison", "--threads", "2"];
    let (exit, document) = titre(folder.path(), models, &words);
    assert_eq!(exit, 0, "{document}");
    let (detection, pairs) = (&document["result"]["detection"], &document["result"]["all_pairs"]);
    assert_eq!((&detection["found"]["count"], &detection["unreadable"]), (&json!(6), &json!(1)));
    assert_eq!((&pairs["genuine_pairs"], &pairs["impostor_pairs"]), (&json!(3), &json!(12)), "{pairs}");
    // No rate is chosen from twelve pairs; what stands is what the set's own thresholds did.
    let rates = pairs["rates"].as_array().unwrap();
    assert!(rates.len() == 3 && rates.iter().all(|rates| rates.get("at").is_none()), "{pairs}");
    assert_eq!(rates[0]["false_non_match_rate"], 0.0, "{pairs}");

    let output = folder.path().join("calibration.toml");
    let words = ["models", "calibrate", people, "-o", output.to_str().unwrap()];
    let (exit, document) = titre(folder.path(), models, &words);
    assert_eq!((exit, &document["failure"]["code"]), (30, &json!("model.calibration")), "{document}");
    assert!(!output.exists());
}

/// The built-in set as a folder.
fn built_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

/// Puts pictures of one generated person with their truth into a folder.
fn render(folder: &Path, each: u16) -> PathBuf {
    let rendered = folder.join("rendered");
    let (each, output) = (each.to_string(), rendered.to_str().unwrap());
    let words = ["specimen", "pictures", "--first", "3", "--count", "1", "--each", &each, "-o", output];
    let (exit, document) = titre(folder, None, &words);
    assert_eq!(exit, 0, "{document}");
    rendered
}

#[test]
fn landmarks_are_held_against_known_points_and_angles_and_another_set() {
    let models = built_in();
    let folder = tempfile::tempdir().unwrap();
    let rendered = render(folder.path(), 8);
    let (dir, beside) = (rendered.to_str().unwrap(), models.to_str().unwrap());
    let words = ["models", "bench", dir, "--task", "landmarks", "--against", beside];
    let measured = || {
        let (exit, document) = titre(folder.path(), Some(&models), &words);
        assert_eq!(exit, 0, "{document}");
        document["result"]["landmarks"].clone()
    };
    let right = measured();
    let number = |found: &Value, place: &str| found.pointer(place).and_then(Value::as_f64).unwrap();
    assert_eq!((&right["known"], &right["in_use"]["found"]["count"]), (&json!(8), &json!(8)), "{right}");
    // A set beside itself.
    assert_eq!(right["in_use"], right["against"]);
    assert_eq!(number(&right, "/distance/points/mean"), 0.0);
    assert_eq!(number(&right, "/distance/error_ratio"), 1.0);
    let points = number(&right, "/in_use/points/by_face/mean");
    assert!(points > 0.0 && points < 0.12, "{right}");
    assert_eq!(right["in_use"]["points"]["by_point"].as_object().unwrap().len(), 8, "{right}");
    let yaw = "/in_use/pose/yaw/degrees/mean";
    assert!(number(&right, yaw) < 8.0, "{right}");

    // Truth whose yaw and points are wrong is contradicted.
    let file = rendered.join("truth.json");
    let mut truth: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for picture in truth["pictures"].as_array_mut().unwrap() {
        picture["yaw_degrees"] = json!(-picture["yaw_degrees"].as_f64().unwrap() + 20.0);
        let x = picture["points"]["left_mouth"][0].as_f64().unwrap();
        picture["points"]["left_mouth"][0] = json!(x + 200.0);
    }
    std::fs::write(&file, truth.to_string()).unwrap();
    let wrong = measured();
    assert!(number(&wrong, yaw) > 12.0, "{wrong}");
    let corner = "/in_use/points/by_point/left_mouth";
    assert!(number(&wrong, corner) > number(&right, corner) + 0.5, "{wrong}");
}

#[test]
fn a_truth_that_is_none_is_refused() {
    let models = built_in();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("truth.json", "{}"), ("1.pts", "1 1\n2 2\n")] {
        let set = folder.path().join(name.replace('.', "-"));
        std::fs::create_dir_all(&set).unwrap();
        std::fs::write(set.join(name), text).unwrap();
        std::fs::write(set.join("1.jpg"), b"").unwrap();
        let words = ["models", "bench", set.to_str().unwrap(), "--task", "landmarks"];
        let (exit, document) = titre(folder.path(), Some(&models), &words);
        assert_eq!((exit, &document["failure"]["code"]), (30, &json!("input.malformed")), "{document}");
    }
}
