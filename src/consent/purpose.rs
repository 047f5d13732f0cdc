//! What a person is asked, and the text that asks it.
//! Source: GDPR article 7(2): in an intelligible form, in clear and plain language; recital 43: purpose by purpose.

use crate::crypto::HashAlgorithm;
use serde::{Deserialize, Serialize};

/// What a person is asked to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// The chip is read and checked.
    DocumentReading,
    /// The face in the video is compared with the chip's photo.
    FaceRecognition,
    /// An attestation with identity data is signed.
    Attestation,
}

impl Purpose {
    /// All purposes, in the order of the text.
    pub const ALL: [Self; 3] = [Self::DocumentReading, Self::FaceRecognition, Self::Attestation];

    /// What an enrollment needs where a person compares: no program looks at the face.
    pub const HUMAN_PATH: [Self; 2] = [Self::DocumentReading, Self::Attestation];

    /// The identifier, as receipts and the command line carry it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DocumentReading => "document_reading",
            Self::FaceRecognition => "face_recognition",
            Self::Attestation => "attestation",
        }
    }

    /// The purpose of an identifier.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }
}

/// The language of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLanguage {
    /// English.
    En,
    /// French.
    Fr,
}

impl TextLanguage {
    /// The text that is shown.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::En => include_str!("text/en.txt"),
            Self::Fr => include_str!("text/fr.txt"),
        }
    }

    /// SHA-256 of the text in UTF-8, hex. A text that changes gets another schema version.
    #[must_use]
    pub fn text_sha256(self) -> String {
        hex::encode(HashAlgorithm::Sha256.digest(self.text().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_name_every_purpose() {
        for language in [TextLanguage::En, TextLanguage::Fr] {
            for purpose in Purpose::ALL {
                assert!(language.text().contains(purpose.id()), "{language:?} {}", purpose.id());
            }
        }
    }
}
