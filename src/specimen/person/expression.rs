//! What a head does in one frame: where it points and what the face does.

/// Where the head points and stands, in degrees and head units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pose {
    /// Positive: the subject turns to their own left, the nose moves to the image's right.
    pub yaw: f32,
    /// Positive: the nose goes down.
    pub pitch: f32,
    /// Positive: the crown tips to the image's left.
    pub roll: f32,
    /// Shift to the image's right, in head units (a head is about 1.5 wide).
    pub x: f32,
    /// Shift upwards, in head units.
    pub y: f32,
}

/// What the face does; all 0 is neutral.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Expression {
    /// How far the lids are closed, 0 open to 1 closed.
    pub blink: f32,
    /// 0 neutral to 1 a broad smile.
    pub smile: f32,
    /// 0 closed to 1 wide open.
    pub mouth_open: f32,
    /// Where the eyes look, -1 to 1: to the image's right.
    pub gaze: f32,
}
