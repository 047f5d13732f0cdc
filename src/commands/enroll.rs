//! `titre enroll`: the main job. It composes the parts of the other verbs in a fixed order and has no logic of its own:
//! consent, output, keys, what the path needs; then the document and the register; then the face ([`super::enroll_face`]) or what
//! two officers signed; then statement and attestation. What refuses ends the run, and no attestation is written.

use super::attest::{MAX_KEY_FILE, read_holder_key};
use super::attestation_failure::{certificate_failure, officer_failure, statement_failure};
use super::consent::{require_consent, require_signature};
pub use super::enroll_args::Args;
use super::enroll_args::EnrollPath;
#[cfg(feature = "face")]
use super::enroll_face::{FaceFound, FacePrepared};
use super::enroll_input::read_input_document;
use super::enroll_output::{check_outputs, write_outputs};
use super::retention::{Held, Retention, session_keys};
use super::status_register;
use super::stopwatch::Stopwatch;
use super::trust_store::{add_crls, load};
use super::{Environment, requirement_matrix, rfc3339};
use crate::attestation::bundle::Evidence;
use crate::attestation::officer::{self, Examined, Signed};
use crate::attestation::status::StatusReference;
use crate::attestation::{
    Examination, Findings, IssuerCertificate, IssuerKey, Requirement, Run, Statement, StatementError,
    assurance, requirements,
};
use crate::consent::Consent;
use crate::inspection::{CheckResult, Inspection, Subject, inspect};
use crate::lds::FileId;
use crate::report::ledger::{self, Why};
use crate::report::output::{check_free, read_input};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What a path needs, read and checked before the document is.
enum Prepared {
    #[cfg(feature = "face")]
    Face(Box<FacePrepared>),
    Human(Box<Examined>),
}

/// What a path found.
enum Found {
    #[cfg(feature = "face")]
    Face(Box<FaceFound>),
    Human(Box<Examined>),
}

impl Found {
    fn examination(&self) -> Examination<'_> {
        match self {
            #[cfg(feature = "face")]
            Self::Face(found) => Examination::Face(found.evidence()),
            Self::Human(examined) => Examination::Officer(examined),
        }
    }

    /// Lines and pictures a second of the video, where there was one.
    fn video(&self) -> Option<(u32, f64)> {
        match self {
            #[cfg(feature = "face")]
            Self::Face(found) => Some(found.video()),
            Self::Human(_) => None,
        }
    }

    /// What the result says of it besides what it says of every enrollment.
    fn add_to(&self, result: &mut Value) {
        match self {
            #[cfg(feature = "face")]
            Self::Face(found) => found.add_to(result),
            Self::Human(_) => {
                result["path"] = json!("human");
                result["provenance"]["capture"] = json!("in_person");
            }
        }
    }
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let at = environment.at;
    let mut watch = Stopwatch::default();
    // Nothing of the face is touched before there is consent, and nothing long is begun that could not end.
    let consent = require_consent(args.consent.as_deref(), args.path.purposes(), at)?;
    check_outputs(&args.output, args.mdoc.as_deref(), environment.global.force)?;
    args.erasure_receipt.iter().try_for_each(|receipt| check_free(receipt, environment.global.force))?;
    let mut retention = Retention::begin(environment.hardening);
    let issuer = args.issuer.read(environment)?;
    require_signature(&consent, &issuer, args.consent.as_deref().unwrap_or(&args.output))?;
    let order = args.evidence.order(environment)?;
    let holder = read_holder_key(&args.holder_key)?;
    if let Some(register) = &args.status_register {
        status_register::load(register)?;
    }
    let mut store = load(&args.store)?;
    add_crls(&mut store, &args.crl)?;
    let register = args.register.open()?;
    let prepared = prepare(args, &consent, &issuer, environment)?;

    let subject = watch
        .time("reading", || read_input_document(&args.input, &args.password, args.resume, environment))?;
    let mut inspection = watch.time("inspection", || inspect(&subject, &store, at, args.profile));
    if let Some(register) = register {
        inspection = watch.time("register", || register.ask(inspection, environment))?;
    }
    require_genuine(&inspection)?;
    let provenance = subject.provenance.unwrap_or(crate::transport::Provenance::Replay);
    assurance::require_issuer(provenance, issuer.is_test())
        .map_err(|error| statement_failure(&error.into(), &args.issuer.issuer_key))?;

    let found = match prepared {
        #[cfg(feature = "face")]
        Prepared::Face(prepared) => Found::Face(Box::new(prepared.examine(
            args,
            &subject,
            (&mut watch, &mut retention),
            environment,
        )?)),
        Prepared::Human(examined) => {
            require_examined(&examined, &consent, &subject, args, at)?;
            Found::Human(examined)
        }
    };
    let findings = Findings {
        consent: &consent,
        inspection: &inspection,
        subject: &subject,
        examination: found.examination(),
        at,
    };
    let refused = |error: StatementError| statement_failure(&error, &args.issuer.issuer_key);
    let (token, mdoc, assurance, facts, end) = watch.time("attestation", || {
        let statement = Statement::new(findings).map_err(refused)?;
        let assurance = statement.assurance(&issuer).map_err(refused)?;
        // The place is given away before anything has it: one that nobody got harms nobody.
        // Each format has its own, so that one is not known by the other.
        let mut assign = || {
            let change = |path: &PathBuf| {
                status_register::change(path, |register| {
                    register.assign(&consent.sha256(), at, environment.entropy)
                })
            };
            args.status_register.as_ref().map(change).transpose()
        };
        let (status, other) = (assign()?, args.mdoc.as_ref().map(|_| assign()).transpose()?);
        let entropy = &mut *environment.entropy;
        let token = statement.sign(&issuer, &holder, status.as_ref(), entropy).map_err(refused)?;
        let sign_mdoc =
            |status: Option<StatusReference>| statement.sign_mdoc(&issuer, &holder, status.as_ref(), entropy);
        let mdoc = other.map(sign_mdoc).transpose().map_err(refused)?;
        Ok::<_, Failure>((token, mdoc, assurance, statement.facts(issuer.is_test()), statement.end(&issuer)))
    })?;
    // What an attestation rests on is kept before anybody has the attestation.
    let kept = match &order {
        None => Value::Null,
        Some(order) => {
            let mut records = vec![("consent.json", consent.to_json().into_bytes())];
            if let Some(path) = &args.examination {
                records.push(("examination.json", read_input(path, officer::MAX_FILE)?));
            }
            let evidence =
                Evidence { subject: &subject, inspection: &inspection, store: &store, records: &records, at };
            watch.time("evidence", || order.fill(&evidence, &issuer, &args.issuer.issuer_key, environment))?
        }
    };
    let second = args.mdoc.as_deref().zip(mdoc.as_ref());
    if let Err(failure) = write_outputs((&args.output, &token), second, environment) {
        order.iter().for_each(|order| order.undo());
        return Err(failure);
    }
    for output in args.mdoc.iter().chain([&args.output]) {
        ledger::explain(output, Why::Attestation, Some(end));
    }

    let matrix = requirements(&Run { facts, evidence_kept: order.is_some(), video: found.video() });
    let mut result = json!({
        "attestation": args.output.display().to_string(),
        "mdoc": args.mdoc.as_ref().map(|file| file.display().to_string()),
        "evidence": kept,
        "vct": assurance.vct(),
        "test": assurance.test,
        "assurance_level": assurance.level,
        "assurance_limits": assurance.limits,
        "requirements": requirement_matrix::to_json(&matrix),
        "provenance": {"document": provenance},
        "inspection": inspection.verdict,
        "register": inspection.register,
        "issuer": issuer.leaf().subject(),
        "consent": {
            "session": consent.session(),
            "given_at": rfc3339(consent.given_at()),
            "signed": consent.signature().is_some(),
        },
        "stages_ms": watch.to_json(),
    });
    found.add_to(&mut result);
    // From here on nothing of the person is in memory.
    retention.erase(Held::Attestation, 1 + usize::from(mdoc.is_some()), None, (token, mdoc));
    if !args.input.is_dir() {
        retention.erase(Held::SessionKeys, session_keys(&subject), None, ());
    }
    let files = subject.files.values().map(Vec::len).sum();
    retention.erase(Held::DocumentFiles, subject.files.len(), Some(files), (subject, inspection, found));
    retention.input("document", &args.input);
    args.video.iter().for_each(|video| retention.input("video", video));
    if let Some(receipt) = &args.erasure_receipt {
        let signer = (&issuer, args.issuer.issuer_key.as_path());
        retention.write_receipt(receipt, consent.session(), signer, environment)?;
        result["erasure_receipt"] = json!(receipt.display().to_string());
    }
    result["retention"] = retention.report();
    let mut page = page(args, environment, &result, &matrix, &watch);
    retention.tell(&mut page);
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

/// What the path needs that can be asked before the document is read.
fn prepare(
    args: &Args,
    consent: &Consent,
    issuer: &IssuerKey,
    environment: &Environment<'_>,
) -> Result<Prepared, Failure> {
    match args.path {
        #[cfg(feature = "face")]
        EnrollPath::Face => {
            FacePrepared::new(args, consent, issuer, environment).map(Box::new).map(Prepared::Face)
        }
        #[cfg(not(feature = "face"))]
        EnrollPath::Face => Err(Failure::new(FailureCode::NotBuilt).arg("feature", "face")),
        EnrollPath::Human => {
            let examined = read_examination(args, environment)?;
            let refused = |error| officer_failure(&error, args.examination());
            // Those of the consent and of the issuer are known now; the document is asked later.
            examined.check_issuer(issuer).map_err(refused)?;
            examined.check_session(consent.session(), consent.given_at(), environment.at).map_err(refused)?;
            Ok(Prepared::Human(Box::new(examined)))
        }
    }
}

/// The officers' examination, by officers that the issuer named.
fn read_examination(args: &Args, environment: &Environment<'_>) -> Result<Examined, Failure> {
    let path = args.examination();
    let mut pinned = Vec::new();
    for path in &args.officer {
        let bytes = read_input(path, MAX_KEY_FILE)?;
        let found = IssuerCertificate::read_file(&bytes);
        pinned.extend(found.map_err(|error| certificate_failure(&error, path))?);
    }
    let bytes = read_input(path, officer::MAX_FILE)?;
    let signed = Signed::from_json(&bytes).and_then(|signed| signed.verify(&pinned, environment.at));
    signed.map_err(|error| officer_failure(&error, path))
}

/// The examination is of this very document.
fn require_examined(
    examined: &Examined,
    consent: &Consent,
    subject: &Subject,
    args: &Args,
    at: time::OffsetDateTime,
) -> Result<(), Failure> {
    let missing = || Failure::new(FailureCode::DocumentIncomplete).arg("file", "EF.SOD");
    let sod = subject.file(FileId::Sod).ok_or_else(missing)?;
    let checked = examined.check(consent.session(), consent.given_at(), sod, at);
    checked.map_err(|error| officer_failure(&error, args.examination()))
}

impl Args {
    /// The examination; the command line asks for it on the human path.
    fn examination(&self) -> &Path {
        self.examination.as_deref().unwrap_or(Path::new("-"))
    }
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
    if let Some(mdoc) = &args.mdoc {
        page.field("label-output", mdoc.display());
    }
    page.field("label-type", word("vct"));
    page.field("label-issuer", word("issuer"));
    for name in ["path", "inspection", "liveness", "comparison", "assurance_level"] {
        if result[name].is_string() {
            page.line(1, format!("{name}: {}", word(name)));
        }
    }
    if result["models"].is_object() && result["models"]["maturity"] != json!("measured") {
        page.sentence("models-demonstration", &[]);
    }
    for limit in result["assurance_limits"].as_array().into_iter().flatten() {
        let text = |name: &str| limit[name].as_str().unwrap_or("-").to_owned();
        page.line(2, format!("{}: {}", text("reason"), text("requirement")));
    }
    requirement_matrix::on_page(&mut page, matrix);
    page.heading("enroll-times");
    for (stage, spent) in watch.stages() {
        page.line(1, format!("{stage:<12} {spent:>6} ms"));
    }
    page.sentence("enroll-then", &[("file", args.output.display().to_string())]);
    page
}
