//! `passive_authentication.chain`: a CSCA of the trust store signed the signer's certificate. That there is none
//! proves nothing against the document; the result names country and key identifier, so that the certificate can be
//! looked for.
//! Source: Doc 9303-11 section 5.1 step 2; BSI TR-03135-1 section 5.6.4.3.

use crate::inspection::Finding;
use crate::pki::{Certificate, Chain, Tolerance};

/// Judges the chain that was found.
#[must_use]
pub fn check(signer: Option<&Certificate>, chain: Option<&Chain>, tolerated: &mut Vec<Tolerance>) -> Finding {
    let (Some(signer), Some(chain)) = (signer, chain) else {
        return Finding::undetermined("nothing_to_check");
    };
    let country = signer.issuer.country().or_else(|| signer.country()).unwrap_or_else(|| "?".to_owned());
    let key = signer.authority_key_id().map_or_else(|| "?".to_owned(), hex::encode);
    match chain {
        Chain::Trusted(chain) => {
            tolerated.extend(&chain.tolerated);
            let csca = chain.anchor().country();
            match (signer.country(), csca) {
                (Some(own), Some(csca)) if own != csca => {
                    Finding::failed("csca_country").with("country", own).with("csca", csca)
                }
                _ => Finding::successful(),
            }
        }
        Chain::Forged => Finding::failed("chain_signature").with("country", country).with("key_id", key),
        Chain::Unusable(problem) => super::sod_signature::unusable(problem),
        _ => Finding::undetermined("csca_missing")
            .with("country", country)
            .with("key_id", key)
            .with("issuer", &signer.issuer),
    }
}
