//! Certificates and SignedData made to measure, so that tests can be wrong in exactly one place.

pub mod crl;

pub mod lists;

use titre::asn1::{oid, tlv, write};
use titre::crypto::{HashAlgorithm, NamedCurve, PrivateKey, SeededEntropy, SignatureScheme};
use titre::pki::Certificate;

pub const SCHEME: SignatureScheme = SignatureScheme::Ecdsa { hash: HashAlgorithm::Sha256 };
pub const SOD: &str = "2.23.136.1.1.1";
pub const MASTER_LIST: &str = "2.23.136.1.1.2";

pub fn key(seed: u64) -> PrivateKey {
    PrivateKey::generate_ec(NamedCurve::P256, &mut SeededEntropy::new("forge", seed)).unwrap()
}

/// What a forged certificate says.
#[derive(Clone)]
pub struct Order<'a> {
    pub subject: (&'a str, &'a str),
    pub issuer: (&'a str, &'a str),
    pub serial: u8,
    pub key: &'a PrivateKey,
    pub issuer_key: &'a PrivateKey,
    pub ca: bool,
    /// The path length of a certification authority.
    pub path_len: Option<u8>,
    /// The key usage bits; none for no extension.
    pub usage: Option<u8>,
    pub purpose: Option<&'static str>,
    pub not_after: &'a str,
    /// Seeds of subject and authority key identifiers; none for no extension.
    pub subject_id: Option<u8>,
    pub authority_id: Option<u8>,
    /// A critical extension without content.
    pub critical: Option<&'static str>,
    /// Further extensions with their values.
    pub more: Vec<(&'static str, Vec<u8>)>,
    /// Another SubjectPublicKeyInfo than that of `key`.
    pub spki: Option<Vec<u8>>,
}

pub fn root<'a>(key: &'a PrivateKey, name: (&'a str, &'a str), id: u8) -> Order<'a> {
    Order {
        subject: name,
        issuer: name,
        serial: id,
        key,
        issuer_key: key,
        ca: true,
        path_len: Some(0),
        usage: Some(0x06),
        purpose: None,
        not_after: "350101000000Z",
        subject_id: Some(id),
        authority_id: Some(id),
        critical: None,
        more: Vec::new(),
        spki: None,
    }
}

pub fn signer<'a>(key: &'a PrivateKey, above: &Order<'a>, subject: (&'a str, &'a str)) -> Order<'a> {
    Order {
        subject,
        issuer: above.subject,
        serial: 0x55,
        key,
        issuer_key: above.key,
        ca: false,
        path_len: Some(0),
        usage: Some(0x80),
        purpose: None,
        not_after: "330101000000Z",
        subject_id: Some(0x77),
        authority_id: above.subject_id,
        critical: None,
        more: Vec::new(),
        spki: None,
    }
}

pub fn name((country, common): (&str, &str)) -> Vec<u8> {
    let part = |kind, tag, text: &str| {
        write::set_of(&[write::sequence(&[&oid::object(kind), &tlv::encode(tag, text.as_bytes())])])
    };
    let country = if country.is_empty() { Vec::new() } else { part("2.5.4.6", 0x13, country) };
    write::sequence(&[&country, &part("2.5.4.3", 0x0C, common)])
}

pub fn extension(id: &'static str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { write::boolean(true) } else { Vec::new() };
    write::sequence(&[&oid::object(id), &critical, &write::octet_string(value)])
}

impl Order<'_> {
    pub fn der(&self) -> Vec<u8> {
        let mut extensions = Vec::new();
        if let Some(id) = self.subject_id {
            extensions.push(extension("2.5.29.14", false, &write::octet_string(&[id; 20])));
        }
        if let Some(id) = self.authority_id {
            let value = write::sequence(&[&tlv::encode(0x80, &[id; 20])]);
            extensions.push(extension("2.5.29.35", false, &value));
        }
        if self.ca {
            let path_len = self.path_len.map(|most| write::integer(u64::from(most))).unwrap_or_default();
            let value = write::sequence(&[&write::boolean(true), &path_len]);
            extensions.push(extension("2.5.29.19", true, &value));
        }
        if let Some(usage) = self.usage {
            extensions.push(extension("2.5.29.15", true, &tlv::encode(0x03, &[0, usage])));
        }
        if let Some(purpose) = self.purpose {
            extensions.push(extension("2.5.29.37", true, &write::sequence(&[&oid::object(purpose)])));
        }
        if let Some(id) = self.critical {
            extensions.push(extension(id, true, &[0x05, 0x00]));
        }
        extensions.extend(self.more.iter().map(|(id, value)| extension(id, false, value)));
        let algorithm = SCHEME.to_algorithm_identifier();
        let time = |text: &str| tlv::encode(0x17, text.as_bytes());
        let tbs = write::sequence(&[
            &write::context(0, &write::integer(2)),
            &write::integer(u64::from(self.serial)),
            &algorithm,
            &name(self.issuer),
            &write::sequence(&[&time("200101000000Z"), &time(self.not_after)]),
            &name(self.subject),
            &self.spki.clone().unwrap_or_else(|| self.key.public().to_spki(false)),
            &write::context(3, &write::sequence(&[&extensions.concat()])),
        ]);
        let signature =
            self.issuer_key.sign(&SCHEME, &tbs, &mut SeededEntropy::new("forge sign", 1)).unwrap();
        write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)])
    }

    pub fn certificate(&self) -> Certificate {
        Certificate::parse(&self.der()).unwrap()
    }
}

/// A SignedData to be; every part can be put out of place before it is written.
pub struct Cms {
    pub content_type: &'static str,
    pub content: Vec<u8>,
    pub certificates: Vec<Vec<u8>>,
    /// Attributes, each a whole SEQUENCE; empty for no attributes at all.
    pub attributes: Vec<Vec<u8>>,
    pub signer_id: Vec<u8>,
    pub signers: usize,
    pub key: PrivateKey,
    /// The digestAlgorithm of the signer.
    pub digest: HashAlgorithm,
    pub scheme: SignatureScheme,
}

pub fn attribute(id: &'static str, value: &[u8]) -> Vec<u8> {
    write::sequence(&[&oid::object(id), &write::set_of(&[value.to_vec()])])
}

impl Cms {
    /// A right one: `content` signed by `signer`.
    pub fn new(content_type: &'static str, content: &[u8], signer: &Order<'_>) -> Self {
        let digest = HashAlgorithm::Sha256.digest(content);
        Self {
            content_type,
            content: content.to_vec(),
            certificates: vec![signer.der()],
            attributes: vec![
                attribute("1.2.840.113549.1.9.3", &oid::object(content_type)),
                attribute("1.2.840.113549.1.9.5", &tlv::encode(0x17, b"240101000000Z")),
                attribute("1.2.840.113549.1.9.4", &write::octet_string(&digest)),
            ],
            signer_id: signer.certificate().issuer_and_serial(),
            signers: 1,
            key: signer.key.clone(),
            digest: HashAlgorithm::Sha256,
            scheme: SCHEME,
        }
    }

    pub fn der(&self) -> Vec<u8> {
        let hash = titre::crypto::algorithm::hash_identifier(self.digest);
        let set = write::set_of(&self.attributes);
        let signed = if self.attributes.is_empty() { self.content.clone() } else { set.clone() };
        let signature =
            self.key.sign(&self.scheme, &signed, &mut SeededEntropy::new("forge sign", 2)).unwrap();
        let attributes = match self.attributes.is_empty() {
            true => Vec::new(),
            false => [&[0xA0], &set[1..]].concat(),
        };
        let info = write::sequence(&[
            &write::integer(1),
            &self.signer_id,
            &hash,
            &attributes,
            &self.scheme.to_algorithm_identifier(),
            &write::octet_string(&signature),
        ]);
        let signed = write::sequence(&[
            &write::integer(3),
            &write::set_of(&[hash]),
            &write::sequence(&[
                &oid::object(self.content_type),
                &write::context(0, &write::octet_string(&self.content)),
            ]),
            &write::context(0, &self.certificates.concat()),
            &tlv::encode(0x31, &info.repeat(self.signers)),
        ]);
        write::sequence(&[&oid::object("1.2.840.113549.1.7.2"), &write::context(0, &signed)])
    }

    pub fn sod(&self) -> Vec<u8> {
        tlv::encode(0x77, &self.der())
    }
}

/// The LDS security object of these data groups.
pub fn hashes(groups: &[(u8, &[u8])]) -> Vec<u8> {
    let hash = HashAlgorithm::Sha256;
    let hashes = groups.iter().map(|(number, bytes)| (*number, hash.digest(bytes))).collect();
    titre::lds::LdsSecurityObject { version: 0, hash, hashes, version_info: None }.to_bytes().unwrap()
}

/// The content of a master list.
pub fn list(certificates: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&write::integer(0), &write::set_of(certificates)])
}
