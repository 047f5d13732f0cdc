//! Face models: a manifest that names them by digest, and the files, compiled in or in a folder. A file is read once, its
//! digest checked, and only those bytes are ever parsed.

#[cfg(feature = "face")]
mod built_in;
pub mod calibration;
#[cfg(feature = "face")]
pub mod convert;
pub mod floor;
#[cfg(feature = "face")]
pub mod install;
pub mod manifest;
#[cfg(feature = "face")]
mod network;
pub mod original;
#[cfg(feature = "face")]
mod set;

pub use calibration::{Alignment, ComparisonPlan, Maturity};
pub use floor::{BelowFloor, Floor};
pub use manifest::{Manifest, Task};
#[cfg(feature = "face")]
pub use network::Network;
#[cfg(feature = "face")]
pub use set::{FileState, ModelSet, Origin};

use serde::Serialize;
use std::path::PathBuf;

/// A model as results name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelRef {
    /// Its name in the manifest.
    pub name: String,
    /// SHA-256 of its file, hex.
    pub sha256: String,
    /// How far its figures go.
    pub maturity: Maturity,
}

/// What can be wrong with models.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// No folder, or no file in it that the task needs.
    #[error("there is no {path}")]
    Missing {
        /// What was looked for.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A manifest that is malformed.
    #[error("manifest: {0}")]
    Manifest(String),
    /// A file that is not the one that the manifest names.
    #[error("{path} has SHA-256 {found}, the manifest says {expected}")]
    Digest {
        /// The file.
        path: PathBuf,
        /// Its digest.
        found: String,
        /// The manifest's.
        expected: String,
    },
    /// A model that cannot be parsed or run, or whose output is not what its decoder reads.
    #[error("model {name}: {reason}")]
    Unusable {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
}

impl ModelError {
    fn manifest(reason: impl Into<String>) -> Self {
        Self::Manifest(reason.into())
    }

    #[cfg(feature = "face")]
    pub(crate) fn unusable(name: &str, reason: impl ToString) -> Self {
        Self::Unusable { name: name.to_owned(), reason: reason.to_string() }
    }
}
