//! Eyes open: the gap between the lids over the width of the eye, of the eye that is less open.
//! Source: ISO/IEC 29794-5:2025 clause 7.4, eyes open (there the gap is divided by the height of the face); limit:
//! titre's own, halfway between closed eyes (0.10 at most) and the narrowest open ones seen (0.20).

use super::{Limit, Measure, Subject};

pub(super) const ID: &str = "eyes_open";
/// Height over width.
const LEAST: f32 = 0.15;

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    let value = subject.lids.map(|[right, left]| right.min(left));
    Measure::new(ID, "ratio", value, Limit::AtLeast(LEAST), "ISO/IEC 29794-5:2025 7.4")
}
