//! A production issuer's key signs for no replay, no specimen and no reading that broke off, whatever the flags, the
//! environment and the configuration say: every combination is tried, with consent, officers and keys that are all in order.
//! The same runs under a test issuer end well, so it is the key that makes the difference.
//! Source: ETSI TS 119 461 VAL-8.3.2-04X (no stored copy of a document passes for one that was read).

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Bench {
    folder: tempfile::TempDir,
    now: String,
}

impl Bench {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn titre(&self, args: &[&str], environment: &[(&str, &str)]) -> (i32, Value) {
        let ran = Command::cargo_bin("titre")
            .unwrap()
            .current_dir(self.path())
            .args(args)
            .args(["--json", "--batch", "--at", &self.now])
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let document = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{args:?} {ran:?}"));
        (ran.status.code().unwrap(), document)
    }

    fn done(&self, args: &[&str]) {
        let (code, document) = self.titre(args, &[]);
        assert_eq!(code, 0, "{args:?}: {document}");
    }

    /// A key and certificate that carry no test policy: `NAME.pem` holds both.
    fn production_key(&self, name: &str) {
        let at = |ending: &str| self.path().join(format!("{name}.{ending}")).display().to_string();
        let made = std::process::Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-sha256",
            ])
            .args(["-days", "30", "-subj", &format!("/CN={name}"), "-keyout", &at("pem"), "-out", &at("crt")])
            .output()
            .expect("openssl is a test dependency");
        assert!(made.status.success(), "{made:?}");
        let certificate = std::fs::read(at("crt")).unwrap();
        let mut file = std::fs::OpenOptions::new().append(true).open(at("pem")).unwrap();
        std::io::Write::write_all(&mut file, &certificate).unwrap();
    }

    /// A specimen read, replayed and forged, and everything that a real enrollment by officers has.
    fn new() -> Self {
        let now = time::OffsetDateTime::now_utc();
        let now = now.format(&time::format_description::well_known::Rfc3339).unwrap();
        let bench = Self { folder: tempfile::tempdir().unwrap(), now };
        let folder = bench.path();
        ["issuer", "officer-1", "officer-2"].iter().for_each(|name| bench.production_key(name));
        bench.done(&["specimen", "make", "-o", "specimen"]);
        let source = ["read", "--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
        let output = ["-o", "document", "--record", "recording.jsonl", "--record-entropy"];
        bench.done(&[&source[..], &output].concat());
        let signer = ["--signer", "specimen/masterlist-signer.der", "-o", "trust.json"];
        bench.done(&[&["csca", "import", "specimen/masterlist.ml"][..], &signer].concat());
        bench.done(&["attest", "status", "new", "--uri", "https://issuer.example/1", "-o", "register.json"]);
        for name in ["forged", "cut"] {
            std::fs::create_dir(folder.join(name)).unwrap();
            for entry in std::fs::read_dir(folder.join("document")).unwrap() {
                let entry = entry.unwrap();
                std::fs::copy(entry.path(), folder.join(name).join(entry.file_name())).unwrap();
            }
        }
        let index = folder.join("forged/reading.json");
        let text = std::fs::read_to_string(&index).unwrap();
        assert!(text.contains("\"specimen\""));
        std::fs::write(index, text.replacen("\"specimen\"", "\"live\"", 1)).unwrap();
        std::fs::remove_file(folder.join("cut/EF.DG2.bin")).unwrap();
        // What a program with a configuration file would read.
        let configured = "provenance = \"live\"\ntest = false\nallow_replay = true\n";
        for place in ["home/.config/titre", "home/.titre"] {
            std::fs::create_dir_all(folder.join(place)).unwrap();
            std::fs::write(folder.join(place).join("config.toml"), configured).unwrap();
        }
        for (name, key) in [("production", "issuer.pem"), ("test", "specimen/issuer.pem")] {
            let receipt = format!("consent-{name}.json");
            let agree = ["--agree", "document_reading", "--agree", "attestation", "--issuer-key", key];
            bench.done(&[&["consent", "record", "--path", "human", "-o", &receipt][..], &agree].concat());
            bench.examine(&receipt, &format!("examination-{name}.json"));
        }
        let officers =
            ["officer-1.crt", "officer-2.crt"].map(|name| std::fs::read(folder.join(name)).unwrap());
        std::fs::write(folder.join("officers.pem"), officers.concat()).unwrap();
        bench
    }

    fn examine(&self, receipt: &str, output: &str) {
        self.done(&["officer", "checklist", "-o", "checklist.json", "--force"]);
        let path = self.path().join("checklist.json");
        let mut form: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (list, member, answer) in
            [("rules", "kept", json!(true)), ("features", "answer", json!("similar"))]
        {
            let entries = form[list].as_array_mut().unwrap();
            entries.iter_mut().for_each(|entry| entry[member] = answer.clone());
        }
        form["decision"] = json!("same_person");
        std::fs::write(&path, form.to_string()).unwrap();
        let inputs =
            ["officer", "examine", "document", "--consent", receipt, "--checklist", "checklist.json"];
        let key = ["--officer-key", "officer-1.pem", "-o", "first.json", "--force"];
        self.done(&[&inputs[..], &key].concat());
        let second = ["--decision", "same_person", "--officer-key", "officer-2.pem", "-o", output];
        self.done(&[&["officer", "countersign", "first.json"][..], &second].concat());
    }

    fn enroll(
        &self,
        issuer: &str,
        input: &[&str],
        more: &[&str],
        environment: &[(&str, &str)],
        output: &str,
    ) -> (i32, String) {
        let (key, name) =
            if issuer == "test" { ("specimen/issuer.pem", "test") } else { ("issuer.pem", "production") };
        let (receipt, signed) = (format!("consent-{name}.json"), format!("examination-{name}.json"));
        let args = [
            &["enroll"][..],
            input,
            &["--path", "human", "--store", "trust.json", "--consent", &receipt, "--examination", &signed],
            &[
                "--officer",
                "officers.pem",
                "--issuer-key",
                key,
                "--holder-key",
                "specimen/holder.pem",
                "-o",
                output,
            ],
            more,
        ];
        let (exit, document) = self.titre(&args.concat(), environment);
        (exit, document["failure"]["code"].as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn no_combination_of_flags_environment_and_configuration_makes_it_sign() {
    let bench = Bench::new();
    let mrz = ["--mrz-file", "specimen/mrz.txt"];
    let sources =
        ["specimen:specimen", "replay:recording.jsonl", "recording.jsonl", "document", "forged", "cut"];
    let home = bench.path().join("home").display().to_string();
    let config = bench.path().join("home/.config").display().to_string();
    let environments: [&[(&str, &str)]; 2] = [
        &[],
        &[
            ("HOME", &home),
            ("XDG_CONFIG_HOME", &config),
            ("TITRE_PROVENANCE", "live"),
            ("TITRE_TRANSPORT", "pcsc"),
            ("TITRE_TEST", "0"),
            ("TITRE_PROFILE", "operational"),
        ],
    ];
    let switches: [&[&str]; 4] = [
        &[],
        &["--force", "--lang", "fr"],
        &["--resume", "--status-register", "register.json"],
        &["--issuer-cert", "issuer.crt", "--force"],
    ];
    let mut runs = Vec::new();
    for source in sources {
        for profile in ["operational", "conformity", "kiosk"] {
            for switch in switches {
                runs.extend(environments.iter().map(|environment| (source, profile, switch, *environment)));
            }
        }
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (bench, runs, next) = (&bench, &runs, &next);
            scope.spawn(move || {
                let output = format!("never-{worker}.sd-jwt");
                while let Some((source, profile, switch, environment)) =
                    runs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let more = [&["--profile", profile][..], switch].concat();
                    let (exit, code) = bench.enroll(
                        "production",
                        &[&[*source][..], &mrz].concat(),
                        &more,
                        environment,
                        &output,
                    );
                    let said = format!("{source} {more:?} {environment:?}: {exit} {code}");
                    assert!(!bench.path().join(&output).exists(), "signed: {said}");
                    // A kiosk wants a register, and a reading that broke off is refused before anybody asks for the key.
                    match (*source, *profile) {
                        ("cut", _) => assert_eq!(exit, 30, "{said}"),
                        (_, "kiosk") => assert_ne!(exit, 0, "{said}"),
                        _ => assert_eq!(code, "signing_key.not_a_test_issuer", "{said}"),
                    }
                }
            });
        }
    });
    println!("{} combinations, none signed", runs.len());
    // The same by a test issuer, and it signs: nothing else stood in the way.
    for source in &sources[..5] {
        let output = format!("{}.sd-jwt", source.replace([':', '/'], "-"));
        let (exit, code) = bench.enroll("test", &[&[*source][..], &mrz].concat(), &[], &[], &output);
        assert_eq!(exit, 0, "{source}: {code}");
        let shown = bench.titre(&["attest", "show", &output], &[]).1;
        assert_eq!(shown["result"]["vct"], "urn:titre:enrollment:1:test", "{source}");
    }
}
