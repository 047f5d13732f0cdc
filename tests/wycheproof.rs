//! Wycheproof's signatures and keys: what is valid verifies, what is invalid does not. What Wycheproof leaves open is
//! decided here: a DigestInfo without NULL does not verify unless asked for, and a key whose explicit parameters differ
//! from every known curve is refused.
//!
//! The files stand in `../shared/data/wycheproof`; see `trust.rs` for what happens where they do not.

use serde_json::Value;
use std::path::Path;
use titre::crypto::signature::{SignatureTolerance, verify, verify_tolerantly};
use titre::crypto::{HashAlgorithm, PublicKey, SignatureScheme};

fn load(name: &str) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    match std::fs::read(folder.join("wycheproof").join(name)) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => {
            let must = std::env::var_os("CI").is_some() && folder.exists();
            assert!(!must, "{name}: {error}");
            println!("SKIPPED wycheproof: {name} is not there");
            None
        }
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn hash(value: &Value) -> Option<HashAlgorithm> {
    HashAlgorithm::ALL.into_iter().find(|hash| Some(hash.name()) == value.as_str())
}

/// Runs one file; gives how many cases were decided.
fn signatures(name: &str, scheme: impl Fn(&Value) -> Option<SignatureScheme>) -> usize {
    let Some(file) = load(name) else { return 0 };
    let mut decided = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let Some(scheme) = scheme(group) else { continue };
        let key = PublicKey::from_spki(&bytes(&group["publicKeyDer"])).unwrap();
        for case in group["tests"].as_array().unwrap() {
            let (message, signature) = (bytes(&case["msg"]), bytes(&case["sig"]));
            let verdict = verify(&key, &scheme, &message, &signature);
            let what = format!("{name} {} {}: {verdict:?}", case["tcId"], case["comment"]);
            match case["result"].as_str().unwrap() {
                "valid" => assert!(verdict.is_ok(), "{what}"),
                "invalid" => assert!(verdict.is_err(), "{what}"),
                _ => {
                    assert!(verdict.is_err(), "{what}");
                    let tolerance = SignatureTolerance::DigestInfoWithoutNull;
                    let asked = verify_tolerantly(&key, &scheme, &message, &signature, &[tolerance]);
                    assert_eq!(asked, Ok(Some(tolerance)), "{what}");
                }
            }
            decided += 1;
        }
    }
    println!("{name}: {decided} cases");
    decided
}

fn ecdsa(names: &[&str]) {
    for name in names {
        signatures(name, |group| {
            let hash = hash(&group["sha"])?;
            Some(if name.contains("p1363") {
                SignatureScheme::EcdsaPlain { hash }
            } else {
                SignatureScheme::Ecdsa { hash }
            })
        });
    }
}

#[test]
fn ecdsa_on_brainpool_curves() {
    ecdsa(&[
        "ecdsa_brainpoolP224r1_sha224_test.json",
        "ecdsa_brainpoolP256r1_sha256_test.json",
        "ecdsa_brainpoolP256r1_sha256_p1363_test.json",
        "ecdsa_brainpoolP320r1_sha384_test.json",
        "ecdsa_brainpoolP384r1_sha384_test.json",
        "ecdsa_brainpoolP384r1_sha384_p1363_test.json",
        "ecdsa_brainpoolP512r1_sha512_test.json",
        "ecdsa_brainpoolP512r1_sha512_p1363_test.json",
    ]);
}

#[test]
fn ecdsa_on_nist_curves() {
    ecdsa(&[
        "ecdsa_secp192r1_sha256_test.json",
        "ecdsa_secp224r1_sha224_test.json",
        "ecdsa_secp224r1_sha256_test.json",
        "ecdsa_secp256r1_sha256_test.json",
        "ecdsa_secp256r1_sha256_p1363_test.json",
        "ecdsa_secp256r1_sha512_test.json",
        "ecdsa_secp384r1_sha256_test.json",
        "ecdsa_secp384r1_sha384_test.json",
        "ecdsa_secp384r1_sha384_p1363_test.json",
        "ecdsa_secp384r1_sha512_test.json",
        "ecdsa_secp521r1_sha512_test.json",
        "ecdsa_secp521r1_sha512_p1363_test.json",
    ]);
}

#[test]
fn rsa_pkcs1() {
    for (bits, hashes) in [
        (2048, &["224", "256", "384", "512"][..]),
        (3072, &["256", "384", "512"]),
        (4096, &["256", "384", "512"]),
        (8192, &["256"]),
    ] {
        for length in hashes {
            let name = format!("rsa_signature_{bits}_sha{length}_test.json");
            signatures(&name, |group| Some(SignatureScheme::RsaPkcs1 { hash: hash(&group["sha"])? }));
        }
    }
}

#[test]
fn rsa_pss() {
    for name in [
        "rsa_pss_2048_sha1_mgf1_20_params_test.json",
        "rsa_pss_2048_sha256_mgf1_0_params_test.json",
        "rsa_pss_2048_sha256_mgf1_32_params_test.json",
        "rsa_pss_2048_sha256_mgf1sha1_20_test.json",
        "rsa_pss_2048_sha384_mgf1_48_test.json",
        "rsa_pss_2048_sha512_mgf1sha256_32_params_test.json",
        "rsa_pss_3072_sha256_mgf1_32_params_test.json",
        "rsa_pss_4096_sha256_mgf1_32_test.json",
        "rsa_pss_4096_sha384_mgf1_48_test.json",
        "rsa_pss_4096_sha512_mgf1_32_params_test.json",
        "rsa_pss_4096_sha512_mgf1_64_params_test.json",
        "rsa_pss_misc_params_test.json",
        "rsa_pss_misc_test.json",
    ] {
        signatures(name, |group| {
            Some(SignatureScheme::RsaPss {
                hash: hash(&group["sha"])?,
                mgf_hash: hash(&group["mgfSha"])?,
                salt_len: usize::try_from(group["sLen"].as_u64()?).ok()?,
            })
        });
    }
}

/// Public keys of the ECDH files. A key of another curve is no error of a parser; everything else that is invalid, and
/// every parameter that differs from the named curve, is refused.
#[test]
fn public_keys_with_named_and_explicit_parameters() {
    for curve in [
        "brainpoolP224r1",
        "brainpoolP256r1",
        "brainpoolP320r1",
        "brainpoolP384r1",
        "brainpoolP512r1",
        "secp224r1",
        "secp256r1",
        "secp384r1",
        "secp521r1",
    ] {
        let name = format!("ecdh_{curve}_test.json");
        let Some(file) = load(&name) else { continue };
        for group in file["testGroups"].as_array().unwrap() {
            for case in group["tests"].as_array().unwrap() {
                let flags: Vec<&str> =
                    case["flags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                let key = PublicKey::from_spki(&bytes(&case["public"]));
                let what = format!("{name} {} {} {flags:?}: {key:?}", case["tcId"], case["comment"]);
                let wrong_curve = flags.contains(&"WrongCurve") || flags.contains(&"ModifiedGroup");
                let loose_der = flags.contains(&"InvalidAsn");
                match case["result"].as_str().unwrap() {
                    "valid" => assert!(key.is_ok(), "{what}"),
                    "invalid" if wrong_curve => {}
                    "invalid" => assert!(key.is_err(), "{what}"),
                    _ if flags.contains(&"UnnamedCurve") => assert!(key.is_err(), "{what}"),
                    _ if loose_der => {}
                    _ => assert!(key.is_ok(), "{what}"),
                }
            }
        }
    }
}
