//! Signature algorithms and their AlgorithmIdentifier, in both directions.
//! Source: RFC 4055 and RFC 8017 appendix A (RSA), RFC 5758 sections 3.1 (DSA) and 3.2, X9.62 (ECDSA), BSI TR-03111
//! section 5.2.1 (plain ECDSA), Doc 9303-12 section 4.4.

use super::HashAlgorithm;
use super::key::{DSA, EC_PUBLIC_KEY, KeyError, RSA_ENCRYPTION, RSASSA_PSS, algorithm_identifier, natural};
use crate::asn1::{oid, tlv, write};
use std::fmt;

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1 {
        /// The hash function.
        hash: HashAlgorithm,
    },
    /// RSASSA-PSS with MGF1 and trailer `BC`.
    RsaPss {
        /// The hash function of message and encoding.
        hash: HashAlgorithm,
        /// The hash function of the mask; documents use the same as `hash`.
        mgf_hash: HashAlgorithm,
        /// Bytes of salt; it need not be the length of the hash.
        salt_len: usize,
    },
    /// ECDSA with the signature as a DER sequence of r and s.
    Ecdsa {
        /// The hash function.
        hash: HashAlgorithm,
    },
    /// ECDSA with the signature as r and s one after the other, each as long as the order.
    EcdsaPlain {
        /// The hash function.
        hash: HashAlgorithm,
    },
    /// DSA with the signature as a DER sequence of r and s.
    Dsa {
        /// The hash function.
        hash: HashAlgorithm,
    },
}

/// Why an AlgorithmIdentifier names no signature algorithm of titre.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmError {
    /// The structure is broken.
    #[error("malformed signature algorithm")]
    Malformed,
    /// An algorithm that is not implemented, dotted.
    #[error("unknown signature algorithm {0}")]
    Unknown(String),
    /// The identifier says no hash function, and none was given.
    #[error("the signature algorithm {0} names no hash function")]
    NoHash(String),
}

const MGF1: &str = "1.2.840.113549.1.1.8";
/// Longest PSS salt that is believed.
const MAX_SALT: usize = 512;

use HashAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};

const PKCS1: [(&str, HashAlgorithm); 6] = [
    ("1.2.840.113549.1.1.5", Sha1),
    ("1.2.840.113549.1.1.14", Sha224),
    ("1.2.840.113549.1.1.11", Sha256),
    ("1.2.840.113549.1.1.12", Sha384),
    ("1.2.840.113549.1.1.13", Sha512),
    // The old identifier of OIW, read only.
    ("1.3.14.3.2.29", Sha1),
];
const ECDSA: [(&str, HashAlgorithm); 5] = [
    ("1.2.840.10045.4.1", Sha1),
    ("1.2.840.10045.4.3.1", Sha224),
    ("1.2.840.10045.4.3.2", Sha256),
    ("1.2.840.10045.4.3.3", Sha384),
    ("1.2.840.10045.4.3.4", Sha512),
];
const PLAIN: [(&str, HashAlgorithm); 5] = [
    ("0.4.0.127.0.7.1.1.4.1.1", Sha1),
    ("0.4.0.127.0.7.1.1.4.1.2", Sha224),
    ("0.4.0.127.0.7.1.1.4.1.3", Sha256),
    ("0.4.0.127.0.7.1.1.4.1.4", Sha384),
    ("0.4.0.127.0.7.1.1.4.1.5", Sha512),
];
const DSA_WITH: [(&str, HashAlgorithm); 5] = [
    ("1.2.840.10040.4.3", Sha1),
    ("2.16.840.1.101.3.4.3.1", Sha224),
    ("2.16.840.1.101.3.4.3.2", Sha256),
    ("2.16.840.1.101.3.4.3.3", Sha384),
    ("2.16.840.1.101.3.4.3.4", Sha512),
];
/// ecdsa-with-Specified: the hash is the parameter.
const ECDSA_SPECIFIED: &str = "1.2.840.10045.4.3";

impl SignatureScheme {
    /// RSASSA-PSS with one hash function everywhere and a salt of its length.
    #[must_use]
    pub const fn pss(hash: HashAlgorithm) -> Self {
        Self::RsaPss { hash, mgf_hash: hash, salt_len: hash.len() }
    }

    /// The scheme of an AlgorithmIdentifier (DER). `digest` is used where the identifier names only the key
    /// (`rsaEncryption`, `id-ecPublicKey`), as the signatureAlgorithm of a SignerInfo may.
    ///
    /// # Errors
    /// [`AlgorithmError`].
    pub fn from_algorithm_identifier(
        der: &[u8],
        digest: Option<HashAlgorithm>,
    ) -> Result<Self, AlgorithmError> {
        let (tlv, rest) = tlv::read(der).map_err(|_| AlgorithmError::Malformed)?;
        if !rest.is_empty() {
            return Err(AlgorithmError::Malformed);
        }
        let (id, parameters) = algorithm_identifier(&tlv).map_err(|_| AlgorithmError::Malformed)?;
        let named = |table: &[(&str, HashAlgorithm)]| {
            table.iter().find(|(known, _)| *known == id).map(|(_, hash)| *hash)
        };
        if let Some(hash) = named(&PKCS1) {
            return Ok(Self::RsaPkcs1 { hash });
        }
        if let Some(hash) = named(&ECDSA) {
            return Ok(Self::Ecdsa { hash });
        }
        if let Some(hash) = named(&PLAIN) {
            return Ok(Self::EcdsaPlain { hash });
        }
        if let Some(hash) = named(&DSA_WITH) {
            return Ok(Self::Dsa { hash });
        }
        match id.as_str() {
            RSASSA_PSS => pss_parameters(parameters),
            RSA_ENCRYPTION => digest.map(|hash| Self::RsaPkcs1 { hash }).ok_or(AlgorithmError::NoHash(id)),
            EC_PUBLIC_KEY => digest.map(|hash| Self::Ecdsa { hash }).ok_or(AlgorithmError::NoHash(id)),
            DSA => digest.map(|hash| Self::Dsa { hash }).ok_or(AlgorithmError::NoHash(id)),
            ECDSA_SPECIFIED => {
                let hash = parameters.and_then(|der| hash_of(der).ok()).ok_or(AlgorithmError::Malformed)?;
                Ok(Self::Ecdsa { hash })
            }
            _ => Err(AlgorithmError::Unknown(id)),
        }
    }

    /// The AlgorithmIdentifier, DER.
    #[must_use]
    pub fn to_algorithm_identifier(self) -> Vec<u8> {
        let of = |table: &[(&'static str, HashAlgorithm)], hash| {
            table.iter().find(|(_, known)| *known == hash).map_or_else(Vec::new, |(id, _)| oid::object(id))
        };
        let body = match self {
            Self::RsaPkcs1 { hash } => [of(&PKCS1, hash), tlv::encode(0x05, &[])].concat(),
            Self::Ecdsa { hash } => of(&ECDSA, hash),
            Self::EcdsaPlain { hash } => of(&PLAIN, hash),
            Self::Dsa { hash } => of(&DSA_WITH, hash),
            Self::RsaPss { hash, mgf_hash, salt_len } => {
                let mask = [oid::object(MGF1), hash_identifier(mgf_hash)].concat();
                let salt = write::integer(salt_len as u64);
                // Trailer field 1 and the other defaults stay out, as DER wants it.
                let mut parameters = Vec::new();
                if hash != Sha1 {
                    parameters.extend(tlv::encode(0xA0, &hash_identifier(hash)));
                }
                if mgf_hash != Sha1 {
                    parameters.extend(tlv::encode(0xA1, &tlv::encode(0x30, &mask)));
                }
                if salt_len != 20 {
                    parameters.extend(tlv::encode(0xA2, &salt));
                }
                [oid::object(RSASSA_PSS), tlv::encode(0x30, &parameters)].concat()
            }
        };
        tlv::encode(0x30, &body)
    }

    /// The hash function of the message.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::RsaPkcs1 { hash }
            | Self::RsaPss { hash, .. }
            | Self::Ecdsa { hash }
            | Self::EcdsaPlain { hash }
            | Self::Dsa { hash } => hash,
        }
    }
}

impl fmt::Display for SignatureScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.hash().name();
        match self {
            Self::RsaPkcs1 { .. } => write!(f, "RSA PKCS#1 v1.5 {hash}"),
            Self::RsaPss { salt_len, .. } => write!(f, "RSA-PSS {hash} salt {salt_len}"),
            Self::Ecdsa { .. } => write!(f, "ECDSA {hash}"),
            Self::EcdsaPlain { .. } => write!(f, "ECDSA {hash} plain"),
            Self::Dsa { .. } => write!(f, "DSA {hash}"),
        }
    }
}

/// An AlgorithmIdentifier of a hash function, with NULL parameters.
#[must_use]
pub fn hash_identifier(hash: HashAlgorithm) -> Vec<u8> {
    tlv::encode(0x30, &[oid::object(hash.oid()), tlv::encode(0x05, &[])].concat())
}

/// The hash function of an AlgorithmIdentifier, with NULL or no parameters.
///
/// # Errors
/// [`AlgorithmError`].
pub fn hash_of(der: &[u8]) -> Result<HashAlgorithm, AlgorithmError> {
    let (tlv, _) = tlv::read(der).map_err(|_| AlgorithmError::Malformed)?;
    let (id, parameters) = algorithm_identifier(&tlv).map_err(|_| AlgorithmError::Malformed)?;
    if parameters.is_some_and(|parameters| parameters != [0x05, 0x00]) {
        return Err(AlgorithmError::Malformed);
    }
    HashAlgorithm::from_oid(&id).ok_or(AlgorithmError::Unknown(id))
}

/// `RSASSA-PSS-params`; the defaults are SHA-1, MGF1 with SHA-1, 20 bytes of salt, trailer 1.
fn pss_parameters(der: Option<&[u8]>) -> Result<SignatureScheme, AlgorithmError> {
    let malformed = || AlgorithmError::Malformed;
    let (mut hash, mut mgf_hash, mut salt_len) = (Sha1, Sha1, 20);
    let der = der.ok_or_else(malformed)?;
    let parameters = tlv::read_only(0x30, der).map_err(|_| malformed())?;
    let mut last = 0;
    for field in tlv::children(parameters.value).map_err(|_| malformed())? {
        if field.tag <= last {
            return Err(malformed());
        }
        last = field.tag;
        let (inner, rest) = tlv::read(field.value).map_err(|_| malformed())?;
        if !rest.is_empty() {
            return Err(malformed());
        }
        match field.tag {
            0xA0 => hash = hash_of(inner.raw)?,
            0xA1 => {
                let (id, hash) = algorithm_identifier(&inner).map_err(|_| malformed())?;
                if id != MGF1 {
                    return Err(AlgorithmError::Unknown(id));
                }
                mgf_hash = hash_of(hash.ok_or_else(malformed)?)?;
            }
            0xA2 => {
                let salt = number(&inner).ok_or_else(malformed)?;
                salt_len =
                    usize::try_from(salt).ok().filter(|salt| *salt <= MAX_SALT).ok_or_else(malformed)?;
            }
            0xA3 if number(&inner) == Some(1) => {}
            _ => return Err(malformed()),
        }
    }
    Ok(SignatureScheme::RsaPss { hash, mgf_hash, salt_len })
}

fn number(tlv: &tlv::Tlv<'_>) -> Option<u64> {
    let value = natural(tlv).ok().filter(|value| value.len() <= 8)?;
    Some(value.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
}

impl From<AlgorithmError> for KeyError {
    fn from(error: AlgorithmError) -> Self {
        match error {
            AlgorithmError::Unknown(id) | AlgorithmError::NoHash(id) => Self::Algorithm(id),
            AlgorithmError::Malformed => Self::Malformed("AlgorithmIdentifier"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_reads_back() {
        for hash in HashAlgorithm::ALL {
            let pss = |mgf_hash, salt_len| SignatureScheme::RsaPss { hash, mgf_hash, salt_len };
            for scheme in [
                SignatureScheme::RsaPkcs1 { hash },
                SignatureScheme::Ecdsa { hash },
                SignatureScheme::EcdsaPlain { hash },
                SignatureScheme::Dsa { hash },
                SignatureScheme::pss(hash),
                pss(Sha1, 20),
                pss(Sha512, 0),
                pss(Sha256, 64),
            ] {
                let der = scheme.to_algorithm_identifier();
                assert_eq!(SignatureScheme::from_algorithm_identifier(&der, None), Ok(scheme), "{scheme}");
            }
        }
    }

    #[test]
    fn the_hash_of_a_bare_key_algorithm_is_the_digest_algorithm() {
        let rsa = tlv::encode(0x30, &[oid::object(RSA_ENCRYPTION), vec![5, 0]].concat());
        let parse = |digest| SignatureScheme::from_algorithm_identifier(&rsa, digest);
        assert_eq!(parse(Some(Sha256)), Ok(SignatureScheme::RsaPkcs1 { hash: Sha256 }));
        assert!(matches!(parse(None), Err(AlgorithmError::NoHash(_))));
    }

    #[test]
    fn wrong_pss_parameters_are_refused() {
        let pss = |parameters: &[u8]| {
            let body = [oid::object(RSASSA_PSS), tlv::encode(0x30, parameters)].concat();
            SignatureScheme::from_algorithm_identifier(&tlv::encode(0x30, &body), None)
        };
        assert_eq!(pss(&[]), Ok(SignatureScheme::pss(Sha1)));
        for wrong in [
            &[0xA3, 3, 2, 1, 2][..],
            &[0xA2, 3, 2, 1, 0xFF],
            &[0xA2, 4, 2, 2, 0x7F, 0xFF],
            &[0xA2, 3, 2, 1, 20, 0xA2, 3, 2, 1, 20],
            &[0x30, 0],
        ] {
            assert_eq!(pss(wrong), Err(AlgorithmError::Malformed), "{wrong:02X?}");
        }
    }
}
