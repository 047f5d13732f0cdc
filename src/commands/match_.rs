//! `titre match`: the portrait against a video or an image, one to one.

use super::Environment;
use super::document::PasswordArgs;
use super::face::{capture, load_models, model_failure, portrait_failure, read_portrait, reason_line};
use super::liveness::summary;
use crate::biometrics::models::Task;
use crate::biometrics::{Comparison, Decision, ImageKind, Maturity, compare, compare_image};
use crate::consent::Ground;
use crate::report::output::read_input;
use crate::report::{Exit, Failure, Outcome, Page};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `titre match`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre match document selfie.mp4                           a document folder's portrait
  titre match portrait.jpg selfie.jpg --json")]
pub struct Args {
    /// Document folder, recording, DG2 file or image
    portrait: PathBuf,
    /// Video (MP4, MOV or WebM) or image of the person
    probe: PathBuf,
    /// The password that a recording needs
    #[command(flatten)]
    password: PasswordArgs,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let portrait = read_portrait(&args.portrait, &args.password, environment)?;
    let is_image = is_image(&args.probe)?;
    let image_tasks = [Task::FaceDetection, Task::Embedding];
    let video_tasks = [Task::FaceDetection, Task::Embedding, Task::Landmarks, Task::Iris];
    let models = load_models(environment, if is_image { &image_tasks } else { &video_tasks })?;
    let ground = Ground::evaluation();
    let face = portrait.embed(&models, &ground).map_err(|error| portrait_failure(&error, &args.portrait))?;
    let (comparison, probe, stages) = if is_image {
        let probe = read_portrait(&args.probe, &args.password, environment)?;
        let probe = probe.embed(&models, &ground).map_err(|error| probe_failure(&error, &args.probe))?;
        let comparison = compare_image(&models, &face, &probe).map_err(|error| model_failure(&error))?;
        (comparison, json!({"kind": "image", "quality": probe.quality}), Value::Null)
    } else {
        let (capture, stages) = capture(environment, &models, &args.probe, &ground)?;
        let comparison = compare(&models, &face, &capture).map_err(|error| model_failure(&error))?;
        (
            comparison,
            json!({"kind": "video", "capture": summary(&capture), "decoder": stages.decoder()}),
            stages.to_json(),
        )
    };
    let exit = match comparison.decision {
        Decision::Match => Exit::Done,
        Decision::NoMatch => Exit::NoMatch,
        Decision::Inconclusive => Exit::Undetermined,
    };
    let mut page = Page::new(environment.reporter.lang);
    page_comparison(&mut page, &comparison);
    let result = json!({
        "comparison": comparison,
        "portrait": {
            "media_type": portrait.kind.media_type(),
            "bytes": portrait.stored().disclose().len(),
            "quality": face.quality,
        },
        "probe": probe,
        "stages_ms": stages,
    });
    Ok(Outcome { schema: "titre.match/1", result, exit, page })
}

/// Whether the probe is an image, by its first bytes.
fn is_image(path: &Path) -> Result<bool, Failure> {
    use std::io::Read;
    if path.is_dir() {
        return Ok(true);
    }
    let Ok(file) = std::fs::File::open(path) else { return read_input(path, 0).map(|_| false) };
    let mut head = Vec::new();
    let read = file.take(16).read_to_end(&mut head);
    Ok(read.is_ok() && (ImageKind::of(&head).is_some() || head.first() == Some(&0x75)))
}

/// The probe's failures are those of a capture, not of a portrait.
fn probe_failure(error: &crate::biometrics::PortraitError, path: &Path) -> Failure {
    use crate::biometrics::PortraitError::{NoFace, SeveralFaces};
    use crate::report::FailureCode::{CaptureNoFace, CaptureSeveralFaces};
    match error {
        NoFace => Failure::new(CaptureNoFace).arg("file", path.display()).cause(error),
        SeveralFaces(_) => Failure::new(CaptureSeveralFaces).arg("file", path.display()).cause(error),
        other => portrait_failure(other, path),
    }
}

/// A comparison on a page: score, thresholds, direction and decision together.
pub(super) fn page_comparison(page: &mut Page, comparison: &Comparison) {
    let decision =
        page.lang().text(&format!("decision-{}", comparison.decision.as_str().replace('_', "-")), &[]);
    page.heading("match-heading");
    page.field("label-decision", decision);
    for reason in &comparison.reasons {
        reason_line(page, reason);
    }
    let score = [
        ("score", format!("{:.3}", comparison.score)),
        ("threshold", format!("{:.3}", comparison.threshold)),
        ("lower", format!("{:.3}", comparison.lower_threshold)),
    ];
    page.sentence("match-score", &score);
    let rates = [
        ("fmr", format!("{:.1e}", comparison.false_match_rate)),
        ("fnmr", format!("{:.4}", comparison.false_non_match_rate)),
        ("calibration", comparison.calibration.clone()),
    ];
    page.sentence("match-rates", &rates);
    for other in &comparison.elsewhere {
        let rates = [
            ("set", other.set.clone()),
            ("fmr", format!("{:.1e}", other.false_match_rate)),
            ("fnmr", format!("{:.4}", other.false_non_match_rate)),
        ];
        page.sentence("match-elsewhere", &rates);
    }
    page.sentence("match-caveat", &[]);
    for model in &comparison.models {
        page.line(1, format!("{} sha256:{} ({})", model.name, model.sha256, model.maturity.as_str()));
    }
    if comparison.maturity != Maturity::Measured {
        page.sentence("models-demonstration", &[]);
    }
}
