//! An X.509 certificate as it stands: the signed bytes are never encoded again, and extensions are read when asked
//! for, so that a certificate with one odd extension is still a certificate.
//! Source: RFC 5280 section 4.1 and 4.2, Doc 9303-12 section 7.1.

use super::name::Name;
use super::{Tolerance, moment};
use crate::asn1::{oid, tlv, write};
use crate::crypto::algorithm::AlgorithmError;
use crate::crypto::signature::{self, SignatureError};
use crate::crypto::{HashAlgorithm, KeyError, PublicKey, SignatureScheme};
use time::OffsetDateTime;

/// Longest certificate, in bytes.
pub const MAX_LEN: usize = 64 << 10;

const SUBJECT_KEY_ID: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    spki: Vec<u8>,
    /// The serial number, the content of its INTEGER as it stands.
    pub serial: Vec<u8>,
    /// Who signed it.
    pub issuer: Name,
    /// Whose it is.
    pub subject: Name,
    /// Valid from.
    pub not_before: OffsetDateTime,
    /// Valid up to and including.
    pub not_after: OffsetDateTime,
    extensions: Vec<Extension>,
}

/// An extension, of a certificate or of a revocation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extension {
    /// The object identifier, dotted.
    pub id: String,
    /// Whether who does not understand it must not use what it stands in.
    pub critical: bool,
    /// The content of the OCTET STRING.
    pub value: Vec<u8>,
}

/// Bytes that are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed certificate: {0}")]
pub struct CertificateError(pub &'static str);

/// Why a certificate's signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuedError {
    /// The algorithm is not implemented.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The issuer's key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let wrong = |what| move |_| CertificateError(what);
        if der.len() > MAX_LEN {
            return Err(CertificateError("too long"));
        }
        let outer = tlv::read_only(0x30, der).map_err(wrong("structure"))?;
        let parts = tlv::children(outer.value).map_err(wrong("structure"))?;
        let [tbs, algorithm, signature] = parts.as_slice() else { return Err(CertificateError("structure")) };
        if tbs.tag != 0x30 {
            return Err(CertificateError("structure"));
        }
        let mut fields = tlv::children(tbs.value).map_err(wrong("fields"))?.into_iter().peekable();
        fields.next_if(|field| field.tag == 0xA0);
        let mut next =
            |tag, what| fields.next().filter(|field| field.tag == tag).ok_or(CertificateError(what));
        let serial = next(0x02, "serial number")?;
        let inner_algorithm = next(0x30, "signature algorithm")?;
        let issuer = next(0x30, "issuer")?;
        let validity = next(0x30, "validity")?;
        let subject = next(0x30, "subject")?;
        let spki = next(0x30, "public key")?;
        // The algorithm inside is signed, the one outside is not.
        if inner_algorithm.raw != algorithm.raw {
            return Err(CertificateError("the two signature algorithms differ"));
        }
        let validity = tlv::children(validity.value).map_err(wrong("validity"))?;
        let [not_before, not_after] = validity.as_slice() else { return Err(CertificateError("validity")) };
        let time = |tlv| moment::read(tlv).ok_or(CertificateError("validity"));
        let signature = match (signature.tag, signature.value.split_first()) {
            (0x03, Some((0, bits))) => bits.to_vec(),
            // No signature has odd bits; this one verifies never, and the rest can be read.
            (0x03, Some(_)) => Vec::new(),
            _ => return Err(CertificateError("signature")),
        };
        let mut extensions = Vec::new();
        for field in fields {
            if field.tag == 0xA3 {
                extensions = read_extensions(field.value)?;
            }
        }
        Ok(Self {
            tbs: tbs.raw.to_vec(),
            algorithm: algorithm.raw.to_vec(),
            signature,
            spki: spki.raw.to_vec(),
            serial: serial.value.to_vec(),
            issuer: Name::parse(issuer.raw).ok_or(CertificateError("issuer"))?,
            subject: Name::parse(subject.raw).ok_or(CertificateError("subject"))?,
            not_before: time(not_before)?,
            not_after: time(not_after)?,
            extensions,
            der: der.to_vec(),
        })
    }

    /// The certificate's bytes.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The signed bytes.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        &self.tbs
    }

    /// The SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// SHA-256 of the whole certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        HashAlgorithm::Sha256.digest(&self.der)
    }

    /// The public key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki(&self.spki)
    }

    /// How the certificate is signed.
    ///
    /// # Errors
    /// [`AlgorithmError`].
    pub fn signature_scheme(&self) -> Result<SignatureScheme, AlgorithmError> {
        SignatureScheme::from_algorithm_identifier(&self.algorithm, None)
    }

    /// Whether issuer and subject are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer.compare(&self.subject) != super::NameMatch::Different
    }

    /// Whether the certificate is valid at `at`, to the second, which is what certificates can say.
    #[must_use]
    pub fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        let at = at.replace_nanosecond(0).unwrap_or(at);
        self.not_before <= at && at <= self.not_after
    }

    /// Verifies that `issuer`'s key signed this certificate. Names, validity and usage are the caller's.
    ///
    /// # Errors
    /// [`IssuedError`].
    pub fn verify_issued_by(&self, issuer: &Self) -> Result<Vec<Tolerance>, IssuedError> {
        let scheme = self.signature_scheme()?;
        signature::verify(&issuer.public_key()?, &scheme, &self.tbs, &self.signature)?;
        Ok(if scheme.hash() == HashAlgorithm::Sha1 { vec![Tolerance::Sha1] } else { Vec::new() })
    }

    /// The country of the subject, else of the issuer.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        self.subject.country().or_else(|| self.issuer.country())
    }

    fn extension(&self, id: &str) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.id == id)
    }

    /// The subject key identifier. Some certificates have the bytes without the OCTET STRING around them.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        let value = &self.extension(SUBJECT_KEY_ID)?.value;
        Some(tlv::read_only(0x04, value).map_or(value.as_slice(), |tlv| tlv.value))
    }

    /// The key identifier of the authority key identifier.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        let outer = tlv::read_only(0x30, &self.extension(AUTHORITY_KEY_ID)?.value).ok()?;
        tlv::find(0x80, outer.value).ok().map(|tlv| tlv.value)
    }

    /// Whether basic constraints say that this is a certification authority; `None` where there are none.
    #[must_use]
    pub fn is_ca(&self) -> Option<bool> {
        let outer = tlv::read_only(0x30, &self.extension(BASIC_CONSTRAINTS)?.value).ok()?;
        let flag = tlv::find(0x01, outer.value).ok();
        // Some certificates write TRUE as another number than FF.
        Some(flag.is_some_and(|flag| flag.value.iter().any(|byte| *byte != 0)))
    }

    /// The path length of basic constraints.
    #[must_use]
    pub fn path_len(&self) -> Option<u32> {
        let outer = tlv::read_only(0x30, &self.extension(BASIC_CONSTRAINTS)?.value).ok()?;
        let number = tlv::find(0x02, outer.value).ok()?;
        (number.value.len() <= 4).then(|| number.value.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)))
    }

    /// Whether the key usage has bit `bit` (0 digitalSignature, 5 keyCertSign, 6 cRLSign); `None` where there is
    /// no key usage.
    #[must_use]
    pub fn key_usage(&self, bit: u8) -> Option<bool> {
        let bits = tlv::read_only(0x03, &self.extension(KEY_USAGE)?.value).ok()?;
        let byte = bits.value.get(1 + usize::from(bit / 8)).copied().unwrap_or(0);
        Some(byte & (0x80 >> (bit % 8)) != 0)
    }

    /// The purposes of the extended key usage, dotted; `None` where there is none.
    #[must_use]
    pub fn extended_key_usage(&self) -> Option<Vec<String>> {
        let value = &self.extension(EXTENDED_KEY_USAGE)?.value;
        let purposes = tlv::read_only(0x30, value).and_then(|outer| tlv::children(outer.value));
        Some(purposes.unwrap_or_default().iter().filter_map(|purpose| oid::decode(purpose.value)).collect())
    }

    /// The critical extensions outside `known`, dotted.
    #[must_use]
    pub fn unknown_critical<'a>(&'a self, known: &[&str]) -> Vec<&'a str> {
        let unknown = |extension: &&Extension| extension.critical && !known.contains(&extension.id.as_str());
        self.extensions.iter().filter(unknown).map(|extension| extension.id.as_str()).collect()
    }

    /// The value of an extension, undecoded.
    #[must_use]
    pub fn extension_value(&self, id: &str) -> Option<&[u8]> {
        self.extension(id).map(|extension| extension.value.as_slice())
    }

    /// Issuer and serial number as a SignerIdentifier has them, DER.
    #[must_use]
    pub fn issuer_and_serial(&self) -> Vec<u8> {
        write::sequence(&[self.issuer.as_der(), &tlv::encode(0x02, &self.serial)])
    }
}

/// Reads `Extensions`, each of which may stand once.
pub(super) fn read_extensions(value: &[u8]) -> Result<Vec<Extension>, CertificateError> {
    let wrong = |_| CertificateError("extensions");
    let outer = tlv::read_only(0x30, value).map_err(wrong)?;
    let mut list: Vec<Extension> = Vec::new();
    for extension in tlv::children(outer.value).map_err(wrong)? {
        let fields = tlv::children(extension.value).map_err(wrong)?;
        let (id, critical, value) = match fields.as_slice() {
            [id, value] => (id, false, value),
            [id, critical, value] if critical.tag == 0x01 => {
                (id, critical.value.iter().any(|byte| *byte != 0), value)
            }
            _ => return Err(CertificateError("extensions")),
        };
        let id = oid::decode(id.value).ok_or(CertificateError("extensions"))?;
        if list.iter().any(|known| known.id == id) {
            return Err(CertificateError("an extension stands twice"));
        }
        list.push(Extension { id, critical, value: value.value.to_vec() });
    }
    Ok(list)
}
