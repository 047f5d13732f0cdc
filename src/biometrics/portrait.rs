//! The face on the chip: bytes as stored, pixels, and what its compression costs.
//! Source: Doc 9303-10 section 4.7.2 (DG2), ISO/IEC 19794-5 section 5 and ISO/IEC 39794-5 (face images).

use super::detect::{Face, detect};
use super::embed::{Embedding, embed_aligned, to_align};
use super::image_file::{ImageError, ImageKind, decode};
use super::landmarks::largest;
use super::models::{ModelError, ModelSet};
use super::quality::{Measure, Quality, measures};
use crate::consent::Ground;
use crate::lds::{Dg2, Personal};
use image::RgbImage;
use serde::Serialize;

/// Below this many bytes of a compressed portrait, compression itself costs score: the mean cosine between a
/// portrait and its recompression fell to 0.90 at 8 kB of JPEG 2000 and 0.78 at 5 kB (13 portraits of 413x531).
pub const SMALL_FILE: usize = 8 * 1024;

/// A portrait, decoded.
#[derive(Debug, Clone)]
pub struct Portrait {
    stored: Personal<Vec<u8>>,
    /// What the file is, by its own first bytes.
    pub kind: ImageKind,
    /// The pixels.
    pub pixels: Personal<RgbImage>,
    /// Which of DG2's images it is; `None` where it comes from a picture file.
    pub choice: Option<ImageChoice>,
}

/// A second face counts from this share of the first one's area: a security print in the background may look like a
/// much smaller one.
const SECOND_FACE: f32 = 1.0 / 8.0;

/// Which image of several was taken, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImageChoice {
    /// Its place in DG2, from 0.
    pub index: usize,
    /// How many there are.
    pub of: usize,
    /// `first_frontal`: the first that says it is full frontal; `first`: none says so.
    pub reason: &'static str,
    /// Feature points that the document gives of it.
    pub feature_points: usize,
}

/// What can be wrong with a portrait.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortraitError {
    /// DG2 has no face.
    #[error("DG2 holds no face image")]
    Empty,
    /// The picture cannot be decoded.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// No face was found in it.
    #[error("no face was found in the portrait")]
    NoFace,
    /// More than one face was found.
    #[error("{0} faces were found in the portrait")]
    SeveralFaces(usize),
    /// A model is missing or broken.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// A portrait's face, ready to be compared.
#[derive(Debug, Clone)]
pub struct PortraitFace {
    /// Where it is.
    pub face: Face,
    /// Its measures.
    pub quality: Quality,
    /// Its vector.
    pub embedding: Embedding,
    /// Bytes of the portrait as stored.
    pub stored_bytes: usize,
    /// On what ground the vector was made.
    pub ground: Ground,
}

impl Portrait {
    /// Decodes a picture file.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn from_image(bytes: Vec<u8>) -> Result<Self, ImageError> {
        let kind = ImageKind::of(&bytes).ok_or(ImageError::Unknown)?;
        let pixels = decode(&bytes)?;
        Ok(Self { stored: Personal::new(bytes), kind, pixels: Personal::new(pixels), choice: None })
    }

    /// Decodes the image of DG2 that is the one to compare with: [`Dg2::primary`]. One that is broken is an error; no
    /// other is taken in its place.
    ///
    /// # Errors
    /// [`PortraitError::Empty`], [`PortraitError::Image`].
    pub fn from_dg2(dg2: &Dg2) -> Result<Self, PortraitError> {
        let (index, face) = dg2.primary().ok_or(PortraitError::Empty)?;
        let reason = if face.is_frontal() { "first_frontal" } else { "first" };
        let feature_points = face.feature_points.disclose().len();
        let choice = ImageChoice { index, of: dg2.faces.len(), reason, feature_points };
        Ok(Self { choice: Some(choice), ..Self::from_image(face.bytes.disclose().clone())? })
    }

    /// The file as stored.
    #[must_use]
    pub const fn stored(&self) -> &Personal<Vec<u8>> {
        &self.stored
    }

    /// Bytes of the file as stored and of its pixels.
    #[must_use]
    pub fn size(&self) -> usize {
        self.stored.disclose().len() + self.pixels.disclose().as_raw().len()
    }

    /// Whether the file is so small that its compression costs score.
    #[must_use]
    pub const fn is_small(&self) -> bool {
        self.stored.disclose().len() < SMALL_FILE
    }

    /// Finds, measures and embeds the one face.
    ///
    /// # Errors
    /// [`PortraitError::NoFace`], [`PortraitError::SeveralFaces`], [`PortraitError::Model`].
    pub fn embed(&self, models: &ModelSet, ground: &Ground) -> Result<PortraitFace, PortraitError> {
        let mut face = embed_portrait(models, self.pixels.disclose(), ground)?;
        face.stored_bytes = self.stored.disclose().len();
        Ok(face)
    }

    /// Finds and measures the one face, and makes no vector of it.
    ///
    /// # Errors
    /// As [`Portrait::embed`].
    pub fn find(&self, models: &ModelSet) -> Result<(Face, Quality), PortraitError> {
        one_face(models, self.pixels.disclose())
    }

    /// Every measure of quality of its face.
    ///
    /// # Errors
    /// [`ModelError`] where a network is broken; what has no network is undetermined.
    pub fn measures(&self, models: &ModelSet, face: &Face) -> Result<Vec<Measure>, ModelError> {
        measures(models, self.pixels.disclose(), face, Some(self.stored.disclose().len()))
    }
}

/// Finds, measures and embeds the one face of a picture.
///
/// # Errors
/// As [`Portrait::embed`].
pub fn embed_portrait(
    models: &ModelSet,
    picture: &RgbImage,
    ground: &Ground,
) -> Result<PortraitFace, PortraitError> {
    let (face, quality) = one_face(models, picture)?;
    let embedding = embed_aligned(models, picture, &face, ground)?;
    Ok(PortraitFace { face, quality, embedding, stored_bytes: 0, ground: ground.clone() })
}

fn one_face(models: &ModelSet, picture: &RgbImage) -> Result<(Face, Quality), PortraitError> {
    let faces = detect(models, picture)?;
    let found = largest(models, picture, &faces, SECOND_FACE)?;
    let (face, others) = found.ok_or(PortraitError::NoFace)?;
    if others > 0 {
        return Err(PortraitError::SeveralFaces(others + 1));
    }
    let face = to_align(models, picture, &face)?;
    let quality = Quality::measure(picture, &face).ok_or(PortraitError::NoFace)?;
    Ok((face, quality))
}
