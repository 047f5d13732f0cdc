//! The few measures that every compared picture must meet, quick enough for each frontal picture of a video; none is
//! folded into a single number. What a portrait is told in full stands in the files beside this one.
//! Source: ISO/IEC 29794-5 (the measures' names); limits are titre's own and stand beside each measure.

use super::super::detect::Face;
use super::super::embed::upright;
use image::RgbImage;
use serde::Serialize;

/// Fewest pixels between the eyes for a comparison (ISO/IEC 19794-5 asks for 90 in a portrait; a video gets by with less).
pub const MIN_EYE_DISTANCE: f32 = 40.0;
/// Least sharpness of the face.
pub const MIN_SHARPNESS: f32 = 15.0;
/// Range of the face's mean brightness, 0 to 255.
pub const BRIGHTNESS: std::ops::RangeInclusive<f32> = 40.0..=225.0;
/// Largest share of the face's pixels that are black or white.
pub const MAX_CLIPPED: f32 = 0.25;

/// The quality of one face in one picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// Pixels between the eyes; more is better; limit [`MIN_EYE_DISTANCE`].
    pub eye_distance: f32,
    /// Variance of the Laplacian of the face at 112 by 112; more is sharper; limit [`MIN_SHARPNESS`].
    pub sharpness: f32,
    /// Mean luma of the face, 0 to 255; limits [`BRIGHTNESS`].
    pub brightness: f32,
    /// Share of pixels at or below 5 or at or above 250; less is better; limit [`MAX_CLIPPED`].
    pub clipped: f32,
}

impl Quality {
    /// Measures a face. `None` where its points make no face.
    #[must_use]
    pub fn measure(picture: &RgbImage, face: &Face) -> Option<Self> {
        let upright = upright(picture, face)?;
        // The middle, without background and hair.
        let (left, top, right, bottom) = (20usize, 30usize, 92usize, 104usize);
        let luma: Vec<f32> = upright
            .as_raw()
            .chunks_exact(3)
            .map(|pixel| {
                0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2])
            })
            .collect();
        let at = |x: usize, y: usize| luma[y * 112 + x];
        let (mut sum, mut clipped, mut edges, mut edges_squared) = (0.0, 0.0, 0.0f64, 0.0f64);
        for y in top..bottom {
            for x in left..right {
                let value = at(x, y);
                sum += value;
                if !(5.0..250.0).contains(&value) {
                    clipped += 1.0;
                }
                let laplacian = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * value;
                edges += f64::from(laplacian);
                edges_squared += f64::from(laplacian).powi(2);
            }
        }
        let count = ((right - left) * (bottom - top)) as f32;
        let mean = edges / f64::from(count);
        Some(Self {
            eye_distance: face.eye_distance(),
            sharpness: (edges_squared / f64::from(count) - mean * mean) as f32,
            brightness: sum / count,
            clipped: clipped / count,
        })
    }

    /// The measures that are outside their limits, by name.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<&'static str> {
        let mut short = Vec::new();
        if self.eye_distance < MIN_EYE_DISTANCE {
            short.push("eye_distance");
        }
        if self.sharpness < MIN_SHARPNESS {
            short.push("sharpness");
        }
        if !BRIGHTNESS.contains(&self.brightness) {
            short.push("brightness");
        }
        if self.clipped > MAX_CLIPPED {
            short.push("clipped");
        }
        short
    }
}
