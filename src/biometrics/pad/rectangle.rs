//! Straight edges around a face: a bezel, the border of a sheet or of a photo on it.
//!
//! On each of the four sides the straight line is looked for that follows an edge of one and the same direction (bright
//! to dark, or dark to bright) over the greatest share of the face's side. Two sides may be a door and a long straight
//! lock of hair: the third best side decides.
//! Source: the idea of a visible spoofing medium in Komulainen et al., "Context based face anti-spoofing" (BTAS 2013),
//! with an exhaustive line search in place of a trained detector.

use super::super::capture::{Capture, median};
use super::super::geometry::{Rect, shrink};
use super::super::liveness::Cue;
use super::{BELOW, Verdict};
use image::RgbImage;

/// Share of the third side that may follow one straight edge.
pub const MAX_THIRD_SIDE: f32 = 0.80;
/// Pixels that a face's width is brought down to: edges of hair and cloth blur, those of things stay.
const FACE: f32 = 72.0;
/// Largest side of the picture that is searched, in pixels.
const MAX_SIDE: u32 = 640;
/// Least change of grey over three pixels that is an edge.
const LEAST: i16 = 14;
/// Tilts tried, in 64ths of a pixel a pixel: to 12 degrees either way.
const TILTS: std::ops::RangeInclusive<i32> = -13..=13;

pub(super) fn cue(capture: &Capture) -> Option<Cue> {
    let value = median(capture.samples.iter().filter_map(|sample| sample.third_side))?;
    Some(super::cue("pad.rectangle", value, MAX_THIRD_SIDE, BELOW, Verdict::Failed))
}

/// Signs of edges over a small picture: 1 where it gets brighter rightwards (or downwards), -1 darker, 0 neither.
struct Edges {
    width: i32,
    height: i32,
    across: Vec<i8>,
    down: Vec<i8>,
}

impl Edges {
    fn of(grey: &[i16], width: usize, height: usize) -> Self {
        let mut across = vec![0i8; grey.len()];
        let mut down = vec![0i8; grey.len()];
        let sign = |change: i16| if change.abs() < LEAST { 0 } else { change.signum() as i8 };
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                let at = y * width + x;
                across[at] = sign(grey[at + 1] - grey[at - 1]);
                down[at] = sign(grey[at + width] - grey[at - width]);
            }
        }
        Self { width: width as i32, height: height as i32, across, down }
    }

    /// The greatest share of `along` that a nearly straight line within `across` follows. `upright`: along is down.
    fn longest(&self, upright: bool, along: (i32, i32), across: (i32, i32)) -> f32 {
        let (limit_along, limit_across) =
            if upright { (self.height, self.width) } else { (self.width, self.height) };
        let (from, to) = (along.0.max(1), along.1.min(limit_along - 1));
        let (near, far) = (across.0.max(2), across.1.min(limit_across - 2));
        // A line that the picture's border cuts short is not seen whole.
        if to - from < (along.1 - along.0) * 3 / 4 || to - from < 16 || far <= near {
            return 0.0;
        }
        let map = if upright { &self.across } else { &self.down };
        let middle = (from + to) / 2;
        let mut most = 0;
        for tilt in TILTS {
            for start in near..far {
                let (mut brighter, mut darker) = (0, 0);
                for place in from..to {
                    let aside = start + ((place - middle) * tilt) / 64;
                    if aside < 1 || aside >= limit_across - 1 {
                        continue;
                    }
                    let at = if upright { place * self.width + aside } else { aside * self.width + place };
                    match map[at as usize] {
                        1 => brighter += 1,
                        -1 => darker += 1,
                        _ => {}
                    }
                }
                most = most.max(brighter).max(darker);
            }
        }
        most as f32 / (to - from) as f32
    }
}

/// The third best of the four sides around a face; `None` where the face is no face or fills the picture.
#[must_use]
pub fn third_side(picture: &RgbImage, face: &Rect) -> Option<f32> {
    if !(8.0..1e4).contains(&face.width) || !(8.0..1e4).contains(&face.height) {
        return None;
    }
    let longest = picture.width().max(picture.height()).max(1) as f32;
    let by = (FACE / face.width).min(MAX_SIDE as f32 / longest).min(1.0);
    let side = |length: u32| ((length as f32 * by).round() as u32).max(1);
    let small = shrink(picture, side(picture.width()), side(picture.height()));
    let (width, height) = (small.width() as usize, small.height() as usize);
    let grey: Vec<i16> = small
        .pixels()
        .map(|pixel| {
            ((77 * i32::from(pixel[0]) + 150 * i32::from(pixel[1]) + 29 * i32::from(pixel[2])) >> 8) as i16
        })
        .collect();
    let edges = Edges::of(&grey, width, height);
    let (left, top) = (face.x * by, face.y * by);
    let (across, down) = (face.width * by, face.height * by);
    let (right, bottom) = (left + across, top + down);
    let range = |from: f32, to: f32| (from as i32, to as i32);
    let rows = range(top - 0.1 * down, bottom + 0.2 * down);
    let columns = range(left - 0.3 * across, right + 0.3 * across);
    let mut sides = [
        edges.longest(true, rows, range(left - 1.8 * across, left - 0.08 * across)),
        edges.longest(true, rows, range(right + 0.08 * across, right + 1.8 * across)),
        edges.longest(false, columns, range(top - 1.4 * down, top - 0.15 * down)),
        edges.longest(false, columns, range(bottom + 0.06 * down, bottom + 1.5 * down)),
    ];
    sides.sort_by(f32::total_cmp);
    Some(sides[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mottled wall, on it a sheet (or none) turned by `tilt` degrees, with a dark oval as a face.
    fn scene(sheet: bool, tilt: f32) -> RgbImage {
        let (sin, cos) = tilt.to_radians().sin_cos();
        RgbImage::from_fn(640, 480, |x, y| {
            let (dx, dy) = (x as f32 - 320.0, y as f32 - 240.0);
            let (u, v) = (cos * dx + sin * dy, cos * dy - sin * dx);
            let wall = 110.0 + 14.0 * ((x as f32 / 9.0).sin() * (y as f32 / 11.0).cos());
            let on_sheet = sheet && u.abs() < 130.0 && v.abs() < 170.0;
            let oval = (u / 50.0).powi(2) + (v / 68.0).powi(2) < 1.0;
            let value = if oval {
                70.0
            } else if on_sheet {
                215.0
            } else {
                wall
            };
            image::Rgb([value as u8; 3])
        })
    }

    const FACE_AT: Rect = Rect { x: 270.0, y: 180.0, width: 100.0, height: 130.0 };

    #[test]
    fn a_sheet_has_four_straight_sides_and_a_wall_none() {
        for tilt in [0.0, 5.0, -9.0] {
            let value = third_side(&scene(true, tilt), &FACE_AT).unwrap();
            assert!(value > MAX_THIRD_SIDE, "{tilt}: {value}");
        }
        let wall = third_side(&scene(false, 0.0), &FACE_AT).unwrap();
        assert!(wall < 0.5, "{wall}");
    }

    #[test]
    fn a_door_behind_a_person_is_no_rectangle() {
        let mut door = scene(false, 0.0);
        for (x, y, pixel) in door.enumerate_pixels_mut() {
            let inside = (200..440).contains(&x);
            if inside && pixel.0[0] > 80 {
                *pixel = image::Rgb([if y > 0 { 190 } else { 0 }; 3]);
            }
        }
        let value = third_side(&door, &FACE_AT).unwrap();
        assert!(value < MAX_THIRD_SIDE, "{value}");
        assert!(third_side(&door, &Rect::default()).is_none());
        // A face that fills the picture leaves no side.
        let filling = Rect { x: 10.0, y: 10.0, width: 620.0, height: 460.0 };
        assert!(third_side(&door, &filling).unwrap() < 0.1);
    }
}
