//! Inter-eye distance: pixels between the centres of the eyes, as they would be if the head were not turned.
//! Source: ISO/IEC 29794-5:2025 clause 7.4, inter-eye distance; limit: ISO/IEC 39794-5 annex D, 90 pixels for a
//! portrait of a travel document.

use super::{Limit, Measure, Subject};

pub(super) const ID: &str = "inter_eye_distance";
/// Pixels.
const LEAST: f32 = 90.0;

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    // A turned head shows its eyes closer together than they are; beyond 60 degrees there is nothing to stretch.
    let yaw = subject.mesh.as_ref().map_or(0.0, |mesh| mesh.pose.yaw).clamp(-60.0, 60.0);
    let distance = subject.face.eye_distance() / yaw.to_radians().cos();
    Measure::new(
        ID,
        "px",
        Some(distance),
        Limit::AtLeast(LEAST),
        "ISO/IEC 29794-5:2025 7.4, ISO/IEC 39794-5 D",
    )
}
