//! What covers the head: skin, lips, hair, beard. Colours are 0..255 per channel, before light.

use super::Draw;

/// From light to dark; a person's skin lies between two neighbours.
const SKINS: [[f32; 3]; 6] = [
    [234.0, 194.0, 170.0],
    [222.0, 176.0, 140.0],
    [200.0, 150.0, 112.0],
    [166.0, 118.0, 88.0],
    [124.0, 84.0, 62.0],
    [90.0, 62.0, 48.0],
];

/// Skin and lips.
#[derive(Debug, Clone)]
pub(in super::super) struct Complexion {
    /// 0 light to 1 dark.
    pub(in super::super) tone: f32,
    pub(in super::super) skin: [f32; 3],
    pub(in super::super) lip: [f32; 3],
    pub(in super::super) blush: f32,
    pub(in super::super) mottle: f32,
    pub(in super::super) freckles: f32,
    pub(in super::super) wrinkles: f32,
    pub(in super::super) frown: f32,
    /// Make-up on the lids: 0 none.
    pub(in super::super) shadow: f32,
    /// Place and radius of each mole.
    pub(in super::super) moles: Vec<[f32; 3]>,
}

impl Complexion {
    pub(super) fn draw(d: &mut Draw) -> Self {
        let tone = d.stream.unit();
        let at = tone * (SKINS.len() - 1) as f32;
        let index = (at as usize).min(SKINS.len() - 2);
        let part = at - index as f32;
        // Undertone: redder or yellower, and a little lighter or darker, without leaving the colours of skin.
        let (light, warm) = (d.stream.around(1.0, 0.03), d.stream.around(0.0, 0.02));
        let under = [light, light * (1.0 - warm), light * (1.0 - 2.5 * warm)];
        let mut skin = [0.0; 3];
        for (channel, value) in skin.iter_mut().enumerate() {
            let plain = SKINS[index][channel] * (1.0 - part) + SKINS[index + 1][channel] * part;
            *value = (plain * under[channel]).min(245.0);
        }
        let lipstick = if d.masculine < 0.5 { d.stream.excess(-0.2, 0.5).min(0.8) } else { 0.0 };
        let paint = [d.stream.between(130.0, 190.0), 40.0, d.stream.between(50.0, 90.0)];
        let mut lip = [0.0; 3];
        for (channel, (value, natural)) in lip.iter_mut().zip([0.88, 0.62, 0.62]).enumerate() {
            let plain = (skin[channel] * natural + d.stream.around(0.0, 8.0)).max(20.0);
            *value = plain * (1.0 - lipstick) + paint[channel] * lipstick;
        }
        let wrinkles = 1.1 * d.age - 0.45;
        let moles = (0..d.stream.below(5))
            .map(|_| {
                [d.stream.between(-0.6, 0.6), d.stream.between(-1.0, 0.5), d.stream.between(0.009, 0.02)]
            })
            .collect();
        Self {
            tone,
            skin,
            lip,
            blush: d.stream.excess(0.28, 0.16),
            mottle: d.stream.excess(1.0, 0.35),
            freckles: if tone < 0.5 { d.stream.excess(-0.35, 0.7) } else { 0.0 },
            wrinkles: d.stream.excess(wrinkles, 0.3),
            frown: d.stream.excess(wrinkles, 0.35),
            shadow: if d.masculine < 0.5 { d.stream.excess(-0.1, 0.35) } else { 0.0 },
            moles,
        }
    }
}

/// How the hair is worn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Cut {
    /// Shaved, or none left but a shade.
    Shaved,
    /// Short at the sides.
    Short,
    /// High on top, parted at one side.
    Parted,
    /// Cut straight over the forehead.
    Fringe,
    /// Down to the shoulders.
    Long,
    /// Tight and standing off the head.
    Round,
}

const HAIRS: [[f32; 3]; 7] = [
    [24.0, 20.0, 18.0],
    [36.0, 26.0, 22.0],
    [58.0, 38.0, 26.0],
    [92.0, 62.0, 38.0],
    [160.0, 126.0, 78.0],
    [118.0, 60.0, 32.0],
    [150.0, 148.0, 146.0],
];

/// Hair on the head; its colour is the brows' and the beard's too.
#[derive(Debug, Clone)]
pub(in super::super) struct Hair {
    pub(in super::super) cut: Cut,
    pub(in super::super) colour: [f32; 3],
    /// Height of the hairline in the middle.
    pub(in super::super) line: f32,
    pub(in super::super) thickness: f32,
    /// Depth of the widow's peak, positive downwards.
    pub(in super::super) peak: f32,
    /// How far the hairline has gone back at the temples.
    pub(in super::super) temples: f32,
    /// Which side a parting lies on and how far out.
    pub(in super::super) parting: f32,
    /// Lattice cells of the strands across; high is curly.
    pub(in super::super) curl: f32,
    /// How visible the strands are.
    pub(in super::super) contrast: f32,
    /// Whether a back of long hair hangs behind the neck.
    pub(in super::super) long: bool,
}

impl Hair {
    pub(super) fn draw(d: &mut Draw, tone: f32) -> Self {
        let masculine = d.masculine > 0.5;
        let roll = d.stream.unit();
        let cut = match (masculine, roll) {
            (true, r) if r < 0.18 => Cut::Shaved,
            (true, r) if r < 0.55 => Cut::Short,
            (true, r) if r < 0.80 => Cut::Parted,
            (true, r) if r < 0.90 => Cut::Fringe,
            (false, r) if r < 0.10 => Cut::Short,
            (false, r) if r < 0.28 => Cut::Parted,
            (false, r) if r < 0.55 => Cut::Fringe,
            (false, r) if r < 0.88 => Cut::Long,
            _ => Cut::Round,
        };
        let dark = if tone > 0.45 { 3 } else { HAIRS.len() - 1 };
        let grey = d.age > 0.75 && d.stream.unit() < 0.6;
        let base = if grey { HAIRS[HAIRS.len() - 1] } else { HAIRS[d.stream.below(dark)] };
        let shade = d.stream.around(1.0, 0.10);
        let receding = if masculine { 0.5 * d.age } else { 0.0 };
        let thick = match cut {
            Cut::Shaved => 0.004,
            Cut::Round => d.stream.between(0.18, 0.34),
            _ => d.within(0.11, 0.03, 0.04, 0.22),
        };
        let line = d.within(0.66 + 0.12 * receding, 0.05, 0.48, 0.86);
        Self {
            cut,
            colour: base.map(|channel| channel * shade),
            line: if cut == Cut::Fringe { d.within(0.36, 0.03, 0.27, 0.46) } else { line },
            thickness: thick,
            peak: d.vary(0.0, 0.05),
            temples: d.within(0.3 + receding, 0.2, -0.2, 1.4),
            parting: d.stream.between(0.15, 0.45) * if d.stream.unit() < 0.5 { -1.0 } else { 1.0 },
            curl: if cut == Cut::Round { 16.0 } else { d.within(5.0, 2.5, 1.5, 14.0) },
            contrast: d.within(0.9, 0.2, 0.4, 1.4),
            long: match cut {
                Cut::Long => true,
                Cut::Fringe | Cut::Parted => !masculine && d.stream.unit() < 0.7,
                _ => false,
            },
        }
    }
}

/// Beard and moustache, 0 for none.
#[derive(Debug, Clone)]
pub(in super::super) struct Beard {
    pub(in super::super) cheeks: f32,
    pub(in super::super) chin: f32,
    pub(in super::super) moustache: f32,
}

impl Beard {
    pub(super) fn draw(d: &mut Draw) -> Self {
        if d.masculine < 0.5 {
            return Self { cheeks: 0.0, chin: 0.0, moustache: 0.0 };
        }
        let strength = d.stream.between(0.55, 1.0);
        let shave = d.stream.between(0.05, 0.25);
        match d.stream.below(6) {
            0 => Self { cheeks: strength, chin: strength, moustache: strength },
            1 => Self { cheeks: shave, chin: strength, moustache: strength },
            2 => Self { cheeks: shave, chin: shave, moustache: strength },
            3 => Self { cheeks: 0.4 * strength, chin: 0.45 * strength, moustache: 0.4 * strength },
            _ => Self { cheeks: 0.5 * shave, chin: shave, moustache: 0.6 * shave },
        }
    }
}
