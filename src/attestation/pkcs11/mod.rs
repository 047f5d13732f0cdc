//! Keys on a token that speaks PKCS#11: a hardware security module, a card, SoftHSM. The private key never leaves it;
//! titre asks it for signatures and verifies each before it goes anywhere.
//! Source: PKCS #11 v3.0 (sections 5.6 login, 5.13 signing), RFC 7512 (the `pkcs11:` URI).
//! Not here: where the PIN comes from, which is the commands' business.

mod key;
mod token;
mod uri;

pub use key::TokenKey;
pub use token::{PinProblem, Token};
pub use uri::{TokenUri, UriError};

/// Why a token gives no key or no signature. Carries nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The module cannot be loaded or does not start.
    #[error("the PKCS#11 module cannot be used: {0}")]
    Module(String),
    /// The number of tokens that the URI fits is not one.
    #[error("{0} tokens fit the URI, one is needed")]
    Tokens(usize),
    /// The PIN does not let titre in.
    #[error(transparent)]
    Pin(#[from] PinProblem),
    /// The number of private keys that the URI fits is not one.
    #[error("{0} private EC keys on the token fit the URI, one is needed")]
    Keys(usize),
    /// No certificate of that key is on the token.
    #[error("the token holds no certificate with the identifier of the key")]
    NoCertificate,
    /// No public half of that key is on the token.
    #[error("the token holds no P-256 public key with the identifier of the key")]
    NoPublicKey,
    /// A function of the module failed.
    #[error("{0}")]
    Function(String),
    /// What the token gave is no signature of that key.
    #[error("the token's signature does not verify with the public key that belongs to it")]
    Signature,
}

/// A failing function, without the values that were passed to it.
fn function(error: cryptoki::error::Error) -> TokenError {
    TokenError::Function(error.to_string())
}
