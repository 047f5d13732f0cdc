//! `titre specimen`: the verbs that make test material.

use super::{Environment, specimen_make, specimen_people, specimen_pictures, specimen_serve, specimen_video};
use crate::report::{Failure, Outcome};

/// Arguments of `titre specimen`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre specimen make -o specimen                           a test passport and its chip
  titre specimen make -o permit --document td1 --seed 7     a residence permit of another person
  titre specimen serve specimen                             its chip on pcscd's virtual reader
  titre specimen video --specimen specimen --challenge challenge.json -o selfie.mp4
  titre specimen make --help                                sets of algorithms, deviations of chips")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Make a document with its chip, its State's certificates and test keys
    Make(specimen_make::Args),
    /// Put its chip on the virtual reader of vsmartcard-vpcd, for every program that speaks PC/SC
    Serve(specimen_serve::Args),
    /// Make a video of its person answering a challenge, or of an attack
    Video(specimen_video::Args),
    /// Take pictures of generated people, with the truth of pose, lids and mouth beside them
    Pictures(specimen_pictures::Args),
    /// Show what the face models make of generated people
    People(specimen_people::Args),
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Make(args) => specimen_make::run(args, environment),
        Verb::Serve(args) => specimen_serve::run(args, environment),
        Verb::Video(args) => specimen_video::run(args, environment),
        Verb::Pictures(args) => specimen_pictures::run(args, environment),
        Verb::People(args) => specimen_people::run(args, environment),
    }
}
