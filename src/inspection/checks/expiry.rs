//! `document.expiry`: the document has not expired at the time judged by.
//! Source: BSI TR-03135-1 section 5.7.1; Doc 9303-3 section 4.8 (two-digit years).

use crate::inspection::Finding;
use crate::lds::{FileId, Mrz};
use crate::pki::Certificate;
use time::{Date, OffsetDateTime};

/// Compares the date of the MRZ with `at`; the last day still counts.
#[must_use]
pub fn check(mrz: Option<&Mrz>, signer: Option<&Certificate>, at: OffsetDateTime) -> Finding {
    let Some(mrz) = mrz else { return Finding::undetermined("no_mrz").with("file", FileId::Dg(1)) };
    let Some(expiry) = date(mrz, signer, at) else { return Finding::undetermined("no_expiry_date") };
    if at.date() > expiry {
        return Finding::failed("document_expired").with("expired_on", expiry);
    }
    Finding::successful()
}

/// The date of expiry. Its year has two digits; the century is told from when the signer's certificate begins, since
/// documents are signed soon after and are valid for at most 15 years, else from `at`.
#[must_use]
pub fn date(mrz: &Mrz, signer: Option<&Certificate>, at: OffsetDateTime) -> Option<Date> {
    let seen_from = signer.map_or(at, |signer| signer.not_before);
    mrz.date_of_expiry?.as_expiry(seen_from.date())
}
