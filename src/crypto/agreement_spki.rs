//! Public keys of key agreement as chips' files hold them: on a curve or modulo a prime, their parameters written out,
//! named or by the number of standardized ones.
//! Source: Doc 9303-11 sections 9.1, 9.2.6 and 9.5; PKCS #3 section 9 (dhKeyAgreement); RFC 3279 section 2.3.3
//! (dhpublicnumber).

use super::agreement::{DomainParameters, GroupElement};
use super::curve::EcPoint;
use super::dh::{DhError, DhGroup, ModpGroup};
use super::key::{EC_PUBLIC_KEY, KeyError, PublicKey, algorithm_identifier, curve_of, natural};
use crate::asn1::{ber, oid, tlv, write};

/// `standardizedDomainParameters`, with the number of the parameters.
const STANDARDIZED: &str = "0.4.0.127.0.7.1.2";
/// `dhKeyAgreement` of PKCS #3, which Doc 9303-11 names for keys modulo a prime.
const DH_KEY_AGREEMENT: &str = "1.2.840.113549.1.3.1";
/// `dhpublicnumber` of X9.42, which it names for explicit parameters.
const DH_PUBLIC_NUMBER: &str = "1.2.840.10046.2.1";

impl GroupElement {
    /// The key of a SubjectPublicKeyInfo, validated.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = KeyError::Malformed("SubjectPublicKeyInfo");
        let der = ber::to_der(der).map_err(|_| malformed.clone())?;
        let parts = tlv::read_only(0x30, &der).and_then(|info| tlv::children(info.value));
        let parts = parts.map_err(|_| malformed.clone())?;
        let [algorithm, key] = parts.as_slice() else { return Err(malformed) };
        let (algorithm, parameters) = algorithm_identifier(algorithm)?;
        let key = match (key.tag, key.value.split_first()) {
            (0x03, Some((0, key))) => key,
            _ => return Err(KeyError::Malformed("subjectPublicKey")),
        };
        match (algorithm.as_str(), parameters) {
            (EC_PUBLIC_KEY, _) => match PublicKey::from_spki(&der)? {
                PublicKey::Ec(point) => Ok(Self::Ec(point)),
                _ => Err(KeyError::Kind),
            },
            (STANDARDIZED, Some(parameters)) => match standardized(parameters)? {
                DomainParameters::Modp(group) => modp(group.group(), key),
                DomainParameters::Curve(curve) => Ok(Self::Ec(EcPoint::from_sec1_any(curve, key)?)),
            },
            (DH_KEY_AGREEMENT | DH_PUBLIC_NUMBER, Some(parameters)) => {
                modp(&group_of(&algorithm, parameters)?, key)
            }
            _ => Err(KeyError::Algorithm(algorithm)),
        }
    }

    /// The SubjectPublicKeyInfo, DER: a curve's parameters written out, those modulo a prime as PKCS #3 has them.
    #[must_use]
    pub fn to_spki(&self) -> Vec<u8> {
        match self {
            Self::Ec(point) => PublicKey::Ec(point.clone()).to_spki(true),
            Self::Dh(element) => {
                let group = element.group();
                let numbers = [group.prime(), group.generator().as_bytes()].map(write::unsigned);
                let parameters = write::sequence(&[&numbers[0], &numbers[1]]);
                let algorithm = write::sequence(&[&oid::object(DH_KEY_AGREEMENT), &parameters]);
                write::sequence(&[&algorithm, &write::bit_string(&write::unsigned(element.as_bytes()))])
            }
        }
    }

    /// The SubjectPublicKeyInfo, DER, with the number of standardized domain parameters in place of them.
    #[must_use]
    pub fn to_numbered_spki(&self, number: u8) -> Vec<u8> {
        let key = match self {
            Self::Ec(point) => point.as_sec1().to_vec(),
            Self::Dh(element) => write::unsigned(element.as_bytes()),
        };
        let parameters = write::integer(number.into());
        let algorithm = write::sequence(&[&oid::object(STANDARDIZED), &parameters]);
        write::sequence(&[&algorithm, &write::bit_string(&key)])
    }
}

impl DomainParameters {
    /// The standardized parameters that an AlgorithmIdentifier means: by their number, by name, or written out.
    ///
    /// # Errors
    /// [`KeyError`], also for a sound group that is none of the standardized ones.
    pub fn from_algorithm_identifier(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed("AlgorithmIdentifier");
        let der = ber::to_der(der).map_err(|_| malformed())?;
        let outer = tlv::read_only(0x30, &der).map_err(|_| malformed())?;
        let (algorithm, parameters) = algorithm_identifier(&outer)?;
        match (algorithm.as_str(), parameters) {
            (EC_PUBLIC_KEY, Some(parameters)) => Ok(Self::Curve(curve_of(parameters)?)),
            (STANDARDIZED, Some(parameters)) => standardized(parameters),
            (DH_KEY_AGREEMENT | DH_PUBLIC_NUMBER, Some(parameters)) => {
                let given = group_of(&algorithm, parameters)?;
                let known = (0..=u8::MAX).map_while(ModpGroup::from_standardized_id).find(|known| {
                    let known = known.group();
                    (known.prime(), known.generator().as_bytes())
                        == (given.prime(), given.generator().as_bytes())
                });
                known.map(Self::Modp).ok_or(KeyError::Dh(DhError::Parameters))
            }
            _ => Err(KeyError::Algorithm(algorithm)),
        }
    }

    /// The AlgorithmIdentifier, DER, with the parameters written out.
    #[must_use]
    pub fn to_algorithm_identifier(self) -> Vec<u8> {
        match self {
            Self::Curve(curve) => write::sequence(&[&oid::object(EC_PUBLIC_KEY), &curve.explicit_der()]),
            Self::Modp(group) => {
                let group = group.group();
                let generator = group.generator();
                let numbers = [group.prime(), generator.as_bytes(), group.order().unwrap_or_default()];
                let [p, g, q] = numbers.map(write::unsigned);
                write::sequence(&[&oid::object(DH_PUBLIC_NUMBER), &write::sequence(&[&p, &g, &q])])
            }
        }
    }
}

/// The parameters of a number, DER.
fn standardized(parameters: &[u8]) -> Result<DomainParameters, KeyError> {
    let id = tlv::read_only(0x02, parameters).ok().filter(|id| id.value.len() == 1);
    let known = id.and_then(|id| DomainParameters::from_standardized_id(id.value[0]));
    known.ok_or(KeyError::Malformed("number of the domain parameters"))
}

/// The group modulo a prime that parameters write out.
fn group_of(algorithm: &str, parameters: &[u8]) -> Result<DhGroup, KeyError> {
    let malformed = |_| KeyError::Malformed("DomainParameters");
    let numbers = tlv::read_only(0x30, parameters).map_err(malformed)?;
    let numbers = tlv::children(numbers.value).map_err(malformed)?;
    let (p, g, q) = match (algorithm, numbers.as_slice()) {
        // The third number of PKCS #3 is a length of private keys.
        (DH_KEY_AGREEMENT, [p, g] | [p, g, _]) => (p, g, None),
        (DH_PUBLIC_NUMBER, [p, g, q, ..]) => (p, g, Some(natural(q)?)),
        _ => return Err(KeyError::Malformed("DomainParameters")),
    };
    Ok(DhGroup::new(natural(p)?, natural(g)?, q)?)
}

/// The element of a DER INTEGER.
fn modp(group: &DhGroup, key: &[u8]) -> Result<GroupElement, KeyError> {
    let number = tlv::read_only(0x02, key).map_err(|_| KeyError::Malformed("DHPublicKey"))?;
    Ok(GroupElement::Dh(group.element(natural(&number)?)?))
}

impl From<DhError> for KeyError {
    fn from(error: DhError) -> Self {
        match error {
            DhError::Entropy(error) => Self::Entropy(error),
            error => Self::Dh(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(algorithm: &'static str, parameters: &[u8], key: &[u8]) -> Vec<u8> {
        let algorithm = write::sequence(&[&oid::object(algorithm), parameters]);
        write::sequence(&[&algorithm, &write::bit_string(key)])
    }

    #[test]
    fn keys_read_back_in_every_form() {
        for id in 0..=18 {
            let Some(parameters) = DomainParameters::from_standardized_id(id) else { continue };
            let key = parameters.generator();
            assert_eq!(GroupElement::from_spki(&key.to_spki()).as_ref(), Ok(&key));
            assert_eq!(GroupElement::from_spki(&key.to_numbered_spki(id)).as_ref(), Ok(&key));
            let GroupElement::Dh(element) = &key else { continue };
            let bytes = write::unsigned(element.as_bytes());
            let group = element.group();
            let numbers = [group.prime(), element.as_bytes(), group.order().unwrap()].map(write::unsigned);
            let full =
                info(DH_PUBLIC_NUMBER, &write::sequence(&[&numbers[0], &numbers[1], &numbers[2]]), &bytes);
            assert_eq!(GroupElement::from_spki(&full).as_ref(), Ok(&key));
            for wrong in [[1, 0, 2], [0, 1, 1]] {
                let [p, g, q] = wrong.map(|at| &numbers[at]);
                let full = info(DH_PUBLIC_NUMBER, &write::sequence(&[p, g, q]), &bytes);
                assert_eq!(GroupElement::from_spki(&full), Err(KeyError::Dh(DhError::Parameters)));
            }
        }
    }

    #[test]
    fn parameters_read_back_in_every_form() {
        for id in 0..=18 {
            let Some(parameters) = DomainParameters::from_standardized_id(id) else { continue };
            let full = parameters.to_algorithm_identifier();
            assert_eq!(DomainParameters::from_algorithm_identifier(&full), Ok(parameters));
            let short = write::sequence(&[&oid::object(STANDARDIZED), &write::integer(id.into())]);
            assert_eq!(DomainParameters::from_algorithm_identifier(&short), Ok(parameters));
            for end in 0..full.len() {
                assert!(DomainParameters::from_algorithm_identifier(&full[..end]).is_err());
            }
        }
        // A sound group that is not standardized: the prime of one, another generator.
        let group = DomainParameters::from_standardized_id(0).unwrap().generator();
        let GroupElement::Dh(generator) = &group else { panic!() };
        let square = generator.map_generic(&[1]).unwrap();
        let numbers = [generator.group().prime(), square.as_bytes(), generator.group().order().unwrap()];
        let [p, g, q] = numbers.map(write::unsigned);
        let other = write::sequence(&[&oid::object(DH_PUBLIC_NUMBER), &write::sequence(&[&p, &g, &q])]);
        assert_eq!(
            DomainParameters::from_algorithm_identifier(&other),
            Err(KeyError::Dh(DhError::Parameters))
        );
    }

    #[test]
    fn the_key_of_appendix_i() {
        let key = "3052300C060704007F000701020201\
                   0D034200041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8\
                   84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F";
        let key = GroupElement::from_spki(&hex::decode(key).unwrap()).unwrap();
        assert_eq!(key.group_name(), "brainpoolP256r1");
    }

    #[test]
    fn hostile_keys_are_refused() {
        let key = DomainParameters::from_standardized_id(0).unwrap().generator();
        let der = key.to_spki();
        for end in 0..der.len() {
            assert!(GroupElement::from_spki(&der[..end]).is_err());
        }
        let outside = info(STANDARDIZED, &write::integer(0), &write::integer(2));
        assert_eq!(GroupElement::from_spki(&outside), Err(KeyError::Dh(DhError::Subgroup)));
        let reserved = info(STANDARDIZED, &write::integer(3), &write::integer(2));
        assert!(matches!(GroupElement::from_spki(&reserved), Err(KeyError::Malformed(_))));
    }
}
