//! Mouth closed: the gap between the lips over the distance of the outer corners of the eyes.
//! Source: ISO/IEC 29794-5:2025 clause 7.4, mouth closed; limit: titre's own, above what closed lips give (0.02) and
//! far below an open mouth (0.2).

use super::{Limit, Measure, Subject};

pub(super) const ID: &str = "mouth_closed";
/// Gap over distance.
const MOST: f32 = 0.06;

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    let value = subject.mesh.as_ref().map(|mesh| mesh.expression.mouth_gap);
    Measure::new(ID, "ratio", value, Limit::AtMost(MOST), "ISO/IEC 29794-5:2025 7.4")
}
