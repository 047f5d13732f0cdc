//! Profiles: which check must be passed by whom.
//!
//! `operational` is for reading real documents: deviations that real documents have are listed and do not count.
//! `kiosk` is for a terminal without an officer: the chip must prove itself and revocation must be known.
//! `conformity` is for testing documents: every deviation from Doc 9303 counts.
//! Source: BSI TR-03135-1 section 5, TR-03135-2 table 4.1.

use super::result::CheckResult;

/// A set of requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Profile {
    /// Real documents, with a person who sees the result.
    #[default]
    Operational,
    /// Strict reading of the standards, for testing documents.
    Conformity,
    /// A terminal on its own.
    Kiosk,
}

/// What a check means for the group above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Every result counts.
    Mandatory,
    /// Mandatory where the document has it: `not_supported` does not count.
    Conditional,
    /// Only `failed` and `aborted` count.
    Optional,
    /// No result counts; it is there to be seen.
    Evaluatory,
}

impl Requirement {
    /// Whether a check with that result counts for the group above.
    #[must_use]
    pub const fn counts(self, result: CheckResult) -> bool {
        match self {
            Self::Mandatory => true,
            Self::Conditional => !matches!(result, CheckResult::NotSupported),
            Self::Optional => matches!(result, CheckResult::Failed | CheckResult::Aborted),
            Self::Evaluatory => false,
        }
    }
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::Operational, Self::Conformity, Self::Kiosk];

    /// The name, as options and results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Conformity => "conformity",
            Self::Kiosk => "kiosk",
        }
    }

    /// The profile of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// What the check `id` means.
    #[must_use]
    pub fn requirement(self, id: &str) -> Requirement {
        use Requirement::{Conditional, Evaluatory, Mandatory, Optional};
        // EF.CardSecurity is signed as EF.SOD is.
        let signed = ["passive_authentication.", "card_security."];
        match signed.iter().find_map(|start| id.strip_prefix(start)) {
            Some("conformity") if self == Self::Conformity => return Mandatory,
            Some("conformity") => return Evaluatory,
            Some("validity_at_signing") if self != Self::Conformity => return Evaluatory,
            Some("revocation") if self != Self::Kiosk => return Optional,
            Some("validity_at_signing" | "sod.hash") => return Conditional,
            Some(_) => return Mandatory,
            None => {}
        }
        match id {
            "chip_authenticity" if self == Self::Kiosk => Mandatory,
            // A register that does not know, or does not answer, is for the officer to weigh; a kiosk has none.
            "register" | "register.status" if self == Self::Kiosk => Mandatory,
            "register" | "register.status" => Optional,
            "data_groups" | "card_security" | "document.optical_mrz" => Conditional,
            _ if ["access.", "data_groups.", "chip_authenticity"]
                .iter()
                .any(|start| id.starts_with(start)) =>
            {
                Conditional
            }
            _ => Mandatory,
        }
    }
}
