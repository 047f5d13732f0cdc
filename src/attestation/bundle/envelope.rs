//! The sealed half: AuthEnvelopedData with AES-256-GCM for one recipient. Who does not hold the recipient's key reads nothing.
//! Source: RFC 5083, RFC 5084 (AES-GCM), RFC 5652 section 6.2, RFC 4056/8017 (OAEP), RFC 5753 (ECDH), RFC 3565 (key wrap).

use super::recipient::{Recipient, RecipientKey};
use crate::asn1::{oid, tlv, write};
use crate::crypto::key_transport::{KEY_LEN, agreed_unwrap, agreed_wrap, oaep_encrypt};
use crate::crypto::{EcPoint, Entropy, EntropyError, KeyError, PublicKey};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, KeyInit, Nonce};
use zeroize::Zeroizing;

const AUTH_ENVELOPED_DATA: &str = "1.2.840.113549.1.9.16.1.23";
const DATA: &str = "1.2.840.113549.1.7.1";
const AES256_GCM: &str = "2.16.840.1.101.3.4.1.46";
const AES256_WRAP: &str = "2.16.840.1.101.3.4.1.45";
const RSAES_OAEP: &str = "1.2.840.113549.1.1.7";
const MGF1: &str = "1.2.840.113549.1.1.8";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
/// `dhSinglePass-stdDH-sha256kdf-scheme` (RFC 5753 section 7.1.4).
const ECDH_SHA256: &str = "1.3.132.1.11.1";
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

/// Why an envelope was not made or does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Not an envelope that titre writes.
    #[error("malformed envelope")]
    Malformed,
    /// The key is not that of the recipient, or the envelope was changed.
    #[error("the key does not open the envelope")]
    Key,
    /// The recipient's key does not work.
    #[error(transparent)]
    Recipient(#[from] KeyError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// A ContentInfo with `content` sealed to `recipient`.
pub(super) fn seal(
    content: &[u8],
    recipient: &Recipient,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, EnvelopeError> {
    let (mut key, mut nonce) = (Zeroizing::new([0; KEY_LEN]), [0; NONCE_LEN]);
    entropy.fill("envelope.key", key.as_mut())?;
    entropy.fill("envelope.nonce", &mut nonce)?;
    let info = match &recipient.key {
        PublicKey::Ec(point) => {
            let own = point.curve().generate(entropy, "envelope.ephemeral").map_err(KeyError::from)?;
            let originator = point.curve().base_mul(&own).map_err(KeyError::from)?;
            let wrapped = agreed_wrap(&own, point, &shared_info(), &key)?;
            agreement_info(&originator, &recipient.certificate.issuer_and_serial(), &wrapped)
        }
        public => {
            let encrypted = oaep_encrypt(public, key.as_ref(), entropy)?;
            let parts = [
                write::integer(0),
                recipient.certificate.issuer_and_serial(),
                oaep(),
                write::octet_string(&encrypted),
            ];
            tlv::encode(0x30, &parts.concat())
        }
    };
    let cipher = Aes256Gcm::new_from_slice(key.as_ref()).map_err(|_| EnvelopeError::Malformed)?;
    let nonce_array = Nonce::<Aes256Gcm>::try_from(&nonce[..]).map_err(|_| EnvelopeError::Malformed)?;
    let sealed = cipher.encrypt(&nonce_array, content).map_err(|_| EnvelopeError::Malformed)?;
    let (text, tag) = sealed.split_at(sealed.len().saturating_sub(TAG_LEN));
    Ok(assemble(&info, &nonce, text, tag))
}

/// What [`seal`] sealed.
pub(super) fn open(
    envelope: &[u8],
    key: &RecipientKey,
    entropy: &mut dyn Entropy,
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let parts = take_apart(envelope).ok_or(EnvelopeError::Malformed)?;
    let info = tlv::read(parts.info).map_err(|_| EnvelopeError::Malformed)?.0;
    let fields = tlv::children(info.value).map_err(|_| EnvelopeError::Malformed)?;
    let content_key = match (info.tag, fields.as_slice()) {
        (0x30, [_, _, algorithm, encrypted]) if algorithm.raw == oaep() => {
            key.0.oaep_decrypt(encrypted.value, entropy).map_err(|_| EnvelopeError::Key)?
        }
        (0xA1, [_, originator, algorithm, keys]) if algorithm.raw == ecdh() => {
            let curve = key.0.as_ec().ok_or(EnvelopeError::Key)?.curve();
            let (point, wrapped) = agreed(originator.value, keys.value).ok_or(EnvelopeError::Malformed)?;
            let point = EcPoint::from_sec1(curve, point).map_err(|_| EnvelopeError::Key)?;
            agreed_unwrap(&key.0, &point, &shared_info(), wrapped).map_err(|_| EnvelopeError::Key)?
        }
        _ => return Err(EnvelopeError::Malformed),
    };
    let cipher = Aes256Gcm::new_from_slice(&content_key).map_err(|_| EnvelopeError::Key)?;
    let nonce = Nonce::<Aes256Gcm>::try_from(parts.nonce).map_err(|_| EnvelopeError::Malformed)?;
    let sealed = [parts.text, parts.tag].concat();
    cipher.decrypt(&nonce, sealed.as_slice()).map(Zeroizing::new).map_err(|_| EnvelopeError::Key)
}

struct Parts<'a> {
    info: &'a [u8],
    nonce: &'a [u8],
    text: &'a [u8],
    tag: &'a [u8],
}

/// Takes an envelope apart and compares it with one put together from the parts: nothing else is read.
fn take_apart(envelope: &[u8]) -> Option<Parts<'_>> {
    let children = |value| tlv::children(value).ok();
    let outer = children(tlv::read_only(0x30, envelope).ok()?.value)?;
    let inner = children(outer.get(1)?.value)?;
    let [_, infos, content, tag] = children(inner.first()?.value)?.try_into().ok()?;
    let [_, algorithm, text] = children(content.value)?.try_into().ok()?;
    let parameters = children(children(algorithm.value)?.get(1)?.value)?;
    let parts =
        Parts { info: infos.value, nonce: parameters.first()?.value, text: text.value, tag: tag.value };
    (assemble(parts.info, parts.nonce, parts.text, parts.tag) == envelope).then_some(parts)
}

fn assemble(info: &[u8], nonce: &[u8], text: &[u8], tag: &[u8]) -> Vec<u8> {
    let parameters = write::sequence(&[&write::octet_string(nonce), &write::integer(TAG_LEN as u64)]);
    let algorithm = write::sequence(&[&oid::object(AES256_GCM), &parameters]);
    let content = write::sequence(&[&oid::object(DATA), &algorithm, &tlv::encode(0x80, text)]);
    let infos = tlv::encode(0x31, info);
    let data = write::sequence(&[&write::integer(0), &infos, &content, &write::octet_string(tag)]);
    write::sequence(&[&oid::object(AUTH_ENVELOPED_DATA), &write::context(0, &data)])
}

/// RSAES-OAEP with SHA-256 for both its hashes (RFC 4055 section 4.1).
fn oaep() -> Vec<u8> {
    let hash = write::sequence(&[&oid::object(SHA256), &write::null()]);
    let mask = write::sequence(&[&oid::object(MGF1), &hash]);
    let parameters = write::sequence(&[&write::context(0, &hash), &write::context(1, &mask)]);
    write::sequence(&[&oid::object(RSAES_OAEP), &parameters])
}

/// ECDH with SHA-256 in the KDF, and AES-256 key wrap.
fn ecdh() -> Vec<u8> {
    write::sequence(&[&oid::object(ECDH_SHA256), &write::sequence(&[&oid::object(AES256_WRAP)])])
}

/// `ECC-CMS-SharedInfo` (RFC 5753 section 7.2).
fn shared_info() -> Vec<u8> {
    let bits = write::octet_string(&(8 * KEY_LEN as u32).to_be_bytes());
    write::sequence(&[&write::sequence(&[&oid::object(AES256_WRAP)]), &write::context(2, &bits)])
}

/// KeyAgreeRecipientInfo.
fn agreement_info(originator: &EcPoint, recipient: &[u8], wrapped: &[u8]) -> Vec<u8> {
    let algorithm = write::sequence(&[&oid::object(EC_PUBLIC_KEY)]);
    let key = [algorithm, write::bit_string(originator.as_sec1())].concat();
    let originator = write::context(0, &write::context(1, &key));
    let encrypted = write::sequence(&[recipient, &write::octet_string(wrapped)]);
    let parts = [write::integer(3), originator, ecdh(), write::sequence(&[&encrypted])];
    write::context(1, &parts.concat())
}

/// Point and wrapped key of a KeyAgreeRecipientInfo.
fn agreed<'a>(originator: &'a [u8], keys: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let key = tlv::read_only(0xA1, originator).ok()?;
    let point = tlv::children(key.value).ok()?.get(1)?.value.strip_prefix(&[0])?;
    let encrypted = tlv::read_only(0x30, keys).ok()?;
    let wrapped = tlv::children(encrypted.value).ok()?.get(1)?.value;
    Some((point, wrapped))
}
