//! A document as it travels: with its holder it is `IssuerSigned`, as wallets are given it; shown to a verifier it is a
//! `DeviceResponse` with one document.
//! Source: ISO/IEC 18013-5:2021 section 8.3.2.1.2.2, OpenID4VCI 1.0 appendix A.2.4 and OpenID4VP 1.0 appendix B.2.5 (which of
//! the two travels when).

use super::cbor::{encode, map, member, parse};
use super::cose::Sign1;
use super::device::DeviceSigned;
use super::elements::OPEN;
use super::item::Item;
use super::{MAX_DIGESTS, MdocError, NAMESPACE};
use ciborium::Value;

const VERSION: &str = "1.0";

/// A document, split into its parts but not verified; nothing in it is to be relied on.
#[derive(Debug, Clone)]
pub struct Mdoc {
    /// The type that stands outside of what is signed; only a presentation has it.
    pub(super) doc_type: Option<String>,
    pub(super) issuer_auth: Sign1,
    /// Elements by namespace.
    pub(super) items: Vec<(String, Vec<Item>)>,
    pub(super) device: Option<DeviceSigned>,
}

impl Mdoc {
    pub(super) const fn issued(issuer_auth: Sign1, items: Vec<(String, Vec<Item>)>) -> Self {
        Self { doc_type: None, issuer_auth, items, device: None }
    }

    /// Splits a document. What stands in the parts is looked at later, so that a changed part is a document that is refused,
    /// and only something else entirely is none.
    ///
    /// # Errors
    /// [`MdocError`]: `Cbor`, `Format`, `TooLarge`.
    pub fn parse(bytes: &[u8]) -> Result<Self, MdocError> {
        let value = parse(bytes)?;
        if member(&value, "issuerAuth").is_some() {
            return Self::issuer_signed(&value);
        }
        let documents = member(&value, "documents").and_then(Value::as_array);
        let documents = documents.ok_or(MdocError::Format("neither IssuerSigned nor DeviceResponse"))?;
        if member(&value, "version").and_then(Value::as_text) != Some(VERSION) {
            return Err(MdocError::Format("version"));
        }
        if member(&value, "status") != Some(&Value::from(0)) {
            return Err(MdocError::Format("status"));
        }
        let [document] = documents.as_slice() else { return Err(MdocError::Format("not one document")) };
        let doc_type = member(document, "docType").and_then(Value::as_text);
        let signed = member(document, "issuerSigned").ok_or(MdocError::Format("issuerSigned"))?;
        let device = member(document, "deviceSigned").and_then(DeviceSigned::from_value);
        Ok(Self {
            doc_type: Some(doc_type.ok_or(MdocError::Format("docType"))?.to_owned()),
            device: Some(device.ok_or(MdocError::Format("deviceSigned"))?),
            ..Self::issuer_signed(signed)?
        })
    }

    fn issuer_signed(value: &Value) -> Result<Self, MdocError> {
        // A part under another name would be a part that is not looked at.
        let known = |(name, _): &(Value, Value)| matches!(name.as_text(), Some("nameSpaces" | "issuerAuth"));
        if !value.as_map().is_some_and(|members| members.iter().all(known)) {
            return Err(MdocError::Format("an unknown member"));
        }
        let auth = member(value, "issuerAuth").and_then(Sign1::from_value);
        let issuer_auth = auth.ok_or(MdocError::Format("issuerAuth"))?;
        let bad = || MdocError::Format("nameSpaces");
        let (mut items, mut count) = (Vec::new(), 0);
        let spaces = member(value, "nameSpaces").map(|spaces| spaces.as_map().ok_or_else(bad)).transpose()?;
        for (name, elements) in spaces.map(Vec::as_slice).unwrap_or_default() {
            let elements = elements.as_array().ok_or_else(bad)?;
            count += elements.len();
            if count > MAX_DIGESTS {
                return Err(MdocError::TooLarge("elements"));
            }
            let elements = elements.iter().map(|each| Item::from_value(each).ok_or_else(bad));
            items.push((name.as_text().ok_or_else(bad)?.to_owned(), elements.collect::<Result<_, _>>()?));
        }
        Ok(Self { doc_type: None, issuer_auth, items, device: None })
    }

    /// The bytes of the file. They hold personal data: they belong in the holder's file and nowhere else.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let spaces = self.items.iter().map(|(name, items)| {
            (Value::from(name.as_str()), Value::Array(items.iter().map(Item::to_value).collect()))
        });
        let signed =
            [("nameSpaces", Value::Map(spaces.collect())), ("issuerAuth", self.issuer_auth.to_value())];
        let signed = map(signed);
        let (Some(doc_type), Some(device)) = (&self.doc_type, &self.device) else { return encode(&signed) };
        let document = map([
            ("docType", doc_type.as_str().into()),
            ("issuerSigned", signed),
            ("deviceSigned", device.to_value()),
        ]);
        encode(&map([
            ("version", VERSION.into()),
            ("documents", Value::Array(vec![document])),
            ("status", 0.into()),
        ]))
    }

    /// Whether a proof of possession comes along.
    #[must_use]
    pub const fn is_presentation(&self) -> bool {
        self.device.is_some()
    }

    /// The same document with only the elements whose digest (hex) `keep` wants, and those that are always shown; without a
    /// proof of possession.
    ///
    /// # Errors
    /// [`MdocError::Item`].
    pub fn with_only(&self, keep: impl Fn(&str) -> bool) -> Result<Self, MdocError> {
        let mut items = Vec::new();
        for (namespace, all) in &self.items {
            let mut kept = Vec::new();
            for item in all {
                let open = namespace == NAMESPACE && OPEN.contains(&item.content()?.name.as_str());
                if open || keep(&hex::encode(item.digest())) {
                    kept.push(item.clone());
                }
            }
            if !kept.is_empty() {
                items.push((namespace.clone(), kept));
            }
        }
        Ok(Self::issued(self.issuer_auth.clone(), items))
    }
}
