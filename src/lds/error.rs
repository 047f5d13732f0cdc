//! Why a file of the chip could not be understood. Errors name the file, the field and the place, never what
//! stood there: that may be personal.

use crate::asn1::TlvError;

/// A file that breaks its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LdsError {
    /// The TLV structure is broken.
    #[error("{file}: {source}")]
    Tlv {
        /// The file or structure.
        file: &'static str,
        /// What is broken.
        source: TlvError,
    },
    /// A field breaks its own rules.
    #[error("{file}: {field}: {problem}")]
    Field {
        /// The file or structure.
        file: &'static str,
        /// The field.
        field: &'static str,
        /// What is wrong, without the value.
        problem: &'static str,
    },
    /// More of something than titre accepts.
    #[error("{file}: {what}: more than {limit}")]
    TooMany {
        /// The file or structure.
        file: &'static str,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A format that is known to exist and that titre does not read.
    #[error("{file}: {format} is not supported")]
    Unsupported {
        /// The file or structure.
        file: &'static str,
        /// The format.
        format: &'static str,
    },
}

impl LdsError {
    /// For `map_err`: a TLV error of `file`.
    pub(crate) fn tlv(file: &'static str) -> impl Fn(TlvError) -> Self {
        move |source| Self::Tlv { file, source }
    }

    /// A field that breaks its rules.
    pub(crate) const fn field(file: &'static str, field: &'static str, problem: &'static str) -> Self {
        Self::Field { file, field, problem }
    }
}
