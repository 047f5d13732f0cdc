//! Why a session ended without a `Reading`.

use super::reading::StepFailure;
use crate::iso7816::{ApduError, SmError, StatusWord};
use crate::lds::FileId;
use crate::protocol::{ProtocolError, Step};
use crate::transport::TransportError;

/// Why a session ended without a `Reading`. It names steps and status words, never data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// No response came.
    #[error("{step}: {error}")]
    Transport {
        /// The step.
        step: Step,
        /// What happened.
        error: TransportError,
    },
    /// The exchange failed.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The chip, or somebody else, answered without secure messaging.
    #[error("{step}: an answer without secure messaging, SW {sw}")]
    Unprotected {
        /// The step.
        step: Step,
        /// The bare status word.
        sw: StatusWord,
    },
    /// A protected answer does not hold.
    #[error("{step}: {error}")]
    SecureMessaging {
        /// The step.
        step: Step,
        /// What is wrong with it.
        error: SmError,
    },
    /// The bytes that came are no response, or a command has no encoding.
    #[error("{step}: {error}")]
    Apdu {
        /// The step.
        step: Step,
        /// What is wrong with them.
        error: ApduError,
    },
    /// The command is too long for a short APDU, and the chip takes neither a chain of them nor extended length here.
    #[error("{step}: the chip takes no command chaining ({sw}), and the link no extended length")]
    ChainingRefused {
        /// The step.
        step: Step,
        /// The chip's status word.
        sw: StatusWord,
    },
    /// PACE was offered and not established, and BAC was not allowed in its place.
    #[error("PACE was offered and not established: {}: {}", .0.step, .0.reason)]
    DowngradeRefused(StepFailure),
    /// The chip offers nothing that goes with titre and this password.
    #[error("no access protocol: {0}")]
    AccessNotSupported(&'static str),
    /// After a card was lost, another document was put on the reader.
    #[error("the document that was put on the reader again is another one")]
    AnotherDocument,
    /// A file without which nothing can be judged was refused.
    #[error("{file} was refused: {sw}")]
    FileRefused {
        /// The file.
        file: FileId,
        /// The chip's status word.
        sw: StatusWord,
    },
    /// The session used up its commands, bytes or new starts.
    #[error("{step}: the budget of {what} is used up")]
    Budget {
        /// The step.
        step: Step,
        /// Of what.
        what: &'static str,
    },
}

impl SessionError {
    /// The step, where the error has one.
    #[must_use]
    pub fn step(&self) -> Option<String> {
        match self {
            Self::Transport { step, .. }
            | Self::Unprotected { step, .. }
            | Self::SecureMessaging { step, .. }
            | Self::Apdu { step, .. }
            | Self::ChainingRefused { step, .. }
            | Self::Budget { step, .. } => Some(step.to_string()),
            Self::Protocol(error) => error.step().map(|step| step.to_string()),
            Self::DowngradeRefused(failure) => Some(failure.step.clone()),
            Self::FileRefused { file, .. } => Some(Step::Read(*file).to_string()),
            Self::AnotherDocument => Some(Step::Read(FileId::Sod).to_string()),
            Self::AccessNotSupported(_) => Some("access".to_owned()),
        }
    }

    /// The chip's status word, where one is the reason.
    #[must_use]
    pub fn sw(&self) -> Option<u16> {
        match self {
            Self::Unprotected { sw, .. }
            | Self::FileRefused { sw, .. }
            | Self::ChainingRefused { sw, .. } => Some(sw.0),
            Self::Protocol(error) => error.sw().map(|sw| sw.0),
            Self::DowngradeRefused(failure) => failure.sw,
            _ => None,
        }
    }

    /// The error as data of a `Reading`.
    #[must_use]
    pub fn to_failure(&self, otherwise: &str) -> StepFailure {
        StepFailure {
            step: self.step().unwrap_or_else(|| otherwise.to_owned()),
            sw: self.sw(),
            reason: self.to_string(),
        }
    }

    /// Whether the chip is to blame, so that a session may note it and go on another way. Transport, randomness
    /// and budget end every session, and so does a password that is wrong or not taken.
    pub(super) const fn is_the_chips(&self) -> bool {
        match self {
            Self::Protocol(error) => !matches!(
                error,
                ProtocolError::Entropy(_)
                    | ProtocolError::WrongPassword { .. }
                    | ProtocolError::PasswordUnusable { .. }
            ),
            Self::Unprotected { .. } | Self::SecureMessaging { .. } | Self::Apdu { .. } => true,
            _ => false,
        }
    }
}
