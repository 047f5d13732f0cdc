//! `passive_authentication.revocation`: whether signer or CSCA certificate have been revoked. This version has no
//! revocation lists, and says so rather than nothing.
//! Source: Doc 9303-12 section 7.2; BSI TR-03135-1 section 5.6.4.3.

use crate::inspection::Finding;

/// Without a list it cannot be told.
#[must_use]
pub const fn check() -> Finding {
    Finding::undetermined("no_revocation_list")
}
