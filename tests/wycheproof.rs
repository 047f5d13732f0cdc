//! Wycheproof, every case of every file: what is valid is accepted, what is invalid is refused, and where titre
//! decides otherwise, or Wycheproof leaves it open, a rule below says what titre does and why. A case that does not
//! go as decided is red, in either direction; so is a rule that no case needs, and a file without a row here.
//!
//! The files stand in `../shared/data/wycheproof`; see `trust.rs` for what happens where they do not.

use Answer::{Absent, Accepted, Refused};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use titre::asn1::{oid, write};
use titre::attestation::{HolderKey, sdjwt::Jws};
use titre::crypto::signature::{SignatureTolerance, verify, verify_tolerantly};
use titre::crypto::{
    EcPoint, EcSecret, HashAlgorithm, NamedCurve, PublicKey, SessionCipher, SignatureScheme, agreement, mac,
};

/// What titre does with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Accepted,
    Refused,
    /// titre has no such operation.
    Absent,
}

/// Runs one case of a group.
type Run = fn(&Value, &Value) -> Answer;

/// The files by how their names begin, the first row that fits counts.
const FILES: &[(&str, Run)] = &[
    ("aes_cbc_pkcs5_", aes_cbc),
    ("aes_cmac_", aes_cmac),
    ("dsa_", |group, case| signature(group, case, |hash| SignatureScheme::Dsa { hash })),
    ("ec_prime_order_curves_", curve_parameters),
    ("ecdh_brainpool", ecdh_key_info),
    ("ecdh_secp224r1_test", ecdh_key_info),
    ("ecdh_secp256r1_test", ecdh_key_info),
    ("ecdh_secp256r1_ecpoint_", ecdh_point),
    ("ecdh_secp384r1_test", ecdh_key_info),
    ("ecdh_secp384r1_ecpoint_", ecdh_point),
    ("ecdh_secp521r1_test", ecdh_key_info),
    ("ecdh_secp521r1_ecpoint_", ecdh_point),
    ("ecdsa_", ecdsa),
    ("ed25519_", |group, _| match PublicKey::from_spki(&bytes(&group["publicKeyDer"])) {
        Ok(_) => Accepted,
        Err(_) => Refused,
    }),
    ("hkdf_", |_, _| Absent),
    ("hmac_", |_, _| Absent),
    ("json_web_", json_web_signature),
    ("primality_", |_, _| Absent),
    ("rsa_pkcs1_", rsa_pkcs1_made),
    ("rsa_pss_", rsa_pss),
    ("rsa_signature_", |group, case| signature(group, case, |hash| SignatureScheme::RsaPkcs1 { hash })),
];

/// A decision that Wycheproof does not make, or that titre makes otherwise.
struct Rule {
    /// How the file's name begins.
    file: &'static str,
    /// Wycheproof's `result`.
    result: &'static str,
    /// A flag, comment or name of the case, or `alg=` with the algorithm of its key; empty for all.
    when: &'static [&'static str],
    answer: Answer,
    why: &'static str,
}

const fn rule(
    file: &'static str,
    result: &'static str,
    when: &'static [&'static str],
    answer: Answer,
    why: &'static str,
) -> Rule {
    Rule { file, result, when, answer, why }
}

const RULES: &[Rule] = &[
    rule(
        "aes_cbc_",
        "invalid",
        &["BadPadding", "NoPadding"],
        Absent,
        "chips pad by ISO 9797-1 method 2, never by PKCS#5",
    ),
    rule(
        "aes_cmac_",
        "invalid",
        TAIL_CHANGED,
        Accepted,
        "Doc 9303-11 takes the first 8 of the 16 bytes; the rest is not there to be wrong",
    ),
    rule("dsa_", "acceptable", &["MissingZero"], Refused, "the number is negative in DER"),
    rule("ec_prime_order_curves_", "valid", OTHER_CURVES, Refused, "no curve of travel documents"),
    rule(
        "ecdh_",
        "acceptable",
        &["UnnamedCurve"],
        Refused,
        "explicit parameters count only where all equal a known curve",
    ),
    rule("ecdh_", "acceptable", &["CompressedPoint"], Accepted, "certificates may compress points"),
    rule(
        "ecdh_",
        "acceptable",
        LOOSE_ASN,
        Accepted,
        "BER of the same key: lengths and encodings that change no value",
    ),
    rule("ecdh_", "acceptable", &["InvalidAsn"], Refused, "no key, or not the same"),
    rule("ed25519_", "valid", &[], Refused, "no travel document signs with EdDSA"),
    rule("hkdf_", "", &[], Absent, "keys are derived by Doc 9303-11 section 9.7.1"),
    rule("hmac_", "", &[], Absent, "sessions use retail MAC and CMAC"),
    rule("json_web_", "valid", NOT_ES256, Refused, "attestations are ES256 and nothing else"),
    rule("primality_", "", &[], Absent, "primes are searched by the rsa crate, for test documents only"),
    rule(
        "rsa_pkcs1_",
        "acceptable",
        &["SmallModulus"],
        Accepted,
        "active authentication of old chips has 1024 bits",
    ),
    rule("rsa_signature_", "acceptable", &["MissingNull"], Refused, "must be asked for by name"),
];

const TAIL_CHANGED: &[&str] = &[
    "Flipped bit 64 in tag",
    "Flipped bit 71 in tag",
    "Flipped bit 77 in tag",
    "Flipped bit 80 in tag",
    "Flipped bit 96 in tag",
    "Flipped bit 97 in tag",
    "Flipped bit 103 in tag",
    "Flipped bit 120 in tag",
    "Flipped bit 121 in tag",
    "Flipped bit 126 in tag",
    "Flipped bit 127 in tag",
];
const OTHER_CURVES: &[&str] = &[
    "secp256k1",
    "secp224k1",
    "brainpoolP224t1",
    "brainpoolP256t1",
    "brainpoolP320t1",
    "brainpoolP384t1",
    "brainpoolP512t1",
    "FRP256v1",
    "secp192k1",
    "secp160k1",
    "secp160r1",
    "secp160r2",
    "brainpoolP160t1",
    "brainpoolP192t1",
];
const LOOSE_ASN: &[&str] = &[
    "indefinite length",
    "length of bit string contains a leading 0",
    "length of bit string uses long form encoding",
    "length of oid contains a leading 0",
    "length of oid uses long form encoding",
    "length of sequence contains a leading 0",
    "length of sequence uses long form encoding",
];
const NOT_ES256: &[&str] = &[
    "alg=HS256",
    "alg=HS384",
    "alg=HS512",
    "alg=RS256",
    "alg=RS384",
    "alg=RS512",
    "alg=PS256",
    "alg=PS384",
    "alg=PS512",
    "alg=ES521",
];

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn hash(value: &Value) -> HashAlgorithm {
    HashAlgorithm::ALL.into_iter().find(|hash| Some(hash.name()) == value.as_str()).unwrap()
}

fn answer(accepted: bool) -> Answer {
    if accepted { Accepted } else { Refused }
}

fn signature(group: &Value, case: &Value, scheme: impl Fn(HashAlgorithm) -> SignatureScheme) -> Answer {
    let key = PublicKey::from_spki(&bytes(&group["publicKeyDer"])).unwrap();
    let scheme = scheme(hash(&group["sha"]));
    let (message, signature) = (bytes(&case["msg"]), bytes(&case["sig"]));
    if case["result"] == "acceptable" && matches!(scheme, SignatureScheme::RsaPkcs1 { .. }) {
        let tolerance = SignatureTolerance::DigestInfoWithoutNull;
        let asked = verify_tolerantly(&key, &scheme, &message, &signature, &[tolerance]);
        assert_eq!(asked, Ok(Some(tolerance)), "{}", case["tcId"]);
    }
    answer(verify(&key, &scheme, &message, &signature).is_ok())
}

fn ecdsa(group: &Value, case: &Value) -> Answer {
    let plain = group["type"] == "EcdsaP1363Verify";
    signature(group, case, |hash| match plain {
        true => SignatureScheme::EcdsaPlain { hash },
        false => SignatureScheme::Ecdsa { hash },
    })
}

fn rsa_pss(group: &Value, case: &Value) -> Answer {
    let salt_len = usize::try_from(group["sLen"].as_u64().unwrap()).unwrap();
    let mgf_hash = hash(&group["mgfSha"]);
    signature(group, case, |hash| SignatureScheme::RsaPss { hash, mgf_hash, salt_len })
}

/// Signatures that others must make: they verify.
fn rsa_pkcs1_made(group: &Value, case: &Value) -> Answer {
    let key = PublicKey::from_spki(&bytes(&group["keyDer"])).unwrap();
    let scheme = SignatureScheme::RsaPkcs1 { hash: hash(&group["sha"]) };
    answer(verify(&key, &scheme, &bytes(&case["msg"]), &bytes(&case["sig"])).is_ok())
}

fn group_curve(group: &Value) -> NamedCurve {
    let name = group["curve"].as_str().unwrap();
    let name = name.strip_prefix("secp").map_or(name.to_owned(), |size| format!("P-{}", &size[..3]));
    NamedCurve::ALL.into_iter().find(|curve| curve.name() == name).unwrap()
}

fn agreed(group: &Value, case: &Value, point: &EcPoint) -> Answer {
    let private = EcSecret::from_bytes(group_curve(group), &bytes(&case["private"])).unwrap();
    let shared = agreement::shared_secret(&private, point);
    answer(shared.is_ok_and(|shared| *shared == bytes(&case["shared"])))
}

fn ecdh_key_info(group: &Value, case: &Value) -> Answer {
    match PublicKey::from_spki(&bytes(&case["public"])) {
        Ok(PublicKey::Ec(point)) => agreed(group, case, &point),
        _ => Refused,
    }
}

fn ecdh_point(group: &Value, case: &Value) -> Answer {
    match EcPoint::from_sec1_any(group_curve(group), &bytes(&case["public"])) {
        Ok(point) => agreed(group, case, &point),
        Err(_) => Refused,
    }
}

/// The parameters as a certificate would have them: the curve must be found, under its identifier.
fn curve_parameters(_: &Value, case: &Value) -> Answer {
    let number = |name: &str| {
        let bytes = bytes(&case[name]);
        bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>()
    };
    let p = number("p");
    let octets = |name: &str| {
        let number = number(name);
        [vec![0; p.len() - number.len()], number].concat()
    };
    let point = [vec![4], octets("gx"), octets("gy")].concat();
    let parameters = write::sequence(&[
        &write::integer(1),
        &write::sequence(&[&oid::object("1.2.840.10045.1.1"), &write::unsigned(&p)]),
        &write::sequence(&[&write::octet_string(&octets("a")), &write::octet_string(&octets("b"))]),
        &write::octet_string(&point),
        &write::unsigned(&number("n")),
        &write::integer(1),
    ]);
    match (NamedCurve::from_explicit(&parameters), NamedCurve::from_oid(case["oid"].as_str().unwrap())) {
        (Ok(explicit), Some(named)) if explicit == named => Accepted,
        (Err(_), None) => Refused,
        other => panic!("{}: {other:?}", case["name"]),
    }
}

fn cipher(key: &[u8]) -> Option<SessionCipher> {
    let aes = [SessionCipher::Aes128, SessionCipher::Aes192, SessionCipher::Aes256];
    aes.into_iter().find(|cipher| cipher.key_len() == key.len())
}

/// The mode, in both directions; the padding is put on here.
fn aes_cbc(_: &Value, case: &Value) -> Answer {
    if case["result"] == "invalid" {
        return Absent;
    }
    let (key, iv, text) = (bytes(&case["key"]), bytes(&case["iv"]), bytes(&case["ct"]));
    let mut plain = bytes(&case["msg"]);
    let padding = 16 - plain.len() % 16;
    plain.resize(plain.len() + padding, padding as u8);
    let cipher = cipher(&key).unwrap();
    let same = cipher.encrypt_cbc(&key, &iv, &plain).unwrap() == text
        && *cipher.decrypt_cbc(&key, &iv, &text).unwrap() == plain;
    answer(same)
}

fn aes_cmac(_: &Value, case: &Value) -> Answer {
    let (key, tag) = (bytes(&case["key"]), bytes(&case["tag"]));
    let Some(cipher) = cipher(&key) else {
        assert!(SessionCipher::ALL.iter().all(|cipher| mac::token_mac(*cipher, &key, &[]).is_err()));
        return Refused;
    };
    let made = mac::token_mac(cipher, &key, &bytes(&case["msg"])).unwrap();
    answer(mac::same(&made, &tag[..mac::MAC_LEN]))
}

fn json_web_signature(group: &Value, case: &Value) -> Answer {
    let key = |name: &str| {
        let key = group.get(name)?;
        let keys =
            key.get("keys").map_or_else(|| vec![key], |keys| keys.as_array().unwrap().iter().collect());
        // A set with several keys is none that titre reads; a holder has one.
        let [key] = keys.as_slice() else { return None };
        HolderKey::from_jwk(key.as_object()?).ok()
    };
    let verified = key("public").or_else(|| key("private")).and_then(|key| {
        let jws = Jws::parse(case["jws"].as_str()?).ok()?;
        jws.verify(&key.public_key().into()).ok()
    });
    answer(verified.is_some())
}

/// What rules may ask for.
fn marks(group: &Value, case: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let flags = case["flags"].as_array().into_iter().flatten().filter_map(text);
    let jwk = [&group["private"], &group["private"]["keys"][0], &group["public"]];
    let algorithm = jwk.iter().find_map(|key| Some(format!("alg={}", key["alg"].as_str()?)));
    flags.chain(text(&case["comment"])).chain(text(&case["name"])).chain(algorithm).collect()
}

fn expected(file: &str, group: &Value, case: &Value) -> (Answer, Option<usize>) {
    let result = case["result"].as_str().unwrap();
    let marks = marks(group, case);
    let fits = |rule: &Rule| {
        file.starts_with(rule.file)
            && (rule.result.is_empty() || rule.result == result)
            && (rule.when.is_empty() || rule.when.iter().any(|when| marks.iter().any(|mark| mark == when)))
    };
    match (RULES.iter().position(fits), result) {
        (Some(place), _) => (RULES[place].answer, Some(place)),
        (None, "valid") => (Accepted, None),
        (None, "invalid") => (Refused, None),
        (None, other) => panic!("{file} {}: {other} is not decided: {marks:?}", case["tcId"]),
    }
}

/// What came of a file, or of all.
#[derive(Default)]
struct Tally {
    answers: BTreeMap<Answer, usize>,
    rules: BTreeMap<usize, usize>,
    wrong: Vec<String>,
}

fn decide(path: &Path) -> Tally {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let (_, run) = FILES
        .iter()
        .find(|(start, _)| name.starts_with(start))
        .unwrap_or_else(|| panic!("{name} has no row in FILES"));
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut tally = Tally::default();
    for group in file["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            let (expected, rule) = expected(&name, group, case);
            let found = run(group, case);
            if found != expected {
                tally.wrong.push(format!(
                    "{name} {} {} {}: {found:?}, not {expected:?}; {:?}",
                    case["tcId"],
                    case["result"],
                    case["comment"],
                    marks(group, case)
                ));
            }
            *tally.answers.entry(found).or_default() += 1;
            if let Some(rule) = rule {
                *tally.rules.entry(rule).or_default() += 1;
            }
        }
    }
    let count = file["numberOfTests"].as_u64().unwrap();
    assert_eq!(tally.answers.values().sum::<usize>() as u64, count, "{name}: every case once");
    println!("{name}: {:?}", tally.answers);
    tally
}

#[test]
fn every_case_of_every_file_is_decided() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let Ok(entries) = std::fs::read_dir(folder.join("wycheproof")) else {
        assert!(std::env::var_os("CI").is_none() || !folder.exists(), "wycheproof is not there");
        println!("SKIPPED wycheproof: ../shared/data/wycheproof is not there");
        return;
    };
    let files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let share = |worker| files.iter().skip(worker).step_by(workers).map(|path| decide(path));
        let running: Vec<_> =
            (0..workers).map(|worker| scope.spawn(move || share(worker).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        tally
            .answers
            .into_iter()
            .for_each(|(answer, count)| *all.answers.entry(answer).or_default() += count);
        tally.rules.into_iter().for_each(|(rule, count)| *all.rules.entry(rule).or_default() += count);
        all.wrong.extend(tally.wrong);
    }
    assert!(all.wrong.is_empty(), "{} cases:\n{}", all.wrong.len(), all.wrong.join("\n"));
    for (place, rule) in RULES.iter().enumerate() {
        let count = all.rules.get(&place).copied().unwrap_or_default();
        println!(
            "{count:5} {}* {} {:?}: {:?}, {}",
            rule.file,
            rule.result,
            rule.when.first(),
            rule.answer,
            rule.why
        );
        assert!(count > 0, "no case needs the rule {}: {}", rule.file, rule.why);
    }
    println!("{} files: {:?}", files.len(), all.answers);
    assert_eq!((files.len(), all.answers.values().sum::<usize>()), (70, 25_350));
    assert_eq!(all.answers, [(Accepted, 12_413), (Refused, 12_216), (Absent, 721)].into());
}
