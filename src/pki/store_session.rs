//! A trust store while documents are judged by it: what was worked out for one document serves the next. The store
//! is borrowed and cannot change meanwhile, so nothing that is remembered here goes stale.
//!
//! Nothing is remembered that depends on the time judged by, nor what a document's own signature came out as.

use super::certificate::{Certificate, IssuedError};
use super::name::Part;
use super::path::{Fit, fit, issued};
use super::trust_store::{Entry, TrustStore};
use super::{Tolerance, chain};
use crate::crypto::{PublicKey, SignatureError};
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Most certificates that are remembered: a country has some thousands of document signers.
const MAX_REMEMBERED: usize = 65_536;

/// A trust store in use, by one or several threads.
#[derive(Debug)]
pub struct StoreSession<'a> {
    store: &'a TrustStore,
    index: OnceLock<Index<'a>>,
    digest: OnceLock<String>,
    issuers: Remembered<Arc<[Tried<'a>]>>,
    roots: Remembered<bool>,
}

/// A certificate of the store that may have issued another, and whether its key did.
#[derive(Debug)]
pub(super) struct Tried<'a> {
    pub entry: &'a Entry,
    pub fit: Fit,
    pub outcome: Result<Vec<Tolerance>, IssuedError>,
}

/// The store by what a certificate says of its issuer.
#[derive(Debug)]
struct Index<'a> {
    entries: Vec<&'a Entry>,
    /// Their public keys, read when first asked for.
    keys: Vec<OnceLock<Option<PublicKey>>>,
    by_key_id: HashMap<&'a [u8], Vec<usize>>,
    by_name: HashMap<Vec<Part>, Vec<usize>>,
}

impl<'a> StoreSession<'a> {
    /// Begins with nothing remembered.
    #[must_use]
    pub fn new(store: &'a TrustStore) -> Self {
        Self {
            store,
            index: OnceLock::new(),
            digest: OnceLock::new(),
            issuers: Remembered::default(),
            roots: Remembered::default(),
        }
    }

    /// As [`TrustStore::digest`].
    #[must_use]
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| self.store.digest())
    }

    /// The certificates of the store that may have issued `certificate`, in the order of the store, each with its
    /// key tried. A State has dozens of one name: where the key is found that made the signature, no other can have
    /// made it, and the others are not tried. `below` counts the authorities under `certificate`, as path length
    /// constraints do.
    pub(super) fn issuers(&self, certificate: &Certificate, below: usize) -> Arc<[Tried<'a>]> {
        self.issuers.get_or(certificate, below, || {
            let index = self.index.get_or_init(|| Index::of(self.store));
            let mut fitting: Vec<(usize, Fit)> = index
                .places(certificate)
                .into_iter()
                .filter_map(|place| Some((place, fit(certificate, &index.entries[place].certificate)?)))
                .collect();
            // Those of the right key identifier first; stable, as is the way back to the order of the store.
            fitting.sort_by_key(|(_, fit)| fit.key_id != Some(true));
            let mut found: Option<&PublicKey> = None;
            let mut tried: Vec<(usize, Tried<'a>)> = Vec::new();
            for (place, fit) in fitting {
                let (entry, key) = (index.entries[place], index.key(place));
                let outcome = match (found, key) {
                    (Some(found), Some(key)) if found != key => {
                        Err(IssuedError::Signature(SignatureError::Invalid))
                    }
                    _ => issued(certificate, &entry.certificate, &fit, below),
                };
                found = found.or(key.filter(|_| outcome.is_ok()));
                tried.push((place, Tried { entry, fit, outcome }));
            }
            tried.sort_by_key(|(place, _)| *place);
            tried.into_iter().map(|(_, tried)| tried).collect()
        })
    }

    /// As [`chain::is_root`].
    pub(super) fn is_root(&self, certificate: &Certificate) -> bool {
        self.roots.get_or(certificate, 0, || chain::is_root(certificate))
    }
}

impl Deref for StoreSession<'_> {
    type Target = TrustStore;

    fn deref(&self) -> &TrustStore {
        self.store
    }
}

impl<'a> Index<'a> {
    fn of(store: &'a TrustStore) -> Self {
        let entries: Vec<&Entry> = store.entries().collect();
        let keys = entries.iter().map(|_| OnceLock::new()).collect();
        let mut index = Self { entries, keys, by_key_id: HashMap::new(), by_name: HashMap::new() };
        for (place, entry) in index.entries.iter().enumerate() {
            if let Some(id) = entry.certificate.subject_key_id() {
                index.by_key_id.entry(id).or_default().push(place);
            }
            index.by_name.entry(entry.certificate.subject.unordered()).or_default().push(place);
        }
        index
    }

    /// The public key of an entry; `None` where it cannot be used.
    fn key(&self, place: usize) -> Option<&PublicKey> {
        self.keys[place].get_or_init(|| self.entries[place].certificate.public_key().ok()).as_ref()
    }

    /// Places of the entries that fit by key identifier or by name.
    fn places(&self, certificate: &Certificate) -> BTreeSet<usize> {
        let by_key_id = certificate.authority_key_id().and_then(|id| self.by_key_id.get(id));
        let by_name = self.by_name.get(&certificate.issuer.unordered());
        by_key_id.into_iter().chain(by_name).flatten().copied().collect()
    }
}

/// Results by the SHA-256 of the certificate that they are about, and the authorities below it.
#[derive(Debug)]
struct Remembered<T>(RwLock<HashMap<(Vec<u8>, usize), T>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: Clone> Remembered<T> {
    fn get_or(&self, certificate: &Certificate, below: usize, find_out: impl FnOnce() -> T) -> T {
        let key = (certificate.fingerprint(), below);
        // Every value is whole before it is put in, so a thread that died elsewhere leaves nothing broken here.
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let found = find_out();
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MAX_REMEMBERED {
            all.insert(key, found.clone());
        }
        found
    }
}
