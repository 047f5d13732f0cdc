//! The same bytes before programs that we did not write: openssl, Python's pymdoccbor with pycose, and @auth0/mdl of
//! JavaScript. The issuer here is one that openssl made, as an issuer of photo IDs is, and the type is the real one.

use super::*;
use std::path::Path;
use std::process::{Command, Output};

/// An issuer with a root of its own, valid now: what others verify is judged by their clock.
struct Real {
    folder: tempfile::TempDir,
    bench: Bench,
}

fn openssl(folder: &Path, args: &[&str]) -> Output {
    Command::new("openssl").current_dir(folder).args(args).output().expect("openssl is a test dependency")
}

impl Real {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let run = |args: &[&str]| {
            let ran = openssl(at, args);
            assert!(ran.status.success(), "{args:?}: {ran:?}");
        };
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256"];
        let root = [
            "-x509",
            "-days",
            "30",
            "-subj",
            "/C=UT/CN=Root of tests",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
        ];
        run(&[&["req"], &key[..], &root].concat());
        let leaf = ["-subj", "/C=UT/CN=Issuer of tests", "-keyout", "leaf.key", "-out", "leaf.csr"];
        run(&[&["req"], &key[..], &leaf].concat());
        std::fs::write(
            at.join("leaf.ext"),
            "keyUsage=critical,digitalSignature\nsubjectAltName=DNS:issuer.example\n",
        )
        .unwrap();
        run(&[
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-days",
            "29",
            "-sha256",
            "-extfile",
            "leaf.ext",
            "-set_serial",
            "7",
            "-out",
            "leaf.pem",
        ]);
        let read = |name: &str| std::fs::read(at.join(name)).unwrap();
        let issuer = IssuerKey::read_files(&read("leaf.key"), Some(&read("leaf.pem"))).unwrap();
        let root = IssuerCertificate::read_file(&read("root.pem")).unwrap();
        let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap() - Duration::seconds(1);
        // The certificate begins with this second.
        std::thread::sleep(std::time::Duration::from_secs(2));
        Self { bench: Bench { issuer, root, at: now + Duration::seconds(2), ..Bench::new(1) }, folder }
    }

    /// A presentation, and what it says by titre.
    fn presented(&self) -> (Vec<u8>, Verification) {
        let bench = &self.bench;
        let mut claims = bench.claims();
        claims.retain(|(name, _)| *name != "iss");
        claims.push(("iss", Claim::Plain(json!("https://issuer.example"))));
        let mdoc = issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap();
        let all = Attestation::from(mdoc);
        let places = all.show_unverified().unwrap().places;
        let wanted = ["family_name", "birthdate", "age_over_18", "document_number", "nationalities"];
        let chosen = wanted.iter().map(|name| places[*name].clone()).collect();
        let bytes = all.present(&chosen, SHOP, bench.at, &bench.secret).unwrap().to_bytes();
        let found = bench.verify_presented(&bytes, SHOP, bench.at);
        (bytes, found)
    }

    /// Another program's word on a presentation to `SHOP` with this nonce.
    fn judge(&self, program: &mut Command, bytes: &[u8], root: &str, nonce: &str) -> Result<Json, String> {
        let file = self.folder.path().join("response");
        std::fs::write(&file, bytes).unwrap();
        let ran =
            program.arg(&file).arg(self.folder.path().join(root)).args([SHOP.name, nonce]).output().unwrap();
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        match ran.status.code() {
            Some(0) => Ok(serde_json::from_str(&text).unwrap()),
            Some(1) if text.starts_with("refused: ") => Err(text),
            _ => panic!("{ran:?}"),
        }
    }
}

/// Asks one program about a good presentation and about changed ones.
fn agrees(program: &dyn Fn() -> Command) {
    let real = Real::new();
    let (bytes, found) = real.presented();
    let claims = claims_of(found);
    assert_eq!(claims["vct"], DOC_TYPE);
    let judge = |bytes: &[u8], root: &str, nonce: &str| real.judge(&mut program(), bytes, root, nonce);
    let theirs = judge(&bytes, "root.pem", SHOP.nonce).unwrap();
    assert_eq!(theirs["docType"], DOC_TYPE);
    for (claim, namespace, element) in [
        ("family_name", NAMESPACE_ISO, "family_name"),
        ("age_over_18", NAMESPACE_ISO, "age_over_18"),
        ("document_number", NAMESPACE_PHOTO_ID, "travel_document_number"),
        ("nationalities", NAMESPACE, "nationalities"),
        ("verified_claims", NAMESPACE, "verified_claims"),
    ] {
        assert_eq!(theirs["elements"][namespace][element], claims[claim], "{element}");
    }
    let birth = theirs["elements"][NAMESPACE_ISO]["birth_date"].as_str().unwrap();
    assert!(birth.starts_with("1990-02-28"), "{birth}");
    assert_eq!(
        theirs["elements"][NAMESPACE_ISO].as_object().unwrap().len(),
        3,
        "what was chosen, and no more"
    );

    let changed = |change: &dyn Fn(&mut Value)| {
        let mut response = cbor::parse(&bytes).unwrap();
        change(&mut at(&mut response, "documents").as_array_mut().unwrap()[0]);
        cbor::encode(&response)
    };
    let flip = |value: &mut Value| *value.as_bytes_mut().unwrap().last_mut().unwrap() ^= 1;
    let cases: [(&str, Vec<u8>); 5] = [
        (
            "an element",
            changed(&|document| {
                let items =
                    at(at(at(document, "issuerSigned"), "nameSpaces"), NAMESPACE_ISO).as_array_mut().unwrap();
                let mut item = opened(&items[0]);
                *at(&mut item, "elementValue") = "Other".into();
                items[0] = embed(cbor::encode(&item));
            }),
        ),
        (
            "a namespace",
            changed(&|document| {
                let spaces = at(at(document, "issuerSigned"), "nameSpaces").as_map_mut().unwrap();
                spaces.iter_mut().find(|(name, _)| name.as_text() == Some(NAMESPACE_ISO)).unwrap().0 =
                    "other".into();
            }),
        ),
        (
            "the issuer's signature",
            changed(&|document| {
                flip(&mut at(at(document, "issuerSigned"), "issuerAuth").as_array_mut().unwrap()[3]);
            }),
        ),
        (
            "the holder's signature",
            changed(&|document| {
                let auth = at(at(document, "deviceSigned"), "deviceAuth");
                flip(&mut at(auth, "deviceSignature").as_array_mut().unwrap()[3]);
            }),
        ),
        ("the type", changed(&|document| *at(document, "docType") = "org.iso.18013.5.1.mDL".into())),
    ];
    for (what, bytes) in &cases {
        let refused = judge(bytes, "root.pem", SHOP.nonce);
        assert!(refused.is_err(), "{what}: {refused:?}");
        assert_ne!(refusal(&real.bench.verify_presented(bytes, SHOP, real.bench.at)).0, "accepted", "{what}");
    }
    let refused = judge(&bytes, "root.pem", "n-2");
    assert!(refused.is_err(), "another nonce: {refused:?}");
    let other = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-sha256",
        "-subj",
        "/C=UT/CN=Root of tests",
        "-keyout",
        "other.key",
        "-out",
        "other.pem",
    ];
    assert!(openssl(real.folder.path(), &other).status.success());
    let refused = judge(&bytes, "other.pem", SHOP.nonce);
    assert!(refused.is_err(), "another root: {refused:?}");
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name)
}

#[test]
fn python_libraries_agree() {
    let Some(python) = std::env::var_os("TITRE_INTEROP_PYTHON") else {
        eprintln!("SKIPPED: TITRE_INTEROP_PYTHON names no Python with tests/interop/requirements.txt");
        return;
    };
    agrees(&|| {
        let mut command = Command::new(&python);
        command.arg(script("verify_mdoc.py"));
        command
    });
}

#[test]
fn a_javascript_library_agrees() {
    if std::env::var_os("TITRE_INTEROP_NODE").is_none_or(|folder| folder.is_empty()) {
        eprintln!(
            "SKIPPED: TITRE_INTEROP_NODE names no folder with the packages of tests/interop/package.json"
        );
        return;
    }
    agrees(&|| {
        let mut command = Command::new("node");
        command.arg(script("verify_mdoc.mjs"));
        command
    });
}
