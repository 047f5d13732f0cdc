//! `passive_authentication.listed_defects`: what deviation lists say against the signer; and what they say of other checks.
//!
//! A list never makes a result successful. Against the signer it makes it `failed` or `undetermined`. Of a check that
//! genuine documents are known to fail it makes `undetermined` out of `failed`: the failure proves nothing. Of a key
//! that others know it makes `undetermined` out of `successful`: the success proves nothing. A comparison with an EF.COM
//! that is known to be wrong is `not_supported`: EF.SOD, which is signed, has the list that counts.
//! Source: BSI TR-03129-2 chapter 7, TR-03135-1 section 5.8 and table 5.54; Doc 9303-3 section 7.3.5.

use crate::inspection::listed::ListedDefect;
use crate::inspection::{CheckResult, Finding, catalogue};
use crate::lds::FileId;
use crate::pki::{Certificate, DefectKind};

const ACTIVE: &str = "chip_authenticity.active_authentication";
const CHIP: &str = "chip_authenticity.chip_authentication";
/// The number of EF.COM among data groups.
const COM: u8 = 21;

/// Judges the signer by the lists.
#[must_use]
pub fn check(signer: Option<&Certificate>, listed: &[ListedDefect]) -> Finding {
    let findings: Vec<Finding> = listed.iter().filter_map(against_signer).collect();
    let worst = CheckResult::weightiest(findings.iter().map(|finding| finding.result));
    match findings.into_iter().find(|finding| Some(finding.result) == worst) {
        Some(finding) => finding,
        None if signer.is_none() => {
            Finding::undetermined("nothing_to_check").with("missing", "signer_certificate")
        }
        None => Finding::successful(),
    }
}

/// What a defect says against the signer, and with it against everything that it signed.
fn against_signer(defect: &ListedDefect) -> Option<Finding> {
    let finding = match &defect.kind {
        // 1: under investigation. 6 to 31 are reserved, from 32 on each authority has its own.
        DefectKind::SignerRevoked(Some(1)) => Finding::undetermined("listed_on_hold"),
        DefectKind::SignerRevoked(Some(status @ 6..)) => {
            Finding::undetermined("listed_status_unknown").with("status", status)
        }
        DefectKind::SignerRevoked(_) if !defect.certain => Finding::undetermined("listed_uncertain"),
        DefectKind::SignerRevoked(status) => {
            let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
            Finding::failed("listed_revoked").with("status", status)
        }
        // What is not known to be harmless leaves everything open: TR-03129-2 forbids to rely on the chip then.
        DefectKind::ProtocolFailure
        | DefectKind::ValidityWrong
        | DefectKind::WrongSignerId
        | DefectKind::IssuingCountry
        | DefectKind::KeysUnspecified
        | DefectKind::FilesUnspecified
        | DefectKind::Unknown => Finding::undetermined("listed_defect").with("oid", &defect.oid),
        _ => return None,
    };
    Some(finding.with("list", &defect.list))
}

/// What an entry makes of another check.
enum Effect {
    /// A failure for one of these reasons (any, where there is none) proves nothing.
    Failure(&'static [&'static str]),
    /// A success proves nothing.
    Success,
    /// The check cannot be done with these documents.
    NotApplicable,
}

/// `finding` of the check `id`, with what the lists say of it. `file` is the file that is signed.
#[must_use]
pub fn adjust(id: &str, finding: Finding, file: FileId, listed: &[ListedDefect]) -> Finding {
    listed.iter().fold(finding, |finding, defect| {
        let Some(effect) = effect(&defect.kind, id, file) else { return finding };
        let reason = finding.reason.as_ref().map_or("", |reason| reason.code);
        match (effect, finding.result) {
            // That a key is known counts even where it is not certain whose.
            (Effect::Success, CheckResult::Successful) => {
                Finding::undetermined("listed_key_known").with("list", &defect.list)
            }
            (Effect::Failure(reasons), CheckResult::Failed)
                if defect.certain && (reasons.is_empty() || reasons.contains(&reason)) =>
            {
                Finding::undetermined("listed_failure")
                    .with("list", &defect.list)
                    .with("defect", defect.code)
                    .with("problem", reason)
            }
            (Effect::NotApplicable, CheckResult::Failed) if defect.certain => {
                Finding::not_supported("listed_not_applicable")
                    .with("list", &defect.list)
                    .with("defect", defect.code)
            }
            _ => finding,
        }
    })
}

fn effect(kind: &DefectKind, id: &str, file: FileId) -> Option<Effect> {
    let among = |groups: &[u8]| groups.iter().any(|number| id == format!("data_groups.dg{number}.hash"));
    // EF.CardSecurity is checked as EF.SOD is.
    let text_id = catalogue::text_id(id);
    let effect = match (kind, text_id.as_str()) {
        (DefectKind::SignerReplaced | DefectKind::SignerEncoding, "passive_authentication.signer") => {
            Effect::Failure(&[])
        }
        (DefectKind::SignerSignature, "passive_authentication.chain.signature") => {
            Effect::Failure(&["chain_signature"])
        }
        (DefectKind::IssuingCountry, "passive_authentication.signer") => Effect::Failure(&["signer_country"]),
        (DefectKind::IssuingCountry, "passive_authentication.chain.trust") => {
            Effect::Failure(&["csca_country"])
        }
        (DefectKind::IssuingCountry, "document.issuing_state") => Effect::Failure(&["state_differs"]),
        (
            DefectKind::ValidityWrong,
            "passive_authentication.validity.signer" | "passive_authentication.validity.csca",
        ) => Effect::Failure(&["certificate_expired"]),
        (DefectKind::CardSecurityMalformed, "passive_authentication.sod.structure")
            if file == FileId::CardSecurity =>
        {
            Effect::Failure(&[])
        }
        (DefectKind::ChipKeyCompromised, CHIP) | (DefectKind::ActiveKeyCompromised, ACTIVE) => {
            Effect::Success
        }
        (DefectKind::ProtocolFailure, CHIP | ACTIVE) => {
            Effect::Failure(&["chip_gave_no_proof", "chip_signature"])
        }
        (DefectKind::DataGroupMalformed(groups), _) if among(groups) => Effect::Failure(&["file_malformed"]),
        (DefectKind::DataGroupHash(groups), _) if among(groups) => Effect::Failure(&["hash"]),
        (DefectKind::DataGroupMalformed(groups), "data_groups.com") if groups.contains(&COM) => {
            Effect::NotApplicable
        }
        (DefectKind::ComSodDiscrepancy, "data_groups.com") => Effect::NotApplicable,
        (DefectKind::MrzWrong(None | Some(0 | 2)), "document.issuing_state") => {
            Effect::Failure(&["state_differs"])
        }
        (DefectKind::MrzWrong(None | Some(0 | 8)), "document.expiry") => {
            Effect::Failure(&["document_expired"])
        }
        _ => return None,
    };
    Some(effect)
}
