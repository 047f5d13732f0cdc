//! `titre models install`: the recommended models, or any that the manifest knows by digest, into the user's folder.
//! It uses the network where it is not told `--from`.

use super::Environment;
use super::face::{installed_folder, model_failure};
use crate::biometrics::Manifest;
use crate::biometrics::models::Origin;
use crate::biometrics::models::install::{
    FetchError, FolderSource, How, InstallError, Installed, Length, NetworkSource, Source, digest, download,
    fill, kept,
};
use crate::biometrics::models::manifest::Model;
use crate::biometrics::models::original::{MAX_ORIGINAL, is_allowed_url};
use crate::report::output::{ensure_folder, write_folder};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page, reporter};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Arguments of `titre models install`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre models install recommended                          fetch, verify, convert, show licences
  titre models install recommended --from /media/usb/models --accept-licences
  titre models install 2.7_80x80_MiniFASNetV2.pth           one model, known by its digest")]
pub(super) struct Args {
    /// `recommended`, one model as a file or an https address, or a folder of models
    #[arg(value_name = "WHAT")]
    what: String,
    /// Take the files from this folder, whatever they are called, instead of the network
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Install into this folder instead of the user's own
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Accept the licences of the models
    #[arg(long)]
    accept_licences: bool,
}

/// What is to be installed, from where.
struct Job {
    manifest: Manifest,
    names: BTreeSet<String>,
    /// A folder's files; without it, the network.
    files: Option<FolderSource>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let into = args.into.clone().or_else(installed_folder);
    let into = into.ok_or_else(|| Failure::new(FailureCode::OutputUnwritable).arg("file", "titre/models"))?;
    let downloads = beside(&into, "download");
    let mut job = job(args, &downloads, environment)?;
    check_replaces(&into, &job.manifest, environment.global.force)?;
    let new: Vec<&Model> =
        job.manifest.models.iter().filter(|model| job.names.contains(&model.name)).collect();
    let new: Vec<&Model> = new.into_iter().filter(|model| kept(model, &into).is_none()).collect();
    accept(&new, args.accept_licences, environment)?;

    let total = new.iter().filter_map(|model| model.origin.as_ref());
    let total: u64 = total.flat_map(|origin| &origin.files).map(|file| file.size).sum();
    let mut progress = |done| environment.reporter.progress("models.install", done, total);
    let mut network = NetworkSource::new(downloads.clone(), &mut progress);
    let source: &mut dyn Source = match &mut job.files {
        Some(files) => files,
        None => &mut network,
    };
    let mut installed = Vec::new();
    if let Some(parent) = into.parent() {
        ensure_folder(parent)?;
    }
    // The folder is replaced by one that was filled and tried beside it: at no point there is half a set.
    write_folder(&into, true, |staging| {
        installed =
            fill(&job.manifest, &job.names, &into, source, staging).map_err(|error| failure(&error))?;
        Ok(())
    })?;
    // Only what broke off leaves anything here; now all is installed.
    let _ = std::fs::remove_dir_all(&downloads);
    Ok(outcome(&into, &job.manifest, &installed, environment))
}

/// A name beside a folder: what is on its way there stands on the same file system.
fn beside(folder: &Path, what: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}"));
    folder.with_file_name(name)
}

fn job(args: &Args, downloads: &Path, environment: &Environment<'_>) -> Result<Job, Failure> {
    let recommended = Manifest::recommended().map_err(|error| model_failure(&error))?;
    let everything = |manifest: &Manifest| manifest.models.iter().map(|model| model.name.clone()).collect();
    let open = |folder: &Path| FolderSource::open(folder).map_err(|error| failure(&error));
    let path = Path::new(&args.what);
    if args.what == "recommended" {
        let files = args.from.as_deref().map(open).transpose()?;
        return Ok(Job { names: everything(&recommended), manifest: recommended, files });
    }
    if let Some(from) = &args.from {
        // Which of the two would be meant?
        return Err(Failure::new(FailureCode::Usage)
            .cause(format!("--from {} goes with recommended", from.display())));
    }
    if args.what.contains("://") {
        return address(&args.what, recommended, downloads, environment);
    }
    if path.is_dir() {
        let (manifest, _) =
            Origin::Folder(path.to_owned()).manifest().map_err(|error| model_failure(&error))?;
        let files = open(path)?;
        let names: BTreeSet<String> = there(&manifest, &files).map(|model| model.name.clone()).collect();
        return if names.is_empty() {
            Err(unknown(path))
        } else {
            Ok(Job { manifest, names, files: Some(files) })
        };
    }
    let files = FolderSource::of_file(path).map_err(|error| {
        Failure::new(FailureCode::InputUnreadable).arg("file", path.display()).cause(error)
    })?;
    let names: BTreeSet<String> = there(&recommended, &files).map(|model| model.name.clone()).collect();
    if names.is_empty() {
        Err(unknown(path))
    } else {
        Ok(Job { manifest: recommended, names, files: Some(files) })
    }
}

/// The models that can be made of these files.
fn there<'a>(manifest: &'a Manifest, files: &'a FolderSource) -> impl Iterator<Item = &'a Model> {
    manifest.models.iter().filter(|model| {
        let whole = model.origin.as_ref().is_some_and(|origin| {
            origin.onnx_sha256.as_ref().is_some_and(|made| files.has(made))
                || origin.files.iter().all(|file| files.has(&file.sha256))
        });
        whole || files.has(&model.sha256)
    })
}

/// One model by address: that of an original is known with its digest; anything else is fetched to see what it is.
fn address(
    url: &str,
    manifest: Manifest,
    downloads: &Path,
    environment: &Environment<'_>,
) -> Result<Job, Failure> {
    let is_origin = |model: &&Model| {
        model.origin.as_ref().is_some_and(|origin| origin.files.iter().any(|file| file.url == url))
    };
    if let Some(model) = manifest.models.iter().find(is_origin) {
        return Ok(Job { names: BTreeSet::from([model.name.clone()]), manifest, files: None });
    }
    if !is_allowed_url(url) {
        return Err(fetch_failure(url, &FetchError::Address));
    }
    ensure_folder(downloads)?;
    let part = downloads.join(format!("{}.part", digest(url.as_bytes())));
    let mut progress = |done| environment.reporter.progress("models.install", done, 0);
    let fetched = download(url, &part, Length::AtMost(MAX_ORIGINAL), &mut progress);
    fetched.map_err(|error| fetch_failure(url, &error))?;
    let files = FolderSource::of_file(&part).map_err(|error| failure(&error))?;
    let names: BTreeSet<String> = there(&manifest, &files).map(|model| model.name.clone()).collect();
    if names.is_empty() {
        Err(unknown(Path::new(url)))
    } else {
        Ok(Job { manifest, names, files: Some(files) })
    }
}

fn unknown(what: &Path) -> Failure {
    Failure::new(FailureCode::ModelUnknown).arg("file", what.display())
}

/// Another set in the folder is not replaced unasked: its models would be gone.
fn check_replaces(into: &Path, manifest: &Manifest, force: bool) -> Result<(), Failure> {
    if force || !into.join("manifest.toml").exists() {
        return Ok(());
    }
    let (before, _) = Origin::Folder(into.to_owned()).manifest().map_err(|error| model_failure(&error))?;
    let lost = before
        .models
        .iter()
        .any(|model| manifest.model(&model.name).is_none() && into.join(&model.file).exists());
    if lost { Err(Failure::new(FailureCode::OutputExists).arg("file", into.display())) } else { Ok(()) }
}

/// Shows what each model is licensed under and trained on; goes on only where that is accepted.
fn accept(models: &[&Model], accepted: bool, environment: &Environment<'_>) -> Result<(), Failure> {
    if models.is_empty() {
        return Ok(());
    }
    for model in models {
        let args = [
            ("name", model.name.clone()),
            ("licence", model.licence.clone()),
            ("source", model.source.clone()),
            ("data", model.training_data.clone()),
        ];
        environment.reporter.note("models-licence", &args);
    }
    if accepted {
        return Ok(());
    }
    let refused = || Failure::new(FailureCode::ModelLicence);
    if environment.global.batch || !std::io::stdin().is_terminal() {
        return Err(refused());
    }
    let lang = environment.reporter.lang;
    let yes = lang.text("consent-yes", &[]);
    reporter::write_stderr(&format!("{} ", lang.text("models-accept", &[("yes", yes.clone())])));
    let mut line = String::new();
    let agreed = std::io::stdin().read_line(&mut line).is_ok() && line.trim().to_lowercase() == yes;
    if agreed { Ok(()) } else { Err(refused()) }
}

fn outcome(
    into: &Path,
    manifest: &Manifest,
    installed: &[Installed],
    environment: &Environment<'_>,
) -> Outcome {
    let mut page = Page::new(environment.reporter.lang);
    page.heading("models-installed");
    page.field("label-folder", into.display());
    for model in installed {
        let id = match model.how {
            How::Kept => "model-kept",
            How::Ready => "model-ready",
            How::Converted => "model-converted",
        };
        let word = page.lang().text(id, &[]);
        let licence = manifest.model(&model.name).map_or("", |model| model.licence.as_str());
        page.line(1, format!("{:<36} {licence:<12} {word}", model.name));
    }
    let missing = manifest.models.len() - installed.len();
    if missing > 0 {
        page.sentence("models-still-missing", &[("count", missing.to_string())]);
    }
    let result = json!({
        "folder": into.display().to_string(),
        "models": installed,
        "missing": missing,
    });
    Outcome { schema: "titre.models_install/1", result, exit: Exit::Done, page }
}

fn fetch_failure(url: &str, error: &FetchError) -> Failure {
    let code = match error {
        FetchError::Address => FailureCode::ModelAddress,
        FetchError::NoCurl => FailureCode::ModelNoCurl,
        _ => FailureCode::ModelDownload,
    };
    Failure::new(code).arg("file", url).cause(error)
}

/// What stopped an installation.
fn failure(error: &InstallError) -> Failure {
    let (code, file) = match error {
        InstallError::Download { url, source } => return fetch_failure(url, source),
        InstallError::Model(error) => return model_failure(error),
        InstallError::Digest { from, .. } => (FailureCode::ModelDigest, from.clone()),
        InstallError::Absent { name } => (FailureCode::ModelNotInFolder, name.clone()),
        InstallError::Convert { name, .. } => (FailureCode::ModelConversion, name.clone()),
        InstallError::Unreadable { path, .. } => (FailureCode::InputUnreadable, path.display().to_string()),
        InstallError::Unwritable { path, .. } => (FailureCode::OutputUnwritable, path.display().to_string()),
    };
    Failure::new(code).arg("file", file).cause(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;

    #[test]
    fn every_way_a_model_comes_has_a_word() {
        for lang in Lang::ALL {
            for id in ["model-kept", "model-ready", "model-converted", "stage-models-install"] {
                assert!(lang.has(id), "{id} in {lang:?}");
            }
        }
    }

    #[test]
    fn downloads_stand_beside_the_folder() {
        assert_eq!(beside(Path::new("/a/models"), "download"), Path::new("/a/models.download"));
    }
}
