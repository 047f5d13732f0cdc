//! `document.expiry`: the document has not expired at the time judged by.
//! Source: BSI TR-03135-1 section 5.7.1; Doc 9303-3 section 4.8 (two-digit years).

use crate::inspection::Finding;
use crate::lds::Mrz;
use time::OffsetDateTime;

/// Compares the date of the MRZ with `at`; the last day still counts.
#[must_use]
pub fn check(mrz: Option<&Mrz>, at: OffsetDateTime) -> Finding {
    let Some(mrz) = mrz else { return Finding::undetermined("no_mrz") };
    let Some(expiry) = mrz.date_of_expiry.and_then(|date| date.as_expiry(at.date())) else {
        return Finding::undetermined("no_expiry_date");
    };
    if at.date() > expiry {
        return Finding::failed("document_expired").with("expired_on", expiry);
    }
    Finding::successful()
}
