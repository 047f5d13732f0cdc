//! Certificates of attestation issuers and the chain from `x5c` to a pinned one.
//!
//! This is stricter than the chains of documents ([`crate::pki`]), where real CSCAs force leniency: strict DER, P-256
//! with SHA-256 only, no unknown critical extension, names equal byte for byte.
//! Source: RFC 5280 sections 4.2 and 6.1, RFC 7515 section 4.1.6, SD-JWT VC draft ("x5c").

use crate::asn1::{pem, tlv};
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectAltName};

/// The certificate policy of test issuers, as content bytes of an object identifier:
/// 2.25.207106762700611409021397930162841948619, from UUID 9bcf4fc4-d286-4a1d-a71e-96457d6f91cb (ITU-T X.667).
/// A certificate with it signs for no real person; attestations under it have a `vct` that ends in `:test`.
pub const TEST_POLICY: [u8; 20] = [
    0x69, 0x82, 0xB7, 0xCF, 0xA7, 0xF1, 0x9A, 0xA8, 0xB2, 0xA8, 0xBB, 0xA7, 0x8F, 0xA5, 0xC8, 0xD7, 0xEB,
    0xBE, 0xA3, 0x4B,
];

const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");

/// Why a certificate or a chain is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// No strict DER certificate.
    #[error("malformed certificate: {0}")]
    Malformed(String),
    /// The key is not on P-256, or the signature is not ECDSA with SHA-256.
    #[error("the certificate {0} is not ECDSA on P-256 with SHA-256")]
    Algorithm(String),
    /// Not valid yet, or no longer.
    #[error("the certificate {subject} is valid from {not_before} to {not_after} only")]
    Validity {
        /// Whose.
        subject: String,
        /// Unix time.
        not_before: OffsetDateTime,
        /// Unix time.
        not_after: OffsetDateTime,
    },
    /// A certificate that may not do what it does here.
    #[error("the certificate {subject} may not {what}")]
    Usage {
        /// Whose.
        subject: String,
        /// `issue certificates`, `sign attestations`.
        what: &'static str,
    },
    /// A critical extension that this program does not know.
    #[error("the certificate {subject} has the unknown critical extension {oid}")]
    CriticalExtension {
        /// Whose.
        subject: String,
        /// Which.
        oid: String,
    },
    /// A certificate's signature is not its issuer's.
    #[error("the signature of the certificate {0} does not verify")]
    Signature(String),
    /// The chain does not end at a pinned certificate.
    #[error("the chain does not lead to a pinned issuer certificate")]
    NotPinned,
}

impl ChainError {
    /// A stable reason, dotted lower case.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "issuer.certificate_malformed",
            Self::Algorithm(_) => "issuer.certificate_algorithm",
            Self::Validity { .. } => "issuer.certificate_validity",
            Self::Usage { .. } => "issuer.certificate_usage",
            Self::CriticalExtension { .. } => "issuer.certificate_critical_extension",
            Self::Signature(_) => "issuer.certificate_signature",
            Self::NotPinned => "issuer.not_pinned",
        }
    }
}

/// A certificate of an attestation issuer, with what of it counts here.
#[derive(Debug, Clone)]
pub struct IssuerCertificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    parsed: Certificate,
    subject: String,
    key: VerifyingKey,
    is_ca: bool,
    path_len: Option<u8>,
    usage: Option<KeyUsage>,
    names: Vec<String>,
    test: bool,
}

impl IssuerCertificate {
    /// Parses DER.
    ///
    /// # Errors
    /// [`ChainError`]: `Malformed`, `Algorithm`, `CriticalExtension`.
    pub fn from_der(der: &[u8]) -> Result<Self, ChainError> {
        let malformed = |error: &dyn std::fmt::Display| ChainError::Malformed(error.to_string());
        let outer = tlv::read_only(0x30, der).map_err(|error| malformed(&error))?;
        let (tbs, _) = tlv::read(outer.value).map_err(|error| malformed(&error))?;
        let parsed = Certificate::from_der(der).map_err(|error| malformed(&error))?;
        let content = parsed.tbs_certificate();
        let subject = content.subject().to_string();
        let algorithms = [parsed.signature_algorithm(), content.signature()];
        if algorithms.iter().any(|each| each.oid != ECDSA_SHA256 || each.parameters.is_some()) {
            return Err(ChainError::Algorithm(subject));
        }
        let spki = content.subject_public_key_info().to_der().map_err(|error| malformed(&error))?;
        let key =
            VerifyingKey::from_public_key_der(&spki).map_err(|_| ChainError::Algorithm(subject.clone()))?;
        let (mut is_ca, mut path_len, mut usage, mut names, mut test) = (false, None, None, vec![], false);
        let mut seen = std::collections::BTreeSet::new();
        for extension in content.extensions().map_or(&[][..], |list| list.as_slice()) {
            if !seen.insert(extension.extn_id) {
                return Err(ChainError::Malformed("an extension stands twice".to_owned()));
            }
            let value = extension.extn_value.as_bytes();
            match extension.extn_id {
                BASIC_CONSTRAINTS => {
                    let found = BasicConstraints::from_der(value).map_err(|error| malformed(&error))?;
                    (is_ca, path_len) = (found.ca, found.path_len_constraint);
                }
                KEY_USAGE => usage = Some(KeyUsage::from_der(value).map_err(|error| malformed(&error))?),
                SUBJECT_ALT_NAME => {
                    names = alternative_names(value).map_err(|error| malformed(&error))?;
                }
                CERTIFICATE_POLICIES => test = has_test_policy(value).map_err(|error| malformed(&error))?,
                oid if extension.critical => {
                    return Err(ChainError::CriticalExtension { subject, oid: oid.to_string() });
                }
                _ => {}
            }
        }
        let (der, tbs) = (der.to_vec(), tbs.raw.to_vec());
        Ok(Self { der, tbs, parsed, subject, key, is_ca, path_len, usage, names, test })
    }

    /// Reads a certificate file: PEM with one or more certificates, or DER with one.
    ///
    /// # Errors
    /// As [`IssuerCertificate::from_der`]; `Malformed` where there is none.
    pub fn read_file(bytes: &[u8]) -> Result<Vec<Self>, ChainError> {
        if !pem::is_pem(bytes) {
            return Ok(vec![Self::from_der(bytes)?]);
        }
        let malformed = |error: &dyn std::fmt::Display| ChainError::Malformed(error.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
        let blocks = pem::blocks(text).map_err(|error| malformed(&error))?;
        let certificates: Vec<Self> = blocks
            .iter()
            .filter(|block| block.label == "CERTIFICATE")
            .map(|block| Self::from_der(&block.der))
            .collect::<Result<_, _>>()?;
        if certificates.is_empty() {
            return Err(ChainError::Malformed("no CERTIFICATE block".to_owned()));
        }
        Ok(certificates)
    }

    /// The chain of the first of these certificates (DER), as far as the others take it. Those that are of other keys, or no
    /// certificates of attestation issuers, are passed over.
    ///
    /// # Errors
    /// As [`IssuerCertificate::from_der`], for the first.
    pub fn chain_from(certificates: Vec<Vec<u8>>) -> Result<Vec<Self>, ChainError> {
        let none = || ChainError::Malformed("no certificate".to_owned());
        let (first, others) = certificates.split_first().ok_or_else(none)?;
        let mut chain = vec![Self::from_der(first)?];
        let mut others: Vec<Self> = others.iter().filter_map(|der| Self::from_der(der).ok()).collect();
        while let Some(last) = chain.last().filter(|last| !last.is_self_issued()) {
            let below = chain.len() - 1;
            let issuer =
                |other: &Self| last.names_as_issuer(other) && last.check_issued_by(other, below).is_ok();
            let Some(at) = others.iter().position(issuer) else { break };
            chain.push(others.swap_remove(at));
        }
        Ok(chain)
    }

    /// The DER bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The subject's name (RFC 4514).
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The public key.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether it carries [`TEST_POLICY`].
    #[must_use]
    pub const fn is_test(&self) -> bool {
        self.test
    }

    /// The identifiers that it may speak for: URIs, and DNS names as `https://` URIs.
    #[must_use]
    pub fn issuer_uris(&self) -> &[String] {
        &self.names
    }

    /// End of validity.
    #[must_use]
    pub fn not_after(&self) -> OffsetDateTime {
        moment(&self.parsed.tbs_certificate().validity().not_after)
    }

    /// Whether subject and issuer are the same: such a certificate is an anchor and is never sent in `x5c`.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.parsed.tbs_certificate().subject() == self.parsed.tbs_certificate().issuer()
    }

    /// Checks validity at `at`.
    ///
    /// # Errors
    /// [`ChainError::Validity`].
    pub fn check_validity(&self, at: OffsetDateTime) -> Result<(), ChainError> {
        let not_before = moment(&self.parsed.tbs_certificate().validity().not_before);
        let not_after = self.not_after();
        if at < not_before || at > not_after {
            return Err(ChainError::Validity { subject: self.subject.clone(), not_before, not_after });
        }
        Ok(())
    }

    /// Checks that it may sign attestations: a key usage, where there is one, must say `digitalSignature`.
    ///
    /// # Errors
    /// [`ChainError::Usage`].
    pub fn check_signer(&self) -> Result<(), ChainError> {
        if self.usage.is_some_and(|usage| !usage.digital_signature()) {
            return Err(ChainError::Usage { subject: self.subject.clone(), what: "sign attestations" });
        }
        Ok(())
    }

    /// Checks that `issuer` issued this certificate, with `below` certificates between it and the leaf.
    fn check_issued_by(&self, issuer: &Self, below: usize) -> Result<(), ChainError> {
        let may = issuer.is_ca
            && issuer.usage.is_none_or(|usage| usage.key_cert_sign())
            && issuer.path_len.is_none_or(|most| below <= usize::from(most));
        if !may {
            return Err(ChainError::Usage { subject: issuer.subject.clone(), what: "issue certificates" });
        }
        let bad = || ChainError::Signature(self.subject.clone());
        let signature = self.parsed.signature().as_bytes().ok_or_else(bad)?;
        let signature = DerSignature::try_from(signature).map_err(|_| bad())?;
        issuer.key.verify(&self.tbs, &signature).map_err(|_| bad())
    }

    fn names_as_issuer(&self, issuer: &Self) -> bool {
        self.parsed.tbs_certificate().issuer() == issuer.parsed.tbs_certificate().subject()
    }
}

/// Checks `chain` (leaf first) up to one of `pinned` at `at`. Gives the anchor, which may be the leaf itself.
///
/// # Errors
/// [`ChainError`]; the first in the order from the leaf up.
pub fn check_chain<'a>(
    chain: &[IssuerCertificate],
    pinned: &'a [IssuerCertificate],
    at: OffsetDateTime,
) -> Result<&'a IssuerCertificate, ChainError> {
    chain.first().ok_or(ChainError::NotPinned)?.check_signer()?;
    let mut problem = ChainError::NotPinned;
    for (below, certificate) in chain.iter().enumerate() {
        certificate.check_validity(at)?;
        if let Some(anchor) = pinned.iter().find(|anchor| anchor.der == certificate.der) {
            return Ok(anchor);
        }
        for anchor in pinned.iter().filter(|anchor| certificate.names_as_issuer(anchor)) {
            // Two anchors may have one name (a key roll-over), so a failure only counts when none fits.
            match anchor.check_validity(at).and_then(|()| certificate.check_issued_by(anchor, below)) {
                Ok(()) => return Ok(anchor),
                Err(error) => problem = error,
            }
        }
        match chain.get(below + 1) {
            Some(next) if certificate.names_as_issuer(next) => certificate.check_issued_by(next, below)?,
            _ => return Err(problem),
        }
    }
    Err(problem)
}

fn moment(time: &x509_cert::time::Time) -> OffsetDateTime {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn alternative_names(value: &[u8]) -> der::Result<Vec<String>> {
    let names = SubjectAltName::from_der(value)?.0;
    Ok(names
        .iter()
        .filter_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str().to_owned()),
            GeneralName::DnsName(dns) => Some(format!("https://{}", dns.as_str())),
            _ => None,
        })
        .collect())
}

/// Looks for [`TEST_POLICY`] by bytes, since its arc has 128 bits and the type for identifiers holds 32.
fn has_test_policy(value: &[u8]) -> Result<bool, tlv::TlvError> {
    let policies = tlv::read_only(0x30, value)?;
    let mut found = false;
    for policy in tlv::children(policies.value)? {
        let oid = tlv::find(0x06, policy.value)?;
        found |= oid.value == TEST_POLICY;
    }
    Ok(found)
}
