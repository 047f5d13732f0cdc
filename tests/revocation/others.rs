//! The lists of others: those of NIST's PKITS, each by itself, and openssl's. Both skip by name where they are absent.

use super::forge::crl::list;
use super::{forge, listed};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use titre::pki::{Certificate, Crl, CrlError, CrlIssuerError, RevocationReason, TrustStore, crl_issuer};

/// What comes of a list of PKITS.
fn outcome(der: &[u8], store: &TrustStore) -> &'static str {
    match Crl::parse(der) {
        Err(CrlError::Delta) => "delta",
        Err(CrlError::Scope(_)) => "scope",
        Err(CrlError::UnknownCritical(_)) => "critical",
        Err(error) => panic!("{error}"),
        Ok(crl) => match crl_issuer(&crl, store) {
            Ok(_) => "good",
            Err(CrlIssuerError::Unknown { .. }) => "issuer",
            Err(CrlIssuerError::Signature(_)) => "signature",
            Err(CrlIssuerError::KeyUsage(_)) => "key usage",
            Err(CrlIssuerError::Validity(_)) => "validity",
            Err(_) => "unusable",
        },
    }
}

#[test]
fn every_list_of_pkits_is_what_its_name_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pkits/PKITS_data_2048");
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none() || !folder.join("../..").is_dir(), "PKITS is missing");
        println!("SKIPPED every_list_of_pkits_is_what_its_name_says: ../shared/data/pkits is not there");
        return;
    }
    let mut store = TrustStore::default();
    for file in std::fs::read_dir(folder.join("certs")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        if let Ok(certificate) = Certificate::parse(&bytes) {
            store.add_certificate(&certificate, "pkits", &bytes);
        }
    }
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in std::fs::read_dir(folder.join("crls")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        found.entry(outcome(&std::fs::read(&path).unwrap(), &store)).or_default().push(name);
    }
    println!("{:?}", found.iter().map(|(k, v)| (*k, v.len())).collect::<Vec<_>>());
    found.remove("good");
    println!("{found:#?}");
}
