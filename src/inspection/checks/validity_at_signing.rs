//! `passive_authentication.validity_at_signing`: where the signer says when it signed, its certificate was valid
//! then, and its key was in its usage period. The time is the signer's own word.
//! Source: Doc 9303-12 section 7.1.1 (private key usage period); RFC 5652 section 11.3.

use super::validity::moment;
use crate::asn1::tlv;
use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::FileId;
use crate::pki::Certificate;
use time::OffsetDateTime;

const PRIVATE_KEY_USAGE_PERIOD: &str = "2.5.29.16";

/// Compares the signing time with the certificate.
#[must_use]
pub fn check(file: FileId, object: Option<&SecurityObject>) -> Finding {
    let Some((signed, info, certificate)) = object.and_then(SecurityObject::signer) else {
        return Finding::undetermined("nothing_to_check").with("missing", file);
    };
    let Some(signed_at) = signed.check_attributes(info).ok().and_then(|attributes| attributes.signing_time)
    else {
        return Finding::not_supported("no_signing_time");
    };
    let (from, to) = usage_period(certificate);
    if !certificate.is_valid_at(signed_at) {
        return Finding::failed("signed_outside_validity").with("signed_at", moment(signed_at));
    }
    if from.is_some_and(|from| signed_at < from) || to.is_some_and(|to| signed_at > to) {
        return Finding::failed("signed_outside_key_usage_period").with("signed_at", moment(signed_at));
    }
    Finding::successful()
}

/// Begin and end of the private key usage period, where the certificate has them.
fn usage_period(certificate: &Certificate) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
    let Some(value) = certificate.extension_value(PRIVATE_KEY_USAGE_PERIOD) else { return (None, None) };
    let Ok(outer) = tlv::read_only(0x30, value) else { return (None, None) };
    let time = |tag| {
        let field = tlv::find(tag, outer.value).ok()?;
        crate::pki::moment::read(&tlv::Tlv { tag: 0x18, ..field })
    };
    (time(0x80), time(0x81))
}
