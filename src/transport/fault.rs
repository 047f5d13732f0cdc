//! A transport that does harm at a chosen exchange, to test what stands above it.

use super::{CardInfo, Transport, TransportError};

/// What to do to one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No response: the card is gone, now and for all that follows, until it is waited for.
    CardLost,
    /// No response to this command, for this reason; the next ones are answered.
    Fail(TransportError),
    /// So many bytes more, before the status word.
    Extend(usize),
    /// Flips the lowest bit of one byte of the response, counted from the end where negative.
    Flip(isize),
    /// Cuts the response to this many bytes.
    Cut(usize),
    /// Another response instead.
    Replace(Vec<u8>),
    /// The previous response again instead.
    Repeat,
    /// Flips the lowest bit of one byte of the command before it is sent.
    FlipCommand(usize),
}

/// Passes everything on but the exchange with the fault (counted from 0).
pub struct Faulty<T> {
    inner: T,
    at: usize,
    fault: Fault,
    count: usize,
    previous: Vec<u8>,
}

impl<T: Transport> Faulty<T> {
    /// `inner`, harmed at exchange `at`.
    pub const fn new(inner: T, at: usize, fault: Fault) -> Self {
        Self { inner, at, fault, count: 0, previous: Vec::new() }
    }

    /// Exchanges so far.
    pub const fn count(&self) -> usize {
        self.count
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let number = self.count;
        self.count += 1;
        if number > self.at && self.fault == Fault::CardLost {
            return Err(TransportError::CardLost("fault".to_owned()));
        }
        if number != self.at {
            self.previous = self.inner.transceive(command)?;
            return Ok(self.previous.clone());
        }
        if let Fault::FlipCommand(byte) = self.fault {
            let mut command = command.to_vec();
            if let Some(byte) = command.get_mut(byte) {
                *byte ^= 1;
            }
            return self.inner.transceive(&command);
        }
        let mut response = self.inner.transceive(command)?;
        match &self.fault {
            Fault::CardLost => return Err(TransportError::CardLost("fault".to_owned())),
            Fault::Flip(byte) => {
                let at = if *byte < 0 {
                    response.len().checked_add_signed(*byte)
                } else {
                    usize::try_from(*byte).ok()
                };
                if let Some(byte) = at.and_then(|at| response.get_mut(at)) {
                    *byte ^= 1;
                }
            }
            Fault::Fail(error) => return Err(error.clone()),
            Fault::Extend(more) => {
                let end = response.len().saturating_sub(2);
                response.splice(end..end, std::iter::repeat_n(0x5A, *more));
            }
            Fault::Cut(len) => response.truncate(*len),
            Fault::Replace(other) => response.clone_from(other),
            Fault::Repeat => response.clone_from(&self.previous),
            Fault::FlipCommand(_) => {}
        }
        Ok(response)
    }

    fn card(&self) -> &CardInfo {
        self.inner.card()
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        self.inner.reconnect()?;
        // What happened once has happened.
        if self.count > self.at {
            self.fault = Fault::Cut(usize::MAX);
        }
        Ok(())
    }
}
