//! One element of a document with the random bytes that hide it: `IssuerSignedItem`. Its digest is of the bytes as they
//! stand, so they are kept as they stand.
//! Source: ISO/IEC 18013-5:2021 sections 8.3.2.1.2.2 (`IssuerSignedItemBytes`) and 9.1.2.5 (digests, at least 16 random bytes).

use super::MdocError;
use super::cbor::{embed, embedded, encode, map, member, parse, unsigned};
use crate::crypto::HashAlgorithm;
use crate::lds::Personal;
use ciborium::Value;

/// Fewest random bytes of an element.
const MIN_RANDOM: usize = 16;
/// Longest name of an element or a namespace, in bytes.
pub(super) const MAX_NAME: usize = 512;

/// An element, encoded. Unverified.
#[derive(Debug, Clone)]
pub(super) struct Item(Personal<Vec<u8>>);

/// What an element says.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub digest_id: u64,
    pub name: String,
    pub value: Personal<Value>,
}

impl Item {
    pub(super) fn new(digest_id: u64, random: &[u8], name: &str, value: Personal<Value>) -> Self {
        let members = [
            ("digestID", digest_id.into()),
            ("random", Value::Bytes(random.to_vec())),
            ("elementIdentifier", name.into()),
            ("elementValue", value.into_disclosed()),
        ];
        Self(Personal::new(encode(&map(members))))
    }

    pub(super) fn from_value(value: &Value) -> Option<Self> {
        embedded(value).map(|encoded| Self(Personal::new(encoded.to_vec())))
    }

    pub(super) fn to_value(&self) -> Value {
        embed(self.0.disclose().clone())
    }

    /// SHA-256 of the element with its tag 24.
    pub(super) fn digest(&self) -> Vec<u8> {
        HashAlgorithm::Sha256.digest(&encode(&self.to_value()))
    }

    /// Reads what it says.
    ///
    /// # Errors
    /// [`MdocError::Item`].
    pub(super) fn content(&self) -> Result<Content, MdocError> {
        let item = parse(self.0.disclose()).map_err(|_| MdocError::Item("no CBOR"))?;
        let digest_id = member(&item, "digestID").and_then(unsigned).ok_or(MdocError::Item("digestID"))?;
        let random = member(&item, "random").and_then(Value::as_bytes);
        random.filter(|random| random.len() >= MIN_RANDOM).ok_or(MdocError::Item("random"))?;
        let name = member(&item, "elementIdentifier").and_then(Value::as_text);
        let name = name.filter(|name| !name.is_empty() && name.len() <= MAX_NAME);
        let value = member(&item, "elementValue").ok_or(MdocError::Item("elementValue"))?;
        let name = name.ok_or(MdocError::Item("elementIdentifier"))?.to_owned();
        Ok(Content { digest_id, name, value: Personal::new(value.clone()) })
    }
}
