//! Keys on a token: SoftHSM holds them, `pkcs11-tool` makes them, openssl makes their certificates and verifies what was
//! signed. Each test has a token folder of its own. OpenSC's spy stands between where calls are counted.
#![cfg(target_os = "linux")]

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use time::{Duration, OffsetDateTime};
use titre::attestation::sdjwt::Claim;
use titre::attestation::status::StatusToken;
use titre::attestation::verify::VCT_TEST;
use titre::attestation::{HolderKey, IssuerCertificate, IssuerKey, make_test_issuer};
use titre::crypto::SeededEntropy;

/// Where Debian puts them.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const SPY: &str = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
const PIN: &str = "31415926";

/// A token with an issuer's and a holder's key.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// `None`, and a line on stderr, where this machine has no SoftHSM. CI must have it.
    fn new() -> Option<Self> {
        for needed in [MODULE, SPY, "/usr/bin/pkcs11-tool", "/usr/bin/softhsm2-util"] {
            if !Path::new(needed).exists() {
                assert!(std::env::var_os("CI").is_none(), "CI must have {needed}");
                eprintln!("SKIPPED: {needed} is missing (Debian: softhsm2, opensc)");
                return None;
            }
        }
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(bench.path("tokens")).unwrap();
        let conf = format!("directories.tokendir = {}\n", bench.path("tokens").display());
        std::fs::write(bench.path("softhsm2.conf"), conf).unwrap();
        std::fs::write(bench.path("pin"), format!("{PIN}\n")).unwrap();
        std::fs::write(bench.path("wrong"), "27182818\n").unwrap();
        bench.token("The issuer");
        bench.token("Another");
        bench.key("sign here", "01", "issuer");
        bench.key("holder", "02", "holder");
        for args in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 30 -subj /CN=Root -keyout root.key -out root.pem",
            "x509 -new -force_pubkey issuer.pem -subj /CN=Issuer -CA root.pem -CAkey root.key -sha256 -days 20 -out issuer.crt",
            "x509 -in issuer.crt -outform DER -out issuer.der",
            "x509 -in root.pem -outform DER -out root.der",
        ] {
            bench.openssl(args);
        }
        bench.pkcs11(&["--write-object", "issuer.der", "--type", "cert", "--id", "01"]);
        bench.pkcs11(&["--write-object", "root.der", "--type", "cert", "--id", "09"]);
        let register =
            ["attest", "status", "new", "--uri", "https://issuer.example/1", "-o", "register.json"];
        assert_eq!(bench.titre(&register, &[]).0, 0);
        Some(bench)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("SOFTHSM2_CONF", self.path("softhsm2.conf"));
        for variable in ["TITRE_PKCS11_MODULE", "TITRE_ISSUER_PASSPHRASE", "TITRE_HOLDER_PASSPHRASE"] {
            command.env_remove(variable);
        }
        command
    }

    fn ran(mut command: Command) -> Output {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn openssl(&self, args: &str) -> Output {
        let mut command = self.command("openssl");
        command.args(args.split(' '));
        Self::ran(command)
    }

    fn pkcs11(&self, args: &[&str]) {
        let mut command = self.command("pkcs11-tool");
        command.args(["--module", MODULE, "--token-label", "The issuer", "--login", "--pin", PIN]).args(args);
        Self::ran(command);
    }

    fn token(&self, label: &str) {
        let mut command = self.command("softhsm2-util");
        command.args(["--init-token", "--free", "--label", label, "--so-pin", "0000", "--pin", PIN]);
        Self::ran(command);
    }

    /// Makes a key on the token and writes its public half to `NAME.pem`.
    fn key(&self, label: &str, id: &str, name: &str) {
        let make = ["--keypairgen", "--key-type", "EC:prime256v1", "--label", label, "--id", id];
        self.pkcs11(&[&make[..], &["--sensitive"]].concat());
        let der = format!("{name}.pub");
        self.pkcs11(&["--read-object", "--type", "pubkey", "--id", id, "-o", &der]);
        self.openssl(&format!("pkey -pubin -inform DER -in {der} -out {name}.pem"));
    }

    /// `titre --json ARGS` with these variables; gives the exit code and the failure's code.
    fn titre(&self, args: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
        let (exit, document) = self.document(args, variables);
        (exit, document["failure"]["code"].as_str().unwrap_or_default().to_owned())
    }

    fn document(&self, args: &[&str], variables: &[(&str, &str)]) -> (i32, Value) {
        let mut command = self.command(env!("CARGO_BIN_EXE_titre"));
        command.args(args).args(["--json", "--batch", "--force"]).envs(variables.iter().copied());
        let output = command.output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (output.status.code().unwrap(), document)
    }

    /// Signs a status list under the key of that name.
    fn publish(&self, key: &str, more: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
        let args = ["attest", "status", "publish", "register.json", "-o", "list.jwt", "--issuer-key", key];
        self.titre(&[&args[..], more].concat(), variables)
    }
}

const KEY: &str = "pkcs11:token=The%20issuer;object=sign%20here;id=%01;type=private";

#[test]
fn a_list_that_a_token_signed_verifies_here_and_with_openssl() {
    let Some(bench) = Bench::new() else { return };
    let module = [("TITRE_PKCS11_MODULE", MODULE)];
    let pin = ["--issuer-passphrase-file", "pin"];
    assert_eq!(bench.publish(KEY, &pin, &module), (0, String::new()));
    let text = std::fs::read_to_string(bench.path("list.jwt")).unwrap();
    let root = IssuerCertificate::read_file(&std::fs::read(bench.path("root.pem")).unwrap()).unwrap();
    let now = OffsetDateTime::now_utc();
    StatusToken::verify(&text, &root, now).unwrap();

    let (input, signature) = text.trim_end().rsplit_once('.').unwrap();
    let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
    let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    std::fs::write(bench.path("input"), input).unwrap();
    std::fs::write(bench.path("signature"), signature.to_der().as_bytes()).unwrap();
    bench.openssl("dgst -sha256 -verify issuer.pem -signature signature input");
    // The token's own certificates went along, the root did not.
    let header = Base64UrlUnpadded::decode_vec(text.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["x5c"].as_array().unwrap().len(), 1);

    // Certificates from a file, the module from the URI, the PIN from the environment.
    let here = format!("{KEY}?module-path={MODULE}");
    let by_environment = [("TITRE_ISSUER_PASSPHRASE", PIN)];
    assert_eq!(bench.publish(&here, &["--issuer-cert", "issuer.crt"], &by_environment).0, 0);
    let other = bench.publish(&here, &["--issuer-cert", "root.pem"], &by_environment);
    assert_eq!(other, (33, "signing_key.mismatch".to_owned()));
}

#[test]
fn a_wrong_pin_is_told_and_tried_once() {
    let Some(bench) = Bench::new() else { return };
    let spied = |pin: &str| {
        let log = bench.path("spy.log").display().to_string();
        let variables = [("TITRE_PKCS11_MODULE", SPY), ("PKCS11SPY", MODULE), ("PKCS11SPY_OUTPUT", &log)];
        let ended = bench.publish(KEY, &["--issuer-passphrase-file", pin], &variables);
        let log = std::fs::read_to_string(&log).unwrap();
        std::fs::remove_file(bench.path("spy.log")).unwrap();
        (ended, log.matches("C_Login").count(), log)
    };
    let (ended, logins, _) = spied("wrong");
    assert_eq!((ended, logins), ((33, "signing_key.pin".to_owned()), 1));
    assert!(!bench.path("list.jwt").exists());
    let (ended, logins, log) = spied("pin");
    assert_eq!((ended, logins), ((0, String::new()), 1));
    // The private key is never asked for.
    assert!(log.contains("CKA_SENSITIVE") && !log.contains("CKA_PRIVATE_EXPONENT"), "{log}");
    let missing = bench.publish(KEY, &[], &[("TITRE_PKCS11_MODULE", MODULE)]);
    assert_eq!(missing, (2, "usage.secret_missing".to_owned()));
}

#[test]
fn what_names_no_single_key_signs_nothing() {
    let Some(bench) = Bench::new() else { return };
    let publish = |key: &str, module: &str| {
        bench.publish(key, &["--issuer-passphrase-file", "pin"], &[("TITRE_PKCS11_MODULE", module)])
    };
    for (key, module, code) in [
        ("pkcs11:token=The%20issuer", MODULE, "signing_key.token"),
        ("pkcs11:object=sign%20here", MODULE, "signing_key.token"),
        ("pkcs11:token=Nobody;object=sign%20here", MODULE, "signing_key.token"),
        ("pkcs11:token=The%20issuer;object=nothing", MODULE, "signing_key.token"),
        ("pkcs11:token=The%20issuer;id=%02", MODULE, "signing_key.token"),
        ("pkcs11:token=Another;object=sign%20here", MODULE, "signing_key.token"),
        (KEY, "/nonexistent/module.so", "signing_key.token"),
        (KEY, "softhsm2.so", "signing_key.uri"),
        ("pkcs11:token=The%20issuer;slot-id=0", MODULE, "signing_key.uri"),
        ("pkcs11:token=The%20issuer?pin-value=31415926", MODULE, "signing_key.pin_in_uri"),
    ] {
        assert_eq!(publish(key, module), (33, code.to_owned()), "{key}");
    }
    let args = ["attest", "status", "publish", "register.json", "-o", "list.jwt", "--issuer-key"];
    let (_, document) = bench.document(&[&args[..], &["pkcs11:?pin-value=31415926"]].concat(), &[]);
    assert!(!document.to_string().contains(PIN), "the PIN is not told again");
    assert!(!bench.path("list.jwt").exists());
}

#[test]
fn a_holder_presents_with_a_key_on_a_token() {
    let Some(bench) = Bench::new() else { return };
    let (now, entropy) = (OffsetDateTime::now_utc(), &mut SeededEntropy::new("pkcs11", 1));
    let files = make_test_issuer(entropy, now - Duration::HOUR).unwrap();
    let issuer = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
    let holder = HolderKey::read_file(&std::fs::read(bench.path("holder.pem")).unwrap()).unwrap();
    let claims = vec![
        ("iat", Claim::Plain(json!(now.unix_timestamp()))),
        ("exp", Claim::Plain(json!(now.unix_timestamp() + 600))),
        ("vct", Claim::Plain(json!(VCT_TEST))),
        ("cnf", Claim::Plain(json!({"jwk": holder.to_jwk()}))),
        ("age_over_18", Claim::selective(true)),
    ];
    let token = issuer.issue(claims, 4, entropy).unwrap();
    std::fs::write(bench.path("a.sd-jwt"), token.to_compact()).unwrap();
    std::fs::write(bench.path("test-root.pem"), &files.root_pem).unwrap();
    let present = |object: &str| {
        let key = format!("pkcs11:token=The%20issuer;object={object}?module-path={MODULE}");
        let args = ["attest", "present", "a.sd-jwt", "--audience", "https://a.example", "--nonce", "n"];
        let rest = ["--holder-key", &key, "--holder-passphrase-file", "pin", "-o", "p.sd-jwt"];
        bench.titre(&[&args[..], &rest].concat(), &[])
    };
    assert_eq!(present("sign%20here"), (33, "signing_key.holder".to_owned()));
    assert_eq!(present("holder"), (0, String::new()));
    let verify =
        ["attest", "verify", "p.sd-jwt", "--issuer", "test-root.pem", "--audience", "https://a.example"];
    let (exit, document) = bench.document(&[&verify[..], &["--nonce", "n"]].concat(), &[]);
    assert_eq!(exit, 0, "{document}");
}
