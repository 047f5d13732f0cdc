//! The five words of a check's result, and the reasons that go with one.
//! Source: BSI TR-03135-1 section 3.5.2; precedence as in titre's own contract.

use serde::Serialize;

/// The result of a check. *Could not tell* is never *false*, and neither is ever *true*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The check was made and passed.
    Successful,
    /// The check was made and did not pass.
    Failed,
    /// It could not be told.
    Undetermined,
    /// The check is not there for this capture.
    NotSupported,
    /// The check was broken off.
    Aborted,
}

impl Verdict {
    /// The word as results carry it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
            Self::NotSupported => "not_supported",
            Self::Aborted => "aborted",
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::NotSupported => 1,
            Self::Undetermined => 2,
            Self::Aborted => 3,
            Self::Failed => 4,
        }
    }

    /// The result of a node over two children: failed > aborted > undetermined > not_supported > successful.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }
}

/// Why a result is what it is: a stable code (message `reason-<code>` with `-` for `.` and `_`) and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The code, dotted lower case: `challenge.wrong_order`.
    pub code: &'static str,
    /// Values for the localised text. Never personal data.
    #[serde(serialize_with = "as_map", skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(&'static str, String)>,
}

impl Reason {
    /// Every code, each with a message in every language.
    pub const CODES: &'static [&'static str] = &[
        "challenge.not_yet_issued",
        "challenge.expired",
        "challenge.too_slow",
        "challenge.too_early",
        "challenge.out_of_time",
        "challenge.gesture_missing",
        "challenge.gesture_weak",
        "challenge.wrong_order",
        "challenge.extra_gesture",
        "challenge.mirrored",
        "pad.networks_not_in_set",
        "pad.networks_missing",
        "pad.networks_say_attack",
        "pad.border_not_visible",
        "pad.edges_around_face",
        "pad.raster_seen",
        "pad.surroundings_follow",
        "pad.not_one_take",
        "pad.frozen_picture",
        "pad.looped_pictures",
        "pad.face_missing",
        "pad.second_face_seen",
        "pad.still_picture",
        "pad.repeated_pictures",
        "pad.flat_in_turn",
        "pad.not_one_person",
        "pad.face_jumps",
        "match.between_thresholds",
        "match.portrait_small",
        "match.portrait_quality",
        "match.capture_quality",
        "match.few_frames",
    ];

    /// A reason without values.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        debug_assert!(Self::CODES.contains(&code), "{code} is not listed");
        Self { code, args: Vec::new() }
    }

    /// Adds a value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

fn as_map<S: serde::Serializer>(args: &[(&'static str, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(args.iter().map(|(name, value)| (*name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_outweighs_everything_and_undetermined_is_never_successful() {
        assert_eq!(Verdict::Failed.and(Verdict::Aborted), Verdict::Failed);
        assert_eq!(Verdict::Successful.and(Verdict::Undetermined), Verdict::Undetermined);
        assert_eq!(Verdict::Undetermined.and(Verdict::Aborted), Verdict::Aborted);
        assert_eq!(Verdict::Successful.and(Verdict::NotSupported), Verdict::NotSupported);
        assert_eq!(Verdict::Successful.and(Verdict::Successful), Verdict::Successful);
    }
}
