//! The issuer's key, from the files that the commands are given.

use super::attest::MAX_KEY_FILE;
use super::attestation_failure::issuer_failure;
use crate::attestation::{IssuerError, IssuerKey};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::Path;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Reads the issuer's key, and refuses one whose certificates are not valid at `at`.
pub(super) fn read_issuer_key(
    path: &Path,
    certificates: Option<&Path>,
    at: OffsetDateTime,
) -> Result<IssuerKey, Failure> {
    let unreadable = |failure: Failure| match failure.code {
        FailureCode::InputUnreadable => Failure { code: FailureCode::SigningKeyUnreadable, ..failure },
        _ => failure,
    };
    let key = Zeroizing::new(read_input(path, MAX_KEY_FILE).map_err(unreadable)?);
    let chain = certificates.map(|path| read_input(path, MAX_KEY_FILE)).transpose().map_err(unreadable)?;
    let issuer =
        IssuerKey::read_files(&key, chain.as_deref()).map_err(|error| issuer_failure(&error, path))?;
    issuer.check_validity(at).map_err(|error| issuer_failure(&IssuerError::from(error), path))?;
    Ok(issuer)
}
