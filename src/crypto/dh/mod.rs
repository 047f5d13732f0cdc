//! Diffie-Hellman modulo a prime: groups, validated elements, secret exponents. Powers with a secret exponent are
//! computed in constant time (`crypto-bigint`); what decides in variable time are public numbers only.
//! Source: RFC 2631 sections 2.1.1 and 2.1.5 (validation); Doc 9303-11 sections 4.4.3.3 (mappings) and 9.6.

mod modp;

pub use modp::ModpGroup;

use super::key::{bits, trim};
use super::{Entropy, EntropyError};
use elliptic_curve::bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use elliptic_curve::bigint::{NonZero, Odd};
use rsa::BoxedUint;
use std::sync::Arc;
use subtle::{ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroizing;

/// Bits of the primes that are taken; larger ones only cost time.
const PRIME_BITS: std::ops::RangeInclusive<usize> = 1024..=4096;
/// Fewest bits of the order of a subgroup.
const MIN_ORDER_BITS: usize = 160;
/// How often a random exponent may miss its range before the source is called broken.
const TRIES: usize = 128;

/// Why a group or an element is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DhError {
    /// The prime, the generator or the order have no size or value that a group has.
    #[error("the group's parameters are out of range")]
    Parameters,
    /// The public value is not between 2 and p - 2.
    #[error("the public value is out of range")]
    Range,
    /// The public value is in range and outside the subgroup of prime order.
    #[error("the public value is not in the subgroup")]
    Subgroup,
    /// The result is 1, where it may not be.
    #[error("the result is 1")]
    Identity,
    /// An exponent that is zero or not below the order.
    #[error("the exponent is out of range")]
    Exponent,
    /// The operands belong to different groups.
    #[error("the operands belong to different groups")]
    Mismatch,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// A group modulo a prime with a generator and, where it is known, the generator's prime order.
#[derive(Clone)]
pub struct DhGroup(Arc<Parameters>);

struct Parameters {
    p: Vec<u8>,
    g: Vec<u8>,
    q: Option<Vec<u8>>,
    modulus: BoxedMontyParams,
}

impl PartialEq for DhGroup {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |group: &Self| (group.0.p.clone(), group.0.g.clone(), group.0.q.clone());
        Arc::ptr_eq(&self.0, &other.0) || numbers(self) == numbers(other)
    }
}

impl Eq for DhGroup {}

impl std::fmt::Debug for DhGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DhGroup({})", self.name())
    }
}

impl DhGroup {
    /// A group of big-endian numbers. A standardized group is known by its prime and generator, and its order goes
    /// with it; of any other the order is unknown where it is not given. That p is prime is not tested: the numbers come
    /// from a signed file.
    ///
    /// # Errors
    /// [`DhError::Parameters`].
    pub fn new(p: &[u8], g: &[u8], q: Option<&[u8]>) -> Result<Self, DhError> {
        let (p, g, q) = (trim(p), trim(g), q.map(trim));
        let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        if !PRIME_BITS.contains(&bits(p)) || !odd(p) {
            return Err(DhError::Parameters);
        }
        let same = |group: &&Self| group.0.p == p && trim(&group.0.g) == g;
        let standard = ModpGroup::ALL.map(ModpGroup::group);
        if let Some(group) = standard.into_iter().find(same) {
            let agrees = q.is_none() || q == group.0.q.as_deref();
            return if agrees { Ok(group.clone()) } else { Err(DhError::Parameters) };
        }
        if q.is_some_and(|q| !odd(q) || !(MIN_ORDER_BITS..bits(p)).contains(&bits(q))) {
            return Err(DhError::Parameters);
        }
        let group =
            Self::of(p.to_vec(), padded(g, p.len()).ok_or(DhError::Parameters)?, q.map(<[u8]>::to_vec));
        let group = group.ok_or(DhError::Parameters)?;
        // The generator is an element like any other.
        group.element(g).map_err(|_| DhError::Parameters)?;
        Ok(group)
    }

    /// A group whose numbers stand in this program.
    fn known(p: Vec<u8>, g: Vec<u8>, q: Vec<u8>) -> Self {
        Self::of(p, g, Some(q)).unwrap_or_else(|| unreachable!("the standardized primes are odd"))
    }

    fn of(p: Vec<u8>, g: Vec<u8>, q: Option<Vec<u8>>) -> Option<Self> {
        let modulus = Odd::new(number(&p, p.len())).into_option()?;
        Some(Self(Arc::new(Parameters { p, g, q, modulus: BoxedMontyParams::new_vartime(modulus) })))
    }

    /// The name of a standardized group; else `modp-` and the bits of the prime.
    #[must_use]
    pub fn name(&self) -> String {
        let known = ModpGroup::ALL.into_iter().find(|known| known.group() == self);
        known.map_or_else(|| format!("modp-{}", bits(&self.0.p)), |known| known.name().to_owned())
    }

    /// Bytes of an element.
    #[must_use]
    pub fn element_bytes(&self) -> usize {
        self.0.p.len()
    }

    /// The prime, big-endian.
    #[must_use]
    pub fn prime(&self) -> &[u8] {
        &self.0.p
    }

    /// The order of the generator, big-endian, where it is known.
    #[must_use]
    pub fn order(&self) -> Option<&[u8]> {
        self.0.q.as_deref()
    }

    /// The generator.
    #[must_use]
    pub fn generator(&self) -> DhElement {
        DhElement { group: self.clone(), value: self.0.g.clone() }
    }

    /// An element that somebody else sent, big-endian: between 2 and p - 2, and in the subgroup where its order is
    /// known.
    ///
    /// # Errors
    /// [`DhError::Range`], [`DhError::Subgroup`].
    pub fn element(&self, bytes: &[u8]) -> Result<DhElement, DhError> {
        let value = padded(trim(bytes), self.element_bytes()).ok_or(DhError::Range)?;
        let mut last = self.0.p.clone();
        // p is odd.
        *last.last_mut().ok_or(DhError::Parameters)? -= 1;
        if trim(&value).is_empty() || trim(&value) == [1] || value >= last {
            return Err(DhError::Range);
        }
        let element = DhElement { group: self.clone(), value };
        let one = |q: &Vec<u8>| trim(&element.raised(q).value) == [1];
        if self.0.q.as_ref().is_some_and(|q| !one(q)) { Err(DhError::Subgroup) } else { Ok(element) }
    }

    /// A random exponent, drawn under the label `draw` until one is in range: below the order; where that is unknown,
    /// one bit shorter than the prime.
    ///
    /// # Errors
    /// [`DhError::Entropy`]; [`DhError::Exponent`] for a source that never gets into range.
    pub fn generate(&self, entropy: &mut dyn Entropy, draw: &'static str) -> Result<DhSecret, DhError> {
        let limit = self.0.q.as_ref().unwrap_or(&self.0.p);
        let mask = match &self.0.q {
            Some(q) => 0xFF >> q[0].leading_zeros(),
            None => 0x7F >> self.0.p[0].leading_zeros(),
        };
        let mut bytes = Zeroizing::new(vec![0; limit.len()]);
        for _ in 0..TRIES {
            entropy.fill(draw, &mut bytes)?;
            bytes[0] &= mask;
            if let Ok(secret) = self.secret(&bytes) {
                return Ok(secret);
            }
        }
        Err(DhError::Exponent)
    }

    /// The exponent of its big-endian bytes.
    ///
    /// # Errors
    /// [`DhError::Exponent`] for zero and from the order on.
    pub fn secret(&self, bytes: &[u8]) -> Result<DhSecret, DhError> {
        let limit = self.0.q.as_ref().unwrap_or(&self.0.p);
        let exponent = padded(bytes, limit.len()).map(Zeroizing::new).ok_or(DhError::Exponent)?;
        let value = Zeroizing::new(number(&exponent, limit.len()));
        let below = value.ct_lt(&number(limit, limit.len()));
        let zero = exponent.as_slice().ct_eq(vec![0; limit.len()].as_slice());
        if bool::from(below & !zero) {
            Ok(DhSecret { group: self.clone(), exponent })
        } else {
            Err(DhError::Exponent)
        }
    }

    /// `number modulo p`, raised to the cofactor (p - 1) / q: an element of the subgroup of anything, as the integrated
    /// mapping takes it. The number may be longer than p.
    ///
    /// # Errors
    /// [`DhError::Identity`] where it is 1; [`DhError::Parameters`] where the order is unknown.
    pub fn element_of_number(&self, input: &[u8]) -> Result<DhElement, DhError> {
        let q = self.0.q.as_ref().ok_or(DhError::Parameters)?;
        let modulus = &self.0.modulus;
        let small = |n: u16| BoxedMontyForm::new(number(&n.to_be_bytes(), self.element_bytes()), modulus);
        let base = small(256);
        let reduced = input
            .iter()
            .fold(BoxedMontyForm::zero(modulus), |sum, byte| sum.mul(&base).add(&small(u16::from(*byte))));
        let order = NonZero::new(number(q, self.element_bytes())).into_option().ok_or(DhError::Parameters)?;
        let (cofactor, _) = number(&self.0.p, self.element_bytes()).div_rem_vartime(&order);
        let element = self.leave(&reduced.pow(&cofactor));
        if trim(&element.value).is_empty() || trim(&element.value) == [1] {
            return Err(DhError::Identity);
        }
        Ok(element)
    }

    fn leave(&self, form: &BoxedMontyForm) -> DhElement {
        let bytes = Zeroizing::new(form.retrieve().to_be_bytes());
        DhElement { group: self.clone(), value: bytes[bytes.len() - self.element_bytes()..].to_vec() }
    }
}

/// An element of a group, between 2 and p - 2.
#[derive(Clone, PartialEq, Eq)]
pub struct DhElement {
    group: DhGroup,
    /// As long as p.
    value: Vec<u8>,
}

impl std::fmt::Debug for DhElement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DhElement({})", self.group.name())
    }
}

impl DhElement {
    /// The group.
    #[must_use]
    pub const fn group(&self) -> &DhGroup {
        &self.group
    }

    /// Big-endian, as long as the prime.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.value
    }

    fn form(&self) -> BoxedMontyForm {
        BoxedMontyForm::new(number(&self.value, self.group.element_bytes()), &self.group.0.modulus)
    }

    /// To the power of big-endian bytes; their number is public, their value is not.
    fn raised(&self, exponent: &[u8]) -> Self {
        let value = Zeroizing::new(number(exponent, exponent.len()));
        let power = Zeroizing::new(self.form().pow_bounded_exp(&value, 8 * exponent.len() as u32));
        self.group.leave(&power)
    }

    /// To the power of a secret exponent.
    ///
    /// # Errors
    /// [`DhError::Mismatch`]; [`DhError::Identity`] where it is 1, which needs an element of unknown order.
    pub fn power(&self, secret: &DhSecret) -> Result<Self, DhError> {
        if self.group != secret.group {
            return Err(DhError::Mismatch);
        }
        self.raised(&secret.exponent).unless_one()
    }

    /// The generator to the power of `nonce`, times this element: the generic mapping, with this element agreed on.
    ///
    /// # Errors
    /// [`DhError::Identity`] where the product is 1.
    pub fn map_generic(&self, nonce: &[u8]) -> Result<Self, DhError> {
        let base = self.group.generator().raised(nonce);
        let product = Zeroizing::new(base.form().mul(&self.form()));
        self.group.leave(&product).unless_one()
    }

    fn unless_one(self) -> Result<Self, DhError> {
        if trim(&self.value) == [1] { Err(DhError::Identity) } else { Ok(self) }
    }
}

/// A secret exponent. Zeroed when dropped, redacted in `Debug`.
#[derive(Clone)]
pub struct DhSecret {
    group: DhGroup,
    exponent: Zeroizing<Vec<u8>>,
}

impl DhSecret {
    /// Big-endian. It stays secret only as long as the caller keeps it so.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.exponent
    }

    /// The group.
    #[must_use]
    pub const fn group(&self) -> &DhGroup {
        &self.group
    }
}

impl std::fmt::Debug for DhSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DhSecret({})", self.group.name())
    }
}

/// A number with room for `len` bytes.
fn number(bytes: &[u8], len: usize) -> BoxedUint {
    BoxedUint::from_be_slice_truncated(bytes, 8 * len.next_multiple_of(8) as u32)
}

/// `bytes` left-padded to `len`; `None` where they do not fit.
fn padded(bytes: &[u8], len: usize) -> Option<Vec<u8>> {
    let surplus = bytes.len().saturating_sub(len);
    let (above, bytes) = bytes.split_at(surplus);
    if above.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut out = vec![0; len - bytes.len()];
    out.extend_from_slice(bytes);
    Some(out)
}
