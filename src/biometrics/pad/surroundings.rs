//! Whether what surrounds the face moves as the face does: on a photo or a screen that is moved, and in a still picture
//! that is panned and zoomed, both are one picture. A head moves before its room.
//!
//! Two looks are held against each other wherever the face has moved and points the same way. The ring around the
//! later face (not below the chin: shoulders go with the head) is foretold from the earlier picture twice: as it was,
//! and moved as the face has moved. Which error is smaller tells.
//! Source: the argument of Anjos and Marcel, "Counter-measures to photo attacks in face recognition" (IJCB 2011), with a
//! fitted similarity in place of their correlation of optical flow.

use super::super::capture::{Capture, Observation};
use super::super::geometry::{Point, Similarity};
use super::super::liveness::Cue;
use super::{ABOVE, Verdict};
use image::RgbImage;

/// Cells across and down of the small grey picture of each look.
pub const CELLS: (usize, usize) = (96, 54);
/// Least error of the ring moved with the face over that of the ring that stays.
pub const MIN_STAYS: f32 = 0.5;
/// Least way of the face, in cells: below it both errors are the same.
const LEAST_WAY: f32 = 1.5;
/// Degrees by which the head may point elsewhere in the second look.
const SAME_WAY: f32 = 7.0;
/// Looks ahead within which a partner is looked for.
const AHEAD: usize = 30;
/// Grey levels that the ring must change by, as it stays, before the comparison says anything: a plain wall does not.
const TEXTURE: f32 = 1.2;
/// Fewest cells of a ring, and fewest pairs of looks.
const LEAST: (usize, usize) = (120, 3);

/// The small grey picture: each cell the mean of four by four samples.
#[must_use]
pub fn small(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 || height == 0 {
        return Vec::new();
    }
    let pixels = picture.as_raw();
    let (columns, rows) = (CELLS.0 * 4, CELLS.1 * 4);
    let mut sums = vec![0u32; CELLS.0 * CELLS.1];
    for row in 0..rows {
        let y = (2 * row + 1) * height / (2 * rows);
        for column in 0..columns {
            let x = (2 * column + 1) * width / (2 * columns);
            let pixel = &pixels[(y * width + x) * 3..][..3];
            let luma = 77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2]);
            sums[row / 4 * CELLS.0 + column / 4] += luma;
        }
    }
    sums.into_iter().map(|sum| (sum / (256 * 16)).min(255) as u8).collect()
}

pub(super) fn cue(capture: &Capture) -> Option<Cue> {
    let value = stays(&capture.observations, capture.size)?;
    Some(super::cue("pad.surroundings", value, MIN_STAYS, ABOVE, Verdict::Undetermined))
}

/// The median over pairs of looks of the error moved with the face over the error as it stays.
fn stays(observations: &[Observation], size: (u32, u32)) -> Option<f32> {
    let mut ratios = Vec::new();
    for (index, one) in observations.iter().enumerate().step_by(3) {
        let partner = observations[index + 1..].iter().take(AHEAD).find_map(|other| moved(one, other, size));
        ratios.extend(partner.and_then(|to| ratio(one, to.0, &to.1, size)));
    }
    ratios.sort_by(f32::total_cmp);
    (ratios.len() >= LEAST.1).then(|| ratios[ratios.len() / 2])
}

/// Cells a pixel.
fn scale(size: (u32, u32)) -> (f32, f32) {
    (CELLS.0 as f32 / size.0.max(1) as f32, CELLS.1 as f32 / size.1.max(1) as f32)
}

/// How the face moves between two looks, in pixels, where it points the same way and moves far enough.
fn moved<'a>(
    one: &Observation,
    other: &'a Observation,
    size: (u32, u32),
) -> Option<(&'a Observation, Similarity)> {
    let same = |from: f32, to: f32| (from - to).abs() <= SAME_WAY;
    if !same(one.pose.yaw, other.pose.yaw) || !same(one.pose.pitch, other.pose.pitch) {
        return None;
    }
    let to = Similarity::fit(&one.rigid, &other.rigid)?;
    let (across, down) = scale(size);
    let area = one.area;
    // The corners of the face's box, so that a zoom counts as a way too.
    let corners = [(area.x, area.y), (area.x + area.width, area.y + area.height)];
    let way = corners.map(|(x, y)| {
        let there = to.apply(Point::new(x, y));
        ((there.x - x) * across).hypot((there.y - y) * down)
    });
    (way[0].max(way[1]) >= LEAST_WAY).then_some((other, to))
}

fn ratio(one: &Observation, other: &Observation, to: &Similarity, size: (u32, u32)) -> Option<f32> {
    let (across, down) = scale(size);
    let back = to.inverse();
    let face = other.area;
    let centre = face.centre();
    let (mut stay, mut with) = (Vec::new(), Vec::new());
    for row in 1..CELLS.1 - 1 {
        for column in 1..CELLS.0 - 1 {
            let at = Point::new((column as f32 + 0.5) / across, (row as f32 + 0.5) / down);
            let aside = (at.x - centre.x).abs() / face.width.max(1.0);
            let above = (centre.y - at.y) / face.height.max(1.0);
            // Beside the cheeks and above the hair.
            let ring = (0.85..2.2).contains(&aside) && (-0.4..1.4).contains(&above)
                || aside < 2.2 && (1.15..1.9).contains(&above);
            if !ring {
                continue;
            }
            let from = back.apply(at);
            let Some(moved) = sample(&one.surroundings, from.x * across - 0.5, from.y * down - 0.5) else {
                continue;
            };
            let index = row * CELLS.0 + column;
            let now = f32::from(*other.surroundings.get(index)?);
            stay.push(now - f32::from(*one.surroundings.get(index)?));
            with.push(now - moved);
        }
    }
    if stay.len() < LEAST.0 {
        return None;
    }
    let error = |differences: &[f32]| {
        // Without what the exposure does to all cells.
        let mean = differences.iter().sum::<f32>() / differences.len() as f32;
        differences.iter().map(|value| (value - mean).abs()).sum::<f32>() / differences.len() as f32
    };
    let (stay, with) = (error(&stay), error(&with));
    // A wall without any texture fits either way.
    (stay.max(with) >= TEXTURE).then(|| with / stay.max(0.1))
}

/// Bilinear; `None` outside.
fn sample(cells: &[u8], x: f32, y: f32) -> Option<f32> {
    let (left, top) = (x.floor(), y.floor());
    if left < 0.0 || top < 0.0 || left + 1.0 >= CELLS.0 as f32 || top + 1.0 >= CELLS.1 as f32 {
        return None;
    }
    let (a, b) = (x - left, y - top);
    let start = top as usize * CELLS.0 + left as usize;
    let at = |offset: usize| cells.get(start + offset).map(|cell| f32::from(*cell));
    let upper = at(0)? * (1.0 - a) + at(1)? * a;
    let lower = at(CELLS.0)? * (1.0 - a) + at(CELLS.0 + 1)? * a;
    Some(upper * (1.0 - b) + lower * b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::geometry::Rect;
    use crate::biometrics::landmarks::{Expression, Pose};

    const SIZE: (u32, u32) = (960, 540);

    /// A face that moves by `face(t)` pixels before a wall of waves that moves by `wall(t)`.
    fn film(face: impl Fn(f32) -> f32, wall: impl Fn(f32) -> f32) -> Vec<Observation> {
        (0..60)
            .map(|index| {
                let (face, wall) = (face(index as f32 * 0.08), wall(index as f32 * 0.08));
                let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
                    let (x, y) = (x as f32 - wall, y as f32);
                    image::Rgb(
                        [(120.0 + 50.0 * (x / 23.0).sin() + 30.0 * (y / 31.0 + x / 60.0).cos()) as u8; 3],
                    )
                });
                let place = |point: i32| {
                    Point::new(430.0 + face + 20.0 * (point % 6) as f32, 220.0 + 20.0 * (point / 6) as f32)
                };
                Observation {
                    pts_ms: index * 80,
                    pose: Pose::default(),
                    second: None,
                    expression: Expression::default(),
                    lids: [0.3; 2],
                    rigid: (0..36).map(place).collect(),
                    area: Rect { x: 420.0 + face, y: 210.0, width: 120.0, height: 130.0 },
                    share_of_width: 0.12,
                    surroundings: small(&picture),
                }
            })
            .collect()
    }

    #[test]
    fn a_head_moves_before_its_room_and_a_picture_with_it() {
        let sway = |t: f32| 60.0 * (t * 1.3).sin();
        let live = stays(&film(sway, |_| 0.0), SIZE).unwrap();
        let photo = stays(&film(sway, sway), SIZE).unwrap();
        assert!(live > 1.0 && photo < MIN_STAYS, "{live} {photo}");
        // A hand that holds the camera moves the room its own way.
        let held = stays(&film(sway, |t| 40.0 * (t * 2.1).cos()), SIZE).unwrap();
        assert!(held > MIN_STAYS, "{held}");
        assert!(stays(&film(|_| 0.0, |_| 0.0), SIZE).is_none());
        assert!(small(&RgbImage::new(0, 0)).is_empty());
    }
}
