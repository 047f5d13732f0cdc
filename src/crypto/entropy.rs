//! Where random bytes come from. Every draw has a label, so that a recording can serve the same bytes again
//! and a replay runs the protocols for real. OS randomness itself enters only in `main`.
//! Source: BSI TR-03116-2 section 8.3 (random for ephemeral keys).

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A source of random bytes with labelled draws.
pub trait Entropy {
    /// Fills `out`. `draw` names the use: `bac.rnd_ifd`, `pace.ephemeral`, `ca.ephemeral`, `aa.challenge`.
    ///
    /// # Errors
    /// [`EntropyError`] where the source has nothing for this draw; `out` must then not be used.
    fn fill(&mut self, draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError>;
}

/// A source of random bytes that gave none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no randomness for {draw}: {reason}")]
pub struct EntropyError {
    /// The label of the draw.
    pub draw: String,
    /// What went wrong.
    pub reason: String,
}

/// The same bytes for the same seed: specimen documents, rendered people and tests. Never for a live chip.
#[derive(Debug, Clone)]
pub struct SeededEntropy(ChaCha20Rng);

impl SeededEntropy {
    /// A stream for `seed`, apart from those of other `domain`s.
    #[must_use]
    pub fn new(domain: &str, seed: u64) -> Self {
        let mut input = domain.as_bytes().to_vec();
        input.push(0);
        input.extend(seed.to_be_bytes());
        let digest = super::HashAlgorithm::Sha256.digest(&input);
        let mut key = [0u8; 32];
        key.copy_from_slice(&digest);
        Self(ChaCha20Rng::from_seed(key))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, _draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill_bytes(out);
        Ok(())
    }
}
