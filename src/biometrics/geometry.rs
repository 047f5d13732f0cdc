//! Points, similarity transforms and crops.
//! Source: Umeyama 1991 (least-squares similarity), in two dimensions in closed form.

use image::RgbImage;

/// A point in pixels, x to the right, y down; pixel centres at whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The distance to another.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point half way to another.
    #[must_use]
    pub const fn middle(self, other: Self) -> Self {
        Self { x: f32::midpoint(self.x, other.x), y: f32::midpoint(self.y, other.y) }
    }
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// The middle.
    #[must_use]
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Area.
    #[must_use]
    pub fn area(&self) -> f32 {
        self.width.max(0.0) * self.height.max(0.0)
    }

    /// The area that it has in common with another.
    fn shared(&self, other: &Self) -> f32 {
        let width = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let height = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        width.max(0.0) * height.max(0.0)
    }

    /// Intersection over union with another.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f32 {
        let both = self.shared(other);
        both / (self.area() + other.area() - both).max(f32::MIN_POSITIVE)
    }

    /// The share of the smaller of the two that lies in the other.
    #[must_use]
    pub fn nested(&self, other: &Self) -> f32 {
        self.shared(other) / self.area().min(other.area()).max(f32::MIN_POSITIVE)
    }

    /// The smallest one that holds all points.
    #[must_use]
    pub fn around(points: impl IntoIterator<Item = Point>) -> Self {
        let (mut low, mut high) = (Point::new(f32::MAX, f32::MAX), Point::new(f32::MIN, f32::MIN));
        for point in points {
            low = Point::new(low.x.min(point.x), low.y.min(point.y));
            high = Point::new(high.x.max(point.x), high.y.max(point.y));
        }
        Self { x: low.x, y: low.y, width: high.x - low.x, height: high.y - low.y }
    }
}

/// A similarity: turn, scale and shift, without mirroring. Maps `(x, y)` to
/// `(a x - b y + tx, b x + a y + ty)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    a: f32,
    b: f32,
    tx: f32,
    ty: f32,
}

impl Similarity {
    /// The least-squares fit of `from` onto `to`. `None` for fewer than two points, or points that coincide.
    #[must_use]
    pub fn fit(from: &[Point], to: &[Point]) -> Option<Self> {
        let count = from.len();
        if count < 2 || count != to.len() {
            return None;
        }
        let mean = |points: &[Point]| {
            let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + f64::from(p.x), y + f64::from(p.y)));
            (x / count as f64, y / count as f64)
        };
        let ((fx, fy), (tx, ty)) = (mean(from), mean(to));
        let (mut dot, mut cross, mut spread) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(to) {
            let (px, py) = (f64::from(p.x) - fx, f64::from(p.y) - fy);
            let (qx, qy) = (f64::from(q.x) - tx, f64::from(q.y) - ty);
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
            spread += px * px + py * py;
        }
        if !spread.is_normal() || dot.hypot(cross) <= f64::EPSILON {
            return None;
        }
        let (a, b) = (dot / spread, cross / spread);
        let fitted = Self {
            a: a as f32,
            b: b as f32,
            tx: (tx - a * fx + b * fy) as f32,
            ty: (ty - b * fx - a * fy) as f32,
        };
        fitted.is_usable().then_some(fitted)
    }

    /// The one that brings a square of side `side`, turned by `angle` radians about `centre`, to a picture of
    /// `out` pixels a side, upright.
    #[must_use]
    pub fn square(centre: Point, side: f32, angle: f32, out: f32) -> Self {
        let scale = out / side;
        let (a, b) = (scale * angle.cos(), -scale * angle.sin());
        // Pixel centres at whole numbers: the middle of the crop is (out - 1) / 2.
        let half = (out - 1.0) / 2.0;
        Self { a, b, tx: half - a * centre.x + b * centre.y, ty: half - b * centre.x - a * centre.y }
    }

    fn is_usable(&self) -> bool {
        let scale = self.a.hypot(self.b);
        scale.is_normal() && scale < 1e4 && self.tx.is_finite() && self.ty.is_finite()
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, p: Point) -> Point {
        Point::new(self.a * p.x - self.b * p.y + self.tx, self.b * p.x + self.a * p.y + self.ty)
    }

    /// How much longer distances become.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The other way.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let square = self.a.mul_add(self.a, self.b * self.b);
        let (a, b) = (self.a / square, -self.b / square);
        Self { a, b, tx: -a * self.tx + b * self.ty, ty: -b * self.tx - a * self.ty }
    }

    /// Rotates a three-dimensional direction's x and y by the turn of this transform, without its scale.
    #[must_use]
    pub fn turn(&self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        let scale = self.scale();
        [(self.a * x - self.b * y) / scale, (self.b * x + self.a * y) / scale, z]
    }
}

/// Most samples along one side of a pixel that [`warp`] averages.
const MAX_TAPS: u32 = 8;

/// The picture of `width` by `height` that `to` makes of `source`: bilinear, black outside. Where it shrinks to half
/// or less, each pixel is the mean of as many samples a side as pixels fall into it: a face close to the camera
/// would else reach an embedder as a pattern of single pixels.
#[must_use]
pub fn warp(source: &RgbImage, to: &Similarity, width: u32, height: u32) -> RgbImage {
    let back = to.inverse();
    let mut out = RgbImage::new(width, height);
    if !back.is_usable() || source.width() == 0 || source.height() == 0 {
        return out;
    }
    let taps = (back.scale() as u32).clamp(1, MAX_TAPS);
    let places: Vec<f32> = (0..taps).map(|tap| (tap as f32 + 0.5) / taps as f32 - 0.5).collect();
    let share = 1.0 / (taps * taps) as f32;
    for (y, row) in out.chunks_exact_mut(width as usize * 3).enumerate() {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let mut sum = [0f32; 3];
            for dy in &places {
                for dx in &places {
                    add_sample(source, back.apply(Point::new(x as f32 + dx, y as f32 + dy)), &mut sum);
                }
            }
            for (out, sum) in pixel.iter_mut().zip(sum) {
                *out = (sum * share + 0.5) as u8;
            }
        }
    }
    out
}

/// Adds the bilinear sample at a point; what lies outside is black.
fn add_sample(source: &RgbImage, at: Point, sum: &mut [f32; 3]) {
    let (width, height) = (source.width() as i32, source.height() as i32);
    let (left, top) = (at.x.floor(), at.y.floor());
    let (fx, fy) = (at.x - left, at.y - top);
    let (left, top) = (left as i32, top as i32);
    if left < -1 || top < -1 || left >= width || top >= height {
        return;
    }
    let pixels = source.as_raw();
    for (dy, wy) in [(0, 1.0 - fy), (1, fy)] {
        for (dx, wx) in [(0, 1.0 - fx), (1, fx)] {
            let (sx, sy) = (left + dx, top + dy);
            if sx < 0 || sy < 0 || sx >= width || sy >= height {
                continue;
            }
            let from = (sy as usize * width as usize + sx as usize) * 3;
            let weight = wx * wy;
            for (sum, &sample) in sum.iter_mut().zip(&pixels[from..from + 3]) {
                *sum += weight * f32::from(sample);
            }
        }
    }
}

/// A rectangle of the picture (left, top, width, height, inside it) sampled bilinearly at `width` by `height`,
/// without averaging: what networks see that were trained on such samples.
#[must_use]
pub fn sampled(source: &RgbImage, area: (u32, u32, u32, u32), width: u32, height: u32) -> RgbImage {
    let (left, top, area_width, area_height) = area;
    let mut out = RgbImage::new(width, height);
    if source.width() == 0 || source.height() == 0 || area_width == 0 || area_height == 0 {
        return out;
    }
    // Pixel centres lie at halves: the same grid as OpenCV's.
    let place = |at: u32, out: u32, from: u32, length: u32, limit: u32| {
        let position = ((at as f32 + 0.5) * length as f32 / out as f32 - 0.5).clamp(0.0, length as f32 - 1.0);
        let low = (position as u32).min(length - 1);
        let high = (low + 1).min(length - 1);
        ((from + low).min(limit - 1), (from + high).min(limit - 1), position - low as f32)
    };
    for y in 0..height {
        let (above, below, fy) = place(y, height, top, area_height, source.height());
        for x in 0..width {
            let (before, after, fx) = place(x, width, left, area_width, source.width());
            let corner = |x, y| source.get_pixel(x, y).0.map(f32::from);
            let (a, b) = (corner(before, above), corner(after, above));
            let (c, d) = (corner(before, below), corner(after, below));
            out.put_pixel(
                x,
                y,
                image::Rgb([0, 1, 2].map(|channel| {
                    let upper = a[channel] + (b[channel] - a[channel]) * fx;
                    let lower = c[channel] + (d[channel] - c[channel]) * fx;
                    (upper + (lower - upper) * fy + 0.5) as u8
                })),
            );
        }
    }
    out
}

/// Mirrors left and right.
#[must_use]
pub fn mirrored(source: &RgbImage) -> RgbImage {
    image::imageops::flip_horizontal(source)
}

/// The picture brought down to `width` by `height` by averaging areas; enlarged bilinearly where it is smaller.
/// Plain bilinear sampling at a fourth of the size would alias.
#[must_use]
pub fn shrink(source: &RgbImage, width: u32, height: u32) -> RgbImage {
    if width >= source.width() || height >= source.height() {
        return image::imageops::resize(source, width, height, image::imageops::FilterType::Triangle);
    }
    image::imageops::thumbnail(source, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(p: Point, x: f32, y: f32) {
        assert!((p.x - x).abs() < 1e-3 && (p.y - y).abs() < 1e-3, "{p:?} is not {x}, {y}");
    }

    #[test]
    fn a_similarity_is_found_again_and_inverted() {
        let truth = Similarity { a: 0.6, b: -0.3, tx: 12.0, ty: -7.0 };
        let from = [Point::new(1.0, 2.0), Point::new(40.0, 3.0), Point::new(20.0, 35.0)];
        let to = from.map(|p| truth.apply(p));
        let found = Similarity::fit(&from, &to).unwrap();
        for p in from {
            let there = truth.apply(p);
            close(found.apply(p), there.x, there.y);
            close(found.inverse().apply(there), p.x, p.y);
        }
        assert!(Similarity::fit(&from[..1], &to[..1]).is_none());
        assert!(Similarity::fit(&[from[0]; 3], &to).is_none());
    }

    #[test]
    fn a_turned_square_comes_out_upright() {
        let angle = 0.5f32;
        let square = Similarity::square(Point::new(100.0, 50.0), 40.0, angle, 81.0);
        close(square.apply(Point::new(100.0, 50.0)), 40.0, 40.0);
        let right = Point::new(100.0 + 20.0 * angle.cos(), 50.0 + 20.0 * angle.sin());
        let there = square.apply(right);
        assert!(there.x > 79.0 && (there.y - 40.0).abs() < 1e-3, "{there:?}");
    }

    #[test]
    fn warping_by_nothing_changes_nothing_and_outside_is_black() {
        let source = RgbImage::from_fn(7, 5, |x, y| image::Rgb([x as u8 * 30, y as u8 * 40, 9]));
        let same = Similarity { a: 1.0, b: 0.0, tx: 0.0, ty: 0.0 };
        assert_eq!(warp(&source, &same, 7, 5), source);
        let away = Similarity { a: 1.0, b: 0.0, tx: 100.0, ty: 0.0 };
        assert!(warp(&source, &away, 7, 5).as_raw().iter().all(|&sample| sample == 0));
    }

    #[test]
    fn a_pattern_finer_than_the_output_becomes_its_mean() {
        // A board of single pixels: one sample of each would be black or white, wherever it falls.
        let board = RgbImage::from_fn(64, 64, |x, y| image::Rgb([if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
        let quarter = Similarity::square(Point::new(31.5, 31.5), 64.0, 0.0, 16.0);
        let inner = warp(&board, &quarter, 16, 16);
        assert!(
            inner.as_raw().iter().all(|&sample| (120..=136).contains(&sample)),
            "{:?}",
            inner.get_pixel(8, 8)
        );
    }

    #[test]
    fn sampling_at_the_same_size_changes_nothing() {
        let source = RgbImage::from_fn(9, 8, |x, y| image::Rgb([x as u8 * 20, y as u8 * 30, 7]));
        let part = sampled(&source, (2, 3, 5, 4), 5, 4);
        assert_eq!(part, image::imageops::crop_imm(&source, 2, 3, 5, 4).to_image());
    }

    #[test]
    fn rectangles_overlap_as_they_should() {
        let one = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        let half = Rect { x: 5.0, ..one };
        assert!((one.overlap(&half) - 1.0 / 3.0).abs() < 1e-6);
        assert!(one.overlap(&Rect { x: 20.0, ..one }) == 0.0);
    }
}
