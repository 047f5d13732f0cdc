//! Revocation lists of a specimen State, as the profile of Doc 9303-12 asks.
//! Source: Doc 9303-12 section 7.1.4 (table 8); RFC 5280 section 5.

use super::SpecimenError;
use super::certificate::{Authority, extension, time};
use crate::asn1::{tlv, write};
use crate::crypto::Entropy;
use ::time::{Duration, OffsetDateTime};

/// For how long a list is current.
pub const CURRENT_FOR: Duration = Duration::days(90);

/// A certificate to be revoked.
#[derive(Debug, Clone, Copy)]
pub struct RevokedSerial<'a> {
    /// Its serial number (INTEGER, DER).
    pub serial: &'a [u8],
    /// When it was revoked.
    pub date: OffsetDateTime,
    /// The code of the reason (RFC 5280 section 5.3.1).
    pub reason: u8,
}

/// The list number `number` of `by`, issued at `at`, DER.
///
/// # Errors
/// [`SpecimenError`] where the key refuses or a time is out of range.
pub fn revocation_list(
    by: &Authority,
    number: u64,
    at: OffsetDateTime,
    revoked: &[RevokedSerial<'_>],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, SpecimenError> {
    let algorithm = by.signer.scheme().to_algorithm_identifier();
    let mut entries = Vec::new();
    for each in revoked {
        let reason = extension("2.5.29.21", false, &tlv::encode(0x0A, &[each.reason]))?;
        entries.extend(write::sequence(&[each.serial, &time(each.date)?, &write::sequence(&[&reason])]));
    }
    // Where nothing is revoked, there is no list of it (RFC 5280 section 5.1.2.6).
    let entries = if entries.is_empty() { entries } else { write::sequence(&[&entries]) };
    let extensions = write::sequence(&[
        &extension("2.5.29.35", false, &write::sequence(&[&tlv::encode(0x80, by.key_identifier())]))?,
        &extension("2.5.29.20", false, &write::integer(number))?,
    ]);
    let tbs = write::sequence(&[
        &write::integer(1),
        &algorithm,
        by.name(),
        &time(at)?,
        &time(at + CURRENT_FOR)?,
        &entries,
        &write::context(0, &extensions),
    ]);
    let signature = by.key.sign(&by.signer.scheme(), &tbs, entropy)?;
    Ok(write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]))
}
