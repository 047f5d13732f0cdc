//! Where `titre enroll` puts what it signed: one file for each format, none or all of them.

use super::Environment;
use crate::attestation::{Mdoc, SdJwt};
use crate::report::output::{check_free, write_file};
use crate::report::{Failure, FailureCode};
use std::path::Path;

/// Refuses files that are there, before anything is done for them.
pub(super) fn check_outputs(output: &Path, mdoc: Option<&Path>, force: bool) -> Result<(), Failure> {
    check_free(output, force)?;
    let Some(mdoc) = mdoc else { return Ok(()) };
    if mdoc == output {
        return Err(Failure::new(FailureCode::Usage).cause("both formats in one file"));
    }
    check_free(mdoc, force)
}

/// Writes the attestation in both formats, or neither: where the second cannot be written, the first goes again.
pub(super) fn write_outputs(
    (output, token): (&Path, &SdJwt),
    mdoc: Option<(&Path, &Mdoc)>,
    environment: &Environment<'_>,
) -> Result<(), Failure> {
    let force = environment.global.force;
    if let Some((path, mdoc)) = mdoc {
        write_file(path, &mdoc.to_bytes(), force, true)?;
    }
    let written = write_file(output, (token.to_compact() + "\n").as_bytes(), force, true);
    if let (Err(_), Some((path, _))) = (&written, mdoc) {
        // It cannot be left, and that it could not be removed either would say nothing more.
        let _ = std::fs::remove_file(path);
    }
    written
}
