//! Elliptic-curve key agreement and the generic mapping of PACE, on validated points only.
//! Source: BSI TR-03111 section 4.3.1 (ECKA), Doc 9303-11 sections 4.4.3.3.2 (generic mapping with ECDH) and
//! 9.6 (agreement).

use super::curve::{CurveError, EcPoint, EcSecret, NamedCurve};
use super::entropy::Entropy;
use zeroize::Zeroizing;

/// Bytes of a nonce that are turned into one scalar; every supported order is longer.
const CHUNK: usize = 16;

/// An ephemeral key pair on a generator that need not be the curve's own.
#[derive(Debug)]
pub struct EphemeralKey {
    secret: EcSecret,
    public: EcPoint,
}

impl EphemeralKey {
    /// A fresh pair: a random scalar (label `draw`) times `generator`.
    ///
    /// # Errors
    /// [`CurveError::Entropy`] where there is no randomness.
    pub fn generate(
        generator: &EcPoint,
        entropy: &mut dyn Entropy,
        draw: &'static str,
    ) -> Result<Self, CurveError> {
        let curve = generator.curve();
        let secret = curve.generate(entropy, draw)?;
        let public = curve.mul(generator, &secret)?;
        Ok(Self { secret, public })
    }

    /// The public point.
    #[must_use]
    pub const fn public(&self) -> &EcPoint {
        &self.public
    }

    /// The point shared with the owner of `other`.
    ///
    /// # Errors
    /// [`CurveError::Mismatch`] where `other` is on another curve.
    pub fn shared_point(&self, other: &EcPoint) -> Result<EcPoint, CurveError> {
        self.secret.curve().mul(other, &self.secret)
    }

    /// The x coordinate of the shared point, as long as the field: the shared secret.
    ///
    /// # Errors
    /// As [`Self::shared_point`].
    pub fn shared_secret(&self, other: &EcPoint) -> Result<Zeroizing<Vec<u8>>, CurveError> {
        Ok(Zeroizing::new(self.shared_point(other)?.x().to_vec()))
    }
}

/// The x coordinate of `secret * point`, as long as the field.
///
/// # Errors
/// [`CurveError::Mismatch`] where they are on different curves.
pub fn shared_secret(secret: &EcSecret, point: &EcPoint) -> Result<Zeroizing<Vec<u8>>, CurveError> {
    Ok(Zeroizing::new(secret.curve().mul(point, secret)?.x().to_vec()))
}

/// The ephemeral generator of the generic mapping: `s * G + H`, with `s` the nonce and `H` the point shared in
/// the mapping step. The nonce may be longer than the order.
///
/// # Errors
/// [`CurveError::ScalarRange`] for a nonce that is zero, [`CurveError::Identity`] where the sum is no generator.
pub fn map_generic(nonce: &[u8], shared: &EcPoint) -> Result<EcPoint, CurveError> {
    let curve = shared.curve();
    curve.add(&times(curve, nonce)?, shared)
}

/// `number * G` for a big-endian number of any length.
fn times(curve: NamedCurve, number: &[u8]) -> Result<EcPoint, CurveError> {
    let (first, rest) = number.split_at(number.len() % CHUNK);
    let mut shift = Zeroizing::new(vec![0; CHUNK + 1]);
    shift[0] = 1;
    let shift = EcSecret::from_bytes(curve, &shift)?;
    let mut sum: Option<EcPoint> = None;
    for chunk in std::iter::once(first).chain(rest.chunks(CHUNK)) {
        if let Some(point) = sum.take() {
            sum = Some(curve.mul(&point, &shift)?);
        }
        if chunk.iter().all(|byte| *byte == 0) {
            continue;
        }
        let term = curve.base_mul(&EcSecret::from_bytes(curve, chunk)?)?;
        sum = Some(match sum.take() {
            Some(point) => curve.add(&point, &term)?,
            None => term,
        });
    }
    sum.ok_or(CurveError::ScalarRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;

    fn point(hex: &str) -> EcPoint {
        EcPoint::from_sec1(NamedCurve::BrainpoolP256r1, &hex::decode(hex).unwrap()).unwrap()
    }

    fn secret(hex: &str) -> EcSecret {
        EcSecret::from_bytes(NamedCurve::BrainpoolP256r1, &hex::decode(hex).unwrap()).unwrap()
    }

    #[test]
    fn generic_mapping_of_appendix_g1() {
        let curve = NamedCurve::BrainpoolP256r1;
        let chip = point(
            "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
        );
        let terminal = secret("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
        let shared = curve.mul(&chip, &terminal).unwrap();
        let nonce = hex::decode("3F00C4D39D153F2B2A214A078D899B22").unwrap();
        let mapped = map_generic(&nonce, &shared).unwrap();
        assert_eq!(
            hex::encode_upper(mapped.as_sec1()),
            "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
        );
    }

    #[test]
    fn long_nonces_are_taken_modulo_the_order() {
        for curve in [NamedCurve::P192, NamedCurve::P256, NamedCurve::BrainpoolP512r1] {
            let mut entropy = SeededEntropy::new("agreement", 1);
            let scalar = curve.generate(&mut entropy, "test").unwrap();
            assert_eq!(times(curve, scalar.expose()).unwrap(), curve.base_mul(&scalar).unwrap());
            // n + 1 is 1; n itself is no scalar.
            let mut above = curve.order().to_vec();
            let last = above.len() - 1;
            above[last] += 1;
            assert_eq!(times(curve, &above).unwrap(), curve.generator());
            assert!(times(curve, curve.order()).is_err());
            assert_eq!(times(curve, &[0; 32]).unwrap_err(), CurveError::ScalarRange);
            let mut shifted = vec![0; 33];
            shifted[0] = 2;
            let mut by = vec![0; 17];
            by[0] = 1;
            let by = EcSecret::from_bytes(curve, &by).unwrap();
            let two = EcSecret::from_bytes(curve, &[2]).unwrap();
            let expected = curve.mul(&curve.mul(&curve.base_mul(&two).unwrap(), &by).unwrap(), &by).unwrap();
            assert_eq!(times(curve, &shifted).unwrap(), expected);
        }
    }

    #[test]
    fn both_sides_agree_on_every_curve() {
        let mut entropy = SeededEntropy::new("agreement", 2);
        for id in 8..=18 {
            let curve = NamedCurve::from_standardized_id(id).unwrap();
            let generator = curve.generator();
            let one = EphemeralKey::generate(&generator, &mut entropy, "one").unwrap();
            let other = EphemeralKey::generate(&generator, &mut entropy, "other").unwrap();
            let shared = one.shared_secret(other.public()).unwrap();
            assert_eq!(shared, other.shared_secret(one.public()).unwrap());
            assert_eq!(shared.len(), curve.field_bytes());
        }
    }
}
