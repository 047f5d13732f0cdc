//! A decoded picture: planes as the decoder gave them, to RGB where a picture is looked at, and small grey
//! pictures for what compares neighbours.
//! Source: ITU-T H.273 table 4 (matrix coefficients), ITU-R BT.601-7, BT.709-6.

use super::Frame;
use super::decoder::Planes;
use image::RgbImage;
use image::imageops::{rotate90, rotate180, rotate270};

/// How Y, Cb and Cr become red, green and blue: fixed point, 16 bits after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matrix {
    luma: i32,
    offset: i32,
    red: i32,
    green_blue: i32,
    green_red: i32,
    blue: i32,
}

impl Matrix {
    /// The one that the stream signals, by its number in ITU-T H.273; BT.601 where it is silent, as FFmpeg and OpenCV
    /// take it, with which the thresholds of the models were measured.
    pub(super) fn of(coefficients: u8, full_range: bool) -> Self {
        let (kr, kb) = match coefficients {
            1 => (0.2126, 0.0722),
            9 | 10 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        };
        let (luma, chroma, offset) =
            if full_range { (1.0, 1.0, 0) } else { (255.0 / 219.0, 255.0 / 224.0, 16) };
        let fixed = |value: f64| (value * 65536.0).round() as i32;
        let kg = 1.0 - kr - kb;
        Self {
            luma: fixed(luma),
            offset,
            red: fixed(2.0 * (1.0 - kr) * chroma),
            green_blue: fixed(2.0 * (1.0 - kb) * kb / kg * chroma),
            green_red: fixed(2.0 * (1.0 - kr) * kr / kg * chroma),
            blue: fixed(2.0 * (1.0 - kb) * chroma),
        }
    }
}

/// One picture as decoded.
pub struct Picture {
    pub(super) planes: Planes,
    pub(super) matrix: Matrix,
    pub(super) rotation: u16,
    /// Milliseconds from the first picture.
    pub pts_ms: i64,
    /// Number of the picture in display order, from 0.
    pub index: usize,
}

impl Picture {
    /// The picture in RGB, upright. Chroma is taken from the nearest sample.
    #[must_use]
    pub fn to_rgb(&self) -> Frame {
        let planes = &self.planes;
        let (width, height) = (planes.width as usize, planes.height as usize);
        let chroma_width = planes.chroma_width as usize;
        let shift_y = usize::from(planes.chroma_height < planes.height);
        let deep = planes.bit_depth > 8;
        let mut row_y = vec![0u8; width];
        let (mut row_u, mut row_v) = (vec![0u8; chroma_width], vec![0u8; chroma_width]);
        let mut rgb = vec![0u8; width * height * 3];
        for (y, out) in rgb.chunks_exact_mut(width * 3).enumerate() {
            row(&planes.samples[0], y, &mut row_y, deep);
            row(&planes.samples[1], y >> shift_y, &mut row_u, deep);
            row(&planes.samples[2], y >> shift_y, &mut row_v, deep);
            let m = self.matrix;
            for (pair, (out, luma)) in out.chunks_mut(6).zip(row_y.chunks(2)).enumerate() {
                let u = i32::from(*row_u.get(pair).unwrap_or(&128)) - 128;
                let v = i32::from(*row_v.get(pair).unwrap_or(&128)) - 128;
                let (dr, dg, db) = (m.red * v, m.green_blue * u + m.green_red * v, m.blue * u);
                for (pixel, &luma) in out.chunks_exact_mut(3).zip(luma) {
                    let base = (i32::from(luma) - m.offset) * m.luma + 32768;
                    pixel[0] = ((base + dr) >> 16).clamp(0, 255) as u8;
                    pixel[1] = ((base - dg) >> 16).clamp(0, 255) as u8;
                    pixel[2] = ((base + db) >> 16).clamp(0, 255) as u8;
                }
            }
        }
        let image = RgbImage::from_raw(planes.width, planes.height, rgb).unwrap_or_default();
        let image = match self.rotation {
            90 => rotate90(&image),
            180 => rotate180(&image),
            270 => rotate270(&image),
            _ => image,
        };
        Frame { image, pts_ms: self.pts_ms, index: self.index }
    }

    /// Luma averaged into `columns` by `rows` cells, not rotated: enough to tell whether two pictures are the same.
    #[must_use]
    pub fn thumbnail(&self, columns: usize, rows: usize) -> Vec<f32> {
        let (width, height) = (self.planes.width as usize, self.planes.height as usize);
        let deep = self.planes.bit_depth > 8;
        let mut sums = vec![(0u32, 0u32); columns * rows];
        let mut line = vec![0u8; width];
        // Every second line is enough for a mean.
        for y in (0..height).step_by(2) {
            row(&self.planes.samples[0], y, &mut line, deep);
            let cells = y * rows / height.max(1) * columns;
            for (x, &luma) in line.iter().enumerate() {
                let (sum, count) = &mut sums[cells + x * columns / width];
                *sum += u32::from(luma);
                *count += 1;
            }
        }
        sums.into_iter().map(|(sum, count)| sum as f32 / count.max(1) as f32).collect()
    }

    /// The luma plane as decoded, 8 bits a sample, not rotated, with the two chroma planes after it.
    #[must_use]
    pub fn planes(&self) -> [&[u8]; 3] {
        let [luma, blue, red] = &self.planes.samples;
        [luma, blue, red]
    }
}

/// One row of a plane, ten bits brought down to eight. A plane that is too short leaves the row as it was.
fn row(plane: &[u8], y: usize, out: &mut [u8], deep: bool) {
    let width = out.len();
    if deep {
        if let Some(samples) = plane.get(y * width * 2..(y + 1) * width * 2) {
            for (out, sample) in out.iter_mut().zip(samples.chunks_exact(2)) {
                *out = (u16::from_le_bytes([sample[0], sample[1]]) >> 2).min(255) as u8;
            }
        }
    } else if let Some(samples) = plane.get(y * width..(y + 1) * width) {
        out.copy_from_slice(samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signalled_matrix_is_used_and_silence_is_601() {
        assert_eq!(Matrix::of(6, false), Matrix::of(2, false));
        assert_ne!(Matrix::of(6, false), Matrix::of(1, false));
        assert_ne!(Matrix::of(6, false), Matrix::of(6, true));
        let limited = Matrix::of(6, false);
        // BT.601: 1.164, 1.596, 0.391, 0.813, 2.018.
        for (fixed, value) in [
            (limited.luma, 1.164),
            (limited.red, 1.596),
            (limited.green_blue, 0.392),
            (limited.green_red, 0.813),
            (limited.blue, 2.017),
        ] {
            assert!((f64::from(fixed) / 65536.0 - value).abs() < 1e-3, "{fixed} {value}");
        }
    }
}
