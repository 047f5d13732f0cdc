//! `titre doctor`: what on this machine stands in the way, each thing looked at on its own, with what to do.

use super::{Environment, doctor_probes, inspection_page, verify};
use crate::inspection::CheckResult;
use crate::report::locale::message_id;
use crate::report::{Failure, Lang, Outcome, Page};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments of `titre doctor`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre doctor
  titre doctor --store trust.json            the trust store too
  titre doctor --json",
    after_help = "Exit codes: 0 nothing stands in the way; 10 something does; 11 something could not be told, such as a
reader that works where none is connected. What this build or machine does not have does not count."
)]
pub struct Args {
    /// The trust store to look at
    #[arg(long, value_name = "STORE")]
    pub store: Option<PathBuf>,
}

/// What one look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Probe {
    /// Dotted and stable: `card_service.access`.
    pub id: &'static str,
    /// One of the five results.
    pub result: CheckResult,
    /// Why: a code; its text is the message `doctor-<code>`, what to do its attribute `remedy`.
    pub reason: &'static str,
    /// Values for the texts.
    pub args: Vec<(&'static str, String)>,
    /// Names of what was found.
    pub found: Vec<String>,
    /// Whether it counts for the whole.
    pub counts: bool,
}

impl Probe {
    pub(super) const fn new(id: &'static str, result: CheckResult, reason: &'static str) -> Self {
        Self { id, result, reason, args: Vec::new(), found: Vec::new(), counts: true }
    }

    /// Adds a value for the texts.
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Names what was found.
    pub(super) fn found(mut self, found: Vec<String>) -> Self {
        self.found = found;
        self
    }

    /// It is told and does not count.
    pub(super) const fn informative(mut self) -> Self {
        self.counts = false;
        self
    }

    fn text_id(&self) -> String {
        format!("doctor-{}", message_id(self.reason))
    }

    fn remedy(&self, lang: Lang) -> Option<String> {
        lang.attribute(&self.text_id(), "remedy", &self.args)
    }

    fn to_json(&self, lang: Lang) -> Value {
        json!({
            "id": self.id,
            "result": self.result,
            "reason": self.reason,
            "text": lang.text(&self.text_id(), &self.args),
            "remedy": self.remedy(lang),
            "found": self.found,
            "counts": self.counts,
        })
    }
}

/// The whole: the weightiest result that counts. What is not there stands in nobody's way.
fn verdict(probes: &[Probe]) -> CheckResult {
    let counting = probes.iter().filter(|probe| probe.counts && probe.result != CheckResult::NotSupported);
    CheckResult::weightiest(counting.map(|probe| probe.result)).unwrap_or(CheckResult::NotSupported)
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let probes = doctor_probes::all(args.store.as_deref(), environment);
    let lang = environment.reporter.lang;
    let verdict = verdict(&probes);
    let mut page = Page::new(lang);
    for probe in &probes {
        let title = lang.text(&format!("probe-{}", message_id(probe.id)), &[]);
        let word = inspection_page::word(probe.result, lang);
        page.line(0, format!("{title}: {word}"));
        page.line(1, lang.text(&probe.text_id(), &probe.args));
        for found in &probe.found {
            page.line(2, format!("- {found}"));
        }
        if let Some(remedy) = probe.remedy(lang) {
            page.line(1, format!("→ {remedy}"));
        }
    }
    page.field("label-doctor-verdict", inspection_page::word(verdict, lang));
    let list: Vec<Value> = probes.iter().map(|probe| probe.to_json(lang)).collect();
    let result = json!({"verdict": verdict, "probes": list});
    Ok(Outcome { schema: "titre.doctor/1", result, exit: verify::exit(verdict), page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use CheckResult::{Failed, NotSupported, Successful, Undetermined};

    #[test]
    fn what_counts_decides() {
        let probe = |result| Probe::new("readers", result, "readers_there");
        for (probes, expected) in [
            (vec![probe(Successful), probe(NotSupported)], Successful),
            (vec![probe(Successful), probe(Undetermined)], Undetermined),
            (vec![probe(Undetermined), probe(Failed)], Failed),
            (vec![probe(Successful), probe(Failed).informative()], Successful),
            (vec![probe(NotSupported)], NotSupported),
        ] {
            assert_eq!(verdict(&probes), expected, "{probes:?}");
        }
    }
}
