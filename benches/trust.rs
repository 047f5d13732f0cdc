//! Speed of passive authentication on one core, beside OpenSSL: EF.SODs a second, a master list taken in, and
//! every signature that documents carry. A table to the error stream, one JSON document to the output. See `make
//! bench-trust`.
//!
//! `--seconds S` for each measurement (0.5), `--openssl FILE`: the Python that holds libcrypto (benches/openssl_verify.py),
//! `--data DIR`: the public test material, of which nothing is printed but times.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::macros::datetime;
use titre::crypto::signature::verify_digest;
use titre::crypto::{HashAlgorithm, NamedCurve, PrivateKey, SeededEntropy, SignatureScheme};
use titre::inspection::{CheckResult, Profile, Subject, inspect_in};
use titre::lds::FileId;
use titre::pki::{Certificate, MasterList, StoreSession, TrustStore};
use titre::specimen::{Algorithms, DocumentKind, Order, Specimen};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const LIST: &str = "masterlists/DE_ML_2026-05-28-08-28-45.ml";
const ROOT: &str = "masterlists/DE_ROOT_CA_CSCA07.cer";
const DOCUMENTS: [&str; 8] = ["AT", "CN", "DE", "FR", "NZ", "SG", "UK", "US"];
const RSA_BITS: [usize; 4] = [2048, 3072, 4096, 6144];
/// Measurements that take turns, so that what else the machine does falls on both sides.
const TURNS: usize = 10;

/// The shortest time of one run of `work`, in microseconds, over runs of `budget` together.
fn shortest(budget: Duration, mut work: impl FnMut()) -> f64 {
    let (begin, mut best) = (Instant::now(), Duration::MAX);
    let mut batch = 1u32;
    while begin.elapsed() < budget {
        let start = Instant::now();
        (0..batch).for_each(|_| work());
        let took = start.elapsed();
        best = best.min(took / batch);
        // Long enough for the clock, short enough to find an undisturbed stretch.
        if took < Duration::from_micros(400) {
            batch *= 2;
        }
    }
    best.as_secs_f64() * 1e6
}

/// As [`shortest`], of runs that each need something made before, which is not timed; `budget` is for both, so it is
/// longer.
fn shortest_with<T>(budget: Duration, mut make: impl FnMut() -> T, mut work: impl FnMut(&T)) -> f64 {
    let (begin, mut best) = (Instant::now(), Duration::MAX);
    while begin.elapsed() < 8 * budget {
        let input = make();
        let start = Instant::now();
        work(&input);
        best = best.min(start.elapsed());
    }
    best.as_secs_f64() * 1e6
}

/// OpenSSL in a Python of its own: a line with a key and a signature in, the time of one verification out.
struct OpenSsl {
    _process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: String,
}

impl OpenSsl {
    fn start(script: &Path) -> Option<Self> {
        let mut command = Command::new("python3");
        let mut process = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (input, output) = (process.stdin.take()?, BufReader::new(process.stdout.take()?));
        let mut openssl = Self { _process: process, input, output, version: String::new() };
        openssl.version = openssl.line()?["version"].as_str()?.to_owned();
        Some(openssl)
    }

    fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }

    fn microseconds(&mut self, case: &Case, budget: Duration) -> Option<f64> {
        let order = json!({
            "spki": hex::encode(case.key.public().to_spki(false)), "digest": hex::encode(&case.digest),
            "signature": hex::encode(&case.signature), "hash": case.scheme.hash().name().replace('-', ""),
            "seconds": budget.as_secs_f64(),
        });
        writeln!(self.input, "{order}").ok()?;
        self.line()?["microseconds"].as_f64()
    }
}

/// A key and a signature by it.
struct Case {
    name: String,
    key: PrivateKey,
    scheme: SignatureScheme,
    digest: Vec<u8>,
    signature: Vec<u8>,
}

impl Case {
    fn new(name: String, key: PrivateKey, scheme: SignatureScheme) -> Self {
        let mut entropy = SeededEntropy::new("bench sign", 1);
        let signature = key.sign(&scheme, b"message", &mut entropy).expect("a signature");
        Self { name, key, scheme, digest: scheme.hash().digest(b"message"), signature }
    }
}

fn cases() -> Vec<Case> {
    let mut entropy = SeededEntropy::new("bench keys", 1);
    let mut cases = Vec::new();
    for curve in NamedCurve::ALL {
        let hash = match curve.order_bytes() {
            0..=28 => HashAlgorithm::Sha224,
            29..=40 => HashAlgorithm::Sha256,
            41..=48 => HashAlgorithm::Sha384,
            _ => HashAlgorithm::Sha512,
        };
        let key = PrivateKey::generate_ec(curve, &mut entropy).expect("a key");
        cases.push(Case::new(curve.name().to_owned(), key, SignatureScheme::Ecdsa { hash }));
    }
    for bits in RSA_BITS {
        let key = PrivateKey::generate_rsa(bits, &mut entropy).expect("a key");
        let scheme = SignatureScheme::RsaPkcs1 { hash: HashAlgorithm::Sha256 };
        cases.push(Case::new(format!("RSA-{bits}"), key, scheme));
    }
    cases
}

/// Each signature by titre and by OpenSSL, in turns.
fn signatures(openssl: &mut Option<OpenSsl>, budget: Duration) -> Value {
    let turn = budget / TURNS as u32;
    let mut rows = Vec::new();
    eprintln!("{:<18}{:>12}{:>12}{:>10}", "verification", "titre us", "OpenSSL us", "ratio");
    for case in cases() {
        let (key, mut own, mut other) = (case.key.public(), f64::INFINITY, f64::INFINITY);
        for _ in 0..TURNS {
            own = own.min(shortest(turn, || {
                verify_digest(black_box(&key), &case.scheme, &case.digest, &case.signature).expect("valid");
            }));
            let theirs = openssl.as_mut().and_then(|openssl| openssl.microseconds(&case, turn));
            other = other.min(theirs.unwrap_or(f64::INFINITY));
        }
        let ratio = other.is_finite().then(|| other / own);
        let text = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.2}"));
        let other = other.is_finite().then_some(other);
        eprintln!("{:<18}{:>12.1}{:>12}{:>10}", case.name, own, text(other), text(ratio));
        rows.push(json!({"name": case.name, "titre_us": own, "openssl_us": other, "ratio": ratio}));
    }
    Value::Array(rows)
}

/// A generated document under a store with its CSCA.
fn generated(seed: u64, algorithms: &str) -> (Subject, Certificate) {
    // Noise, so that the hashes are over data groups as long as real ones.
    let pixels: Vec<u8> =
        (0..120 * 160 * 3u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut portrait, 60)
        .encode(&pixels, 120, 160, image::ExtendedColorType::Rgb8)
        .expect("a picture");
    let specimen = Specimen::make(&Order {
        // A key of its own for every State, all of one name.
        seed,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::parse(algorithms).expect("known algorithms"),
        quirks: BTreeSet::new(),
        at: AT,
        portrait: &portrait,
    })
    .expect("a specimen");
    let subject = Subject {
        files: specimen.chip.files.clone(),
        document: None,
        optical_mrz: None,
        provenance: None,
        digests: Default::default(),
    };
    (subject, Certificate::parse(&specimen.csca).expect("a certificate"))
}

/// Times of one document: with nothing known of the store; with the store known and both signer and CSCA met for the
/// first time; with both known.
fn document(name: &str, subject: &Subject, store: &TrustStore, others: &Subject, budget: Duration) -> Value {
    let judge = |session: &StoreSession<'_>| inspect_in(subject, session, AT, Profile::Operational).verdict;
    let warm = StoreSession::new(store);
    assert_eq!(judge(&warm), CheckResult::Successful, "{name}");
    let known_store = || {
        let session = StoreSession::new(store);
        black_box(inspect_in(others, &session, AT, Profile::Operational));
        session
    };
    let alone = shortest_with(
        budget,
        || StoreSession::new(store),
        |session| {
            black_box(judge(session));
        },
    );
    let cold = shortest_with(budget, known_store, |session| {
        black_box(judge(session));
    });
    let cached = shortest(budget, || {
        black_box(judge(&warm));
    });
    eprintln!("{name:<34}{:>12.0}{:>12.0}{:>12.0}", 1e6 / alone, 1e6 / cold, 1e6 / cached);
    json!({"name": name, "alone_per_second": 1e6 / alone, "cold_per_second": 1e6 / cold, "cached_per_second": 1e6 / cached})
}

fn documents(data: &Path, store: &mut TrustStore, budget: Duration) -> Value {
    let mut subjects = Vec::new();
    for (seed, (name, algorithms)) in (1..).zip([
        ("RSA-2048 under RSA-4096", "rsa,ds=rsa-pkcs1:2048:sha-256,csca=rsa-pkcs1:4096:sha-256"),
        ("RSA-PSS-3072 under RSA-PSS-4096", "rsa,ds=rsa-pss:3072:sha-256,csca=rsa-pss:4096:sha-256"),
        ("P-256 under P-384", "modern"),
        ("brainpoolP256r1 under P384r1", "brainpool"),
    ]) {
        let (subject, csca) = generated(seed, algorithms);
        store.add_certificate(&csca, name, csca.as_der());
        subjects.push((name.to_owned(), subject));
    }
    for country in DOCUMENTS {
        if let Ok(bytes) = std::fs::read(data.join(format!("sod/SOD_{country}.bin"))) {
            subjects.push((format!("real EF.SOD {country}"), Subject::security_object(FileId::Sod, bytes)));
        }
    }
    eprintln!("\n{:<34}{:>12}{:>12}{:>12}", "EF.SODs a second, one core", "alone", "new signer", "cached");
    let rows = (0..subjects.len()).map(|at| {
        let (name, subject) = &subjects[at];
        let (_, others) = &subjects[(at + 1) % subjects.len()];
        document(name, subject, store, others, budget)
    });
    Value::Array(rows.collect())
}

/// The German list verified and taken in, as `titre csca import` does before it writes.
fn master_list(data: &Path, budget: Duration) -> (TrustStore, Value) {
    let (Ok(bytes), Ok(root)) = (std::fs::read(data.join(LIST)), std::fs::read(data.join(ROOT))) else {
        eprintln!("\nno master list in {}", data.display());
        return (TrustStore::default(), Value::Null);
    };
    let root = Certificate::parse(&root).expect("a certificate");
    let import = || {
        let list = MasterList::verify(&bytes, std::slice::from_ref(&root), AT, &[]).expect("a good list");
        let mut store = TrustStore::default();
        store.add_list(&list, "list.ml", &bytes, false).expect("taken in");
        store
    };
    let store = import();
    let verified = shortest(budget, || {
        black_box(import());
    });
    let saved = store.save().expect("saved");
    let import_and_save = shortest(budget, || {
        black_box(import().save().expect("saved"));
    });
    let load = shortest(budget, || {
        black_box(TrustStore::load(&saved).expect("loaded"));
    });
    let ms = |us: f64| us / 1e3;
    eprintln!(
        "\nmaster list of {}: import {:.1} ms, import and save {:.1} ms, load {:.1} ms",
        store.len(),
        ms(verified),
        ms(import_and_save),
        ms(load)
    );
    let row = json!({"certificates": store.len(), "import_ms": ms(verified), "import_and_save_ms": ms(import_and_save), "load_ms": ms(load)});
    (store, row)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut seconds, mut script, mut data) = (0.5, None, root.join("../shared/data"));
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value after the option");
        match arg.as_str() {
            "--seconds" => seconds = value().parse().expect("seconds"),
            "--openssl" => script = Some(PathBuf::from(value())),
            "--data" => data = PathBuf::from(value()),
            // What cargo adds.
            _ => {}
        }
    }
    let budget = Duration::from_secs_f64(seconds);
    let mut openssl = script.as_deref().and_then(OpenSsl::start);
    let version = openssl.as_ref().map(|openssl| openssl.version.clone());
    eprintln!("against {}", version.as_deref().unwrap_or("nothing"));
    let signatures = signatures(&mut openssl, budget);
    let (mut store, list) = master_list(&data, budget);
    let documents = documents(&data, &mut store, budget);
    let result =
        json!({"openssl": version, "signatures": signatures, "master_list": list, "documents": documents});
    println!("{result:#}");
}
