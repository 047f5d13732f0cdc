//! Where `titre attest verify` has the status list from: a file, an address, or the address that the attestation names.

use super::Environment;
use super::web::{self, Request, WebError};
use crate::attestation::{Attestation, Expectations, Verification};
use crate::report::Failure;
use crate::report::output::read_input;
use std::path::Path;

/// Most bytes of a status list.
const MAX_LIST: u64 = 4 << 20;
/// Token Status List section 8.1.
const MEDIA_TYPE: &str = "application/statuslist+jwt";
/// The word for the address that the attestation names.
const AUTO: &str = "auto";

/// Verifies with the list from `source`. Nothing is kept for the next time, so a change is seen as soon as it is published.
///
/// # Errors
/// `input.*` for a file that cannot be read and an address that is not asked. A server that does not answer is no failure: it is then
/// not known whether the attestation stands.
pub(super) fn verify_with(
    attestation: &Attestation,
    expect: &Expectations<'_>,
    source: &str,
    environment: &Environment<'_>,
) -> Result<Verification, Failure> {
    let with = |list: Vec<u8>| {
        // What is not text is no list either, and is then told as one that is malformed.
        let list = String::from_utf8_lossy(&list);
        attestation.verify(&Expectations { status_list: Some(&list), ..*expect })
    };
    let url = if source == AUTO {
        // An address is only asked once the issuer's signature on it is found good.
        let Some(reference) = attestation.verify(expect).status_reference() else {
            return Ok(with(Vec::new()));
        };
        reference.uri
    } else if web::is_address(source) {
        web::check_address(source)?;
        source.to_owned()
    } else {
        return read_input(Path::new(source), MAX_LIST).map(with);
    };
    match web::fetch(&Request { url: &url, body: None, media_type: MEDIA_TYPE, limit: MAX_LIST }) {
        Ok(list) => Ok(with(list)),
        Err(error) => {
            environment.reporter.note("attest-list-absent", &[("url", url), ("cause", error.to_string())]);
            let reason = match error {
                WebError::MediaType(_) => "status.media_type",
                _ => "status.unreachable",
            };
            Ok(attestation.verify(expect).without_status_list(reason))
        }
    }
}
