//! `titre specimen`: the verbs that make test material.

use super::{Environment, specimen_make};
use crate::report::{Failure, Outcome};

/// Arguments of `titre specimen`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre specimen make -o specimen                           a test passport and its chip
  titre specimen make -o permit --document td1 --seed 7     a residence permit of another person
  titre specimen make --help                                sets of algorithms, deviations of chips")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Make a document with its chip, its State's certificates and test keys
    Make(specimen_make::Args),
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Make(args) => specimen_make::run(args, environment),
    }
}
