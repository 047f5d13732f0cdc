//! What a terminal authenticates itself with: certificates and a key, from files that were named for it.

#[cfg(feature = "terminal-auth")]
use super::Environment;
use crate::report::Failure;
use std::path::PathBuf;

/// Terminal authentication: without these DG3 and DG4 are never read.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Terminal authentication, for those who hold inspection certificates")]
pub struct TerminalArgs {
    /// Certificates of CVCA, DV and terminal, card verifiable, in any order
    ///
    /// Where the chip accepts them, DG3 (fingerprints) and DG4 (irises) are read as far as they give the right, and
    /// written to the document folder with the other files, and nowhere else. Without them DG3 and DG4 are never read.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "terminal_key")]
    pub terminal_certificate: Vec<PathBuf>,
    /// The terminal's private key: PKCS#8, DER or PEM, not encrypted
    #[arg(long, value_name = "FILE", requires = "terminal_certificate")]
    pub terminal_key: Option<PathBuf>,
}

#[cfg(feature = "terminal-auth")]
impl TerminalArgs {
    /// Certificates and key, where they were given.
    ///
    /// # Errors
    /// `input.terminal_certificate`, `signing_key.terminal`, and those of reading files.
    pub(super) fn credentials(
        &self,
        environment: &Environment<'_>,
    ) -> Result<Option<crate::protocol::TerminalCredentials>, Failure> {
        use crate::crypto::PrivateKey;
        use crate::lds::card_verifiable::{CardVerifiableCertificate, MAX_CERTIFICATE};
        use crate::protocol::{CredentialsError, TerminalCredentials};
        use crate::report::FailureCode;
        use crate::report::output::read_input;
        use zeroize::Zeroizing;
        /// Most bytes of a file with a key.
        const MAX_KEY_FILE: u64 = 64 << 10;

        let Some(key_file) = &self.terminal_key else { return Ok(None) };
        let mut certificates = Vec::new();
        for file in &self.terminal_certificate {
            let bytes = read_input(file, MAX_CERTIFICATE as u64)?;
            let wrong = |error| {
                Failure::new(FailureCode::TerminalCertificate).arg("file", file.display()).cause(error)
            };
            certificates.push(CardVerifiableCertificate::parse(&bytes).map_err(wrong)?);
        }
        let of_key = |cause: &dyn std::fmt::Display| {
            Failure::new(FailureCode::TerminalKey).arg("file", key_file.display()).cause(cause)
        };
        let bytes = Zeroizing::new(read_input(key_file, MAX_KEY_FILE)?);
        let key = match std::str::from_utf8(&bytes) {
            Ok(text) if text.contains("-----BEGIN") => PrivateKey::from_pkcs8_pem(text),
            _ => PrivateKey::from_pkcs8_der(&bytes),
        };
        let key = key.map_err(|error| of_key(&error))?;
        let day = environment.at.to_offset(time::UtcOffset::UTC).date();
        match TerminalCredentials::new(certificates, key, day) {
            Ok(credentials) => Ok(Some(credentials)),
            Err(error @ CredentialsError::Key) => Err(of_key(&error)),
            Err(error) => {
                let files: Vec<_> =
                    self.terminal_certificate.iter().map(|file| file.display().to_string()).collect();
                Err(Failure::new(FailureCode::TerminalCertificate).arg("file", files.join(", ")).cause(error))
            }
        }
    }
}

#[cfg(not(feature = "terminal-auth"))]
impl TerminalArgs {
    /// Nothing, where nothing was given: no key of a terminal is read by this build.
    ///
    /// # Errors
    /// `usage.not_built`.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        if self.terminal_certificate.is_empty() && self.terminal_key.is_none() {
            return Ok(());
        }
        Err(Failure::new(crate::report::FailureCode::NotBuilt).arg("feature", "terminal-auth"))
    }
}
