//! The ways into the specimen chip: basic access control, and PACE. What a chip does in PACE stands here once more, not
//! taken from the terminal's half; only the mathematics of the groups is shared.
//! Source: Doc 9303-11 sections 4.3 (BAC), 4.4 (PACE: commands in 4.4.4, mappings in 4.4.3.3), 9.7 (keys).

use super::channel::Channel;
use super::{Answer, Directory, SpecimenChip, answer, refuse};
use crate::asn1::{oid, tlv};
use crate::crypto::agreement::GroupSecret;
use crate::crypto::kdf::{KeyUse, SessionKey, derive, session_keys};
use crate::crypto::mapping::{map_integrated, seal_mapping_data};
use crate::crypto::{EcSecret, Entropy, GroupElement, HashAlgorithm, SessionCipher, mac};
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::Mapping;
use crate::specimen::Quirk;
use crate::specimen::chip_data::PaceData;

/// Tries of a PIN.
const PIN_TRIES: u8 = 3;

/// A run of PACE, as far as it has come.
pub(super) struct Pace {
    /// The variant that was chosen.
    variant: PaceData,
    /// Key derived from the password.
    password: SessionKey,
    /// Which password: 3 is the PIN.
    reference: u8,
    step: Step,
}

enum Step {
    /// MSE:Set AT was accepted.
    Start,
    /// The nonce was sent.
    Nonce { nonce: Vec<u8> },
    /// The generator was mapped.
    Mapped { generator: GroupElement, key: Option<EcSecret> },
    /// Keys were agreed on.
    Agreed { chip: GroupElement, terminal: GroupElement, secret: Vec<u8>, key: Option<EcSecret> },
}

impl SpecimenChip {
    pub(super) fn get_challenge(&mut self, command: &CommandApdu) -> Answer {
        let in_application = self.state.directory == Directory::Application;
        let offered = self.data.access.bac() && in_application && self.state.channel.is_none();
        if !offered && !self.is_for_terminal() {
            return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if (command.p1, command.p2) != (0, 0) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        if command.le != Some(8) || !command.data.is_empty() {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        if !offered {
            return self.terminal_challenge();
        }
        let mut challenge = [0; 8];
        self.entropy.fill("chip.rnd_ic", &mut challenge).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        self.state.challenge = Some(challenge);
        answer(challenge.to_vec())
    }

    /// EXTERNAL (MUTUAL) AUTHENTICATE of basic access control.
    pub(super) fn mutual_authenticate(&mut self, command: &CommandApdu) -> Answer {
        const CIPHER: SessionCipher = SessionCipher::TripleDes;
        if (command.p1, command.p2) != (0, 0) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        let (Some((text, authenticator)), Some(40..)) = (command.data.split_at_checked(32), command.le)
        else {
            return refuse(StatusWord::WRONG_LENGTH);
        };
        if authenticator.len() != mac::MAC_LEN {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        // A challenge serves once.
        let challenge = self.state.challenge.take().ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let failed = |_| StatusWord::NO_DIAGNOSIS;
        let seed = HashAlgorithm::Sha1.digest(self.mrz_information.as_bytes());
        let (enc, key) = session_keys(CIPHER, &seed[..16]);
        if !mac::same(&mac::token_mac(CIPHER, key.bytes(), text).map_err(failed)?, authenticator) {
            return refuse(StatusWord::VERIFICATION_FAILED);
        }
        let plain = CIPHER.decrypt_cbc(enc.bytes(), &[0; 8], text).map_err(failed)?;
        let (rnd_ifd, rest) = plain.split_at(8);
        let (rnd_ic, k_ifd) = rest.split_at(8);
        if rnd_ic != challenge {
            return refuse(StatusWord::VERIFICATION_FAILED);
        }
        let mut k_ic = [0; 16];
        self.entropy.fill("chip.k_ic", &mut k_ic).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        let reply = [&challenge[..], rnd_ifd, &k_ic].concat();
        let text = CIPHER.encrypt_cbc(enc.bytes(), &[0; 8], &reply).map_err(failed)?;
        let authenticator = mac::token_mac(CIPHER, key.bytes(), &text).map_err(failed)?;
        let secret: Vec<u8> = k_ifd.iter().zip(k_ic).map(|(a, b)| a ^ b).collect();
        let counter = [&challenge[4..], &rnd_ifd[4..]].concat();
        self.state.pending = Some(Channel::new(CIPHER, &secret, Some(&counter)));
        // Two dates with their check digits follow the document number with its own.
        let number = self.mrz_information.len().saturating_sub(14);
        self.state.chip_id = self.mrz_information.as_bytes()[..number].to_vec();
        answer([text, authenticator.to_vec()].concat())
    }

    /// MSE:Set AT that opens PACE.
    pub(super) fn set_pace(&mut self, data: &[u8]) -> Answer {
        self.state.pace = None;
        // Under the channel of the CAN only the PIN is taken, which the CAN resumes (BSI TR-03110-2 section 3.3).
        let in_channel = self.state.channel.is_some();
        if self.state.directory != Directory::MasterFile || in_channel && !self.state.resumed {
            return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let objects = tlv::children(data).map_err(|_| StatusWord::WRONG_DATA)?;
        let value = |tag| objects.iter().find(|object| object.tag == tag).map(|object| object.value);
        if objects.iter().any(|object| !matches!(object.tag, 0x80 | 0x83 | 0x84)) {
            return refuse(StatusWord::WRONG_DATA);
        }
        let protocol = value(0x80).and_then(oid::decode).ok_or(StatusWord::WRONG_DATA)?;
        let of_protocol = self.data.pace.iter().chain(&self.data.pace_besides);
        let offers: Vec<&PaceData> = of_protocol.filter(|offer| offer.protocol == protocol).collect();
        let pace = match (value(0x84), offers.as_slice()) {
            (_, []) => return refuse(StatusWord::WRONG_DATA),
            (None, _) if self.has(Quirk::PaceWantsParameterId) => return refuse(StatusWord(0x6A87)),
            (Some(_), _) if self.has(Quirk::PaceRefusesParameterId) => return refuse(StatusWord::WRONG_DATA),
            // Parameters without a number cannot be named.
            (Some(_), _) if self.has(Quirk::PaceParametersWrittenOut) => {
                return refuse(StatusWord::REFERENCE_NOT_FOUND);
            }
            (None, [only]) => (*only).clone(),
            (None, _) => return refuse(StatusWord::REFERENCE_NOT_FOUND),
            (Some(id), offers) => {
                let named =
                    |offer: &&&PaceData| offer.parameters.standardized_id().is_some_and(|n| id == [n]);
                (*offers.iter().find(named).ok_or(StatusWord::REFERENCE_NOT_FOUND)?).clone()
            }
        };
        let secret = match value(0x83) {
            Some([1]) => HashAlgorithm::Sha1.digest(self.mrz_information.as_bytes()),
            Some([2]) => self.data.can.clone().into_bytes(),
            Some([reference @ (3 | 4)]) => {
                let pin = self.data.pin.as_ref().ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
                if *reference == 3 { pin.pin.clone() } else { pin.puk.clone() }.into_bytes()
            }
            Some(_) => return refuse(StatusWord::REFERENCE_NOT_FOUND),
            None => return refuse(StatusWord::WRONG_DATA),
        };
        let reference = value(0x83).and_then(|reference| reference.first().copied()).unwrap_or(0);
        if in_channel && reference != 3 {
            return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let password = derive(pace.cipher, &secret, KeyUse::Password);
        self.state.pace = Some(Pace { variant: pace, password, reference, step: Step::Start });
        // The counter is told before anything is tried, and a blocked PIN is not tried.
        match self.tries {
            PIN_TRIES.. => answer(Vec::new()),
            tries if reference == 3 => Ok(ResponseApdu::status(StatusWord(0x63C0 | u16::from(tries)))),
            _ => answer(Vec::new()),
        }
    }

    /// A step of PACE. A step that fails ends the run: it begins anew with MSE:Set AT.
    pub(super) fn pace_step(&mut self, command: &CommandApdu, run: Pace) -> Answer {
        let pace = run.variant;
        // Every step but the last is chained (Doc 9303-11 section 4.4.4.2).
        let last = matches!(run.step, Step::Agreed { .. });
        if last == (command.cla & 0x10 != 0) {
            return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let template = tlv::read_only(0x7C, &command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        let (reply, next) = match run.step {
            Step::Start if run.reference == 3 && self.tries == 0 => {
                return refuse(StatusWord::AUTHENTICATION_BLOCKED);
            }
            Step::Start if run.reference == 3 && self.tries == 1 && !self.state.resumed => {
                return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
            }
            Step::Start if template.value.is_empty() => self.pace_nonce(&pace, &run.password)?,
            Step::Nonce { nonce } => self.pace_map(&pace, &nonce, template.value)?,
            Step::Mapped { generator, key } => self.pace_agree(&pace, &generator, key, template.value)?,
            Step::Agreed { chip, terminal, secret, key } => {
                let proof = key.map(|key| mapping_proof(&pace, &key, &secret)).transpose()?;
                let done = self.pace_token(&pace, [&chip, &terminal], &secret, proof, template.value);
                return self.count(run.reference, done);
            }
            Step::Start => return refuse(StatusWord::WRONG_DATA),
        };
        self.state.pace =
            Some(Pace { variant: pace, password: run.password, reference: run.reference, step: next });
        answer(tlv::encode(0x7C, &reply))
    }

    /// Counts the tries of the PIN; PACE with the PUK gives all of them back.
    fn count(&mut self, reference: u8, done: Answer) -> Answer {
        match (&done, reference) {
            (Ok(_), 3 | 4) => self.tries = PIN_TRIES,
            (Ok(_), 2) => self.state.resumed = true,
            (Err(StatusWord::VERIFICATION_FAILED), 3) => {
                self.tries = self.tries.saturating_sub(1);
                return refuse(StatusWord(0x63C0 | u16::from(self.tries)));
            }
            _ => {}
        }
        done
    }

    fn pace_nonce(&mut self, pace: &PaceData, password: &SessionKey) -> Result<(Vec<u8>, Step), StatusWord> {
        if self.has(Quirk::PaceBroken) {
            return Err(StatusWord(0x6FFF));
        }
        // A multiple of the block, and at least as long as the key (Doc 9303-11 section 4.4.3.3).
        let len = pace.cipher.key_len().next_multiple_of(16);
        let mut nonce = vec![0; len];
        self.entropy.fill("chip.pace.nonce", &mut nonce).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        let iv = vec![0; pace.cipher.block_len()];
        let text = pace.cipher.encrypt_cbc(password.bytes(), &iv, &nonce);
        let text = text.map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        Ok((tlv::encode(0x80, &text), Step::Nonce { nonce }))
    }

    /// From the nonce to the ephemeral generator.
    fn pace_map(
        &mut self,
        pace: &PaceData,
        nonce: &[u8],
        content: &[u8],
    ) -> Result<(Vec<u8>, Step), StatusWord> {
        if pace.mapping() == Some(Mapping::Integrated) {
            let given = tlv::read_only(0x81, content).map_err(|_| StatusWord::WRONG_DATA)?;
            let generator = map_integrated(pace.cipher, pace.parameters, nonce, given.value);
            let generator = generator.map_err(|_| StatusWord::WRONG_DATA)?.map_err(failed)?;
            return Ok((tlv::encode(0x82, &[]), Step::Mapped { generator, key: None }));
        }
        let terminal = element(pace, 0x81, content)?;
        let base = pace.parameters.generator();
        let secret = base.private_key(&mut self.entropy, "chip.pace.map").map_err(failed)?;
        let public = base.times(&secret).map_err(failed)?;
        let shared = terminal.times(&secret).map_err(failed)?;
        let generator = match &shared {
            GroupElement::Ec(shared) => {
                let curve = shared.curve();
                let scalar = EcSecret::reduced(curve, nonce).map_err(failed)?;
                let sum = curve.base_mul(&scalar).and_then(|point| curve.add(&point, shared));
                GroupElement::Ec(sum.map_err(failed)?)
            }
            GroupElement::Dh(shared) => GroupElement::Dh(shared.map_generic(nonce).map_err(failed)?),
        };
        let key = match secret {
            GroupSecret::Ec(secret) if pace.mapping() == Some(Mapping::ChipAuthentication) => Some(secret),
            _ => None,
        };
        Ok((tlv::encode(0x82, public.as_bytes()), Step::Mapped { generator, key }))
    }

    fn pace_agree(
        &mut self,
        pace: &PaceData,
        generator: &GroupElement,
        key: Option<EcSecret>,
        content: &[u8],
    ) -> Result<(Vec<u8>, Step), StatusWord> {
        let terminal = element(pace, 0x83, content)?;
        let secret = generator.private_key(&mut self.entropy, "chip.pace.ephemeral").map_err(failed)?;
        let chip = generator.times(&secret).map_err(failed)?;
        if chip == terminal {
            return Err(StatusWord::VERIFICATION_FAILED);
        }
        let secret = terminal.times(&secret).map_err(failed)?.secret().to_vec();
        Ok((tlv::encode(0x84, chip.as_bytes()), Step::Agreed { chip, terminal, secret, key }))
    }

    fn pace_token(
        &mut self,
        pace: &PaceData,
        [chip, terminal]: [&GroupElement; 2],
        secret: &[u8],
        proof: Option<Vec<u8>>,
        content: &[u8],
    ) -> Answer {
        let given = tlv::read_only(0x85, content).map_err(|_| StatusWord::WRONG_DATA)?;
        let (_, key) = session_keys(pace.cipher, secret);
        // Each side authenticates the other's ephemeral key (Doc 9303-11 section 4.4.3.4).
        let token = |of: &GroupElement| {
            let id = oid::encode(&pace.protocol).ok_or(StatusWord::NO_DIAGNOSIS)?;
            let content = [tlv::encode(0x06, &id), tlv::encode(of.tag(), of.as_bytes())].concat();
            mac::token_mac(pace.cipher, key.bytes(), &tlv::encode(0x7F49, &content))
                .map_err(|_| StatusWord::NO_DIAGNOSIS)
        };
        if !mac::same(&token(chip)?, given.value) {
            return refuse(StatusWord::VERIFICATION_FAILED);
        }
        self.state.pending = Some(Channel::new(pace.cipher, secret, None));
        self.state.chip_id = compressed(chip);
        let proof = proof.map(|proof| tlv::encode(0x8A, &proof)).unwrap_or_default();
        answer(tlv::encode(0x7C, &[tlv::encode(0x86, &token(terminal)?), proof].concat()))
    }
}

/// The encrypted chip authentication data: the key of the mapping over the static key, modulo the order.
fn mapping_proof(pace: &PaceData, key: &EcSecret, secret: &[u8]) -> Result<Vec<u8>, StatusWord> {
    let own = EcSecret::from_bytes(key.curve(), &pace.mapping_secret).map_err(failed)?;
    let (enc, _) = session_keys(pace.cipher, secret);
    let data = key.over(&own).map_err(failed)?;
    seal_mapping_data(pace.cipher, enc.bytes(), data.expose()).map_err(failed)
}

/// A public key as it stands for the chip or the terminal: its SHA-1 modulo a prime, or the x coordinate.
pub(super) fn compressed(key: &GroupElement) -> Vec<u8> {
    match key {
        GroupElement::Dh(number) => HashAlgorithm::Sha1.digest(number.as_bytes()),
        GroupElement::Ec(point) => point.x().to_vec(),
    }
}

fn element(pace: &PaceData, tag: u32, content: &[u8]) -> Result<GroupElement, StatusWord> {
    let object = tlv::read_only(tag, content).map_err(|_| StatusWord::WRONG_DATA)?;
    pace.parameters.generator().another(object.value).map_err(|_| StatusWord::WRONG_DATA)
}

/// What a chip says of its own failures.
fn failed<E>(_: E) -> StatusWord {
    StatusWord::NO_DIAGNOSIS
}
