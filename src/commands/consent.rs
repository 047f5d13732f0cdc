//! `titre consent show | record | withdraw`: the text, the receipt, the withdrawal.

use super::attestation_failure::{consent_failure, sign_failure};
use super::issuer_key::OptionalIssuerKeyArgs;
use super::{Environment, consent_withdraw, rfc3339};
use crate::attestation::{IssuerKey, ReceiptError, check_receipt, sign_receipt};
use crate::consent::{self, ALTERNATIVE, Consent, Purpose, TextLanguage};
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Lang, Outcome, Page, reporter};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Arguments of `titre consent`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre consent show --lang fr
  titre consent record -o consent.json                      asks on the terminal, purpose by purpose
  titre consent record --agree document_reading --agree face_recognition --agree attestation \
    --issuer-key issuer.pem -o consent.json
  titre consent record --path human --agree document_reading --agree attestation -o consent.json
  titre consent withdraw consent.json --status-register register.json --erase document")]
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
    /// Mark a receipt withdrawn, suspend what rests on it, erase what was kept
    #[command(before_help = "Examples:
  titre consent withdraw consent.json
  titre consent withdraw consent.json --status-register register.json --erase document -o withdrawal.json")]
    Withdraw(consent_withdraw::Withdraw),
}

#[derive(Debug, clap::Args)]
struct Record {
    /// Where the receipt goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A purpose that the person agreed to, shown and asked elsewhere; once for each
    #[arg(long, value_name = "PURPOSE", value_parser = purpose_parser())]
    agree: Vec<Purpose>,
    /// The enrollment that it is for: face, or human, where no program looks at the face and none is asked for it
    #[arg(long, value_name = "NAME", default_value = "face", value_parser = ["face", "human"])]
    path: String,
    // Who asks, signs: a production issuer enrolls with signed receipts only.
    #[command(flatten)]
    issuer: OptionalIssuerKeyArgs,
}

fn purpose_parser() -> impl TypedValueParser<Value = Purpose> {
    let ids = PossibleValuesParser::new(Purpose::ALL.map(Purpose::id));
    ids.try_map(|id| Purpose::from_id(&id).ok_or("no such purpose"))
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Show => Ok(show(environment)),
        Verb::Record(args) => record(args, environment),
        Verb::Withdraw(args) => consent_withdraw::run(args, environment),
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
    let human = args.path == "human";
    let (asked, needed) = match human {
        true => (&Purpose::HUMAN_PATH[..], &Purpose::HUMAN_PATH[..]),
        false => (&Purpose::ALL[..], &[Purpose::FaceRecognition][..]),
    };
    let issuer = args.issuer.read(environment)?;
    let agreed = if args.agree.is_empty() && may_ask { ask(asked, lang) } else { args.agree.clone() };
    let receipt = Consent::record(&agreed, needed, language(lang), environment.at, environment.entropy)
        .map_err(|error| consent_failure(&error, &args.output))?;
    let receipt = match &issuer {
        Some(issuer) => sign_receipt(receipt, issuer).map_err(|error| {
            sign_failure(&error, args.issuer.issuer_key.as_deref().unwrap_or(&args.output))
        })?,
        None => receipt,
    };
    write_file(&args.output, receipt.to_json().as_bytes(), environment.global.force, true)?;
    let mut page = Page::new(lang);
    page.heading("consent-recorded");
    answers(&receipt, &mut page);
    page.field("label-output", args.output.display());
    Ok(Outcome { schema: consent::SCHEMA, result: summary(&receipt, &args.output), exit: Exit::Done, page })
}

/// Shows the text and asks for each purpose. Only the whole word is a yes; everything else, and silence, is a no.
fn ask(purposes: &[Purpose], lang: Lang) -> Vec<Purpose> {
    reporter::write_stderr(&format!("{}\n", language(lang).text()));
    let yes = lang.text("consent-yes", &[]);
    let agreed = |purpose: &Purpose| {
        let args = [("purpose", purpose.id().to_owned()), ("yes", yes.clone())];
        reporter::write_stderr(&lang.text("consent-question", &args));
        reporter::write_stderr(" ");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).is_ok() && line.trim().to_lowercase() == yes
    };
    purposes.iter().copied().filter(agreed).collect()
}

/// Reads a receipt file.
pub(super) fn read(path: &Path) -> Result<Consent, Failure> {
    let bytes = read_input(path, consent::MAX_FILE)?;
    Consent::from_json(&bytes).map_err(|error| consent_failure(&error, path))
}

/// Reads a receipt that allows all of `purposes` at `at`. A receipt that is not named, not there or none at all is a
/// consent that is not there.
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

/// Checks that the receipt is this issuer's own. A test issuer takes one that nobody signed.
///
/// # Errors
/// `consent.not_signed`, `consent.signature`.
pub(super) fn require_signature(receipt: &Consent, issuer: &IssuerKey, path: &Path) -> Result<(), Failure> {
    let code = match check_receipt(receipt, issuer) {
        Ok(()) => return Ok(()),
        Err(ReceiptError::Unsigned) if issuer.is_test() => return Ok(()),
        Err(ReceiptError::Unsigned) => FailureCode::ConsentNotSigned,
        Err(_) => FailureCode::ConsentSignature,
    };
    Err(Failure::new(code).arg("file", path.display()).step("consent"))
}

fn summary(receipt: &Consent, path: &Path) -> serde_json::Value {
    json!({
        "session": receipt.session(),
        "given_at": rfc3339(receipt.given_at()),
        "text_sha256": receipt.text_sha256(),
        "answers": receipt.answers(),
        "signed": receipt.signature().is_some(),
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
