//! `passive_authentication.sod.hash`: the digest that the signed attributes carry is that of the content. It stands
//! apart from the signature over the attributes, so that a result says which of the two is wrong.
//! Source: BSI TR-03135-1 section 5.6.4.2; RFC 5652 section 5.4.

use super::sod_signature::unusable;
use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::FileId;
use crate::pki::CmsError;

/// Compares the digests.
#[must_use]
pub fn check(file: FileId, object: Option<&SecurityObject>) -> Finding {
    let signed = object.and_then(|object| object.signed.as_ref());
    let Some((signed, info)) = signed.and_then(|signed| Some((signed, signed.single_signer().ok()?))) else {
        return Finding::undetermined("nothing_to_check").with("missing", file);
    };
    if !info.has_signed_attributes() {
        return Finding::not_supported("no_signed_attributes");
    }
    match signed.check_digest(info) {
        Ok(_) => Finding::successful(),
        Err(CmsError::Algorithm(error)) => unusable(&error.to_string()),
        Err(CmsError::MessageDigest) => Finding::failed("message_digest"),
        Err(error) => Finding::failed("signed_attributes").with("problem", error),
    }
}
