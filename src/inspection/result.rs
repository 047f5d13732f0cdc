//! The five results of a check, and which of several counts for the node above them.
//! Source: BSI TR-03135-1 section 3.5.2 (results) and tables 5.2 and 5.17 (overall results).

/// What a check came to. *Could not tell* is never *false*, and neither is ever *true*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// The check was done and found what it must.
    Successful,
    /// The check was done and found something wrong.
    Failed,
    /// The check could not be decided: something is missing that is not the document's to give.
    Undetermined,
    /// The document (or titre) does not have what the check is about.
    NotSupported,
    /// The check was cut short; its partial data is no basis for a result.
    Aborted,
}

impl CheckResult {
    /// All results, the weightiest first.
    pub const BY_PRECEDENCE: [Self; 5] =
        [Self::Failed, Self::Aborted, Self::Undetermined, Self::NotSupported, Self::Successful];

    /// The word as results carry it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
            Self::NotSupported => "not_supported",
            Self::Aborted => "aborted",
        }
    }

    /// The weightiest of several; `None` of none.
    #[must_use]
    pub fn weightiest(results: impl IntoIterator<Item = Self>) -> Option<Self> {
        let place = |result: &Self| Self::BY_PRECEDENCE.iter().position(|known| known == result);
        results.into_iter().min_by_key(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weightiest_result_decides() {
        use CheckResult::{Aborted, Failed, NotSupported, Successful, Undetermined};
        let of = |list: &[CheckResult]| CheckResult::weightiest(list.iter().copied());
        assert_eq!(of(&[Successful, Failed, Aborted]), Some(Failed));
        assert_eq!(of(&[Successful, Undetermined, Aborted]), Some(Aborted));
        assert_eq!(of(&[NotSupported, Undetermined]), Some(Undetermined));
        assert_eq!(of(&[Successful, NotSupported]), Some(NotSupported));
        assert_eq!(of(&[Successful]), Some(Successful));
        assert_eq!(of(&[]), None);
        for (at, first) in CheckResult::BY_PRECEDENCE.into_iter().enumerate() {
            for second in &CheckResult::BY_PRECEDENCE[at..] {
                assert_eq!(of(&[*second, first]), Some(first));
            }
        }
    }
}
