//! `passive_authentication.chain.trust`: the CSCA is one of the trust store, by itself or through a link certificate
//! that one of the store signed, and it is the CSCA of the signer's country. Trust that rests on an old list is told, and
//! is not enough where nobody looks (profile `kiosk`): a State may have withdrawn the CSCA since.
//! Source: BSI TR-03135-1 section 5.6.4.3 (trust status); Doc 9303-12 sections 4.1.2 and 7.1.

use super::chain_signature::naming_issuer;
use super::validity::moment;
use crate::inspection::{Finding, Profile};
use crate::pki::{Certificate, Chain, TrustStore};
use time::{Duration, OffsetDateTime};

/// How old the newest list that names a CSCA may be. No standard sets it: authorities issue lists several times a year.
pub const MAX_LIST_AGE: Duration = Duration::days(180);

/// Judges whether the issuer that was found is trusted for the signer's country.
#[must_use]
pub fn check(
    signer: Option<&Certificate>,
    chain: Option<&Chain>,
    store: &TrustStore,
    at: OffsetDateTime,
    profile: Profile,
) -> Finding {
    let (Some(signer), Some(chain)) = (signer, chain) else {
        return Finding::undetermined("nothing_to_check").with("missing", "signer_certificate");
    };
    let Chain::Trusted(chain) = chain else {
        return naming_issuer(Finding::undetermined("csca_trust_unknown"), signer);
    };
    match (signer.country(), chain.anchor().country()) {
        (Some(own), Some(csca)) if own != csca => {
            return Finding::failed("csca_country").with("country", own).with("csca", csca);
        }
        _ => {}
    }
    match store.last_listed(&chain.sources) {
        Some(listed) if listed.saturating_add(MAX_LIST_AGE) < at => {
            let old = if profile == Profile::Kiosk {
                Finding::undetermined("csca_list_old")
            } else {
                Finding::successful_as("csca_list_old")
            };
            old.with("signed_at", moment(listed)).with("days", MAX_LIST_AGE.whole_days())
        }
        _ => Finding::successful(),
    }
}
