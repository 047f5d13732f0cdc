//! What happens at the readers, as it happens.

use super::errors::mapped;
use super::{entries, establish};
use crate::transport::TransportError;
use crate::transport::reader::{ReaderEntry, ReaderEvent, events};
use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};
use std::time::{Duration, Instant};

/// Longest wait for the card service before the readers are listed again: not every service tells of new readers.
const GLANCE: Duration = Duration::from_secs(2);

/// Follows all readers. What is there at the start is told as if it had just come.
pub struct Watcher {
    context: Context,
    states: Vec<ReaderState>,
    known: Vec<ReaderEntry>,
}

impl Watcher {
    /// Begins to watch.
    ///
    /// # Errors
    /// [`TransportError::Service`] where the card service does not answer.
    pub fn new() -> Result<Self, TransportError> {
        Ok(Self { context: establish()?, states: Vec::new(), known: Vec::new() })
    }

    /// What happened since the last call; waits for the first event, at most for `wait`. Empty where nothing did.
    ///
    /// # Errors
    /// [`TransportError::Service`] where the card service ends.
    pub fn next(&mut self, wait: Option<Duration>) -> Result<Vec<ReaderEvent>, TransportError> {
        let start = Instant::now();
        loop {
            let now: Vec<ReaderEntry> = entries(&self.context)?.into_iter().map(|(_, entry)| entry).collect();
            let events = events(&self.known, &now);
            self.known = now;
            let left = wait.map(|wait| wait.saturating_sub(start.elapsed()));
            if !events.is_empty() || left.is_some_and(|left| left.is_zero()) {
                return Ok(events);
            }
            self.pause(left.unwrap_or(GLANCE).min(GLANCE))?;
        }
    }

    /// Waits for a change.
    fn pause(&mut self, wait: Duration) -> Result<(), TransportError> {
        self.states.retain(|state| {
            let name = state.name();
            name == PNP_NOTIFICATION()
                || self.known.iter().any(|entry| name.to_string_lossy() == entry.name.as_str())
        });
        if self.states.is_empty() {
            self.states.push(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
        }
        for entry in &self.known {
            if !self.states.iter().any(|state| state.name().to_string_lossy() == entry.name.as_str())
                && let Ok(name) = std::ffi::CString::new(entry.name.as_str())
            {
                self.states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        let changed = self.context.get_status_change(wait, &mut self.states);
        for state in &mut self.states {
            state.sync_current_state();
        }
        match changed {
            Ok(()) | Err(Error::Timeout | Error::UnknownReader) => Ok(()),
            Err(error) => Err(mapped(error, "", wait)),
        }
    }
}
