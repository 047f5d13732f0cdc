//! The path without face recognition, end to end and in every build: two officers, a checklist, one attestation of the same
//! type with other evidence; and every way in which an examination does not serve, each with its own code.
//! Source: ETSI TS 119 461 BIN-8.4.4-02 to 06; OpenID identity assurance (`pvp`, `vouch`).

mod server;

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;
use time::macros::datetime;
use titre::attestation::document_register::TYP;
use titre::attestation::{IssuerKey, make_test_issuer};
use titre::crypto::SeededEntropy;

const AT: &str = "2026-05-28T12:00:00Z";

fn titre_at(folder: &Path, args: &[&str], at: &str) -> (i32, Value) {
    let ran = Command::cargo_bin("titre")
        .unwrap()
        .current_dir(folder)
        .args(args)
        .args(["--json", "--batch", "--at", at])
        // No model can be found, and none is looked for.
        .env("TITRE_MODELS", "/nonexistent")
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{args:?} {ran:?}"));
    assert_eq!(document["exit"], ran.status.code().unwrap(), "{document}");
    (ran.status.code().unwrap(), document)
}

fn done(folder: &Path, args: &[&str]) -> Value {
    let (code, document) = titre_at(folder, args, AT);
    assert_eq!(code, 0, "{args:?}: {document}");
    document
}

/// Exit code and failure code.
fn told(folder: &Path, args: &[&str]) -> (i32, String) {
    told_at(folder, args, AT)
}

fn told_at(folder: &Path, args: &[&str], at: &str) -> (i32, String) {
    let (code, document) = titre_at(folder, args, at);
    (code, document["failure"]["code"].as_str().unwrap_or_default().to_owned())
}

fn code(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

/// A folder with a document, its trust store, a consent that refuses face recognition, and a signed examination.
static BENCH: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    done(at, &["specimen", "make", "-o", "specimen"]);
    let transport = ["--transport", "specimen:specimen", "--mrz-file", "specimen/mrz.txt"];
    done(at, &[&["read", "-o", "document"][..], &transport].concat());
    let signer = ["--signer", "specimen/masterlist-signer.der", "-o", "trust.json"];
    done(at, &[&["csca", "import", "specimen/masterlist.ml"][..], &signer].concat());
    for name in ["consent.json", "other-consent.json"] {
        let agree = ["--agree", "document_reading", "--agree", "attestation", "-o", name];
        done(at, &[&["consent", "record", "--path", "human"][..], &agree].concat());
    }
    done(at, &["officer", "checklist", "-o", "blank.json"]);
    std::fs::write(at.join("birth.pdf"), "CANARY-BIRTH").unwrap();
    std::fs::write(at.join("witness.pdf"), "CANARY-WITNESS").unwrap();
    fill(at, "checklist.json", |_| {});
    examine(at, "checklist.json", "examination.json");
    countersign(at, "examination.json", "signed.json");
    folder
});

/// Writes a filled-in form that carries `same_person`, changed.
fn fill(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) {
    let text = std::fs::read_to_string(folder.join("blank.json")).unwrap();
    let mut form: Value = serde_json::from_str(&text).unwrap();
    for rule in form["rules"].as_array_mut().unwrap() {
        rule["kept"] = json!(true);
    }
    for feature in form["features"].as_array_mut().unwrap() {
        feature["answer"] = json!("similar");
    }
    form["decision"] = json!("same_person");
    change(&mut form);
    std::fs::write(folder.join(name), form.to_string()).unwrap();
}

fn examine_args<'a>(checklist: &'a str, output: &'a str) -> Vec<&'a str> {
    let key = ["--officer-key", "specimen/officer-1.pem"];
    let inputs = ["officer", "examine", "document", "--consent", "consent.json", "--checklist", checklist];
    [&inputs[..], &key, &["-o", output]].concat()
}

fn examine(folder: &Path, checklist: &str, output: &str) {
    let more =
        ["--further-document", "birth_certificate:birth.pdf", "--vouch", "written_attestation:witness.pdf"];
    let found = done(folder, &[&examine_args(checklist, output)[..], &more].concat());
    assert_eq!(found["result"]["enclosures"], 2, "{found}");
}

fn countersign_args<'a>(file: &'a str, key: &'a str, output: &'a str) -> Vec<&'a str> {
    let decision = ["--decision", "same_person", "--officer-key", key];
    [&["officer", "countersign", file][..], &decision, &["-o", output]].concat()
}

fn countersign(folder: &Path, file: &str, output: &str) {
    let found = done(folder, &countersign_args(file, "specimen/officer-2.pem", output));
    assert_eq!(found["result"]["agree"], true, "{found}");
}

/// An enrollment on the human path, with options changed by name.
fn enroll(change: &[(&str, &str)], output: &str) -> Vec<String> {
    let mut options = vec![
        ("--store", "trust.json"),
        ("--consent", "consent.json"),
        ("--path", "human"),
        ("--examination", "signed.json"),
        ("--officer", "specimen/officers-root.pem"),
        ("--issuer-key", "specimen/issuer.pem"),
        ("--holder-key", "specimen/holder.pem"),
    ];
    for (name, value) in change {
        options.retain(|(known, _)| known != name);
        options.push((name, value));
    }
    let options = options.into_iter().flat_map(|(name, value)| [name, value]).filter(|word| !word.is_empty());
    let input = ["enroll", "document", "-o", output].into_iter();
    input.chain(options).map(str::to_owned).collect()
}

fn refused_at(change: &[(&str, &str)], at: &str) -> (i32, String) {
    let args = enroll(change, "refused.sd-jwt");
    let found = told_at(BENCH.path(), &args.iter().map(String::as_str).collect::<Vec<_>>(), at);
    assert!(!BENCH.path().join("refused.sd-jwt").exists(), "{change:?} left an attestation");
    found
}

fn refused(change: &[(&str, &str)]) -> (i32, String) {
    refused_at(change, AT)
}

#[test]
fn two_officers_enroll_a_person_who_refused_face_recognition() {
    let folder = BENCH.path();
    let args = enroll(&[], "a.sd-jwt");
    let enrolled = done(folder, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let result = &enrolled["result"];
    assert_eq!((&result["path"], &result["vct"]), (&json!("human"), &json!("urn:titre:enrollment:1:test")));
    assert_eq!(result["provenance"]["capture"], "in_person");
    assert!(result["models"].is_null() && result["liveness"].is_null(), "no model took part: {enrolled}");

    let verify = ["attest", "verify", "a.sd-jwt", "--issuer", "specimen/issuer-root.pem", "--disclose"];
    let verified = done(folder, &verify);
    let claims = &verified["result"]["claims"];
    assert!(claims["family_name"].is_string());
    let verification = &claims["verified_claims"]["verification"];
    let limits = verification["assurance_limits"].to_string();
    assert!(!limits.contains("BIN-8.4.2-02A"), "no video, no limit of one: {limits}");
    let matrix = result["requirements"].to_string();
    assert!(matrix.contains("etsi.officer_trained"), "{matrix}");
    assert_eq!(verification["assurance_process"]["models"], json!([]));
    let [document, birth, witness] = verification["evidence"].as_array().unwrap().as_slice() else {
        panic!("{verification}")
    };
    let checks = document["check_details"].as_array().unwrap();
    let pvp: Vec<_> = checks.iter().filter(|check| check["check_method"] == "pvp").collect();
    assert_eq!(pvp.len(), 2, "{checks:?}");
    assert_eq!(pvp[0]["check_id"], "officer_comparison");
    assert_eq!(pvp[1]["check_id"], "officer_sign_off");
    assert_eq!(document["register"]["status"], "not_checked");
    assert_eq!((&birth["type"], &witness["type"]), (&json!("document"), &json!("vouch")));
    assert_eq!(birth["document_details"]["type"], "birth_certificate");
    assert_eq!(witness["attestation"]["type"], "written_attestation");
    // The digest opens with its salt and the file, and with nothing else.
    let digest = &birth["attachments"][0]["digest"];
    let decode = |name: &str| {
        <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(digest[name].as_str().unwrap())
            .unwrap()
    };
    let sha256 = |bytes: &[u8]| titre::crypto::HashAlgorithm::Sha256.digest(bytes);
    assert_eq!(decode("value"), sha256(&[decode("salt"), sha256(b"CANARY-BIRTH")].concat()));

    // Nothing of the comparison, the officers or the content of documents goes out.
    let text = claims.to_string();
    for canary in ["CANARY", "similar", "eyebrows", "officer 1", "\"face\"", "bvr", "score", "picture"] {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
    let sod = std::fs::read(folder.join("document/EF.SOD.bin")).unwrap();
    let examination = std::fs::read_to_string(folder.join("signed.json")).unwrap();
    for content in [&sod[..], b"CANARY-BIRTH", examination.as_bytes()] {
        let hash = sha256(content);
        let url = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::encode_string(&hash);
        assert!(!text.contains(&hex::encode(&hash)) && !text.contains(&url), "an unsalted digest in {text}");
    }
}

#[test]
fn an_item_without_an_answer_blocks_every_signature() {
    let folder = BENCH.path();
    let incomplete = code(30, "input.checklist");
    type Case = (&'static str, fn(&mut Value), bool);
    let cases: [Case; 11] = [
        ("a feature", |form| form["features"][6]["answer"] = Value::Null, false),
        ("a rule", |form| form["rules"][0]["kept"] = Value::Null, false),
        ("no decision", |form| form["decision"] = Value::Null, false),
        ("a rule that was not kept", |form| form["rules"][4]["kept"] = json!(false), false),
        ("a difference", |form| form["features"][8]["answer"] = json!("dissimilar"), false),
        ("too little to see", |form| hide(form, 9), false),
        ("an item less", |form| drop(form["features"].as_array_mut().unwrap().pop()), false),
        ("an item of their own", |form| form["features"][0]["item"] = json!("aura"), false),
        ("ten features", |form| hide(form, 8), true),
        (
            "a difference that age explains",
            |form| {
                form["features"][8]["answer"] = json!("dissimilar");
                form["features"][8]["explained_by"] = json!("ageing");
            },
            true,
        ),
        // A decision against the person is not stopped by what would have been needed for one in favour.
        (
            "not confirmed",
            |form| {
                form["decision"] = json!("not_confirmed");
                form["rules"][4]["kept"] = json!(false);
            },
            true,
        ),
    ];
    for (number, (what, change, good)) in cases.into_iter().enumerate() {
        let (form, output) = (format!("form-{number}.json"), format!("examined-{number}.json"));
        fill(folder, &form, change);
        let expected = if good { code(0, "") } else { incomplete.clone() };
        assert_eq!(told(folder, &examine_args(&form, &output)), expected, "{what}");
        assert_eq!(folder.join(&output).exists(), good, "{what}");
    }
}

fn hide(form: &mut Value, count: usize) {
    for feature in form["features"].as_array_mut().unwrap().iter_mut().take(count) {
        feature["answer"] = json!("not_visible");
    }
}

#[test]
fn the_second_officer_is_another_person_with_another_key() {
    let folder = BENCH.path();
    let sign = |key: &str| told(folder, &countersign_args("examination.json", key, "same.json"));
    assert_eq!(sign("specimen/officer-1.pem"), code(33, "examination.same_officer"));
    // The same key under another name, and the same name with another key.
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let key = |text: &str| text.split_inclusive("-----END PRIVATE KEY-----\n").next().unwrap().to_owned();
    let first = read("specimen/officer-1.pem");
    std::fs::write(folder.join("first-key.pem"), key(&first)).unwrap();
    let own = |name: &str, subject: &str, keys: &[&str]| {
        let [pem, crt] = [format!("{name}.key"), format!("{name}.crt")];
        let made = std::process::Command::new("openssl")
            .current_dir(folder)
            .args(["req", "-x509", "-sha256", "-days", "2", "-nodes", "-subj", subject, "-out", &crt])
            .args(keys)
            .output()
            .expect("openssl is a test dependency");
        assert!(made.status.success(), "{made:?}");
        let key = if folder.join(&pem).exists() { read(&pem) } else { key(&first) };
        std::fs::write(folder.join(format!("{name}.pem")), key + &read(&crt)).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(folder.join(format!("{name}.pem")), mode).unwrap();
    };
    own("alias", "/CN=Somebody else", &["-key", "first-key.pem"]);
    let new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout"];
    own(
        "namesake",
        "/O=titre test/CN=titre test officer 1 - NOT FOR REAL PERSONS",
        &[&new[..], &["namesake.key"]].concat(),
    );
    own("stranger", "/CN=Stranger", &[&new[..], &["stranger.key"]].concat());
    // openssl dates its certificates now; the examination is made anew for that time.
    let now = time::OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
    let now = now.format(&time::format_description::well_known::Rfc3339).unwrap();
    let at_now = |args: &[&str]| told_at(folder, args, &now);
    let agree = ["--agree", "document_reading", "--agree", "attestation", "-o", "now-consent.json"];
    assert_eq!(at_now(&[&["consent", "record", "--path", "human"][..], &agree].concat()), code(0, ""));
    let mut args = examine_args("checklist.json", "now.json");
    args[4] = "now-consent.json";
    assert_eq!(at_now(&args), code(0, ""));
    let same = code(33, "examination.same_officer");
    assert_eq!(at_now(&countersign_args("now.json", "alias.pem", "same.json")), same, "one key");
    assert_eq!(at_now(&countersign_args("now.json", "namesake.pem", "same.json")), same, "one name");
    assert!(!folder.join("same.json").exists());
    // Whoever the issuer has not named is no officer, however well he signs.
    assert_eq!(at_now(&countersign_args("now.json", "stranger.pem", "stranger.json")), code(0, ""));
    let change = [("--examination", "stranger.json"), ("--consent", "now-consent.json")];
    assert_eq!(refused_at(&change, &now), code(33, "examination.untrusted"));
    // Officers of tests serve a test issuer only.
    let key = ["--issuer-key", "stranger.pem"];
    let agree = ["--agree", "document_reading", "--agree", "attestation", "-o", "real-consent.json"];
    let consent = [&["consent", "record", "--path", "human"][..], &key, &agree].concat();
    assert_eq!(at_now(&consent), code(0, ""));
    let mut args = examine_args("checklist.json", "real.json");
    args[4] = "real-consent.json";
    assert_eq!(at_now(&args), code(0, ""));
    assert_eq!(at_now(&countersign_args("real.json", "specimen/officer-2.pem", "real-2.json")), code(0, ""));
    let change = [
        ("--examination", "real-2.json"),
        ("--consent", "real-consent.json"),
        ("--issuer-key", "stranger.pem"),
    ];
    assert_eq!(refused_at(&change, &now), code(33, "signing_key.test_officer"));
    let again = told(folder, &countersign_args("signed.json", "specimen/officer-2.pem", "again.json"));
    assert_eq!(again, code(30, "examination.signed_off"));
}

#[test]
fn an_examination_serves_one_person_one_document_and_one_day() {
    let folder = BENCH.path();
    assert_eq!(refused(&[("--examination", "examination.json")]), code(14, "examination.not_signed_off"));
    assert_eq!(refused(&[("--consent", "other-consent.json")]), code(14, "examination.another"));
    assert_eq!(refused_at(&[], "2026-05-29T12:00:01Z"), code(14, "examination.time"));
    assert_eq!(refused_at(&[], "2026-05-28T11:50:00Z").0, 16, "the consent is not given yet");
    assert_eq!(refused(&[("--officer", "specimen/issuer-root.pem")]), code(33, "examination.untrusted"));
    assert_eq!(refused(&[("--examination", "consent.json")]), code(30, "input.examination"));

    // Signed off before it was made, and after now.
    for (name, at) in [("early.json", "2026-05-28T11:57:00Z"), ("late.json", "2026-05-28T12:06:00Z")] {
        let sign = countersign_args("examination.json", "specimen/officer-2.pem", name);
        assert_eq!(told_at(folder, &sign, at), code(0, ""), "{name}");
        assert_eq!(refused(&[("--examination", name)]), code(14, "examination.time"), "{name}");
    }

    // Another document of the same State and issuer.
    done(folder, &["specimen", "make", "-o", "second", "--seed", "2"]);
    let transport =
        ["--transport", "specimen:second", "--mrz-file", "second/mrz.txt", "-o", "second-document"];
    done(folder, &[&["read"][..], &transport].concat());
    let signer = ["--signer", "second/masterlist-signer.der", "-o", "second.json"];
    done(folder, &[&["csca", "import", "second/masterlist.ml"][..], &signer].concat());
    let mut args = enroll(&[("--store", "second.json")], "refused.sd-jwt");
    args[1] = "second-document".to_owned();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    assert_eq!(told(folder, &args), code(14, "examination.another"));

    // One of the two does not confirm.
    let mut args = countersign_args("examination.json", "specimen/officer-2.pem", "unsure.json");
    args[4] = "could_not_tell";
    assert_eq!(told(folder, &args), code(0, ""));
    assert_eq!(refused(&[("--examination", "unsure.json")]), code(14, "examination.not_confirmed"));
    fill(folder, "against.json", |form| form["decision"] = json!("not_confirmed"));
    examine(folder, "against.json", "against-1.json");
    assert_eq!(
        told(folder, &countersign_args("against-1.json", "specimen/officer-2.pem", "against-2.json")).0,
        0
    );
    assert_eq!(refused(&[("--examination", "against-2.json")]), code(14, "examination.not_confirmed"));

    // A changed byte of either signature, and parts of two examinations.
    let read =
        |name: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap() };
    let (signed, other) = (read("signed.json"), read("against-2.json"));
    let write = |name: &str, value: &Value| std::fs::write(folder.join(name), value.to_string()).unwrap();
    for part in ["examination", "sign_off"] {
        let mut changed = signed.clone();
        let text = changed[part].as_str().unwrap();
        let at = text.rfind('.').unwrap() + 1;
        let flipped = if &text[at..=at] == "A" { "B" } else { "A" };
        changed[part] = json!(format!("{}{flipped}{}", &text[..at], &text[at + 1..]));
        write("changed.json", &changed);
        assert_eq!(refused(&[("--examination", "changed.json")]).1, "examination.untrusted", "{part}");
        let mut mixed = signed.clone();
        mixed[part] = other[part].clone();
        write("mixed.json", &mixed);
        assert_eq!(refused(&[("--examination", "mixed.json")]).1, "input.examination", "{part}");
    }
}

#[test]
fn officers_are_not_the_issuer_and_the_paths_do_not_mix() {
    let folder = BENCH.path();
    // The issuer's leaf signs off: pinned together with the officers, it is still no second person.
    let sign = countersign_args("examination.json", "specimen/issuer.pem", "by-issuer.json");
    assert_eq!(told(folder, &sign), code(0, ""));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let both = read("specimen/officers-root.pem") + &read("specimen/issuer-root.pem");
    std::fs::write(folder.join("both.pem"), both).unwrap();
    let change = [("--examination", "by-issuer.json"), ("--officer", "both.pem")];
    assert_eq!(refused(&change), code(33, "examination.same_officer"));
    let usage = |change: &[(&str, &str)]| assert_eq!(refused(change).0, 2, "{change:?}");
    usage(&[("--path", "face")]);
    usage(&[("--video", "x.mp4")]);
    usage(&[("--officer", ""), ("--examination", "")]);
    let face = ["enroll", "document", "--store", "trust.json", "--issuer-key", "specimen/issuer.pem"];
    let face = [&face[..], &["--holder-key", "specimen/holder.pem", "-o", "refused.sd-jwt"]].concat();
    assert_eq!(told(folder, &face).0, 2, "the face path wants a video");
    let scope = refused(&[("--consent", "none.json")]);
    assert_eq!(scope, code(16, "consent.missing"));
}

/// The register's answer on the way to an attestation: invalid stops it, valid stands in it, none is told as not checked.
#[test]
fn the_register_is_asked_before_anything_is_signed() {
    let folder = BENCH.path();
    let files =
        make_test_issuer(&mut SeededEntropy::new("human-register", 1), datetime!(2026-05-28 12:00 UTC));
    let files = files.unwrap();
    std::fs::write(folder.join("register.pem"), &files.root_pem).unwrap();
    let server = server::Server::start();
    for status in ["valid", "invalid", "unknown"] {
        let key = IssuerKey::read_files(files.issuer_pem.as_bytes(), None).unwrap();
        let answer = move |question: &[u8]| {
            let question: Value = serde_json::from_slice(question).unwrap();
            let answer = json!({"schema": "titre.register_answer/1", "nonce": question["nonce"],
                "document": question["document"], "status": status, "as_of": AT});
            let answer = key.sign_jws(TYP, answer.to_string().as_bytes()).unwrap();
            ("200 OK".to_owned(), "application/jwt".to_owned(), answer.into_bytes())
        };
        server.at(&format!("/{status}"), Box::new(answer));
    }
    server.serves("/page", "text/html", b"busy");
    let with = |path: &str| {
        let url = server.url(path);
        let change = [("--register-url", url.as_str()), ("--register-cert", "register.pem")];
        let output = format!("register{}.sd-jwt", path.replace('/', "-"));
        let args = enroll(&change, &output);
        let told = told(folder, &args.iter().map(String::as_str).collect::<Vec<_>>());
        (told, output)
    };
    let (told, output) = with("/invalid");
    assert_eq!(told, code(10, "enroll.document_failed"));
    assert!(!folder.join(output).exists());
    for (path, status, checked) in
        [("/valid", "valid", true), ("/unknown", "unknown", false), ("/page", "not_checked", false)]
    {
        let (told, output) = with(path);
        assert_eq!(told, code(0, ""), "{path}");
        let verify = ["attest", "verify", &output, "--issuer", "specimen/issuer-root.pem", "--disclose"];
        let claims = done(folder, &verify)["result"]["claims"].clone();
        let document = &claims["verified_claims"]["verification"]["evidence"][0];
        assert_eq!(document["register"]["status"], status, "{document}");
        let checks = document["check_details"].as_array().unwrap();
        assert_eq!(checks.iter().any(|check| check["check_id"] == "register"), checked, "{checks:?}");
        if checked {
            assert_eq!(document["register"]["as_of"], AT);
            assert_eq!(document["register"]["answer_sha256"].as_str().unwrap().len(), 64);
        }
    }
    assert_eq!(server.asked().len(), 4);
}

/// What titre says to people about a comparison that does not fit names no guilt: faces change, and programs err.
#[test]
fn nothing_is_worded_as_an_accusation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    for folder in ["report/locale/en", "report/locale/fr", "consent/text"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            texts.push(entry.unwrap().path());
        }
    }
    texts.push(root.join("attestation/policy.txt"));
    let words = [
        "fraud",
        "impost",
        "suspect",
        "suspicion",
        "soupçon",
        "usurp",
        "criminal",
        "criminel",
        "cheat",
        "tricheu",
        "liar",
        "menteu",
        "guilty",
        "coupable",
        "offender",
        "contrevenant",
        "forger",
        "faussaire",
        "illegal",
        "illégal",
    ];
    let mut lines = 0;
    for path in &texts {
        for line in std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.starts_with('#')) {
            // The identifier before the first `=` is not shown.
            let shown = if path.extension().is_some_and(|kind| kind == "ftl") {
                line.split_once('=').map_or(line, |(_, shown)| shown).to_lowercase()
            } else {
                line.to_lowercase()
            };
            lines += 1;
            let word = words.iter().find(|word| shown.contains(*word));
            assert!(word.is_none(), "{}: {word:?} in {line}", path.display());
        }
    }
    assert!(lines > 500, "{lines} lines of {} files", texts.len());
}

/// A face that could not be told ends with the way to the officers, in both languages.
#[test]
fn an_inconclusive_face_ends_with_the_human_path() {
    use titre::report::{Failure, FailureCode, Lang};
    for code in [FailureCode::MatchInconclusive, FailureCode::NoMatch, FailureCode::ConsentMissing] {
        for lang in Lang::ALL {
            let (_, _, hint) = Failure::new(code).texts(lang);
            assert!(hint.contains("titre enroll --path human"), "{lang:?}: {hint}");
        }
    }
}

/// A certificate for an archive, in force when the bench is; `openssl req -x509` knows no other day than today.
fn archive_key(folder: &Path) {
    let config = "[ca]\ndefault_ca = c\n[c]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n\
        default_md = sha256\npolicy = p\n[p]\ncommonName = supplied\n";
    std::fs::write(folder.join("ca.cnf"), config).unwrap();
    std::fs::write(folder.join("index.txt"), "").unwrap();
    for args in [
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Archive -keyout archive.key -out archive.csr",
        "ca -batch -notext -selfsign -config ca.cnf -keyfile archive.key -in archive.csr -out archive.pem \
         -startdate 20260101000000Z -enddate 20490101000000Z",
    ] {
        let mut openssl = std::process::Command::new("openssl");
        let ran = openssl.current_dir(folder).args(args.split_whitespace()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn an_archive_keeps_what_the_verdict_rests_on_and_repeats_it() {
    let folder = BENCH.path();
    archive_key(folder);
    let kept = [("--evidence", "1.p7m"), ("--evidence-recipient", "archive.pem"), ("--retention", "3650")];
    let words = |change: &[(&'static str, &'static str)], output: &str| enroll(change, output);
    let run = |args: Vec<String>| told(folder, &args.iter().map(String::as_str).collect::<Vec<_>>());
    // A recipient that cannot be sealed to ends it before anything is signed; so does an issuer that may not sign.
    let wrong = [kept[0], ("--evidence-recipient", "specimen/issuer-root.pem"), kept[2]];
    assert_eq!(run(words(&wrong, "kept.sd-jwt")), code(30, "evidence.recipient"));
    assert!(!folder.join("1.p7m").exists() && !folder.join("kept.sd-jwt").exists());
    assert_eq!(run(words(&kept, "kept.sd-jwt")), code(0, ""));
    let issuer = ["--issuer", "specimen/issuer-root.pem"];
    let result = done(folder, &[&["attest", "evidence", "verify", "1.p7m"][..], &issuer].concat());
    assert_eq!(result["result"]["retention_until"], "2036-05-25T12:00:00Z");
    let key = ["--key", "archive.key"];
    let again = done(folder, &[&["attest", "evidence", "re-verify", "1.p7m"][..], &issuer, &key].concat());
    assert_eq!(again["result"]["repeated"], true);
    let open = ["attest", "evidence", "open", "1.p7m", "-o", "opened"];
    let opened = done(folder, &[&open[..], &issuer, &key].concat());
    let files = opened["result"]["files"].as_array().unwrap();
    assert!(files.contains(&json!("consent.json")) && files.contains(&json!("examination.json")), "{opened}");
    assert!(!folder.join("opened/document/EF.DG2.bin").exists());
    // Where the attestation cannot be written, the archive keeps nothing either.
    let taken = [("--evidence", "same"), kept[1], kept[2]];
    assert_eq!(run(words(&taken, "same")), code(34, "output.exists"));
    assert!(!folder.join("same").exists());
}
