//! `titre consent withdraw`: the receipt is marked, what rests on it is suspended, what was kept is erased; in this order, so
//! that a run which is killed has withdrawn the consent whatever else it did, and can be run again.
//! Source: GDPR articles 7(3) and 17(1)(b): as easy to withdraw as to give, and what rests on it alone is erased.

use super::{Environment, consent, status_register};
use crate::consent::WITHDRAWAL_SCHEMA;
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::session::folder;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `titre consent withdraw`.
#[derive(Debug, clap::Args)]
pub(super) struct Withdraw {
    /// The receipt; it is marked in its place
    receipt: PathBuf,
    /// The register of the status list: every attestation that rests on the receipt is suspended in it
    #[arg(long, value_name = "FILE")]
    status_register: Option<PathBuf>,
    /// A document folder or a file that was kept of this enrollment: it is erased; may be repeated
    #[arg(long, value_name = "PATH")]
    erase: Vec<PathBuf>,
    /// Where a record of the withdrawal goes, to hand on
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Withdraw, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    if let Some(output) = &args.output {
        check_free(output, environment.global.force)?;
    }
    let mut receipt = consent::read(&args.receipt)?;
    if let Some(register) = &args.status_register {
        status_register::load(register)?;
    }
    let withdrawal = receipt.withdraw(environment.at);
    write_file(&args.receipt, receipt.to_json().as_bytes(), true, true)?;
    let suspend = |path: &PathBuf| {
        status_register::change(path, |register| {
            Ok(register.suspend_consent(&receipt.sha256(), environment.at))
        })
    };
    let suspended = args.status_register.as_ref().map(suspend).transpose()?;
    let mut erased = Vec::new();
    for path in &args.erase {
        erased.extend(erase(path)?);
    }
    let mut result = json!(withdrawal);
    result["suspended"] = json!(suspended);
    result["erased"] = erased.iter().map(|(path, size)| json!({"file": path, "bytes": size})).collect();
    if let Some(output) = &args.output {
        let text = format!("{result:#}\n");
        write_file(output, text.as_bytes(), environment.global.force, true)?;
    }
    let mut page = Page::new(environment.reporter.lang);
    page.heading("consent-withdrawn");
    page.field("label-session", receipt.session());
    match &suspended {
        Some(places) => page.field("label-suspended", places.len()),
        None => page.sentence("consent-withdrawn-not-suspended", &[]),
    };
    page.field("label-erased", erased.len());
    for (path, size) in &erased {
        page.line(1, format!("{} ({size})", path.display()));
    }
    if suspended.as_ref().is_some_and(|places| !places.is_empty()) {
        page.sentence("status-publish-then", &[]);
    }
    page.sentence("consent-withdrawn-then", &[]);
    Ok(Outcome { schema: WITHDRAWAL_SCHEMA, result, exit: Exit::Done, page })
}

/// Removes a document folder or one file; of a folder only what titre wrote into it. What is gone already was erased by
/// an earlier run.
fn erase(path: &Path) -> Result<Vec<(PathBuf, u64)>, Failure> {
    let unwritable = |cause: &dyn std::fmt::Display| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(cause)
    };
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unwritable(&error)),
        Ok(found) if found.is_dir() => folder::erase_folder(path).map_err(|error| unwritable(&error)),
        Ok(found) => {
            std::fs::remove_file(path).map_err(|error| unwritable(&error))?;
            Ok(vec![(path.to_owned(), found.len())])
        }
    }
}
