//! Revocation: lists that are right, changed in one place each; who may sign them and of whom they speak; what the
//! inspection makes of them; the store that keeps them; and the lists of others (NIST's suite, openssl).

mod cli;
#[expect(dead_code, reason = "each test file uses a part")]
#[path = "../forge/mod.rs"]
mod forge;
mod issuing;
mod judging;
mod others;
mod parsing;
mod store;

use time::OffsetDateTime;
use time::macros::datetime;
use titre::pki::TrustStore;
use titre::specimen::{Algorithms, DocumentKind, Order, Quirk, Specimen};

/// The time that everything is judged by; the lists of the forge are of the 1st and current until January.
const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// A store that trusts these certificates because a list had them, none by its name.
fn listed(members: &[&forge::Order<'_>]) -> TrustStore {
    let mut store = TrustStore::default();
    add_list(&mut store, members, "261001000000Z");
    store
}

/// Takes a list of the State XX into the store, in the place of the one before.
fn add_list(store: &mut TrustStore, members: &[&forge::Order<'_>], at: &str) {
    let key = forge::key(90);
    let signer = forge::root(&key, ("XX", "List"), 90);
    let members: Vec<Vec<u8>> = members.iter().map(|order| order.der()).collect();
    let mut cms = forge::Cms::new(forge::MASTER_LIST, &forge::list(&members), &signer);
    let time = titre::asn1::tlv::encode(0x17, at.as_bytes());
    cms.attributes[1] = forge::attribute("1.2.840.113549.1.9.5", &time);
    let bytes = cms.der();
    let list = titre::pki::MasterList::verify(&bytes, &[signer.certificate()], AT, &[]).unwrap();
    store.add_list(&list, "list.ml", &bytes, false).unwrap();
}

/// A specimen, its document signer on its State's list where `revoked`.
fn specimen(revoked: bool) -> Specimen {
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut portrait)
        .encode(&[200; 30 * 40 * 3], 30, 40, image::ExtendedColorType::Rgb8)
        .unwrap();
    Specimen::make(&Order {
        seed: 5,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::default(),
        quirks: revoked.then_some(Quirk::SignerRevoked).into_iter().collect(),
        at: AT,
        portrait: &portrait,
    })
    .unwrap()
}
