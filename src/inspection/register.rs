//! What the issuing authority's register says of a document. The register is asked elsewhere, and only where a user named
//! one; here its answer becomes a check. No answer is never an answer.
//! Source: ETSI TS 119 461 VAL-8.3.2-03 (use the document status service where there is one).

use super::check::Check;
use super::checks;
use super::inspect::Inspection;
use super::result::CheckResult;
use crate::transport::Provenance;
use serde::{Deserialize, Serialize};

/// What a register says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterStatus {
    /// It was issued and stands.
    Valid,
    /// It does not stand: lost, stolen, replaced, revoked, never issued.
    Invalid,
    /// The register does not know.
    Unknown,
}

/// An answer whose signature and document were found right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterAnswer {
    /// What it says.
    pub status: RegisterStatus,
    /// When that held, RFC 3339.
    pub as_of: String,
    /// The name in the register's certificate.
    pub register: String,
    /// SHA-256 of the signed answer, hex.
    pub answer_sha256: String,
    /// Whether it is a register of tests, which says nothing about a real document.
    pub test: bool,
}

/// Why there is no answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotChecked {
    /// The document was not found genuine, so its number was not handed on.
    #[error("the document was not found genuine, so the register was not asked")]
    NotAsked,
    /// No program, no network, a server that refuses.
    #[error("the register was not reached")]
    Unreachable,
    /// It took too long.
    #[error("the register took too long")]
    TooSlow,
    /// It said more than an answer may be.
    #[error("the answer is too large")]
    TooLarge,
    /// Not an answer.
    #[error("the answer is malformed")]
    Malformed,
    /// The signature is not that of the certificate that came along.
    #[error("the signature of the answer does not verify")]
    Signature,
    /// The certificate does not lead to a pinned one.
    #[error("the answer is not signed by the pinned register")]
    Signer,
    /// An answer to another question: one that was kept.
    #[error("the answer is to another request")]
    AnotherRequest,
    /// An answer about another document.
    #[error("the answer is about another document")]
    AnotherDocument,
    /// What it says held too long ago, or is to hold only later.
    #[error("the answer is not of today")]
    Stale,
    /// A register of tests on a document that was read from a real chip.
    #[error("a register of tests says nothing about a real document")]
    TestRegister,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterOutcome {
    /// An answer.
    Answered(RegisterAnswer),
    /// None that counts.
    NotChecked(NotChecked),
}

impl Inspection {
    /// The same inspection with the register's answer as one check more: `invalid` fails it, and what is not known
    /// counts where the profile wants it known.
    #[must_use]
    pub fn with_register(mut self, outcome: RegisterOutcome) -> Self {
        let outcome = match outcome {
            RegisterOutcome::Answered(answer) if answer.test && self.provenance == Some(Provenance::Live) => {
                RegisterOutcome::NotChecked(NotChecked::TestRegister)
            }
            outcome => outcome,
        };
        let leaf = Check::leaf(self.profile, "register.status", checks::register::check(&outcome));
        let mut children = std::mem::take(&mut self.root.children);
        children.push(Check::group(self.profile, "register", vec![leaf]));
        self.root = Check::group(self.profile, self.root.id, children);
        self.verdict = self.root.result;
        self.register = match outcome {
            RegisterOutcome::Answered(answer) => Some(answer),
            RegisterOutcome::NotChecked(_) => None,
        };
        self
    }

    /// Whether the register may be told of this document: only one that is genuine so far is asked about.
    #[must_use]
    pub fn may_ask_register(&self) -> bool {
        let dg1 = self.find("data_groups.dg1.hash").map(|check| check.result);
        self.verdict == CheckResult::Successful && dg1 == Some(CheckResult::Successful)
    }
}
