//! SELECT and READ BINARY of the specimen chip.
//! Source: ISO/IEC 7816-4:2020 sections 11.2.2 and 11.3.3; Doc 9303-10 section 3.6 (commands), 3.9 (files).

use super::{Answer, Directory, SpecimenChip, answer, refuse};
use crate::asn1::tlv;
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::FileId;
use crate::specimen::Quirk;

/// The application of an eMRTD (Doc 9303-10 section 3.11.1).
const AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
/// Offsets from here on need the odd instruction.
const ODD_FROM: usize = 0x8000;
/// READ BINARY with more than the number gives 6700.
const MOST: [(Quirk, u32); 5] = [
    (Quirk::LeMax223, 223),
    (Quirk::LeMax192, 192),
    (Quirk::LeMax160, 160),
    (Quirk::LeMax128, 128),
    (Quirk::LeMax96, 96),
];
/// The master file.
const MASTER_FILE: [u8; 2] = [0x3F, 0x00];

impl SpecimenChip {
    pub(super) fn select(&mut self, command: &CommandApdu) -> Answer {
        if self.has(Quirk::NoLeInSelect) && command.le.is_some() {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        // No response data, whatever is asked for: Doc 9303 terminals ask for none.
        if !matches!(command.p2, 0x00 | 0x04 | 0x0C) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        match command.p1 {
            0x00 => self.select_master_file(&command.data, command.le.is_some()),
            0x02 => {
                let Ok(fid) = <[u8; 2]>::try_from(command.data.as_slice()) else {
                    return refuse(StatusWord::WRONG_LENGTH);
                };
                let fid = u16::from_be_bytes(fid);
                let in_master_file = self.state.directory == Directory::MasterFile;
                if in_master_file && fid == FileId::CardAccess.fid() && self.has(Quirk::CardAccess6283) {
                    return refuse(StatusWord(0x6283));
                }
                let file = self.find(|file| file.fid() == fid)?;
                self.state.file = Some(file);
                answer(Vec::new())
            }
            0x04 if command.data == AID => {
                self.state.directory = Directory::Application;
                self.state.file = None;
                answer(Vec::new())
            }
            0x04 => refuse(StatusWord::NOT_FOUND),
            _ => refuse(StatusWord::WRONG_PARAMETERS),
        }
    }

    fn select_master_file(&mut self, data: &[u8], with_le: bool) -> Answer {
        let is_master = data.is_empty() || data == MASTER_FILE;
        if !is_master || self.has(Quirk::NoMasterFile) {
            return refuse(StatusWord::NOT_FOUND);
        }
        if !with_le && self.has(Quirk::MfWantsLe) {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        match data.is_empty() {
            true if self.has(Quirk::MfImplicitIgnored) => {}
            false if self.has(Quirk::MfNamedRefused) => return refuse(StatusWord(0x6A86)),
            _ => {
                self.state.directory = Directory::MasterFile;
                self.state.file = None;
            }
        }
        answer(Vec::new())
    }

    /// The file of the current directory that `is` it, where it may be read now.
    fn find(&self, is: impl Fn(FileId) -> bool) -> Result<FileId, StatusWord> {
        let in_application = self.state.directory == Directory::Application;
        // Nobody learns before access which files there are.
        if in_application && !self.state.open {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        if self.state.directory == Directory::Other {
            return Err(StatusWord::NOT_FOUND);
        }
        let here = |file: &&FileId| file.in_master_file() != in_application && is(**file);
        let file = *self.data.files.keys().find(here).ok_or(StatusWord::NOT_FOUND)?;
        if file == FileId::CardSecurity && !self.state.open {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        if file == FileId::Dg(3) && self.has(Quirk::Dg3Protected) || !self.terminal_may_read(file) {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        Ok(file)
    }

    /// `room`: bytes that an answer may have.
    pub(super) fn read_binary(&mut self, command: &CommandApdu, room: usize) -> Answer {
        if command.ins == 0xB1 {
            return self.read_binary_odd(command, room);
        }
        if !command.data.is_empty() {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        let offset = if command.p1 & 0x80 != 0 {
            if command.p1 & 0x60 != 0 {
                return refuse(StatusWord::WRONG_PARAMETERS);
            }
            self.select_by_sfi(command.p1 & 0x1F)?;
            usize::from(command.p2)
        } else {
            usize::from(u16::from_be_bytes([command.p1, command.p2]))
        };
        let end = offset + command.le.unwrap_or(0) as usize;
        if offset < ODD_FROM && end > ODD_FROM && self.has(Quirk::NoStraddling) {
            return refuse(StatusWord::WRONG_OFFSET);
        }
        self.read_at(offset, command.le, room, |most| most)
    }

    /// READ BINARY with an offset data object, for files of more than 32 767 bytes.
    fn read_binary_odd(&mut self, command: &CommandApdu, room: usize) -> Answer {
        match (command.p1, command.p2) {
            (0, 0) => {}
            (0, sfi @ 1..=0x1E) => self.select_by_sfi(sfi)?,
            (high, low) => {
                let fid = u16::from_be_bytes([high, low]);
                self.state.file = Some(self.find(|file| file.fid() == fid)?);
            }
        }
        let offset = tlv::read_only(0x54, &command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        if offset.value.is_empty() || offset.value.len() > 4 {
            return refuse(StatusWord::WRONG_DATA);
        }
        let offset = offset.value.iter().fold(0usize, |n, byte| n << 8 | usize::from(*byte));
        // The data stand in data object 53, whose tag and length count for Le.
        let inside = |most: usize| {
            let fits = |len: &usize| tlv::encode(0x53, &vec![0; *len]).len() <= most;
            (most.saturating_sub(5)..=most.saturating_sub(2)).rev().find(fits).unwrap_or(0)
        };
        let read = self.read_at(offset, command.le, inside(room), inside)?;
        Ok(ResponseApdu { data: tlv::encode(0x53, &read.data), sw: read.sw })
    }

    fn select_by_sfi(&mut self, sfi: u8) -> Result<(), StatusWord> {
        if self.has(Quirk::NoSfi) {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        self.state.file = Some(self.find(|file| file.sfi() == sfi)?);
        Ok(())
    }

    /// `room`: file bytes that go in the answer; `inside`: how many an Le asks for.
    fn read_at(
        &mut self,
        offset: usize,
        le: Option<u32>,
        room: usize,
        inside: impl Fn(usize) -> usize,
    ) -> Answer {
        let Some(le) = le else { return refuse(StatusWord::WRONG_LENGTH) };
        let file = self.state.file.ok_or(StatusWord::NO_CURRENT_FILE)?;
        // The session may have ended since the file was selected, and rights with it.
        let closed = (!file.in_master_file() || file == FileId::CardSecurity) && !self.state.open;
        if closed || !self.terminal_may_read(file) {
            return refuse(StatusWord::SECURITY_NOT_SATISFIED);
        }
        if MOST.iter().any(|(quirk, most)| le > *most && self.has(*quirk)) {
            return refuse(StatusWord::WRONG_LENGTH);
        }
        if le > 223 && self.state.open && self.has(Quirk::LongReadDropsChannel) {
            self.state.drop_channel = true;
            return refuse(StatusWord::WRONG_LENGTH);
        }
        let bytes = self.data.files.get(&file).ok_or(StatusWord::NOT_FOUND)?;
        if offset >= bytes.len() {
            return refuse(StatusWord::WRONG_OFFSET);
        }
        let available = bytes.len() - offset;
        let wanted = inside(le as usize);
        if wanted > available && available < 256 && self.has(Quirk::Le6Cxx) {
            return refuse(StatusWord(0x6C00 | available as u16));
        }
        if wanted > available && self.has(Quirk::Eof6B00) {
            return refuse(StatusWord::WRONG_OFFSET);
        }
        let most = if self.has(Quirk::ShortReads) { 100 } else { usize::MAX };
        let taken = wanted.min(available).min(room).min(most);
        let reaches_end = taken == available;
        // Le 00 and 0000 ask for what there is; any other that is not met is told (ISO/IEC 7816-4 section 5.6).
        let asked_for_more = wanted > available && !matches!(le, 256 | 65_536);
        let always = self.has(Quirk::Eof6282) || self.has(Quirk::EofWrongPadding);
        let sw =
            if reaches_end && (asked_for_more || always) { StatusWord::END_OF_FILE } else { StatusWord::OK };
        Ok(ResponseApdu { data: bytes[offset..offset + taken].to_vec(), sw })
    }
}
