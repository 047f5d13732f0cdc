//! Why no specimen was made or loaded.

use crate::crypto::{AgreementError, CurveError, EntropyError, KeyError, SignatureError};
use crate::lds::{LdsError, MrzError};

/// A specimen that cannot be made or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecimenError {
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A key that cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A curve computation that failed.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// A key agreement that failed.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// A signature that cannot be made.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A file of the chip that cannot be written or read.
    #[error(transparent)]
    Lds(#[from] LdsError),
    /// A machine readable zone that cannot be written or read.
    #[error(transparent)]
    Mrz(#[from] MrzError),
    /// A value that has no encoding.
    #[error("{0} cannot be encoded")]
    Encoding(&'static str),
    /// A time outside the years that documents can express.
    #[error("the time is outside the years that certificates and documents can express")]
    Time,
    /// `chip.json` that is not what it must be.
    #[error("chip.json: {0}")]
    Chip(String),
    /// A file that cannot be read.
    #[error("{file}: {source}")]
    File {
        /// The file's name in the folder.
        file: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A portrait that is no JPEG with a readable size.
    #[error("the portrait is no JPEG whose size can be read")]
    Portrait,
}
