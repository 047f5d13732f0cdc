//! Compression: bytes of the portrait as stored, and bits for each pixel. Below 8 kB compression itself costs match
//! score: the mean cosine between a portrait of 413 by 531 and its recompression falls to 0.90 at 8 kB of JPEG 2000
//! and 0.78 at 5 kB, and 8 kB there are 0.3 bits a pixel.
//! Source: ISO/IEC 29794-5:2025 clause 7.3, no compression artefacts (there a network looks for the artefacts);
//! limits: titre's own, measured on 13 portraits.

use super::super::portrait::SMALL_FILE;
use super::{Limit, Measure, Subject};

pub(super) const BYTES: &str = "compression_bytes";
pub(super) const DENSITY: &str = "compression_bits_per_pixel";
/// Bits for each pixel.
const LEAST_DENSITY: f32 = 0.3;

pub(super) fn measure(subject: &Subject<'_>, stored: Option<usize>) -> [Measure; 2] {
    let (width, height) = subject.picture.dimensions();
    let bytes = stored.map(|bytes| bytes as f32);
    let density = bytes.map(|bytes| bytes * 8.0 / (width as f32 * height as f32).max(1.0));
    let source = "ISO/IEC 29794-5:2025 7.3";
    [
        Measure::new(BYTES, "byte", bytes, Limit::AtLeast(SMALL_FILE as f32), source),
        Measure::new(DENSITY, "bit_per_px", density, Limit::AtLeast(LEAST_DENSITY), source),
    ]
}
