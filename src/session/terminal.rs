//! Terminal authentication within a session, and the fingerprints and irises that it opens. Only a session that was
//! given certificates and a key comes here, and only after chip authentication is a terminal authenticated: the rights
//! are bound to its keys. What the chip refuses is data of the `Reading`.
//! Source: Doc 9303-11 section 7.1; BSI TR-03110-1 sections 2.4 and 3.5.

use super::error::SessionError;
use super::plan::Reader;
use super::reading::{StepFailure, TerminalReport, Unread, UnreadReason};
use crate::iso7816::StatusWord;
use crate::lds::{Dg14, FileId};
use crate::protocol::terminal_authentication::Binding;
use crate::protocol::{ProtocolError, ReadCvca, Step, TerminalAuthentication, TerminalCredentials};

const PROTECTED: [u8; 2] = [3, 4];
/// The step that a channel is set up anew for.
const AGAIN: Step = Step::Protocol("ta.chip_authentication");

impl Reader<'_> {
    /// Authenticates the terminal, where it has what that takes, and reads what its rights open; gives the data groups
    /// that are dealt with, whether read or not.
    pub(super) fn read_as_terminal(&mut self, listed: Option<&[u8]>) -> Result<Vec<u8>, SessionError> {
        let Some(credentials) = self.options.terminal.clone() else { return Ok(Vec::new()) };
        if !self.authenticate_terminal(&credentials)? {
            return Ok(Vec::new());
        }
        let mut dealt_with = Vec::new();
        for number in PROTECTED {
            if listed.is_some_and(|list| !list.contains(&number)) {
                continue;
            }
            dealt_with.push(number);
            let file = FileId::Dg(number);
            if !self.may_read(file) {
                if listed.is_some() {
                    self.unread.push(Unread { file, reason: UnreadReason::NotAuthorized, sw: None });
                }
                continue;
            }
            self.read_protected(file, &credentials)?;
            if listed.is_none() {
                let absent = Some(StatusWord::NOT_FOUND.0);
                self.unread.retain(|unread| unread.file != file || unread.sw != absent);
            }
        }
        Ok(dealt_with)
    }

    fn may_read(&self, file: FileId) -> bool {
        self.access
            .terminal
            .as_ref()
            .is_some_and(|report| report.authenticated && report.rights.contains(&file))
    }

    /// Reads a file; where the chip drops the channel on the way, and the rights with it, once more from the start.
    fn read_protected(
        &mut self,
        file: FileId,
        credentials: &TerminalCredentials,
    ) -> Result<(), SessionError> {
        let sessions = |reader: &Self| reader.access.reestablished + reader.access.card_lost;
        let before = sessions(self);
        self.read(file)?;
        if sessions(self) == before {
            return Ok(());
        }
        if self.authenticate_terminal(credentials)? && self.may_read(file) && !self.files.contains_key(&file)
        {
            self.unread.retain(|unread| unread.file != file);
            self.read(file)?;
        }
        Ok(())
    }

    /// Whether the chip accepts the terminal. The report says what came of it.
    fn authenticate_terminal(&mut self, credentials: &TerminalCredentials) -> Result<bool, SessionError> {
        self.report_progress("read.terminal_authentication", 0, 0);
        let mut report = TerminalReport::default();
        let tried = self.try_terminal(credentials, &mut report);
        let channel_is_gone = match tried {
            Ok(()) => false,
            Err(Tried::Failed(failure)) => {
                report.failure = Some(failure);
                false
            }
            // Under the keys of chip authentication a broken answer is an attack on the channel.
            Err(Tried::Session(error @ SessionError::SecureMessaging { .. })) => return Err(error),
            Err(Tried::Session(error)) if error.is_the_chips() => {
                report.failure = Some(error.to_failure("ta"));
                !matches!(error, SessionError::Protocol(_))
            }
            Err(Tried::Session(error)) => return Err(error),
        };
        report.authenticated = report.failure.is_none();
        let authenticated = report.authenticated;
        if !authenticated {
            report.rights.clear();
        }
        self.access.terminal = Some(report);
        if channel_is_gone {
            self.regain_access(AGAIN)?;
        }
        Ok(authenticated)
    }

    fn try_terminal(
        &mut self,
        credentials: &TerminalCredentials,
        report: &mut TerminalReport,
    ) -> Result<(), Tried> {
        let terminal = self.chip_authenticated_now()?;
        let fid = self.files.get(&FileId::Dg(14)).and_then(|bytes| Dg14::parse(bytes).ok());
        let fid = fid.and_then(|dg14| dg14.security_infos.terminal_authentication()?.ef_cvca);
        let (bytes, cvca) = self.channel.drive(&mut ReadCvca::new(fid))?;
        report.authorities = cvca.references().map(ToString::to_string).collect();
        self.files.insert(FileId::Cvca, bytes);
        let references: Vec<_> = cvca.references().collect();
        let route = credentials.route(&references).map_err(|error| failed("ta.certificates", &error))?;
        report.rights = route.files().collect();
        let binding = Binding { chip: self.chip_id.clone(), terminal };
        let extended = self.max_le > 256;
        let mut exchange =
            TerminalAuthentication::new(&route, credentials.key(), binding, extended, &mut *self.entropy);
        let ended = self.channel.drive(&mut exchange);
        let accepted = route.chain.iter().take(exchange.accepted());
        report.accepted = accepted.map(|certificate| certificate.body().holder.to_string()).collect();
        Ok(ended?)
    }

    /// The compressed key of chip authentication of the session that goes on now. Where the channel was dropped since,
    /// chip authentication is done again; the evidence stays that of the first time.
    fn chip_authenticated_now(&mut self) -> Result<Vec<u8>, Tried> {
        let witnessed = self.chip_authentication.as_ref().is_some_and(|evidence| evidence.witnessed);
        let is_current = |reader: &Self| {
            reader
                .chip_authenticated
                .as_ref()
                .filter(|(when, _)| *when == reader.access.reestablished)
                .cloned()
        };
        if witnessed && is_current(self).is_none() {
            let first = self.chip_authentication.take();
            self.authenticate_chip()?;
            self.chip_authentication = first;
        }
        match is_current(self) {
            Some((_, key)) => Ok(key),
            None => Err(failed("ta.chip_authentication", &"chip authentication did not succeed before")),
        }
    }
}

/// Why terminal authentication was not done.
enum Tried {
    Failed(StepFailure),
    Session(SessionError),
}

impl From<SessionError> for Tried {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl From<ProtocolError> for Tried {
    fn from(error: ProtocolError) -> Self {
        Self::Session(error.into())
    }
}

fn failed(step: &str, reason: &dyn std::fmt::Display) -> Tried {
    Tried::Failed(StepFailure { step: step.to_owned(), sw: None, reason: reason.to_string() })
}
