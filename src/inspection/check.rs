//! One check with its result, and the tree that checks form.
//! Source: BSI TR-03135-1 sections 3.5.2 and 5 (overall results of check groups).

use super::profile::{Profile, Requirement};
use super::result::CheckResult;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Why a result is what it is: a code and values, never personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The code; its text is the message `reason-<code>`.
    pub code: &'static str,
    /// Values for the text.
    pub args: Vec<(&'static str, String)>,
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.args.len()))?;
        map.serialize_entry("code", self.code)?;
        for (name, value) in &self.args {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What a piece of evidence is worth to somebody who was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Strength {
    /// Anybody can verify it again: a signature.
    Transferable,
    /// Only this terminal knows that it happened.
    WitnessedByTerminal,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The result.
    pub result: CheckResult,
    /// Why.
    pub reason: Option<Reason>,
    /// What the evidence is worth, where the check is about evidence.
    pub strength: Option<Strength>,
}

impl Finding {
    /// Everything is as it must be.
    #[must_use]
    pub const fn successful() -> Self {
        Self { result: CheckResult::Successful, reason: None, strength: None }
    }

    /// Everything is as it must be, and there is something to say about it.
    #[must_use]
    pub const fn successful_as(code: &'static str) -> Self {
        Self::because(CheckResult::Successful, code)
    }

    /// Something is wrong.
    #[must_use]
    pub const fn failed(code: &'static str) -> Self {
        Self::because(CheckResult::Failed, code)
    }

    /// It cannot be told.
    #[must_use]
    pub const fn undetermined(code: &'static str) -> Self {
        Self::because(CheckResult::Undetermined, code)
    }

    /// There is nothing to check.
    #[must_use]
    pub const fn not_supported(code: &'static str) -> Self {
        Self::because(CheckResult::NotSupported, code)
    }

    const fn because(result: CheckResult, code: &'static str) -> Self {
        Self { result, reason: Some(Reason { code, args: Vec::new() }), strength: None }
    }

    /// Adds a value to the reason.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Some(reason) = &mut self.reason {
            reason.args.push((name, value.to_string()));
        }
        self
    }

    /// Says what the evidence is worth.
    #[must_use]
    pub const fn worth(mut self, strength: Strength) -> Self {
        self.strength = Some(strength);
        self
    }
}

/// A check, or a group of checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Dotted, lower case, stable: `passive_authentication.sod.signature`.
    pub id: &'static str,
    /// The result; that of a group follows from its children.
    pub result: CheckResult,
    /// What the result means for the group above.
    pub requirement: Requirement,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the evidence is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The checks of a group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Self>,
}

impl Check {
    /// A single check.
    #[must_use]
    pub fn leaf(profile: Profile, id: &'static str, finding: Finding) -> Self {
        let Finding { result, reason, strength } = finding;
        Self { id, result, requirement: profile.requirement(id), reason, strength, children: Vec::new() }
    }

    /// A group: its result is the weightiest of the children's that count. Where none counts, it is the weightiest
    /// of those that might have counted, so that a group of what is not there is not there.
    #[must_use]
    pub fn group(profile: Profile, id: &'static str, children: Vec<Self>) -> Self {
        let counted = children.iter().filter(|child| child.requirement.counts(child.result));
        let result = CheckResult::weightiest(counted.map(|child| child.result));
        let possible = children.iter().filter(|child| child.requirement != Requirement::Evaluatory);
        let result = result
            .or_else(|| CheckResult::weightiest(possible.map(|child| child.result)))
            .unwrap_or(CheckResult::NotSupported);
        Self { id, result, requirement: profile.requirement(id), reason: None, strength: None, children }
    }

    /// A check that is told in parts: a group that has the reason of the first part that made it what it is.
    #[must_use]
    pub fn in_parts(profile: Profile, id: &'static str, parts: Vec<Self>) -> Self {
        let mut check = Self::group(profile, id, parts);
        let decides = |part: &&Self| part.result == check.result && part.requirement.counts(part.result);
        check.reason = check.children.iter().find(decides).and_then(|part| part.reason.clone());
        check
    }

    /// The check with that id, in this one or below.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Self> {
        if self.id == id {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(id))
    }

    /// The checks without children, in their order.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        if self.children.is_empty() {
            return vec![self];
        }
        self.children.iter().flat_map(Self::leaves).collect()
    }

    /// The checks that made this result what it is: those that count, all the way up, and have it; of a check in parts
    /// the check.
    #[must_use]
    pub fn decisive(&self) -> Vec<&Self> {
        if self.children.is_empty() || self.reason.is_some() {
            return vec![self];
        }
        let counts = |child: &&Self| child.result == self.result && child.requirement.counts(child.result);
        self.children.iter().filter(counts).flat_map(Self::decisive).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::profile::Profile::Operational;

    fn leaf(id: &'static str, result: CheckResult) -> Check {
        Check::leaf(Operational, id, Finding { result, reason: None, strength: None })
    }

    #[test]
    fn requirements_say_what_counts() {
        use CheckResult::{Failed, NotSupported, Successful, Undetermined};
        let mandatory = "passive_authentication.sod.signature";
        let optional = "passive_authentication.revocation";
        let conditional = "chip_authenticity.active_authentication";
        let evaluatory = "passive_authentication.conformity";
        let group = |children| Check::group(Operational, "inspection", children).result;
        for (id, result, expected) in [
            (optional, Undetermined, Successful),
            (optional, Failed, Failed),
            (conditional, NotSupported, Successful),
            (conditional, Undetermined, Undetermined),
            (evaluatory, Failed, Successful),
            (mandatory, NotSupported, NotSupported),
        ] {
            assert_eq!(
                group(vec![leaf(mandatory, Successful), leaf(id, result)]),
                expected,
                "{id} {result:?}"
            );
        }
        assert_eq!(
            group(vec![leaf(conditional, NotSupported), leaf(conditional, NotSupported)]),
            NotSupported
        );
        // What is only there to be seen does not count even where nothing does.
        assert_eq!(group(vec![leaf(conditional, NotSupported), leaf(evaluatory, Failed)]), NotSupported);
        assert_eq!(group(vec![]), NotSupported);
    }

    #[test]
    fn the_decisive_checks_are_named() {
        let tree = Check::group(
            Operational,
            "inspection",
            vec![
                leaf("passive_authentication.sod.signature", CheckResult::Successful),
                leaf("passive_authentication.chain", CheckResult::Undetermined),
                leaf("passive_authentication.revocation", CheckResult::Undetermined),
            ],
        );
        let ids: Vec<_> = tree.decisive().iter().map(|check| check.id).collect();
        assert_eq!(ids, ["passive_authentication.chain"]);
    }
}
