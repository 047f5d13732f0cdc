//! The revocation lists of a trust store. Of each CSCA key one is kept, the newest; a list that no CSCA of the store
//! signed is not taken in, and one whose CSCA leaves the store leaves with it.

use super::{StoreError, TrustStore};
use crate::crypto::HashAlgorithm;
use crate::pki::certificate::Certificate;
use crate::pki::crl::Crl;
use crate::pki::crl_issuer::crl_issuer;
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;

/// Most revocation lists of a store.
const MAX_CRLS: usize = 4096;

/// A revocation list that a CSCA of the store signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCrl {
    /// The list.
    pub crl: Crl,
    /// The certificate whose key signed it.
    pub issuer: Certificate,
    /// Name of the file that it came in, without folders.
    pub file: String,
}

/// What taking in a revocation list changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrlChange {
    /// There was none by that key.
    New,
    /// It took the place of another one by that key.
    Replaced,
    /// It was there already.
    Known,
}

/// A revocation list as the file has it.
#[derive(Serialize, Deserialize)]
pub(super) struct CrlRecord {
    /// For readers of the file, as `this_update`; not read back.
    issuer: String,
    this_update: String,
    file: String,
    /// SHA-256 of the certificate whose key signed it.
    signed_by: String,
    der: String,
}

impl StoredCrl {
    pub(super) fn record(&self) -> CrlRecord {
        CrlRecord {
            issuer: self.crl.issuer.to_string(),
            this_update: self.crl.this_update.format(&Rfc3339).unwrap_or_default(),
            file: self.file.clone(),
            signed_by: hex::encode(self.issuer.fingerprint()),
            der: Base64::encode_string(self.crl.as_der()),
        }
    }
}

impl TrustStore {
    /// The revocation lists, by fingerprint; those for this run only after those of the store.
    pub fn crls(&self) -> impl Iterator<Item = &StoredCrl> {
        self.crls.values().chain(self.crls_beside.values())
    }

    /// Verifies a list against the CSCAs of the store and takes it in, in the place of the one by the same key. `force`
    /// takes one that is older than that.
    ///
    /// # Errors
    /// [`StoreError::CrlIssuer`], [`StoreError::OlderCrl`], [`StoreError::TooManyCrls`].
    pub fn add_crl(&mut self, crl: &Crl, file: &str, force: bool) -> Result<CrlChange, StoreError> {
        let fingerprint = hex::encode(crl.fingerprint());
        if self.crls.contains_key(&fingerprint) {
            return Ok(CrlChange::Known);
        }
        let issuer = crl_issuer(crl, self)?.clone();
        let known = self.crls.iter().find(|(_, known)| known.issuer.spki() == issuer.spki());
        let replaced = match known {
            Some((_, known)) if !force && crl.is_older_than(&known.crl) => {
                let text = |crl: &Crl| crl.this_update.format(&Rfc3339).unwrap_or_default();
                return Err(StoreError::OlderCrl {
                    issuer: crl.issuer.to_string(),
                    known: text(&known.crl),
                    found: text(crl),
                });
            }
            known => known.map(|(fingerprint, _)| fingerprint.clone()),
        };
        if let Some(fingerprint) = &replaced {
            self.crls.remove(fingerprint);
        } else if self.crls.len() == MAX_CRLS {
            return Err(StoreError::TooManyCrls);
        }
        self.crls.insert(fingerprint, StoredCrl { crl: crl.clone(), issuer, file: file.to_owned() });
        Ok(if replaced.is_some() { CrlChange::Replaced } else { CrlChange::New })
    }

    /// Verifies a list and takes it in for this run only, beside the one by the same key. It is not saved, and the
    /// digest stays that of the store.
    ///
    /// # Errors
    /// [`StoreError::CrlIssuer`].
    pub fn add_crl_beside(&mut self, crl: &Crl, file: &str) -> Result<(), StoreError> {
        let issuer = crl_issuer(crl, self)?.clone();
        let stored = StoredCrl { crl: crl.clone(), issuer, file: file.to_owned() };
        self.crls_beside.insert(hex::encode(crl.fingerprint()), stored);
        Ok(())
    }

    /// Takes out the lists whose CSCA certificate is no longer in the store and that no other one of it signed.
    pub(super) fn drop_orphaned_crls(&mut self) {
        for (fingerprint, mut stored) in std::mem::take(&mut self.crls) {
            if !self.entries.contains_key(&hex::encode(stored.issuer.fingerprint())) {
                match crl_issuer(&stored.crl, self) {
                    Ok(issuer) => stored.issuer = issuer.clone(),
                    Err(_) => continue,
                }
            }
            self.crls.insert(fingerprint, stored);
        }
    }

    /// Takes the lists of a file whose digest was checked; their signatures were verified when they were taken in.
    pub(super) fn load_crls(&mut self, records: Vec<CrlRecord>) -> Result<(), StoreError> {
        let malformed = |error: String| StoreError::Malformed(error);
        if records.len() > MAX_CRLS {
            return Err(malformed("too many revocation lists".to_owned()));
        }
        for record in records {
            let der = Base64::decode_vec(&record.der).map_err(|error| malformed(error.to_string()))?;
            let crl = Crl::parse(&der).map_err(|error| malformed(error.to_string()))?;
            let signed_by = self.entries.get(&record.signed_by);
            let issuer = signed_by.map(|entry| entry.certificate.clone()).ok_or_else(|| {
                malformed("a revocation list names a certificate that is not there".to_owned())
            })?;
            let key = hex::encode(HashAlgorithm::Sha256.digest(&der));
            self.crls.insert(key, StoredCrl { crl, issuer, file: record.file });
        }
        Ok(())
    }
}
