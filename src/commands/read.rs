//! `titre read`: gains access to a chip, reads its files and evidence, writes a document folder.

use super::document::{PasswordArgs, ReadOrder, TIMEOUT, TransportName, read};
use super::terminal::TerminalArgs;
use super::{Environment, chip_failure};
use crate::lds::{CardApplication, EfDir, FileId};
use crate::report::output::{check_free, write_folder};
use crate::report::{Exit, Failure, Outcome, Page};
use crate::session::{AccessProtocol, ReadOptions, Reading};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments of `titre read`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre read --transport specimen:specimen --mrz-file specimen/mrz.txt -o document
  titre read --transport pcsc --can-file can.txt -o document --record session.jsonl
  titre read --transport replay:session.jsonl --can-file can.txt -o again
  titre read --transport pcsc --mrz-file mrz.txt -o document --terminal-certificate cvca.cvcert dv.cvcert is.cvcert \
    --terminal-key is.pem")]
pub struct Args {
    /// The way to the chip: specimen:DIR, replay:FILE, pcsc, or nfc[:CONNSTRING] through libnfc
    #[arg(long, value_name = "TRANSPORT")]
    transport: TransportName,
    /// The PC/SC reader: a number from 1, or a part of its name
    #[arg(long, value_name = "READER")]
    reader: Option<String>,
    /// Seconds to wait for a card
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    wait: u64,
    /// Seconds that the chip's answers may take altogether
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT)]
    timeout: u64,
    /// Read EF.ATR/INFO and EF.DIR too, which say what the chip takes and which applications it has
    #[arg(long)]
    all_files: bool,
    /// Where the card is lost, wait for it again (--wait) and go on where reading stopped
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    password: PasswordArgs,
    /// The document folder to write
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Record the session, for replay and for reports
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Keep the terminal's random numbers in the recording of a real document: it can then be replayed, and
    /// deciphered by whoever knows the password
    #[arg(long, requires = "record")]
    record_entropy: bool,
    /// Use BAC where the chip offers PACE and PACE fails; the inspection will say so
    #[arg(long)]
    allow_bac_fallback: bool,
    #[command(flatten)]
    terminal: TerminalArgs,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let force = environment.global.force;
    check_free(&args.output, force)?;
    if let Some(record) = &args.record {
        check_free(record, force)?;
    }
    #[cfg(not(feature = "terminal-auth"))]
    args.terminal.refuse()?;
    #[cfg(feature = "terminal-auth")]
    let terminal = args.terminal.credentials(environment)?;
    let password = args.password.password(environment)?;
    let options = ReadOptions {
        allow_bac_fallback: args.allow_bac_fallback,
        #[cfg(feature = "terminal-auth")]
        terminal,
        resume: args.resume,
        all_files: args.all_files,
        ..ReadOptions::default()
    };
    let order = ReadOrder {
        transport: &args.transport,
        password: &password,
        options,
        record: args.record.as_deref(),
        record_entropy: args.record_entropy,
        reader: args.reader.as_deref(),
        wait: args.wait,
        timeout: args.timeout,
    };
    let reading = read(&order, environment)?;
    write_folder(&args.output, force, |folder| {
        reading.write_folder(folder).map_err(|error| chip_failure::store_failure(&error, &args.output))
    })?;
    let mut result = summary(&reading);
    if let Value::Object(members) = &mut result {
        members.insert("folder".to_owned(), json!(args.output));
        members.insert("recording".to_owned(), json!(args.record));
    }
    let mut page = page(&reading, environment);
    page.field("label-read-folder", args.output.display());
    if let Some(record) = &args.record {
        page.field("label-read-recording", record.display());
    }
    Ok(Outcome { schema: "titre.read/1", result, exit: Exit::Done, page })
}

/// What was read, without anything of the holder.
fn summary(reading: &Reading) -> Value {
    let files: Vec<Value> =
        reading.files.iter().map(|(file, bytes)| json!({"name": file, "bytes": bytes.len()})).collect();
    json!({
        "provenance": reading.provenance(),
        "reader": reading.card.reader,
        "files": files,
        "applications": applications(reading),
        "unread": reading.unread,
        "access": reading.access,
        "chip_authentication": reading.chip_authentication.as_ref().map(|evidence| json!({
            "protocol": evidence.protocol,
            "curve": evidence.curve,
            "witnessed": evidence.witnessed,
            "failure": evidence.failure,
        })),
        "chip_authentication_mapping": reading.chip_mapping.as_ref().map(|evidence| json!({
            "protocol": evidence.protocol,
            "curve": evidence.curve,
            "failure": evidence.failure,
        })),
        "active_authentication": reading.active_authentication.as_ref().map(|evidence| json!({
            "answered": evidence.failure.is_none(),
            "failure": evidence.failure,
        })),
        "quirks": reading.quirks,
        "counts": reading.counts,
    })
}

/// The applications that EF.DIR lists; null where it was not read.
fn applications(reading: &Reading) -> Option<Vec<Value>> {
    let dir = EfDir::parse(reading.file(FileId::Dir)?).ok()?;
    let one = |application: &CardApplication| json!({"aid": hex::encode_upper(&application.aid), "name": application.name(), "label": application.label});
    Some(dir.applications.iter().map(one).collect())
}

fn page(reading: &Reading, environment: &Environment<'_>) -> Page {
    let lang = environment.reporter.lang;
    let mut page = Page::new(lang);
    page.heading("read-done");
    page.field("label-read-provenance", reading.provenance());
    if let Some(established) = &reading.access.established {
        let protocol = match established.protocol {
            AccessProtocol::Pace => "PACE",
            AccessProtocol::Bac => "BAC",
        };
        let curve = established.curve.as_deref().unwrap_or_default();
        page.field(
            "label-read-access",
            format!("{protocol} {} {curve}", established.cipher.name()).trim_end(),
        );
    }
    if reading.access.bac_fallback {
        page.sentence("read-fallback", &[]);
    }
    for (file, bytes) in &reading.files {
        page.line(1, format!("{:<14} {:>7}", file.name(), bytes.len()));
    }
    for unread in &reading.unread {
        let reason = match serde_json::to_value(unread.reason) {
            Ok(Value::String(word)) => lang.text(&format!("read-unread-{}", word.replace('_', "-")), &[]),
            _ => String::new(),
        };
        let sw = unread.sw.map(|sw| format!(" ({sw:04X})")).unwrap_or_default();
        page.line(1, format!("{:<14}       - {reason}{sw}", unread.file.name()));
    }
    if let Some(evidence) = &reading.chip_authentication {
        let word = if evidence.witnessed { "read-witnessed" } else { "read-not-done" };
        page.field("label-read-ca", lang.text(word, &[]));
    }
    if let Some(report) = &reading.access.terminal {
        let said = match &report.failure {
            None if report.rights.is_empty() => lang.text("read-terminal-no-rights", &[]),
            None => {
                let files: Vec<&str> = report.rights.iter().map(|file| file.name()).collect();
                lang.text("read-terminal-accepted", &[("files", files.join(", "))])
            }
            Some(failure) => format!("{}: {}", lang.text("read-not-done", &[]), failure.reason),
        };
        page.field("label-read-terminal", said);
    }
    if let Some(evidence) = &reading.active_authentication {
        let word = if evidence.failure.is_none() { "read-answered" } else { "read-not-done" };
        page.field("label-read-aa", lang.text(word, &[]));
    }
    if !reading.quirks.is_empty() {
        page.field("label-read-quirks", reading.quirks.join(", "));
    }
    page.field("label-read-apdus", reading.counts.apdus);
    page
}
