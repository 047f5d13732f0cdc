//! What one pass over a video sees of its one face: pose, lids and mouth over time, the best frontal pictures, and
//! what tells a person from a picture of one. The values that follow from it are in `gestures`, `pad`, `compare`.

use super::detect::Face;
use super::embed::Embedding;
use super::geometry::Rect;
use super::landmarks::{Expression, Pose};
use super::liveness::Sign;
use super::models::ModelError;
use super::pad::frames::Trace;
#[expect(unused_imports, reason = "named in the documentation")]
use super::pad::{grid, rectangle, surroundings};
use super::quality::Quality;
use super::video::VideoError;
use crate::consent::Ground;
use serde::Serialize;

/// Least length of a video that is judged, in milliseconds.
pub const MIN_DURATION_MS: i64 = 2000;
/// Least rate of pictures, a second: a blink lasts a tenth of one.
pub const MIN_RATE: f64 = 10.0;
/// Largest share of looks that may find several faces.
pub const MAX_SEVERAL: f32 = 0.15;
/// Least share of looks that must find a face.
pub const MIN_FOUND: f32 = 0.6;

/// The face in one picture.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Milliseconds from the first picture.
    pub pts_ms: i64,
    /// Pose by the mesh.
    pub pose: Pose,
    /// Pose by the second family of networks, where it is there.
    pub second: Option<Pose>,
    /// The mouth.
    pub expression: Expression,
    /// Openness of the subject's right and left eye.
    pub lids: [f32; 2],
    /// Points that move with the skull alone, x and y, in pixels.
    pub rigid: Vec<super::geometry::Point>,
    /// Where the face is.
    pub area: Rect,
    /// Width of the face over that of the picture.
    pub share_of_width: f32,
    /// The picture as small grey cells (see [`surroundings::small`]).
    pub surroundings: Vec<u8>,
}

/// A frontal picture that stands for its stretch of the video.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Milliseconds from the first picture.
    pub pts_ms: i64,
    /// Where the face is.
    pub face: Face,
    /// Its measures.
    pub quality: Quality,
    /// Its vector.
    pub embedding: Embedding,
    /// Scores of the attack networks, in the manifest's order; empty where they are not there.
    pub live_scores: Vec<f32>,
    /// How straight the edges around the face are (see [`rectangle::third_side`]).
    pub third_side: Option<f32>,
    /// How far a single wave stands out on it (see [`grid::raster`]).
    pub raster: Option<f32>,
}

/// How often a face was looked for and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Looks {
    /// Pictures in which a face was looked for.
    pub pictures: usize,
    /// Those with a face.
    pub with_face: usize,
    /// Those with more than one.
    pub with_several: usize,
    /// Times that the face was lost and found again somewhere else.
    pub jumps: usize,
}

/// One video, looked at once.
#[derive(Debug, Clone)]
pub struct Capture {
    /// On what ground it was looked at.
    pub ground: Ground,
    /// Pictures decoded.
    pub pictures: usize,
    /// From the first picture to the last.
    pub duration_ms: i64,
    /// Width and height, upright.
    pub size: (u32, u32),
    /// The one face over time, at 12 to 16 pictures a second.
    pub observations: Vec<Observation>,
    /// The best frontal picture of each stretch.
    pub samples: Vec<Sample>,
    /// How often a face was found.
    pub looks: Looks,
    /// When more than one face was seen, in milliseconds.
    pub several_at: Vec<i64>,
    /// When the face was found again somewhere else, in milliseconds.
    pub jumped_at: Vec<i64>,
    /// Share of neighbouring pictures that are the same.
    pub repeated: f32,
    /// What was kept of every decoded picture.
    pub traces: Vec<Trace>,
    /// Signs of injection, found or not.
    pub injection: Vec<Sign>,
}

/// Why a capture cannot be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The video is broken.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// A model is missing or broken.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Too short or too slow.
    #[error(
        "{pictures} pictures in {duration_ms} ms, expected at least {MIN_DURATION_MS} ms at {MIN_RATE} a second"
    )]
    TooShort {
        /// Pictures decoded.
        pictures: usize,
        /// From the first to the last.
        duration_ms: i64,
    },
    /// No face, or hardly ever one.
    #[error("a face was found in {found} of {looked} pictures looked at")]
    NoFace {
        /// Pictures with a face.
        found: usize,
        /// Pictures looked at.
        looked: usize,
    },
    /// Several faces.
    #[error("several faces were found in {several} of {looked} pictures looked at")]
    SeveralFaces {
        /// Pictures with several.
        several: usize,
        /// Pictures looked at.
        looked: usize,
    },
    /// No frontal face at all.
    #[error("the face never looks into the camera")]
    NeverFrontal,
}

/// A stage of the work, for who measures its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// Waiting for a decoded picture.
    Decode,
    /// Finding faces.
    Detect,
    /// The mesh.
    Landmarks,
    /// The second opinion on pose, and the lids beside it.
    Pose,
    /// Measures of quality.
    Quality,
    /// Vectors of the frontal pictures, and what the attack networks say of them.
    Embed,
}

impl Stage {
    /// The name as results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Detect => "detect",
            Self::Landmarks => "landmarks",
            Self::Pose => "pose",
            Self::Quality => "quality",
            Self::Embed => "embed",
        }
    }
}

/// What an analysis says while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A stage begins; the one before it ends.
    Stage(Stage),
    /// Pictures done, of how many.
    Progress {
        /// Done.
        done: usize,
        /// Of.
        total: usize,
    },
}

impl Capture {
    /// The mean vector of the frontal samples.
    #[must_use]
    pub fn probe(&self) -> Option<Embedding> {
        Embedding::mean(self.samples.iter().map(|sample| &sample.embedding))
    }

    /// The median of a measure over the observations; `None` without any.
    #[must_use]
    pub fn median(&self, of: impl Fn(&Observation) -> f32) -> Option<f32> {
        median(self.observations.iter().map(of))
    }

    /// The median of each measure of quality over the samples.
    #[must_use]
    pub fn quality(&self) -> Option<Quality> {
        let of =
            |measure: fn(&Quality) -> f32| median(self.samples.iter().map(|sample| measure(&sample.quality)));
        Some(Quality {
            eye_distance: of(|quality| quality.eye_distance)?,
            sharpness: of(|quality| quality.sharpness)?,
            brightness: of(|quality| quality.brightness)?,
            clipped: of(|quality| quality.clipped)?,
        })
    }
}

/// The median; of an even number, the upper one of the two in the middle.
pub(super) fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}
