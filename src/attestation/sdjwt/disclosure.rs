//! One disclosure: a salt, the name of a claim (none for an array element) and its value.
//! Source: RFC 9901 sections 4.2.1 to 4.2.3.

use super::{SdJwtError, base64url, base64url_decode, strict_json};
use crate::crypto::HashAlgorithm;
use crate::lds::Personal;
use serde_json::{Value, json};

/// A disclosure in the encoding that was hashed, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Disclosure {
    encoded: Personal<String>,
    name: Option<String>,
    value: Personal<Value>,
}

impl Disclosure {
    /// A disclosure of the member `name` of an object, or of an array element where there is no name.
    #[must_use]
    pub fn new(salt: &str, name: Option<&str>, value: Value) -> Self {
        let array = match name {
            Some(name) => json!([salt, name, value]),
            None => json!([salt, value]),
        };
        Self {
            encoded: Personal::new(base64url(array.to_string().as_bytes())),
            name: name.map(str::to_owned),
            value: Personal::new(value),
        }
    }

    /// Reads the encoded form.
    ///
    /// # Errors
    /// [`SdJwtError::Disclosure`] and [`SdJwtError::DisclosureJson`].
    pub fn parse(encoded: &str) -> Result<Self, SdJwtError> {
        let bytes = base64url_decode(encoded).ok_or(SdJwtError::Disclosure("not base64url"))?;
        let parsed = strict_json::parse(&bytes).map_err(SdJwtError::DisclosureJson)?;
        let Value::Array(mut parts) = parsed else {
            return Err(SdJwtError::Disclosure("not an array"));
        };
        let value = parts.pop().ok_or(SdJwtError::Disclosure("empty"))?;
        let name = match (parts.as_slice(), parts.len()) {
            ([Value::String(_)], _) => None,
            ([Value::String(_), Value::String(name)], _) => Some(name.clone()),
            _ => return Err(SdJwtError::Disclosure("not salt, name and value")),
        };
        Ok(Self { encoded: Personal::new(encoded.to_owned()), name, value: Personal::new(value) })
    }

    /// The encoded form, as it stands in the token.
    #[must_use]
    pub fn encoded(&self) -> &Personal<String> {
        &self.encoded
    }

    /// The digest that the payload carries: SHA-256 of the encoded form, in base64url.
    #[must_use]
    pub fn digest(&self) -> String {
        base64url(&HashAlgorithm::Sha256.digest(self.encoded.disclose().as_bytes()))
    }

    /// The claim's name; `None` for an array element.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The claim's value; it may hold digests of further disclosures.
    #[must_use]
    pub const fn value(&self) -> &Personal<Value> {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9901 section 4.2.1 and 4.2.3: the example disclosure of `family_name` and its digest.
    #[test]
    fn the_worked_example_of_the_rfc_has_its_digest() {
        let encoded = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
        let disclosure = Disclosure::parse(encoded).unwrap();
        assert_eq!(disclosure.name(), Some("family_name"));
        assert_eq!(disclosure.value().disclose(), "M\u{F6}bius");
        assert_eq!(disclosure.digest(), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
    }

    /// RFC 9901 section 4.2.2 and 4.2.4.2: an array element.
    #[test]
    fn an_array_element_has_no_name() {
        let disclosure = Disclosure::parse("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0").unwrap();
        assert_eq!(disclosure.name(), None);
        assert_eq!(disclosure.digest(), "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs");
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["[]", "[\"s\"]", "[1,\"n\",2]", "[\"s\",1,2]", "[\"s\",\"n\",1,2]", "{}"] {
            assert!(Disclosure::parse(&base64url(text.as_bytes())).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?}", Disclosure::new("c2FsdA", Some("family_name"), json!("CANARY")));
        assert!(!shown.contains("CANARY") && shown.contains("family_name"), "{shown}");
    }
}
