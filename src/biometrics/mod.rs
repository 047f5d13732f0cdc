//! Holds: portrait, video, detection, quality, liveness, comparison, models.
//! May use: consent, lds, crypto (hashes and entropy only).
//! Implements: ISO/IEC 19794-5 and 39794-5 (portrait), ISO/IEC 29794-5 (quality), ISO/IEC 30107-3 (presentation attack detection), ISO/IEC 2382-37 (words).
//!
//! ```text
//! DG2 ----> Portrait --embedding------------------------------+
//! file ---> Video --frames--> Capture (track, quality, ...) --+--> Comparison
//!                               |                +--> Liveness <-- Challenge
//! ```
//!
//! The values ([`Challenge`], [`Liveness`], [`Comparison`], [`Verdict`]) are there in every build; what decodes and
//! infers needs the feature `face`.

pub mod challenge;
pub mod comparison;
pub mod liveness;
pub mod models;
pub mod verdict;

#[cfg(feature = "face")]
pub mod analysis;
#[cfg(feature = "face")]
pub mod bench;
#[cfg(feature = "face")]
pub mod capture;
#[cfg(feature = "face")]
pub mod challenge_check;
#[cfg(feature = "face")]
pub mod detect;
#[cfg(feature = "face")]
pub mod embed;
#[cfg(feature = "face")]
pub mod error_rates;
#[cfg(feature = "face")]
pub mod geometry;
#[cfg(feature = "face")]
pub mod gestures;
#[cfg(feature = "face")]
pub mod image_file;
#[cfg(feature = "face")]
pub mod injection;
#[cfg(feature = "face")]
pub mod judge;
#[cfg(feature = "face")]
pub mod landmarks;
#[cfg(feature = "face")]
pub mod pad;
#[cfg(feature = "face")]
pub mod planarity;
#[cfg(feature = "face")]
pub mod portrait;
#[cfg(feature = "face")]
pub mod pose;
#[cfg(feature = "face")]
pub mod quality;
#[cfg(feature = "face")]
pub mod score_histogram;
#[cfg(feature = "face")]
pub mod video;

pub use challenge::{Challenge, ChallengeError, Gesture};
pub use comparison::{Comparison, Decision, Direction, Elsewhere};
pub use liveness::{ChallengeReport, Cue, GestureAnswer, GestureEvent, Liveness, PadReport, Sign};
pub use models::{BelowFloor, Floor, Manifest, Maturity, ModelError, ModelRef};
pub use verdict::{Reason, Verdict};

#[cfg(feature = "face")]
pub use analysis::analyse_video;
#[cfg(feature = "face")]
pub use capture::{Capture, CaptureError, Event, Stage};
#[cfg(feature = "face")]
pub use image_file::{ImageError, ImageKind};
#[cfg(feature = "face")]
pub use judge::{compare, compare_image};
#[cfg(feature = "face")]
pub use models::ModelSet;
#[cfg(feature = "face")]
pub use portrait::{ImageChoice, Portrait, PortraitError, PortraitFace, embed_portrait};
#[cfg(feature = "face")]
pub use quality::{Limit, Measure, Quality};
#[cfg(feature = "face")]
pub use video::{Video, VideoError};
