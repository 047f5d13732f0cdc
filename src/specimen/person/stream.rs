//! A reproducible stream of numbers: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
//! generators", OOPSLA 2014). Not for secrets; it only makes the same person from the same seed.

use std::f32::consts::TAU;

/// How many standard deviations a drawn parameter may lie from its mean; beyond it a face looks broken.
const REACH: f32 = 2.2;

/// A stream of numbers that depends only on a seed and a label.
#[derive(Debug, Clone)]
pub(super) struct Stream(u64);

impl Stream {
    /// The stream of `label` for `seed`. Streams of different labels are unrelated, so that a parameter added
    /// to one part of the face leaves the other parts as they were.
    pub(super) fn new(seed: u64, label: &str) -> Self {
        // FNV-1a over the label, then one round to spread neighbouring seeds.
        let name = label
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        let mut stream = Self(seed ^ name);
        stream.bits();
        stream
    }

    /// 64 uniform bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..1`.
    pub(super) fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Uniform between two bounds.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f32) as usize).min(count.saturating_sub(1))
    }

    /// Standard normal (Box-Muller).
    pub(super) fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// Normal around `mean`, cut at [`REACH`] deviations.
    pub(super) fn around(&mut self, mean: f32, deviation: f32) -> f32 {
        mean + deviation * self.normal().clamp(-REACH, REACH)
    }

    /// The positive part of a normal: absent in some people, strong in a few.
    pub(super) fn excess(&mut self, mean: f32, deviation: f32) -> f32 {
        self.around(mean, deviation).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn a_stream_depends_on_seed_and_label_only() {
        let draw = |seed, label| Stream::new(seed, label).bits();
        assert_eq!(draw(1, "nose"), draw(1, "nose"));
        assert_ne!(draw(1, "nose"), draw(2, "nose"));
        assert_ne!(draw(1, "nose"), draw(1, "mouth"));
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_deviation_one() {
        let mut stream = Stream::new(7, "test");
        let drawn: Vec<f32> = (0..20_000).map(|_| stream.normal()).collect();
        let mean = drawn.iter().sum::<f32>() / drawn.len() as f32;
        let variance = drawn.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / drawn.len() as f32;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }
}
