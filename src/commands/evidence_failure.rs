//! From the errors of bundles to failure codes.

use super::attestation_failure::sign_failure;
use crate::attestation::bundle::BundleError;
use crate::attestation::bundle::{ContentsError, RecipientError, SealError};
use crate::report::{Failure, FailureCode};
use std::path::Path;

/// A bundle whose seal does not hold.
pub(super) fn seal_failure(error: &SealError, path: &Path) -> Failure {
    let code = match error {
        SealError::Signature => FailureCode::EvidenceChanged,
        SealError::Issuer(_) => FailureCode::EvidenceUntrusted,
        _ => FailureCode::EvidenceMalformed,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// A bundle that does not open, or holds something else than evidence.
pub(super) fn contents_failure(error: &ContentsError, path: &Path) -> Failure {
    let code = match error {
        ContentsError::Envelope(_) => FailureCode::EvidenceKey,
        _ => FailureCode::EvidenceMalformed,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// A certificate or a key of a recipient that cannot be used.
pub(super) fn recipient_failure(error: &RecipientError, path: &Path) -> Failure {
    Failure::new(FailureCode::EvidenceRecipient).arg("file", path.display()).cause(error)
}

/// A bundle that was not made.
pub(super) fn bundle_failure(error: &BundleError, recipient: &Path, key: &Path) -> Failure {
    match error {
        BundleError::Sign(error) => sign_failure(error, key),
        BundleError::Envelope(_) => {
            Failure::new(FailureCode::EvidenceRecipient).arg("file", recipient.display()).cause(error)
        }
        BundleError::Contents(_) => Failure::new(FailureCode::EvidenceNotKept).cause(error),
        BundleError::Entropy(_) => Failure::new(FailureCode::Internal).cause(error),
    }
}
