//! What the deviation lists of the trust store say of the inspected document and its signer.
//! Source: Doc 9303-3 section 7.3.6 (identification of documents); BSI TR-03129-2 chapter 7, TR-03135-1 section 5.8.

use super::security_object::SecurityObject;
use crate::lds::Mrz;
use crate::pki::deviation_list::{Documents, Format};
use crate::pki::{Certificate, DefectKind, StoredDeviations};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

/// How far the signing time may be from the dates of issue that a list gives before it is told that they differ: the
/// date of issue may be that of the application, and the signing time that of production.
const SIGNING_SLACK: Duration = Duration::days(31);

/// Something that a list knows to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedDefect {
    /// The name of the list's file.
    pub list: String,
    /// Country of the list's signer.
    pub country: Option<String>,
    /// What is wrong.
    pub code: &'static str,
    /// Its object identifier, dotted.
    pub oid: String,
    /// Whether the entry is about this document; else it may be, and what would tell is not known.
    pub certain: bool,
    /// What the list says in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is wrong, for the checks.
    #[serde(skip)]
    pub kind: DefectKind,
}

/// Looks the document up in the lists.
pub(super) fn find(
    lists: &[StoredDeviations],
    object: Option<&SecurityObject>,
    mrz: Option<&Mrz>,
) -> Vec<ListedDefect> {
    let Some(signed) = object.and_then(|object| object.signed.as_ref()) else { return Vec::new() };
    let signer = object.and_then(SecurityObject::signer);
    let signed_at = signer.and_then(|(signed, info, _)| signed.check_attributes(info).ok()?.signing_time);
    // Where the object names its signer wrongly, the certificate inside may still be the one that is listed.
    let candidates = match signer {
        Some((_, _, certificate)) => std::slice::from_ref(certificate),
        None => signed.certificates.as_slice(),
    };
    let mut found: Vec<ListedDefect> = Vec::new();
    for list in lists {
        for entry in &list.deviations.entries {
            let about = |certificate| about(&entry.documents, list, certificate, mrz, signed_at);
            let Some(certain) = candidates.iter().filter_map(about).max() else { continue };
            found.extend(entry.defects.iter().map(|defect| ListedDefect {
                list: list.file.file.clone(),
                country: list.file.country.clone(),
                code: defect.kind.code(),
                oid: defect.oid.clone(),
                certain: certain && signer.is_some(),
                description: defect.description.clone(),
                kind: defect.kind.clone(),
            }));
        }
    }
    found
}

/// Adds what is not there yet.
pub(super) fn add(listed: &mut Vec<ListedDefect>, more: Vec<ListedDefect>) {
    for defect in more {
        if !listed.contains(&defect) {
            listed.push(defect);
        }
    }
}

/// Whether `documents` are about what `signer` signed: `None` for no, else whether that is certain.
fn about(
    documents: &Documents,
    list: &StoredDeviations,
    signer: &Certificate,
    mrz: Option<&Mrz>,
    signed_at: Option<OffsetDateTime>,
) -> Option<bool> {
    // A State lists its own documents; it has no say about those of others.
    let own = match list.deviations.format {
        Format::Icao => match (&list.file.country, signer.country()) {
            (Some(own), Some(country)) => Some(*own == country),
            _ => None,
        },
        _ => Some(true),
    };
    let named = documents.signer.as_ref().map(|_| documents.is_signer(signer, list.deviations.hash));
    let kind = documents.document_type.as_ref().map(|kind| mrz.map(|mrz| mrz.document_code == *kind));
    let number = documents.numbers.as_ref().map(|numbers| {
        let own = mrz?.document_number.disclose();
        Some(numbers.contains(own.trim_end_matches('<')))
    });
    let issued = documents.issued.map(|(first, last)| {
        let at = signed_at?;
        if first <= at && at <= last {
            return Some(true);
        }
        // Near the dates it cannot be told.
        let (earliest, latest) = (at.saturating_sub(SIGNING_SLACK), at.saturating_add(SIGNING_SLACK));
        (latest < first || earliest > last).then_some(false)
    });
    let given = [named, kind, number, issued];
    let nothing_given = given.iter().all(Option::is_none);
    let answers: Vec<Option<bool>> = given.into_iter().flatten().chain([own]).collect();
    if answers.contains(&Some(false)) {
        return None;
    }
    Some(!nothing_given && answers.iter().all(|answer| *answer == Some(true)))
}
