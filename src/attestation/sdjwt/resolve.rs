//! Putting disclosures back into a verified payload. Every disclosure must be referenced exactly once, every digest
//! stands once, nothing that is there is overwritten.
//! Source: RFC 9901 section 7.1, steps 2.c to 6.

use super::{Disclosure, MAX_DIGESTS, NEVER_SELECTIVE, SdJwtError};
use crate::lds::Personal;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting of disclosures within disclosures and of values together.
const MAX_DEPTH: usize = 32;

/// The payload with what was disclosed in its place.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The claims, without digests.
    pub claims: Personal<Map<String, Value>>,
    /// Where each disclosure went, as dotted paths (`nationalities.0`), sorted.
    pub disclosed: Vec<String>,
    /// The digest of each disclosure by its path.
    pub places: BTreeMap<String, String>,
    /// Digests without a disclosure: withheld claims, or decoys, which nobody can tell apart.
    pub withheld: usize,
}

/// Resolves `payload`, which must have been verified before.
///
/// # Errors
/// [`SdJwtError`]: `DigestAlgorithm`, `Digest`, `DigestTwice`, `DisclosureTwice`, `DisclosureUnreferenced`,
/// `DisclosureConflict`, `NeverSelective`, `TooLarge`.
pub fn resolve(payload: &Map<String, Value>, disclosures: &[Disclosure]) -> Result<Resolved, SdJwtError> {
    match payload.get("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(_) => return Err(SdJwtError::DigestAlgorithm),
    }
    let mut by_digest = BTreeMap::new();
    for disclosure in disclosures {
        if by_digest.insert(disclosure.digest(), disclosure).is_some() {
            return Err(SdJwtError::DisclosureTwice);
        }
    }
    let mut work = Work { by_digest, seen: BTreeSet::new(), places: BTreeMap::new(), withheld: 0 };
    let mut top = payload.clone();
    top.shift_remove("_sd_alg");
    let claims = work.object(&top, "", 0)?;
    if work.places.len() != disclosures.len() {
        return Err(SdJwtError::DisclosureUnreferenced);
    }
    let Work { places, withheld, .. } = work;
    // Digests stand in the order of chance; what is reported does not.
    let disclosed = places.keys().cloned().collect();
    Ok(Resolved { claims: Personal::new(claims), disclosed, places, withheld })
}

struct Work<'a> {
    by_digest: BTreeMap<String, &'a Disclosure>,
    seen: BTreeSet<String>,
    places: BTreeMap<String, String>,
    withheld: usize,
}

impl<'a> Work<'a> {
    fn value(&mut self, value: &Value, path: &str, depth: usize) -> Result<Value, SdJwtError> {
        if depth > MAX_DEPTH {
            return Err(SdJwtError::TooLarge("depth"));
        }
        Ok(match value {
            Value::Object(members) => Value::Object(self.object(members, path, depth)?),
            Value::Array(elements) => Value::Array(self.array(elements, path, depth)?),
            scalar => scalar.clone(),
        })
    }

    fn object(
        &mut self,
        members: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<Map<String, Value>, SdJwtError> {
        let mut out = Map::new();
        for (name, value) in members {
            match name.as_str() {
                "_sd" => {}
                "..." | "_sd_alg" => return Err(SdJwtError::Digest),
                _ => {
                    out.insert(name.clone(), self.value(value, &join(path, name), depth + 1)?);
                }
            }
        }
        let digests = match members.get("_sd") {
            None => return Ok(out),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(SdJwtError::Digest),
        };
        for digest in digests {
            let Some(disclosure) = self.look_up(digest)? else { continue };
            let name = disclosure.name().ok_or(SdJwtError::Disclosure("an element's, in an object"))?;
            if matches!(name, "_sd" | "..." | "_sd_alg") {
                return Err(SdJwtError::Disclosure("reserved name"));
            }
            if let Some(never) = NEVER_SELECTIVE.iter().find(|never| path.is_empty() && **never == name) {
                return Err(SdJwtError::NeverSelective(never));
            }
            if out.contains_key(name) {
                return Err(SdJwtError::DisclosureConflict);
            }
            let at = join(path, name);
            self.places.insert(at.clone(), disclosure.digest());
            let value = self.value(disclosure.value().disclose(), &at, depth + 1)?;
            out.insert(name.to_owned(), value);
        }
        Ok(out)
    }

    fn array(&mut self, elements: &[Value], path: &str, depth: usize) -> Result<Vec<Value>, SdJwtError> {
        let mut out = Vec::new();
        for element in elements {
            let digest =
                element.as_object().and_then(|members| members.get("...").map(|d| (members.len(), d)));
            match digest {
                None => out.push(self.value(element, &join(path, &out.len().to_string()), depth + 1)?),
                Some((1, digest)) => {
                    let Some(disclosure) = self.look_up(digest)? else { continue };
                    if disclosure.name().is_some() {
                        return Err(SdJwtError::Disclosure("a member's, in an array"));
                    }
                    let at = join(path, &out.len().to_string());
                    self.places.insert(at.clone(), disclosure.digest());
                    out.push(self.value(disclosure.value().disclose(), &at, depth + 1)?);
                }
                Some(_) => return Err(SdJwtError::Digest),
            }
        }
        Ok(out)
    }

    /// The disclosure of a digest, or `None` where it was withheld or is a decoy.
    fn look_up(&mut self, digest: &Value) -> Result<Option<&'a Disclosure>, SdJwtError> {
        let digest = digest.as_str().ok_or(SdJwtError::Digest)?;
        if self.seen.len() >= MAX_DIGESTS {
            return Err(SdJwtError::TooLarge("digests"));
        }
        if !self.seen.insert(digest.to_owned()) {
            return Err(SdJwtError::DigestTwice);
        }
        let found = self.by_digest.get(digest).copied();
        self.withheld += usize::from(found.is_none());
        Ok(found)
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn nested_disclosures_and_array_elements_go_to_their_places() {
        let street = Disclosure::new("s1", Some("street"), json!("x"));
        let address =
            Disclosure::new("s2", Some("address"), json!({"_sd": [street.digest()], "country": "FR"}));
        let element = Disclosure::new("s3", None, json!("UTO"));
        let payload = object(json!({
            "_sd_alg": "sha-256", "_sd": [address.digest(), "decoy"],
            "nationalities": [{"...": element.digest()}, {"...": "withheld"}, "D"],
        }));
        let found = resolve(&payload, &[street.clone(), address.clone(), element]).unwrap();
        let expected = json!({"nationalities": ["UTO", "D"], "address": {"country": "FR", "street": "x"}});
        assert_eq!(Value::Object(found.claims.disclose().clone()), expected);
        assert_eq!(found.withheld, 2);
        assert_eq!(found.disclosed, ["address", "address.street", "nationalities.0"]);
        // The inner one alone is referenced by nothing that is there.
        assert_eq!(resolve(&payload, &[street]).unwrap_err(), SdJwtError::DisclosureUnreferenced);
    }

    #[test]
    fn what_breaks_the_rules_is_refused() {
        let a = Disclosure::new("s1", Some("a"), json!(1));
        let exp = Disclosure::new("s2", Some("exp"), json!(1));
        let reserved = Disclosure::new("s3", Some("_sd"), json!([]));
        let element = Disclosure::new("s4", None, json!(1));
        let case = |payload: Value, disclosures: &[&Disclosure]| {
            let disclosures: Vec<Disclosure> = disclosures.iter().map(|each| (*each).clone()).collect();
            resolve(&object(payload), &disclosures).map(|_| ()).unwrap_err().reason()
        };
        assert_eq!(case(json!({"_sd": [a.digest(), a.digest()]}), &[&a]), "payload.digest_twice");
        assert_eq!(case(json!({"_sd": ["x"], "b": {"_sd": ["x"]}}), &[]), "payload.digest_twice");
        assert_eq!(case(json!({"_sd": [a.digest()]}), &[&a, &a]), "disclosure.twice");
        assert_eq!(case(json!({"_sd": []}), &[&a]), "disclosure.unreferenced");
        assert_eq!(case(json!({"_sd": [a.digest()], "a": 2}), &[&a]), "disclosure.conflict");
        assert_eq!(case(json!({"_sd": [exp.digest()]}), &[&exp]), "disclosure.never_selective");
        assert_eq!(case(json!({"_sd": [reserved.digest()]}), &[&reserved]), "disclosure.malformed");
        assert_eq!(case(json!({"_sd": [element.digest()]}), &[&element]), "disclosure.malformed");
        assert_eq!(case(json!({"l": [{"...": a.digest()}]}), &[&a]), "disclosure.malformed");
        assert_eq!(case(json!({"_sd_alg": "sha-512"}), &[]), "payload.digest_algorithm");
        assert_eq!(case(json!({"_sd_alg": 1}), &[]), "payload.digest_algorithm");
        for misplaced in [
            json!({"_sd": "x"}),
            json!({"_sd": [1]}),
            json!({"...": "x"}),
            json!({"l": [{"...": "x", "y": 1}]}),
            json!({"b": {"_sd_alg": "sha-256"}}),
        ] {
            assert_eq!(case(misplaced.clone(), &[]), "payload.digest_misplaced", "{misplaced}");
        }
        let many: Vec<String> = (0..=MAX_DIGESTS).map(|n| n.to_string()).collect();
        assert_eq!(case(json!({"_sd": many}), &[]), "token.too_large");
    }
}
