//! The evidence bundle: what an archive keeps so that the verdict on a document can be repeated years later. The content is
//! sealed to a recipient's certificate, and signed by the issuer from outside: whoever holds the archive can tell that nothing
//! was changed and when it must be deleted, and cannot read it.
//! Source: ETSI TS 119 461 clause 8.5.2 (ISS-8.5.2-01 to -08), ETSI EN 319 122-1 (CAdES-B-B), RFC 5652, RFC 5083 (AuthEnvelopedData).
//! Not here: the attestation, which holds none of this; biometric data, of which only the digest of EF.DG2 is kept.

mod archive;
mod contents;
mod envelope;
mod index;
mod recipient;
mod repeat;
mod signed;

pub use archive::ArchiveError;
pub use contents::{Contents, ContentsError, Evidence, FORMAT};
pub use envelope::EnvelopeError;
pub use index::Index;
pub use recipient::{Recipient, RecipientError, RecipientKey};
pub use repeat::{Repeated, differences};
pub use signed::{SealError, Sealed};

use super::issuer::IssuerKey;
use super::signer::SignError;
use crate::crypto::{Entropy, EntropyError};
use time::OffsetDateTime;

/// Most bytes of a bundle.
pub const MAX_LEN: usize = 64 << 20;

/// Why no bundle was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// What is to be kept cannot be.
    #[error(transparent)]
    Contents(#[from] ContentsError),
    /// It cannot be sealed to the recipient.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// No signature.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Seals `evidence` to `recipient` and signs it, once the verdict was repeated from what is kept: what does not repeat now would
/// not in ten years. Gives the bundle's file and its index.
///
/// # Errors
/// [`BundleError`].
pub fn seal(
    evidence: &Evidence<'_>,
    retention_until: OffsetDateTime,
    recipient: &Recipient,
    issuer: &IssuerKey,
    entropy: &mut dyn Entropy,
) -> Result<(Vec<u8>, Index), BundleError> {
    let mut id = [0; 16];
    entropy.fill("bundle.id", &mut id)?;
    let index = Index::new(hex::encode(id), evidence.at, retention_until);
    let contents = Contents::collect(evidence, index.clone())?;
    let repeated = contents.repeat(None);
    if !repeated.repeated {
        return Err(ContentsError::NotRepeatable(repeated.differences.join(", ")).into());
    }
    Ok((seal_contents(&contents, recipient, issuer, entropy)?, index))
}

/// Seals contents as they are; [`seal`] asks first whether they bear the verdict out.
///
/// # Errors
/// [`BundleError`].
pub fn seal_contents(
    contents: &Contents,
    recipient: &Recipient,
    issuer: &IssuerKey,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, BundleError> {
    let envelope = envelope::seal(&contents.to_archive()?, recipient, entropy)?;
    Ok(signed::sign(&envelope, contents.index(), issuer)?)
}
