//! A transport whose card may take so much time and no more: a chip that answers each command slowly, and never comes to
//! an end, ends the session. Only the time that answers take counts, not that in which a card is waited for.

use super::record::Stopwatch;
use super::{CardInfo, Transport, TransportError};
use std::time::Duration;

/// Passes everything on until the time is used up.
pub struct Patience<T> {
    inner: T,
    clock: Stopwatch,
    limit: Duration,
    used: Duration,
}

impl<T: Transport> Patience<T> {
    /// `inner`, whose answers may take `limit` altogether by `clock`.
    pub fn new(inner: T, limit: Duration, clock: Stopwatch) -> Self {
        Self { inner, clock, limit, used: Duration::ZERO }
    }
}

impl<T: Transport> Transport for Patience<T> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.used >= self.limit {
            return Err(TransportError::Overdue { seconds: self.limit.as_secs() });
        }
        let start = (self.clock)();
        let reply = self.inner.transceive(command);
        self.used = self.used.saturating_add((self.clock)().saturating_sub(start));
        reply
    }

    fn card(&self) -> &CardInfo {
        self.inner.card()
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        self.inner.reconnect()
    }
}
