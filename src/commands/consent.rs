//! `titre consent show | record | withdraw`: the text, the receipt, the withdrawal.

use super::attestation_failure::consent_failure;
use super::{Environment, rfc3339};
use crate::attestation::consent::{self, ALTERNATIVE};
use crate::attestation::{Consent, Purpose, TextLanguage};
#[cfg(feature = "face")]
use crate::report::FailureCode;
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, Lang, Outcome, Page, reporter};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Arguments of `titre consent`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre consent show --lang fr
  titre consent record -o consent.json                      asks on the terminal, purpose by purpose
  titre consent record --agree document_reading --agree face_recognition --agree attestation -o consent.json
  titre consent withdraw consent.json")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Print the text that a person agrees to
    #[command(before_help = "Examples:\n  titre consent show --lang fr")]
    Show,
    /// Ask, purpose by purpose, and write the receipt
    #[command(before_help = "Examples:\n  titre consent record -o consent.json")]
    Record(Record),
    /// Mark a receipt withdrawn
    #[command(before_help = "Examples:\n  titre consent withdraw consent.json")]
    Withdraw(Withdraw),
}

#[derive(Debug, clap::Args)]
struct Record {
    /// Where the receipt goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A purpose that the person agreed to, shown and asked elsewhere; once for each
    #[arg(long, value_name = "PURPOSE", value_parser = purpose_parser())]
    agree: Vec<Purpose>,
}

#[derive(Debug, clap::Args)]
struct Withdraw {
    /// The receipt; it is marked in its place
    receipt: PathBuf,
    /// Where a record of the withdrawal goes, to hand on
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn purpose_parser() -> impl TypedValueParser<Value = Purpose> {
    let ids = PossibleValuesParser::new(Purpose::ALL.map(Purpose::id));
    ids.try_map(|id| Purpose::from_id(&id).ok_or("no such purpose"))
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Show => Ok(show(environment)),
        Verb::Record(args) => record(args, environment),
        Verb::Withdraw(args) => withdraw(args, environment),
    }
}

const fn language(lang: Lang) -> TextLanguage {
    match lang {
        Lang::En => TextLanguage::En,
        Lang::Fr => TextLanguage::Fr,
    }
}

fn show(environment: &Environment<'_>) -> Outcome {
    let language = language(environment.reporter.lang);
    let mut page = Page::new(environment.reporter.lang);
    for line in language.text().lines() {
        page.line(0, line);
    }
    let result = json!({
        "text": language.text(),
        "text_sha256": language.text_sha256(),
        "language": language,
        "purposes": Purpose::ALL.map(Purpose::id),
        "alternative": ALTERNATIVE,
    });
    Outcome { schema: "titre.consent_text/1", result, exit: Exit::Done, page }
}

fn record(args: &Record, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let lang = environment.reporter.lang;
    let may_ask = !environment.global.batch && std::io::stdin().is_terminal();
    let agreed = if args.agree.is_empty() && may_ask { ask(lang) } else { args.agree.clone() };
    let receipt = Consent::record(&agreed, language(lang), environment.at, environment.entropy)
        .map_err(|error| consent_failure(&error, &args.output))?;
    write_file(&args.output, receipt.to_json().as_bytes(), environment.global.force, true)?;
    let mut page = Page::new(lang);
    page.heading("consent-recorded");
    answers(&receipt, &mut page);
    page.field("label-output", args.output.display());
    Ok(Outcome { schema: consent::SCHEMA, result: summary(&receipt, &args.output), exit: Exit::Done, page })
}

/// Shows the text and asks for each purpose. Only the whole word is a yes; everything else, and silence, is a no.
fn ask(lang: Lang) -> Vec<Purpose> {
    reporter::write_stderr(&format!("{}\n", language(lang).text()));
    let yes = lang.text("consent-yes", &[]);
    let agreed = |purpose: &Purpose| {
        let args = [("purpose", purpose.id().to_owned()), ("yes", yes.clone())];
        reporter::write_stderr(&lang.text("consent-question", &args));
        reporter::write_stderr(" ");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).is_ok() && line.trim().to_lowercase() == yes
    };
    Purpose::ALL.into_iter().filter(agreed).collect()
}

fn withdraw(args: &Withdraw, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    if let Some(output) = &args.output {
        check_free(output, environment.global.force)?;
    }
    let mut receipt = read(&args.receipt)?;
    let withdrawal = receipt.withdraw(environment.at);
    // The receipt is marked first: whatever happens to the record, the consent is withdrawn.
    write_file(&args.receipt, receipt.to_json().as_bytes(), true, true)?;
    let result = json!(withdrawal);
    if let Some(output) = &args.output {
        let text = format!("{result:#}\n");
        write_file(output, text.as_bytes(), environment.global.force, true)?;
    }
    let mut page = Page::new(environment.reporter.lang);
    page.heading("consent-withdrawn");
    page.field("label-session", receipt.session());
    page.sentence("consent-withdrawn-then", &[]);
    Ok(Outcome { schema: consent::WITHDRAWAL_SCHEMA, result, exit: Exit::Done, page })
}

/// Reads a receipt file.
fn read(path: &Path) -> Result<Consent, Failure> {
    let bytes = read_input(path, consent::MAX_FILE)?;
    Consent::from_json(&bytes).map_err(|error| consent_failure(&error, path))
}

/// Reads a receipt that allows all of `purposes` at `at`. A receipt that is not named, not there or none at all is a
/// consent that is not there.
#[cfg(feature = "face")]
pub(super) fn require_consent(
    path: Option<&Path>,
    purposes: &[Purpose],
    at: time::OffsetDateTime,
) -> Result<Consent, Failure> {
    let path = path.ok_or(Failure::new(FailureCode::ConsentMissing).step("consent"))?;
    let missing = |failure: Failure| Failure { code: FailureCode::ConsentMissing, ..failure };
    let receipt = read(path).map_err(|failure| missing(failure).step("consent"))?;
    receipt.check(purposes, at).map_err(|error| consent_failure(&error, path).step("consent"))?;
    Ok(receipt)
}

fn summary(receipt: &Consent, path: &Path) -> serde_json::Value {
    json!({
        "session": receipt.session(),
        "given_at": rfc3339(receipt.given_at()),
        "text_sha256": receipt.text_sha256(),
        "answers": receipt.answers(),
        "alternative": ALTERNATIVE,
        "output": path.display().to_string(),
    })
}

fn answers(receipt: &Consent, page: &mut Page) {
    for answer in receipt.answers() {
        let word = page.lang().text(if answer.agreed { "consent-agreed" } else { "consent-declined" }, &[]);
        page.line(1, format!("{}: {word}", answer.purpose.id()));
    }
}
