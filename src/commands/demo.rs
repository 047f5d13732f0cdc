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

/// One verb of the story: message id of its heading, and its words.
struct Step {
    id: &'static str,
    words: Vec<String>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    output::check_free(&args.output, environment.global.force)?;
    // Long work begins only when all that it needs is there.
    super::face::load_models(environment, &[Task::FaceDetection, Task::Landmarks, Task::Embedding])?;
    let mut page = Page::new(environment.reporter.lang);
    page.sentence("demo-intro", &[]);
    let mut told = Vec::new();
    let mut last = None;
    output::write_folder(&args.output, environment.global.force, |folder| {
        let steps = story(args);
        let total = steps.len() as u64;
        for (number, step) in steps.iter().enumerate() {
            environment.reporter.note(
                "demo-step",
                &[
                    ("number", (number + 1).to_string()),
                    ("title", environment.reporter.lang.text(step.id, &[])),
                ],
            );
            environment.reporter.progress("demo", number as u64, total);
            let begun = Instant::now();
            let outcome = run_step(step, folder, environment)?;
            let seconds = begun.elapsed().as_secs_f64();
            let shown = step.words.join(" ").replace("{}", &args.output.display().to_string());
            page.heading(step.id);
            page.line(1, format!("$ titre {shown}"));
            page.field("label-seconds", format!("{seconds:.1}"));
            told.push(json!({
                "command": format!("titre {shown}"),
                "schema": outcome.schema,
                "exit": outcome.exit.code(),
                "seconds": (seconds * 1000.0).round() / 1000.0,
            }));
            if outcome.exit != Exit::Done {
                return Err(Failure::new(FailureCode::Internal)
                    .cause(format!("titre {shown} ended with {}", outcome.exit.code())));
            }
            last = Some(outcome);
        }
        Ok(())
    })?;
    let verified = last.map_or(Value::Null, |outcome| {
        page.heading("demo-result");
        page.append(&outcome.page);
        outcome.result
    });
    page.sentence("demo-outro", &[("folder", args.output.display().to_string())]);
    let result = json!({
        "folder": args.output.display().to_string(),
        "steps": told,
        "attestation": verified,
    });
    Ok(Outcome { schema: "titre.demo/1", result, exit: Exit::Done, page })
}

/// The verbs in order; `{}` stands for the folder.
fn story(args: &Args) -> Vec<Step> {
    let step = |id, line: String| Step { id, words: line.split_whitespace().map(str::to_owned).collect() };
    vec![
        step(
            "demo-specimen",
            format!("specimen make --seed {SEED} --document {} -o {{}}/specimen", args.document),
        ),
        step(
            "demo-trust",
            "csca import {}/specimen/masterlist.ml {}/specimen/revocation-list.crl \
             --signer {}/specimen/masterlist-signer.der -o {}/trust.json"
                .to_owned(),
        ),
        step(
            "demo-read",
            "read --transport specimen:{}/specimen --mrz-file {}/specimen/mrz.txt -o {}/document \
             --record {}/recording.jsonl"
                .to_owned(),
        ),
        step("demo-verify", "verify {}/document --store {}/trust.json".to_owned()),
        step("demo-portrait", "portrait {}/document -o {}/portrait.png".to_owned()),
        step(
            "demo-consent",
            "consent record --agree document_reading --agree face_recognition --agree attestation \
             -o {}/consent.json"
                .to_owned(),
        ),
        step("demo-challenge", "challenge -o {}/challenge.json".to_owned()),
        step(
            "demo-video",
            "specimen video --specimen {}/specimen --challenge {}/challenge.json -o {}/video.mp4".to_owned(),
        ),
        step(
            "demo-enroll",
            "enroll {}/document --store {}/trust.json --video {}/video.mp4 --challenge {}/challenge.json \
             --consent {}/consent.json --issuer-key {}/specimen/issuer.pem --holder-key {}/specimen/holder.pem \
             -o {}/attestation.sd-jwt"
                .to_owned(),
        ),
        step(
            "demo-attest",
            "attest verify {}/attestation.sd-jwt --issuer {}/specimen/issuer-root.pem".to_owned(),
        ),
    ]
}

/// Parses the words as the shell would hand them over, and runs the verb with this run's clock and randomness.
fn run_step(step: &Step, folder: &Path, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let folder = folder.display().to_string();
    let words = step.words.iter().map(|word| word.replace("{}", &folder));
    let cli = Cli::try_parse_from(std::iter::once("titre".to_owned()).chain(words))
        .map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    cli.command.run(environment)
}
