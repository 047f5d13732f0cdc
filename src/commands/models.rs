//! `titre models`: which face models there are, and whether they are those of the manifest.

use super::Environment;
use super::face::{model_failure, models_origin};
use super::models_bench::page_calibration;
use crate::biometrics::models::{FileState, Origin, Task};
use crate::biometrics::{Maturity, ModelError, ModelSet};
use crate::report::{Exit, Failure, Outcome, Page};
use serde_json::json;

/// Arguments of `titre models`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre models list --models models
  titre models verify                                       digests, and whether each one runs
  titre models install recommended
  titre models bench lfw --task comparison
  titre models calibrate people -o calibration.toml")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Name every model of the set in use and what is there of its file
    #[command(before_help = "Examples:\n  titre models list\n  titre models list --models models")]
    List,
    /// Check every digest, and that every model can be built
    #[command(before_help = "Examples:\n  titre models verify\n  titre models verify --models models")]
    Verify,
    /// Thresholds and error rates on own pairs, as an entry for a manifest
    Calibrate(super::models_calibrate::Args),
    /// What the models do on a public set of images
    Bench(super::models_bench::Args),
    /// Install the recommended models, or one that the manifest knows by digest
    Install(super::models_install::Args),
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::List => list(environment),
        Verb::Verify => verify(environment),
        Verb::Calibrate(args) => super::models_calibrate::run(args, environment),
        Verb::Bench(args) => super::models_bench::run(args, environment),
        Verb::Install(args) => super::models_install::run(args, environment),
    }
}

fn verify(environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let models = ModelSet::open(models_origin(environment)).map_err(|error| model_failure(&error))?;
    models.build_all().map_err(|error| model_failure(&error))?;
    let needed = [Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding];
    models.require(&needed).map_err(|error| model_failure(&error))?;
    list(environment)
}

fn list(environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let origin = models_origin(environment);
    let (manifest, survey) = ModelSet::survey(&origin).map_err(|error| model_failure(&error))?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("models-heading");
    page.field("label-origin", page.lang().text(origin_id(&origin), &[]));
    let folder = origin.folder().map(|folder| folder.display().to_string());
    if let Some(folder) = &folder {
        page.field("label-folder", folder);
    }
    let mut list = Vec::new();
    for (model, state) in survey {
        let bytes = if let Ok(FileState::Verified(bytes)) = state { Some(bytes) } else { None };
        let state = state_name(&state);
        let id = if state == "missing" { "model-missing-file".to_owned() } else { format!("model-{state}") };
        let word = page.lang().text(&id, &[]);
        let size = bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{} kB", bytes.div_ceil(1000)));
        let (task, licence) = (model.task.name(), &model.licence);
        let maturity = model.maturity.as_str();
        let name = &model.name;
        page.line(1, format!("{name:<32} {task:<20} {maturity:<14} {licence:<12} {size:>8}  {word}"));
        page.line(3, format!("sha256:{}", model.sha256));
        list.push(json!({
            "name": model.name,
            "task": model.task,
            "file": model.file,
            "sha256": model.sha256,
            "bytes": bytes,
            "maturity": model.maturity,
            "licence": model.licence,
            "source": model.source,
            "training_data": model.training_data,
            "state": state,
        }));
    }
    if let (Ok(plan), Ok(maturity)) = (manifest.comparison(), manifest.maturity()) {
        page.heading("models-comparison");
        page.line(1, format!("{} ({})", plan.models.join(" + "), maturity.as_str()));
        for calibration in &plan.calibrations {
            page_calibration(&mut page, calibration);
        }
        if maturity != Maturity::Measured {
            page.sentence("models-demonstration", &[]);
        }
    }
    let result = json!({
        "origin": origin.name(),
        "folder": folder,
        "models": list,
        "comparison": manifest.comparison().ok(),
        "maturity": manifest.maturity().ok(),
    });
    Ok(Outcome { schema: "titre.models/1", result, exit: Exit::Done, page })
}

const fn origin_id(origin: &Origin) -> &'static str {
    match origin {
        Origin::BuiltIn => "origin-built-in",
        Origin::Installed(_) => "origin-installed",
        _ => "origin-folder",
    }
}

const fn state_name(state: &Result<FileState, ModelError>) -> &'static str {
    match state {
        Ok(FileState::Verified(_)) => "verified",
        Ok(FileState::Missing) => "missing",
        Err(ModelError::Digest { .. }) => "changed",
        Err(_) => "unreadable",
    }
}
