//! A point of a curve from a number, for the integrated mapping of PACE, in constant time: the number comes from the
//! secret nonce, and whoever learns something of it can try passwords offline.
//! Source: Doc 9303-11 section 4.4.3.3.2 and appendix B.2 (affine coordinates); Brier and others, Efficient
//! Indifferentiable Hashing into Ordinary Elliptic Curves (2010).

use super::{CurveError, EcPoint, NamedCurve, domain, with_curve};
use elliptic_curve::ff::{Field, PrimeField};
use elliptic_curve::hazmat::FieldArithmetic;
use elliptic_curve::subtle::{ConditionallySelectable, ConstantTimeEq};
use primeorder::PrimeCurveParams;
use zeroize::Zeroizing;

type Element<C> = <C as FieldArithmetic>::FieldElement;

impl NamedCurve {
    /// Whether numbers can be turned into points: the prime is 3 modulo 4, which that of P-224 is not.
    #[must_use]
    pub const fn encodes_numbers(self) -> bool {
        !matches!(self, Self::P224)
    }

    /// The point of a big-endian number, which may be longer than the prime.
    ///
    /// # Errors
    /// [`CurveError::Encoding`] for P-224, and for the three numbers modulo the prime that have no point.
    pub fn point_of_number(self, number: &[u8]) -> Result<EcPoint, CurveError> {
        if !self.encodes_numbers() {
            return Err(CurveError::Encoding);
        }
        let (x, y) =
            with_curve!(self, encode(number, &quarter(domain::of(self).p))).ok_or(CurveError::Encoding)?;
        EcPoint::from_secret_coordinates(self, &x, &y)
    }
}

type Coordinates = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

/// The steps of appendix B.2 with their names; the curves have cofactor 1.
fn encode<C: PrimeCurveParams>(number: &[u8], quarter: &[u64]) -> Option<Coordinates> {
    let base = Element::<C>::from(256u64);
    let t =
        number.iter().fold(Element::<C>::ZERO, |sum, byte| sum * base + Element::<C>::from(u64::from(*byte)));
    let (a, b) = (C::EQUATION_A, C::EQUATION_B);
    let one = Element::<C>::ONE;
    let right_side = |x: &Element<C>| (x.square() + a) * *x + b;
    let alpha = -t.square();
    let inverse: Option<Element<C>> = Field::invert(&(alpha + alpha.square())).into();
    let inverse_a: Option<Element<C>> = Field::invert(&a).into();
    let x2 = -b * inverse_a? * (one + inverse?);
    let x3 = alpha * x2;
    let h2 = right_side(&x2);
    let u = t * t.square() * h2;
    // With p = 4 k + 3 the exponent p - 1 - (p + 1) / 4 is 3 k + 1. Exponents are public, h2 is not.
    let root = h2.pow_vartime(quarter);
    let root = root.square() * root * h2;
    let is_square = (root.square() * h2).ct_eq(&one);
    let x = Element::<C>::conditional_select(&x3, &x2, is_square);
    let y = root * Element::<C>::conditional_select(&u, &h2, is_square);
    let bytes = |coordinate: Element<C>| Zeroizing::new(coordinate.to_repr().to_vec());
    Some((bytes(x), bytes(y)))
}

/// A quarter of the prime, rounded down, least significant limb first.
fn quarter(prime: &[u8]) -> Vec<u64> {
    let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    let limbs: Vec<u64> = prime.rchunks(8).map(limb).collect();
    let above = limbs.iter().skip(1).chain(&[0]);
    limbs.iter().zip(above).map(|(limb, above)| limb >> 2 | above << 62).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Entropy, SeededEntropy};

    #[test]
    fn every_number_has_a_point_on_every_curve_but_p_224() {
        let mut entropy = SeededEntropy::new("point encoding", 1);
        for curve in NamedCurve::ALL {
            let mut points = Vec::new();
            for _ in 0..8 {
                // Longer than the prime, as the pseudo-random function makes them.
                let mut number = vec![0; curve.field_bytes() + 16];
                entropy.fill("test", &mut number).unwrap();
                match curve.point_of_number(&number) {
                    // Validated once more, by the other arithmetic.
                    Ok(point) => points.push(EcPoint::from_sec1(curve, point.as_sec1()).unwrap()),
                    Err(error) => assert_eq!((curve, error), (NamedCurve::P224, CurveError::Encoding)),
                }
            }
            points.dedup();
            assert_eq!(points.len(), if curve == NamedCurve::P224 { 0 } else { 8 }, "{}", curve.name());
            assert_eq!(curve.point_of_number(&[0]), Err(CurveError::Encoding));
            assert_eq!(curve.point_of_number(&[1]), Err(CurveError::Encoding));
        }
    }

    #[test]
    fn the_point_of_appendix_h1() {
        let number = hex::decode("A2F8FF2DF50E52C6599F386ADCB595D229F6A167ADE2BE5F2C3296ADD5B7430E").unwrap();
        let point = NamedCurve::BrainpoolP256r1.point_of_number(&number).unwrap();
        assert_eq!(
            hex::encode_upper(point.as_sec1()),
            "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427\
             4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD"
        );
    }
}
