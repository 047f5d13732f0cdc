//! Presentation attack detection: two networks over sampled frames, and cues that need none. It is an indicator.
//! The networks look at what surrounds a face: filling the picture with a screen or a print without any border
//! showing deceives them, so a face that fills the picture is `undetermined`, never passed. A set of models may
//! claim no such network: then that cue is `not_supported`, and the others decide.
//! Source: ISO/IEC 30107-3 (words); Minivision Silent-Face-Anti-Spoofing (crops and fusion).
//! Does not: masks, make-up, video injected in place of a camera; no level of ISO/IEC 30107-3 is claimed.

use super::capture::{Capture, Observation};
use super::detect::Face;
use super::geometry::{Point, Rect, sampled};
use super::liveness::{Cue, PadReport};
use super::models::manifest::{Decoder, PadPlan};
use super::models::{ModelError, ModelSet, Task};
use super::planarity;
use super::{Reason, Verdict};
use image::RgbImage;

/// Widest face, as a share of the picture's width, around which a border could still be seen.
pub const MAX_FACE_WIDTH: f32 = 0.45;
/// Least change of a face's shape over a video (see [`planarity::change_of_shape`]), in eye distances.
pub const MIN_CHANGE: f32 = 0.012;
/// Largest share of neighbouring pictures that are the same.
pub const MAX_REPEATED: f32 = 0.5;
/// Least deviation of a turned head from a turned plane (see [`planarity::depth_in_turn`]), in eye distances.
pub const MIN_DEPTH: f32 = 0.035;
/// Least cosine of any two sampled frames of one video: one person from start to end. Within a video it is far
/// higher than between a portrait and a video, so the limit stands above the threshold of a match.
pub const MIN_SAME_PERSON: f32 = 0.5;

/// Scores of the attack networks for one face, 0 (attack) to 1 (live); empty where they are not there.
///
/// # Errors
/// [`ModelError`] where a network is broken.
pub fn live_scores(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Vec<f32>, ModelError> {
    let Some(plan) = &models.manifest().presentation_attack else { return Ok(Vec::new()) };
    if !models.has(Task::PresentationAttack) {
        return Ok(Vec::new());
    }
    let mut scores = Vec::new();
    for network in models.named(&plan.models)? {
        let scale = match (network.model().decoder, network.model().crop_scale) {
            (Decoder::Minifasnet, Some(scale)) => scale,
            _ => return Err(ModelError::unusable(&network.model().name, "it is no attack network")),
        };
        let (width, height) = network.input_size();
        let area = crop_area(picture, &face.area, scale);
        let logits = network.run(&sampled(picture, area, width, height))?;
        let logits = logits.at(0, 3)?;
        let most = logits.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
        scores.push((logits[1] - most).exp() / total);
    }
    Ok(scores)
}

/// The face's box made `scale` times as large, as far as the picture allows, and moved inside it: left, top,
/// width, height. Whole pixels, rounded as Minivision's own crop does, since the thresholds were measured so.
fn crop_area(picture: &RgbImage, face: &Rect, scale: f32) -> (u32, u32, u32, u32) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (box_x, box_y) = (face.x.trunc(), face.y.trunc());
    let (box_width, box_height) = (face.width.trunc().max(1.0), face.height.trunc().max(1.0));
    let scale = scale.min((width - 1.0) / box_width).min((height - 1.0) / box_height);
    let within = |start: f32, length: f32, limit: f32| {
        let from = start + length / 2.0 - length * scale / 2.0;
        let to = start + length / 2.0 + length * scale / 2.0;
        let shift = if from < 0.0 { -from } else { (limit - 1.0 - to).min(0.0) };
        let from = (from + shift).clamp(0.0, limit - 1.0) as u32;
        let to = (to + shift).clamp(0.0, limit - 1.0) as u32;
        (from, to.saturating_sub(from) + 1)
    };
    let ((left, across), (top, down)) = (within(box_x, box_width, width), within(box_y, box_height, height));
    (left, top, across, down)
}

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
    let cues = cues(plan, score, capture);
    let mut reasons: Vec<Reason> = cues
        .iter()
        .filter(|cue| cue.result != Verdict::Successful)
        .map(|cue| Reason::new(reason_of(cue)))
        .collect();
    // What the set never claimed to see takes nothing from what the others saw; the reason says that it is not there.
    let judged = cues.iter().filter(|cue| cue.result != Verdict::NotSupported);
    let mut result = judged.fold(Verdict::Successful, |all, cue| all.and(cue.result));
    if capture.looks.jumps > 0 {
        reasons.push(Reason::new("pad.face_jumps").arg("times", capture.looks.jumps));
        result = result.and(Verdict::Undetermined);
    }
    let report = PadReport {
        result,
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

const ABOVE: &str = "value_above_limit_passes";
const BELOW: &str = "value_below_limit_passes";

/// A cue whose value is on the right side of its limit or not.
fn cue(id: &'static str, value: f32, limit: f32, direction: &'static str, otherwise: Verdict) -> Cue {
    let passes = if direction == ABOVE { value >= limit } else { value <= limit };
    let result = if passes { Verdict::Successful } else { otherwise };
    Cue { id, result, value: Some(value), limit, direction }
}

fn cues(plan: Option<&PadPlan>, score: Option<f32>, capture: &Capture) -> Vec<Cue> {
    let mut cues = Vec::new();
    let limit = plan.map_or(f32::NAN, |plan| plan.threshold);
    cues.push(match score {
        Some(score) => cue("pad.networks", score, limit, ABOVE, Verdict::Failed),
        None => {
            let result = if plan.is_some() { Verdict::Undetermined } else { Verdict::NotSupported };
            Cue { id: "pad.networks", result, value: None, limit, direction: ABOVE }
        }
    });
    let width = capture.median(|observation| observation.share_of_width).unwrap_or(1.0);
    cues.push(cue("pad.border", width, MAX_FACE_WIDTH, BELOW, Verdict::Undetermined));
    let shapes: Vec<&[Point]> =
        capture.observations.iter().map(|observation| observation.rigid.as_slice()).collect();
    let still = planarity::change_of_shape(&shapes).unwrap_or(0.0);
    cues.push(cue("pad.still", still, MIN_CHANGE, ABOVE, Verdict::Failed));
    cues.push(cue("pad.repeated", capture.repeated, MAX_REPEATED, BELOW, Verdict::Failed));
    if let Some(depth) = deepest_turn(&capture.observations) {
        cues.push(cue("pad.planar", depth, MIN_DEPTH, ABOVE, Verdict::Failed));
    }
    if let Some(least) = least_alike(capture) {
        cues.push(cue("pad.same_person", least, MIN_SAME_PERSON, ABOVE, Verdict::Undetermined));
    }
    cues
}

fn reason_of(cue: &Cue) -> &'static str {
    match (cue.id, cue.result) {
        ("pad.networks", Verdict::NotSupported) => "pad.networks_not_in_set",
        ("pad.networks", Verdict::Undetermined) => "pad.networks_missing",
        ("pad.networks", _) => "pad.networks_say_attack",
        ("pad.border", _) => "pad.border_not_visible",
        ("pad.still", _) => "pad.still_picture",
        ("pad.repeated", _) => "pad.repeated_pictures",
        ("pad.planar", _) => "pad.flat_in_turn",
        _ => "pad.not_one_person",
    }
}

/// The depth seen in the strongest turn; `None` where the head was not turned far enough to tell.
fn deepest_turn(observations: &[Observation]) -> Option<f32> {
    let calm = super::gestures::Calm::of(observations)?;
    let turn = |observation: &&Observation| (observation.pose.yaw - calm.yaw).abs();
    let turned = observations.iter().max_by(|one, other| turn(one).total_cmp(&turn(other)))?;
    if turn(&turned) < planarity::LEAST_TURN {
        return None;
    }
    let frontal = observations.iter().min_by(|one, other| turn(one).total_cmp(&turn(other)))?;
    planarity::depth_in_turn(&frontal.rigid, &turned.rigid)
}

/// The least cosine of two sampled frames; `None` of fewer than three.
fn least_alike(capture: &Capture) -> Option<f32> {
    if capture.samples.len() < 3 {
        return None;
    }
    let embeddings: Vec<_> = capture.samples.iter().map(|sample| &sample.embedding).collect();
    let pairs = embeddings
        .iter()
        .enumerate()
        .flat_map(|(index, one)| embeddings[index + 1..].iter().filter_map(|other| one.cosine(other)));
    pairs.min_by(f32::total_cmp)
}
