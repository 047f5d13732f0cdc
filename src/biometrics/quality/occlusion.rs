//! Occlusion, as far as colour tells: how far the hue of forehead, cheeks, nose and chin lie apart. A mask, a scarf or
//! a hand in a glove has another hue than skin. The reverse does not hold: beard, make-up and coloured light part them
//! as well, and a hand has the face's own hue. So a large distance is undetermined, not failed, and a small one says
//! that nothing of another colour covers those places. The standard segments occlusions by a network.
//! Source: ISO/IEC 29794-5:2025 clause 7.4, face occlusion prevention; limit: titre's own.

use super::super::landmarks::Mesh;
use super::super::verdict::Verdict;
use super::{Limit, Measure, Subject};
use image::RgbImage;

pub(super) const ID: &str = "face_occlusion";
/// Distance in the plane of Cb and Cr, 0 to 255 each.
const MOST: f32 = 18.0;
/// Forehead, the subject's right and left cheek, the bridge of the nose, the chin: points of the mesh.
const PLACES: [usize; 5] = [151, 50, 280, 6, 199];
/// Half a side of a patch, in distances of the eyes.
const PATCH: f32 = 0.06;
/// Below this distance from grey on every patch the picture has no colours to compare.
const GREY: f32 = 3.0;

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    let value = subject.mesh.as_ref().and_then(|mesh| {
        let half = (subject.face.eye_distance() * PATCH).max(1.0);
        apart(&PLACES.map(|place| hue(subject.picture, mesh, place, half)))
    });
    let mut measure = Measure::new(ID, "chroma", value, Limit::AtMost(MOST), "ISO/IEC 29794-5:2025 7.4");
    if measure.result == Verdict::Failed {
        measure.result = Verdict::Undetermined;
    }
    measure
}

/// The largest distance of a hue from the middle one; `None` where a patch lies outside or nothing has a colour.
fn apart(hues: &[Option<[f32; 2]>; 5]) -> Option<f32> {
    let hues: Vec<[f32; 2]> = hues.iter().copied().collect::<Option<_>>()?;
    if hues.iter().all(|[blue, red]| blue.hypot(*red) < GREY) {
        return None;
    }
    let middle = [0, 1].map(|axis| {
        let mut values: Vec<f32> = hues.iter().map(|hue| hue[axis]).collect();
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    });
    Some(hues.iter().map(|hue| (hue[0] - middle[0]).hypot(hue[1] - middle[1])).fold(0.0, f32::max))
}

/// Mean Cb and Cr around a point of the mesh.
fn hue(picture: &RgbImage, mesh: &Mesh, place: usize, half: f32) -> Option<[f32; 2]> {
    let at = mesh.point(place);
    let (width, height) = picture.dimensions();
    let (left, top) = (at.x - half, at.y - half);
    if !(left >= 0.0 && top >= 0.0 && at.x + half < width as f32 && at.y + half < height as f32) {
        return None;
    }
    let (mut sum, mut count) = ([0.0, 0.0], 0.0);
    for y in top as u32..=(at.y + half) as u32 {
        for x in left as u32..=(at.x + half) as u32 {
            let [red, green, blue] = picture.get_pixel(x, y).0.map(f32::from);
            sum[0] += -0.168_736 * red - 0.331_264 * green + 0.5 * blue;
            sum[1] += 0.5 * red - 0.418_688 * green - 0.081_312 * blue;
            count += 1.0;
        }
    }
    Some(sum.map(|sum| sum / f32::max(count, 1.0)))
}
