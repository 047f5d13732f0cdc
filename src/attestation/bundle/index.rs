//! What can be read of a bundle without opening it: enough to find it and to delete it in time, and nothing of the person or
//! the document. Two bundles of one person have nothing in common here.
//! Source: ETSI TS 119 461 ISS-8.5.2-05 (completion time), -06 (search), -08 (end of retention).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The format's name and version.
const FORMAT: &str = "titre.evidence-index/1";
/// Longest text of an index.
pub(super) const MAX_LEN: usize = 1024;

/// The signed index of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    format: String,
    /// Drawn for this bundle, hexadecimal.
    pub bundle: String,
    /// When the enrollment was completed.
    #[serde(with = "time::serde::rfc3339")]
    pub completed_at: OffsetDateTime,
    /// From when on the bundle must be deleted.
    #[serde(with = "time::serde::rfc3339")]
    pub retention_until: OffsetDateTime,
    /// `none`: no image, template or video is inside.
    pub biometric_data: String,
}

impl Index {
    /// The index of a bundle with this identifier (32 hexadecimal digits); times to the second.
    #[must_use]
    pub fn new(bundle: String, completed_at: OffsetDateTime, retention_until: OffsetDateTime) -> Self {
        let whole = |moment: OffsetDateTime| moment.replace_nanosecond(0).unwrap_or(moment);
        Self {
            format: FORMAT.to_owned(),
            bundle,
            completed_at: whole(completed_at),
            retention_until: whole(retention_until),
            biometric_data: "none".to_owned(),
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let index: Self = serde_json::from_str(text).ok().filter(|_| text.len() <= MAX_LEN)?;
        let sound = index.format == FORMAT && index.bundle.len() == 32 && index.to_text() == text;
        sound.then_some(index)
    }

    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether its time has come at `at`.
    #[must_use]
    pub fn is_over(&self, at: OffsetDateTime) -> bool {
        at >= self.retention_until
    }
}
