//! CBOR that means one thing: one encoding of every value (definite lengths, shortest forms), no key twice in a map,
//! nothing after the value, bounded size and depth.
//! Source: RFC 8949 sections 4.2.1 (preferred serialization) and 5.6 (duplicate keys), ISO/IEC 18013-5 section 9.1.2.4 and
//! RFC 8949 section 3.4.5.1 (tag 24, encoded CBOR).

use ciborium::Value;
use std::collections::BTreeSet;

/// Most bytes of a CBOR text.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting of arrays, maps and tags.
pub const MAX_DEPTH: usize = 16;
/// A byte string that holds encoded CBOR.
const ENCODED_CBOR: u64 = 24;

/// Why bytes are not strict CBOR. Carries nothing of them, which may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// Not CBOR, or not all of it.
    #[error("not CBOR")]
    Syntax,
    /// A key stands twice in one map.
    #[error("a key stands twice in one map")]
    Duplicate,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// More than [`MAX_BYTES`].
    #[error("too many bytes")]
    TooLarge,
    /// An encoding that is not the one that every value has, or something after it.
    #[error("not the shortest encoding")]
    NotPreferred,
}

/// Reads one CBOR value that is all of `bytes`.
///
/// # Errors
/// [`CborError`], first cause found.
pub fn parse(bytes: &[u8]) -> Result<Value, CborError> {
    if bytes.len() > MAX_BYTES {
        return Err(CborError::TooLarge);
    }
    let value: Value = ciborium::de::from_reader_with_recursion_limit(bytes, MAX_DEPTH * 2).map_err(
        |error: ciborium::de::Error<std::io::Error>| match error {
            ciborium::de::Error::RecursionLimitExceeded => CborError::Depth,
            _ => CborError::Syntax,
        },
    )?;
    check(&value, 0)?;
    // What was read and written again is the same bytes: no indefinite length, no long form, nothing after the value.
    if encode(&value) == bytes { Ok(value) } else { Err(CborError::NotPreferred) }
}

fn check(value: &Value, depth: usize) -> Result<(), CborError> {
    let deeper = || if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(CborError::Depth) };
    match value {
        Value::Array(elements) => {
            let depth = deeper()?;
            elements.iter().try_for_each(|element| check(element, depth))
        }
        Value::Map(members) => {
            let depth = deeper()?;
            let mut keys = BTreeSet::new();
            members.iter().try_for_each(|(key, value)| {
                if !keys.insert(encode(key)) {
                    return Err(CborError::Duplicate);
                }
                check(key, depth)?;
                check(value, depth)
            })
        }
        Value::Tag(_, inner) => check(inner, deeper()?),
        _ => Ok(()),
    }
}

/// The one encoding of a value; members of maps keep their order.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = ciborium::into_writer(value, &mut bytes);
    bytes
}

/// Encoded CBOR as a byte string in tag 24.
pub(super) fn embed(encoded: Vec<u8>) -> Value {
    Value::Tag(ENCODED_CBOR, Box::new(Value::Bytes(encoded)))
}

/// The encoded CBOR of a tag 24.
pub(super) fn embedded(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Tag(ENCODED_CBOR, inner) => inner.as_bytes().map(Vec::as_slice),
        _ => None,
    }
}

/// The member of a map with this name.
pub(super) fn member<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    map.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// The member of a map with this number.
pub(super) fn label(map: &Value, number: i64) -> Option<&Value> {
    let is = |key: &Value| key.as_integer().is_some_and(|key| i128::from(key) == i128::from(number));
    map.as_map()?.iter().find(|(key, _)| is(key)).map(|(_, value)| value)
}

/// A map with these names.
pub(super) fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (Value::from(name), value)).collect())
}

/// An integer that is not negative.
pub(super) fn unsigned(value: &Value) -> Option<u64> {
    value.as_integer().and_then(|number| u64::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(hex: &str) -> Result<Value, CborError> {
        parse(&hex::decode(hex).unwrap())
    }

    #[test]
    fn the_examples_of_rfc_8949_that_are_preferred_come_back() {
        // Appendix A.
        for hex in [
            "00",
            "1818",
            "1903e8",
            "1bffffffffffffffff",
            "20",
            "3903e7",
            "f90000",
            "f93e00",
            "fb3ff199999999999a",
            "f4",
            "f6",
            "c074323031332d30332d32315432303a30343a30305a",
            "4401020304",
            "6449455446",
            "62225c",
            "83010203",
            "a201020304",
            "a26161016162820203",
            "d818456449455446",
        ] {
            assert_eq!(encode(&read(hex).unwrap()), hex::decode(hex).unwrap(), "{hex}");
        }
    }

    #[test]
    fn one_value_has_one_encoding() {
        for (hex, expected) in [
            ("1800", CborError::NotPreferred),               // 0 in two bytes
            ("190001", CborError::NotPreferred),             // 1 in three bytes
            ("5800", CborError::NotPreferred),               // a length in two bytes
            ("9f01ff", CborError::NotPreferred),             // indefinite array
            ("bf616101ff", CborError::NotPreferred),         // indefinite map
            ("5f42010243030405ff", CborError::NotPreferred), // indefinite string
            ("fb3ff8000000000000", CborError::NotPreferred), // 1.5 in nine bytes
            ("c24101", CborError::NotPreferred),             // 1 as a bignum
            ("f7", CborError::NotPreferred),                 // undefined
            ("0000", CborError::NotPreferred),               // something after it
            ("a2616101616102", CborError::Duplicate),
            ("81a201000101", CborError::Duplicate),
            ("", CborError::Syntax),
            ("61", CborError::Syntax),
            ("62c328", CborError::Syntax), // not UTF-8
            ("1c", CborError::Syntax),     // reserved
            ("9bffffffffffffffff", CborError::Syntax),
            ("bbffffffffffffffff", CborError::Syntax),
            ("5bffffffffffffffff", CborError::Syntax),
        ] {
            assert_eq!(read(hex), Err(expected), "{hex}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&nested(MAX_DEPTH + 1)), Err(CborError::Depth));
        assert_eq!(parse(&nested(200_000)), Err(CborError::Depth));
        assert_eq!(parse(&[vec![0xC1; 200_000], vec![0]].concat()), Err(CborError::Depth));
        assert_eq!(parse(&vec![0; MAX_BYTES + 1]), Err(CborError::TooLarge));
    }
}
