//! Holds: one file a verb, each with clap `Args` and `run()`; the global options; secrets from outside.
//! May use: everything.
//! Implements: the command line of `titre --help`; the same option means the same everywhere.

mod attest;
mod attest_present;
mod attest_status;
mod attestation_failure;
mod challenge;
mod chip_failure;
pub mod completions;
mod consent;
mod consent_withdraw;
mod csca;
mod csca_check;
mod csca_deviations;
mod csca_diff;
mod csca_folder;
mod csca_import;
mod csca_input;
mod doctor;
mod doctor_probes;
mod document;
mod enroll;
mod enroll_args;
mod enroll_evidence;
mod enroll_input;
mod evidence;
mod evidence_failure;
mod evidence_purge;
mod explain;
mod explain_check;
mod global;
mod hardening;
mod inspection_page;
mod issuer_key;
pub mod man;
mod officer;
mod outside;
mod read;
mod reader;
mod register;
pub mod requirement_matrix;
mod secret;
mod signals;
mod specimen;
mod specimen_make;
mod specimen_serve;
mod status_source;
mod terminal;
mod token_key;
mod trust_store;
mod verify;
mod verify_many;
mod web;
#[cfg(not(feature = "face"))]
mod without_face;

#[cfg(feature = "face")]
mod demo;
#[cfg(feature = "face")]
mod enroll_face;
mod enroll_output;
#[cfg(feature = "face")]
mod enroll_parts;
#[cfg(feature = "face")]
mod face;
#[cfg(feature = "face")]
mod liveness;
#[cfg(feature = "face")]
mod liveness_curves;
#[cfg(feature = "face")]
mod match_;
#[cfg(feature = "face")]
mod models;
#[cfg(feature = "face")]
mod models_bench;
#[cfg(feature = "face")]
mod models_bench_landmarks;
#[cfg(feature = "face")]
mod models_calibrate;
#[cfg(feature = "face")]
mod models_install;
#[cfg(feature = "face")]
mod portrait;
mod retention;
#[cfg(feature = "face")]
mod score_picture;
#[cfg(feature = "face")]
mod specimen_people;
#[cfg(feature = "face")]
mod specimen_pictures;
#[cfg(feature = "face")]
mod specimen_video;
mod status_register;
mod stopwatch;
#[cfg(feature = "face")]
mod svg;
#[cfg(not(feature = "face"))]
use without_face as demo;
#[cfg(not(feature = "face"))]
use without_face as liveness;
#[cfg(not(feature = "face"))]
use without_face as match_;
#[cfg(not(feature = "face"))]
use without_face as models;
#[cfg(not(feature = "face"))]
use without_face as portrait;
#[cfg(not(feature = "face"))]
use without_face as specimen_people;
#[cfg(not(feature = "face"))]
use without_face as specimen_pictures;
#[cfg(not(feature = "face"))]
use without_face as specimen_video;

pub use global::{Environment, GlobalOptions, rfc3339};
pub use hardening::{Guard, Hardening};
pub use signals::end_on_signal;

use crate::report::{Exit, Failure, Outcome, reporter};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

/// Reads a biometric passport, decides whether it is genuine, checks its holder, signs an attestation.
#[derive(Debug, Parser)]
#[command(name = "titre", version, max_term_width = 100, before_help = EXAMPLES, after_help = exit_codes())]
pub struct Cli {
    /// Options that mean the same everywhere.
    #[command(flatten)]
    pub global: GlobalOptions,
    /// The verb.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "Examples:
  titre demo -o demo                                        the whole story on a specimen
  titre specimen make -o specimen                           a test passport and its chip
  titre read --transport specimen:specimen --mrz-file specimen/mrz.txt -o document
  titre verify document --store trust.json                  is it genuine?";

/// The exit codes as help and the manual page print them.
fn exit_codes() -> String {
    let mut text = String::from("Exit codes:");
    for (exit, meaning) in Exit::TABLE {
        text.push_str(&format!("\n  {:<4} {meaning}", exit.code()));
    }
    text.push_str("\nThe precise reason is failure.code in the JSON document; titre explain CODE says more.");
    text
}

/// The verbs, in the order of the main job.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole story on a specimen: made, read, enrolled, its attestation verified
    Demo(demo::Args),
    /// The main job: read, verify, liveness, match, sign an attestation
    Enroll(Box<enroll::Args>),
    /// The other way, without face recognition: two officers compare by a checklist
    Officer(officer::Args),
    /// Gain access to a chip, write a document folder
    Read(read::Args),
    /// Inspect a document or one signed file against a trust store
    Verify(verify::Args),
    /// The portrait of DG2, as stored or as PNG, with its quality
    Portrait(portrait::Args),
    /// An unpredictable ordered gesture challenge for the kiosk to show
    Challenge(challenge::Args),
    /// Presentation attack detection and challenge response on a recorded video
    Liveness(liveness::Args),
    /// The portrait against a video or an image, one to one
    Match(match_::Args),
    /// Show or verify an attestation
    Attest(attest::Args),
    /// The consent text, its receipt, its withdrawal
    Consent(consent::Args),
    /// The trust store: import signed master lists, list and show certificates
    Csca(csca::Args),
    /// Test documents, their chips and their people
    Specimen(specimen::Args),
    /// List, verify, install, calibrate and measure the face models
    Models(models::Args),
    /// The readers of the card service, and what happens at them
    Reader(reader::Args),
    /// What on this machine stands in the way, and what to do
    Doctor(doctor::Args),
    /// Explain a failure code or a check: what it means, what to do
    Explain(explain::Args),
    /// Write the completion scripts of the shells
    Completions(completions::Args),
    /// Write the manual pages
    Man(man::Args),
}

impl Command {
    /// The verb's name, as schemas carry it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Enroll(_) => "enroll",
            Self::Officer(_) => "officer",
            Self::Read(_) => "read",
            Self::Verify(_) => "verify",
            Self::Portrait(_) => "portrait",
            Self::Challenge(_) => "challenge",
            Self::Liveness(_) => "liveness",
            Self::Match(_) => "match",
            Self::Attest(_) => "attest",
            Self::Consent(_) => "consent",
            Self::Csca(_) => "csca",
            Self::Specimen(_) => "specimen",
            Self::Models(_) => "models",
            Self::Reader(_) => "reader",
            Self::Doctor(_) => "doctor",
            Self::Explain(_) => "explain",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Runs the verb.
    ///
    /// # Errors
    /// A [`Failure`] where there is no result.
    pub fn run(&self, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
        match self {
            Self::Demo(args) => demo::run(args, environment),
            Self::Enroll(args) => enroll::run(args, environment),
            Self::Officer(args) => officer::run(args, environment),
            Self::Read(args) => read::run(args, environment),
            Self::Verify(args) => verify::run(args, environment),
            Self::Portrait(args) => portrait::run(args, environment),
            Self::Challenge(args) => challenge::run(args, environment),
            Self::Liveness(args) => liveness::run(args, environment),
            Self::Match(args) => match_::run(args, environment),
            Self::Attest(args) => attest::run(args, environment),
            Self::Consent(args) => consent::run(args, environment),
            Self::Csca(args) => csca::run(args, environment),
            Self::Specimen(args) => specimen::run(args, environment),
            Self::Models(args) => models::run(args, environment),
            Self::Reader(args) => reader::run(args, environment),
            Self::Doctor(args) => doctor::run(args, environment),
            Self::Explain(args) => explain::run(args, environment),
            Self::Completions(args) => completions::run(args, environment),
            Self::Man(args) => man::run(args, environment),
        }
    }
}

impl Cli {
    /// Parses a command line; prints help and usage errors itself.
    ///
    /// # Errors
    /// The exit code, where there is nothing to run: 0 after help, 2 after a usage error.
    pub fn from_command_line(args: impl IntoIterator<Item = OsString>) -> Result<Self, Exit> {
        let args: Vec<OsString> = args.into_iter().collect();
        let parsed =
            Self::command().try_get_matches_from(&args).and_then(|matches| Self::from_arg_matches(&matches));
        parsed.map_err(|error| {
            let wrong = error.use_stderr();
            if !wrong {
                reporter::write_stdout(&error.render().to_string());
                return Exit::Done;
            }
            let json = args.iter().any(|arg| arg == "--json");
            if json {
                reporter::usage_document(&error.render().to_string());
            } else {
                reporter::write_stderr(&error.render().to_string());
            }
            Exit::Usage
        })
    }
}
