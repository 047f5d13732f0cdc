//! `passive_authentication.chain.signature`: a CSCA of the trust store signed the signer's certificate. That there is
//! none proves nothing against the document; the result names country and key identifier, so that the certificate
//! can be looked for.
//! Source: Doc 9303-11 section 5.1 step 2; BSI TR-03135-1 section 5.6.4.3.

use crate::inspection::Finding;
use crate::pki::{Certificate, Chain, Tolerance};

/// Judges the chain that was found.
#[must_use]
pub fn check(signer: Option<&Certificate>, chain: Option<&Chain>, tolerated: &mut Vec<Tolerance>) -> Finding {
    let (Some(signer), Some(chain)) = (signer, chain) else {
        return Finding::undetermined("nothing_to_check").with("missing", "signer_certificate");
    };
    match chain {
        Chain::Trusted(chain) => {
            tolerated.extend(&chain.tolerated);
            Finding::successful()
        }
        Chain::Forged => naming_issuer(Finding::failed("chain_signature"), signer),
        Chain::Unusable(problem) => super::sod_signature::unusable(problem),
        _ => naming_issuer(Finding::undetermined("csca_missing"), signer).with("issuer", &signer.issuer),
    }
}

/// Adds what the issuer of `signer` is looked for by: its country and its key identifier.
pub(super) fn naming_issuer(finding: Finding, signer: &Certificate) -> Finding {
    let country = signer.issuer.country().or_else(|| signer.country()).unwrap_or_else(|| "?".to_owned());
    let key = signer.authority_key_id().map_or_else(|| "?".to_owned(), hex::encode);
    finding.with("country", country).with("key_id", key)
}
