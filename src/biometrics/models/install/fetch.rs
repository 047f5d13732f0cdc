//! One file over HTTP, by the system's `curl`: it is on every system that titre runs on, knows the system's
//! certificates and proxies, and costs no build time, where a TLS stack of our own would add some forty crates for
//! this one command. Curl only brings bytes; how many are taken, and what they are worth, is decided here.

use super::super::original::{is_allowed_url, is_loopback};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Curl's exit code where a server does not go on in the middle of a file.
const CANNOT_RESUME: i32 = 33;
/// Curl's exit code for an HTTP status of 400 or more.
const HTTP_STATUS: i32 = 22;

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// There is no `curl`.
    #[error("the program curl is not installed")]
    NoCurl,
    /// Not an address that titre fetches from.
    #[error("only https addresses are fetched")]
    Address,
    /// The server refused, was not reached, or broke off; what came is kept.
    #[error("{0}")]
    Failed(String),
    /// There is more than there should be.
    #[error("the server sends more than {limit} bytes")]
    TooLarge {
        /// What it should have at most.
        limit: u64,
    },
    /// The partial file cannot be read or written.
    #[error("partial file: {0}")]
    Part(#[from] std::io::Error),
}

/// A running curl that does not outlive us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended already, both do nothing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// As the manifest says; a partial file of that length is whole.
    Exactly(u64),
    /// Not known, but no longer than this.
    AtMost(u64),
}

impl Length {
    const fn limit(self) -> u64 {
        match self {
            Self::Exactly(size) | Self::AtMost(size) => size,
        }
    }
}

/// Brings `url` to the file `part`, going on where an earlier attempt stopped. More than `length` is never taken.
/// `progress` hears how many bytes are there.
///
/// # Errors
/// [`FetchError`]; after [`FetchError::Failed`] what came is kept.
pub fn download(
    url: &str,
    part: &Path,
    length: Length,
    progress: &mut dyn FnMut(u64),
) -> Result<(), FetchError> {
    if !is_allowed_url(url) {
        return Err(FetchError::Address);
    }
    let have = match std::fs::metadata(part) {
        Ok(data) => data.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error.into()),
    };
    if Length::Exactly(have) == length {
        progress(have);
        return Ok(());
    }
    // Of a file that nothing is known of, what is here may be the beginning of another.
    let have = if have > length.limit() || matches!(length, Length::AtMost(_)) { 0 } else { have };
    match attempt(url, part, have, length, progress)? {
        Ended::Whole => Ok(()),
        // The server cannot go on from there; then from the beginning, once.
        Ended::Failed(code, reason) if have > 0 && cannot_resume(code, &reason) => {
            match attempt(url, part, 0, length, progress)? {
                Ended::Whole => Ok(()),
                Ended::Failed(_, reason) => Err(FetchError::Failed(reason)),
            }
        }
        Ended::Failed(_, reason) => Err(FetchError::Failed(reason)),
    }
}

/// Whether it was the going on, not the fetching, that failed: 416 says that the file is no longer than what is here.
fn cannot_resume(code: i32, reason: &str) -> bool {
    code == CANNOT_RESUME || code == HTTP_STATUS && reason.contains("416")
}

enum Ended {
    Whole,
    Failed(i32, String),
}

fn curl(url: &str, from: u64) -> Result<Running, FetchError> {
    let mut command = Command::new("curl");
    // -q first: a user's own curl settings could change what any of this means.
    command.args([
        "-q",
        "--silent",
        "--show-error",
        "--fail",
        "--location",
        "--max-redirs",
        "5",
        "--globoff",
    ]);
    command.args(["--proto", if is_loopback(url) { "=http" } else { "=https" }, "--proto-redir", "=https"]);
    command.args([
        "--connect-timeout",
        "20",
        "--speed-limit",
        "500",
        "--speed-time",
        "30",
        "--max-time",
        "3600",
    ]);
    command.args(["--user-agent", concat!("titre/", env!("CARGO_PKG_VERSION"))]);
    if from > 0 {
        command.args(["--continue-at", &from.to_string()]);
    }
    command.args(["--output", "-", "--url", url]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    match command.spawn() {
        Ok(child) => Ok(Running(child)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(FetchError::NoCurl),
        Err(error) => Err(FetchError::Failed(error.to_string())),
    }
}

fn attempt(
    url: &str,
    part: &Path,
    from: u64,
    length: Length,
    progress: &mut dyn FnMut(u64),
) -> Result<Ended, FetchError> {
    let mut file = OpenOptions::new().create(true).append(true).open(part)?;
    file.set_len(from)?;
    let mut running = curl(url, from)?;
    let lost = || FetchError::Failed("curl has no output".to_owned());
    let mut bytes = running.0.stdout.take().ok_or_else(lost)?;
    let mut have = from;
    let mut chunk = [0; 64 * 1024];
    loop {
        progress(have);
        let count = match bytes.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(FetchError::Failed(error.to_string())),
        };
        have += count as u64;
        if have > length.limit() {
            drop(file);
            std::fs::remove_file(part)?;
            return Err(FetchError::TooLarge { limit: length.limit() });
        }
        file.write_all(&chunk[..count])?;
    }
    file.sync_all()?;
    let mut said = String::new();
    if let Some(errors) = running.0.stderr.take() {
        // What curl says is for people; where it is not text it is left out.
        let _ = errors.take(2048).read_to_string(&mut said);
    }
    let status = running.0.wait().map_err(|error| FetchError::Failed(error.to_string()))?;
    Ok(match status.code() {
        Some(0) => match length {
            Length::Exactly(size) if have != size => {
                Ended::Failed(0, format!("{have} bytes came, {size} were expected"))
            }
            _ => Ended::Whole,
        },
        code => Ended::Failed(code.unwrap_or(-1), said.trim().to_owned()),
    })
}
