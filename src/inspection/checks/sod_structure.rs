//! `passive_authentication.sod.structure`: the signed file is there and is what it must be.
//! Source: Doc 9303-10 section 4.6.2; BSI TR-03105-5.1 LDS_H_01 to 23.

use crate::inspection::Finding;
use crate::inspection::security_object::{ID_CARD_SECURITY, LEGACY_CONTENT_TYPES, SecurityObject};
use crate::lds::{FileId, ID_LDS_SECURITY_OBJECT};
use crate::pki::Tolerance;

/// Judges structure, content type and number of signers.
#[must_use]
pub fn check(file: FileId, object: Option<&SecurityObject>, tolerated: &mut Vec<Tolerance>) -> Finding {
    let Some(object) = object else { return Finding::failed("file_missing").with("file", file) };
    let Some(signed) = &object.signed else {
        return Finding::failed("malformed")
            .with("file", file)
            .with("problem", object.problem.as_deref().unwrap_or_default());
    };
    let expected = if file == FileId::Sod { ID_LDS_SECURITY_OBJECT } else { ID_CARD_SECURITY };
    if signed.content_type != expected {
        if file != FileId::Sod || !LEGACY_CONTENT_TYPES.contains(&signed.content_type.as_str()) {
            return Finding::failed("content_type")
                .with("found", &signed.content_type)
                .with("expected", expected);
        }
        tolerated.push(Tolerance::LegacyContentType);
    }
    if let Err(error) = signed.single_signer() {
        return Finding::failed("malformed").with("file", file).with("problem", error);
    }
    match (&object.hashes, &object.problem, file) {
        (None, Some(problem), FileId::Sod) => {
            Finding::failed("malformed").with("file", file).with("problem", problem)
        }
        _ => Finding::successful(),
    }
}
