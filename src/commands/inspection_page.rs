//! An inspection as a page for people: the verdict, what it rests on, and the tree of checks in words.

use crate::inspection::{Check, CheckResult, Inspection, Reason, Requirement, Strength};
use crate::report::locale::message_id;
use crate::report::{Lang, Page};

/// The whole page.
pub(super) fn page(inspection: &Inspection, lang: Lang, disclose: bool) -> Page {
    let mut page = Page::new(lang);
    page.sentence("inspection-verdict", &[("result", word(inspection.verdict, lang))]);
    if inspection.verdict != CheckResult::Successful {
        for check in inspection.root.decisive() {
            page.line(1, line(check, lang));
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
    let signer = &inspection.signer;
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
    page.field("label-store", &inspection.store.digest);
    page.field("label-at", &inspection.at);
    page.field("label-profile", inspection.profile.name());
    if !inspection.tolerated.is_empty() {
        let codes: Vec<&str> = inspection.tolerated.iter().map(|tolerance| tolerance.code()).collect();
        page.field("label-tolerated", codes.join(", "));
    }
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
    page.heading("heading-checks");
    for child in &inspection.root.children {
        tree(child, 1, &mut page, lang);
    }
    page
}

fn tree(check: &Check, level: usize, page: &mut Page, lang: Lang) {
    page.line(level, line(check, lang));
    for child in &check.children {
        tree(child, level + 1, page, lang);
    }
}

/// `label: word (reason) [does not count]`.
fn line(check: &Check, lang: Lang) -> String {
    let label = lang.text(&format!("check-{}", message_id(check.id)), &[]);
    let mut text = format!("{label}: {}", word(check.result, lang));
    if let Some(reason) = &check.reason {
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
