//! Verification of DSA, which Doc 9303-12 section 4.4 still allows. titre never signs with it.
//! Source: FIPS 186-4 sections 4.2 and 4.7; RFC 3279 section 2.3.2 (the key in certificates).

use super::key::{KeyError, bits, trim};
use super::signature::SignatureError;
use elliptic_curve::bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use elliptic_curve::bigint::{BoxedUint, NonZero, Odd};
use std::cmp::Ordering;

/// Sizes of p that are believed, in bits; FIPS 186-4 has 1024, 2048 and 3072.
const P_BITS: std::ops::RangeInclusive<usize> = 1024..=4096;
/// Sizes of q, in bits; FIPS 186-4 has 160, 224 and 256.
const Q_BITS: std::ops::RangeInclusive<usize> = 160..=256;

/// A DSA public key, all numbers big-endian without leading zeros. Only [`DsaKey::new`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DsaKey {
    p: Vec<u8>,
    q: Vec<u8>,
    g: Vec<u8>,
    y: Vec<u8>,
}

impl DsaKey {
    /// The prime p, big-endian.
    #[must_use]
    pub fn prime(&self) -> &[u8] {
        &self.p
    }

    /// A key of its domain parameters p, q, g and its value y.
    ///
    /// # Errors
    /// [`KeyError::DsaValue`] where a number has a size or value that no DSA key has.
    pub fn new(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let [p, q, g, y] = [p, q, g, y].map(|number| trim(number).to_vec());
        let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        let above_one = |number: &[u8]| number.len() > 1 || number.first().is_some_and(|first| *first > 1);
        let sizes = P_BITS.contains(&bits(&p)) && Q_BITS.contains(&bits(&q));
        let in_group = |number: &[u8]| above_one(number) && compare(number, &p) == Ordering::Less;
        if sizes && odd(&p) && odd(&q) && in_group(&g) && in_group(&y) {
            Ok(Self { p, q, g, y })
        } else {
            Err(KeyError::DsaValue)
        }
    }

    /// Bits of p, for reports.
    #[must_use]
    pub fn bits(&self) -> usize {
        bits(&self.p)
    }

    /// The domain parameters p, q, g and the value y.
    #[must_use]
    pub fn numbers(&self) -> [&[u8]; 4] {
        [&self.p, &self.q, &self.g, &self.y]
    }

    /// Verifies the signature `(r, s)` of `digest`, of which the leftmost bits count, as many as q has.
    pub(super) fn verify(&self, digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), SignatureError> {
        let (r, s) = (trim(r), trim(s));
        for number in [r, s] {
            if number.is_empty() || compare(number, &self.q) != Ordering::Less {
                return Err(SignatureError::Malformed);
            }
        }
        self.holds(digest, r, s).filter(|holds| *holds).map(|_| ()).ok_or(SignatureError::Invalid)
    }

    /// `None` where a number does not fit, which the checks of [`Self::new`] and [`Self::verify`] exclude.
    fn holds(&self, digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
        let (p, q) = (Modulus::new(&self.p)?, Modulus::new(&self.q)?);
        let mut hash = BoxedUint::from_be_slice_vartime(digest);
        let surplus = (8 * digest.len()).saturating_sub(bits(&self.q));
        hash = hash.shr_vartime(u32::try_from(surplus).ok()?)?;
        // q is a prime, so s^(q-2) is the inverse of s; for a key whose q is none, this is some other number.
        let two = BoxedUint::from_be_slice(&[2], q.precision).ok()?;
        let w = q.number(s)?.pow(&q.value.wrapping_sub(&two));
        let u1 = (q.form(&hash) * &w).retrieve();
        let u2 = (q.number(r)? * &w).retrieve();
        let v = (p.number(&self.g)?.pow(&u1) * p.number(&self.y)?.pow(&u2)).retrieve();
        let v = q.form(&v).retrieve().to_be_bytes();
        Some(trim(&v) == r)
    }
}

/// An odd modulus to compute by.
struct Modulus {
    value: BoxedUint,
    precision: u32,
    params: BoxedMontyParams,
}

impl Modulus {
    fn new(bytes: &[u8]) -> Option<Self> {
        let precision = u32::try_from(8 * bytes.len()).ok()?;
        let value = BoxedUint::from_be_slice(bytes, precision).ok()?;
        let odd: Odd<BoxedUint> = value.clone().into_odd().into_option()?;
        Some(Self { precision: value.bits_precision(), value, params: BoxedMontyParams::new_vartime(odd) })
    }

    fn form(&self, number: &BoxedUint) -> BoxedMontyForm {
        // The modulus is odd, hence not zero.
        let modulus: NonZero<BoxedUint> = self.params.modulus().as_nz_ref().clone();
        BoxedMontyForm::new(number.rem_vartime(&modulus), &self.params)
    }

    fn number(&self, bytes: &[u8]) -> Option<BoxedMontyForm> {
        Some(self.form(&BoxedUint::from_be_slice(bytes, self.precision).ok()?))
    }
}

/// Compares two numbers without leading zeros.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signature::verify;
    use crate::crypto::{HashAlgorithm, PublicKey, SignatureScheme};

    /// A key and signatures over `message` that OpenSSL 3 made: q has 224 bits, so that one hash is shorter, one as long
    /// and two longer.
    const KEY: &str = "308201bf3082013306072a8648ce3804013082012602818100b8461f16c94ef275b527a2952422171a5dc8b78b13a1d4d06210bc89c0daccad4224843975d011d065f1e5f7dd8943b0a9fb8a3f4a885e64b99b214fe3e628b6a94f64f87440ae6b3ad639bee9c5ec7ee36eed855bf8cbfc17ba9709b11259e3e0b4be81b027db38d919407b18822e5c3514c6f90b2cf7a404fc57f58b6ae9e3021d0080bd7fe80a59a630e5b3b5e251037600ed1ba6ac522bd33384fe38ff02818037b1bf111a7905a8501765f6b4d17efa737643357c40618e7081655a094755b34bdf33f48be5e56220f711578a4468c98f73a2de61908df9efe0daac965531d6a0dbb5e32755549c496df95ddede57ca744ede9b1f99c9ee7179946b1aeeb6d40fb69e7e9f83ba209949b4c7840c06b4a33395750bc9dd67cb6a4f1e82f813e203818500028181008fd29ff4ed8190cb1d180f0df7efcd7aacc211e396c7323aa679a755f029326dc242f276c6dd993b8b00ff9abdb11009f6fc83a9db8197a693c744ee2cfa85e7f4d79b37a99caad6849703342df465e25fa276b757e1a9eb52bba3f3374917ddf151dfe0e6420fcfe2221aa5062766e0e0ff6267c1bf9d7ef7099b607fb1a146";
    const SIGNATURES: [(HashAlgorithm, &str); 4] = [
        (
            HashAlgorithm::Sha1,
            "303c021c408766a1888ad00f328b343f9a61fff6e254f0ca4a7cf105264da884021c1f3c9ae156dfa583a0a8a5a224879eabf22648b905670dd5b97a060e",
        ),
        (
            HashAlgorithm::Sha224,
            "303c021c4b4acb49e0c7eb0c304d088fec550f1797e4270e6bfebad70173c7a7021c783f7e059c00e89071e0b5c8851123f253c17cbe2f54dec4f44bcacd",
        ),
        (
            HashAlgorithm::Sha256,
            "303c021c4342924ae527089facc9f6e141faef1984c6068935978f12b62d67c8021c5fb3bbd46abd6b525932c1b251fb87439d82d74a5e8b562bbb3c33e9",
        ),
        (
            HashAlgorithm::Sha512,
            "303c021c24f0b4143135fb66ca9e0aaddea45d989651458937afd43f047cc6ac021c15338fd73f05cb04e37b5b051c60401747fed8287d35aae160e618ee",
        ),
    ];

    fn key() -> PublicKey {
        PublicKey::from_spki(&hex::decode(KEY).unwrap()).unwrap()
    }

    #[test]
    fn signatures_of_another_implementation_verify_and_changed_ones_do_not() {
        let key = key();
        assert_eq!((key.describe().as_str(), key.to_spki(false)), ("DSA-1024", hex::decode(KEY).unwrap()));
        for (hash, signature) in SIGNATURES {
            let scheme = SignatureScheme::Dsa { hash };
            let signature = hex::decode(signature).unwrap();
            assert_eq!(verify(&key, &scheme, b"message", &signature), Ok(()), "{scheme}");
            assert_eq!(verify(&key, &scheme, b"other", &signature), Err(SignatureError::Invalid));
            for at in [5, signature.len() - 1] {
                let mut changed = signature.clone();
                changed[at] ^= 1;
                assert!(verify(&key, &scheme, b"message", &changed).is_err(), "{scheme} {at}");
            }
            let ecdsa = SignatureScheme::Ecdsa { hash };
            assert_eq!(verify(&key, &ecdsa, b"message", &signature), Err(SignatureError::Kind));
        }
    }

    #[test]
    fn zero_and_numbers_from_q_on_are_refused() {
        let PublicKey::Dsa(key) = key() else { panic!() };
        let digest = HashAlgorithm::Sha224.digest(b"message");
        let [_, q, ..] = key.numbers();
        for (r, s) in [(&[0][..], &[1][..]), (&[1], &[0]), (q, &[1]), (&[1], q)] {
            assert_eq!(key.verify(&digest, r, s), Err(SignatureError::Malformed));
        }
        assert_eq!(key.verify(&digest, &[1], &[1]), Err(SignatureError::Invalid));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let PublicKey::Dsa(key) = key() else { panic!() };
        let [p, q, g, y] = key.numbers();
        let even = [&p[..p.len() - 1], &[0]].concat();
        for (p, q, g, y) in [
            (&even[..], q, g, y),
            (p, &q[1..9], g, y),
            (q, q, g, y),
            (p, q, &[1][..], y),
            (p, q, p, y),
            (p, q, g, &[][..]),
        ] {
            assert_eq!(DsaKey::new(p, q, g, y), Err(KeyError::DsaValue));
        }
        // Parameters left out, to be inherited from the issuer.
        let inherited = crate::asn1::write::sequence(&[
            &crate::asn1::write::sequence(&[&crate::asn1::oid::object("1.2.840.10040.4.1")]),
            &crate::asn1::write::bit_string(&crate::asn1::write::unsigned(y)),
        ]);
        assert_eq!(PublicKey::from_spki(&inherited), Err(KeyError::DsaValue));
    }
}
