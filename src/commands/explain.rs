//! `titre explain CODE`: what a failure code means and what to do.

use super::Environment;
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;

/// Arguments of `titre explain`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  titre explain access.wrong_password\n  titre explain              every code, a line each"
)]
pub struct Args {
    /// The code; without one, all codes are listed
    code: Option<String>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let lang = environment.reporter.lang;
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
    Ok(Outcome { schema: "titre.explain/1", result: json!({"codes": list}), exit: Exit::Done, page })
}
