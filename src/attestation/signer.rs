//! Who signs with ES256: a key from a file, or one that never leaves its token. Everything that titre signs goes through
//! this one method, so that no format needs to know where the key is.
//! Source: RFC 7518 section 3.4 (ES256), FIPS 186-5 section 6.4.

use super::pkcs11::TokenError;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

/// Why nothing was signed. A key from a file always signs; a token may be pulled out, locked or broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The token did not sign.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// A private key on P-256 that signs with SHA-256.
pub trait Es256Signer {
    /// The public half.
    fn verifying_key(&self) -> VerifyingKey;

    /// Signs the SHA-256 of `message`.
    ///
    /// # Errors
    /// [`SignError`].
    fn sign_es256(&self, message: &[u8]) -> Result<Signature, SignError>;
}

/// Deterministic (RFC 6979).
impl Es256Signer for SigningKey {
    fn verifying_key(&self) -> VerifyingKey {
        *Self::verifying_key(self)
    }

    fn sign_es256(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.sign(message))
    }
}
