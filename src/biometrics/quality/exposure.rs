//! Exposure: the share of the face that is nearly black, the share that is nearly white, and the entropy of its
//! luma, which is how much of the range it uses.
//! Source: ISO/IEC 29794-5:2025 clause 7.3, under-exposure prevention, over-exposure prevention, dynamic range (the
//! entropy of the luminance histogram); limits: titre's own.

use super::{Limit, Measure, Subject, middle};

pub(super) const UNDER: &str = "under_exposure";
pub(super) const OVER: &str = "over_exposure";
pub(super) const RANGE: &str = "dynamic_range";
/// Luma at which a pixel has no detail left, dark and light.
const ENDS: (f32, f32) = (25.0, 247.0);
/// Largest share at either end. Dark skin and a beard reach a third without losing detail.
const LARGEST_DARK: f32 = 0.5;
const LARGEST_LIGHT: f32 = 0.15;
/// Least entropy; 8 bits would use every level evenly.
const LEAST_BITS: f32 = 4.5;

pub(super) fn measure(subject: &Subject<'_>) -> [Measure; 3] {
    let pixels = middle(subject);
    let share = |of: fn(f32) -> bool| {
        let pixels = pixels.as_ref()?;
        Some(pixels.iter().filter(|&&luma| of(luma)).count() as f32 / pixels.len().max(1) as f32)
    };
    let source = "ISO/IEC 29794-5:2025 7.3";
    [
        Measure::new(UNDER, "ratio", share(|luma| luma <= ENDS.0), Limit::AtMost(LARGEST_DARK), source),
        Measure::new(OVER, "ratio", share(|luma| luma >= ENDS.1), Limit::AtMost(LARGEST_LIGHT), source),
        Measure::new(RANGE, "bit", pixels.as_deref().map(entropy), Limit::AtLeast(LEAST_BITS), source),
    ]
}

/// Entropy of the histogram of 256 levels.
fn entropy(pixels: &[f32]) -> f32 {
    let mut histogram = [0u32; 256];
    for luma in pixels {
        histogram[luma.clamp(0.0, 255.0) as usize] += 1;
    }
    let all = pixels.len().max(1) as f32;
    let share = histogram.iter().filter(|&&count| count > 0).map(|&count| count as f32 / all);
    -share.map(|share| share * share.log2()).sum::<f32>()
}
