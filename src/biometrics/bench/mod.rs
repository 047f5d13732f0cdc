//! Public sets of images, read in the layout that they come in, and what a set of models does on them. Nothing of a
//! picture stays but figures.
//!
//! ```text
//! folder --layout--> Collection --look--> Seen (faces, vector, live score) --measure--> Measures
//!                        |
//!                        +--truth--> Truth (points, pose, lids) --sight--> Compared --landmarks--> Landmarks
//! ```

pub mod landmarks;
#[cfg(test)]
mod landmarks_tests;
pub mod layout;
pub mod look;
pub mod measure;
pub mod pairs;
mod picture;
pub mod sight;
pub mod truth;

pub use landmarks::{Distances, Landmarks, distances, landmarks};
pub use layout::{Collection, Item, Layout};
pub use look::{Looking, Seen, look};
pub use measure::{
    Attacks, Detection, Share, Verification, against_sittings, attacks, detection, gallery, verification,
};
pub use pairs::{Accuracy, Pair, PairList, accuracy};
pub use sight::{Compared, Comparing, Which, compare};
pub use truth::{FeaturePoint, Truth, truths};

use crate::biometrics::models::ModelError;
use std::path::PathBuf;

/// What can be wrong with a set of images.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A folder or file that cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder holds none of the known layouts.
    #[error("{0} holds none of the known layouts")]
    Layout(PathBuf),
    /// More pictures or pairs than the limit.
    #[error("more than {0} pictures or pairs")]
    TooMany(usize),
    /// A list of pairs that is malformed, or names a picture that is not there.
    #[error("{path}, line {line}: {reason}")]
    Pairs {
        /// The list.
        path: PathBuf,
        /// The line, from one.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file that says what is true of pictures, and is malformed.
    #[error("{path}: {reason}")]
    Truth {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A model is missing or broken.
    #[error(transparent)]
    Model(#[from] ModelError),
}
