//! Signatures, lists and chains against public material: Wycheproof, the authorities' master lists, EF.SODs of
//! real documents.
//!
//! The material stands beside the repository in `../shared/data`. Where a test does not find its file it says so
//! by name and passes; where `CI` is set and the folder is there, a missing file is a failure.

use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::macros::datetime;
use titre::pki::{Certificate, Chain, MasterList, SignedData, TrustStore, build_chain};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data")
}

/// The bytes of a file of the shared material; `None`, said aloud, where it is absent.
fn material(test: &str, name: &str) -> Option<Vec<u8>> {
    let path = folder().join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let must = std::env::var_os("CI").is_some() && folder().exists();
            assert!(!must, "{test}: {name}: {error}");
            println!("SKIPPED {test}: {name} is not there");
            None
        }
    }
}

macro_rules! material {
    ($test:literal, $name:expr) => {
        match material($test, $name) {
            Some(bytes) => bytes,
            None => return,
        }
    };
}

const LIST: &str = "masterlists/DE_ML_2026-05-28-08-28-45.ml";
const ROOT: &str = "masterlists/DE_ROOT_CA_CSCA07.cer";
const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn german_store(test: &str) -> Option<TrustStore> {
    let (list, root) = (material(test, LIST)?, material(test, ROOT)?);
    let root = Certificate::parse(&root).unwrap();
    let verified = MasterList::verify(&list, &[root], AT, &[]).unwrap();
    let mut store = TrustStore::default();
    store.add_list(&verified, "DE.ml", &list, false).unwrap();
    Some(store)
}

#[test]
fn survey() {
    let Some(store) = german_store("survey") else { return };
    println!("{} certificates", store.len());
    for name in ["AT", "CN", "DE", "FR", "NZ", "SG", "UK", "US"] {
        let bytes = material!("survey", &format!("sod/SOD_{name}.bin"));
        let outer = titre::asn1::tlv::read_only(0x77, &bytes).unwrap();
        let signed = SignedData::parse(outer.value).unwrap();
        let signer = signed.single_signer().unwrap();
        let (certificate, tolerance) = signed.certificate_of(signer).unwrap();
        let attributes = signed.check_attributes(signer);
        let signature = signed.verify_signature(signer, certificate, &[]);
        let chain = build_chain(certificate, &store, AT);
        println!(
            "{name} {} {tolerance:?} {attributes:?} {signature:?}",
            certificate.public_key().unwrap().describe()
        );
        match chain {
            Chain::Trusted(chain) => println!(
                "   {} {:?} link {}",
                chain.issuer.subject,
                chain.tolerated,
                chain.linked_by.is_some()
            ),
            other => println!("   {other:?}"),
        }
    }
}
