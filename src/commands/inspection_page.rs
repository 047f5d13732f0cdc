//! An inspection as a page for people: the verdict, what it rests on, and the tree of checks in words.

use super::explain_check::title;
use crate::inspection::{
    Check, CheckResult, DataGroupState, Inspection, Reason, Requirement, SignerSummary, Strength,
};
use crate::report::locale::message_id;
use crate::report::{Lang, Page};

/// The whole page.
pub(super) fn page(inspection: &Inspection, lang: Lang, disclose: bool) -> Page {
    let mut page = Page::new(lang);
    page.sentence("inspection-verdict", &[("result", word(inspection.verdict, lang))]);
    let mut told = Vec::new();
    if inspection.verdict != CheckResult::Successful {
        for check in inspection.root.decisive() {
            page.line(1, line(check, check.reason.as_ref(), lang));
            remedy(check, 2, &mut page, &mut told);
        }
    }
    page.heading("heading-basis");
    if let Some(document) = &inspection.document {
        page.field("label-document", format!("{} {}", document.document_code, document.issuing_state));
        if let Some(expires_on) = &document.expires_on {
            page.field("label-expires-on", expires_on);
        }
        if disclose {
            for row in document.holder.disclose().lines.disclose() {
                page.field("label-mrz", row);
            }
        }
    }
    if let Some(provenance) = inspection.provenance {
        page.field("label-provenance", provenance);
    }
    signed_file(&inspection.signer, &mut page);
    if let Some(card_security) = &inspection.card_security {
        signed_file(card_security, &mut page);
    }
    data_groups(inspection, &mut page, lang);
    page.field("label-store", &inspection.store.digest);
    page.field("label-at", &inspection.at);
    page.field("label-profile", inspection.profile.name());
    if !inspection.tolerated.is_empty() {
        let codes: Vec<&str> = inspection.tolerated.iter().map(|tolerance| tolerance.code()).collect();
        page.field("label-tolerated", codes.join(", "));
    }
    listed_defects(inspection, &mut page, lang);
    page.heading("heading-checks");
    for child in &inspection.root.children {
        tree(child, 1, &mut page, &mut told);
    }
    page
}

/// A signed file and who signed it.
fn signed_file(signer: &SignerSummary, page: &mut Page) {
    page.field("label-signed-file", &signer.file);
    if let Some(certificate) = &signer.certificate {
        page.field("label-signer", &certificate.subject);
    }
    if let Some(signature) = &signer.signature {
        page.field("label-signature", signature);
    }
    if let Some(csca) = &signer.csca {
        page.field("label-csca", &csca.subject);
    }
}

/// What the deviation lists say of the document or its signers.
fn listed_defects(inspection: &Inspection, page: &mut Page, lang: Lang) {
    if !inspection.listed_defects.is_empty() {
        page.heading("heading-listed-defects");
    }
    for defect in &inspection.listed_defects {
        let words = lang.text(&format!("defect-{}", message_id(defect.code)), &[]);
        let certain = if defect.certain { "listed-certain" } else { "listed-possible" };
        page.line(1, format!("{words} ({}; {}; {})", defect.oid, defect.list, lang.text(certain, &[])));
        if let Some(description) = &defect.description {
            page.line(2, description);
        }
    }
}

/// The data groups by their state, a line each state that one has.
fn data_groups(inspection: &Inspection, page: &mut Page, lang: Lang) {
    for state in DataGroupState::ALL {
        let of_state = inspection.data_groups.iter().filter(|group| group.state == state);
        let names: Vec<String> =
            of_state.filter_map(|group| Some(format!("DG{}", group.file.dg_number()?))).collect();
        if !names.is_empty() {
            let word = lang.text(&format!("state-{}", message_id(state.word())), &[]);
            page.field("label-data-groups", format!("{word}: {}", names.join(" ")));
        }
    }
}

/// What to do about a result that could not be told, once.
fn remedy(check: &Check, level: usize, page: &mut Page, told: &mut Vec<String>) {
    let Some(reason) = check.reason.as_ref().filter(|_| check.result == CheckResult::Undetermined) else {
        return;
    };
    let id = format!("reason-{}", message_id(reason.code));
    if let Some(text) = page.lang().attribute(&id, "remedy", &reason.args)
        && !told.contains(&text)
    {
        page.line(level, &text);
        told.push(text);
    }
}

fn tree(check: &Check, level: usize, page: &mut Page, told: &mut Vec<String>) {
    // The reason of a check in parts stands with the part.
    let reason = check.reason.as_ref().filter(|_| check.children.is_empty());
    page.line(level, line(check, reason, page.lang()));
    if reason.is_some() {
        remedy(check, level + 1, page, told);
    }
    for child in &check.children {
        tree(child, level + 1, page, told);
    }
}

/// `label: word (reason) [does not count]`.
pub(super) fn line(check: &Check, reason: Option<&Reason>, lang: Lang) -> String {
    let label = title(check.id, lang);
    let mut text = format!("{label}: {}", word(check.result, lang));
    if let Some(reason) = reason {
        text.push_str(&format!(" ({})", reason_text(reason, lang)));
    }
    if let Some(strength) = check.strength {
        let id = match strength {
            Strength::Transferable => "strength-transferable",
            _ => "strength-witnessed",
        };
        text.push_str(&format!(" ({})", lang.text(id, &[])));
    }
    let silent = !check.requirement.counts(check.result) && check.result != CheckResult::Successful;
    if silent && check.requirement != Requirement::Conditional {
        text.push_str(&format!(" [{}]", lang.text("requirement-does-not-count", &[])));
    }
    text
}

/// The text of a reason.
fn reason_text(reason: &Reason, lang: Lang) -> String {
    lang.text(&format!("reason-{}", message_id(reason.code)), &reason.args)
}

/// The word of a result.
pub(super) fn word(result: CheckResult, lang: Lang) -> String {
    lang.text(&format!("result-{}", message_id(result.word())), &[])
}
