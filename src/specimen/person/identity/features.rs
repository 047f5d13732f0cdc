//! Bone and features: skull, eyes, brows, nose, cheeks, mouth. Lengths in head units (see `space`), with the
//! line through the eyes at y = 0.

use super::Draw;

/// The skull and jaw.
#[derive(Debug, Clone)]
pub(in super::super) struct Skull {
    /// Half width at the brow.
    pub(in super::super) width: f32,
    pub(in super::super) temple: f32,
    pub(in super::super) cheek_width: f32,
    /// Half width at the jaw's angle, and the height of that angle.
    pub(in super::super) jaw: f32,
    pub(in super::super) jaw_y: f32,
    pub(in super::super) chin_y: f32,
    pub(in super::super) chin_width: f32,
    /// How far the chin stands out.
    pub(in super::super) chin_out: f32,
    pub(in super::super) chin_cleft: f32,
    /// Height of the crown.
    pub(in super::super) top: f32,
    /// Depth at the brow.
    pub(in super::super) depth: f32,
    /// Exponent of the horizontal section: 1 is an ellipse, less is squarer.
    pub(in super::super) squareness: f32,
    /// How far the forehead leans back.
    pub(in super::super) slope: f32,
    /// Size of the ears, 1 on average.
    pub(in super::super) ear: f32,
}

impl Skull {
    pub(super) fn draw(d: &mut Draw) -> Self {
        let jaw_mean = d.by_sex(0.51, 0.61);
        let jaw_y = d.within(-0.72, 0.05, -0.84, -0.60);
        let chin_y = d.within(-1.16, 0.055, -1.34, -1.02).min(jaw_y - 0.22);
        // A wide head is wide all the way; brow, temple, cheek and jaw differ less from each other.
        let broad = d.within(1.0, 0.035, 0.88, 1.12);
        let width = 0.74 * broad * d.vary(1.0, 0.015);
        let cheek_width = width * d.within(1.0, 0.025, 0.92, 1.07);
        Self {
            width,
            temple: width * d.within(0.95, 0.02, 0.87, 1.0),
            cheek_width,
            jaw: (broad * d.vary(jaw_mean, 0.045)).clamp(0.58 * cheek_width, 0.90 * cheek_width),
            jaw_y,
            chin_y,
            chin_width: d.within(0.25, 0.04, 0.16, 0.36),
            chin_out: d.vary(0.05, 0.035),
            chin_cleft: d.stream.excess(-0.2, 0.5),
            top: d.vary(1.15, 0.05),
            depth: d.within(0.86, 0.03, 0.76, 0.96),
            squareness: d.within(0.86, 0.04, 0.74, 0.98),
            slope: d.vary(0.0, 0.05),
            ear: d.within(1.0, 0.12, 0.7, 1.35),
        }
    }
}

/// The eyes; both alike but for a small difference in height.
#[derive(Debug, Clone)]
pub(in super::super) struct Eyes {
    /// Distance of the eye's centre from the middle.
    pub(in super::super) x: f32,
    pub(in super::super) half_width: f32,
    /// Height of the upper lid over the eye's line when open.
    pub(in super::super) upper: f32,
    pub(in super::super) lower: f32,
    /// Height of the outer corner over the inner, halved.
    pub(in super::super) slant: f32,
    /// Where along the eye the upper lid is highest, -1 inner to 1 outer.
    pub(in super::super) peak: f32,
    pub(in super::super) socket: f32,
    pub(in super::super) bulge: f32,
    /// Height of the lid's crease over the open lid; low is a hooded eye.
    pub(in super::super) crease: f32,
    /// How deep the crease is.
    pub(in super::super) fold: f32,
    /// Shadow in the socket around the eye.
    pub(in super::super) deep: f32,
    pub(in super::super) bag: f32,
    pub(in super::super) lashes: f32,
    pub(in super::super) iris_radius: f32,
    /// Colour of the iris, 0..255.
    pub(in super::super) iris: [f32; 3],
    /// The left eye is this much higher than the right, halved.
    pub(in super::super) tilt: f32,
}

const IRISES: [[f32; 3]; 6] = [
    [66.0, 42.0, 26.0],
    [48.0, 32.0, 22.0],
    [98.0, 70.0, 38.0],
    [86.0, 100.0, 62.0],
    [92.0, 116.0, 136.0],
    [112.0, 126.0, 138.0],
];

impl Eyes {
    pub(super) fn draw(d: &mut Draw) -> Self {
        let half_width = d.within(0.150, 0.013, 0.112, 0.190);
        let x = d.within(0.325, 0.022, 0.255, 0.395).max(half_width + 0.115);
        let lash_mean = d.by_sex(0.95, 0.5);
        let bag_mean = 0.1 + 0.5 * d.age;
        Self {
            x,
            half_width,
            upper: d.within(0.060, 0.011, 0.036, 0.090),
            lower: d.within(0.030, 0.007, 0.014, 0.046),
            slant: d.within(0.012, 0.014, -0.035, 0.055),
            peak: d.within(-0.05, 0.15, -0.4, 0.4),
            socket: d.within(0.11, 0.03, 0.02, 0.22),
            bulge: d.within(0.05, 0.013, 0.015, 0.09),
            crease: d.within(0.055, 0.020, 0.006, 0.12),
            fold: d.within(0.42, 0.16, 0.0, 0.95),
            deep: d.within(0.28, 0.12, 0.0, 0.75),
            bag: d.stream.excess(bag_mean, 0.45),
            lashes: d.within(lash_mean, 0.2, 0.2, 1.3),
            iris_radius: d.within(0.067, 0.003, 0.058, 0.077),
            iris: IRISES[d.stream.below(IRISES.len())],
            tilt: d.vary(0.0, 0.004),
        }
    }
}

/// The eyebrows and the bone under them.
#[derive(Debug, Clone)]
pub(in super::super) struct Brows {
    pub(in super::super) ridge: f32,
    pub(in super::super) y: f32,
    pub(in super::super) thickness: f32,
    pub(in super::super) arch: f32,
    /// Height of the outer end over the inner.
    pub(in super::super) slope: f32,
    pub(in super::super) half_length: f32,
    /// Shift of the brow's centre from the eye's, outwards.
    pub(in super::super) shift: f32,
    pub(in super::super) density: f32,
    /// How much of the brow goes on between the eyes.
    pub(in super::super) joined: f32,
    /// Lightness of the brows beside the hair's.
    pub(in super::super) shade: f32,
    /// How much the brow thins outwards.
    pub(in super::super) taper: f32,
    /// The left brow is this much higher than the right, halved.
    pub(in super::super) tilt: f32,
}

impl Brows {
    pub(super) fn draw(d: &mut Draw, eyes: &super::Eyes) -> Self {
        let (ridge, thickness) = (d.by_sex(0.030, 0.065), d.by_sex(0.024, 0.038));
        let (height, arch) = (d.by_sex(0.20, 0.175), d.by_sex(0.045, 0.025));
        Self {
            ridge: d.within(ridge, 0.02, 0.0, 0.13),
            y: d.vary(height, 0.026).max(eyes.upper + 0.085),
            thickness: d.within(thickness, 0.010, 0.009, 0.070),
            arch: d.within(arch, 0.022, -0.02, 0.10),
            slope: d.within(0.0, 0.028, -0.07, 0.07),
            half_length: d.within(0.21, 0.025, 0.14, 0.28),
            shift: d.within(0.02, 0.02, -0.03, 0.07),
            density: d.within(0.75, 0.16, 0.12, 1.15),
            joined: d.stream.excess(-0.35, 0.5),
            shade: d.within(0.85, 0.16, 0.45, 1.35),
            taper: d.within(0.45, 0.15, 0.1, 0.8),
            tilt: d.vary(0.0, 0.006),
        }
    }
}

/// The nose.
#[derive(Debug, Clone)]
pub(in super::super) struct Nose {
    pub(in super::super) tip_y: f32,
    /// How far the tip stands out.
    pub(in super::super) height: f32,
    pub(in super::super) bridge: f32,
    /// Half width of the ridge.
    pub(in super::super) width: f32,
    /// Distance of the wings from the middle.
    pub(in super::super) wing: f32,
    pub(in super::super) wing_size: f32,
    pub(in super::super) tip: f32,
    /// Half height of a nostril.
    pub(in super::super) nostril: f32,
    /// Depth of the crease around the wings and of the shade beside the ridge.
    pub(in super::super) crease: f32,
    pub(in super::super) side: f32,
    pub(in super::super) hump: f32,
    pub(in super::super) upturn: f32,
    /// How far the tip stands beside the middle.
    pub(in super::super) bend: f32,
}

impl Nose {
    pub(super) fn draw(d: &mut Draw) -> Self {
        Self {
            tip_y: d.within(-0.44, 0.045, -0.57, -0.32),
            height: d.within(0.24, 0.035, 0.14, 0.36),
            bridge: d.within(0.085, 0.03, 0.01, 0.18),
            width: d.within(0.076, 0.013, 0.045, 0.12),
            wing: d.within(0.125, 0.020, 0.075, 0.19),
            wing_size: d.within(0.06, 0.010, 0.036, 0.09),
            tip: d.within(0.085, 0.014, 0.05, 0.13),
            nostril: d.within(0.018, 0.006, 0.005, 0.034),
            crease: d.within(0.35, 0.15, 0.0, 0.8),
            side: d.within(0.12, 0.14, 0.0, 0.5),
            hump: d.within(0.0, 0.025, -0.05, 0.07),
            upturn: d.within(0.0, 0.03, -0.06, 0.06),
            bend: d.vary(0.0, 0.007),
        }
    }
}

/// The cheeks and the folds beside the mouth.
#[derive(Debug, Clone)]
pub(in super::super) struct Cheeks {
    pub(in super::super) out: f32,
    pub(in super::super) y: f32,
    /// How hollow the cheek is under the bone.
    pub(in super::super) hollow: f32,
    /// Strength of the fold from nose to mouth.
    pub(in super::super) fold: f32,
    /// Fullness of the jaw's angle.
    pub(in super::super) jowl: f32,
}

impl Cheeks {
    pub(super) fn draw(d: &mut Draw) -> Self {
        let fold = 0.05 + 0.5 * d.age;
        Self {
            out: d.within(0.075, 0.03, 0.0, 0.16),
            y: d.within(-0.30, 0.05, -0.44, -0.16),
            hollow: d.within(0.03, 0.022, -0.03, 0.09),
            fold: d.stream.excess(fold, 0.3),
            jowl: d.within(0.0, 0.03, -0.05, 0.08),
        }
    }
}

/// The mouth.
#[derive(Debug, Clone)]
pub(in super::super) struct Mouth {
    pub(in super::super) y: f32,
    pub(in super::super) half_width: f32,
    /// Thickness of the upper and the lower lip.
    pub(in super::super) upper: f32,
    pub(in super::super) lower: f32,
    /// Depth of Cupid's bow.
    pub(in super::super) bow: f32,
    /// Height of the corners over the middle.
    pub(in super::super) corner: f32,
    /// How far the lips stand out.
    pub(in super::super) out: f32,
    /// How far the whole mouth stands before the skull.
    pub(in super::super) muzzle: f32,
    pub(in super::super) philtrum: f32,
    /// Strength of the line between the lips, and of the lips' colour.
    pub(in super::super) line: f32,
    pub(in super::super) red: f32,
    /// Slope of the line of the mouth.
    pub(in super::super) tilt: f32,
}

impl Mouth {
    pub(super) fn draw(d: &mut Draw, nose: &super::Nose, skull: &super::Skull) -> Self {
        let lips = d.by_sex(1.12, 0.9);
        let upper = d.within(0.048 * lips, 0.014, 0.014, 0.092);
        let lower = d.within(0.064 * lips, 0.016, 0.024, 0.110);
        let highest = nose.tip_y - 0.115 - upper;
        let lowest = skull.chin_y + 0.17 + lower;
        Self {
            // A short face may leave less room than its parts ask for: the chin gives way before the nose.
            y: d.vary(-0.70, 0.035).max(lowest).min(highest),
            half_width: d.within(0.245, 0.030, 0.16, 0.34),
            upper,
            lower,
            bow: d.within(0.018, 0.010, -0.005, 0.045),
            corner: d.within(0.0, 0.015, -0.035, 0.035),
            out: d.within(0.05, 0.016, 0.015, 0.10),
            muzzle: d.within(0.06, 0.022, 0.0, 0.12),
            philtrum: d.within(0.5, 0.3, 0.0, 1.2),
            line: d.within(0.75, 0.15, 0.35, 1.0),
            red: d.within(0.75, 0.16, 0.25, 1.0),
            tilt: d.vary(0.0, 0.004),
        }
    }
}
