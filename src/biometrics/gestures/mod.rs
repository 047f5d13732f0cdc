//! From measures over time to gestures. Each person is measured against the own calm face; a gesture begins above
//! one limit and ends below a lower one, so that noise at a limit makes no second gesture.
//!
//! | gesture | measure | begins at | ends at |
//! |---|---|---|---|
//! | turn_left, turn_right | yaw against calm, degrees | 25 | 12 |
//! | nod | pitch against calm, degrees, either way | 11 | 6 |
//! | blink | opening of both eyes over calm | 0.5 | 0.7 |
//! | smile | width of the mouth over calm, and twice the lift of its corners in eye distances | 0.10 | 0.05 |
//! | open_mouth | gap of the lips over calm, in eye distances | 0.15 | 0.08 |
//! | tilt_left, tilt_right | roll against calm, degrees | 14 | 7 |
//!
//! What the head as a whole does counts only where the second family of networks sees it too: of a turn as many degrees
//! to the same side ([`MIN_TURN`]), of a nod and a tilt the better part, with the same sign for as long as the mesh is
//! above its limit. Mouth and lids are read only while the head is near calm, since a turned face is foreshortened. What
//! stays below its limit and is more than noise is a [`near_misses`].

mod rules;

pub use rules::MIN_TURN;

use super::capture::{Observation, median};
use super::challenge::Gesture;
use super::landmarks::Pose;
use super::liveness::GestureEvent;
use rules::{RULES, Rule};

/// Milliseconds from the start that show the calm face.
const CALM_MS: i64 = 1000;
/// Fewest observations for a calm face.
const CALM_MIN: usize = 5;
/// Milliseconds within which the same gesture again is the same gesture.
const MERGE_MS: i64 = 900;
/// Longest blink, in milliseconds: eyes closed for longer are not a blink.
const LONGEST_BLINK_MS: i64 = 1500;
/// Share of its limit from which on a gesture that is too weak was at least tried.
const TRIED: f32 = 0.5;

/// The calm face that gestures are measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calm {
    /// Pose by the mesh.
    pub pose: Pose,
    /// Pose by the second family of networks; `None` where it is not there.
    pub second: Option<Pose>,
    /// Opening of the eyes.
    pub lids: f32,
    /// Width of the mouth in eye distances.
    pub mouth_width: f32,
    /// Gap of the lips in eye distances.
    pub mouth_gap: f32,
    /// Lift of the mouth's corners in eye distances.
    pub corner_lift: f32,
}

fn opening(observation: &Observation) -> f32 {
    // Both eyes: a wink is no blink.
    observation.lids[0].max(observation.lids[1])
}

impl Calm {
    /// The medians of the start of a video; of all of it where the start shows too little. `None` of nothing.
    #[must_use]
    pub fn of(observations: &[Observation]) -> Option<Self> {
        let first = observations.first()?.pts_ms;
        let start: Vec<&Observation> =
            observations.iter().take_while(|observation| observation.pts_ms <= first + CALM_MS).collect();
        let start = if start.len() >= CALM_MIN { start } else { observations.iter().collect() };
        let of =
            |measure: fn(&Observation) -> f32| median(start.iter().map(|observation| measure(observation)));
        let pose = |poses: Vec<Pose>| {
            let of = |angle: fn(&Pose) -> f32| median(poses.iter().map(angle));
            Some(Pose {
                yaw: of(|pose| pose.yaw)?,
                pitch: of(|pose| pose.pitch)?,
                roll: of(|pose| pose.roll)?,
            })
        };
        Some(Self {
            pose: pose(start.iter().map(|observation| observation.pose).collect())?,
            second: pose(start.iter().filter_map(|observation| observation.second).collect()),
            lids: of(opening)?,
            mouth_width: of(|observation| observation.expression.mouth_width)?,
            mouth_gap: of(|observation| observation.expression.mouth_gap)?,
            corner_lift: of(|observation| observation.expression.corner_lift)?,
        })
    }
}

/// All gestures of a video, in the order of their peaks.
#[must_use]
pub fn gestures(observations: &[Observation]) -> Vec<GestureEvent> {
    found(observations, 1.0).into_iter().filter(reached).collect()
}

/// What was tried and stayed below its limit: what a person can be told to do more of.
#[must_use]
pub fn near_misses(observations: &[Observation]) -> Vec<GestureEvent> {
    found(observations, TRIED).into_iter().filter(|event| !reached(event)).collect()
}

/// The measure of one gesture over time, as [`gestures`] reads it, in the gesture's own unit; empty without a face.
#[must_use]
pub fn evidence(observations: &[Observation], gesture: Gesture) -> Vec<f32> {
    let rule = Rule::of(gesture).zip(Calm::of(observations));
    rule.map(|(rule, calm)| rule.values(observations, &calm)).unwrap_or_default()
}

/// The measure of a gesture in a single picture, in the gesture's own unit; `None` where it is not read there, the head
/// being turned away from calm.
#[must_use]
pub fn measure(observation: &Observation, calm: &Calm, gesture: Gesture) -> Option<f32> {
    Rule::of(gesture)?.read(observation, calm)
}

/// What the second family of networks sees of a gesture over time, in degrees; `None` where it is not there, or does not
/// see such a gesture.
#[must_use]
pub fn second_evidence(observations: &[Observation], gesture: Gesture) -> Vec<Option<f32>> {
    let rule = Rule::of(gesture).zip(Calm::of(observations));
    let second = |observation| rule.as_ref().and_then(|(rule, calm)| rule.second(observation, calm));
    observations.iter().map(second).collect()
}

/// The value from which on a gesture counts, in its own unit.
#[must_use]
pub fn limit(gesture: Gesture) -> f32 {
    Rule::of(gesture).map_or(f32::INFINITY, |rule| rule.begins)
}

fn reached(event: &GestureEvent) -> bool {
    let second = event.second_peak.zip(event.second_limit);
    event.peak >= event.limit && second.is_none_or(|(peak, limit)| peak >= limit)
}

fn found(observations: &[Observation], part: f32) -> Vec<GestureEvent> {
    let Some(calm) = Calm::of(observations) else { return Vec::new() };
    let mut events: Vec<GestureEvent> =
        RULES.iter().flat_map(|rule| merged(rule.events(observations, &calm, part))).collect();
    events.sort_by_key(|event| event.peak_ms);
    events
}

impl Rule {
    /// Where the measure is above `part` of the limit for long enough.
    fn events(&self, observations: &[Observation], calm: &Calm, part: f32) -> Vec<GestureEvent> {
        let values = self.values(observations, calm);
        let (begins, ends) = (self.begins * part, self.ends * part);
        let mut events = Vec::new();
        let mut at = 0;
        while at < values.len() {
            if values[at] < begins {
                at += 1;
                continue;
            }
            // Back to where it left calm, on to where it is calm again.
            let start = values[..at].iter().rposition(|value| *value < ends).map_or(0, |calm| calm + 1);
            let end = values[at..]
                .iter()
                .position(|value| *value < ends)
                .map_or(values.len() - 1, |calm| at + calm);
            let span = &values[start..=end];
            let above = span.iter().filter(|value| **value >= begins).count();
            let peak = start
                + span
                    .iter()
                    .enumerate()
                    .max_by(|one, other| one.1.total_cmp(other.1))
                    .map_or(0, |(peak, _)| peak);
            let second_peak = self.second_peak(&observations[start..=end], &values[start..=end], calm);
            let event = GestureEvent {
                gesture: self.gesture,
                start_ms: observations[start].pts_ms,
                peak_ms: observations[peak].pts_ms,
                end_ms: observations[end].pts_ms,
                peak: values[peak],
                limit: self.begins,
                second_peak,
                second_limit: second_peak.and_then(|_| self.second_limit()),
            };
            let blinked = self.gesture != Gesture::Blink || event.end_ms - event.start_ms <= LONGEST_BLINK_MS;
            if above >= self.least && blinked {
                events.push(event);
            }
            at = end + 1;
        }
        events
    }

    /// What the second family of networks sees at most, to the same side; the least of what it sees where it sees the
    /// other side while the mesh is above its limit. `None` where it is not there (then the mesh alone decides, and the
    /// report names what was not there), and for what it does not see.
    fn second_peak(&self, span: &[Observation], values: &[f32], calm: &Calm) -> Option<f32> {
        let seen = || {
            span.iter()
                .zip(values)
                .filter_map(|(observation, value)| Some((self.second(observation, calm)?, *value)))
        };
        let against = seen().filter(|(second, value)| *value >= self.begins && *second < 0.0);
        against
            .map(|(second, _)| second)
            .min_by(f32::total_cmp)
            .or_else(|| seen().map(|(second, _)| second).max_by(f32::total_cmp))
    }
}

/// The same gesture twice within a short time is one: a nod goes down and up past calm.
fn merged(events: Vec<GestureEvent>) -> Vec<GestureEvent> {
    let mut kept: Vec<GestureEvent> = Vec::new();
    for event in events {
        match kept.last_mut() {
            Some(last) if event.gesture != Gesture::Blink && event.start_ms - last.end_ms <= MERGE_MS => {
                if event.peak > last.peak {
                    (last.peak, last.peak_ms) = (event.peak, event.peak_ms);
                    last.second_peak = event.second_peak;
                }
                last.end_ms = event.end_ms;
            }
            _ => kept.push(event),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::geometry::Rect;
    use crate::biometrics::landmarks::Expression;

    /// A calm face for `seconds` at 12.5 pictures a second, changed by `change(t, observation)`.
    fn series(seconds: f32, change: impl Fn(f32, &mut Observation)) -> Vec<Observation> {
        (0..(seconds * 12.5) as i64)
            .map(|index| {
                let wobble = (index as f32 * 1.7).sin();
                let mut observation = Observation {
                    pts_ms: index * 80,
                    pose: Pose { yaw: 3.0 + wobble, pitch: 8.0 + 0.7 * wobble, roll: 0.0 },
                    second: None,
                    expression: Expression { mouth_width: 0.55, mouth_gap: 0.02, corner_lift: 0.0 },
                    lids: [0.3 + 0.01 * wobble; 2],
                    rigid: Vec::new(),
                    area: Rect::default(),
                    share_of_width: 0.2,
                    surroundings: Vec::new(),
                };
                change(index as f32 * 0.08, &mut observation);
                observation
            })
            .collect()
    }

    fn during(t: f32, from: f32, to: f32) -> f32 {
        if t < from || t > to { 0.0 } else { ((t - from) / (to - from) * std::f32::consts::PI).sin() }
    }

    fn scaled(pose: Pose, part: f32) -> Pose {
        Pose { yaw: pose.yaw * part, pitch: pose.pitch * part, roll: pose.roll * part }
    }

    fn names(events: &[GestureEvent]) -> Vec<Gesture> {
        events.iter().map(|event| event.gesture).collect()
    }

    #[test]
    fn each_gesture_is_seen_once_and_in_order() {
        let seen = gestures(&series(18.0, |t, observation| {
            observation.pose.yaw += 35.0 * (during(t, 2.0, 3.5) - during(t, 4.0, 5.5));
            observation.pose.pitch += 18.0 * during(t, 6.0, 7.5);
            observation.lids = observation.lids.map(|open| open * (1.0 - during(t, 8.2, 8.6)));
            observation.expression.mouth_width *= 1.0 + 0.2 * during(t, 10.0, 11.5);
            observation.expression.mouth_gap += 0.25 * during(t, 12.0, 13.5);
            observation.pose.roll += 20.0 * (during(t, 14.0, 15.5) - during(t, 16.0, 17.5));
            observation.second = Some(scaled(observation.pose, 0.9));
        }));
        use Gesture::{Blink, Nod, OpenMouth, Smile, TiltLeft, TiltRight, TurnLeft, TurnRight};
        assert_eq!(names(&seen), [TurnLeft, TurnRight, Nod, Blink, Smile, OpenMouth, TiltLeft, TiltRight]);
        assert!(seen.iter().all(|event| event.start_ms <= event.peak_ms && event.peak_ms <= event.end_ms));
    }

    #[test]
    fn a_calm_face_a_small_move_and_a_single_outlier_are_no_gestures() {
        assert!(gestures(&series(6.0, |_, _| {})).is_empty());
        assert!(gestures(&[]).is_empty());
        let small = series(6.0, |t, observation| {
            observation.pose.yaw += 15.0 * during(t, 2.0, 4.0);
            observation.expression.mouth_width *= 1.0 + 0.08 * during(t, 4.0, 5.5);
        });
        assert!(gestures(&small).is_empty());
        // But it is known what was tried.
        assert_eq!(names(&near_misses(&small)), [Gesture::TurnLeft, Gesture::Smile]);
        let outlier = series(6.0, |t, observation| {
            if (3.0..3.05).contains(&t) {
                observation.pose.yaw = 60.0;
                observation.second = Some(observation.pose);
            }
        });
        assert!(gestures(&outlier).is_empty());
    }

    #[test]
    fn a_turn_that_the_second_networks_do_not_see_is_none() {
        let turn = |second: f32| {
            series(5.0, |t, observation| {
                observation.pose.yaw += 35.0 * during(t, 2.0, 4.0);
                observation.second = Some(scaled(observation.pose, second));
            })
        };
        assert_eq!(names(&gestures(&turn(1.0))), [Gesture::TurnLeft]);
        assert!(gestures(&turn(0.3)).is_empty());
        assert!(gestures(&turn(-1.0)).is_empty());
        let missed = near_misses(&turn(0.5));
        assert_eq!(names(&missed), [Gesture::TurnLeft]);
        assert!(missed[0].peak >= MIN_TURN && missed[0].second_peak.unwrap() < MIN_TURN);
    }

    #[test]
    fn a_nod_and_a_tilt_that_the_second_networks_do_not_see_are_none() {
        for (gesture, degrees) in [(Gesture::Nod, [18.0, 0.0]), (Gesture::TiltRight, [0.0, -20.0])] {
            let moved = |second: f32| {
                series(5.0, |t, observation| {
                    observation.pose.pitch += degrees[0] * during(t, 2.0, 4.0);
                    observation.pose.roll += degrees[1] * during(t, 2.0, 4.0);
                    observation.second = Some(scaled(observation.pose, second));
                })
            };
            assert_eq!(names(&gestures(&moved(0.9))), [gesture]);
            assert!(gestures(&moved(0.2)).is_empty());
            let missed = near_misses(&moved(0.2))[0];
            assert_eq!(missed.gesture, gesture);
            assert!(missed.peak >= missed.limit && missed.second_peak < missed.second_limit);
        }
        let other_way = series(5.0, |t, observation| {
            observation.pose.roll -= 20.0 * during(t, 2.0, 4.0);
            observation.second = Some(scaled(observation.pose, -1.0));
        });
        assert!(gestures(&other_way).is_empty());
    }

    #[test]
    fn closed_eyes_are_no_blink_and_a_wink_neither() {
        let closed = |from: f32, to: f32, both: bool| {
            series(8.0, |t, observation| {
                if (from..to).contains(&t) {
                    observation.lids[0] = 0.05;
                    if both {
                        observation.lids[1] = 0.05;
                    }
                }
            })
        };
        assert_eq!(names(&gestures(&closed(3.0, 3.2, true))), [Gesture::Blink]);
        assert!(gestures(&closed(3.0, 6.0, true)).is_empty());
        assert!(gestures(&closed(3.0, 3.2, false)).is_empty());
    }

    #[test]
    fn a_jaw_that_drops_opens_the_mouth_and_is_no_nod() {
        let seen = gestures(&series(6.0, |t, observation| {
            // As the mesh of a rendered person was seen to do.
            observation.pose.pitch += 15.0 * during(t, 2.0, 4.0);
            observation.expression.mouth_gap += 0.27 * during(t, 2.0, 4.0).sqrt();
            observation.second = Some(scaled(observation.pose, 0.5));
        }));
        assert_eq!(names(&seen), [Gesture::OpenMouth]);
    }

    #[test]
    fn a_nod_down_and_up_is_one_nod() {
        let seen = gestures(&series(6.0, |t, observation| {
            observation.pose.pitch += 18.0 * (during(t, 2.0, 3.0) - during(t, 3.1, 4.0));
        }));
        assert_eq!(names(&seen), [Gesture::Nod]);
    }
}
