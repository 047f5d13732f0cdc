//! Terminal authentication, version 1: the chip verifies the terminal's certificates, then a signature over a challenge
//! that is bound to the chip and to the keys of chip authentication. And EF.CVCA, which says where the chain begins.
//! Source: Doc 9303-11 section 7.1; BSI TR-03110-1 section 3.5, TR-03110-3 sections B.4 and B.11.4 to B.11.7.

use super::exchange::{Exchange, Next, ProtocolError, Step, accepted};
use super::terminal_credentials::Route;
use crate::asn1::tlv;
use crate::crypto::{Entropy, PrivateKey};
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::{EfCvca, FileId};
use std::collections::VecDeque;

const SET_DST: Step = Step::Protocol("ta.set_dst");
const VERIFY: Step = Step::Protocol("ta.verify_certificate");
const SET_AT: Step = Step::Protocol("ta.set_at");
const CHALLENGE: Step = Step::Protocol("ta.challenge");
const AUTHENTICATE: Step = Step::Protocol("ta.external_authenticate");

/// Most data of a short command that fits once it is protected, whatever the cipher.
const SHORT_DATA: usize = 223;

/// The exchange, under the secure channel of chip authentication. Signing draws `sign.nonce`, or `sign.salt` and
/// `sign.blinding`.
pub struct TerminalAuthentication<'a> {
    route: &'a Route<'a>,
    key: &'a PrivateKey,
    /// What names chip and keys: the document number after BAC, the chip's compressed key after PACE; and the
    /// compressed key of the terminal in chip authentication.
    binding: Binding,
    entropy: &'a mut dyn Entropy,
    extended: bool,
    /// Certificates that the chip has accepted.
    accepted: usize,
    /// Pieces of a command that are still to be sent.
    pieces: VecDeque<CommandApdu>,
    state: State,
}

/// What the terminal's signature is bound to.
#[derive(Debug, Clone)]
pub struct Binding {
    /// `ID_PICC`.
    pub chip: Vec<u8>,
    /// `Comp(PK_PCD)`.
    pub terminal: Vec<u8>,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    SetDst,
    Verify,
    SetAt,
    Challenge,
    Authenticate,
    Done,
}

impl<'a> TerminalAuthentication<'a> {
    /// Terminal authentication over this route. `extended` says that commands may be longer than 255 bytes; else they
    /// are chained.
    pub fn new(
        route: &'a Route<'a>,
        key: &'a PrivateKey,
        binding: Binding,
        extended: bool,
        entropy: &'a mut dyn Entropy,
    ) -> Self {
        let (pieces, state) = (VecDeque::new(), State::Start);
        Self { route, key, binding, entropy, extended, accepted: 0, pieces, state }
    }

    /// How many certificates of the route the chip has accepted.
    #[must_use]
    pub const fn accepted(&self) -> usize {
        self.accepted
    }

    /// MSE:Set DST for the next certificate, or on to MSE:Set AT.
    fn certificate_or_key(&mut self) -> Result<Next<()>, ProtocolError> {
        let (command, reference, state, step) = match self.route.chain.get(self.accepted) {
            Some(next) => ((0x81, 0xB6), &next.body().issuer, State::SetDst, SET_DST),
            None => {
                let terminal = self.route.chain.last().ok_or(ProtocolError::Order(SET_AT))?;
                ((0x81, 0xA4), &terminal.body().holder, State::SetAt, SET_AT)
            }
        };
        self.state = state;
        let data = tlv::encode(0x83, reference.as_bytes());
        Ok(Next::Send(CommandApdu::new(0x00, 0x22, command.0, command.1).with_data(data), step))
    }

    /// A command with much data, in one or in several.
    fn send_long(
        &mut self,
        command: &CommandApdu,
        data: &[u8],
        state: State,
        step: Step,
    ) -> Result<Next<()>, ProtocolError> {
        let size = if self.extended { data.len().max(1) } else { SHORT_DATA };
        let count = data.chunks(size).len();
        let piece = |(at, data): (usize, &[u8])| {
            let mut piece = command.clone().with_data(data);
            piece.cla |= if at + 1 < count { 0x10 } else { 0x00 };
            piece
        };
        self.pieces = data.chunks(size).enumerate().map(piece).collect();
        self.state = state;
        let first = self.pieces.pop_front().ok_or(ProtocolError::Order(step))?;
        Ok(Next::Send(first, step))
    }

    fn authenticate(&mut self, reply: &ResponseApdu) -> Result<Next<()>, ProtocolError> {
        if reply.data.len() != 8 {
            return Err(ProtocolError::Malformed {
                step: CHALLENGE,
                problem: "the challenge does not have 8 bytes",
            });
        }
        let message = [self.binding.chip.as_slice(), &reply.data, &self.binding.terminal].concat();
        let signature =
            self.key.sign(&self.route.scheme.signature(), &message, self.entropy).map_err(|_| {
                ProtocolError::Authentication {
                    step: AUTHENTICATE,
                    problem: "the terminal's key does not sign",
                }
            })?;
        self.send_long(
            &CommandApdu::new(0x00, 0x82, 0x00, 0x00),
            &signature,
            State::Authenticate,
            AUTHENTICATE,
        )
    }
}

impl Exchange for TerminalAuthentication<'_> {
    type Output = ();

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<()>, ProtocolError> {
        let state = std::mem::replace(&mut self.state, State::Done);
        let step = match state {
            State::Start => return self.certificate_or_key(),
            State::SetDst => SET_DST,
            State::Verify => VERIFY,
            State::SetAt => SET_AT,
            State::Challenge => CHALLENGE,
            State::Authenticate => AUTHENTICATE,
            State::Done => return Err(ProtocolError::Order(AUTHENTICATE)),
        };
        let reply = accepted(reply, step)?;
        if let Some(piece) = self.pieces.pop_front() {
            self.state = state;
            return Ok(Next::Send(piece, step));
        }
        match state {
            State::SetDst => {
                let next = self.route.chain.get(self.accepted).ok_or(ProtocolError::Order(VERIFY))?;
                self.send_long(
                    &CommandApdu::new(0x00, 0x2A, 0x00, 0xBE),
                    next.content(),
                    State::Verify,
                    VERIFY,
                )
            }
            State::Verify => {
                self.accepted += 1;
                self.certificate_or_key()
            }
            State::SetAt => {
                self.state = State::Challenge;
                Ok(Next::Send(CommandApdu::new(0x00, 0x84, 0x00, 0x00).with_le(8), CHALLENGE))
            }
            State::Challenge => self.authenticate(reply),
            _ => Ok(Next::Done(())),
        }
    }
}

/// Reads EF.CVCA: its length is fixed, and no data object says it. Some chips have it under another identifier, which
/// DG14 then names.
#[derive(Debug)]
pub struct ReadCvca {
    fid: u16,
    state: CvcaState,
}

#[derive(Debug, Clone, Copy)]
enum CvcaState {
    Start,
    Selected,
    Read(u32),
    Done,
}

const SELECT: Step = Step::Select(FileId::Cvca);
const READ: Step = Step::Read(FileId::Cvca);

impl ReadCvca {
    /// The file of that identifier, else of the standard's.
    #[must_use]
    pub fn new(fid: Option<u16>) -> Self {
        Self { fid: fid.unwrap_or(FileId::Cvca.fid()), state: CvcaState::Start }
    }

    fn read(&mut self, le: u32) -> Next<(Vec<u8>, EfCvca)> {
        self.state = CvcaState::Read(le);
        Next::Send(CommandApdu::new(0x00, 0xB0, 0x00, 0x00).with_le(le), READ)
    }
}

impl Exchange for ReadCvca {
    type Output = (Vec<u8>, EfCvca);

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<Self::Output>, ProtocolError> {
        match std::mem::replace(&mut self.state, CvcaState::Done) {
            CvcaState::Start => {
                self.state = CvcaState::Selected;
                let select = CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data(self.fid.to_be_bytes());
                Ok(Next::Send(select, SELECT))
            }
            CvcaState::Selected => {
                accepted(reply, SELECT)?;
                Ok(self.read(EfCvca::LEN as u32))
            }
            CvcaState::Read(le) => {
                let reply = reply.ok_or(ProtocolError::Order(READ))?;
                if let Some(exact) = reply.sw.exact_le().filter(|exact| *exact < le) {
                    return Ok(self.read(exact));
                }
                // Where the chip keeps the file without its zeros, its end comes early.
                if !reply.sw.is_ok() && reply.sw != StatusWord::END_OF_FILE {
                    return Err(ProtocolError::Refused { step: READ, sw: reply.sw });
                }
                let problem = "it names no key of a CVCA";
                let file = EfCvca::parse(&reply.data)
                    .map_err(|_| ProtocolError::File { file: FileId::Cvca, problem })?;
                Ok(Next::Done((reply.data.clone(), file)))
            }
            CvcaState::Done => Err(ProtocolError::Order(READ)),
        }
    }
}
