//! What a set of models sees of the face of a picture: its points held against the truth and against another set's.
//! The face is looked for in each picture anew, as in the first picture of a video: what the detector misplaces, the
//! mesh pays for.

use super::layout::Item;
use super::look::{each, same_face, subject};
use super::picture;
use super::truth::{FeaturePoint, Truth};
use crate::biometrics::detect::{Face, detect};
use crate::biometrics::landmarks::{Expression, Mesh, POINTS, Pose, lids, mesh_of};
use crate::biometrics::models::{ModelError, ModelSet, Task};
use crate::biometrics::pose::second_pose;
use image::RgbImage;

/// Which sets look.
#[derive(Debug, Clone, Copy)]
pub struct Comparing<'a> {
    /// The models.
    pub models: &'a ModelSet,
    /// The set whose points these are held against.
    pub against: Option<&'a ModelSet>,
    /// On how many threads.
    pub threads: usize,
}

/// One of the two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// The set in use.
    InUse,
    /// The one that it is held against.
    Against,
}

/// What one set sees of the face that a picture is of.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// How far each point is from the truth, in distances of the true outer corners of the eyes; empty without truth.
    pub errors: Vec<(FeaturePoint, f32)>,
    /// By the mesh.
    pub pose: Pose,
    /// By the head-pose networks, where the set has them.
    pub head_pose_yaw: Option<f32>,
    /// The mouth.
    pub expression: Expression,
    /// Openness of both eyes, where the set has a network for it.
    pub lids: Option<[f32; 2]>,
}

/// What was seen in one picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// The file cannot be decoded.
    pub unreadable: bool,
    /// By the set in use; `None` where it finds no face, or no landmarks on it.
    pub in_use: Option<Sight>,
    /// By the other set.
    pub against: Option<Sight>,
    /// Mean distance of all points of the mesh from the other set's, in distances of the outer corners of its eyes.
    pub distance: Option<f32>,
}

impl Compared {
    /// What one of the sets sees.
    #[must_use]
    pub const fn of(&self, which: Which) -> Option<&Sight> {
        match which {
            Which::InUse => self.in_use.as_ref(),
            Which::Against => self.against.as_ref(),
        }
    }
}

/// Looks at every picture with what is known of it; `progress` is told how many are done. The answer is in the order of
/// `items`.
///
/// # Errors
/// [`ModelError`] where a model is missing or broken; a picture that cannot be decoded is no error but is counted.
pub fn compare(
    comparing: &Comparing<'_>,
    items: &[(Item, Option<Truth>)],
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Compared>, ModelError> {
    each(items, comparing.threads, progress, |(item, truth)| {
        let Ok(picture) = picture::read(&item.path) else {
            return Ok(Compared { unreadable: true, ..Compared::default() });
        };
        compare_in(comparing, &picture, truth.as_ref())
    })
}

fn compare_in(
    comparing: &Comparing<'_>,
    picture: &RgbImage,
    truth: Option<&Truth>,
) -> Result<Compared, ModelError> {
    let reference_faces = comparing.against.map(|other| detect(other, picture)).transpose()?;
    let reference = reference_faces.as_deref().and_then(|faces| meant(faces, truth, None, picture));
    let faces = detect(comparing.models, picture)?;
    let face = meant(&faces, truth, reference, picture);
    let found = face.map(|face| sight(comparing.models, picture, face, truth)).transpose()?.flatten();
    let other = match (comparing.against, reference) {
        (Some(models), Some(face)) => sight(models, picture, face, truth)?,
        _ => None,
    };
    let distance = found.as_ref().zip(other.as_ref()).and_then(|((one, _), (other, _))| apart(one, other));
    let seen = |found: Option<(Mesh, Sight)>| found.map(|(_, sight)| sight);
    Ok(Compared { unreadable: false, in_use: seen(found), against: seen(other), distance })
}

/// The face that is looked at: the one that the known points lie on; without any, the one that the other set means;
/// without another set, the one that the picture is of.
fn meant<'a>(
    faces: &'a [Face],
    truth: Option<&Truth>,
    reference: Option<&Face>,
    picture: &RgbImage,
) -> Option<&'a Face> {
    if let Some(middle) = truth.and_then(Truth::middle) {
        let on = |face: &&Face| {
            let area = face.area;
            (area.x..area.x + area.width).contains(&middle.x)
                && (area.y..area.y + area.height).contains(&middle.y)
        };
        let away = |face: &Face| face.area.centre().distance(middle);
        return faces.iter().filter(on).min_by(|one, other| away(one).total_cmp(&away(other)));
    }
    match reference {
        Some(reference) => same_face(faces, reference),
        None => subject(faces, picture),
    }
}

fn sight(
    models: &ModelSet,
    picture: &RgbImage,
    face: &Face,
    truth: Option<&Truth>,
) -> Result<Option<(Mesh, Sight)>, ModelError> {
    let Some(mesh) = mesh_of(models, picture, face)? else { return Ok(None) };
    let lids = models.has(Task::Iris).then(|| lids(models, picture, &mesh)).transpose()?;
    let head_pose_yaw = second_pose(models, picture, &mesh.as_face())?.map(|pose| pose.yaw);
    let errors = truth.map(|truth| errors(&mesh, truth)).unwrap_or_default();
    let sight = Sight { errors, pose: mesh.pose, head_pose_yaw, expression: mesh.expression, lids };
    Ok(Some((mesh, sight)))
}

/// How far each known point is from the mesh's.
fn errors(mesh: &Mesh, truth: &Truth) -> Vec<(FeaturePoint, f32)> {
    let Some(unit) = truth.eyes() else { return Vec::new() };
    let error = |(point, at): (&FeaturePoint, &_)| (*point, mesh.point(point.in_mesh()).distance(*at) / unit);
    truth.points.iter().map(error).collect()
}

/// Mean distance of the points of a mesh from those of another, over the distance of the outer corners of that one's
/// eyes; `None` where they lie on each other.
fn apart(one: &Mesh, other: &Mesh) -> Option<f32> {
    let corner = |point: FeaturePoint| other.point(point.in_mesh());
    let unit = corner(FeaturePoint::RightEyeOuter).distance(corner(FeaturePoint::LeftEyeOuter));
    let sum: f32 = (0..POINTS).map(|index| one.point(index).distance(other.point(index))).sum();
    (unit >= 1.0).then(|| sum / POINTS as f32 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::geometry::{Point, Rect};

    /// A mesh whose points lie apart; the outer corners of its eyes are 230 pixels from each other.
    fn mesh_at(dx: f32, dy: f32) -> Mesh {
        let points = (0..POINTS).map(|index| [index as f32 + dx, dy, 0.0]).collect();
        Mesh::for_tests(points, Pose::default(), Expression::default())
    }

    fn truth_of(mesh: &Mesh, dx: f32, dy: f32) -> Truth {
        let place = |point: FeaturePoint| {
            let at = mesh.point(point.in_mesh());
            (point, Point::new(at.x + dx, at.y + dy))
        };
        Truth { points: FeaturePoint::ALL.into_iter().map(place).collect(), act: None }
    }

    fn face(x: f32, y: f32, side: f32) -> Face {
        Face { area: Rect { x, y, width: side, height: side }, points: [Point::default(); 5], score: 0.9 }
    }

    #[test]
    fn points_that_are_shifted_are_wrong_by_the_shift() {
        let mesh = mesh_at(0.0, 0.0);
        for (dx, dy, wanted) in [(0.0, 0.0, 0.0), (23.0, 0.0, 0.1), (-13.8, 18.4, 0.1), (0.0, 230.0, 1.0)] {
            let found = errors(&mesh, &truth_of(&mesh, dx, dy));
            assert_eq!(found.len(), 9);
            assert!(found.iter().all(|(_, error)| (error - wanted).abs() < 1e-5), "{found:?}");
        }
        // One point alone.
        let mut truth = truth_of(&mesh, 0.0, 0.0);
        truth.points.get_mut(&FeaturePoint::NoseTip).unwrap().y = 46.0;
        let found = errors(&mesh, &truth);
        let wrong: Vec<_> = found.iter().filter(|(_, error)| *error > 0.0).collect();
        assert_eq!(wrong, [&(FeaturePoint::NoseTip, 0.2)]);
        // Without a unit of length nothing is said.
        truth.points.remove(&FeaturePoint::LeftEyeOuter);
        assert!(errors(&mesh, &truth).is_empty());
    }

    #[test]
    fn two_meshes_are_apart_by_their_shift_over_the_others_eyes() {
        let found = apart(&mesh_at(6.9, 9.2), &mesh_at(0.0, 0.0)).unwrap();
        assert!((found - 11.5 / 230.0).abs() < 1e-5, "{found}");
        let point = Mesh::for_tests(vec![[1.0, 1.0, 0.0]; POINTS], Pose::default(), Expression::default());
        assert!(apart(&mesh_at(0.0, 0.0), &point).is_none());
    }

    #[test]
    fn the_face_with_the_known_points_is_meant_whoever_is_larger() {
        let picture = RgbImage::new(400, 400);
        let faces = [face(100.0, 100.0, 200.0), face(0.0, 0.0, 60.0), face(10.0, 10.0, 70.0)];
        let at =
            |x: f32, y: f32| Truth { points: [(FeaturePoint::NoseTip, Point::new(x, y))].into(), act: None };
        assert_eq!(meant(&faces, Some(&at(29.0, 31.0)), None, &picture), Some(&faces[1]));
        assert_eq!(meant(&faces, Some(&at(350.0, 350.0)), None, &picture), None);
        assert_eq!(
            meant(&faces, Some(&Truth::default()), Some(&face(1.0, 1.0, 60.0)), &picture),
            Some(&faces[1])
        );
        assert_eq!(meant(&faces, None, None, &picture), Some(&faces[0]));
    }
}
