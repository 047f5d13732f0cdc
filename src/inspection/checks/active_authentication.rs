//! `chip_authenticity.active_authentication`: the chip signed the terminal's challenge with the key of DG15, so it
//! is no copy. The signature is verified again here from the evidence, so anybody can do the same.
//! Source: Doc 9303-11 section 6.1; BSI TR-03135-1 section 5.6.4.1.

use super::sod_signature::{key_problem, unusable};
use crate::asn1::write;
use crate::crypto::signature::{self, SignatureError};
use crate::crypto::{EcPoint, HashAlgorithm, PublicKey, SignatureScheme, iso9796};
use crate::inspection::check::{Finding, Strength};
use crate::inspection::protected::Protected;
use crate::lds::{Dg14, Dg15, FileId};
use crate::session::ActiveAuthEvidence;

/// Bytes of a challenge.
const CHALLENGE: usize = 8;

/// Judges the evidence against DG15.
#[must_use]
pub fn check(dg15: &Protected<'_>, dg14: Option<&Dg14>, evidence: Option<&ActiveAuthEvidence>) -> Finding {
    let bytes = match dg15.bytes {
        Some(bytes) => bytes,
        // Whoever copies a chip cannot copy the key, and takes the file away; the signed list still has it.
        None if dg15.listed => return Finding::failed("key_file_missing").with("file", FileId::Dg(15)),
        None => return Finding::not_supported("not_offered"),
    };
    let key = match Dg15::parse(bytes) {
        Ok(dg15) => PublicKey::from_spki(&dg15.public_key),
        Err(error) => {
            return Finding::failed("malformed").with("file", FileId::Dg(15)).with("problem", error);
        }
    };
    let Some(evidence) = evidence else {
        return Finding::undetermined("not_performed").with("file", FileId::Dg(15));
    };
    if let Some(failure) = &evidence.failure {
        return Finding::failed("chip_gave_no_proof").with("problem", &failure.reason);
    }
    let verified = match &key {
        Ok(_) if evidence.challenge.len() != CHALLENGE => false,
        Ok(key @ PublicKey::Rsa { .. }) => {
            iso9796::verify(key, &evidence.challenge, &evidence.signature).is_ok()
        }
        Ok(PublicKey::Ec(point)) => ecdsa(point, dg14, evidence),
        // Doc 9303-11 section 6.1 has no other kind.
        Ok(other) => return unusable(&other.describe()),
        Err(error) => return key_problem(error),
    };
    if !verified {
        return Finding::failed("chip_signature");
    }
    dg15.gate(FileId::Dg(15), Finding::successful().worth(Strength::Transferable))
}

/// ECDSA with the hash that DG14 names, else any; the signature plain as the standard wants it, or DER (PT).
fn ecdsa(point: &EcPoint, dg14: Option<&Dg14>, evidence: &ActiveAuthEvidence) -> bool {
    let named = dg14.and_then(|dg14| dg14.security_infos.active_authentication()).and_then(|info| {
        let id = write::object_identifier(&info.signature_algorithm)?;
        SignatureScheme::from_algorithm_identifier(&write::sequence(&[&id]), None).ok()
    });
    let hashes = named.map_or_else(|| HashAlgorithm::ALL.to_vec(), |scheme| vec![scheme.hash()]);
    let key = PublicKey::Ec(point.clone());
    let holds = |scheme: SignatureScheme| {
        signature::verify(&key, &scheme, &evidence.challenge, &evidence.signature)
            == Ok::<(), SignatureError>(())
    };
    hashes
        .into_iter()
        .any(|hash| holds(SignatureScheme::EcdsaPlain { hash }) || holds(SignatureScheme::Ecdsa { hash }))
}
