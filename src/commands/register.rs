//! The hook for the issuing authority's register: a program or an address of the user's choice is told which document is
//! meant, and its signed answer is judged. What is asked goes through standard input, never through arguments.

use super::Environment;
use super::attest::MAX_KEY_FILE;
use super::attestation_failure::certificate_failure;
use super::outside::{self, OutsideError};
use super::web::{self, Request, WebError};
use crate::attestation::IssuerCertificate;
use crate::attestation::document_register::{MAX_ANSWER, RegisterRequest};
use crate::inspection::Inspection;
use crate::inspection::register::{NotChecked, RegisterOutcome};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a program may take.
const TIME: Duration = Duration::from_secs(10);
/// What an answer over HTTP is (RFC 7519 section 10.3.1).
const MEDIA_TYPE: &str = "application/jwt";

/// Who is asked whether the document stands.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Register of the issuing authority")]
#[group(skip)]
pub struct RegisterArgs {
    /// A program that asks the register: the question as JSON on its standard input, the signed answer on its output
    #[arg(long, value_name = "PROGRAM", conflicts_with = "register_url", requires = "register_cert")]
    register_command: Option<PathBuf>,
    /// An https address that takes the same question and gives the same answer; without one, no network is used
    #[arg(long, value_name = "URL", requires = "register_cert")]
    register_url: Option<String>,
    /// The register's certificates: what others sign is no answer
    #[arg(long, value_name = "CERT", num_args = 1..)]
    register_cert: Vec<PathBuf>,
}

/// A register that can be asked, its certificates having been read.
pub(super) struct Register<'a> {
    way: Way<'a>,
    pinned: Vec<IssuerCertificate>,
}

enum Way<'a> {
    Program(&'a Path),
    Address(&'a str),
}

impl RegisterArgs {
    /// The register, where one was named; what is wrong with it is said before long work begins.
    ///
    /// # Errors
    /// `input.address`, `input.malformed`, `usage`, those of reading a file.
    pub(super) fn open(&self) -> Result<Option<Register<'_>>, Failure> {
        let way = match (&self.register_command, &self.register_url) {
            (Some(program), _) => Way::Program(program),
            (None, Some(url)) => {
                web::check_address(url)?;
                Way::Address(url)
            }
            (None, None) if self.register_cert.is_empty() => return Ok(None),
            (None, None) => {
                let cause = "--register-cert goes with --register-command or --register-url";
                return Err(Failure::new(FailureCode::Usage).cause(cause));
            }
        };
        let mut pinned = Vec::new();
        for path in &self.register_cert {
            let bytes = read_input(path, MAX_KEY_FILE)?;
            let found = IssuerCertificate::read_file(&bytes);
            pinned.extend(found.map_err(|error| certificate_failure(&error, path))?);
        }
        Ok(Some(Register { way, pinned }))
    }
}

impl Register<'_> {
    /// Asks about the document that was inspected; gives the inspection with the answer.
    ///
    /// # Errors
    /// `internal`, without randomness.
    pub(super) fn ask(
        &self,
        inspection: Inspection,
        environment: &mut Environment<'_>,
    ) -> Result<Inspection, Failure> {
        let outcome = match &inspection.document {
            Some(document) if inspection.may_ask_register() => {
                let mrz = document.holder.disclose();
                let request = RegisterRequest::new(mrz, environment.at, environment.entropy)
                    .map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
                match self.send(&request.to_json()) {
                    Ok(answer) => request.judge(&answer, &self.pinned),
                    Err((reason, cause)) => {
                        environment.reporter.note("register-absent", &[("cause", cause)]);
                        RegisterOutcome::NotChecked(reason)
                    }
                }
            }
            _ => RegisterOutcome::NotChecked(NotChecked::NotAsked),
        };
        Ok(inspection.with_register(outcome))
    }

    fn send(&self, request: &[u8]) -> Result<Vec<u8>, (NotChecked, String)> {
        let outside = |error: OutsideError| {
            let reason = match error {
                OutsideError::TooSlow(_) => NotChecked::TooSlow,
                OutsideError::TooLarge(_) => NotChecked::TooLarge,
                OutsideError::NotFound | OutsideError::Failed(_) => NotChecked::Unreachable,
            };
            (reason, error.to_string())
        };
        match self.way {
            Way::Program(program) => {
                let said = outside::ask(Command::new(program), request, MAX_ANSWER, TIME);
                said.map(|said| said.stdout).map_err(outside)
            }
            Way::Address(url) => {
                let request = Request { url, body: Some(request), media_type: MEDIA_TYPE, limit: MAX_ANSWER };
                web::fetch(&request).map_err(|error| match error {
                    WebError::Curl(error) => outside(error),
                    WebError::MediaType(_) => (NotChecked::Malformed, error.to_string()),
                    WebError::Address => (NotChecked::Unreachable, error.to_string()),
                })
            }
        }
    }
}
