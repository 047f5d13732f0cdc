//! The keys that sign, from the files or the tokens that the commands are given; their passphrases and PINs from a file, the environment or a
//! prompt.

use super::Environment;
use super::attest::MAX_KEY_FILE;
use super::attestation_failure::{holder_failure, issuer_failure};
use super::secret::{SecretSource, require};
use super::token_key;
use crate::attestation::{HolderKeyError, HolderSecret, IssuerError, IssuerKey, KeyFileError};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The issuer's key and certificates.
#[derive(Debug, clap::Args)]
pub(super) struct IssuerKeyArgs {
    /// The issuer's key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token,
    /// as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)
    #[arg(long, value_name = "FILE|URI")]
    pub issuer_key: PathBuf,
    /// The issuer's certificates, where they do not stand with the key
    #[arg(long, value_name = "FILE")]
    pub issuer_cert: Option<PathBuf>,
    /// File with the passphrase of an encrypted issuer key, or the PIN of the token; - is standard input [env: TITRE_ISSUER_PASSPHRASE=]
    #[arg(long, value_name = "FILE")]
    issuer_passphrase_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with = "issuer_passphrase_file")]
    issuer_passphrase_fd: Option<u32>,
}

impl IssuerKeyArgs {
    /// Reads the key, and refuses one whose certificates are not valid now. A production key that others on this machine can
    /// read is refused too, unless it is encrypted.
    ///
    /// # Errors
    /// `signing_key.uri`, `signing_key.pin_in_uri`, `signing_key.token`, `signing_key.pin`, `signing_key.unreadable`, `signing_key.mismatch`, `signing_key.exposed`, `usage.secret_missing`.
    pub fn read(&self, environment: &Environment<'_>) -> Result<IssuerKey, Failure> {
        read_signer(&self.issuer_key, self.issuer_cert.as_deref(), self.passphrase(), environment)
    }

    fn passphrase(&self) -> SecretSource<'_> {
        SecretSource {
            file: self.issuer_passphrase_file.as_deref(),
            fd: self.issuer_passphrase_fd,
            variable: "TITRE_ISSUER_PASSPHRASE",
            prompt: "prompt-issuer-passphrase",
        }
    }
}

/// A key with its certificates, from a file or a token: the issuer's, or an officer's.
fn read_signer(
    path: &Path,
    certificates: Option<&Path>,
    passphrase: SecretSource<'_>,
    environment: &Environment<'_>,
) -> Result<IssuerKey, Failure> {
    let failed = |error: IssuerError| issuer_failure(&error, path);
    let chain = || certificates.map(|path| read_input(path, MAX_KEY_FILE)).transpose().map_err(unreadable);
    let signer = if let Some(uri) = token_key::named(path)? {
        let chain = chain()?;
        let token = token_key::open(&uri, path, passphrase, environment)?;
        let signer = IssuerKey::on_token(token, &uri, chain.as_deref()).map_err(failed)?;
        if signer.leaves_token() {
            environment.reporter.note("note-key-leaves-token", &[]);
        }
        signer
    } else {
        let key = Zeroizing::new(read_input(path, MAX_KEY_FILE).map_err(unreadable)?);
        let chain = chain()?;
        match IssuerKey::read_files(&key, chain.as_deref()) {
            Err(IssuerError::Key(KeyFileError::Encrypted)) => {
                let passphrase = require(passphrase, environment)?;
                IssuerKey::read_encrypted(&key, chain.as_deref(), &passphrase).map_err(failed)?
            }
            read => {
                let signer = read.map_err(failed)?;
                if !signer.is_test() && others_can_read(path) {
                    return Err(Failure::new(FailureCode::SigningKeyExposed).arg("file", path.display()));
                }
                signer
            }
        }
    };
    signer.check_validity(environment.at).map_err(|error| issuer_failure(&error.into(), path))?;
    Ok(signer)
}

/// An officer's key and certificates, in the form of an issuer's.
#[derive(Debug, clap::Args)]
pub(super) struct OfficerKeyArgs {
    /// The officer's key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token,
    /// as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)
    #[arg(long, value_name = "FILE|URI")]
    pub officer_key: PathBuf,
    /// The officer's certificates, where they do not stand with the key
    #[arg(long, value_name = "FILE")]
    officer_cert: Option<PathBuf>,
    /// File with the passphrase of an encrypted officer key, or the PIN of the token; - is standard input [env: TITRE_OFFICER_PASSPHRASE=]
    #[arg(long, value_name = "FILE")]
    officer_passphrase_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with = "officer_passphrase_file")]
    officer_passphrase_fd: Option<u32>,
}

impl OfficerKeyArgs {
    /// Reads the key.
    ///
    /// # Errors
    /// As [`IssuerKeyArgs::read`].
    pub fn read(&self, environment: &Environment<'_>) -> Result<IssuerKey, Failure> {
        let passphrase = SecretSource {
            file: self.officer_passphrase_file.as_deref(),
            fd: self.officer_passphrase_fd,
            variable: "TITRE_OFFICER_PASSPHRASE",
            prompt: "prompt-officer-passphrase",
        };
        read_signer(&self.officer_key, self.officer_cert.as_deref(), passphrase, environment)
    }
}

/// The issuer's key where a command may do without.
#[derive(Debug, clap::Args)]
pub(super) struct OptionalIssuerKeyArgs {
    /// The issuer's key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token,
    /// as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)
    #[arg(long, value_name = "FILE|URI")]
    pub issuer_key: Option<PathBuf>,
    /// The issuer's certificates, where they do not stand with the key
    #[arg(long, value_name = "FILE", requires = "issuer_key")]
    issuer_cert: Option<PathBuf>,
    /// File with the passphrase of an encrypted issuer key; - is standard input [env: TITRE_ISSUER_PASSPHRASE=]
    #[arg(long, value_name = "FILE", requires = "issuer_key")]
    issuer_passphrase_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", requires = "issuer_key", conflicts_with = "issuer_passphrase_file")]
    issuer_passphrase_fd: Option<u32>,
}

impl OptionalIssuerKeyArgs {
    /// Reads the key, where one is named.
    ///
    /// # Errors
    /// As [`IssuerKeyArgs::read`].
    pub fn read(&self, environment: &Environment<'_>) -> Result<Option<IssuerKey>, Failure> {
        let named = |issuer_key: &PathBuf| IssuerKeyArgs {
            issuer_key: issuer_key.clone(),
            issuer_cert: self.issuer_cert.clone(),
            issuer_passphrase_file: self.issuer_passphrase_file.clone(),
            issuer_passphrase_fd: self.issuer_passphrase_fd,
        };
        self.issuer_key.as_ref().map(named).map(|args| args.read(environment)).transpose()
    }
}

/// The holder's private key.
#[derive(Debug, clap::Args)]
pub(super) struct HolderSecretArgs {
    /// The private key that the attestation is bound to: PEM, encrypted or not; or a key on a token, as
    /// pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)
    #[arg(long, value_name = "FILE|URI")]
    pub holder_key: PathBuf,
    /// File with the passphrase of an encrypted holder key, or the PIN of the token; - is standard input [env: TITRE_HOLDER_PASSPHRASE=]
    #[arg(long, value_name = "FILE")]
    holder_passphrase_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with = "holder_passphrase_file")]
    holder_passphrase_fd: Option<u32>,
}

impl HolderSecretArgs {
    /// Reads the key.
    ///
    /// # Errors
    /// `signing_key.uri`, `signing_key.pin_in_uri`, `signing_key.token`, `signing_key.pin`, `signing_key.holder`, `usage.secret_missing`, those of reading a file.
    pub fn read(&self, environment: &Environment<'_>) -> Result<HolderSecret, Failure> {
        let path = &self.holder_key;
        let failed = |error: HolderKeyError| holder_failure(&error, path);
        if let Some(uri) = token_key::named(path)? {
            let token = token_key::open(&uri, path, self.passphrase(), environment)?;
            return HolderSecret::on_token(token, &uri).map_err(failed);
        }
        let key = Zeroizing::new(read_input(path, MAX_KEY_FILE)?);
        match HolderSecret::read_file(&key) {
            Err(HolderKeyError::Key(KeyFileError::Encrypted)) => {
                let passphrase = require(self.passphrase(), environment)?;
                HolderSecret::read_encrypted(&key, &passphrase).map_err(failed)
            }
            read => read.map_err(failed),
        }
    }

    fn passphrase(&self) -> SecretSource<'_> {
        SecretSource {
            file: self.holder_passphrase_file.as_deref(),
            fd: self.holder_passphrase_fd,
            variable: "TITRE_HOLDER_PASSPHRASE",
            prompt: "prompt-holder-passphrase",
        }
    }
}

fn unreadable(failure: Failure) -> Failure {
    match failure.code {
        FailureCode::InputUnreadable => Failure { code: FailureCode::SigningKeyUnreadable, ..failure },
        _ => failure,
    }
}

/// Whether group or others have a right to the file.
#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    // A pipe is nobody else's.
    std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_path: &Path) -> bool {
    false
}
