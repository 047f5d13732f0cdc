//! Key agreement on a curve or modulo a prime, on validated public keys only, whatever the group: PACE and chip
//! authentication are written on this.
//! Source: BSI TR-03111 section 4.3.1 (ECKA), RFC 2631; Doc 9303-11 sections 9.4.5 (public keys), 9.5.1 (standardized
//! domain parameters) and 9.6 (agreement).

use super::curve::{CurveError, EcPoint, EcSecret, NamedCurve};
use super::dh::{DhElement, DhError, DhSecret, ModpGroup};
use super::entropy::{Entropy, EntropyError};
use super::hash::HashAlgorithm;
use zeroize::Zeroizing;

/// How often an own key modulo a prime may begin with a zero byte before the source is called broken.
const TRIES: usize = 64;

/// Standardized domain parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum DomainParameters {
    /// A group modulo a prime.
    Modp(ModpGroup),
    /// A curve.
    Curve(NamedCurve),
}

/// Why two sides cannot agree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// Something about a curve or its points.
    #[error(transparent)]
    Curve(CurveError),
    /// Something about a group modulo a prime or its elements.
    #[error(transparent)]
    Dh(DhError),
    /// Public and private key belong to different groups.
    #[error("the keys belong to different groups")]
    Mismatch,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl From<CurveError> for AgreementError {
    fn from(error: CurveError) -> Self {
        match error {
            CurveError::Entropy(error) => Self::Entropy(error),
            error => Self::Curve(error),
        }
    }
}

impl From<DhError> for AgreementError {
    fn from(error: DhError) -> Self {
        match error {
            DhError::Entropy(error) => Self::Entropy(error),
            error => Self::Dh(error),
        }
    }
}

impl DomainParameters {
    /// The parameters of a number; 3 to 7 and those from 19 on are reserved.
    #[must_use]
    pub fn from_standardized_id(id: u8) -> Option<Self> {
        let curve = || NamedCurve::from_standardized_id(id).map(Self::Curve);
        ModpGroup::from_standardized_id(id).map(Self::Modp).or_else(curve)
    }

    /// Their number; none for `brainpoolP160r1`.
    #[must_use]
    pub const fn standardized_id(self) -> Option<u8> {
        match self {
            Self::Modp(group) => Some(group.standardized_id()),
            Self::Curve(curve) => curve.standardized_id(),
        }
    }

    /// `modp-2048-256`, `P-256`, `brainpoolP256r1` and the like.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Modp(group) => group.name(),
            Self::Curve(curve) => curve.name(),
        }
    }

    /// Bits of a symmetric key that is as hard to find (NIST SP 800-57 part 1, table 2, rounded down).
    #[must_use]
    pub fn strength(self) -> usize {
        match self {
            Self::Modp(ModpGroup::Modp1024Order160) => 80,
            Self::Modp(_) => 112,
            Self::Curve(curve) => 4 * curve.order_bytes(),
        }
    }

    /// The generator.
    #[must_use]
    pub fn generator(self) -> GroupElement {
        match self {
            Self::Modp(group) => GroupElement::Dh(group.group().generator()),
            Self::Curve(curve) => GroupElement::Ec(curve.generator()),
        }
    }
}

/// An element of a group: a public key, a generator, what two sides agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupElement {
    /// Modulo a prime.
    Dh(DhElement),
    /// On a curve.
    Ec(EcPoint),
}

impl GroupElement {
    /// The element of the same group that somebody sent, validated: on the curve, or in range and in the subgroup.
    ///
    /// # Errors
    /// [`AgreementError`].
    pub fn another(&self, bytes: &[u8]) -> Result<Self, AgreementError> {
        Ok(match self {
            Self::Dh(element) => Self::Dh(element.group().element(bytes)?),
            Self::Ec(point) => Self::Ec(EcPoint::from_sec1(point.curve(), bytes)?),
        })
    }

    /// The generator of the group.
    #[must_use]
    pub fn generator(&self) -> Self {
        match self {
            Self::Dh(element) => Self::Dh(element.group().generator()),
            Self::Ec(point) => Self::Ec(point.curve().generator()),
        }
    }

    /// As it is sent: an unsigned number as long as the prime, or an uncompressed point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Dh(element) => element.as_bytes(),
            Self::Ec(point) => point.as_sec1(),
        }
    }

    /// The tag of a public key in a public key data object (Doc 9303-11 section 9.4).
    #[must_use]
    pub const fn tag(&self) -> u32 {
        match self {
            Self::Dh(_) => 0x84,
            Self::Ec(_) => 0x86,
        }
    }

    /// The name of the group.
    #[must_use]
    pub fn group_name(&self) -> String {
        match self {
            Self::Dh(element) => element.group().name(),
            Self::Ec(point) => point.curve().name().to_owned(),
        }
    }

    /// The point, where it is one.
    #[must_use]
    pub const fn as_ec(&self) -> Option<&EcPoint> {
        match self {
            Self::Ec(point) => Some(point),
            Self::Dh(_) => None,
        }
    }

    /// What keys are derived from: all of the number, or the x coordinate as long as the field.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Dh(element) => element.as_bytes().to_vec(),
            Self::Ec(point) => point.x().to_vec(),
        })
    }

    /// The public key as terminal authentication signs it: its SHA-1 modulo a prime, else the x coordinate (BSI
    /// TR-03110-3 appendix A.2.2.3).
    #[must_use]
    pub fn compressed(&self) -> Vec<u8> {
        match self {
            Self::Dh(element) => HashAlgorithm::Sha1.digest(element.as_bytes()),
            Self::Ec(point) => point.x().to_vec(),
        }
    }

    /// The random private key of this group, drawn under the label `draw`.
    ///
    /// # Errors
    /// [`AgreementError::Entropy`] where there is no randomness.
    pub fn private_key(
        &self,
        entropy: &mut dyn Entropy,
        draw: &'static str,
    ) -> Result<GroupSecret, AgreementError> {
        Ok(match self {
            Self::Dh(element) => GroupSecret::Dh(element.group().generate(entropy, draw)?),
            Self::Ec(point) => GroupSecret::Ec(point.curve().generate(entropy, draw)?),
        })
    }

    /// This element, taken as often as the private key says: a public key where it is a generator, what two sides agree
    /// on where it is the other's public key.
    ///
    /// # Errors
    /// [`AgreementError::Mismatch`] where the key is of another group.
    pub fn times(&self, key: &GroupSecret) -> Result<Self, AgreementError> {
        match (self, key) {
            (Self::Dh(element), GroupSecret::Dh(secret)) => Ok(Self::Dh(element.power(secret)?)),
            (Self::Ec(point), GroupSecret::Ec(secret)) => Ok(Self::Ec(point.curve().mul(point, secret)?)),
            _ => Err(AgreementError::Mismatch),
        }
    }
}

/// A private key of a group. Zeroed when dropped, redacted in `Debug`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum GroupSecret {
    /// An exponent.
    Dh(DhSecret),
    /// A scalar.
    Ec(EcSecret),
}

impl GroupSecret {
    /// The private key of its big-endian bytes.
    ///
    /// # Errors
    /// [`AgreementError`] for zero and from the order on.
    pub fn from_bytes(parameters: DomainParameters, bytes: &[u8]) -> Result<Self, AgreementError> {
        Ok(match parameters {
            DomainParameters::Modp(group) => Self::Dh(group.group().secret(bytes)?),
            DomainParameters::Curve(curve) => Self::Ec(EcSecret::from_bytes(curve, bytes)?),
        })
    }

    /// Big-endian. It stays secret only as long as the caller keeps it so.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        match self {
            Self::Dh(secret) => secret.expose(),
            Self::Ec(secret) => secret.expose(),
        }
    }
}

/// An ephemeral key pair on a generator that need not be the group's own.
#[derive(Debug)]
pub struct EphemeralKey {
    secret: GroupSecret,
    public: GroupElement,
}

impl EphemeralKey {
    /// A fresh pair: a random private key (label `draw`) on `generator`.
    ///
    /// A public key modulo a prime begins with no zero byte: chips differ in whether their token is over the number with
    /// its zeros or without them, and this one of 256 keys is not worth finding out.
    ///
    /// # Errors
    /// [`AgreementError::Entropy`] where there is no randomness.
    pub fn generate(
        generator: &GroupElement,
        entropy: &mut dyn Entropy,
        draw: &'static str,
    ) -> Result<Self, AgreementError> {
        for _ in 0..TRIES {
            let secret = generator.private_key(entropy, draw)?;
            let public = generator.times(&secret)?;
            if public.as_bytes().first() != Some(&0) {
                return Ok(Self { secret, public });
            }
        }
        Err(AgreementError::Dh(DhError::Exponent))
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &GroupElement {
        &self.public
    }

    /// What is shared with the owner of `other`.
    ///
    /// # Errors
    /// [`AgreementError::Mismatch`] where `other` is of another group.
    pub fn shared(&self, other: &GroupElement) -> Result<GroupElement, AgreementError> {
        other.times(&self.secret)
    }

    /// The shared secret, from which keys are derived.
    ///
    /// # Errors
    /// As [`Self::shared`].
    pub fn shared_secret(&self, other: &GroupElement) -> Result<Zeroizing<Vec<u8>>, AgreementError> {
        Ok(self.shared(other)?.secret())
    }
}

/// The x coordinate of `secret * point`, as long as the field.
///
/// # Errors
/// [`CurveError::Mismatch`] where they are on different curves.
pub fn shared_secret(secret: &EcSecret, point: &EcPoint) -> Result<Zeroizing<Vec<u8>>, CurveError> {
    Ok(Zeroizing::new(secret.curve().mul(point, secret)?.x().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;

    #[test]
    fn both_sides_agree_in_every_group() {
        let mut entropy = SeededEntropy::new("agreement", 2);
        for id in 0..=31 {
            let Some(parameters) = DomainParameters::from_standardized_id(id) else {
                assert!(matches!(id, 3..=7 | 19..), "{id}");
                continue;
            };
            assert_eq!(parameters.standardized_id(), Some(id));
            let generator = parameters.generator();
            let one = EphemeralKey::generate(&generator, &mut entropy, "one").unwrap();
            let other = EphemeralKey::generate(&generator, &mut entropy, "other").unwrap();
            let shared = one.shared_secret(other.public()).unwrap();
            assert_eq!(shared, other.shared_secret(one.public()).unwrap());
            assert_eq!(generator.another(one.public().as_bytes()).as_ref(), Ok(one.public()));
            let name = serde_json::to_value(parameters).unwrap();
            assert_eq!(
                (name.as_str(), generator.group_name().as_str()),
                (Some(parameters.name()), parameters.name())
            );
            assert_eq!(serde_json::from_value::<DomainParameters>(name).unwrap(), parameters);
        }
    }

    #[test]
    fn elements_that_are_none_are_refused() {
        for group in ModpGroup::ALL {
            let generator = DomainParameters::Modp(group).generator();
            let len = generator.as_bytes().len();
            let dh = |error| Err(AgreementError::Dh(error));
            let mut minus_one = group.group().prime().to_vec();
            minus_one[len - 1] -= 1;
            for bytes in [&[][..], &[0], &[1], &minus_one, group.group().prime(), &vec![0xFF; len + 1]] {
                assert_eq!(generator.another(bytes), dh(DhError::Range));
            }
            // In range, of another order than the generator's: 2 and p - 2, and the square of 2 where 2 is none.
            let mut minus_two = minus_one;
            minus_two[len - 1] -= 1;
            for bytes in [&[2][..], &minus_two] {
                assert_eq!(generator.another(bytes), dh(DhError::Subgroup), "{group:?}");
            }
        }
    }
}
