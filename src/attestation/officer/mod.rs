//! The path without face recognition: an officer compares the person with the document's portrait by a checklist and
//! signs what was found; a second officer, who is another person with another key, decides too and signs it off. No face
//! model takes part, and nothing of the comparison goes into the attestation.
//! Source: ETSI TS 119 461 BIN-8.4.4-02 to 06 (comparison by a trained officer, with a list of features), FISWG facial
//! image comparison feature list (the components of a face), OpenID identity assurance (`document`, `vouch`, `pvp`).

mod checklist;
mod evidence;
mod record;
mod signed;

pub use checklist::{
    Answer, CHECKLIST_ID, CHECKLIST_SCHEMA, Checklist, ChecklistError, Comparison, Explanation, FEATURES,
    LEAST_VISIBLE, RULES,
};
pub use record::{Commitment, Enclosure, EnclosureKind, Record};
pub use signed::{Examined, MAX_AGE, MAX_FILE, OfficerError, Signed};
