//! On what ground a face is processed. What computes a template takes a [`Ground`], so that code which has none does not
//! compile; and what is computed carries it along, so that a statement sees whose consent it rests on.
//!
//! ```compile_fail
//! use titre::consent::Ground;
//! let invented = Ground { receipt_sha256: None };
//! ```
//! Source: GDPR article 9(1) and 9(2)(a); article 4(14) for what biometric data is.

/// Leave to process a face: from a receipt ([`crate::consent::Consent::ground`]), or for an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    receipt_sha256: Option<String>,
}

impl Ground {
    /// By a consent.
    pub(super) const fn consent(receipt_sha256: String) -> Self {
        Self { receipt_sha256: Some(receipt_sha256) }
    }

    /// For trying out and measuring, on files whose owner answers for them: `titre match`, `titre liveness`, benches. No
    /// statement rests on it, so nothing that is computed on it is ever attested.
    #[must_use]
    pub const fn evaluation() -> Self {
        Self { receipt_sha256: None }
    }

    /// SHA-256 of the receipt, hex; `None` for an evaluation.
    #[must_use]
    pub fn receipt_sha256(&self) -> Option<&str> {
        self.receipt_sha256.as_deref()
    }

    /// The ground of what is made of two things: theirs where it is one and the same, else an evaluation.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        if self == other { self.clone() } else { Self::evaluation() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_receipts_are_no_ground_together() {
        let [one, other] = ["01", "02"].map(|digest| Ground::consent(digest.to_owned()));
        assert_eq!(one.and(&one), one);
        assert_eq!(one.and(&other), Ground::evaluation());
        assert_eq!(Ground::evaluation().and(&one).receipt_sha256(), None);
    }
}
