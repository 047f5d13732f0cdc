//! `document.optical_mrz`: the machine readable zone that is printed on the document is that of DG1. Whoever exchanges
//! the chip of a document, or its page, leaves two that differ. Fields are named, never what stands in them.
//! Source: BSI TR-03135-1 section 5.7.2; Doc 9303-10 section 4.7.1.

use crate::inspection::Finding;
use crate::lds::{FileId, Mrz};

/// Compares field by field.
#[must_use]
pub fn check(optical: Option<&Mrz>, dg1: Option<&Mrz>) -> Finding {
    let Some(optical) = optical else { return Finding::not_supported("optical_mrz_not_given") };
    let Some(dg1) = dg1 else { return Finding::undetermined("no_mrz").with("file", FileId::Dg(1)) };
    let differing = differing(optical, dg1);
    if differing.is_empty() {
        Finding::successful()
    } else {
        Finding::failed("optical_mrz_differs").with("fields", differing.join(" "))
    }
}

/// The names of the fields that differ, in the order of the zone.
fn differing(a: &Mrz, b: &Mrz) -> Vec<&'static str> {
    if a.format != b.format {
        // Nothing stands in the same place.
        return vec!["format"];
    }
    let fields = [
        ("document_code", a.document_code != b.document_code),
        ("issuing_state", a.issuing_state != b.issuing_state),
        ("name", a.name != b.name),
        ("document_number", a.document_number != b.document_number),
        ("nationality", a.nationality != b.nationality),
        ("date_of_birth", a.date_of_birth != b.date_of_birth),
        ("sex", a.sex != b.sex),
        ("date_of_expiry", a.date_of_expiry != b.date_of_expiry),
        ("optional_data", a.optional_data != b.optional_data),
        ("check_digits", a.wrong_check_digits() != b.wrong_check_digits()),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
