//! Making a document: elements get random bytes and identifiers that tell nothing, and their digests are signed among
//! decoys.
//! Source: ISO/IEC 18013-5:2021 sections 9.1.2.4 and 9.1.2.5.

use super::cose::{Sign1, key_from_jwk};
use super::elements::{Element, split};
use super::item::Item;
use super::mso::{Digests, Mso};
use super::{DOC_TYPE, DOC_TYPE_TEST, Mdoc};
use crate::attestation::issuer::IssuerKey;
use crate::attestation::sdjwt::Claim;
use crate::attestation::signer::SignError;
use crate::crypto::{Entropy, EntropyError};
use crate::inspection::country::certificate_codes;
use crate::lds::Personal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Digests of a namespace are filled up to a multiple of this, so that their number does not tell which elements a document
/// gave.
const PAD_TO: usize = 16;
/// Random bytes of an element.
const RANDOM: usize = 32;

/// Why no document was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MdocIssueError {
    /// A claim that every document needs is missing, or is none.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// No signature.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Signs the claims of an attestation as a document; they are those that the SD-JWT VC is made from. Whether the issuer may,
/// the caller decides; the type follows from the issuer alone.
///
/// # Errors
/// [`MdocIssueError`].
pub fn issue(
    claims: Vec<(&'static str, Claim)>,
    issuer: &IssuerKey,
    entropy: &mut dyn Entropy,
) -> Result<Mdoc, MdocIssueError> {
    let (envelope, mut elements) = split(claims);
    let time = |name: &'static str| {
        let seconds = envelope.get(name).and_then(Json::as_i64);
        seconds.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok()).ok_or(MdocIssueError::Claim(name))
    };
    let (signed, valid_until) = (time("iat")?, time("exp")?);
    let valid_from = if envelope.contains_key("nbf") { time("nbf")? } else { signed };
    let device_key = envelope.get("cnf").and_then(|cnf| key_from_jwk(cnf.get("jwk")?));
    elements.extend(derived(&elements, issuer, signed, valid_until));
    let (items, digests) = hide(elements, entropy)?;
    let mso = Mso {
        doc_type: if issuer.is_test() { DOC_TYPE_TEST } else { DOC_TYPE }.to_owned(),
        digests,
        device_key: Some(device_key.ok_or(MdocIssueError::Claim("cnf"))?),
        dated: true,
        signed: Some(signed),
        valid_from: Some(valid_from),
        valid_until: Some(valid_until),
        status: envelope.get("status").cloned(),
    };
    Ok(Mdoc::issued(Sign1::sign(issuer.x5c(), mso.to_payload(), false, issuer)?, items))
}

/// Elements that a photo ID has and that follow from the attestation itself, and the nationality as ISO 3166-1 has it.
fn derived(
    elements: &[Element],
    issuer: &IssuerKey,
    signed: OffsetDateTime,
    valid_until: OffsetDateTime,
) -> Vec<Element> {
    let mut more = vec![
        ("issue_date", json!(signed.date().to_string())),
        ("expiry_date", json!(valid_until.date().to_string())),
        ("issuing_authority", json!(issuer.leaf().subject())),
    ];
    let nationalities = elements.iter().find(|element| element.name == "nationalities");
    let state = nationalities.and_then(|all| all.value.disclose().as_array()?.first()?.as_text());
    let code = state.and_then(certificate_codes).and_then(|codes| codes.first().copied());
    more.extend(code.map(|code| ("nationality", json!(code))));
    more.into_iter().map(|(name, value)| Element::new(name, Personal::new(value))).collect()
}

/// Items by namespace, and the digests of all and of decoys, each under an identifier that was drawn.
type Hidden = (Vec<(String, Vec<Item>)>, BTreeMap<String, Digests>);

fn hide(elements: Vec<Element>, entropy: &mut dyn Entropy) -> Result<Hidden, EntropyError> {
    let mut spaces: BTreeMap<&str, Vec<Element>> = BTreeMap::new();
    for element in elements {
        spaces.entry(element.namespace).or_default().push(element);
    }
    let (mut all_items, mut all_digests) = (Vec::new(), BTreeMap::new());
    for (namespace, elements) in spaces {
        let identifiers = shuffled(elements.len().next_multiple_of(PAD_TO), entropy)?;
        let (mut items, mut digests) = (Vec::new(), Digests::new());
        let mut identifiers = identifiers.into_iter();
        for (Element { name, value, .. }, id) in elements.into_iter().zip(identifiers.by_ref()) {
            let mut random = [0u8; RANDOM];
            entropy.fill("mdoc.random", &mut random)?;
            let item = Item::new(id, &random, &name, value);
            digests.insert(id, item.digest());
            items.push((id, item));
        }
        for id in identifiers {
            let mut decoy = vec![0u8; 32];
            entropy.fill("mdoc.decoy", &mut decoy)?;
            digests.insert(id, decoy);
        }
        // In the order of their identifiers, which is nobody's.
        items.sort_unstable_by_key(|(id, _)| *id);
        all_items.push((namespace.to_owned(), items.into_iter().map(|(_, item)| item).collect()));
        all_digests.insert(namespace.to_owned(), digests);
    }
    Ok((all_items, all_digests))
}

/// The numbers below `count` in an order that was drawn.
fn shuffled(count: usize, entropy: &mut dyn Entropy) -> Result<Vec<u64>, EntropyError> {
    let mut drawn = Vec::with_capacity(count);
    for number in 0..count as u64 {
        let mut key = [0u8; 16];
        entropy.fill("mdoc.order", &mut key)?;
        drawn.push((key, number));
    }
    drawn.sort_unstable();
    Ok(drawn.into_iter().map(|(_, number)| number).collect())
}
