//! `titre enroll` from end to end on a specimen: what refuses does so with its own code and leaves no attestation; what
//! passes is verified by titre, by openssl and by the Python reference implementation of SD-JWT.
#![cfg(feature = "face")]

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const AT: &str = "2026-05-28T12:00:00Z";

/// Runs titre in `folder`; gives exit code and document.
fn titre(folder: &Path, args: &[&str]) -> (i32, Value) {
    let mut command = Command::cargo_bin("titre").unwrap();
    command.current_dir(folder).args(args).arg("--json");
    if !args.contains(&"--at") {
        command.args(["--at", AT]);
    }
    let ran = command.output().unwrap();
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    let code = ran.status.code().unwrap();
    assert_eq!(document["exit"], code, "{document}");
    (code, document)
}

fn done(folder: &Path, args: &[&str]) -> Value {
    let (code, document) = titre(folder, args);
    assert_eq!(code, 0, "{args:?}: {document}");
    document
}

/// A folder with everything that an enrollment needs but the video.
struct Bench(tempfile::TempDir);

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench(tempfile::tempdir().unwrap());
    let folder = bench.path();
    done(folder, &["specimen", "make", "-o", "specimen"]);
    let transport = ["--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
    done(folder, &[&["read", "-o", "document"][..], &transport].concat());
    let signer = ["--signer", "specimen/masterlist-signer.der", "-o", "trust.json"];
    done(folder, &[&["csca", "import", "specimen/masterlist.ml"][..], &signer].concat());
    done(folder, &["challenge", "-o", "challenge.json"]);
    let agree = ["document_reading", "face_recognition", "attestation"].map(|purpose| ["--agree", purpose]);
    done(folder, &[&["consent", "record", "-o", "consent.json"][..], agree.as_flattened()].concat());
    bench
});

impl Bench {
    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// The options of an enrollment, by name, to be changed one by one.
fn options() -> Vec<(&'static str, String)> {
    [
        ("--store", "trust.json"),
        ("--video", "video.mp4"),
        ("--challenge", "challenge.json"),
        ("--consent", "consent.json"),
        ("--issuer-key", "specimen/issuer.pem"),
        ("--holder-key", "specimen/holder.pem"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn enroll(input: &str, options: &[(&str, String)], output: &str, more: &[&str]) -> (i32, Value) {
    let mut args = vec!["enroll", input, "-o", output];
    for (name, value) in options {
        args.extend([*name, value.as_str()]);
    }
    args.extend(more);
    titre(BENCH.path(), &args)
}

/// Runs an enrollment that must be refused with this exit and code, and leave nothing.
fn refused(name: &str, input: &str, change: &[(&str, &str)], more: &[&str], expected: (i32, &str)) -> Value {
    let mut options = options();
    for (option, value) in change {
        options.retain(|(known, _)| known != option);
        if !value.is_empty() {
            options.push((option, (*value).to_owned()));
        }
    }
    let output = format!("{name}.sd-jwt");
    let (code, document) = enroll(input, &options, &output, more);
    let found = (code, document["failure"]["code"].as_str().unwrap_or_default());
    assert_eq!(found, expected, "{name}: {document}");
    assert!(document["result"].is_null(), "{name}: {document}");
    assert!(!BENCH.file(&output).exists(), "{name} left an attestation");
    let left = std::fs::read_dir(BENCH.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with(".titre-")), "{name} left {left:?}");
    document
}

fn copy_document(to: &str, change: impl FnOnce(&Path)) {
    let folder = BENCH.file(to);
    std::fs::create_dir(&folder).unwrap();
    for entry in std::fs::read_dir(BENCH.file("document")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    change(&folder);
}

#[test]
fn without_valid_consent_nothing_is_done() {
    let bench = &*BENCH;
    let missing = (16, "consent.missing");
    refused("unnamed", "document", &[("--consent", "")], &[], missing);
    refused("absent", "document", &[("--consent", "none.json")], &[], missing);
    std::fs::write(bench.file("broken.json"), "{}").unwrap();
    refused("broken", "document", &[("--consent", "broken.json")], &[], missing);
    let record = ["consent", "record", "--agree", "face_recognition", "-o"];
    done(bench.path(), &[&record[..], &["partial.json"]].concat());
    refused("partial", "document", &[("--consent", "partial.json")], &[], (16, "consent.scope"));
    std::fs::copy(bench.file("consent.json"), bench.file("withdrawn.json")).unwrap();
    done(bench.path(), &["consent", "withdraw", "withdrawn.json"]);
    refused("withdrawn", "document", &[("--consent", "withdrawn.json")], &[], missing);
    // Consent comes before everything: with every other input missing too, it is what is named.
    let nothing = [("--consent", "none"), ("--store", "none"), ("--video", "none"), ("--issuer-key", "none")];
    refused("nothing", "none", &nothing, &[], missing);
}

#[test]
fn keys_output_and_challenge_are_checked_before_long_work() {
    let bench = &*BENCH;
    refused("no-key", "document", &[("--issuer-key", "none")], &[], (33, "signing_key.unreadable"));
    let root = [("--issuer-key", "specimen/issuer-root.pem")];
    refused("root-as-key", "document", &root, &[], (33, "signing_key.unreadable"));
    let holder = [("--holder-key", "specimen/csca.der")];
    refused("no-holder", "document", &holder, &[], (33, "signing_key.holder"));
    refused("no-store", "document", &[("--store", "none")], &[], (31, "trust_store.unreadable"));
    let challenge = [("--challenge", "consent.json")];
    refused("no-challenge", "document", &challenge, &[], (30, "input.challenge"));
    let late = ["--at", "2026-05-29T12:00:00Z"];
    refused("late", "document", &[], &late, (14, "enroll.challenge_not_met"));
    std::fs::write(bench.file("taken.sd-jwt"), "mine").unwrap();
    refused("with-taken-mdoc", "document", &[], &["--mdoc", "taken.sd-jwt"], (34, "output.exists"));
    refused("twice", "document", &[], &["--mdoc", "twice.sd-jwt"], (2, "usage"));
    let (code, document) = enroll("document", &options(), "taken.sd-jwt", &[]);
    assert_eq!((code, &document["failure"]["code"]), (34, &json!("output.exists")));
    assert_eq!(std::fs::read(bench.file("taken.sd-jwt")).unwrap(), b"mine");
}

#[test]
fn a_document_that_is_not_found_genuine_is_not_signed_for() {
    let bench = &*BENCH;
    copy_document("changed", |folder| {
        let path = folder.join("EF.DG2.bin");
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    });
    let document = refused("changed-dg2", "changed", &[], &[], (10, "enroll.document_failed"));
    assert!(document["failure"]["detail"].as_str().unwrap().contains("data_groups.dg2.hash"), "{document}");

    done(bench.path(), &["specimen", "make", "-o", "elsewhere", "--seed", "7"]);
    let other = ["--signer", "elsewhere/masterlist-signer.der", "-o", "elsewhere.json"];
    done(bench.path(), &[&["csca", "import", "elsewhere/masterlist.ml"][..], &other].concat());
    let unknown = (11, "enroll.document_undetermined");
    refused("unknown-csca", "document", &[("--store", "elsewhere.json")], &[], unknown);
    refused("no-document", "none", &[], &[], (30, "input.unreadable"));
    std::fs::create_dir(bench.file("empty")).unwrap();
    refused("empty-document", "empty", &[], &[], (30, "input.document_incomplete"));
}

#[test]
fn only_a_test_issuer_signs_and_a_folder_cannot_say_that_it_is_live() {
    let bench = &*BENCH;
    let at = |name: &str| bench.file(name).display().to_string();
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256"])
        .args(["-days", "30", "-subj", "/CN=Issuer", "-keyout", &at("prod.pem"), "-out", &at("prod.crt")])
        .output()
        .expect("openssl is a test dependency");
    assert!(made.status.success(), "{made:?}");
    // openssl dates the certificate now; consent and challenge are made anew for that time.
    let now = time::OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc3339).unwrap();
    let at = ["--at", now.as_str()];
    done(bench.path(), &[&["challenge", "-o", "challenge-now.json"][..], &at].concat());
    let agree = ["document_reading", "face_recognition", "attestation"].map(|purpose| ["--agree", purpose]);
    let record = [&["consent", "record", "-o", "signed.json"][..], agree.as_flattened(), &at].concat();
    done(bench.path(), &[&record[..], &["--issuer-key", "prod.pem", "--issuer-cert", "prod.crt"]].concat());
    let change = [
        ("--issuer-key", "prod.pem"),
        ("--issuer-cert", "prod.crt"),
        ("--challenge", "challenge-now.json"),
        ("--consent", "signed.json"),
    ];
    // A production issuer answers for the consent: it must be its own, signed.
    let unsigned = [("--issuer-key", "prod.pem"), ("--issuer-cert", "prod.crt")];
    refused("unsigned-consent", "document", &unsigned, &at, (16, "consent.not_signed"));
    let by_other = [("--consent", "signed.json")];
    refused("consent-of-another", "document", &by_other, &at, (16, "consent.signature"));
    // Of the models only the manifest is asked before the document is: first one that is a demonstration, then one whose
    // rates were measured.
    let measured = include_str!("../models/recommended.toml");
    for (name, manifest) in
        [("measured", measured.to_owned()), ("demo", measured.replace("\"measured\"", "\"demonstration\""))]
    {
        std::fs::create_dir(bench.file(name)).unwrap();
        std::fs::write(bench.file(name).join("manifest.toml"), manifest).unwrap();
    }
    let demonstration = (12, "model.demonstration");
    let with = |models| [&at[..], &["--models", models]].concat();
    let document = refused("production-on-demo", "document", &change, &with("demo"), demonstration);
    assert!(document["failure"]["hint"].as_str().unwrap().contains("titre models install recommended"));
    let kiosk = ["--models", "demo", "--profile", "kiosk"];
    let document = refused("kiosk-on-demo", "document", &[], &kiosk, (12, "model.below_floor"));
    assert!(document["failure"]["hint"].as_str().unwrap().contains("titre models install recommended"));
    let at = with("measured");
    let expected = (33, "signing_key.not_a_test_issuer");
    refused("specimen-by-production", "document", &change, &at, expected);
    copy_document("forged", |folder| {
        let path = folder.join("reading.json");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"specimen\""));
        std::fs::write(path, text.replacen("\"specimen\"", "\"live\"", 1)).unwrap();
    });
    let document = refused("live-by-its-own-word", "forged", &change, &at, expected);
    assert!(document["failure"]["detail"].as_str().unwrap().contains("replay"), "{document}");
}

/// The folder of models, where there is one.
fn models() -> Option<String> {
    let told = std::env::var("TITRE_MODELS").ok();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    let found = told.or_else(|| beside.exists().then(|| beside.display().to_string()));
    if found.is_none() {
        eprintln!("SKIPPED: no models (set TITRE_MODELS)");
    }
    found
}

/// One video of the holder serves three times: with everything in order, against a stranger's document, and against a
/// challenge in another order.
#[test]
fn the_holder_is_enrolled_and_neither_a_stranger_nor_another_order_is() {
    let Some(models) = models() else { return };
    let bench = &*BENCH;
    let models = ["--models", models.as_str()];
    let asked = ["turn_right", "nod", "turn_left", "smile", "tilt_left", "nod", "turn_right", "tilt_right"];
    let mut swapped = asked;
    swapped.swap(1, 3);
    set_gestures("challenge.json", "asked.json", asked);
    set_gestures("challenge.json", "swapped.json", swapped);
    let film = ["specimen", "video", "--specimen", "specimen", "--challenge", "asked.json"];
    done(bench.path(), &[&film[..], &["-o", "video.mp4"]].concat());
    genuine(&models);

    let swapped = [("--challenge", "swapped.json")];
    refused("swapped", "document", &swapped, &models, (14, "enroll.challenge_not_met"));

    done(bench.path(), &["specimen", "make", "-o", "stranger", "--seed", "2"]);
    let transport = ["--transport", "specimen:stranger", "--mrz-file", "stranger/mrz.txt"];
    done(bench.path(), &[&["read", "-o", "stranger-document"][..], &transport].concat());
    let signer = ["--signer", "stranger/masterlist-signer.der", "-o", "stranger.json"];
    done(bench.path(), &[&["csca", "import", "stranger/masterlist.ml"][..], &signer].concat());
    let store = [("--store", "stranger.json"), ("--challenge", "asked.json")];
    let document = refused("stranger", "stranger-document", &store, &models, (14, "enroll.no_match"));
    assert!(!document.to_string().contains("score"), "{document}");
}

fn set_gestures(from: &str, to: &str, gestures: [&str; 8]) {
    let text = std::fs::read_to_string(BENCH.file(from)).unwrap();
    let mut challenge: Value = serde_json::from_str(&text).unwrap();
    challenge["gestures"] = json!(gestures);
    std::fs::write(BENCH.file(to), challenge.to_string()).unwrap();
}

fn genuine(models: &[&str]) {
    let bench = &*BENCH;
    let mut options = options();
    options.retain(|(name, _)| *name != "--challenge");
    options.push(("--challenge", "asked.json".to_owned()));
    let uri = "https://issuer.example/status/1";
    done(bench.path(), &["attest", "status", "new", "--uri", uri, "-o", "register.json"]);
    options.push(("--status-register", "register.json".to_owned()));
    let more = [models, &["--mdoc", "a.mdoc"]].concat();
    let (code, document) = enroll("document", &options, "a.sd-jwt", &more);
    assert_eq!(code, 0, "{document}");
    let result = &document["result"];
    assert_eq!(result["vct"], "urn:titre:enrollment:1:test");
    assert_eq!(result["assurance_level"], "test");
    assert_eq!(result["comparison"], "match");
    assert!(result["stages_ms"]["capture"].as_u64().unwrap() > 0, "{document}");
    let mrz = std::fs::read_to_string(bench.file("specimen/mrz.txt")).unwrap();
    let surname = mrz[5..].split('<').next().unwrap();
    assert!(!document.to_string().contains(surname), "holder data is not printed: {document}");
    assert!(!document.to_string().contains("score"), "no score is printed: {document}");

    let publish = ["publish", "register.json", "--issuer-key", "specimen/issuer.pem", "-o", "list.jwt"];
    let published = done(bench.path(), &[&["attest", "status"], &publish[..]].concat());
    assert_eq!(published["result"]["assigned"], 2, "one for each format: {published}");
    let verify = ["attest", "verify", "a.sd-jwt", "--issuer", "specimen/issuer-root.pem", "--disclose"];
    let verify = [&verify[..], &["--status-list", "list.jwt"]].concat();
    let verified = done(bench.path(), &[&verify[..], &["--holder-key", "specimen/holder.pem"]].concat());
    assert_eq!(verified["result"]["result"], "successful");
    let claims = &verified["result"]["claims"];
    assert_eq!(claims["status"]["status_list"]["uri"], uri);
    assert!(claims.to_string().to_uppercase().contains(surname));
    let verification = &claims["verified_claims"]["verification"];
    assert!(verification["assurance_limits"].to_string().contains("BIN-8.4.2-02A"), "{verification}");
    let challenge = std::fs::read(bench.file("asked.json")).unwrap();
    let hash = hex::encode(titre::crypto::HashAlgorithm::Sha256.digest(&challenge));
    assert_eq!(verification["evidence"][1]["challenge"]["sha256"], json!(hash));
    interop(&bench.file("a.sd-jwt"), claims);
    let verify = ["attest", "verify", "a.mdoc", "--issuer", "specimen/issuer-root.pem", "--disclose"];
    let second = done(bench.path(), &[&verify[..], &["--status-list", "list.jwt"]].concat());
    assert_eq!(second["result"]["format"], "mso_mdoc");
    for name in ["family_name", "birthdate", "document_number"] {
        assert_eq!(second["result"]["claims"][name], claims[name], "{name}");
    }
    let place = |document: &Value| document["result"]["claims"]["status"]["status_list"]["idx"].clone();
    assert_ne!(place(&second), place(&verified), "one format is not known by the other");
}

/// The same attestation in the hands of the Python reference implementation.
fn interop(token: &Path, claims: &Value) {
    let Some(python) = std::env::var_os("TITRE_INTEROP_PYTHON") else {
        eprintln!("SKIPPED: TITRE_INTEROP_PYTHON names no Python with tests/interop/requirements.txt");
        return;
    };
    let issuer = std::fs::read_to_string(BENCH.file("specimen/issuer.pem")).unwrap();
    let certificate = &issuer[issuer.find("-----BEGIN CERTIFICATE").unwrap()..];
    std::fs::write(BENCH.file("leaf.pem"), certificate).unwrap();
    let key = std::process::Command::new("openssl")
        .args(["x509", "-pubkey", "-noout", "-in"])
        .arg(BENCH.file("leaf.pem"))
        .output()
        .unwrap();
    std::fs::write(BENCH.file("leaf-key.pem"), key.stdout).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/verify_sdjwt.py");
    let ran = std::process::Command::new(python)
        .args([script.as_path(), token, &BENCH.file("leaf-key.pem")])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(&serde_json::from_slice::<Value>(&ran.stdout).unwrap(), claims);
}
