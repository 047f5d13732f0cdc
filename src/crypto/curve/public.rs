//! What is computed with public numbers only, and therefore in variable time: whether a point lies on its curve, and
//! whether an ECDSA signature verifies. Nothing here may be given a secret.
//! Source: BSI TR-03111 section 4.2.1.2, FIPS 186-5 section 6.4.2.

use super::domain::{self, Domain};
use super::field::{Field, Montgomery, P256, P521};
use super::group::{Affine, Group};
use super::limbs::{self, Limbs};
use super::{EcPoint, NamedCurve};
use std::sync::OnceLock;

/// Why an ECDSA signature does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) enum EcdsaError {
    /// r or s is zero or not below the order, or of another length (CVE-2022-21449).
    Range,
    /// It was not made by this key over this digest.
    Invalid,
}

/// Verifies `r || s`, each as long as the order, over `digest`.
///
/// # Errors
/// [`EcdsaError`].
pub(in crate::crypto) fn ecdsa_verify(key: &EcPoint, digest: &[u8], plain: &[u8]) -> Result<(), EcdsaError> {
    if plain.len() != 2 * key.curve().order_bytes() {
        return Err(EcdsaError::Range);
    }
    let (r, s) = plain.split_at(plain.len() / 2);
    of(key.curve()).verify((key.x(), key.y()), digest, r, s)
}

/// Whether `(x, y)` is a point of the curve; coordinates from the prime on are none.
pub(super) fn contains(curve: NamedCurve, x: &[u8], y: &[u8]) -> bool {
    of(curve).contains(x, y)
}

trait Public: Send + Sync {
    fn contains(&self, x: &[u8], y: &[u8]) -> bool;
    fn verify(&self, key: (&[u8], &[u8]), digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), EcdsaError>;
    /// `u G + v Q`, uncompressed; `None` for infinity.
    #[cfg(test)]
    fn base_and(&self, u: &[u8], v: &[u8], q: (&[u8], &[u8])) -> Option<Vec<u8>>;
}

/// One curve with what is computed once: the table of G, the constants of both moduli.
struct Curve<F, const N: usize> {
    group: Group<F, N>,
    order: Montgomery<N>,
    order_bits: usize,
}

/// The curve, made at its first use.
fn of(curve: NamedCurve) -> &'static dyn Public {
    static CURVES: [OnceLock<Box<dyn Public>>; NamedCurve::ALL.len()] =
        [const { OnceLock::new() }; NamedCurve::ALL.len()];
    CURVES[curve as usize].get_or_init(|| make(domain::of(curve))).as_ref()
}

fn make(domain: &Domain) -> Box<dyn Public> {
    match (domain.curve, domain.p.len().max(domain.n.len()).div_ceil(8)) {
        (NamedCurve::P256, _) => Curve::boxed(domain, |_| P256),
        (NamedCurve::P521, _) => Curve::boxed(domain, |_| P521),
        (_, 0..=3) => Curve::boxed(domain, Montgomery::<3>::new),
        (_, 4) => Curve::boxed(domain, Montgomery::<4>::new),
        (_, 5) => Curve::boxed(domain, Montgomery::<5>::new),
        (_, 6) => Curve::boxed(domain, Montgomery::<6>::new),
        (_, 7 | 8) => Curve::boxed(domain, Montgomery::<8>::new),
        _ => Curve::boxed(domain, Montgomery::<{ limbs::MOST }>::new),
    }
}

/// A number of a domain, which always fits.
fn known<const N: usize>(bytes: &[u8]) -> Limbs<N> {
    limbs::from_bytes(bytes).unwrap_or([0; N])
}

impl<F: Field<N> + 'static, const N: usize> Curve<F, N> {
    fn boxed(domain: &Domain, field: impl FnOnce(Limbs<N>) -> F) -> Box<dyn Public> {
        let (x, y) = domain.g[1..].split_at(domain.p.len());
        let order = known::<N>(domain.n);
        let group =
            Group::new(field(known(domain.p)), &known(domain.a), &known(domain.b), (&known(x), &known(y)));
        let order_bits =
            (0..64 * N).rev().find(|place| limbs::bit(&order, *place) == 1).map_or(0, |top| top + 1);
        Box::new(Self { group, order: Montgomery::new(order), order_bits })
    }

    fn point(&self, x: &[u8], y: &[u8]) -> Option<Affine<N>> {
        let field = &self.group.field;
        let coordinate = |bytes| limbs::from_bytes(bytes).filter(|number| limbs::less(number, field.prime()));
        Some(Affine { x: field.enter(&coordinate(x)?), y: field.enter(&coordinate(y)?) })
    }

    /// The leftmost bits of `digest`, as many as the order has, modulo the order.
    fn reduced(&self, digest: &[u8]) -> Limbs<N> {
        let bytes = self.order_bits.div_ceil(8);
        let mut number = known::<N>(&digest[..digest.len().min(bytes)]);
        let surplus = (8 * bytes - self.order_bits) as u32;
        if digest.len() >= bytes && surplus != 0 {
            for at in 0..N {
                let above = number.get(at + 1).map_or(0, |limb| limb << (64 - surplus));
                number[at] = number[at] >> surplus | above;
            }
        }
        // Below 2^order_bits, hence below twice the order.
        limbs::sub_once(&number, false, self.order.prime())
    }
}

impl<F: Field<N> + 'static, const N: usize> Public for Curve<F, N> {
    fn contains(&self, x: &[u8], y: &[u8]) -> bool {
        self.point(x, y).is_some_and(|point| self.group.contains(&point))
    }

    fn verify(&self, (x, y): (&[u8], &[u8]), digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), EcdsaError> {
        let order = self.order.prime();
        let scalar = |bytes| {
            limbs::from_bytes(bytes)
                .filter(|number| limbs::less(number, order) && !limbs::is_zero(number))
                .ok_or(EcdsaError::Range)
        };
        let (r, s) = (scalar(r)?, scalar(s)?);
        let key = self.point(x, y).ok_or(EcdsaError::Invalid)?;
        // A number as it is times one in Montgomery form is their product as it is.
        let inverse = self.order.invert(&self.order.enter(&s));
        let u = self.order.mul(&self.reduced(digest), &inverse);
        let v = self.order.mul(&r, &inverse);
        let sum = self.group.base_and(&u, &v, &key);
        if limbs::is_zero(&sum.z) {
            return Err(EcdsaError::Invalid);
        }
        // Whether x / z^2 is r or r + n, without a division.
        let field = &self.group.field;
        let square = field.sqr(&sum.z);
        let is = |number: &Limbs<N>| {
            limbs::less(number, field.prime()) && field.mul(&field.enter(number), &square) == sum.x
        };
        let (next, carry) = limbs::add(&r, order);
        if is(&r) || (!carry && is(&next)) { Ok(()) } else { Err(EcdsaError::Invalid) }
    }

    #[cfg(test)]
    fn base_and(&self, u: &[u8], v: &[u8], (x, y): (&[u8], &[u8])) -> Option<Vec<u8>> {
        let sum = self.group.base_and(&known(u), &known(v), &self.point(x, y).unwrap());
        let point = (!limbs::is_zero(&sum.z)).then(|| self.group.affine(&sum))?;
        let bytes = |number: &Limbs<N>| -> Vec<u8> {
            let number = self.group.field.leave(number);
            let bytes: Vec<u8> = number.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
            bytes[bytes.len() - x.len()..].to_vec()
        };
        Some([&[0x04], bytes(&point.x).as_slice(), &bytes(&point.y)].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EcSecret, with_curve};
    use super::*;
    use crate::crypto::{Entropy, SeededEntropy};
    use ecdsa::EcdsaCurve;
    use elliptic_curve::ops::Reduce;
    use elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
    use elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, ProjectivePoint, Scalar};

    fn bytes_of<C: CurveArithmetic>(bytes: &[u8]) -> FieldBytes<C> {
        let mut out = FieldBytes::<C>::default();
        out.copy_from_slice(bytes);
        out
    }

    /// `u G + v Q` by the constant-time crates.
    fn slow_sum<C>(u: &[u8], v: &[u8], q: &[u8]) -> Option<Vec<u8>>
    where
        C: CurveArithmetic,
        AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
        FieldBytesSize<C>: ModulusSize,
        Scalar<C>: Reduce<FieldBytes<C>>,
    {
        let scalar = |bytes: &[u8]| <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&bytes_of::<C>(bytes));
        let q: ProjectivePoint<C> = AffinePoint::<C>::from_sec1_bytes(q).unwrap().into();
        let generator = <ProjectivePoint<C> as elliptic_curve::Group>::generator();
        let sum: AffinePoint<C> = (generator * scalar(u) + q * scalar(v)).into();
        let bytes = sum.to_sec1_point(false).as_bytes().to_vec();
        (bytes != [0]).then_some(bytes)
    }

    /// The verdict of the `ecdsa` crate.
    fn slow_verify<C>(key: &[u8], digest: &[u8], plain: &[u8]) -> Result<(), EcdsaError>
    where
        C: EcdsaCurve + CurveArithmetic,
        AffinePoint<C>: FromSec1Point<C>,
        FieldBytesSize<C>: ModulusSize,
    {
        let point = AffinePoint::<C>::from_sec1_bytes(key).unwrap();
        let (r, s) = plain.split_at(plain.len() / 2);
        let signature = ecdsa::Signature::<C>::from_scalars(bytes_of::<C>(r), bytes_of::<C>(s))
            .map_err(|_| EcdsaError::Range)?;
        ecdsa::hazmat::verify_prehashed(&point.into(), digest, &signature).map_err(|_| EcdsaError::Invalid)
    }

    fn is_point<C>(sec1: &[u8]) -> bool
    where
        C: CurveArithmetic,
        AffinePoint<C>: FromSec1Point<C>,
        FieldBytesSize<C>: ModulusSize,
    {
        AffinePoint::<C>::from_sec1_bytes(sec1).is_ok()
    }

    /// `number` plus `more`, as long as it.
    fn plus(number: &[u8], more: i8) -> Vec<u8> {
        let mut out = number.to_vec();
        let mut carry = i32::from(more);
        for byte in out.iter_mut().rev() {
            let sum = i32::from(*byte) + carry;
            (*byte, carry) = (sum.rem_euclid(256) as u8, sum.div_euclid(256));
        }
        out
    }

    fn draw(entropy: &mut SeededEntropy, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        entropy.fill("test", &mut bytes).unwrap();
        bytes
    }

    /// A scalar near the edges, or a random one.
    fn scalar(curve: NamedCurve, kind: usize, entropy: &mut SeededEntropy) -> Vec<u8> {
        let zero = vec![0; curve.order_bytes()];
        match kind {
            0..=3 => plus(&zero, kind as i8),
            4..=6 => plus(curve.order(), kind as i8 - 5),
            7 => plus(curve.order(), -2),
            _ => curve.generate(entropy, "test").unwrap().expose().to_vec(),
        }
    }

    #[test]
    fn sums_equal_those_of_the_constant_time_crates() {
        let mut entropy = SeededEntropy::new("sums", 1);
        for curve in NamedCurve::ALL {
            let small = |n: u8| EcSecret::from_bytes(curve, &[n]).unwrap();
            let last = EcSecret::from_bytes(curve, &plus(curve.order(), -1)).unwrap();
            // Q of these meets multiples of G in the tables: doublings and sums that are infinity.
            let mut keys: Vec<EcPoint> = [1, 2, 3, 17].map(|n| curve.base_mul(&small(n)).unwrap()).into();
            keys.push(curve.base_mul(&last).unwrap());
            keys.push(curve.base_mul(&curve.generate(&mut entropy, "test").unwrap()).unwrap());
            for (at, q) in keys.iter().enumerate() {
                for case in 0..81 {
                    if case % 9 == 8 && case / 9 != at {
                        continue;
                    }
                    let (u, v) =
                        (scalar(curve, case % 9, &mut entropy), scalar(curve, case / 9, &mut entropy));
                    let fast = of(curve).base_and(&u, &v, (q.x(), q.y()));
                    let slow = with_curve!(curve, slow_sum(&u, &v, q.as_sec1()));
                    assert_eq!(fast, slow, "{} {at} {case}", curve.name());
                }
            }
        }
    }

    #[test]
    fn verdicts_equal_those_of_the_ecdsa_crate() {
        let mut entropy = SeededEntropy::new("verdicts", 1);
        for curve in NamedCurve::ALL {
            let len = curve.order_bytes();
            let key = crate::crypto::PrivateKey::generate_ec(curve, &mut entropy).unwrap();
            let crate::crypto::PublicKey::Ec(point) = key.public() else { panic!() };
            for hash in crate::crypto::HashAlgorithm::ALL {
                let scheme = crate::crypto::SignatureScheme::EcdsaPlain { hash };
                let digest = hash.digest(b"message");
                let good = key.sign(&scheme, b"message", &mut entropy).unwrap();
                let (r, s) = good.split_at(len);
                let (zero, n) = (vec![0; len], curve.order());
                let cases = [
                    (r, s),
                    (s, r),
                    (r, &plus(s, 1)),
                    (&plus(r, 1), s),
                    (&zero, s),
                    (r, &zero),
                    (n, s),
                    (r, n),
                    (&plus(&zero, 1), s),
                    (&plus(n, -1), s),
                    (r, &plus(n, 1)),
                    (&vec![0xFF; len], s),
                ];
                for (at, (r, s)) in cases.into_iter().enumerate() {
                    let plain = [r, s].concat();
                    let fast = ecdsa_verify(&point, &digest, &plain);
                    let slow = with_curve!(curve, slow_verify(point.as_sec1(), &digest, &plain));
                    assert_eq!(fast, slow, "{} {} {at}", curve.name(), hash.name());
                    assert_eq!(fast.is_ok(), at == 0);
                }
                assert_eq!(ecdsa_verify(&point, &digest, &good[1..]), Err(EcdsaError::Range));
            }
        }
    }

    #[test]
    fn only_points_of_the_curve_are_points() {
        let mut entropy = SeededEntropy::new("points", 1);
        for curve in NamedCurve::ALL {
            let (len, g, prime) = (curve.field_bytes(), curve.generator(), domain::of(curve).p);
            let zero = vec![0; len];
            let mut pairs = vec![
                (g.x().to_vec(), g.y().to_vec()),
                (g.x().to_vec(), plus(g.y(), 1)),
                (g.y().to_vec(), g.x().to_vec()),
                (zero.clone(), zero.clone()),
                (prime.to_vec(), g.y().to_vec()),
                (g.x().to_vec(), prime.to_vec()),
                (vec![0xFF; len], vec![0xFF; len]),
            ];
            for _ in 0..8 {
                let point = curve.base_mul(&curve.generate(&mut entropy, "test").unwrap()).unwrap();
                pairs.push((point.x().to_vec(), point.y().to_vec()));
                pairs.push((draw(&mut entropy, len), point.y().to_vec()));
            }
            for (x, y) in pairs {
                let sec1 = [&[4], x.as_slice(), &y].concat();
                let slow = with_curve!(curve, is_point(&sec1));
                assert_eq!(contains(curve, &x, &y), slow, "{} {}", curve.name(), hex::encode(&sec1));
            }
        }
    }
}
