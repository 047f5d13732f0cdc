//! The state of each data group, besides the check of its hash: what is known of it at all.
//! Source: BSI TR-03135-1 section 5.6.4.4 (identical, not identical, present, not present, non conformance, aborted).

use super::subject::Held;
use crate::lds::{FileId, LdsSecurityObject};
use crate::session::{Unread, UnreadReason};
use serde::Serialize;

/// What is known of a data group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DataGroupState {
    /// It was read, and its hash is that of EF.SOD.
    Identical,
    /// It was read, and its hash is another than that of EF.SOD.
    NotIdentical,
    /// The document has it; it was not compared, since it was not read or there is no EF.SOD to compare with.
    Present,
    /// Neither EF.SOD nor EF.COM lists it, and it was not read.
    NotPresent,
    /// The files contradict each other: it was read or EF.COM lists it while EF.SOD does not, or the chip gave something
    /// else or denies it while EF.SOD lists it.
    NonConformance,
    /// Its reading was cut short.
    Aborted,
}

/// A data group with its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DataGroup {
    /// EF.DG1 to EF.DG16.
    pub file: FileId,
    /// What is known of it.
    pub state: DataGroupState,
}

/// Status words for a file that the chip does not have: file not found, referenced data not found.
const NOT_FOUND: [u16; 2] = [0x6A82, 0x6A88];

impl DataGroupState {
    /// All states, in the order of the standard.
    pub const ALL: [Self; 6] = [
        Self::Identical,
        Self::NotIdentical,
        Self::Present,
        Self::NotPresent,
        Self::NonConformance,
        Self::Aborted,
    ];

    /// The word as results carry it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::NotIdentical => "not_identical",
            Self::Present => "present",
            Self::NotPresent => "not_present",
            Self::NonConformance => "non_conformance",
            Self::Aborted => "aborted",
        }
    }

    /// The state of data group `number`. `read` is what there is of the file, `in_com` whether EF.COM lists it, `signed` what EF.SOD
    /// says where it could be read.
    #[must_use]
    pub fn of(
        number: u8,
        read: Option<Held<'_>>,
        in_com: bool,
        signed: Option<&LdsSecurityObject>,
        unread: &[Unread],
    ) -> Self {
        let hash = signed.map(|signed| (signed.hash, signed.hashes.get(&number)));
        match (read, hash) {
            (Some(held), Some((algorithm, Some(hash)))) => {
                if held.has(algorithm, hash) {
                    Self::Identical
                } else {
                    Self::NotIdentical
                }
            }
            (Some(_), Some((_, None))) => Self::NonConformance,
            (Some(_), None) => Self::Present,
            (None, Some((_, Some(_)))) => Self::unread(number, unread),
            (None, Some((_, None))) if in_com => Self::NonConformance,
            (None, None) if in_com => Self::Present,
            (None, _) => Self::NotPresent,
        }
    }

    /// The state of one that EF.SOD lists and that was not read.
    fn unread(number: u8, unread: &[Unread]) -> Self {
        let entry = unread.iter().find(|entry| entry.file == FileId::Dg(number));
        match entry.map(|entry| (entry.reason, entry.sw)) {
            Some((UnreadReason::Malformed, _)) => Self::NonConformance,
            Some((UnreadReason::Refused, Some(sw))) if NOT_FOUND.contains(&sw) => Self::NonConformance,
            Some((UnreadReason::TooLarge, _)) => Self::Aborted,
            _ => Self::Present,
        }
    }
}
