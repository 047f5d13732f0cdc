//! The deviation lists of a trust store: their content beside where they came from. The signature was verified when
//! the list was taken in; the store's digest covers what was kept.
//! Source: Doc 9303-12 section 10; BSI TR-03129-2 chapter 7.

use super::Tolerance;
use super::deviation_list::{DeviationList, Deviations, Format};
use super::trust_store::{StoreError, TrustStore};
use crate::crypto::HashAlgorithm;
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Most lists of a store.
const MAX_LISTS: usize = 1024;

/// A deviation list of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDeviations {
    /// Where it came from.
    pub file: FileDeviations,
    /// What it says.
    pub deviations: Deviations,
}

/// A deviation list as the store's file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDeviations {
    /// Whose format it has.
    pub format: Format,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Name of the file, without folders.
    pub file: String,
    /// When it was signed, RFC 3339; absent where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
    /// Country of the list's signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Subject of the list signer.
    pub signer: String,
    /// SHA-256 of the pinned certificate, hexadecimal.
    pub anchor: String,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
    /// The hash function of the signature, its object identifier.
    hash: String,
    /// The signed content, base64.
    content: String,
}

/// Reads the lists of a store's file.
pub(super) fn read(files: Vec<FileDeviations>) -> Result<Vec<StoredDeviations>, StoreError> {
    let malformed = |error: String| StoreError::Malformed(format!("deviation list: {error}"));
    if files.len() > MAX_LISTS {
        return Err(malformed("too many".to_owned()));
    }
    let read = |file: FileDeviations| {
        let hash = HashAlgorithm::from_oid(&file.hash).ok_or_else(|| malformed("hash".to_owned()))?;
        let content = Base64::decode_vec(&file.content).map_err(|error| malformed(error.to_string()))?;
        let deviations = Deviations::parse(file.format, hash, &content);
        Ok(StoredDeviations { deviations: deviations.map_err(|error| malformed(error.to_string()))?, file })
    };
    files.into_iter().map(read).collect()
}

impl TrustStore {
    /// The deviation lists.
    #[must_use]
    pub fn deviations(&self) -> &[StoredDeviations] {
        &self.deviations
    }

    /// Takes in a verified deviation list; it takes the place of the earlier one of the same country and format.
    /// `force` takes a list that is older than the one of the store.
    ///
    /// # Errors
    /// [`StoreError::Older`].
    pub fn add_deviations(
        &mut self,
        list: &DeviationList,
        name: &str,
        bytes: &[u8],
        force: bool,
    ) -> Result<(), StoreError> {
        let (country, format) = (list.signer.country(), list.deviations.format);
        let place = self
            .deviations
            .iter()
            .position(|known| known.file.country == country && known.file.format == format);
        let signed = |known: &StoredDeviations| known.file.signed_at.as_deref().and_then(parse);
        if let (false, Some(found), Some(known)) =
            (force, list.signing_time, place.and_then(|place| signed(&self.deviations[place])))
            && known > found
        {
            return Err(StoreError::Older { known: text(known), found: text(found) });
        }
        let file = FileDeviations {
            format,
            sha256: hex::encode(HashAlgorithm::Sha256.digest(bytes)),
            file: name.to_owned(),
            signed_at: list.signing_time.map(text),
            country,
            signer: list.signer.subject.to_string(),
            anchor: hex::encode(list.anchor.fingerprint()),
            tolerated: list.tolerated.clone(),
            hash: list.deviations.hash.oid().to_owned(),
            content: Base64::encode_string(&list.content),
        };
        let stored = StoredDeviations { file, deviations: list.deviations.clone() };
        match place {
            Some(place) => self.deviations[place] = stored,
            None => self.deviations.push(stored),
        }
        // The order of imports does not matter.
        self.deviations.sort_by(|one, other| one.file.sha256.cmp(&other.file.sha256));
        Ok(())
    }
}

fn parse(time: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(time, &Rfc3339).ok()
}

fn text(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
