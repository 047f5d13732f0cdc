//! `chip_authenticity.chip_authentication`: the chip agreed on keys with its private key of DG14. This terminal
//! knows that it did; a record of it proves nothing to others.
//! Source: Doc 9303-11 section 6.2, BSI TR-03110-1 section 3.4; TR-03135-1 section 5.6.4.1.

use super::sod_signature::key_problem;
use crate::crypto::GroupElement;
use crate::inspection::check::{Finding, Strength};
use crate::inspection::protected::Protected;
use crate::lds::{Dg14, FileId};
use crate::session::ChipAuthEvidence;

/// Judges the evidence against DG14.
#[must_use]
pub fn check(dg14: &Protected<'_>, evidence: Option<&ChipAuthEvidence>) -> Finding {
    let bytes = match dg14.bytes {
        Some(bytes) => bytes,
        None if dg14.listed => return Finding::failed("key_file_missing").with("file", FileId::Dg(14)),
        None => return Finding::not_supported("not_offered"),
    };
    let infos = match Dg14::parse(bytes) {
        Ok(dg14) => dg14.security_infos,
        Err(error) => {
            return Finding::failed("malformed").with("file", FileId::Dg(14)).with("problem", error);
        }
    };
    let keys: Vec<_> = infos.chip_authentication_keys().collect();
    if keys.is_empty() {
        return Finding::not_supported("not_offered");
    }
    // One broken key does not hide the others.
    let (mut usable, mut problem) = (Vec::new(), None);
    for key in &keys {
        match GroupElement::from_spki(&key.public_key) {
            Ok(element) => usable.push((key.key_id, element)),
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    if let (true, Some(error)) = (usable.is_empty(), problem) {
        return key_problem(&error);
    }
    let Some(evidence) = evidence else {
        return Finding::undetermined("not_performed").with("file", FileId::Dg(14));
    };
    let own = usable.iter().any(|(id, element)| {
        element.as_bytes() == evidence.chip_public_key && (*id == evidence.key_id || usable.len() == 1)
    });
    // The protocol may be missing in old documents (FR 2017), never another than those named.
    let named = infos.chip_authentication().all(|info| info.algorithm().is_none())
        || infos.chip_authentication().any(|info| info.protocol == evidence.protocol);
    if !own || !named {
        return Finding::failed("key_not_in_dg14");
    }
    if !evidence.witnessed {
        let problem = evidence.failure.as_ref().map_or("", |failure| failure.reason.as_str());
        return Finding::failed("chip_gave_no_proof").with("problem", problem);
    }
    dg14.gate(FileId::Dg(14), Finding::successful().worth(Strength::WitnessedByTerminal))
}
