//! An SD-JWT as it says itself, unverified. Apart from verification, so that the two are never mixed up.

use super::{Resolved, SdJwt, SdJwtError, resolve, strict_json};

/// What a token says. The signature is not looked at: whoever prints this must say so.
///
/// # Errors
/// [`SdJwtError`], where it cannot be read.
pub fn show_unverified(token: &SdJwt) -> Result<Resolved, SdJwtError> {
    let payload = token.jws()?.unverified_payload();
    let payload = strict_json::parse_object(&payload).map_err(SdJwtError::Payload)?;
    resolve(&payload, &token.disclosures()?)
}
