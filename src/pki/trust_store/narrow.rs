//! A part of a trust store: what an archive keeps so that one verdict can be repeated.

use super::TrustStore;
use crate::pki::Certificate;

impl TrustStore {
    /// The store with those of its certificates that `keep` wants, their revocation lists (those for this run only included), and
    /// all sources and deviation lists.
    #[must_use]
    pub fn narrowed(&self, keep: impl Fn(&Certificate) -> bool) -> Self {
        let kept = |(key, entry): (&String, &super::Entry)| {
            keep(&entry.certificate).then(|| (key.clone(), entry.clone()))
        };
        let entries: std::collections::BTreeMap<_, _> = self.entries.iter().filter_map(kept).collect();
        let lists = self.crls.iter().chain(&self.crls_beside);
        let lists = lists.filter(|(_, list)| entries.contains_key(&hex::encode(list.issuer.fingerprint())));
        let crls = lists.map(|(key, list)| (key.clone(), list.clone())).collect();
        Self {
            deviations: self.deviations.clone(),
            sources: self.sources.clone(),
            entries,
            crls,
            crls_beside: std::collections::BTreeMap::new(),
        }
    }
}
