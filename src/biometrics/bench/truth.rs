//! What is known of a picture without a network: where points of the face are, its pose, lids and mouth.
//!
//! | layout | where it stands | what |
//! |---|---|---|
//! | `rendered` | `truth.json`, as `titre specimen pictures` writes it | eight points, pose, lids, mouth |
//! | `ibug` | `NAME.pts` beside the picture | nine of its 68 points |
//!
//! Source: ISO/IEC 19794-5 (feature points, codes of ISO/IEC 14496-2, annex C); Sagonas et al., 300 Faces in-the-Wild
//! Challenge (2013), whose coordinates count from one.

use super::BenchError;
use super::layout::{Collection, Layout, MARKED, TRUTH_FILE};
use crate::biometrics::geometry::{Point, Rect};
use crate::biometrics::landmarks::Pose;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Schema of `truth.json`.
const SCHEMA: &str = "titre.specimen_truth/1";
/// Largest `truth.json`, in bytes: 400,000 pictures.
const MAX_TRUTH: u64 = 256 * 1024 * 1024;
/// Largest file of points, in bytes.
const MAX_POINTS: u64 = 64 * 1024;
/// Points of the iBUG mark-up.
const MARK_UP: usize = 68;

/// A point of the face that both the mesh and a set's mark-up have. Right and left are the subject's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FeaturePoint {
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
    /// Tip of the nose (9.3); not known of rendered people.
    NoseTip,
}

impl FeaturePoint {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RightEyeOuter,
        Self::RightEyeInner,
        Self::LeftEyeInner,
        Self::LeftEyeOuter,
        Self::RightMouth,
        Self::LeftMouth,
        Self::UpperLip,
        Self::LowerLip,
        Self::NoseTip,
    ];

    /// The word as `truth.json` and results carry it.
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
            Self::NoseTip => "nose_tip",
        }
    }

    /// Its number in the mesh, from zero (see [`crate::biometrics::landmarks`]).
    #[must_use]
    pub const fn in_mesh(self) -> usize {
        match self {
            Self::RightEyeOuter => 33,
            Self::RightEyeInner => 133,
            Self::LeftEyeInner => 362,
            Self::LeftEyeOuter => 263,
            Self::RightMouth => 61,
            Self::LeftMouth => 291,
            Self::UpperLip => 13,
            Self::LowerLip => 14,
            Self::NoseTip => 1,
        }
    }

    /// Its line in a file of 68 points, from zero.
    const fn in_mark_up(self) -> usize {
        match self {
            Self::RightEyeOuter => 36,
            Self::RightEyeInner => 39,
            Self::LeftEyeInner => 42,
            Self::LeftEyeOuter => 45,
            Self::RightMouth => 48,
            Self::LeftMouth => 54,
            Self::UpperLip => 62,
            Self::LowerLip => 66,
            Self::NoseTip => 30,
        }
    }
}

/// What a generated person does in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Act {
    /// Who it is.
    pub person: u64,
    /// The direction of the head as the mesh's pose is defined: by the axes across and down the face.
    pub pose: Pose,
    /// Yaw as 300W-LP counts it, which head-pose networks learn from: of the axis out of the face, positive to the
    /// subject's own left, in degrees. It is the other yaw only where the head neither nods nor tips.
    pub axis_yaw: f32,
    /// How far the lids are closed, 0 to 1.
    pub blink: f32,
    /// 0 to 1.
    pub smile: f32,
    /// 0 to 1.
    pub mouth_open: f32,
}

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truth {
    /// Points in pixels, centres at whole numbers; empty where none are known.
    pub points: BTreeMap<FeaturePoint, Point>,
    /// Of a generated person.
    pub act: Option<Act>,
}

impl Truth {
    /// The unit of length: from one outer corner of the eyes to the other, in pixels. `None` where they are not known, or
    /// lie on each other.
    #[must_use]
    pub fn eyes(&self) -> Option<f32> {
        let at = |point| self.points.get(&point).copied();
        let (right, left) = (at(FeaturePoint::RightEyeOuter)?, at(FeaturePoint::LeftEyeOuter)?);
        Some(right.distance(left)).filter(|distance| *distance >= 1.0)
    }

    /// The middle of the points, by which the face is found that they belong to; `None` without any.
    #[must_use]
    pub fn middle(&self) -> Option<Point> {
        (!self.points.is_empty()).then(|| Rect::around(self.points.values().copied()).centre())
    }
}

/// What is known of each picture of a collection, in its order; `None` where nothing is.
///
/// # Errors
/// [`BenchError::Unreadable`], [`BenchError::Truth`].
pub fn truths(collection: &Collection) -> Result<Vec<Option<Truth>>, BenchError> {
    let paths = collection.items.iter().map(|item| item.path.as_path());
    match collection.layout {
        Layout::Ibug => paths.map(|path| marked(&path.with_extension(MARKED)).map(Some)).collect(),
        Layout::Rendered => {
            let mut known = rendered(&collection.root.join(TRUTH_FILE))?;
            let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
            Ok(paths.map(|path| known.remove(&name(path)?)).collect())
        }
        _ => Ok(paths.map(|_| None).collect()),
    }
}

fn wrong(path: &Path, reason: impl std::fmt::Display) -> BenchError {
    BenchError::Truth { path: path.to_owned(), reason: reason.to_string() }
}

fn text(path: &Path, limit: u64) -> Result<String, BenchError> {
    let unreadable = |source| BenchError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(wrong(path, format!("over {limit} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| wrong(path, error))
}

#[derive(Deserialize)]
struct TruthFile {
    schema: String,
    pictures: Vec<Rendered>,
}

#[derive(Deserialize)]
struct Rendered {
    file: String,
    person: u64,
    yaw_degrees: f32,
    pitch_degrees: f32,
    roll_degrees: f32,
    blink: f32,
    smile: f32,
    mouth_open: f32,
    #[serde(default)]
    points: BTreeMap<String, [f32; 2]>,
}

/// Reads `truth.json`; a file of a program that did not write points yet has none.
fn rendered(path: &Path) -> Result<BTreeMap<String, Truth>, BenchError> {
    let file: TruthFile =
        serde_json::from_str(&text(path, MAX_TRUTH)?).map_err(|error| wrong(path, error))?;
    if file.schema != SCHEMA {
        return Err(wrong(path, format!("schema {:?}, expected {SCHEMA}", file.schema)));
    }
    let truth = |rendered: Rendered| {
        let Rendered { yaw_degrees, pitch_degrees, roll_degrees, blink, smile, mouth_open, .. } = rendered;
        let numbers = [yaw_degrees, pitch_degrees, roll_degrees, blink, smile, mouth_open];
        let mut all = numbers.iter().chain(rendered.points.values().flatten());
        if !all.all(|number| number.is_finite()) {
            return Err(wrong(path, format!("{}: a number beyond all bounds", rendered.file)));
        }
        let (pose, axis_yaw) = seen_pose(yaw_degrees, pitch_degrees, roll_degrees);
        let point = |point: FeaturePoint| {
            let [x, y] = rendered.points.get(point.name())?;
            Some((point, Point::new(*x, *y)))
        };
        let points = FeaturePoint::ALL.into_iter().filter_map(point).collect();
        let act = Some(Act { person: rendered.person, pose, axis_yaw, blink, smile, mouth_open });
        Ok((rendered.file, Truth { points, act }))
    };
    file.pictures.into_iter().map(truth).collect()
}

/// From the turns of a generated head, in degrees, to what is measured on a face. The head turns, then nods, then tips; a
/// mesh has two axes and no turns, and once the head nods the axis across the face is
/// turned less far and tips. A generated head tips its crown to the picture's left where the mesh counts a roll to the
/// picture's right.
fn seen_pose(yaw: f32, pitch: f32, roll: f32) -> (Pose, f32) {
    let [(sy, cy), (sp, cp), (sr, cr)] = [yaw, pitch, roll].map(|angle| angle.to_radians().sin_cos());
    // Of the picture: x to the right, y down, z away from the camera.
    let across = [cr * cy - sr * sp * sy, -(sr * cy + cr * sp * sy), cp * sy];
    let out = cr * sy + sr * sp * cy;
    let pose = Pose {
        yaw: across[2].atan2(across[0].hypot(across[1])).to_degrees(),
        pitch,
        roll: across[1].atan2(across[0]).to_degrees(),
    };
    (pose, out.clamp(-1.0, 1.0).asin().to_degrees())
}

/// Reads 68 lines of x and y, with or without the frame `version: 1`, `n_points: 68`, `{`, `}`.
fn marked(path: &Path) -> Result<Truth, BenchError> {
    let text = text(path, MAX_POINTS)?;
    let lines = text.lines().map(str::trim);
    let framed = |line: &&str| !(line.is_empty() || *line == "{" || *line == "}" || line.contains(':'));
    let point = |line: &str| {
        let mut values = line.split_ascii_whitespace().map(str::parse::<f32>);
        match (values.next(), values.next(), values.next()) {
            (Some(Ok(x)), Some(Ok(y)), None) if x.is_finite() && y.is_finite() => {
                Ok(Point::new(x - 1.0, y - 1.0))
            }
            _ => Err(wrong(path, format!("no point: {:?}", line.chars().take(40).collect::<String>()))),
        }
    };
    let points = lines.filter(framed).map(point).collect::<Result<Vec<Point>, _>>()?;
    if points.len() != MARK_UP {
        return Err(wrong(path, format!("{} points, expected {MARK_UP}", points.len())));
    }
    let named = FeaturePoint::ALL.into_iter().map(|point| (point, points[point.in_mark_up()]));
    Ok(Truth { points: named.collect(), act: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn single_turns_keep_their_angle_and_the_roll_counts_the_other_way() {
        let close = |one: f32, other: f32| assert!((one - other).abs() < 1e-3, "{one} is not {other}");
        let (pose, axis) = seen_pose(31.0, 0.0, 0.0);
        close(pose.yaw, 31.0);
        close(axis, 31.0);
        close(pose.roll, 0.0);
        let (pose, axis) = seen_pose(0.0, -12.0, 0.0);
        close(pose.pitch, -12.0);
        close(pose.yaw.hypot(pose.roll).hypot(axis), 0.0);
        // The crown tips to the picture's left: the subject's left eye, on the picture's right, goes up.
        let (pose, axis) = seen_pose(0.0, 0.0, 20.0);
        close(pose.roll, -20.0);
        close(pose.yaw.hypot(axis), 0.0);
        // All at once: the axis across is turned less far, and both yaws keep their side.
        let (pose, axis) = seen_pose(40.0, 20.0, 0.0);
        close(pose.yaw, 37.1586);
        close(pose.roll, -16.0129);
        close(axis, 40.0);
    }

    #[test]
    fn truth_of_rendered_pictures_is_read_by_the_name_of_the_picture() {
        let one = r#"{"file": "1-000.jpg", "person": 1, "yaw_degrees": 10.0, "pitch_degrees": 2.0,
            "roll_degrees": 3.0, "blink": 1.0, "smile": 0.0, "mouth_open": 0.5, "gaze": 1,
            "points": {"right_eye_outer": [10.0, 20.0], "left_eye_outer": [50.0, 50.0], "chin": [1.0, 1.0]}}"#;
        let text = format!(r#"{{"schema": "titre.specimen_truth/1", "pictures": [{one}]}}"#);
        let (folder, path) = put("truth.json", &text);
        for name in ["1-000.jpg", "1-001.jpg"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        let collection = Collection::open(folder.path()).unwrap();
        let found = truths(&collection).unwrap();
        assert!(found.len() == 2 && found[1].is_none());
        let truth = found[0].as_ref().unwrap();
        assert_eq!((truth.eyes(), truth.middle()), (Some(50.0), Some(Point::new(30.0, 35.0))));
        let act = truth.act.unwrap();
        assert_eq!((act.person, act.blink, act.mouth_open), (1, 1.0, 0.5));
        assert!((act.pose.roll + 3.3).abs() < 0.2 && truth.points.len() == 2);
        for broken in [text.replace("10.0, 20.0", "1e39, 20.0"), text.replace("0.5", "-1e39")] {
            std::fs::write(&path, &broken).unwrap();
            assert!(matches!(truths(&collection), Err(BenchError::Truth { .. })), "{broken}");
        }
        for broken in ["", "[]", r#"{"schema": "titre.specimen_truth/2", "pictures": []}"#, "\u{0}"] {
            std::fs::write(&path, broken).unwrap();
            assert!(matches!(truths(&collection), Err(BenchError::Truth { .. })), "{broken}");
        }
    }

    #[test]
    fn marked_points_count_from_one_and_must_be_68() {
        let lines: String = (0..68).map(|line| format!("{}.5 {}\n", line + 1, 2 * line + 1)).collect();
        for text in [lines.clone(), format!("version: 1\nn_points: 68\n{{\n{lines}}}\n")] {
            let (_folder, path) = put("a.pts", &text);
            let truth = marked(&path).unwrap();
            assert_eq!(truth.points[&FeaturePoint::RightEyeOuter], Point::new(36.5, 72.0));
            assert_eq!(truth.points[&FeaturePoint::NoseTip], Point::new(30.5, 60.0));
            assert_eq!(truth.points.len(), 9);
        }
        let broken = [
            lines.lines().skip(1).collect::<Vec<_>>().join("\n"),
            lines.replace("7.5 13", "7.5"),
            lines.replace("7.5 13", "nan 13"),
            lines.replace("7.5 13", "inf 13"),
            lines.replace("7.5 13", "1 2 3"),
            "1 1\n".repeat(30_000),
            String::new(),
        ];
        for text in broken {
            let (_folder, path) = put("a.pts", &text);
            assert!(matches!(marked(&path), Err(BenchError::Truth { .. })));
        }
        assert!(matches!(marked(Path::new("none.pts")), Err(BenchError::Unreadable { .. })));
    }
}
