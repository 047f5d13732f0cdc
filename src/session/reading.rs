//! What a session brings home: the files as the chip gave them, how access was gained, and the evidence of chip
//! authenticity in a form that an inspection can judge again offline. A `Reading` judges nothing itself.
//! Source: Doc 9303-11 sections 4.2, 6.1 and 6.2; BSI TR-03135-1 section 5.6.

use crate::crypto::SessionCipher;
use crate::lds::FileId;
use crate::transport::{CardInfo, Provenance};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One session with one document. `Debug` shows no file content.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// The files as read, each one whole data object.
    pub files: BTreeMap<FileId, Vec<u8>>,
    /// How access was gained.
    pub access: AccessReport,
    /// Chip authentication, where it was tried.
    pub chip_authentication: Option<ChipAuthEvidence>,
    /// Active authentication, where it was tried.
    pub active_authentication: Option<ActiveAuthEvidence>,
    /// What PACE with chip authentication mapping left behind, where it was used.
    pub chip_mapping: Option<ChipMappingEvidence>,
    /// Files that the chip lists and that were not read.
    pub unread: Vec<Unread>,
    /// Rungs of the quirk tables that were used, by identifier.
    pub quirks: Vec<String>,
    /// What it took.
    pub counts: Counts,
    /// Reader and card.
    pub card: CardInfo,
}

impl Reading {
    /// Where the answers came from.
    #[must_use]
    pub const fn provenance(&self) -> Provenance {
        self.card.provenance
    }

    /// The bytes of a file, where it was read.
    #[must_use]
    pub fn file(&self, file: FileId) -> Option<&[u8]> {
        self.files.get(&file).map(Vec::as_slice)
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sizes: Vec<_> = self.files.iter().map(|(file, bytes)| (file.name(), bytes.len())).collect();
        f.debug_struct("Reading")
            .field("files", &sizes)
            .field("access", &self.access)
            .field("unread", &self.unread)
            .field("quirks", &self.quirks)
            .finish_non_exhaustive()
    }
}

/// How access was gained, with all that went before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessReport {
    /// Whether EF.CardAccess could be read.
    pub card_access: bool,
    /// The PACE variants that EF.CardAccess offers.
    pub pace_offered: Vec<PaceOffer>,
    /// What was established; none only where the session ended before.
    pub established: Option<Established>,
    /// Whether PACE was offered and BAC was used all the same.
    pub bac_fallback: bool,
    /// Attempts that failed before one succeeded.
    pub failures: Vec<StepFailure>,
    /// How often access was gained anew, because the chip had dropped the secure channel.
    pub reestablished: u32,
    /// Terminal authentication, where certificates were given for it; not in folders of documents read without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalReport>,
    /// How often the card was lost and came back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub card_lost: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What came of terminal authentication. It proves nothing about the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalReport {
    /// The keys of its CVCA that the chip names in EF.CVCA, the current one first.
    pub authorities: Vec<String>,
    /// Holders of the certificates that the chip accepted, in its order.
    pub accepted: Vec<String>,
    /// Whether the chip accepted the terminal.
    pub authenticated: bool,
    /// The data groups that the certificates give a right to, where it did.
    pub rights: Vec<FileId>,
    /// Why it was not done.
    pub failure: Option<StepFailure>,
}

/// A PACE variant of EF.CardAccess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceOffer {
    /// Dotted object identifier.
    pub protocol: String,
    /// Number of the standardised domain parameters.
    pub parameter_id: Option<u64>,
    /// Whether titre speaks it.
    pub supported: bool,
}

/// The access protocol that set up the first secure channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Established {
    /// PACE or BAC.
    pub protocol: AccessProtocol,
    /// Which password was used; never the password.
    pub password: PasswordKind,
    /// Cipher of the channel.
    pub cipher: SessionCipher,
    /// Dotted object identifier of the PACE variant.
    pub variant: Option<String>,
    /// Name of the curve, or of the group modulo a prime.
    pub curve: Option<String>,
}

/// An access protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessProtocol {
    /// Password Authenticated Connection Establishment.
    Pace,
    /// Basic Access Control.
    Bac,
}

/// Which password was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PasswordKind {
    /// The key fields of the MRZ.
    Mrz,
    /// The card access number.
    Can,
    /// The holder's PIN.
    Pin,
    /// The key that unblocks the PIN.
    Puk,
}

/// A step that failed, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepFailure {
    /// The step: `pace.mutual_authentication`, `ca.confirm`.
    pub step: String,
    /// The chip's status word, where one came.
    #[serde(with = "status_hex")]
    pub sw: Option<u16>,
    /// What was wrong, in English.
    pub reason: String,
}

/// What chip authentication left behind. It is witnessed by this terminal and proves nothing to others: whoever
/// holds the terminal's ephemeral secret can make the same record. It counts only when the hash of the file that
/// holds the key was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipAuthEvidence {
    /// Dotted object identifier of the protocol.
    pub protocol: String,
    /// Which of the chip's keys, where it has several.
    pub key_id: Option<u64>,
    /// Name of the curve, or of the group modulo a prime; empty where the key could not be used.
    pub curve: String,
    /// The chip's public key that was used: an uncompressed point, or a number as long as the prime.
    #[serde(with = "bytes_hex")]
    pub chip_public_key: Vec<u8>,
    /// The terminal's ephemeral public key, in the same form.
    #[serde(with = "bytes_hex")]
    pub terminal_public_key: Vec<u8>,
    /// Whether the chip then answered authentically under the new keys, which needs the chip's private key.
    pub witnessed: bool,
    /// Why not.
    pub failure: Option<StepFailure>,
}

/// What PACE with chip authentication mapping left behind: the data times the chip's static key, which is in
/// EF.CardSecurity, must be the key of the mapping. It is witnessed by this terminal, as chip authentication is: two such
/// values can be made up by anybody, without a chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipMappingEvidence {
    /// Dotted object identifier of the protocol.
    pub protocol: String,
    /// Name of the curve.
    pub curve: String,
    /// The key that the chip sent in the mapping, uncompressed point.
    #[serde(with = "bytes_hex")]
    pub mapping_key: Vec<u8>,
    /// The chip authentication data, decrypted; empty where the chip gave none.
    #[serde(with = "bytes_hex")]
    pub data: Vec<u8>,
    /// Why there are no data, or no EF.CardSecurity.
    pub failure: Option<StepFailure>,
}

/// What active authentication left behind: transferable, since anybody can verify the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveAuthEvidence {
    /// The terminal's random challenge, 8 bytes.
    #[serde(with = "bytes_hex")]
    pub challenge: Vec<u8>,
    /// What the chip answered; empty where it refused.
    #[serde(with = "bytes_hex")]
    pub signature: Vec<u8>,
    /// Why there is no answer.
    pub failure: Option<StepFailure>,
}

/// A file that the chip lists and that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// The file.
    pub file: FileId,
    /// Why.
    pub reason: UnreadReason,
    /// The chip's status word, where one came.
    #[serde(with = "status_hex")]
    pub sw: Option<u16>,
}

/// Why a file was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnreadReason {
    /// The chip refused it.
    Refused,
    /// It is no data object, or not the one that belongs there, or it is cut.
    Malformed,
    /// It is larger than the limit.
    TooLarge,
    /// By policy: fingerprints and irises are never read but after terminal authentication.
    Policy,
    /// The terminal's certificates give no right to it.
    NotAuthorized,
    /// titre has no use for it.
    NotNeeded,
}

/// What a session took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Commands sent.
    pub apdus: u64,
    /// Bytes sent, on the wire.
    pub sent: u64,
    /// Bytes received, on the wire.
    pub received: u64,
}

/// A status word as four hex digits.
mod status_hex {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub fn serialize<S: Serializer>(sw: &Option<u16>, serializer: S) -> Result<S::Ok, S::Error> {
        match sw {
            Some(sw) => serializer.serialize_str(&format!("{sw:04X}")),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| {
            u16::from_str_radix(&text, 16).map_err(|_| serde::de::Error::custom("no status word"))
        })
        .transpose()
    }
}

/// Bytes as hex.
mod bytes_hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(text).map_err(|_| serde::de::Error::custom("no hex"))
    }
}
