//! Figures from sights that no network saw: each is what was put in, and moves when that is wrong.

use super::sight::Sight;
use super::truth::Act;
use super::{Compared, FeaturePoint, Truth, Which, distances, landmarks};
use crate::biometrics::landmarks::{Expression, Pose};

/// A person whose yaw is seen 4 degrees too far, pitch 9; whose lids are open by 0.4 and lips apart by 0.03.
const OFFSET: (f32, f32) = (4.0, 9.0);

fn act(yaw: f32, blink: f32, mouth_open: f32) -> Act {
    let pose = Pose { yaw, pitch: 0.0, roll: -2.0 };
    Act { person: 7, pose, axis_yaw: yaw, blink, smile: 0.0, mouth_open }
}

fn seen(act: &Act) -> Sight {
    Sight {
        errors: Vec::new(),
        pose: Pose { yaw: act.pose.yaw + OFFSET.0, pitch: act.pose.pitch + OFFSET.1, roll: act.pose.roll },
        head_pose_yaw: Some(act.axis_yaw + 1.0),
        expression: Expression {
            mouth_width: 0.55,
            mouth_gap: 0.03 + 0.25 * act.mouth_open,
            corner_lift: 0.01,
        },
        lids: Some([0.4 * (1.0 - 0.9 * act.blink); 2]),
    }
}

/// What one set sees of acts.
fn pictures(acts: &[Act], see: impl Fn(&Act) -> Option<Sight>) -> (Vec<Option<Truth>>, Vec<Compared>) {
    let truths = acts.iter().map(|act| Some(Truth { act: Some(*act), ..Truth::default() })).collect();
    let seen = acts.iter().map(|act| Compared { in_use: see(act), ..Compared::default() }).collect();
    (truths, seen)
}

fn session() -> Vec<Act> {
    let mut acts = vec![act(0.0, 0.0, 0.0), act(2.0, 0.0, 0.0), act(-3.0, 0.0, 0.0)];
    acts.extend([act(30.0, 0.0, 0.0), act(-30.0, 0.0, 0.0)]);
    acts.extend([act(1.0, 1.0, 0.0), act(-1.0, 0.95, 0.0), act(0.0, 0.5, 0.0), act(0.0, 0.0, 1.0)]);
    // Closed, but turned away: not read.
    acts.push(act(28.0, 1.0, 0.0));
    acts
}

#[test]
fn an_offset_of_the_person_is_an_error_and_from_calm_none() {
    let (truths, seen) = pictures(&session(), |act| Some(seen(act)));
    let found = landmarks(&truths, &seen, Which::InUse);
    assert_eq!((found.found.count, found.found.of), (10, 10));
    let (pose, from_calm) = (found.pose.unwrap(), found.pose_from_calm.unwrap());
    let yaw = pose.yaw.unwrap();
    assert!((yaw.degrees.mean - 4.0).abs() < 1e-4 && yaw.within_5.count == 10, "{yaw:?}");
    let pitch = pose.pitch.unwrap();
    assert!((pitch.degrees.median - 9.0).abs() < 1e-4 && pitch.within_5.count == 0, "{pitch:?}");
    assert_eq!(pose.yaw_turned.unwrap().degrees.count, 3);
    assert!((pose.head_pose_yaw.unwrap().degrees.mean - 1.0).abs() < 1e-4);
    for error in [from_calm.yaw, from_calm.pitch, from_calm.roll, from_calm.head_pose_yaw_turned] {
        assert!(error.unwrap().degrees.p95 < 1e-4);
    }
    assert!(found.points.is_none());
    // The other set did not look.
    let other = landmarks(&truths, &seen, Which::Against);
    assert!(other.found.count == 0 && other.pose.is_none() && other.blink.is_none());
}

#[test]
fn a_yaw_of_the_wrong_sign_is_wrong_by_twice_the_turn_even_from_calm() {
    let (truths, seen) = pictures(&session(), |act| {
        let right = seen(act);
        Some(Sight {
            pose: Pose { yaw: -act.pose.yaw, ..right.pose },
            head_pose_yaw: Some(-act.axis_yaw),
            ..right
        })
    });
    let found = landmarks(&truths, &seen, Which::InUse);
    for pose in [found.pose.unwrap(), found.pose_from_calm.unwrap()] {
        for error in [pose.yaw_turned.unwrap(), pose.head_pose_yaw_turned.unwrap()] {
            assert!(error.degrees.median > 50.0 && error.within_5.count == 0, "{error:?}");
        }
    }
}

#[test]
fn gestures_are_counted_by_the_limits_of_a_session() {
    let (truths, compared) = pictures(&session(), |act| Some(seen(act)));
    let found = landmarks(&truths, &compared, Which::InUse);
    let blink = found.blink.unwrap();
    // Half closed lids are neither.
    assert_eq!((blink.found.count, blink.found.of), (2, 2));
    assert_eq!((blink.falsely.count, blink.falsely.of), (0, 4));
    assert_eq!((blink.not_read, blink.not_judged), (3, 0));
    let mouth = found.open_mouth.unwrap();
    assert_eq!((mouth.found.count, mouth.found.of, mouth.falsely.count), (1, 1, 0));
    assert_eq!(found.smile.unwrap().found.of, 0);

    // Lids that never move, one eye that stays open, lids that are always closed: each shows.
    let lids = |lids: fn(&Act) -> [f32; 2]| {
        let (truths, seen) = pictures(&session(), |act| Some(Sight { lids: Some(lids(act)), ..seen(act) }));
        landmarks(&truths, &seen, Which::InUse).blink.unwrap()
    };
    assert_eq!(lids(|_| [0.4; 2]).found.count, 0);
    assert_eq!(lids(|act| [0.4, 0.4 * (1.0 - act.blink)]).found.count, 0);
    let squinting = lids(|act| if act.pose.yaw > 1.0 { [0.1; 2] } else { [0.4 * (1.0 - act.blink); 2] });
    assert_eq!((squinting.found.count, squinting.falsely.count), (2, 1));

    // Without a network for lids nothing is said of them, and of a face that is not seen neither.
    let (truths, seen_without) = pictures(&session(), |act| Some(Sight { lids: None, ..seen(act) }));
    let without = landmarks(&truths, &seen_without, Which::InUse);
    assert!(without.blink.is_none() && without.open_mouth.is_some());
    let (truths, half) = pictures(&session(), |act| (act.blink < 1.0).then(|| seen(act)));
    let blink = landmarks(&truths, &half, Which::InUse).blink.unwrap();
    assert_eq!((blink.found.count, blink.found.of, blink.not_judged), (1, 1, 2));
}

#[test]
fn nothing_is_said_of_a_person_whose_calm_face_is_not_known() {
    let (truths, seen) = pictures(&session()[2..], |act| Some(seen(act)));
    let found = landmarks(&truths, &seen, Which::InUse);
    // Of the three at rest one is left, and closed lids are no calm ones.
    assert!(found.blink.is_none() && found.open_mouth.is_none());
    assert!(found.pose.is_some());
}

#[test]
fn point_errors_are_means_of_faces_and_the_ratio_is_of_the_same_faces() {
    let sight =
        |errors: &[(FeaturePoint, f32)]| Some(Sight { errors: errors.to_vec(), ..seen(&act(0.0, 0.0, 0.0)) });
    let (eye, nose) = (FeaturePoint::RightEyeOuter, FeaturePoint::NoseTip);
    let compared = |in_use, against, distance| Compared { in_use, against, distance, unreadable: false };
    let seen = [
        compared(sight(&[(eye, 0.02), (nose, 0.04)]), sight(&[(eye, 0.01), (nose, 0.01)]), Some(0.03)),
        compared(sight(&[(eye, 0.06), (nose, 0.06)]), sight(&[(eye, 0.05), (nose, 0.05)]), Some(0.05)),
        // Found by one alone: in no ratio.
        compared(None, sight(&[(eye, 0.9), (nose, 0.9)]), None),
        compared(sight(&[(eye, 0.8), (nose, 0.8)]), None, None),
        Compared { unreadable: true, ..Compared::default() },
    ];
    let truths = vec![None; seen.len()];
    let found = landmarks(&truths, &seen, Which::InUse);
    assert_eq!((found.found.count, found.found.of), (3, 4));
    let points = found.points.unwrap();
    assert!((points.by_face.mean - 0.89 / 3.0).abs() < 1e-5 && points.by_face.median == 0.06, "{points:?}");
    assert!((points.by_point["nose_tip"] - 0.3).abs() < 1e-5, "{points:?}");
    let apart = distances(&seen).unwrap();
    assert_eq!((apart.found.count, apart.found.of), (2, 3));
    assert!((apart.points.unwrap().mean - 0.04).abs() < 1e-6);
    assert!((apart.error_ratio.unwrap() - 0.045 / 0.03).abs() < 1e-5);
    assert!(distances(&seen[3..]).is_none());
}
