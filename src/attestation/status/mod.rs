//! Whether an attestation still stands: a list of the states of many, which an issuer publishes and a verifier fetches
//! whole, so that nobody learns which attestation was asked about.
//! Source: Token Status List (draft-ietf-oauth-status-list), sections 4 to 8.

mod list;
mod register;
mod token;

pub use list::{StatusList, StatusListError};
pub use register::{Register, RegisterError};
pub use token::{StatusToken, publish};

use serde_json::{Value, json};

/// Longest URI of a list, in bytes.
const MAX_URI: usize = 2048;

/// The state of an attestation (section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// 0: it stands.
    Valid,
    /// 1: it was revoked, for good.
    Invalid,
    /// 2: it does not stand for now.
    Suspended,
}

impl Status {
    /// The number in a list.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
        }
    }

    /// The state of a number; `None` for those that belong to applications or to nobody.
    #[must_use]
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Valid),
            1 => Some(Self::Invalid),
            2 => Some(Self::Suspended),
            _ => None,
        }
    }
}

/// Where the state of an attestation stands: the claim `status` (section 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReference {
    /// The list.
    pub uri: String,
    /// The place in it.
    pub index: u64,
}

impl StatusReference {
    /// Reads the value of the claim; `None` where it has no list of this kind, or breaks its form.
    #[must_use]
    pub fn from_claim(claim: &Value) -> Option<Self> {
        let list = claim.get("status_list")?;
        let uri = list.get("uri")?.as_str().filter(|uri| !uri.is_empty() && uri.len() <= MAX_URI)?;
        Some(Self { uri: uri.to_owned(), index: list.get("idx")?.as_u64()? })
    }

    /// The value of the claim.
    #[must_use]
    pub fn to_claim(&self) -> Value {
        json!({"status_list": {"idx": self.index, "uri": self.uri}})
    }
}
