//! The evidence of an attestation: how the document, the chip and the face were checked, without what was looked at.
//! There is no portrait, no embedding and no score here, and no hash of the EF.SOD or a data group: the EF.SOD is a
//! transferable signature of a State over personal data, so only a salted commitment to it goes out.
//! Source: OpenID identity assurance schema, `evidence` and the predefined `check_method` values (vcrypt, bvr);
//! ISO/IEC 30107-3 and 19795-1 for the words on faces.

use super::assurance::{CaptureProvenance, ChipAuthenticity};
use super::sdjwt::{Claim, base64url};
use crate::biometrics::{Comparison, Decision, Liveness, ModelRef};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use crate::inspection::register::RegisterStatus;
use crate::inspection::{CheckResult, Inspection, Subject};
use crate::lds::FileId;
use crate::transport::Provenance;
use serde_json::{Value, json};

/// What was found out about the document.
#[derive(Debug, Clone)]
pub(super) struct DocumentFindings<'a> {
    inspection: &'a Inspection,
    /// The document code of the MRZ, which says what kind of document it is.
    code: &'a str,
    /// Where the document's answers came from.
    pub(super) provenance: Provenance,
    /// How the chip showed that it is not a copy.
    pub(super) chip: ChipAuthenticity,
    /// `pace` or `bac`.
    access: Option<Value>,
    /// SHA-256 of the EF.SOD. It stays in here; see [`DocumentFindings::commitment`].
    sod_sha256: Vec<u8>,
}

/// What was found out about the face.
#[derive(Debug, Clone, Copy)]
pub struct FaceEvidence<'a> {
    /// Liveness, challenge included.
    pub liveness: &'a Liveness,
    /// Portrait against video.
    pub comparison: &'a Comparison,
    /// SHA-256 of the challenge file, hex.
    pub challenge_sha256: &'a str,
    /// Where the pictures come from.
    pub capture: CaptureProvenance,
}

impl<'a> DocumentFindings<'a> {
    /// What the inspection of `subject` says; `None` for a single file, which is no document.
    pub(super) fn new(inspection: &'a Inspection, subject: &Subject, code: &'a str) -> Option<Self> {
        let document = subject.document.as_ref()?;
        let chip = if held(inspection, "chip_authenticity.active_authentication") {
            ChipAuthenticity::Transferable
        } else if held(inspection, "chip_authenticity.chip_authentication")
            || held(inspection, "chip_authenticity.chip_authentication_mapping")
        {
            ChipAuthenticity::WitnessedByTerminal
        } else {
            ChipAuthenticity::NotProven
        };
        let access = document.access.established.as_ref().map(|established| json!(established.protocol));
        let sod_sha256 = HashAlgorithm::Sha256.digest(subject.file(FileId::Sod)?);
        Some(Self { inspection, code, provenance: subject.provenance?, chip, access, sod_sha256 })
    }

    /// The document as an evidence element, `time` being when it was checked; `more` are checks by others.
    ///
    /// # Errors
    /// [`EntropyError`], where there is no salt for the commitment.
    pub(super) fn to_claim(
        &self,
        time: &str,
        more: Vec<Value>,
        entropy: &mut dyn Entropy,
    ) -> Result<Claim, EntropyError> {
        let check = |id: &Value| json!({"check_method": "vcrypt", "check_id": id, "time": time});
        let mut checks: Vec<Value> = self.access.iter().map(check).collect();
        checks.push(check(&json!("passive_authentication")));
        if held(self.inspection, "passive_authentication.revocation") {
            checks.push(check(&json!("crl")));
        }
        for id in ["active_authentication", "chip_authentication", "chip_authentication_mapping"] {
            let found = self.inspection.find(&format!("chip_authenticity.{id}"));
            if let Some(found) = found.filter(|found| found.result == CheckResult::Successful) {
                let mut details = check(&json!(id));
                details["strength"] = json!(found.strength);
                checks.push(details);
            }
        }
        checks.extend(more);
        let mut register = json!({"status": "not_checked"});
        if let Some(answer) = &self.inspection.register {
            register = json!({"status": answer.status, "as_of": answer.as_of, "register": answer.register,
                "answer_sha256": answer.answer_sha256});
            // `data`: against the records of the authority.
            let register = json!({"check_method": "data", "check_id": "register", "time": answer.as_of});
            checks.extend((answer.status == RegisterStatus::Valid).then_some(register));
        }
        Ok(Claim::Object(vec![
            ("type", Claim::Plain(json!("document"))),
            ("provenance", Claim::Plain(json!(self.provenance))),
            ("chip_authenticity", Claim::Plain(json!(self.chip))),
            ("check_details", Claim::Plain(json!(checks))),
            ("register", Claim::Plain(register)),
            ("document_details", Claim::selective(json!({"type": kind(self.code)}))),
            ("commitment", self.commitment(entropy)?),
        ]))
    }

    /// SHA-256 over a salt of 32 bytes and the SHA-256 of the EF.SOD. Who is given the salt and the EF.SOD can check
    /// that this document was meant; who is given neither learns nothing.
    fn commitment(&self, entropy: &mut dyn Entropy) -> Result<Claim, EntropyError> {
        let mut salt = [0u8; 32];
        entropy.fill("attestation.commitment", &mut salt)?;
        let value = HashAlgorithm::Sha256.digest(&[&salt[..], &self.sod_sha256].concat());
        Ok(Claim::Object(vec![
            ("alg", Claim::Plain(json!("sha-256"))),
            ("value", Claim::Plain(json!(base64url(&value)))),
            ("salt", Claim::selective(base64url(&salt))),
        ]))
    }
}

impl FaceEvidence<'_> {
    /// The face as an evidence element. Of the score only the decision goes out: how close it was would help whoever
    /// tries to come closer.
    pub(super) fn to_claim(self, time: &str) -> Claim {
        let Self { liveness, comparison, challenge_sha256, capture } = self;
        let challenge = liveness.challenge.as_ref();
        let element = json!({
            "type": "face",
            // Automated, with the person not before the verifier: the video is a file.
            "check_details": [{"check_method": "bvr", "check_id": "face_comparison", "time": time}],
            "comparison": {
                "decision": comparison.decision,
                "score_band": band(comparison.decision),
                "false_match_rate_at_threshold": comparison.false_match_rate,
                "calibration": comparison.calibration,
                "model_maturity": comparison.maturity,
            },
            "presentation_attack_detection": {
                "method": "passive",
                "result": liveness.pad.result,
                "calibration": liveness.pad.calibration,
                // No laboratory has tested it, so no APCER of ISO/IEC 30107-3 is claimed.
                "apcer_claim": Value::Null,
            },
            "challenge": {
                "sha256": challenge_sha256,
                "result": challenge.map(|report| report.result),
                "gestures": challenge.map(|report| report.asked.len()),
            },
            "capture_provenance": capture,
        });
        Claim::Plain(element)
    }

    /// The models that took part, each once.
    pub(super) fn models(&self) -> Vec<ModelRef> {
        let mut models = self.comparison.models.clone();
        models.extend(self.liveness.pad.models.iter().cloned());
        models.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
        models.dedup();
        models
    }
}

/// Whether the check was successful.
fn held(inspection: &Inspection, id: &str) -> bool {
    inspection.find(id).is_some_and(|check| check.result == CheckResult::Successful)
}

const fn band(decision: Decision) -> &'static str {
    match decision {
        Decision::Match => "at_or_above_threshold",
        Decision::NoMatch => "below_threshold",
        Decision::Inconclusive => "between_thresholds",
    }
}

/// The kind of document, in the words of the identity assurance schema's predefined values.
fn kind(code: &str) -> &'static str {
    // Doc 9303-4 section 4.2.2.1: P and a letter; residence permits are IR or AR (Regulation (EC) 1030/2002).
    match code.as_bytes() {
        [b'P', ..] => "passport",
        [b'I' | b'A', b'R'] => "residence_permit",
        _ => "idcard",
    }
}
