//! The surface of the head: a superellipse whose half width and depth run along a profile, with smooth bumps
//! for the features. A point is named by its angle around the vertical axis (0 is the middle of the face) and
//! its height; both stay the same whatever the face does, so that paint sticks to the skin.

use super::expression::Expression;
use super::identity::{Cut, Identity, Mouth};
use super::space::{Vec3, bump, noise, smooth};

/// Samples of the profile over the height of the head.
const SAMPLES: usize = 320;
/// Half length of the window that smooths the profile, in samples.
const WINDOW: usize = 10;

/// The head's outline: for each height the half width, the depth in front and the depth behind.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    bottom: f32,
    top: f32,
    rows: Vec<[f32; 3]>,
}

impl Profile {
    pub(super) fn new(id: &Identity) -> Self {
        let s = &id.skull;
        let (bottom, top) = (s.chin_y - 0.03, s.top);
        let waist = (s.jaw_y - 0.12) / 2.0;
        let cheek = (s.jaw + s.cheek_width) / 2.0 + 0.02;
        // height, half width, depth in front, depth behind
        let knots: [[f32; 4]; 13] = [
            [bottom, 0.02, 0.40, 0.05],
            [s.chin_y, s.chin_width * 0.8, 0.61, 0.10],
            [s.chin_y + 0.10, s.chin_width * 1.35, 0.70, 0.16],
            [s.jaw_y, s.jaw, 0.75, 0.35],
            [waist, cheek, 0.79, 0.60],
            [-0.15, s.cheek_width, 0.81, 0.85],
            [0.25, s.width, s.depth, 1.00],
            [0.55, s.temple, 0.83, 1.00],
            dome(s.temple, top, 0.40),
            dome(s.temple, top, 0.65),
            dome(s.temple, top, 0.84),
            dome(s.temple, top, 0.95),
            [top, 0.02, 0.02, 0.02],
        ];
        let step = (top - bottom) / (SAMPLES - 1) as f32;
        let raw: Vec<[f32; 3]> = (0..SAMPLES).map(|n| between(&knots, bottom + step * n as f32)).collect();
        let window: Vec<f32> = (0..=2 * WINDOW)
            .map(|n| 1.0 - ((n as f32 + 1.0) / (WINDOW as f32 + 1.0) * std::f32::consts::PI).cos())
            .collect();
        let total: f32 = window.iter().sum();
        let mut rows = Vec::with_capacity(SAMPLES);
        for n in 0..SAMPLES {
            let mut row = [0.0; 3];
            for (offset, weight) in window.iter().enumerate() {
                let source = raw[(n + offset).saturating_sub(WINDOW).min(SAMPLES - 1)];
                for (value, part) in row.iter_mut().zip(source) {
                    *value += part * weight / total;
                }
            }
            rows.push(row);
        }
        Self { bottom, top, rows }
    }

    pub(super) const fn bottom(&self) -> f32 {
        self.bottom
    }

    pub(super) const fn top(&self) -> f32 {
        self.top
    }

    fn at(&self, y: f32) -> [f32; 3] {
        let at = ((y - self.bottom) / (self.top - self.bottom)).clamp(0.0, 1.0) * (SAMPLES - 1) as f32;
        let low = (at as usize).min(SAMPLES - 2);
        let part = at - low as f32;
        let mut row = self.rows[low];
        for (value, next) in row.iter_mut().zip(self.rows[low + 1]) {
            *value += (next - *value) * part;
        }
        row
    }

    /// The bare surface at an angle and a height.
    pub(super) fn point(&self, id: &Identity, angle: f32, y: f32) -> Vec3 {
        let [width, front, back] = self.at(y);
        let (sine, cosine) = angle.sin_cos();
        let power = |v: f32| v.abs().powf(id.skull.squareness).copysign(v);
        Vec3::new(width * power(sine), y, if cosine > 0.0 { front } else { back } * power(cosine))
    }
}

/// A knot of the vault over the temples, at `part` of the way to the crown.
fn dome(temple: f32, top: f32, part: f32) -> [f32; 4] {
    let round = (1.0 - part * part).sqrt();
    [0.55 + (top - 0.55) * part, temple * round, 0.83 * round, round]
}

/// Linear between knots ordered by their first value.
fn between(knots: &[[f32; 4]], y: f32) -> [f32; 3] {
    let mut row = [knots[0][1], knots[0][2], knots[0][3]];
    for pair in knots.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if y >= a[0] {
            let part = ((y - a[0]) / (b[0] - a[0]).max(1e-3)).min(1.0);
            for (value, (low, high)) in row.iter_mut().zip(a[1..].iter().zip(&b[1..])) {
                *value = low + (high - low) * part;
            }
        }
    }
    row
}

/// How far the resting features stand out at a point of the face.
pub(super) fn relief(id: &Identity, x: f32, y: f32) -> f32 {
    let ax = x.abs();
    let (skull, eyes, brows, nose, cheeks) = (&id.skull, &id.eyes, &id.brows, &id.nose, &id.cheeks);
    let mut out = 0.0;
    out -= eyes.socket * bump(ax - eyes.x, 0.17) * bump(y - 0.03, 0.13);
    out += eyes.bulge * bump(ax - eyes.x, 0.115) * bump(y, 0.085);
    out -= 0.018 * eyes.bag * bump(ax - eyes.x, 0.13) * bump(y + 0.16, 0.03);
    out += brows.ridge * bump(ax - 0.28, 0.26) * bump(y - brows.y, 0.075);
    out -= skull.slope * smooth((y - 0.25) / 0.6);
    out += build(id, x, y);
    out += nose_relief(id, x, y);
    out += cheeks.out * bump(ax - 0.44, 0.19) * bump(y - cheeks.y, 0.17);
    out -= cheeks.hollow * bump(ax - 0.40, 0.14) * bump(y + 0.62, 0.15);
    out += cheeks.jowl * bump(ax - 0.46, 0.14) * bump(y - skull.jaw_y, 0.14);
    out += (0.07 + skull.chin_out) * bump(x, 0.19) * bump(y - (skull.chin_y + 0.13), 0.11);
    out -= 0.020 * skull.chin_cleft * bump(x, 0.018) * bump(y - (skull.chin_y + 0.12), 0.06);
    out -= 0.035 * bump(x, 0.2) * bump(y - (id.mouth.y - 0.15), 0.045);
    let gap = (nose.tip_y - id.mouth.y) / 2.0;
    out -= 0.012 * id.mouth.philtrum * bump(x, 0.022) * bump(y - (id.mouth.y + gap), 0.06);
    out
}

/// What no parameter names: every skull has its own hills and hollows, nearly the same on both sides.
fn build(id: &Identity, x: f32, y: f32) -> f32 {
    let hill = |x: f32, scale: f32, offset: u32| {
        noise(Vec3::new(x * scale, y * scale, 0.5), id.grain.wrapping_add(offset)) - 0.5
    };
    0.15 * hill(x.abs(), 3.0, 41) + 0.075 * hill(x.abs(), 6.5, 42) + 0.045 * hill(x, 3.0, 43)
}

fn nose_relief(id: &Identity, x: f32, y: f32) -> f32 {
    let nose = &id.nose;
    if y > 0.45 || y < nose.tip_y - 0.22 || x.abs() > 0.4 {
        return 0.0;
    }
    let along = ((0.14 - y) / (0.14 - nose.tip_y)).clamp(0.0, 1.0);
    let x = x - nose.bend * along;
    let ax = x.abs();
    let grown = smooth(along) * ((y - (nose.tip_y - 0.075)) / 0.07).clamp(0.0, 1.0);
    let mut out = 0.0;
    if y < 0.3 && y > nose.tip_y - 0.1 {
        let ridge = nose.bridge * bump(y - 0.05, 0.22)
            + (nose.height - nose.bridge) * grown
            + nose.hump * bump(y - nose.tip_y * 0.45, 0.1);
        out += ridge * bump(x, nose.width * (1.0 + 0.55 * grown));
    }
    out += 0.075 * bump(x, nose.tip) * bump(y - (nose.tip_y + 0.035 + nose.upturn), 0.06);
    out += 0.085 * bump(ax - nose.wing * 0.82, nose.wing_size) * bump(y - (nose.tip_y + 0.01), 0.055);
    out
}

/// Whether the relief there changes with the expression.
pub(super) fn moves(y: f32) -> bool {
    y < -0.15
}

/// How far the mouth and what it pulls along stand out at a point.
pub(super) fn mouth_relief(id: &Identity, x: f32, y: f32, face: &Expression) -> f32 {
    let (ax, mouth, nose) = (x.abs(), &id.mouth, &id.nose);
    let lips = Lips::at(mouth, x, face);
    let mut out = mouth.muzzle * bump(x, 0.34) * bump(y - mouth.y, 0.16);
    out += 0.05 * face.smile * bump(ax - 0.36, 0.13) * bump(y + 0.42, 0.12);
    if lips.across < 1.0 {
        let upper = bump(y - (lips.top + lips.upper * 0.5), (mouth.upper * 0.6).max(0.015));
        let lower = bump(y - (lips.bottom - lips.lower * 0.5), (mouth.lower * 0.6).max(0.018));
        let share = |part: f32, whole: f32| part / whole.max(0.01);
        out += mouth.out * upper * share(lips.upper, mouth.upper);
        out += 1.15 * mouth.out * lower * share(lips.lower, mouth.lower);
    }
    if lips.across < 1.15 {
        let open = (lips.top - lips.bottom).abs();
        out -= 0.06 * bump(y - (lips.top + lips.bottom) / 2.0, 0.018 + 0.5 * open);
    }
    if y < nose.tip_y + 0.04 && y > mouth.y - 0.05 {
        let fold_x = 0.19 + 0.22 * ((nose.tip_y - y) / 0.35).clamp(0.0, 1.0);
        out -= 0.02 * (0.4 + face.smile) * bump(ax - fold_x, 0.03) * (0.5 + id.cheeks.fold);
    }
    out
}

/// The strip of the resting face that becomes the open mouth: the jaw stretches it.
const OPENING: f32 = 0.05;
/// Half the width of the smallest mouth that opens as far as its width says.
const LEAST_MOUTH: f32 = 0.235;
/// Share of the jaw's way that the corners of the mouth go along.
const CORNERS: f32 = 0.45;
/// Heights over and under the mouth within which the skin takes the jaw's way up.
const STRETCH: (f32, f32) = (0.20, 0.16);

/// How far the jaw takes the point down. A small mouth opens less far, but whoever is asked to open it shows it. The
/// upper lip stays, the lower one goes along, the corners go half of the way: so the opening is as long as it is round.
pub(super) fn jaw_drop(mouth: &Mouth, x: f32, y: f32, face: &Expression) -> f32 {
    if face.mouth_open == 0.0 {
        return 0.0;
    }
    let lips = Lips::at(mouth, x, face);
    let aside = lips.across.min(1.0).powi(2);
    let (upper, lower) = (CORNERS * aside, 1.0 - (1.0 - CORNERS) * aside);
    let part = if y >= lips.top {
        upper * (1.0 - smooth((y - lips.top) / STRETCH.0))
    } else if y > lips.bottom {
        upper + (lower - upper) * (lips.top - y) / (lips.top - lips.bottom)
    } else {
        lower + (1.0 - lower) * smooth((lips.bottom - y) / STRETCH.1)
    };
    -1.08 * mouth.half_width.max(LEAST_MOUTH) * face.mouth_open * part
}

/// The lips' edges on one vertical line of the face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lips {
    /// 0 in the middle of the mouth, 1 at its corner.
    pub(super) across: f32,
    /// Lower edge of the upper lip and upper edge of the lower lip.
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// Thickness of the upper and of the lower lip here.
    pub(super) upper: f32,
    pub(super) lower: f32,
}

impl Lips {
    /// From the middle of the mouth to its corner.
    pub(super) fn half_width(mouth: &Mouth, face: &Expression) -> f32 {
        mouth.half_width * (1.0 + 0.44 * face.smile - 0.16 * face.mouth_open)
    }

    pub(super) fn at(mouth: &Mouth, x: f32, face: &Expression) -> Self {
        let (smile, open) = (face.smile, face.mouth_open);
        let half = Self::half_width(mouth, face);
        let t = (x.abs() / half).min(1.3);
        let line = mouth.y + mouth.tilt * x / half + (mouth.corner + 0.11 * smile) * t * t;
        let gap = (1.0 - t * t).max(0.0).sqrt();
        let bow = mouth.bow * (0.7 * bump(x.abs() - 0.06, 0.04) - bump(x, 0.035));
        // Drawn out by a smile, the lips are thinner in the middle and as thick to near the corners.
        let drawn = 1.0 - 0.5 * smile;
        let upper = mouth.upper * (1.0 - 0.25 * smile) * (1.0 - t * t).max(0.0).powf(drawn);
        let lower = mouth.lower * (1.0 - 0.2 * smile) * (1.0 - t * t * t.sqrt()).max(0.0).powf(drawn);
        Self {
            across: t,
            top: line + (0.04 * smile + 0.10 * open) * gap * 0.35,
            bottom: line - (0.05 * smile + 1.05 * OPENING * open) * gap,
            upper: if t < 1.0 { (upper + bow).max(0.0) } else { 0.0 },
            lower,
        }
    }
}

/// How much a point of the head is covered by hair, 0..1.
pub(super) fn hair_cover(id: &Identity, p: Vec3) -> f32 {
    let hair = &id.hair;
    let ax = p.x.abs();
    let ragged = 0.05 * (noise(p * 9.0, id.grain.wrapping_add(31)) - 0.5);
    let temples = 0.7 * hair.temples * (ax - 0.30).clamp(0.0, 0.4);
    let mut line = hair.line + hair.peak * (p.x * 6.0).cos() * 0.5 + ragged;
    match hair.cut {
        // A fringe falls over the temples too.
        Cut::Fringe => line -= 0.25 * (ax - 0.35).clamp(0.0, 0.4),
        Cut::Parted => {
            // The hair is combed from the parting over to the other side.
            let from = (p.x - hair.parting) * -hair.parting.signum();
            line += 0.06 - 0.22 * (from / 0.5).clamp(0.0, 1.0) * smooth((p.z - 0.1) / 0.3) + temples * 0.3;
        }
        _ => line += temples,
    }
    let front = smooth((p.y - line) / 0.05);
    let low = if hair.long { 0.55 } else { 0.05 };
    let side = smooth((0.20 - p.z) / 0.12) * smooth((p.y + low) / 0.08);
    let back = smooth((-0.15 - p.z) / 0.15) * smooth((p.y + 0.75) / 0.1);
    front.max(side).max(back)
}
