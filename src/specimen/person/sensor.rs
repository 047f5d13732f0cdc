//! What a cheap camera adds: noise that is never twice the same, exposure and white balance that drift.

use super::stream::Stream;
use image::RgbImage;
use std::f32::consts::TAU;

/// Entries of the noise table; a prime, so that rows of a picture do not fall on the same entries.
const TABLE: usize = 131_071;

/// A camera's sensor.
#[derive(Debug, Clone)]
pub(super) struct Sensor {
    /// Noise in grey levels, with neighbours correlated as after a demosaic.
    table: Vec<i8>,
    stream: Stream,
    phase: f32,
}

impl Sensor {
    /// A sensor with noise of `deviation` grey levels.
    pub(super) fn new(mut stream: Stream, deviation: f32) -> Self {
        let raw: Vec<f32> = (0..=TABLE).map(|_| stream.normal()).collect();
        // The mean of two neighbours has a deviation of 1/sqrt(2).
        let table = raw
            .windows(2)
            .map(|pair| ((pair[0] + pair[1]) * 0.5 * std::f32::consts::SQRT_2 * deviation).round() as i8)
            .collect();
        let phase = stream.unit() * TAU;
        Self { table, stream, phase }
    }

    /// Exposes a frame at a time.
    pub(super) fn expose(&mut self, frame: &mut RgbImage, ms: f32) {
        let turn = |seconds: f32| (TAU * ms / 1000.0 / seconds + self.phase).sin();
        let gain = 1.0 + 0.018 * turn(7.3) + 0.008 * turn(2.9);
        let warm = 0.006 * turn(11.0);
        let tables = [gain * (1.0 + warm), gain, gain * (1.0 - warm)].map(|gain| {
            let mut levels = [0i16; 256];
            for (value, level) in levels.iter_mut().enumerate() {
                *level = (value as f32 * gain + 0.5) as i16;
            }
            levels
        });
        let stride = frame.width() as usize * 3;
        let pixels: &mut [u8] = frame;
        for row in pixels.chunks_exact_mut(stride) {
            let count = row.len() / 3;
            let start = (self.stream.bits() >> 20) as usize % (TABLE - count.min(TABLE - 1));
            for (pixel, noise) in row.chunks_exact_mut(3).zip(&self.table[start..]) {
                let noise = i16::from(*noise);
                for (value, levels) in pixel.iter_mut().zip(&tables) {
                    *value = (levels[usize::from(*value)] + noise).clamp(0, 255) as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_deviation_asked_for_and_differs_between_frames() {
        let mut sensor = Sensor::new(Stream::new(1, "sensor"), 2.0);
        let flat = RgbImage::from_pixel(320, 240, image::Rgb([120, 120, 120]));
        let (mut first, mut second) = (flat.clone(), flat);
        sensor.expose(&mut first, 0.0);
        sensor.expose(&mut second, 40.0);
        assert!(first != second);
        let values: Vec<f32> = first.iter().step_by(3).map(|value| f32::from(*value)).collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32).sqrt();
        assert!((deviation - 2.0).abs() < 0.3, "{deviation}");
    }
}
