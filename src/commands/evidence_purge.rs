//! `titre attest evidence purge`: bundles whose retention has ended go; nothing else does. The end of retention is believed
//! only where the seal holds: a bundle that was damaged is told and kept, for somebody to look at.
//! Source: ETSI TS 119 461 ISS-8.5.2-08.

use super::evidence::{Issuers, sealed};
use super::{Environment, rfc3339};
use crate::attestation::IssuerCertificate;
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a bundle is called between the decision and its end. A run that was killed in between is ended by the next one.
const GOING: &str = ".titre-purging-";
/// Bytes written over at a time.
const BLOCK: usize = 1 << 16;

/// Arguments of `titre attest evidence purge`.
#[derive(Debug, clap::Args)]
pub(super) struct Purge {
    /// A folder of bundles, or one bundle
    path: PathBuf,
    #[command(flatten)]
    issuers: Issuers,
    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

/// What became of the files.
#[derive(Default)]
struct Report {
    deleted: Vec<Value>,
    kept: Vec<Value>,
    damaged: Vec<Value>,
}

pub(super) fn run(args: &Purge, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let pinned = args.issuers.read()?;
    let mut report = Report::default();
    if args.path.is_dir() {
        let unreadable = |error: std::io::Error| {
            Failure::new(FailureCode::InputUnreadable).arg("file", args.path.display()).cause(error)
        };
        let mut paths = Vec::new();
        for entry in fs::read_dir(&args.path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if entry.file_type().map_err(unreadable)?.is_file() {
                paths.push(entry.path());
            }
        }
        paths.sort();
        for path in &paths {
            one(path, &pinned, args.dry_run, environment, &mut report)?;
        }
    } else {
        let known = sealed(&args.path, &pinned)?;
        if !known.index.is_over(environment.at) {
            return Err(Failure::new(FailureCode::EvidenceRetained)
                .arg("file", args.path.display())
                .arg("until", rfc3339(known.index.retention_until)));
        }
        one(&args.path, &pinned, args.dry_run, environment, &mut report)?;
    }
    let Report { deleted, kept, damaged } = report;
    let mut page = Page::new(environment.reporter.lang);
    page.heading(if args.dry_run { "evidence-would-purge" } else { "evidence-purged" });
    for (id, files) in [
        ("label-evidence-deleted", &deleted),
        ("label-evidence-kept", &kept),
        ("label-evidence-damaged", &damaged),
    ] {
        page.field(id, files.len());
        for file in files {
            page.line(2, file["file"].as_str().unwrap_or("-"));
        }
    }
    page.sentence("evidence-purge-limits", &[]);
    let exit = if damaged.is_empty() { Exit::Done } else { Exit::Failed };
    let result = json!({"dry_run": args.dry_run, "deleted": deleted, "kept": kept, "damaged": damaged});
    Ok(Outcome { schema: "titre.evidence_purge/1", result, exit, page })
}

fn one(
    path: &Path,
    pinned: &[IssuerCertificate],
    dry_run: bool,
    environment: &Environment<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let file = path.display().to_string();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.starts_with(GOING) {
        if !dry_run {
            erase(path)?;
        }
        report.deleted.push(json!({"file": file, "interrupted_before": true}));
        return Ok(());
    }
    match sealed(path, pinned) {
        Err(failure) => report.damaged.push(json!({"file": file, "code": failure.code.code()})),
        Ok(sealed) => {
            let index = &sealed.index;
            let entry = json!({
                "file": file,
                "bundle": index.bundle,
                "retention_until": rfc3339(index.retention_until),
            });
            if !index.is_over(environment.at) {
                report.kept.push(entry);
                return Ok(());
            }
            if !dry_run {
                let going = path.with_file_name(format!("{GOING}{}", index.bundle));
                fs::rename(path, &going).map_err(|error| unwritable(path, &error))?;
                erase(&going)?;
            }
            report.deleted.push(entry);
        }
    }
    Ok(())
}

/// Writes zeros over a file and removes it. What the device or the file system keeps of the old blocks, nobody can promise from
/// here; the content was sealed in any case.
fn erase(path: &Path) -> Result<(), Failure> {
    let overwritten = || {
        let mut file = fs::OpenOptions::new().write(true).open(path)?;
        let mut left = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let zeros = vec![0; BLOCK];
        while left > 0 {
            let now = left.min(BLOCK);
            file.write_all(&zeros[..now])?;
            left -= now;
        }
        file.sync_all()?;
        fs::remove_file(path)?;
        // The name is gone for good once the folder is on the device.
        path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
    };
    overwritten().map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
}
