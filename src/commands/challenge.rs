//! `titre challenge`: an unpredictable, ordered list of gestures for one capture.

use super::Environment;
use crate::biometrics::challenge::SCHEMA;
use crate::biometrics::{Challenge, ChallengeError, Gesture};
use crate::report::ledger::{self, Why};
use crate::report::output::{check_free, ensure_folder, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::path::{Path, PathBuf};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// Arguments of `titre challenge`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre challenge -o challenge.json
  titre challenge -o challenge.json --gestures 10 --minutes 5")]
pub struct Args {
    /// Where the challenge goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How many gestures: 8 are worth 22.7 bits, each more 2.8
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(8..=12))]
    gestures: u8,
    /// For how long it may be answered
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: u16,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let internal = |error: ChallengeError| Failure::new(FailureCode::Internal).cause(error);
    let valid = Duration::minutes(i64::from(args.minutes));
    let challenge = Challenge::issue(environment.entropy, usize::from(args.gestures), environment.at, valid)
        .map_err(internal)?;
    let text = challenge.to_json().map_err(internal)?;
    write_file(&args.output, text.as_bytes(), environment.global.force, false)?;

    let mut page = Page::new(environment.reporter.lang);
    page.heading("challenge-heading");
    for (number, gesture) in challenge.gestures.iter().enumerate() {
        let text = page.lang().text(&gesture_id(*gesture), &[]);
        page.line(1, format!("{}. {text}", number + 1));
    }
    page.field("label-seconds-each", challenge.seconds_each);
    page.field("label-expires-at", challenge.validity().1);
    page.field("label-order-bits", format!("{:.1}", challenge.order_bits()));
    page.field("label-output", args.output.display());
    let result = json!({
        "challenge": challenge,
        "order_bits": challenge.order_bits(),
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: SCHEMA, result, exit: Exit::Done, page })
}

/// The message that asks for a gesture.
pub(super) fn gesture_id(gesture: Gesture) -> String {
    format!("gesture-{}", crate::report::locale::message_id(gesture.name()))
}

/// Marks a challenge as used, in a folder with a file for each: whoever comes second finds it taken, in whatever process.
/// A challenge is spent by the attempt, whatever comes of it. Files may be deleted once their challenge has expired.
#[cfg_attr(not(feature = "face"), expect(dead_code, reason = "only the verbs about faces spend challenges"))]
pub(super) fn spend(folder: &Path, challenge: &Challenge, at: OffsetDateTime) -> Result<(), Failure> {
    ensure_folder(folder)?;
    let file = folder.join(format!("{}.used", challenge.id));
    let text = format!("{}\n", at.format(&Rfc3339).unwrap_or_default());
    write_file(&file, text.as_bytes(), false, false).map_err(|failure| match failure.code {
        FailureCode::OutputExists => Failure::new(FailureCode::ChallengeUsed).arg("file", file.display()),
        _ => failure,
    })?;
    ledger::explain(&file, Why::UsedChallenge, Some(challenge.expires_at));
    Ok(())
}
