//! Measures of a face picture, each in its own unit with its own limit; none is folded into a single number, since
//! a person can act on "the mouth is open" and not on "43". One file each.
//! Source: ISO/IEC 29794-5:2025 clauses 7.3 (what the capture decides) and 7.4 (what the subject decides), whose
//! names the measures bear. Where the standard's algorithm needs a network that is not here, the file says what is
//! measured instead. The standard sets no limits: those are titre's own, or ISO/IEC 39794-5's, and each file says.

mod background;
mod compression;
mod exposure;
mod eyes;
mod gate;
mod mouth;
mod occlusion;
mod pose;
mod sharpness;
mod size;

pub use gate::{BRIGHTNESS, MAX_CLIPPED, MIN_EYE_DISTANCE, MIN_SHARPNESS, Quality};

use super::detect::Face;
use super::embed::upright;
use super::landmarks::{Mesh, Region, lids, mesh};
use super::models::{ModelError, ModelSet, Task};
use super::verdict::Verdict;
use image::RgbImage;
use serde::Serialize;

/// What a value must keep to. Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// This or more.
    AtLeast(f32),
    /// This or less.
    AtMost(f32),
    /// Between the two.
    Between(f32, f32),
}

impl Limit {
    fn holds(self, value: f32) -> bool {
        match self {
            Self::AtLeast(limit) => value >= limit,
            Self::AtMost(limit) => value <= limit,
            Self::Between(low, high) => (low..=high).contains(&value),
        }
    }
}

/// One measure of one picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// A stable name.
    pub id: &'static str,
    /// What [`Measure::value`] counts: `px`, `deg`, `bit`, `ratio`, `grey_levels`, `byte`...
    pub unit: &'static str,
    /// The value; `None` where it could not be measured.
    pub value: Option<f32>,
    /// What it must keep to.
    pub limit: Limit,
    /// Undetermined where there is no value.
    pub result: Verdict,
    /// Standard and clause.
    pub source: &'static str,
}

impl Measure {
    /// Every name, each with a text in every language.
    pub const IDS: &'static [&'static str] = &[
        size::ID,
        sharpness::ID,
        exposure::UNDER,
        exposure::OVER,
        exposure::RANGE,
        background::ID,
        pose::YAW,
        pose::PITCH,
        pose::ROLL,
        eyes::ID,
        mouth::ID,
        occlusion::ID,
        compression::BYTES,
        compression::DENSITY,
    ];

    fn new(
        id: &'static str,
        unit: &'static str,
        value: Option<f32>,
        limit: Limit,
        source: &'static str,
    ) -> Self {
        let value = value.filter(|value| value.is_finite());
        let result = match value {
            None => Verdict::Undetermined,
            Some(value) if limit.holds(value) => Verdict::Successful,
            Some(_) => Verdict::Failed,
        };
        Self { id, unit, value, limit, result, source }
    }
}

/// What the measures look at.
struct Subject<'a> {
    picture: &'a RgbImage,
    face: &'a Face,
    /// The face brought upright to 112 by 112.
    upright: Option<RgbImage>,
    /// `None` where there is no mesh network or it saw no face.
    mesh: Option<Mesh>,
    /// Openness of the subject's right and left eye.
    lids: Option<[f32; 2]>,
}

/// All measures of a picture with one face. `stored` is the length of the file that it came from, where there is one.
///
/// # Errors
/// [`ModelError`] where a network is broken; where one is not installed its measures are undetermined.
pub fn measures(
    models: &ModelSet,
    picture: &RgbImage,
    face: &Face,
    stored: Option<usize>,
) -> Result<Vec<Measure>, ModelError> {
    let mesh = match models.has(Task::Landmarks) {
        true => mesh(models, picture, &Region::of_face(face))?,
        false => None,
    };
    let lids = match &mesh {
        Some(mesh) if models.has(Task::Iris) => Some(lids(models, picture, mesh)?),
        _ => None,
    };
    let subject = Subject { picture, face, upright: upright(picture, face), mesh, lids };
    let mut all = vec![size::measure(&subject), sharpness::measure(&subject)];
    all.extend(exposure::measure(&subject));
    all.push(background::measure(&subject));
    all.extend(pose::measure(&subject));
    all.extend([eyes::measure(&subject), mouth::measure(&subject), occlusion::measure(&subject)]);
    all.extend(compression::measure(&subject, stored));
    Ok(all)
}

/// Luma of a pixel, ITU-R BT.601.
fn luma(pixel: &[u8]) -> f32 {
    0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2])
}

/// The luma of the face's middle in the upright picture, without background and hair.
fn middle(subject: &Subject<'_>) -> Option<Vec<f32>> {
    let upright = subject.upright.as_ref()?;
    let rows = upright.rows().skip(30).take(74);
    Some(rows.flat_map(|row| row.skip(20).take(72).map(|pixel| luma(&pixel.0))).collect())
}

#[cfg(test)]
mod tests;
