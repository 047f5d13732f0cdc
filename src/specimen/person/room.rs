//! What stands behind a person at home: a wall with uneven light, a darker piece of furniture out of focus.

use super::space::{Vec3, noise, smooth};
use super::stream::Stream;

/// A backdrop out of focus.
#[derive(Debug, Clone)]
pub(super) struct Room {
    wall: Vec3,
    dark: Vec3,
    /// Where the light falls on the wall, 0..1 across and down.
    light: (f32, f32),
    /// Left border of the furniture and its upper edge, 0..1.
    border: (f32, f32),
    seed: u32,
}

impl Room {
    pub(super) fn new(stream: &mut Stream) -> Self {
        let bright = stream.between(135.0, 190.0);
        let wall = Vec3::new(bright * stream.around(1.02, 0.03), bright, bright * stream.around(0.95, 0.04));
        let right = stream.unit() < 0.5;
        let dark = wall * stream.between(0.45, 0.65);
        let border = (
            if right { stream.between(0.74, 0.9) } else { -stream.between(0.1, 0.26) },
            stream.between(0.3, 0.6),
        );
        let light = (if right { 0.2 } else { 0.8 }, stream.between(0.05, 0.4));
        Self { wall, dark, light, border, seed: (stream.bits() >> 40) as u32 }
    }

    /// The colour at a place, 0..1 across and down.
    pub(super) fn at(&self, x: f32, y: f32) -> Vec3 {
        let (dx, dy) = (x - self.light.0, y - self.light.1);
        let glow = 1.12 - 0.35 * (dx * dx + 0.6 * dy * dy);
        let cloud = noise(Vec3::new(x * 5.0, y * 3.0, 0.0), self.seed) - 0.5;
        let fine = noise(Vec3::new(x * 60.0, y * 34.0, 0.0), self.seed.wrapping_add(1)) - 0.5;
        let wall = self.wall * (glow + 0.06 * cloud + 0.012 * fine);
        let across = if self.border.0 > 0.0 { x - self.border.0 } else { -self.border.0 - x };
        let inside = smooth(across / 0.09 + 0.5) * smooth((y - self.border.1) / 0.14 + 0.5);
        wall.towards(self.dark * (1.0 + 0.25 * cloud), 0.8 * inside)
    }
}
