//! Pose from a second family of networks, that sees pixels and no mesh: a flat photo that is tilted fools one more
//! than the other, and neither enough.
//! Source: Yang et al., FSA-Net (2019); two networks averaged, as their authors do.

use super::detect::Face;
use super::geometry::{Similarity, warp};
use super::models::{ModelError, ModelSet, Task};
use image::RgbImage;

/// Side of the crop in long sides of the face: 60 % margin.
const CROP: f32 = 1.6;

/// Yaw in degrees, positive to the subject's own left, as the mesh has it. `None` where the networks are not there.
///
/// # Errors
/// [`ModelError`] where a network is broken.
pub fn second_yaw(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Option<f32>, ModelError> {
    if !models.has(Task::HeadPose) {
        return Ok(None);
    }
    let networks = models.networks(Task::HeadPose)?;
    let mut sum = 0.0;
    for network in &networks {
        let (side, _) = network.input_size();
        let length = face.area.width.max(face.area.height) * CROP;
        let to = Similarity::square(face.area.centre(), length, 0.0, side as f32);
        // FSA-Net, as 300W-LP, counts a turn to the subject's own right as positive.
        sum -= network.run(&warp(picture, &to, side, side))?.at(0, 3)?[0];
    }
    Ok(Some(sum / networks.len() as f32))
}
