//! What the first officer signs: whom and which document it is about, when, what was seen, and what else was shown.

use super::checklist::Checklist;
use crate::attestation::sdjwt::{base64url, base64url_decode};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Name and major version of the record.
pub(super) const SCHEMA: &str = "titre.examination/1";
/// Most further documents and attestations of witnesses together.
pub(super) const MAX_ENCLOSURES: usize = 16;
/// Longest name of a kind of document.
const MAX_KIND: usize = 40;

/// SHA-256 over a salt of 32 bytes and the SHA-256 of something: whoever has neither learns nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    pub(super) alg: String,
    pub(super) value: String,
    pub(super) salt: String,
}

impl Commitment {
    /// A commitment to `content`.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn new(content: &[u8], entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut salt = [0u8; 32];
        entropy.fill("examination.salt", &mut salt)?;
        let value = base64url(&digest(&salt, content));
        Ok(Self { alg: "sha-256".to_owned(), value, salt: base64url(&salt) })
    }

    /// Whether it is to this.
    #[must_use]
    pub fn opens(&self, content: &[u8]) -> bool {
        let salt = base64url_decode(&self.salt).filter(|salt| salt.len() == 32);
        self.alg == "sha-256" && salt.is_some_and(|salt| base64url(&digest(&salt, content)) == self.value)
    }
}

fn digest(salt: &[u8], content: &[u8]) -> Vec<u8> {
    HashAlgorithm::Sha256.digest(&[salt, &HashAlgorithm::Sha256.digest(content)].concat())
}

/// What kind of thing was shown besides the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnclosureKind {
    /// Another document: a birth certificate, a bill.
    Document,
    /// What a witness attests, who vouches for the person.
    Vouch,
}

/// A further document or the attestation of a witness: its kind and a digest, nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enclosure {
    pub(super) kind: EnclosureKind,
    #[serde(rename = "type")]
    pub(super) name: String,
    pub(super) digest: Commitment,
}

impl Enclosure {
    /// A commitment to `content`, a document of the type `name` (`birth_certificate`, `written_attestation`).
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn new(
        kind: EnclosureKind,
        name: &str,
        content: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Self, EntropyError> {
        Ok(Self { kind, name: name.to_owned(), digest: Commitment::new(content, entropy)? })
    }

    /// Whether a word is the name of a type: lower case, no room for anything about a person.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        name.len() <= MAX_KIND
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
    }
}

/// What the first officer signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub(super) schema: String,
    pub(super) session: String,
    pub(super) document: Commitment,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) examined_at: OffsetDateTime,
    pub(super) checklist: Checklist,
    pub(super) enclosures: Vec<Enclosure>,
}

impl Record {
    /// A record about the person of the consent `session` with the document of this EF.SOD.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn new(
        session: &str,
        sod: &[u8],
        checklist: Checklist,
        enclosures: Vec<Enclosure>,
        at: OffsetDateTime,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, EntropyError> {
        Ok(Self {
            schema: SCHEMA.to_owned(),
            session: session.to_owned(),
            document: Commitment::new(sod, entropy)?,
            examined_at: at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at),
            checklist,
            enclosures,
        })
    }

    /// The answers and the decision.
    #[must_use]
    pub const fn checklist(&self) -> &Checklist {
        &self.checklist
    }
}
