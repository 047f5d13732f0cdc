//! The public key of a card verifiable certificate, and the algorithms of terminal authentication.
//! Source: BSI TR-03110-3 appendices A.6.3 and A.6.4 (identifiers `id-TA-...`), D.3 (data object 7F49); TR-03111
//! section 5.2.1 (plain ECDSA); Doc 9303-11 section 7.1.4.

use super::super::LdsError;
use super::certificate::FILE;
use crate::asn1::tlv::{self, Tlv};
use crate::asn1::{oid, write};
use crate::crypto::{EcPoint, HashAlgorithm, NamedCurve, PublicKey, SignatureScheme};

use HashAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};

const fn pkcs1(hash: HashAlgorithm) -> SignatureScheme {
    SignatureScheme::RsaPkcs1 { hash }
}

const fn ecdsa(hash: HashAlgorithm) -> SignatureScheme {
    SignatureScheme::EcdsaPlain { hash }
}

/// Identifiers and what they stand for; the salt of PSS is as long as the hash.
const SCHEMES: [(&str, SignatureScheme); 11] = [
    ("0.4.0.127.0.7.2.2.2.1.1", pkcs1(Sha1)),
    ("0.4.0.127.0.7.2.2.2.1.2", pkcs1(Sha256)),
    ("0.4.0.127.0.7.2.2.2.1.3", SignatureScheme::pss(Sha1)),
    ("0.4.0.127.0.7.2.2.2.1.4", SignatureScheme::pss(Sha256)),
    ("0.4.0.127.0.7.2.2.2.1.5", pkcs1(Sha512)),
    ("0.4.0.127.0.7.2.2.2.1.6", SignatureScheme::pss(Sha512)),
    ("0.4.0.127.0.7.2.2.2.2.1", ecdsa(Sha1)),
    ("0.4.0.127.0.7.2.2.2.2.2", ecdsa(Sha224)),
    ("0.4.0.127.0.7.2.2.2.2.3", ecdsa(Sha256)),
    ("0.4.0.127.0.7.2.2.2.2.4", ecdsa(Sha384)),
    ("0.4.0.127.0.7.2.2.2.2.5", ecdsa(Sha512)),
];

/// A signature scheme of terminal authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TerminalScheme(usize);

impl TerminalScheme {
    /// All of them, in the order of their identifiers.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SCHEMES.len()).map(Self)
    }

    /// The scheme of a dotted identifier.
    #[must_use]
    pub fn from_oid(oid: &str) -> Option<Self> {
        Self::all().find(|scheme| scheme.oid() == oid)
    }

    /// The one that signs so; ECDSA is always plain here.
    #[must_use]
    pub fn from_signature(scheme: SignatureScheme) -> Option<Self> {
        let plain = match scheme {
            SignatureScheme::Ecdsa { hash } => ecdsa(hash),
            other => other,
        };
        Self::all().find(|scheme| scheme.signature() == plain)
    }

    /// The identifier, dotted.
    #[must_use]
    pub fn oid(self) -> &'static str {
        SCHEMES[self.0].0
    }

    /// How it signs.
    #[must_use]
    pub fn signature(self) -> SignatureScheme {
        SCHEMES[self.0].1
    }

    fn is_rsa(self) -> bool {
        !matches!(self.signature(), SignatureScheme::EcdsaPlain { .. })
    }
}

/// The public key of a certificate. A key on a curve need not say on which: it is that of the issuer then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalPublicKey {
    /// What the key signs with.
    pub scheme: TerminalScheme,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Rsa(PublicKey),
    Ec { curve: Option<NamedCurve>, point: Vec<u8> },
}

/// Longest encoding of a point that is kept: uncompressed, with coordinates of 521 bits.
const MAX_POINT: usize = 1 + 2 * 66;

impl TerminalPublicKey {
    /// The key with its scheme; `with_curve` has the domain parameters written out, as a CVCA must and others must not.
    ///
    /// # Errors
    /// [`LdsError::Field`] where key and scheme are of different kinds.
    pub fn new(scheme: TerminalScheme, key: &PublicKey, with_curve: bool) -> Result<Self, LdsError> {
        let value = match key {
            PublicKey::Rsa { .. } if scheme.is_rsa() => Value::Rsa(key.clone()),
            PublicKey::Ec(point) if !scheme.is_rsa() => {
                let curve = with_curve.then(|| point.curve());
                Value::Ec { curve, point: point.as_sec1().to_vec() }
            }
            _ => return Err(wrong("the scheme is for another kind of key")),
        };
        Ok(Self { scheme, value })
    }

    /// Reads the value of data object 7F49.
    ///
    /// # Errors
    /// [`LdsError`] where it is malformed, of an unknown scheme, or on a curve that is none of the named ones.
    pub fn parse(value: &[u8]) -> Result<Self, LdsError> {
        let parts = tlv::children(value).map_err(LdsError::tlv(FILE))?;
        let Some((id, parts)) = parts.split_first() else { return Err(wrong("empty")) };
        let id = oid::decode(id.value).filter(|_| id.tag == 0x06).ok_or(wrong("no identifier"))?;
        let scheme = TerminalScheme::from_oid(&id)
            .ok_or(LdsError::Unsupported { file: FILE, format: "the signature scheme" })?;
        let tags: Vec<u32> = parts.iter().map(|part| part.tag).collect();
        let value = match (scheme.is_rsa(), tags.as_slice()) {
            (true, [0x81, 0x82]) => {
                let key = PublicKey::rsa(parts[0].value, parts[1].value);
                Value::Rsa(key.map_err(|_| wrong("modulus or exponent are out of range"))?)
            }
            (false, [0x86]) => Value::Ec { curve: None, point: point(&parts[0])? },
            (false, [0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87]) => {
                let curve = curve(parts).ok_or(wrong("the domain parameters equal no named curve"))?;
                let point = point(&parts[5])?;
                EcPoint::from_sec1(curve, &point).map_err(|_| wrong("the point is not on its curve"))?;
                Value::Ec { curve: Some(curve), point }
            }
            _ => return Err(wrong("not the data objects of its scheme")),
        };
        Ok(Self { scheme, value })
    }

    /// The data object 7F49.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut content = oid::object(self.scheme.oid());
        match &self.value {
            Value::Rsa(PublicKey::Rsa { n, e }) => {
                content.extend(tlv::encode(0x81, n));
                content.extend(tlv::encode(0x82, e));
            }
            Value::Rsa(_) => {}
            Value::Ec { curve, point } => {
                for (tag, number) in (0x81..=0x85).zip(curve.and_then(domain).iter().flatten()) {
                    content.extend(tlv::encode(tag, number));
                }
                content.extend(tlv::encode(0x86, point));
                if curve.is_some() {
                    content.extend(tlv::encode(0x87, &[1]));
                }
            }
        }
        tlv::encode(0x7F49, &content)
    }

    /// The curve, where the key says it.
    #[must_use]
    pub const fn curve(&self) -> Option<NamedCurve> {
        match self.value {
            Value::Ec { curve, .. } => curve,
            Value::Rsa(_) => None,
        }
    }

    /// The key itself, on the curve that it names or else on `inherited`. `None` where neither says a curve, or where
    /// the point does not lie on it.
    #[must_use]
    pub fn key(&self, inherited: Option<NamedCurve>) -> Option<PublicKey> {
        match &self.value {
            Value::Rsa(key) => Some(key.clone()),
            Value::Ec { curve, point } => {
                EcPoint::from_sec1(curve.or(inherited)?, point).ok().map(PublicKey::Ec)
            }
        }
    }
}

const fn wrong(problem: &'static str) -> LdsError {
    LdsError::field(FILE, "public key", problem)
}

fn point(part: &Tlv<'_>) -> Result<Vec<u8>, LdsError> {
    let fits = part.value.first() == Some(&0x04) && part.value.len() <= MAX_POINT;
    if fits { Ok(part.value.to_vec()) } else { Err(wrong("no uncompressed point")) }
}

/// The named curve whose parameters these are, in all their values.
fn curve(parts: &[Tlv<'_>]) -> Option<NamedCurve> {
    let [p, a, b, g, n, _, h] = parts else { return None };
    let field = [oid::object("1.2.840.10045.1.1"), write::unsigned(p.value)].concat();
    let coefficients = [tlv::encode(0x04, a.value), tlv::encode(0x04, b.value)].concat();
    let parameters = write::sequence(&[
        &write::integer(1),
        &tlv::encode(0x30, &field),
        &tlv::encode(0x30, &coefficients),
        &tlv::encode(0x04, g.value),
        &write::unsigned(n.value),
        &write::unsigned(h.value),
    ]);
    NamedCurve::from_explicit(&parameters).ok()
}

/// p, a, b, G and n of a curve. Numbers have no leading zeros here (appendix D.2.1.1), G is a point.
fn domain(curve: NamedCurve) -> Option<[Vec<u8>; 5]> {
    let der = curve.explicit_der();
    let parts = tlv::children(tlv::read_only(0x30, &der).ok()?.value).ok()?;
    let [_, field, coefficients, g, n, ..] = parts.as_slice() else { return None };
    let (field, coefficients) = (tlv::children(field.value).ok()?, tlv::children(coefficients.value).ok()?);
    let number = |tlv: &Tlv<'_>| tlv.value.iter().copied().skip_while(|byte| *byte == 0).collect();
    Some([
        number(field.get(1)?),
        number(coefficients.first()?),
        number(coefficients.get(1)?),
        g.value.to_vec(),
        number(n),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_on_every_curve_read_back_with_and_without_it() {
        let scheme = TerminalScheme::from_signature(SignatureScheme::Ecdsa { hash: Sha256 }).unwrap();
        assert_eq!(scheme.oid(), "0.4.0.127.0.7.2.2.2.2.3");
        for curve in NamedCurve::ALL {
            let key = PublicKey::Ec(curve.generator());
            for (with, other) in [(true, None), (false, Some(curve))] {
                let written = TerminalPublicKey::new(scheme, &key, with).unwrap();
                let bytes = written.to_bytes();
                let object = tlv::read_only(0x7F49, &bytes).unwrap();
                let read = TerminalPublicKey::parse(object.value).unwrap();
                assert_eq!((&read, read.curve()), (&written, with.then_some(curve)));
                assert_eq!(read.key(other), Some(key.clone()), "{}", curve.name());
                assert_eq!(read.key(None).is_some(), with);
            }
            let elsewhere = if curve == NamedCurve::P256 { NamedCurve::P384 } else { NamedCurve::P256 };
            let written = TerminalPublicKey::new(scheme, &key, false).unwrap();
            assert_eq!(written.key(Some(elsewhere)), None);
        }
    }

    #[test]
    fn every_identifier_has_its_scheme_and_wrong_keys_are_refused() {
        for scheme in TerminalScheme::all() {
            assert_eq!(TerminalScheme::from_oid(scheme.oid()), Some(scheme));
            assert_eq!(TerminalScheme::from_signature(scheme.signature()), Some(scheme));
        }
        let rsa = PublicKey::rsa(&[0xC1; 128], &[1, 0, 1]).unwrap();
        let scheme = TerminalScheme::from_signature(SignatureScheme::pss(Sha512)).unwrap();
        let bytes = TerminalPublicKey::new(scheme, &rsa, true).unwrap().to_bytes();
        let value = tlv::read_only(0x7F49, &bytes).unwrap().value;
        assert_eq!(TerminalPublicKey::parse(value).unwrap().key(None), Some(rsa));
        let ec = PublicKey::Ec(NamedCurve::P256.generator());
        assert!(TerminalPublicKey::new(scheme, &ec, false).is_err());
        let plain = TerminalScheme::from_signature(ecdsa(Sha1)).unwrap();
        let bytes = TerminalPublicKey::new(plain, &ec, true).unwrap().to_bytes();
        let value = &tlv::read_only(0x7F49, &bytes).unwrap().value.to_vec();
        for end in 0..value.len() {
            assert!(TerminalPublicKey::parse(&value[..end]).is_err(), "{end}");
        }
        // A generator of one's own makes any key fit.
        for at in [20, 60, 100, 140, 200] {
            let mut other = value.clone();
            other[at] ^= 1;
            assert!(TerminalPublicKey::parse(&other).is_err(), "{at}");
        }
    }
}
