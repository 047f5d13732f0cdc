//! `chip_authenticity.chip_authentication_mapping`: while it opened the channel, the chip showed that it has the private
//! key of the signed EF.CardSecurity. This terminal knows that it did; a record of it proves nothing to others.
//! Source: Doc 9303-11 section 4.4.3.5.2; TR-03135-1 section 5.6.4.1.

use crate::crypto::mapping::mapping_data_prove;
use crate::crypto::{EcPoint, GroupElement};
use crate::inspection::check::{Finding, Strength};
use crate::inspection::protected::Protected;
use crate::lds::{FileId, SecurityInfos};
use crate::session::ChipMappingEvidence;

/// Judges the evidence against the signed content of EF.CardSecurity.
#[must_use]
pub fn check(card_security: &Protected<'_>, evidence: &ChipMappingEvidence) -> Finding {
    let file = FileId::CardSecurity;
    if let Some(failure) = &evidence.failure {
        return Finding::failed("chip_gave_no_proof").with("problem", &failure.reason);
    }
    let Some(content) = card_security.bytes else {
        return Finding::undetermined("nothing_to_check").with("missing", file);
    };
    let infos = match SecurityInfos::parse(content) {
        Ok(infos) => infos,
        Err(error) => return Finding::failed("malformed").with("file", file).with("problem", error),
    };
    // A chip may have several keys; each of them is the State's word.
    let keys: Vec<EcPoint> = infos
        .chip_authentication_keys()
        .filter_map(|key| GroupElement::from_spki(&key.public_key).ok()?.as_ec().cloned())
        .filter(|key| key.curve().name() == evidence.curve)
        .collect();
    let Some(first) = keys.first() else {
        return Finding::failed("mapping_key_missing").with("curve", &evidence.curve);
    };
    let holds = EcPoint::from_sec1(first.curve(), &evidence.mapping_key).is_ok_and(|mapping_key| {
        keys.iter().any(|key| mapping_data_prove(&evidence.data, key, &mapping_key))
    });
    if !holds {
        return Finding::failed("chip_mapping");
    }
    card_security.gate(file, Finding::successful().worth(Strength::WitnessedByTerminal))
}
