//! A trust store while documents are judged by it: what was worked out for one document serves the next. The store
//! is borrowed and cannot change meanwhile, so nothing that is remembered here goes stale.
//!
//! Nothing is remembered that depends on the time judged by, nor what a document's own signature came out as.

use super::certificate::{Certificate, IssuedError};
use super::name::Part;
use super::path::{Fit, fit, issued};
use super::trust_store::{Entry, TrustStore};
use super::{Tolerance, chain};
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
    /// key tried.
    pub(super) fn issuers(&self, certificate: &Certificate) -> Arc<[Tried<'a>]> {
        self.issuers.get_or(certificate, || {
            let tried = |entry: &'a Entry| {
                let fit = fit(certificate, &entry.certificate)?;
                let outcome = issued(certificate, &entry.certificate, &fit);
                Some(Tried { entry, fit, outcome })
            };
            let index = self.index.get_or_init(|| Index::of(self.store));
            index.places(certificate).into_iter().filter_map(|place| tried(index.entries[place])).collect()
        })
    }

    /// As [`chain::is_root`].
    pub(super) fn is_root(&self, certificate: &Certificate) -> bool {
        self.roots.get_or(certificate, || chain::is_root(certificate))
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
        let mut index =
            Self { entries: store.entries().collect(), by_key_id: HashMap::new(), by_name: HashMap::new() };
        for (place, entry) in index.entries.iter().enumerate() {
            if let Some(id) = entry.certificate.subject_key_id() {
                index.by_key_id.entry(id).or_default().push(place);
            }
            index.by_name.entry(entry.certificate.subject.unordered()).or_default().push(place);
        }
        index
    }

    /// Places of the entries that fit by key identifier or by name.
    fn places(&self, certificate: &Certificate) -> BTreeSet<usize> {
        let by_key_id = certificate.authority_key_id().and_then(|id| self.by_key_id.get(id));
        let by_name = self.by_name.get(&certificate.issuer.unordered());
        by_key_id.into_iter().chain(by_name).flatten().copied().collect()
    }
}

/// Results by the SHA-256 of the certificate that they are about.
#[derive(Debug)]
struct Remembered<T>(RwLock<HashMap<Vec<u8>, T>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: Clone> Remembered<T> {
    fn get_or(&self, certificate: &Certificate, find_out: impl FnOnce() -> T) -> T {
        let key = certificate.fingerprint();
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
