//! Active authentication: the chip signs a random challenge. The exchange only fetches the signature; whether it
//! holds is judged by the inspection (`crypto::iso9796`, `crypto::signature`).
//! Source: Doc 9303-11 section 6.1 (INTERNAL AUTHENTICATE).

use super::exchange::{Exchange, Next, ProtocolError, Step, awaited};
use crate::crypto::Entropy;
use crate::iso7816::{CommandApdu, ResponseApdu};

const SIGN: Step = Step::Protocol("aa.internal_authenticate");
/// Longest answer that is kept: the signature of an 8192-bit key.
const MAX_SIGNATURE: usize = 1024;

/// The exchange. Draws `aa.challenge`: 8 random bytes, which must carry no meaning.
pub struct ActiveAuthentication<'e> {
    entropy: &'e mut dyn Entropy,
    le: u32,
    challenge: Option<[u8; 8]>,
}

/// Challenge and answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAuthenticated {
    /// The challenge.
    pub challenge: [u8; 8],
    /// The answer, as the chip gave it.
    pub signature: Vec<u8>,
}

impl<'e> ActiveAuthentication<'e> {
    /// Active authentication with an answer of at most `le` bytes.
    pub fn new(le: u32, entropy: &'e mut dyn Entropy) -> Self {
        Self { entropy, le, challenge: None }
    }

    /// The challenge that was sent, if any.
    #[must_use]
    pub const fn challenge(&self) -> Option<[u8; 8]> {
        self.challenge
    }
}

impl Exchange for ActiveAuthentication<'_> {
    type Output = ActiveAuthenticated;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<ActiveAuthenticated>, ProtocolError> {
        let Some(challenge) = self.challenge else {
            let mut challenge = [0; 8];
            self.entropy.fill("aa.challenge", &mut challenge)?;
            self.challenge = Some(challenge);
            let command = CommandApdu::new(0x00, 0x88, 0x00, 0x00).with_data(challenge).with_le(self.le);
            return Ok(Next::Send(command, SIGN));
        };
        let reply = awaited(reply, SIGN)?;
        if let Some(le) = reply.sw.exact_le().filter(|le| *le != self.le) {
            // Only the length was wrong; the same challenge again.
            self.le = le;
            let command = CommandApdu::new(0x00, 0x88, 0x00, 0x00).with_data(challenge).with_le(le);
            return Ok(Next::Send(command, SIGN));
        }
        if !reply.sw.is_ok() {
            return Err(ProtocolError::Refused { step: SIGN, sw: reply.sw });
        }
        if reply.data.is_empty() || reply.data.len() > MAX_SIGNATURE {
            return Err(ProtocolError::Malformed { step: SIGN, problem: "the answer is no signature" });
        }
        Ok(Next::Done(ActiveAuthenticated { challenge, signature: reply.data.clone() }))
    }
}
