//! Division of secret scalars, in constant time: what a chip does in the chip authentication mapping.
//! Source: Doc 9303-11 section 4.4.3.5.1.

use super::{CurveError, EcSecret, with_curve};
use elliptic_curve::ff::{Field, PrimeField};
use elliptic_curve::{CurveArithmetic, FieldBytes, Scalar};
use zeroize::Zeroizing;

impl EcSecret {
    /// This scalar times the inverse of `other`, modulo the order.
    ///
    /// # Errors
    /// [`CurveError::Mismatch`] where they are of different curves.
    pub fn over(&self, other: &Self) -> Result<Self, CurveError> {
        if self.curve() != other.curve() {
            return Err(CurveError::Mismatch);
        }
        let quotient = with_curve!(self.curve(), quotient(self.expose(), other.expose()));
        Self::from_bytes(self.curve(), &quotient.ok_or(CurveError::ScalarRange)?)
    }
}

fn quotient<C: CurveArithmetic>(scalar: &[u8], by: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let of = |bytes: &[u8]| {
        let mut field = FieldBytes::<C>::default();
        field.copy_from_slice(bytes);
        Option::<Scalar<C>>::from(Scalar::<C>::from_repr(field))
    };
    let inverse = Option::<Scalar<C>>::from(Field::invert(&of(by)?))?;
    Some(Zeroizing::new((of(scalar)? * inverse).to_repr().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::NamedCurve;

    #[test]
    fn what_is_divided_multiplies_back() {
        for curve in NamedCurve::ALL {
            let [six, two, three] = [6, 2, 3].map(|n| EcSecret::from_bytes(curve, &[n]).unwrap());
            assert_eq!(six.over(&two), Ok(three.clone()));
            let third = two.over(&three).unwrap();
            assert_eq!(curve.mul(&curve.base_mul(&third).unwrap(), &three), curve.base_mul(&two));
        }
        let other = EcSecret::from_bytes(NamedCurve::P256, &[2]).unwrap();
        let two = EcSecret::from_bytes(NamedCurve::P384, &[2]).unwrap();
        assert_eq!(two.over(&other), Err(CurveError::Mismatch));
    }
}
