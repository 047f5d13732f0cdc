//! The issuer's register of states as a file: read, and changed by one program at a time, whole or not at all.

use crate::attestation::status::{Register, RegisterError};
use crate::report::ledger::{self, Change, Why};
use crate::report::output::{read_input, write_file};
use crate::report::{Failure, FailureCode};
use std::fs::File;
use std::path::Path;

/// Most bytes of a register: every place of a list given away.
const MAX_REGISTER: u64 = 128 << 20;

/// Reads a register.
pub(super) fn load(path: &Path) -> Result<Register, Failure> {
    let bytes = read_input(path, MAX_REGISTER)?;
    Register::from_json(&bytes).map_err(|error| refused(&error, path))
}

/// Changes a register. Others wait, so that no change is lost.
pub(super) fn change<T>(
    path: &Path,
    work: impl FnOnce(&mut Register) -> Result<T, RegisterError>,
) -> Result<T, Failure> {
    let _lock = lock(path)?;
    let mut register = load(path)?;
    let done = work(&mut register).map_err(|error| refused(&error, path))?;
    write_file(path, &register.to_json(), true, true)?;
    ledger::explain(path, Why::StatusRegister, None);
    Ok(done)
}

/// A lock beside the register: the register itself is another file after each change.
fn lock(path: &Path) -> Result<File, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unwritable = |error: std::io::Error| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
    };
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let name = Path::new(&name);
    let there = name.exists();
    let file = options.open(name).map_err(unwritable)?;
    if !there {
        ledger::record(name, Some(0), Change::Created);
        ledger::explain(name, Why::Lock, None);
    }
    file.lock().map_err(unwritable)?;
    Ok(file)
}

/// What a register refused.
pub(super) fn refused(error: &RegisterError, path: &Path) -> Failure {
    let code = match error {
        RegisterError::Malformed => FailureCode::StatusRegister,
        RegisterError::Uri => FailureCode::Usage,
        RegisterError::Unknown => FailureCode::StatusUnknown,
        RegisterError::Revoked => FailureCode::StatusRevoked,
        RegisterError::Full => FailureCode::StatusFull,
        _ => FailureCode::Internal,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}
