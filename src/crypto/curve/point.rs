//! Points and secret scalars by value, over every [`NamedCurve`]. A point is checked when it is made: right
//! length, on the curve, not infinity; so that every point that exists is safe to compute with (all these curves
//! have prime order, hence no small subgroups). Multiplication with a secret takes constant time.
//! Source: BSI TR-03111 sections 3.2, 4.1.3 (random scalars) and 4.3; FIPS 186-5 A.2.2.

use super::{CurveError, NamedCurve, domain, public};
use crate::crypto::Entropy;
use elliptic_curve::ff::{Field, PrimeField};
use elliptic_curve::group::Group;
use elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, NonZeroScalar, ProjectivePoint, Scalar,
};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Runs a function that is generic over the curve type with the type of a [`NamedCurve`].
macro_rules! with_curve {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            $crate::crypto::curve::NamedCurve::P192 => $function::<p192::NistP192>($($argument),*),
            $crate::crypto::curve::NamedCurve::P224 => $function::<p224::NistP224>($($argument),*),
            $crate::crypto::curve::NamedCurve::P256 => $function::<p256::NistP256>($($argument),*),
            $crate::crypto::curve::NamedCurve::P384 => $function::<p384::NistP384>($($argument),*),
            $crate::crypto::curve::NamedCurve::P521 => $function::<p521::NistP521>($($argument),*),
            $crate::crypto::curve::NamedCurve::BrainpoolP160r1 => {
                $function::<$crate::crypto::curve::brainpool::BrainpoolP160r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP192r1 => {
                $function::<$crate::crypto::curve::brainpool::BrainpoolP192r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP224r1 => {
                $function::<$crate::crypto::curve::brainpool::BrainpoolP224r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP256r1 => {
                $function::<bp256::BrainpoolP256r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP320r1 => {
                $function::<$crate::crypto::curve::brainpool::BrainpoolP320r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP384r1 => {
                $function::<bp384::BrainpoolP384r1>($($argument),*)
            }
            $crate::crypto::curve::NamedCurve::BrainpoolP512r1 => {
                $function::<$crate::crypto::curve::brainpool::BrainpoolP512r1>($($argument),*)
            }
        }
    };
}
pub(in crate::crypto) use with_curve;

/// How often a random scalar may miss its range before the source is called broken.
const TRIES: usize = 128;

/// A point of a curve, not infinity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EcPoint {
    curve: NamedCurve,
    sec1: Vec<u8>,
}

impl EcPoint {
    /// The point of the uncompressed encoding `04 || x || y`, which is the only one that chips may send.
    ///
    /// # Errors
    /// [`CurveError::PointEncoding`] for another form or length, [`CurveError::NotOnCurve`].
    pub fn from_sec1(curve: NamedCurve, bytes: &[u8]) -> Result<Self, CurveError> {
        if bytes.first() != Some(&0x04) || bytes.len() != 1 + 2 * curve.field_bytes() {
            return Err(CurveError::PointEncoding);
        }
        let (x, y) = bytes[1..].split_at(curve.field_bytes());
        if !public::contains(curve, x, y) {
            return Err(CurveError::NotOnCurve);
        }
        Ok(Self { curve, sec1: bytes.to_vec() })
    }

    /// As [`Self::from_sec1`], and the compressed encoding too, which certificates may use.
    ///
    /// # Errors
    /// As [`Self::from_sec1`].
    pub fn from_sec1_any(curve: NamedCurve, bytes: &[u8]) -> Result<Self, CurveError> {
        match bytes.first() {
            Some(0x02 | 0x03) if bytes.len() == 1 + curve.field_bytes() => {
                with_curve!(curve, decode(curve, bytes))
            }
            _ => Self::from_sec1(curve, bytes),
        }
    }

    /// The point of coordinates that are not public: checked in constant time.
    pub(super) fn from_secret_coordinates(curve: NamedCurve, x: &[u8], y: &[u8]) -> Result<Self, CurveError> {
        let sec1 = [&[0x04], x, y].concat();
        with_curve!(curve, decode(curve, &sec1))
    }

    /// The curve.
    #[must_use]
    pub const fn curve(&self) -> NamedCurve {
        self.curve
    }

    /// `04 || x || y`.
    #[must_use]
    pub fn as_sec1(&self) -> &[u8] {
        &self.sec1
    }

    /// The x coordinate, as long as the field.
    #[must_use]
    pub fn x(&self) -> &[u8] {
        &self.sec1[1..1 + self.curve.field_bytes()]
    }

    /// The y coordinate, as long as the field.
    #[must_use]
    pub fn y(&self) -> &[u8] {
        &self.sec1[1 + self.curve.field_bytes()..]
    }
}

/// A secret scalar, 0 < d < n. Zeroed when dropped, redacted in `Debug`, compared in constant time.
#[derive(Clone)]
pub struct EcSecret {
    curve: NamedCurve,
    scalar: Zeroizing<Vec<u8>>,
}

impl EcSecret {
    /// The scalar of its big-endian bytes; shorter and zero-padded forms are taken.
    ///
    /// # Errors
    /// [`CurveError::ScalarRange`] for zero and from the order on.
    pub fn from_bytes(curve: NamedCurve, bytes: &[u8]) -> Result<Self, CurveError> {
        let scalar = padded(curve, bytes)?;
        if !with_curve!(curve, in_range(&scalar)) {
            return Err(CurveError::ScalarRange);
        }
        Ok(Self { curve, scalar })
    }

    /// The scalar of big-endian bytes modulo the order, as generic mapping of PACE takes its nonce. There may be
    /// more bytes than the order has: with AES-256 a nonce has 32, and the curves begin at 20.
    ///
    /// # Errors
    /// [`CurveError::ScalarRange`] where it is zero.
    pub fn reduced(curve: NamedCurve, bytes: &[u8]) -> Result<Self, CurveError> {
        let scalar = with_curve!(curve, reduce(bytes));
        Self::from_bytes(curve, &scalar)
    }

    /// The curve.
    #[must_use]
    pub const fn curve(&self) -> NamedCurve {
        self.curve
    }

    /// Big-endian, as long as the order. It stays secret only as long as the caller keeps it so.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.scalar
    }
}

impl fmt::Debug for EcSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcSecret({})", self.curve.name())
    }
}

impl PartialEq for EcSecret {
    fn eq(&self, other: &Self) -> bool {
        self.curve == other.curve && bool::from(self.scalar.as_slice().ct_eq(other.scalar.as_slice()))
    }
}

impl Eq for EcSecret {}

impl NamedCurve {
    /// A random scalar: draws of the order's length under the label `draw` until one is in range.
    ///
    /// # Errors
    /// [`CurveError::Entropy`]; [`CurveError::ScalarRange`] for a source that never gets into range.
    pub fn generate(self, entropy: &mut dyn Entropy, draw: &'static str) -> Result<EcSecret, CurveError> {
        let order = self.order();
        let mask = 0xFF >> order[0].leading_zeros();
        let mut bytes = Zeroizing::new(vec![0; order.len()]);
        for _ in 0..TRIES {
            entropy.fill(draw, &mut bytes)?;
            bytes[0] &= mask;
            if let Ok(secret) = EcSecret::from_bytes(self, &bytes) {
                return Ok(secret);
            }
        }
        Err(CurveError::ScalarRange)
    }

    /// The generator G.
    #[must_use]
    pub fn generator(self) -> EcPoint {
        EcPoint { curve: self, sec1: domain::of(self).g.to_vec() }
    }

    /// `scalar * G`.
    ///
    /// # Errors
    /// [`CurveError::Mismatch`] where the scalar is of another curve.
    pub fn base_mul(self, scalar: &EcSecret) -> Result<EcPoint, CurveError> {
        self.mul(&self.generator(), scalar)
    }

    /// `scalar * point`.
    ///
    /// # Errors
    /// [`CurveError::Mismatch`] where one of them is of another curve.
    pub fn mul(self, point: &EcPoint, scalar: &EcSecret) -> Result<EcPoint, CurveError> {
        if point.curve != self || scalar.curve != self {
            return Err(CurveError::Mismatch);
        }
        with_curve!(self, multiply(self, &point.sec1, &scalar.scalar))
    }

    /// `first + second`.
    ///
    /// # Errors
    /// [`CurveError::Mismatch`]; [`CurveError::Identity`] where one is the negative of the other.
    pub fn add(self, first: &EcPoint, second: &EcPoint) -> Result<EcPoint, CurveError> {
        if first.curve != self || second.curve != self {
            return Err(CurveError::Mismatch);
        }
        with_curve!(self, sum(self, &first.sec1, &second.sec1))
    }
}

/// `bytes` left-padded to the length of the order.
fn padded(curve: NamedCurve, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, CurveError> {
    let len = curve.order_bytes();
    let surplus = bytes.len().saturating_sub(len);
    if bytes[..surplus].iter().any(|b| *b != 0) {
        return Err(CurveError::ScalarRange);
    }
    let bytes = &bytes[surplus..];
    let mut out = Zeroizing::new(vec![0; len]);
    out[len - bytes.len()..].copy_from_slice(bytes);
    Ok(out)
}

fn field<C: CurveArithmetic>(bytes: &[u8]) -> FieldBytes<C> {
    let mut out = FieldBytes::<C>::default();
    out.copy_from_slice(bytes);
    out
}

fn in_range<C: CurveArithmetic>(scalar: &[u8]) -> bool {
    NonZeroScalar::<C>::from_repr(field::<C>(scalar)).is_some().into()
}

fn reduce<C: CurveArithmetic>(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let base = Scalar::<C>::from(256u64);
    let sum =
        bytes.iter().fold(Scalar::<C>::ZERO, |sum, byte| sum * base + Scalar::<C>::from(u64::from(*byte)));
    Zeroizing::new(sum.to_repr().to_vec())
}

fn affine<C>(sec1: &[u8]) -> Result<AffinePoint<C>, CurveError>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    AffinePoint::<C>::from_sec1_bytes(sec1).map_err(|_| CurveError::NotOnCurve)
}

fn encode<C>(curve: NamedCurve, point: &ProjectivePoint<C>) -> Result<EcPoint, CurveError>
where
    C: CurveArithmetic,
    AffinePoint<C>: ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    if point.is_identity().into() {
        return Err(CurveError::Identity);
    }
    let affine: AffinePoint<C> = (*point).into();
    Ok(EcPoint { curve, sec1: affine.to_sec1_point(false).as_bytes().to_vec() })
}

fn decode<C>(curve: NamedCurve, sec1: &[u8]) -> Result<EcPoint, CurveError>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    encode::<C>(curve, &affine::<C>(sec1)?.into())
}

fn multiply<C>(curve: NamedCurve, sec1: &[u8], scalar: &[u8]) -> Result<EcPoint, CurveError>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point: ProjectivePoint<C> = affine::<C>(sec1)?.into();
    let scalar: Option<Scalar<C>> = Scalar::<C>::from_repr(field::<C>(scalar)).into();
    let mut scalar = scalar.ok_or(CurveError::ScalarRange)?;
    let product = point * scalar;
    zeroize::Zeroize::zeroize(&mut scalar);
    encode::<C>(curve, &product)
}

fn sum<C>(curve: NamedCurve, first: &[u8], second: &[u8]) -> Result<EcPoint, CurveError>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let first: ProjectivePoint<C> = affine::<C>(first)?.into();
    encode::<C>(curve, &(first + affine::<C>(second)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;

    fn minus_one(order: &[u8]) -> Vec<u8> {
        let mut bytes = order.to_vec();
        *bytes.last_mut().unwrap() -= 1;
        bytes
    }

    #[test]
    fn every_curve_has_its_generator_and_its_order() {
        for curve in NamedCurve::ALL {
            let g = curve.generator();
            assert_eq!(EcPoint::from_sec1(curve, g.as_sec1()).unwrap(), g, "{}", curve.name());
            let one = EcSecret::from_bytes(curve, &[1]).unwrap();
            assert_eq!(curve.base_mul(&one).unwrap(), g);
            // (n - 1) G = -G, hence the order is n and the sum is infinity.
            let last = EcSecret::from_bytes(curve, &minus_one(curve.order())).unwrap();
            let minus_g = curve.base_mul(&last).unwrap();
            assert_eq!(minus_g.x(), g.x());
            assert_ne!(minus_g.y(), g.y());
            assert_eq!(curve.add(&g, &minus_g), Err(CurveError::Identity));
            assert_eq!(EcSecret::from_bytes(curve, curve.order()), Err(CurveError::ScalarRange));
            assert_eq!(EcSecret::reduced(curve, curve.order()), Err(CurveError::ScalarRange));
        }
    }

    #[test]
    fn both_sides_agree_on_every_curve_also_with_a_mapped_generator() {
        let mut entropy = SeededEntropy::new("curve test", 1);
        for curve in NamedCurve::ALL {
            let nonce = EcSecret::reduced(curve, &[0xA5; 16]).unwrap();
            let shared = curve.base_mul(&curve.generate(&mut entropy, "test").unwrap()).unwrap();
            let mapped = curve.add(&curve.base_mul(&nonce).unwrap(), &shared).unwrap();
            let (a, b) = (
                curve.generate(&mut entropy, "test").unwrap(),
                curve.generate(&mut entropy, "test").unwrap(),
            );
            let (pa, pb) = (curve.mul(&mapped, &a).unwrap(), curve.mul(&mapped, &b).unwrap());
            assert_eq!(curve.mul(&pb, &a).unwrap(), curve.mul(&pa, &b).unwrap(), "{}", curve.name());
        }
    }

    #[test]
    fn points_off_the_curve_and_odd_encodings_are_refused() {
        for curve in NamedCurve::ALL {
            let g = curve.generator();
            let mut off = g.as_sec1().to_vec();
            *off.last_mut().unwrap() ^= 1;
            assert_eq!(EcPoint::from_sec1(curve, &off), Err(CurveError::NotOnCurve));
            assert_eq!(EcPoint::from_sec1(curve, &[0]), Err(CurveError::PointEncoding));
            let compressed = [&[2 | g.y().last().unwrap() & 1], g.x()].concat();
            assert_eq!(EcPoint::from_sec1(curve, &compressed), Err(CurveError::PointEncoding));
            assert_eq!(EcPoint::from_sec1_any(curve, &compressed).unwrap(), g, "{}", curve.name());
            let hybrid = [&[6 | g.y().last().unwrap() & 1], &g.as_sec1()[1..]].concat();
            assert_eq!(EcPoint::from_sec1_any(curve, &hybrid), Err(CurveError::PointEncoding));
        }
        let secret = EcSecret::from_bytes(NamedCurve::P256, &[7]).unwrap();
        assert_eq!(NamedCurve::P384.base_mul(&secret), Err(CurveError::Mismatch));
        assert_eq!(format!("{secret:?}"), "EcSecret(P-256)");
    }
}
