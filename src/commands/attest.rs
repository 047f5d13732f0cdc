//! `titre attest show | present | verify | status | evidence`: an attestation read back. `show` says that it verifies nothing; `verify` prints no
//! holder data unless asked to.

use super::attestation_failure::{certificate_failure, holder_failure, token_failure};
use super::{Environment, attest_present, attest_status, evidence, rfc3339, status_source};
use crate::attestation::format::MAX_ATTESTATION;
use crate::attestation::procedure::MAX_FILE as MAX_POLICY_FILE;
use crate::attestation::sdjwt::Audience;
use crate::attestation::{
    AssuranceLevel, Attestation, Expectations, HolderKey, IssuerCertificate, Presentation, Procedure,
    Verification,
};
use crate::biometrics::Verdict;
use crate::report::locale::message_id;
use crate::report::output::read_input;
use crate::report::{Exit, Failure, FailureCode, Lang, Outcome, Page};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use time::{Duration, OffsetDateTime};

/// Largest file of certificates or keys.
pub(super) const MAX_KEY_FILE: u64 = 64 * 1024;

/// Arguments of `titre attest`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre attest show attestation.sd-jwt                      what it says; verifies nothing
  titre attest verify attestation.sd-jwt --issuer issuer-root.pem
  titre attest verify attestation.sd-jwt --issuer issuer-root.pem --holder-key holder.pem --json
  titre attest verify attestation.sd-jwt --issuer issuer-root.pem --status-list auto
  titre attest present attestation.sd-jwt --holder-key holder.pem --audience https://shop.example \
      --nonce 3kV9 --disclose age_over_18 -o presentation.sd-jwt
  titre attest verify presentation.sd-jwt --issuer issuer-root.pem --audience https://shop.example --nonce 3kV9
  titre attest verify presentation.sd-jwt --issuer issuer-root.pem --policy procedures.toml --procedure payments
  titre attest verify attestation.mdoc --issuer issuer-root.pem      the other format, the same checks
  titre attest status revoke register.json --attestation attestation.sd-jwt")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Print what an attestation says, without verifying it
    #[command(before_help = "Examples:\n  titre attest show attestation.sd-jwt")]
    Show(Show),
    /// Show an attestation to one verifier, with the claims that are chosen and a proof that its key is yours
    Present(attest_present::Present),
    /// Verify an attestation against pinned issuer certificates
    #[command(before_help = "Examples:\n  titre attest verify attestation.sd-jwt --issuer issuer-root.pem")]
    Verify(Verify),
    /// Keep and publish whether what was issued still stands
    Status(attest_status::StatusArgs),
    /// Verify, open, repeat or delete the evidence that an archive keeps
    Evidence(evidence::EvidenceArgs),
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The attestation: an SD-JWT VC or an mdoc
    file: PathBuf,
    /// Print the holder's data too
    #[arg(long)]
    disclose: bool,
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// The attestation: an SD-JWT VC or an mdoc
    file: PathBuf,
    /// Certificates to trust: a root, an intermediate or the signer itself; PEM or DER
    #[arg(long, value_name = "CERT", required = true, num_args = 1..)]
    issuer: Vec<PathBuf>,
    /// The key that the attestation must be bound to; PEM or JWK
    #[arg(long, value_name = "FILE")]
    holder_key: Option<PathBuf>,
    /// Who you are: a presentation must have been made for you, and prove that its holder made it
    #[arg(long, value_name = "URI", requires = "nonce")]
    audience: Option<String>,
    /// What you drew for this presentation
    #[arg(long, value_name = "TEXT", requires = "audience")]
    nonce: Option<String>,
    /// How many seconds ago the presentation may have been made
    #[arg(long, value_name = "N", default_value_t = 300, requires = "audience")]
    max_seconds: u32,
    /// How many days ago the person may have been enrolled
    #[arg(long, value_name = "N")]
    max_days: Option<u16>,
    /// The lowest assurance level that will do
    #[arg(long, value_name = "LEVEL", value_parser = ["low", "substantial", "high"])]
    min_level: Option<String>,
    /// What one of your procedures asks: a TOML file of procedures (--procedure names the one)
    #[arg(long, value_name = "FILE", requires = "procedure")]
    policy: Option<PathBuf>,
    /// The procedure of the policy file
    #[arg(long, value_name = "NAME", requires = "policy")]
    procedure: Option<String>,
    /// The issuer's status list as it is published now, as a file or an https address; `auto` is the address that the
    /// attestation names. What is revoked or suspended fails
    #[arg(long, value_name = "FILE|URL|auto")]
    status_list: Option<String>,
    /// Print the holder's data too
    #[arg(long)]
    disclose: bool,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Show(args) => show(args, environment.reporter.lang),
        Verb::Present(args) => attest_present::run(args, environment),
        Verb::Verify(args) => verify_file(args, environment),
        Verb::Status(args) => attest_status::run(args, environment),
        Verb::Evidence(args) => evidence::run(args, environment),
    }
}

/// Reads an attestation of either format.
pub(super) fn read_attestation(path: &Path) -> Result<Attestation, Failure> {
    let bytes = read_input(path, MAX_ATTESTATION as u64)?;
    Attestation::parse(&bytes).map_err(|error| token_failure(&error, path))
}

/// The certificates of these files.
pub(super) fn read_pinned(paths: &[PathBuf]) -> Result<Vec<IssuerCertificate>, Failure> {
    let mut pinned = Vec::new();
    for path in paths {
        let bytes = read_input(path, MAX_KEY_FILE)?;
        let found =
            IssuerCertificate::read_file(&bytes).map_err(|error| certificate_failure(&error, path))?;
        pinned.extend(found);
    }
    Ok(pinned)
}

fn show(args: &Show, lang: Lang) -> Result<Outcome, Failure> {
    let token = read_attestation(&args.file)?;
    let shown = token.show_unverified().map_err(|error| token_failure(&error, &args.file))?;
    let mut page = Page::new(lang);
    page.heading("attest-not-verified");
    claims_on_page(&mut page, shown.claims.disclose(), &shown.disclosed, shown.withheld, args.disclose);
    let mut result = json!({"verified": false, "format": token.format()});
    describe(&mut result, shown.claims.disclose(), &shown.disclosed, shown.withheld, args.disclose);
    Ok(Outcome { schema: "titre.attest_show/1", result, exit: Exit::Done, page })
}

fn verify_file(args: &Verify, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let token = read_attestation(&args.file)?;
    let pinned = read_pinned(&args.issuer)?;
    let holder = args.holder_key.as_deref().map(read_holder_key).transpose()?;
    let audience = args.audience.as_deref().zip(args.nonce.as_deref());
    let presentation = audience.map(|(name, nonce)| Presentation {
        audience: Audience { name, nonce },
        max_age: Duration::seconds(i64::from(args.max_seconds)),
    });
    let procedure = procedure(args)?;
    let expect = Expectations {
        pinned: &pinned,
        at: environment.at,
        holder: holder.as_ref(),
        presentation,
        procedure: &procedure,
        status_list: None,
    };
    let found = match &args.status_list {
        None => token.verify(&expect),
        Some(source) => status_source::verify_with(&token, &expect, source, environment)?,
    };
    let mut outcome = outcome(&found, args.disclose, environment);
    outcome.result["format"] = json!(token.format());
    Ok(outcome)
}

/// What is asked: of the policy file, and by the options, whichever asks more.
fn procedure(args: &Verify) -> Result<Procedure, Failure> {
    let mut asked = match (&args.policy, &args.procedure) {
        (Some(path), Some(name)) => {
            let malformed = |cause: &dyn std::fmt::Display| {
                Failure::new(FailureCode::InputMalformed).arg("file", path.display()).cause(cause)
            };
            let bytes = read_input(path, MAX_POLICY_FILE)?;
            let text = std::str::from_utf8(&bytes).map_err(|error| malformed(&error))?;
            Procedure::from_toml(text, name).map_err(|error| malformed(&error))?
        }
        _ => Procedure::default(),
    };
    let level = args.min_level.as_deref().and_then(AssuranceLevel::from_name);
    asked.min_level = asked.min_level.max(level);
    asked.max_days = [asked.max_days, args.max_days].into_iter().flatten().min();
    Ok(asked)
}

/// Reads a holder key file.
pub(super) fn read_holder_key(path: &Path) -> Result<HolderKey, Failure> {
    let bytes = zeroize::Zeroizing::new(read_input(path, MAX_KEY_FILE)?);
    HolderKey::read_file(&bytes).map_err(|error| holder_failure(&error, path))
}

fn outcome(found: &Verification, disclose: bool, environment: &Environment<'_>) -> Outcome {
    let lang = environment.reporter.lang;
    let verdict = found.result();
    let mut result = json!({
        "result": verdict,
        "reason": found.reason(),
        "checks": found.checks,
        "issuer": found.issuer,
        "test": found.test,
        "subject": found.subject,
        "at": rfc3339(environment.at),
    });
    let mut page = Page::new(lang);
    page.heading(match verdict {
        Verdict::Successful => "attest-successful",
        Verdict::Failed => "attest-failed",
        _ => "attest-undetermined",
    });
    if found.test {
        page.sentence("attest-test", &[]);
    }
    for check in &found.checks {
        let text = |reason| format!(": {} ({reason})", lang.text(&reason_id(reason), &[]));
        let because = check.reason.map_or_else(String::new, text);
        page.line(1, format!("{:<24} {}{because}", check.id, check.result.as_str()));
    }
    if let Some(issuer) = &found.issuer {
        page.field("label-issuer", issuer);
    }
    if let Some(subject) = &found.subject {
        page.field("label-subject", subject);
    }
    if let Some(claims) = &found.claims {
        claims_on_page(&mut page, claims.disclose(), &found.disclosed, found.withheld, disclose);
        describe(&mut result, claims.disclose(), &found.disclosed, found.withheld, disclose);
    }
    let exit = match verdict {
        Verdict::Successful => Exit::Done,
        Verdict::Failed => Exit::Failed,
        Verdict::NotSupported => Exit::NotSupported,
        Verdict::Aborted => Exit::Aborted,
        _ => Exit::Undetermined,
    };
    Outcome { schema: "titre.attest_verify/1", result, exit, page }
}

/// The message of a reason.
fn reason_id(reason: &str) -> String {
    format!("attest-reason-{}", message_id(reason))
}

/// The claims that are about the check, not about the holder.
const ABOUT_THE_CHECK: [&str; 5] =
    ["assurance_level", "assurance_limits", "provenance", "time", "trust_framework"];

fn verification(claims: &Map<String, Value>) -> Map<String, Value> {
    let all = claims.get("verified_claims").and_then(|verified| verified.get("verification"));
    let known = |name: &&str| all.and_then(|all| all.get(*name)).cloned();
    ABOUT_THE_CHECK.iter().filter_map(|name| Some(((*name).to_owned(), known(name)?))).collect()
}

fn moment(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let seconds = claims.get(name)?.as_i64()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(rfc3339)
}

fn describe(
    result: &mut Value,
    claims: &Map<String, Value>,
    disclosed: &[String],
    withheld: usize,
    disclose: bool,
) {
    result["vct"] = json!(claims.get("vct").and_then(Value::as_str));
    result["iss"] = json!(claims.get("iss").and_then(Value::as_str));
    result["issued_at"] = json!(moment(claims, "iat"));
    result["expires_at"] = json!(moment(claims, "exp"));
    result["verification"] = Value::Object(verification(claims));
    result["disclosed"] = json!(disclosed);
    result["withheld_or_decoy"] = json!(withheld);
    if disclose {
        result["claims"] = Value::Object(claims.clone());
    }
}

fn claims_on_page(
    page: &mut Page,
    claims: &Map<String, Value>,
    disclosed: &[String],
    withheld: usize,
    disclose: bool,
) {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
    page.field("label-type", text("vct"));
    for (label, name) in [("label-issued-at", "iat"), ("label-expires-at", "exp")] {
        page.field(label, moment(claims, name).unwrap_or_else(|| "-".to_owned()));
    }
    page.heading("attest-verification");
    for (name, value) in verification(claims) {
        lines(page, 1, &name, &value);
    }
    page.heading("attest-disclosed");
    for path in disclosed {
        page.line(1, path);
    }
    page.field("label-withheld", withheld);
    if disclose {
        page.heading("attest-claims");
        for (name, value) in claims.iter().filter(|(name, _)| *name != "verified_claims") {
            lines(page, 1, name, value);
        }
        if let Some(verified) = claims.get("verified_claims") {
            lines(page, 1, "verified_claims", verified);
        }
    } else {
        page.sentence("attest-disclose-hint", &[]);
    }
}

/// A value as indented lines `name: value`.
fn lines(page: &mut Page, level: usize, name: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            page.line(level, format!("{name}:"));
            members.iter().for_each(|(name, value)| lines(page, level + 1, name, value));
        }
        Value::Array(elements) if elements.iter().any(|each| each.is_object() || each.is_array()) => {
            page.line(level, format!("{name}:"));
            for (at, each) in elements.iter().enumerate() {
                match flat(each) {
                    Some(line) => {
                        page.line(level + 1, format!("- {line}"));
                    }
                    None => lines(page, level + 1, &at.to_string(), each),
                }
            }
        }
        Value::Array(elements) => {
            let words: Vec<String> = elements.iter().map(word).collect();
            page.line(level, format!("{name}: {}", words.join(", ")));
        }
        scalar => {
            page.line(level, format!("{name}: {}", word(scalar)));
        }
    }
}

/// An object of scalars as one line; `None` for anything deeper.
fn flat(value: &Value) -> Option<String> {
    let members = value.as_object()?;
    let scalar = |value: &Value| !value.is_object() && !value.is_array();
    let line = || members.iter().map(|(name, value)| format!("{name}: {}", word(value)));
    members.values().all(scalar).then(|| line().collect::<Vec<_>>().join(", "))
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::verify::REASONS;

    #[test]
    fn every_reason_has_a_text_in_every_language() {
        for lang in Lang::ALL {
            for reason in REASONS {
                assert!(lang.has(&reason_id(reason)), "{reason} in {lang:?}");
            }
        }
    }
}
