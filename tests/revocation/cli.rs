//! The command line: what `titre csca import` takes, what it passes over and why, and what `--crl` does.

use super::forge::crl::{CrlOrder, list};
use super::forge::{self, extension};
use assert_cmd::Command;
use base64ct::{Base64, Encoding};
use serde_json::Value;
use std::path::Path;
use titre::asn1::{pem, write};

/// Runs `titre --json` in `folder` as of the time of the tests; gives exit code and document.
fn titre(folder: &Path, args: &[&str]) -> (i32, Value) {
    let output = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(["--json", "--batch", "--at", "2026-11-22T12:00:00Z"])
        .args(args)
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["exit"], output.status.code().unwrap(), "{document}");
    (output.status.code().unwrap(), document)
}

/// The failure code of an import that must not write anything.
fn refused(folder: &Path, args: &[&str]) -> String {
    let before = std::fs::read(folder.join("trust.json")).ok();
    let (exit, document) = titre(folder, &[&["csca", "import", "-o", "trust.json"], args].concat());
    assert_ne!(exit, 0, "{document}");
    assert_eq!(std::fs::read(folder.join("trust.json")).ok(), before);
    document["failure"]["code"].as_str().unwrap().to_owned()
}

fn taken(folder: &Path, args: &[&str]) -> Value {
    let (exit, document) = titre(folder, &[&["csca", "import", "-o", "trust.json"], args].concat());
    assert_eq!(exit, 0, "{document}");
    document["result"].clone()
}

fn revocation(document: &Value) -> (Value, Value) {
    let groups = document["result"]["checks"]["children"].as_array().unwrap();
    let passive = groups.iter().find(|group| group["id"] == "passive_authentication").unwrap();
    let checks = passive["children"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == "passive_authentication.revocation").unwrap();
    (check["result"].clone(), check["reason"]["code"].clone())
}

/// A folder with the files of one State: CSCA, document signer, EF.SOD, lists.
fn state() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (key, ds_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let newer = || CrlOrder { this_update: "261115000000Z", ..list(&root) };
    let mut delta = list(&root);
    delta.extensions.push(extension("2.5.29.27", true, &write::integer(1)));
    let stranger = forge::root(&ds_key, ("ZZ", "CSCA"), 3);
    let ldif = |values: &[(&str, &[u8])]| {
        let mut text = "version: 1\n\ndn: c=UT,dc=data\nobjectclass: top\n".to_owned();
        for (name, value) in values {
            let base64 = Base64::encode_string(value);
            let (first, rest) = base64.split_at(40);
            text.push_str(&format!("{name}:: {first}\n {rest}\n"));
        }
        text.into_bytes()
    };
    let list_signer = forge::root(&ds_key, ("XX", "List"), 90);
    let master_list = forge::Cms::new(forge::MASTER_LIST, &forge::list(&[root.der()]), &list_signer).der();
    std::fs::create_dir_all(folder.path().join("all/below")).unwrap();
    for (name, bytes) in [
        ("csca.cer", root.der()),
        ("ds.cer", ds.der()),
        ("sod", forge::Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &ds).sod()),
        ("old.crl", list(&root).der()),
        ("new.pem", format!("of UT\n{}", pem::encode("X509 CRL", &newer().der())).into_bytes()),
        ("revoked.crl", newer().revoking(0x55, Some(1)).der()),
        ("delta.crl", delta.der()),
        ("stranger.crl", list(&stranger).der()),
        (
            "pkd.ldif",
            ldif(&[
                ("userCertificate;binary", &ds.der()),
                ("cACertificate;binary", &stranger.der()),
                ("certificateRevocationList;binary", &list(&stranger).der()),
                ("certificateRevocationList;binary", &list(&root).der()),
                ("pkdMasterListContent", &master_list),
            ]),
        ),
        ("certificates.ldif", ldif(&[("cACertificate;binary", &stranger.der())])),
        ("address.ldif", b"dn: c=UT\ncACertificate;binary:< file:///csca.cer\n".to_vec()),
        ("list-signer.cer", list_signer.der()),
        ("all/csca.cer", root.der()),
        ("all/ds.cer", ds.der()),
        ("all/notes.txt", b"notes".to_vec()),
        ("all/below/new.crl", newer().der()),
        ("all/below/old.crl", list(&root).der()),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn lists_are_imported_replaced_and_refused() {
    let state = state();
    let folder = state.path();
    assert_eq!(refused(folder, &["old.crl"]), "trust_store.crl_untrusted");
    assert_eq!(refused(folder, &["csca.cer", "stranger.crl"]), "trust_store.crl_untrusted");
    assert_eq!(refused(folder, &["csca.cer", "delta.crl"]), "trust_store.crl_malformed");
    assert_eq!(refused(folder, &["csca.cer", "address.ldif"]), "input.malformed");
    // The list first and the certificate that it needs after it: the order does not matter.
    let result = taken(folder, &["old.crl", "csca.cer"]);
    assert_eq!(result["imported"][1]["kind"], "revocation_list");
    assert_eq!(result["imported"][1]["change"], "new");
    assert_eq!((&result["certificates"], &result["revocation_lists"]), (&1.into(), &1.into()));
    assert_eq!(taken(folder, &["new.pem"])["imported"][0]["change"], "replaced");
    assert_eq!(refused(folder, &["old.crl"]), "trust_store.crl_older");
    assert_eq!(taken(folder, &["--force", "old.crl"])["imported"][0]["change"], "replaced");

    let (_, listed) = titre(folder, &["csca", "list", "--store", "trust.json"]);
    let crl = &listed["result"]["revocation_lists"][0];
    assert_eq!(
        (&crl["country"], &crl["number"], &crl["current"]),
        (&"UT".into(), &"07".into(), &true.into())
    );
    let output = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(["--lang", "en"])
        .args(["--at", "2027-02-01T00:00:00Z", "csca", "list", "--store", "trust.json"])
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("revocation lists: 1 UT"), "{page}");
    assert!(page.contains("revocation list out of date: C=UT, CN=CSCA (2027-01-01T00:00:00Z)"), "{page}");
}

#[test]
fn ldif_brings_what_is_signed_and_no_certificate() {
    let state = state();
    let folder = state.path();
    assert_eq!(refused(folder, &["certificates.ldif"]), "input.malformed");
    let result = taken(folder, &["csca.cer", "pkd.ldif"]);
    assert_eq!((&result["certificates"], &result["revocation_lists"]), (&1.into(), &1.into()));
    let passed = result["passed_over"].as_array().unwrap();
    let reasons: Vec<&str> = passed.iter().map(|each| each["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons.contains(&"a signed list needs --signer"), "{reasons:?}");
    assert_eq!(passed.iter().find(|each| each["count"] == 2).unwrap()["first_dn"], "c=UT,dc=data");
    // With the list's signer pinned, the list inside is verified like a file.
    let result = taken(folder, &["--signer", "list-signer.cer", "pkd.ldif"]);
    assert_eq!(result["imported"][0]["kind"], "master_list");
}

#[test]
fn a_folder_is_taken_in_as_far_as_it_can_be() {
    let state = state();
    let result = taken(state.path(), &["all"]);
    assert_eq!((&result["certificates"], &result["revocation_lists"]), (&1.into(), &1.into()));
    let passed: Vec<&str> =
        result["passed_over"].as_array().unwrap().iter().map(|each| each["file"].as_str().unwrap()).collect();
    assert_eq!(passed, ["ds.cer", "notes.txt"]);
    assert_eq!(result["imported"].as_array().unwrap().len(), 3, "{result}");
    std::fs::remove_dir_all(state.path().join("all/below")).unwrap();
    std::fs::remove_file(state.path().join("all/csca.cer")).unwrap();
    assert_eq!(refused(state.path(), &["all"]), "input.malformed");
}

#[test]
fn verify_takes_lists_beside_the_store_s() {
    let state = state();
    let folder = state.path();
    taken(folder, &["csca.cer"]);
    let verify = |more: &[&str]| titre(folder, &[&["verify", "sod", "--store", "trust.json"], more].concat());
    let (exit, document) = verify(&[]);
    assert_eq!(exit, 0, "an unknown revocation does not lower the whole: {document}");
    assert_eq!(revocation(&document), ("undetermined".into(), "no_revocation_list".into()));
    let digest = document["result"]["store"]["digest"].clone();
    let (exit, document) = verify(&["--crl", "new.pem", "--crl", "old.crl"]);
    assert_eq!((exit, revocation(&document)), (0, ("successful".into(), "not_revoked".into())));
    assert_eq!(document["result"]["store"]["digest"], digest);
    let (exit, document) = verify(&["--crl", "old.crl", "--crl", "revoked.crl"]);
    assert_eq!((exit, revocation(&document)), (10, ("failed".into(), "revoked".into())));
    for (file, code) in [
        ("stranger.crl", "trust_store.crl_untrusted"),
        ("delta.crl", "trust_store.crl_malformed"),
        ("csca.cer", "trust_store.crl_malformed"),
        ("absent.crl", "input.unreadable"),
    ] {
        assert_eq!(verify(&["--crl", file]).1["failure"]["code"], code, "{file}");
    }
    taken(folder, &["revoked.crl"]);
    assert_eq!(verify(&[]).0, 10);
    // A kiosk must know, and now can.
    let kiosk = |more: &[&str]| verify(&[&["--profile", "kiosk"], more].concat()).1;
    assert_eq!(revocation(&kiosk(&[])).0, "failed");
}
