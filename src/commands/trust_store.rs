//! Trust stores, certificates and lists as files: what `csca`, `verify` and `enroll` read them with.

use crate::asn1::pem;
use crate::pki::{Certificate, Crl, MasterListError, StoreError, TrustStore, certificate, crl, trust_store};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::{Path, PathBuf};

/// Largest file of certificates.
const MAX_CERTIFICATES: u64 = 16 << 20;
/// The PEM label of a revocation list (RFC 7468 section 8).
pub(super) const CRL_LABEL: &str = "X509 CRL";

/// Loads a trust store that has certificates.
///
/// # Errors
/// `trust_store.unreadable`, `trust_store.malformed`, `trust_store.empty`.
pub(super) fn load(path: &Path) -> Result<TrustStore, Failure> {
    let bytes = read_input(path, trust_store::MAX_FILE)
        .map_err(|failure| Failure { code: FailureCode::TrustStoreUnreadable, ..failure })?;
    let store = TrustStore::load(&bytes).map_err(|error| store_failure(&error, path))?;
    if store.is_empty() {
        return Err(Failure::new(FailureCode::TrustStoreEmpty).arg("file", path.display()));
    }
    Ok(store)
}

/// Verifies the revocation lists of these files, DER or PEM, and takes them into the store for this run.
///
/// # Errors
/// `input.unreadable`, `input.too_large`, `trust_store.crl_malformed`, `trust_store.crl_untrusted`.
pub(super) fn add_crls(store: &mut TrustStore, paths: &[PathBuf]) -> Result<(), Failure> {
    for path in paths {
        let bytes = read_input(path, 2 * crl::MAX_LEN as u64)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let malformed =
            |cause: String| Failure::new(FailureCode::CrlMalformed).arg("file", path.display()).cause(cause);
        for crl in crls_in(&bytes).map_err(malformed)? {
            store.add_crl_beside(&crl, &name).map_err(|error| store_failure(&error, path))?;
        }
    }
    Ok(())
}

/// The revocation lists of a file: one in DER, or any number in PEM; an error says what is wrong.
fn crls_in(bytes: &[u8]) -> Result<Vec<Crl>, String> {
    let parse = |der: &[u8]| Crl::parse(der).map_err(|error| error.to_string());
    if !pem::is_pem(bytes) {
        return Ok(vec![parse(bytes)?]);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "not text".to_owned())?;
    let blocks = pem::blocks(text).map_err(|error| error.to_string())?;
    let wanted = blocks.iter().filter(|block| block.label == CRL_LABEL);
    let list = wanted.map(|block| parse(&block.der)).collect::<Result<Vec<_>, _>>()?;
    if list.is_empty() { Err("no revocation list in the PEM".to_owned()) } else { Ok(list) }
}

/// The certificates of a file: one in DER, or any number in PEM.
///
/// # Errors
/// `input.unreadable`, `input.too_large`, `input.malformed`.
pub(super) fn certificates(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let bytes = read_input(path, MAX_CERTIFICATES)?;
    certificates_in(&bytes)
        .map_err(|cause| Failure::new(FailureCode::InputMalformed).arg("file", path.display()).cause(cause))
}

/// As [`certificates`], of bytes; an error says what is wrong.
pub(super) fn certificates_in(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let parse = |der: &[u8]| Certificate::parse(der).map_err(|error| error.to_string());
    if !pem::is_pem(bytes) {
        if bytes.len() > certificate::MAX_LEN {
            return Err("too long for a certificate".to_owned());
        }
        return Ok(vec![parse(bytes)?]);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "not text".to_owned())?;
    let blocks = pem::blocks(text).map_err(|error| error.to_string())?;
    let wanted = blocks.iter().filter(|block| block.label == "CERTIFICATE");
    let list = wanted.map(|block| parse(&block.der)).collect::<Result<Vec<_>, _>>()?;
    if list.is_empty() { Err("no certificate in the PEM".to_owned()) } else { Ok(list) }
}

/// The failure of a store.
pub(super) fn store_failure(error: &StoreError, path: &Path) -> Failure {
    let code = match error {
        StoreError::Older { .. } => FailureCode::MasterListOlder,
        StoreError::OlderCrl { .. } => FailureCode::CrlOlder,
        StoreError::CrlIssuer(_) => FailureCode::CrlUntrusted,
        _ => FailureCode::TrustStoreMalformed,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}

/// The failure of a list.
pub(super) fn list_failure(error: &MasterListError, path: &Path) -> Failure {
    let code = match error {
        MasterListError::Malformed(_) | MasterListError::ContentType(_) => FailureCode::MasterListMalformed,
        _ => FailureCode::MasterListUntrusted,
    };
    Failure::new(code).arg("file", path.display()).cause(error)
}
