//! CMS as it is found in the field: each variant that real documents have, made here, with the departure that is named
//! where there is one, and the neighbour of it that must not pass.

#[expect(dead_code, reason = "each test file uses a part")]
mod forge;

use forge::Cms;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::{oid, tlv, write};
use titre::crypto::{HashAlgorithm, SignatureScheme};
use titre::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use titre::lds::{FileId, LdsSecurityObject, LdsVersionInfo};
use titre::pki::certificate::{self, CertificateError};
use titre::pki::{Certificate, CmsError, SignedData, SignerId, Tolerance, TrustStore, signed_data};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// A State of one CSCA and one signer.
struct State {
    root_key: titre::crypto::PrivateKey,
    key: titre::crypto::PrivateKey,
}

impl State {
    fn new() -> Self {
        Self { root_key: forge::key(1), key: forge::key(2) }
    }

    fn root(&self) -> forge::Order<'_> {
        forge::root(&self.root_key, ("UT", "CSCA"), 1)
    }

    fn signer(&self) -> forge::Order<'_> {
        forge::signer(&self.key, &self.root(), ("UT", "DS"))
    }

    fn sod(&self) -> Cms {
        Cms::new(forge::SOD, &forge::hashes(&[(1, b"one"), (2, b"two")]), &self.signer())
    }

    fn inspect(&self, sod: Vec<u8>) -> Inspection {
        let mut store = TrustStore::default();
        store.add_certificate(&self.root().certificate(), "root", b"root");
        inspect(&Subject::security_object(FileId::Sod, sod), &store, AT, Profile::Operational)
    }

    /// The object verifies, and this was read over.
    fn accepts(&self, what: &str, sod: Vec<u8>, tolerated: &[Tolerance]) {
        let inspection = self.inspect(sod);
        let decisive = inspection.root.decisive();
        assert_eq!(inspection.verdict, CheckResult::Successful, "{what}: {decisive:?}");
        assert_eq!(inspection.tolerated, tolerated, "{what}");
    }

    fn refuses(&self, what: &str, sod: Vec<u8>) {
        assert_eq!(self.inspect(sod).verdict, CheckResult::Failed, "{what}");
    }
}

/// The same value with indefinite lengths and octet strings in two segments, but for `whole`, which keeps its bytes.
fn indefinite(der: &[u8], whole: &[Vec<u8>]) -> Vec<u8> {
    let (value, rest) = tlv::read(der).unwrap();
    assert!(rest.is_empty());
    if whole.iter().any(|kept| kept == der) {
        return der.to_vec();
    }
    let tag = u8::try_from(value.tag).unwrap();
    let body: Vec<u8> = match tag {
        0x04 if value.value.len() > 1 => {
            let (first, second) = value.value.split_at(value.value.len() / 2);
            return [&[0x24, 0x80][..], &write::octet_string(first), &write::octet_string(second), &[0, 0]]
                .concat();
        }
        _ if tag & 0x20 == 0 => return der.to_vec(),
        _ => tlv::children(value.value)
            .unwrap()
            .iter()
            .flat_map(|child| indefinite(child.raw, whole))
            .collect(),
    };
    [&[tag, 0x80][..], &body, &[0, 0]].concat()
}

#[test]
fn indefinite_lengths_and_segments_are_read_and_signed_bytes_stay() {
    let state = State::new();
    let cms = state.sod();
    let ber = indefinite(&cms.der(), &cms.certificates);
    assert_ne!(ber, cms.der());
    assert_eq!(SignedData::parse(&ber).unwrap().content, cms.content);
    state.accepts("BER", tlv::encode(0x77, &ber), &[Tolerance::BerEncoding]);
    let mut changed = ber.clone();
    let at = changed.windows(4).position(|bytes| bytes == &cms.content[20..24]).unwrap();
    changed[at] ^= 1;
    state.refuses("BER with one bit changed", tlv::encode(0x77, &changed));
    // Never closed, closed twice, nested without end.
    for broken in [ber[..ber.len() - 2].to_vec(), [&ber[..], &[0, 0]].concat(), [0x30, 0x80].repeat(9_000)] {
        assert!(matches!(SignedData::parse(&broken), Err(CmsError::Malformed(_))));
    }
}

/// A certificate whose signed bytes have a length that is longer than DER wants: only its own bytes verify.
#[test]
fn a_certificate_inside_ber_keeps_its_bytes() {
    let state = State::new();
    let der = state.signer().der();
    let (tbs, rest) = tlv::read(tlv::read_only(0x30, &der).unwrap().value).unwrap();
    let head = tbs.raw.len() - tbs.value.len();
    assert_eq!(&tbs.raw[..2], &[0x30, 0x82], "a length of two bytes");
    let long = [&[0x30, 0x83, 0][..], &tbs.raw[2..head], tbs.value].concat();
    let algorithm = tlv::read(rest).unwrap().0.raw;
    let mut entropy = titre::crypto::SeededEntropy::new("long", 1);
    let signature = state.root_key.sign(&forge::SCHEME, &long, &mut entropy).unwrap();
    let certificate = write::sequence(&[&long, algorithm, &write::bit_string(&signature)]);
    let mut cms = state.sod();
    cms.certificates = vec![certificate.clone()];
    let ber = indefinite(&cms.der(), &cms.certificates);
    let parsed = SignedData::parse(&ber).unwrap();
    assert_eq!(parsed.certificates[0].as_der(), certificate);
    state.accepts("a certificate not in DER", tlv::encode(0x77, &ber), &[Tolerance::BerEncoding]);
}

#[test]
fn attributes_may_be_absent_but_never_become_the_content() {
    let state = State::new();
    let bare = Cms { attributes: Vec::new(), ..state.sod() };
    state.accepts("no attributes", bare.sod(), &[Tolerance::SignedAttributesMissing]);
    state.refuses("no attributes, another key", Cms { key: forge::key(9), ..bare }.sod());
    // The attributes of a genuine object, shown as content: the signature is the same.
    let genuine = state.sod();
    let attributes = write::set_of(&genuine.attributes);
    let shown = Cms { content: attributes, attributes: Vec::new(), ..state.sod() };
    let parsed = SignedData::parse(&shown.der()).unwrap();
    let (signer, certificate) = (&parsed.signers[0], &parsed.certificates[0]);
    let refused = CmsError::Attribute("signedAttributes");
    assert_eq!(parsed.verify_signature(signer, certificate, &[]), Err(refused.clone()));
    assert_eq!(parsed.check_attributes(signer), Err(refused));
}

#[test]
fn attributes_out_of_order_are_read_and_named() {
    let state = State::new();
    let cms = state.sod();
    let set = write::set_of(&cms.attributes);
    let sorted = tlv::read_only(0x31, &set).unwrap().value.to_vec();
    let members: Vec<Vec<u8>> =
        tlv::children(&sorted).unwrap().iter().map(|member| member.raw.to_vec()).collect();
    let turned: Vec<u8> = members.iter().rev().flatten().copied().collect();
    let sod = cms.sod();
    let at = sod.windows(sorted.len()).position(|bytes| bytes == sorted).unwrap();
    let mut changed = sod.clone();
    changed[at..at + sorted.len()].copy_from_slice(&turned);
    state.accepts("attributes unsorted", changed, &[Tolerance::SignedAttributesUnsorted]);
}

#[test]
fn the_signer_is_found_by_key_identifier_and_by_names_that_differ() {
    let state = State::new();
    let by = |id: Vec<u8>| Cms { signer_id: id, ..state.sod() }.sod();
    let key_id = |id: u8| tlv::encode(0x80, &[id; 20]);
    state.accepts("key identifier", by(key_id(0x77)), &[]);
    let parsed = SignedData::parse(&Cms { signer_id: key_id(0x77), ..state.sod() }.der()).unwrap();
    assert_eq!(parsed.signers[0].id, SignerId::KeyId(vec![0x77; 20]));
    let part = |kind, tag, text: &str| {
        write::set_of(&[write::sequence(&[&oid::object(kind), &tlv::encode(tag, text.as_bytes())])])
    };
    let serial = write::integer(0x55);
    let (country, common) = (part("2.5.4.6", 0x13, "UT"), part("2.5.4.3", 0x13, "csca "));
    let typed = write::sequence(&[&write::sequence(&[&country, &common]), &serial]);
    state.accepts("string types", by(typed), &[Tolerance::SignerNameNormalised]);
    let turned = write::sequence(&[&write::sequence(&[&common, &country]), &serial]);
    state.accepts("order of the name", by(turned), &[Tolerance::SignerNameReordered]);
    // Another serial number, another name, another key identifier: the certificate is not the signer's.
    let other_serial = write::sequence(&[&forge::name(("UT", "CSCA")), &write::integer(0x56)]);
    let other_name = write::sequence(&[&forge::name(("UT", "CSCB")), &serial]);
    for (what, id) in [("serial", other_serial), ("name", other_name), ("key identifier", key_id(0x78))] {
        let inspection = state.inspect(by(id));
        let signer = inspection.find("passive_authentication.signer").unwrap();
        assert_eq!(signer.reason.as_ref().unwrap().code, "signer_certificate_missing", "{what}");
        assert_eq!(inspection.verdict, CheckResult::Undetermined, "{what}");
    }
}

#[test]
fn a_missing_certificate_is_named_by_what_it_is_looked_for() {
    let state = State::new();
    let without = |id| Cms { certificates: Vec::new(), signer_id: id, ..state.sod() }.sod();
    let named = |id: Vec<u8>| {
        let inspection = state.inspect(without(id));
        assert_eq!(inspection.verdict, CheckResult::Undetermined);
        inspection.find("passive_authentication.signer").unwrap().reason.clone().unwrap().args
    };
    let by_serial = named(state.signer().certificate().issuer_and_serial());
    assert_eq!(by_serial, [("issuer", "C=UT, CN=CSCA".to_owned()), ("number", "55".to_owned())]);
    let by_key = named(tlv::encode(0x80, &[0x77; 20]));
    assert_eq!(by_key[1], ("number", "77".repeat(20)));
}

#[test]
fn content_types_of_the_field_are_read_and_named_and_no_other() {
    let state = State::new();
    let of = |kind| Cms::new(kind, &forge::hashes(&[(1, b"one")]), &state.signer()).sod();
    state.accepts("the right one", of(forge::SOD), &[]);
    for kind in ["1.2.840.113549.1.7.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1"] {
        state.accepts(kind, of(kind), &[Tolerance::LegacyContentType]);
    }
    for kind in [forge::MASTER_LIST, "0.4.0.127.0.7.3.2.1", "1.2.3"] {
        state.refuses(kind, of(kind));
    }
}

#[test]
fn hash_functions_need_not_be_the_same_everywhere() {
    let state = State::new();
    for hashes in HashAlgorithm::ALL {
        let groups = [(1, hashes.digest(b"one"))].into();
        let object = LdsSecurityObject { version: 0, hash: hashes, hashes: groups, version_info: None };
        let content = object.to_bytes().unwrap();
        for attributes in [HashAlgorithm::Sha224, HashAlgorithm::Sha384] {
            let mut cms = Cms::new(forge::SOD, &content, &state.signer());
            cms.digest = attributes;
            cms.scheme = SignatureScheme::EcdsaPlain { hash: HashAlgorithm::Sha512 };
            let right = write::octet_string(&attributes.digest(&content));
            cms.attributes[2] = forge::attribute("1.2.840.113549.1.9.4", &right);
            state.accepts(hashes.name(), cms.sod(), &[]);
            // The digest of another function than the one that is named.
            let wrong = write::octet_string(&HashAlgorithm::Sha256.digest(&content));
            cms.attributes[2] = forge::attribute("1.2.840.113549.1.9.4", &wrong);
            state.refuses(hashes.name(), cms.sod());
        }
    }
}

#[test]
fn both_versions_of_the_security_object_are_read() {
    let state = State::new();
    let info = LdsVersionInfo { lds_version: "0108".to_owned(), unicode_version: "040000".to_owned() };
    for (version, version_info) in [(0, None), (1, Some(info))] {
        let hashes = [(1, HashAlgorithm::Sha256.digest(b"one"))].into();
        let object = LdsSecurityObject { version, hash: HashAlgorithm::Sha256, hashes, version_info };
        let cms = Cms::new(forge::SOD, &object.to_bytes().unwrap(), &state.signer());
        state.accepts("version", cms.sod(), &[]);
        let parsed = SignedData::parse(&cms.der()).unwrap();
        assert_eq!(LdsSecurityObject::parse(&parsed.content).unwrap(), object);
    }
}

#[test]
fn certificates_that_cannot_be_read_do_not_hide_the_signer() {
    let state = State::new();
    let mut cms = state.sod();
    cms.certificates.insert(0, write::sequence(&[&write::integer(1)]));
    state.accepts("an unreadable certificate first", cms.sod(), &[]);
}

#[test]
fn sizes_and_counts_are_bounded() {
    let state = State::new();
    let long = |len| forge::Order { more: vec![("2.5.29.99", vec![0; len])], ..state.signer() }.der();
    assert!(Certificate::parse(&long(certificate::MAX_LEN / 2)).is_ok());
    let refused = Certificate::parse(&long(certificate::MAX_LEN));
    assert_eq!(refused, Err(CertificateError("too long")));
    let parse = |change: fn(&mut Cms)| {
        let mut cms = state.sod();
        change(&mut cms);
        SignedData::parse(&cms.der()).map(|parsed| (parsed.certificates.len(), parsed.signers.len()))
    };
    let too_many = Err(CmsError::Malformed("too many certificates or signers"));
    assert_eq!(parse(|cms| cms.certificates = vec![cms.certificates[0].clone(); 64]), Ok((64, 1)));
    assert_eq!(parse(|cms| cms.certificates = vec![cms.certificates[0].clone(); 65]), too_many);
    assert_eq!(parse(|cms| cms.signers = 8), Ok((1, 8)));
    assert_eq!(parse(|cms| cms.signers = 9), too_many);
    assert_eq!(SignedData::parse(&vec![0; signed_data::MAX_LEN + 1]), Err(CmsError::Malformed("too long")));
}

#[test]
fn what_stands_before_the_value_of_an_extension_is_whether_it_is_critical() {
    let state = State::new();
    let mut der = forge::Order { critical: Some("1.2.3.4"), ..state.root() }.der();
    let critical = [0x2A, 0x03, 0x04, 0x01, 0x01, 0xFF];
    let at = der.windows(6).position(|bytes| bytes == critical).unwrap() + 3;
    let unknown = |der: &[u8]| {
        let certificate = Certificate::parse(der)?;
        Ok(certificate.unknown_critical(&titre::pki::KNOWN_EXTENSIONS).len())
    };
    assert_eq!(unknown(&der), Ok(1));
    der[at + 2] = 0;
    assert_eq!(unknown(&der), Ok(0), "FALSE, which DER leaves out");
    der[at] = 0x02;
    assert_eq!(unknown(&der), Err(CertificateError("extensions")));
}

#[test]
fn what_is_no_signed_data_is_not_read_as_one() {
    let der = State::new().sod().der();
    let id_signed_data = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let at = der.windows(9).position(|bytes| bytes == id_signed_data).unwrap() + 8;
    // Another content type, another tag around the content.
    for (at, value) in [(at, 0x03), (at + 1, 0xA1)] {
        let mut changed = der.clone();
        changed[at] = value;
        assert_eq!(SignedData::parse(&changed), Err(CmsError::Malformed("no SignedData")), "{at}");
    }
}
