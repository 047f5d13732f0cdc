//! What `titre enroll` needs for the face besides the parts of other verbs: its challenge, and the failures of findings that refuse.

use super::Environment;
use super::face::{model_failure, models_origin};
use crate::attestation::{IssuerKey, assurance};
use crate::biometrics::{
    Challenge, Comparison, Decision, Floor, Liveness, ModelError, Reason, Verdict, challenge,
};
use crate::crypto::HashAlgorithm;
use crate::inspection::Profile;
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::Path;
use time::OffsetDateTime;

/// A challenge with the digest of its file.
pub(super) struct Challenged {
    pub challenge: Challenge,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}

impl Challenged {
    /// Reads a challenge that is open at `at`. A video answers it only while it is open, and a video file does not
    /// say when it was made: so the enrollment itself must come before the challenge ends.
    pub(super) fn read(path: &Path, at: OffsetDateTime) -> Result<Self, Failure> {
        let bytes = read_input(path, challenge::MAX_FILE)?;
        let challenge = Challenge::from_json(&bytes).map_err(|error| {
            Failure::new(FailureCode::ChallengeMalformed).arg("file", path.display()).cause(error)
        })?;
        let closed = if at < challenge.issued_at {
            Some("challenge.not_yet_issued")
        } else if at > challenge.expires_at {
            Some("challenge.expired")
        } else {
            None
        };
        if let Some(reason) = closed {
            return Err(Failure::new(FailureCode::LivenessChallenge)
                .arg("gesture", reason)
                .step("challenge"));
        }
        Ok(Self { challenge, sha256: hex::encode(HashAlgorithm::Sha256.digest(&bytes)) })
    }
}

/// Whether the models in use are good enough for this key and this profile: asked of the manifest alone, before
/// anything is read.
pub(super) fn require_models(
    environment: &Environment<'_>,
    profile: Profile,
    issuer: &IssuerKey,
) -> Result<(), Failure> {
    let manifest = match models_origin(environment).manifest() {
        Ok((manifest, _)) => manifest,
        // It is said when models are loaded, which comes after the document; and the statement asks all this again.
        Err(ModelError::Missing { .. }) => return Ok(()),
        Err(error) => return Err(model_failure(&error)),
    };
    let plan = manifest.comparison().map_err(|error| model_failure(&error))?;
    let maturity = manifest.maturity().map_err(|error| model_failure(&error))?;
    let refused = |code, cause: &dyn std::fmt::Display| Failure::new(code).cause(cause).step("models");
    assurance::require_models(maturity, issuer.is_test())
        .map_err(|error| refused(FailureCode::ModelDemonstration, &error))?;
    if profile == Profile::Kiosk {
        Floor::KIOSK.check(plan, maturity).map_err(|error| refused(FailureCode::ModelBelowFloor, &error))?;
    }
    Ok(())
}

/// Only a living person who met the challenge, and then a match, go on.
pub(super) fn require_face(liveness: &Liveness, comparison: Option<&Comparison>) -> Result<(), Failure> {
    if liveness.pad.result != Verdict::Successful {
        return Err(Failure::new(FailureCode::LivenessAttack)
            .cause(codes(&liveness.reasons))
            .step("liveness"));
    }
    let report = liveness.challenge.as_ref();
    if report.is_none_or(|report| report.result != Verdict::Successful) {
        let reasons = report.map_or_else(String::new, |report| codes(&report.reasons));
        return Err(Failure::new(FailureCode::LivenessChallenge).arg("gesture", reasons).step("liveness"));
    }
    if liveness.result != Verdict::Successful {
        return Err(Failure::new(FailureCode::LivenessAttack)
            .cause(codes(&liveness.reasons))
            .step("liveness"));
    }
    let Some(comparison) = comparison else { return Ok(()) };
    let code = match comparison.decision {
        Decision::Match => return Ok(()),
        Decision::NoMatch => FailureCode::NoMatch,
        Decision::Inconclusive => FailureCode::MatchInconclusive,
    };
    // No score: how close it was would help whoever tries to come closer.
    Err(Failure::new(code).step("comparison"))
}

fn codes(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.code).collect::<Vec<_>>().join(", ")
}
