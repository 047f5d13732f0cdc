//! `passive_authentication.chain.trust`: the CSCA is one of the trust store, by itself or through a link certificate
//! that one of the store signed, and it is the CSCA of the signer's country.
//! Source: BSI TR-03135-1 section 5.6.4.3 (trust status); Doc 9303-12 sections 4.1.2 and 7.1.

use super::chain_signature::naming_issuer;
use crate::inspection::Finding;
use crate::pki::{Certificate, Chain};

/// Judges whether the issuer that was found is trusted for the signer's country.
#[must_use]
pub fn check(signer: Option<&Certificate>, chain: Option<&Chain>) -> Finding {
    let (Some(signer), Some(chain)) = (signer, chain) else {
        return Finding::undetermined("nothing_to_check").with("missing", "signer_certificate");
    };
    let Chain::Trusted(chain) = chain else {
        return naming_issuer(Finding::undetermined("csca_trust_unknown"), signer);
    };
    match (signer.country(), chain.anchor().country()) {
        (Some(own), Some(csca)) if own != csca => {
            Finding::failed("csca_country").with("country", own).with("csca", csca)
        }
        _ => Finding::successful(),
    }
}
