//! Where points of the face are: those whose place the paint fixes, carried along by the mesh into the picture.
//! Source: the feature points of ISO/IEC 19794-5 (codes of ISO/IEC 14496-2, annex C).

use super::expression::Expression;
use super::head::Lips;
use super::identity::Identity;

/// A point of the face whose place is exact. The tip of the nose is none of them: nothing marks it on a round nose,
/// and two people who mark it do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FacePoint {
    /// Outer corner of the right eye (3.12).
    RightEyeOuter,
    /// Inner corner of the right eye (3.8).
    RightEyeInner,
    /// Inner corner of the left eye (3.11).
    LeftEyeInner,
    /// Outer corner of the left eye (3.7).
    LeftEyeOuter,
    /// Right corner of the lips (8.4).
    RightMouth,
    /// Left corner of the lips (8.3).
    LeftMouth,
    /// Middle of the upper lip's lower edge (2.2).
    UpperLip,
    /// Middle of the lower lip's upper edge (2.3).
    LowerLip,
}

impl FacePoint {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::RightEyeOuter,
        Self::RightEyeInner,
        Self::LeftEyeInner,
        Self::LeftEyeOuter,
        Self::RightMouth,
        Self::LeftMouth,
        Self::UpperLip,
        Self::LowerLip,
    ];

    /// The word as `truth.json` carries it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RightEyeOuter => "right_eye_outer",
            Self::RightEyeInner => "right_eye_inner",
            Self::LeftEyeInner => "left_eye_inner",
            Self::LeftEyeOuter => "left_eye_outer",
            Self::RightMouth => "right_mouth",
            Self::LeftMouth => "left_mouth",
            Self::UpperLip => "upper_lip",
            Self::LowerLip => "lower_lip",
        }
    }

    /// Where the paint has it: x and y on the bare surface, as [`super::features::lay`] names points.
    pub(super) fn on_surface(self, id: &Identity, face: &Expression) -> (f32, f32) {
        let (eyes, mouth) = (&id.eyes, &id.mouth);
        // Both lids end in the corners, open or closed. The image's right (+) is the subject's left.
        let eye = |side: f32, outwards: f32| {
            (side * (eyes.x + outwards * eyes.half_width), outwards * eyes.slant + side * eyes.tilt)
        };
        let corner = |side: f32| {
            let x = side * Lips::half_width(mouth, face);
            // Both edges meet there.
            (x, Lips::at(mouth, x, face).top)
        };
        let middle = Lips::at(mouth, 0.0, face);
        match self {
            Self::RightEyeOuter => eye(-1.0, 1.0),
            Self::RightEyeInner => eye(-1.0, -1.0),
            Self::LeftEyeInner => eye(1.0, -1.0),
            Self::LeftEyeOuter => eye(1.0, 1.0),
            Self::RightMouth => corner(-1.0),
            Self::LeftMouth => corner(1.0),
            Self::UpperLip => (0.0, middle.top),
            Self::LowerLip => (0.0, middle.bottom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Person, Pose, Sitting};
    use super::*;
    use image::RgbImage;

    fn sitting(seed: u64) -> Sitting {
        Sitting::new(&Person::from_seed(seed), seed)
    }

    /// Where one of the points is.
    fn place(points: &[(FacePoint, [f32; 2])], point: FacePoint) -> [f32; 2] {
        points.iter().find(|(found, _)| *found == point).unwrap().1
    }

    /// Grey levels by which a pixel of two pictures differs.
    fn change(one: &RgbImage, other: &RgbImage, x: u32, y: u32) -> i32 {
        let pair = one.get_pixel(x, y).0.into_iter().zip(other.get_pixel(x, y).0);
        pair.map(|(one, other)| (i32::from(one) - i32::from(other)).abs()).sum()
    }

    #[test]
    fn what_a_blink_changes_ends_at_the_corners_of_the_eyes() {
        for (seed, yaw, roll) in [(3, 14.0, 0.0), (5, -10.0, 9.0)] {
            let pose = Pose { yaw, roll, ..Pose::default() };
            let (open, shut) = (Expression::default(), Expression { blink: 1.0, ..Expression::default() });
            // The same sitting anew: the sensor's noise is the same in both.
            let mut sitting_open = sitting(seed);
            let points = sitting_open.points(&pose, &open);
            let (before, after) = (sitting_open.shoot(&pose, &open), sitting(seed).shoot(&pose, &shut));
            let at = |point| place(&points, point);
            let eyes = [
                (at(FacePoint::RightEyeOuter), at(FacePoint::RightEyeInner)),
                (at(FacePoint::LeftEyeInner), at(FacePoint::LeftEyeOuter)),
            ];
            for (from, to) in eyes {
                // Along the line through the corners, a few pixels to each side of it.
                let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
                let changed = |part: f32| {
                    let (x, y) = (from[0] + dx * part, from[1] + dy * part);
                    (-5..=5).any(|row| {
                        change(&before, &after, x.round() as u32, (y.round() as i32 + row) as u32) > 40
                    })
                };
                let parts: Vec<f32> = (-50..=150).map(|part| part as f32 / 100.0).collect();
                let first = parts.iter().copied().find(|part| changed(*part)).unwrap();
                let last = parts.iter().rev().copied().find(|part| changed(*part)).unwrap();
                assert!(first.abs() < 0.09 && (last - 1.0).abs() < 0.09, "{seed}: {first} {last}");
            }
        }
    }

    #[test]
    fn the_lips_part_where_the_points_are() {
        let pose = Pose { yaw: 8.0, ..Pose::default() };
        let wide = Expression { mouth_open: 1.0, ..Expression::default() };
        let mut sitting = sitting(6);
        let points = sitting.points(&pose, &wide);
        let (upper, lower) = (place(&points, FacePoint::UpperLip), place(&points, FacePoint::LowerLip));
        let gap = lower[1] - upper[1];
        assert!(gap > 12.0, "{gap}");
        // Below the lower edge of the opening there is lip, above it the dark of the mouth.
        let picture = sitting.shoot(&pose, &wide);
        let red = |dy: f32| picture.get_pixel(lower[0].round() as u32, (lower[1] + dy).round() as u32).0[0];
        assert!(red(4.0) > red(-4.0) + 40, "{} {}", red(4.0), red(-4.0));
        let points = sitting.points(&pose, &Expression::default());
        let (upper, lower) = (place(&points, FacePoint::UpperLip), place(&points, FacePoint::LowerLip));
        assert!((lower[1] - upper[1]).abs() < 0.5, "{upper:?} {lower:?}");
    }

    #[test]
    fn every_point_of_every_pose_is_found_and_right_is_right() {
        for seed in 0..4 {
            let mut sitting = sitting(seed);
            for _ in 0..12 {
                let (pose, face) = sitting.mood();
                let points = sitting.points(&pose, &face);
                assert_eq!(points.len(), 8, "{seed} {pose:?} {face:?}");
                let x = |index: usize| points[index].1[0];
                assert!(x(0) < x(3) && x(4) < x(5), "{seed}: the subject's right is on the picture's left");
            }
        }
    }
}
