//! Holds: one file a verb, each with clap `Args` and `run()`; the global options; secrets from outside.
//! May use: everything.
//! Implements: the command line of `titre --help`; the same option means the same everywhere.

mod explain;
mod global;
pub mod secret;

pub use global::{Environment, GlobalOptions, rfc3339};

use crate::report::{Exit, Failure, Outcome, reporter};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

/// Reads a biometric passport, decides whether it is genuine, checks its holder, signs an attestation.
#[derive(Debug, Parser)]
#[command(name = "titre", version, max_term_width = 100, before_help = EXAMPLES)]
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

/// The verbs, in the order of the main job.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explain a failure code or a check: what it means, what to do
    Explain(explain::Args),
}

impl Command {
    /// The verb's name, as schemas carry it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Explain(_) => "explain",
        }
    }

    /// Runs the verb.
    ///
    /// # Errors
    /// A [`Failure`] where there is no result.
    pub fn run(&self, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
        match self {
            Self::Explain(args) => explain::run(args, environment),
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
