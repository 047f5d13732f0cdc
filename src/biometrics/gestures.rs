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
//!
//! A turn counts only where the second family of networks sees at least [`SECOND_YAW`] degrees to the same side: a
//! flat photo that was tilted by 40 degrees moved the mesh by at most 16.7 and those by at most 13.6 degrees.
//! Mouth and lids are read only while the head is near calm, since a turned face is foreshortened.

use super::capture::{Observation, median};
use super::challenge::Gesture;
use super::liveness::GestureEvent;

/// Degrees that the second family of networks must see in a turn.
pub const SECOND_YAW: f32 = 18.0;
/// Milliseconds from the start that show the calm face.
const CALM_MS: i64 = 1000;
/// Fewest observations for a calm face.
const CALM_MIN: usize = 5;
/// Milliseconds within which the same gesture again is the same gesture.
const MERGE_MS: i64 = 900;
/// Longest blink, in milliseconds: eyes closed for longer are not a blink.
const LONGEST_BLINK_MS: i64 = 1500;
/// Degrees of yaw and pitch from calm up to which mouth and lids are read.
const NEAR_CALM: (f32, f32) = (14.0, 9.0);

/// The calm face that gestures are measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calm {
    /// Yaw, degrees.
    pub yaw: f32,
    /// Pitch, degrees.
    pub pitch: f32,
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
        Some(Self {
            yaw: of(|observation| observation.pose.yaw)?,
            pitch: of(|observation| observation.pose.pitch)?,
            lids: of(opening)?,
            mouth_width: of(|observation| observation.expression.mouth_width)?,
            mouth_gap: of(|observation| observation.expression.mouth_gap)?,
            corner_lift: of(|observation| observation.expression.corner_lift)?,
        })
    }
}

/// How one gesture shows in a series of numbers that grow with it.
struct Rule {
    gesture: Gesture,
    begins: f32,
    ends: f32,
    /// Observations above `begins` that it takes.
    least: usize,
    /// Read only near calm.
    frontal: bool,
    measure: fn(&Observation, &Calm) -> f32,
}

const RULES: [Rule; 6] = [
    Rule {
        gesture: Gesture::TurnLeft,
        begins: 25.0,
        ends: 12.0,
        least: 2,
        frontal: false,
        measure: |observation, calm| observation.pose.yaw - calm.yaw,
    },
    Rule {
        gesture: Gesture::TurnRight,
        begins: 25.0,
        ends: 12.0,
        least: 2,
        frontal: false,
        measure: |observation, calm| calm.yaw - observation.pose.yaw,
    },
    Rule {
        gesture: Gesture::Nod,
        begins: 11.0,
        ends: 6.0,
        least: 2,
        frontal: false,
        measure: |observation, calm| {
            // A head that turns far is foreshortened up and down too.
            let turned = (observation.pose.yaw - calm.yaw).abs() > NEAR_CALM.0;
            if turned { 0.0 } else { (observation.pose.pitch - calm.pitch).abs() }
        },
    },
    Rule {
        gesture: Gesture::Blink,
        begins: 0.5,
        ends: 0.3,
        least: 1,
        frontal: true,
        measure: |observation, calm| 1.0 - opening(observation) / calm.lids.max(0.05),
    },
    Rule {
        gesture: Gesture::Smile,
        begins: 0.10,
        ends: 0.05,
        least: 3,
        frontal: true,
        measure: |observation, calm| {
            let mouth = &observation.expression;
            // An open mouth moves the corners too.
            let open = mouth.mouth_gap - calm.mouth_gap > 0.1;
            let wider = mouth.mouth_width / calm.mouth_width.max(0.1) - 1.0;
            if open { 0.0 } else { wider + 2.0 * (mouth.corner_lift - calm.corner_lift) }
        },
    },
    Rule {
        gesture: Gesture::OpenMouth,
        begins: 0.15,
        ends: 0.08,
        least: 2,
        frontal: true,
        measure: |observation, calm| observation.expression.mouth_gap - calm.mouth_gap,
    },
];

/// All gestures of a video, in the order of their peaks.
#[must_use]
pub fn gestures(observations: &[Observation]) -> Vec<GestureEvent> {
    let Some(calm) = Calm::of(observations) else { return Vec::new() };
    let mut events: Vec<GestureEvent> =
        RULES.iter().flat_map(|rule| merged(rule.events(observations, &calm))).collect();
    events.sort_by_key(|event| event.peak_ms);
    events
}

impl Rule {
    fn events(&self, observations: &[Observation], calm: &Calm) -> Vec<GestureEvent> {
        let values = self.values(observations, calm);
        let mut events = Vec::new();
        let mut at = 0;
        while at < values.len() {
            if values[at] < self.begins {
                at += 1;
                continue;
            }
            // Back to where it left calm, on to where it is calm again.
            let start = values[..at].iter().rposition(|value| *value < self.ends).map_or(0, |calm| calm + 1);
            let end = values[at..]
                .iter()
                .position(|value| *value < self.ends)
                .map_or(values.len() - 1, |calm| at + calm);
            let span = &values[start..=end];
            let above = span.iter().filter(|value| **value >= self.begins).count();
            let peak = start
                + span
                    .iter()
                    .enumerate()
                    .max_by(|one, other| one.1.total_cmp(other.1))
                    .map_or(0, |(peak, _)| peak);
            let event = GestureEvent {
                gesture: self.gesture,
                start_ms: observations[start].pts_ms,
                peak_ms: observations[peak].pts_ms,
                end_ms: observations[end].pts_ms,
                peak: values[peak],
            };
            if above >= self.least && self.holds(&event, &observations[start..=end], calm) {
                events.push(event);
            }
            at = end + 1;
        }
        events
    }

    /// The measure over time, with single outliers taken out (but for blinks, which are as short as one).
    fn values(&self, observations: &[Observation], calm: &Calm) -> Vec<f32> {
        let raw: Vec<f32> = observations
            .iter()
            .map(|observation| {
                let away = (observation.pose.yaw - calm.yaw).abs() > NEAR_CALM.0
                    || (observation.pose.pitch - calm.pitch).abs() > NEAR_CALM.1;
                if self.frontal && away { 0.0 } else { (self.measure)(observation, calm) }
            })
            .collect();
        if self.least < 2 || raw.len() < 3 {
            return raw;
        }
        let mut smooth = raw.clone();
        for (out, window) in smooth[1..].iter_mut().zip(raw.windows(3)) {
            *out = window[0].max(window[1]).min(window[0].min(window[1]).max(window[2]));
        }
        smooth
    }

    fn holds(&self, event: &GestureEvent, span: &[Observation], calm: &Calm) -> bool {
        match self.gesture {
            Gesture::Blink => event.end_ms - event.start_ms <= LONGEST_BLINK_MS,
            Gesture::TurnLeft | Gesture::TurnRight => {
                let side = if self.gesture == Gesture::TurnLeft { 1.0 } else { -1.0 };
                let second = span.iter().filter_map(|observation| observation.second_yaw);
                let strongest = second
                    .map(|yaw| side * (yaw - calm.yaw))
                    .fold(None, |most: Option<f32>, yaw| Some(most.map_or(yaw, |most| most.max(yaw))));
                // Without those networks the mesh alone decides, and the report names what was not there.
                strongest.is_none_or(|yaw| yaw >= SECOND_YAW)
            }
            _ => true,
        }
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
    use crate::biometrics::landmarks::{Expression, Pose};

    /// A calm face for `seconds` at 12.5 pictures a second, changed by `change(t, observation)`.
    fn series(seconds: f32, change: impl Fn(f32, &mut Observation)) -> Vec<Observation> {
        (0..(seconds * 12.5) as i64)
            .map(|index| {
                let wobble = (index as f32 * 1.7).sin();
                let mut observation = Observation {
                    pts_ms: index * 80,
                    pose: Pose { yaw: 3.0 + wobble, pitch: 8.0 + 0.7 * wobble, roll: 0.0 },
                    second_yaw: None,
                    expression: Expression { mouth_width: 0.55, mouth_gap: 0.02, corner_lift: 0.0 },
                    lids: [0.3 + 0.01 * wobble; 2],
                    rigid: Vec::new(),
                    share_of_width: 0.2,
                };
                change(index as f32 * 0.08, &mut observation);
                observation
            })
            .collect()
    }

    fn during(t: f32, from: f32, to: f32) -> f32 {
        if t < from || t > to { 0.0 } else { ((t - from) / (to - from) * std::f32::consts::PI).sin() }
    }

    fn names(events: &[GestureEvent]) -> Vec<Gesture> {
        events.iter().map(|event| event.gesture).collect()
    }

    #[test]
    fn each_gesture_is_seen_once_and_in_order() {
        let seen = gestures(&series(14.0, |t, observation| {
            observation.pose.yaw += 35.0 * (during(t, 2.0, 3.5) - during(t, 4.0, 5.5));
            observation.second_yaw =
                (observation.pose.yaw.abs() > 15.0).then_some(observation.pose.yaw * 0.9);
            observation.pose.pitch += 18.0 * during(t, 6.0, 7.5);
            observation.lids = observation.lids.map(|open| open * (1.0 - during(t, 8.2, 8.6)));
            observation.expression.mouth_width *= 1.0 + 0.2 * during(t, 10.0, 11.5);
            observation.expression.mouth_gap += 0.25 * during(t, 12.0, 13.5);
        }));
        use Gesture::{Blink, Nod, OpenMouth, Smile, TurnLeft, TurnRight};
        assert_eq!(names(&seen), [TurnLeft, TurnRight, Nod, Blink, Smile, OpenMouth]);
        assert!(seen.iter().all(|event| event.start_ms <= event.peak_ms && event.peak_ms <= event.end_ms));
    }

    #[test]
    fn a_calm_face_a_small_move_and_a_single_outlier_are_no_gestures() {
        assert!(gestures(&series(6.0, |_, _| {})).is_empty());
        assert!(gestures(&[]).is_empty());
        let small = series(6.0, |t, observation| {
            observation.pose.yaw += 15.0 * during(t, 2.0, 4.0);
            observation.expression.mouth_width *= 1.0 + 0.05 * during(t, 4.0, 5.0);
        });
        assert!(gestures(&small).is_empty());
        let outlier = series(6.0, |t, observation| {
            if (3.0..3.05).contains(&t) {
                observation.pose.yaw = 60.0;
                observation.second_yaw = Some(60.0);
            }
        });
        assert!(gestures(&outlier).is_empty());
    }

    #[test]
    fn a_turn_that_the_second_networks_do_not_see_is_none() {
        let turn = |second: f32| {
            series(5.0, |t, observation| {
                observation.pose.yaw += 35.0 * during(t, 2.0, 4.0);
                observation.second_yaw = Some(observation.pose.yaw * second);
            })
        };
        assert_eq!(names(&gestures(&turn(1.0))), [Gesture::TurnLeft]);
        assert!(gestures(&turn(0.3)).is_empty());
        assert!(gestures(&turn(-1.0)).is_empty());
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
    fn a_nod_down_and_up_is_one_nod() {
        let seen = gestures(&series(6.0, |t, observation| {
            observation.pose.pitch += 18.0 * (during(t, 2.0, 3.0) - during(t, 3.1, 4.0));
        }));
        assert_eq!(names(&seen), [Gesture::Nod]);
    }
}
