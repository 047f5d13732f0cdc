//! JSON that means one thing: no member twice, bounded depth and size, nothing after the value.
//! Source: RFC 8259 section 4 (names should be unique), RFC 7515 section 4 (header names must be), RFC 8725 2.4.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Most bytes of a JSON text.
pub const MAX_BYTES: usize = 192 * 1024;
/// Deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 16;

/// Why a text is not strict JSON. Carries nothing of the text, which may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON.
    #[error("not JSON (line {line}, column {column})")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column.
        column: usize,
    },
    /// A member stands twice in one object.
    #[error("a member stands twice in one object")]
    Duplicate,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// More than [`MAX_BYTES`], or than the limit given.
    #[error("too many bytes")]
    TooLarge,
    /// JSON, but no object.
    #[error("not an object")]
    NotAnObject,
}

/// Reads one JSON value that is all of `bytes`.
///
/// # Errors
/// [`JsonError`], first cause found.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_within(bytes, MAX_BYTES)
}

/// The same with another limit of bytes.
///
/// # Errors
/// [`JsonError`], first cause found.
pub fn parse_within(bytes: &[u8], limit: usize) -> Result<Value, JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge);
    }
    let breach = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict { depth: 0, breach: &breach };
    seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value)).map_err(
        |error| breach.get().unwrap_or(JsonError::Syntax { line: error.line(), column: error.column() }),
    )
}

/// Reads one JSON object that is all of `bytes`.
///
/// # Errors
/// [`JsonError`], first cause found.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    match parse(bytes)? {
        Value::Object(members) => Ok(members),
        _ => Err(JsonError::NotAnObject),
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    breach: &'a Cell<Option<JsonError>>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            self.breach.set(Some(JsonError::Depth));
            return Err(E::custom("depth"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not finite"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = sequence.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                self.breach.set(Some(JsonError::Duplicate));
                return Err(A::Error::custom("duplicate"));
            }
            members.insert(name, map.next_value_seed(inner)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_has_one_meaning() {
        assert_eq!(parse(br#"{"a":[1,-2,1.5,null,true,"x"]}"#).unwrap()["a"][2], 1.5);
        assert_eq!(parse(br#"{"a":1,"a":1}"#), Err(JsonError::Duplicate));
        assert_eq!(parse(br#"{"a":1,"\u0061":2}"#), Err(JsonError::Duplicate), "escapes are undone first");
        assert_eq!(parse(br#"[{"x":{"b":1,"b":2}}]"#), Err(JsonError::Duplicate));
        assert!(matches!(parse(b"{} {}"), Err(JsonError::Syntax { .. })));
        assert!(matches!(parse(b"{\"a\":1e999}"), Err(JsonError::Syntax { .. })));
        assert!(matches!(parse(b"\xEF\xBB\xBF{}"), Err(JsonError::Syntax { .. })));
        assert!(matches!(parse(b"\"\xC0\x80\""), Err(JsonError::Syntax { .. })));
        assert_eq!(parse_object(b"[]"), Err(JsonError::NotAnObject));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&nested(MAX_DEPTH + 1)), Err(JsonError::Depth));
        assert_eq!(parse(&nested(90_000)), Err(JsonError::Depth));
        assert_eq!(parse(&vec![b' '; MAX_BYTES + 1]), Err(JsonError::TooLarge));
    }
}
