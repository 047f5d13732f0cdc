//! `titre verify` and `titre explain` as people and scripts see the tree.

use super::{AT, MODERN, OPTICAL};
use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use time::format_description::well_known::Rfc3339;
use titre::inspection::{Profile, catalogue};
use titre::lds::{FileId, Mrz};

fn titre(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("titre").unwrap();
    for variable in ["LANG", "LC_ALL", "LC_MESSAGES", "TITRE_MRZ", "TITRE_CAN"] {
        command.env_remove(variable);
    }
    let output = command.current_dir(dir).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// A folder with the document and its trust store.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("document")).unwrap();
    MODERN.reading.write_folder(&dir.path().join("document")).unwrap();
    std::fs::write(dir.path().join("trust.json"), MODERN.store.save().unwrap()).unwrap();
    dir
}

fn verify(dir: &Path, more: &[&str]) -> (Option<i32>, String) {
    let at = AT.format(&Rfc3339).unwrap();
    titre(dir, &[&["verify", "document", "--store", "trust.json", "--at", &at], more].concat())
}

fn check<'a>(tree: &'a Value, id: &str) -> Option<&'a Value> {
    if tree["id"] == id {
        return Some(tree);
    }
    tree["children"].as_array()?.iter().find_map(|child| check(child, id))
}

#[test]
fn the_printed_zone_comes_from_a_file_and_stays_out_of_the_result() {
    let dir = folder();
    let zone = Mrz::parse(std::str::from_utf8(&MODERN.reading.files[&FileId::Dg(1)][5..]).unwrap()).unwrap();
    let lines = zone.lines.disclose().clone();
    let mut other = lines.join("\n").into_bytes();
    other[8] = if other[8] == b'X' { b'Y' } else { b'X' };
    let key = "L898902C3/740812/120415".to_owned();
    for (text, exit, result, reason) in [
        (lines.join("\n"), 0, "successful", Value::Null),
        (String::from_utf8(other).unwrap(), 10, "failed", "optical_mrz_differs".into()),
        // What opens a recording is no reading of the page.
        (key, 0, "not_supported", "optical_mrz_not_given".into()),
    ] {
        std::fs::write(dir.path().join("mrz"), &text).unwrap();
        let (code, out) = verify(dir.path(), &["--mrz-file", "mrz", "--json"]);
        let document: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, &document["exit"]), (Some(exit), &exit.into()), "{out}");
        let found = check(&document["result"]["checks"], OPTICAL).unwrap();
        assert_eq!((&found["result"], &found["reason"]["code"]), (&result.into(), &reason));
        assert!(!out.contains(zone.document_number.disclose().as_str()) && !out.contains(&lines[1]));
        if exit == 10 {
            assert_eq!(found["reason"]["fields"], "name");
        }
    }
    std::fs::write(dir.path().join("mrz"), "P<UTO").unwrap();
    let (code, out) = verify(dir.path(), &["--mrz-file", "mrz", "--json"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["failure"]["code"]), (Some(30), &"input.mrz".into()));
}

#[test]
fn the_page_tells_states_and_what_to_do() {
    let dir = folder();
    let (code, page) = verify(dir.path(), &[]);
    assert_eq!(code, Some(0), "{page}");
    assert!(page.contains("data groups: identical: DG1 DG2 "), "{page}");
    assert!(page.contains("data groups: not present: DG3 "), "{page}");
    let index = dir.path().join("document/reading.json");
    let text = std::fs::read_to_string(&index).unwrap();
    std::fs::write(&index, text.replace("\"EF.DG1\",", "")).unwrap();
    for (lang, remedy) in [("en", "Read the document again"), ("fr", "Lire de nouveau le document")] {
        let (code, page) = verify(dir.path(), &["--lang", lang]);
        assert_eq!(code, Some(11), "{page}");
        assert!(page.contains(remedy), "{page}");
    }
}

#[test]
fn every_check_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let explain = |topic: &str, lang: &str| {
        let (code, out) = titre(dir.path(), &["explain", topic, "--json", "--lang", lang]);
        assert_eq!(code, Some(0), "{topic}: {out}");
        serde_json::from_str::<Value>(&out).unwrap()["result"].clone()
    };
    for id in [
        "inspection",
        "card_security.chain.trust",
        "data_groups.dg7.hash",
        "passive_authentication.revocation",
        OPTICAL,
    ] {
        let (en, fr) = (explain(id, "en")["checks"][0].clone(), explain(id, "fr")["checks"][0].clone());
        assert_eq!((&en["id"], &en["source"]), (&fr["id"], &fr["source"]));
        assert_ne!(en["about"], fr["about"], "{id}");
        for profile in Profile::ALL {
            assert!(en["requirements"][profile.name()].is_string(), "{id}");
        }
        for result in ["successful", "failed", "undetermined"] {
            let (en, fr) = (&en["results"][result], &fr["results"][result]);
            assert!(en.is_string() && en != fr, "{id} {result}");
        }
    }
    let reason = explain("csca_missing", "en")["reasons"][0].clone();
    assert!(reason["remedy"].as_str().unwrap().contains("titre csca import"), "{reason}");
    let (_, all) = titre(dir.path(), &["explain"]);
    assert!(catalogue::ALL.iter().all(|entry| all.contains(entry.id)));
}
