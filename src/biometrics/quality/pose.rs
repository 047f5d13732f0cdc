//! Pose: yaw, pitch and roll of the head, in degrees, by the mesh.
//! Source: ISO/IEC 29794-5:2025 clause 7.4, head pose. Limits: ISO/IEC 39794-5 annex D allows 5 degrees of yaw and
//! pitch and 8 of roll; to this comes what the mesh errs, 5 degrees of yaw, and for pitch an offset of each head's
//! own, which reaches 20.

use super::{Limit, Measure, Subject};

pub(super) const YAW: &str = "head_pose_yaw";
pub(super) const PITCH: &str = "head_pose_pitch";
pub(super) const ROLL: &str = "head_pose_roll";

pub(super) fn measure(subject: &Subject<'_>) -> [Measure; 3] {
    let pose = subject.mesh.as_ref().map(|mesh| mesh.pose);
    let angle = |id, value, limit: f32| {
        Measure::new(
            id,
            "deg",
            value,
            Limit::Between(-limit, limit),
            "ISO/IEC 29794-5:2025 7.4, ISO/IEC 39794-5 D",
        )
    };
    [
        angle(YAW, pose.map(|pose| pose.yaw), 10.0),
        angle(PITCH, pose.map(|pose| pose.pitch), 25.0),
        angle(ROLL, pose.map(|pose| pose.roll), 8.0),
    ]
}
