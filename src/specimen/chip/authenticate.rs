//! How the specimen chip proves that it is no copy: chip authentication and active authentication.
//! Source: Doc 9303-11 sections 6.1 (active) and 6.2 (chip); ISO/IEC 9796-2:2010 scheme 1; BSI TR-03110-3
//! sections B.2 and B.3 (MSE:Set KAT, MSE:Set AT, GENERAL AUTHENTICATE).

use super::access::compressed;
use super::channel::Channel;
use super::{Answer, SpecimenChip, answer, refuse};
use crate::asn1::{oid, tlv};
use crate::crypto::{Entropy, HashAlgorithm, PrivateKey, PublicKey, SessionCipher, SignatureScheme};
use crate::iso7816::{CommandApdu, StatusWord};
use crate::specimen::{AgreementKey, Quirk};

/// Bytes of the terminal's challenge.
const CHALLENGE: usize = 8;

impl SpecimenChip {
    /// MSE:Set AT or Set KAT for chip authentication; `with_key` is the latter, which has the terminal's key.
    pub(super) fn set_chip_authentication(&mut self, data: &[u8], with_key: bool) -> Answer {
        self.state.chip_authentication = None;
        if self.data.chip_authentication.is_none() {
            return refuse(StatusWord::WRONG_DATA);
        }
        if !self.state.open || self.state.channel.is_none() {
            return refuse(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let objects = tlv::children(data).map_err(|_| StatusWord::WRONG_DATA)?;
        let value = |tag| objects.iter().find(|object| object.tag == tag).map(|object| object.value);
        // A key that has a number is to be named by it.
        let mut keys = self.data.chip_authentication.iter().chain(&self.data.chip_authentication_besides);
        let key = keys.find(|key| value(0x84) == key.key_id.as_ref().map(std::slice::from_ref));
        let key = key.ok_or(StatusWord::REFERENCE_NOT_FOUND)?.clone();
        if with_key {
            // Set KAT is for 3DES only (TR-03110-3 section B.2).
            if key.cipher != SessionCipher::TripleDes {
                return refuse(StatusWord::WRONG_DATA);
            }
            let public = value(0x91).ok_or(StatusWord::WRONG_DATA)?.to_vec();
            return self.agree(&key, &public);
        }
        let protocol = value(0x80).and_then(oid::decode);
        if protocol.as_deref() != Some(&key.protocol) {
            return refuse(StatusWord::WRONG_DATA);
        }
        self.state.chip_authentication = Some(key);
        answer(Vec::new())
    }

    /// GENERAL AUTHENTICATE of chip authentication.
    pub(super) fn chip_authentication(&mut self, command: &CommandApdu, key: &AgreementKey) -> Answer {
        let template = tlv::read_only(0x7C, &command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        let public = tlv::read_only(0x80, template.value).map_err(|_| StatusWord::WRONG_DATA)?;
        self.agree(key, public.value)?;
        answer(tlv::encode(0x7C, &[]))
    }

    /// Agrees on new session keys; they hold from the next command on.
    fn agree(&mut self, key: &AgreementKey, public: &[u8]) -> Answer {
        if self.has(Quirk::ChipAuthenticationFails) {
            self.state.drop_channel = true;
            return refuse(StatusWord::NO_DIAGNOSIS);
        }
        let terminal = key.parameters.generator().another(public).map_err(|_| StatusWord::WRONG_DATA)?;
        let secret = key.secret().map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        let shared = terminal.times(&secret).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        self.state.pending = Some(Channel::new(key.cipher, &shared.secret(), None));
        self.state.terminal.begin(compressed(&terminal));
        answer(Vec::new())
    }

    /// INTERNAL AUTHENTICATE: the signature of active authentication.
    pub(super) fn internal_authenticate(&mut self, command: &CommandApdu) -> Answer {
        let Some(active) = self.data.active_authentication.as_ref() else {
            return refuse(StatusWord::INS_NOT_SUPPORTED);
        };
        if !self.state.open {
            return refuse(StatusWord::SECURITY_NOT_SATISFIED);
        }
        if (command.p1, command.p2) != (0, 0) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        if command.data.len() != CHALLENGE || command.le.is_none() {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        let failed = |_| StatusWord::NO_DIAGNOSIS;
        let hash = active.hash;
        let key = active.private_key().map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        let signature = match key.public() {
            PublicKey::Ec(_) => {
                let der = self.data.quirks.contains(&Quirk::ActiveAuthenticationDer);
                let scheme =
                    if der { SignatureScheme::Ecdsa { hash } } else { SignatureScheme::EcdsaPlain { hash } };
                key.sign(&scheme, &command.data, &mut self.entropy).map_err(failed)?
            }
            PublicKey::Rsa { n, .. } => {
                let mut filling = vec![0; filling_len(n.len(), hash).ok_or(StatusWord::NO_DIAGNOSIS)?];
                self.entropy.fill("chip.aa.filling", &mut filling).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
                sign_9796_2(&key, hash, &filling, &command.data, &mut self.entropy)?
            }
            // titre makes no other keys for chips.
            _ => return refuse(StatusWord::NO_DIAGNOSIS),
        };
        answer(signature)
    }
}

/// The trailer of a hash function: one byte for SHA-1, two for the others (ISO/IEC 9796-2 section 8.1.2,
/// ISO/IEC 10118-3 for the numbers).
const fn trailer(hash: HashAlgorithm) -> &'static [u8] {
    match hash {
        HashAlgorithm::Sha1 => &[0xBC],
        HashAlgorithm::Sha256 => &[0x34, 0xCC],
        HashAlgorithm::Sha512 => &[0x35, 0xCC],
        HashAlgorithm::Sha384 => &[0x36, 0xCC],
        HashAlgorithm::Sha224 => &[0x38, 0xCC],
    }
}

/// Bytes of the part of the message that the signature itself carries.
fn filling_len(modulus: usize, hash: HashAlgorithm) -> Option<usize> {
    modulus.checked_sub(1 + hash.len() + trailer(hash).len())
}

/// Signs `filling || challenge` by digital signature scheme 1 with partial recovery.
fn sign_9796_2(
    key: &PrivateKey,
    hash: HashAlgorithm,
    filling: &[u8],
    challenge: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, StatusWord> {
    let digest = hash.digest(&[filling, challenge].concat());
    // 6A: header 01, more data 1, padding, and the nibble that ends it.
    let block = [&[0x6A], filling, &digest, trailer(hash)].concat();
    key.rsa_private_operation(&block, entropy).map_err(|_| StatusWord::NO_DIAGNOSIS)
}
