//! `titre demo`: the whole story on a specimen, for a first look. It runs the verbs themselves, through the same
//! command lines that it prints, so that what a newcomer sees is what a newcomer can type.

use super::{Cli, Environment};
use crate::biometrics::models::Task;
use crate::report::{Exit, Failure, FailureCode, Outcome, Page, output};
use clap::Parser;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The person of the demonstration, one of the fixtures' seeds.
const SEED: u64 = crate::specimen::person::FIXTURE_SEEDS[0];

/// Arguments of `titre demo`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre demo -o demo
  titre demo -o demo --document td1 --lang fr
  titre demo -o demo --models DIR                           with the face models of that folder")]
pub struct Args {
    /// Folder for all that the demonstration makes
    #[arg(short, long, value_name = "DIR", default_value = "titre-demo")]
    output: PathBuf,
    /// The document: a passport or a residence permit
    #[arg(long, value_parser = ["td3", "td1"], default_value = "td3")]
    document: String,
}

/// How often the holder may answer a challenge, each time a new one.
const ATTEMPTS: usize = 3;

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    output::check_free(&args.output, environment.global.force)?;
    // Long work begins only when all that it needs is there.
    super::face::load_models(environment, &[Task::FaceDetection, Task::Landmarks, Task::Embedding])?;
    let mut page = Page::new(environment.reporter.lang);
    page.sentence("demo-intro", &[]);
    let mut told = Told { page, steps: Vec::new(), total: 0 };
    let mut verified = None;
    output::write_folder(&args.output, environment.global.force, |folder| {
        let before = before(args);
        told.total = before.len() + session(1).len() + 1;
        told.tell(&before, args, folder, environment)?;
        let mut attempt = 1;
        // Whoever is not recognised is asked again, as the remedy says: with a new challenge, since one serves once.
        while let Err(failure) = told.tell(&session(attempt), args, folder, environment) {
            if attempt == ATTEMPTS || !failure.code.retryable() {
                return Err(failure);
            }
            told.page.sentence("demo-again", &[("code", failure.code.code().to_owned())]);
            attempt += 1;
            told.total += session(attempt).len();
        }
        verified = Some(told.tell(&after(), args, folder, environment)?);
        Ok(())
    })?;
    let Told { mut page, steps, .. } = told;
    let verified = verified.map_or(Value::Null, |outcome| {
        page.heading("demo-result");
        page.append(&outcome.page);
        outcome.result
    });
    page.sentence("demo-outro", &[("folder", args.output.display().to_string())]);
    let result = json!({
        "folder": args.output.display().to_string(),
        "steps": steps,
        "attestation": verified,
    });
    Ok(Outcome { schema: "titre.demo/1", result, exit: Exit::Done, page })
}

/// What was told so far.
struct Told {
    page: Page,
    steps: Vec<Value>,
    /// How many steps the story has, as far as is known.
    total: usize,
}

impl Told {
    /// Runs the steps and tells each, the last one also where it failed; gives the outcome of the last.
    fn tell(
        &mut self,
        steps: &[Step],
        args: &Args,
        folder: &Path,
        environment: &mut Environment<'_>,
    ) -> Result<Outcome, Failure> {
        let mut last = Err(Failure::new(FailureCode::Internal).cause("no step"));
        for step in steps {
            let number = self.steps.len();
            let title = environment.reporter.lang.text(step.id, &[]);
            environment.reporter.note("demo-step", &[("number", (number + 1).to_string()), ("title", title)]);
            environment.reporter.progress("demo", number as u64, self.total as u64);
            let begun = Instant::now();
            let outcome = run_step(step, folder, environment);
            let seconds = begun.elapsed().as_secs_f64();
            let shown = format!("titre {}", step.line.replace("{}", &args.output.display().to_string()));
            self.page.heading(step.id);
            self.page.line(1, format!("$ {shown}"));
            self.page.field("label-seconds", format!("{seconds:.1}"));
            let exit = outcome.as_ref().map_or_else(|failure| failure.code.exit(), |outcome| outcome.exit);
            self.steps.push(json!({
                "command": &shown,
                "schema": outcome.as_ref().ok().map(|outcome| outcome.schema),
                "failure": outcome.as_ref().err().map(|failure| failure.code.code()),
                "exit": exit.code(),
                "seconds": (seconds * 1000.0).round() / 1000.0,
            }));
            let outcome = outcome?;
            if outcome.exit != Exit::Done {
                let ended = format!("{shown} ended with {}", outcome.exit.code());
                return Err(Failure::new(FailureCode::Internal).cause(ended));
            }
            last = Ok(outcome);
        }
        last
    }
}

/// One verb of the story: message id of its heading, and its words; `{}` stands for the folder.
struct Step {
    id: &'static str,
    line: String,
}

impl Step {
    fn new(id: &'static str, line: impl Into<String>) -> Self {
        Self { id, line: line.into() }
    }
}

/// The document, and all that comes before the camera.
fn before(args: &Args) -> Vec<Step> {
    vec![
        Step::new(
            "demo-specimen",
            format!("specimen make --seed {SEED} --document {} -o {{}}/specimen", args.document),
        ),
        Step::new(
            "demo-trust",
            "csca import {}/specimen/masterlist.ml {}/specimen/revocation-list.crl \
             --signer {}/specimen/masterlist-signer.der -o {}/trust.json",
        ),
        Step::new(
            "demo-read",
            "read --transport specimen:{}/specimen --mrz-file {}/specimen/mrz.txt -o {}/document \
             --record {}/recording.jsonl",
        ),
        Step::new("demo-verify", "verify {}/document --store {}/trust.json"),
        Step::new("demo-portrait", "portrait {}/document -o {}/portrait.png"),
        Step::new(
            "demo-consent",
            "consent record --agree document_reading --agree face_recognition --agree attestation \
             --issuer-key {}/specimen/issuer.pem -o {}/consent.json",
        ),
    ]
}

/// An answer to a challenge. The files of a later one are numbered.
fn session(attempt: usize) -> Vec<Step> {
    let number = if attempt == 1 { String::new() } else { format!("-{attempt}") };
    let (challenge, video) = (format!("{{}}/challenge{number}.json"), format!("{{}}/video{number}.mp4"));
    vec![
        Step::new("demo-challenge", format!("challenge -o {challenge}")),
        Step::new(
            "demo-video",
            format!("specimen video --specimen {{}}/specimen --challenge {challenge} -o {video}"),
        ),
        Step::new(
            "demo-enroll",
            format!(
                "enroll {{}}/document --store {{}}/trust.json --video {video} --challenge {challenge} \
                 --consent {{}}/consent.json --issuer-key {{}}/specimen/issuer.pem \
                 --holder-key {{}}/specimen/holder.pem -o {{}}/attestation.sd-jwt"
            ),
        ),
    ]
}

/// What whoever is shown the attestation does.
fn after() -> Vec<Step> {
    vec![Step::new("demo-attest", "attest verify {}/attestation.sd-jwt --issuer {}/specimen/issuer-root.pem")]
}

/// Parses the words as the shell would hand them over, and runs the verb with this run's clock and randomness.
fn run_step(step: &Step, folder: &Path, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let folder = folder.display().to_string();
    let words = step.line.split_whitespace().map(|word| word.replace("{}", &folder));
    let cli = Cli::try_parse_from(std::iter::once("titre".to_owned()).chain(words))
        .map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    cli.command.run(environment)
}
