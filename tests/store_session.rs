//! A trust store in use remembers what it worked out; no document may be judged otherwise for it.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use forge::Cms;
use std::collections::BTreeSet;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::tlv;
use titre::inspection::{Profile, Subject, inspect, inspect_in};
use titre::lds::FileId;
use titre::pki::{Chain, MasterList, StoreSession, TrustStore, build_chain};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn ef_sod(cms: &Cms) -> Vec<u8> {
    tlv::encode(0x77, &cms.der())
}

#[test]
fn a_session_judges_each_document_as_if_it_were_alone() {
    let (key, new_key, ds_key, other) = (forge::key(1), forge::key(2), forge::key(3), forge::key(4));
    let old = forge::root(&key, ("UT", "CSCA"), 1);
    let link = forge::Order {
        key: &new_key,
        issuer_key: &key,
        subject_id: Some(2),
        serial: 9,
        not_after: "240101000000Z",
        ..old.clone()
    };
    let list_root = forge::root(&other, ("XX", "List"), 7);
    let bytes = Cms::new(forge::MASTER_LIST, &forge::list(&[old.der(), link.der()]), &list_root).der();
    let list = MasterList::verify(&bytes, &[list_root.certificate()], datetime!(2023-01-01 0:00 UTC), &[]);
    let mut store = TrustStore::default();
    store.add_list(&list.unwrap(), "list.ml", &bytes, false).unwrap();
    // One under each CSCA key, one that names a key that did not sign it, one that nobody signed.
    let direct = forge::signer(&ds_key, &old, ("UT", "DS"));
    let linked = forge::signer(&ds_key, &link, ("UT", "DS"));
    let forged = forge::Order { issuer_key: &other, ..direct.clone() };
    let stranger = forge::Order { issuer: ("UT", "X"), authority_id: None, ..forged.clone() };
    let content = forge::hashes(&[(1, b"one")]);
    let mut objects: Vec<Vec<u8>> =
        [&direct, &linked, &forged, &stranger].map(|ds| ef_sod(&Cms::new(forge::SOD, &content, ds))).into();
    // The signature of a remembered signer over something else.
    let mut altered = Cms::new(forge::SOD, &content, &direct);
    altered.content = forge::hashes(&[(1, b"two")]);
    objects.push(ef_sod(&altered));
    let session = StoreSession::new(&store);
    let mut verdicts = BTreeSet::new();
    for at in [datetime!(2023-01-01 0:00 UTC), AT, datetime!(2050-01-01 0:00 UTC), AT] {
        std::thread::scope(|scope| {
            for object in &objects {
                let (session, store) = (&session, &store);
                scope.spawn(move || {
                    let subject = Subject::security_object(FileId::Sod, object.clone());
                    let together = inspect_in(&subject, session, at, Profile::Operational);
                    assert_eq!(together, inspect(&subject, store, at, Profile::Operational));
                });
            }
        });
        for object in &objects {
            let subject = Subject::security_object(FileId::Sod, object.clone());
            let verdict = inspect(&subject, &store, at, Profile::Operational).verdict;
            verdicts.insert(format!("{verdict:?}"));
        }
    }
    assert_eq!(verdicts.len(), 3, "{verdicts:?}");
    assert_eq!(session.digest(), store.digest());
}

#[test]
fn of_certificates_with_one_key_the_valid_one_is_found_though_another_key_was_tried_first() {
    let (key, other, ds_key) = (forge::key(1), forge::key(2), forge::key(3));
    let expired = forge::Order { not_after: "240101000000Z", ..forge::root(&key, ("UT", "CSCA"), 1) };
    // The same key under another identifier, and another key under the same name.
    let renewed = forge::root(&key, ("UT", "CSCA"), 2);
    let stranger = forge::root(&other, ("UT", "CSCA"), 3);
    let ds = forge::signer(&ds_key, &expired, ("UT", "DS")).certificate();
    let mut store = TrustStore::default();
    for order in [&stranger, &expired, &renewed] {
        let certificate = order.certificate();
        store.add_certificate(&certificate, "root", certificate.as_der());
    }
    let session = StoreSession::new(&store);
    for at in [AT, datetime!(2050-01-01 0:00 UTC), AT] {
        let Chain::Trusted(chain) = build_chain(&ds, &session, at) else { panic!("no chain at {at}") };
        if at == AT {
            assert_eq!(chain.anchor(), &renewed.certificate());
        }
        assert_ne!(chain.anchor(), &stranger.certificate());
    }
}
