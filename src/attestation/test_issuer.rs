//! A test issuer: a root and a leaf that carry [`TEST_POLICY`], so that what they sign can never pass for real.
//! Source: RFC 5280 section 4.1; ITU-T X.667 for the object identifier from a UUID.

use super::chain::TEST_POLICY;
use crate::asn1::{pem, tlv};
use crate::crypto::{Entropy, EntropyError};
use der::asn1::{BitString, GeneralizedTime, Ia5String, ObjectIdentifier, OctetString, UtcTime};
use der::{Encode, flagset::FlagSet};
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey};
use std::str::FromStr;
use time::{Duration, OffsetDateTime};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectAltName};
use x509_cert::name::Name;
use zeroize::Zeroizing;

/// The identifier of the test issuer; `.invalid` never resolves (RFC 2606).
pub const TEST_ISSUER_URI: &str = "https://test-issuer.invalid";

/// Days that the root is valid.
const ROOT_DAYS: i64 = 3650;
/// Days that the leaf is valid.
const LEAF_DAYS: i64 = 1825;

/// The files of a test issuer, as PEM.
#[derive(Debug)]
pub struct TestIssuer {
    /// PKCS#8 private key and leaf certificate: the issuer key file.
    pub issuer_pem: Zeroizing<String>,
    /// The root certificate, which verifiers pin.
    pub root_pem: String,
}

/// The files of two test officers, as PEM.
#[derive(Debug)]
pub struct TestOfficers {
    /// PKCS#8 private key and leaf certificate of each.
    pub officers_pem: [Zeroizing<String>; 2],
    /// The root certificate, which an issuer names its officers by.
    pub root_pem: String,
}

/// Why no test issuer or key was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The certificate cannot be encoded, as with a time before 1970.
    #[error("certificate: {0}")]
    Encoding(String),
}

impl From<der::Error> for MakeError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Makes a test root and a leaf issued by it, both valid from a day before `at`.
///
/// # Errors
/// [`MakeError`].
pub fn make_test_issuer(entropy: &mut dyn Entropy, at: OffsetDateTime) -> Result<TestIssuer, MakeError> {
    let (root_key, leaf_key) = (generate(entropy)?, generate(entropy)?);
    let root_name = "CN=titre test root - NOT FOR REAL PERSONS,O=titre test";
    let root = Content { subject: root_name, issuer: root_name, days: ROOT_DAYS, is_ca: true, uri: None };
    let leaf_name = "CN=titre test issuer - NOT FOR REAL PERSONS,O=titre test";
    let uri = Some(TEST_ISSUER_URI);
    let leaf = Content { subject: leaf_name, issuer: root_name, days: LEAF_DAYS, is_ca: false, uri };
    let root = certificate(&root, &root_key, &root_key, at, entropy)?;
    let leaf = certificate(&leaf, &leaf_key, &root_key, at, entropy)?;
    let mut issuer_pem = pkcs8_pem(&leaf_key)?;
    issuer_pem.push_str(&pem::encode("CERTIFICATE", &leaf));
    Ok(TestIssuer { issuer_pem, root_pem: pem::encode("CERTIFICATE", &root) })
}

/// Makes two test officers, each with a key and a leaf of one root, both valid from a day before `at`.
///
/// # Errors
/// [`MakeError`].
pub fn make_test_officers(entropy: &mut dyn Entropy, at: OffsetDateTime) -> Result<TestOfficers, MakeError> {
    let root_key = generate(entropy)?;
    let root_name = "CN=titre test officers - NOT FOR REAL PERSONS,O=titre test";
    let root = Content { subject: root_name, issuer: root_name, days: ROOT_DAYS, is_ca: true, uri: None };
    let root = certificate(&root, &root_key, &root_key, at, entropy)?;
    let mut officer = |subject: &'static str| {
        let key = generate(entropy)?;
        let leaf = Content { subject, issuer: root_name, days: LEAF_DAYS, is_ca: false, uri: None };
        let leaf = certificate(&leaf, &key, &root_key, at, entropy)?;
        let mut text = pkcs8_pem(&key)?;
        text.push_str(&pem::encode("CERTIFICATE", &leaf));
        Ok::<_, MakeError>(text)
    };
    let officers_pem = [
        officer("CN=titre test officer 1 - NOT FOR REAL PERSONS,O=titre test")?,
        officer("CN=titre test officer 2 - NOT FOR REAL PERSONS,O=titre test")?,
    ];
    Ok(TestOfficers { officers_pem, root_pem: pem::encode("CERTIFICATE", &root) })
}

/// Makes a holder's key: PKCS#8 PEM on P-256.
///
/// # Errors
/// [`MakeError`].
pub fn make_holder_key(entropy: &mut dyn Entropy) -> Result<Zeroizing<String>, MakeError> {
    pkcs8_pem(&generate(entropy)?)
}

fn generate(entropy: &mut dyn Entropy) -> Result<SecretKey, MakeError> {
    // A uniform draw misses 1..n with a chance of 2^-32; more than a few misses is a broken source.
    for _ in 0..8 {
        let mut scalar = Zeroizing::new([0u8; 32]);
        entropy.fill("key.p256", scalar.as_mut_slice())?;
        if let Ok(key) = SecretKey::from_slice(scalar.as_slice()) {
            return Ok(key);
        }
    }
    Err(MakeError::Encoding("the randomness gives no key".to_owned()))
}

fn pkcs8_pem(key: &SecretKey) -> Result<Zeroizing<String>, MakeError> {
    let der = key.to_pkcs8_der().map_err(|error| MakeError::Encoding(error.to_string()))?;
    Ok(Zeroizing::new(pem::encode("PRIVATE KEY", der.as_bytes())))
}

struct Content {
    subject: &'static str,
    issuer: &'static str,
    days: i64,
    is_ca: bool,
    /// Whom it may speak for in `iss`.
    uri: Option<&'static str>,
}

/// A certificate of `key` signed with `by`. Written out as TLVs: the policy's identifier has an arc of 128 bits, which
/// the usual builder's type for identifiers cannot hold.
fn certificate(
    content: &Content,
    key: &SecretKey,
    by: &SecretKey,
    at: OffsetDateTime,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, MakeError> {
    let mut serial = [0u8; 16];
    entropy.fill("certificate.serial", &mut serial)?;
    // Positive and of full length (RFC 5280 section 4.1.2.2).
    serial[0] = (serial[0] & 0x7F) | 0x40;
    let spki = key
        .public_key()
        .to_public_key_der()
        .map_err(|error| MakeError::Encoding(error.to_string()))?
        .into_vec();
    let not_before = (at - Duration::DAY).replace_nanosecond(0).unwrap_or(at);
    let validity = [moment(not_before)?, moment(not_before + Duration::days(content.days))?].concat();
    // AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758 section 3.2: no parameters).
    let algorithm = tlv::encode(0x30, &ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2").to_der()?);
    let name = |text: &str| Name::from_str(text).and_then(|name| name.to_der());
    let tbs = [
        tlv::encode(0xA0, &[0x02, 0x01, 0x02]),
        tlv::encode(0x02, &serial),
        algorithm.clone(),
        name(content.issuer)?,
        tlv::encode(0x30, &validity),
        name(content.subject)?,
        spki.clone(),
        tlv::encode(0xA3, &tlv::encode(0x30, &extensions(content, key, by)?)),
    ];
    let tbs = tlv::encode(0x30, &tbs.concat());
    let signature: DerSignature = SigningKey::from(by).sign(&tbs);
    let signature = BitString::from_bytes(signature.as_bytes())?.to_der()?;
    Ok(tlv::encode(0x30, &[tbs, algorithm, signature].concat()))
}

fn extensions(content: &Content, key: &SecretKey, by: &SecretKey) -> Result<Vec<u8>, MakeError> {
    let usages: FlagSet<KeyUsages> = if content.is_ca {
        KeyUsages::KeyCertSign | KeyUsages::CRLSign
    } else {
        KeyUsages::DigitalSignature.into()
    };
    let path_len_constraint = content.is_ca.then_some(0);
    let constraints = BasicConstraints { ca: content.is_ca, path_len_constraint };
    let policy = tlv::encode(0x30, &tlv::encode(0x06, &TEST_POLICY));
    let mut list = vec![
        extension("2.5.29.19", true, &constraints.to_der()?)?,
        extension("2.5.29.15", true, &KeyUsage(usages).to_der()?)?,
        extension("2.5.29.32", false, &tlv::encode(0x30, &policy))?,
        extension("2.5.29.14", false, &tlv::encode(0x04, &key_id(key)))?,
        extension("2.5.29.35", false, &tlv::encode(0x30, &tlv::encode(0x80, &key_id(by))))?,
    ];
    if let Some(uri) = content.uri {
        let uri = GeneralName::UniformResourceIdentifier(Ia5String::new(uri)?);
        list.push(extension("2.5.29.17", false, &SubjectAltName(vec![uri]).to_der()?)?);
    }
    Ok(list.concat())
}

fn extension(oid: &str, critical: bool, value: &[u8]) -> Result<Vec<u8>, MakeError> {
    let mut parts = ObjectIdentifier::new(oid).map_err(|e| MakeError::Encoding(e.to_string()))?.to_der()?;
    if critical {
        parts.extend(true.to_der()?);
    }
    parts.extend(OctetString::new(value)?.to_der()?);
    Ok(tlv::encode(0x30, &parts))
}

/// SHA-1 of the public key bits (RFC 5280 section 4.2.1.2, method 1): an identifier, not a protection.
fn key_id(key: &SecretKey) -> Vec<u8> {
    crate::crypto::HashAlgorithm::Sha1.digest(&key.public_key().to_sec1_bytes())
}

/// UTCTime to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
fn moment(at: OffsetDateTime) -> Result<Vec<u8>, MakeError> {
    let seconds = u64::try_from(at.unix_timestamp())
        .map_err(|_| MakeError::Encoding("a time before 1970".to_owned()))?;
    let duration = std::time::Duration::from_secs(seconds);
    Ok(if at.year() < 2050 {
        UtcTime::from_unix_duration(duration)?.to_der()?
    } else {
        GeneralizedTime::from_unix_duration(duration)?.to_der()?
    })
}
