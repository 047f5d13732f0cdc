//! What makes one person differ from another: bone, features, complexion, hair. Every parameter is drawn from
//! the person's seed; means and deviations were set by looking at renders and at what face embedders keep apart.

mod features;
mod surface;

pub(super) use features::{Brows, Cheeks, Eyes, Mouth, Nose, Skull};
pub(super) use surface::{Beard, Complexion, Cut, Hair};

use super::stream::Stream;

/// How far apart people are: 1 is the spread of a plausible family, at which embedders confuse them.
const SPREAD: f32 = 2.3;

/// A stream with the person's general traits beside it.
pub(super) struct Draw {
    stream: Stream,
    /// 0 feminine to 1 masculine.
    masculine: f32,
    /// 0 young to 1 old.
    age: f32,
}

impl Draw {
    /// A parameter around `mean`, with `deviation` at spread one.
    fn vary(&mut self, mean: f32, deviation: f32) -> f32 {
        self.stream.around(mean, deviation * SPREAD)
    }

    /// As [`Self::vary`], within what a face can bear.
    fn within(&mut self, mean: f32, deviation: f32, low: f32, high: f32) -> f32 {
        self.vary(mean, deviation).clamp(low, high)
    }

    /// A mean between its feminine and its masculine value.
    fn by_sex(&self, feminine: f32, masculine: f32) -> f32 {
        feminine + (masculine - feminine) * self.masculine
    }
}

/// All parameters of a person.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) skull: Skull,
    pub(super) eyes: Eyes,
    pub(super) brows: Brows,
    pub(super) nose: Nose,
    pub(super) cheeks: Cheeks,
    pub(super) mouth: Mouth,
    pub(super) skin: Complexion,
    pub(super) hair: Hair,
    pub(super) beard: Beard,
    /// Seed of the noise on skin and hair.
    pub(super) grain: u32,
}

impl Identity {
    pub(super) fn from_seed(seed: u64) -> Self {
        let mut traits = Stream::new(seed, "traits");
        let masculine = if traits.unit() < 0.5 { traits.between(0.0, 0.3) } else { traits.between(0.7, 1.0) };
        let age = traits.unit();
        let grain = (traits.bits() >> 40) as u32;
        let draw = |label: &str| Draw { stream: Stream::new(seed, label), masculine, age };
        let skull = Skull::draw(&mut draw("skull"));
        let eyes = Eyes::draw(&mut draw("eyes"));
        let brows = Brows::draw(&mut draw("brows"), &eyes);
        let nose = Nose::draw(&mut draw("nose"));
        let mouth = Mouth::draw(&mut draw("mouth"), &nose, &skull);
        let cheeks = Cheeks::draw(&mut draw("cheeks"));
        let skin = Complexion::draw(&mut draw("skin"));
        let hair = Hair::draw(&mut draw("hair"), skin.tone);
        let beard = Beard::draw(&mut draw("beard"));
        Self { skull, eyes, brows, nose, cheeks, mouth, skin, hair, beard, grain }
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    #[test]
    fn features_never_collide() {
        for seed in 0..400 {
            let id = Identity::from_seed(seed);
            assert!(id.eyes.x - id.eyes.half_width > 0.1, "{seed}: eyes meet");
            assert!(id.brows.y > id.eyes.upper + 0.05, "{seed}: brow on the lid");
            assert!(id.mouth.y + id.mouth.upper < id.nose.tip_y - 0.08, "{seed}: lip under the nose");
            assert!(id.mouth.y - id.mouth.lower > id.skull.chin_y + 0.12, "{seed}: lip below the chin");
            assert!(id.skull.chin_y + 0.1 < id.skull.jaw_y, "{seed}: jaw below the chin");
        }
    }
}
