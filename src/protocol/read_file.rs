//! Reading an elementary file whole: the first READ BINARY names it by its short identifier and asks for as much as
//! goes, so that most files take one command; then on until the file's own length is there. Where a chip wants it
//! otherwise: SELECT first, a first read of the header only, a ladder of Le. The odd instruction reads beyond 32 kB.
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

/// Most bytes of a block of padding.
const MAX_PADDING: usize = 16;

/// What the reader may do.
#[derive(Debug, Clone)]
pub struct ReadLimits {
    /// Rungs of Le, largest first; the first is the start.
    pub rungs: Vec<Rung<u32>>,
    /// Most bytes of the file.
    pub max_file: usize,
    /// How the file is opened.
    pub opening: Opening,
    /// Whether the length is learnt from a first read of the header, instead of asking for more than there may be.
    pub header_first: bool,
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// By SELECT.
    Select,
    /// By the short identifier in its first READ BINARY; by SELECT where the chip refuses that.
    ShortIdentifier,
}

impl ReadLimits {
    /// The rungs of [`READ_LE`] that `allowed` lets pass.
    #[must_use]
    pub fn new(max_file: usize, allowed: impl Fn(u32) -> bool) -> Self {
        let rungs = READ_LE.iter().copied().filter(|rung| allowed(rung.value)).collect();
        Self { rungs, max_file, opening: Opening::Select, header_first: false }
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

/// What is there of a file whose reading was cut off: its first bytes, and how many it has in all.
#[derive(Clone, Default)]
pub struct FilePart {
    bytes: Vec<u8>,
    total: Option<usize>,
}

impl FilePart {
    /// The first bytes of a file that has `total`.
    #[must_use]
    pub const fn new(bytes: Vec<u8>, total: usize) -> Self {
        Self { bytes, total: Some(total) }
    }
}

/// The exchange.
pub struct ReadFile {
    file: FileId,
    limits: ReadLimits,
    rung: usize,
    data: Vec<u8>,
    total: Option<usize>,
    quirks: BTreeSet<&'static str>,
    /// Whether the first READ BINARY opens the file.
    opens_with_read: bool,
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
    /// Whether the file is opened by it.
    opens: bool,
    /// Whether this is the repetition that `6Cxx` asked for.
    exact: bool,
}

impl ReadFile {
    /// Reads `file` of the selected application or master file.
    #[must_use]
    pub fn new(file: FileId, limits: ReadLimits) -> Self {
        Self {
            opens_with_read: limits.opening != Opening::Select,
            file,
            limits,
            rung: 0,
            data: Vec::new(),
            total: None,
            quirks: BTreeSet::new(),
            state: State::Start,
        }
    }

    /// Goes on after `part`. The file is opened by SELECT then: a short identifier goes with offsets up to 255 only.
    #[must_use]
    pub fn resumed(file: FileId, mut limits: ReadLimits, part: FilePart) -> Self {
        if part.total.is_none_or(|total| part.bytes.is_empty() || part.bytes.len() >= total) {
            return Self::new(file, limits);
        }
        limits.opening = Opening::Select;
        Self { data: part.bytes, total: part.total, ..Self::new(file, limits) }
    }

    /// What is there of the file, for [`Self::resumed`].
    #[must_use]
    pub fn into_part(self) -> FilePart {
        FilePart { bytes: self.data, total: self.total }
    }

    /// File bytes that are there, and how many there will be, as far as known.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.data.len(), self.total.unwrap_or(0))
    }

    /// How many bytes the last READ BINARY asked for; 0 before the first.
    #[must_use]
    pub const fn asked(&self) -> u32 {
        match self.state {
            State::Reading(asked) => asked.count as u32,
            _ => 0,
        }
    }

    /// The Le of the current rung.
    fn le(&self) -> u32 {
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
            None if offset == 0 && !self.limits.header_first => usize::MAX,
            None => HEADER.saturating_sub(offset),
            Some(total) => total.saturating_sub(offset),
        };
        if left == 0 {
            return self.end();
        }
        let le = self.le() as usize;
        let count = if self.total.is_none() {
            left.min(le)
        } else if offset < ODD_FROM {
            // A read must not straddle the limit: some chips give nothing of it.
            left.min(le).min(ODD_FROM - offset)
        } else {
            left.min(le.saturating_sub(ODD_OVERHEAD as usize).max(1))
        };
        let opens = self.opens_with_read && offset == 0;
        Ok(self.ask(Asked { count, odd: offset >= ODD_FROM, opens, exact: false }))
    }

    fn select(&mut self) -> Next<FileRead> {
        self.opens_with_read = false;
        self.state = State::Selected;
        let command = CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data(self.file.fid().to_be_bytes());
        Next::Send(command, Step::Select(self.file))
    }

    /// Whether the last command asked for more than the file may have.
    #[must_use]
    pub const fn is_speculative(&self) -> bool {
        matches!(self.state, State::Reading(_)) && self.total.is_none() && !self.limits.header_first
    }

    fn ask(&mut self, asked: Asked) -> Next<FileRead> {
        self.state = State::Reading(asked);
        let offset = self.data.len();
        let command = if asked.odd {
            let place: Vec<u8> =
                (offset as u32).to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            let around = tlv::encode(0x53, &vec![0; asked.count]).len() - asked.count;
            let le = asked.count as u32 + if asked.exact { around as u32 } else { ODD_OVERHEAD };
            CommandApdu::new(0x00, 0xB1, 0x00, 0x00).with_data(tlv::encode(0x54, &place)).with_le(le)
        } else {
            let [high, low] = (offset as u16).to_be_bytes();
            let high = if asked.opens { 0x80 | self.file.sfi() } else { high };
            CommandApdu::new(0x00, 0xB0, high, low).with_le(asked.count as u32)
        };
        Next::Send(command, self.step())
    }

    fn take(&mut self, asked: Asked, reply: &ResponseApdu) -> Result<Next<FileRead>, ProtocolError> {
        match reply.sw {
            StatusWord::OK | StatusWord::END_OF_FILE if asked.opens && !self.is_own(&reply.data) => {
                self.quirks.insert("read.sfi_of_another");
                Ok(self.select())
            }
            StatusWord::OK | StatusWord::END_OF_FILE => self.append(asked, reply),
            // Asked for a little more than there is, room for tag and length.
            StatusWord::WRONG_OFFSET if asked.odd && !asked.exact => {
                self.quirks.insert("read.odd_exact");
                Ok(self.ask(Asked { exact: true, ..asked }))
            }
            // Some chips end a file so. What is missing then shows as a cut file.
            StatusWord::WRONG_OFFSET if !self.data.is_empty() => {
                Err(self.broken("the file ends before its length"))
            }
            sw if !asked.exact && sw.exact_le().is_some_and(|exact| (exact as usize) < asked.count) => {
                let exact = sw.exact_le().unwrap_or(1);
                self.quirks.insert("read.exact_le");
                while self.le() > exact && self.rung + 1 < self.limits.rungs.len() {
                    self.rung += 1;
                }
                let count =
                    if asked.odd { exact.saturating_sub(ODD_OVERHEAD).max(1) } else { exact } as usize;
                Ok(self.ask(Asked { count, exact: true, ..asked }))
            }
            sw if self.total.is_none() && !self.limits.header_first && is_about_reading(sw) => {
                self.limits.header_first = true;
                self.quirks.insert("read.header_first");
                self.read()
            }
            _ if asked.opens => Ok(self.select()),
            StatusWord::WRONG_LENGTH if self.rung + 1 < self.limits.rungs.len() => {
                self.rung += 1;
                self.quirks.insert(self.limits.rungs[self.rung].id);
                self.read()
            }
            sw => Err(ProtocolError::Refused { step: self.step(), sw }),
        }
    }

    fn append(&mut self, asked: Asked, reply: &ResponseApdu) -> Result<Next<FileRead>, ProtocolError> {
        let mut bytes = reply.data.as_slice();
        if asked.odd {
            let (object, rest) = match tlv::read(bytes) {
                Ok((object, rest)) if object.tag == 0x53 => (object, rest),
                _ => return Err(self.broken("the answer to an odd READ BINARY is malformed")),
            };
            if !rest.is_empty() && !self.is_padding(rest, reply.sw) {
                return Err(self.broken("the answer to an odd READ BINARY is malformed"));
            }
            bytes = object.value;
        } else if let Some((asked_for, rest)) = bytes.split_at_checked(asked.count)
            && self.is_padding(rest, reply.sw)
        {
            bytes = asked_for;
        }
        if bytes.is_empty() && self.total.is_none() && !self.limits.header_first {
            self.limits.header_first = true;
            self.quirks.insert("read.header_first");
            return self.read();
        }
        if bytes.is_empty() {
            return Err(self.broken("the file ends before its length"));
        }
        if bytes.len() > asked.count + if asked.odd { ODD_OVERHEAD as usize } else { 0 } {
            return Err(self.broken("the chip gives more bytes than were asked for"));
        }
        self.data.extend_from_slice(bytes);
        if self.total.is_none() {
            self.learn_length(reply.sw)?;
        }
        let whole = self.total.is_some_and(|total| self.data.len() >= total);
        if bytes.len() < asked.count && !whole && reply.sw.is_ok() {
            self.quirks.insert("read.short");
        }
        if let Some(total) = self.total {
            let rest = self.data.split_off(total.min(self.data.len()));
            self.is_padding(&rest, reply.sw);
        }
        self.read()
    }

    /// Whether bytes after the end are the zeros that chips leave which pad the end of a file with zeros before 80.
    fn is_padding(&mut self, rest: &[u8], sw: StatusWord) -> bool {
        let zeros = sw == StatusWord::END_OF_FILE
            && (1..MAX_PADDING).contains(&rest.len())
            && rest.iter().all(|byte| *byte == 0);
        if zeros {
            self.quirks.insert("read.padding_6282");
        }
        zeros
    }

    /// Whether the bytes may be the beginning of this file, as far as its tag says.
    fn is_own(&self, bytes: &[u8]) -> bool {
        bytes.first().is_none_or(|first| self.file.tag().is_none_or(|tag| tag == *first))
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

/// Status words with which chips answer a READ BINARY that asks for more than there is.
fn is_about_reading(sw: StatusWord) -> bool {
    matches!(sw, StatusWord::WRONG_LENGTH | StatusWord::WRONG_OFFSET | StatusWord::NO_DIAGNOSIS)
        || sw.exact_le().is_some()
}

impl Exchange for ReadFile {
    type Output = FileRead;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<FileRead>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start => {
                if self.opens_with_read {
                    self.read()
                } else {
                    Ok(self.select())
                }
            }
            State::Selected => {
                accepted(reply, Step::Select(self.file))?;
                if self.limits.opening != Opening::Select {
                    self.quirks.insert("read.no_sfi");
                }
                self.read()
            }
            State::Reading(asked) => self.take(asked, awaited(reply, self.step())?),
            State::Done => Err(ProtocolError::Order(self.step())),
        }
    }
}

impl std::fmt::Debug for FilePart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FilePart({} of {:?} bytes)", self.bytes.len(), self.total)
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
