//! `titre csca check FILE...`: the profile linter. It says what breaks Doc 9303-12 and how; nothing is trusted or
//! refused by it.

use super::Environment;
use super::csca_input::{self, Input};
use crate::pki::Certificate;
use crate::pki::profile::{self, Kind, Rule, Severity};
use crate::report::locale::message_id;
use crate::report::{Exit, Failure, Lang, Outcome, Page};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `titre csca check`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre csca check trust.json
  titre csca check DE_ML.ml --country FR
  titre csca check DE_ML.ml --rule not_ca --rule path_length --json
  titre csca check signer.cer country.crl",
    after_help = "FILE is a trust store, a master list, certificates or a revocation list. The signature of a list is \
not verified here, and what breaks a rule may still be trusted: real countries break many. The exit code is 0 \
whatever is found."
)]
pub(super) struct Args {
    /// Trust stores, master lists, certificates, revocation lists
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only certificates of this country, two letters
    #[arg(long, value_name = "CC")]
    country: Option<String>,
    /// Only this rule; may be repeated
    #[arg(long, value_name = "NAME", value_parser = rule_parser(), hide_possible_values = true)]
    rule: Vec<&'static Rule>,
}

fn rule_parser() -> impl TypedValueParser<Value = &'static Rule> {
    PossibleValuesParser::new(profile::rules().map(|rule| rule.code).collect::<Vec<_>>())
        .try_map(|name| profile::rules().find(|rule| rule.code == name).ok_or("no such rule"))
}

/// One certificate or revocation list with the rules that it breaks.
struct Checked {
    file: String,
    certificate: Option<Certificate>,
    kind: Kind,
    broken: Vec<&'static Rule>,
}

pub(super) fn run(args: &Args, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let wanted = args.country.as_deref().map(str::to_uppercase);
    let (mut checked, mut unreadable) = (Vec::new(), Vec::new());
    for path in &args.files {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Input { certificates, crls, unreadable: not_read } = csca_input::read(path)?;
        for (certificate, kind) in certificates {
            if wanted.is_some() && certificate.country() != wanted {
                continue;
            }
            let broken = profile::broken(&certificate, kind);
            checked.push(Checked { file: file.clone(), certificate: Some(certificate), kind, broken });
        }
        // A revocation list has no country of its own to choose by.
        for broken in crls {
            checked.push(Checked { file: file.clone(), certificate: None, kind: Kind::Crl, broken });
        }
        unreadable.extend(not_read.into_iter().map(|why| json!({"file": file, "problem": why})));
    }
    if !args.rule.is_empty() {
        for one in &mut checked {
            one.broken.retain(|rule| args.rule.contains(rule));
        }
    }
    checked.sort_by_cached_key(|one| {
        let certificate = one.certificate.as_ref();
        (certificate.and_then(Certificate::country), certificate.map(|known| known.subject.to_string()))
    });
    Ok(outcome(&checked, unreadable, environment.reporter.lang))
}

fn outcome(checked: &[Checked], unreadable: Vec<Value>, lang: Lang) -> Outcome {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for rule in checked.iter().flat_map(|one| &one.broken) {
        *counts.entry(rule.code).or_default() += 1;
    }
    let mut found: Vec<(&'static Rule, usize)> =
        profile::rules().filter_map(|rule| Some((rule, *counts.get(rule.code)?))).collect();
    found.sort_by_key(|(rule, count)| (rule.severity, std::cmp::Reverse(*count)));
    let kinds = tally(checked.iter().map(|one| one.kind.name().to_owned()));
    let certificates = || checked.iter().filter_map(|one| one.certificate.as_ref());
    let keys = tally(certificates().map(|known| match known.public_key() {
        Ok(key) => key.describe(),
        Err(_) => "?".to_owned(),
    }));
    let signatures = tally(certificates().map(|known| match known.signature_scheme() {
        Ok(scheme) => scheme.to_string(),
        Err(_) => "?".to_owned(),
    }));

    let mut page = Page::new(lang);
    page.heading("heading-rules");
    for (rule, count) in &found {
        page.line(1, format!("{count:>5}  {}  {}", rule.code, text(rule, lang)));
        let severity = match rule.severity {
            Severity::Error => "severity-error",
            Severity::Warning => "severity-warning",
        };
        page.line(5, format!("{}, {}", lang.text(severity, &[]), rule.source));
    }
    page.heading("heading-certificates");
    for one in checked.iter().filter(|one| !one.broken.is_empty()) {
        let codes: Vec<&str> = one.broken.iter().map(|rule| rule.code).collect();
        page.line(1, format!("{}: {}", title(one), codes.join(", ")));
    }
    page.heading("heading-checked");
    for (label, list) in [("label-kinds", &kinds), ("label-keys", &keys), ("label-signatures", &signatures)] {
        let words: Vec<String> = list.iter().map(|(name, count)| format!("{count} {name}")).collect();
        page.field(label, words.join(", "));
    }
    page.field("label-without-deviation", checked.iter().filter(|one| one.broken.is_empty()).count());
    if !unreadable.is_empty() {
        page.field("label-unreadable", unreadable.len());
    }
    let rules = found.iter().map(|(rule, count)| {
        json!({
            "code": rule.code,
            "severity": rule.severity,
            "source": rule.source,
            "text": text(rule, lang),
            "count": count,
        })
    });
    let result = json!({
        "checked": checked.len(),
        "kinds": kinds,
        "keys": keys,
        "signatures": signatures,
        "rules": rules.collect::<Vec<_>>(),
        "certificates": checked.iter().map(describe).collect::<Vec<_>>(),
        "unreadable": unreadable,
    });
    Outcome { schema: "titre.csca_check/1", result, exit: Exit::Done, page }
}

/// How often each word stands in the list.
fn tally(words: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for word in words {
        *found.entry(word).or_default() += 1;
    }
    found
}

/// What a rule demands, in words.
fn text(rule: &Rule, lang: Lang) -> String {
    lang.text(&format!("rule-{}", message_id(rule.code)), &[])
}

fn title(one: &Checked) -> String {
    match &one.certificate {
        Some(certificate) => format!(
            "{:<3} {} {} {}",
            certificate.country().as_deref().unwrap_or("?"),
            &hex::encode(certificate.fingerprint())[..16],
            one.kind.name(),
            certificate.subject
        ),
        None => format!("{} {}", one.kind.name(), one.file),
    }
}

fn describe(one: &Checked) -> Value {
    let certificate = one.certificate.as_ref();
    json!({
        "file": one.file,
        "kind": one.kind,
        "country": certificate.and_then(Certificate::country),
        "sha256": certificate.map(|known| hex::encode(known.fingerprint())),
        "subject": certificate.map(|known| known.subject.to_string()),
        "broken": one.broken.iter().map(|rule| rule.code).collect::<Vec<_>>(),
    })
}
