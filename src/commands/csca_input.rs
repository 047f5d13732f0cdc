//! What `titre csca check` and `titre csca diff` look at: stores, master lists, certificates and revocation lists,
//! taken apart without asking whether they are trusted.

use super::trust_store::{certificates_in, list_failure, store_failure};
use crate::asn1::pem;
use crate::pki::profile::{self, Kind, Rule};
use crate::pki::{Certificate, MasterList, SignedData, TrustStore, signed_data, trust_store};
use crate::report::output::read_input;
use crate::report::{Failure, FailureCode};
use std::path::Path;

/// A file taken apart.
#[derive(Default)]
pub(super) struct Input {
    /// The certificates, each with what it is there for.
    pub certificates: Vec<(Certificate, Kind)>,
    /// Revocation lists: the rules that each breaks.
    pub crls: Vec<Vec<&'static Rule>>,
    /// What could not be read, with the reason.
    pub unreadable: Vec<String>,
}

/// Reads a file of any of these kinds.
///
/// # Errors
/// `input.*`, `trust_store.malformed`, `trust_store.list_malformed`.
pub(super) fn read(path: &Path) -> Result<Input, Failure> {
    let bytes = read_input(path, trust_store::MAX_FILE.max(signed_data::MAX_LEN as u64))?;
    if bytes.first() == Some(&b'{') {
        let store = TrustStore::load(&bytes).map_err(|error| store_failure(&error, path))?;
        return Ok(authorities(store.entries().map(|entry| entry.certificate.clone()).collect()));
    }
    if let Ok(list) = certificates_in(&bytes) {
        let certificates = list.into_iter().map(|certificate| {
            let kind = Kind::of(&certificate);
            (certificate, kind)
        });
        return Ok(Input { certificates: certificates.collect(), ..Input::default() });
    }
    let text = std::str::from_utf8(&bytes).ok().filter(|_| pem::is_pem(&bytes));
    let block = text.and_then(|text| pem::blocks(text).ok()?.into_iter().next());
    let der = block.as_ref().map_or(bytes.as_slice(), |block| block.der.as_slice());
    if let Some(broken) = profile::broken_by_crl(der) {
        return Ok(Input { crls: vec![broken], ..Input::default() });
    }
    if SignedData::parse(der).is_ok() {
        let list = MasterList::unverified(der).map_err(|error| list_failure(&error, path))?;
        let mut input = authorities(list.certificates);
        input.certificates.extend(list.wrapper.into_iter().map(|certificate| {
            let kind = Kind::of(&certificate);
            (certificate, kind)
        }));
        input.unreadable =
            list.unreadable.iter().map(|(place, why)| format!("{}: {why}", place + 1)).collect();
        return Ok(input);
    }
    Err(Failure::new(FailureCode::InputMalformed)
        .arg("file", path.display())
        .cause("neither a trust store nor a master list, certificate or revocation list"))
}

fn authorities(list: Vec<Certificate>) -> Input {
    let kind = |certificate: Certificate| {
        let kind = Kind::of_authority(&certificate);
        (certificate, kind)
    };
    Input { certificates: list.into_iter().map(kind).collect(), ..Input::default() }
}
