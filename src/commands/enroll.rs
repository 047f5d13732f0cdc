//! `titre enroll`: the main job. It composes the parts of the other verbs in a fixed order and has no logic of its own:
//! consent, output, keys, challenge, what the models are worth; then document, portrait, capture, comparison; then statement and attestation. What
//! refuses ends the run, and no attestation is written.

use super::attest::read_holder_key;
use super::attestation_failure::{consent_failure, statement_failure};
use super::challenge::spend;
use super::consent::{require_consent, require_signature};
use super::document::PasswordArgs;
use super::enroll_parts::{Challenged, read_input_document, require_face, require_models};
use super::face::{capture, load_models, model_failure, portrait_failure};
use super::issuer_key::IssuerKeyArgs;
use super::status_register;
use super::trust_store::{add_crls, load};
use super::verify::profile_parser;
use super::{Environment, requirement_matrix, rfc3339};
use crate::attestation::{
    CaptureProvenance, Examination, FaceEvidence, Findings, Requirement, Run, Statement, StatementError,
    assurance, requirements,
};
use crate::biometrics::models::Task;
use crate::biometrics::{Liveness, Portrait, compare};
use crate::consent::Purpose;
use crate::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use crate::lds::{Dg2, FileId};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::time::Instant;

/// Arguments of `titre enroll`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre enroll document --store trust.json --video selfie.mp4 --challenge challenge.json --consent consent.json \\
    --issuer-key specimen/issuer.pem --holder-key specimen/holder.pem -o attestation.sd-jwt
  titre enroll pcsc --mrz-file mrz.txt --store trust.json --video selfie.mp4 --challenge challenge.json \\
    --consent consent.json --issuer-key issuer.pem --holder-key holder.jwk -o attestation.sd-jwt")]
pub struct Args {
    /// A document folder, a recording, or a way to a chip: pcsc, specimen:DIR, replay:FILE
    input: PathBuf,
    /// The trust store
    #[arg(long, value_name = "STORE")]
    store: PathBuf,
    /// A revocation list beside those of the store, DER or PEM; may be repeated
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// The video of the person: MP4, MOV or WebM, not mirrored
    #[arg(long, value_name = "VIDEO")]
    video: PathBuf,
    /// The challenge that the person was asked
    #[arg(long, value_name = "FILE")]
    challenge: PathBuf,
    /// A folder that remembers which challenges were answered: each serves once
    #[arg(long, value_name = "DIR")]
    used: Option<PathBuf>,
    /// The consent receipt; without one, nothing is done (exit 16)
    #[arg(long, value_name = "FILE")]
    consent: Option<PathBuf>,
    #[command(flatten)]
    issuer: IssuerKeyArgs,
    /// The register of a status list: the attestation gets a place in it, so that it can be suspended and revoked
    #[arg(long, value_name = "FILE")]
    status_register: Option<PathBuf>,
    /// The holder's key that the attestation is bound to: PEM or JWK; the public half is enough
    #[arg(long, value_name = "FILE")]
    holder_key: PathBuf,
    /// What must hold: operational, conformity or kiosk
    #[arg(long, value_name = "NAME", default_value = "operational", value_parser = profile_parser())]
    profile: Profile,
    /// Where the card is lost, wait for it again and go on where reading stopped
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    password: PasswordArgs,
    /// Where the attestation goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// The time of each stage, in their order.
#[derive(Debug, Default)]
struct Stopwatch(Vec<(&'static str, u64)>);

impl Stopwatch {
    fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        let done = work();
        self.0.push((stage, u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)));
        done
    }

    fn to_json(&self) -> Value {
        let entry = |(stage, spent): &(&'static str, u64)| ((*stage).to_owned(), json!(spent));
        Value::Object(self.0.iter().map(entry).collect::<Map<_, _>>())
    }
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let at = environment.at;
    let mut watch = Stopwatch::default();
    // Nothing of the face is touched before there is consent, and nothing long is begun that could not end.
    let consent = require_consent(args.consent.as_deref(), &Purpose::ALL, at)?;
    let ground = consent.ground(at).map_err(|error| consent_failure(&error, &args.output).step("consent"))?;
    check_free(&args.output, environment.global.force)?;
    let issuer = args.issuer.read(environment)?;
    require_signature(&consent, &issuer, args.consent.as_deref().unwrap_or(&args.output))?;
    let holder = read_holder_key(&args.holder_key)?;
    if let Some(register) = &args.status_register {
        status_register::load(register)?;
    }
    let mut store = load(&args.store)?;
    add_crls(&mut store, &args.crl)?;
    let challenge = Challenged::read(&args.challenge, at)?;
    require_models(environment, args.profile, &issuer)?;

    let subject = watch
        .time("reading", || read_input_document(&args.input, &args.password, args.resume, environment))?;
    let inspection = watch.time("inspection", || inspect(&subject, &store, at, args.profile));
    require_genuine(&inspection)?;
    let provenance = subject.provenance.unwrap_or(crate::transport::Provenance::Replay);
    assurance::require_issuer(provenance, issuer.is_test())
        .map_err(|error| statement_failure(&error.into(), &args.issuer.issuer_key))?;

    let tasks = [Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding];
    let models = watch.time("models", || load_models(environment, &tasks))?;
    let face = watch.time("portrait", || {
        let portrait = portrait(&subject, &args.input)?;
        portrait.embed(&models, &ground).map_err(|error| portrait_failure(&error, &args.input))
    })?;
    if let Some(folder) = &args.used {
        spend(folder, &challenge.challenge, at)?;
    }
    let (seen, capture_stages) =
        watch.time("capture", || capture(environment, &models, &args.video, &ground))?;
    let liveness = watch.time("liveness", || Liveness::judge(&models, &seen, Some(&challenge.challenge), at));
    require_face(&liveness, None)?;
    let comparison =
        watch.time("comparison", || compare(&models, &face, &seen)).map_err(|error| model_failure(&error))?;
    require_face(&liveness, Some(&comparison))?;

    let findings = Findings {
        consent: &consent,
        inspection: &inspection,
        subject: &subject,
        examination: Examination::Face(FaceEvidence {
            liveness: &liveness,
            comparison: &comparison,
            challenge_sha256: &challenge.sha256,
            capture: CaptureProvenance::Recorded,
        }),
        at,
    };
    let refused = |error: StatementError| statement_failure(&error, &args.issuer.issuer_key);
    let (token, assurance, facts) = watch.time("attestation", || {
        let statement = Statement::new(findings).map_err(refused)?;
        let assurance = statement.assurance(&issuer).map_err(refused)?;
        // The place is given away before anything has it: one that nobody got harms nobody.
        let assign = |path: &PathBuf| {
            status_register::change(path, |register| {
                register.assign(&consent.sha256(), at, environment.entropy)
            })
        };
        let status = args.status_register.as_ref().map(assign).transpose()?;
        let token =
            statement.sign(&issuer, &holder, status.as_ref(), environment.entropy).map_err(refused)?;
        Ok::<_, Failure>((token, assurance, statement.facts(issuer.is_test())))
    })?;
    write_file(&args.output, (token.to_compact() + "\n").as_bytes(), environment.global.force, true)?;

    let rate = seen.pictures.saturating_sub(1) as f64 * 1000.0 / seen.duration_ms.max(1) as f64;
    // The shorter side: a video held upright has its lines there.
    let video = Some((seen.size.0.min(seen.size.1), rate));
    let matrix = requirements(&Run { facts, evidence_kept: false, video });
    let result = json!({
        "attestation": args.output.display().to_string(),
        "vct": assurance.vct(),
        "test": assurance.test,
        "assurance_level": assurance.level,
        "assurance_limits": assurance.limits,
        "requirements": requirement_matrix::to_json(&matrix),
        "provenance": {"document": provenance, "capture": "recorded"},
        "inspection": inspection.verdict,
        "liveness": liveness.result,
        "comparison": comparison.decision,
        "models": {"maturity": comparison.maturity, "origin": models.origin().name()},
        "issuer": issuer.leaf().subject(),
        "consent": {
            "session": consent.session(),
            "given_at": rfc3339(consent.given_at()),
            "signed": consent.signature().is_some(),
        },
        "stages_ms": watch.to_json(),
        "decoder": capture_stages.decoder(),
        "capture_stages_ms": capture_stages.to_json(),
    });
    let page = page(args, environment, &result, &matrix, &watch);
    Ok(Outcome { schema: "titre.enroll/1", result, exit: Exit::Done, page })
}

/// Only `successful` goes on.
fn require_genuine(inspection: &Inspection) -> Result<(), Failure> {
    let code = match inspection.verdict {
        CheckResult::Successful => return Ok(()),
        CheckResult::Failed => FailureCode::DocumentFailed,
        CheckResult::Undetermined => FailureCode::DocumentUndetermined,
        CheckResult::NotSupported => FailureCode::DocumentNotSupported,
        CheckResult::Aborted => FailureCode::DocumentAborted,
    };
    let checks: Vec<&str> = inspection.root.decisive().iter().map(|check| check.id).collect();
    Err(Failure::new(code).arg("check", checks.join(", ")).step("inspection"))
}

/// The portrait of the very DG2 that was inspected.
fn portrait(subject: &Subject, input: &std::path::Path) -> Result<Portrait, Failure> {
    let missing = || Failure::new(FailureCode::DocumentIncomplete).arg("file", "EF.DG2").step("portrait.dg2");
    let bytes = subject.file(FileId::Dg(2)).ok_or_else(missing)?;
    let dg2 = Dg2::parse(bytes).map_err(|error| missing().cause(error))?;
    Portrait::from_dg2(&dg2).map_err(|error| portrait_failure(&error, input))
}

fn page(
    args: &Args,
    environment: &Environment<'_>,
    result: &Value,
    matrix: &[Requirement],
    watch: &Stopwatch,
) -> Page {
    let lang = environment.reporter.lang;
    let word = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
    let mut page = Page::new(lang);
    page.heading("enroll-done");
    if result["test"] == json!(true) {
        page.sentence("attest-test", &[]);
    }
    page.field("label-output", args.output.display());
    page.field("label-type", word("vct"));
    page.field("label-issuer", word("issuer"));
    for name in ["inspection", "liveness", "comparison", "assurance_level"] {
        page.line(1, format!("{name}: {}", word(name)));
    }
    if result["models"]["maturity"] != json!("measured") {
        page.sentence("models-demonstration", &[]);
    }
    for limit in result["assurance_limits"].as_array().into_iter().flatten() {
        let text = |name: &str| limit[name].as_str().unwrap_or("-").to_owned();
        page.line(2, format!("{}: {}", text("reason"), text("requirement")));
    }
    requirement_matrix::on_page(&mut page, matrix);
    page.heading("enroll-times");
    for (stage, spent) in &watch.0 {
        page.line(1, format!("{stage:<12} {spent:>6} ms"));
    }
    page.sentence("enroll-then", &[("file", args.output.display().to_string())]);
    page
}
