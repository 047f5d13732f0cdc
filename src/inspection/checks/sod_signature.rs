//! `passive_authentication.sod.signature`: the key of the signer's certificate signed the attributes, or the
//! content where there are none.
//! Source: Doc 9303-11 section 5.1 step 3; RFC 5652 section 5.4.

use crate::crypto::{CurveError, KeyError, SignatureScheme};
use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::FileId;
use crate::pki::{CmsError, Tolerance};

/// Verifies the signature; gives the scheme where it was made with one that titre knows.
#[must_use]
pub fn check(
    file: FileId,
    object: Option<&SecurityObject>,
    tolerated: &mut Vec<Tolerance>,
) -> (Finding, Option<SignatureScheme>) {
    let Some((signed, info, certificate)) = object.and_then(SecurityObject::signer) else {
        // The certificate is in the file, or else the check of the signer says what to look for.
        let missing = match object.and_then(|object| object.signed.as_ref()) {
            Some(_) => "signer_certificate",
            None => file.name(),
        };
        return (Finding::undetermined("nothing_to_check").with("missing", missing), None);
    };
    match signed.verify_signature(info, certificate, &[]) {
        Ok(verified) => {
            tolerated.extend(verified.tolerated);
            (Finding::successful(), Some(verified.scheme))
        }
        Err(CmsError::Algorithm(error)) => (unusable(&error.to_string()), None),
        Err(CmsError::Key(error)) => (key_problem(&error), None),
        Err(error) => (Finding::failed("signature").with("problem", error), None),
    }
}

/// A key that cannot be used. One whose curve is none of those that are known is refused and not merely unknown:
/// its parameters may have been made to fit.
pub(super) fn key_problem(error: &KeyError) -> Finding {
    match error {
        KeyError::Curve(CurveError::UnknownParameters | CurveError::NotOnCurve) => {
            Finding::failed("curve_parameters").with("problem", error)
        }
        other => unusable(&other.to_string()),
    }
}

/// An algorithm or key that titre does not have.
pub(super) fn unusable(problem: &str) -> Finding {
    Finding::undetermined("algorithm_not_supported").with("problem", problem)
}
