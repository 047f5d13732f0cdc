//! A specimen chip: answers APDUs from a document's files and keys, and refuses what a real chip refuses, with the
//! status words of the standards. It is a [`Transport`]; everything above it cannot tell it from a reader but by
//! its provenance. A new value is a chip that was just put on the reader.
//! Source: Doc 9303-10 section 3 and 9303-11 sections 4, 6 and 9.8; ISO/IEC 7816-4:2020.

mod access;
mod authenticate;
mod channel;
mod files;
mod terminal;
mod transmission;

use super::chip_data::{AgreementKey, ChipData};
use super::{Quirk, SpecimenError};
use crate::asn1::tlv;
use crate::crypto::SeededEntropy;
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};
use crate::lds::{EfDir, FileId, Mrz};
use crate::protocol::select::EMRTD_AID;
use crate::transport::virtual_reader::VirtualCard;
use crate::transport::{CardInfo, Provenance, Transport, TransportError};
use access::Pace;
use channel::{Channel, Fault};
use std::io::Read;
use std::path::Path;
use terminal::{Terminal, Trust};

/// The file of a specimen folder that holds the chip.
pub const CHIP_FILE: &str = "chip.json";
/// Most bytes of that file.
const MAX_CHIP_FILE: u64 = 16 << 20;
/// Most bytes of an answer without an Le that says less.
const MAX_ANSWER: usize = 65_536;
/// Answers to protected commands before [`Quirk::StaleCounter`] shows.
const FRESH_ANSWERS: u32 = 3;

/// An answer, or the status word of a refusal.
type Answer = Result<ResponseApdu, StatusWord>;

fn answer(data: Vec<u8>) -> Answer {
    Ok(ResponseApdu { data, sw: StatusWord::OK })
}

const fn refuse(sw: StatusWord) -> Answer {
    Err(sw)
}

/// A specimen chip on its reader.
pub struct SpecimenChip {
    data: ChipData,
    mrz_information: String,
    card: CardInfo,
    entropy: SeededEntropy,
    state: State,
    protected_answers: u32,
    /// Tries of the PIN that are left, of three.
    tries: u8,
    max_answer: usize,
    /// What terminals are verified with, where the chip does that.
    trust: Option<Trust>,
}

/// What the chip has in its memory until power goes.
#[derive(Default)]
struct State {
    /// The selected directory.
    directory: Directory,
    /// The selected elementary file.
    file: Option<FileId>,
    /// Access was granted.
    open: bool,
    /// The session.
    channel: Option<Channel>,
    /// A session that begins after the answer to this command.
    pending: Option<Channel>,
    /// The challenge of basic access control.
    challenge: Option<[u8; 8]>,
    /// A run of PACE.
    pace: Option<Pace>,
    /// PACE was done with the CAN, which a suspended PIN needs.
    resumed: bool,
    /// The key that MSE:Set AT chose for chip authentication.
    chip_authentication: Option<AgreementKey>,
    /// The commands of a chain so far: the header that they share, and their data.
    chain: Option<([u8; 4], Vec<u8>)>,
    /// What GET RESPONSE brings.
    rest: Option<ResponseApdu>,
    /// The session ends with this answer, which is not protected.
    drop_channel: bool,
    /// What names the chip: its document number after basic access control, its key after PACE.
    chip_id: Vec<u8>,
    /// The terminal, as far as it has shown itself.
    terminal: Terminal,
}

/// A directory of the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Directory {
    #[default]
    MasterFile,
    /// The eMRTD application.
    Application,
    /// Something that has none of our files.
    Other,
}

impl State {
    fn powered_up(data: &ChipData) -> Self {
        let directory = if data.quirks.contains(&Quirk::ApplicationPreselected) {
            Directory::Application
        } else if data.quirks.contains(&Quirk::OtherPreselected) {
            Directory::Other
        } else {
            Directory::MasterFile
        };
        Self { directory, ..Self::default() }
    }
}

impl SpecimenChip {
    /// A chip of this data.
    ///
    /// # Errors
    /// [`SpecimenError`] where the MRZ has no key.
    pub fn new(data: ChipData) -> Result<Self, SpecimenError> {
        let key = Mrz::parse(&data.mrz)?.mrz_key()?;
        let extended = !data.quirks.contains(&Quirk::NoExtendedLength);
        let card = CardInfo {
            provenance: Provenance::Specimen,
            reader: "specimen".to_owned(),
            atr: hex::encode_upper(answer_to_reset(extended, !data.quirks.contains(&Quirk::NoSfi))),
            protocol: "T=CL".to_owned(),
            max_le: if extended { 65_536 } else { 256 },
        };
        let entropy = SeededEntropy::new("titre.specimen.chip", data.entropy_seed);
        let mrz_information = key.information().to_owned();
        let trust = data.terminal_authentication.as_ref().map(Trust::new).transpose()?;
        let tries = data.pin.as_ref().map_or(0, |pin| pin.tries);
        let state = State::powered_up(&data);
        let mut data = data;
        data.files.entry(FileId::Dir).or_insert_with(|| EfDir::listing(&[&EMRTD_AID]));
        data.files.entry(FileId::AtrInfo).or_insert_with(|| atr_info(extended));
        Ok(Self {
            data,
            mrz_information,
            card,
            entropy,
            state,
            protected_answers: 0,
            tries,
            max_answer: MAX_ANSWER,
            trust,
        })
    }

    /// The same chip behind a reader that passes on answers of at most `bytes` bytes with the status word: it gives
    /// less at a time, whatever Le says.
    #[must_use]
    pub const fn with_answers_up_to(mut self, bytes: usize) -> Self {
        self.max_answer = bytes.saturating_sub(2);
        self
    }

    /// The chip of a specimen folder.
    ///
    /// # Errors
    /// [`SpecimenError::File`] where `chip.json` cannot be read; [`SpecimenError::Chip`] and others where it is not
    /// what it must be.
    pub fn load(folder: &Path) -> Result<Self, SpecimenError> {
        let unreadable = |source| SpecimenError::File { file: CHIP_FILE, source };
        let file = std::fs::File::open(folder.join(CHIP_FILE)).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MAX_CHIP_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_CHIP_FILE {
            return Err(SpecimenError::Chip("more than 16 MiB".to_owned()));
        }
        Self::new(ChipData::from_json(&bytes)?)
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.data.quirks.contains(&quirk)
    }

    fn answer(&mut self, bytes: &[u8]) -> ResponseApdu {
        let Ok(command) = CommandApdu::from_bytes(bytes) else {
            return ResponseApdu::status(StatusWord::WRONG_LENGTH);
        };
        let extended = bytes.len() >= 7 && bytes[4] == 0;
        if extended && self.has(Quirk::NoExtendedLength) {
            return ResponseApdu::status(StatusWord::WRONG_LENGTH);
        }
        if let Some(piece) = self.next_piece(&command) {
            return piece;
        }
        let command = match self.joined(command) {
            Ok(command) => command,
            Err(sw) => return ResponseApdu::status(sw),
        };
        let room = self.room(&command, extended);
        let answer = self.answer_to(&command, extended, room);
        self.first_piece(answer, extended)
    }

    fn answer_to(&mut self, command: &CommandApdu, extended: bool, room: usize) -> ResponseApdu {
        match command.cla & !0x10 {
            0x00 => {
                // A plain command ends the session (Doc 9303-11 section 9.8.3), and is then seen as what it is.
                if self.state.channel.is_some() {
                    self.end_session();
                }
                let answer = self.perform_within(command, room);
                self.begin_pending(&answer);
                answer
            }
            0x0C if extended && self.has(Quirk::ExtendedDropsChannel) => {
                self.end_session();
                ResponseApdu::status(StatusWord::SM_OBJECTS_INCORRECT)
            }
            0x0C => self.answer_protected(command, room),
            _ => ResponseApdu::status(StatusWord::CLA_NOT_SUPPORTED),
        }
    }

    fn answer_protected(&mut self, command: &CommandApdu, room: usize) -> ResponseApdu {
        let Some(mut channel) = self.state.channel.take() else {
            return ResponseApdu::status(StatusWord::SM_NOT_SUPPORTED);
        };
        let plain = match channel.open(command) {
            Ok(plain) => plain,
            Err(sw) => {
                self.end_session();
                return ResponseApdu::status(sw);
            }
        };
        let room = channel.room(room);
        self.state.channel = Some(channel);
        let plain_answer = self.perform_within(&plain, room);
        let refusal = !matches!(plain_answer.sw.sw1(), 0x90 | 0x61..=0x63);
        if self.state.drop_channel || refusal && self.has(Quirk::RefusalsDropChannel) {
            self.end_session();
            return ResponseApdu::status(plain_answer.sw);
        }
        self.protected_answers += 1;
        let fault = if self.has(Quirk::StaleCounter) && self.protected_answers == FRESH_ANSWERS + 1 {
            Some(Fault::Counter)
        } else {
            (self.has(Quirk::EofWrongPadding) && plain_answer.sw == StatusWord::END_OF_FILE)
                .then_some(Fault::Padding)
        };
        let odd = command.ins & 1 == 1;
        let protected = self.state.channel.as_mut().map(|channel| channel.protect(&plain_answer, odd, fault));
        self.begin_pending(&plain_answer);
        match protected {
            Some(Ok(protected)) => protected,
            Some(Err(sw)) => ResponseApdu::status(sw),
            None => ResponseApdu::status(StatusWord::SM_NOT_SUPPORTED),
        }
    }

    /// Performs a command whose answer may have `room` bytes. Where the terminal asked for less than the answer
    /// is, nothing of it is given, and no session begins.
    fn perform_within(&mut self, command: &CommandApdu, room: usize) -> ResponseApdu {
        let answer = self.perform(command, room);
        if answer.data.len() <= room {
            return answer;
        }
        self.state.pending = None;
        ResponseApdu::status(StatusWord::WRONG_LENGTH)
    }

    fn perform(&mut self, command: &CommandApdu, room: usize) -> ResponseApdu {
        let in_pieces = self.is_for_terminal() && matches!(command.ins, 0x2A | 0x82);
        if command.cla & 0x10 != 0 && command.ins != 0x86 && !in_pieces {
            // Command chaining is for GENERAL AUTHENTICATE, and for what terminal authentication makes long.
            return ResponseApdu::status(StatusWord(0x6884));
        }
        let whole = if in_pieces {
            match self.gather(command) {
                Ok(Some(whole)) => whole,
                Ok(None) => return ResponseApdu::status(StatusWord::OK),
                Err(sw) => return ResponseApdu::status(sw),
            }
        } else {
            self.state.terminal.pieces_end();
            command.clone()
        };
        let command = &whole;
        let done = match command.ins {
            0xA4 => self.select(command),
            0xB0 | 0xB1 => self.read_binary(command, room),
            0x84 => self.get_challenge(command),
            0x82 if in_pieces => self.external_authenticate(command),
            0x82 => self.mutual_authenticate(command),
            0x2A if in_pieces => self.verify_certificate(command),
            0x22 => self.manage_security_environment(command),
            0x86 => self.general_authenticate(command),
            0x88 => self.internal_authenticate(command),
            _ => refuse(StatusWord::INS_NOT_SUPPORTED),
        };
        done.unwrap_or_else(ResponseApdu::status)
    }

    fn manage_security_environment(&mut self, command: &CommandApdu) -> Answer {
        match (command.p1, command.p2) {
            (0xC1, 0xA4) => self.set_pace(&command.data),
            (0x41, 0xA4) => self.set_chip_authentication(&command.data, false),
            (0x41, 0xA6) => self.set_chip_authentication(&command.data, true),
            (0x81, 0xB6) if self.trust.is_some() => self.set_verification_key(&command.data),
            (0x81, 0xA4) if self.trust.is_some() => self.set_terminal_key(&command.data),
            _ => refuse(StatusWord::WRONG_PARAMETERS),
        }
    }

    fn general_authenticate(&mut self, command: &CommandApdu) -> Answer {
        if (command.p1, command.p2) != (0, 0) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        if let Some(run) = self.state.pace.take() {
            return self.pace_step(command, run);
        }
        if let Some(key) = self.state.chip_authentication.take() {
            return self.chip_authentication(command, &key);
        }
        refuse(StatusWord::CONDITIONS_NOT_SATISFIED)
    }

    /// New session keys hold from the next command on, and grant access.
    fn begin_pending(&mut self, answer: &ResponseApdu) {
        if let Some(channel) = self.state.pending.take().filter(|_| answer.sw.is_ok()) {
            self.state.channel = Some(channel);
            self.state.open = true;
        }
    }

    /// Keys and rights go; what is selected stays.
    fn end_session(&mut self) {
        let State { directory, file, .. } = self.state;
        self.state = State { directory, file, ..State::default() };
    }
}

impl Transport for SpecimenChip {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let selects_master_file = command.starts_with(&[0x00, 0xA4, 0x00]);
        if selects_master_file && self.has(Quirk::MfTimeout) {
            return Err(TransportError::Timeout { millis: 5_000 });
        }
        Ok(self.answer(command).to_bytes())
    }

    fn card(&self) -> &CardInfo {
        &self.card
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        self.reset();
        Ok(())
    }
}

impl VirtualCard for SpecimenChip {
    fn reset(&mut self) {
        self.state = State::powered_up(&self.data);
        self.protected_answers = 0;
    }
}

/// EF.ATR/INFO: the same capabilities with command chaining, and the most bytes of commands and of responses.
fn atr_info(extended: bool) -> Vec<u8> {
    let lengths = if extended { 0xC0 } else { 0x80 };
    let [command, response] = if extended { [0xFFFF, 0xFFFF] } else { [261_u16, 258] };
    let numbers = [command, response].map(|number| tlv::encode(0x02, &number.to_be_bytes()));
    [tlv::encode(0x47, &[0x84, 0x21, lengths]), tlv::encode(0x7F66, &numbers.concat())].concat()
}

/// The answer to reset that a reader makes for a contactless card: its historical bytes between what says T=1 and a
/// check byte. They are the chip's capabilities: applications are selected by name, short file identifiers, data in
/// bytes, extended length.
/// Source: PC/SC part 3 section 3.1.3.2.3.1, ISO/IEC 7816-4:2020 section 12.1.1.
fn answer_to_reset(extended: bool, short_identifiers: bool) -> Vec<u8> {
    let selection = if short_identifiers { 0x84 } else { 0x80 };
    let lengths = if extended { 0x40 } else { 0x00 };
    let historical = [0x80, 0x73, selection, 0x21, lengths];
    let mut atr = vec![0x3B, 0x80 | historical.len() as u8, 0x80, 0x01];
    atr.extend(historical);
    atr.push(atr[1..].iter().fold(0, |check, byte| check ^ byte));
    atr
}
