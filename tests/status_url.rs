//! `titre attest verify --status-list` with an address: fetched when it is asked, within bounds, and an address or a server
//! that does not answer never makes an attestation stand.

mod server;

use assert_cmd::Command;
use serde_json::{Value, json};
use server::Server;
use std::path::Path;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::Claim;
use titre::attestation::status::{Status, StatusList, StatusReference, publish};
use titre::attestation::verify::VCT_TEST;
use titre::attestation::{HolderKey, IssuerKey, make_holder_key, make_test_issuer};
use titre::crypto::SeededEntropy;

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);
const TYPE: &str = "application/statuslist+jwt";
const INDEX: u64 = 7;

struct Bench {
    folder: tempfile::TempDir,
    issuer: IssuerKey,
    server: Server,
}

impl Bench {
    /// An attestation whose status list stands at `path` of a server of this machine.
    fn new(path: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start();
        let entropy = &mut SeededEntropy::new("status-url", 1);
        let files = make_test_issuer(entropy, AT).unwrap();
        let issuer = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
        let holder = HolderKey::read_file(make_holder_key(entropy).unwrap().as_bytes()).unwrap();
        let place = StatusReference { uri: server.url(path), index: INDEX };
        let claims = vec![
            ("iat", Claim::Plain(json!(AT.unix_timestamp()))),
            ("exp", Claim::Plain(json!(AT.unix_timestamp() + 100))),
            ("vct", Claim::Plain(json!(VCT_TEST))),
            ("cnf", Claim::Plain(json!({"jwk": holder.to_jwk()}))),
            ("status", Claim::Plain(place.to_claim())),
        ];
        let token = issuer.issue(claims, 1, entropy).unwrap();
        std::fs::write(folder.path().join("a.sd-jwt"), token.to_compact()).unwrap();
        std::fs::write(folder.path().join("root.pem"), &files.root_pem).unwrap();
        Self { folder, issuer, server }
    }

    fn list(&self, path: &str, status: Status) -> String {
        let mut list = StatusList::new(2, 64).unwrap();
        list.set(INDEX, status.number()).unwrap();
        let (ttl, expires) = (Duration::minutes(5), AT + Duration::days(1));
        publish(&list, &self.server.url(path), AT, ttl, expires, &self.issuer).unwrap()
    }

    fn verify(&self, source: &str) -> (i32, Value) {
        verify(self.folder.path(), source)
    }

    /// Exit code and reason.
    fn told(&self, source: &str) -> (i32, String) {
        let (code, document) = self.verify(source);
        (code, document["result"]["reason"].as_str().unwrap_or("").to_owned())
    }
}

fn verify(folder: &Path, source: &str) -> (i32, Value) {
    let ran = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(["attest", "verify", "a.sd-jwt", "--issuer", "root.pem", "--status-list", source])
        .args(["--json", "--at", "2026-05-28T12:00:00Z"])
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!(document["exit"], ran.status.code().unwrap(), "{document}");
    (ran.status.code().unwrap(), document)
}

#[test]
fn a_change_of_state_is_seen_as_soon_as_it_is_published() {
    let bench = Bench::new("/list");
    for (status, expected) in [
        (Status::Valid, (0, "")),
        (Status::Suspended, (10, "status.suspended")),
        (Status::Valid, (0, "")),
        (Status::Invalid, (10, "status.revoked")),
    ] {
        bench.server.serves("/list", TYPE, bench.list("/list", status).as_bytes());
        let expected = (expected.0, expected.1.to_owned());
        assert_eq!(bench.told("auto"), expected, "the address that the attestation names");
        assert_eq!(bench.told(&bench.server.url("/list")), expected, "an address that was given");
    }
    let asked = bench.server.asked();
    assert_eq!(asked.len(), 8, "nothing is kept for the next time");
    assert!(asked.iter().all(|head| head.starts_with("GET /list ") && head.contains(TYPE)), "{asked:?}");
}

#[test]
fn what_does_not_come_or_is_no_list_leaves_the_state_unknown() {
    let bench = Bench::new("/list");
    let list = bench.list("/list", Status::Valid);
    let unknown = |reason: &str| (11, reason.to_owned());
    assert_eq!(bench.told("auto"), unknown("status.unreachable"), "404");
    bench.server.serves("/list", "text/html; charset=utf-8", list.as_bytes());
    assert_eq!(bench.told("auto"), unknown("status.media_type"));
    bench.server.serves("/list", "Application/StatusList+JWT; x=y", list.as_bytes());
    assert_eq!(bench.told("auto"), (0, String::new()), "parameters and case do not count");
    bench.server.serves("/list", TYPE, &vec![b'a'; (4 << 20) + 1]);
    assert_eq!(bench.told("auto"), unknown("status.unreachable"), "too large");
    bench.server.serves("/list", TYPE, b"not a list");
    assert_eq!(bench.told("auto"), unknown("status.malformed"));
    // A list of another address, though well signed.
    bench.server.serves("/list", TYPE, bench.list("/other", Status::Valid).as_bytes());
    assert_eq!(bench.told("auto"), unknown("status.another_list"));
    // A redirection leads to https or nowhere.
    let elsewhere = bench.server.url("/moved");
    bench.server.serves("/moved", TYPE, list.as_bytes());
    bench.server.at(
        "/list",
        Box::new(move |_| (format!("302 Found\r\nLocation: {elsewhere}"), "text/plain".into(), vec![])),
    );
    assert_eq!(bench.told("auto"), unknown("status.unreachable"));
    // Nobody listens there.
    assert_eq!(bench.told("http://127.0.0.1:1/list"), unknown("status.unreachable"));
}

#[test]
fn only_https_and_this_machine_are_asked_and_nothing_before_the_signature_holds() {
    let bench = Bench::new("/list");
    for url in ["http://issuer.example/list", "ftp://127.0.0.1/list", "file:///etc/passwd", "https://u@h/"] {
        let (code, document) = bench.verify(url);
        assert_eq!((code, &document["failure"]["code"]), (30, &json!("input.address")), "{url}");
    }
    let path = bench.folder.path().join("a.sd-jwt");
    let token = std::fs::read_to_string(&path).unwrap();
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let signature = parts[2].clone();
    parts[2] = format!("{}{}", if signature.starts_with('A') { "B" } else { "A" }, &signature[1..]);
    std::fs::write(&path, parts.join(".")).unwrap();
    assert_eq!(bench.told("auto"), (10, "signature.invalid".to_owned()));
    assert!(bench.server.asked().is_empty(), "an address that nobody vouches for was asked");
}
