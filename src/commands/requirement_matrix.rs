//! The matrix of requirements on a page: one line each, with the counts, and that it is no certificate.

use crate::attestation::{Requirement, Standing};
use crate::report::Page;
use crate::report::locale::message_id;
use serde_json::{Map, Value, json};

/// The matrix in a result: every row, and how many stand how.
pub(super) fn to_json(rows: &[Requirement]) -> Value {
    json!({"counts": counts(rows), "rows": rows})
}

fn counts(rows: &[Requirement]) -> Map<String, Value> {
    let count = |standing| rows.iter().filter(|row| row.standing == standing).count();
    Standing::ALL.iter().map(|standing| (standing.name().to_owned(), json!(count(*standing)))).collect()
}

/// The matrix for a reader. What does not apply is counted and not listed.
pub(super) fn on_page(page: &mut Page, rows: &[Requirement]) {
    let lang = page.lang();
    page.heading("requirements");
    for row in rows.iter().filter(|row| row.standing != Standing::NotApplicable) {
        let word = lang.text(&standing_id(row.standing), &[]);
        let title = lang.text(&title_id(row.id), &[]);
        page.line(1, format!("{word:<12} {title} ({})", row.source));
    }
    for standing in Standing::ALL {
        let count = rows.iter().filter(|row| row.standing == standing).count();
        page.line(1, format!("{}: {count}", lang.text(&standing_id(standing), &[])));
    }
    page.sentence("requirements-no-certificate", &[]);
}

fn standing_id(standing: Standing) -> String {
    format!("standing-{}", message_id(standing.name()))
}

fn title_id(id: &str) -> String {
    format!("requirement-{}", message_id(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::{CaptureProvenance, ChipAuthenticity, Examined, Facts, Run, requirements};
    use crate::biometrics::Maturity;
    use crate::report::Lang;
    use crate::transport::Provenance;

    #[test]
    fn every_row_has_a_title_in_every_language_and_is_counted_once() {
        let facts = Facts {
            document: Provenance::Live,
            chip: ChipAuthenticity::NotProven,
            revocation_checked: false,
            register_valid: false,
            examined: Examined::ByModels { capture: CaptureProvenance::Recorded, models: Maturity::Measured },
            test_issuer: false,
        };
        let rows = requirements(&Run { facts, evidence_kept: false, video: None });
        for lang in Lang::ALL {
            for row in &rows {
                assert!(lang.has(&title_id(row.id)), "{} in {lang:?}", row.id);
            }
            for standing in Standing::ALL {
                assert!(lang.has(&standing_id(standing)), "{standing:?} in {lang:?}");
            }
            let mut page = Page::new(lang);
            on_page(&mut page, &rows);
        }
        let counted: u64 = counts(&rows).values().filter_map(Value::as_u64).sum();
        assert_eq!(counted, rows.len() as u64);
    }
}
