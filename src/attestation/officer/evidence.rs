//! What an attestation says of the officers' examination: that it was made, when, by which list, and what else was shown.
//! Neither answers nor names of officers go out; salted digests let an auditor open what the holder names to him.
//! Source: OpenID identity assurance schema (`document`, `vouch`, `attachments`), predefined `check_method` values `pvp`
//! (physical verification in person) and `vpip` (physical inspection in person).

use super::checklist::{CHECKLIST_ID, Checklist};
use super::record::{Commitment, Enclosure, EnclosureKind};
use super::signed::Examined;
use crate::attestation::sdjwt::Claim;
use crate::crypto::{Entropy, EntropyError};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

impl Examined {
    /// The checks of the document's portrait against the person, for the `check_details` of the document.
    pub(in crate::attestation) fn checks(&self) -> Vec<Value> {
        let check = |id: &str, at: OffsetDateTime| {
            json!({"check_method": "pvp", "check_id": id, "time": text(at), "checklist": CHECKLIST_ID,
                "checklist_sha256": Checklist::list_sha256()})
        };
        vec![
            check("officer_comparison", self.record().examined_at),
            check("officer_sign_off", self.signed_off_at()),
        ]
    }

    /// The further documents and the witnesses, each an element of evidence.
    pub(in crate::attestation) fn elements(&self) -> Vec<Claim> {
        let time = text(self.record().examined_at);
        self.record().enclosures.iter().map(|enclosure| element(enclosure, &time)).collect()
    }

    /// A commitment to the file of the examination, made anew so that it is like no other.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub(in crate::attestation) fn commitment(
        &self,
        entropy: &mut dyn Entropy,
    ) -> Result<Claim, EntropyError> {
        Ok(claim(&Commitment::new(self.file(), entropy)?))
    }
}

fn element(enclosure: &Enclosure, time: &str) -> Claim {
    let kind = Claim::selective(json!({"type": enclosure.name}));
    let check = json!([{"check_method": "vpip", "check_id": "officer_inspection", "time": time}]);
    let (word, details) = match enclosure.kind {
        EnclosureKind::Document => ("document", "document_details"),
        EnclosureKind::Vouch => ("vouch", "attestation"),
    };
    let attachment = Claim::Object(vec![("digest", claim(&enclosure.digest))]);
    Claim::Object(vec![
        ("type", Claim::Plain(json!(word))),
        ("check_details", Claim::Plain(check)),
        (details, kind),
        ("attachments", Claim::Array(vec![attachment])),
    ])
}

/// The digest stands open, the salt is the holder's to show.
fn claim(commitment: &Commitment) -> Claim {
    Claim::Object(vec![
        ("alg", Claim::Plain(json!(commitment.alg))),
        ("value", Claim::Plain(json!(commitment.value))),
        ("salt", Claim::selective(commitment.salt.clone())),
    ])
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
