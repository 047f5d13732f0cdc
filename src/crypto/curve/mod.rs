//! The twelve curves of travel documents, by name: identifiers, parameters, points and scalars.
//! Source: Doc 9303-11 section 9.5.1 (standardized domain parameters), Doc 9303-12 section 4.4, BSI TR-03110-3
//! section A.2.1.1, TR-03111 section 4.

pub(super) mod brainpool;
mod define;
mod domain;
mod encoding;
mod field;
mod group;
mod limbs;
mod point;
mod public;
mod quotient;

pub(super) use point::with_curve;
pub use point::{EcPoint, EcSecret};
pub(super) use public::{EcdsaError, ecdsa_verify};

use super::EntropyError;

/// A curve that titre can compute on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum NamedCurve {
    /// secp192r1, of old chips only.
    #[serde(rename = "P-192")]
    P192,
    /// secp224r1.
    #[serde(rename = "P-224")]
    P224,
    /// secp256r1.
    #[serde(rename = "P-256")]
    P256,
    /// secp384r1.
    #[serde(rename = "P-384")]
    P384,
    /// secp521r1.
    #[serde(rename = "P-521")]
    P521,
    /// RFC 5639 section 3.1, of old chips only.
    #[serde(rename = "brainpoolP160r1")]
    BrainpoolP160r1,
    /// RFC 5639 section 3.2.
    #[serde(rename = "brainpoolP192r1")]
    BrainpoolP192r1,
    /// RFC 5639 section 3.3.
    #[serde(rename = "brainpoolP224r1")]
    BrainpoolP224r1,
    /// RFC 5639 section 3.4.
    #[serde(rename = "brainpoolP256r1")]
    BrainpoolP256r1,
    /// RFC 5639 section 3.5.
    #[serde(rename = "brainpoolP320r1")]
    BrainpoolP320r1,
    /// RFC 5639 section 3.6.
    #[serde(rename = "brainpoolP384r1")]
    BrainpoolP384r1,
    /// RFC 5639 section 3.7.
    #[serde(rename = "brainpoolP512r1")]
    BrainpoolP512r1,
}

/// Why a curve, a point or a scalar is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CurveError {
    /// The explicit parameters are no `ECParameters` over a prime field.
    #[error("the explicit curve parameters are malformed")]
    Parameters,
    /// The explicit parameters equal no known curve in all values.
    #[error("the explicit curve parameters equal no known curve")]
    UnknownParameters,
    /// The object identifier names no curve known here.
    #[error("unknown curve {0}")]
    UnknownCurve(String),
    /// Not the uncompressed encoding of a point, or one of another length.
    #[error("the encoding of the point is wrong")]
    PointEncoding,
    /// The coordinates solve no curve equation.
    #[error("the point is not on the curve")]
    NotOnCurve,
    /// The point at infinity, where it may not be.
    #[error("the result is the point at infinity")]
    Identity,
    /// Zero, not below the order, or too long.
    #[error("the scalar is out of range")]
    ScalarRange,
    /// Point and scalar, or two points, belong to different curves.
    #[error("the operands belong to different curves")]
    Mismatch,
    /// A number that has no point, or a curve on which numbers have none.
    #[error("the number has no point on the curve")]
    Encoding,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Identifier, name, standardized domain parameter id (0 where there is none).
const NAMES: [(&str, &str, u8); 12] = [
    ("1.2.840.10045.3.1.1", "P-192", 8),
    ("1.3.132.0.33", "P-224", 10),
    ("1.2.840.10045.3.1.7", "P-256", 12),
    ("1.3.132.0.34", "P-384", 15),
    ("1.3.132.0.35", "P-521", 18),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 0),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 9),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 11),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 13),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 14),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 16),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 17),
];

impl NamedCurve {
    /// All curves, in the order of the enumeration.
    pub const ALL: [Self; 12] = [
        Self::P192,
        Self::P224,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::BrainpoolP160r1,
        Self::BrainpoolP192r1,
        Self::BrainpoolP224r1,
        Self::BrainpoolP256r1,
        Self::BrainpoolP320r1,
        Self::BrainpoolP384r1,
        Self::BrainpoolP512r1,
    ];

    /// The object identifier, dotted.
    #[must_use]
    pub const fn oid(self) -> &'static str {
        NAMES[self as usize].0
    }

    /// The curve of a dotted object identifier.
    #[must_use]
    pub fn from_oid(oid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == oid)
    }

    /// `P-256`, `brainpoolP256r1` and the like.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The number of these parameters in PACE and chip authentication (8 to 18); none for `brainpoolP160r1`.
    #[must_use]
    pub const fn standardized_id(self) -> Option<u8> {
        match NAMES[self as usize].2 {
            0 => None,
            id => Some(id),
        }
    }

    /// The curve of a standardized domain parameter id; 0 to 2 are groups modulo a prime, not curves.
    #[must_use]
    pub fn from_standardized_id(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.standardized_id() == Some(id))
    }

    /// Bytes of a coordinate.
    #[must_use]
    pub fn field_bytes(self) -> usize {
        domain::of(self).p.len()
    }

    /// Bytes of a scalar. For all curves here as many as [`Self::field_bytes`].
    #[must_use]
    pub fn order_bytes(self) -> usize {
        domain::of(self).n.len()
    }

    /// The order of the curve, big-endian.
    #[must_use]
    pub fn order(self) -> &'static [u8] {
        domain::of(self).n
    }

    /// The curve of an explicit `ECParameters` structure whose values all equal a named curve.
    ///
    /// # Errors
    /// [`CurveError::Parameters`] or [`CurveError::UnknownParameters`].
    pub fn from_explicit(der: &[u8]) -> Result<Self, CurveError> {
        domain::from_explicit(der)
    }

    /// The explicit `ECParameters` structure, DER.
    #[must_use]
    pub fn explicit_der(self) -> Vec<u8> {
        domain::explicit_der(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_back() {
        for curve in NamedCurve::ALL {
            assert_eq!(NamedCurve::from_oid(curve.oid()), Some(curve));
            if let Some(id) = curve.standardized_id() {
                assert_eq!(NamedCurve::from_standardized_id(id), Some(curve));
            }
        }
        assert_eq!(NamedCurve::from_standardized_id(0), None);
        assert_eq!(NamedCurve::from_standardized_id(13), Some(NamedCurve::BrainpoolP256r1));
    }
}
