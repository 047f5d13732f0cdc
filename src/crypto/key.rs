//! Public keys of travel documents and their SubjectPublicKeyInfo; the raw RSA public operation.
//! Source: RFC 5280 section 4.1.2.7, RFC 8017 section 5.2.2 (RSAVP1) and A.1.1, RFC 3279 section 2.3.2 (DSA), RFC 5480 section 2,
//! BSI TR-03111 section 5 (explicit parameters, which Doc 9303-12 section 4.4.3 demands).

use super::curve::{CurveError, EcPoint, NamedCurve};
use super::dh::DhError;
use super::dsa::DsaKey;
use super::power::power;
use crate::asn1::tlv::{self, Tlv};
use crate::asn1::{ber, oid, write};
use rsa::BoxedUint;

pub(super) const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
pub(super) const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
pub(super) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
pub(super) const DSA: &str = "1.2.840.10040.4.1";

/// Smallest RSA modulus, in bits: old chips sign active authentication with 1024.
pub const MIN_RSA_BITS: usize = 1024;
/// Largest RSA modulus, in bits: larger ones only cost time.
pub const MAX_RSA_BITS: usize = 8192;
/// Longest public exponent, in bits: larger ones only cost time.
const MAX_EXPONENT_BITS: usize = 64;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKey {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
    /// A point of a named curve.
    Ec(EcPoint),
    /// A DSA key, to verify with only.
    Dsa(DsaKey),
}

/// Why a key is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The structure is broken.
    #[error("malformed key: {0}")]
    Malformed(&'static str),
    /// An algorithm that is none of RSA, elliptic curve and DSA.
    #[error("unknown key algorithm {0}")]
    Algorithm(String),
    /// A modulus below [`MIN_RSA_BITS`] or above [`MAX_RSA_BITS`].
    #[error("RSA modulus of {0} bits")]
    RsaSize(usize),
    /// An even modulus, or an exponent that is even, 1 or longer than 64 bits.
    #[error("RSA modulus or exponent out of range")]
    RsaValue,
    /// A DSA number of a size or value that no key has, or domain parameters that are not in the key.
    #[error("DSA parameters missing or out of range")]
    DsaValue,
    /// Curve or point are not accepted.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// Group or element modulo a prime are not accepted.
    #[error(transparent)]
    Dh(DhError),
    /// The operation is for the other kind of key.
    #[error("the key is of another kind")]
    Kind,
    /// The number is not below the modulus, or not as long as it.
    #[error("the number does not fit the modulus")]
    Range,
    /// A private key that does not belong to its public half, or a failed operation with it.
    #[error("the private key does not work: {0}")]
    Private(String),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] super::EntropyError),
}

impl PublicKey {
    /// The key of a SubjectPublicKeyInfo: RSA, or elliptic curve with named parameters, or with explicit ones that
    /// all equal a named curve.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed("SubjectPublicKeyInfo");
        let der = ber::to_der(der).map_err(|_| KeyError::Malformed("SubjectPublicKeyInfo"))?;
        let info = tlv::read_only(0x30, &der).map_err(malformed)?;
        let parts = tlv::children(info.value).map_err(malformed)?;
        let [algorithm, key] = parts.as_slice() else {
            return Err(KeyError::Malformed("SubjectPublicKeyInfo"));
        };
        let (algorithm, parameters) = algorithm_identifier(algorithm)?;
        let key = match (key.tag, key.value.split_first()) {
            (0x03, Some((0, key))) => key,
            _ => return Err(KeyError::Malformed("subjectPublicKey")),
        };
        match algorithm.as_str() {
            RSA_ENCRYPTION | RSASSA_PSS => Self::from_rsa_public_key(key),
            EC_PUBLIC_KEY => {
                let curve = curve_of(parameters.ok_or(KeyError::Malformed("curve parameters"))?)?;
                Ok(Self::Ec(EcPoint::from_sec1_any(curve, key)?))
            }
            DSA => Self::from_dsa(parameters, key),
            _ => Err(KeyError::Algorithm(algorithm)),
        }
    }

    /// The key of an `RSAPublicKey` structure.
    fn from_rsa_public_key(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed("RSAPublicKey");
        let parts = tlv::children(tlv::read_only(0x30, der).map_err(malformed)?.value).map_err(malformed)?;
        let [n, e] = parts.as_slice() else { return Err(KeyError::Malformed("RSAPublicKey")) };
        Self::rsa(natural(n)?, natural(e)?)
    }

    /// The key of `Dss-Parms` and `DSAPublicKey`. Parameters may be inherited from the issuer by leaving them out
    /// (RFC 3279 section 2.3.2); that is refused, since a key must say what it is.
    fn from_dsa(parameters: Option<&[u8]>, key: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed("Dss-Parms");
        let parameters = tlv::read_only(0x30, parameters.ok_or(KeyError::DsaValue)?).map_err(malformed)?;
        let parts = tlv::children(parameters.value).map_err(malformed)?;
        let [p, q, g] = parts.as_slice() else { return Err(KeyError::Malformed("Dss-Parms")) };
        let y = tlv::read_only(0x02, key).map_err(|_| KeyError::Malformed("DSAPublicKey"))?;
        Ok(Self::Dsa(DsaKey::new(natural(p)?, natural(q)?, natural(g)?, natural(&y)?)?))
    }

    /// An RSA key of modulus and exponent, big-endian.
    ///
    /// # Errors
    /// [`KeyError::RsaSize`], [`KeyError::RsaValue`].
    pub fn rsa(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let (n, e) = (trim(n).to_vec(), trim(e).to_vec());
        check_rsa(&n, &e)?;
        Ok(Self::Rsa { n, e })
    }

    /// The SubjectPublicKeyInfo, DER; `explicit` writes the curve's parameters out, as CSCA and document signer
    /// certificates must.
    #[must_use]
    pub fn to_spki(&self, explicit: bool) -> Vec<u8> {
        let (algorithm, key) = match self {
            Self::Rsa { n, e } => {
                let algorithm = [oid::object(RSA_ENCRYPTION), tlv::encode(0x05, &[])].concat();
                (algorithm, tlv::encode(0x30, &[write::unsigned(n), write::unsigned(e)].concat()))
            }
            Self::Ec(point) => {
                let curve = point.curve();
                let parameters = if explicit { curve.explicit_der() } else { oid::object(curve.oid()) };
                ([oid::object(EC_PUBLIC_KEY), parameters].concat(), point.as_sec1().to_vec())
            }
            Self::Dsa(key) => {
                let [p, q, g, y] = key.numbers().map(write::unsigned);
                ([oid::object(DSA), write::sequence(&[&p, &q, &g])].concat(), y)
            }
        };
        let key = tlv::encode(0x03, &[&[0], key.as_slice()].concat());
        tlv::encode(0x30, &[tlv::encode(0x30, &algorithm), key].concat())
    }

    /// `RSA-2048`, `brainpoolP256r1` and the like, for reports.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Rsa { n, .. } => format!("RSA-{}", bits(n)),
            Self::Ec(point) => point.curve().name().to_owned(),
            Self::Dsa(key) => format!("DSA-{}", key.bits()),
        }
    }

    /// The raw operation `signature^e mod n`, as long as the modulus: what ISO 9796-2 recovery begins with.
    ///
    /// # Errors
    /// [`KeyError::Kind`] for another key, [`KeyError::Range`] for a number that is not as long as the modulus
    /// and below it.
    pub fn rsa_public_operation(&self, signature: &[u8]) -> Result<Vec<u8>, KeyError> {
        let Self::Rsa { n, e } = self else { return Err(KeyError::Kind) };
        check_rsa(n, e)?;
        if signature.len() != n.len() || signature >= n.as_slice() {
            return Err(KeyError::Range);
        }
        let e = e.iter().fold(0, |e, byte| e << 8 | u64::from(*byte));
        power(signature, e, n).ok_or(KeyError::Range)
    }
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    let bits = bits(n);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(KeyError::RsaSize(bits));
    }
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    if !odd(n) || !odd(e) || e == [1] || self::bits(e) > MAX_EXPONENT_BITS {
        return Err(KeyError::RsaValue);
    }
    Ok(())
}

/// A number as `len` bytes.
pub(super) fn left_padded(number: &BoxedUint, len: usize) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let bytes = trim(&bytes);
    let mut out = vec![0; len.saturating_sub(bytes.len())];
    out.extend_from_slice(bytes);
    out
}

/// Identifier and parameters of an AlgorithmIdentifier.
pub(super) fn algorithm_identifier<'a>(tlv: &Tlv<'a>) -> Result<(String, Option<&'a [u8]>), KeyError> {
    let malformed = KeyError::Malformed("AlgorithmIdentifier");
    if tlv.tag != 0x30 {
        return Err(malformed);
    }
    let Ok(parts) = tlv::children(tlv.value) else { return Err(malformed) };
    match parts.as_slice() {
        [id, rest @ ..] if id.tag == 0x06 && rest.len() <= 1 => {
            let id = oid::decode(id.value).ok_or(malformed)?;
            Ok((id, rest.first().map(|parameters| parameters.raw)))
        }
        _ => Err(malformed),
    }
}

/// The curve of `ECParameters`, named or explicit.
pub(super) fn curve_of(parameters: &[u8]) -> Result<NamedCurve, KeyError> {
    let (tlv, _) = tlv::read(parameters).map_err(|_| KeyError::Malformed("curve parameters"))?;
    if tlv.tag != 0x06 {
        return Ok(NamedCurve::from_explicit(parameters)?);
    }
    let name = oid::decode(tlv.value).ok_or(KeyError::Malformed("curve identifier"))?;
    NamedCurve::from_oid(&name).ok_or(KeyError::Curve(CurveError::UnknownCurve(name)))
}

/// The value of a non-negative INTEGER.
pub(super) fn natural<'a>(tlv: &Tlv<'a>) -> Result<&'a [u8], KeyError> {
    match (tlv.tag, tlv.value.first()) {
        (0x02, Some(first)) if first & 0x80 == 0 => Ok(trim(tlv.value)),
        _ => Err(KeyError::Malformed("INTEGER")),
    }
}

pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    &bytes[start..]
}

pub(super) fn bits(n: &[u8]) -> usize {
    let n = trim(n);
    n.first().map_or(0, |first| 8 * n.len() - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_public_key_info_reads_back_named_and_explicit() {
        for curve in NamedCurve::ALL {
            let key = PublicKey::Ec(curve.generator());
            for explicit in [false, true] {
                assert_eq!(PublicKey::from_spki(&key.to_spki(explicit)).unwrap(), key);
            }
        }
        let mut n = vec![0xC1; 128];
        n[127] = 0x0B;
        let key = PublicKey::rsa(&n, &[1, 0, 1]).unwrap();
        assert_eq!(PublicKey::from_spki(&key.to_spki(false)).unwrap(), key);
        assert_eq!(key.describe(), "RSA-1024");
    }

    #[test]
    fn bad_keys_are_refused() {
        let odd = vec![0xC1; 128];
        assert_eq!(PublicKey::rsa(&[0xC1; 64], &[3]), Err(KeyError::RsaSize(512)));
        assert_eq!(PublicKey::rsa(&[0xC1; 1025], &[3]), Err(KeyError::RsaSize(8200)));
        for e in [&[0][..], &[1], &[2], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
            assert_eq!(PublicKey::rsa(&odd, e), Err(KeyError::RsaValue), "{e:?}");
        }
        assert!(PublicKey::rsa(&odd, &[0xFF; 8]).is_ok());
        let spki = PublicKey::Ec(NamedCurve::P256.generator()).to_spki(true);
        for end in 0..spki.len() {
            assert!(PublicKey::from_spki(&spki[..end]).is_err());
        }
        let mut off_curve = spki;
        *off_curve.last_mut().unwrap() ^= 1;
        assert_eq!(PublicKey::from_spki(&off_curve), Err(KeyError::Curve(CurveError::NotOnCurve)));
    }

    #[test]
    fn the_raw_operation_keeps_to_the_modulus() {
        let n = vec![0xC1; 128];
        let key = PublicKey::rsa(&n, &[3]).unwrap();
        let mut two = vec![0; 128];
        two[127] = 2;
        let mut eight = vec![0; 128];
        eight[127] = 8;
        assert_eq!(key.rsa_public_operation(&two).unwrap(), eight);
        assert_eq!(key.rsa_public_operation(&n), Err(KeyError::Range));
        assert_eq!(key.rsa_public_operation(&two[1..]), Err(KeyError::Range));
        let ec = PublicKey::Ec(NamedCurve::P256.generator());
        assert_eq!(ec.rsa_public_operation(&two), Err(KeyError::Kind));
    }
}
