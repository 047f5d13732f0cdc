//! EF.ATR/INFO and EF.DIR. The shortest way to a document does without them: the answer to reset of most chips says
//! whether they take extended length, and nothing that titre reads stands in another application. So EF.ATR/INFO is read,
//! with one command, only where the answer to reset is silent and the link may carry extended length: there it saves some
//! eighty commands. Both are read where all files are asked for.
//! Source: Doc 9303-10 sections 3.11.1 and 3.11.2.

use super::error::SessionError;
use super::plan::Reader;
use crate::lds::{AtrInfo, EfDir, FileId};
use crate::protocol::ReadCardFile;
use crate::transport::{TransportError, reader};

impl Reader<'_> {
    /// Reads what is wanted of them, in the master file and before access.
    pub(super) fn read_card_files(&mut self) -> Result<(), SessionError> {
        let card = self.channel.link().card();
        let silent = card.max_le <= 256 && card.may_carry_extended() && !reader::tells_length(&card.atr);
        let carries = card.may_carry_extended();
        if (silent || self.options.all_files)
            && let Some(bytes) = self.read_card_file(FileId::AtrInfo)?
            && let Ok(info) = AtrInfo::parse(&bytes)
        {
            if let Some(max_le) = info.max_le().filter(|_| carries) {
                // Where the answer to reset has spoken, this may only lower what it said.
                self.max_le = if silent { max_le } else { max_le.min(self.max_le) };
                self.channel.learn(self.max_le, info.max_command);
            }
            self.files.insert(FileId::AtrInfo, bytes);
        }
        if self.options.all_files
            && let Some(bytes) = self.read_card_file(FileId::Dir)?
            && EfDir::parse(&bytes).is_ok()
        {
            self.files.insert(FileId::Dir, bytes);
        }
        Ok(())
    }

    fn read_card_file(&mut self, file: FileId) -> Result<Option<Vec<u8>>, SessionError> {
        match self.channel.drive(&mut ReadCardFile::new(file)) {
            Err(SessionError::Transport { error: TransportError::Timeout { .. }, .. }) => Ok(None),
            other => other,
        }
    }
}
