//! The verdict, once more: the same inspection of the files that were kept, as of the same time.
//! Source: ETSI TS 119 461 ISS-8.5.2-07 (the evidence allows the verification to be repeated).

use crate::inspection::register::{NotChecked, RegisterAnswer, RegisterOutcome};
use crate::inspection::{CheckResult, Profile, Subject, inspect};
use crate::pki::TrustStore;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// What repeating the inspection gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// Whether the verdict and every check that was kept have the same result.
    pub repeated: bool,
    /// The verdict now.
    pub verdict: CheckResult,
    /// The verdict that was kept, as its word.
    pub verdict_then: String,
    /// Checks that have another result now, by id, and what else differs.
    pub differences: Vec<String>,
}

pub(super) fn repeat(
    then: &Value,
    subject: &Subject,
    store: &TrustStore,
    at: OffsetDateTime,
    profile: Profile,
) -> Repeated {
    let mut inspection = inspect(subject, store, at, profile);
    if let Some(outcome) = registered(then) {
        inspection = inspection.with_register(outcome);
    }
    // The inspection is plain data; where it could not be written, everything differs.
    let now = serde_json::to_value(&inspection).unwrap_or_default();
    let differences = differences(then, &now);
    Repeated {
        repeated: differences.is_empty(),
        verdict: inspection.verdict,
        verdict_then: then["verdict"].as_str().unwrap_or_default().to_owned(),
        differences,
    }
}

/// What the register said then, which is a fact of that day and is not asked again; `None` where none was asked.
fn registered(then: &Value) -> Option<RegisterOutcome> {
    let mut found = BTreeMap::new();
    results(&then["checks"], &mut found);
    found.get("register.status")?;
    let answer = RegisterAnswer::deserialize(&then["register"]).ok();
    Some(answer.map_or(RegisterOutcome::NotChecked(NotChecked::NotAsked), RegisterOutcome::Answered))
}

/// What differs between two inspections: the verdict, a check of the first one, the data groups, the signers. Checks that only
/// the second one has are of a later titre, and differ only by way of the verdict.
#[must_use]
pub fn differences(then: &Value, now: &Value) -> Vec<String> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    results(&then["checks"], &mut before);
    results(&now["checks"], &mut after);
    let changed = before.iter().filter(|(id, result)| after.get(*id) != Some(result));
    let mut differences: Vec<String> = changed.map(|(id, _)| id.clone()).collect();
    if before.is_empty() {
        differences.push("checks".to_owned());
    }
    for member in ["verdict", "profile", "at", "provenance", "data_groups", "signer"] {
        if then[member] != now[member] {
            differences.push(member.to_owned());
        }
    }
    differences
}

fn results(check: &Value, found: &mut BTreeMap<String, Value>) {
    if let Some(id) = check["id"].as_str() {
        found.insert(id.to_owned(), check["result"].clone());
    }
    check["children"].as_array().into_iter().flatten().for_each(|child| results(child, found));
}
