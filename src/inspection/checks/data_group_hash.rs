//! `data_groups.dgN.hash`: a data group that was read is in EF.SOD with its hash; one that is in EF.SOD was read.
//! Source: Doc 9303-11 section 5.1 step 4; BSI TR-03135-1 section 5.6.4.4, TR-03105-5.1 LDS_H_43 to 85.

use crate::inspection::{Finding, Held};
use crate::lds::{FileId, LdsSecurityObject};
use crate::session::{Unread, UnreadReason};

/// Ids of the checks of data groups 1 to 16.
pub const IDS: [&str; 16] = [
    "data_groups.dg1.hash",
    "data_groups.dg2.hash",
    "data_groups.dg3.hash",
    "data_groups.dg4.hash",
    "data_groups.dg5.hash",
    "data_groups.dg6.hash",
    "data_groups.dg7.hash",
    "data_groups.dg8.hash",
    "data_groups.dg9.hash",
    "data_groups.dg10.hash",
    "data_groups.dg11.hash",
    "data_groups.dg12.hash",
    "data_groups.dg13.hash",
    "data_groups.dg14.hash",
    "data_groups.dg15.hash",
    "data_groups.dg16.hash",
];

/// Judges data group `number`; `None` where it is neither read nor listed.
#[must_use]
pub fn check(
    number: u8,
    read: Option<Held<'_>>,
    listed: Option<&LdsSecurityObject>,
    unread: &[Unread],
) -> Option<Finding> {
    let hash = listed.and_then(|object| object.hashes.get(&number));
    let finding = match (read, listed, hash) {
        (Some(_), None, _) => Finding::undetermined("nothing_to_check").with("missing", FileId::Sod),
        (Some(_), Some(_), None) => Finding::failed("not_in_sod"),
        (Some(held), Some(object), Some(hash)) => {
            if held.has(object.hash, hash) {
                Finding::successful()
            } else {
                Finding::failed("hash")
            }
        }
        (None, _, Some(_)) => missing(number, unread),
        (None, _, None) => return None,
    };
    Some(finding)
}

/// A data group that EF.SOD lists and that was not read.
fn missing(number: u8, unread: &[Unread]) -> Finding {
    let reason = unread.iter().find(|entry| entry.file == FileId::Dg(number)).map(|entry| entry.reason);
    match (number, reason) {
        // The machine readable zone and the face are in every document; without them there is nothing to judge.
        (1 | 2, _) => naming(Finding::undetermined("not_read"), number, reason),
        // A malformed file where the signed list has one is a wrong file.
        (_, Some(UnreadReason::Malformed)) => Finding::failed("file_malformed"),
        (_, Some(UnreadReason::Policy | UnreadReason::NotAuthorized)) => {
            Finding::not_supported("not_read_by_policy")
        }
        _ => naming(Finding::not_supported("not_read"), number, reason),
    }
}

/// Adds which file it is and why it was not read.
fn naming(finding: Finding, number: u8, reason: Option<UnreadReason>) -> Finding {
    let why = match reason {
        Some(UnreadReason::Refused) => "refused",
        Some(UnreadReason::Malformed) => "malformed",
        Some(UnreadReason::TooLarge) => "too_large",
        Some(UnreadReason::Policy | UnreadReason::NotNeeded) => "not_needed",
        // A folder from which it was taken.
        _ => "unknown",
    };
    finding.with("file", FileId::Dg(number)).with("why", why)
}
