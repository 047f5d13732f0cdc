//! `titre verify` of several inputs: each is judged as it is by itself, whatever stands beside it.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use assert_cmd::Command;
use forge::Cms;
use serde_json::Value;
use std::path::{Path, PathBuf};
use titre::asn1::tlv;

/// A folder with a trust store, and inputs of every sort in a folder below it.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        let (key, ds_key, other) = (forge::key(1), forge::key(3), forge::key(4));
        let root = forge::root(&key, ("UT", "CSCA"), 1);
        let signer = forge::signer(&ds_key, &root, ("UT", "DS"));
        let list = Cms::new(forge::MASTER_LIST, &forge::list(&[root.der()]), &root).der();
        bench.write("list.ml", &list);
        bench.write("root.der", &root.der());
        let import = [
            "csca",
            "import",
            "list.ml",
            "--signer",
            "root.der",
            "-o",
            "trust.json",
            "--at",
            "2023-06-01T00:00:00Z",
        ];
        assert_eq!(bench.run(&import).0, 0);
        std::fs::create_dir(bench.path("all")).unwrap();
        let content = forge::hashes(&[(1, b"one")]);
        let sod = |cms: &Cms| tlv::encode(0x77, &cms.der());
        let good = Cms::new(forge::SOD, &content, &signer);
        let mut altered = Cms::new(forge::SOD, &content, &signer);
        altered.content = forge::hashes(&[(1, b"two")]);
        let stranger = forge::Order {
            issuer_key: &other,
            subject: ("XX", "DS"),
            issuer: ("XX", "CSCA"),
            authority_id: None,
            ..signer
        };
        bench.write("all/a-good.bin", &sod(&good));
        bench.write("all/b-altered.bin", &sod(&altered));
        bench.write("all/c-stranger.bin", &sod(&Cms::new(forge::SOD, &content, &stranger)));
        bench.write("all/d-other.txt", b"no signed file");
        bench.write("all/.hidden", b"");
        std::fs::create_dir(bench.path("all/e-empty")).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn run(&self, words: &[&str]) -> (i32, Value) {
        let mut command = Command::cargo_bin("titre").unwrap();
        let output = command.current_dir(self.0.path()).args(words).arg("--json").output().unwrap();
        (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
    }

    fn verify(&self, inputs: &[&str]) -> (i32, Value) {
        let options = ["--store", "trust.json", "--at", "2023-06-01T00:00:00Z"];
        self.run(&[&["verify"], inputs, &options].concat())
    }
}

#[test]
fn each_input_is_judged_as_by_itself() {
    let bench = Bench::new();
    let (exit, folder) = bench.verify(&["all"]);
    assert_eq!((exit, folder["schema"].as_str()), (10, Some("titre.verify_many/1")), "{folder}");
    let documents = folder["result"]["documents"].as_array().unwrap();
    let names: Vec<&str> = documents.iter().map(|document| document["input"].as_str().unwrap()).collect();
    let all = ["a-good.bin", "b-altered.bin", "c-stranger.bin", "d-other.txt", "e-empty"];
    assert_eq!(names, all.map(|name| Path::new("all").join(name).display().to_string()));
    for (document, expected) in documents.iter().zip([0, 10, 11, 30, 30]) {
        assert_eq!(document["exit"], expected, "{document}");
        let (alone, single) = bench.verify(&[document["input"].as_str().unwrap()]);
        assert_eq!(alone, expected);
        assert_eq!(document["result"], single["result"]);
        assert_eq!(document["failure"]["code"], single["failure"]["code"]);
    }
    let counts = serde_json::json!({
        "successful": 1, "failed": 1, "undetermined": 1, "not_supported": 0, "aborted": 0, "unreadable": 2
    });
    assert_eq!(folder["result"]["counts"], counts);
    let digest = folder["result"]["store"].as_str().unwrap();
    assert_eq!(documents[0]["result"]["store"]["digest"], digest);
}

#[test]
fn the_exit_code_is_that_of_the_whole() {
    let bench = Bench::new();
    let [good, altered, stranger, other] =
        ["all/a-good.bin", "all/b-altered.bin", "all/c-stranger.bin", "all/d-other.txt"];
    assert_eq!(bench.verify(&[good, good]).0, 0);
    assert_eq!(bench.verify(&[good, stranger]).0, 11);
    assert_eq!(bench.verify(&[good, stranger, other]).0, 30);
    assert_eq!(bench.verify(&[good, stranger, other, altered]).0, 10);
    assert_eq!(bench.verify(&[good, "nowhere"]).0, 30);
    // A document folder that lost its index is no folder of documents.
    bench.write("all/e-empty/EF.DG1.bin", b"");
    assert!(bench.verify(&["all/e-empty"]).1["result"].is_null());
    // Nor is anything quietly passed over: a recording is named.
    bench.write("all/session.jsonl", b"{\"format\":1}\n");
    let (_, document) = bench.verify(&[good, "all/session.jsonl"]);
    assert_eq!(document["result"]["documents"][1]["failure"]["code"], "input.malformed");
}
