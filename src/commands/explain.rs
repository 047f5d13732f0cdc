//! `titre explain TOPIC`: what a failure code, a check, the reason of a result or a quirk of a chip means, and what to do.

use super::{Environment, explain_check};
use crate::inspection::catalogue;
use crate::protocol::quirks;
use crate::report::{Exit, Failure, FailureCode, Lang, Outcome, Page};
use serde_json::{Value, json};

/// Arguments of `titre explain`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre explain access.wrong_password          a failure
  titre explain passive_authentication.chain   a check of the inspection: what it asks, by which standard, its results
  titre explain csca_missing                   the reason of a result
  titre explain read.le_223                    a deviation of a chip that was met, and what taught it
  titre explain                                every failure and every check, a line each")]
pub struct Args {
    /// Code of a failure, id of a check, code of a reason, or name of a chip's quirk; without one, all but reasons are listed
    #[arg(value_name = "TOPIC")]
    code: Option<String>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let lang = environment.reporter.lang;
    if let Some(topic) = &args.code
        && let Some(result) = of_inspection(topic, environment.reporter.lang)
    {
        let (result, page) = result;
        return Ok(Outcome { schema: "titre.explain/1", result, exit: Exit::Done, page });
    }
    let codes = match &args.code {
        None => FailureCode::ALL.to_vec(),
        Some(code) => vec![
            FailureCode::from_code(code)
                .ok_or_else(|| Failure::new(FailureCode::UnknownTopic).arg("topic", code))?,
        ],
    };
    let mut page = Page::new(lang);
    let mut list = Vec::new();
    for code in codes {
        let (title, _, hint) = Failure::new(code).texts(lang);
        if args.code.is_some() {
            page.line(0, format!("{}: {title}", code.code()));
            page.line(1, &hint);
            page.field("label-exit", code.exit().code());
        } else {
            page.line(0, format!("{:<34} {:>3}  {title}", code.code(), code.exit().code()));
        }
        list.push(json!({"code": code.code(), "title": title, "hint": hint, "exit": code.exit().code(), "retryable": code.retryable()}));
    }
    let mut result = json!({"codes": list});
    if args.code.is_none() {
        page.heading("heading-checks");
        let mut checks = Vec::new();
        for entry in catalogue::ALL {
            let title = explain_check::title(entry.id, lang);
            page.line(0, format!("{:<50} {title}", entry.id));
            checks.push(json!({"id": entry.id, "title": title, "source": entry.source}));
        }
        result["checks"] = checks.into();
        page.heading("heading-quirks");
        let mut list = Vec::new();
        for (id, learnt) in quirks::all() {
            page.line(0, format!("{id:<34} {learnt}"));
            list.push(json!({"id": id, "learnt": learnt}));
        }
        result["quirks"] = list.into();
    }
    Ok(Outcome { schema: "titre.explain/1", result, exit: Exit::Done, page })
}

/// A check, or the reason of a result.
fn of_inspection(topic: &str, lang: Lang) -> Option<(Value, Page)> {
    let mut page = Page::new(lang);
    if let Some(entry) = catalogue::find(topic) {
        let check = explain_check::explain(entry, lang, &mut page);
        return Some((json!({"codes": [], "checks": [check]}), page));
    }
    if let Some((id, learnt)) = quirks::all().find(|(id, _)| *id == topic) {
        page.line(0, format!("{id}: {}", lang.text("quirk-explained", &[])));
        page.field("label-learnt", learnt);
        return Some((json!({"codes": [], "quirks": [{"id": id, "learnt": learnt}]}), page));
    }
    // A failure of that code goes before.
    let reason = FailureCode::from_code(topic)
        .is_none()
        .then(|| explain_check::explain_reason(topic, lang, &mut page))??;
    Some((json!({"codes": [], "reasons": [reason]}), page))
}
