//! Liveness as a result: presentation attack detection and the answer to the challenge, each with what it was
//! judged from. How both are found out stands in `pad` and `challenge_check`.
//! Source: ISO/IEC 30107-3:2023 (words). No level of that standard or of iBeta is claimed.

use super::challenge::Gesture;
use super::models::ModelRef;
use super::{Reason, Verdict};
use serde::Serialize;

/// Whether a living person stood before the camera, as far as a recorded video tells.
#[derive(Debug, Clone, Serialize)]
pub struct Liveness {
    /// Attack detection and challenge together.
    pub result: Verdict,
    /// Why, where the result is not `successful`; and what was not checked, the set of models claiming none of it.
    pub reasons: Vec<Reason>,
    /// Presentation attack detection.
    pub pad: PadReport,
    /// The challenge; `None` where the capture was not asked one.
    pub challenge: Option<ChallengeReport>,
}

/// Passive presentation attack detection over the whole video: an indicator, not a certified test.
#[derive(Debug, Clone, Serialize)]
pub struct PadReport {
    /// All cues together.
    pub result: Verdict,
    /// Mean score of the networks over the sampled frames, 0 (attack) to 1 (live); `None` where there is no network.
    pub score: Option<f32>,
    /// The score from which on the networks call it live.
    pub threshold: f32,
    /// Always `higher_is_live`.
    pub direction: &'static str,
    /// Frames that the networks judged.
    pub frames: usize,
    /// Where the threshold and its error rates come from.
    pub calibration: String,
    /// The cues, the networks' one among them.
    pub cues: Vec<Cue>,
    /// The networks, by digest.
    pub models: Vec<ModelRef>,
}

/// One cue of presentation attack detection.
#[derive(Debug, Clone, Serialize)]
pub struct Cue {
    /// Stable id: `pad.networks`, `pad.still`, `pad.planar`, `pad.border`, `pad.repeated`.
    pub id: &'static str,
    /// What the cue says.
    pub result: Verdict,
    /// The measured value, where there is one.
    pub value: Option<f32>,
    /// The limit that it is held against.
    pub limit: f32,
    /// `value_above_limit_passes` or `value_below_limit_passes`.
    pub direction: &'static str,
}

/// A gesture that was seen, in milliseconds of the video.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GestureEvent {
    /// Which.
    pub gesture: Gesture,
    /// When it began.
    pub start_ms: i64,
    /// When it was strongest.
    pub peak_ms: i64,
    /// When it was over.
    pub end_ms: i64,
    /// The strongest value, in the gesture's own unit (degrees, or a ratio to the neutral face).
    pub peak: f32,
}

/// The answer to a challenge.
#[derive(Debug, Clone, Serialize)]
pub struct ChallengeReport {
    /// Whether all gestures were made, in order, none besides, in time.
    pub result: Verdict,
    /// The challenge's identifier.
    pub id: String,
    /// What was asked for.
    pub asked: Vec<Gesture>,
    /// What was seen.
    pub seen: Vec<GestureEvent>,
    /// Bits of the order: what a film made beforehand had to guess.
    pub order_bits: f64,
    /// Why, where the result is not `successful`.
    pub reasons: Vec<Reason>,
}
