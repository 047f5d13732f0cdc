//! What an attestation may claim. Provenance caps it: what did not come from a chip in a reader and a camera in the same
//! session supports no level, and the attestation says which requirement is not met rather than claim one.
//! Source: ETSI TS 119 461 V2.1.1 BIN-8.4.2-02A and VAL-8.3.2-04X; Implementing Regulation (EU) 2015/1502, annex.

use super::verify::{VCT, VCT_TEST};
use crate::biometrics::Maturity;
use crate::transport::Provenance;
use serde::Serialize;

/// Where the pictures of the face come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaptureProvenance {
    /// A video file.
    Recorded,
}

/// The level that an attestation carries. There is no other yet: a level is given to a scheme that was assessed, and
/// titre gives evidence to such a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssuranceLevel {
    /// No level is claimed.
    None,
    /// Says nothing about a real person.
    Test,
}

/// A requirement that is not met, or is not known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Stable code, dotted lower case.
    pub reason: &'static str,
    /// The requirement.
    pub requirement: &'static str,
}

/// How the chip showed that it is not a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChipAuthenticity {
    /// By a signature over a fresh challenge, which anybody can verify again: active authentication.
    Transferable,
    /// By using its key towards this terminal, which proves nothing to others: chip authentication, PACE-CAM.
    WitnessedByTerminal,
    /// Not at all.
    NotProven,
}

/// Level and limits of one attestation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assurance {
    /// The level.
    pub level: AssuranceLevel,
    /// Why it is no more.
    pub limits: Vec<Limit>,
    /// Whether the `vct` ends in `:test`.
    pub test: bool,
}

/// Only a test issuer may sign what comes from a replay or a specimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only a test issuer key may sign what comes from a {0}")]
pub struct NotATestIssuer(pub Provenance);

impl Assurance {
    /// The type that the attestation carries.
    #[must_use]
    pub const fn vct(&self) -> &'static str {
        if self.test { VCT_TEST } else { VCT }
    }
}

/// Whether this issuer may sign for a document of that provenance; asked before the face is looked at.
///
/// # Errors
/// [`NotATestIssuer`], where the document is not live and the issuer is not a test issuer.
pub fn require_issuer(document: Provenance, test_issuer: bool) -> Result<(), NotATestIssuer> {
    // Anything but `live` counts as not live, so that a provenance added later does not slip through.
    if document == Provenance::Live || test_issuer { Ok(()) } else { Err(NotATestIssuer(document)) }
}

/// Only a test issuer may sign what rests on models that are a demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the face models are a demonstration: only a test issuer key may sign what rests on them")]
pub struct DemonstrationModels;

/// Whether this issuer may sign for a comparison by models of that maturity.
///
/// # Errors
/// [`DemonstrationModels`].
pub fn require_models(models: Maturity, test_issuer: bool) -> Result<(), DemonstrationModels> {
    // Anything but `measured` counts as not measured, so that a word added later does not slip through.
    if models == Maturity::Measured || test_issuer { Ok(()) } else { Err(DemonstrationModels) }
}

/// What may be claimed.
///
/// # Errors
/// [`NotATestIssuer`], where the document is not live and the issuer is not a test issuer.
pub fn assess(
    document: Provenance,
    capture: CaptureProvenance,
    chip: ChipAuthenticity,
    models: Maturity,
    test_issuer: bool,
) -> Result<Assurance, NotATestIssuer> {
    require_issuer(document, test_issuer)?;
    let live = document == Provenance::Live;
    let mut limits = Vec::new();
    if !live {
        let reason = if document == Provenance::Replay { "document.replay" } else { "document.specimen" };
        limits.push(Limit { reason, requirement: "ETSI TS 119 461 VAL-8.3.2-04X" });
    }
    match capture {
        CaptureProvenance::Recorded => limits.push(Limit {
            reason: "capture.recorded",
            requirement: "ETSI TS 119 461 BIN-8.4.2-02A (Baseline and Extended)",
        }),
    }
    if chip == ChipAuthenticity::NotProven {
        limits.push(Limit {
            reason: "chip.authenticity_not_proven",
            requirement: "Regulation (EU) 2015/1502 annex 2.1.2 (high)",
        });
    }
    if models != Maturity::Measured {
        let requirement = "face models whose error rates were measured on public sets";
        limits.push(Limit { reason: "models.demonstration", requirement });
    }
    if test_issuer {
        limits.push(Limit { reason: "issuer.test", requirement: "a production issuer" });
    }
    limits
        .push(Limit { reason: "scheme.not_assessed", requirement: "a conformity assessment of the scheme" });
    let level = if test_issuer { AssuranceLevel::Test } else { AssuranceLevel::None };
    Ok(Assurance { level, limits, test: test_issuer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessed(document: Provenance, test_issuer: bool) -> Result<Assurance, NotATestIssuer> {
        assessed_with(document, Maturity::Measured, test_issuer)
    }

    fn assessed_with(
        document: Provenance,
        models: Maturity,
        test_issuer: bool,
    ) -> Result<Assurance, NotATestIssuer> {
        assess(document, CaptureProvenance::Recorded, ChipAuthenticity::Transferable, models, test_issuer)
    }

    #[test]
    fn models_that_are_a_demonstration_are_named_as_a_limit() {
        for (models, expected) in [(Maturity::Demonstration, true), (Maturity::Measured, false)] {
            let found = assessed_with(Provenance::Specimen, models, true).unwrap();
            assert_eq!(found.limits.iter().any(|limit| limit.reason == "models.demonstration"), expected);
            assert_eq!(require_models(models, false).is_err(), expected);
            assert!(require_models(models, true).is_ok());
        }
    }

    #[test]
    fn only_a_test_issuer_signs_what_is_not_live() {
        for document in [Provenance::Replay, Provenance::Specimen] {
            assert_eq!(assessed(document, false), Err(NotATestIssuer(document)));
            let found = assessed(document, true).unwrap();
            assert_eq!((found.level, found.test), (AssuranceLevel::Test, true));
        }
    }

    #[test]
    fn a_test_issuer_makes_a_test_of_a_live_document_too() {
        assert!(assessed(Provenance::Live, true).unwrap().test);
        assert!(!assessed(Provenance::Live, false).unwrap().test);
    }

    #[test]
    fn a_recorded_video_never_meets_the_baseline() {
        for (document, test) in
            [(Provenance::Live, false), (Provenance::Live, true), (Provenance::Specimen, true)]
        {
            let found = assessed(document, test).unwrap();
            assert!(found.limits.iter().any(|limit| limit.requirement.contains("BIN-8.4.2-02A")));
        }
    }
}
