//! The one loop that drives exchanges: protect, transceive (a recording transport records there, before
//! anything looks at the response), open, next.

use super::error::SessionError;
use super::link::{Budget, Link};
use crate::iso7816::{CommandApdu, Opened, ResponseApdu, SecureMessaging};
use crate::protocol::{Exchange, Next, Step};
use crate::transport::{Transport, TransportError};

/// The way to the chip, plain or under session keys.
pub(super) struct Channel<'t> {
    link: Link<'t>,
    secure: Option<SecureMessaging>,
}

impl<'t> Channel<'t> {
    pub(super) fn new(transport: &'t mut dyn Transport, budget: Budget) -> Self {
        Self { link: Link::new(transport, budget), secure: None }
    }

    pub(super) const fn link(&self) -> &Link<'t> {
        &self.link
    }

    /// See [`Link::learn`].
    pub(super) fn learn(&mut self, max_le: u32, longest: Option<u32>) {
        self.link.learn(max_le, longest);
    }

    /// Waits for a lost card; what comes back is powered up anew, and plain.
    pub(super) fn reconnect(&mut self) -> Result<(), TransportError> {
        self.secure = None;
        self.link.reconnect()
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
        let Some(secure) = &mut self.secure else { return self.link.exchange(command, step) };
        let broken = |error| SessionError::SecureMessaging { step, error };
        let protected = if self.link.is_extended() {
            secure.protect(command)
        } else {
            // What is asked for inside is what goes outside: more comes by GET RESPONSE.
            secure.protect(&CommandApdu { le: command.le.map(|le| le.min(256)), ..command.clone() })
        };
        let reply = self.link.exchange(&protected.map_err(broken)?, step)?;
        match secure.open(&reply) {
            Opened::Protected(plain) => Ok(plain),
            Opened::Unprotected(sw) => Err(SessionError::Unprotected { step, sw }),
            Opened::Broken(error) => Err(broken(error)),
        }
    }
}
