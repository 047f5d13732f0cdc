//! A picture under work, with several samples a pixel: colour and depth, triangles, the step down to pixels.

use super::space::Vec3;
use image::RgbImage;
use std::num::NonZero;

/// Samples a pixel along each axis.
pub(super) const SAMPLES: usize = 2;

/// A rectangle of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Colour and depth of an area. Depth is the reciprocal of the distance: nearer is larger.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    pub(super) area: Area,
    pub(super) colour: Vec<[u8; 3]>,
    pub(super) depth: Vec<f32>,
}

/// A vertex on the canvas, in samples, with its reciprocal distance.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) near: f32,
}

/// What of a triangle covers a sample: the triangle and its first two barycentric coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) triangle: u32,
    pub(super) a: f32,
    pub(super) b: f32,
}

/// No triangle.
const NOTHING: Hit = Hit { triangle: u32::MAX, a: 0.0, b: 0.0 };

impl Canvas {
    pub(super) fn new(area: Area, mut paint: impl FnMut(usize, usize) -> [u8; 3]) -> Self {
        let mut colour = Vec::with_capacity(area.width * area.height);
        for y in 0..area.height {
            for x in 0..area.width {
                colour.push(paint(x, y));
            }
        }
        Self { area, colour, depth: vec![0.0; area.width * area.height] }
    }

    /// A copy of a part of this canvas.
    pub(super) fn part(&self, area: Area) -> Self {
        let mut part = Self {
            area,
            colour: Vec::with_capacity(area.width * area.height),
            depth: Vec::with_capacity(area.width * area.height),
        };
        for row in 0..area.height {
            let start = (area.top - self.area.top + row) * self.area.width + area.left - self.area.left;
            part.colour.extend_from_slice(&self.colour[start..start + area.width]);
            part.depth.extend_from_slice(&self.depth[start..start + area.width]);
        }
        part
    }

    /// The pixels that all `spots` lie in, within this canvas; `None` where that is empty.
    pub(super) fn around(&self, spots: &[Spot]) -> Option<Area> {
        let (mut left, mut right, mut top, mut bottom) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        for spot in spots {
            left = left.min(spot.x);
            right = right.max(spot.x);
            top = top.min(spot.y);
            bottom = bottom.max(spot.y);
        }
        // Whole pixels, and one more on each side for the softening filter.
        let low =
            |v: f32, least: usize| ((v.max(0.0) as usize / SAMPLES).saturating_sub(1) * SAMPLES).max(least);
        let high = |v: f32, most: usize| ((v.max(0.0) as usize / SAMPLES + 2) * SAMPLES).min(most);
        let area = self.area;
        let (left, top) = (low(left, area.left), low(top, area.top));
        let (right, bottom) = (high(right, area.left + area.width), high(bottom, area.top + area.height));
        (left < right && top < bottom).then(|| Area { left, top, width: right - left, height: bottom - top })
    }

    /// Draws triangles nearer than what is there; gives for each sample what covers it. Triangles are seen from
    /// their outside only (counter-clockwise with y up).
    pub(super) fn cover(&mut self, spots: &[Spot], triangles: &[[u32; 3]]) -> Vec<Hit> {
        let mut hits = vec![NOTHING; self.colour.len()];
        let (width, height) = (self.area.width as i32, self.area.height as i32);
        let (dx, dy) = (self.area.left as f32, self.area.top as f32);
        for (number, corners) in triangles.iter().enumerate() {
            let [p, q, r] = corners.map(|index| spots[index as usize]);
            let (ax, ay) = (p.x - dx, p.y - dy);
            let (bx, by) = (q.x - dx, q.y - dy);
            let (cx, cy) = (r.x - dx, r.y - dy);
            let area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
            // y runs downwards on the canvas, so the outside has a negative area.
            if area > -1e-9 {
                continue;
            }
            let x0 = (ax.min(bx).min(cx).ceil() as i32).max(0);
            let x1 = (ax.max(bx).max(cx).floor() as i32).min(width - 1);
            let y0 = (ay.min(by).min(cy).ceil() as i32).max(0);
            let y1 = (ay.max(by).max(cy).floor() as i32).min(height - 1);
            let scale = 1.0 / area;
            let (step_a, step_b) = ((by - cy) * scale, (cy - ay) * scale);
            let (down_a, down_b) = ((cx - bx) * scale, (ax - cx) * scale);
            for y in y0..=y1 {
                let below = y as f32 - cy;
                let row = (y * width) as usize;
                for x in x0..=x1 {
                    let aside = x as f32 - cx;
                    let a = step_a * aside + down_a * below;
                    let b = step_b * aside + down_b * below;
                    let c = 1.0 - a - b;
                    if a < -1e-4 || b < -1e-4 || c < -1e-4 {
                        continue;
                    }
                    let near = a * p.near + b * q.near + c * r.near;
                    let at = row + x as usize;
                    if near > self.depth[at] {
                        self.depth[at] = near;
                        hits[at] = Hit { triangle: number as u32, a, b };
                    }
                }
            }
        }
        hits
    }

    /// Lights every covered sample, on every core: most of the time of a frame goes here. The result does not
    /// depend on how many there are.
    pub(super) fn shade(&mut self, hits: &[Hit], light: impl Fn(&Hit) -> Vec3 + Sync) {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(8);
        let share = hits.len().div_ceil(threads).max(1);
        let lit = |colours: &mut [[u8; 3]], hits: &[Hit]| {
            for (colour, hit) in colours.iter_mut().zip(hits) {
                if hit.triangle != NOTHING.triangle {
                    let lit = light(hit);
                    *colour = [lit.x, lit.y, lit.z].map(|value| value.clamp(0.0, 255.0) as u8);
                }
            }
        };
        std::thread::scope(|scope| {
            for (colours, hits) in self.colour.chunks_mut(share).zip(hits.chunks(share)) {
                scope.spawn(|| lit(colours, hits));
            }
        });
    }

    /// Writes the pixels of this canvas into a picture. `soft` spreads each pixel over four by four samples, as
    /// a small lens does; otherwise over its own samples.
    pub(super) fn resolve(&self, picture: &mut RgbImage, soft: bool) {
        let (width, height) = (self.area.width, self.area.height);
        let (left, top) = (self.area.left / SAMPLES, self.area.top / SAMPLES);
        let stride = picture.width() as usize * 3;
        let pixels: &mut [u8] = picture;
        // Weights of a row of samples above, the two of the pixel, and one below; the same across.
        let (outer, inner) = if soft { (1u16, 3u16) } else { (0, 4) };
        // One column of margin on each side, so that the edge goes on.
        let mut sums = vec![[0u16; 3]; width + 2];
        for row in 0..height / SAMPLES {
            let y = row * SAMPLES;
            let line = |y: usize| &self.colour[y * width..(y + 1) * width];
            let (above, upper) = (line(y.saturating_sub(1)), line(y));
            let (lower, below) = (line(y + 1), line((y + 2).min(height - 1)));
            let rows = above.iter().zip(upper).zip(lower.iter().zip(below));
            for (sum, ((a, b), (c, d))) in sums[1..].iter_mut().zip(rows) {
                for i in 0..3 {
                    let far = u16::from(a[i]) + u16::from(d[i]);
                    sum[i] = outer * far + inner * (u16::from(b[i]) + u16::from(c[i]));
                }
            }
            sums[0] = sums[1];
            sums[width + 1] = sums[width];
            let start = (top + row) * stride + left * 3;
            let Some(out) = pixels.get_mut(start..start + width / SAMPLES * 3) else { return };
            for (pixel, at) in out.chunks_exact_mut(3).zip((0..width).step_by(SAMPLES)) {
                let (a, b, c, d) = (sums[at], sums[at + 1], sums[at + 2], sums[at + 3]);
                for (i, value) in pixel.iter_mut().enumerate() {
                    *value = ((outer * (a[i] + d[i]) + inner * (b[i] + c[i]) + 32) / 64) as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(paint: impl FnMut(usize, usize) -> [u8; 3]) -> Canvas {
        Canvas::new(Area { left: 0, top: 0, width: 16, height: 16 }, paint)
    }

    #[test]
    fn a_flat_canvas_stays_flat_and_a_step_is_softened() {
        let mut picture = RgbImage::new(8, 8);
        for soft in [false, true] {
            canvas(|_, _| [200, 255, 3]).resolve(&mut picture, soft);
            assert!(picture.pixels().all(|pixel| pixel.0 == [200, 255, 3]));
            canvas(|x, _| [if x < 8 { 0 } else { 240 }; 3]).resolve(&mut picture, soft);
            let row: Vec<u8> = (0..8).map(|x| picture.get_pixel(x, 4).0[0]).collect();
            let expected =
                if soft { [0, 0, 0, 30, 210, 240, 240, 240] } else { [0, 0, 0, 0, 240, 240, 240, 240] };
            assert_eq!(row, expected);
        }
    }

    #[test]
    fn the_nearer_triangle_is_seen_and_the_inside_never() {
        let mut canvas = canvas(|_, _| [0; 3]);
        let corner = |x, y, near| Spot { x, y, near };
        let spots = [
            corner(0.0, 0.0, 0.1),
            corner(0.0, 15.0, 0.1),
            corner(15.0, 0.0, 0.1),
            corner(0.0, 0.0, 0.2),
            corner(0.0, 15.0, 0.2),
            corner(15.0, 0.0, 0.2),
        ];
        let hits = canvas.cover(&spots, &[[0, 1, 2], [3, 4, 5], [3, 5, 4]]);
        assert_eq!(hits[3 * 16 + 3].triangle, 1);
        assert!(hits.iter().all(|hit| hit.triangle != 0 && hit.triangle != 2));
        assert_eq!(hits[15 * 16 + 15].triangle, NOTHING.triangle);
    }
}
