//! The face on the chip: bytes as stored, pixels, and what its compression costs.
//! Source: Doc 9303-10 section 4.7.2 (DG2), ISO/IEC 19794-5 section 5 (face image data).

use super::detect::{Face, detect};
use super::embed::{Embedding, embed};
use super::image_file::{ImageError, ImageKind, decode};
use super::models::{ModelError, ModelSet};
use super::quality::Quality;
use crate::lds::{Dg2, Personal};
use image::RgbImage;

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
}

impl Portrait {
    /// Decodes a picture file.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn from_image(bytes: Vec<u8>) -> Result<Self, ImageError> {
        let kind = ImageKind::of(&bytes).ok_or(ImageError::Unknown)?;
        let pixels = decode(&bytes)?;
        Ok(Self { stored: Personal::new(bytes), kind, pixels: Personal::new(pixels) })
    }

    /// Decodes the first image of DG2, which is the one to compare with.
    ///
    /// # Errors
    /// [`PortraitError::Empty`], [`PortraitError::Image`].
    pub fn from_dg2(dg2: &Dg2) -> Result<Self, PortraitError> {
        let face = dg2.faces.first().ok_or(PortraitError::Empty)?;
        Ok(Self::from_image(face.bytes.disclose().clone())?)
    }

    /// The file as stored.
    #[must_use]
    pub const fn stored(&self) -> &Personal<Vec<u8>> {
        &self.stored
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
    pub fn embed(&self, models: &ModelSet) -> Result<PortraitFace, PortraitError> {
        let mut face = embed_portrait(models, self.pixels.disclose())?;
        face.stored_bytes = self.stored.disclose().len();
        Ok(face)
    }
}

/// Finds, measures and embeds the one face of a picture.
///
/// # Errors
/// As [`Portrait::embed`].
pub fn embed_portrait(models: &ModelSet, picture: &RgbImage) -> Result<PortraitFace, PortraitError> {
    let faces = detect(models, picture)?;
    let face = match faces[..] {
        [] => return Err(PortraitError::NoFace),
        [face] => face,
        // A security print in the background may look like a second, much smaller face.
        [face, second, ..] if second.area.area() * 8.0 < face.area.area() => face,
        _ => return Err(PortraitError::SeveralFaces(faces.len())),
    };
    let quality = Quality::measure(picture, &face).ok_or(PortraitError::NoFace)?;
    Ok(PortraitFace { face, quality, embedding: embed(models, picture, &face)?, stored_bytes: 0 })
}
