//! Basic Access Control: proves knowledge of the MRZ key fields and sets up a 3DES channel.
//! Source: Doc 9303-11 section 4.3; worked example in appendix D.3.

use super::exchange::{Exchange, Next, ProtocolError, Step, accepted, awaited};
use super::quirks::BAC_LE;
use crate::crypto::cipher::SessionCipher;
use crate::crypto::kdf::{SessionKey, session_keys};
use crate::crypto::{Entropy, mac};
use crate::iso7816::{CommandApdu, ResponseApdu, SecureMessaging, StatusWord};
use zeroize::Zeroizing;

const CIPHER: SessionCipher = SessionCipher::TripleDes;
const CHALLENGE: Step = Step::Protocol("bac.challenge");
const AUTHENTICATE: Step = Step::Protocol("bac.mutual_authentication");

/// The exchange. The eMRTD application must be selected.
pub struct Bac<'e> {
    k_enc: SessionKey,
    k_mac: SessionKey,
    entropy: &'e mut dyn Entropy,
    rung: usize,
    state: State,
}

/// A channel set up by BAC.
#[derive(Debug)]
pub struct BacEstablished {
    /// The channel.
    pub channel: SecureMessaging,
    /// Rungs of quirk tables that were needed.
    pub quirks: Vec<&'static str>,
}

enum State {
    Start,
    Challenge,
    Authenticate(Drawn),
    Done,
}

/// What both sides have drawn so far.
struct Drawn {
    rnd_icc: [u8; 8],
    rnd_ifd: [u8; 8],
    k_ifd: Zeroizing<[u8; 16]>,
}

impl<'e> Bac<'e> {
    /// BAC from `Kseed` (16 bytes, see [`super::Password::bac_seed`]). Draws `bac.rnd_ifd` and `bac.k_ifd`.
    pub fn new(seed: &[u8], entropy: &'e mut dyn Entropy) -> Self {
        let (k_enc, k_mac) = session_keys(CIPHER, seed);
        Self { k_enc, k_mac, entropy, rung: 0, state: State::Start }
    }

    fn ask_challenge(&mut self) -> Next<BacEstablished> {
        self.state = State::Challenge;
        Next::Send(CommandApdu::new(0x00, 0x84, 0x00, 0x00).with_le(8), CHALLENGE)
    }

    fn authenticate(&mut self, reply: &ResponseApdu) -> Result<Next<BacEstablished>, ProtocolError> {
        let rnd_icc: [u8; 8] = reply.data.as_slice().try_into().map_err(|_| ProtocolError::Malformed {
            step: CHALLENGE,
            problem: "the challenge has not 8 bytes",
        })?;
        let mut rnd_ifd = [0; 8];
        let mut k_ifd = Zeroizing::new([0; 16]);
        self.entropy.fill("bac.rnd_ifd", &mut rnd_ifd)?;
        self.entropy.fill("bac.k_ifd", &mut *k_ifd)?;
        let plain = Zeroizing::new([&rnd_ifd[..], &rnd_icc, &*k_ifd].concat());
        let mut data = CIPHER.encrypt_cbc(self.k_enc.bytes(), &[0; 8], &plain)?;
        data.extend(mac::token_mac(CIPHER, self.k_mac.bytes(), &data)?);
        self.state = State::Authenticate(Drawn { rnd_icc, rnd_ifd, k_ifd });
        let le = BAC_LE.get(self.rung).map_or(256, |rung| rung.value);
        Ok(Next::Send(CommandApdu::new(0x00, 0x82, 0x00, 0x00).with_data(data).with_le(le), AUTHENTICATE))
    }

    fn establish(&self, drawn: &Drawn, data: &[u8]) -> Result<BacEstablished, ProtocolError> {
        let fails = |problem| ProtocolError::Authentication { step: AUTHENTICATE, problem };
        let (text, authenticator) = match data.split_at_checked(32) {
            Some((text, authenticator)) if authenticator.len() == mac::MAC_LEN => (text, authenticator),
            _ => {
                return Err(ProtocolError::Malformed {
                    step: AUTHENTICATE,
                    problem: "the answer has not 40 bytes",
                });
            }
        };
        if !mac::same(&mac::token_mac(CIPHER, self.k_mac.bytes(), text)?, authenticator) {
            return Err(fails("the chip's authenticator is wrong"));
        }
        let plain = CIPHER.decrypt_cbc(self.k_enc.bytes(), &[0; 8], text)?;
        if !mac::same(&plain[..8], &drawn.rnd_icc) || !mac::same(&plain[8..16], &drawn.rnd_ifd) {
            return Err(fails("the chip does not return the challenges"));
        }
        let seed: Zeroizing<Vec<u8>> =
            Zeroizing::new(drawn.k_ifd.iter().zip(&plain[16..]).map(|(ifd, icc)| ifd ^ icc).collect());
        let (k_enc, k_mac) = session_keys(CIPHER, &seed);
        let ssc = [&drawn.rnd_icc[4..], &drawn.rnd_ifd[4..]].concat();
        let channel = SecureMessaging::new(CIPHER, k_enc, k_mac, ssc)?;
        let quirks = (self.rung > 0).then(|| BAC_LE[self.rung].id).into_iter().collect();
        Ok(BacEstablished { channel, quirks })
    }
}

impl Exchange for Bac<'_> {
    type Output = BacEstablished;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<BacEstablished>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start => Ok(self.ask_challenge()),
            State::Challenge => self.authenticate(accepted(reply, CHALLENGE)?),
            State::Authenticate(drawn) => {
                let reply = awaited(reply, AUTHENTICATE)?;
                match reply.sw {
                    StatusWord::OK => Ok(Next::Done(self.establish(&drawn, &reply.data)?)),
                    StatusWord::VERIFICATION_FAILED | StatusWord::SECURITY_NOT_SATISFIED => {
                        Err(ProtocolError::WrongPassword { step: AUTHENTICATE, sw: reply.sw })
                    }
                    sw if sw.tries_left().is_some() => {
                        Err(ProtocolError::WrongPassword { step: AUTHENTICATE, sw })
                    }
                    sw if (sw == StatusWord::WRONG_LENGTH || sw.exact_le().is_some())
                        && self.rung + 1 < BAC_LE.len() =>
                    {
                        // The challenge is used up: begin again with the next Le.
                        self.rung += 1;
                        Ok(self.ask_challenge())
                    }
                    sw => Err(ProtocolError::Refused { step: AUTHENTICATE, sw }),
                }
            }
            State::Done => Err(ProtocolError::Order(AUTHENTICATE)),
        }
    }
}
