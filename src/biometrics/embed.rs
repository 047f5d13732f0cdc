//! What faces are compared by: five points brought to the template that an embedder was trained with, and the
//! vectors of all embedders of the plan, fused.
//! Source: InsightFace `arcface_src` (template of 112 by 112); Intel open_model_zoo, face-reidentification-retail-0095.

use super::detect::Face;
use super::geometry::{Point, Similarity, warp};
use super::landmarks::mesh_of;
use super::models::manifest::Decoder;
use super::models::{Alignment, ModelError, ModelSet, Network};
use crate::consent::Ground;
use crate::lds::Personal;
use image::RgbImage;
use zeroize::Zeroizing;

/// Eyes, nose, mouth corners in a picture of 112 by 112.
const ARCFACE: [[f32; 2]; 5] =
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];
/// The same as fractions of the input: the older ArcFace template of 96 by 112.
const REID: [[f32; 2]; 5] = [
    [30.2946 / 96.0, 51.6963 / 112.0],
    [65.5318 / 96.0, 51.5014 / 112.0],
    [48.0252 / 96.0, 71.7366 / 112.0],
    [33.5493 / 96.0, 92.3655 / 112.0],
    [62.7299 / 96.0, 92.2041 / 112.0],
];

/// A face as a vector of length one. It is biometric data, never leaves the process and is wiped when dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding(Personal<Zeroizing<Vec<f32>>>);

impl Embedding {
    /// The cosine with another, -1 to 1. Vectors of other plans do not compare: `None`.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Option<f32> {
        let (one, other) = (self.0.disclose(), other.0.disclose());
        (one.len() == other.len() && !one.is_empty()).then(|| dot(one, other).clamp(-1.0, 1.0))
    }

    /// The direction of a vector; `None` of zeros.
    #[cfg(test)]
    pub(super) fn of_direction(values: &[f32]) -> Option<Self> {
        normalised(values).map(|values| Self(Personal::new(values)))
    }

    /// The vector, for whoever must find it where it should not be.
    #[must_use]
    pub const fn values(&self) -> &Personal<Zeroizing<Vec<f32>>> {
        &self.0
    }

    /// Bytes of the vector.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of_val(self.0.disclose().as_slice())
    }

    /// The mean direction of several, of length one. `None` of none, or where they cancel out.
    #[must_use]
    pub fn mean<'a>(embeddings: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut sum = Zeroizing::new(Vec::<f32>::new());
        for embedding in embeddings {
            let values = embedding.0.disclose();
            if sum.is_empty() {
                sum.extend_from_slice(values);
            } else if sum.len() == values.len() {
                sum.iter_mut().zip(values.iter()).for_each(|(sum, value)| *sum += value);
            } else {
                return None;
            }
        }
        normalised(&sum).map(|values| Self(Personal::new(values)))
    }
}

/// The inner product, in eight sums side by side: one sum alone would wait for itself.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in ones.zip(others) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

fn normalised(values: &[f32]) -> Option<Zeroizing<Vec<f32>>> {
    let length = values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    let direction = || values.iter().map(|value| (f64::from(*value) / length) as f32).collect();
    (length > 1e-6).then(|| Zeroizing::new(direction()))
}

/// The template of an embedder, in pixels of its input; `None` for a network that is no embedder.
fn template(network: &Network) -> Option<[Point; 5]> {
    let (width, height) = network.input_size();
    let (width, height) = (width as f32, height as f32);
    match network.model().decoder {
        Decoder::EmbeddingArcface => {
            Some(ARCFACE.map(|[x, y]| Point::new(x * width / 112.0, y * height / 112.0)))
        }
        Decoder::EmbeddingReid => Some(REID.map(|[x, y]| Point::new(x * width, y * height))),
        _ => None,
    }
}

/// The face brought to the template of `network`.
fn aligned(network: &Network, picture: &RgbImage, points: &[Point; 5]) -> Result<RgbImage, ModelError> {
    let unusable = |reason: &str| ModelError::unusable(&network.model().name, reason);
    let template = template(network).ok_or_else(|| unusable("it is no embedder"))?;
    let (width, height) = network.input_size();
    let to = Similarity::fit(points, &template).ok_or_else(|| unusable("the five points coincide"))?;
    Ok(warp(picture, &to, width, height))
}

/// The face brought upright to 112 by 112, for measures of quality. `None` where its points coincide.
#[must_use]
pub fn upright(picture: &RgbImage, face: &Face) -> Option<RgbImage> {
    let to = Similarity::fit(&face.points, &ARCFACE.map(|[x, y]| Point::new(x, y)))?;
    Some(warp(picture, &to, 112, 112))
}

/// A face with the points that the comparison aligns by: the detector's own, or where the manifest says so those of the
/// mesh. Where there is no mesh to be found, the detector's stay.
///
/// # Errors
/// [`ModelError`] where the mesh network is broken, or the manifest has no comparison.
pub fn to_align(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Face, ModelError> {
    if models.manifest().comparison()?.alignment == Alignment::Detector {
        return Ok(*face);
    }
    let found = mesh_of(models, picture, face)?;
    Ok(found.map_or(*face, |mesh| Face { points: mesh.as_face().points, ..*face }))
}

/// The fused embedding of one face: each network's vector at length one, concatenated, at length one again. It is biometric
/// data, so there must be a ground to make it.
///
/// # Errors
/// [`ModelError`] where an embedder is missing or broken.
pub fn embed(
    models: &ModelSet,
    picture: &RgbImage,
    face: &Face,
    ground: &Ground,
) -> Result<Embedding, ModelError> {
    embed_aligned(models, picture, &to_align(models, picture, face)?, ground)
}

/// The same of a face that [`to_align`] gave.
///
/// # Errors
/// As [`embed`].
pub fn embed_aligned(
    models: &ModelSet,
    picture: &RgbImage,
    face: &Face,
    _ground: &Ground,
) -> Result<Embedding, ModelError> {
    let mut fused = Zeroizing::new(Vec::new());
    for network in models.named(&models.manifest().comparison()?.models)? {
        let outputs = network.run(&aligned(network, picture, &face.points)?)?;
        let values = outputs.whole(0)?;
        let unusable = || ModelError::unusable(&network.model().name, "an embedding of zeros");
        fused.extend_from_slice(&normalised(values).ok_or_else(unusable)?);
    }
    let values = normalised(&fused).ok_or_else(|| ModelError::unusable("comparison", "no embedding"))?;
    Ok(Embedding(Personal::new(values)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedding(values: &[f32]) -> Embedding {
        Embedding::of_direction(values).unwrap()
    }

    #[test]
    fn cosine_and_mean_are_those_of_directions() {
        let (x, y) = (embedding(&[3.0, 0.0]), embedding(&[0.0, 0.5]));
        assert_eq!(x.cosine(&y), Some(0.0));
        let mean = Embedding::mean([&x, &y]).unwrap();
        assert!((mean.cosine(&x).unwrap() - 0.5f32.sqrt()).abs() < 1e-6);
        assert_eq!(x.cosine(&embedding(&[1.0, 0.0, 0.0])), None);
        assert!(Embedding::mean([]).is_none());
        assert!(Embedding::mean([&x, &embedding(&[-1.0, 0.0])]).is_none());
    }

    #[test]
    fn an_embedding_does_not_show_itself() {
        assert!(!format!("{:?}", embedding(&[0.25, 0.5])).contains("0."));
    }
}
