//! Reading EF.ATR/INFO or EF.DIR: small files of several data objects, so that no length says where they end. Never fatal:
//! chips have them or not, and refuse them as they like.
//! Source: Doc 9303-10 sections 3.11.1 and 3.11.2; ISO/IEC 7816-4:2020 section 11.3.3.

use super::exchange::{Exchange, Next, ProtocolError, Step, awaited};
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::FileId;

/// Bytes of one read.
const PIECE: usize = 256;
/// Most bytes of such a file.
const MAX_FILE: usize = 1024;

/// The exchange: one READ BINARY by short identifier, more where the file is longer. Ends with nothing where the chip
/// refuses.
#[derive(Debug)]
pub struct ReadCardFile {
    file: FileId,
    data: Vec<u8>,
    exact: bool,
    sent: bool,
}

impl ReadCardFile {
    /// Reads this file of the master file, which is selected.
    #[must_use]
    pub const fn new(file: FileId) -> Self {
        Self { file, data: Vec::new(), exact: false, sent: false }
    }

    fn ask(&mut self, le: u32) -> Next<Option<Vec<u8>>> {
        self.sent = true;
        let [high, low] = (self.data.len() as u16).to_be_bytes();
        let high = if self.data.is_empty() { 0x80 | self.file.sfi() } else { high };
        Next::Send(CommandApdu::new(0x00, 0xB0, high, low).with_le(le), Step::Read(self.file))
    }
}

impl Exchange for ReadCardFile {
    type Output = Option<Vec<u8>>;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<Self::Output>, ProtocolError> {
        if !self.sent {
            return Ok(self.ask(PIECE as u32));
        }
        let reply = awaited(reply, Step::Read(self.file))?;
        if let Some(le) = reply.sw.exact_le().filter(|_| !self.exact) {
            self.exact = true;
            return Ok(self.ask(le));
        }
        let read = matches!(reply.sw, StatusWord::OK | StatusWord::END_OF_FILE);
        if read {
            self.data.extend(reply.data.iter().take(PIECE));
        }
        if read && reply.sw.is_ok() && reply.data.len() == PIECE && self.data.len() < MAX_FILE && !self.exact
        {
            return Ok(self.ask(PIECE as u32));
        }
        let data = std::mem::take(&mut self.data);
        Ok(Next::Done((!data.is_empty()).then_some(data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mut answer: impl FnMut(&CommandApdu) -> ResponseApdu) -> (Option<Vec<u8>>, Vec<String>) {
        let mut exchange = ReadCardFile::new(FileId::Dir);
        let (mut reply, mut seen) = (None, Vec::new());
        loop {
            match exchange.next(reply.as_ref()).unwrap() {
                Next::Done(read) => return (read, seen),
                Next::Send(command, _) => {
                    seen.push(hex::encode_upper(command.to_bytes().unwrap()));
                    reply = Some(answer(&command));
                }
            }
            assert!(seen.len() < 10);
        }
    }

    #[test]
    fn one_command_is_enough_and_a_refusal_is_nothing() {
        let ok = |len| ResponseApdu { data: vec![7; len], sw: StatusWord::OK };
        assert_eq!(run(|_| ok(20)), (Some(vec![7; 20]), vec!["00B09E0000".to_owned()]));
        for sw in [0x6982, 0x6A82, 0x6A86, 0x6F00, 0x6700, 0x6B00] {
            assert_eq!(run(|_| ResponseApdu::status(StatusWord(sw))).0, None, "{sw:X}");
        }
        let mut first = true;
        let exact =
            run(
                |_| {
                    if std::mem::take(&mut first) { ResponseApdu::status(StatusWord(0x6C14)) } else { ok(20) }
                },
            );
        assert_eq!(exact, (Some(vec![7; 20]), vec!["00B09E0000".to_owned(), "00B09E0014".to_owned()]));
        assert_eq!(run(|_| ResponseApdu::status(StatusWord(0x6C14))).0, None);
        let (long, seen) = run(|command| ok(if command.p1 == 1 { 44 } else { 256 }));
        assert_eq!((long.unwrap().len(), seen.len(), seen[1].as_str()), (300, 2, "00B0010000"));
        assert_eq!(run(|_| ok(256)).0.unwrap().len(), MAX_FILE, "a file without end");
    }
}
