//! DER values as bytes: what documents, certificates and CMS structures are built from. Each function gives
//! the whole data object with tag and length.
//! Source: ITU-T X.690 sections 8, 10 and 11.

use super::{oid, tlv};

/// SEQUENCE of data objects that stand as given.
#[must_use]
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv::encode(0x30, &parts.concat())
}

/// SET OF, its members in DER order (X.690 section 11.6).
#[must_use]
pub fn set_of(members: &[Vec<u8>]) -> Vec<u8> {
    let mut sorted = members.to_vec();
    sorted.sort();
    tlv::encode(0x31, &sorted.concat())
}

/// A context tag, constructed: explicit tagging of a whole data object, or implicit tagging of the contents
/// of a constructed one.
#[must_use]
pub fn context(number: u8, value: &[u8]) -> Vec<u8> {
    tlv::encode(0xA0 | u32::from(number), value)
}

/// INTEGER from an unsigned big-endian number of any size.
#[must_use]
pub fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let trimmed: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut value = Vec::with_capacity(trimmed.len() + 1);
    if trimmed.first().is_none_or(|byte| byte & 0x80 != 0) {
        value.push(0);
    }
    value.extend(trimmed);
    tlv::encode(0x02, &value)
}

/// INTEGER from a small number.
#[must_use]
pub fn integer(number: u64) -> Vec<u8> {
    unsigned(&number.to_be_bytes())
}

/// OBJECT IDENTIFIER from its dotted text; `None` where the text is no identifier.
#[must_use]
pub fn object_identifier(dotted: &str) -> Option<Vec<u8>> {
    oid::encode(dotted).map(|value| tlv::encode(0x06, &value))
}

/// OCTET STRING.
#[must_use]
pub fn octet_string(value: &[u8]) -> Vec<u8> {
    tlv::encode(0x04, value)
}

/// BIT STRING of whole bytes.
#[must_use]
pub fn bit_string(value: &[u8]) -> Vec<u8> {
    tlv::encode(0x03, &[&[0], value].concat())
}

/// BOOLEAN.
#[must_use]
pub fn boolean(value: bool) -> Vec<u8> {
    vec![0x01, 0x01, if value { 0xFF } else { 0 }]
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    vec![0x05, 0x00]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_minimal_and_positive() {
        assert_eq!(integer(0), [0x02, 1, 0]);
        assert_eq!(integer(127), [0x02, 1, 127]);
        assert_eq!(integer(128), [0x02, 2, 0, 128]);
        assert_eq!(unsigned(&[0, 0, 0xFF, 1]), [0x02, 3, 0, 0xFF, 1]);
        assert_eq!(unsigned(&[]), [0x02, 1, 0]);
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(set_of(&[vec![5, 0], vec![2, 1, 1]]), [0x31, 5, 2, 1, 1, 5, 0]);
    }
}
