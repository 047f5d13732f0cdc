//! The signed half: SignedData by the issuer around the sealed content, with the signed attributes of CAdES-B-B. The index stands
//! in `content-hints`, which exists to say what is inside of layers that the reader cannot open.
//! Source: RFC 5652 sections 5 and 11, RFC 5035 (signing-certificate-v2), RFC 2634 section 2.9 (content-hints), ETSI EN 319 122-1
//! clause 6 (CAdES-B-B).

use super::index::{self, Index};
use super::{EnvelopeError, MAX_LEN, RecipientKey, envelope};
use crate::asn1::{oid, tlv, write};
use crate::attestation::chain::{ChainError, IssuerCertificate, check_chain};
use crate::attestation::issuer::IssuerKey;
use crate::attestation::signer::SignError;
use crate::crypto::{Entropy, HashAlgorithm};
use crate::pki::Certificate;
use p256::ecdsa::DerSignature;
use p256::ecdsa::signature::Verifier;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use zeroize::Zeroizing;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// `id-ct-contentInfo`: the content is itself a CMS object (RFC 5652 section 3 with its registration in RFC 2634).
const CONTENT_INFO: &str = "1.2.840.113549.1.9.16.1.6";
const DATA: &str = "1.2.840.113549.1.7.1";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const CONTENT_HINTS: &str = "1.2.840.113549.1.9.16.2.4";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.47";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";

/// Why a bundle is refused. Nothing of it is believed then, the end of retention included.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Not byte for byte what titre would write for what it holds.
    #[error("malformed bundle")]
    Malformed,
    /// The signature or a signed attribute is not of this content.
    #[error("the bundle was changed after it was signed")]
    Signature,
    /// No pinned issuer vouches for who signed.
    #[error(transparent)]
    Issuer(#[from] ChainError),
}

/// A bundle whose seal holds.
#[derive(Debug)]
pub struct Sealed {
    envelope: Vec<u8>,
    /// What is known without opening it.
    pub index: Index,
    /// Who signed it.
    pub signer: IssuerCertificate,
    /// Whether a test issuer signed it.
    pub test: bool,
}

/// Signs an envelope.
pub(super) fn sign(envelope: &[u8], index: &Index, issuer: &IssuerKey) -> Result<Vec<u8>, SignError> {
    let leaf = issuer.leaf().der();
    let attributes = attributes(envelope, index, leaf);
    let signature = issuer.sign_es256(&write::set_of(&attributes))?.to_der();
    Ok(assemble(envelope, &issuer.x5c(), leaf, &attributes, signature.as_bytes()))
}

impl Sealed {
    /// Verifies the seal: the signature, who vouches for the signer at the time of signing, and that not a byte stands there that
    /// is not accounted for.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn verify(bundle: &[u8], pinned: &[IssuerCertificate]) -> Result<Self, SealError> {
        let parts = Parts::of(bundle).ok_or(SealError::Malformed)?;
        let Parts { envelope, certificates, leaf, index, signature } = parts;
        let attributes = attributes(envelope, &index, leaf);
        if assemble(envelope, &certificates, leaf, &attributes, signature) != bundle {
            // The attributes are made from the content: where they differ, either was changed.
            return Err(SealError::Signature);
        }
        let mut ders = vec![leaf.to_vec()];
        ders.extend(certificates.iter().filter(|der| *der != leaf).cloned());
        let chain = IssuerCertificate::chain_from(ders)?;
        let signer = chain.first().cloned().ok_or(SealError::Malformed)?;
        // A certificate that vouches for nobody here does not belong here.
        if chain.len() != certificates.len() {
            return Err(SealError::Malformed);
        }
        let signature = DerSignature::from_bytes(signature).map_err(|_| SealError::Signature)?;
        let verified = signer.key().verify(&write::set_of(&attributes), &signature);
        verified.map_err(|_| SealError::Signature)?;
        let anchor = check_chain(&chain, pinned, index.completed_at)?;
        let test = anchor.is_test() || chain.iter().any(IssuerCertificate::is_test);
        Ok(Self { envelope: envelope.to_vec(), index, signer, test })
    }

    /// Opens it: the archive within.
    ///
    /// # Errors
    /// [`EnvelopeError`].
    pub(super) fn archive(
        &self,
        key: &RecipientKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        envelope::open(&self.envelope, key, entropy)
    }
}

/// What the bytes of a bundle hold, not yet believed.
struct Parts<'a> {
    envelope: &'a [u8],
    certificates: Vec<Vec<u8>>,
    leaf: &'a [u8],
    index: Index,
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(bundle: &'a [u8]) -> Option<Self> {
        if bundle.len() > MAX_LEN {
            return None;
        }
        let children = |value: &'a [u8]| tlv::children(value).ok();
        let outer = children(tlv::read_only(0x30, bundle).ok()?.value)?;
        let data = children(tlv::read_only(0x30, outer.get(1)?.value).ok()?.value)?;
        let [_, _, content, certificates, signers] = data.try_into().ok()?;
        let envelope = tlv::read_only(0x04, children(content.value)?.get(1)?.value).ok()?.value;
        let signer = children(tlv::read_only(0x30, signers.value).ok()?.value)?;
        let [_, id, _, attributes, _, signature] = signer.try_into().ok()?;
        let certificates = children(certificates.value)?;
        let is_leaf = |der: &&tlv::Tlv<'_>| {
            Certificate::parse(der.raw).is_ok_and(|certificate| certificate.issuer_and_serial() == id.raw)
        };
        let leaf = certificates.iter().find(is_leaf)?.raw;
        let hints = children(attributes.value)?.into_iter().find_map(|attribute| {
            let [kind, values] = children(attribute.value)?.try_into().ok()?;
            (kind.raw == oid::object(CONTENT_HINTS)).then_some(values)
        })?;
        let hints = children(tlv::read_only(0x30, hints.value).ok()?.value)?;
        let text = hints.first().filter(|text| text.tag == 0x0C && text.value.len() <= index::MAX_LEN)?;
        let index = Index::from_text(std::str::from_utf8(text.value).ok()?)?;
        let certificates = certificates.iter().map(|der| der.raw.to_vec()).collect();
        Some(Self { envelope, certificates, leaf, index, signature: signature.value })
    }
}

fn attribute(kind: &'static str, value: &[u8]) -> Vec<u8> {
    write::sequence(&[&oid::object(kind), &tlv::encode(0x31, value)])
}

/// The signed attributes: each follows from content, index and certificate. The time of signing is that of completion.
fn attributes(envelope: &[u8], index: &Index, leaf: &[u8]) -> Vec<Vec<u8>> {
    let digest = |bytes: &[u8]| write::octet_string(&HashAlgorithm::Sha256.digest(bytes));
    // ESSCertIDv2: SHA-256 is the default and so is left out.
    let certificate = write::sequence(&[&write::sequence(&[&write::sequence(&[&digest(leaf)])])]);
    let hints = write::sequence(&[&tlv::encode(0x0C, index.to_text().as_bytes()), &oid::object(DATA)]);
    vec![
        attribute(CONTENT_TYPE, &oid::object(CONTENT_INFO)),
        attribute(MESSAGE_DIGEST, &digest(envelope)),
        attribute(SIGNING_TIME, &moment(index.completed_at)),
        attribute(SIGNING_CERTIFICATE, &certificate),
        attribute(CONTENT_HINTS, &hints),
    ]
}

/// UTCTime to 2049, GeneralizedTime from 2050 on (RFC 5652 section 11.3).
fn moment(at: OffsetDateTime) -> Vec<u8> {
    let at = at.to_offset(time::UtcOffset::UTC);
    let at = PrimitiveDateTime::new(at.date(), at.time());
    let short = format_description!("[year repr:last_two][month][day][hour][minute][second]Z");
    let long = format_description!("[year][month][day][hour][minute][second]Z");
    if (1950..2050).contains(&at.year()) {
        tlv::encode(0x17, at.format(short).unwrap_or_default().as_bytes())
    } else {
        tlv::encode(0x18, at.format(long).unwrap_or_default().as_bytes())
    }
}

fn assemble(
    envelope: &[u8],
    certificates: &[Vec<u8>],
    leaf: &[u8],
    attributes: &[Vec<u8>],
    signature: &[u8],
) -> Vec<u8> {
    let hash = write::sequence(&[&oid::object(SHA256)]);
    let in_set = |members: &[Vec<u8>]| {
        let mut members = members.to_vec();
        members.sort();
        write::context(0, &members.concat())
    };
    let content = write::context(0, &write::octet_string(envelope));
    let signer = Certificate::parse(leaf).map(|leaf| leaf.issuer_and_serial()).unwrap_or_default();
    let signer = write::sequence(&[
        &write::integer(1),
        &signer,
        &hash,
        &in_set(attributes),
        &write::sequence(&[&oid::object(ECDSA_SHA256)]),
        &write::octet_string(signature),
    ]);
    let data = write::sequence(&[
        &write::integer(3),
        &tlv::encode(0x31, &hash),
        &write::sequence(&[&oid::object(CONTENT_INFO), &content]),
        &in_set(certificates),
        &tlv::encode(0x31, &signer),
    ]);
    write::sequence(&[&oid::object(SIGNED_DATA), &write::context(0, &data)])
}
