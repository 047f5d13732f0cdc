//! Pose from a second family of networks, that sees pixels and no mesh: a flat photo that is tilted fools one more
//! than the other, and neither enough.
//! Source: Yang et al., FSA-Net (2019); two networks averaged, as their authors do.

use super::detect::Face;
use super::geometry::{Similarity, warp};
use super::landmarks::Pose;
use super::models::{ModelError, ModelSet, Task};
use image::RgbImage;

/// Side of the crop in long sides of the face: 60 % margin.
const CROP: f32 = 1.6;

/// The pose with the signs that the mesh's has. `None` where the networks are not there.
///
/// # Errors
/// [`ModelError`] where a network is broken.
pub fn second_pose(models: &ModelSet, picture: &RgbImage, face: &Face) -> Result<Option<Pose>, ModelError> {
    if !models.has(Task::HeadPose) {
        return Ok(None);
    }
    let networks = models.networks(Task::HeadPose)?;
    let mut sum = [0.0; 3];
    for network in &networks {
        let (side, _) = network.input_size();
        let length = face.area.width.max(face.area.height) * CROP;
        let to = Similarity::square(face.area.centre(), length, 0.0, side as f32);
        let outputs = network.run(&warp(picture, &to, side, side))?;
        for (sum, value) in sum.iter_mut().zip(outputs.at(0, 3)?) {
            *sum += value / networks.len() as f32;
        }
    }
    // FSA-Net, as 300W-LP, counts a turn to the subject's own right and a chin that rises as positive.
    let [yaw, pitch, roll] = sum;
    Ok(Some(Pose { yaw: -yaw, pitch: -pitch, roll }))
}
