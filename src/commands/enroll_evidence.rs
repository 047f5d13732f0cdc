//! `titre enroll --evidence`: what an archive keeps of an enrollment, sealed before the attestation is given out.

use super::attest::MAX_KEY_FILE;
use super::evidence_failure::{bundle_failure, recipient_failure};
use super::{Environment, rfc3339};
use crate::attestation::IssuerKey;
use crate::attestation::bundle::{self, Evidence, Recipient};
use crate::report::ledger::{self, Why};
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Failure, FailureCode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use time::Duration;

/// What is kept, for whom and how long.
#[derive(Debug, clap::Args)]
pub(super) struct EvidenceArgs {
    /// Keep what is needed to repeat the verdict, sealed and signed, without any biometric data
    #[arg(long, value_name = "FILE", requires_all = ["evidence_recipient", "retention"])]
    evidence: Option<PathBuf>,
    /// The certificate of the archive, which alone can open it: RSA or elliptic curve; PEM or DER
    #[arg(long, value_name = "CERT", requires = "evidence")]
    evidence_recipient: Option<PathBuf>,
    /// For how many days it is kept; titre attest evidence purge deletes it then
    #[arg(long, value_name = "DAYS", requires = "evidence", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    retention: Option<u32>,
}

/// A place that is free and a recipient who can be sealed to.
pub(super) struct Order<'a> {
    output: &'a Path,
    certificate: &'a Path,
    recipient: Recipient,
    days: u32,
}

impl EvidenceArgs {
    /// Checks, before anything long is begun, that the bundle can be made.
    ///
    /// # Errors
    /// `output.exists`, `evidence.recipient`, those of reading a file.
    pub(super) fn order(&self, environment: &Environment<'_>) -> Result<Option<Order<'_>>, Failure> {
        let (Some(output), Some(certificate), Some(days)) =
            (self.evidence.as_deref(), self.evidence_recipient.as_deref(), self.retention)
        else {
            return Ok(None);
        };
        check_free(output, environment.global.force)?;
        let bytes = read_input(certificate, MAX_KEY_FILE)?;
        let recipient = Recipient::read_file(&bytes, environment.at)
            .map_err(|error| recipient_failure(&error, certificate))?;
        Ok(Some(Order { output, certificate, recipient, days }))
    }
}

impl Order<'_> {
    /// Makes the bundle and writes it; tells what it wrote.
    ///
    /// # Errors
    /// `evidence.not_kept`, `evidence.recipient`, those of signing and writing.
    pub(super) fn fill(
        &self,
        evidence: &Evidence<'_>,
        issuer: &IssuerKey,
        key: &Path,
        environment: &mut Environment<'_>,
    ) -> Result<Value, Failure> {
        let until = evidence.at.checked_add(Duration::days(i64::from(self.days)));
        let until =
            until.ok_or_else(|| Failure::new(FailureCode::Usage).cause("the retention has no end"))?;
        let sealed = bundle::seal(evidence, until, &self.recipient, issuer, environment.entropy);
        let (bytes, index) = sealed.map_err(|error| bundle_failure(&error, self.certificate, key))?;
        write_file(self.output, &bytes, environment.global.force, true)?;
        ledger::explain(self.output, Why::EvidenceBundle, Some(until));
        Ok(json!({
            "file": self.output.display().to_string(),
            "bundle": index.bundle,
            "retention_until": rfc3339(index.retention_until),
            "biometric_data": index.biometric_data,
        }))
    }

    /// Takes the bundle away again, where the attestation could not be given out.
    pub(super) fn undo(&self) {
        let _ = std::fs::remove_file(self.output);
    }
}
