//! CMS SignedData: what EF.SOD, EF.CardSecurity and master lists are wrapped in. The parts of its verification are
//! apart, since inspection reports each: attributes, signer certificate, signature.
//! Source: RFC 5652 sections 5 and 11, Doc 9303-10 section 4.6.2, Doc 9303-12 section 8.

use super::certificate::Certificate;
use super::name::{Name, NameMatch};
use super::{Tolerance, moment};
use crate::asn1::{TlvError, ber, oid, tlv, write};
use crate::crypto::algorithm::{self, AlgorithmError};
use crate::crypto::signature::{self, SignatureError, SignatureTolerance};
use crate::crypto::{HashAlgorithm, KeyError, SignatureScheme};
use time::OffsetDateTime;

const ID_SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const ID_CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const ID_MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const ID_SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// `id-data`, which some issuers put for every content type.
pub const ID_DATA: &str = "1.2.840.113549.1.7.1";
/// Longest structure, in bytes.
pub const MAX_LEN: usize = ber::MAX_LEN;
/// Most certificates inside, and most signers.
const MAX_CERTIFICATES: usize = 64;
const MAX_SIGNERS: usize = 8;

/// A parsed SignedData.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedData {
    /// The type of the content, dotted.
    pub content_type: String,
    /// The content that is signed.
    pub content: Vec<u8>,
    /// The certificates inside; those that cannot be read are left out.
    pub certificates: Vec<Certificate>,
    /// The signers.
    pub signers: Vec<SignerInfo>,
    /// What was read over while parsing.
    pub tolerated: Vec<Tolerance>,
}

/// One signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerInfo {
    /// Who it is.
    pub id: SignerId,
    digest_algorithm: Vec<u8>,
    signed_attributes: Option<Vec<u8>>,
    signature_algorithm: Vec<u8>,
    signature: Vec<u8>,
}

/// How a SignerInfo names its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerId {
    /// Issuer and serial number.
    IssuerAndSerial {
        /// The issuer's name.
        issuer: Name,
        /// The content of the INTEGER.
        serial: Vec<u8>,
    },
    /// Subject key identifier.
    KeyId(Vec<u8>),
}

/// What the signed attributes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAttributes {
    /// When the signer says to have signed.
    pub signing_time: Option<OffsetDateTime>,
    /// The hash function of the message digest.
    pub digest: HashAlgorithm,
}

/// What a verified signature was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedSignature {
    /// How it was made.
    pub scheme: SignatureScheme,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

/// Why a SignedData or a part of it is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CmsError {
    /// No SignedData.
    #[error("malformed SignedData: {0}")]
    Malformed(&'static str),
    /// Not exactly one signer.
    #[error("{0} signers where there must be one")]
    Signers(usize),
    /// There are no signed attributes, or one of them is missing or stands twice.
    #[error("signed attribute {0} is missing or not single")]
    Attribute(&'static str),
    /// The contentType attribute names another type than the content's.
    #[error("the content type of the signed attributes ({signed}) is not that of the content ({content})")]
    ContentType {
        /// What the attribute says.
        signed: String,
        /// What stands at the content.
        content: String,
    },
    /// The messageDigest attribute is not the hash of the content.
    #[error("the message digest is not the hash of the content")]
    MessageDigest,
    /// No certificate inside belongs to the signer.
    #[error("the signer's certificate is not inside")]
    NoCertificate,
    /// An algorithm.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The signer's key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl SignedData {
    /// Reads a ContentInfo with SignedData, in DER or bounded BER.
    ///
    /// # Errors
    /// [`CmsError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CmsError> {
        if bytes.len() > MAX_LEN {
            return Err(CmsError::Malformed("too long"));
        }
        // What has definite lengths is read as it stands, since certificates are signed over their bytes.
        if let Ok(parsed) = Self::parse_definite(bytes) {
            return Ok(parsed);
        }
        let definite = ber::to_definite(bytes).map_err(|_| CmsError::Malformed("not BER"))?;
        let mut parsed = Self::parse_definite(&definite)?;
        parsed.tolerated.push(Tolerance::BerEncoding);
        Ok(parsed)
    }

    fn parse_definite(bytes: &[u8]) -> Result<Self, CmsError> {
        let wrong = |what| move |_: TlvError| CmsError::Malformed(what);
        let info = tlv::read_only(0x30, bytes).map_err(wrong("ContentInfo"))?;
        let parts = tlv::children(info.value).map_err(wrong("ContentInfo"))?;
        let [kind, content] = parts.as_slice() else { return Err(CmsError::Malformed("ContentInfo")) };
        if oid::decode(kind.value).as_deref() != Some(ID_SIGNED_DATA) || content.tag != 0xA0 {
            return Err(CmsError::Malformed("no SignedData"));
        }
        let signed = tlv::read_only(0x30, content.value).map_err(wrong("SignedData"))?;
        let fields = tlv::children(signed.value).map_err(wrong("SignedData"))?;
        let [version, digests, content, rest @ ..] = fields.as_slice() else {
            return Err(CmsError::Malformed("SignedData"));
        };
        let Some((signers, rest)) = rest.split_last() else { return Err(CmsError::Malformed("SignedData")) };
        if (version.tag, digests.tag, content.tag, signers.tag) != (0x02, 0x31, 0x30, 0x31) {
            return Err(CmsError::Malformed("SignedData"));
        }
        let (content_type, content) = encapsulated(content)?;
        let certificates = match rest.iter().find(|field| field.tag == 0xA0) {
            Some(set) => tlv::children(set.value).map_err(wrong("certificates"))?,
            None => Vec::new(),
        };
        let signers = tlv::children(signers.value).map_err(wrong("signers"))?;
        if certificates.len() > MAX_CERTIFICATES || signers.len() > MAX_SIGNERS {
            return Err(CmsError::Malformed("too many certificates or signers"));
        }
        Ok(Self {
            content_type,
            content,
            certificates: certificates.iter().filter_map(|tlv| Certificate::parse(tlv.raw).ok()).collect(),
            signers: signers.iter().map(SignerInfo::parse).collect::<Result<_, _>>()?,
            tolerated: Vec::new(),
        })
    }

    /// The signer, where there is exactly one: with several, one could be shown and another verified.
    ///
    /// # Errors
    /// [`CmsError::Signers`].
    pub fn single_signer(&self) -> Result<&SignerInfo, CmsError> {
        match self.signers.as_slice() {
            [signer] => Ok(signer),
            list => Err(CmsError::Signers(list.len())),
        }
    }

    /// The certificate that `signer` names, with how alike the names are.
    ///
    /// # Errors
    /// [`CmsError::NoCertificate`].
    pub fn certificate_of(&self, signer: &SignerInfo) -> Result<(&Certificate, Option<Tolerance>), CmsError> {
        let mut found: Vec<(NameMatch, &Certificate)> = self
            .certificates
            .iter()
            .filter_map(|certificate| Some((signer.id.matches(certificate)?, certificate)))
            .collect();
        found.sort_by_key(|(alike, _)| *alike);
        let (alike, certificate) = found.first().ok_or(CmsError::NoCertificate)?;
        let tolerance = match alike {
            NameMatch::Normalised => Some(Tolerance::SignerNameNormalised),
            NameMatch::Reordered => Some(Tolerance::SignerNameReordered),
            NameMatch::Exact | NameMatch::Different => None,
        };
        Ok((certificate, tolerance))
    }

    /// Checks the signed attributes: contentType is the type of the content, messageDigest its hash. That the attributes
    /// are signed is [`Self::verify_signature`]'s. Without attributes the signature is over the content itself, and
    /// there is nothing to compare.
    ///
    /// # Errors
    /// [`CmsError`].
    pub fn check_attributes(&self, signer: &SignerInfo) -> Result<SignedAttributes, CmsError> {
        if signer.signed_attributes.is_none() {
            self.content_without_attributes()?;
            let digest = algorithm::hash_of(&signer.digest_algorithm)?;
            return Ok(SignedAttributes { signing_time: None, digest });
        }
        let content_type = signer.attribute(ID_CONTENT_TYPE, "contentType")?;
        let signed = content_type.filter(|tlv| tlv.tag == 0x06).and_then(|tlv| oid::decode(tlv.value));
        let signed = signed.ok_or(CmsError::Attribute("contentType"))?;
        if signed != self.content_type {
            return Err(CmsError::ContentType { signed, content: self.content_type.clone() });
        }
        let digest = self.check_digest(signer)?;
        let signing_time = signer.attribute(ID_SIGNING_TIME, "signingTime")?;
        Ok(SignedAttributes { signing_time: signing_time.and_then(|tlv| moment::read(&tlv)), digest })
    }

    /// Compares the digest that the attributes sign with that of the content; gives the hash function.
    ///
    /// # Errors
    /// [`CmsError`].
    pub fn check_digest(&self, signer: &SignerInfo) -> Result<HashAlgorithm, CmsError> {
        let digest = algorithm::hash_of(&signer.digest_algorithm)?;
        let signed = signer.attribute(ID_MESSAGE_DIGEST, "messageDigest")?;
        let signed = signed.filter(|tlv| tlv.tag == 0x04).ok_or(CmsError::Attribute("messageDigest"))?;
        if signed.value == digest.digest(&self.content) { Ok(digest) } else { Err(CmsError::MessageDigest) }
    }

    /// The content, where it may be signed without attributes: it must not itself look like the set of attributes, since
    /// otherwise the attributes of a genuine signature could be shown as content, with the same signature.
    fn content_without_attributes(&self) -> Result<&[u8], CmsError> {
        match self.content.first() {
            Some(0x31) => Err(CmsError::Attribute("signedAttributes")),
            _ => Ok(&self.content),
        }
    }

    /// Verifies that the key of `certificate` signed the attributes of `signer`, or the content where there are none.
    ///
    /// # Errors
    /// [`CmsError`].
    pub fn verify_signature(
        &self,
        signer: &SignerInfo,
        certificate: &Certificate,
        asked_for: &[Tolerance],
    ) -> Result<VerifiedSignature, CmsError> {
        let digest = algorithm::hash_of(&signer.digest_algorithm).ok();
        let scheme = SignatureScheme::from_algorithm_identifier(&signer.signature_algorithm, digest)?;
        let named = SignatureScheme::from_algorithm_identifier(&signer.signature_algorithm, None);
        let key = certificate.public_key()?;
        let mut tolerated = Vec::new();
        if matches!(named, Err(AlgorithmError::NoHash(_))) {
            tolerated.push(Tolerance::SignatureAlgorithmWithoutHash);
        }
        if scheme.hash() == HashAlgorithm::Sha1 {
            tolerated.push(Tolerance::Sha1);
        }
        let without_null: &[SignatureTolerance] = if asked_for.contains(&Tolerance::DigestInfoWithoutNull) {
            &[SignatureTolerance::DigestInfoWithoutNull]
        } else {
            &[]
        };
        let verify = |message: &[u8]| {
            signature::verify_tolerantly(&key, &scheme, message, &signer.signature, without_null)
        };
        let used = match &signer.signed_attributes {
            None => {
                tolerated.push(Tolerance::SignedAttributesMissing);
                verify(self.content_without_attributes()?)?
            }
            // The signature is over the DER SET OF the attributes. What stands in the file should be that already; it
            // is tried as it stands first.
            Some(attributes) => match verify(&tlv::encode(0x31, attributes)) {
                Ok(used) => used,
                Err(error) => {
                    let used = verify(&in_der(attributes)?).map_err(|_| error)?;
                    tolerated.push(Tolerance::SignedAttributesUnsorted);
                    used
                }
            },
        };
        if used.is_some() {
            tolerated.push(Tolerance::DigestInfoWithoutNull);
        }
        Ok(VerifiedSignature { scheme, tolerated })
    }
}

impl SignerId {
    /// How alike the name is where serial number or key identifier fit; `None` where it is another certificate.
    fn matches(&self, certificate: &Certificate) -> Option<NameMatch> {
        match self {
            Self::KeyId(id) => (certificate.subject_key_id() == Some(id)).then_some(NameMatch::Exact),
            Self::IssuerAndSerial { issuer, serial } => {
                let alike = issuer.compare(&certificate.issuer);
                (*serial == certificate.serial && alike != NameMatch::Different).then_some(alike)
            }
        }
    }
}

impl SignerInfo {
    /// Whether the signature is over attributes, and not over the content itself.
    #[must_use]
    pub const fn has_signed_attributes(&self) -> bool {
        self.signed_attributes.is_some()
    }

    fn parse(tlv: &tlv::Tlv<'_>) -> Result<Self, CmsError> {
        let wrong = CmsError::Malformed("SignerInfo");
        let Ok(fields) = tlv::children(tlv.value) else { return Err(wrong) };
        let [_version, id, digest, rest @ ..] = fields.as_slice() else { return Err(wrong) };
        let id = match id.tag {
            0x30 => {
                let parts = tlv::children(id.value).map_err(|_| wrong.clone())?;
                let [issuer, serial] = parts.as_slice() else { return Err(wrong) };
                let issuer = Name::parse(issuer.raw).ok_or(wrong.clone())?;
                SignerId::IssuerAndSerial { issuer, serial: serial.value.to_vec() }
            }
            0x80 => SignerId::KeyId(id.value.to_vec()),
            _ => return Err(wrong),
        };
        let (signed_attributes, rest) = match rest.split_first() {
            Some((attributes, rest)) if attributes.tag == 0xA0 => (Some(attributes.value.to_vec()), rest),
            _ => (None, rest),
        };
        match rest {
            [algorithm, signature, rest @ ..]
                if algorithm.tag == 0x30 && signature.tag == 0x04 && rest.len() <= 1 =>
            {
                Ok(Self {
                    id,
                    digest_algorithm: digest.raw.to_vec(),
                    signed_attributes,
                    signature_algorithm: algorithm.raw.to_vec(),
                    signature: signature.value.to_vec(),
                })
            }
            _ => Err(wrong),
        }
    }

    /// The single value of the single attribute of that kind; `None` where there is no such attribute.
    fn attribute(&self, id: &str, name: &'static str) -> Result<Option<tlv::Tlv<'_>>, CmsError> {
        let attributes = self.signed_attributes.as_ref().ok_or(CmsError::Attribute("signedAttributes"))?;
        let wrong = |_| CmsError::Malformed("signed attributes");
        let mut found = None;
        for attribute in tlv::children(attributes).map_err(wrong)? {
            let fields = tlv::children(attribute.value).map_err(wrong)?;
            let [kind, values] = fields.as_slice() else {
                return Err(CmsError::Malformed("signed attributes"));
            };
            if oid::decode(kind.value).as_deref() != Some(id) {
                continue;
            }
            let values = tlv::children(values.value).map_err(wrong)?;
            match values.as_slice() {
                [value] if found.is_none() => found = Some(*value),
                _ => return Err(CmsError::Attribute(name)),
            }
        }
        Ok(found)
    }
}

/// The DER SET OF these attributes.
fn in_der(attributes: &[u8]) -> Result<Vec<u8>, CmsError> {
    let malformed = CmsError::Malformed("signed attributes");
    let Ok(members) = tlv::children(attributes) else { return Err(malformed) };
    let members = members.iter().map(|member| ber::to_der(member.raw).map(std::borrow::Cow::into_owned));
    Ok(write::set_of(&members.collect::<Result<Vec<_>, _>>().map_err(|_| malformed)?))
}

/// Type and content of an EncapsulatedContentInfo.
fn encapsulated(tlv: &tlv::Tlv<'_>) -> Result<(String, Vec<u8>), CmsError> {
    let wrong = CmsError::Malformed("content");
    let Ok(parts) = tlv::children(tlv.value) else { return Err(wrong) };
    let [kind, content] = parts.as_slice() else { return Err(wrong) };
    let kind = oid::decode(kind.value).ok_or(wrong.clone())?;
    if content.tag != 0xA0 {
        return Err(wrong);
    }
    let octets = tlv::read_only(0x04, content.value).map_err(|_| wrong)?;
    Ok((kind, octets.value.to_vec()))
}
