//! The reading plan: access, EF.COM, EF.SOD, DG14 with chip authentication (so that all that follows is read
//! under keys that only the genuine chip has), DG1, DG2, DG11, DG12, DG15 with active authentication. Fingerprints
//! and irises (DG3, DG4) are never selected but after terminal authentication.
//! Source: Doc 9303-11 section 4.2; BSI TR-03110-1 section 2.4.

use super::access::Access;
use super::channel::Channel;
use super::error::SessionError;
use super::folder::MAX_FILE;
use super::link::Budget;
use super::reading::{
    AccessReport, ActiveAuthEvidence, ChipAuthEvidence, ChipMappingEvidence, Reading, Unread, UnreadReason,
};
use crate::crypto::Entropy;
use crate::iso7816::StatusWord;
use crate::lds::{EfCom, FileId};
use crate::protocol::exchange::file_word;
use crate::protocol::quirks::{READ_LE, fits_short_response, plain_in_response, told_le};
use crate::protocol::read_file::{FilePart, FileRead, Opening};
use crate::protocol::{Password, ProtocolError, ReadFile, ReadLimits, Step};
use crate::transport::Transport;
use std::collections::{BTreeMap, BTreeSet};

/// Data groups in the order of reading.
const PLAN: [u8; 6] = [14, 1, 2, 11, 12, 15];
/// Data groups that are read by a terminal only that the chip has accepted.
const NEVER: [u8; 2] = [3, 4];

/// What a session may do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Whether BAC may be used where PACE was offered and not established.
    pub allow_bac_fallback: bool,
    /// Whether a card that was lost is waited for again, and reading goes on where it stopped.
    pub resume: bool,
    /// Whether EF.ATR/INFO and EF.DIR are read too.
    pub all_files: bool,
    /// Most bytes of one file.
    pub max_file: usize,
    /// Most commands of a session.
    pub max_apdus: u64,
    /// Most bytes of a session, both ways.
    pub max_bytes: u64,
    /// What the terminal authenticates itself with, so as to read DG3 and DG4. Nobody has it but whoever gives it.
    #[cfg(feature = "terminal-auth")]
    pub terminal: Option<crate::protocol::TerminalCredentials>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            allow_bac_fallback: false,
            resume: false,
            all_files: false,
            max_file: MAX_FILE,
            max_apdus: 8192,
            max_bytes: 8 << 20,
            #[cfg(feature = "terminal-auth")]
            terminal: None,
        }
    }
}

/// How far a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// A stable name: `read.access`, `read.dg2`, `read.chip_authentication`.
    pub stage: String,
    /// Bytes so far.
    pub done: u64,
    /// Bytes in all; 0 where unknown.
    pub total: u64,
}

/// A session on its way.
pub(super) struct Reader<'a> {
    pub(super) channel: Channel<'a>,
    pub(super) password: &'a Password,
    pub(super) entropy: &'a mut dyn Entropy,
    pub(super) options: &'a ReadOptions,
    pub(super) progress: &'a mut dyn FnMut(Progress),
    pub(super) access: AccessReport,
    pub(super) established: Option<Access>,
    /// Whether the eMRTD application is selected; else the master file.
    pub(super) in_application: bool,
    pub(super) files: BTreeMap<FileId, Vec<u8>>,
    pub(super) unread: Vec<Unread>,
    pub(super) quirks: BTreeSet<&'static str>,
    pub(super) chip_authentication: Option<ChipAuthEvidence>,
    pub(super) active_authentication: Option<ActiveAuthEvidence>,
    pub(super) chip_mapping: Option<ChipMappingEvidence>,
    /// What names the chip in terminal authentication: its document number, or its key of PACE.
    pub(super) chip_id: Vec<u8>,
    /// The compressed key of the terminal in chip authentication, and in which session that was.
    pub(super) chip_authenticated: Option<(u32, Vec<u8>)>,
    /// The largest Le that has not led to trouble.
    pub(super) max_le: u32,
    /// How files are opened, as far as this chip has shown.
    opening: Opening,
    /// Whether this chip wants to be asked for no more than there is.
    header_first: bool,
}

/// Reads a document over `transport`.
///
/// # Errors
/// [`SessionError`]: no access, no EF.SOD or DG1, a lost card, a broken channel. What else the chip refuses is
/// data of the [`Reading`].
pub fn read_document(
    transport: &mut dyn Transport,
    password: &Password,
    entropy: &mut dyn Entropy,
    options: &ReadOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Reading, SessionError> {
    let max_le = transport.card().max_le;
    let budget = Budget { apdus: options.max_apdus, bytes: options.max_bytes };
    let mut reader = Reader {
        channel: Channel::new(transport, budget),
        password,
        entropy,
        options,
        progress,
        access: AccessReport::default(),
        established: None,
        in_application: false,
        files: BTreeMap::new(),
        unread: Vec::new(),
        quirks: BTreeSet::new(),
        chip_authentication: None,
        active_authentication: None,
        chip_mapping: None,
        chip_id: Vec::new(),
        chip_authenticated: None,
        max_le,
        opening: Opening::ShortIdentifier,
        header_first: false,
    };
    while let Err(error) = reader.gain_access() {
        reader.start_again(error)?;
    }
    reader.read_files()?;
    Ok(reader.finish())
}

impl Reader<'_> {
    fn read_files(&mut self) -> Result<(), SessionError> {
        self.read(FileId::Com)?;
        self.read_needed(FileId::Sod)?;
        let com = self.files.get(&FileId::Com).map(|bytes| EfCom::parse(bytes));
        let listed: Option<Vec<u8>> = match com {
            Some(Ok(com)) => Some(com.data_groups().filter_map(FileId::dg_number).collect()),
            // LDS 1.8 makes EF.COM obsolete, and a broken one must not hide what is there: try each.
            _ => {
                self.note_quirks(&["plan.without_com"]);
                None
            }
        };
        for number in PLAN {
            let file = FileId::Dg(number);
            match &listed {
                // EF.COM is not signed and DG1 is mandatory: an edited list must not hide it.
                _ if number == 1 => self.read_needed(file)?,
                Some(list) if !list.contains(&number) => {}
                Some(_) => self.read(file)?,
                None => {
                    self.read(file)?;
                    self.unread
                        .retain(|unread| unread.file != file || unread.sw != Some(StatusWord::NOT_FOUND.0));
                }
            }
            match number {
                14 => self.authenticate_chip()?,
                15 => self.authenticate_actively()?,
                _ => {}
            }
        }
        #[cfg(feature = "terminal-auth")]
        let as_terminal = self.read_as_terminal(listed.as_deref())?;
        #[cfg(not(feature = "terminal-auth"))]
        let as_terminal: [u8; 0] = [];
        for number in listed.unwrap_or_default() {
            if !PLAN.contains(&number) && !as_terminal.contains(&number) {
                let reason =
                    if NEVER.contains(&number) { UnreadReason::Policy } else { UnreadReason::NotNeeded };
                self.unread.push(Unread { file: FileId::Dg(number), reason, sw: None });
            }
        }
        Ok(())
    }

    /// Reads a file; what the chip refuses or breaks is noted.
    pub(super) fn read(&mut self, file: FileId) -> Result<(), SessionError> {
        let (reason, sw) = match self.attempt(file) {
            Ok(bytes) => {
                self.files.insert(file, bytes);
                return Ok(());
            }
            Err(SessionError::Protocol(ProtocolError::Refused { sw, .. })) => {
                (UnreadReason::Refused, Some(sw))
            }
            Err(SessionError::Protocol(ProtocolError::File { .. })) => (UnreadReason::Malformed, None),
            Err(SessionError::Protocol(ProtocolError::TooLarge { .. })) => (UnreadReason::TooLarge, None),
            Err(SessionError::Unprotected { step, sw }) => {
                // The chip said no and dropped the channel with it.
                self.regain_access(step)?;
                (UnreadReason::Refused, Some(sw))
            }
            Err(error) => return Err(error),
        };
        self.unread.push(Unread { file, reason, sw: sw.map(|sw| sw.0) });
        Ok(())
    }

    /// Reads a file without which nothing can be judged.
    fn read_needed(&mut self, file: FileId) -> Result<(), SessionError> {
        match self.attempt(file) {
            Ok(bytes) => {
                self.files.insert(file, bytes);
                Ok(())
            }
            Err(
                SessionError::Protocol(ProtocolError::Refused { sw, .. })
                | SessionError::Unprotected { sw, .. },
            ) => Err(SessionError::FileRefused { file, sw }),
            Err(error) => Err(error),
        }
    }

    /// Reads a file. Where the chip drops the channel over the length of a read, or the card is lost, what is there was
    /// authentic under the session keys and stays: reading goes on at the same offset in a session with the same
    /// password, with a shorter read where the length was to blame. That all of it is one file says its hash in EF.SOD,
    /// and of EF.SOD its signature.
    fn attempt(&mut self, file: FileId) -> Result<Vec<u8>, SessionError> {
        let mut part = FilePart::default();
        loop {
            let stage = format!("read.{}", file_word(file));
            let mut limits = ReadLimits::new(self.options.max_file, |le| self.allows(le));
            if let (257..65_536, Some(secure)) = (self.max_le, self.channel.secure()) {
                limits.rungs.insert(0, told_le(plain_in_response(secure.cipher(), self.max_le)));
            }
            (limits.opening, limits.header_first) = (self.opening, self.header_first);
            let mut exchange = ReadFile::resumed(file, limits, part);
            let resumed = exchange.progress().0 > 0;
            let progress = &mut *self.progress;
            let read = self.channel.drive_watched(&mut exchange, |exchange| {
                let (done, total) = exchange.progress();
                progress(Progress { stage: stage.clone(), done: done as u64, total: total as u64 });
            });
            let (speculative, asked) = (exchange.is_speculative(), exchange.asked());
            let begun = exchange.progress().0 > 0;
            part = exchange.into_part();
            match read {
                Ok(read) => {
                    self.learn(&read);
                    let size = read.bytes.len() as u64;
                    self.report_progress(&stage, size, size);
                    return Ok(read.bytes);
                }
                Err(SessionError::Unprotected { step: step @ Step::Read(_), sw })
                    if speculative && is_about_length(sw) =>
                {
                    self.header_first = true;
                    self.note_quirks(&["read.header_first", "read.channel_dropped"]);
                    self.regain_access(step)?;
                }
                Err(SessionError::Unprotected { step: step @ Step::Read(_), sw }) if is_about_length(sw) => {
                    let smaller = READ_LE.iter().find(|rung| rung.value < asked && self.allows(rung.value));
                    let Some(rung) = smaller else { return Err(SessionError::Unprotected { step, sw }) };
                    self.max_le = rung.value;
                    self.note_quirks(&[rung.id, "read.channel_dropped"]);
                    self.regain_access(step)?;
                }
                // It dropped the channel over the short identifier itself.
                Err(SessionError::Unprotected { step: step @ Step::Read(_), sw })
                    if self.opening == Opening::ShortIdentifier
                        && !begun
                        && !matches!(sw, StatusWord::NOT_FOUND | StatusWord::SECURITY_NOT_SATISFIED) =>
                {
                    self.opening = Opening::Select;
                    self.note_quirks(&["read.no_sfi", "read.channel_dropped"]);
                    self.regain_access(step)?;
                }
                // It opens files by their short identifiers only: from the start.
                Err(SessionError::Protocol(ProtocolError::Refused { step: Step::Select(_), .. }))
                    if resumed =>
                {
                    part = FilePart::default();
                }
                Err(error) => self.recover(error)?,
            }
        }
    }

    /// Keeps what reading a file has taught about the chip, for the files after it and no longer: kept on disk by the model
    /// of document, it would tell afterwards which States' documents were read on this machine, and spare a few commands.
    fn learn(&mut self, read: &FileRead) {
        self.note_quirks(&read.quirks);
        self.header_first |= read.quirks.contains(&"read.header_first");
        if read.quirks.contains(&"read.no_sfi") {
            self.opening = Opening::Select;
        }
    }

    /// Whether a read of this size goes with reader, cipher and what was learnt.
    fn allows(&self, le: u32) -> bool {
        let fits = match self.channel.secure() {
            Some(secure) if le <= 256 => fits_short_response(secure.cipher(), le),
            Some(_) => true,
            None => le <= 256,
        };
        fits && le <= self.max_le
    }

    pub(super) fn report_progress(&mut self, stage: &str, done: u64, total: u64) {
        (self.progress)(Progress { stage: stage.to_owned(), done, total });
    }

    pub(super) fn note_quirks(&mut self, quirks: &[&'static str]) {
        self.quirks.extend(quirks);
    }

    fn finish(mut self) -> Reading {
        self.quirks.extend(self.channel.link().quirk());
        Reading {
            files: self.files,
            access: self.access,
            chip_authentication: self.chip_authentication,
            active_authentication: self.active_authentication,
            chip_mapping: self.chip_mapping,
            unread: self.unread,
            quirks: self.quirks.into_iter().map(str::to_owned).collect(),
            counts: self.channel.link().counts(),
            card: self.channel.link().card().clone(),
        }
    }
}

/// Status words with which chips drop the channel when a read is too long for them.
fn is_about_length(sw: StatusWord) -> bool {
    matches!(sw, StatusWord::WRONG_LENGTH | StatusWord::SM_OBJECTS_INCORRECT | StatusWord::NO_DIAGNOSIS)
        || sw.exact_le().is_some()
}
