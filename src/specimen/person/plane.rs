//! A flat picture held before a camera: a sheet of paper, a screen. The way from pixels back to the picture is
//! the inverse of a homography (Hartley, Zisserman, "Multiple View Geometry", section 8.1.1).

use super::space::{Rotation, Vec3};
use image::RgbImage;

/// A rectangle in space, seen by a camera at the origin that looks along z.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    /// Rows of the inverse homography, from homogeneous pixels to homogeneous places on the plane.
    inverse: [Vec3; 3],
}

/// Distance from camera to plane in multiples of the picture's height: the lens of a laptop or a telephone.
const DISTANCE: f32 = 1.4;

impl Plane {
    /// A rectangle of `width` by `height` pixels around `centre` when seen straight on, turned by `turn`. Places
    /// on it run from 0 to 1 across and down.
    pub(super) fn new(frame: (f32, f32), centre: (f32, f32), size: (f32, f32), turn: &Rotation) -> Self {
        let focal = DISTANCE * frame.1;
        // Turned with y up, as heads are; the plane's own y runs downwards.
        let across = turn.apply(Vec3::new(size.0, 0.0, 0.0));
        let down = turn.apply(Vec3::new(0.0, -size.1, 0.0));
        let corner = (across + down) * -0.5;
        // A point (u, v, 1) of the plane lands at focal * (x, y) / (focal - z) beside the centre.
        let columns = [across, down, corner].map(|v| Vec3::new(focal * v.x, -focal * v.y, -v.z));
        let [a, b, mut c] = columns;
        c.z += focal;
        let to_picture = |v: Vec3| Vec3::new(v.x + centre.0 * v.z, v.y + centre.1 * v.z, v.z);
        let (a, b, c) = (to_picture(a), to_picture(b), to_picture(c));
        // The inverse of a matrix of columns a, b, c has the rows b x c, c x a, a x b over its determinant.
        let scale = 1.0 / a.dot(b.cross(c));
        Self { inverse: [b.cross(c) * scale, c.cross(a) * scale, a.cross(b) * scale] }
    }

    /// The place on the plane seen at a pixel.
    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let pixel = Vec3::new(x, y, 1.0);
        let depth = 1.0 / self.inverse[2].dot(pixel);
        (self.inverse[0].dot(pixel) * depth, self.inverse[1].dot(pixel) * depth)
    }
}

/// The colour of a picture at a place (0..1 across and down), bilinear; its edge goes on outside.
#[inline]
pub(super) fn sample(picture: &RgbImage, u: f32, v: f32) -> Vec3 {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let x = (u * width as f32 - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (v * height as f32 - 0.5).clamp(0.0, (height - 1) as f32);
    let (column, row) =
        ((x as usize).min(width.saturating_sub(2)), (y as usize).min(height.saturating_sub(2)));
    let (a, b) = (x - column as f32, y - row as f32);
    let pixels: &[u8] = picture;
    let at = |column: usize, row: usize| {
        let start = (row.min(height - 1) * width + column.min(width - 1)) * 3;
        Vec3::new(f32::from(pixels[start]), f32::from(pixels[start + 1]), f32::from(pixels[start + 2]))
    };
    let upper = at(column, row).towards(at(column + 1, row), a);
    upper.towards(at(column, row + 1).towards(at(column + 1, row + 1), a), b)
}

/// How far inside of a rectangle a place lies, in the same unit as its sides: negative outside.
#[inline]
pub(super) fn inset(place: (f32, f32), size: (f32, f32)) -> f32 {
    let across = place.0.min(1.0 - place.0) * size.0;
    let down = place.1.min(1.0 - place.1) * size.1;
    across.min(down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_seen_straight_on_is_its_rectangle() {
        let plane = Plane::new(
            (1280.0, 720.0),
            (600.0, 300.0),
            (400.0, 200.0),
            &Rotation::from_degrees(0.0, 0.0, 0.0),
        );
        for (pixel, place) in
            [((400.0, 200.0), (0.0, 0.0)), ((800.0, 400.0), (1.0, 1.0)), ((600.0, 300.0), (0.5, 0.5))]
        {
            let (u, v) = plane.at(pixel.0, pixel.1);
            assert!((u - place.0).abs() < 1e-4 && (v - place.1).abs() < 1e-4, "{u} {v}");
        }
    }

    #[test]
    fn a_turned_plane_is_narrower_and_its_near_side_longer() {
        let plane = Plane::new(
            (1280.0, 720.0),
            (640.0, 360.0),
            (400.0, 400.0),
            &Rotation::from_degrees(30.0, 0.0, 0.0),
        );
        // Positive yaw turns the face of the plane to the image's right: its left side comes nearer.
        let height = |u: f32| {
            let inside = |y: &u32| {
                let found = (0..1280)
                    .map(|x| plane.at(x as f32, *y as f32))
                    .min_by(|a, b| (a.0 - u).abs().total_cmp(&(b.0 - u).abs()));
                found.is_some_and(|(_, v)| (0.0..=1.0).contains(&v))
            };
            (0..720u32).filter(inside).count()
        };
        assert!(height(0.02) > height(0.98) + 20, "{} {}", height(0.02), height(0.98));
    }
}
