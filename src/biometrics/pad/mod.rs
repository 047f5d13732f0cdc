//! Presentation attack detection over a whole video: cues that are computed, one file each, and two networks where
//! there are any. It is an indicator: no level of ISO/IEC 30107-3 or of iBeta is claimed.
//!
//! | cue | says that |
//! |---|---|
//! | `pad.networks` | the attack networks see a person |
//! | `pad.border` | what surrounds the face can be seen |
//! | `pad.rectangle` | no straight edges stand around the face |
//! | `pad.grid` | no screen's or print's raster beats with the sensor |
//! | `pad.surroundings` | the surroundings do not move as the face does |
//! | `pad.still`, `pad.planar`, `pad.plane` | the shape changes, and as a head's does |
//! | `pad.cut`, `pad.frozen`, `pad.repeated`, `pad.loop` | the pictures are one take |
//! | `pad.gap`, `pad.jump`, `pad.second_face`, `pad.same_person` | one face was followed throughout |
//!
//! Source: ISO/IEC 30107-3 (words); each file names its own.
//! A set of models may claim no network: then that cue is `not_supported`, and the others decide.
//! Does not: masks, make-up, a video injected in place of a camera.

pub mod frames;
pub mod grid;
pub mod networks;
pub mod rectangle;
pub mod surroundings;
mod track;

pub use networks::live_scores;

use super::capture::{Capture, Observation};
use super::geometry::Point;
use super::liveness::{Cue, PadReport};
use super::models::ModelSet;
use super::models::manifest::PadPlan;
use super::planarity;
use super::{Reason, Verdict};

/// Widest face, as a share of the picture's width, around which a border could still be seen.
pub const MAX_FACE_WIDTH: f32 = 0.45;
/// Least change of a face's shape over a video (see [`planarity::change_of_shape`]), in eye distances.
pub const MIN_CHANGE: f32 = 0.012;
/// Least deviation of a turned head from a turned plane (see [`planarity::depth_in_turn`]), in eye distances.
pub const MIN_DEPTH: f32 = 0.035;
/// Least deviation from a plane where the shape changes most (see [`planarity::unlike_a_plane`]), in eye distances. Four
/// photos turned by 42 degrees gave 0.019 to 0.048, five people who looked around 0.18 to 0.25.
pub const MIN_UNLIKE_PLANE: f32 = 0.06;

/// Judges a capture.
#[must_use]
pub fn judge(models: &ModelSet, capture: &Capture) -> (PadReport, Vec<Reason>) {
    let plan = models.manifest().presentation_attack.as_ref();
    let scored: Vec<f32> = capture
        .samples
        .iter()
        .filter(|sample| !sample.live_scores.is_empty())
        .map(|sample| sample.live_scores.iter().sum::<f32>() / sample.live_scores.len() as f32)
        .collect();
    let score = (!scored.is_empty()).then(|| scored.iter().sum::<f32>() / scored.len() as f32);
    // Two frames of one video are far more alike than a portrait and a video, so one person stays above a match. An
    // embedder whose thresholds are high because it confuses people is asked no more than that.
    let plan_of_match = models.manifest().comparison().ok();
    let operating = plan_of_match.and_then(|plan| plan.operating().ok());
    let alike = operating.map_or(track::SAME_PERSON, |operating| {
        (operating.upper.threshold + track::ABOVE_A_MATCH).min(track::SAME_PERSON)
    });
    let mut cues: Vec<Cue> = vec![networks_cue(plan, score)];
    cues.extend(cues_of(capture, alike));
    let reasons = cues.iter().filter(|cue| cue.result != Verdict::Successful).map(reason_of).collect();
    // What the set never claimed to see takes nothing from what the others saw; the reason says that it is not there.
    let judged = cues.iter().filter(|cue| cue.result != Verdict::NotSupported);
    let report = PadReport {
        result: judged.fold(Verdict::Successful, |all, cue| all.and(cue.result)),
        score,
        threshold: plan.map_or(f32::NAN, |plan| plan.threshold),
        direction: "higher_is_live",
        frames: scored.len(),
        calibration: plan.map_or_else(String::new, |plan| plan.calibration.clone()),
        cues,
        models: plan.map_or_else(Vec::new, |plan| models.refs(&plan.models)),
    };
    (report, reasons)
}

/// Value at or above the limit passes.
pub(super) const ABOVE: &str = "value_above_limit_passes";
/// Value at or below the limit passes.
pub(super) const BELOW: &str = "value_below_limit_passes";

/// A cue whose value is on the right side of its limit or not.
fn cue(id: &'static str, value: f32, limit: f32, direction: &'static str, otherwise: Verdict) -> Cue {
    let passes = if direction == ABOVE { value >= limit } else { value <= limit };
    let result = if passes { Verdict::Successful } else { otherwise };
    Cue { id, result, value: Some(value), limit, direction, at_ms: None }
}

impl Cue {
    /// The same, with the moment where it does not pass.
    fn at(mut self, at_ms: Option<i64>) -> Self {
        self.at_ms = at_ms.filter(|_| self.result != Verdict::Successful);
        self
    }
}

fn networks_cue(plan: Option<&PadPlan>, score: Option<f32>) -> Cue {
    let limit = plan.map_or(f32::NAN, |plan| plan.threshold);
    let without = if plan.is_some() { Verdict::Undetermined } else { Verdict::NotSupported };
    match score {
        Some(score) => cue("pad.networks", score, limit, ABOVE, Verdict::Failed),
        None => {
            Cue { id: "pad.networks", result: without, value: None, limit, direction: ABOVE, at_ms: None }
        }
    }
}

/// All cues but the networks'. Each is absent where the video has nothing to tell it from.
fn cues_of(capture: &Capture, alike: f32) -> Vec<Cue> {
    let observations = capture.observations.as_slice();
    let width = capture.median(|observation| observation.share_of_width).unwrap_or(1.0);
    let shapes: Vec<&[Point]> = observations.iter().map(|observation| observation.rigid.as_slice()).collect();
    let still = planarity::change_of_shape(&shapes).unwrap_or(0.0);
    let mut cues = vec![
        cue("pad.border", width, MAX_FACE_WIDTH, BELOW, Verdict::Undetermined),
        cue("pad.still", still, MIN_CHANGE, ABOVE, Verdict::Failed),
    ];
    if let Some(depth) = deepest_turn(observations) {
        cues.push(cue("pad.planar", depth, MIN_DEPTH, ABOVE, Verdict::Failed));
        // Nods and tilts alone move a head much as they move a picture: people without a turn fell below the limit.
        if let Some(unlike) = planarity::unlike_a_plane(&shapes) {
            cues.push(cue("pad.plane", unlike, MIN_UNLIKE_PLANE, ABOVE, Verdict::Undetermined));
        }
    }
    cues.extend(rectangle::cue(capture));
    cues.extend(grid::cue(capture));
    cues.extend(surroundings::cue(capture));
    cues.extend(frames::cues(capture));
    cues.extend(track::cues(capture, alike));
    cues
}

fn reason_of(cue: &Cue) -> Reason {
    let code = match (cue.id, cue.result) {
        ("pad.networks", Verdict::NotSupported) => "pad.networks_not_in_set",
        ("pad.networks", Verdict::Undetermined) => "pad.networks_missing",
        ("pad.networks", _) => "pad.networks_say_attack",
        ("pad.border", _) => "pad.border_not_visible",
        ("pad.rectangle", _) => "pad.edges_around_face",
        ("pad.grid", _) => "pad.raster_seen",
        ("pad.surroundings", _) => "pad.surroundings_follow",
        ("pad.still", _) => "pad.still_picture",
        ("pad.planar" | "pad.plane", _) => "pad.flat_in_turn",
        ("pad.cut", _) => "pad.not_one_take",
        ("pad.frozen", _) => "pad.frozen_picture",
        ("pad.repeated", _) => "pad.repeated_pictures",
        ("pad.loop", _) => "pad.looped_pictures",
        ("pad.gap", _) => "pad.face_missing",
        ("pad.jump", _) => "pad.face_jumps",
        ("pad.second_face", _) => "pad.second_face_seen",
        _ => "pad.not_one_person",
    };
    let at = cue.at_ms.map_or_else(|| "-".to_owned(), |ms| format!("{:.1}", ms as f64 / 1000.0));
    Reason::new(code).arg("at", at)
}

/// The depth seen in the strongest turn; `None` where the head was not turned far enough to tell.
fn deepest_turn(observations: &[Observation]) -> Option<f32> {
    let calm = super::gestures::Calm::of(observations)?;
    let turn = |observation: &&Observation| (observation.pose.yaw - calm.pose.yaw).abs();
    let turned = observations.iter().max_by(|one, other| turn(one).total_cmp(&turn(other)))?;
    if turn(&turned) < planarity::LEAST_TURN {
        return None;
    }
    let frontal = observations.iter().min_by(|one, other| turn(one).total_cmp(&turn(other)))?;
    planarity::depth_in_turn(&frontal.rigid, &turned.rigid)
}
