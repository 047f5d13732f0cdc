//! Sharpness: variance of the Laplacian over the face at 112 by 112, in squared grey levels. The standard's own
//! measure is a random forest over such edge statistics; its trees are not here.
//! Source: ISO/IEC 29794-5:2025 clause 7.3, sharpness; limit: titre's own, that of every comparison.

use super::{Limit, MIN_SHARPNESS, Measure, Quality, Subject};

pub(super) const ID: &str = "sharpness";

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    let value = Quality::measure(subject.picture, subject.face).map(|quality| quality.sharpness);
    Measure::new(ID, "grey_levels_squared", value, Limit::AtLeast(MIN_SHARPNESS), "ISO/IEC 29794-5:2025 7.3")
}
