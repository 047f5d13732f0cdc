//! The dense mesh of a face, the pose and expression measured on it, and the opening of the lids.
//! Source: MediaPipe Face Mesh (468 points, canonical numbering) and Iris (71 + 5 points); model cards of both.
//! Axes: x to the right of the picture, y down, z away from the camera.

use super::detect::Face;
use super::geometry::{Point, Rect, Similarity, mirrored, warp};
use super::models::{ModelError, ModelSet, Task};
use image::RgbImage;

/// Points of the mesh.
pub const POINTS: usize = 468;
/// Lowest probability, as the mesh network sees it, that its crop holds a face.
const MIN_SCORE: f32 = 0.5;
/// Side of the crop, in long sides of the face. Source: MediaPipe `face_landmarks_to_roi`.
const CROP: f32 = 1.5;
/// Side of the eye crop, in distances of the eye's corners. Source: MediaPipe `iris_landmark_left_and_right`.
const EYE_CROP: f32 = 2.3;

// The subject's right is on the left of the picture.
const RIGHT_EYE: (usize, usize) = (33, 133);
const LEFT_EYE: (usize, usize) = (362, 263);
const MOUTH_CORNERS: (usize, usize) = (61, 291);
const LIPS: (usize, usize) = (13, 14);
/// Pairs from the subject's right to the left, that no expression moves much.
const ACROSS: [(usize, usize); 5] = [(33, 263), (133, 362), (127, 356), (234, 454), (93, 323)];
/// From brow to the base of the nose: the chin would go down with the jaw.
const DOWN: [(usize, usize); 3] = [(10, 2), (151, 2), (9, 164)];
/// Points that move with the skull alone.
pub const RIGID: [usize; 36] = [
    10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 33, 133, 362, 263, 234, 454, 127, 356, 93, 323, 50, 280,
    101, 330, 116, 345, 117, 346, 109, 338, 67, 297, 103, 332,
];

/// Where a mesh is looked for: a square, turned with the head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    centre: Point,
    side: f32,
    angle: f32,
}

impl Region {
    /// Around a detected face.
    #[must_use]
    pub fn of_face(face: &Face) -> Self {
        let side = face.area.width.max(face.area.height) * CROP;
        Self { centre: face.area.centre(), side, angle: face.roll() }
    }

    /// Around the mesh of the picture before: a face is followed without being detected again.
    #[must_use]
    pub fn of_mesh(mesh: &Mesh) -> Self {
        let level = Similarity::square(Point::default(), 1.0, mesh.roll, 1.0);
        let area = Rect::around(mesh.points.iter().map(|p| level.apply(Point::new(p[0], p[1]))));
        let centre = level.inverse().apply(area.centre());
        Self { centre, side: area.width.max(area.height) * CROP, angle: mesh.roll }
    }

    fn is_usable(&self) -> bool {
        (16.0..1e5).contains(&self.side) && self.centre.x.is_finite() && self.centre.y.is_finite()
    }
}

/// The direction of a head, in degrees; zero looks into the camera, but for an offset of each person's own.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Pose {
    /// Positive: turned to the subject's own left.
    pub yaw: f32,
    /// Positive: chin down.
    pub pitch: f32,
    /// Positive: the subject's own left eye is lower.
    pub roll: f32,
}

/// What a face does, as ratios to the distance of the outer corners of its eyes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expression {
    /// Width of the mouth.
    pub mouth_width: f32,
    /// Gap between the lips.
    pub mouth_gap: f32,
    /// How far the corners of the mouth stand above the middle of the lips.
    pub corner_lift: f32,
}

/// The mesh of one face in pixels of the picture.
#[derive(Debug, Clone)]
pub struct Mesh {
    /// x, y in pixels, z in the same unit.
    pub points: Vec<[f32; 3]>,
    /// Pose.
    pub pose: Pose,
    /// Expression.
    pub expression: Expression,
    roll: f32,
}

/// Finds the mesh in `region`; `None` where the network sees no face there.
///
/// # Errors
/// [`ModelError`] where the network is missing or broken.
pub fn mesh(models: &ModelSet, picture: &RgbImage, region: &Region) -> Result<Option<Mesh>, ModelError> {
    if !region.is_usable() {
        return Ok(None);
    }
    let network = models.network(Task::Landmarks)?;
    let (side, _) = network.input_size();
    let to = Similarity::square(region.centre, region.side, region.angle, side as f32);
    let outputs = network.run(&warp(picture, &to, side, side))?;
    let values = outputs.at(0, POINTS * 3)?;
    let logit = outputs.at(1, 1)?[0];
    if 1.0 / (1.0 + (-logit).exp()) < MIN_SCORE {
        return Ok(None);
    }
    let crop: Vec<[f32; 3]> = values.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect();
    let (pose, expression) = measure(&crop);
    let back = to.inverse();
    let scale = back.scale();
    let points = crop
        .iter()
        .map(|p| {
            let at = back.apply(Point::new(p[0], p[1]));
            [at.x, at.y, p[2] * scale]
        })
        .collect();
    let roll = region.angle + pose.roll.to_radians();
    Ok(Some(Mesh { points, pose: Pose { roll: roll.to_degrees(), ..pose }, expression, roll }))
}

/// The mesh of a detected face: found in the detector's box, then once more around itself, since the box is the rougher
/// of the two. `None` where the network sees no face.
///
/// # Errors
/// [`ModelError`] where the network is missing or broken.
pub fn mesh_of(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Option<Mesh>, ModelError> {
    let Some(rough) = mesh(models, picture, &Region::of_face(face))? else { return Ok(None) };
    Ok(mesh(models, picture, &Region::of_mesh(&rough))?.or(Some(rough)))
}

/// The largest of detected faces, and how many others of at least `share` of its area there are. A detector alone takes
/// a pattern on a shirt for a second person now and then, so the mesh network must see those too, where there is one.
/// `None` without a face.
///
/// # Errors
/// [`ModelError`] where the network is broken.
pub fn largest(
    models: &ModelSet,
    picture: &RgbImage,
    faces: &[Face],
    share: f32,
) -> Result<Option<(Face, usize)>, ModelError> {
    let largest = faces.iter().max_by(|one, other| one.area.area().total_cmp(&other.area.area()));
    let Some(&largest) = largest else { return Ok(None) };
    let mut others = 0;
    for face in faces.iter().filter(|face| **face != largest) {
        let counts = face.area.area() >= share * largest.area.area()
            && (!models.has(Task::Landmarks) || mesh(models, picture, &Region::of_face(face))?.is_some());
        others += usize::from(counts);
    }
    Ok(Some((largest, others)))
}

fn between(points: &[[f32; 3]], (from, to): (usize, usize)) -> [f32; 3] {
    let (from, to) = (points[from], points[to]);
    [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
}

fn length([x, y, z]: [f32; 3]) -> f32 {
    (x * x + y * y + z * z).sqrt()
}

fn sum_of_directions(points: &[[f32; 3]], pairs: &[(usize, usize)]) -> [f32; 3] {
    pairs.iter().fold([0.0; 3], |sum, pair| {
        let step = between(points, *pair);
        [sum[0] + step[0], sum[1] + step[1], sum[2] + step[2]]
    })
}

/// Pose and expression in the crop, where the eyes are level or nearly so.
fn measure(points: &[[f32; 3]]) -> (Pose, Expression) {
    let across = sum_of_directions(points, &ACROSS);
    let down = sum_of_directions(points, &DOWN);
    let pose = Pose {
        yaw: across[2].atan2(across[0].hypot(across[1])).to_degrees(),
        pitch: down[2].atan2(down[0].hypot(down[1])).to_degrees(),
        roll: across[1].atan2(across[0]).to_degrees(),
    };
    let eyes = length(between(points, (RIGHT_EYE.0, LEFT_EYE.1))).max(1e-3);
    // Up in the face is against `down`.
    let unit = length(down).max(1e-3);
    let lips = [0, 1, 2].map(|axis| f32::midpoint(points[LIPS.0][axis], points[LIPS.1][axis]));
    let corners =
        [0, 1, 2].map(|axis| f32::midpoint(points[MOUTH_CORNERS.0][axis], points[MOUTH_CORNERS.1][axis]));
    let lift = (0..3).map(|axis| (lips[axis] - corners[axis]) * down[axis] / unit).sum::<f32>();
    let expression = Expression {
        mouth_width: length(between(points, MOUTH_CORNERS)) / eyes,
        mouth_gap: length(between(points, LIPS)) / eyes,
        corner_lift: lift / eyes,
    };
    (pose, expression)
}

impl Mesh {
    /// A mesh that no network saw.
    #[cfg(test)]
    pub(super) const fn for_tests(points: Vec<[f32; 3]>, pose: Pose, expression: Expression) -> Self {
        Self { points, pose, expression, roll: 0.0 }
    }

    /// The point of that number, without depth.
    #[must_use]
    pub fn point(&self, index: usize) -> Point {
        self.points.get(index).map_or_else(Point::default, |p| Point::new(p[0], p[1]))
    }

    /// The smallest rectangle around the face.
    #[must_use]
    pub fn area(&self) -> Rect {
        Rect::around(self.points.iter().map(|p| Point::new(p[0], p[1])))
    }

    /// A face as the detector would give it, for networks that want five points.
    #[must_use]
    pub fn as_face(&self) -> Face {
        let eye = |(one, other): (usize, usize)| self.point(one).middle(self.point(other));
        let points = [
            eye(RIGHT_EYE),
            eye(LEFT_EYE),
            self.point(1),
            self.point(MOUTH_CORNERS.0),
            self.point(MOUTH_CORNERS.1),
        ];
        Face { area: self.area(), points, score: 1.0 }
    }
}

/// How far the subject's right and left eye are open: height of the lids' gap over the width of the eye. The two eyes
/// are looked at side by side.
///
/// # Errors
/// [`ModelError`] where the network is missing or broken.
pub fn lids(models: &ModelSet, picture: &RgbImage, mesh: &Mesh) -> Result<[f32; 2], ModelError> {
    let network = models.network(Task::Iris)?;
    let (side, _) = network.input_size();
    let open = |corners: (usize, usize), mirror: bool| -> Result<f32, ModelError> {
        let (from, to) = (mesh.point(corners.0), mesh.point(corners.1));
        let angle = (to.y - from.y).atan2(to.x - from.x);
        let width = from.distance(to).max(2.0) * EYE_CROP;
        let to = Similarity::square(from.middle(to), width, angle, side as f32);
        let crop = warp(picture, &to, side, side);
        let crop = if mirror { mirrored(&crop) } else { crop };
        let outputs = network.run(&crop)?;
        let contour = outputs.at(0, 71 * 3)?;
        let at = |index: usize| Point::new(contour[index * 3], contour[index * 3 + 1]);
        // 0 to 8 run along the lower lid from corner to corner, 9 to 15 along the upper one between them.
        let gap = (3..=5).map(|lower| at(lower).distance(at(lower + 8))).sum::<f32>() / 3.0;
        Ok(gap / at(0).distance(at(8)).max(1.0))
    };
    std::thread::scope(|scope| {
        let right = scope.spawn(|| open(RIGHT_EYE, true));
        let left = open(LEFT_EYE, false)?;
        Ok([right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?, left])
    })
}
