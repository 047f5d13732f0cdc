//! The paint that does not move with the expression: skin, freckles, folds, nostrils, brows, beard, hair.
//! It is baked once per person into an atlas over the head's grid.

use super::head;
use super::identity::{Cut, Identity};
use super::mesh::HeadMesh;
use super::space::{Vec3, above, bump, noise, smooth};

/// Size of the atlas: the whole way around, and from chin to crown.
const ACROSS: usize = 896;
const UP: usize = 896;

/// A colour, 0..255 per channel, in a vector.
pub(super) fn colour(rgb: [f32; 3]) -> Vec3 {
    Vec3::new(rgb[0], rgb[1], rgb[2])
}

/// Paint over the head's grid: colour and how much of it is hair.
#[derive(Debug, Clone)]
pub(super) struct Atlas {
    texels: Vec<[u8; 4]>,
}

impl Atlas {
    pub(super) fn bake(id: &Identity, mesh: &HeadMesh) -> Self {
        let mut texels = Vec::with_capacity(ACROSS * UP);
        for row in 0..UP {
            let up = row as f32 / (UP - 1) as f32;
            for column in 0..ACROSS {
                let p = mesh.resting(column as f32 / (ACROSS - 1) as f32, up);
                // What the hair lifts off the head is hair, down to its foot.
                let cover = smooth((head::hair_cover(id, p) - 0.08) / 0.24);
                let mut paint = if cover < 1.0 { face(id, p) } else { Vec3::default() };
                if cover > 0.0 {
                    paint = paint.towards(hair(id, p), cover * cover_strength(id));
                }
                let byte = |v: f32| v.clamp(0.0, 255.0) as u8;
                texels.push([byte(paint.x), byte(paint.y), byte(paint.z), byte(255.0 * cover)]);
            }
        }
        Self { texels }
    }

    /// Colour and hair cover at a place of the grid (0..1 across, 0..1 up), bilinear.
    #[inline]
    pub(super) fn at(&self, across: f32, up: f32) -> (Vec3, f32) {
        let (x, y) = (across.clamp(0.0, 1.0) * (ACROSS - 1) as f32, up.clamp(0.0, 1.0) * (UP - 1) as f32);
        let (column, row) = ((x as usize).min(ACROSS - 2), (y as usize).min(UP - 2));
        let (u, v) = (x - column as f32, y - row as f32);
        let start = row * ACROSS + column;
        let (a, b) = (self.texels[start], self.texels[start + 1]);
        let (c, d) = (self.texels[start + ACROSS], self.texels[start + ACROSS + 1]);
        let (wa, wb, wc, wd) = ((1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v);
        let mix = |i: usize| {
            f32::from(a[i]) * wa + f32::from(b[i]) * wb + f32::from(c[i]) * wc + f32::from(d[i]) * wd
        };
        (Vec3::new(mix(0), mix(1), mix(2)), mix(3) / 255.0)
    }
}

/// A shaved head shows the skin through.
fn cover_strength(id: &Identity) -> f32 {
    if id.hair.cut == Cut::Shaved { 0.55 } else { 1.0 }
}

/// Bare skin with its noise, at any place of the body.
pub(super) fn bare(id: &Identity, p: Vec3) -> Vec3 {
    let grain = |scale: f32, offset: u32| noise(p * scale, id.grain.wrapping_add(offset)) - 0.5;
    let rough = id.skin.mottle * (0.08 * grain(5.0, 0) + 0.07 * grain(17.0, 2)) + 0.06 * grain(60.0, 3);
    colour(id.skin.skin) * (1.0 + rough)
}

/// The colour of hair at a place: strands that run down.
pub(super) fn hair(id: &Identity, p: Vec3) -> Vec3 {
    let waver = noise(p * 4.0, id.grain.wrapping_add(6));
    let across = if id.hair.cut == Cut::Round { 26.0 } else { 38.0 };
    let down = if id.hair.cut == Cut::Round { 26.0 } else { id.hair.curl };
    let strand = Vec3::new(p.x * across + waver, p.y * down + waver, p.z * across + waver);
    let tone = 0.95 + id.hair.contrast * (noise(strand, id.grain.wrapping_add(7)) - 0.5);
    colour(id.hair.colour) * tone
}

/// The face at rest.
fn face(id: &Identity, p: Vec3) -> Vec3 {
    let mut paint = bare(id, p);
    if p.z < -0.1 {
        return paint;
    }
    let (ax, y) = (p.x.abs(), p.y);
    let patch = |x: f32, scale: f32, offset: u32| {
        noise(Vec3::new(x * scale, y * scale, 0.5), id.grain.wrapping_add(offset)) - 0.5
    };
    paint =
        paint * (1.0 + (0.33 * patch(ax, 3.5, 51) + 0.22 * patch(ax, 8.0, 52) + 0.13 * patch(p.x, 5.0, 53)));
    let skin = colour(id.skin.skin);
    let (eyes, nose) = (&id.eyes, &id.nose);
    let mut mix = |part: f32, over: Vec3| paint = paint.towards(over, part.clamp(0.0, 1.0));

    let flush = skin.scaled(Vec3::new(1.08, 0.80, 0.78));
    mix(id.skin.blush * bump(ax - 0.42, 0.2) * bump(y + 0.35, 0.18), flush);
    mix(id.skin.blush * bump(p.x, 0.13) * bump(y - nose.tip_y, 0.1), flush);
    mix(eyes.deep * bump(ax - eyes.x, 0.2) * bump(y - 0.02, 0.12), skin * 0.58);
    mix(0.30 * eyes.bag * bump(ax - eyes.x, 0.14) * bump(y + 0.115, 0.03), skin * 0.6);
    let lid = Vec3::new(70.0, 50.0, 62.0);
    mix(id.skin.shadow * bump(ax - eyes.x, 0.15) * bump(y - 0.085, 0.045), lid);
    if id.skin.freckles > 0.0 {
        let spots = (noise(p * 24.0, id.grain.wrapping_add(5)) - 0.70).clamp(0.0, 1.0) * 4.0;
        mix(1.3 * id.skin.freckles * spots * bump(ax - 0.25, 0.3) * bump(y + 0.3, 0.22), skin * 0.6);
    }
    for [x, height, radius] in &id.skin.moles {
        let away = (p.x - x).hypot(y - height);
        mix(0.8 * (1.0 - above(away, *radius, 0.012)), skin * 0.35);
    }
    if id.skin.wrinkles > 0.0 {
        let lines = bump(((y + 0.06 * (3.0 * p.x).cos()) * 48.0).sin() - 1.0, 0.35);
        mix(0.35 * id.skin.wrinkles * lines * bump(p.x, 0.42) * bump(y - 0.48, 0.13), skin * 0.6);
        let crow = bump(((y - 0.5 * (ax - eyes.x)) * 70.0).sin() - 1.0, 0.4);
        mix(0.35 * id.skin.wrinkles * crow * bump(ax - eyes.x - 0.24, 0.06) * bump(y, 0.09), skin * 0.6);
    }
    mix(0.45 * id.skin.frown * bump(ax - 0.055, 0.012) * bump(y - id.brows.y, 0.06), skin * 0.55);
    paint = nostrils(id, p, paint);
    paint = beard(id, p, paint);
    brows(id, p, paint)
}

fn nostrils(id: &Identity, p: Vec3, mut paint: Vec3) -> Vec3 {
    let nose = &id.nose;
    let (x, y) = (p.x - nose.bend, p.y);
    let ax = x.abs();
    let skin = colour(id.skin.skin);
    let hole =
        ((ax - nose.wing * 0.62) / (0.7 * nose.wing_size)).hypot((y - (nose.tip_y - 0.055)) / nose.nostril);
    paint = paint.towards(Vec3::new(40.0, 22.0, 18.0), 0.9 * (1.0 - above(hole, 1.0, 0.3)));
    if ax > nose.wing * 0.8 {
        let rim = bump((ax - nose.wing * 0.80).hypot(y - nose.tip_y) - 1.25 * nose.wing_size, 0.012);
        paint = paint.towards(skin * 0.45, nose.crease * rim);
    }
    let along = smooth((0.12 - y) / 0.12) * smooth((y - nose.tip_y) / 0.12);
    let ridge = nose.width * (1.3 + 0.5 * ((0.14 - y) / (0.14 - nose.tip_y)).clamp(0.0, 1.0));
    paint = paint.towards(skin * 0.5, nose.side * along * bump(ax - ridge, 0.035));
    paint.towards(skin * 0.5, 0.25 * bump(x, 0.10) * bump(y - (nose.tip_y - 0.085), 0.02))
}

fn beard(id: &Identity, p: Vec3, paint: Vec3) -> Vec3 {
    let (beard, mouth) = (&id.beard, &id.mouth);
    if beard.cheeks + beard.chin + beard.moustache <= 0.0 || p.y > id.nose.tip_y {
        return paint;
    }
    let (ax, y) = (p.x.abs(), p.y);
    let strands = noise(p.scaled(Vec3::new(55.0, 20.0, 55.0)), id.grain.wrapping_add(8));
    // Around the mouth the skin stays bare, and the cheek's line falls towards the mouth.
    let mouth_gap = 1.0 - smooth(1.6 - ((ax / (mouth.half_width * 1.15)).hypot((y - mouth.y) / 0.12)));
    let cheek_line = mouth.y + 0.10 + 0.45 * (ax - 0.30).max(0.0);
    let cheeks = beard.cheeks * smooth((cheek_line - y) / 0.10) * smooth((ax - 0.20) / 0.12);
    let chin = beard.chin * smooth((mouth.y - 0.06 - y) / 0.08) * (1.0 - smooth((ax - 0.28) / 0.10));
    let lip_y = mouth.y + mouth.upper + 0.055 - 0.10 * (ax / mouth.half_width).powi(2).min(1.4);
    let moustache =
        beard.moustache * bump(y - lip_y, 0.042) * (1.0 - smooth((ax - mouth.half_width * 1.05) / 0.05));
    let part = (cheeks.max(chin) * mouth_gap).max(moustache);
    paint.towards(colour(id.hair.colour), (part * (0.45 + 0.6 * strands)).min(0.95))
}

fn brows(id: &Identity, p: Vec3, paint: Vec3) -> Vec3 {
    let brows = &id.brows;
    let side = if p.x < 0.0 { -1.0 } else { 1.0 };
    let along = (p.x * side - (id.eyes.x + brows.shift)) / brows.half_length;
    let joined = brows.joined.min(1.0) * (1.0 - smooth(-along - 0.9)) * smooth((1.0 - along) / 0.1);
    if along.abs() >= 1.0 && (along > 0.0 || joined <= 0.0) {
        return paint;
    }
    // What joins the brows stands at the height of their inner ends, and thins towards the middle.
    let (reach, along) = (if along < -0.8 { joined } else { 0.0 }, along.max(-1.0));
    let middle = brows.y
        + side * brows.tilt * (p.x.abs() / 0.12).min(1.0)
        + brows.arch * (1.0 - along * along)
        + brows.slope * along
        - brows.arch * 0.4;
    let end = (1.0 - along.powi(6)).max(0.7 * reach);
    let thick = (brows.thickness * (1.0 - brows.taper * along) * end).max(1e-3);
    let inside = (1.4 - (p.y - middle).abs() / thick).clamp(0.0, 1.0);
    if inside <= 0.0 {
        return paint;
    }
    let strands = noise(p.scaled(Vec3::new(60.0, 35.0, 40.0)), id.grain.wrapping_add(4));
    paint.towards(
        colour(id.hair.colour) * brows.shade,
        (brows.density * (0.55 + 0.6 * strands) * inside).min(1.0),
    )
}
