//! `access.card_access`: EF.CardAccess, which is not signed, says of PACE what the signed DG14 says. Otherwise
//! somebody could take the strong variants out, or the whole file.
//! Source: BSI TR-03110-1 section 2.4.2; Doc 9303-11 section 4.4.2.

use crate::inspection::Finding;
use crate::lds::{Dg14, FileId, SecurityInfo, SecurityInfos};

/// Compares the PACE entries of both files, byte by byte, in both directions.
#[must_use]
pub fn check(card_access: Option<&[u8]>, dg14: Option<&Dg14>) -> Finding {
    let signed = dg14.map(|dg14| pace(&dg14.security_infos)).unwrap_or_default();
    let Some(bytes) = card_access else {
        return if signed.is_empty() {
            Finding::not_supported("no_card_access")
        } else {
            Finding::failed("card_access_hidden").with("signed_in", FileId::Dg(14))
        };
    };
    let open = match SecurityInfos::parse(bytes) {
        Ok(infos) => infos,
        Err(error) => {
            return Finding::failed("malformed").with("file", FileId::CardAccess).with("problem", error);
        }
    };
    if signed.is_empty() {
        return Finding::not_supported("pace_not_signed");
    }
    let open = pace(&open);
    if open.iter().all(|entry| signed.contains(entry)) && signed.iter().all(|entry| open.contains(entry)) {
        Finding::successful()
    } else {
        Finding::failed("card_access_differs").with("signed_in", FileId::Dg(14))
    }
}

/// The entries about PACE, as they stand.
pub(super) fn pace(infos: &SecurityInfos) -> Vec<&[u8]> {
    let about_pace =
        |info: &SecurityInfo| matches!(info, SecurityInfo::Pace(_) | SecurityInfo::PaceDomainParameter(_));
    infos.entries.iter().filter(|entry| about_pace(&entry.info)).map(|entry| entry.raw.as_slice()).collect()
}
