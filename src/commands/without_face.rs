//! The verbs about faces in a build without the feature `face`: they exist, and say how to get them.

use super::Environment;
use crate::report::{Failure, FailureCode, Outcome};
use std::ffi::OsString;

/// Arguments of a verb that this build does not have: whatever they are.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "This build does not have this verb. Get it with: cargo install --path . --features face"
)]
pub struct Args {
    /// Not read
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<OsString>,
}

pub(super) fn run(_args: &Args, _environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    Err(Failure::new(FailureCode::NotBuilt).arg("feature", "face"))
}
