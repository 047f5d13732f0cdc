//! `passive_authentication.sod.signed_attributes`: the attributes that are signed belong to the content that is
//! shown: contentType is its type, messageDigest its hash.
//! Source: RFC 5652 sections 5.3, 5.4 and 11; BSI TR-03105-5.1 LDS_H_24 to 38.

use super::sod_signature::unusable;
use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::FileId;
use crate::pki::CmsError;

/// Compares the attributes with the content.
#[must_use]
pub fn check(file: FileId, object: Option<&SecurityObject>) -> Finding {
    let signed = object.and_then(|object| object.signed.as_ref());
    let Some((signed, info)) = signed.and_then(|signed| Some((signed, signed.single_signer().ok()?))) else {
        return Finding::undetermined("nothing_to_check").with("missing", file);
    };
    match signed.check_attributes(info) {
        Ok(_) => Finding::successful(),
        Err(CmsError::ContentType { signed, content }) => {
            Finding::failed("content_type_not_signed").with("found", content).with("expected", signed)
        }
        Err(CmsError::MessageDigest) => Finding::failed("message_digest"),
        Err(CmsError::Algorithm(error)) => unusable(&error.to_string()),
        Err(error) => Finding::failed("signed_attributes").with("problem", error),
    }
}
