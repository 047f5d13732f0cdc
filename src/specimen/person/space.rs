//! Vectors, rotations, smooth bumps and value noise: the arithmetic of the head. Axes: x to the image's right
//! (the subject's left), y up, z towards the camera. Unit: the half width of a head is about 0.74.

use std::ops::{Add, Mul, Sub};

/// A point or direction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Vec3 {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) z: f32,
}

impl Vec3 {
    pub(super) const fn new(x: f32, y: f32, z: f32) -> Self {
        Self { x, y, z }
    }

    #[inline]
    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    #[inline]
    pub(super) fn cross(self, other: Self) -> Self {
        Self::new(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// The direction of this vector; zero stays zero.
    #[inline]
    pub(super) fn unit(self) -> Self {
        self * (1.0 / (self.dot(self).sqrt() + 1e-9))
    }

    /// Component-wise product.
    #[inline]
    pub(super) fn scaled(self, by: Self) -> Self {
        Self::new(self.x * by.x, self.y * by.y, self.z * by.z)
    }

    /// `self` towards `other` by `k` (0..1).
    #[inline]
    pub(super) fn towards(self, other: Self, k: f32) -> Self {
        self + (other - self) * k
    }
}

impl Add for Vec3 {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vec3 {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    #[inline]
    fn mul(self, k: f32) -> Self {
        Self::new(self.x * k, self.y * k, self.z * k)
    }
}

/// A rotation, by rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation([Vec3; 3]);

impl Rotation {
    /// From degrees. Positive yaw turns the nose to the image's right (the subject's own left), positive pitch
    /// lowers it, positive roll tips the head to the image's left.
    pub(super) fn from_degrees(yaw: f32, pitch: f32, roll: f32) -> Self {
        let (sy, cy) = yaw.to_radians().sin_cos();
        let (sp, cp) = pitch.to_radians().sin_cos();
        let (sr, cr) = roll.to_radians().sin_cos();
        // roll * pitch * yaw: the head turns on its neck first, then nods, then tips.
        let pitched =
            [Vec3::new(cy, 0.0, sy), Vec3::new(sp * sy, cp, -sp * cy), Vec3::new(-cp * sy, sp, cp * cy)];
        Self([pitched[0] * cr - pitched[1] * sr, pitched[0] * sr + pitched[1] * cr, pitched[2]])
    }

    #[inline]
    pub(super) fn apply(&self, v: Vec3) -> Vec3 {
        Vec3::new(self.0[0].dot(v), self.0[1].dot(v), self.0[2].dot(v))
    }
}

/// A smooth bump of height one and half width about `width`.
#[inline]
pub(super) fn bump(distance: f32, width: f32) -> f32 {
    let q = distance / width;
    if q.abs() > 3.2 { 0.0 } else { (-q * q).exp() }
}

/// 0 below 0, 1 above 1, smooth between.
#[inline]
pub(super) fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// 1 where `value` is above `edge`, 0 below, over a soft border.
#[inline]
pub(super) fn above(value: f32, edge: f32, softness: f32) -> f32 {
    smooth((value - edge) / softness + 0.5)
}

#[inline]
fn lattice(i: i32, j: i32, k: i32, seed: u32) -> f32 {
    let mut n = (i as u32)
        .wrapping_mul(374_761_393)
        .wrapping_add((j as u32).wrapping_mul(668_265_263))
        .wrapping_add((k as u32).wrapping_mul(2_147_483_647))
        .wrapping_add(seed.wrapping_mul(1_274_126_177));
    n = (n ^ (n >> 13)).wrapping_mul(1_274_126_177);
    ((n ^ (n >> 16)) & 0xffff) as f32 / 65535.0
}

/// Smooth value noise, 0..1, one lattice cell a unit.
pub(super) fn noise(p: Vec3, seed: u32) -> f32 {
    let (fx, fy, fz) = (p.x.floor(), p.y.floor(), p.z.floor());
    let (i, j, k) = (fx as i32, fy as i32, fz as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v, w) = (ease(p.x - fx), ease(p.y - fy), ease(p.z - fz));
    let lerp = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let plane = |k: i32| {
        let low = lerp(lattice(i, j, k, seed), lattice(i + 1, j, k, seed), u);
        let high = lerp(lattice(i, j + 1, k, seed), lattice(i + 1, j + 1, k, seed), u);
        lerp(low, high, v)
    };
    lerp(plane(k), plane(k + 1), w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positive_yaw_moves_the_nose_to_the_subjects_left() {
        let nose = Rotation::from_degrees(30.0, 0.0, 0.0).apply(Vec3::new(0.0, 0.0, 1.0));
        assert!((nose.x - 0.5).abs() < 1e-6 && nose.y.abs() < 1e-6);
        let nodded = Rotation::from_degrees(0.0, 20.0, 0.0).apply(Vec3::new(0.0, 0.0, 1.0));
        assert!(nodded.y < -0.3);
    }

    #[test]
    fn a_rotation_keeps_lengths_and_angles() {
        let turn = Rotation::from_degrees(31.0, -12.0, 7.0);
        let (a, b) = (Vec3::new(0.3, -0.7, 0.2), Vec3::new(-0.5, 0.1, 0.9));
        assert!((turn.apply(a).dot(turn.apply(b)) - a.dot(b)).abs() < 1e-5);
    }

    #[test]
    fn noise_is_continuous_and_within_bounds() {
        for n in 0..500 {
            let p = Vec3::new(n as f32 * 0.173 - 20.0, n as f32 * 0.091, -n as f32 * 0.057);
            let (a, b) = (noise(p, 3), noise(p + Vec3::new(1e-3, 0.0, 0.0), 3));
            assert!((0.0..=1.0).contains(&a) && (a - b).abs() < 5e-3);
        }
    }
}
