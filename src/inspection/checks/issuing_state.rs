//! `document.issuing_state`: the State that the MRZ names is the one whose document signer signed.
//! Source: BSI TR-03135-1 section 5.6.4.5; Doc 9303-3 section 5 (codes).

use crate::inspection::Finding;
use crate::inspection::country;
use crate::lds::{FileId, Mrz};
use crate::pki::Certificate;

/// Compares the three-letter code of the MRZ with the country of the signer's certificate.
#[must_use]
pub fn check(mrz: Option<&Mrz>, signer: Option<&Certificate>) -> Finding {
    let Some(mrz) = mrz else { return Finding::undetermined("no_mrz").with("file", FileId::Dg(1)) };
    let Some(signer) = signer else {
        return Finding::undetermined("nothing_to_check").with("missing", "signer_certificate");
    };
    let Some(found) = signer.country() else {
        return Finding::undetermined("signer_without_country").with("subject", &signer.subject);
    };
    let Some(expected) = country::certificate_codes(&mrz.issuing_state) else {
        return Finding::undetermined("unknown_state").with("state", &mrz.issuing_state);
    };
    // A few certificates carry the three-letter code.
    if expected.contains(&found.as_str()) || found == mrz.issuing_state {
        return Finding::successful();
    }
    if expected.is_empty() {
        return Finding::undetermined("organisation_without_code")
            .with("state", &mrz.issuing_state)
            .with("signer", found);
    }
    Finding::failed("state_differs").with("state", &mrz.issuing_state).with("signer", found)
}
