//! `access.card_security`: EF.CardAccess, which is not signed, says of PACE what the signed EF.CardSecurity says.
//! Only the entries about PACE are compared: cards of the field have others in EF.CardAccess that differ (DE 2010).
//! Source: Doc 9303-11 section 9.2.11; BSI TR-03110-1 section 2.4.2, TR-03110-3 appendix A.1.2.

use super::card_access::pace;
use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::{FileId, Mapping, SecurityInfos};

/// Compares the PACE entries of both files, byte by byte, in both directions.
#[must_use]
pub fn check(card_access: Option<&[u8]>, card_security: Option<&SecurityObject>) -> Finding {
    let malformed = |file: FileId, problem: String| {
        Finding::failed("malformed").with("file", file).with("problem", problem)
    };
    let open = match card_access.map(SecurityInfos::parse).transpose() {
        Ok(open) => open,
        Err(error) => return malformed(FileId::CardAccess, error.to_string()),
    };
    let Some(object) = card_security else {
        let mapped = |infos: &SecurityInfos| {
            infos.pace().any(|info| matches!(info.algorithm(), Some((_, Mapping::ChipAuthentication, _))))
        };
        // Whoever offers chip authentication mapping has the file (Doc 9303-11 section 9.2.11).
        return if open.as_ref().is_some_and(mapped) {
            Finding::not_supported("card_security_not_read")
        } else {
            Finding::not_supported("no_card_security")
        };
    };
    let Some(signed) = &object.signed else {
        return Finding::undetermined("nothing_to_check").with("missing", FileId::CardSecurity);
    };
    let signed = match SecurityInfos::parse(&signed.content) {
        Ok(signed) => signed,
        Err(error) => return malformed(FileId::CardSecurity, error.to_string()),
    };
    let signed = pace(&signed);
    let Some(open) = &open else {
        return if signed.is_empty() {
            Finding::not_supported("no_card_access")
        } else {
            Finding::failed("card_access_hidden").with("signed_in", FileId::CardSecurity)
        };
    };
    let open = pace(open);
    if open.iter().all(|entry| signed.contains(entry)) && signed.iter().all(|entry| open.contains(entry)) {
        Finding::successful()
    } else {
        Finding::failed("card_access_differs").with("signed_in", FileId::CardSecurity)
    }
}
