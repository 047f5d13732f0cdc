//! `titre attest present`: the holder shows an attestation to one verifier, with no more claims than chosen.

use super::attestation_failure::{present_failure, token_failure};
use super::issuer_key::HolderSecretArgs;
use super::{Environment, attest};
use crate::attestation::Attestation;
use crate::attestation::sdjwt::{Audience, Resolved};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Longest name of an audience, and longest nonce, in bytes.
const MAX_TEXT: usize = 2048;

/// Arguments of `titre attest present`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre attest present attestation.sd-jwt --holder-key holder.pem --audience https://shop.example \\
      --nonce 3kV9 --disclose age_over_18 -o presentation.sd-jwt
  titre attest present attestation.sd-jwt --holder-key holder.pem --audience https://bank.example \\
      --nonce 3kV9 --disclose family_name --disclose given_name --disclose birthdate -o presentation.sd-jwt")]
pub struct Present {
    /// The attestation, with all its claims: an SD-JWT VC or an mdoc
    file: PathBuf,
    #[command(flatten)]
    holder: HolderSecretArgs,
    /// Who it is shown to, as that verifier calls itself
    #[arg(long, value_name = "URI")]
    audience: String,
    /// What the verifier drew for this presentation
    #[arg(long, value_name = "TEXT")]
    nonce: String,
    /// A claim to show, as titre attest show names it; may be repeated; without it, none
    #[arg(long, value_name = "CLAIM")]
    disclose: Vec<String>,
    /// Where the presentation goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Present, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    for text in [&args.audience, &args.nonce] {
        if text.is_empty() || text.len() > MAX_TEXT {
            return Err(Failure::new(FailureCode::Usage).cause("an empty or overlong audience or nonce"));
        }
    }
    let token: Attestation = attest::read_attestation(&args.file)?;
    let key = args.holder.read(environment)?;
    let malformed = |error| token_failure(&error, &args.file);
    let shown = token.show_unverified().map_err(malformed)?;
    if shown.claims.disclose().get("cnf").and_then(|cnf| cnf.get("jwk")) != Some(&key.public().to_jwk()) {
        return Err(Failure::new(FailureCode::HolderKey)
            .arg("file", args.holder.holder_key.display())
            .cause("the attestation is bound to another key"));
    }
    let chosen =
        chosen(&shown, &args.disclose).map_err(|failure| failure.arg("file", args.file.display()))?;
    let audience = Audience { name: &args.audience, nonce: &args.nonce };
    let presented = token
        .present(&chosen, audience, environment.at, &key)
        .map_err(|error| present_failure(&error, &args.file, &args.holder.holder_key))?;
    let bytes = Zeroizing::new(presented.to_bytes());
    write_file(&args.output, &bytes, environment.global.force, true)?;

    let shown = presented.show_unverified().map_err(malformed)?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("attest-presented");
    page.field("label-audience", &args.audience);
    page.heading("attest-disclosed");
    for path in &shown.disclosed {
        page.line(1, path);
    }
    page.field("label-output", args.output.display());
    let result = json!({
        "audience": args.audience,
        "nonce": args.nonce,
        "format": presented.format(),
        "disclosed": shown.disclosed,
        "withheld_or_decoy": shown.withheld,
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: "titre.attest_present/1", result, exit: Exit::Done, page })
}

/// Digests of the disclosures that the wanted claims need: theirs, those of what they stand in, and of what stands in
/// them.
fn chosen(shown: &Resolved, wanted: &[String]) -> Result<BTreeSet<String>, Failure> {
    let within = |inner: &str, outer: &str| {
        inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
    };
    for claim in wanted {
        if !shown.places.keys().any(|path| within(path, claim)) {
            return Err(Failure::new(FailureCode::NoSuchClaim).arg("claim", claim));
        }
    }
    let needed = |path: &str| wanted.iter().any(|claim| within(path, claim) || within(claim, path));
    let digests = shown.places.iter().filter(|(path, _)| needed(path)).map(|(_, digest)| digest.clone());
    Ok(digests.collect())
}
