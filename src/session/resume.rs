//! A card that was lost and comes back. The session goes on where it stopped, with the same document: the same password
//! opened it by the same protocol, and the end of its EF.SOD, which is a signature that no other document has, is what was
//! read before. What was read in part is judged whole, by the hashes in EF.SOD.
//! Source: titre's own rule; Doc 9303-11 section 4.2 for what begins anew.

use super::error::SessionError;
use super::plan::Reader;
use crate::lds::FileId;
use crate::protocol::read_file::FilePart;
use crate::protocol::{ReadFile, ReadLimits};
use crate::transport::TransportError;

/// How often a card may be lost in one session.
const MAX_LOST: u32 = 8;
/// Bytes at the end of EF.SOD that are compared.
const COMPARED: usize = 32;

impl Reader<'_> {
    /// After `error`: where that is a lost card, waits for it and gains access anew.
    ///
    /// # Errors
    /// `error` itself where it is another, or where the card is not waited for or does not come.
    pub(super) fn recover(&mut self, error: SessionError) -> Result<(), SessionError> {
        let mut error = error;
        loop {
            self.await_card(&error)?;
            match self.reenter() {
                Ok(()) => return Ok(()),
                Err(next) => error = next,
            }
        }
    }

    /// The same before access was gained: all of that begins anew.
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub(super) fn start_again(&mut self, error: SessionError) -> Result<(), SessionError> {
        self.await_card(&error)?;
        self.channel.set_secure(None);
        (self.established, self.in_application) = (None, false);
        self.unread.clear();
        self.access.failures.clear();
        Ok(())
    }

    fn await_card(&mut self, error: &SessionError) -> Result<(), SessionError> {
        let SessionError::Transport { step, error: TransportError::CardLost(_) } = error else {
            return Err(error.clone());
        };
        if !self.options.resume || self.access.card_lost >= MAX_LOST {
            return Err(error.clone());
        }
        self.access.card_lost += 1;
        self.report_progress("read.card_awaited", 0, 0);
        match self.channel.reconnect() {
            // Nobody put it back: it is lost.
            Err(TransportError::NoCard { .. }) => Err(error.clone()),
            other => other.map_err(|error| SessionError::Transport { step: *step, error }),
        }
    }

    fn reenter(&mut self) -> Result<(), SessionError> {
        if let Some(access) = self.established.clone() {
            self.establish_again(&access)?;
        }
        self.confirm_document()
    }

    fn confirm_document(&mut self) -> Result<(), SessionError> {
        let Some(sod) = self.files.get(&FileId::Sod).cloned() else { return Ok(()) };
        let part = FilePart::new(sod[..sod.len().saturating_sub(COMPARED)].to_vec(), sod.len());
        let limits = ReadLimits::new(self.options.max_file, |le| le <= 96);
        match self.channel.drive(&mut ReadFile::resumed(FileId::Sod, limits, part)) {
            Ok(read) if read.bytes == sod => Ok(()),
            Ok(_) | Err(SessionError::Protocol(_)) => Err(SessionError::AnotherDocument),
            Err(error) => Err(error),
        }
    }
}
