//! What a chip does for terminals with short APDUs: it joins the commands of a chain, and gives a long answer in pieces.
//! Source: ISO/IEC 7816-4:2020 sections 5.3.3 (command chaining) and 5.3.4 (response chaining, GET RESPONSE).

use super::{MAX_ANSWER, SpecimenChip};
use crate::asn1::tlv;
use crate::iso7816::apdu::MAX_DATA;
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};

/// The bit of CLA that says: this is not the last command of the chain.
const MORE: u8 = 0x10;
/// The bits of CLA that say: protected.
const SECURE: u8 = 0x0C;
/// GENERAL AUTHENTICATE.
const GENERAL_AUTHENTICATE: u8 = 0x86;
/// Most bytes in the answer to a short command.
const SHORT: usize = 256;

impl SpecimenChip {
    /// The command with the data of those before it in its chain.
    ///
    /// # Errors
    /// 9000 where more is to come; 6883 where another command stands in a chain, 6700 where the chain is too long.
    pub(super) fn joined(&mut self, mut command: CommandApdu) -> Result<CommandApdu, StatusWord> {
        let [cla, ins, p1, p2] = command.header();
        let header = [cla & !MORE, ins, p1, p2];
        if let Some((of, mut data)) = self.state.chain.take() {
            if of != header {
                return Err(StatusWord::LAST_OF_CHAIN_EXPECTED);
            }
            data.append(&mut command.data);
            command.data = data;
        }
        if command.data.len() > MAX_DATA {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if cla & MORE == 0 || is_whole(cla, ins, &command.data) {
            return Ok(command);
        }
        self.state.chain = Some((header, command.data));
        Err(StatusWord::OK)
    }

    /// Bytes that the answer to this command may have. Who asks for all there is (Le 00) with a short command gets what
    /// does not fit by GET RESPONSE; reading gives what fits, and is asked again.
    pub(super) fn room(&self, command: &CommandApdu, extended: bool) -> usize {
        let reads = matches!(command.ins, 0xB0 | 0xB1);
        let asked = match command.le {
            Some(256) if !extended && !reads => MAX_ANSWER,
            Some(le) => le as usize,
            None if command.cla & SECURE != 0 => SHORT,
            None => MAX_ANSWER,
        };
        asked.min(self.max_answer)
    }

    /// The answer, or its first piece.
    pub(super) fn first_piece(&mut self, answer: ResponseApdu, extended: bool) -> ResponseApdu {
        self.state.rest = None;
        if extended || answer.data.len() <= SHORT {
            return answer;
        }
        self.state.rest = Some(answer);
        self.take_piece(SHORT)
    }

    /// The answer to GET RESPONSE, where this is one.
    pub(super) fn next_piece(&mut self, command: &CommandApdu) -> Option<ResponseApdu> {
        if command.ins != 0xC0 || command.cla != 0 || self.state.rest.is_none() {
            return None;
        }
        Some(self.take_piece(command.le.map_or(0, |le| le as usize)))
    }

    fn take_piece(&mut self, most: usize) -> ResponseApdu {
        let Some(mut rest) = self.state.rest.take() else {
            return ResponseApdu::status(StatusWord::CONDITIONS_NOT_SATISFIED);
        };
        let after = rest.data.split_off(most.min(rest.data.len()));
        if after.is_empty() {
            return rest;
        }
        // 00 says 256 or more.
        let more = u8::try_from(after.len()).unwrap_or(0);
        let piece = ResponseApdu { data: rest.data, sw: StatusWord(u16::from_be_bytes([0x61, more])) };
        self.state.rest = Some(ResponseApdu { data: after, sw: rest.sw });
        piece
    }
}

/// Whether a command that has the bit of a chain is to be performed all the same. The steps of PACE carry it, all but the
/// last: each is performed once its template is there whole. Under secure messaging a terminal may protect each command of
/// a chain by itself, as those of terminal authentication are: such a one ends with its authenticator.
fn is_whole(cla: u8, ins: u8, data: &[u8]) -> bool {
    if cla & SECURE != 0 {
        return tlv::children(data)
            .is_ok_and(|objects| objects.last().is_some_and(|object| object.tag == 0x8E));
    }
    let cut = tlv::header(data)
        .is_ok_and(|header| header.tag == 0x7C && header.len + header.value_len > data.len());
    ins == GENERAL_AUTHENTICATE && !cut
}
