//! From a command, protected or not, to its whole response: command chaining where the link takes short APDUs only, and
//! GET RESPONSE where the chip has more. Both stand below secure messaging: what is cut and joined here is what was
//! protected, and who alters it is found by the authenticator.
//! Source: ISO/IEC 7816-4:2020 sections 5.3.3 (command chaining) and 5.3.4 (response chaining).

use super::error::SessionError;
use super::reading::Counts;
use crate::iso7816::apdu::MAX_LE;
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::protocol::{ProtocolError, Step};
use crate::transport::{CardInfo, Transport, TransportError};

/// The bit of CLA that says: this is not the last command of the chain.
const MORE: u8 = 0x10;
/// Most bytes of one link of a chain.
const PART: usize = 255;
/// The largest Le of a short APDU.
const SHORT_LE: u32 = 256;
/// Most GET RESPONSE for one command; the largest response takes 256.
const MAX_PIECES: usize = 512;
/// Status words to the first command of a chain that say that there are no chains here: 6884 is the standard's; the others
/// are what chips say that see a class or data objects that they do not understand.
const NO_CHAINS: [StatusWord; 5] = [
    StatusWord::CHAINING_NOT_SUPPORTED,
    StatusWord::CLA_NOT_SUPPORTED,
    StatusWord::SM_OBJECTS_MISSING,
    StatusWord::SM_OBJECTS_INCORRECT,
    StatusWord::WRONG_LENGTH,
];

/// What a session may use up. A chip that never comes to an end runs into it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub apdus: u64,
    pub bytes: u64,
}

/// A transport with its budget and what it takes.
pub(super) struct Link<'t> {
    transport: &'t mut dyn Transport,
    budget: Budget,
    counts: Counts,
    extended: bool,
    /// Most bytes of a command, where the chip says.
    longest: usize,
    quirk: Option<&'static str>,
}

impl<'t> Link<'t> {
    pub(super) fn new(transport: &'t mut dyn Transport, budget: Budget) -> Self {
        let extended = transport.card().max_le > SHORT_LE;
        Self { transport, budget, counts: Counts::default(), extended, longest: usize::MAX, quirk: None }
    }

    pub(super) fn card(&self) -> &CardInfo {
        self.transport.card()
    }

    /// Waits for a lost card.
    pub(super) fn reconnect(&mut self) -> Result<(), TransportError> {
        self.transport.reconnect()
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    /// The quirk of this link, where it has shown one.
    pub(super) const fn quirk(&self) -> Option<&'static str> {
        self.quirk
    }

    /// Whether reader and chip take extended length, as far as known.
    pub(super) const fn is_extended(&self) -> bool {
        self.extended
    }

    /// What EF.ATR/INFO says that the chip takes: the largest Le, and the most bytes of a command.
    pub(super) fn learn(&mut self, max_le: u32, longest: Option<u32>) {
        self.extended = max_le > SHORT_LE;
        if let Some(longest) = longest.and_then(|longest| usize::try_from(longest).ok()) {
            self.longest = longest;
        }
    }

    /// Sends one command, in a chain where the link needs that; gives the response with all that the chip had to say.
    pub(super) fn exchange(
        &mut self,
        command: &CommandApdu,
        step: Step,
    ) -> Result<ResponseApdu, SessionError> {
        // Header, extended Lc and Le.
        let too_long = command.data.len() + 9 > self.longest;
        let first = if command.is_extended() && (!self.extended || too_long) {
            self.chain(command, step)?
        } else {
            self.transceive(command, step)?
        };
        self.fetch_rest(first, step)
    }

    fn chain(&mut self, command: &CommandApdu, step: Step) -> Result<ResponseApdu, SessionError> {
        let [cla, ins, p1, p2] = command.header();
        let le = command.le.map(|le| le.min(SHORT_LE));
        let parts: Vec<&[u8]> = command.data.chunks(PART).collect();
        let Some((last, parts)) = parts.split_last() else {
            // Only the Le was too large.
            return self.transceive(&CommandApdu { le, ..command.clone() }, step);
        };
        for (number, part) in parts.iter().enumerate() {
            let reply = self.transceive(&CommandApdu::new(cla | MORE, ins, p1, p2).with_data(*part), step)?;
            if number == 0 && NO_CHAINS.contains(&reply.sw) && reply.data.is_empty() {
                return self.whole_after_all(command, step, reply.sw);
            }
            if !reply.sw.is_ok() {
                return Ok(reply);
            }
        }
        self.transceive(&CommandApdu { le, data: last.to_vec(), ..command.clone() }, step)
    }

    /// The last resort where a chip takes no chains: extended length, which it may have forgotten to announce.
    fn whole_after_all(
        &mut self,
        command: &CommandApdu,
        step: Step,
        sw: StatusWord,
    ) -> Result<ResponseApdu, SessionError> {
        let refused = SessionError::ChainingRefused { step, sw };
        if !self.card().may_carry_extended() {
            return Err(refused);
        }
        let reply = self.transceive(command, step)?;
        if reply.data.is_empty() && NO_CHAINS.contains(&reply.sw) {
            return Err(refused);
        }
        self.extended = true;
        self.quirk = Some("link.extended_unannounced");
        Ok(reply)
    }

    /// GET RESPONSE until there is no more. It carries pieces of the one response and is never protected itself.
    fn fetch_rest(&mut self, first: ResponseApdu, step: Step) -> Result<ResponseApdu, SessionError> {
        let endless = || ProtocolError::Malformed { step, problem: "the chip's answer has no end (61xx)" };
        let mut whole = first;
        for _ in 0..MAX_PIECES {
            let Some(le) = whole.sw.more_data() else { return Ok(whole) };
            let get = CommandApdu::new(0x00, 0xC0, 0x00, 0x00);
            let mut piece = self.transceive(&get.clone().with_le(le), step)?;
            if let Some(exact) = piece.sw.exact_le() {
                piece = self.transceive(&get.with_le(exact), step)?;
            }
            if piece.sw.more_data().is_some() && piece.data.is_empty() {
                return Err(endless().into());
            }
            if !piece.sw.is_ok() && piece.sw.more_data().is_none() && piece.data.is_empty() {
                return Ok(piece);
            }
            whole.data.extend(piece.data);
            whole.sw = piece.sw;
            if whole.data.len() > MAX_LE as usize {
                return Err(endless().into());
            }
        }
        Err(endless().into())
    }

    fn transceive(&mut self, command: &CommandApdu, step: Step) -> Result<ResponseApdu, SessionError> {
        if self.counts.apdus >= self.budget.apdus {
            return Err(SessionError::Budget { step, what: "commands" });
        }
        if self.counts.sent + self.counts.received >= self.budget.bytes {
            return Err(SessionError::Budget { step, what: "bytes" });
        }
        let bytes = command.to_bytes().map_err(|error| SessionError::Apdu { step, error })?;
        self.counts.apdus += 1;
        self.counts.sent += bytes.len() as u64;
        let reply =
            self.transport.transceive(&bytes).map_err(|error| SessionError::Transport { step, error })?;
        self.counts.received += reply.len() as u64;
        ResponseApdu::from_bytes(&reply).map_err(|error| SessionError::Apdu { step, error })
    }
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
