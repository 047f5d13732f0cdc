//! An attestation in either of its formats, told apart by its content. Who verifies, shows or presents one need not know which
//! it is.
//! Source: RFC 9901 section 4 (text with tildes), ISO/IEC 18013-5 section 8.3.2.1.2 (a CBOR map).

use super::holder::HolderSecret;
use super::mdoc::{self, Mdoc, MdocError};
use super::sdjwt::{self, Audience, BindError, Resolved, SdJwt, SdJwtError};
use super::signer::SignError;
use super::verify::{self, Expectations, Verification};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// Most bytes of an attestation in any format.
pub const MAX_ATTESTATION: usize =
    if sdjwt::MAX_TOKEN > mdoc::MAX_MDOC { sdjwt::MAX_TOKEN } else { mdoc::MAX_MDOC };

/// An attestation, split into its parts but not verified.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Attestation {
    /// An SD-JWT VC.
    SdJwt(SdJwt),
    /// A mobile document.
    Mdoc(Box<Mdoc>),
}

/// Why an attestation cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// It is an SD-JWT, or nothing that is known.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
    /// It is an mdoc.
    #[error(transparent)]
    Mdoc(#[from] MdocError),
}

/// Why an attestation was not presented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresentError {
    /// It cannot be read, or would be longer than a verifier takes.
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    /// No signature.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl From<BindError> for PresentError {
    fn from(error: BindError) -> Self {
        match error {
            BindError::Token(error) => Self::Attestation(error.into()),
            BindError::Sign(error) => Self::Sign(error),
        }
    }
}

impl From<MdocError> for PresentError {
    fn from(error: MdocError) -> Self {
        Self::Attestation(error.into())
    }
}

impl Attestation {
    /// Reads a file.
    ///
    /// # Errors
    /// [`AttestationError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AttestationError> {
        // An mdoc begins with a CBOR map (major type 5), which no text does.
        if bytes.first().is_some_and(|first| first >> 5 == 5) {
            return Ok(Self::Mdoc(Box::new(Mdoc::parse(bytes)?)));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| SdJwtError::Format("not text"))?;
        Ok(Self::SdJwt(SdJwt::parse(text)?))
    }

    /// The format's identifier (OpenID4VP 1.0 appendix B): `dc+sd-jwt`, `mso_mdoc`.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        match self {
            Self::SdJwt(_) => sdjwt::TYP,
            Self::Mdoc(_) => "mso_mdoc",
        }
    }

    /// The bytes of its file. They hold personal data: they belong in the holder's file and nowhere else.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::SdJwt(token) => (token.to_compact() + "\n").into_bytes(),
            Self::Mdoc(mdoc) => mdoc.to_bytes(),
        }
    }

    /// What it says. The signature is not looked at: whoever prints this must say so.
    ///
    /// # Errors
    /// [`AttestationError`].
    pub fn show_unverified(&self) -> Result<Resolved, AttestationError> {
        Ok(match self {
            Self::SdJwt(token) => sdjwt::show_unverified(token)?,
            Self::Mdoc(mdoc) => mdoc::show_unverified(mdoc)?,
        })
    }

    /// Verifies it.
    #[must_use]
    pub fn verify(&self, expect: &Expectations<'_>) -> Verification {
        match self {
            Self::SdJwt(token) => verify::verify(token, expect),
            Self::Mdoc(mdoc) => mdoc::verify(mdoc, expect),
        }
    }

    /// The same attestation with only the claims of `chosen`, which are digests as [`Resolved::places`] has them, and a
    /// proof that `key` presents it to `audience` at `at`.
    ///
    /// # Errors
    /// [`PresentError`].
    pub fn present(
        &self,
        chosen: &BTreeSet<String>,
        audience: Audience<'_>,
        at: OffsetDateTime,
        key: &HolderSecret,
    ) -> Result<Self, PresentError> {
        let key = key.signer();
        Ok(match self {
            Self::SdJwt(token) => {
                let token = token.with_only(|each| chosen.contains(&each.digest()));
                Self::SdJwt(token.map_err(AttestationError::from)?.bound_to(audience, at, key)?)
            }
            Self::Mdoc(mdoc) => Self::Mdoc(Box::new(
                mdoc.with_only(|digest| chosen.contains(digest))?.bound_to(audience, at, key)?,
            )),
        })
    }
}

impl From<SdJwt> for Attestation {
    fn from(token: SdJwt) -> Self {
        Self::SdJwt(token)
    }
}

impl From<Mdoc> for Attestation {
    fn from(mdoc: Mdoc) -> Self {
        Self::Mdoc(Box::new(mdoc))
    }
}
