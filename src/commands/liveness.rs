//! `titre liveness`: presentation attack detection on a recorded video, and the answer to its challenge.

use super::challenge::{gesture_id, spend};
use super::face::{capture, load_models, reason_line};
use super::{Environment, liveness_curves};
use crate::biometrics::models::Task;
use crate::biometrics::{Capture, Challenge, Cue, Liveness, Sign, Verdict, challenge, gestures};
use crate::consent::Ground;
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `titre liveness`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre liveness selfie.mp4 --challenge challenge.json
  titre liveness selfie.mp4 --challenge challenge.json --used spent --curves curves.svg
  titre liveness selfie.mp4 --json                          attack detection only, every cue with its limit")]
pub struct Args {
    /// The video: MP4, MOV or WebM, not mirrored
    video: PathBuf,
    /// The challenge that the person was asked
    #[arg(long, value_name = "FILE")]
    challenge: Option<PathBuf>,
    /// A folder that remembers which challenges were answered: each serves once
    #[arg(long, value_name = "DIR", requires = "challenge")]
    used: Option<PathBuf>,
    /// Where the evidence of each gesture over time goes, as a picture (SVG); it shows no face
    #[arg(long, value_name = "FILE")]
    curves: Option<PathBuf>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let challenge = args.challenge.as_deref().map(read_challenge).transpose()?;
    if let Some(file) = &args.curves {
        check_free(file, environment.global.force)?;
    }
    let models =
        load_models(environment, &[Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding])?;
    if let (Some(folder), Some(challenge)) = (&args.used, &challenge) {
        spend(folder, challenge, environment.at)?;
    }
    let (capture, stages) = capture(environment, &models, &args.video, &Ground::evaluation())?;
    let liveness = Liveness::judge(&models, &capture, challenge.as_ref(), environment.at);
    let exit = match liveness.result {
        Verdict::Successful => Exit::Done,
        Verdict::Failed => Exit::NoMatch,
        Verdict::NotSupported => Exit::NotSupported,
        Verdict::Aborted => Exit::Aborted,
        Verdict::Undetermined => Exit::Undetermined,
    };
    let mut page = Page::new(environment.reporter.lang);
    page_liveness(&mut page, &liveness);
    if let Some(file) = &args.curves {
        let picture = liveness_curves::draw(&capture, &liveness, environment.reporter.lang);
        write_file(file, picture.as_bytes(), environment.global.force, false)?;
        page.sentence("curves-written", &[("file", file.display().to_string())]);
    }
    let result = json!({
        "liveness": liveness,
        "gestures": gestures::gestures(&capture.observations),
        "capture": summary(&capture),
        "provenance": "recorded",
        "decoder": stages.decoder(),
        "stages_ms": stages.to_json(),
    });
    Ok(Outcome { schema: "titre.liveness/1", result, exit, page })
}

/// Reads a challenge file.
pub(super) fn read_challenge(path: &Path) -> Result<Challenge, Failure> {
    let bytes = read_input(path, challenge::MAX_FILE)?;
    Challenge::from_json(&bytes).map_err(|error| {
        Failure::new(FailureCode::ChallengeMalformed).arg("file", path.display()).cause(error)
    })
}

/// What was looked at.
pub(super) fn summary(capture: &Capture) -> Value {
    json!({
        "pictures": capture.pictures,
        "duration_ms": capture.duration_ms,
        "width": capture.size.0,
        "height": capture.size.1,
        "observations": capture.observations.len(),
        "frontal_samples": capture.samples.len(),
        "looks": capture.looks,
        "quality": capture.quality(),
    })
}

/// Liveness on a page.
pub(super) fn page_liveness(page: &mut Page, liveness: &Liveness) {
    let word = |page: &Page, verdict: Verdict| page.lang().text(&verdict_id(verdict), &[]);
    let all = word(page, liveness.result);
    page.heading("liveness-heading");
    page.field("label-result", all);
    for reason in &liveness.reasons {
        reason_line(page, reason);
    }
    page.heading("pad-heading");
    for cue in &liveness.pad.cues {
        let text = page.lang().text(&cue_id(cue), &[]);
        page.line(1, format!("{text}: {}", cue_value(page, cue)));
    }
    page_injection(page, &liveness.injection);
    match &liveness.challenge {
        None => {
            page.sentence("challenge-none", &[]);
        }
        Some(report) => {
            page.heading("challenge-answer-heading");
            let result = word(page, report.result);
            page.field("label-result", result);
            for event in &report.seen {
                let text = page.lang().text(&gesture_id(event.gesture), &[]);
                page.line(1, format!("{:>6.1} s  {text}", event.peak_ms as f32 / 1000.0));
            }
        }
    }
    page.sentence("pad-indicator", &[]);
}

/// Signs of injection, with the sentence that they decide nothing.
fn page_injection(page: &mut Page, signs: &[Sign]) {
    if signs.is_empty() {
        return;
    }
    page.heading("injection-heading");
    for sign in signs {
        let lang = page.lang();
        let text = lang.text(&format!("sign-{}", crate::report::locale::message_id(sign.id)), &[]);
        let there = if sign.result == Verdict::Successful { "sign-absent" } else { "sign-present" };
        let there = lang.text(there, &[]);
        let value = sign.value.map(|value| format!("{value:.2}")).or_else(|| sign.found.clone());
        page.line(
            1,
            format!("{text}: {there}{}", value.map_or_else(String::new, |value| format!(" ({value})"))),
        );
    }
}

fn cue_value(page: &Page, cue: &Cue) -> String {
    let sign = if cue.direction == "value_above_limit_passes" { "≥" } else { "≤" };
    let result = page.lang().text(&verdict_id(cue.result), &[]);
    match cue.value {
        Some(value) => format!("{result} ({value:.3}, {sign} {:.3})", cue.limit),
        None => result,
    }
}

fn cue_id(cue: &Cue) -> String {
    format!("cue-{}", crate::report::locale::message_id(cue.id))
}

/// The word for a result.
pub(super) fn verdict_id(verdict: Verdict) -> String {
    format!("verdict-{}", crate::report::locale::message_id(verdict.as_str()))
}
