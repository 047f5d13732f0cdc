//! Keys on a token, as `--issuer-key` and `--holder-key` name them: `pkcs11:token=...;object=...`.

use super::Environment;
use super::secret::{SecretSource, require};
use crate::attestation::pkcs11::{Token, TokenError, TokenUri, UriError};
use crate::report::{Failure, FailureCode};
use std::path::{Path, PathBuf};

/// The module, where the URI does not name one.
const MODULE: &str = "TITRE_PKCS11_MODULE";

/// The URI, where `key` is one and no file.
///
/// # Errors
/// `signing_key.uri`, `signing_key.pin_in_uri`.
pub(super) fn named(key: &Path) -> Result<Option<TokenUri>, Failure> {
    let Some(text) = key.to_str().filter(|text| TokenUri::is_one(text)) else { return Ok(None) };
    let refused = |error: UriError| match error {
        // Not even the URI is told again: the PIN stands in it.
        UriError::Pin => Failure::new(FailureCode::SigningKeyPinInUri),
        _ => Failure::new(FailureCode::SigningKeyUri).arg("uri", text).cause(error),
    };
    TokenUri::parse(text).map(Some).map_err(refused)
}

/// The token, logged in to with the PIN from `pin`. It is tried once.
///
/// # Errors
/// `signing_key.token`, `signing_key.pin`, `usage.secret_missing`.
pub(super) fn open(
    uri: &TokenUri,
    key: &Path,
    pin: SecretSource<'_>,
    environment: &Environment<'_>,
) -> Result<Token, Failure> {
    let failed = |error: TokenError| failure(&error, key);
    let set = std::env::var_os(MODULE).map(PathBuf::from).filter(|path| path.is_absolute());
    let Some(module) = uri.module_path().map(Path::to_owned).or(set) else {
        return Err(Failure::new(FailureCode::SigningKeyUri)
            .arg("uri", key.display())
            .cause(format!("neither module-path nor {MODULE} names a module by an absolute path")));
    };
    let token = Token::open(uri, &module).map_err(failed)?;
    let secret = if token.needs_pin() { Some(require(pin, environment)?) } else { None };
    token.login(secret.as_deref().map(String::as_str)).map_err(failed)?;
    Ok(token)
}

/// A token that gives no key or no signature.
pub(super) fn failure(error: &TokenError, key: &Path) -> Failure {
    let code = match error {
        TokenError::Pin(_) => FailureCode::SigningKeyPin,
        _ => FailureCode::SigningKeyToken,
    };
    Failure::new(code).arg("uri", key.display()).cause(error)
}
