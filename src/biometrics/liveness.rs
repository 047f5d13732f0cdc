//! Liveness as a result: presentation attack detection and the answer to the challenge, each with what it was
//! judged from. How both are found out stands in `pad` and `challenge_check`.
//! Source: ISO/IEC 30107-3:2023 (words). No level of that standard or of iBeta is claimed.

use super::challenge::Gesture;
use super::models::ModelRef;
use super::{Reason, Verdict};
use crate::consent::Ground;
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
    /// Signs that the video did not come from a camera: they never decide.
    pub injection: Vec<Sign>,
    /// The challenge; `None` where the capture was not asked one.
    pub challenge: Option<ChallengeReport>,
    /// On what ground the capture was looked at.
    #[serde(skip)]
    pub ground: Ground,
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
    /// Stable id, dotted lower case: `pad.networks`, `pad.cut`.
    pub id: &'static str,
    /// What the cue says.
    pub result: Verdict,
    /// The measured value, where there is one.
    pub value: Option<f32>,
    /// The limit that it is held against.
    pub limit: f32,
    /// `value_above_limit_passes` or `value_below_limit_passes`.
    pub direction: &'static str,
    /// Where in the video, in milliseconds, if it is one moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
}

/// A sign of injection: something that a camera does not do, and that a recorder or an editor may do innocently. It is
/// evaluatory: an officer may look at it, and no result follows from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sign {
    /// Stable id: `injection.encoder`, `injection.intervals`, `injection.noise`.
    pub id: &'static str,
    /// `successful` where the sign is absent, `undetermined` where it is there; never `failed`.
    pub result: Verdict,
    /// The measured value, where there is one.
    pub value: Option<f64>,
    /// The limit that it is held against, where there is one.
    pub limit: Option<f64>,
    /// What was found, in words of the file format: an encoder's name.
    pub found: Option<String>,
    /// Always `true`.
    pub evaluatory: bool,
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
    /// The value from which on it counts.
    pub limit: f32,
    /// The strongest value by the second family of networks, for what the head as a whole does; `None` where that
    /// family is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_peak: Option<f32>,
    /// The value that the second family must see; `None` for what it does not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_limit: Option<f32>,
}

/// One gesture that was asked for, with its window of time and what was seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GestureAnswer {
    /// Which.
    pub gesture: Gesture,
    /// From when on it could begin, in milliseconds of the video.
    pub opens_ms: i64,
    /// Until when it had to begin.
    pub closes_ms: i64,
    /// What was seen; `None` where it is missing or another came in its place.
    pub event: Option<GestureEvent>,
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
    /// Each gesture with its window of time.
    pub answers: Vec<GestureAnswer>,
    /// Bits of the sequence: what a film made beforehand had to guess.
    pub order_bits: f64,
    /// Why, where the result is not `successful`.
    pub reasons: Vec<Reason>,
}
