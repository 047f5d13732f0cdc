//! What is inside: the files that the inspection used, the evidence of access and chip, the part of the trust store that was
//! needed, the inspection, and the records of consent and register. EF.DG2 to EF.DG7 are people's faces, fingers, eyes and
//! signatures: of them the digest only, which EF.SOD holds in any case.
//! Source: ETSI TS 119 461 ISS-8.5.2-01 to -05; Doc 9303-10 section 4.7 (what the data groups hold).

use super::archive::{self, ArchiveError};
use super::index::Index;
use super::repeat::{self, Repeated};
use super::signed::Sealed;
use super::{EnvelopeError, RecipientKey};
use crate::attestation::statement::{POLICY, POLICY_ID};
use crate::crypto::{Entropy, HashAlgorithm};
use crate::inspection::{DocumentEvidence, Inspection, Profile, Subject};
use crate::lds::FileId;
use crate::pki::TrustStore;
use crate::transport::Provenance;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// The name and version of the format.
pub const FORMAT: &str = "titre.evidence/1";
/// Data groups with biometric data or pictures of a person.
const PICTURES: std::ops::RangeInclusive<u8> = 2..=7;
const MANIFEST: &str = "manifest.json";
const EVIDENCE: &str = "evidence.json";
const INSPECTION: &str = "inspection.json";
const STORE: &str = "trust-store.json";

/// All that an enrollment leaves to an archive.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The files that were inspected.
    pub subject: &'a Subject,
    /// What was found.
    pub inspection: &'a Inspection,
    /// The trust store that it was judged by.
    pub store: &'a TrustStore,
    /// Records by the name of a file, JSON: the receipt of consent, the register's answer.
    pub records: &'a [(&'static str, Vec<u8>)],
    /// When the enrollment was completed.
    pub at: OffsetDateTime,
}

/// Why evidence cannot be kept, or what was kept is not evidence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContentsError {
    /// Only a document that was read is kept.
    #[error("this is no document that was read")]
    NoDocument,
    /// The verdict cannot be repeated from what would be kept.
    #[error("the verdict cannot be repeated from what would be kept: {0}")]
    NotRepeatable(String),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A file is missing, malformed or not the one that the manifest names.
    #[error("{0} is missing, malformed or not the one that the manifest names")]
    File(String),
}

/// A data group that is kept by its digest only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
    file: FileId,
    hash: HashAlgorithm,
    /// Hexadecimal; compared with the list that EF.SOD signs.
    digest: String,
}

/// The first file of a bundle: what it is and what stands in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: String,
    index: Index,
    /// What is not kept, in words for who opens the bundle by hand.
    biometric_data: String,
    withheld: Vec<Withheld>,
    profile: Profile,
    #[serde(with = "time::serde::rfc3339")]
    judged_at: OffsetDateTime,
    provenance: Option<Provenance>,
    /// SHA-256 of the content of the whole trust store; a part of it is kept.
    trust_store_sha256: String,
    policy: String,
    policy_sha256: String,
    tool: Value,
    document: Vec<FileId>,
    records: Vec<String>,
    /// SHA-256 of every other file, hexadecimal.
    files: BTreeMap<String, String>,
}

/// The contents of a bundle.
#[derive(Debug)]
pub struct Contents {
    manifest: Manifest,
    subject: Subject,
    inspection: Value,
    store: TrustStore,
    records: BTreeMap<String, Vec<u8>>,
}

impl Contents {
    /// Collects what is kept: of the trust store the part that the verdict needs, as far as that can be told.
    ///
    /// # Errors
    /// [`ContentsError::NoDocument`].
    pub fn collect(evidence: &Evidence<'_>, index: Index) -> Result<Self, ContentsError> {
        let Evidence { inspection, store, records, .. } = evidence;
        if evidence.subject.document.is_none() {
            return Err(ContentsError::NoDocument);
        }
        let mut subject = evidence.subject.clone();
        let hash = inspection.signer.data_group_hash.as_deref();
        let hash = HashAlgorithm::ALL.into_iter().find(|each| Some(each.name()) == hash);
        let mut withheld = Vec::new();
        for file in PICTURES.map(FileId::Dg) {
            let Some((hash, bytes)) = hash.zip(subject.files.remove(&file)) else { continue };
            let digest = hash.digest(&bytes);
            withheld.push(Withheld { file, hash, digest: hex::encode(&digest) });
            subject.digests.insert(file, digest);
        }
        let judged_at = OffsetDateTime::parse(&inspection.at, &time::format_description::well_known::Rfc3339);
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            index,
            biometric_data: "none: EF.DG2 to EF.DG7 by digest only, no template, no video".to_owned(),
            withheld,
            profile: inspection.profile,
            judged_at: judged_at.map_err(|_| ContentsError::NoDocument)?,
            provenance: subject.provenance,
            trust_store_sha256: inspection.store.digest.clone(),
            policy: POLICY_ID.to_owned(),
            policy_sha256: sha256(POLICY.as_bytes()),
            tool: json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")}),
            document: subject.files.keys().copied().collect(),
            records: records.iter().map(|(name, _)| (*name).to_owned()).collect(),
            files: BTreeMap::new(),
        };
        let mut contents = Self {
            manifest,
            subject,
            inspection: serde_json::to_value(inspection)
                .map_err(|_| ContentsError::File(INSPECTION.to_owned()))?,
            store: part_of(store, inspection),
            records: records.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect(),
        };
        if !contents.repeat(None).repeated {
            contents.store = store.narrowed(|_| true);
        }
        Ok(contents)
    }

    /// What is known without opening the bundle.
    #[must_use]
    pub const fn index(&self) -> &Index {
        &self.manifest.index
    }

    /// Opens a bundle whose seal holds.
    ///
    /// # Errors
    /// [`ContentsError`].
    pub fn open(
        sealed: &Sealed,
        key: &RecipientKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ContentsError> {
        let mut files = archive::read(&sealed.archive(key, entropy)?)?;
        let wrong = |name: &str| ContentsError::File(name.to_owned());
        let manifest = files.remove(MANIFEST).ok_or_else(|| wrong(MANIFEST))?;
        let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| wrong(MANIFEST))?;
        if manifest.format != FORMAT || manifest.index != sealed.index {
            return Err(wrong(MANIFEST));
        }
        let digests: BTreeMap<_, _> =
            files.iter().map(|(name, bytes)| (name.clone(), sha256(bytes))).collect();
        if let Some((name, _)) =
            digests.iter().find(|(name, digest)| manifest.files.get(*name) != Some(digest))
        {
            return Err(wrong(name));
        }
        if digests.len() != manifest.files.len() {
            return Err(wrong("a file"));
        }
        let mut take = |name: &str| files.remove(name).ok_or_else(|| wrong(name));
        let document: DocumentEvidence =
            serde_json::from_slice(&take(EVIDENCE)?).map_err(|_| wrong(EVIDENCE))?;
        let inspection = serde_json::from_slice(&take(INSPECTION)?).map_err(|_| wrong(INSPECTION))?;
        let store = TrustStore::load(&take(STORE)?).map_err(|_| wrong(STORE))?;
        let mut subject = Subject {
            files: BTreeMap::new(),
            document: Some(document),
            provenance: manifest.provenance,
            optical_mrz: None,
            digests: BTreeMap::new(),
        };
        for file in &manifest.document {
            subject.files.insert(*file, take(&place(*file))?);
        }
        for withheld in &manifest.withheld {
            let digest = hex::decode(&withheld.digest).map_err(|_| wrong(MANIFEST))?;
            subject.digests.insert(withheld.file, digest);
        }
        let mut records = BTreeMap::new();
        for name in &manifest.records {
            records.insert(name.clone(), take(name)?);
        }
        Ok(Self { manifest, subject, inspection, store, records })
    }

    /// The files by name, the manifest first in reading order.
    ///
    /// # Errors
    /// [`ContentsError::File`].
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, ContentsError> {
        fn json<T: Serialize>(name: &str, value: &T) -> Result<Vec<u8>, ContentsError> {
            serde_json::to_vec_pretty(value).map_err(|_| ContentsError::File(name.to_owned()))
        }
        let mut files = self.records.clone();
        for (file, bytes) in &self.subject.files {
            files.insert(place(*file), bytes.clone());
        }
        files.insert(EVIDENCE.to_owned(), json(EVIDENCE, &self.subject.document)?);
        files.insert(INSPECTION.to_owned(), json(INSPECTION, &self.inspection)?);
        let store = self.store.save().map_err(|_| ContentsError::File(STORE.to_owned()))?;
        files.insert(STORE.to_owned(), store);
        let digests = files.iter().map(|(name, bytes)| (name.clone(), sha256(bytes))).collect();
        let manifest = Manifest { files: digests, ..self.manifest.clone() };
        files.insert(MANIFEST.to_owned(), json(MANIFEST, &manifest)?);
        Ok(files)
    }

    pub(super) fn to_archive(&self) -> Result<Vec<u8>, ContentsError> {
        Ok(archive::write(&self.files()?)?)
    }

    /// Inspects what was kept as of the time that it was judged by, with the trust store that was kept or another one, and
    /// compares.
    #[must_use]
    pub fn repeat(&self, store: Option<&TrustStore>) -> Repeated {
        let store = store.unwrap_or(&self.store);
        repeat::repeat(&self.inspection, &self.subject, store, self.manifest.judged_at, self.manifest.profile)
    }
}

/// The certificates of the country that signed, with their revocation lists: all that a chain can need, as a rule.
fn part_of(store: &TrustStore, inspection: &Inspection) -> TrustStore {
    let signers = [Some(&inspection.signer), inspection.card_security.as_ref()];
    let anchors = signers.into_iter().flatten().filter_map(|signer| signer.csca.as_ref());
    let countries: Vec<_> = anchors
        .filter_map(|anchor| store.find(&anchor.sha256)?.certificate.country())
        .map(|country| country.to_ascii_uppercase())
        .collect();
    store.narrowed(|certificate| {
        certificate.country().is_some_and(|country| countries.contains(&country.to_ascii_uppercase()))
    })
}

fn place(file: FileId) -> String {
    format!("document/{}.bin", file.name())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(HashAlgorithm::Sha256.digest(bytes))
}
