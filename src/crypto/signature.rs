//! Verification of signatures. Strict: what differs by one bit, one byte of length or one form of encoding does
//! not verify. The one deviation that real documents need has a name and must be asked for.
//! Source: RFC 8017 sections 8.1.2 and 8.2.2, BSI TR-03111 section 4.2.1, FIPS 186-5 section 6.4, FIPS 186-4 section 4.7
//! (DSA).

use super::SignatureScheme;
use super::curve::{EcPoint, EcdsaError, ecdsa_verify};
use super::emsa::{self, DigestInfo};
use super::key::{KeyError, PublicKey, bits};
use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};
use subtle::ConstantTimeEq;

/// Why a signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// It was not made by this key over this message.
    #[error("the signature does not verify")]
    Invalid,
    /// The signature has another form or length than its scheme gives it.
    #[error("the signature is malformed")]
    Malformed,
    /// The scheme is for another kind of key.
    #[error("the scheme does not fit the key")]
    Kind,
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A deviation under which a signature verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureTolerance {
    /// The DigestInfo has no NULL where RFC 8017 section 9.2 demands one (the ICAO master list of 2023).
    DigestInfoWithoutNull,
}

/// Verifies `signature` over `message`, strictly.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(
    key: &PublicKey,
    scheme: &SignatureScheme,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let digest = scheme.hash().digest(message);
    verify_digest(key, scheme, &digest, signature)
}

/// As [`verify`], for a caller who accepts some deviations; gives the one that was needed.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_tolerantly(
    key: &PublicKey,
    scheme: &SignatureScheme,
    message: &[u8],
    signature: &[u8],
    tolerated: &[SignatureTolerance],
) -> Result<Option<SignatureTolerance>, SignatureError> {
    let strict = verify(key, scheme, message, signature);
    let tolerance = SignatureTolerance::DigestInfoWithoutNull;
    if let (Err(SignatureError::Invalid), SignatureScheme::RsaPkcs1 { hash }, PublicKey::Rsa { n, .. }) =
        (&strict, scheme, key)
        && tolerated.contains(&tolerance)
    {
        let block = key.rsa_public_operation(signature)?;
        let expected = emsa::pkcs1(*hash, DigestInfo::Absent, &hash.digest(message), n.len());
        if expected.as_ref() == Some(&block) {
            return Ok(Some(tolerance));
        }
    }
    strict.map(|()| None)
}

/// As [`verify`], of a hash that was made before; `digest` must be as long as the scheme's hash.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_digest(
    key: &PublicKey,
    scheme: &SignatureScheme,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if digest.len() != scheme.hash().len() {
        return Err(SignatureError::Malformed);
    }
    match (key, scheme) {
        (PublicKey::Rsa { n, .. }, SignatureScheme::RsaPkcs1 { hash }) => {
            let block = rsa_block(key, signature)?;
            let expected =
                emsa::pkcs1(*hash, DigestInfo::Null, digest, n.len()).ok_or(SignatureError::Invalid)?;
            if block.ct_eq(&expected).into() { Ok(()) } else { Err(SignatureError::Invalid) }
        }
        (PublicKey::Rsa { n, .. }, SignatureScheme::RsaPss { hash, mgf_hash, salt_len }) => {
            let block = rsa_block(key, signature)?;
            if emsa::pss_verify(*hash, *mgf_hash, *salt_len, digest, &block, bits(n)) {
                Ok(())
            } else {
                Err(SignatureError::Invalid)
            }
        }
        (PublicKey::Ec(point), SignatureScheme::Ecdsa { .. }) => {
            let plain = plain_from_der(signature, point.curve().order_bytes())?;
            ecdsa(point, digest, &plain)
        }
        (PublicKey::Ec(point), SignatureScheme::EcdsaPlain { .. }) => ecdsa(point, digest, signature),
        (PublicKey::Dsa(key), SignatureScheme::Dsa { .. }) => {
            let value = EcdsaSigValue::from_der(signature).map_err(|_| SignatureError::Malformed)?;
            key.verify(digest, value.r.as_bytes(), value.s.as_bytes())
        }
        _ => Err(SignatureError::Kind),
    }
}

fn rsa_block(key: &PublicKey, signature: &[u8]) -> Result<Vec<u8>, SignatureError> {
    key.rsa_public_operation(signature).map_err(|error| match error {
        KeyError::Range => SignatureError::Malformed,
        other => SignatureError::Key(other),
    })
}

fn ecdsa(point: &EcPoint, digest: &[u8], plain: &[u8]) -> Result<(), SignatureError> {
    ecdsa_verify(point, digest, plain).map_err(|error| match error {
        EcdsaError::Range => SignatureError::Malformed,
        EcdsaError::Invalid => SignatureError::Invalid,
    })
}

/// `ECDSA-Sig-Value`; `Dss-Sig-Value` is the same.
#[derive(Sequence)]
struct EcdsaSigValue<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// r and s of a DER signature, each as long as the order.
///
/// # Errors
/// [`SignatureError::Malformed`] for any other form than DER, and for numbers longer than the order.
pub fn plain_from_der(der: &[u8], order_bytes: usize) -> Result<Vec<u8>, SignatureError> {
    let value = EcdsaSigValue::from_der(der).map_err(|_| SignatureError::Malformed)?;
    let mut plain = vec![0; 2 * order_bytes];
    for (number, place) in [value.r, value.s].iter().zip(plain.chunks_exact_mut(order_bytes.max(1))) {
        let bytes = number.as_bytes();
        let start = order_bytes.checked_sub(bytes.len()).ok_or(SignatureError::Malformed)?;
        place[start..].copy_from_slice(bytes);
    }
    Ok(plain)
}

/// The DER form of r and s that stand one after the other.
///
/// # Errors
/// [`SignatureError::Malformed`] where they are not two numbers of one length.
pub fn plain_to_der(plain: &[u8]) -> Result<Vec<u8>, SignatureError> {
    if plain.is_empty() || !plain.len().is_multiple_of(2) {
        return Err(SignatureError::Malformed);
    }
    let (r, s) = plain.split_at(plain.len() / 2);
    let number = |bytes| UintRef::new(bytes).map_err(|_| SignatureError::Malformed);
    EcdsaSigValue { r: number(r)?, s: number(s)? }.to_der().map_err(|_| SignatureError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{HashAlgorithm, NamedCurve, PrivateKey, SeededEntropy};

    fn flip_refused(key: &PublicKey, scheme: &SignatureScheme, signature: &[u8]) {
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut changed = signature.to_vec();
            changed[at] ^= 1;
            assert!(verify(key, scheme, b"message", &changed).is_err(), "{scheme} {at}");
        }
        assert!(verify(key, scheme, b"other", signature).is_err());
        assert!(verify(key, scheme, b"message", &[signature, &[0]].concat()).is_err());
        assert!(verify(key, scheme, b"message", &signature[1..]).is_err());
        assert!(verify(key, scheme, b"message", &[]).is_err());
    }

    #[test]
    fn ecdsa_on_every_curve_with_every_hash() {
        let mut entropy = SeededEntropy::new("signature test", 1);
        for curve in NamedCurve::ALL {
            let key = PrivateKey::generate_ec(curve, &mut entropy).unwrap();
            for hash in HashAlgorithm::ALL {
                for scheme in [SignatureScheme::Ecdsa { hash }, SignatureScheme::EcdsaPlain { hash }] {
                    let signature = key.sign(&scheme, b"message", &mut entropy).unwrap();
                    assert_eq!(verify(&key.public(), &scheme, b"message", &signature), Ok(()), "{scheme}");
                    flip_refused(&key.public(), &scheme, &signature);
                }
            }
        }
    }

    #[test]
    fn rsa_with_every_hash_and_several_salts() {
        let mut entropy = SeededEntropy::new("signature test", 2);
        let key = PrivateKey::generate_rsa(1536, &mut entropy).unwrap();
        for hash in HashAlgorithm::ALL {
            let pss = |mgf_hash, salt_len| SignatureScheme::RsaPss { hash, mgf_hash, salt_len };
            for scheme in [
                SignatureScheme::RsaPkcs1 { hash },
                SignatureScheme::pss(hash),
                pss(hash, 0),
                pss(HashAlgorithm::Sha1, 20),
            ] {
                let signature = key.sign(&scheme, b"message", &mut entropy).unwrap();
                assert_eq!(verify(&key.public(), &scheme, b"message", &signature), Ok(()), "{scheme}");
                flip_refused(&key.public(), &scheme, &signature);
            }
        }
        let scheme = SignatureScheme::Ecdsa { hash: HashAlgorithm::Sha256 };
        assert_eq!(verify(&key.public(), &scheme, b"message", &[0; 192]), Err(SignatureError::Kind));
    }

    #[test]
    fn a_digest_info_without_null_needs_to_be_asked_for() {
        let mut entropy = SeededEntropy::new("signature test", 3);
        let key = PrivateKey::generate_rsa(1024, &mut entropy).unwrap();
        let hash = HashAlgorithm::Sha256;
        let scheme = SignatureScheme::RsaPkcs1 { hash };
        let block = emsa::pkcs1(hash, DigestInfo::Absent, &hash.digest(b"message"), 128).unwrap();
        let signature = key.rsa_private_operation(&block, &mut entropy).unwrap();
        let tolerance = SignatureTolerance::DigestInfoWithoutNull;
        let with = |message: &[u8], list: &[SignatureTolerance]| {
            verify_tolerantly(&key.public(), &scheme, message, &signature, list)
        };
        assert_eq!(with(b"message", &[]), Err(SignatureError::Invalid));
        assert_eq!(with(b"message", &[tolerance]), Ok(Some(tolerance)));
        assert_eq!(with(b"other", &[tolerance]), Err(SignatureError::Invalid));
    }

    #[test]
    fn der_and_plain_ecdsa_signatures_convert() {
        let plain = [&[0u8; 31][..], &[5], &[0xFF; 32]].concat();
        assert_eq!(plain_from_der(&plain_to_der(&plain).unwrap(), 32).unwrap(), plain);
        assert_eq!(plain_to_der(&[1, 2, 3]), Err(SignatureError::Malformed));
        assert_eq!(plain_from_der(&[0x30, 0x06, 2, 1, 1, 2, 1, 1, 0], 32), Err(SignatureError::Malformed));
    }
}
