//! `titre officer checklist | examine | countersign`: the path without face recognition. One officer compares the person
//! with the document's portrait and signs; a second one decides too and signs it off; `titre enroll --path human` takes
//! what they signed. Three steps in files, since two people at two desks with two keys do them, and none can do both.

use super::attestation_failure::officer_failure;
use super::consent::require_consent;
use super::document::PasswordArgs;
use super::enroll_input::read_input_document;
use super::issuer_key::OfficerKeyArgs;
use super::{Environment, rfc3339};
use crate::attestation::officer::{
    self, CHECKLIST_ID, Checklist, Comparison, Enclosure, EnclosureKind, OfficerError, Record, Signed,
};
use crate::consent::Purpose;
use crate::lds::FileId;
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Lang, Outcome, Page};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Largest filled-in checklist.
const MAX_CHECKLIST: u64 = 64 * 1024;
/// Largest further document; only its digest is kept.
const MAX_ENCLOSURE: u64 = 32 << 20;

/// Arguments of `titre officer`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre officer checklist -o checklist.json                 the form that the first officer fills in
  titre officer examine document --consent consent.json --checklist checklist.json \\
    --officer-key officer-1.pem -o examination.json
  titre officer countersign examination.json --decision same_person --officer-key officer-2.pem -o signed.json
  titre enroll document --path human --examination signed.json --officer officers-root.pem --store trust.json \\
    --consent consent.json --issuer-key issuer.pem --holder-key holder.pem -o attestation.sd-jwt")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Write the form with the ground rules and the features of a face
    #[command(before_help = "Examples:\n  titre officer checklist -o checklist.json")]
    Checklist(Form),
    /// Sign what the first officer saw, bound to the document and to the consent
    #[command(before_help = "Examples:
  titre officer examine document --consent consent.json --checklist checklist.json --officer-key officer-1.pem \\
    --further-document birth_certificate:birth.pdf --vouch written_attestation:witness.pdf -o examination.json")]
    Examine(Box<Examine>),
    /// Sign what the second officer decided, who is another person with another key
    #[command(before_help = "Examples:
  titre officer countersign examination.json --decision same_person --officer-key officer-2.pem -o signed.json")]
    Countersign(Countersign),
}

#[derive(Debug, clap::Args)]
struct Form {
    /// Where the form goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Examine {
    /// A document folder, a recording, or a way to a chip: pcsc, specimen:DIR, replay:FILE
    input: PathBuf,
    /// The consent receipt of the person; it need not allow face recognition
    #[arg(long, value_name = "FILE")]
    consent: Option<PathBuf>,
    /// The form, filled in
    #[arg(long, value_name = "FILE")]
    checklist: PathBuf,
    #[command(flatten)]
    key: OfficerKeyArgs,
    /// Another document that was seen, as birth_certificate:FILE; only the type and a salted digest are kept
    #[arg(long, value_name = "TYPE:FILE", value_parser = enclosure)]
    further_document: Vec<(String, PathBuf)>,
    /// What a witness attests who vouches for the person, as written_attestation:FILE; kept in the same way
    #[arg(long, value_name = "TYPE:FILE", value_parser = enclosure)]
    vouch: Vec<(String, PathBuf)>,
    #[command(flatten)]
    password: PasswordArgs,
    /// Where the examination goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Countersign {
    /// The examination that the first officer signed
    file: PathBuf,
    /// What the second officer decided: same_person, not_confirmed or could_not_tell
    #[arg(long, value_name = "WORD", value_parser = decision_parser())]
    decision: Comparison,
    #[command(flatten)]
    key: OfficerKeyArgs,
    /// Where the signed examination goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

fn decision_parser() -> impl TypedValueParser<Value = Comparison> {
    PossibleValuesParser::new(["same_person", "not_confirmed", "could_not_tell"])
        .try_map(|word| Comparison::from_word(&word).ok_or("no such decision"))
}

fn enclosure(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once(':') {
        Some((name, file)) if Enclosure::is_name(name) && !file.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(file)))
        }
        _ => Err("write TYPE:FILE, the type in lower case: birth_certificate:birth.pdf".to_owned()),
    }
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Checklist(args) => checklist(args, environment),
        Verb::Examine(args) => examine(args, environment),
        Verb::Countersign(args) => countersign(args, environment),
    }
}

/// The words of an item.
fn item_text(item: &str, lang: Lang) -> Option<String> {
    let id = format!("officer-item-{}", item.replace('_', "-"));
    lang.has(&id).then(|| lang.text(&id, &[]))
}

fn checklist(args: &Form, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let lang = environment.reporter.lang;
    let form = Checklist::blank(|item| item_text(item, lang));
    let text = format!("{:#}\n", json!(form));
    write_file(&args.output, text.as_bytes(), environment.global.force, false)?;
    let mut page = Page::new(lang);
    page.heading("officer-rules");
    for rule in &form.rules {
        page.line(1, rule.text.as_deref().unwrap_or(&rule.item));
    }
    page.heading("officer-features");
    for feature in &form.features {
        page.line(1, feature.text.as_deref().unwrap_or(&feature.item));
    }
    page.sentence("officer-fill-in", &[("file", args.output.display().to_string())]);
    let result = json!({
        "output": args.output.display().to_string(),
        "checklist": CHECKLIST_ID,
        "rules": officer::RULES,
        "features": officer::FEATURES,
        "least_visible": officer::LEAST_VISIBLE,
    });
    Ok(Outcome { schema: officer::CHECKLIST_SCHEMA, result, exit: Exit::Done, page })
}

fn examine(args: &Examine, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let at = environment.at;
    let consent = require_consent(args.consent.as_deref(), &Purpose::HUMAN_PATH, at)?;
    check_free(&args.output, environment.global.force)?;
    let key = args.key.read(environment)?;
    let failed = |error: OfficerError| officer_failure(&error, &args.output);
    let form = Checklist::from_json(&read_input(&args.checklist, MAX_CHECKLIST)?);
    let form = form.map_err(|error| officer_failure(&error.into(), &args.checklist))?;
    let decision = form.decide().map_err(|error| officer_failure(&error.into(), &args.checklist))?;
    let mut enclosures = Vec::new();
    for (kind, list) in
        [(EnclosureKind::Document, &args.further_document), (EnclosureKind::Vouch, &args.vouch)]
    {
        for (name, file) in list {
            let content = zeroize::Zeroizing::new(read_input(file, MAX_ENCLOSURE)?);
            let made = Enclosure::new(kind, name, &content, environment.entropy);
            enclosures.push(made.map_err(|error| Failure::new(FailureCode::Internal).cause(error))?);
        }
    }
    let count = enclosures.len();
    let subject = read_input_document(&args.input, &args.password, false, environment)?;
    let missing = || Failure::new(FailureCode::DocumentIncomplete).arg("file", "EF.SOD").step("examination");
    let sod = subject.file(FileId::Sod).ok_or_else(missing)?;
    let record = Record::new(consent.session(), sod, form, enclosures, at, environment.entropy);
    let record = record.map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    let signed = Signed::examine(&record, &key).map_err(failed)?;
    write_file(&args.output, signed.to_json().as_bytes(), environment.global.force, true)?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("officer-examined");
    page.field("label-officer-decision", decision.word());
    page.field("label-officer", key.leaf().subject());
    page.field("label-output", args.output.display());
    page.sentence("officer-then-countersign", &[("file", args.output.display().to_string())]);
    let result = json!({
        "output": args.output.display().to_string(),
        "decision": decision.word(),
        "officer": key.leaf().subject(),
        "examined_at": rfc3339(at),
        "session": consent.session(),
        "checklist": CHECKLIST_ID,
        "enclosures": count,
    });
    Ok(Outcome { schema: "titre.officer_examine/1", result, exit: Exit::Done, page })
}

fn countersign(args: &Countersign, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let lang = environment.reporter.lang;
    let failed = |error: OfficerError| officer_failure(&error, &args.file);
    let signed = read(&args.file)?;
    let key = args.key.read(environment)?;
    let signed = signed.countersign(args.decision, &key, environment.at).map_err(failed)?;
    let (record, chain) = signed.record().map_err(failed)?;
    let first = record.checklist().decide().map_err(|error| failed(error.into()))?;
    write_file(&args.output, signed.to_json().as_bytes(), environment.global.force, true)?;
    let agree = first == args.decision && first == Comparison::SamePerson;
    let first_officer = chain.first().map_or("-", |leaf| leaf.subject());
    let mut page = Page::new(lang);
    page.heading("officer-countersigned");
    page.field("label-officer", format!("{first_officer}: {}", first.word()));
    page.field("label-officer", format!("{}: {}", key.leaf().subject(), args.decision.word()));
    page.field("label-output", args.output.display());
    page.sentence(if agree { "officer-then-enroll" } else { "officer-not-confirmed" }, &[]);
    let result = json!({
        "output": args.output.display().to_string(),
        "decisions": [first.word(), args.decision.word()],
        "officers": [first_officer, key.leaf().subject()],
        "signed_off_at": rfc3339(environment.at),
        "agree": agree,
    });
    Ok(Outcome { schema: "titre.officer_countersign/1", result, exit: Exit::Done, page })
}

fn read(path: &Path) -> Result<Signed, Failure> {
    let bytes = read_input(path, officer::MAX_FILE)?;
    Signed::from_json(&bytes).map_err(|error| officer_failure(&error, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_words_in_every_language() {
        for lang in Lang::ALL {
            for item in officer::RULES.iter().chain(&officer::FEATURES) {
                assert!(item_text(item, lang).is_some(), "{item} in {lang:?}");
            }
        }
    }
}
