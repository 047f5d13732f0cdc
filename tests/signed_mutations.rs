//! Signed files that are broken: the short, deterministic companion of the fuzz targets `ber`, `certificate`,
//! `signed_data`, `master_list`, `security_object` and `card_verifiable`. Every file is answered, by a result or an error, and what is
//! signed and was changed is never found genuine.
//!
//! With `TITRE_SEEDS=DIR` the whole files are written there, a folder for each target: `fuzz/run.sh` starts from them.

mod breaker;
#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use breaker::withstands;
use forge::Cms;
use std::path::Path;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::{ber, oid, tlv};
use titre::crypto::{HashAlgorithm, NamedCurve, PrivateKey, SeededEntropy, SignatureScheme};
use titre::inspection::{CheckResult, Profile, Subject, inspect};
use titre::lds::card_verifiable::{
    Authorization, CardVerifiableCertificate, CertificateBody, KeyReference, Role, TerminalPublicKey,
    TerminalScheme,
};
use titre::lds::{EfCvca, FileId};
use titre::pki::profile::{self, Kind};
use titre::pki::{Certificate, MasterList, SignedData, TrustStore};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn seed(target: &str, name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("TITRE_SEEDS") {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

struct Made {
    root: Certificate,
    sod: Vec<u8>,
    list: Vec<u8>,
}

fn made() -> Made {
    let (root_key, key) = (forge::key(1), forge::key(2));
    let root = forge::root(&root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&key, &root, ("UT", "DS"));
    let list_signer = forge::Order { purpose: Some("2.23.136.1.1.3"), ..signer.clone() };
    let content = forge::hashes(&[(1, b"one"), (2, b"two")]);
    Made {
        root: root.certificate(),
        sod: tlv::encode(0x77, &Cms::new(forge::SOD, &content, &signer).der()),
        list: Cms::new(forge::MASTER_LIST, &forge::list(&[root.der()]), &list_signer).der(),
    }
}

/// The same value with every length indefinite.
fn indefinite(der: &[u8]) -> Vec<u8> {
    let (value, _) = tlv::read(der).unwrap();
    match u8::try_from(value.tag).unwrap() {
        tag if tag & 0x20 == 0 => der.to_vec(),
        tag => {
            let children = tlv::children(value.value).unwrap();
            let body: Vec<u8> = children.iter().flat_map(|child| indefinite(child.raw)).collect();
            [&[tag, 0x80][..], &body, &[0, 0]].concat()
        }
    }
}

#[test]
fn ber_is_normalised_or_refused() {
    let whole = indefinite(&made().sod);
    seed("ber", "indefinite", &whole);
    withstands("BER", &whole, 3000, |bytes| {
        let Ok(definite) = ber::to_definite(bytes) else { return false };
        assert_eq!(ber::to_definite(&definite).unwrap(), definite, "once is enough");
        assert_eq!(ber::to_der(&definite).unwrap(), ber::to_der(bytes).unwrap());
        assert!(definite.len() <= 2 * bytes.len() + 8, "lengths take a few bytes, no more");
        true
    });
}

#[test]
fn certificates() {
    let root = made().root;
    seed("certificate", "root", root.as_der());
    let genuine = root.as_der().to_vec();
    withstands("certificate", &genuine, 2000, |bytes| {
        let Ok(certificate) = Certificate::parse(bytes) else { return false };
        let _ = (
            profile::broken(&certificate, Kind::of(&certificate)),
            certificate.subject.to_string(),
            certificate.country(),
        );
        let signed = certificate.verify_issued_by(&root).is_ok();
        assert!(!signed || certificate.tbs() == root.tbs(), "what was changed is not signed");
        signed
    });
}

#[test]
fn signed_data() {
    let made = made();
    let whole = tlv::read_only(0x77, &made.sod).unwrap().value.to_vec();
    seed("signed_data", "sod", &whole);
    seed("signed_data", "indefinite", &indefinite(&whole));
    let content = SignedData::parse(&whole).unwrap().content;
    for (name, whole) in [("SignedData", whole.clone()), ("SignedData in BER", indefinite(&whole))] {
        withstands(name, &whole, 1000, |bytes| {
            let Ok(signed) = SignedData::parse(bytes) else { return false };
            signed.signers.iter().any(|signer| {
                let Ok((certificate, _)) = signed.certificate_of(signer) else { return false };
                let attributes = signed.check_attributes(signer).is_ok();
                let verified = signed.verify_signature(signer, certificate, &[]).is_ok();
                let trusted = certificate.verify_issued_by(&made.root).is_ok();
                let genuine = attributes && verified && trusted;
                assert!(!genuine || signed.content == content, "what was changed is not signed");
                genuine
            })
        });
    }
}

#[test]
fn master_lists() {
    let made = made();
    seed("master_list", "list", &made.list);
    let pinned = [made.root.clone()];
    withstands("master list", &made.list, 1000, |bytes| {
        let Ok(list) = MasterList::verify(bytes, &pinned, AT, &[]) else { return false };
        assert_eq!(list.certificates, pinned, "what was changed is not signed");
        true
    });
}

#[test]
fn security_objects() {
    let made = made();
    seed("security_object", "sod", &made.sod);
    let mut store = TrustStore::default();
    store.add_certificate(&made.root, "root", b"root");
    withstands("EF.SOD", &made.sod, 1000, |bytes| {
        for file in [FileId::CardSecurity, FileId::Sod] {
            let subject = Subject::security_object(file, bytes.to_vec());
            let inspection = inspect(&subject, &store, AT, Profile::Operational);
            if inspection.verdict == CheckResult::Successful {
                return true;
            }
        }
        false
    });
}

#[test]
fn card_verifiable_certificates() {
    let mut entropy = SeededEntropy::new("card verifiable", 1);
    let key = PrivateKey::generate_ec(NamedCurve::BrainpoolP256r1, &mut entropy).unwrap();
    let scheme =
        TerminalScheme::from_signature(SignatureScheme::Ecdsa { hash: HashAlgorithm::Sha256 }).unwrap();
    let name = KeyReference::new(b"UTCVCA00001").unwrap();
    let body = CertificateBody {
        issuer: name.clone(),
        key: TerminalPublicKey::new(scheme, &key.public(), true).unwrap(),
        holder: name,
        authorization: Authorization::inspection(Role::Cvca, true, true),
        effective: AT.date(),
        expires: AT.date(),
        extensions: vec![tlv::encode(0x73, &oid::object("0.4.0.127.0.7.3.1.3.2"))],
    };
    let whole = CardVerifiableCertificate::issue(body.clone(), &key, scheme, &mut entropy).unwrap();
    assert_eq!(CardVerifiableCertificate::parse(&whole.to_bytes()).as_ref(), Ok(&whole));
    assert_eq!(whole.body(), &body);
    seed("card_verifiable", "cvca", &whole.to_bytes());
    withstands("card verifiable certificate", &whole.to_bytes(), 2000, |bytes| {
        let Ok(certificate) = CardVerifiableCertificate::parse(bytes) else { return false };
        let said = certificate.body();
        let again = CardVerifiableCertificate::parse(&certificate.to_bytes()).unwrap();
        assert_eq!(again.body(), said, "what was read is written");
        let _ = (said.to_bytes(), said.holder.to_string(), format!("{certificate:?}"));
        let signed = certificate.verify(&key.public(), scheme).is_ok();
        assert!(!signed || *said == body, "what was changed is not signed");
        signed
    });
    let file = EfCvca { current: body.holder.clone(), previous: Some(body.issuer) }.to_bytes();
    withstands("EF.CVCA", &file, 1000, |bytes| {
        let Ok(file) = EfCvca::parse(bytes) else { return false };
        EfCvca::parse(&file.to_bytes()) == Ok(file)
    });
}
