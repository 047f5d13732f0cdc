//! Deviation lists (ICAO) and defect lists (BSI) made to measure; [`super::Cms`] signs them.

use super::{Cms, Order};
use titre::asn1::{oid, tlv, write};
use titre::pki::Certificate;

pub const DEVIATION_LIST: &str = "2.23.136.1.1.7";
pub const DEVIATION_LIST_SIGNER: &str = "2.23.136.1.1.8";
pub const DEFECT_LIST: &str = "0.4.0.127.0.7.3.1.5";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";

fn object(root: &str, below: &str) -> Vec<u8> {
    write::object_identifier(&format!("{root}.{below}")).unwrap()
}

/// A list of BSI's, its version as it is encoded.
pub fn defect_list(version: u64, entries: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&write::integer(version), &oid::object(SHA256), &write::set_of(entries)])
}

/// Documents of one signer, and what is wrong.
pub fn defect(signer: &[u8], hash: Option<&[u8]>, known: &[Vec<u8>]) -> Vec<u8> {
    let hash = hash.map(write::octet_string).unwrap_or_default();
    write::sequence(&[signer, &hash, &write::set_of(known)])
}

/// A type below BSI's defect list, with its parameter (DER, or nothing).
pub fn known(below: &str, parameter: &[u8]) -> Vec<u8> {
    write::sequence(&[&object(DEFECT_LIST, below), parameter])
}

/// The status of a revocation.
pub fn status(number: u8) -> Vec<u8> {
    tlv::encode(0x0A, &[number])
}

/// A set of data groups.
pub fn groups(numbers: &[u64]) -> Vec<u8> {
    write::set_of(&numbers.iter().map(|number| write::integer(*number)).collect::<Vec<_>>())
}

/// A list of ICAO's.
pub fn deviation_list(entries: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&write::integer(0), &write::set_of(entries)])
}

/// Documents by their criteria, in order, and what is wrong.
pub fn deviation(criteria: &[Vec<u8>], descriptions: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&write::sequence(&[&criteria.concat()]), &write::set_of(descriptions)])
}

/// A type below ICAO's deviation list, with the number of a data group or field.
pub fn description(below: &str, number: Option<u64>) -> Vec<u8> {
    let parameter = number.map(|number| write::context(0, &write::integer(number))).unwrap_or_default();
    write::sequence(&[&tlv::encode(0x13, b"as the State says"), &object(DEVIATION_LIST, below), &parameter])
}

pub fn document_type(code: &str) -> Vec<u8> {
    tlv::encode(0x80, code.as_bytes())
}

pub fn by_name(signer: &Certificate) -> Vec<u8> {
    tlv::encode(0xA1, tlv::read_only(0x30, &signer.issuer_and_serial()).unwrap().value)
}

pub fn by_key(id: &[u8]) -> Vec<u8> {
    tlv::encode(0x82, id)
}

pub fn by_digest(digest: &[u8]) -> Vec<u8> {
    tlv::encode(0x83, digest)
}

pub fn issued(first: &str, last: &str) -> Vec<u8> {
    let time = |text: &str| tlv::encode(0x18, text.as_bytes());
    tlv::encode(0xA4, &[time(first), time(last)].concat())
}

pub fn numbers(list: &[&str]) -> Vec<u8> {
    tlv::encode(
        0xA5,
        &list.iter().flat_map(|number| tlv::encode(0x13, number.as_bytes())).collect::<Vec<_>>(),
    )
}

/// `content` signed by a signer of deviation lists.
pub fn signed(content_type: &'static str, content: &[u8], signer: &Order<'_>) -> Vec<u8> {
    Cms::new(content_type, content, signer).der()
}
