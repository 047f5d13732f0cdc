//! One rule a gesture: the number that grows with it, and the limits at which it begins and ends.

use super::super::capture::Observation;
use super::super::challenge::Gesture;
use super::super::landmarks::Pose;
use super::{Calm, opening};

/// Degrees of a turn, by the mesh and by the second family of networks: a flat photo that was tilted by 40 degrees moved
/// the first by at most 16.7 and the second by at most 13.6.
pub const MIN_TURN: f32 = 25.0;
/// Degrees of a tilt and of a nod that the second family must see: it is the rougher of the two.
const MIN_SECOND_TILT: f32 = 9.0;
const MIN_SECOND_NOD: f32 = 4.0;
/// Degrees of yaw and pitch from calm up to which smiles and lids are read.
const NEAR_CALM: (f32, f32) = (14.0, 9.0);
/// The same for an open mouth: a jaw that drops makes the mesh of some faces nod by as much as 16 degrees.
const NEAR_CALM_MOUTH: (f32, f32) = (14.0, 20.0);
/// Gap of the lips over calm, in eye distances, from which on the mouth is open; a smile that shows its teeth has 0.11.
const OPEN: f32 = 0.15;
/// The same, from which on the jaw has begun to drop, and no nod is read.
const OPENING: f32 = 0.1;
/// Degrees of roll from calm from which on neither a nod nor a smile is read.
const UPRIGHT: f32 = 8.0;

/// How one gesture shows in a series of numbers that grow with it.
pub(super) struct Rule {
    pub(super) gesture: Gesture,
    pub(super) begins: f32,
    pub(super) ends: f32,
    /// Observations above `begins` that it takes.
    pub(super) least: usize,
    /// Degrees of yaw and pitch from calm up to which it is read; `None`: always.
    near: Option<(f32, f32)>,
    measure: fn(&Observation, &Calm) -> f32,
    second: Option<Second>,
}

/// What the second family of networks must see of it.
struct Second {
    least: f32,
    /// From its own calm pose.
    measure: fn(&Pose, &Pose) -> f32,
}

const fn second(least: f32, measure: fn(&Pose, &Pose) -> f32) -> Option<Second> {
    Some(Second { least, measure })
}

/// A head that turns far is foreshortened up and down, and tips in the picture.
fn turned(observation: &Observation, calm: &Calm) -> bool {
    (observation.pose.yaw - calm.pose.yaw).abs() > NEAR_CALM.0
}

fn tipped(observation: &Observation, calm: &Calm) -> bool {
    (observation.pose.roll - calm.pose.roll).abs() > UPRIGHT
}

fn gap(observation: &Observation, calm: &Calm) -> f32 {
    observation.expression.mouth_gap - calm.mouth_gap
}

fn tilt(observation: &Observation, calm: &Calm) -> f32 {
    if turned(observation, calm) { 0.0 } else { observation.pose.roll - calm.pose.roll }
}

pub(super) const RULES: [Rule; 8] = [
    Rule {
        gesture: Gesture::TurnLeft,
        begins: MIN_TURN,
        ends: 12.0,
        least: 2,
        near: None,
        measure: |observation, calm| observation.pose.yaw - calm.pose.yaw,
        second: second(MIN_TURN, |pose, calm| pose.yaw - calm.yaw),
    },
    Rule {
        gesture: Gesture::TurnRight,
        begins: MIN_TURN,
        ends: 12.0,
        least: 2,
        near: None,
        measure: |observation, calm| calm.pose.yaw - observation.pose.yaw,
        second: second(MIN_TURN, |pose, calm| calm.yaw - pose.yaw),
    },
    Rule {
        gesture: Gesture::TiltLeft,
        begins: 14.0,
        ends: 7.0,
        least: 2,
        near: None,
        measure: tilt,
        second: second(MIN_SECOND_TILT, |pose, calm| pose.roll - calm.roll),
    },
    Rule {
        gesture: Gesture::TiltRight,
        begins: 14.0,
        ends: 7.0,
        least: 2,
        near: None,
        measure: |observation, calm| -tilt(observation, calm),
        second: second(MIN_SECOND_TILT, |pose, calm| calm.roll - pose.roll),
    },
    Rule {
        gesture: Gesture::Nod,
        begins: 11.0,
        ends: 6.0,
        least: 2,
        near: None,
        measure: |observation, calm| {
            // So does one that tips: the brow's line to the nose is not the picture's. So does a jaw that drops.
            let away =
                turned(observation, calm) || tipped(observation, calm) || gap(observation, calm) > OPENING;
            if away { 0.0 } else { (observation.pose.pitch - calm.pose.pitch).abs() }
        },
        second: second(MIN_SECOND_NOD, |pose, calm| (pose.pitch - calm.pitch).abs()),
    },
    Rule {
        gesture: Gesture::Blink,
        begins: 0.5,
        ends: 0.3,
        least: 1,
        near: Some(NEAR_CALM),
        measure: |observation, calm| 1.0 - opening(observation) / calm.lids.max(0.05),
        second: None,
    },
    Rule {
        gesture: Gesture::Smile,
        begins: 0.10,
        ends: 0.05,
        // The end of a nod looks like one for a quarter of a second.
        least: 5,
        near: Some(NEAR_CALM),
        measure: |observation, calm| {
            let mouth = &observation.expression;
            let wider = mouth.mouth_width / calm.mouth_width.max(0.1) - 1.0;
            // An open mouth moves the corners too, and a head that tips lifts one of them.
            if gap(observation, calm) > OPEN || tipped(observation, calm) {
                0.0
            } else {
                wider + 2.0 * (mouth.corner_lift - calm.corner_lift)
            }
        },
        second: None,
    },
    Rule {
        gesture: Gesture::OpenMouth,
        begins: OPEN,
        ends: 0.08,
        least: 2,
        near: Some(NEAR_CALM_MOUTH),
        measure: gap,
        second: None,
    },
];

impl Rule {
    /// The rule of a gesture.
    pub(super) fn of(gesture: Gesture) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.gesture == gesture)
    }

    /// The measure of one observation; `None` where it cannot be read, the head being turned away from calm.
    pub(super) fn read(&self, observation: &Observation, calm: &Calm) -> Option<f32> {
        let (now, still) = (&observation.pose, &calm.pose);
        let near = self.near.is_none_or(|(yaw, pitch)| {
            (now.yaw - still.yaw).abs() <= yaw && (now.pitch - still.pitch).abs() <= pitch
        });
        near.then(|| (self.measure)(observation, calm))
    }

    /// What the second family sees of it, from its own calm pose; `None` where it is not there or sees no such thing.
    pub(super) fn second(&self, observation: &Observation, calm: &Calm) -> Option<f32> {
        let calm = calm.second.as_ref().unwrap_or(&calm.pose);
        Some((self.second.as_ref()?.measure)(observation.second.as_ref()?, calm))
    }

    /// The value from which on it agrees.
    pub(super) fn second_limit(&self) -> Option<f32> {
        self.second.as_ref().map(|second| second.least)
    }

    /// The measure of each observation; 0 where it cannot be read.
    pub(super) fn raw(&self, observations: &[Observation], calm: &Calm) -> Vec<f32> {
        observations.iter().map(|observation| self.read(observation, calm).unwrap_or(0.0)).collect()
    }

    /// The measure over time, with single outliers taken out (but for blinks, which are as short as one).
    pub(super) fn values(&self, observations: &[Observation], calm: &Calm) -> Vec<f32> {
        let raw = self.raw(observations, calm);
        if self.least < 2 || raw.len() < 3 {
            return raw;
        }
        let mut smooth = raw.clone();
        for (out, window) in smooth[1..].iter_mut().zip(raw.windows(3)) {
            *out = window[0].max(window[1]).min(window[0].min(window[1]).max(window[2]));
        }
        smooth
    }
}
