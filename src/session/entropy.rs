//! Entropy that a recording keeps, and entropy that a recording gives back.

use crate::crypto::{Entropy, EntropyError};
use crate::transport::{RecordingLog, ReplayCursor};

/// Passes draws on and notes them in a recording, between the exchanges where they were made.
pub struct RecordedEntropy<'e> {
    inner: &'e mut dyn Entropy,
    log: RecordingLog,
}

impl<'e> RecordedEntropy<'e> {
    /// Notes the draws of `inner` in `log`.
    pub fn new(inner: &'e mut dyn Entropy, log: RecordingLog) -> Self {
        Self { inner, log }
    }

    /// The source itself, for a recording that must not keep its draws.
    pub fn inner(&mut self) -> &mut dyn Entropy {
        self.inner
    }
}

impl Entropy for RecordedEntropy<'_> {
    fn fill(&mut self, draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        self.inner.fill(draw, out)?;
        self.log.draw(draw, out);
        Ok(())
    }
}

/// The draws of a recording, which must be asked for in the same order.
pub struct ReplayEntropy(ReplayCursor);

impl ReplayEntropy {
    /// The draws of the replay that this cursor belongs to.
    #[must_use]
    pub const fn new(cursor: ReplayCursor) -> Self {
        Self(cursor)
    }
}

impl Entropy for ReplayEntropy {
    fn fill(&mut self, draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        let bytes = self
            .0
            .draw(draw, out.len())
            .map_err(|error| EntropyError { draw: draw.to_owned(), reason: error.to_string() })?;
        out.copy_from_slice(&bytes);
        Ok(())
    }
}
