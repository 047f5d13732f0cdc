//! Secrets (MRZ key, CAN, passphrase) come from a file, a file descriptor, the environment or a prompt, never
//! from an argument: command lines are seen by every process and kept in shell histories.

use super::Environment;
use crate::report::{Failure, FailureCode, output::read_input};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Most bytes of a secret.
const LIMIT: u64 = 4096;

/// Where a secret may come from.
#[derive(Debug, Clone, Copy)]
pub struct SecretSource<'a> {
    /// `--x-file PATH|-`.
    pub file: Option<&'a Path>,
    /// `--x-fd N`.
    pub fd: Option<u32>,
    /// `TITRE_X`.
    pub variable: &'static str,
    /// Message id of the prompt, which names the purpose.
    pub prompt: &'static str,
}

/// The secret, from the first source that has it: file, descriptor, environment; `None` where none was named.
///
/// # Errors
/// `input.unreadable`, `input.too_large`, `input.malformed` where it is not UTF-8.
pub fn given(source: SecretSource<'_>) -> Result<Option<Zeroizing<String>>, Failure> {
    let path = match (source.file, source.fd) {
        (Some(path), _) => path.to_owned(),
        (None, Some(fd)) => PathBuf::from(format!("/dev/fd/{fd}")),
        (None, None) => {
            let value = std::env::var(source.variable).ok().filter(|value| !value.is_empty());
            return Ok(value.map(Zeroizing::new));
        }
    };
    let bytes = Zeroizing::new(read_input(&path, LIMIT)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Failure::new(FailureCode::InputMalformed).arg("file", path.display()).cause("the secret is not UTF-8")
    })?;
    Ok(Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())))
}

/// The secret, prompted for on a terminal where no source was named.
///
/// # Errors
/// As [`given`]; `usage.secret_missing` where it cannot be asked for.
pub fn require(
    source: SecretSource<'_>,
    environment: &Environment<'_>,
) -> Result<Zeroizing<String>, Failure> {
    if let Some(secret) = given(source)? {
        return Ok(secret);
    }
    let missing = || Failure::new(FailureCode::SecretMissing).arg("variable", source.variable);
    if environment.global.batch || !std::io::stdin().is_terminal() {
        return Err(missing());
    }
    let prompt = environment.reporter.lang.text(source.prompt, &[]);
    rpassword::prompt_password(format!("{prompt}: "))
        .map(Zeroizing::new)
        .map_err(|error| missing().cause(error))
}
