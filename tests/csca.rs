//! `titre csca check` and `diff`, and deviation lists through import, list and verify; what two lists of an authority
//! differ in.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use assert_cmd::Command;
use forge::lists;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use titre::crypto::{HashAlgorithm, NamedCurve, PrivateKey, SeededEntropy, SignatureScheme};
use titre::pki::comparison::{Comparison, compare};
use titre::pki::{Certificate, MasterList};

fn run(words: &[&str]) -> (i32, Value) {
    let output = Command::cargo_bin("titre").unwrap().args(words).arg("--json").output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), document)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn check_names_rules_counts_and_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let (key, signer_key) = (forge::key(1), forge::key(2));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let other = forge::Order { ca: false, ..forge::root(&key, ("XX", "Other"), 3) };
    let signer = forge::signer(&signer_key, &root, ("UT", "DS"));
    let list = forge::Cms::new(forge::MASTER_LIST, &forge::list(&[root.der(), other.der()]), &root);
    let list = write(folder.path(), "list.ml", &list.der());
    let signer = write(folder.path(), "ds.cer", &signer.der());
    let (exit, document) = run(&["csca", "check", &list, &signer]);
    assert_eq!((exit, document["schema"].as_str()), (0, Some("titre.csca_check/1")));
    let result = &document["result"];
    // The wrapper of the list holds its signer, which is the CSCA.
    assert_eq!(result["checked"], 4);
    assert_eq!(result["kinds"], serde_json::json!({"csca": 3, "document_signer": 1}));
    let count = |result: &Value, code: &str| {
        let rules = result["rules"].as_array().unwrap().clone();
        rules.into_iter().find(|rule| rule["code"] == code).map(|rule| rule["count"].clone())
    };
    assert_eq!(count(result, "basic_constraints_missing"), Some(1.into()));
    assert_eq!(count(result, "document_types_missing"), Some(1.into()));
    assert_eq!(count(result, "country_missing"), None);
    for rule in result["rules"].as_array().unwrap() {
        assert!(rule["source"].as_str().unwrap().len() > 10 && rule["text"].as_str().unwrap().len() > 10);
    }
    let (_, only) = run(&["csca", "check", &list, &signer, "--country", "xx"]);
    assert_eq!(only["result"]["checked"], 1);
    let (_, only) = run(&["csca", "check", &list, "--rule", "basic_constraints_missing"]);
    assert_eq!(only["result"]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(run(&["csca", "check", &list, "--rule", "no_such_rule"]).0, 2);
    let junk = write(folder.path(), "junk", b"junk");
    assert_eq!(run(&["csca", "check", &junk]).1["failure"]["code"], "input.malformed");
}

#[test]
fn diff_tells_added_gone_reissued_rekeyed_and_weakened_apart() {
    let (key, new_key, other_key) = (forge::key(1), forge::key(2), forge::key(3));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let gone = forge::root(&other_key, ("XX", "Gone"), 4);
    let reissued = forge::Order { serial: 9, not_after: "360101000000Z", ..root.clone() };
    let rekeyed = forge::root(&new_key, ("UT", "CSCA"), 2);
    let weak = forge::Order { ca: false, serial: 8, ..rekeyed.clone() };
    let added = forge::root(&other_key, ("YY", "New"), 5);
    let found = |old: &[&forge::Order<'_>], new: &[&forge::Order<'_>]| {
        let certificates = |list: &[&forge::Order<'_>]| -> Vec<Certificate> {
            list.iter().map(|order| order.certificate()).collect()
        };
        compare(&certificates(old), &certificates(new))
    };
    let same = found(&[&root, &gone], &[&gone, &root]);
    assert_eq!(same, Comparison::default());
    let all = found(&[&root, &gone], &[&reissued, &rekeyed, &added]);
    assert_eq!(all.added, [added.certificate()]);
    assert_eq!(all.gone, [gone.certificate()]);
    assert_eq!(all.reissued, [(root.certificate(), reissued.certificate())]);
    assert_eq!(all.rekeyed, [(root.certificate(), rekeyed.certificate())]);
    assert_eq!(all.weakened, []);
    // The old one of a re-issued certificate may still be there.
    assert_eq!(found(&[&root], &[&root, &reissued]).gone, []);
    let worse = found(&[&root], &[&root, &weak]);
    assert_eq!(worse.weakened[0].how, ["basic_constraints_missing"]);
    let bits = |bytes| {
        let key = titre::crypto::PublicKey::rsa(&vec![0xFF; bytes], &[1, 0, 1]).unwrap();
        forge::Order { spki: Some(key.to_spki(false)), serial: 7, ..root.clone() }
    };
    assert_eq!(found(&[&bits(512)], &[&bits(384)]).weakened[0].how, ["key_shorter"]);
    assert_eq!(found(&[&bits(384)], &[&bits(512)]).weakened, []);
    assert_eq!(found(&[&bits(384)], &[&forge::Order { serial: 11, ..bits(384) }]).weakened, []);
    let on = |curve| {
        let key = PrivateKey::generate_ec(curve, &mut SeededEntropy::new("curve", 1)).unwrap();
        forge::Order { spki: Some(key.public().to_spki(false)), serial: 7, ..root.clone() }
    };
    let (short, long) = (on(NamedCurve::P256), on(NamedCurve::P384));
    assert_eq!(found(&[&long], &[&short]).weakened[0].how, ["key_shorter"]);
    assert_eq!(found(&[&short], &[&long]).weakened, []);
    let unusable = forge::Order { spki: Some(vec![0x30, 0]), ..reissued.clone() };
    assert_eq!(found(&[&root], &[&unusable]).weakened[0].how[0], "key_unusable");
    // One key is one key however it is written, and unreadable ones are compared as they stand.
    let explicit = forge::Order { spki: Some(key.public().to_spki(true)), ..reissued.clone() };
    assert_eq!(found(&[&root], &[&explicit]).reissued.len(), 1);
    let again = forge::Order { serial: 10, ..unusable.clone() };
    assert_eq!(found(&[&unusable], &[&again]).reissued.len(), 1);
    // A root is compared with the root of its name, not with the link.
    let link = forge::Order { issuer_key: &other_key, authority_id: Some(4), serial: 6, ..root.clone() };
    let several = found(&[&root, &link], &[&root, &link, &rekeyed]);
    assert_eq!(several.rekeyed, [(root.certificate(), rekeyed.certificate())]);
    // The hash, changed in the bytes: the signature is not asked.
    let der = root.der();
    let (from, to) = (forge::SCHEME, SignatureScheme::Ecdsa { hash: HashAlgorithm::Sha384 });
    let (from, to) = (from.to_algorithm_identifier(), to.to_algorithm_identifier());
    let strong: Vec<u8> = replace(&der, &from, &to);
    let weaker = compare(&[Certificate::parse(&strong).unwrap()], &[reissued.certificate()]);
    assert_eq!(weaker.weakened[0].how, ["hash_weaker"]);
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut changed = bytes.to_vec();
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            changed[at..at + to.len()].copy_from_slice(to);
        }
    }
    changed
}

#[test]
fn a_deviation_list_goes_through_import_list_and_verify() {
    let folder = tempfile::tempdir().unwrap();
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let ds = forge::signer(&key, &root, ("UT", "DS"));
    let list_key = forge::key(3);
    let order = forge::Order {
        purpose: Some(lists::DEVIATION_LIST_SIGNER),
        serial: 7,
        ..forge::signer(&list_key, &root, ("UT", "Lists"))
    };
    let known = [lists::known("1.1", &lists::status(3)), lists::known("4.3", &[])];
    let entry = lists::defect(&ds.certificate().issuer_and_serial(), None, &known);
    let content = lists::defect_list(0, &[entry]);
    let list = write(folder.path(), "defects.der", &lists::signed(lists::DEFECT_LIST, &content, &order));
    let stranger = forge::key(9);
    let forged = forge::Order { issuer_key: &stranger, ..order.clone() };
    let forged = write(folder.path(), "forged.der", &lists::signed(lists::DEFECT_LIST, &content, &forged));
    let csca = write(folder.path(), "csca.cer", &root.der());
    let sod = forge::Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &ds).sod();
    let sod = write(folder.path(), "EF.SOD.bin", &sod);
    let store = folder.path().join("trust.json");
    let store = store.to_str().unwrap();
    let at = ["--at", "2026-11-22T12:00:00Z"];
    assert_eq!(run(&["csca", "import", &csca, "-o", store]).0, 0);
    assert_eq!(run(&["verify", &sod, "--store", store, at[0], at[1]]).0, 0);
    // A list that is not by a pinned signer is not taken in, and the store is as it was.
    let before = std::fs::read(store).unwrap();
    for (file, pinned) in [(&forged, Some(&csca)), (&list, None)] {
        let mut words = vec!["csca", "import", file, "-o", store];
        words.extend(pinned.iter().flat_map(|pinned| ["--signer", pinned.as_str()]));
        let (exit, document) = run(&words);
        assert_eq!((exit, document["failure"]["code"].as_str()), (31, Some("trust_store.list_untrusted")));
        assert_eq!(std::fs::read(store).unwrap(), before);
    }
    let (exit, document) = run(&["csca", "import", &list, "--signer", &csca, "-o", store]);
    assert_eq!((exit, &document["result"]["imported"][0]["kind"]), (0, &"deviation_list".into()));
    let (_, document) = run(&["csca", "list", "--store", store]);
    let described = &document["result"]["deviation_lists"][0];
    assert_eq!((&described["entries"], &described["defects"]["signer_revoked"]), (&1.into(), &1.into()));
    let (exit, document) = run(&["verify", &sod, "--store", store, at[0], at[1]]);
    assert_eq!(exit, 10);
    let codes: BTreeSet<&str> = document["result"]["listed_defects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|defect| defect["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, BTreeSet::from(["power_down_required", "signer_revoked"]));
    assert_eq!(document["result"]["store"]["deviation_lists"], 1);
}

fn lists_of_germany() -> Option<(PathBuf, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/masterlists");
    let paths =
        ["DE_ML_2024-08-07-07-38-24.ml", "DE_ML_2026-05-28-08-28-45.ml"].map(|name| folder.join(name));
    if paths.iter().all(|path| path.exists()) {
        let [old, new] = paths;
        return Some((old, new));
    }
    assert!(!(folder.exists() && std::env::var_os("CI").is_some()), "the lists are not there");
    println!("SKIPPED the German lists: they are not there");
    None
}

#[test]
fn the_two_german_lists_differ_as_they_do() {
    let Some((old, new)) = lists_of_germany() else { return };
    let read = |path: &Path| MasterList::unverified(&std::fs::read(path).unwrap()).unwrap().certificates;
    let (old_list, new_list) = (read(&old), read(&new));
    let found = compare(&old_list, &new_list);
    let came = found.added.len() + found.reissued.len() + found.rekeyed.len();
    let digests = |list: &[Certificate]| list.iter().map(Certificate::fingerprint).collect::<BTreeSet<_>>();
    let (before, after) = (digests(&old_list), digests(&new_list));
    assert_eq!(came, after.difference(&before).count());
    let counts = (found.added.len(), found.gone.len(), found.reissued.len(), found.rekeyed.len());
    assert_eq!(counts, (42, 59, 5, 59));
    let weakened: Vec<_> =
        found.weakened.iter().map(|weak| (weak.new.country().unwrap(), weak.how.as_slice())).collect();
    let malaysia = ["subject_alternative_name_missing", "issuer_alternative_name_missing"];
    let britain = ["country_differs", "private_key_usage_period_missing", "name_change_missing"];
    assert_eq!(weakened, [("MY".to_owned(), &malaysia[..]), ("GB".to_owned(), &britain[..])]);
    let (exit, document) = run(&["csca", "diff", old.to_str().unwrap(), new.to_str().unwrap()]);
    assert_eq!((exit, document["schema"].as_str()), (0, Some("titre.csca_diff/1")));
    let count = |name: &str| document["result"][name].as_array().unwrap().len();
    assert_eq!(count("gone"), found.gone.len());
    assert_eq!(count("added") + count("reissued") + count("rekeyed"), came);
    let (_, one) = run(&["csca", "diff", old.to_str().unwrap(), new.to_str().unwrap(), "--country", "FR"]);
    let countries = one["result"]["countries"].as_object().unwrap();
    assert!(countries.keys().all(|country| country == "FR"));
}
