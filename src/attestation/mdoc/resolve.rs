//! Reading the elements that came along against the digests that were signed, and their claims.
//! Source: ISO/IEC 18013-5:2021 section 9.3.1 (inspection of issuer data).

use super::elements::{ENVELOPE, OPEN, claim_of, put, to_json};
use super::mso::Mso;
use super::{Mdoc, MdocError, NAMESPACE};
use crate::attestation::sdjwt::Resolved;
use crate::lds::Personal;
use std::collections::{BTreeMap, BTreeSet};

/// What a document says. The signature is not looked at: whoever prints this must say so.
///
/// # Errors
/// [`MdocError`], where it cannot be read.
pub fn show_unverified(mdoc: &Mdoc) -> Result<Resolved, MdocError> {
    let payload = mdoc.issuer_auth.unverified_payload().ok_or(MdocError::Payload("no payload"))?;
    resolve(mdoc, &Mso::from_payload(payload)?)
}

/// The claims of `mso` and of the elements that came along, each of which must have its own signed digest.
pub(super) fn resolve(mdoc: &Mdoc, mso: &Mso) -> Result<Resolved, MdocError> {
    if mdoc.doc_type.as_ref().is_some_and(|doc_type| *doc_type != mso.doc_type) {
        return Err(MdocError::DocType);
    }
    let mut claims = mso.claims();
    let (mut places, mut nested, mut shown, mut names) =
        (BTreeMap::new(), BTreeMap::new(), 0, BTreeSet::new());
    for (namespace, items) in &mdoc.items {
        let mut used = BTreeSet::new();
        for item in items {
            let content = item.content()?;
            if !used.insert(content.digest_id) {
                return Err(MdocError::ItemTwice);
            }
            let digest = item.digest();
            let signed = mso.digests.get(namespace).and_then(|digests| digests.get(&content.digest_id));
            if signed != Some(&digest) {
                return Err(MdocError::Unreferenced);
            }
            shown += 1;
            let claim = claim_of(namespace, &content.name);
            if ENVELOPE.contains(&claim.as_str()) {
                return Err(MdocError::Reserved);
            }
            if !names.insert(claim.clone()) {
                return Err(MdocError::Conflict);
            }
            let value = to_json(content.value.disclose()).ok_or(MdocError::Item("elementValue"))?;
            if namespace != NAMESPACE || !OPEN.contains(&claim.as_str()) {
                places.insert(claim.clone(), hex::encode(digest));
            }
            // What stands within another claim comes after it.
            if namespace == NAMESPACE && claim.contains('.') {
                nested.insert(claim, value);
            } else {
                claims.insert(claim, value);
            }
        }
    }
    for (path, value) in nested {
        put(&mut claims, &path, value)?;
    }
    let withheld = mso.digests.values().map(BTreeMap::len).sum::<usize>() - shown;
    let disclosed = places.keys().cloned().collect();
    Ok(Resolved { claims: Personal::new(claims), disclosed, places, withheld })
}
