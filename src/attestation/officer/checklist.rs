//! What an officer looks at, in which words it is answered, and when the answers carry a decision. An item that was not
//! answered blocks every signature.

use crate::crypto::HashAlgorithm;
use serde::{Deserialize, Serialize};

/// The identifier of this list of items; a list that changes gets another.
pub const CHECKLIST_ID: &str = "urn:titre:checklist:facial-comparison:1";
/// Name and major version of the form.
pub const CHECKLIST_SCHEMA: &str = "titre.checklist/1";
/// The components of a face, after the feature list of the Facial Identification Scientific Working Group.
pub const FEATURES: [&str; 18] = [
    "skin",
    "face_outline",
    "face_composition",
    "hairline",
    "forehead",
    "eyebrows",
    "eyes",
    "cheeks",
    "nose",
    "ears",
    "mouth",
    "chin_and_jaw",
    "neck",
    "facial_hair",
    "facial_lines",
    "scars",
    "facial_marks",
    "alterations",
];
/// The ground rules, without which a comparison says nothing.
pub const RULES: [&str; 6] = [
    "person_present",
    "portrait_of_document",
    "light_and_size",
    "face_uncovered",
    "trained",
    "free_to_decide",
];
/// Fewest features that must be visible on both for a decision that it is the same person.
pub const LEAST_VISIBLE: usize = 10;

/// What was seen of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Alike on both.
    Similar,
    /// Not alike.
    Dissimilar,
    /// Not to be seen on one of them, or not well enough.
    NotVisible,
}

/// What a difference comes from. A closed list: free text about a face is personal data that nobody needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    /// Years since the portrait was taken.
    Ageing,
    /// Another expression.
    Expression,
    /// Another angle or lens.
    Pose,
    /// Other light.
    Light,
    /// Hair or beard, cut or dyed.
    Hair,
    /// Make-up or glasses.
    MakeUpOrGlasses,
    /// Injury, illness or treatment.
    Health,
    /// Weight.
    Weight,
    /// A small or poor portrait.
    ImageQuality,
}

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The person is the one of the portrait.
    SamePerson,
    /// The person was not found to be the one of the portrait.
    NotConfirmed,
    /// It could not be told.
    CouldNotTell,
}

impl Comparison {
    /// The word of the form and of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SamePerson => "same_person",
            Self::NotConfirmed => "not_confirmed",
            Self::CouldNotTell => "could_not_tell",
        }
    }

    /// The decision of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::SamePerson, Self::NotConfirmed, Self::CouldNotTell].into_iter().find(|one| one.word() == word)
    }
}

/// One ground rule, and whether it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleItem {
    /// Which.
    pub item: String,
    /// What it says, for the officer; not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it was kept; `null` is no answer.
    pub kept: Option<bool>,
}

/// One feature, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureItem {
    /// Which.
    pub item: String,
    /// What it says, for the officer; not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What was seen; `null` is no answer.
    pub answer: Option<Answer>,
    /// What a difference comes from.
    #[serde(default)]
    pub explained_by: Option<Explanation>,
}

/// A form: to be filled in, or filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    schema: String,
    checklist: String,
    /// The ground rules, in the order of [`RULES`].
    pub rules: Vec<RuleItem>,
    /// The features, in the order of [`FEATURES`].
    pub features: Vec<FeatureItem>,
    /// The decision; `null` is none.
    pub decision: Option<Comparison>,
}

/// Why a form carries no decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChecklistError {
    /// Not this form, or not with these items in this order.
    #[error("not a filled-in checklist: {0}")]
    Malformed(String),
    /// An item without an answer.
    #[error("{0} has no answer")]
    Missing(String),
    /// A ground rule that was not kept.
    #[error("the ground rule {0} was not kept")]
    Rule(String),
    /// A difference that nothing explains.
    #[error("the difference in {0} has no explanation")]
    Unexplained(String),
    /// Too little was to be seen.
    #[error("{seen} features were visible, {LEAST_VISIBLE} are needed")]
    TooLittleVisible {
        /// How many were.
        seen: usize,
    },
}

impl ChecklistError {
    /// The item that is meant, where it is one.
    #[must_use]
    pub fn item(&self) -> &str {
        match self {
            Self::Missing(item) | Self::Rule(item) | Self::Unexplained(item) => item,
            Self::Malformed(_) | Self::TooLittleVisible { .. } => "-",
        }
    }
}

impl Checklist {
    /// A form without answers; `text` gives the words for an item.
    #[must_use]
    pub fn blank(text: impl Fn(&str) -> Option<String>) -> Self {
        let rule = |item: &str| RuleItem { item: item.to_owned(), text: text(item), kept: None };
        let feature = |item: &str| FeatureItem {
            item: item.to_owned(),
            text: text(item),
            answer: None,
            explained_by: None,
        };
        Self {
            schema: CHECKLIST_SCHEMA.to_owned(),
            checklist: CHECKLIST_ID.to_owned(),
            rules: RULES.map(rule).to_vec(),
            features: FEATURES.map(feature).to_vec(),
            decision: None,
        }
    }

    /// Reads a form. The words in it are left out: what is signed is the items.
    ///
    /// # Errors
    /// [`ChecklistError::Malformed`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ChecklistError> {
        let malformed = |error: &dyn std::fmt::Display| ChecklistError::Malformed(error.to_string());
        let members =
            super::super::sdjwt::strict_json::parse_object(bytes).map_err(|error| malformed(&error))?;
        let mut form: Self =
            serde_json::from_value(serde_json::Value::Object(members)).map_err(|error| malformed(&error))?;
        form.rules.iter_mut().for_each(|rule| rule.text = None);
        form.features.iter_mut().for_each(|feature| feature.text = None);
        form.check_items()?;
        Ok(form)
    }

    /// The items are those of this list, each once, in its order.
    pub(super) fn check_items(&self) -> Result<(), ChecklistError> {
        let ours = self.schema == CHECKLIST_SCHEMA
            && self.checklist == CHECKLIST_ID
            && self.rules.iter().map(|rule| rule.item.as_str()).eq(RULES)
            && self.features.iter().map(|feature| feature.item.as_str()).eq(FEATURES);
        ours.then_some(())
            .ok_or_else(|| ChecklistError::Malformed("other items than the list has".to_owned()))
    }

    /// The decision, where every item was answered and the answers carry it.
    ///
    /// # Errors
    /// [`ChecklistError`].
    pub fn decide(&self) -> Result<Comparison, ChecklistError> {
        self.check_items()?;
        let missing = |item: &str| ChecklistError::Missing(item.to_owned());
        for rule in &self.rules {
            rule.kept.ok_or_else(|| missing(&rule.item))?;
        }
        let mut seen = 0;
        for feature in &self.features {
            let answer = feature.answer.ok_or_else(|| missing(&feature.item))?;
            seen += usize::from(answer != Answer::NotVisible);
        }
        let decision = self.decision.ok_or_else(|| missing("decision"))?;
        if decision != Comparison::SamePerson {
            return Ok(decision);
        }
        if let Some(rule) = self.rules.iter().find(|rule| rule.kept != Some(true)) {
            return Err(ChecklistError::Rule(rule.item.clone()));
        }
        let unexplained = |feature: &&FeatureItem| {
            feature.answer == Some(Answer::Dissimilar) && feature.explained_by.is_none()
        };
        if let Some(feature) = self.features.iter().find(unexplained) {
            return Err(ChecklistError::Unexplained(feature.item.clone()));
        }
        if seen < LEAST_VISIBLE {
            return Err(ChecklistError::TooLittleVisible { seen });
        }
        Ok(decision)
    }

    /// SHA-256 of the list of items, hex: what an attestation names it by.
    #[must_use]
    pub fn list_sha256() -> String {
        let items = [&[CHECKLIST_ID][..], &RULES, &FEATURES].concat().join("\n");
        hex::encode(HashAlgorithm::Sha256.digest(items.as_bytes()))
    }
}
