//! The mobile security object: what the issuer signs. It holds digests, the holder's key, times and the place in a status
//! list, and no element.
//! Source: ISO/IEC 18013-5:2021 section 9.1.2.4; Token Status List section 6.3 (`status` in an MSO).

use super::cbor::{embed, embedded, encode, map, member, parse, unsigned};
use super::cose::key_to_jwk;
use super::elements::{tdate, to_json, to_time};
use super::item::MAX_NAME;
use super::{MAX_DIGESTS, MdocError, NAMESPACE};
use crate::attestation::status::StatusReference;
use ciborium::Value;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;

const VERSION: &str = "1.0";
const DIGEST_ALGORITHM: &str = "SHA-256";
/// The one element that the holder's key may sign: when it was presented.
pub(super) const PRESENTED_AT: &str = "presented_at";

/// Digests of a namespace by their identifiers.
pub(super) type Digests = BTreeMap<u64, Vec<u8>>;

/// A mobile security object.
#[derive(Debug, Clone)]
pub(super) struct Mso {
    pub doc_type: String,
    pub digests: BTreeMap<String, Digests>,
    /// The holder's key as a COSE_Key; `None` where there is none.
    pub device_key: Option<Value>,
    /// Whether the holder's key may say when it presented.
    pub dated: bool,
    /// `None` where it is missing or no date.
    pub signed: Option<OffsetDateTime>,
    pub valid_from: Option<OffsetDateTime>,
    pub valid_until: Option<OffsetDateTime>,
    /// As the claim `status`.
    pub status: Option<Json>,
}

impl Mso {
    /// The payload to sign: `MobileSecurityObjectBytes`.
    pub(super) fn to_payload(&self) -> Vec<u8> {
        let digests = |found: &Digests| {
            Value::Map(
                found.iter().map(|(id, digest)| ((*id).into(), Value::Bytes(digest.clone()))).collect(),
            )
        };
        let spaces = self.digests.iter().map(|(name, found)| (Value::from(name.as_str()), digests(found)));
        let may = map([("dataElements", map([(NAMESPACE, Value::Array(vec![PRESENTED_AT.into()]))]))]);
        let mut device = vec![(Value::from("deviceKey"), self.device_key.clone().unwrap_or(Value::Null))];
        if self.dated {
            device.push(("keyAuthorizations".into(), may));
        }
        let time = |time: Option<OffsetDateTime>| time.map_or(Value::Null, tdate);
        let mut members = vec![
            (Value::from("version"), Value::from(VERSION)),
            ("digestAlgorithm".into(), DIGEST_ALGORITHM.into()),
            ("valueDigests".into(), Value::Map(spaces.collect())),
            ("deviceKeyInfo".into(), Value::Map(device)),
            ("docType".into(), self.doc_type.as_str().into()),
            (
                "validityInfo".into(),
                map([
                    ("signed", time(self.signed)),
                    ("validFrom", time(self.valid_from)),
                    ("validUntil", time(self.valid_until)),
                ]),
            ),
        ];
        if let Some(reference) = self.status.as_ref().and_then(StatusReference::from_claim) {
            let list = map([("idx", reference.index.into()), ("uri", reference.uri.into())]);
            members.push(("status".into(), map([("status_list", list)])));
        }
        encode(&embed(encode(&Value::Map(members))))
    }

    /// Reads a payload, which must have been verified before, or be said to be unverified.
    ///
    /// # Errors
    /// [`MdocError`]: `Payload`, `DigestAlgorithm`, `DigestTwice`, `TooLarge`.
    pub(super) fn from_payload(payload: &[u8]) -> Result<Self, MdocError> {
        let strict = |_| MdocError::Payload("no CBOR");
        let outer = parse(payload).map_err(strict)?;
        let object = parse(embedded(&outer).ok_or(MdocError::Payload("no tag 24"))?).map_err(strict)?;
        let text = |name: &'static str| member(&object, name).and_then(Value::as_text);
        if text("version") != Some(VERSION) {
            return Err(MdocError::Payload("version"));
        }
        if text("digestAlgorithm") != Some(DIGEST_ALGORITHM) {
            return Err(MdocError::DigestAlgorithm);
        }
        let spaces = member(&object, "valueDigests").and_then(Value::as_map);
        let digests = read_digests(spaces.ok_or(MdocError::Payload("valueDigests"))?)?;
        let device = member(&object, "deviceKeyInfo");
        let elements = device
            .and_then(|device| member(device, "keyAuthorizations"))
            .and_then(|may| member(may, "dataElements"))
            .and_then(|spaces| member(spaces, NAMESPACE)?.as_array());
        let validity = member(&object, "validityInfo");
        let time = |name: &str| member(validity?, name).and_then(to_time);
        Ok(Self {
            doc_type: text("docType").ok_or(MdocError::Payload("docType"))?.to_owned(),
            digests,
            device_key: device.and_then(|device| member(device, "deviceKey")).cloned(),
            dated: elements.is_some_and(|names| names.contains(&PRESENTED_AT.into())),
            signed: time("signed"),
            valid_from: time("validFrom"),
            valid_until: time("validUntil"),
            status: member(&object, "status").map(|status| to_json(status).unwrap_or_default()),
        })
    }

    /// What it says, in the claims of the SD-JWT VC. A time that cannot be read is there as none, so that the check of times
    /// finds it.
    pub(super) fn claims(&self) -> Map<String, Json> {
        let seconds = |time: Option<OffsetDateTime>| json!(time.map(OffsetDateTime::unix_timestamp));
        let mut claims = Map::new();
        claims.insert("iat".to_owned(), seconds(self.signed));
        claims.insert("nbf".to_owned(), seconds(self.valid_from));
        claims.insert("exp".to_owned(), seconds(self.valid_until));
        claims.insert("vct".to_owned(), json!(self.doc_type));
        if let Some(key) = &self.device_key {
            claims.insert("cnf".to_owned(), json!({"jwk": key_to_jwk(key)}));
        }
        if let Some(status) = &self.status {
            claims.insert("status".to_owned(), status.clone());
        }
        claims
    }
}

fn read_digests(spaces: &[(Value, Value)]) -> Result<BTreeMap<String, Digests>, MdocError> {
    let bad = || MdocError::Payload("valueDigests");
    let (mut all, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for (name, digests) in spaces {
        let name = name.as_text().filter(|name| name.len() <= MAX_NAME).ok_or_else(bad)?;
        let mut found = Digests::new();
        for (id, digest) in digests.as_map().ok_or_else(bad)? {
            let digest = digest.as_bytes().filter(|digest| digest.len() == 32).ok_or_else(bad)?;
            if seen.len() >= MAX_DIGESTS {
                return Err(MdocError::TooLarge("digests"));
            }
            if !seen.insert(digest.clone()) {
                return Err(MdocError::DigestTwice);
            }
            found.insert(unsigned(id).ok_or_else(bad)?, digest.clone());
        }
        all.insert(name.to_owned(), found);
    }
    Ok(all)
}
