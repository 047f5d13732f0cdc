//! From the errors of the attestation room to failure codes.

use super::token_key;
use crate::attestation::mdoc::MdocIssueError;
use crate::attestation::officer::OfficerError;
use crate::attestation::sdjwt::IssueError;
use crate::attestation::signer::SignError;
use crate::attestation::{
    AttestationError, ChainError, HolderKeyError, IssuerError, PresentError, StatementError,
};
use crate::consent::{ConsentError, Purpose};
use crate::report::{Failure, FailureCode};
use std::path::Path;

/// A receipt that is none, or that does not allow it.
pub(super) fn consent_failure(error: &ConsentError, path: &Path) -> Failure {
    match error {
        ConsentError::Malformed(_) => {
            Failure::new(FailureCode::ConsentMalformed).arg("file", path.display()).cause(error)
        }
        ConsentError::Entropy(_) => Failure::new(FailureCode::Internal).cause(error),
        ConsentError::NotAgreed(purpose) if *purpose != Purpose::FaceRecognition => {
            Failure::new(FailureCode::ConsentScope).arg("purpose", purpose.id()).cause(error)
        }
        _ => Failure::new(FailureCode::ConsentMissing).cause(error),
    }
}

/// An issuer key that cannot be used.
pub(super) fn issuer_failure(error: &IssuerError, path: &Path) -> Failure {
    let code = match error {
        IssuerError::Token(error) => return token_key::failure(error, path),
        IssuerError::NoCertificate | IssuerError::Mismatch | IssuerError::Certificate(_) => {
            FailureCode::SigningKeyMismatch
        }
        _ => FailureCode::SigningKeyUnreadable,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// A statement that was refused at the last gate, or a key that may not sign it.
pub(super) fn statement_failure(error: &StatementError, key: &Path) -> Failure {
    use crate::inspection::CheckResult;
    let code = match error {
        StatementError::NotATestIssuer(refused) => {
            return Failure::new(FailureCode::SigningKeyNotTest).arg("provenance", refused.0).cause(error);
        }
        StatementError::DemonstrationModels(_) => FailureCode::ModelDemonstration,
        StatementError::BelowFloor(_) => FailureCode::ModelBelowFloor,
        StatementError::Issuer(_) => {
            return Failure::new(FailureCode::SigningKeyMismatch).arg("file", key.display()).cause(error);
        }
        StatementError::Consent(consent) => return consent_failure(consent, key),
        StatementError::Officer(error) => return officer_failure(error, key),
        StatementError::AnotherGround => FailureCode::ConsentMissing,
        StatementError::Inspection(CheckResult::Undetermined) => FailureCode::DocumentUndetermined,
        StatementError::Inspection(CheckResult::NotSupported) => FailureCode::DocumentNotSupported,
        StatementError::Inspection(CheckResult::Aborted) => FailureCode::DocumentAborted,
        StatementError::Inspection(_) | StatementError::DocumentExpired | StatementError::File(_) => {
            FailureCode::DocumentFailed
        }
        StatementError::Issue(IssueError::Sign(error))
        | StatementError::Mdoc(MdocIssueError::Sign(error)) => {
            return sign_failure(error, key);
        }
        StatementError::NoDocument => FailureCode::DocumentIncomplete,
        StatementError::Liveness(_) => FailureCode::LivenessAttack,
        StatementError::Challenge(_) => FailureCode::LivenessChallenge,
        StatementError::Comparison(_) => FailureCode::NoMatch,
        _ => FailureCode::Internal,
    };
    Failure::new(code).arg("check", error).arg("gesture", error).arg("file", "EF.SOD").step("statement")
}

/// An examination by officers that does not serve.
pub(super) fn officer_failure(error: &OfficerError, path: &Path) -> Failure {
    let code = match error {
        OfficerError::Malformed(_) => FailureCode::ExaminationMalformed,
        OfficerError::Checklist(incomplete) => {
            return Failure::new(FailureCode::ChecklistIncomplete)
                .arg("item", incomplete.item())
                .cause(error);
        }
        OfficerError::Signature | OfficerError::Certificate(_) => FailureCode::ExaminationUntrusted,
        OfficerError::NotSignedOff => FailureCode::ExaminationNotSignedOff,
        OfficerError::SignedOff => FailureCode::ExaminationSignedOff,
        OfficerError::SameOfficer(_) | OfficerError::OfficerIsIssuer => FailureCode::ExaminationSameOfficer,
        OfficerError::NotConfirmed(_) => FailureCode::ExaminationNotConfirmed,
        OfficerError::AnotherSession | OfficerError::AnotherDocument => FailureCode::ExaminationAnother,
        OfficerError::Time(_) => FailureCode::ExaminationTime,
        OfficerError::TestOfficer => FailureCode::OfficerTest,
        _ => FailureCode::Internal,
    };
    Failure::new(code).arg("file", path.display()).cause(error).step("examination")
}

/// A holder key that cannot be used.
pub(super) fn holder_failure(error: &HolderKeyError, path: &Path) -> Failure {
    match error {
        HolderKeyError::Token(error) => token_key::failure(error, path),
        _ => Failure::new(FailureCode::HolderKey).arg("file", path.display()).cause(error),
    }
}

/// A key that did not sign.
pub(super) fn sign_failure(error: &SignError, key: &Path) -> Failure {
    match error {
        SignError::Token(error) => token_key::failure(error, key),
    }
}

/// A presentation that was not bound to the holder's key.
pub(super) fn present_failure(error: &PresentError, attestation: &Path, key: &Path) -> Failure {
    match error {
        PresentError::Attestation(error) => token_failure(error, attestation),
        PresentError::Sign(error) => sign_failure(error, key),
    }
}

/// A pinned certificate that cannot be read.
pub(super) fn certificate_failure(error: &ChainError, path: &Path) -> Failure {
    Failure::new(FailureCode::InputMalformed).arg("file", path.display()).cause(error)
}

/// A file that is no attestation.
pub(super) fn token_failure(error: &AttestationError, path: &Path) -> Failure {
    Failure::new(FailureCode::AttestationMalformed).arg("file", path.display()).cause(error)
}
