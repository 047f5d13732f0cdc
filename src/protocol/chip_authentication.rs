//! Chip authentication with DH and ECDH: agrees on new session keys with the chip's static key. That the chip then
//! answers under them shows that it holds the private key; whoever drives the exchange must look at that.
//! Source: Doc 9303-11 section 6.2 (MSE:Set KAT for 3DES, MSE:Set AT and GENERAL AUTHENTICATE for AES).

use super::exchange::{Exchange, Next, ProtocolError, Step, accepted};
use super::pace::{general_authenticate, unsigned};
use super::pace_variant::cipher_of;
use crate::asn1::{oid, tlv};
use crate::crypto::agreement::EphemeralKey;
use crate::crypto::cipher::SessionCipher;
use crate::crypto::kdf::session_keys;
use crate::crypto::{Entropy, GroupElement};
use crate::iso7816::{CommandApdu, ResponseApdu, SecureMessaging};
use crate::lds::{Agreement, SecurityInfos};

const SET: Step = Step::Protocol("ca.set");
const AGREE: Step = Step::Protocol("ca.key_agreement");

/// The protocols when DG14 has a key and no ChipAuthenticationInfo, as French documents of 2017 have it: 3DES, with the
/// agreement of the key.
const INFERRED: [(Agreement, &str); 2] =
    [(Agreement::Dh, "0.4.0.127.0.7.2.2.3.1.1"), (Agreement::Ecdh, "0.4.0.127.0.7.2.2.3.2.1")];

/// Chip authentication as a DG14 offers it, with the key that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipAuthenticationVariant {
    /// Dotted object identifier.
    pub protocol: String,
    /// The identifier of the key, where the chip names one.
    pub key_id: Option<u64>,
    /// The cipher of the new channel.
    pub cipher: SessionCipher,
    /// The chip's public key.
    pub chip_key: GroupElement,
    /// Whether the protocol was inferred because DG14 does not name one.
    pub inferred: bool,
}

/// What a DG14 says of chip authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChipAuthenticationOffer {
    /// Nothing.
    None,
    /// This, the strongest that titre speaks.
    Supported(Box<ChipAuthenticationVariant>),
    /// Something, and why titre cannot do it; with the protocol where one is named.
    Unsupported {
        /// Dotted object identifier.
        protocol: String,
        /// Why, in English.
        problem: String,
    },
}

/// The strongest chip authentication that these SecurityInfos offer with a usable key.
#[must_use]
pub fn offer(infos: &SecurityInfos) -> ChipAuthenticationOffer {
    let mut named: Vec<(String, Option<u64>, bool)> =
        infos.chip_authentication().map(|info| (info.protocol.clone(), info.key_id, false)).collect();
    if named.is_empty() {
        let keys = infos.chip_authentication_keys();
        let agreements: Vec<_> = keys.filter_map(|key| key.agreement()).collect();
        let inferred = INFERRED.iter().filter(|(agreement, _)| agreements.contains(agreement));
        named.extend(inferred.map(|(_, protocol)| ((*protocol).to_owned(), None, true)));
    }
    let mut best: Option<ChipAuthenticationVariant> = None;
    let mut problem = None;
    for (protocol, key_id, inferred) in named {
        match variant(infos, &protocol, key_id, inferred) {
            Ok(found) => {
                if best.as_ref().is_none_or(|best| strength(&found) > strength(best)) {
                    best = Some(found);
                }
            }
            Err(text) => problem = Some((protocol, text)),
        }
    }
    match (best, problem) {
        (Some(best), _) => ChipAuthenticationOffer::Supported(Box::new(best)),
        (None, Some((protocol, problem))) => ChipAuthenticationOffer::Unsupported { protocol, problem },
        (None, None) => ChipAuthenticationOffer::None,
    }
}

fn variant(
    infos: &SecurityInfos,
    protocol: &str,
    key_id: Option<u64>,
    inferred: bool,
) -> Result<ChipAuthenticationVariant, String> {
    let info = crate::lds::ChipAuthenticationInfo { protocol: protocol.to_owned(), version: 1, key_id };
    let (agreement, suite) = info.algorithm().ok_or("the protocol is unknown")?;
    // A key without identifier goes with any info that has none either, or that is the only one.
    let keys = infos.chip_authentication_keys().filter(|key| {
        key.agreement() == Some(agreement)
            && (key.key_id == key_id || key_id.is_none() || key.key_id.is_none())
    });
    let mut problem = "there is no key for it".to_owned();
    for key in keys {
        match GroupElement::from_spki(&key.public_key) {
            Ok(chip_key) if agreement_of(&chip_key) == agreement => {
                return Ok(ChipAuthenticationVariant {
                    protocol: protocol.to_owned(),
                    key_id: key.key_id,
                    cipher: cipher_of(suite),
                    chip_key,
                    inferred,
                });
            }
            Ok(_) => "the key is of another kind than its protocol".clone_into(&mut problem),
            Err(error) => problem = error.to_string(),
        }
    }
    Err(problem)
}

const fn agreement_of(key: &GroupElement) -> Agreement {
    match key {
        GroupElement::Dh(_) => Agreement::Dh,
        GroupElement::Ec(_) => Agreement::Ecdh,
    }
}

/// Longer keys before shorter ones, AES before 3DES, curves before groups modulo a prime.
fn strength(variant: &ChipAuthenticationVariant) -> (usize, usize, bool) {
    (variant.cipher.key_len(), variant.cipher.block_len(), variant.chip_key.as_ec().is_some())
}

/// The exchange, under the secure channel of the access protocol. Draws `ca.ephemeral`.
pub struct ChipAuthentication<'e> {
    variant: ChipAuthenticationVariant,
    entropy: &'e mut dyn Entropy,
    state: State,
}

/// A channel under the keys of chip authentication.
#[derive(Debug)]
pub struct ChipAuthenticated {
    /// The new channel. Not yet proof of anything.
    pub channel: SecureMessaging,
    /// The terminal's ephemeral public key.
    pub terminal_key: GroupElement,
}

enum State {
    Start,
    KeySent(EphemeralKey),
    SetAt(EphemeralKey),
    Done,
}

impl<'e> ChipAuthentication<'e> {
    /// Chip authentication with this variant.
    pub fn new(variant: ChipAuthenticationVariant, entropy: &'e mut dyn Entropy) -> Self {
        Self { variant, entropy, state: State::Start }
    }

    fn start(&mut self) -> Result<Next<ChipAuthenticated>, ProtocolError> {
        let generator = self.variant.chip_key.generator();
        let key = EphemeralKey::generate(&generator, self.entropy, "ca.ephemeral")
            .map_err(ProtocolError::agreement(SET))?;
        let key_id = self.variant.key_id.map(|id| tlv::encode(0x84, &unsigned(id))).unwrap_or_default();
        if self.variant.cipher == SessionCipher::TripleDes {
            let data = [tlv::encode(0x91, key.public().as_bytes()), key_id].concat();
            self.state = State::KeySent(key);
            return Ok(Next::Send(CommandApdu::new(0x00, 0x22, 0x41, 0xA6).with_data(data), SET));
        }
        let protocol = oid::encode(&self.variant.protocol).ok_or(ProtocolError::Malformed {
            step: SET,
            problem: "the protocol's identifier is malformed",
        })?;
        let data = [tlv::encode(0x80, &protocol), key_id].concat();
        self.state = State::SetAt(key);
        Ok(Next::Send(CommandApdu::new(0x00, 0x22, 0x41, 0xA4).with_data(data), SET))
    }

    fn finish(&self, key: EphemeralKey) -> Result<Next<ChipAuthenticated>, ProtocolError> {
        let secret = key.shared_secret(&self.variant.chip_key).map_err(ProtocolError::agreement(AGREE))?;
        let (k_enc, k_mac) = session_keys(self.variant.cipher, &secret);
        let channel = SecureMessaging::restarted(self.variant.cipher, k_enc, k_mac)?;
        Ok(Next::Done(ChipAuthenticated { channel, terminal_key: key.public().clone() }))
    }
}

impl Exchange for ChipAuthentication<'_> {
    type Output = ChipAuthenticated;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<ChipAuthenticated>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start => self.start(),
            State::SetAt(key) => {
                accepted(reply, SET)?;
                let command = general_authenticate(0x00, Some((0x80, key.public().as_bytes())));
                self.state = State::KeySent(key);
                Ok(Next::Send(command, AGREE))
            }
            State::KeySent(key) => {
                let step = if self.variant.cipher == SessionCipher::TripleDes { SET } else { AGREE };
                accepted(reply, step)?;
                self.finish(key)
            }
            State::Done => Err(ProtocolError::Order(AGREE)),
        }
    }
}
