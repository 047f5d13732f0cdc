//! What is inspected: a document as it was read, or one signed file by itself.

use crate::crypto::HashAlgorithm;
use crate::lds::{FileId, Mrz};
use crate::session::{
    AccessReport, ActiveAuthEvidence, ChipAuthEvidence, ChipMappingEvidence, Reading, Unread,
};
use crate::transport::Provenance;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is inspected.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The files.
    pub files: BTreeMap<FileId, Vec<u8>>,
    /// What else is known of a document; `None` for a single file.
    pub document: Option<DocumentEvidence>,
    /// Where the files come from; `None` for a single file, of which nobody knows.
    pub provenance: Option<Provenance>,
    /// The machine readable zone as it is printed on the document, where somebody read it.
    pub optical_mrz: Option<Mrz>,
    /// Data groups that were read and are no longer here, by their digest under the hash function of EF.SOD: what an archive
    /// keeps of biometric data.
    pub digests: BTreeMap<FileId, Vec<u8>>,
}

/// What there is of a data group that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held<'a> {
    /// The file.
    Bytes(&'a [u8]),
    /// Its digest under the hash function of EF.SOD, taken when it was read.
    Digest(&'a [u8]),
}

impl Held<'_> {
    /// Whether its digest is `expected`.
    #[must_use]
    pub fn has(self, hash: HashAlgorithm, expected: &[u8]) -> bool {
        match self {
            Self::Bytes(bytes) => hash.digest(bytes) == expected,
            Self::Digest(digest) => digest == expected,
        }
    }
}

/// What a reading brought besides the files.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentEvidence {
    /// How access was gained.
    pub access: AccessReport,
    /// Chip authentication.
    pub chip_authentication: Option<ChipAuthEvidence>,
    /// Active authentication.
    pub active_authentication: Option<ActiveAuthEvidence>,
    /// PACE with chip authentication mapping.
    pub chip_mapping: Option<ChipMappingEvidence>,
    /// Files that were listed and not read.
    pub unread: Vec<Unread>,
}

impl Subject {
    /// A single EF.SOD or EF.CardSecurity.
    #[must_use]
    pub fn security_object(file: FileId, bytes: Vec<u8>) -> Self {
        Self {
            files: BTreeMap::from([(file, bytes)]),
            document: None,
            provenance: None,
            optical_mrz: None,
            digests: BTreeMap::new(),
        }
    }

    /// A file.
    #[must_use]
    pub fn file(&self, file: FileId) -> Option<&[u8]> {
        self.files.get(&file).map(Vec::as_slice)
    }

    /// What there is of data group `number`.
    #[must_use]
    pub fn held(&self, number: u8) -> Option<Held<'_>> {
        let file = FileId::Dg(number);
        let digest = || self.digests.get(&file).map(|digest| Held::Digest(digest));
        self.file(file).map(Held::Bytes).or_else(digest)
    }

    /// The signed file: EF.SOD, or a single EF.CardSecurity.
    #[must_use]
    pub fn signed_file(&self) -> FileId {
        let card_security = self.document.is_none() && self.files.contains_key(&FileId::CardSecurity);
        if card_security { FileId::CardSecurity } else { FileId::Sod }
    }
}

impl From<&Reading> for Subject {
    fn from(reading: &Reading) -> Self {
        Self {
            files: reading.files.clone(),
            document: Some(DocumentEvidence {
                access: reading.access.clone(),
                chip_authentication: reading.chip_authentication.clone(),
                active_authentication: reading.active_authentication.clone(),
                chip_mapping: reading.chip_mapping.clone(),
                unread: reading.unread.clone(),
            }),
            provenance: Some(reading.provenance()),
            optical_mrz: None,
            digests: BTreeMap::new(),
        }
    }
}
