//! Signatures, lists and chains against public material (the authorities' master lists, EF.SODs of real
//! documents), and against what is forged here to be wrong in one place.
//!
//! The material stands beside the repository in `../shared/data`. Where a test does not find its file it says so
//! by name and passes; where `CI` is set and the folder is there, a missing file is a failure.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use forge::Cms;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::macros::datetime;
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::FileId;
use titre::pki::{
    Certificate, Chain, MasterList, MasterListError, SignedData, StoreError, StoreSession, Tolerance,
    TrustStore, build_chain,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data")
}

/// The bytes of a file of the shared material; `None`, said aloud, where it is absent.
fn material(test: &str, name: &str) -> Option<Vec<u8>> {
    match std::fs::read(folder().join(name)) {
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

fn german_list(test: &str) -> Option<(MasterList, Vec<u8>)> {
    let (bytes, root) = (material(test, LIST)?, material(test, ROOT)?);
    let root = Certificate::parse(&root).unwrap();
    Some((MasterList::verify(&bytes, &[root], AT, &[]).unwrap(), bytes))
}

fn german_store(test: &str) -> Option<TrustStore> {
    let (list, bytes) = german_list(test)?;
    let mut store = TrustStore::default();
    store.add_list(&list, "DE.ml", &bytes, false).unwrap();
    Some(store)
}

fn inspect_file(file: FileId, bytes: &[u8], store: &TrustStore, at: OffsetDateTime) -> Inspection {
    inspect(&Subject::security_object(file, bytes.to_vec()), store, at, Profile::Operational)
}

fn result(inspection: &Inspection, id: &str) -> CheckResult {
    inspection.find(id).unwrap_or_else(|| panic!("no check {id}")).result
}

#[test]
fn real_documents_verify_today_and_what_was_read_over_is_named() {
    let Some(store) = german_store("real documents") else { return };
    for (name, tolerated) in [
        ("SOD_AT", &[][..]),
        ("SOD_CN", &[Tolerance::LegacyContentType]),
        ("SOD_DE", &[]),
        ("SOD_FR", &[]),
        ("SOD_NZ", &[Tolerance::BerEncoding, Tolerance::SignatureAlgorithmWithoutHash]),
        ("SOD_SG", &[]),
        ("SOD_UK", &[]),
        ("SOD_US", &[Tolerance::SignatureAlgorithmWithoutHash]),
        ("CardSecurity_DE", &[]),
    ] {
        let bytes = material!("real documents", &format!("sod/{name}.bin"));
        let file = if name.starts_with("SOD") { FileId::Sod } else { FileId::CardSecurity };
        let inspection = inspect_file(file, &bytes, &store, AT);
        assert_eq!(inspection.verdict, CheckResult::Successful, "{name}: {:?}", inspection.root.decisive());
        assert_eq!(inspection.tolerated, tolerated, "{name}");
        // Long after, the certificates have expired; long before, the clock must be wrong.
        for (at, expected) in [
            (datetime!(2050-01-01 0:00 UTC), CheckResult::Failed),
            (datetime!(2000-01-01 0:00 UTC), CheckResult::Undetermined),
        ] {
            let later = inspect_file(file, &bytes, &store, at);
            assert_eq!(result(&later, "passive_authentication.validity"), expected, "{name}");
            assert_eq!(later.verdict, expected, "{name}");
        }
    }
}

#[test]
fn every_broken_object_fails_at_its_own_check() {
    let Some(store) = german_store("broken objects") else { return };
    for (name, check) in [
        ("BAD_SOD_DE_lastbyte", "passive_authentication.sod.signature"),
        ("BAD_CardSecurity_DE_lastbyte", "passive_authentication.sod.signature"),
        ("BAD_CardSecurity_DE_oid", "passive_authentication.sod.signed_attributes"),
    ] {
        let bytes = material!("broken objects", &format!("sod/{name}.bin"));
        let file = if name.contains("SOD") { FileId::Sod } else { FileId::CardSecurity };
        let inspection = inspect_file(file, &bytes, &store, AT);
        assert_eq!(inspection.verdict, CheckResult::Failed, "{name}");
        assert_eq!(result(&inspection, check), CheckResult::Failed, "{name}");
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_real_object_never_verifies() {
    let Some(store) = german_store("flipped bits") else { return };
    for name in ["SOD_DE", "SOD_FR", "SOD_SG", "SOD_NZ"] {
        let good = material!("flipped bits", &format!("sod/{name}.bin"));
        let reference = inspect_file(FileId::Sod, &good, &store, AT);
        for at in (0..good.len()).step_by(41) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x04;
            let inspection = inspect_file(FileId::Sod, &bytes, &store, AT);
            // What is not signed (the list of digest algorithms, version numbers) may change without harm; then
            // everything that was said of the document is still the same.
            if inspection.verdict == CheckResult::Successful {
                assert_eq!(inspection.signer, reference.signer, "{name} byte {at}");
            }
        }
    }
}

#[test]
fn an_unknown_csca_is_undetermined_and_named() {
    let Some((list, _)) = german_list("unknown CSCA") else { return };
    let bytes = material!("unknown CSCA", "sod/SOD_FR.bin");
    let mut store = TrustStore::default();
    for certificate in list.certificates.iter().filter(|c| c.country().as_deref() != Some("FR")) {
        store.add_certificate(certificate, "others", b"others");
    }
    let inspection = inspect_file(FileId::Sod, &bytes, &store, AT);
    assert_eq!(inspection.verdict, CheckResult::Undetermined);
    let chain = inspection.find("passive_authentication.chain").unwrap();
    let reason = chain.reason.as_ref().unwrap();
    assert_eq!(reason.code, "csca_missing");
    assert!(reason.args.contains(&("country", "FR".to_owned())));
    let key = reason.args.iter().find(|(name, _)| *name == "key_id").unwrap();
    assert_eq!(key.1.len(), 40, "the key identifier in hexadecimal");
}

#[test]
fn the_german_list_is_as_it_was_measured() {
    let Some((list, _)) = german_list("German list") else { return };
    assert_eq!((list.certificates.len(), list.unreadable.len()), (588, 0));
    assert_eq!(list.tolerated, []);
    let countries: std::collections::BTreeSet<_> =
        list.certificates.iter().map(Certificate::country).collect();
    assert_eq!(countries.len(), 112);
    // All keys are of kinds that titre computes with; explicit parameters all equal a known curve.
    assert!(list.certificates.iter().all(|c| c.public_key().is_ok() && c.signature_scheme().is_ok()));
    // Every certificate is signed by its own key or by another of the list, but for the first links of chains
    // whose beginning is no longer published.
    let signed_by_another = |certificate: &Certificate| {
        let issuers = list.certificates.iter().filter(|issuer| *issuer != certificate);
        issuers
            .filter(|issuer| certificate.issuer.compare(&issuer.subject) != titre::pki::NameMatch::Different)
            .any(|issuer| certificate.verify_issued_by(issuer).is_ok())
    };
    let (roots, others): (Vec<_>, Vec<_>) =
        list.certificates.iter().partition(|certificate| titre::pki::chain::is_root(certificate));
    let (links, open): (Vec<_>, Vec<_>) = others.into_iter().partition(|c| signed_by_another(c));
    assert_eq!((roots.len(), links.len(), open.len()), (375, 199, 14));
    // Of every link whose beginning is missing, the key is that of a root too: no key is lost by not trusting it.
    assert!(open.iter().all(|link| roots.iter().any(|root| root.spki() == link.spki())));
}

#[test]
fn a_list_that_was_changed_or_is_by_somebody_else_is_refused() {
    let Some((list, bytes)) = german_list("changed list") else { return };
    let root = Certificate::parse(&material!("changed list", ROOT)).unwrap();
    let verify = |bytes: &[u8], pinned: &[Certificate]| MasterList::verify(bytes, pinned, AT, &[]);
    for at in [bytes.len() / 3, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(verify(&changed, std::slice::from_ref(&root)).is_err(), "byte {at}");
    }
    let stranger = list.certificates.iter().find(|c| c.country().as_deref() == Some("FR")).unwrap().clone();
    assert!(matches!(verify(&bytes, &[stranger]), Err(MasterListError::Untrusted { .. })));
    assert!(matches!(verify(&bytes, &[]), Err(MasterListError::Untrusted { .. })));
    let sod = material!("changed list", "sod/SOD_DE.bin");
    let cms = &titre::asn1::tlv::read_only(0x77, &sod).unwrap().value;
    assert!(matches!(verify(cms, &[root]), Err(MasterListError::ContentType(_))));
}

#[test]
fn the_icao_list_needs_its_deviation_to_be_asked_for() {
    let bytes = material!("ICAO list", "masterlists/ICAO_ml_September2023.ml");
    let signed = SignedData::parse(&bytes).unwrap();
    let anchor = signed.certificates.iter().find(|c| c.is_ca() == Some(true)).unwrap().clone();
    let verify = |asked: &[Tolerance]| MasterList::verify(&bytes, std::slice::from_ref(&anchor), AT, asked);
    assert!(matches!(verify(&[]), Err(MasterListError::Deviation { .. })));
    let list = verify(&[Tolerance::DigestInfoWithoutNull]).unwrap();
    assert_eq!(list.certificates.len() + list.unreadable.len(), 394);
    assert!(list.tolerated.contains(&Tolerance::DigestInfoWithoutNull));
}

#[test]
fn an_older_list_is_refused_and_a_newer_one_takes_its_place() {
    let Some((new, new_bytes)) = german_list("older list") else { return };
    let old_bytes = material!("older list", "masterlists/DE_ML_2024-08-07-07-38-24.ml");
    let signed = SignedData::parse(&old_bytes).unwrap();
    let anchor = signed.certificates.iter().find(|c| c.is_ca() == Some(true)).unwrap().clone();
    let old = MasterList::verify(&old_bytes, &[anchor], AT, &[]).unwrap();
    let mut store = TrustStore::default();
    store.add_list(&old, "old.ml", &old_bytes, false).unwrap();
    let change = store.add_list(&new, "new.ml", &new_bytes, false).unwrap();
    assert_eq!(store.len(), 588);
    assert_eq!(541 + change.new - change.gone, 588);
    let refused = store.add_list(&old, "old.ml", &old_bytes, false);
    assert!(matches!(refused, Err(StoreError::Older { .. })), "{refused:?}");
    assert_eq!(store.len(), 588);
    store.add_list(&old, "old.ml", &old_bytes, true).unwrap();
    assert_eq!(store.len(), 541);
    // The same list again changes nothing.
    let digest = store.digest();
    store.add_list(&old, "old.ml", &old_bytes, false).unwrap();
    assert_eq!(store.digest(), digest);
}

#[test]
fn a_store_reads_back_and_shows_every_change() {
    let key = forge::key(1);
    let root = forge::root(&key, ("UT", "CSCA"), 1).certificate();
    let mut store = TrustStore::default();
    assert!(store.add_certificate(&root, "root.cer", root.as_der()));
    assert!(!store.add_certificate(&root, "root.cer", root.as_der()));
    let saved = store.save().unwrap();
    assert_eq!(TrustStore::load(&saved).unwrap(), store);
    let text = String::from_utf8(saved).unwrap();
    assert!(text.contains(&store.digest()));
    let other = forge::root(&key, ("UT", "CSCA"), 2).certificate();
    let encode = <base64ct::Base64 as base64ct::Encoding>::encode_string;
    for (from, to) in
        [("root.cer".to_owned(), "evil.cer".to_owned()), (encode(root.as_der()), encode(other.as_der()))]
    {
        assert!(text.contains(&from));
        assert_eq!(TrustStore::load(text.replace(&from, &to).as_bytes()), Err(StoreError::Digest));
    }
    for broken in ["", "{}", "[]", &text[..text.len() / 2], &text.replace("trust-store/1", "trust-store/2")] {
        assert!(matches!(TrustStore::load(broken.as_bytes()), Err(StoreError::Malformed(_))));
    }
}

#[test]
fn only_list_signers_sign_lists() {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let content = forge::list(&[root.der()]);
    let by = |order: &forge::Order<'_>| Cms::new(forge::MASTER_LIST, &content, order).der();
    let pinned = [root.certificate()];
    let verify = |bytes: &[u8], asked: &[Tolerance]| MasterList::verify(bytes, &pinned, AT, asked);
    let mut order = forge::signer(&key, &root, ("UT", "Signer"));
    // A document signer below the same CSCA.
    assert!(matches!(verify(&by(&order), &[]), Err(MasterListError::Usage { .. })));
    let asked = [Tolerance::ListSignerUsageMissing];
    assert_eq!(verify(&by(&order), &asked).unwrap().tolerated, asked);
    order.purpose = Some("2.23.136.1.1.3");
    let list = verify(&by(&order), &[]).unwrap();
    assert_eq!((list.certificates.len(), list.anchor == pinned[0]), (1, true));
    // The signer's certificate had run out when the list was signed.
    order.not_after = "230101000000Z";
    assert!(matches!(verify(&by(&order), &[]), Err(MasterListError::Validity { .. })));
    // A self-made signer under the same name as the CSCA's.
    let other = forge::key(9);
    let forged = forge::Order { issuer_key: &other, not_after: "330101000000Z", ..order };
    assert!(matches!(verify(&by(&forged), &[]), Err(MasterListError::Untrusted { .. })));
}

#[test]
fn a_document_signer_makes_no_list_signer() {
    let (root_key, key, list_key) = (forge::key(1), forge::key(2), forge::key(3));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let above = |ca, usage| forge::Order {
        ca,
        usage,
        subject_id: Some(8),
        ..forge::signer(&key, &root, ("UT", "Between"))
    };
    let verify = |above: &forge::Order<'_>| {
        let signer = forge::Order {
            purpose: Some("2.23.136.1.1.3"),
            authority_id: Some(8),
            ..forge::signer(&list_key, above, ("UT", "List"))
        };
        let mut cms = Cms::new(forge::MASTER_LIST, &forge::list(&[root.der()]), &signer);
        cms.certificates.push(above.der());
        MasterList::verify(&cms.der(), &[root.certificate()], AT, &[]).map(drop)
    };
    // A certificate authority between them is one; whoever only signs documents is none, whatever its key usage says.
    assert_eq!(verify(&above(true, Some(0x04))), Ok(()));
    for usage in [Some(0x80), Some(0x04), None] {
        let found = verify(&above(false, usage));
        assert!(matches!(found, Err(MasterListError::Untrusted { .. })), "{usage:?}: {found:?}");
    }
}

#[test]
fn a_link_certificate_is_trusted_only_through_the_key_that_signed_it() {
    let (old_key, new_key, ds_key) = (forge::key(1), forge::key(2), forge::key(3));
    let old = forge::root(&old_key, ("UT", "CSCA"), 1);
    let new = forge::root(&new_key, ("UT", "CSCA"), 2);
    let link = forge::Order { issuer_key: &old_key, authority_id: Some(1), serial: 9, ..new.clone() };
    let ds = forge::signer(&ds_key, &new, ("UT", "DS")).certificate();
    // The certificates come by a list, not by name: naming a certificate is trusting it.
    let list_key = forge::key(4);
    let list_root = forge::root(&list_key, ("XX", "List"), 7);
    let chain = |members: &[&forge::Order<'_>]| {
        let members: Vec<Vec<u8>> = members.iter().map(|order| order.der()).collect();
        let bytes = Cms::new(forge::MASTER_LIST, &forge::list(&members), &list_root).der();
        let list = MasterList::verify(&bytes, &[list_root.certificate()], AT, &[]).unwrap();
        let mut store = TrustStore::default();
        store.add_list(&list, "list.ml", &bytes, false).unwrap();
        build_chain(&ds, &StoreSession::new(&store), AT)
    };
    assert_eq!(chain(&[&link]), Chain::NoIssuer);
    assert_eq!(chain(&[&old]), Chain::NoIssuer);
    let Chain::Trusted(linked) = chain(&[&old, &link]) else { panic!("the link leads to the old key") };
    assert_eq!(linked.anchor(), &old.certificate());
    assert_eq!(linked.tolerated, [Tolerance::LinkCertificate]);
    // Of two certificates with the key that signed the link, the one that is valid.
    let expired = forge::Order { not_after: "240101000000Z", serial: 8, ..old.clone() };
    let Chain::Trusted(linked) = chain(&[&expired, &old, &link]) else { panic!("the old key is there") };
    assert_eq!(linked.anchor(), &old.certificate());
    let Chain::Trusted(direct) = chain(&[&old, &link, &new]) else { panic!("the new key is there") };
    assert_eq!((direct.anchor(), direct.linked_by.is_none()), (&new.certificate(), true));
}

#[test]
fn names_and_key_identifiers_are_hints_and_the_signature_decides() {
    let (key, ds_key, other) = (forge::key(1), forge::key(2), forge::key(3));
    let root = forge::root(&key, ("UT", "CSCA"), 1);
    let mut store = TrustStore::default();
    store.add_certificate(&root.certificate(), "root", b"root");
    let ds = forge::signer(&ds_key, &root, ("UT", "DS"));
    let chain = |order: &forge::Order<'_>| build_chain(&order.certificate(), &StoreSession::new(&store), AT);
    let tolerated = |order: &forge::Order<'_>| match chain(order) {
        Chain::Trusted(chain) => chain.tolerated,
        other => panic!("{other:?}"),
    };
    assert_eq!(tolerated(&ds), []);
    let lower = forge::Order { issuer: ("ut", "csca"), ..ds.clone() };
    assert_eq!(tolerated(&lower), [Tolerance::IssuerNameNormalised]);
    let renamed = forge::Order { issuer: ("UT", "Another name"), ..ds.clone() };
    assert_eq!(tolerated(&renamed), [Tolerance::IssuerNameDifferent]);
    let without = forge::Order { authority_id: None, ..ds.clone() };
    assert_eq!(tolerated(&without), [Tolerance::AuthorityKeyIdMissing]);
    let wrong = forge::Order { authority_id: Some(5), ..ds.clone() };
    assert_eq!(tolerated(&wrong), [Tolerance::AuthorityKeyIdDifferent]);
    // With the key identifier of the CSCA and another key's signature it is a forgery; with another identifier
    // it may be a key that the store does not have.
    assert_eq!(chain(&forge::Order { issuer_key: &other, ..ds.clone() }), Chain::Forged);
    let unknown = forge::Order { issuer_key: &other, authority_id: Some(5), ..ds.clone() };
    assert_eq!(chain(&unknown), Chain::NoIssuer);
    let stranger = forge::Order { issuer: ("UT", "X"), authority_id: None, ..ds.clone() };
    assert_eq!(chain(&stranger), Chain::NoIssuer);
    // What the CSCA's certificate says and titre does not understand is named.
    let odd = forge::Order { critical: Some("1.2.3.4"), ..root.clone() }.certificate();
    let mut store = TrustStore::default();
    store.add_certificate(&odd, "odd", b"odd");
    let Chain::Trusted(chain) = build_chain(&ds.certificate(), &StoreSession::new(&store), AT) else {
        panic!("the user trusts it")
    };
    assert_eq!(chain.tolerated, [Tolerance::ExtensionNotProcessed]);
}

#[test]
fn each_state_s_lists_are_of_an_age_of_their_own() {
    let keys: Vec<_> = (1..5).map(forge::key).collect();
    let list = |country: &'static str, member: usize, time: &str| {
        let signer = forge::root(&keys[0], (country, "List"), 9);
        let member = forge::root(&keys[member], (country, "CSCA"), 1);
        let mut cms = Cms::new(forge::MASTER_LIST, &forge::list(&[member.der()]), &signer);
        let time = titre::asn1::tlv::encode(0x17, time.as_bytes());
        cms.attributes[1] = forge::attribute("1.2.840.113549.1.9.5", &time);
        let bytes = cms.der();
        (MasterList::verify(&bytes, &[signer.certificate()], AT, &[]).unwrap(), bytes)
    };
    let mut store = TrustStore::default();
    let mut add = |(list, bytes): (MasterList, Vec<u8>)| store.add_list(&list, "list.ml", &bytes, false);
    assert_eq!(add(list("UT", 1, "250101000000Z")).map(|change| (change.new, change.gone)), Ok((1, 0)));
    assert_eq!(add(list("XX", 2, "240101000000Z")).map(|change| (change.new, change.gone)), Ok((1, 0)));
    assert!(matches!(add(list("UT", 3, "241231235959Z")), Err(StoreError::Older { .. })));
    assert_eq!(add(list("UT", 3, "250101000000Z")).map(|change| (change.new, change.gone)), Ok((1, 1)));
    assert_eq!(store.newest_list(), Some(datetime!(2025-01-01 0:00 UTC)));
    // A certificate is found by as much of its digest as no other has.
    let digests: Vec<String> =
        store.entries().map(|entry| hex::encode(entry.certificate.fingerprint())).collect();
    for digest in &digests {
        let found = store.find(&digest[..16].to_uppercase()).unwrap();
        assert_eq!(hex::encode(found.certificate.fingerprint()), *digest);
    }
    assert!(store.find("").is_none() && store.find("xyz").is_none());
}
