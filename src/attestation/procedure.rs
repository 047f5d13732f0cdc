//! What a service asks of an attestation before it lets its holder do a thing: a procedure, such as payments: at least
//! substantial, enrolled at most 90 days ago, seen by officers. Procedures stand in a TOML file of the service's own:
//!
//! ```toml
//! [payments]
//! min_level = "substantial"
//! max_days = 90
//! status = true
//! examinations = ["officer"]
//! ```
//! Source: Regulation (EU) No 910/2014 article 6(1)(b) (the service says which level it needs), OpenID Identity Assurance
//! section 5 (`evidence`, `check_method`).

use super::assurance::AssuranceLevel;
use super::verify::{AGE, ASSURANCE, EXAMINATION, Refusal, failed};
use crate::biometrics::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

/// Largest file of procedures that is read, in bytes.
pub const MAX_FILE: u64 = 64 * 1024;

/// What one procedure asks; what it does not name it does not ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The lowest level that will do: `low`, `substantial` or `high`.
    pub min_level: Option<AssuranceLevel>,
    /// How many days ago the person may have been enrolled.
    pub max_days: Option<u16>,
    /// Whether it must be known that the attestation still stands.
    #[serde(default)]
    pub status: bool,
    /// How the person may have been compared with the portrait; any way where it is not named.
    pub examinations: Option<Vec<ExaminationKind>>,
}

/// How the person was compared with the portrait, as the evidence of an attestation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExaminationKind {
    /// Face recognition on a video (`bvr`).
    Face,
    /// Officers, in person (`pvp`).
    Officer,
}

/// Why there is no such procedure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProcedureError {
    /// The file cannot be read as one.
    #[error("not a file of procedures: {0}")]
    Malformed(String),
    /// It has no procedure of that name.
    #[error("there is no procedure {name}; the file has {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A level that no attestation claims.
    #[error("{0}: min_level is low, substantial or high")]
    Level(String),
}

impl Procedure {
    /// Reads the procedure `name` of a file.
    ///
    /// # Errors
    /// [`ProcedureError`].
    pub fn from_toml(text: &str, name: &str) -> Result<Self, ProcedureError> {
        let mut all: BTreeMap<String, Self> =
            toml::from_str(text).map_err(|error| ProcedureError::Malformed(error.message().to_owned()))?;
        let known = all.keys().cloned().collect::<Vec<_>>().join(", ");
        let found = all.remove(name).ok_or(ProcedureError::Unknown { name: name.to_owned(), known })?;
        if found.min_level.is_some_and(|level| !AssuranceLevel::CLAIMED.contains(&level)) {
            return Err(ProcedureError::Level(name.to_owned()));
        }
        Ok(found)
    }
}

/// The level that the claims carry; `None` where they carry none that is known.
#[must_use]
pub fn level_of(claims: &Map<String, Value>) -> Option<AssuranceLevel> {
    let verification = claims.get("verified_claims")?.get("verification")?;
    AssuranceLevel::from_name(verification.get("assurance_level")?.as_str()?)
}

/// How the person was compared, by the `check_method` of the evidence; empty where it is not told.
#[must_use]
pub fn examinations_of(claims: &Map<String, Value>) -> Vec<ExaminationKind> {
    let evidence = claims
        .get("verified_claims")
        .and_then(|verified| verified.get("verification")?.get("evidence")?.as_array())
        .map_or(&[][..], Vec::as_slice);
    let checks = evidence.iter().filter_map(|each| each.get("check_details")?.as_array()).flatten();
    let kinds = checks.filter_map(|check| match check.get("check_method")?.as_str()? {
        "bvr" => Some(ExaminationKind::Face),
        "pvp" => Some(ExaminationKind::Officer),
        _ => None,
    });
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What the verifier's procedure asks, each where it asks it.
pub(super) fn check(
    claims: &Map<String, Value>,
    asked: &Procedure,
    at: OffsetDateTime,
) -> Vec<(&'static str, Result<(), Refusal>)> {
    let age = asked.max_days.map(|days| (AGE, check_age(claims, Duration::days(days.into()), at)));
    let level = asked.min_level.map(|least| {
        let result = match level_of(claims) {
            None => Err((Verdict::Undetermined, "assurance.not_stated")),
            Some(level) if level < least => Err(failed("assurance.too_low")),
            Some(_) => Ok(()),
        };
        (ASSURANCE, result)
    });
    let examination = asked.examinations.as_ref().map(|accepted| {
        let found = examinations_of(claims);
        let result = if found.is_empty() {
            Err((Verdict::Undetermined, "examination.not_stated"))
        } else if found.iter().any(|kind| accepted.contains(kind)) {
            Ok(())
        } else {
            Err(failed("examination.not_accepted"))
        };
        (EXAMINATION, result)
    });
    age.into_iter().chain(level).chain(examination).collect()
}

/// The enrollment was not longer ago than the verifier wants.
fn check_age(claims: &Map<String, Value>, max_age: Duration, at: OffsetDateTime) -> Result<(), Refusal> {
    let issued = claims
        .get("iat")
        .and_then(|iat| OffsetDateTime::from_unix_timestamp(iat.as_i64()?).ok())
        .ok_or(failed("validity.malformed"))?;
    if issued.saturating_add(max_age) < at { Err(failed("age.too_old")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FILE: &str = "[payments]\nmin_level = \"substantial\"\nmax_days = 90\nstatus = true\n\
                        examinations = [\"officer\"]\n[newsletter]\n";

    #[test]
    fn a_procedure_says_what_it_asks_and_a_word_that_nobody_knows_is_refused() {
        let found = Procedure::from_toml(FILE, "payments").unwrap();
        assert_eq!((found.min_level, found.max_days), (Some(AssuranceLevel::Substantial), Some(90)));
        assert_eq!((found.status, found.examinations), (true, Some(vec![ExaminationKind::Officer])));
        assert_eq!(Procedure::from_toml(FILE, "newsletter"), Ok(Procedure::default()));
        let refused = |file: &str| Procedure::from_toml(file, "payments").unwrap_err();
        let known = "newsletter, payments".to_owned();
        let unknown = ProcedureError::Unknown { name: "Payments".to_owned(), known };
        assert_eq!(Procedure::from_toml(FILE, "Payments"), Err(unknown));
        for (from, to) in [("substantial", "sublime"), ("max_days", "maxdays"), ("officer", "psychic")] {
            assert!(matches!(refused(&FILE.replace(from, to)), ProcedureError::Malformed(_)), "{from}");
        }
        for level in ["test", "none"] {
            let error = refused(&FILE.replace("substantial", level));
            assert_eq!(error, ProcedureError::Level("payments".to_owned()));
        }
    }

    #[test]
    fn level_and_examination_are_read_from_the_evidence() {
        let claims = json!({"verified_claims": {"verification": {"assurance_level": "low", "evidence": [
            {"type": "document", "check_details": [{"check_method": "vcrypt"}]},
            {"type": "face", "check_details": [{"check_method": "bvr"}, {"check_method": "bvr"}]},
        ]}}});
        let claims = claims.as_object().unwrap();
        assert_eq!(level_of(claims), Some(AssuranceLevel::Low));
        assert_eq!(examinations_of(claims), [ExaminationKind::Face]);
        assert_eq!((level_of(&Map::new()), examinations_of(&Map::new())), (None, Vec::new()));
    }
}
