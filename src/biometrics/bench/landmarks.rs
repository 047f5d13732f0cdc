//! From what a set saw of faces to what its landmarks, lids and pose are worth.
//!
//! Pose and gestures are measured as a session measures them: against the calm face of the same person, which is taken
//! from the pictures in which that person is known to be near-frontal and at rest. Without enough of those nothing is
//! said of that person. The limits of gestures are those of [`gestures`], so what is counted here is what a session
//! would have counted in one picture.
//! Source: the normalised mean error of 300 Faces in-the-Wild (by the outer corners of the eyes).

use super::measure::Share;
use super::sight::{Compared, Sight, Which};
use super::truth::{Act, FeaturePoint, Truth};
use crate::biometrics::capture::{Observation, median};
use crate::biometrics::challenge::Gesture;
use crate::biometrics::geometry::Rect;
use crate::biometrics::gestures::{self, Calm};
use crate::biometrics::landmarks::Pose;
use serde::Serialize;
use std::collections::BTreeMap;

/// Known degrees of yaw, pitch and roll up to which a head is near-frontal.
const NEAR_FRONTAL: [f32; 3] = [10.0, 9.0, 10.0];
/// Fewest pictures at rest that show how a person is when calm.
const LEAST_CALM: usize = 3;
/// Degrees of yaw from which on a head is turned.
const TURNED: f32 = 20.0;
/// Degrees of error that are still right.
const RIGHT: f32 = 5.0;
/// From this much on a smile is one and a mouth is open, as far as truth goes.
const SHOWN: f32 = 0.8;
/// From this much on lids are closed.
const CLOSED: f32 = 0.9;
/// Nothing is done at all.
const AT_REST: f32 = 0.0;

/// How errors are distributed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Of how many.
    pub count: usize,
    /// Mean.
    pub mean: f32,
    /// Median.
    pub median: f32,
    /// 95 of 100 lie below.
    pub p95: f32,
}

impl Spread {
    /// Of so many values; `None` of nothing.
    #[must_use]
    pub fn of(mut values: Vec<f32>) -> Option<Self> {
        values.sort_by(f32::total_cmp);
        let part = |part: usize| values.get(values.len().saturating_sub(1) * part / 100).copied();
        let count = values.len();
        let mean = (values.iter().map(|value| f64::from(*value)).sum::<f64>() / count.max(1) as f64) as f32;
        Some(Self { count, mean, median: part(50)?, p95: part(95)? })
    }
}

/// How far points are from the truth, in distances of the outer corners of the eyes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointErrors {
    /// Mean over the points of each face, distributed over faces.
    pub by_face: Spread,
    /// Mean of each point over faces.
    pub by_point: BTreeMap<&'static str, f32>,
}

/// How far an angle is from the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AngleError {
    /// In degrees, without sign.
    pub degrees: Spread,
    /// Within 5 degrees.
    pub within_5: Share,
}

/// Errors of the pose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PoseErrors {
    /// Yaw by the mesh.
    pub yaw: Option<AngleError>,
    /// The same where the head is turned by 20 degrees or more.
    pub yaw_turned: Option<AngleError>,
    /// Pitch by the mesh.
    pub pitch: Option<AngleError>,
    /// Roll by the mesh.
    pub roll: Option<AngleError>,
    /// Yaw by the head-pose networks.
    pub head_pose_yaw: Option<AngleError>,
    /// The same where the head is turned by 20 degrees or more.
    pub head_pose_yaw_turned: Option<AngleError>,
}

/// Whether a gesture is seen where it is, and where it is not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recall {
    /// Seen, of those that are shown.
    pub found: Share,
    /// Seen, of those that are not.
    pub falsely: Share,
    /// Pictures of either kind in which the gesture is not read, the head being turned away from calm.
    pub not_read: usize,
    /// Pictures of either kind without a face, without a measure, or of people whose calm face is not known.
    pub not_judged: usize,
}

/// What one set is worth on a set of pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Landmarks {
    /// Pictures with landmarks on the face that they are of, of those that could be read.
    pub found: Share,
    /// Against known points.
    pub points: Option<PointErrors>,
    /// Against the known pose.
    pub pose: Option<PoseErrors>,
    /// The same, each person's own offset taken off.
    pub pose_from_calm: Option<PoseErrors>,
    /// Closed lids (known to be closed by 0.9 or more) found closed, open ones (0) taken for closed.
    pub blink: Option<Recall>,
    /// Smiles of a closed mouth (0.8 or more) found, and none (0) taken for one.
    pub smile: Option<Recall>,
    /// Open mouths (0.8 or more) found open, closed ones (0) taken for open.
    pub open_mouth: Option<Recall>,
}

/// How far one set is from the other on the same faces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distances {
    /// Faces of the other set with landmarks of this one, of all on which the other one has landmarks.
    pub found: Share,
    /// Mean over the points of the mesh, distributed over faces, in distances of the outer corners of the eyes.
    pub points: Option<Spread>,
    /// Mean error against known points over that of the other set, on the faces that both have; 1 is as good.
    pub error_ratio: Option<f32>,
}

type Known<'a> = (&'a Act, &'a Sight);

/// Figures of one of the sets; `truths` in the order of `seen`.
#[must_use]
pub fn landmarks(truths: &[Option<Truth>], seen: &[Compared], which: Which) -> Landmarks {
    let readable = seen.iter().filter(|seen| !seen.unreadable).count();
    let found = seen.iter().filter(|seen| seen.of(which).is_some()).count();
    let acts =
        || truths.iter().zip(seen).filter_map(|(truth, seen)| Some((truth.as_ref()?.act.as_ref()?, seen)));
    let known: Vec<Known<'_>> = acts().filter_map(|(act, seen)| Some((act, seen.of(which)?))).collect();
    let people = people(&known);
    let recall = |gesture: Gesture| {
        let all = acts().filter_map(|(act, seen)| Some((shown(gesture, act)?, act, seen.of(which))));
        recall(all, &people, gesture)
    };
    Landmarks {
        found: Share::new(found, readable),
        points: point_errors(seen.iter().filter_map(|seen| seen.of(which))),
        pose: pose_errors(&known, |_| Some(Offset::default())),
        pose_from_calm: pose_errors(&known, |act| people.get(&act.person)?.offset),
        blink: recall(Gesture::Blink),
        smile: recall(Gesture::Smile),
        open_mouth: recall(Gesture::OpenMouth),
    }
}

/// How far the sets are from each other; `None` where only one looked, or the other one saw nothing.
#[must_use]
pub fn distances(seen: &[Compared]) -> Option<Distances> {
    let reference = seen.iter().filter(|seen| seen.against.is_some());
    let both = || seen.iter().filter_map(|seen| Some((seen.in_use.as_ref()?, seen.against.as_ref()?)));
    let of = reference.count();
    let one = point_errors(both().map(|(one, _)| one));
    let other = point_errors(both().map(|(_, other)| other));
    let error_ratio = one.zip(other).filter(|(_, other)| other.by_face.mean > 0.0);
    (of > 0).then(|| Distances {
        found: Share::new(both().count(), of),
        points: Spread::of(seen.iter().filter_map(|seen| seen.distance).collect()),
        error_ratio: error_ratio.map(|(one, other)| one.by_face.mean / other.by_face.mean),
    })
}

fn point_errors<'a>(sights: impl Iterator<Item = &'a Sight>) -> Option<PointErrors> {
    let mut faces = Vec::new();
    let mut points: BTreeMap<FeaturePoint, Vec<f32>> = BTreeMap::new();
    for sight in sights.filter(|sight| !sight.errors.is_empty()) {
        faces.push(mean(&sight.errors.iter().map(|(_, error)| *error).collect::<Vec<_>>()));
        for (point, error) in &sight.errors {
            points.entry(*point).or_default().push(*error);
        }
    }
    let by_point = points.into_iter().map(|(point, errors)| (point.name(), mean(&errors))).collect();
    Some(PointErrors { by_face: Spread::of(faces)?, by_point })
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// How far a person's measured angles are from the truth when that person is calm.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Offset {
    yaw: f32,
    pitch: f32,
    roll: f32,
    /// `None` where the set has no head-pose networks.
    head_pose_yaw: Option<f32>,
}

/// What the near-frontal pictures of a person say.
struct Person {
    offset: Option<Offset>,
    calm: Option<Calm>,
}

fn near_frontal(act: &Act) -> bool {
    let angles = [act.pose.yaw, act.pose.pitch, act.pose.roll];
    angles.iter().zip(NEAR_FRONTAL).all(|(angle, limit)| angle.abs() <= limit)
}

/// The median of a measure, of enough pictures.
fn of_enough<'a>(
    known: impl Iterator<Item = &'a Known<'a>>,
    measure: impl Fn(&Known<'_>) -> Option<f32>,
) -> Option<f32> {
    let values: Vec<f32> = known.filter_map(measure).collect();
    (values.len() >= LEAST_CALM).then(|| median(values.into_iter()))?
}

fn people(known: &[Known<'_>]) -> BTreeMap<u64, Person> {
    let mut people: BTreeMap<u64, Vec<Known<'_>>> = BTreeMap::new();
    for (act, sight) in known.iter().filter(|(act, _)| near_frontal(act)) {
        people.entry(act.person).or_default().push((act, sight));
    }
    people.into_iter().map(|(person, pictures)| (person, person_of(&pictures))).collect()
}

fn person_of(pictures: &[Known<'_>]) -> Person {
    let offset = || {
        let of = |measure: fn(&Known<'_>) -> f32| of_enough(pictures.iter(), |known| Some(measure(known)));
        Some(Offset {
            yaw: of(|(act, sight)| sight.pose.yaw - act.pose.yaw)?,
            pitch: of(|(act, sight)| sight.pose.pitch - act.pose.pitch)?,
            roll: of(|(act, sight)| sight.pose.roll - act.pose.roll)?,
            head_pose_yaw: of_enough(pictures.iter(), |(act, sight)| {
                Some(sight.head_pose_yaw? - act.axis_yaw)
            }),
        })
    };
    let offset = offset();
    let calm = || {
        let offset = offset?;
        let shut = || pictures.iter().filter(|(act, _)| act.mouth_open == AT_REST);
        let still = || shut().filter(|(act, _)| act.smile == AT_REST);
        let open_eyes = pictures.iter().filter(|(act, _)| act.blink == AT_REST);
        Some(Calm {
            pose: Pose { yaw: offset.yaw, pitch: offset.pitch, roll: offset.roll },
            // Turns, nods and tilts are not read here.
            second: None,
            // Without a network for lids nothing is read of them, whatever stands here.
            lids: of_enough(open_eyes, |(_, sight)| {
                Some(sight.lids.map_or(1.0, |[one, other]| one.max(other)))
            })?,
            mouth_width: of_enough(still(), |(_, sight)| Some(sight.expression.mouth_width))?,
            mouth_gap: of_enough(shut(), |(_, sight)| Some(sight.expression.mouth_gap))?,
            corner_lift: of_enough(still(), |(_, sight)| Some(sight.expression.corner_lift))?,
        })
    };
    Person { offset, calm: calm() }
}

/// Errors of each angle, less what `offset` gives for the person; whoever has none is left out.
fn pose_errors(known: &[Known<'_>], offset: impl Fn(&Act) -> Option<Offset>) -> Option<PoseErrors> {
    let known: Vec<(Offset, &Known<'_>)> =
        known.iter().filter_map(|known| Some((offset(known.0)?, known))).collect();
    let errors = |error: &dyn Fn(&Offset, &Act, &Sight) -> Option<f32>| {
        let errors = known.iter().filter_map(|(offset, (act, sight))| error(offset, act, sight));
        angle_error(errors.map(f32::abs).collect())
    };
    let turned = |act: &Act| act.pose.yaw.abs() >= TURNED;
    let yaw = |offset: &Offset, act: &Act, sight: &Sight| Some(sight.pose.yaw - act.pose.yaw - offset.yaw);
    let axis_yaw = |offset: &Offset, act: &Act, sight: &Sight| {
        Some(sight.head_pose_yaw? - act.axis_yaw - offset.head_pose_yaw.unwrap_or_default())
    };
    Some(PoseErrors {
        yaw: Some(errors(&yaw)?),
        yaw_turned: errors(&|offset, act, sight| turned(act).then(|| yaw(offset, act, sight))?),
        pitch: errors(&|offset, act, sight| Some(sight.pose.pitch - act.pose.pitch - offset.pitch)),
        roll: errors(&|offset, act, sight| Some(sight.pose.roll - act.pose.roll - offset.roll)),
        head_pose_yaw: errors(&axis_yaw),
        head_pose_yaw_turned: errors(&|offset, act, sight| {
            turned(act).then(|| axis_yaw(offset, act, sight))?
        }),
    })
}

fn angle_error(errors: Vec<f32>) -> Option<AngleError> {
    let right = errors.iter().filter(|error| **error <= RIGHT).count();
    let within_5 = Share::new(right, errors.len());
    Some(AngleError { degrees: Spread::of(errors)?, within_5 })
}

/// Whether a gesture is known to be shown; `None` where it is half done, or another hides it.
fn shown(gesture: Gesture, act: &Act) -> Option<bool> {
    let (done, limit) = match gesture {
        Gesture::Blink => (act.blink, CLOSED),
        Gesture::OpenMouth => (act.mouth_open, SHOWN),
        // A mouth that is open moves its corners too: a smile is not read then.
        Gesture::Smile if act.mouth_open == AT_REST => (act.smile, SHOWN),
        _ => return None,
    };
    if done >= limit { Some(true) } else { (done == AT_REST).then_some(false) }
}

/// Counts what is seen of a gesture; `None` where none of the pictures could be judged.
fn recall<'a>(
    all: impl Iterator<Item = (bool, &'a Act, Option<&'a Sight>)>,
    people: &BTreeMap<u64, Person>,
    gesture: Gesture,
) -> Option<Recall> {
    // Of shown and of not shown: how many were seen, of how many.
    let mut counts = [[0usize; 2]; 2];
    let (mut not_read, mut not_judged) = (0, 0);
    for (shown, act, sight) in all {
        let calm = people.get(&act.person).and_then(|person| person.calm.as_ref());
        let observation = sight.and_then(|sight| observation(sight, gesture));
        let Some((observation, calm)) = observation.zip(calm) else {
            not_judged += 1;
            continue;
        };
        let Some(value) = gestures::measure(&observation, calm, gesture) else {
            not_read += 1;
            continue;
        };
        let [seen, of] = &mut counts[usize::from(!shown)];
        *seen += usize::from(value >= gestures::limit(gesture));
        *of += 1;
    }
    let [found, falsely] = counts.map(|[seen, of]| Share::new(seen, of));
    (found.of + falsely.of > 0).then_some(Recall { found, falsely, not_read, not_judged })
}

/// A sight as gestures are read from it; `None` where the set does not measure what the gesture is read by.
fn observation(sight: &Sight, gesture: Gesture) -> Option<Observation> {
    let lids = match gesture {
        Gesture::Blink => sight.lids?,
        _ => sight.lids.unwrap_or_default(),
    };
    Some(Observation {
        pts_ms: 0,
        pose: sight.pose,
        second: None,
        expression: sight.expression,
        lids,
        rigid: Vec::new(),
        area: Rect::default(),
        share_of_width: 0.0,
        surroundings: Vec::new(),
    })
}
