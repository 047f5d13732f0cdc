//! Verifying a document: the checks that an SD-JWT VC has, in the same order and with the same words.
//! Source: ISO/IEC 18013-5:2021 sections 9.3.1 (issuer data) and 9.1.3 (the holder's key).

use super::mso::Mso;
use super::resolve::resolve;
use super::{DOC_TYPE, DOC_TYPE_TEST, Mdoc, MdocError};
use crate::attestation::chain::IssuerCertificate;
use crate::attestation::checks::Bound;
use crate::attestation::sdjwt::Resolved;
use crate::attestation::verify::{Expectations, Refusal, Verification, check_issuer, failed};

/// Verifies a document or a presentation of one.
#[must_use]
pub fn verify(mdoc: &Mdoc, expect: &Expectations<'_>) -> Verification {
    let mut found = Verification::new();
    if let Some((mso, leaf, resolved)) = signed(mdoc, expect, &mut found) {
        found.conclude(
            resolved,
            &Bound { leaf: &leaf, types: [DOC_TYPE, DOC_TYPE_TEST], has_proof: mdoc.is_presentation() },
            expect,
            // The certificate must have been valid when it signed, not only now.
            || match mso.signed.map(|signed| leaf.check_validity(signed)) {
                Some(Err(_)) => Err(failed("validity.outside_certificate")),
                _ => Ok(()),
            },
            |key, presentation| {
                let device = mdoc.device.as_ref().ok_or(failed("key_binding.missing"))?;
                device.verify(&mso, &key.public_key().into(), presentation, expect.at)
            },
        );
    }
    found.finish()
}

/// The first three checks. Nothing of the mobile security object is read before its signature is found good.
fn signed(
    mdoc: &Mdoc,
    expect: &Expectations<'_>,
    found: &mut Verification,
) -> Option<(Mso, IssuerCertificate, Resolved)> {
    let (payload, chain) = found.step(signed_payload(mdoc))?;
    check_issuer(&chain, expect, found)?;
    let resolved = Mso::from_payload(&payload)
        .and_then(|mso| resolve(mdoc, &mso).map(|resolved| (mso, resolved)))
        .map_err(|error| failed(error.reason()));
    let (mso, resolved) = found.step(resolved)?;
    Some((mso, chain.into_iter().next()?, resolved))
}

fn signed_payload(mdoc: &Mdoc) -> Result<(Vec<u8>, Vec<IssuerCertificate>), Refusal> {
    let refused = |error: MdocError| failed(error.reason());
    let chain = mdoc.issuer_auth.chain().map_err(failed)?;
    let leaf = chain.first().ok_or(refused(MdocError::Certificates))?;
    let payload = mdoc.issuer_auth.verify(leaf.key()).map_err(refused)?.to_vec();
    Ok((payload, chain))
}
