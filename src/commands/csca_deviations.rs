//! Deviation lists in what `titre csca import` and `titre csca list` say.

use crate::pki::deviation_list::Entry;
use crate::pki::{DeviationList, StoredDeviations};
use crate::report::Page;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was taken in, for people and as JSON.
pub(super) fn taken_in(list: &DeviationList, name: &str, page: &mut Page) -> Value {
    let signed_at = list.signing_time.map(super::rfc3339);
    let codes: Vec<&str> = list.tolerated.iter().map(|tolerance| tolerance.code()).collect();
    let kinds = kinds(&list.deviations.entries);
    page.field("label-list-signer", &list.signer.subject);
    page.field("label-list-anchor", hex::encode(list.anchor.fingerprint()));
    page.field("label-list-date", signed_at.as_deref().unwrap_or("-"));
    page.field("label-deviations", words(&kinds));
    if !codes.is_empty() {
        page.field("label-tolerated", codes.join(", "));
    }
    json!({
        "kind": "deviation_list",
        "file": name,
        "format": list.deviations.format,
        "signed_at": signed_at,
        "signer": list.signer.subject.to_string(),
        "anchor": hex::encode(list.anchor.fingerprint()),
        "entries": list.deviations.entries.len(),
        "defects": kinds,
        "tolerated": codes,
    })
}

/// One line about a list of the store.
pub(super) fn line(list: &StoredDeviations) -> String {
    let file = &list.file;
    format!(
        "{} {} ({}; {}): {}",
        file.country.as_deref().unwrap_or("?"),
        file.file,
        file.signed_at.as_deref().unwrap_or("-"),
        file.signer,
        words(&kinds(&list.deviations.entries)),
    )
}

/// A list of the store as JSON, without its content.
pub(super) fn describe(list: &StoredDeviations) -> Value {
    let file = &list.file;
    json!({
        "format": file.format,
        "file": file.file,
        "sha256": file.sha256,
        "signed_at": file.signed_at,
        "country": file.country,
        "signer": file.signer,
        "anchor": file.anchor,
        "entries": list.deviations.entries.len(),
        "defects": kinds(&list.deviations.entries),
    })
}

/// How often each kind of defect stands in the list.
fn kinds(entries: &[Entry]) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    for defect in entries.iter().flat_map(|entry| &entry.defects) {
        *found.entry(defect.kind.code()).or_default() += 1;
    }
    found
}

fn words(kinds: &BTreeMap<&'static str, usize>) -> String {
    if kinds.is_empty() {
        return "-".to_owned();
    }
    let words: Vec<String> = kinds.iter().map(|(code, count)| format!("{count} {code}")).collect();
    words.join(", ")
}
