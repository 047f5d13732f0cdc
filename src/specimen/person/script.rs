//! What a person does in a video: acts with their times, and the small movements nobody suppresses.

use super::cheat::Attack;
use super::expression::{Expression, Pose};
use super::space::smooth;
use super::stream::Stream;
use std::f32::consts::{PI, TAU};

/// One thing that a person is asked to do. Left and right are the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Act {
    /// Turns the head to their own left: to the image's right.
    TurnLeft,
    /// Turns the head to their own right.
    TurnRight,
    /// Nods.
    Nod,
    /// Shuts both eyes, twice.
    Blink,
    /// Smiles.
    Smile,
    /// Opens the mouth.
    OpenMouth,
    /// Tilts the head to their own left shoulder.
    TiltLeft,
    /// Tilts the head to their own right shoulder.
    TiltRight,
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 8] = [
        Self::TurnLeft,
        Self::TurnRight,
        Self::Nod,
        Self::Blink,
        Self::Smile,
        Self::OpenMouth,
        Self::TiltLeft,
        Self::TiltRight,
    ];

    /// The name in scripts and challenges.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TurnLeft => "turn_left",
            Self::TurnRight => "turn_right",
            Self::Nod => "nod",
            Self::Blink => "blink",
            Self::Smile => "smile",
            Self::OpenMouth => "open_mouth",
            Self::TiltLeft => "tilt_left",
            Self::TiltRight => "tilt_right",
        }
    }

    /// The act of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }
}

/// An act and when it is done, in milliseconds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedAct {
    /// What is done.
    pub act: Act,
    /// When the movement begins.
    pub start_ms: u32,
    /// When the face is neutral again.
    pub end_ms: u32,
}

/// A video to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideoScript {
    /// What is done and when, in order.
    pub acts: Vec<TimedAct>,
    /// Length of the video.
    pub duration_ms: u32,
    /// Frames a second.
    pub fps: u32,
    /// Pixels across; even.
    pub width: u32,
    /// Pixels down; even.
    pub height: u32,
    /// Seed of the session: room, clothes, light, sway and noise; not the person.
    pub seed: u64,
    /// How the video cheats, if it does.
    pub attack: Option<Attack>,
}

/// The longest video made: a minute.
pub const LONGEST_MS: u32 = 60_000;

impl VideoScript {
    /// A calm face for a second and a half, then the acts one after the other, two seconds for each: the pace of a
    /// challenge.
    #[must_use]
    pub fn of_acts(acts: &[Act], seed: u64) -> Self {
        Self::paced(acts, 1_500, 2_000, seed)
    }

    /// The acts at another pace: a calm face for `lead_in_ms`, then `each_ms` for each act with its pause. 15
    /// frames a second, as a webcam in a room gives them, 1280x720. Times that are too long or short for a video are brought to 1 to 10 seconds.
    #[must_use]
    pub fn paced(acts: &[Act], lead_in_ms: u32, each_ms: u32, seed: u64) -> Self {
        let each = each_ms.clamp(1_000, 10_000);
        let mut slot = lead_in_ms.clamp(500, 10_000);
        let mut timed = Vec::with_capacity(acts.len());
        for act in acts {
            // Nobody begins at once, and a calm face ends each slot. Slow acts are not slower than this.
            let start = slot + each / 20;
            timed.push(TimedAct { act: *act, start_ms: start, end_ms: start + (each * 3 / 4).min(2_500) });
            slot += each;
        }
        Self { acts: timed, duration_ms: slot + 500, fps: 15, width: 1280, height: 720, seed, attack: None }
    }

    /// The same script, with an attack.
    #[must_use]
    pub const fn with_attack(mut self, attack: Attack) -> Self {
        self.attack = Some(attack);
        self
    }

    /// How many acts have begun their turn at a time: an act's turn comes a little before it.
    #[must_use]
    pub(super) fn slot(&self, ms: f32) -> usize {
        self.acts.iter().filter(|timed| timed.start_ms as f32 <= ms + 100.0).count()
    }

    /// What comes first is done last; the times stay.
    pub(super) fn reorder(&mut self) {
        let mut acts: Vec<Act> = self.acts.iter().map(|timed| timed.act).collect();
        if !acts.is_empty() {
            acts.rotate_left(1);
        }
        for (timed, act) in self.acts.iter_mut().zip(acts) {
            timed.act = act;
        }
    }

    /// How many frames the video has.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        (self.duration_ms as u64 * self.fps as u64 / 1000) as u32
    }

    /// The time of a frame.
    #[must_use]
    pub const fn time_ms(&self, frame: u32) -> f32 {
        frame as f32 * 1000.0 / self.fps as f32
    }

    /// The script at 640 by 360 pixels, for tests: a quarter of the work.
    #[must_use]
    pub const fn small(mut self) -> Self {
        (self.width, self.height) = (640, 360);
        self
    }

    /// Head and face at a time, without sway.
    #[must_use]
    pub fn at(&self, ms: f32) -> (Pose, Expression) {
        let (mut pose, mut face) = (Pose::default(), Expression::default());
        for (timed, turn) in self.acts.iter().zip(0..) {
            let length = timed.end_ms.saturating_sub(timed.start_ms).max(1) as f32;
            let part = (ms - timed.start_ms as f32) / length;
            if (0.0..=1.0).contains(&part) {
                Manner::of(self.seed, turn).play(timed.act, part, &mut pose, &mut face);
            }
        }
        (pose, face)
    }
}

/// How an act is done this time: nobody moves twice in the same way.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// Power of the time: below 1 it begins quickly and ends slowly.
    pace: f32,
    /// Of the way that the head goes.
    strength: f32,
    /// Degrees and head units that the head goes besides, at the act's height.
    pitch: f32,
    x: f32,
    y: f32,
}

impl Manner {
    fn of(seed: u64, turn: u64) -> Self {
        let mut stream = Stream::new(seed.wrapping_add(turn.wrapping_mul(0x9E37_79B9_7F4A_7C15)), "manner");
        Self {
            pace: stream.between(0.85, 1.18),
            strength: stream.between(0.94, 1.08),
            pitch: stream.around(0.0, 1.2),
            x: stream.around(0.0, 0.03),
            y: stream.around(0.0, 0.02),
        }
    }

    fn play(self, act: Act, part: f32, pose: &mut Pose, face: &mut Expression) {
        let part = part.powf(self.pace);
        let mut moved = Pose::default();
        play(act, part, &mut moved, face);
        pose.yaw += self.strength * moved.yaw;
        pose.pitch += self.strength * moved.pitch + self.pitch * held(part);
        pose.roll += self.strength * moved.roll;
        pose.x += moved.x + self.x * held(part);
        pose.y += moved.y + self.y * held(part);
    }
}

/// Up over the first third, held, down over the last third.
fn held(part: f32) -> f32 {
    smooth(part / 0.36) * smooth((1.0 - part) / 0.36)
}

fn play(act: Act, part: f32, pose: &mut Pose, face: &mut Expression) {
    match act {
        // The eyes run ahead of the head, then come back to the camera.
        Act::TurnLeft | Act::TurnRight => {
            let side = if act == Act::TurnLeft { 1.0 } else { -1.0 };
            pose.yaw += 36.0 * side * held(part);
            pose.x += 0.04 * side * held(part);
            face.gaze += 0.5 * side * held((part * 1.25).min(1.0));
        }
        // A positive roll tips the crown to the image's left: the person's own right.
        Act::TiltLeft => pose.roll -= 22.0 * held(part),
        Act::TiltRight => pose.roll += 22.0 * held(part),
        Act::Nod => pose.pitch += 21.0 * (part * 2.0 * TAU).sin() * (part * PI).sin().max(0.0).sqrt(),
        Act::Blink => {
            // Two blinks of 0.3 of the act each.
            let blink = |from: f32| {
                let t = (part - from) / 0.30;
                if (0.0..1.0).contains(&t) { smooth(t / 0.30) * smooth((1.0 - t) / 0.32) } else { 0.0 }
            };
            face.blink = face.blink.max(blink(0.12)).max(blink(0.58));
        }
        Act::Smile => face.smile = face.smile.max(held(part)),
        Act::OpenMouth => {
            face.mouth_open = face.mouth_open.max(0.95 * held(part));
            pose.pitch -= 2.0 * held(part);
        }
    }
}

/// The slow movement of a head that is held still: three sums of two slow sines each.
#[derive(Debug, Clone)]
pub(super) struct Sway([[f32; 4]; 5]);

impl Sway {
    pub(super) fn new(stream: &mut Stream) -> Self {
        Self(std::array::from_fn(|_| {
            [stream.between(0.11, 0.22), stream.between(0.27, 0.55), stream.unit() * TAU, stream.unit() * TAU]
        }))
    }

    /// The movement in one of five directions at a time, about -1 to 1.
    pub(super) fn at(&self, direction: usize, ms: f32) -> f32 {
        let [slow, quick, a, b] = self.0[direction % self.0.len()];
        let seconds = ms / 1000.0;
        0.65 * (TAU * slow * seconds + a).sin() + 0.35 * (TAU * quick * seconds + b).sin()
    }

    /// Adds the movement to a pose.
    pub(super) fn add_to(&self, pose: &mut Pose, ms: f32) {
        pose.yaw += 1.8 * self.at(0, ms);
        pose.pitch += 1.2 * self.at(1, ms);
        pose.roll += 1.2 * self.at(2, ms);
        pose.x += 0.035 * self.at(3, ms);
        pose.y += 0.020 * self.at(4, ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_come_in_order_with_neutral_pauses() {
        let script = VideoScript::of_acts(&[Act::Smile, Act::TurnRight, Act::Blink], 1);
        let mut last = 0;
        for timed in &script.acts {
            assert!(timed.start_ms >= last + 400 && timed.end_ms > timed.start_ms);
            last = timed.end_ms;
            let pause = script.at(timed.end_ms as f32 + 100.0);
            assert_eq!(pause, (Pose::default(), Expression::default()));
        }
        assert!(script.duration_ms > last);
    }

    #[test]
    fn no_act_is_done_twice_in_the_same_way() {
        let script = VideoScript::of_acts(&[Act::TiltLeft; 3], 5);
        let course = |turn: usize| {
            let timed = script.acts[turn];
            let at = |step: u32| script.at((timed.start_ms + 60 * step) as f32).0.roll;
            (0..(timed.end_ms - timed.start_ms) / 60).map(at).collect::<Vec<f32>>()
        };
        let apart = |one: Vec<f32>, other: Vec<f32>| {
            one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
        };
        for (one, other) in [(0, 1), (1, 2), (0, 2)] {
            assert!(apart(course(one), course(other)) > 0.8);
        }
    }

    #[test]
    fn a_pace_is_kept_within_what_a_video_bears() {
        let slow = VideoScript::paced(&Act::ALL, 3_000, 4_000, 1);
        assert_eq!(slow.acts[1].start_ms - slow.acts[0].start_ms, 4_000);
        assert_eq!(slow.duration_ms, 3_000 + 8 * 4_000 + 500);
        let wild = VideoScript::paced(&Act::ALL, u32::MAX, u32::MAX, 1);
        assert!(wild.duration_ms > LONGEST_MS, "refused later, not overflowed: {}", wild.duration_ms);
    }

    #[test]
    fn each_act_reaches_what_it_is_asked_for() {
        let extreme = |act: Act, of: fn(&Pose, &Expression) -> f32| {
            let script = VideoScript::of_acts(&[act], 1);
            (0..script.frames())
                .map(|frame| script.at(script.time_ms(frame)))
                .map(|(pose, face)| of(&pose, &face))
                .fold(f32::MIN, f32::max)
        };
        assert!(extreme(Act::TurnLeft, |pose, _| pose.yaw) >= 34.0);
        assert!(extreme(Act::TurnRight, |pose, _| -pose.yaw) >= 34.0);
        assert!(extreme(Act::TiltLeft, |pose, _| -pose.roll) >= 20.0);
        assert!(extreme(Act::TiltRight, |pose, _| pose.roll) >= 20.0);
        assert!(extreme(Act::Nod, |pose, _| pose.pitch) >= 12.0);
        assert!(extreme(Act::Blink, |_, face| face.blink) >= 0.95);
        assert!(extreme(Act::Smile, |_, face| face.smile) >= 0.95);
        assert!(extreme(Act::OpenMouth, |_, face| face.mouth_open) >= 0.9);
    }

    #[test]
    fn no_moment_of_any_act_is_undefined() {
        for act in Act::ALL {
            let script = VideoScript::of_acts(&[act], 1);
            for ms in 0..=script.duration_ms {
                let (pose, face) = script.at(ms as f32);
                let values = [pose.yaw, pose.pitch, pose.roll, pose.x, pose.y];
                let moved = [face.blink, face.smile, face.mouth_open, face.gaze];
                assert!(values.iter().chain(&moved).all(|value| value.is_finite()), "{act:?} at {ms}");
            }
        }
    }

    #[test]
    fn names_go_both_ways() {
        for act in Act::ALL {
            assert_eq!(Act::from_name(act.name()), Some(act));
        }
    }
}
