//! `titre specimen serve`: a specimen's chip on the virtual reader of vsmartcard-vpcd, for every PC/SC program.

use super::Environment;
use super::document::specimen_failure;
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::specimen::SpecimenChip;
use crate::transport::Transport;
use crate::transport::virtual_reader::{self, MAX_ANSWER, PORT};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `titre specimen serve`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre specimen serve specimen                             the first slot of a vpcd as Debian configures it
  titre specimen serve specimen --vpcd 127.0.0.1:35964      its second slot
  titre read --transport pcsc --mrz-file specimen/mrz.txt -o document      from another terminal")]
pub struct Args {
    /// The specimen's folder, as titre specimen make wrote it
    #[arg(value_name = "SPECIMEN")]
    specimen: PathBuf,
    /// Where the virtual reader listens
    #[arg(long, value_name = "HOST:PORT", default_value_t = format!("127.0.0.1:{PORT}"))]
    vpcd: String,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let chip =
        SpecimenChip::load(&args.specimen).map_err(|error| specimen_failure(&error, &args.specimen))?;
    let mut chip = chip.with_answers_up_to(MAX_ANSWER);
    let unreachable = |error: std::io::Error| {
        Failure::new(FailureCode::VirtualReader).arg("address", &args.vpcd).cause(error)
    };
    let stream = virtual_reader::connect(&args.vpcd).map_err(unreachable)?;
    let atr = chip.card().atr.clone();
    let started = [
        ("specimen", args.specimen.display().to_string()),
        ("address", args.vpcd.clone()),
        ("atr", atr.clone()),
    ];
    environment.reporter.note("serve-started", &started);
    let served = virtual_reader::serve(stream, &mut chip).map_err(unreachable)?;
    let mut page = Page::new(environment.reporter.lang);
    page.sentence(if served.removed { "serve-removed" } else { "serve-ended" }, &[]);
    page.field("label-serve-power", served.power_ups);
    page.field("label-serve-apdus", served.apdus);
    let result = json!({"vpcd": args.vpcd, "atr": atr, "power_ups": served.power_ups, "apdus": served.apdus});
    Ok(Outcome { schema: "titre.specimen_serve/1", result, exit: Exit::Done, page })
}
