//! A capture to the two results that an attestation carries: liveness, and the comparison with a portrait.

use super::capture::Capture;
use super::challenge::Challenge;
use super::challenge_check::check_challenge;
use super::comparison::{Comparison, Decision, Direction, Elsewhere};
use super::embed::Embedding;
use super::gestures::{gestures, near_misses};
use super::liveness::Liveness;
use super::models::calibration::{ComparisonPlan, Operating};
use super::models::{Floor, ModelError, ModelSet};
use super::portrait::{PortraitFace, SMALL_FILE};
use super::quality::Quality;
use super::{Reason, pad};
use crate::consent::Ground;
use time::OffsetDateTime;

/// Fewest frontal frames of a video for a decision.
pub const MIN_PROBE_FRAMES: usize = 4;

impl Liveness {
    /// Attack detection and, where one was asked, the answer to the challenge. `at` is the time of judging.
    ///
    /// Without a challenge a film of the person passes: who needs more must ask one, and see that
    /// [`Liveness::challenge`] is there.
    #[must_use]
    pub fn judge(
        models: &ModelSet,
        capture: &Capture,
        challenge: Option<&Challenge>,
        at: OffsetDateTime,
    ) -> Self {
        let (pad, mut reasons) = pad::judge(models, capture);
        let seen = capture.observations.as_slice();
        let challenge =
            challenge.map(|challenge| check_challenge(challenge, &gestures(seen), &near_misses(seen), at));
        let mut result = pad.result;
        if let Some(report) = &challenge {
            result = result.and(report.result);
            reasons.extend(report.reasons.iter().cloned());
        }
        Self {
            result,
            reasons,
            pad,
            injection: capture.injection.clone(),
            challenge,
            ground: capture.ground.clone(),
        }
    }
}

/// What a portrait is held against.
#[derive(Debug)]
struct Probe<'a> {
    embedding: Embedding,
    frames: usize,
    quality: Option<Quality>,
    least_frames: usize,
    portrait: &'a PortraitFace,
    ground: &'a Ground,
}

/// Portrait against the mean of a video's frontal frames.
///
/// # Errors
/// [`ModelError`] where the manifest has no thresholds, or the vectors do not compare.
pub fn compare(
    models: &ModelSet,
    portrait: &PortraitFace,
    capture: &Capture,
) -> Result<Comparison, ModelError> {
    let embedding = capture.probe().ok_or_else(|| ModelError::unusable("comparison", "no frontal frame"))?;
    let quality = capture.quality();
    let frames = capture.samples.len();
    decide(
        models,
        Probe {
            embedding,
            frames,
            quality,
            least_frames: MIN_PROBE_FRAMES,
            portrait,
            ground: &capture.ground,
        },
    )
}

/// Portrait against one picture.
///
/// # Errors
/// As [`compare`].
pub fn compare_image(
    models: &ModelSet,
    portrait: &PortraitFace,
    probe: &PortraitFace,
) -> Result<Comparison, ModelError> {
    let (embedding, quality) = (probe.embedding.clone(), Some(probe.quality));
    decide(models, Probe { embedding, frames: 1, quality, least_frames: 1, portrait, ground: &probe.ground })
}

fn decide(models: &ModelSet, probe: Probe<'_>) -> Result<Comparison, ModelError> {
    let plan = models.manifest().comparison()?;
    let maturity = models.manifest().maturity()?;
    let operating = plan.operating()?;
    let Operating { calibration, upper, lower } = operating;
    let score = probe
        .portrait
        .embedding
        .cosine(&probe.embedding)
        .ok_or_else(|| ModelError::unusable("comparison", "the vectors are of different lengths"))?;
    let mut reasons = shortfalls(&probe);
    let by_score = if score >= upper.threshold {
        Decision::Match
    } else if score < lower.threshold {
        Decision::NoMatch
    } else {
        reasons.push(Reason::new("match.between_thresholds"));
        Decision::Inconclusive
    };
    let short = reasons.iter().any(|reason| reason.code != "match.between_thresholds");
    let decision = if short { Decision::Inconclusive } else { by_score };
    // A small portrait costs score, so it explains a score that is low, and takes nothing from one that is high.
    let stored = probe.portrait.stored_bytes;
    let small = stored > 0 && stored < SMALL_FILE;
    let decision = match decision {
        Decision::NoMatch if small => Decision::Inconclusive,
        other => other,
    };
    if small {
        reasons.push(Reason::new("match.portrait_small").arg("bytes", stored));
    }
    Ok(Comparison {
        decision,
        score,
        threshold: upper.threshold,
        lower_threshold: lower.threshold,
        direction: Direction::HigherIsMoreAlike,
        false_match_rate: upper.false_match_rate,
        false_match_interval: upper.false_match_interval,
        false_non_match_rate: upper.false_non_match_rate,
        false_non_match_interval: upper.false_non_match_interval,
        set: calibration.set.clone(),
        calibration: calibration.describe(),
        elsewhere: elsewhere(plan, &operating),
        maturity,
        below_kiosk_floor: Floor::KIOSK.check(plan, maturity).err(),
        caveat: plan.caveat.clone(),
        probe_frames: probe.frames,
        reasons,
        models: models.refs(&plan.models),
        ground: probe.portrait.ground.and(probe.ground),
    })
}

/// What the threshold that decides did on the other sets.
fn elsewhere(plan: &ComparisonPlan, operating: &Operating<'_>) -> Vec<Elsewhere> {
    let others = plan.calibrations.iter().filter(|other| other.set != operating.calibration.set);
    let at = others.filter_map(|other| Some((other, other.at_threshold(operating.upper.threshold)?)));
    at.map(|(other, rates)| Elsewhere {
        set: other.set.clone(),
        false_match_rate: rates.false_match_rate,
        false_non_match_rate: rates.false_non_match_rate,
    })
    .collect()
}

/// What is short in quality, on either side.
fn shortfalls(probe: &Probe<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for measure in probe.portrait.quality.shortfalls() {
        reasons.push(Reason::new("match.portrait_quality").arg("measure", measure));
    }
    for measure in probe.quality.iter().flat_map(Quality::shortfalls) {
        reasons.push(Reason::new("match.capture_quality").arg("measure", measure));
    }
    if probe.frames < probe.least_frames {
        reasons.push(Reason::new("match.few_frames").arg("frames", probe.frames));
    }
    reasons
}
