//! Where faces are: YuNet on the whole picture, brought down to 320 by 320 with its proportions kept.
//! Source: Wu et al., YuNet (2023); heads and decoding as in libfacedetection.train.

use super::geometry::{Point, Rect, shrink};
use super::models::{ModelError, ModelSet, Task};
use image::RgbImage;
use image::imageops::replace;

/// Lowest score of a face that counts.
pub const MIN_SCORE: f32 = 0.6;
/// Overlap from which on two boxes are one face.
const SAME_FACE: f32 = 0.3;
/// Share of the smaller box within the other from which on two boxes are one face.
const NESTED: f32 = 0.7;
/// Most faces reported.
const MAX_FACES: usize = 50;

/// A face as detected, in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// From brow to chin.
    pub area: Rect,
    /// Eye on the left of the picture, eye on its right, nose, mouth corner on its left, on its right.
    pub points: [Point; 5],
    /// 0 to 1.
    pub score: f32,
}

impl Face {
    /// The distance of the eyes in pixels.
    #[must_use]
    pub fn eye_distance(&self) -> f32 {
        self.points[0].distance(self.points[1])
    }

    /// The angle of the line through the eyes, radians, positive where the right one is lower.
    #[must_use]
    pub fn roll(&self) -> f32 {
        (self.points[1].y - self.points[0].y).atan2(self.points[1].x - self.points[0].x)
    }
}

/// All faces of a picture, best first.
///
/// # Errors
/// [`ModelError`] where the detector is missing or broken.
pub fn detect(models: &ModelSet, picture: &RgbImage) -> Result<Vec<Face>, ModelError> {
    let network = models.network(Task::FaceDetection)?;
    let (width, height) = network.input_size();
    if picture.width() == 0 || picture.height() == 0 {
        return Ok(Vec::new());
    }
    let scale = (width as f32 / picture.width() as f32).min(height as f32 / picture.height() as f32);
    let side = |length: u32, limit: u32| ((length as f32 * scale).round() as u32).clamp(1, limit);
    let small = shrink(picture, side(picture.width(), width), side(picture.height(), height));
    let (scale_x, scale_y) =
        (picture.width() as f32 / small.width() as f32, picture.height() as f32 / small.height() as f32);
    let mut canvas = RgbImage::new(width, height);
    replace(&mut canvas, &small, 0, 0);

    let outputs = network.run(&canvas)?;
    let mut found = Vec::new();
    for stride in [8usize, 16, 32] {
        let columns = width as usize / stride;
        let cells = columns * (height as usize / stride);
        let class = outputs.named(&format!("cls_{stride}"), cells)?;
        let object = outputs.named(&format!("obj_{stride}"), cells)?;
        let boxes = outputs.named(&format!("bbox_{stride}"), cells * 4)?;
        let points = outputs.named(&format!("kps_{stride}"), cells * 10)?;
        let stride = stride as f32;
        for cell in 0..cells {
            let score = (class[cell].clamp(0.0, 1.0) * object[cell].clamp(0.0, 1.0)).sqrt();
            if score < MIN_SCORE {
                continue;
            }
            let (column, row) = ((cell % columns) as f32, (cell / columns) as f32);
            let at =
                |x: f32, y: f32| Point::new((column + x) * stride * scale_x, (row + y) * stride * scale_y);
            let [x, y, w, h] = [0, 1, 2, 3].map(|index| boxes[cell * 4 + index]);
            let centre = at(x, y);
            let (box_width, box_height) =
                (w.min(8.0).exp() * stride * scale_x, h.min(8.0).exp() * stride * scale_y);
            found.push(Face {
                area: Rect {
                    x: centre.x - box_width / 2.0,
                    y: centre.y - box_height / 2.0,
                    width: box_width,
                    height: box_height,
                },
                points: [0, 1, 2, 3, 4]
                    .map(|point| at(points[cell * 10 + point * 2], points[cell * 10 + point * 2 + 1])),
                score,
            });
        }
    }
    Ok(without_repetition(found))
}

/// Non-maximum suppression: of boxes that overlap, or of which one holds the other, the best stays. The coarse and the
/// fine grid may both see one head, the one with its hair and the other without; nobody's face stands within another's.
fn without_repetition(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        let apart = |other: &Face| {
            other.area.overlap(&face.area) < SAME_FACE && other.area.nested(&face.area) < NESTED
        };
        if kept.len() < MAX_FACES && kept.iter().all(apart) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, side: f32, score: f32) -> Face {
        let area = Rect { x, y, width: side, height: side };
        Face { area, points: [Point::default(); 5], score }
    }

    #[test]
    fn one_head_seen_twice_is_one_face_and_two_heads_are_two() {
        let kept = |faces: &[Face]| without_repetition(faces.to_vec()).len();
        let head = face(100.0, 100.0, 100.0, 0.9);
        assert_eq!(kept(&[head, face(110.0, 105.0, 100.0, 0.8)]), 1);
        // The face without its hair: a quarter of the box's area, all of it inside.
        assert_eq!(kept(&[face(120.0, 130.0, 50.0, 0.8), head]), 1);
        assert_eq!(kept(&[head, face(230.0, 100.0, 100.0, 0.8)]), 2);
        // Somebody smaller who looks over the shoulder: half of the box is hidden.
        assert_eq!(kept(&[head, face(175.0, 110.0, 50.0, 0.8)]), 2);
        let best = without_repetition(vec![face(120.0, 130.0, 50.0, 0.8), head])[0];
        assert_eq!(best, head);
    }
}
