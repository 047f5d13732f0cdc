//! The pairwise subject: what one service calls the holder by. It stays the same at that service, and two services that
//! compare theirs find nothing in common.
//!
//! It is made of the holder's key and the service's name, so both sides compute it and nobody keeps a table. The key itself
//! stands in every presentation: a holder who does not want services to find each other by it enrolls with a key for each
//! (EUDI ARF, topic B).
//! Source: OpenID Connect Core 1.0 section 8.1 (pairwise identifiers), RFC 7638 (thumbprint of a JWK).

use super::holder::HolderKey;
use super::sdjwt::base64url;
use crate::crypto::HashAlgorithm;
use serde_json::Value;

/// Stands before everything else that is digested, so that no other digest of titre's is ever a subject.
const DOMAIN: &[u8] = b"urn:titre:pairwise-subject:1\0";

/// SHA-256 of the JWK's four members in the order of their names.
/// Source: RFC 7638 section 3.
#[must_use]
pub fn thumbprint(key: &HolderKey) -> Vec<u8> {
    let jwk = key.to_jwk();
    let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (x, y) = (member("x"), member("y"));
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    HashAlgorithm::Sha256.digest(text.as_bytes())
}

/// `sub` of the holder of `key` at the service that goes by `audience`: 43 characters.
#[must_use]
pub fn pairwise_subject(key: &HolderKey, audience: &str) -> String {
    let digest = [DOMAIN, &thumbprint(key), audience.as_bytes()].concat();
    base64url(&HashAlgorithm::Sha256.digest(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::{HolderSecret, make_holder_key};
    use crate::crypto::SeededEntropy;
    use serde_json::json;

    #[test]
    fn the_thumbprint_is_that_of_openssl_and_coreutils() {
        // The key of RFC 7515 appendix A.3; printf '{"crv":...}' | openssl dgst -sha256
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
        let key = HolderKey::from_jwk(jwk.as_object().unwrap()).unwrap();
        assert_eq!(
            hex::encode(thumbprint(&key)),
            "a0a232c2f194a53553cb1310ddbc0821e414b9d7ebfc290b323084d7d1020fe5"
        );
    }

    #[test]
    fn a_subject_is_one_services_own() {
        let holder = |seed| {
            let pem = make_holder_key(&mut SeededEntropy::new("holder", seed)).unwrap();
            HolderSecret::read_file(pem.as_bytes()).unwrap().public()
        };
        let (one, other) = (holder(1), holder(2));
        let [shop, bank] = ["https://shop.example", "https://bank.example"];
        let subject = pairwise_subject(&one, shop);
        assert_eq!(subject.len(), 43);
        assert_eq!(subject, pairwise_subject(&one, shop), "the same at every visit");
        assert_ne!(subject, pairwise_subject(&one, bank));
        assert_ne!(subject, pairwise_subject(&other, shop));
    }
}
