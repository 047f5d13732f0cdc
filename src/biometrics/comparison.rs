//! One-to-one comparison as a result: the score never stands alone, and is never called a probability.
//! Source: ISO/IEC 2382-37 (words); ISO/IEC 19795-1 (false match and false non-match rate).

use super::models::{BelowFloor, Maturity, ModelRef};
use super::{Reason, Verdict};
use crate::consent::Ground;
use serde::Serialize;

/// Which way the score goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Direction {
    /// A higher score means more alike.
    HigherIsMoreAlike,
}

/// What the comparison decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// At or above the threshold, from a capture and a portrait good enough.
    Match,
    /// Below the lower threshold, from a capture and a portrait good enough.
    NoMatch,
    /// Between the thresholds, or the quality is short: a person decides.
    Inconclusive,
}

impl Decision {
    /// The word as results carry it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NoMatch => "no_match",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The same in the five words of a check.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Match => Verdict::Successful,
            Self::NoMatch => Verdict::Failed,
            Self::Inconclusive => Verdict::Undetermined,
        }
    }
}

/// What the threshold that decides did on another set than its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Elsewhere {
    /// The set.
    pub set: String,
    /// Impostor pairs that match there.
    pub false_match_rate: f64,
    /// Genuine pairs that do not.
    pub false_non_match_rate: f64,
}

/// Portrait against capture, 1:1.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What follows from the score.
    pub decision: Decision,
    /// Cosine of the two embeddings, -1 to 1. Not a probability.
    pub score: f32,
    /// At or above this: match.
    pub threshold: f32,
    /// Below this: no match. Between the two: inconclusive.
    pub lower_threshold: f32,
    /// Which way the score goes.
    pub direction: Direction,
    /// The false match rate at `threshold`, on `set`, not in the field.
    pub false_match_rate: f64,
    /// Where that rate may lie (95 %).
    pub false_match_interval: [f64; 2],
    /// The false non-match rate at `threshold`, on `set`.
    pub false_non_match_rate: f64,
    /// Where that rate may lie (95 %).
    pub false_non_match_interval: [f64; 2],
    /// The data set that all four come from.
    pub set: String,
    /// The set with its numbers of pairs.
    pub calibration: String,
    /// What the same threshold did on other sets.
    pub elsewhere: Vec<Elsewhere>,
    /// How far the models' figures go.
    pub maturity: Maturity,
    /// What the models lack for a kiosk that decides alone; `None` where they are good enough.
    pub below_kiosk_floor: Option<BelowFloor>,
    /// What the rates do not say.
    pub caveat: String,
    /// Frames (or the one image) that made the probe.
    pub probe_frames: usize,
    /// Why the decision is not the score's own, where quality is short.
    pub reasons: Vec<Reason>,
    /// The networks, by digest.
    pub models: Vec<ModelRef>,
    /// On what ground portrait and capture were processed.
    #[serde(skip)]
    pub ground: Ground,
}
