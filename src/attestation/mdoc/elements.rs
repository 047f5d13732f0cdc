//! The claims of an attestation as elements of a document, and back: both formats say the same, and `--disclose birthdate`
//! means the same in both.
//!
//! What the SD-JWT VC never withholds (`iss`, `verified_claims`) is shown with every presentation here too. Within
//! `verified_claims` what may be withheld is an element of its own, named by its path
//! (`verified_claims.verification.consent`), and is put back to its place.
//! Source: ISO/IEC 23220-2 (names and forms of elements), ISO/IEC TS 23220-4 annex C; RFC 8943 (tag 1004, full-date), RFC
//! 8949 section 3.4.1 (tag 0, date and time).

use super::{MdocError, NAMESPACE, NAMESPACE_ISO, NAMESPACE_PHOTO_ID};
use crate::attestation::sdjwt::{Claim, base64url};
use crate::lds::Personal;
use ciborium::Value;
use serde_json::{Map, Number, Value as Json, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Elements that every presentation shows.
pub(super) const OPEN: [&str; 2] = ["iss", "verified_claims"];
/// Claims that the mobile security object itself says.
pub(super) const ENVELOPE: [&str; 6] = ["iat", "nbf", "exp", "vct", "cnf", "status"];

const DATE_TIME: u64 = 0;
const FULL_DATE: u64 = 1004;

/// Claim, namespace, element, and whether it is a full-date. The document that was read is the travel document of the photo
/// ID; dates and authority of the photo ID itself are the attestation's.
const TABLE: [(&str, &str, &str, bool); 13] = [
    ("family_name", NAMESPACE_ISO, "family_name", false),
    ("given_name", NAMESPACE_ISO, "given_name", false),
    // Doc 9303's transliteration: Latin letters only.
    ("family_name_mrz", NAMESPACE_ISO, "family_name_latin1", false),
    ("given_name_mrz", NAMESPACE_ISO, "given_name_latin1", false),
    ("birthdate", NAMESPACE_ISO, "birth_date", true),
    ("age_over_18", NAMESPACE_ISO, "age_over_18", false),
    ("sex", NAMESPACE_ISO, "sex", false),
    ("nationality", NAMESPACE_ISO, "nationality", false),
    ("issue_date", NAMESPACE_ISO, "issue_date", true),
    ("expiry_date", NAMESPACE_ISO, "expiry_date", true),
    ("issuing_authority", NAMESPACE_ISO, "issuing_authority_unicode", false),
    ("document_number", NAMESPACE_PHOTO_ID, "travel_document_number", false),
    ("date_of_expiry", NAMESPACE, "date_of_expiry", true),
];

/// An element before it is hidden.
#[derive(Debug)]
pub(super) struct Element {
    pub namespace: &'static str,
    pub name: String,
    pub value: Personal<Value>,
}

impl Element {
    /// The element of a claim.
    pub(super) fn new(claim: &str, value: Personal<Json>) -> Self {
        let known = TABLE.iter().find(|(name, ..)| *name == claim);
        let (namespace, name, date) =
            known.map_or((NAMESPACE, claim, false), |(_, namespace, name, date)| (*namespace, *name, *date));
        let value = match value.into_disclosed() {
            Json::String(text) if date => Value::Tag(FULL_DATE, Box::new(Value::Text(text))),
            other => from_json(other),
        };
        Self { namespace, name: name.to_owned(), value: Personal::new(value) }
    }
}

/// The claim of an element.
pub(super) fn claim_of(namespace: &str, element: &str) -> String {
    let known = TABLE.iter().find(|(_, space, name, _)| *space == namespace && *name == element);
    match known {
        Some((claim, ..)) => (*claim).to_owned(),
        None if namespace == NAMESPACE => element.to_owned(),
        None => format!("{namespace}/{element}"),
    }
}

/// Splits claims into what the mobile security object says and elements.
pub(super) fn split(claims: Vec<(&'static str, Claim)>) -> (Map<String, Json>, Vec<Element>) {
    let (mut envelope, mut elements) = (Map::new(), Vec::new());
    for (name, claim) in claims {
        if ENVELOPE.contains(&name) {
            envelope.insert(name.to_owned(), fold(claim).into_disclosed());
            continue;
        }
        let mut apart = Vec::new();
        let value = match claim {
            Claim::Selective(inner) => fold(*inner),
            open => Personal::new(take_apart(open, name, &mut apart)),
        };
        elements.push(Element::new(name, value));
        elements.extend(apart.into_iter().map(|(path, value)| Element::new(&path, value)));
    }
    (envelope, elements)
}

/// A claim with all that stands in it.
fn fold(claim: Claim) -> Personal<Json> {
    Personal::new(match claim {
        Claim::Plain(value) => value,
        Claim::Holder(value) => value.into_disclosed(),
        Claim::Selective(inner) => return fold(*inner),
        Claim::Object(members) => {
            let open = |(name, claim): (&str, Claim)| (name.to_owned(), fold(claim).into_disclosed());
            Json::Object(members.into_iter().map(open).collect())
        }
        Claim::Array(all) => Json::Array(all.into_iter().map(|claim| fold(claim).into_disclosed()).collect()),
    })
}

/// A claim without what may be withheld, which goes to `apart` with its path.
fn take_apart(claim: Claim, path: &str, apart: &mut Vec<(String, Personal<Json>)>) -> Json {
    match claim {
        Claim::Object(members) => {
            let mut kept = Map::new();
            for (name, claim) in members {
                let path = format!("{path}.{name}");
                match claim {
                    Claim::Selective(inner) => apart.push((path, fold(*inner))),
                    open => {
                        kept.insert(name.to_owned(), take_apart(open, &path, apart));
                    }
                }
            }
            Json::Object(kept)
        }
        Claim::Array(all) => {
            let place = |(at, claim): (usize, Claim)| {
                let path = format!("{path}.{at}");
                match claim {
                    Claim::Selective(inner) => {
                        apart.push((path, fold(*inner)));
                        Json::Null
                    }
                    open => take_apart(open, &path, apart),
                }
            };
            Json::Array(all.into_iter().enumerate().map(place).collect())
        }
        other => fold(other).into_disclosed(),
    }
}

/// Puts a claim into its place; one whose surroundings were withheld stands by itself under its path.
///
/// # Errors
/// [`MdocError::Conflict`], where something is there already.
pub(super) fn put(claims: &mut Map<String, Json>, path: &str, value: Json) -> Result<(), MdocError> {
    if let Some((outer, name)) = path.rsplit_once('.') {
        let mut steps = outer.split('.');
        let top = steps.next().and_then(|first| claims.get_mut(first));
        let place = steps.try_fold(top, |at, step| match at? {
            Json::Array(all) => Some(step.parse::<usize>().ok().and_then(|step| all.get_mut(step))),
            Json::Object(members) => Some(members.get_mut(step)),
            _ => None,
        });
        match place.flatten() {
            Some(Json::Object(members)) => return insert(members, name, value),
            Some(Json::Array(all)) => {
                let slot = name.parse::<usize>().ok().and_then(|at| all.get_mut(at));
                let slot = slot.filter(|slot| slot.is_null()).ok_or(MdocError::Conflict)?;
                *slot = value;
                return Ok(());
            }
            _ => {}
        }
    }
    insert(claims, path, value)
}

fn insert(members: &mut Map<String, Json>, name: &str, value: Json) -> Result<(), MdocError> {
    if members.contains_key(name) {
        return Err(MdocError::Conflict);
    }
    members.insert(name.to_owned(), value);
    Ok(())
}

/// A date and time in UTC, to the second.
pub(super) fn tdate(time: OffsetDateTime) -> Value {
    let time = time.to_offset(time::UtcOffset::UTC);
    let text = time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default();
    Value::Tag(DATE_TIME, Box::new(Value::Text(text)))
}

/// Reads a date and time.
pub(super) fn to_time(value: &Value) -> Option<OffsetDateTime> {
    match value {
        Value::Tag(DATE_TIME, text) => OffsetDateTime::parse(text.as_text()?, &Rfc3339).ok(),
        _ => None,
    }
}

fn from_json(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Bool(yes),
        Json::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => number.as_f64().unwrap_or_default().into(),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(all) => Value::Array(all.into_iter().map(from_json).collect()),
        Json::Object(members) => Value::Map(
            members.into_iter().map(|(name, value)| (Value::Text(name), from_json(value))).collect(),
        ),
    }
}

/// A value as JSON; dates as their text, bytes in base64url (RFC 8949 section 6.1). `None` for what has no form there.
pub(super) fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => json!(yes),
        Value::Integer(number) => match i64::try_from(*number) {
            Ok(number) => json!(number),
            Err(_) => json!(u64::try_from(*number).ok()?),
        },
        Value::Float(number) => Json::Number(Number::from_f64(*number)?),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => json!(base64url(bytes)),
        Value::Tag(DATE_TIME | FULL_DATE, text) => json!(text.as_text()?),
        Value::Array(all) => Json::Array(all.iter().map(to_json).collect::<Option<_>>()?),
        Value::Map(members) => {
            let pair = |(name, value): &(Value, Value)| Some((name.as_text()?.to_owned(), to_json(value)?));
            Json::Object(members.iter().map(pair).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
