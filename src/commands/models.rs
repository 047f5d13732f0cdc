//! `titre models`: which face models there are, and whether they are those of the manifest.

use super::Environment;
use super::face::{model_failure, models_folder};
use crate::biometrics::models::{FileState, Task};
use crate::biometrics::{ModelError, ModelSet};
use crate::report::{Exit, Failure, Outcome, Page};
use serde_json::json;

/// Arguments of `titre models`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre models list --models ../shared/models
  titre models verify                                       digests, and whether each one runs")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Name every model of the manifest and what is there of its file
    #[command(before_help = "Examples:\n  titre models list --models models")]
    List,
    /// Check every digest, and that every model can be built
    #[command(before_help = "Examples:\n  titre models verify --models models")]
    Verify,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let folder = models_folder(environment);
    if let Verb::Verify = args.verb {
        let models = ModelSet::load(&folder).map_err(|error| model_failure(&error))?;
        models.build_all().map_err(|error| model_failure(&error))?;
        let needed = [Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding];
        models.require(&needed).map_err(|error| model_failure(&error))?;
    }
    let survey = ModelSet::survey(&folder).map_err(|error| model_failure(&error))?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("models-heading");
    page.field("label-folder", folder.display());
    let mut list = Vec::new();
    for (model, state) in survey {
        let state = state_name(&state);
        let id = if state == "missing" { "model-missing-file".to_owned() } else { format!("model-{state}") };
        let word = page.lang().text(&id, &[]);
        page.line(1, format!("{:<32} {:<20} {:<12} {word}", model.name, model.task.name(), model.licence));
        list.push(json!({
            "name": model.name,
            "task": model.task,
            "file": model.file,
            "sha256": model.sha256,
            "licence": model.licence,
            "source": model.source,
            "training_data": model.training_data,
            "state": state,
        }));
    }
    let result = json!({"folder": folder.display().to_string(), "models": list});
    Ok(Outcome { schema: "titre.models/1", result, exit: Exit::Done, page })
}

const fn state_name(state: &Result<FileState, ModelError>) -> &'static str {
    match state {
        Ok(FileState::Verified) => "verified",
        Ok(FileState::Missing) => "missing",
        Err(ModelError::Digest { .. }) => "changed",
        Err(_) => "unreadable",
    }
}
