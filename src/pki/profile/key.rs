//! The rules for keys and signatures: elliptic curve parameters written out, hash functions, lengths, periods.
//! Source: Doc 9303-12 sections 4.1 (periods) and 4.4 (algorithms and key lengths).

use super::facts::Facts;
use super::{Kind, Rule};
use crate::asn1::tlv;
use crate::crypto::{HashAlgorithm, PublicKey};
use time::Duration;

const ALGORITHMS: &str = "Doc 9303-12, 4.4";
const ECDSA: &str = "Doc 9303-12, 4.4.3";
const HASHES: &str = "Doc 9303-12, 4.4.4";
const PERIODS: &str = "Doc 9303-12, 4.1 (key usage and validity)";
/// Shortest keys, in bits: RSA and elliptic curve, of authorities and of signers.
const AUTHORITY_BITS: (usize, usize) = (3072, 256);
const SIGNER_BITS: (usize, usize) = (2048, 224);
/// A day more than each period, for leap years and the hour of the day.
const MONTHS_3: i64 = 93;
const YEARS_5: i64 = 5 * 365 + 3;
const YEARS_10: i64 = 10 * 365 + 4;
const YEARS_15: i64 = 15 * 365 + 5;

pub(super) const RULES: &[Rule] = &[
    Rule::must("key_unusable", ALGORITHMS, |f| f.certificate.public_key().is_err()),
    Rule::must("named_curve", ECDSA, |f| curve_parameters(f) == Some(0x06)),
    Rule::must("point_compressed", ECDSA, |f| {
        curve_parameters(f).is_some() && point_form(f).is_some_and(|form| form != 0x04)
    }),
    Rule::must("sha1", HASHES, |f| hash(f) == Some(HashAlgorithm::Sha1)),
    Rule::must("signature_algorithm", ALGORITHMS, |f| hash(f).is_none()),
    Rule::should("key_too_short", ALGORITHMS, |f| {
        let (rsa, ec) = if f.kind.is_authority() { AUTHORITY_BITS } else { SIGNER_BITS };
        match f.certificate.public_key() {
            Ok(PublicKey::Rsa { n, .. }) => bits(&n) < rsa,
            Ok(PublicKey::Ec(point)) => bits(point.curve().order()) < ec,
            // Doc 9303-12 asks of the prime of DSA what it asks of RSA's modulus.
            Ok(PublicKey::Dsa(key)) => bits(key.prime()) < rsa,
            Err(_) => false,
        }
    }),
    Rule::should(
        "rsa_exponent_3",
        "BSI TR-03116-2, 2 (RSA exponents above 2^16)",
        |f| matches!(f.certificate.public_key(), Ok(PublicKey::Rsa { e, .. }) if e == [3]),
    ),
    Rule::should("validity_too_long", PERIODS, |f| {
        let days = match f.kind {
            Kind::Csca | Kind::Link => YEARS_15 + MONTHS_3,
            _ => YEARS_10 + MONTHS_3,
        };
        f.certificate.not_after - f.certificate.not_before > Duration::days(days)
    }),
    Rule::should("private_key_usage_period_too_long", PERIODS, |f| {
        let days = match f.kind {
            Kind::Csca | Kind::Link => YEARS_5,
            Kind::DocumentSigner => MONTHS_3,
            _ => return false,
        };
        let period =
            f.key_period().and_then(|(from, to)| Some((to?, from.unwrap_or(f.certificate.not_before))));
        period.is_some_and(|(to, from)| to - from > Duration::days(days))
    }),
];

fn hash(facts: &Facts<'_>) -> Option<HashAlgorithm> {
    facts.certificate.signature_scheme().ok().map(|scheme| scheme.hash())
}

/// Significant bits of a number, big-endian.
pub(in crate::pki) fn bits(number: &[u8]) -> usize {
    let mut rest = number.iter().skip_while(|byte| **byte == 0);
    let Some(first) = rest.next() else { return 0 };
    8 - first.leading_zeros() as usize + 8 * rest.count()
}

/// The tag of the parameters of an elliptic curve key.
fn curve_parameters(facts: &Facts<'_>) -> Option<u32> {
    let spki = tlv::read_only(0x30, facts.certificate.spki()).ok()?;
    let algorithm = tlv::find(0x30, spki.value).ok()?;
    let parts = tlv::children(algorithm.value).ok()?;
    let [id, parameters] = parts.as_slice() else { return None };
    let curve = crate::asn1::oid::decode(id.value)? == "1.2.840.10045.2.1";
    curve.then_some(parameters.tag)
}

/// The first byte of the point.
fn point_form(facts: &Facts<'_>) -> Option<u8> {
    let spki = tlv::read_only(0x30, facts.certificate.spki()).ok()?;
    tlv::find(0x03, spki.value).ok()?.value.get(1).copied()
}
