//! What an attestation may claim: the level is computed from the evidence, and each requirement that is not met takes the
//! levels that need it. Provenance caps it: what did not come from a chip in a reader, and a person who was there,
//! supports no level, and the attestation says which requirement is not met rather than claim one.
//! Source: ETSI TS 119 461 V2.1.1 BIN-8.4.2-02A and VAL-8.3.2-04X; Implementing Regulation (EU) 2015/1502, annex.

use super::verify::{VCT, VCT_TEST};
use crate::biometrics::Maturity;
use crate::transport::Provenance;
use serde::{Deserialize, Serialize};

/// Where the pictures of the face come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaptureProvenance {
    /// A video file.
    Recorded,
}

/// The level that an attestation carries: what its evidence supports, in the words of Regulation (EU) No 910/2014
/// article 8. It is no certificate: a level is given to a scheme that was assessed, and titre gives evidence to such a
/// scheme. In the order of their strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssuranceLevel {
    /// Says nothing about a real person.
    Test,
    /// No level is claimed.
    None,
    /// A genuine document was read live.
    Low,
    /// And it is no copy, it is not revoked, and an officer saw its holder.
    Substantial,
    /// And the authority that issued it says that it is valid.
    High,
}

impl AssuranceLevel {
    /// The levels that can be asked for, from the lowest.
    pub const CLAIMED: [Self; 3] = [Self::Low, Self::Substantial, Self::High];

    /// The name, as attestations and the command line carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::None => "none",
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }

    /// The level of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Test, Self::None, Self::Low, Self::Substantial, Self::High];
        all.into_iter().find(|level| level.name() == name)
    }
}

/// What the level is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where the document's answers came from.
    pub document: Provenance,
    /// Whether the chip is shown to be no copy.
    pub chip: ChipAuthenticity,
    /// Whether revocation lists were there and said that the certificates stand.
    pub revocation_checked: bool,
    /// Whether the authority that issued the document said that it is valid.
    pub register_valid: bool,
    /// How the person was compared with the portrait.
    pub examined: Examined,
    /// Whether a test issuer signs.
    pub test_issuer: bool,
}

/// How the person was compared with the portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Examined {
    /// By face recognition.
    ByModels {
        /// Where the pictures come from.
        capture: CaptureProvenance,
        /// How far the models' figures go.
        models: Maturity,
    },
    /// By an officer who saw the person, and a second who signed off.
    ByOfficers,
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

/// What may be claimed: the highest level of which no requirement is missing.
///
/// # Errors
/// [`NotATestIssuer`], where the document is not live and the issuer is not a test issuer.
pub fn assess(facts: Facts) -> Result<Assurance, NotATestIssuer> {
    require_issuer(facts.document, facts.test_issuer)?;
    let mut limits = Vec::new();
    // What is missing, and the level that is left without it.
    let mut level = AssuranceLevel::High;
    let mut missing = |at_most: AssuranceLevel, reason, requirement| {
        level = level.min(at_most);
        limits.push(Limit { reason, requirement });
    };
    if facts.document != Provenance::Live {
        let replay = facts.document == Provenance::Replay;
        let reason = if replay { "document.replay" } else { "document.specimen" };
        missing(AssuranceLevel::None, reason, "ETSI TS 119 461 VAL-8.3.2-04X");
    }
    if let Examined::ByModels { capture, models } = facts.examined {
        match capture {
            CaptureProvenance::Recorded => {
                let requirement = "ETSI TS 119 461 BIN-8.4.2-02A (Baseline and Extended)";
                missing(AssuranceLevel::None, "capture.recorded", requirement);
            }
        }
        if models != Maturity::Measured {
            let requirement = "face models whose error rates were measured on public sets";
            missing(AssuranceLevel::None, "models.demonstration", requirement);
        }
    }
    if facts.chip == ChipAuthenticity::NotProven {
        let requirement = "Regulation (EU) 2015/1502 annex 2.1.2 (substantial and high)";
        missing(AssuranceLevel::Low, "chip.authenticity_not_proven", requirement);
    }
    if !facts.revocation_checked {
        let requirement =
            "Regulation (EU) 2015/1502 annex 2.1.2 (substantial: steps against revoked evidence)";
        missing(AssuranceLevel::Low, "document.revocation_not_checked", requirement);
    }
    if !facts.register_valid {
        let requirement =
            "Regulation (EU) 2015/1502 annex 2.1.2 (high: valid according to an authoritative source)";
        missing(AssuranceLevel::Substantial, "document.register_not_checked", requirement);
    }
    if facts.test_issuer {
        missing(AssuranceLevel::Test, "issuer.test", "a production issuer");
    }
    limits
        .push(Limit { reason: "scheme.not_assessed", requirement: "a conformity assessment of the scheme" });
    Ok(Assurance { level, limits, test: facts.test_issuer })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that can be had, by the face path or the human one.
    fn best(examined: Examined) -> Facts {
        Facts {
            document: Provenance::Live,
            chip: ChipAuthenticity::Transferable,
            revocation_checked: true,
            register_valid: true,
            examined,
            test_issuer: false,
        }
    }

    const RECORDED: Examined =
        Examined::ByModels { capture: CaptureProvenance::Recorded, models: Maturity::Measured };

    fn level(facts: Facts) -> AssuranceLevel {
        assess(facts).unwrap().level
    }

    #[test]
    fn each_missing_piece_of_evidence_takes_the_levels_that_need_it() {
        let best = best(Examined::ByOfficers);
        assert_eq!(level(best), AssuranceLevel::High);
        assert_eq!(level(Facts { register_valid: false, ..best }), AssuranceLevel::Substantial);
        assert_eq!(level(Facts { revocation_checked: false, ..best }), AssuranceLevel::Low);
        assert_eq!(level(Facts { chip: ChipAuthenticity::NotProven, ..best }), AssuranceLevel::Low);
        let witnessed = Facts { chip: ChipAuthenticity::WitnessedByTerminal, ..best };
        assert_eq!(level(witnessed), AssuranceLevel::High);
        assert_eq!(level(Facts { test_issuer: true, ..best }), AssuranceLevel::Test);
        assert_eq!(level(Facts { examined: RECORDED, ..best }), AssuranceLevel::None);
    }

    #[test]
    fn every_limit_names_what_is_missing_and_no_level_is_a_certificate() {
        let found = assess(best(Examined::ByOfficers)).unwrap();
        let reasons = |found: &Assurance| found.limits.iter().map(|limit| limit.reason).collect::<Vec<_>>();
        assert_eq!(reasons(&found), ["scheme.not_assessed"]);
        let worst = Facts {
            document: Provenance::Specimen,
            chip: ChipAuthenticity::NotProven,
            revocation_checked: false,
            register_valid: false,
            examined: Examined::ByModels {
                capture: CaptureProvenance::Recorded,
                models: Maturity::Demonstration,
            },
            test_issuer: true,
        };
        assert_eq!(reasons(&assess(worst).unwrap()).len(), 8);
    }

    #[test]
    fn only_a_test_issuer_signs_what_rests_on_models_that_are_a_demonstration() {
        for (models, expected) in [(Maturity::Demonstration, true), (Maturity::Measured, false)] {
            assert_eq!(require_models(models, false).is_err(), expected);
            assert!(require_models(models, true).is_ok());
        }
    }

    #[test]
    fn only_a_test_issuer_signs_what_is_not_live() {
        for document in [Provenance::Replay, Provenance::Specimen] {
            for examined in [RECORDED, Examined::ByOfficers] {
                let facts = Facts { document, ..best(examined) };
                assert_eq!(assess(facts), Err(NotATestIssuer(document)));
                let found = assess(Facts { test_issuer: true, ..facts }).unwrap();
                assert_eq!((found.level, found.test), (AssuranceLevel::Test, true));
            }
        }
    }

    #[test]
    fn a_test_is_below_every_level() {
        for level in AssuranceLevel::CLAIMED {
            assert!(AssuranceLevel::Test < level && AssuranceLevel::None < level);
            assert_eq!(AssuranceLevel::from_name(level.name()), Some(level));
        }
    }
}
