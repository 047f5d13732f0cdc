//! The one loop that drives exchanges: protect, transceive (a recording transport records there, before
//! anything looks at the response), open, next.

use super::error::SessionError;
use super::reading::Counts;
use crate::iso7816::{CommandApdu, Opened, ResponseApdu, SecureMessaging};
use crate::protocol::{Exchange, Next, Step};
use crate::transport::{CardInfo, Transport};

/// What a session may use up. A chip that never comes to an end runs into it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub apdus: u64,
    pub bytes: u64,
}

/// The way to the chip, plain or under session keys.
pub(super) struct Channel<'t> {
    transport: &'t mut dyn Transport,
    secure: Option<SecureMessaging>,
    budget: Budget,
    counts: Counts,
}

impl<'t> Channel<'t> {
    pub(super) fn new(transport: &'t mut dyn Transport, budget: Budget) -> Self {
        Self { transport, secure: None, budget, counts: Counts::default() }
    }

    pub(super) fn card(&self) -> &CardInfo {
        self.transport.card()
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(super) const fn secure(&self) -> Option<&SecureMessaging> {
        self.secure.as_ref()
    }

    /// From here on under these keys, or plain.
    pub(super) fn set_secure(&mut self, secure: Option<SecureMessaging>) {
        self.secure = secure;
    }

    /// Runs an exchange to its end.
    pub(super) fn drive<E: Exchange>(&mut self, exchange: &mut E) -> Result<E::Output, SessionError> {
        self.drive_watched(exchange, |_| {})
    }

    /// The same; `watch` sees the exchange after each step.
    pub(super) fn drive_watched<E: Exchange>(
        &mut self,
        exchange: &mut E,
        mut watch: impl FnMut(&E),
    ) -> Result<E::Output, SessionError> {
        let mut reply = None;
        loop {
            match exchange.next(reply.as_ref())? {
                Next::Done(output) => return Ok(output),
                Next::Send(command, step) => {
                    watch(exchange);
                    reply = Some(self.send(&command, step)?);
                }
            }
        }
    }

    /// Sends one command; gives the response as opened.
    pub(super) fn send(&mut self, command: &CommandApdu, step: Step) -> Result<ResponseApdu, SessionError> {
        if self.counts.apdus >= self.budget.apdus {
            return Err(SessionError::Budget { step, what: "commands" });
        }
        if self.counts.sent + self.counts.received >= self.budget.bytes {
            return Err(SessionError::Budget { step, what: "bytes" });
        }
        let bytes = match &mut self.secure {
            None => command.to_bytes(),
            Some(secure) => secure
                .protect(command)
                .map_err(|error| SessionError::SecureMessaging { step, error })?
                .to_bytes(),
        };
        let bytes = bytes.map_err(|error| SessionError::Apdu { step, error })?;
        self.counts.apdus += 1;
        self.counts.sent += bytes.len() as u64;
        let reply =
            self.transport.transceive(&bytes).map_err(|error| SessionError::Transport { step, error })?;
        self.counts.received += reply.len() as u64;
        let reply = ResponseApdu::from_bytes(&reply).map_err(|error| SessionError::Apdu { step, error })?;
        match &mut self.secure {
            None => Ok(reply),
            Some(secure) => match secure.open(&reply) {
                Opened::Protected(plain) => Ok(plain),
                Opened::Unprotected(sw) => Err(SessionError::Unprotected { step, sw }),
                Opened::Broken(error) => Err(SessionError::SecureMessaging { step, error }),
            },
        }
    }
}
