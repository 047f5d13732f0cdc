//! The catalogue of checks against the ids in use, and the words of checks, results and remedies.

use super::card_security::Forged;
use super::deviations::with_list;
use super::forge::lists;
use super::{ACTIVE, AT, MODERN, RSA, TABLE, changed, find};
use std::collections::BTreeSet;
use titre::inspection::register::{NotChecked, RegisterOutcome};
use titre::inspection::{Check, CheckResult, Profile, Requirement, Subject, catalogue, checks, inspect};
use titre::lds::FileId;
use titre::report::{Lang, locale::message_id};
use titre::session::ChipMappingEvidence;

fn ids(check: &Check, found: &mut BTreeSet<String>) {
    found.insert(check.id.to_owned());
    check.children.iter().for_each(|child| ids(child, found));
}

/// The catalogue has every id in use and no other, and each has its words in every language.
#[test]
fn the_catalogue_is_that_of_the_checks_in_use() {
    let state = Forged::new();
    let open = &MODERN.reading.files[&FileId::CardAccess];
    let mut used: BTreeSet<String> = checks::data_group_hash::IDS.iter().map(|id| (*id).to_owned()).collect();
    let mut reading = MODERN.reading.clone();
    reading.files.insert(FileId::CardSecurity, state.card_security(open, |_| {}));
    reading.chip_mapping = Some(ChipMappingEvidence {
        protocol: "0.4.0.127.0.7.2.2.4.6.2".to_owned(),
        curve: "P-256".to_owned(),
        mapping_key: Vec::new(),
        data: Vec::new(),
        failure: None,
    });
    let store = with_list(&state.store(), lists::DEFECT_LIST, &lists::defect_list(0, &[]));
    ids(&inspect(&Subject::from(&reading), &store, AT, Profile::Operational).root, &mut used);
    ids(&changed(&RSA, |_| {}).with_register(RegisterOutcome::NotChecked(NotChecked::Stale)).root, &mut used);
    let listed: BTreeSet<String> = catalogue::ALL.iter().map(|entry| entry.id.to_owned()).collect();
    assert_eq!(listed.len(), catalogue::ALL.len(), "an id stands twice");
    assert_eq!(used, listed);
    for entry in catalogue::ALL {
        assert!(entry.source.contains("section") || entry.source.contains("appendix"), "{}", entry.id);
        let text = message_id(&catalogue::text_id(entry.id));
        for lang in Lang::ALL {
            let titled = [message_id(entry.id), text.clone()];
            assert!(titled.iter().any(|id| lang.has(&format!("check-{id}"))), "{} {lang:?}", entry.id);
            assert!(lang.has(&format!("about-{text}")), "{} {lang:?}", entry.id);
        }
    }
    // What each result of a check means is told for every result that the table of changes brings about.
    for (what, _, id, result, _) in TABLE {
        let about = format!("about-{}", message_id(&catalogue::text_id(id)));
        let told = |lang: Lang| lang.attribute(&about, &message_id(result.word()), &[]).is_some();
        let general = *result == CheckResult::Successful || catalogue::is_group(id);
        assert!(general || Lang::ALL.into_iter().all(told), "{what}: {id} {result:?}");
    }
    assert_eq!(find(&changed(&MODERN, |_| {}), ACTIVE).requirement, Requirement::Conditional);
}

/// Every reason for which something could not be told says what to do, in every language.
#[test]
fn what_could_not_be_told_has_a_remedy() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspection");
    let mut sources = vec![folder.join("protected.rs")];
    sources.extend(std::fs::read_dir(folder.join("checks")).unwrap().map(|entry| entry.unwrap().path()));
    let mut codes = BTreeSet::new();
    for source in sources {
        let text = std::fs::read_to_string(source).unwrap();
        for after in text.split("Finding::undetermined(").skip(1) {
            codes.insert(after.trim_start().strip_prefix('"').unwrap().split('"').next().unwrap().to_owned());
        }
    }
    assert!(codes.len() > 15, "{codes:?}");
    for lang in Lang::ALL {
        for code in &codes {
            let remedy = lang.attribute(&format!("reason-{}", message_id(code)), "remedy", &[]);
            assert!(remedy.is_some_and(|text| text.len() > 20), "{lang:?}: {code} has no remedy");
        }
    }
}
