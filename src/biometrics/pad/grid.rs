//! The raster of a screen or a print against the sensor's: two grids beat, and the beat is a wave of one length and
//! direction over the face, which shows as a single point in its spectrum. Skin and hair have broad spectra.
//!
//! The colour differences are looked at beside the grey: a display's dots are red, green and blue side by side, so that
//! its beat is coloured, and faces have hardly any fine structure of colour.
//! Source: Patel et al., "Live face video vs. spoof face video: use of moire patterns" (ICB 2015), for the effect; the
//! measure is a local contrast of the power spectrum.

use super::super::capture::{Capture, median};
use super::super::geometry::Rect;
use super::super::liveness::Cue;
use super::{BELOW, Verdict};
use image::RgbImage;
use std::f32::consts::{PI, TAU};

/// Largest power of a single point over its surroundings in the spectrum, as a power of ten: the median over a video.
/// Nine videos of people had 0.7 to 1.1, single photographs at most 1.43.
pub const MAX_PEAK: f32 = 1.4;
/// Sides of the square that is transformed, in pixels.
const SIDES: [usize; 3] = [256, 128, 64];
/// Longest wave looked for, in pixels: the features of a face are longer.
const LONGEST: f32 = 34.0;
/// Shortest wave looked for: colour is recorded at half the size, and shorter ones are its interpolation.
const SHORTEST: f32 = 4.2;

pub(super) fn cue(capture: &Capture) -> Option<Cue> {
    let value = median(capture.samples.iter().filter_map(|sample| sample.raster))?;
    Some(super::cue("pad.grid", value, MAX_PEAK, BELOW, Verdict::Undetermined))
}

/// The strongest single wave over a face, as the power of ten by which it stands out; `None` of a face that is too small.
#[must_use]
pub fn raster(picture: &RgbImage, face: &Rect) -> Option<f32> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let wanted = (1.5 * face.width.min(face.height)) as usize;
    let side = SIDES.into_iter().find(|side| *side <= wanted && *side <= width && *side <= height)?;
    let start =
        |centre: f32, limit: usize| ((centre - side as f32 / 2.0).max(0.0) as usize).min(limit - side);
    let centre = face.centre();
    let (left, top) = (start(centre.x, width), start(centre.y, height));
    let channel = |mix: [f32; 3]| -> Vec<f32> {
        let rows = (top..top + side).flat_map(|y| (left..left + side).map(move |x| (x, y)));
        rows.map(|(x, y)| {
            let pixel = picture.get_pixel(x as u32, y as u32).0;
            (0..3).map(|index| mix[index] * f32::from(pixel[index])).sum()
        })
        .collect()
    };
    let mixes = [[0.30, 0.59, 0.11], [0.5, -1.0, 0.5], [1.0, 0.0, -1.0]];
    mixes.into_iter().map(|mix| peak(&spectrum(channel(mix), side), side)).max_by(f32::total_cmp)
}

/// The power spectrum of a square under a Hann window, without its mean.
fn spectrum(mut square: Vec<f32>, side: usize) -> Vec<f32> {
    let mean = square.iter().sum::<f32>() / square.len() as f32;
    let hann: Vec<f32> = (0..side).map(|at| (PI * (at as f32 + 0.5) / side as f32).sin().powi(2)).collect();
    for (row, line) in square.chunks_exact_mut(side).enumerate() {
        for (value, window) in line.iter_mut().zip(&hann) {
            *value = (*value - mean) * window * hann[row];
        }
    }
    let mut plane: Vec<(f32, f32)> = square.into_iter().map(|value| (value, 0.0)).collect();
    for _ in 0..2 {
        plane.chunks_exact_mut(side).for_each(transform);
        // Columns become rows: the second pass transforms them, and the spectrum comes out turned, which is the same
        // for a search over all directions.
        plane = (0..side * side).map(|at| plane[at % side * side + at / side]).collect();
    }
    plane.into_iter().map(|(re, im)| re * re + im * im).collect()
}

/// The discrete Fourier transform of a power of two of values, in place (Cooley and Tukey 1965).
fn transform(values: &mut [(f32, f32)]) {
    let count = values.len();
    let mut other = 0;
    for index in 1..count {
        let mut bit = count >> 1;
        while other & bit != 0 {
            other ^= bit;
            bit >>= 1;
        }
        other |= bit;
        if index < other {
            values.swap(index, other);
        }
    }
    let mut half = 1;
    while half < count {
        let turns: Vec<(f32, f32)> = (0..half)
            .map(|step| {
                let (sin, cos) = (-TAU * step as f32 / (2 * half) as f32).sin_cos();
                (cos, sin)
            })
            .collect();
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), (cos, sin)) in low.iter_mut().zip(high).zip(&turns) {
                let (re, im) = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                (*a, *b) = ((a.0 + re, a.1 + im), (a.0 - re, a.1 - im));
            }
        }
        half *= 2;
    }
}

/// The greatest contrast of a point of the spectrum to the ring of points around it.
fn peak(power: &[f32], side: usize) -> f32 {
    let size = side as i32;
    let at = |x: i32, y: i32| power[(y.rem_euclid(size) * size + x.rem_euclid(size)) as usize];
    let ring: Vec<(i32, i32)> = (-7..=7)
        .flat_map(|y: i32| (-7..=7).map(move |x: i32| (x, y)))
        .filter(|(x, y)| (17..=50).contains(&(x * x + y * y)))
        .collect();
    // What blocks of 8 and 16 pixels of the video leave, on the axes.
    let on_blocks = |one: i32, other: i32| {
        let step = size / 16;
        let rest = one.rem_euclid(step);
        other.abs() <= 2 && (rest <= 1 || rest >= step - 1)
    };
    let (least, most) = (side as f32 / LONGEST, side as f32 / SHORTEST);
    let reach = most as i32;
    let mut strongest = f32::MIN;
    for y in 0..=reach {
        for x in -reach..=reach {
            let far = (x as f32).hypot(y as f32);
            if !(least..=most).contains(&far) || on_blocks(x, y) || on_blocks(y, x) {
                continue;
            }
            let here = at(x, y);
            let around = ring.iter().map(|(dx, dy)| at(x + dx, y + dy)).sum::<f32>() / ring.len() as f32;
            strongest = strongest.max((here.max(1e-3) / around.max(1e-3)).log10());
        }
    }
    strongest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noisy(wave: impl Fn(f32, f32) -> f32) -> RgbImage {
        let mut state = 7u32;
        RgbImage::from_fn(300, 300, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) as f32 / 32.0;
            let skin = 120.0 + 40.0 * (x as f32 / 70.0).sin() + 25.0 * (y as f32 / 41.0).cos() + noise;
            let wave = wave(x as f32, y as f32);
            image::Rgb([skin + wave, skin - wave, skin + 0.5 * wave].map(|value| value as u8))
        })
    }

    const FACE: Rect = Rect { x: 60.0, y: 60.0, width: 180.0, height: 180.0 };

    #[test]
    fn a_beat_stands_out_and_skin_does_not() {
        let skin = raster(&noisy(|_, _| 0.0), &FACE).unwrap();
        let screen = raster(&noisy(|x, y| 3.0 * (TAU * (x / 17.0 + y / 90.0)).cos()), &FACE).unwrap();
        assert!(skin < MAX_PEAK && screen > MAX_PEAK, "{skin} {screen}");
        assert!(raster(&noisy(|_, _| 0.0), &Rect { width: 20.0, height: 20.0, ..FACE }).is_none());
    }

    #[test]
    fn the_transform_finds_a_wave_where_it_is() {
        let mut values: Vec<(f32, f32)> =
            (0..64).map(|at| ((TAU * 5.0 * at as f32 / 64.0).cos(), 0.0)).collect();
        transform(&mut values);
        let power = |at: usize| values[at].0.hypot(values[at].1);
        assert!((power(5) - 32.0).abs() < 1e-3 && (power(59) - 32.0).abs() < 1e-3);
        assert!((0..64).filter(|at| ![5, 59].contains(at)).all(|at| power(at) < 1e-3));
    }
}
