//! From the errors of transport, protocol and session to failure codes.

use crate::protocol::ProtocolError;
use crate::report::{Failure, FailureCode};
use crate::session::{FolderError, SessionError};
use crate::transport::TransportError;
use std::path::Path;

/// A session that ended without a reading.
pub(super) fn session_failure(error: &SessionError) -> Failure {
    let mut failure = match error {
        SessionError::Transport { error, .. } => transport_failure(error),
        _ => Failure::new(session_code(error)).cause(error),
    };
    failure.step = error.step();
    failure.sw = error.sw();
    failure
}

const fn session_code(error: &SessionError) -> FailureCode {
    match error {
        SessionError::Protocol(error) => match error {
            ProtocolError::WrongPassword { .. } => FailureCode::AccessWrongPassword,
            ProtocolError::PasswordUnusable { .. } => FailureCode::AccessPasswordUnusable,
            ProtocolError::Refused { .. } => FailureCode::AccessRefused,
            ProtocolError::File { .. } | ProtocolError::TooLarge { .. } => FailureCode::ChipFile,
            ProtocolError::SecureMessaging(_) => FailureCode::ChipSecureMessaging,
            ProtocolError::Entropy(_) | ProtocolError::Order(_) => FailureCode::Internal,
            _ => FailureCode::ChipProtocol,
        },
        SessionError::Unprotected { .. } | SessionError::SecureMessaging { .. } => {
            FailureCode::ChipSecureMessaging
        }
        SessionError::DowngradeRefused(_) => FailureCode::DowngradeRefused,
        SessionError::AccessNotSupported(_) => FailureCode::AccessNotSupported,
        SessionError::FileRefused { .. } => FailureCode::AccessRefused,
        SessionError::Budget { .. } => FailureCode::ChipBudget,
        SessionError::ChainingRefused { .. } => FailureCode::ChipChaining,
        SessionError::AnotherDocument => FailureCode::AnotherDocument,
        _ => FailureCode::ChipProtocol,
    }
}

/// No response from reader, card or recording.
pub(super) fn transport_failure(error: &TransportError) -> Failure {
    let code = match error {
        TransportError::CardLost(_) => FailureCode::CardLost,
        TransportError::Service(_) => FailureCode::CardService,
        TransportError::ServiceRefused(_) => FailureCode::CardServiceRefused,
        TransportError::Reader(_) => FailureCode::Reader,
        TransportError::Busy { .. } => FailureCode::ReaderBusy,
        TransportError::Ambiguous(_) => FailureCode::ReaderAmbiguous,
        TransportError::NoCard { .. } => FailureCode::NoCard,
        TransportError::Timeout { .. } => FailureCode::CardTimeout,
        TransportError::Overdue { .. } => FailureCode::ChipBudget,
        TransportError::Diverged { .. } => FailureCode::ReplayDiverged,
        TransportError::NoEntropy => FailureCode::ReplayWithoutEntropy,
        TransportError::Recording(_) => FailureCode::RecordingMalformed,
    };
    Failure::new(code).cause(error)
}

/// A document folder that cannot be loaded.
pub(super) fn load_failure(error: &FolderError) -> Failure {
    let (code, path) = match error {
        FolderError::Io { path, .. } => (FailureCode::InputUnreadable, path),
        FolderError::Missing { path } => (FailureCode::DocumentIncomplete, path),
        FolderError::TooLarge { path, limit } => {
            return Failure::new(FailureCode::InputTooLarge)
                .arg("file", path.display())
                .arg("limit", limit)
                .cause(error);
        }
        FolderError::Index { path, .. } => (FailureCode::InputMalformed, path),
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// A document folder that cannot be written.
pub(super) fn store_failure(error: &FolderError, folder: &Path) -> Failure {
    Failure::new(FailureCode::OutputUnwritable).arg("file", folder.display()).cause(error)
}
