//! The trust store: the CSCA certificates that a user decided to trust, each with where it came from, and the
//! revocation lists that these signed, in one JSON file. Its digest is over the content, is checked when it is loaded and stands in every result; it shows that two
//! results rest on the same store. Whoever may write the file decides whom titre trusts.
//! Source: Doc 9303-12 section 5; BSI TR-03135-1 section 4.3 (trust base of an inspection system).

mod crls;
mod narrow;

pub use crls::{CrlChange, StoredCrl};

use super::certificate::Certificate;
use super::crl_issuer::CrlIssuerError;
use super::master_list::MasterList;
use super::store_lists::{self, FileDeviations, StoredDeviations};
use crate::crypto::HashAlgorithm;
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Name and major version of the file's format.
pub const SCHEMA: &str = "titre.trust-store/1";
/// Longest file, in bytes.
pub const MAX_FILE: u64 = 64 << 20;
const MAX_CERTIFICATES: usize = 65_536;

/// CSCA certificates with their sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustStore {
    pub(super) deviations: Vec<StoredDeviations>,
    sources: Vec<Source>,
    /// By SHA-256 of the certificate, so that the order of imports does not matter.
    entries: BTreeMap<String, Entry>,
    /// By SHA-256 of the list.
    crls: BTreeMap<String, StoredCrl>,
    /// Lists for this run only: neither saved nor part of the digest.
    crls_beside: BTreeMap<String, StoredCrl>,
}

/// A certificate of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The certificate.
    pub certificate: Certificate,
    /// Places in [`TrustStore::sources`].
    pub sources: Vec<usize>,
}

/// What taking in a list changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Certificates that were not in the store before.
    pub new: usize,
    /// Certificates that are no longer in the store.
    pub gone: usize,
}

/// Where certificates came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A verified master list.
    MasterList {
        /// SHA-256 of the file, hexadecimal.
        sha256: String,
        /// Name of the file, without folders.
        file: String,
        /// When it was signed, RFC 3339; absent where it does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed_at: Option<String>,
        /// Country of the list's signer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<String>,
        /// Subject of the list signer.
        signer: String,
        /// SHA-256 of the pinned certificate, hexadecimal.
        anchor: String,
        /// What was read over.
        tolerated: Vec<super::Tolerance>,
    },
    /// A certificate that the user trusts by name.
    Certificate {
        /// SHA-256 of the file, hexadecimal.
        sha256: String,
        /// Name of the file, without folders.
        file: String,
    },
}

/// Why a store cannot be used or a list not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is no trust store.
    #[error("no trust store: {0}")]
    Malformed(String),
    /// The content is not what the digest says.
    #[error("the content of the trust store is not that of its digest")]
    Digest,
    /// The list is older than one of the same country in the store.
    #[error("the list of {found} is older than that of {known} in the store")]
    Older {
        /// Signing time of the newer list.
        known: String,
        /// Signing time of the list that was to be taken in.
        found: String,
    },
    /// The revocation list is older than the one by the same key in the store.
    #[error("the revocation list of {issuer} of {found} is older than that of {known} in the store")]
    OlderCrl {
        /// Who issued both.
        issuer: String,
        /// Time of the newer list.
        known: String,
        /// Time of the list that was to be taken in.
        found: String,
    },
    /// No CSCA of the store vouches for the revocation list.
    #[error(transparent)]
    CrlIssuer(#[from] CrlIssuerError),
    /// The store has as many revocation lists as it may have.
    #[error("too many revocation lists")]
    TooManyCrls,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    digest: String,
    content: Content,
}

#[derive(Serialize, Deserialize)]
struct Content {
    sources: Vec<Source>,
    certificates: Vec<StoredCertificate>,
    /// Left out where there is none, so that the digests of earlier stores stay what they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revocation_lists: Vec<crls::CrlRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deviations: Vec<FileDeviations>,
}

#[derive(Serialize, Deserialize)]
struct StoredCertificate {
    /// For readers of the file; not read back.
    subject: String,
    sources: Vec<usize>,
    der: String,
}

impl TrustStore {
    /// Reads a store.
    ///
    /// # Errors
    /// [`StoreError::Malformed`], [`StoreError::Digest`].
    pub fn load(bytes: &[u8]) -> Result<Self, StoreError> {
        let malformed = |error: String| StoreError::Malformed(error);
        let file: File = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(malformed(format!("schema {}", file.schema)));
        }
        if file.content.certificates.len() > MAX_CERTIFICATES {
            return Err(malformed("too many certificates".to_owned()));
        }
        if file.content.digest() != file.digest {
            return Err(StoreError::Digest);
        }
        let deviations = store_lists::read(file.content.deviations)?;
        let mut store = Self { deviations, sources: file.content.sources, ..Self::default() };
        for stored in file.content.certificates {
            let der = Base64::decode_vec(&stored.der).map_err(|error| malformed(error.to_string()))?;
            let certificate = Certificate::parse(&der).map_err(|error| malformed(error.to_string()))?;
            if stored.sources.iter().any(|source| *source >= store.sources.len()) {
                return Err(malformed("a certificate names a source that is not there".to_owned()));
            }
            let key = hex::encode(certificate.fingerprint());
            store.entries.insert(key, Entry { certificate, sources: stored.sources });
        }
        store.load_crls(file.content.revocation_lists)?;
        Ok(store)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] where it cannot be written as JSON.
    pub fn save(&self) -> Result<Vec<u8>, StoreError> {
        let content = self.content();
        let file = File { schema: SCHEMA.to_owned(), digest: content.digest(), content };
        let mut bytes =
            serde_json::to_vec_pretty(&file).map_err(|error| StoreError::Malformed(error.to_string()))?;
        bytes.push(b'\n');
        if bytes.len() as u64 > MAX_FILE {
            return Err(StoreError::Malformed("larger than a trust store may be".to_owned()));
        }
        Ok(bytes)
    }

    /// SHA-256 over certificates, revocation lists and sources, hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        self.content().digest()
    }

    fn content(&self) -> Content {
        let stored = |entry: &Entry| StoredCertificate {
            subject: entry.certificate.subject.to_string(),
            sources: entry.sources.clone(),
            der: Base64::encode_string(entry.certificate.as_der()),
        };
        Content {
            sources: self.sources.clone(),
            certificates: self.entries.values().map(stored).collect(),
            revocation_lists: self.crls.values().map(StoredCrl::record).collect(),
            deviations: self.deviations.iter().map(|list| list.file.clone()).collect(),
        }
    }

    /// The certificates, by fingerprint.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The certificate with that SHA-256 (hexadecimal, or the beginning of it, where only one begins so).
    #[must_use]
    pub fn find(&self, fingerprint: &str) -> Option<&Entry> {
        let wanted = fingerprint.to_ascii_lowercase();
        let mut found = self.entries.iter().filter(|(key, _)| key.starts_with(&wanted));
        match (found.next(), found.next()) {
            (Some((_, entry)), None) => Some(entry),
            _ => None,
        }
    }

    /// Where certificates came from, in the order of the imports.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How many certificates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes in a verified list. It takes the place of the earlier lists of the same country: a certificate that
    /// was only in those is trusted no longer. `force` takes a list that is older than the one of the store.
    ///
    /// # Errors
    /// [`StoreError::Older`].
    pub fn add_list(
        &mut self,
        list: &MasterList,
        file: &str,
        bytes: &[u8],
        force: bool,
    ) -> Result<Change, StoreError> {
        let country = list.signer.country();
        let signed_at = list.signing_time.and_then(|time| time.format(&Rfc3339).ok());
        if let (false, Some(found)) = (force, list.signing_time)
            && let Some(known) = self.latest_of(country.as_deref()).filter(|known| *known > found)
        {
            let text = |time: OffsetDateTime| time.format(&Rfc3339).unwrap_or_default();
            return Err(StoreError::Older { known: text(known), found: text(found) });
        }
        let source = Source::MasterList {
            sha256: hex::encode(HashAlgorithm::Sha256.digest(bytes)),
            file: file.to_owned(),
            signed_at,
            country,
            signer: list.signer.subject.to_string(),
            anchor: hex::encode(list.anchor.fingerprint()),
            tolerated: list.tolerated.clone(),
        };
        let before: BTreeSet<String> = self.entries.keys().cloned().collect();
        self.drop_lists_of(list.signer.country().as_deref());
        self.add(source, &list.certificates);
        self.drop_orphaned_crls();
        let new = self.entries.keys().filter(|key| !before.contains(*key)).count();
        let gone = before.iter().filter(|key| !self.entries.contains_key(*key)).count();
        Ok(Change { new, gone })
    }

    /// Takes out the lists of a country, and the certificates that came from nowhere else.
    fn drop_lists_of(&mut self, wanted: Option<&str>) {
        let of_country = |source: &Source| matches!(source, Source::MasterList { country, .. } if country.as_deref() == wanted);
        let mut places = BTreeMap::new();
        let mut kept = Vec::new();
        for (place, source) in std::mem::take(&mut self.sources).into_iter().enumerate() {
            if !of_country(&source) {
                places.insert(place, kept.len());
                kept.push(source);
            }
        }
        self.sources = kept;
        for entry in self.entries.values_mut() {
            entry.sources = entry.sources.iter().filter_map(|place| places.get(place).copied()).collect();
        }
        self.entries.retain(|_, entry| !entry.sources.is_empty());
    }

    /// Takes in a certificate that the user trusts by name; gives whether it is new.
    pub fn add_certificate(&mut self, certificate: &Certificate, file: &str, bytes: &[u8]) -> bool {
        let sha256 = hex::encode(HashAlgorithm::Sha256.digest(bytes));
        let source = Source::Certificate { sha256, file: file.to_owned() };
        self.add(source, std::slice::from_ref(certificate)) == 1
    }

    fn add(&mut self, source: Source, certificates: &[Certificate]) -> usize {
        let place = self.sources.iter().position(|known| *known == source).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        let before = self.entries.len();
        for certificate in certificates {
            let key = hex::encode(certificate.fingerprint());
            let fresh = || Entry { certificate: certificate.clone(), sources: Vec::new() };
            let entry = self.entries.entry(key).or_insert_with(fresh);
            if !entry.sources.contains(&place) {
                entry.sources.push(place);
            }
        }
        self.entries.len() - before
    }

    /// When the latest list of that country was signed.
    fn latest_of(&self, wanted: Option<&str>) -> Option<OffsetDateTime> {
        let signed = |source: &Source| match source {
            Source::MasterList { signed_at: Some(at), country, .. } if country.as_deref() == wanted => {
                OffsetDateTime::parse(at, &Rfc3339).ok()
            }
            _ => None,
        };
        self.sources.iter().filter_map(signed).max()
    }

    /// The signing time of the newest list of the store.
    #[must_use]
    pub fn newest_list(&self) -> Option<OffsetDateTime> {
        self.sources.iter().filter_map(Source::list_signed_at).max()
    }

    /// When a list last named what comes from `sources`, places in [`TrustStore::sources`]; `None` where it is trusted
    /// by name, or no list says when it was signed.
    #[must_use]
    pub fn last_listed(&self, sources: &[usize]) -> Option<OffsetDateTime> {
        let sources: Vec<&Source> = sources.iter().filter_map(|place| self.sources.get(*place)).collect();
        if sources.iter().any(|source| matches!(source, Source::Certificate { .. })) {
            return None;
        }
        sources.into_iter().filter_map(Source::list_signed_at).max()
    }
}

impl Source {
    /// When it was signed, where it is a list that says so.
    fn list_signed_at(&self) -> Option<OffsetDateTime> {
        match self {
            Self::MasterList { signed_at: Some(at), .. } => OffsetDateTime::parse(at, &Rfc3339).ok(),
            _ => None,
        }
    }
}

impl Content {
    fn digest(&self) -> String {
        // Field order and the order of the entries are fixed, so the same content gives the same bytes.
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(HashAlgorithm::Sha256.digest(&bytes))
    }
}
