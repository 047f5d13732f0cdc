//! The decorator that records: every exchange is in the log before anybody looks at the response, so that a
//! failing one is always there. The log is shared, so that entropy draws and events stand between exchanges.

use super::recording::{Class, Entry, FORMAT, Header, LostReply, MAX_ENTRIES, Recording};
use super::{CardInfo, Transport, TransportError};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// A clock that counts from some start; it comes from outside, as all clocks do.
pub type Stopwatch = Box<dyn FnMut() -> Duration>;

/// The log that is being written; clones share it.
#[derive(Clone, Debug, Default)]
pub struct RecordingLog(Rc<RefCell<Vec<Entry>>>);

impl RecordingLog {
    /// Notes random bytes that were drawn.
    pub fn draw(&self, label: &str, bytes: &[u8]) {
        self.push(Entry::Draw { label: label.to_owned(), bytes: bytes.to_vec() });
    }

    /// Notes an event.
    pub fn event(&self, name: &str) {
        self.push(Entry::Event { name: name.to_owned() });
    }

    fn push(&self, entry: Entry) {
        self.0.borrow_mut().push(entry);
    }

    fn is_full(&self) -> bool {
        self.0.borrow().len() >= MAX_ENTRIES - 16
    }

    /// The recording so far.
    #[must_use]
    pub fn recording(&self, card: &CardInfo, tool: &str, class: Class) -> Recording {
        let header = Header {
            format: FORMAT.to_owned(),
            tool: tool.to_owned(),
            class,
            reader: card.reader.clone(),
            atr: card.atr.clone(),
            protocol: card.protocol.clone(),
            max_le: card.max_le,
        };
        Recording { header, entries: self.0.borrow().clone() }
    }
}

/// A transport that records what passes through it.
pub struct Recorder<T> {
    inner: T,
    log: RecordingLog,
    clock: Stopwatch,
}

impl<T: Transport> Recorder<T> {
    /// Records `inner` into `log`.
    pub fn new(inner: T, log: RecordingLog, clock: Stopwatch) -> Self {
        Self { inner, log, clock }
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.log.is_full() {
            return Err(TransportError::Recording("it has too many lines".to_owned()));
        }
        let start = (self.clock)();
        let reply = self.inner.transceive(command);
        let took = (self.clock)().saturating_sub(start);
        self.log.push(Entry::Exchange {
            t_us: micros(start),
            took_us: micros(took),
            command: command.to_vec(),
            reply: reply.clone().map_err(|error| LostReply::from(&error)),
        });
        reply
    }

    fn card(&self) -> &CardInfo {
        self.inner.card()
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        self.inner.reconnect()
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
