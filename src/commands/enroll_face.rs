//! The face path of `titre enroll`: challenge and models before the document; portrait, capture, liveness and comparison
//! after it.

use super::Environment;
use super::attestation_failure::consent_failure;
use super::challenge::spend;
use super::enroll_args::Args;
use super::enroll_parts::{Challenged, require_face, require_models};
use super::face::{Stages, capture, load_models, model_failure, portrait_failure};
use super::retention::{Held, Retention};
use super::stopwatch::Stopwatch;
use crate::attestation::{CaptureProvenance, FaceEvidence, IssuerKey};
use crate::biometrics::models::Task;
use crate::biometrics::{Comparison, Liveness, Portrait, compare};
use crate::consent::{Consent, Ground};
use crate::inspection::Subject;
use crate::lds::{Dg2, FileId};
use crate::report::{Failure, FailureCode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is known before the document is read.
pub(super) struct FacePrepared {
    ground: Ground,
    challenge: Challenged,
    video: PathBuf,
}

/// What was found out about the face.
pub(super) struct FaceFound {
    liveness: Liveness,
    comparison: Comparison,
    challenge_sha256: String,
    origin: &'static str,
    stages: Stages,
    video: (u32, f64),
}

impl FacePrepared {
    /// Nothing of the face is touched before there is consent, and nothing long is begun that could not end.
    pub(super) fn new(
        args: &Args,
        consent: &Consent,
        issuer: &IssuerKey,
        environment: &Environment<'_>,
    ) -> Result<Self, Failure> {
        let at = environment.at;
        let ground = consent.ground(at);
        let ground = ground.map_err(|error| consent_failure(&error, &args.input).step("consent"))?;
        let absent = || Failure::new(FailureCode::Usage).cause("--path face wants --video and --challenge");
        let challenge = Challenged::read(args.challenge.as_deref().ok_or_else(absent)?, at)?;
        require_models(environment, args.profile, issuer)?;
        Ok(Self { ground, challenge, video: args.video.clone().ok_or_else(absent)? })
    }

    /// Looks at the face; only a match goes on.
    pub(super) fn examine(
        self,
        args: &Args,
        subject: &Subject,
        (watch, retention): (&mut Stopwatch, &mut Retention),
        environment: &Environment<'_>,
    ) -> Result<FaceFound, Failure> {
        let Self { ground, challenge, video } = self;
        let at = environment.at;
        let tasks = [Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding];
        let models = watch.time("models", || load_models(environment, &tasks))?;
        let (face, portrait) = watch.time("portrait", || {
            let portrait = portrait(subject, &args.input)?;
            let face = portrait.embed(&models, &ground);
            let face = face.map_err(|error| portrait_failure(&error, &args.input))?;
            Ok::<_, Failure>((face, portrait))
        })?;
        retention.erase(Held::Portrait, 1, Some(portrait.size()), portrait);
        if let Some(folder) = &args.used {
            spend(folder, &challenge.challenge, at)?;
        }
        let (seen, stages) = watch.time("capture", || capture(environment, &models, &video, &ground))?;
        let liveness =
            watch.time("liveness", || Liveness::judge(&models, &seen, Some(&challenge.challenge), at));
        require_face(&liveness, None)?;
        let comparison = watch
            .time("comparison", || compare(&models, &face, &seen))
            .map_err(|error| model_failure(&error))?;
        require_face(&liveness, Some(&comparison))?;
        let (challenge_sha256, origin) = (challenge.sha256, models.origin().name());
        let rate = seen.pictures.saturating_sub(1) as f64 * 1000.0 / seen.duration_ms.max(1) as f64;
        // The shorter side: a video held upright has its lines there.
        let video = (seen.size.0.min(seen.size.1), rate);
        let templates = 1 + seen.samples.len();
        retention.erase(Held::Templates, templates, Some(templates * face.embedding.size()), face);
        retention.erase(Held::Video, 1, Some(stages.file_bytes()), ());
        retention.erase(Held::Pictures, seen.pictures, None, (seen, models));
        Ok(FaceFound { liveness, comparison, challenge_sha256, origin, stages, video })
    }
}

impl FaceFound {
    pub(super) fn evidence(&self) -> FaceEvidence<'_> {
        FaceEvidence {
            liveness: &self.liveness,
            comparison: &self.comparison,
            challenge_sha256: &self.challenge_sha256,
            capture: CaptureProvenance::Recorded,
        }
    }

    /// Lines and pictures a second.
    pub(super) const fn video(&self) -> (u32, f64) {
        self.video
    }

    pub(super) fn add_to(&self, result: &mut Value) {
        result["path"] = json!("face");
        result["provenance"]["capture"] = json!("recorded");
        result["liveness"] = json!(self.liveness.result);
        result["comparison"] = json!(self.comparison.decision);
        result["models"] = json!({"maturity": self.comparison.maturity, "origin": self.origin});
        result["decoder"] = json!(self.stages.decoder());
        result["capture_stages_ms"] = json!(self.stages.to_json());
    }
}

/// The portrait of the very DG2 that was inspected.
fn portrait(subject: &Subject, input: &Path) -> Result<Portrait, Failure> {
    let missing = || Failure::new(FailureCode::DocumentIncomplete).arg("file", "EF.DG2").step("portrait.dg2");
    let bytes = subject.file(FileId::Dg(2)).ok_or_else(missing)?;
    let dg2 = Dg2::parse(bytes).map_err(|error| missing().cause(error))?;
    Portrait::from_dg2(&dg2).map_err(|error| portrait_failure(&error, input))
}
