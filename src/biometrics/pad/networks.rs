//! The attack networks, where the models folder has them: each looks at one crop of one picture.
//! Source: Minivision Silent-Face-Anti-Spoofing (crops and fusion). They look at what surrounds a face: a screen or a
//! print that fills the picture without any border showing deceives them.

use super::super::detect::Face;
use super::super::geometry::{Rect, sampled};
use super::super::models::manifest::Decoder;
use super::super::models::{ModelError, ModelSet, Task};
use image::RgbImage;

/// Scores of the attack networks for one face, 0 (attack) to 1 (live); empty where they are not there.
///
/// # Errors
/// [`ModelError`] where a network is broken.
pub fn live_scores(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Vec<f32>, ModelError> {
    let Some(plan) = &models.manifest().presentation_attack else { return Ok(Vec::new()) };
    if !models.has(Task::PresentationAttack) {
        return Ok(Vec::new());
    }
    let mut scores = Vec::new();
    for network in models.named(&plan.models)? {
        let scale = match (network.model().decoder, network.model().crop_scale) {
            (Decoder::Minifasnet, Some(scale)) => scale,
            _ => return Err(ModelError::unusable(&network.model().name, "it is no attack network")),
        };
        let (width, height) = network.input_size();
        let area = crop_area(picture, &face.area, scale);
        let logits = network.run(&sampled(picture, area, width, height))?;
        let logits = logits.at(0, 3)?;
        let most = logits.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
        scores.push((logits[1] - most).exp() / total);
    }
    Ok(scores)
}

/// The face's box made `scale` times as large, as far as the picture allows, and moved inside it: left, top,
/// width, height. Whole pixels, rounded as Minivision's own crop does, since the thresholds were measured so.
fn crop_area(picture: &RgbImage, face: &Rect, scale: f32) -> (u32, u32, u32, u32) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (box_x, box_y) = (face.x.trunc(), face.y.trunc());
    let (box_width, box_height) = (face.width.trunc().max(1.0), face.height.trunc().max(1.0));
    let scale = scale.min((width - 1.0) / box_width).min((height - 1.0) / box_height);
    let within = |start: f32, length: f32, limit: f32| {
        let from = start + length / 2.0 - length * scale / 2.0;
        let to = start + length / 2.0 + length * scale / 2.0;
        let shift = if from < 0.0 { -from } else { (limit - 1.0 - to).min(0.0) };
        let from = (from + shift).clamp(0.0, limit - 1.0) as u32;
        let to = (to + shift).clamp(0.0, limit - 1.0) as u32;
        (from, to.saturating_sub(from) + 1)
    };
    let ((left, across), (top, down)) = (within(box_x, box_width, width), within(box_y, box_height, height));
    (left, top, across, down)
}
