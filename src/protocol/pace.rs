//! Password Authenticated Connection Establishment: DH and ECDH with every mapping, 3DES and AES.
//! Source: Doc 9303-11 section 4.4; worked examples in appendices G, H and I; BSI TR-03110-3 appendices A.2 and B.1.

use super::exchange::{Exchange, Next, PasswordState, ProtocolError, Step, accepted, awaited};
use super::pace_variant::PaceVariant;
use super::password::Password;
use super::quirks::{MseParameters, PACE_MSE, PACE_MSE_RETRY};
use crate::asn1::tlv;
use crate::crypto::agreement::EphemeralKey;
use crate::crypto::kdf::{KeyUse, SessionKey, derive, session_keys};
use crate::crypto::mapping::{
    chip_nonce_len, map_generic, map_integrated, open_mapping_data, terminal_nonce_len,
};
use crate::crypto::{EcPoint, Entropy, GroupElement, mac};
use crate::iso7816::{CommandApdu, ResponseApdu, SecureMessaging, StatusWord};
use crate::lds::Mapping;
use zeroize::Zeroizing;

const SET_AT: Step = Step::Protocol("pace.set_at");
const NONCE: Step = Step::Protocol("pace.nonce");
const MAP: Step = Step::Protocol("pace.map_nonce");
const AGREE: Step = Step::Protocol("pace.key_agreement");
const TOKENS: Step = Step::Protocol("pace.mutual_authentication");

/// Tags of dynamic authentication data, terminal's and chip's, in the order of the steps.
const DYNAMIC: u32 = 0x7C;
/// Longest nonce that is taken.
const MAX_NONCE: usize = 64;

/// What a chip may count the tries of.
#[derive(Clone, Copy)]
enum Secret {
    /// The MRZ or the CAN.
    Printed,
    Pin,
    Puk,
}

/// The exchange, in the master file.
pub struct Pace<'e> {
    variant: PaceVariant,
    reference: u8,
    secret: Secret,
    k_pi: SessionKey,
    entropy: &'e mut dyn Entropy,
    rung: usize,
    /// The rung that the standard asks for here.
    first_rung: usize,
    /// Whether the CAN has resumed a suspended PIN.
    resumed: bool,
    /// The chip's key of the chip authentication mapping.
    mapping_key: Option<EcPoint>,
    state: State,
}

/// A channel set up by PACE.
#[derive(Debug)]
pub struct PaceEstablished {
    /// The channel.
    pub channel: SecureMessaging,
    /// The chip's ephemeral public key, which names the chip in terminal authentication.
    pub chip_key: GroupElement,
    /// Rungs of quirk tables that were needed.
    pub quirks: Vec<&'static str>,
    /// What the chip authentication mapping left behind; none with the other mappings.
    pub mapping: Option<ChipMapping>,
}

/// What is needed, beside the chip's static key in EF.CardSecurity, to see that the chip is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipMapping {
    /// The key that the chip sent in the mapping.
    pub mapping_key: EcPoint,
    /// The chip authentication data, or why there are none.
    pub data: Result<Vec<u8>, &'static str>,
}

enum State {
    Start,
    SetAt,
    Nonce,
    Map { nonce: Zeroizing<Vec<u8>>, key: EphemeralKey },
    MapIntegrated { nonce: Zeroizing<Vec<u8>>, own: Vec<u8> },
    Agree { key: EphemeralKey },
    Tokens { expected: [u8; mac::MAC_LEN], k_enc: SessionKey, k_mac: SessionKey, chip_key: GroupElement },
    Done,
}

impl<'e> Pace<'e> {
    /// PACE with this password. Draws `pace.mapping` and `pace.ephemeral`. `ambiguous` says that the chip offers
    /// this protocol with several domain parameters, so that they must be named.
    pub fn new(
        variant: PaceVariant,
        password: &Password,
        ambiguous: bool,
        entropy: &'e mut dyn Entropy,
    ) -> Self {
        let k_pi = derive(variant.cipher(), &password.pace_secret(), KeyUse::Password);
        let named = PACE_MSE.iter().position(|rung| rung.value == MseParameters::Named);
        let rung = if ambiguous { named.unwrap_or(0) } else { 0 };
        let reference = password.reference();
        let secret = match password {
            Password::Pin(..) => Secret::Pin,
            Password::Puk(_) => Secret::Puk,
            _ => Secret::Printed,
        };
        Self {
            variant,
            reference,
            secret,
            k_pi,
            entropy,
            rung,
            first_rung: rung,
            resumed: false,
            mapping_key: None,
            state: State::Start,
        }
    }

    /// The same for a suspended PIN, under the channel that PACE with the CAN has opened: its last try is made.
    #[must_use]
    pub const fn resumed(mut self) -> Self {
        self.resumed = true;
        self
    }

    fn set_at(&mut self) -> Next<PaceEstablished> {
        let mut data = tlv::encode(0x80, &self.variant.oid);
        data.extend(tlv::encode(0x83, &[self.reference]));
        if let (MseParameters::Named, Some(id)) = (self.naming(), self.variant.parameter_id) {
            data.extend(tlv::encode(0x84, &unsigned(id)));
        }
        self.state = State::SetAt;
        Next::Send(CommandApdu::new(0x00, 0x22, 0xC1, 0xA4).with_data(data), SET_AT)
    }

    fn naming(&self) -> MseParameters {
        PACE_MSE.get(self.rung).map_or(MseParameters::Omitted, |rung| rung.value)
    }

    /// Whether the chip takes this password no more. A PIN is never tried where it says so: the last try is the holder's,
    /// after the CAN. The MRZ and the CAN cannot be blocked, whatever the chip counts.
    fn unusable(&self, sw: StatusWord) -> Option<PasswordState> {
        match (self.secret, sw.tries_left()) {
            (Secret::Printed, _) => None,
            (Secret::Pin | Secret::Puk, Some(0)) => Some(PasswordState::Blocked),
            (Secret::Pin, Some(1)) => (!self.resumed).then_some(PasswordState::Suspended),
            _ if sw == StatusWord::AUTHENTICATION_BLOCKED => Some(PasswordState::Blocked),
            _ if sw == StatusWord::DEACTIVATED || sw == StatusWord::REFERENCE_NOT_USABLE => {
                Some(PasswordState::Deactivated)
            }
            _ => None,
        }
    }

    fn take_nonce(&mut self, reply: &ResponseApdu) -> Result<Next<PaceEstablished>, ProtocolError> {
        let text = dynamic(NONCE, 0x80, reply)?;
        let cipher = self.variant.cipher();
        if text.is_empty() || text.len() > MAX_NONCE || !text.len().is_multiple_of(cipher.block_len()) {
            return Err(ProtocolError::Malformed {
                step: NONCE,
                problem: "the nonce is no sequence of blocks",
            });
        }
        let iv = vec![0; cipher.block_len()];
        let nonce = cipher.decrypt_cbc(self.k_pi.bytes(), &iv, text)?;
        if self.variant.mapping() == Mapping::Integrated {
            if nonce.len() != chip_nonce_len(cipher) {
                return Err(ProtocolError::Malformed {
                    step: NONCE,
                    problem: "the nonce is not as long as the integrated mapping wants it",
                });
            }
            let mut own = vec![0; terminal_nonce_len(cipher)];
            self.entropy.fill("pace.mapping", &mut own)?;
            let command = general_authenticate(0x10, Some((0x81, &own)));
            self.state = State::MapIntegrated { nonce, own };
            return Ok(Next::Send(command, MAP));
        }
        let generator = self.variant.parameters().generator();
        let key = EphemeralKey::generate(&generator, self.entropy, "pace.mapping")
            .map_err(ProtocolError::agreement(MAP))?;
        let command = general_authenticate(0x10, Some((0x81, key.public().as_bytes())));
        self.state = State::Map { nonce, key };
        Ok(Next::Send(command, MAP))
    }

    fn map(
        &mut self,
        nonce: &[u8],
        key: &EphemeralKey,
        reply: &ResponseApdu,
    ) -> Result<Next<PaceEstablished>, ProtocolError> {
        let chip = chip_key(MAP, 0x82, key, reply)?;
        if self.variant.mapping() == Mapping::ChipAuthentication {
            self.mapping_key = chip.as_ec().cloned();
        }
        let shared = key.shared(&chip).map_err(ProtocolError::agreement(MAP))?;
        let generator = map_generic(nonce, &shared).map_err(ProtocolError::agreement(MAP))?;
        self.offer(&generator)
    }

    /// The chip's mapping data are empty in the integrated mapping; what stands there all the same does not matter.
    fn map_integrated(
        &mut self,
        nonce: &[u8],
        own: &[u8],
        reply: &ResponseApdu,
    ) -> Result<Next<PaceEstablished>, ProtocolError> {
        tlv::read_only(DYNAMIC, &reply.data).map_err(|_| malformed(MAP))?;
        let generator = map_integrated(self.variant.cipher(), self.variant.parameters(), nonce, own)?;
        self.offer(&generator.map_err(ProtocolError::agreement(MAP))?)
    }

    /// Sends a fresh key on the mapped generator.
    fn offer(&mut self, generator: &GroupElement) -> Result<Next<PaceEstablished>, ProtocolError> {
        let key = EphemeralKey::generate(generator, self.entropy, "pace.ephemeral")
            .map_err(ProtocolError::agreement(AGREE))?;
        let command = general_authenticate(0x10, Some((0x83, key.public().as_bytes())));
        self.state = State::Agree { key };
        Ok(Next::Send(command, AGREE))
    }

    fn agree(
        &mut self,
        key: &EphemeralKey,
        reply: &ResponseApdu,
    ) -> Result<Next<PaceEstablished>, ProtocolError> {
        let chip = chip_key(AGREE, 0x84, key, reply)?;
        let secret = key.shared_secret(&chip).map_err(ProtocolError::agreement(AGREE))?;
        let (k_enc, k_mac) = session_keys(self.variant.cipher(), &secret);
        let ours = self.token(&k_mac, chip.tag(), dynamic(AGREE, 0x84, reply)?)?;
        let expected = self.token(&k_mac, chip.tag(), key.public().as_bytes())?;
        self.state = State::Tokens { expected, k_enc, k_mac, chip_key: chip };
        Ok(Next::Send(general_authenticate(0x00, Some((0x85, &ours))), TOKENS))
    }

    /// What the last answer says of the chip's static key. A chip that says nothing has opened the channel all the same.
    fn chip_mapping(&mut self, k_enc: &SessionKey, reply: &ResponseApdu) -> Option<ChipMapping> {
        let mapping_key = self.mapping_key.take()?;
        let data = dynamic(TOKENS, 0x8A, reply).map_err(|_| "the chip sent no chip authentication data");
        let data = data.and_then(|data| {
            open_mapping_data(self.variant.cipher(), k_enc.bytes(), data)
                .map_err(|_| "the chip authentication data cannot be decrypted")
        });
        Some(ChipMapping { mapping_key, data })
    }

    /// The token over the other side's public key, as it was sent (section 4.4.3.4).
    fn token(&self, k_mac: &SessionKey, tag: u32, key: &[u8]) -> Result<[u8; mac::MAC_LEN], ProtocolError> {
        let content = [tlv::encode(0x06, &self.variant.oid), tlv::encode(tag, key)].concat();
        Ok(mac::token_mac(self.variant.cipher(), k_mac.bytes(), &tlv::encode(0x7F49, &content))?)
    }
}

/// The chip's public key: an element of the group that is not our own.
fn chip_key(
    step: Step,
    tag: u32,
    ours: &EphemeralKey,
    reply: &ResponseApdu,
) -> Result<GroupElement, ProtocolError> {
    let bytes = dynamic(step, tag, reply)?;
    let element = ours.public().another(bytes).map_err(ProtocolError::agreement(step))?;
    if &element == ours.public() {
        return Err(ProtocolError::Authentication {
            step,
            problem: "the chip returns the terminal's own key",
        });
    }
    Ok(element)
}

impl Exchange for Pace<'_> {
    type Output = PaceEstablished;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<PaceEstablished>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start => Ok(self.set_at()),
            State::SetAt => {
                let sw = awaited(reply, SET_AT)?.sw;
                let more = self.rung + 1 < PACE_MSE.len() && self.variant.parameter_id.is_some();
                if PACE_MSE_RETRY.contains(&sw) && more {
                    self.rung += 1;
                    return Ok(self.set_at());
                }
                if let Some(state) = self.unusable(sw) {
                    return Err(ProtocolError::PasswordUnusable { step: SET_AT, sw, state });
                }
                // Any other 63Cx only says how many tries are left.
                if !sw.is_ok() && sw.tries_left().is_none() {
                    return Err(ProtocolError::Refused { step: SET_AT, sw });
                }
                self.state = State::Nonce;
                Ok(Next::Send(general_authenticate(0x10, None), NONCE))
            }
            State::Nonce => self.take_nonce(accepted(reply, NONCE)?),
            State::Map { nonce, key } => self.map(&nonce, &key, accepted(reply, MAP)?),
            State::MapIntegrated { nonce, own } => self.map_integrated(&nonce, &own, accepted(reply, MAP)?),
            State::Agree { key } => self.agree(&key, accepted(reply, AGREE)?),
            State::Tokens { expected, k_enc, k_mac, chip_key } => {
                let reply = awaited(reply, TOKENS)?;
                let wrong = ProtocolError::WrongPassword { step: TOKENS, sw: reply.sw };
                if reply.sw == StatusWord::AUTHENTICATION_BLOCKED {
                    let (sw, state) = (reply.sw, PasswordState::Blocked);
                    return Err(ProtocolError::PasswordUnusable { step: TOKENS, sw, state });
                }
                if reply.sw.sw1() == 0x63 {
                    return Err(wrong);
                }
                let token = dynamic(TOKENS, 0x86, accepted(Some(reply), TOKENS)?)?;
                if !mac::same(&expected, token) {
                    return Err(wrong);
                }
                let mapping = self.chip_mapping(&k_enc, reply);
                let channel = SecureMessaging::restarted(self.variant.cipher(), k_enc, k_mac)?;
                let quirks =
                    (self.rung > self.first_rung).then(|| PACE_MSE[self.rung].id).into_iter().collect();
                Ok(Next::Done(PaceEstablished { channel, chip_key, quirks, mapping }))
            }
            State::Done => Err(ProtocolError::Order(TOKENS)),
        }
    }
}

/// GENERAL AUTHENTICATE with one object of dynamic authentication data, or none.
pub(super) fn general_authenticate(cla: u8, object: Option<(u32, &[u8])>) -> CommandApdu {
    let content = object.map_or_else(Vec::new, |(tag, value)| tlv::encode(tag, value));
    let data = tlv::encode(DYNAMIC, &content);
    // A key modulo 2048 bits needs extended length, and so does the chip's in its answer.
    let le = if data.len() > 255 { 65_536 } else { 256 };
    CommandApdu::new(cla, 0x86, 0x00, 0x00).with_data(data).with_le(le)
}

/// A number in as few bytes as it takes, at least one.
pub(super) fn unsigned(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let skip = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    bytes[skip..].to_vec()
}

/// The one object that a step's answer must carry.
fn dynamic(step: Step, tag: u32, reply: &ResponseApdu) -> Result<&[u8], ProtocolError> {
    tlv::read_only(DYNAMIC, &reply.data)
        .and_then(|outer| tlv::find(tag, outer.value))
        .map(|object| object.value)
        .map_err(|_| malformed(step))
}

const fn malformed(step: Step) -> ProtocolError {
    ProtocolError::Malformed { step, problem: "the dynamic authentication data is malformed" }
}
