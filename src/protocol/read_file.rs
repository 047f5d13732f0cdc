//! Reading an elementary file whole: SELECT, then READ BINARY until its own length is there. The chip decides
//! how much it gives at a time; a ladder of Le and the odd instruction beyond 32 kB take what real chips do.
//! Source: Doc 9303-10 section 3.6.3; ISO/IEC 7816-4:2020 section 11.3.3 (READ BINARY).

use super::exchange::{Exchange, Next, ProtocolError, Step, accepted, awaited};
use super::quirks::{READ_LE, Rung};
use crate::asn1::tlv;
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::FileId;
use std::collections::BTreeSet;

/// Bytes of the first read: enough for any tag and length.
const HEADER: usize = 8;
/// Offsets from here on need the odd instruction.
const ODD_FROM: usize = 0x8000;
/// Room for tag and length around the data of an odd READ BINARY: more than they take, since chips count them
/// differently and what is left over brings file bytes.
const ODD_OVERHEAD: u32 = 8;

/// What the reader may do.
#[derive(Debug, Clone)]
pub struct ReadLimits {
    /// Rungs of Le, largest first; the first is the start.
    pub rungs: Vec<Rung<u32>>,
    /// Most bytes of the file.
    pub max_file: usize,
}

impl ReadLimits {
    /// The rungs of [`READ_LE`] that `allowed` lets pass.
    #[must_use]
    pub fn new(max_file: usize, allowed: impl Fn(u32) -> bool) -> Self {
        Self { rungs: READ_LE.iter().copied().filter(|rung| allowed(rung.value)).collect(), max_file }
    }
}

/// A file that was read whole.
#[derive(Clone, PartialEq, Eq)]
pub struct FileRead {
    /// The data object, tag and length included; nothing after it.
    pub bytes: Vec<u8>,
    /// Rungs of quirk tables that were needed.
    pub quirks: Vec<&'static str>,
}

/// The exchange.
pub struct ReadFile {
    file: FileId,
    limits: ReadLimits,
    rung: usize,
    data: Vec<u8>,
    total: Option<usize>,
    quirks: BTreeSet<&'static str>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    Selected,
    Reading(Asked),
    Done,
}

/// What the last READ BINARY asked for.
#[derive(Clone, Copy)]
struct Asked {
    /// File bytes.
    count: usize,
    odd: bool,
    /// Whether this is the repetition that `6Cxx` asked for.
    exact: bool,
}

impl ReadFile {
    /// Reads `file` of the selected application or master file.
    #[must_use]
    pub const fn new(file: FileId, limits: ReadLimits) -> Self {
        Self {
            file,
            limits,
            rung: 0,
            data: Vec::new(),
            total: None,
            quirks: BTreeSet::new(),
            state: State::Start,
        }
    }

    /// File bytes that are there, and how many there will be, as far as known.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.data.len(), self.total.unwrap_or(0))
    }

    /// The Le of the current rung.
    #[must_use]
    pub fn le(&self) -> u32 {
        self.limits.rungs.get(self.rung).map_or(HEADER as u32, |rung| rung.value)
    }

    const fn step(&self) -> Step {
        Step::Read(self.file)
    }

    const fn broken(&self, problem: &'static str) -> ProtocolError {
        ProtocolError::File { file: self.file, problem }
    }

    /// The next READ BINARY, or the end.
    fn read(&mut self) -> Result<Next<FileRead>, ProtocolError> {
        let offset = self.data.len();
        let left = match self.total {
            None => HEADER.saturating_sub(offset),
            Some(total) => total.saturating_sub(offset),
        };
        if left == 0 {
            return self.end();
        }
        let le = self.le() as usize;
        let count = if offset < ODD_FROM {
            // A read must not straddle the limit: some chips give nothing of it.
            left.min(le).min(ODD_FROM - offset)
        } else {
            left.min(le.saturating_sub(ODD_OVERHEAD as usize).max(1))
        };
        Ok(self.ask(Asked { count, odd: offset >= ODD_FROM, exact: false }))
    }

    fn ask(&mut self, asked: Asked) -> Next<FileRead> {
        self.state = State::Reading(asked);
        let offset = self.data.len();
        let command = if asked.odd {
            let place: Vec<u8> =
                (offset as u32).to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            let le = asked.count as u32 + if asked.exact { 0 } else { ODD_OVERHEAD };
            CommandApdu::new(0x00, 0xB1, 0x00, 0x00).with_data(tlv::encode(0x54, &place)).with_le(le)
        } else {
            let [high, low] = (offset as u16).to_be_bytes();
            CommandApdu::new(0x00, 0xB0, high, low).with_le(asked.count as u32)
        };
        Next::Send(command, self.step())
    }

    fn take(&mut self, asked: Asked, reply: &ResponseApdu) -> Result<Next<FileRead>, ProtocolError> {
        match reply.sw {
            StatusWord::OK | StatusWord::END_OF_FILE => self.append(asked, reply),
            // Some chips end a file so. What is missing then shows as a cut file.
            StatusWord::WRONG_OFFSET if !self.data.is_empty() => {
                Err(self.broken("the file ends before its length"))
            }
            sw if sw.exact_le().is_some() && !asked.exact => {
                let exact = sw.exact_le().unwrap_or(1);
                if exact as usize >= asked.count {
                    return Err(ProtocolError::Refused { step: self.step(), sw });
                }
                self.quirks.insert("read.exact_le");
                while self.le() > exact && self.rung + 1 < self.limits.rungs.len() {
                    self.rung += 1;
                }
                let count =
                    if asked.odd { exact.saturating_sub(ODD_OVERHEAD).max(1) } else { exact } as usize;
                Ok(self.ask(Asked { count, odd: asked.odd, exact: true }))
            }
            StatusWord::WRONG_LENGTH if self.rung + 1 < self.limits.rungs.len() => {
                self.rung += 1;
                self.quirks.insert(self.limits.rungs[self.rung].id);
                self.read()
            }
            sw => Err(ProtocolError::Refused { step: self.step(), sw }),
        }
    }

    fn append(&mut self, asked: Asked, reply: &ResponseApdu) -> Result<Next<FileRead>, ProtocolError> {
        let bytes = if asked.odd {
            tlv::read_only(0x53, &reply.data)
                .map_err(|_| self.broken("the answer to an odd READ BINARY is malformed"))?
                .value
        } else {
            &reply.data
        };
        if bytes.is_empty() {
            return Err(self.broken("the file ends before its length"));
        }
        if bytes.len() > asked.count + if asked.odd { ODD_OVERHEAD as usize } else { 0 } {
            return Err(self.broken("the chip gives more bytes than were asked for"));
        }
        if bytes.len() < asked.count && reply.sw.is_ok() {
            self.quirks.insert("read.short");
        }
        self.data.extend_from_slice(bytes);
        if self.total.is_none() {
            self.learn_length(reply.sw)?;
        }
        if let Some(total) = self.total {
            self.data.truncate(total);
        }
        self.read()
    }

    /// Takes tag and length from the first bytes.
    fn learn_length(&mut self, sw: StatusWord) -> Result<(), ProtocolError> {
        let header = match tlv::header(&self.data) {
            Ok(header) => header,
            // A chip that gives one byte at a time: go on until the header is there.
            Err(tlv::TlvError::Truncated { .. }) if self.data.len() < HEADER && sw.is_ok() => return Ok(()),
            Err(_) => return Err(self.broken("the file is no data object")),
        };
        if self.file.tag().is_some_and(|tag| u32::from(tag) != header.tag) {
            return Err(self.broken("the file begins with another tag than its own"));
        }
        let size = header.len.saturating_add(header.value_len);
        if size > self.limits.max_file {
            return Err(ProtocolError::TooLarge { file: self.file, size, limit: self.limits.max_file });
        }
        self.total = Some(size);
        Ok(())
    }

    fn end(&mut self) -> Result<Next<FileRead>, ProtocolError> {
        self.state = State::Done;
        if self.total.is_none() {
            return Err(self.broken("the file is no data object"));
        }
        let bytes = std::mem::take(&mut self.data);
        Ok(Next::Done(FileRead { bytes, quirks: self.quirks.iter().copied().collect() }))
    }
}

impl Exchange for ReadFile {
    type Output = FileRead;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<FileRead>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start => {
                self.state = State::Selected;
                let command =
                    CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data(self.file.fid().to_be_bytes());
                Ok(Next::Send(command, Step::Select(self.file)))
            }
            State::Selected => {
                accepted(reply, Step::Select(self.file))?;
                self.read()
            }
            State::Reading(asked) => self.take(asked, awaited(reply, self.step())?),
            State::Done => Err(ProtocolError::Order(self.step())),
        }
    }
}

impl std::fmt::Debug for FileRead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileRead({} bytes, {:?})", self.bytes.len(), self.quirks)
    }
}

#[cfg(test)]
#[path = "read_file_tests.rs"]
mod tests;
