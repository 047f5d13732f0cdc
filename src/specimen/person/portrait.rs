//! The portrait as a document carries it: full frontal, neutral, plain light backdrop, even light.
//! Source: ISO/IEC 19794-5:2005 sections 7 and 8 (full frontal image: scene, photographic and digital
//! requirements), Doc 9303-3 section 3.9 (the portrait's place and size of the head).

use super::expression::{Expression, Pose};
use super::light::Light;
use super::space::Vec3;
use super::stream::Stream;
use super::studio::{Camera, Model, Set, Studio};
use super::{Person, PersonError};
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

/// How a portrait is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortraitOptions {
    /// Pixels across, 100 to 2000. 413 is 35 mm at 300 dpi.
    pub width: u32,
    /// Pixels down, 100 to 2000. 531 is 45 mm at 300 dpi.
    pub height: u32,
    /// The largest JPEG wanted, in bytes. Doc 9303-10 gives 15-20 kB as usual for a stored face.
    pub bytes: usize,
}

impl Default for PortraitOptions {
    fn default() -> Self {
        Self { width: 413, height: 531, bytes: 18_000 }
    }
}

impl PortraitOptions {
    /// A portrait of another size; see the fields for the limits.
    #[must_use]
    pub const fn new(width: u32, height: u32, bytes: usize) -> Self {
        Self { width, height, bytes }
    }
}

impl Person {
    /// The person's portrait.
    ///
    /// # Errors
    /// [`PersonError::Size`] where the options ask for less or more than a camera gives.
    pub fn portrait(&self, options: &PortraitOptions) -> Result<RgbImage, PersonError> {
        let (width, height) = (options.width, options.height);
        if !(100..=2000).contains(&width) || !(100..=2000).contains(&height) {
            return Err(PersonError::Size { width, height });
        }
        let model = Model::new(&self.identity);
        // The head, hair included, takes three quarters of the height, or less where the picture is narrow.
        let scale = (0.312 * height as f32).min(0.402 * width as f32);
        let camera = Camera {
            width: width as usize,
            height: height as usize,
            eyes: (width as f32 / 2.0, height as f32 * 0.47),
            scale,
            distance: 12.0,
        };
        let mut stream = Stream::new(self.seed, "portrait");
        let white = Vec3::new(1.0, 1.0, 1.0);
        let tint = Vec3::new(stream.around(1.0, 0.01), 1.0, stream.around(1.0, 0.015));
        let light = Light::new(Vec3::new(stream.around(0.05, 0.06), 0.35, 1.0), 0.42, 0.74, tint);
        let shirt =
            Vec3::new(stream.between(20.0, 120.0), stream.between(20.0, 110.0), stream.between(30.0, 130.0));
        let plain = stream.between(212.0, 228.0);
        let set = Set { camera, light, shirt, soft: false };
        let (w, h) = (width as f32, height as f32);
        let mut studio = Studio::new(model, set, |x, y| {
            let aside = x / w - 0.5;
            let down = y / h - 0.4;
            white * (plain * (1.0 - 0.10 * (aside * aside + down * down)))
        });
        // Nobody sits perfectly straight.
        let pose = Pose {
            yaw: stream.around(0.0, 1.0),
            pitch: stream.around(0.0, 0.8),
            roll: stream.around(0.0, 0.7),
            ..Pose::default()
        };
        Ok(studio.shoot(&pose, &Expression::default()))
    }

    /// The person's portrait as a baseline JPEG (ISO/IEC 10918-1) of at most [`PortraitOptions::bytes`], in the
    /// best quality that fits.
    ///
    /// # Errors
    /// [`PersonError::Size`] as [`Self::portrait`]; [`PersonError::Bytes`] where no quality is small enough.
    pub fn portrait_jpeg(&self, options: &PortraitOptions) -> Result<Vec<u8>, PersonError> {
        let portrait = self.portrait(options)?;
        let encode = |quality: u8| -> Result<Vec<u8>, PersonError> {
            let mut bytes = Vec::new();
            JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&portrait)?;
            Ok(bytes)
        };
        // The size grows with the quality: halve the interval until it is closed.
        let (mut fits, mut too_large) = (None, 97u8);
        let mut least = 10u8;
        while least < too_large {
            let quality = least + (too_large - least) / 2;
            let bytes = encode(quality)?;
            if bytes.len() <= options.bytes {
                least = quality + 1;
                fits = Some(bytes);
            } else {
                too_large = quality;
            }
        }
        fits.ok_or(PersonError::Bytes { wanted: options.bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portrait_is_the_same_each_time_and_another_for_another_person() {
        let options = PortraitOptions::new(200, 257, 18_000);
        let draw = |seed| Person::from_seed(seed).portrait(&options).unwrap();
        let first = draw(3);
        assert!(first == draw(3));
        let other = draw(4);
        let differing = first.pixels().zip(other.pixels()).filter(|(a, b)| a != b).count();
        assert!(differing > 200 * 257 / 4, "{differing} pixels differ");
    }

    #[test]
    fn the_backdrop_is_plain_and_light_and_the_head_is_where_it_belongs() {
        let portrait = Person::from_seed(1).portrait(&PortraitOptions::default()).unwrap();
        for (x, y) in [(5, 5), (407, 5), (5, 150), (407, 150)] {
            let pixel = portrait.get_pixel(x, y).0;
            assert!(pixel.iter().all(|channel| *channel > 190), "{x},{y}: {pixel:?}");
        }
        // The middle of the face is skin, not backdrop.
        let nose = portrait.get_pixel(206, 300).0;
        assert!(nose[0] > nose[2], "{nose:?}");
    }

    #[test]
    fn a_jpeg_keeps_to_its_size_and_uses_most_of_it() {
        let jpeg = Person::from_seed(2).portrait_jpeg(&PortraitOptions::default()).unwrap();
        assert!((13_000..=18_000).contains(&jpeg.len()), "{} bytes", jpeg.len());
        let decoded = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (413, 531));
    }

    #[test]
    fn what_no_camera_gives_is_refused() {
        let person = Person::from_seed(2);
        let size = person.portrait(&PortraitOptions::new(4, 5000, 18_000));
        assert!(matches!(size, Err(PersonError::Size { width: 4, height: 5000 })));
        let bytes = person.portrait_jpeg(&PortraitOptions::new(413, 531, 200));
        assert!(matches!(bytes, Err(PersonError::Bytes { wanted: 200 })));
    }
}
