//! One small document over HTTP, by the system's `curl`, as `titre models install` fetches: https, or http on this
//! machine, and nothing else. What is sent goes through standard input, so that it stands in no list of processes.

use super::outside::{OutsideError, ask};
use crate::biometrics::models::original::is_allowed_url;
use crate::report::{Failure, FailureCode};
use std::process::Command;
use std::time::Duration;

/// Seconds for a document.
const SECONDS: u64 = 20;

/// What is asked of a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// Where.
    pub url: &'a str,
    /// What is sent, as JSON; without it, the document is only fetched.
    pub body: Option<&'a [u8]>,
    /// The media type that is wanted; an answer of another is none.
    pub media_type: &'static str,
    /// Most bytes of the answer.
    pub limit: u64,
}

/// Why no document came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum WebError {
    /// Not an address that titre asks.
    #[error("neither https nor http on this machine")]
    Address,
    /// The answer is of another media type, named here.
    #[error("the answer is {0:?}")]
    MediaType(String),
    /// No answer, as the program that asks says.
    #[error("curl: {0}")]
    Curl(OutsideError),
}

/// The failure of an address that a user gave and that is not asked.
pub(super) fn check_address(url: &str) -> Result<(), Failure> {
    if is_allowed_url(url) { Ok(()) } else { Err(Failure::new(FailureCode::InputAddress).arg("url", url)) }
}

/// Whether a word is an address rather than the name of a file.
pub(super) fn is_address(word: &str) -> bool {
    word.contains("://")
}

/// Asks, and gives the answer's body.
pub(super) fn fetch(request: &Request<'_>) -> Result<Vec<u8>, WebError> {
    if !is_allowed_url(request.url) {
        return Err(WebError::Address);
    }
    let mut command = Command::new("curl");
    // -q first: a user's own curl settings could change what any of this means.
    command.args(["-q", "--silent", "--show-error", "--fail", "--globoff"]);
    let loopback = request.url.starts_with("http:");
    command.args(["--proto", if loopback { "=http" } else { "=https" }]);
    command.args(["--max-filesize", &request.limit.to_string(), "--max-time", &SECONDS.to_string()]);
    command.args(["--user-agent", concat!("titre/", env!("CARGO_PKG_VERSION"))]);
    command.args(["--header", &format!("Accept: {}", request.media_type)]);
    if loopback {
        // A proxy's own machine is not this one.
        command.args(["--noproxy", "*"]);
    }
    if request.body.is_some() {
        // What is sent is for this server; it is not sent on to another.
        command.args(["--header", "Content-Type: application/json", "--data-binary", "@-"]);
    } else {
        command.args(["--location", "--max-redirs", "3", "--proto-redir", "=https"]);
    }
    command.args(["--write-out", "%{stderr}%{content_type}", "--url", request.url]);
    let time = Duration::from_secs(SECONDS + 5);
    let said =
        ask(command, request.body.unwrap_or_default(), request.limit, time).map_err(|error| match error {
            // Curl's exit codes of its own limits: 28 is time, 63 is size.
            OutsideError::Failed(why) if why.contains("exit status: 28") => {
                WebError::Curl(OutsideError::TooSlow(SECONDS))
            }
            OutsideError::Failed(why) if why.contains("exit status: 63") => {
                WebError::Curl(OutsideError::TooLarge(request.limit))
            }
            error => WebError::Curl(error),
        })?;
    // Parameters, as of a character set, do not make it another type (RFC 9110 section 8.3.1).
    let found = said.stderr.split(';').next().unwrap_or_default().trim();
    if found.eq_ignore_ascii_case(request.media_type) {
        Ok(said.stdout)
    } else {
        Err(WebError::MediaType(found.to_owned()))
    }
}
