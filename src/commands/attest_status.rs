//! `titre attest status new | publish | suspend | revoke | restore`: whether what was issued still stands, kept in a register and
//! published as a list.

use super::attest::read_attestation;
use super::attestation_failure::{sign_failure, token_failure};
use super::issuer_key::IssuerKeyArgs;
use super::status_register::{change, load, refused};
use super::{Environment, rfc3339};
use crate::attestation::status::{self, Register, Status, StatusReference};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::path::PathBuf;
use time::Duration;

/// Arguments of `titre attest status`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre attest status new --uri https://issuer.example/status/1 -o register.json
  titre enroll document --store trust.json --video selfie.mp4 --challenge challenge.json --consent consent.json \
    --issuer-key issuer.pem --holder-key holder.pem --status-register register.json -o attestation.sd-jwt
  titre attest status suspend register.json --attestation attestation.sd-jwt
  titre attest status publish register.json --issuer-key issuer.pem -o status.jwt
  titre attest verify attestation.sd-jwt --issuer issuer-root.pem --status-list status.jwt")]
pub struct StatusArgs {
    #[command(subcommand)]
    verb: StatusVerb,
}

#[derive(Debug, clap::Subcommand)]
enum StatusVerb {
    /// Begin a register for a list that will be published under one URI
    #[command(
        before_help = "Examples:\n  titre attest status new --uri https://issuer.example/status/1 -o register.json"
    )]
    New(New),
    /// Sign the list as it is now
    #[command(
        before_help = "Examples:\n  titre attest status publish register.json --issuer-key issuer.pem -o status.jwt"
    )]
    Publish(Publish),
    /// Let an attestation not stand for now
    #[command(
        before_help = "Examples:\n  titre attest status suspend register.json --attestation attestation.sd-jwt"
    )]
    Suspend(Change),
    /// Revoke an attestation for good
    #[command(
        before_help = "Examples:\n  titre attest status revoke register.json --attestation attestation.sd-jwt"
    )]
    Revoke(Change),
    /// Let a suspended attestation stand again; what was revoked stays so
    #[command(
        before_help = "Examples:\n  titre attest status restore register.json --attestation attestation.sd-jwt"
    )]
    Restore(Change),
}

#[derive(Debug, clap::Args)]
struct New {
    /// Where the list will be published
    #[arg(long, value_name = "URI")]
    uri: String,
    /// Where the register goes; it is the issuer's alone
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Publish {
    /// The register
    register: PathBuf,
    #[command(flatten)]
    issuer: IssuerKeyArgs,
    /// After how many seconds verifiers fetch the list again
    #[arg(long, value_name = "N", default_value_t = 3600)]
    ttl: u32,
    /// For how many days the list is good
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// Where the list goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Change {
    /// The register
    register: PathBuf,
    /// The attestation
    #[arg(long, value_name = "FILE", required_unless_present = "index", conflicts_with = "index")]
    attestation: Option<PathBuf>,
    /// Its place in the list, where the attestation itself is not at hand
    #[arg(long, value_name = "N")]
    index: Option<u64>,
}

pub(super) fn run(args: &StatusArgs, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        StatusVerb::New(args) => new(args, environment),
        StatusVerb::Publish(args) => publish(args, environment),
        StatusVerb::Suspend(args) => set(args, Status::Suspended, environment),
        StatusVerb::Revoke(args) => set(args, Status::Invalid, environment),
        StatusVerb::Restore(args) => set(args, Status::Valid, environment),
    }
}

fn new(args: &New, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let register = Register::new(&args.uri).map_err(|error| refused(&error, &args.output))?;
    write_file(&args.output, &register.to_json(), environment.global.force, true)?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("status-register-made");
    page.field("label-status-list", register.uri());
    page.field("label-output", args.output.display());
    let result = json!({"uri": register.uri(), "file": args.output.display().to_string()});
    Ok(Outcome { schema: "titre.attest_status/1", result, exit: Exit::Done, page })
}

fn publish(args: &Publish, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let at = environment.at;
    check_free(&args.output, environment.global.force)?;
    let register = load(&args.register)?;
    let issuer = args.issuer.read(environment)?;
    let list = register.list().map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    let expires = at.saturating_add(Duration::days(i64::from(args.days))).min(issuer.leaf().not_after());
    let ttl = Duration::seconds(i64::from(args.ttl));
    let token = status::publish(&list, register.uri(), at, ttl, expires, &issuer)
        .map_err(|error| sign_failure(&error, &args.issuer.issuer_key))?;
    write_file(&args.output, (token + "\n").as_bytes(), environment.global.force, false)?;
    let (assigned, gone) = register.counts();
    let mut page = Page::new(environment.reporter.lang);
    page.heading("status-published");
    page.field("label-status-list", register.uri());
    page.field("label-status-assigned", assigned);
    page.field("label-status-gone", gone);
    page.field("label-expires-at", rfc3339(expires));
    page.field("label-output", args.output.display());
    let result = json!({
        "uri": register.uri(),
        "assigned": assigned,
        "not_standing": gone,
        "ttl": args.ttl,
        "expires_at": rfc3339(expires),
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: "titre.attest_status/1", result, exit: Exit::Done, page })
}

fn set(args: &Change, status: Status, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let named = args.attestation.as_deref().map(reference).transpose()?;
    let (before, uri, index) = change(&args.register, |register| {
        let uri = register.uri().to_owned();
        let reference =
            named.unwrap_or_else(|| StatusReference { uri, index: args.index.unwrap_or(u64::MAX) });
        let before = register.change(&reference, status, environment.at)?;
        Ok((before, reference.uri, reference.index))
    })?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("status-changed");
    page.field("label-status-list", &uri);
    page.field("label-status-index", index);
    let word = |status: Status| json!(status).as_str().unwrap_or("-").to_owned();
    page.line(1, format!("{} -> {}", word(before), word(status)));
    page.sentence("status-publish-then", &[]);
    let result = json!({"uri": uri, "index": index, "before": before, "status": status});
    Ok(Outcome { schema: "titre.attest_status/1", result, exit: Exit::Done, page })
}

/// The reference of an attestation file; its issuer wrote it, and only the register decides whether it is there.
fn reference(path: &std::path::Path) -> Result<StatusReference, Failure> {
    let token = read_attestation(path)?;
    let shown = token.show_unverified().map_err(|error| token_failure(&error, path))?;
    let claim = shown.claims.disclose().get("status").and_then(StatusReference::from_claim);
    claim.ok_or_else(|| Failure::new(FailureCode::StatusNone).arg("file", path.display()))
}
