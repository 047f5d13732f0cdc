//! `titre csca diff OLD NEW`: what a new list or store brings, takes, re-issues, re-keys and weakens, by country.

use super::{Environment, csca_input};
use crate::inspection::CertificateSummary;
use crate::pki::Certificate;
use crate::pki::comparison::{Comparison, compare};
use crate::report::{Exit, Failure, Lang, Outcome, Page};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `titre csca diff`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre csca diff DE_ML_2024.ml DE_ML_2026.ml
  titre csca diff trust.json new-list.ml --country FR
  titre csca diff old.json new.json --json",
    after_help = "OLD and NEW are master lists, trust stores or files of certificates. Their signatures are not verified \
here."
)]
pub(super) struct Args {
    /// The list or store before
    old: PathBuf,
    /// The list or store after
    new: PathBuf,
    /// Only certificates of this country, two letters
    #[arg(long, value_name = "CC")]
    country: Option<String>,
}

pub(super) fn run(args: &Args, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let wanted = args.country.as_deref().map(str::to_uppercase);
    let read = |path: &Path| -> Result<Vec<Certificate>, Failure> {
        let certificates = csca_input::read(path)?.certificates.into_iter();
        Ok(certificates
            // The signer of a list is none of its certificates.
            .filter(|(_, kind)| matches!(kind.name(), "csca" | "link"))
            .map(|(certificate, _)| certificate)
            .filter(|certificate| wanted.is_none() || certificate.country() == wanted)
            .collect())
    };
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    Ok(outcome(&compare(&old, &new), environment.reporter.lang))
}

/// One line of the page and one entry of the result.
struct Line {
    country: String,
    text: String,
    value: Value,
}

fn outcome(found: &Comparison, lang: Lang) -> Outcome {
    let pairs = |list: &[(Certificate, Certificate)]| -> Vec<Line> {
        list.iter().map(|(old, new)| line(Some(old), new, &[])).collect()
    };
    let singles =
        |list: &[Certificate]| -> Vec<Line> { list.iter().map(|one| line(None, one, &[])).collect() };
    let weakened = found.weakened.iter().map(|one| line(Some(&one.old), &one.new, &one.how)).collect();
    let groups: [(&'static str, &'static str, Vec<Line>); 5] = [
        ("added", "heading-added", singles(&found.added)),
        ("gone", "heading-gone", singles(&found.gone)),
        ("reissued", "heading-reissued", pairs(&found.reissued)),
        ("rekeyed", "heading-rekeyed", pairs(&found.rekeyed)),
        ("weakened", "heading-weakened", weakened),
    ];
    let mut page = Page::new(lang);
    let mut countries: BTreeMap<String, BTreeMap<&'static str, usize>> = BTreeMap::new();
    let mut result = json!({});
    let mut counts = Vec::new();
    for (name, heading, mut lines) in groups {
        lines.sort_by(|one, other| (&one.country, &one.text).cmp(&(&other.country, &other.text)));
        page.heading(heading);
        for line in &lines {
            page.line(1, &line.text);
            *countries.entry(line.country.clone()).or_default().entry(name).or_default() += 1;
        }
        counts.push((heading, lines.len()));
        result[name] = lines.into_iter().map(|line| line.value).collect();
    }
    page.heading("heading-by-country");
    for (country, changes) in &countries {
        let words: Vec<String> = changes.iter().map(|(name, count)| format!("{count} {name}")).collect();
        page.line(1, format!("{country:<3} {}", words.join(", ")));
    }
    page.heading("heading-in-all");
    for (heading, count) in counts {
        page.field(heading, count);
    }
    result["countries"] = json!(countries);
    Outcome { schema: "titre.csca_diff/1", result, exit: Exit::Done, page }
}

fn line(old: Option<&Certificate>, new: &Certificate, how: &[&'static str]) -> Line {
    let country = new.country().unwrap_or_else(|| "?".to_owned());
    let summary = CertificateSummary::of(new);
    let mut text = format!(
        "{country:<3} {}  {} .. {}  {}  {}",
        &summary.sha256[..16],
        new.not_before.date(),
        new.not_after.date(),
        summary.key.as_deref().unwrap_or("?"),
        summary.subject,
    );
    if !how.is_empty() {
        text.push_str(&format!(": {}", how.join(", ")));
    }
    let mut value = json!({"country": country, "certificate": summary});
    if let Some(old) = old {
        value["before"] = json!(CertificateSummary::of(old));
    }
    if !how.is_empty() {
        value["how"] = json!(how);
    }
    Line { country, text, value }
}
