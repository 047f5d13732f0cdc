//! The evidence bundle: what stands in it, that openssl verifies and opens it, that any change is refused, that the verdict is
//! repeated from it, and that it is deleted in time and not before.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use titre::attestation::bundle::{
    BundleError, Contents, ContentsError, Evidence, Index, Recipient, SealError, Sealed, seal, seal_contents,
};
use titre::attestation::{IssuerCertificate, IssuerKey, make_test_issuer};
use titre::crypto::SeededEntropy;
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::FileId;
use titre::pki::{Certificate, MasterList, TrustStore};
use titre::specimen::{Algorithms, DocumentKind};

/// A document with its verdict, an issuer, and two archives: `rsa.pem` with `rsa.key`, `ec.pem` with `ec.key`.
struct Archive {
    folder: tempfile::TempDir,
    now: OffsetDateTime,
    subject: Subject,
    store: TrustStore,
    inspection: Inspection,
    issuer: IssuerKey,
    root: Vec<IssuerCertificate>,
}

impl Archive {
    fn new() -> Self {
        let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
        let algorithms = Algorithms::parse("modern").unwrap();
        let specimen = bench::document_of(DocumentKind::Td3, algorithms, &[]);
        let mut chip = bench::chip(&specimen.chip);
        let reading = bench::read(&mut chip, &bench::mrz(&specimen.chip)).unwrap();
        let signer = Certificate::parse(&specimen.master_list_signer).unwrap();
        let list = MasterList::verify(&specimen.master_list, &[signer], bench::today(), &[]).unwrap();
        let mut store = TrustStore::default();
        store.add_list(&list, "masterlist.ml", &specimen.master_list, false).unwrap();
        let subject = Subject::from(&reading);
        let inspection = inspect(&subject, &store, bench::today(), Profile::Operational);
        assert_eq!(inspection.verdict, CheckResult::Successful);
        let files = make_test_issuer(&mut SeededEntropy::new("bundle", 1), now - Duration::HOUR).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), &files.root_pem).unwrap();
        let mut archive = Self {
            folder,
            now,
            subject,
            store,
            inspection,
            issuer: IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap(),
            root: IssuerCertificate::read_file(files.root_pem.as_bytes()).unwrap(),
        };
        for (name, key) in [("rsa", "rsa:2048"), ("ec", "ec -pkeyopt ec_paramgen_curve:P-384")] {
            archive.openssl(&format!(
                "req -x509 -newkey {key} -nodes -sha256 -days 30 -subj /CN=Archive -keyout {name}.key -out {name}.pem"
            ));
        }
        // No earlier than the certificates, which begin when they are made.
        archive.now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
        archive
    }

    fn openssl(&self, args: &str) -> std::process::Output {
        let output = Command::new("openssl").current_dir(self.folder.path()).args(args.split(' ')).output();
        let output = output.unwrap();
        assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            subject: &self.subject,
            inspection: &self.inspection,
            store: &self.store,
            records: &[],
            at: self.now,
        }
    }

    fn recipient(&self, name: &str) -> Recipient {
        let bytes = std::fs::read(self.folder.path().join(format!("{name}.pem"))).unwrap();
        Recipient::read_file(&bytes, self.now).unwrap()
    }

    /// A bundle for that archive, to be kept for so many days; written to `FILE`.
    fn bundle(&self, recipient: &str, days: i64, file: &str) -> Vec<u8> {
        let mut entropy = SeededEntropy::new(file, 1);
        let until = self.now + Duration::days(days);
        let recipient = self.recipient(recipient);
        let records = [("consent.json", b"{}".to_vec())];
        let evidence = Evidence { records: &records, ..self.evidence() };
        let (bundle, index) = seal(&evidence, until, &recipient, &self.issuer, &mut entropy).unwrap();
        assert_eq!((index.completed_at, index.retention_until), (self.now, until));
        std::fs::write(self.folder.path().join(file), &bundle).unwrap();
        bundle
    }

    /// `titre attest evidence ARGS --json`, so many days later; gives the exit code and the document.
    fn titre(&self, args: &[&str], days: i64) -> (i32, Value) {
        let at = (self.now + Duration::days(days)).format(&Rfc3339).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_titre"));
        command.current_dir(self.folder.path()).env_remove("TITRE_EVIDENCE_PASSPHRASE");
        command.args(["attest", "evidence"]).args(args).args(["--json", "--batch", "--at", &at]);
        let output = command.output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (output.status.code().unwrap(), document)
    }

    fn failed(&self, args: &[&str]) -> (i32, String) {
        let (exit, document) = self.titre(args, 0);
        (exit, document["failure"]["code"].as_str().unwrap_or_default().to_owned())
    }
}

fn contains(bytes: &[u8], window: &[u8]) -> bool {
    bytes.windows(window.len()).any(|each| each == window)
}

#[test]
fn openssl_verifies_the_seal_without_opening_it_and_opens_it_with_the_key() {
    let archive = Archive::new();
    for name in ["rsa", "ec"] {
        let bundle = archive.bundle(name, 30, "bundle.p7m");
        let sod = archive.subject.file(FileId::Sod).unwrap();
        let dg1 = archive.subject.file(FileId::Dg(1)).unwrap();
        assert!(!contains(&bundle, &sod[100..140]) && !contains(&bundle, &dg1[5..25]), "it is sealed");
        archive.openssl(
            "cms -verify -cades -inform DER -in bundle.p7m -CAfile root.pem -purpose any -out inner.der",
        );
        archive.openssl(&format!(
            "cms -decrypt -inform DER -in inner.der -recip {name}.pem -inkey {name}.key -out opened.tar"
        ));
        let listed =
            Command::new("tar").current_dir(archive.folder.path()).args(["-tf", "opened.tar"]).output();
        let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
        let names: BTreeSet<&str> = listed.lines().collect();
        for wanted in
            ["manifest.json", "consent.json", "inspection.json", "trust-store.json", "document/EF.SOD.bin"]
        {
            assert!(names.contains(wanted), "{listed}");
        }
        let opened = std::fs::read(archive.folder.path().join("opened.tar")).unwrap();
        assert!(contains(&opened, sod) && contains(&opened, dg1));
        // The face is not in it, however it is looked for.
        let dg2 = archive.subject.file(FileId::Dg(2)).unwrap();
        assert!(!names.contains("document/EF.DG2.bin"));
        for at in (0..dg2.len().saturating_sub(32)).step_by(16) {
            assert!(!contains(&opened, &dg2[at..at + 32]), "bytes of EF.DG2 at {at}");
        }
    }
}

#[test]
fn the_index_is_read_without_the_key_and_says_nothing_of_the_person() {
    let archive = Archive::new();
    let bundle = archive.bundle("ec", 30, "bundle.p7m");
    let (exit, document) = archive.titre(&["verify", "bundle.p7m", "--issuer", "root.pem"], 0);
    assert_eq!(exit, 0, "{document}");
    let result = &document["result"];
    let until = (archive.now + Duration::days(30)).format(&Rfc3339).unwrap();
    assert_eq!(
        (result["retention_until"].as_str(), result["retention_over"].as_bool()),
        (Some(&*until), Some(false))
    );
    assert_eq!(result["biometric_data"], "none");
    let state = archive.inspection.document.as_ref().unwrap().issuing_state.as_bytes();
    let text = document["result"].to_string();
    assert!(!contains(text.as_bytes(), state), "not even the State");
    assert_eq!(
        archive.titre(&["verify", "bundle.p7m", "--issuer", "root.pem"], 30).1["result"]["retention_over"],
        true
    );
    let again = archive.bundle("ec", 30, "again.p7m");
    let id = |bundle: &[u8]| Sealed::verify(bundle, &archive.root).unwrap().index.bundle;
    assert_ne!(id(&bundle), id(&again), "two bundles of one person");
}

#[test]
fn a_bit_anywhere_makes_a_bundle_that_is_refused() {
    let archive = Archive::new();
    let bundle = archive.bundle("rsa", 30, "bundle.p7m");
    Sealed::verify(&bundle, &archive.root).unwrap();
    let edges = (0..600).chain(bundle.len() - 1800..bundle.len());
    for at in edges.chain((600..bundle.len()).step_by(211)) {
        let mut changed = bundle.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(Sealed::verify(&changed, &archive.root).is_err(), "{at}");
    }
    for cut in [0, 1, bundle.len() - 1] {
        assert_eq!(Sealed::verify(&bundle[..cut], &archive.root).unwrap_err(), SealError::Malformed);
    }
    let middle = bundle.len() / 2;
    let mut changed = bundle.clone();
    changed[middle] ^= 1;
    std::fs::write(archive.folder.path().join("changed.p7m"), &changed).unwrap();
    let verify = |file| archive.failed(&["verify", file, "--issuer", "root.pem"]);
    assert_eq!(verify("changed.p7m"), (10, "evidence.changed".to_owned()));
    std::fs::write(archive.folder.path().join("cut.p7m"), &bundle[..middle]).unwrap();
    assert_eq!(verify("cut.p7m"), (30, "evidence.malformed".to_owned()));
    let other = make_test_issuer(&mut SeededEntropy::new("bundle", 2), archive.now - Duration::HOUR).unwrap();
    std::fs::write(archive.folder.path().join("other.pem"), &other.root_pem).unwrap();
    let stranger = archive.failed(&["verify", "bundle.p7m", "--issuer", "other.pem"]);
    assert_eq!(stranger, (10, "evidence.untrusted".to_owned()));
    let open =
        |key| archive.failed(&["open", "bundle.p7m", "--issuer", "root.pem", "-o", "opened", "--key", key]);
    assert_eq!(open("ec.key"), (30, "evidence.key".to_owned()));
    assert_eq!(open("rsa.pem"), (30, "evidence.recipient".to_owned()));
    assert!(!archive.folder.path().join("opened").exists());
    assert_eq!(open("rsa.key"), (0, String::new()));
    assert!(archive.folder.path().join("opened/document/EF.DG1.bin").exists());
}

#[test]
fn the_verdict_is_repeated_and_is_red_where_a_file_is_another() {
    let archive = Archive::new();
    for name in ["rsa", "ec"] {
        archive.bundle(name, 30, "bundle.p7m");
        let key = format!("{name}.key");
        let again = ["re-verify", "bundle.p7m", "--issuer", "root.pem", "--key", &key];
        // Years later, when every certificate has expired: it is judged as of then.
        let (exit, document) = archive.titre(&again, 36_000);
        assert_eq!((exit, &document["result"]["repeated"]), (0, &Value::Bool(true)), "{document}");
        assert_eq!(document["result"]["verdict_now"], "successful");
    }
    // Another trust store, another verdict.
    std::fs::write(archive.folder.path().join("store.json"), other_store().save().unwrap()).unwrap();
    let (exit, document) = archive.titre(
        &["re-verify", "bundle.p7m", "--issuer", "root.pem", "--key", "ec.key", "--store", "store.json"],
        0,
    );
    assert_eq!((exit, &document["result"]["repeated"]), (10, &Value::Bool(false)), "{document}");

    for (change, expected) in
        [(1, "data_groups.dg1.hash"), (2, "data_groups.dg2.hash"), (14, "data_groups.dg14.hash")]
    {
        let mut subject = archive.subject.clone();
        let bytes = subject.files.get_mut(&FileId::Dg(change)).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let evidence = Evidence { subject: &subject, ..archive.evidence() };
        let recipient = archive.recipient("ec");
        let mut entropy = SeededEntropy::new("changed", 1);
        // It is not even sealed where the verdict does not follow from it.
        let refused = seal(&evidence, archive.now, &recipient, &archive.issuer, &mut entropy).unwrap_err();
        assert!(matches!(refused, BundleError::Contents(ContentsError::NotRepeatable(_))), "{refused}");
        let index = Index::new("0".repeat(32), archive.now, archive.now);
        let contents = Contents::collect(&evidence, index).unwrap();
        let bundle = seal_contents(&contents, &recipient, &archive.issuer, &mut entropy).unwrap();
        std::fs::write(archive.folder.path().join("wrong.p7m"), bundle).unwrap();
        let again = ["re-verify", "wrong.p7m", "--issuer", "root.pem", "--key", "ec.key"];
        let (exit, document) = archive.titre(&again, 0);
        let result = &document["result"];
        assert_eq!((exit, result["verdict_now"].as_str()), (10, Some("failed")), "{document}");
        let differences = result["differences"].as_array().unwrap();
        assert!(differences.iter().any(|id| id == expected), "{differences:?}");
    }
}

/// A store that does not know the document's State.
fn other_store() -> TrustStore {
    let mut store = TrustStore::default();
    let specimen = bench::document_of(DocumentKind::Td3, Algorithms::parse("rsa").unwrap(), &[]);
    let csca = Certificate::parse(&specimen.csca).unwrap();
    store.add_certificate(&csca, "csca.der", &specimen.csca);
    store
}

#[test]
fn a_purge_deletes_what_is_over_and_nothing_else() {
    let archive = Archive::new();
    let store = archive.folder.path().join("store");
    std::fs::create_dir(&store).unwrap();
    let old = archive.bundle("ec", 10, "store/old.p7m");
    archive.bundle("ec", 20, "store/new.p7m");
    let mut damaged = archive.bundle("ec", 1, "store/damaged.p7m");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(store.join("damaged.p7m"), &damaged).unwrap();
    std::fs::write(store.join(".titre-purging-0"), &old[..100]).unwrap();
    let listed = || {
        let names = std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect::<BTreeSet<_>>()
    };
    let all = listed();
    // A single bundle before its day is refused.
    let (exit, document) = archive.titre(&["purge", "store/new.p7m", "--issuer", "root.pem"], 19);
    assert_eq!((exit, document["failure"]["code"].as_str()), (10, Some("evidence.retained")));
    let dry = archive.titre(&["purge", "store", "--issuer", "root.pem", "--dry-run"], 10);
    assert_eq!(dry.1["result"]["deleted"].as_array().unwrap().len(), 2, "{}", dry.1);
    assert_eq!(listed(), all, "a dry run deletes nothing");
    let (exit, document) = archive.titre(&["purge", "store", "--issuer", "root.pem"], 10);
    let result = &document["result"];
    // A damaged bundle is told, and the exit code says that somebody must look.
    assert_eq!((exit, result["damaged"][0]["code"].as_str()), (10, Some("evidence.changed")), "{document}");
    let count = |name: &str| result[name].as_array().unwrap().len();
    assert_eq!((count("deleted"), count("kept"), count("damaged")), (2, 1, 1));
    assert_eq!(listed(), ["damaged.p7m".to_owned(), "new.p7m".to_owned()].into());
    for name in listed() {
        let bytes = std::fs::read(store.join(name)).unwrap();
        assert!(!contains(&bytes, &old[old.len() - 64..]), "the signature of the deleted one is a canary");
    }
    std::fs::remove_file(store.join("damaged.p7m")).unwrap();
    assert_eq!(archive.titre(&["purge", "store", "--issuer", "root.pem"], 19).0, 0);
    assert!(Path::exists(&store.join("new.p7m")));
    assert_eq!(archive.titre(&["purge", "store/new.p7m", "--issuer", "root.pem"], 20).0, 0);
    assert!(listed().is_empty());
}

#[test]
fn a_recipient_must_be_one_that_can_be_sealed_to() {
    let archive = Archive::new();
    archive.openssl(
        "req -x509 -newkey rsa:1024 -nodes -days 30 -subj /CN=Short -keyout short.key -out short.pem",
    );
    archive.openssl("req -x509 -newkey ed25519 -nodes -days 30 -subj /CN=Ed -keyout ed.key -out ed.pem");
    archive.openssl(
        "req -x509 -key rsa.key -days 30 -subj /CN=Signer -addext keyUsage=digitalSignature -out signer.pem",
    );
    let read = |name: &str, at| {
        let bytes = std::fs::read(archive.folder.path().join(name)).unwrap();
        Recipient::read_file(&bytes, at).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(read("rsa.pem", archive.now), Ok(()));
    for (name, days) in [("short.pem", 0), ("ed.pem", 0), ("signer.pem", 0), ("rsa.key", 0), ("rsa.pem", 31)]
    {
        assert!(read(name, archive.now + Duration::days(days)).is_err(), "{name}");
    }
}
