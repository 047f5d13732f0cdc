//! What the verbs about faces share: the models folder, portraits from whatever holds one, a video's analysis with
//! the time of each stage, and the failure that each error of `biometrics` becomes.

use super::Environment;
use super::document::{self, PasswordArgs};
use crate::biometrics::models::{Origin, Task};
use crate::biometrics::video::{self, DecoderName, VideoError};
use crate::biometrics::{
    Capture, CaptureError, Event, ImageError, ImageKind, ModelError, ModelSet, Portrait, PortraitError,
    Reason, Stage, Video, analyse_video, image_file,
};
use crate::consent::Ground;
use crate::lds::{Dg2, FileId, LdsError};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode, Page};
use crate::session::folder;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the models come from: the folder that was named (`--models`, then TITRE_MODELS); else the user's own, where
/// a set was installed; else what is built in.
pub(super) fn models_origin(environment: &Environment<'_>) -> Origin {
    if let Some(told) = &environment.global.models {
        return Origin::Folder(told.clone());
    }
    // The manifest is what an installation writes last: without it there is no whole set.
    let installed = installed_folder().filter(|folder| folder.join("manifest.toml").is_file());
    installed.map_or(Origin::BuiltIn, Origin::Installed)
}

/// The folder of the user for installed models; `None` where the environment names no home.
/// Source: XDG Base Directory Specification 0.8.
pub(super) fn installed_folder() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")))?;
    Some(data.join("titre/models"))
}

/// The models, with those of `tasks` there.
pub(super) fn load_models(environment: &Environment<'_>, tasks: &[Task]) -> Result<ModelSet, Failure> {
    let models = ModelSet::open(models_origin(environment)).map_err(|error| model_failure(&error))?;
    models.require(tasks).map_err(|error| model_failure(&error))?;
    Ok(models)
}

/// A model that is missing, changed or broken.
pub(super) fn model_failure(error: &ModelError) -> Failure {
    let (code, file) = match error {
        ModelError::Missing { path } => (FailureCode::ModelMissing, path.display().to_string()),
        ModelError::Digest { path, .. } => (FailureCode::ModelDigest, path.display().to_string()),
        ModelError::Unreadable { path, .. } => (FailureCode::ModelUnusable, path.display().to_string()),
        ModelError::Manifest(_) => (FailureCode::ModelManifest, "manifest.toml".to_owned()),
        ModelError::Unusable { name, .. } => (FailureCode::ModelUnusable, name.clone()),
    };
    Failure::new(code).arg("file", file).cause(error)
}

fn image_failure(error: &ImageError, path: &Path) -> Failure {
    Failure::new(FailureCode::ImageMalformed).arg("file", path.display()).cause(error)
}

/// A portrait that cannot be compared.
pub(super) fn portrait_failure(error: &PortraitError, path: &Path) -> Failure {
    match error {
        PortraitError::Image(error) => image_failure(error, path),
        PortraitError::Model(error) => model_failure(error),
        _ => Failure::new(FailureCode::PortraitUnusable).arg("file", path.display()).cause(error),
    }
}

fn video_failure(error: &VideoError, path: &Path) -> Failure {
    let code = match error {
        VideoError::Codec(_) => FailureCode::VideoNotSupported,
        _ => FailureCode::VideoMalformed,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// A video that cannot be judged.
pub(super) fn capture_failure(error: &CaptureError, path: &Path) -> Failure {
    let code = match error {
        CaptureError::Video(error) => return video_failure(error, path),
        CaptureError::Model(error) => return model_failure(error),
        CaptureError::TooShort { .. } => FailureCode::CaptureTooShort,
        CaptureError::NoFace { .. } => FailureCode::CaptureNoFace,
        CaptureError::SeveralFaces { .. } => FailureCode::CaptureSeveralFaces,
        CaptureError::NeverFrontal => FailureCode::CaptureQuality,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// The portrait of a document folder, a recording, a DG2 file or an image file. The password is asked for a recording.
pub(super) fn read_portrait(
    path: &Path,
    password: &PasswordArgs,
    environment: &mut Environment<'_>,
) -> Result<Portrait, Failure> {
    if path.is_file() && document::is_recording(path) {
        let reading = document::load(path, |environment| password.password(environment), environment)?;
        let missing = || Failure::new(FailureCode::DocumentIncomplete).arg("file", "EF.DG2");
        return portrait_of_dg2(reading.file(FileId::Dg(2)).ok_or_else(missing)?, path);
    }
    let file = if path.is_dir() { path.join(folder::file_name(FileId::Dg(2))) } else { path.to_owned() };
    if path.is_dir() && !file.exists() {
        return Err(Failure::new(FailureCode::DocumentIncomplete).arg("file", file.display()));
    }
    let bytes = read_input(&file, image_file::MAX_FILE)?;
    if ImageKind::of(&bytes).is_some() {
        return Portrait::from_image(bytes).map_err(|error| image_failure(&error, &file));
    }
    portrait_of_dg2(&bytes, &file)
}

fn portrait_of_dg2(bytes: &[u8], file: &Path) -> Result<Portrait, Failure> {
    let malformed = |error: LdsError| {
        Failure::new(FailureCode::InputMalformed)
            .arg("file", file.display())
            .cause(error)
            .step("portrait.dg2")
    };
    let dg2 = Dg2::parse(bytes).map_err(malformed)?;
    Portrait::from_dg2(&dg2).map_err(|error| portrait_failure(&error, file))
}

/// The time of each stage of an analysis.
#[derive(Debug, Default)]
pub(super) struct Stages {
    spent: BTreeMap<Stage, Duration>,
    current: Option<(Stage, Instant)>,
    decoder: Option<DecoderName>,
    file_bytes: usize,
}

impl Stages {
    fn enter(&mut self, next: Option<Stage>) {
        let now = Instant::now();
        if let Some((stage, since)) = self.current.take() {
            *self.spent.entry(stage).or_default() += now - since;
        }
        self.current = next.map(|stage| (stage, now));
    }

    /// What decoded the video: named in the result, since it may be a program that is not titre.
    pub(super) const fn decoder(&self) -> Option<&DecoderName> {
        self.decoder.as_ref()
    }

    /// Bytes of the video file.
    pub(super) const fn file_bytes(&self) -> usize {
        self.file_bytes
    }

    /// Milliseconds by stage.
    pub(super) fn to_json(&self) -> Value {
        let entry = |(stage, spent): (&Stage, &Duration)| {
            (stage.name().to_owned(), Value::from(u64::try_from(spent.as_millis()).unwrap_or(u64::MAX)))
        };
        Value::Object(self.spent.iter().map(entry).collect::<Map<_, _>>())
    }
}

/// What a video is looked at with, in the order of need.
const VIDEO_TASKS: [Task; 6] = [
    Task::FaceDetection,
    Task::Landmarks,
    Task::Iris,
    Task::HeadPose,
    Task::Embedding,
    Task::PresentationAttack,
];

/// Looks at a whole video, with progress.
pub(super) fn capture(
    environment: &Environment<'_>,
    models: &ModelSet,
    path: &Path,
    ground: &Ground,
) -> Result<(Capture, Stages), Failure> {
    let bytes = read_input(path, video::MAX_FILE)?;
    let file_bytes = bytes.len();
    let video = Video::open(bytes).map_err(|error| video_failure(&error, path))?;
    let mut stages = Stages { decoder: Some(video.decoder()), file_bytes, ..Stages::default() };
    // The first pictures are decoded while the graphs are built; each is waited for only where it is needed.
    let analysed = std::thread::scope(|scope| {
        scope.spawn(|| models.prepare(&VIDEO_TASKS));
        analyse_video(&video, models, ground, &mut |event| match event {
            Event::Stage(stage) => stages.enter(Some(stage)),
            Event::Progress { done, total } => {
                environment.reporter.progress("capture.video", done as u64, total as u64);
            }
        })
    });
    stages.enter(None);
    Ok((analysed.map_err(|error| capture_failure(&error, path))?, stages))
}

/// The text of a reason, a line of the page.
pub(super) fn reason_line(page: &mut Page, reason: &Reason) {
    let text = page.lang().text(&reason_id(reason.code), &reason.args);
    page.line(1, format!("- {text}"));
}

fn reason_id(code: &str) -> String {
    format!("reason-{}", crate::report::locale::message_id(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::Gesture;
    use crate::report::Lang;

    #[test]
    fn every_reason_and_gesture_has_a_text_in_every_language() {
        for lang in Lang::ALL {
            for code in Reason::CODES {
                assert!(lang.has(&reason_id(code)), "{code} in {lang:?}");
            }
            for gesture in Gesture::ALL {
                assert!(lang.has(&super::super::challenge::gesture_id(gesture)), "{gesture:?} in {lang:?}");
            }
        }
    }
}
