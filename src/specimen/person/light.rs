//! Light on skin: a broad lamp that wraps around (further in red, as skin scatters), a hemisphere of ambient
//! light, a weak fill from the other side, a highlight.

use super::features::Paint;
use super::space::Vec3;

/// One lamp and its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Light {
    towards: Vec3,
    halfway: Vec3,
    fill: Vec3,
    /// Colour of the lamp, 1 is white.
    pub(super) tint: Vec3,
    pub(super) ambient: f32,
    pub(super) lamp: f32,
}

/// How far the lamp reaches around an edge, by channel.
const WRAP: Vec3 = Vec3::new(0.42, 0.26, 0.20);

impl Light {
    /// A lamp in direction `towards` (from the head), with so much ambient light.
    pub(super) fn new(towards: Vec3, ambient: f32, lamp: f32, tint: Vec3) -> Self {
        let towards = towards.unit();
        let halfway = (towards + Vec3::new(0.0, 0.0, 1.0)).unit();
        let fill = Vec3::new(-towards.x, 0.1, 0.6) * (1.0 / 1.2);
        Self { towards, halfway, fill, tint, ambient, lamp }
    }

    /// The colour seen of a painted surface.
    #[inline]
    pub(super) fn on(&self, paint: &Paint, normal: Vec3) -> Vec3 {
        let facing = normal.dot(self.towards);
        let wrap = |k: f32| ((facing + k) / (1.0 + k)).clamp(0.0, 1.0);
        let soft = Vec3::new(wrap(WRAP.x), wrap(WRAP.y), wrap(WRAP.z)).scaled(self.tint);
        let ambient = self.ambient * (0.6 + 0.4 * normal.y) + normal.dot(self.fill).max(0.0) * 0.12;
        let mirror = normal.dot(self.halfway).clamp(0.0, 1.0);
        let power = |v: f32| v * v * v * v;
        let broad = power(power(mirror));
        let glint = if paint.wet { power(broad) } else { broad };
        let lit = paint.colour.scaled(soft * self.lamp + Vec3::new(ambient, ambient, ambient));
        lit + self.tint * (255.0 * paint.shine * glint)
    }
}
