//! Private keys: of specimen documents and of attestations. Real documents' keys never come here.
//! Source: RFC 5958 (PKCS#8), RFC 5915 (EC private keys), RFC 8017 section 5.2.1, BSI TR-03111 section 4.2.1.1.

use super::curve::{EcSecret, NamedCurve, with_curve};
use super::emsa::{self, DigestInfo};
use super::key::{
    EC_PUBLIC_KEY, KeyError, PublicKey, RSA_ENCRYPTION, algorithm_identifier, bits, curve_of, left_padded,
};
use super::signature::{SignatureError, plain_to_der};
use super::{Entropy, EntropyError, HashAlgorithm, SignatureScheme};
use crate::asn1::{oid, pem, tlv};
use ecdsa::EcdsaCurve;
use elliptic_curve::ff::PrimeField;
use elliptic_curve::{CurveArithmetic, FieldBytes, NonZeroScalar, Scalar};
use pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, RsaPrivateKey};
use std::fmt;
use zeroize::Zeroizing;

/// A private key. Zeroed when dropped, redacted in `Debug`.
#[derive(Clone)]
pub struct PrivateKey(Kind);

#[derive(Clone)]
enum Kind {
    Rsa(Box<RsaPrivateKey>),
    Ec(EcSecret),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public().describe())
    }
}

/// A stream grown from one labelled draw, so that a recording keeps one line for a whole key generation.
struct Stream(ChaCha20Rng);

impl Stream {
    fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    fn drawn(entropy: &mut dyn Entropy, draw: &'static str) -> Result<Self, EntropyError> {
        let mut seed = [0; 32];
        entropy.fill(draw, &mut seed)?;
        Ok(Self::new(seed))
    }
}

impl Entropy for Stream {
    fn fill(&mut self, _draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill_bytes(out);
        Ok(())
    }
}

impl PrivateKey {
    /// A new RSA key with exponent 65537. The draw is called `key.rsa`.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn generate_rsa(bits: usize, entropy: &mut dyn Entropy) -> Result<Self, KeyError> {
        if !(super::key::MIN_RSA_BITS..=super::key::MAX_RSA_BITS).contains(&bits) {
            return Err(KeyError::RsaSize(bits));
        }
        let mut stream = Stream::drawn(entropy, "key.rsa")?;
        let key = RsaPrivateKey::new(&mut stream.0, bits).map_err(private)?;
        Ok(Self(Kind::Rsa(Box::new(key))))
    }

    /// A new key on `curve`. The draw is called `key.ec`.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn generate_ec(curve: NamedCurve, entropy: &mut dyn Entropy) -> Result<Self, KeyError> {
        Ok(Self(Kind::Ec(curve.generate(entropy, "key.ec")?)))
    }

    /// The key of a secret scalar.
    #[must_use]
    pub const fn from_ec(secret: EcSecret) -> Self {
        Self(Kind::Ec(secret))
    }

    /// The secret scalar of an elliptic-curve key.
    #[must_use]
    pub const fn as_ec(&self) -> Option<&EcSecret> {
        match &self.0 {
            Kind::Ec(secret) => Some(secret),
            Kind::Rsa(_) => None,
        }
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match &self.0 {
            Kind::Rsa(key) => PublicKey::Rsa {
                n: super::key::trim(&key.n().to_be_bytes()).to_vec(),
                e: super::key::trim(&key.e().to_be_bytes()).to_vec(),
            },
            Kind::Ec(secret) => {
                let curve = secret.curve();
                // Both are of one curve, so the product exists.
                PublicKey::Ec(curve.base_mul(secret).unwrap_or_else(|_| curve.generator()))
            }
        }
    }

    /// Signs `message`. RSA draws `sign.blinding` and `sign.salt`, ECDSA draws `sign.nonce`; the nonce depends on
    /// key and message too, so that a source that repeats itself does not give the key away.
    ///
    /// # Errors
    /// [`SignatureError::Kind`] where the scheme is for the other kind of key; [`SignatureError::Key`].
    pub fn sign(
        &self,
        scheme: &SignatureScheme,
        message: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, SignatureError> {
        let digest = scheme.hash().digest(message);
        match (&self.0, scheme) {
            (Kind::Rsa(key), SignatureScheme::RsaPkcs1 { hash }) => {
                let block = emsa::pkcs1(*hash, DigestInfo::Null, &digest, key.size());
                self.rsa_sign(&block.ok_or(SignatureError::Kind)?, entropy)
            }
            (Kind::Rsa(key), SignatureScheme::RsaPss { hash, mgf_hash, salt_len }) => {
                let mut salt = vec![0; *salt_len];
                entropy.fill("sign.salt", &mut salt).map_err(KeyError::from)?;
                let bits = bits(&key.n().to_be_bytes());
                let block = emsa::pss(*hash, *mgf_hash, &digest, &salt, bits).ok_or(SignatureError::Kind)?;
                let mut padded = vec![0; key.size().saturating_sub(block.len())];
                padded.extend(block);
                self.rsa_sign(&padded, entropy)
            }
            (Kind::Ec(secret), SignatureScheme::Ecdsa { .. }) => {
                plain_to_der(&ecdsa(secret, &digest, entropy)?)
            }
            (Kind::Ec(secret), SignatureScheme::EcdsaPlain { .. }) => ecdsa(secret, &digest, entropy),
            _ => Err(SignatureError::Kind),
        }
    }

    fn rsa_sign(&self, block: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, SignatureError> {
        Ok(self.rsa_private_operation(block, entropy)?)
    }

    /// Decrypts a content key (RSAES-OAEP with SHA-256), blinded. One error for all that can be wrong, so that it tells nothing of
    /// the padding.
    ///
    /// # Errors
    /// [`KeyError::Kind`] for another key, [`KeyError::Range`].
    pub fn oaep_decrypt(
        &self,
        encrypted: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let Kind::Rsa(key) = &self.0 else { return Err(KeyError::Kind) };
        let mut stream = Stream::drawn(entropy, "key_transport.blinding")?;
        let opened = key.decrypt_blinded(&mut stream.0, rsa::Oaep::<sha2::Sha256>::new(), encrypted);
        opened.map(Zeroizing::new).map_err(|_| KeyError::Range)
    }

    /// The raw operation `block^d mod n`, blinded and checked: what ISO 9796-2 signing ends with.
    ///
    /// # Errors
    /// [`KeyError::Kind`] for another key, [`KeyError::Range`] for a block that is not as long as the modulus and
    /// below it.
    pub fn rsa_private_operation(
        &self,
        block: &[u8],
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, KeyError> {
        let Kind::Rsa(key) = &self.0 else { return Err(KeyError::Kind) };
        if block.len() != key.size() {
            return Err(KeyError::Range);
        }
        let number = BoxedUint::from_be_slice(block, key.n_bits_precision()).map_err(|_| KeyError::Range)?;
        if number >= *key.n().as_ref() {
            return Err(KeyError::Range);
        }
        let mut stream = Stream::drawn(entropy, "sign.blinding")?;
        let result = rsa::hazmat::rsa_decrypt_and_check(key.as_ref(), Some(&mut stream.0), &number)
            .map_err(private)?;
        Ok(left_padded(&result, key.size()))
    }

    /// The key of a PKCS#8 structure (not encrypted), or of an `ECPrivateKey` with named parameters.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed("private key");
        let parts = tlv::read_only(0x30, der).and_then(|info| tlv::children(info.value));
        let parts = parts.map_err(|_| malformed())?;
        let [version, algorithm, key, ..] = parts.as_slice() else { return Err(malformed()) };
        if version.tag == 0x02 && algorithm.tag == 0x04 {
            return ec_private_key(der, None);
        }
        let (id, parameters) = algorithm_identifier(algorithm)?;
        match (id.as_str(), key.tag) {
            (RSA_ENCRYPTION, 0x04) => {
                let key = RsaPrivateKey::from_pkcs8_der(der).map_err(private)?;
                Ok(Self(Kind::Rsa(Box::new(key))))
            }
            (EC_PUBLIC_KEY, 0x04) => ec_private_key(key.value, parameters.map(curve_of).transpose()?),
            (_, 0x04) => Err(KeyError::Algorithm(id)),
            _ => Err(malformed()),
        }
    }

    /// The first private key of a PEM file (`PRIVATE KEY` or `EC PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pkcs8_pem(text: &str) -> Result<Self, KeyError> {
        let blocks = pem::blocks(text).map_err(|_| KeyError::Malformed("PEM"))?;
        let block =
            blocks.iter().find(|block| matches!(block.label.as_str(), "PRIVATE KEY" | "EC PRIVATE KEY"));
        Self::from_pkcs8_der(&block.ok_or(KeyError::Malformed("no private key in the PEM"))?.der)
    }

    /// PKCS#8, DER, not encrypted; curves by name.
    ///
    /// # Errors
    /// [`KeyError::Private`] where the key cannot be encoded.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let secret = match &self.0 {
            Kind::Rsa(key) => {
                let der = key.to_pkcs8_der().map_err(private)?;
                return Ok(Zeroizing::new(der.as_bytes().to_vec()));
            }
            Kind::Ec(secret) => secret,
        };
        let PublicKey::Ec(point) = self.public() else { return Err(KeyError::Kind) };
        let public = tlv::encode(0x03, &[&[0], point.as_sec1()].concat());
        let scalar = Zeroizing::new(tlv::encode(0x04, secret.expose()));
        let key = Zeroizing::new([&[0x02, 1, 1][..], &scalar, &tlv::encode(0xA1, &public)].concat());
        let key = Zeroizing::new(tlv::encode(0x04, &Zeroizing::new(tlv::encode(0x30, &key))));
        let algorithm = [oid::object(EC_PUBLIC_KEY), oid::object(secret.curve().oid())].concat();
        let info = Zeroizing::new([&[0x02, 1, 0][..], &tlv::encode(0x30, &algorithm), &key].concat());
        Ok(Zeroizing::new(tlv::encode(0x30, &info)))
    }

    /// PKCS#8, PEM, not encrypted.
    ///
    /// # Errors
    /// As [`Self::to_pkcs8_der`].
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        Ok(Zeroizing::new(pem::encode("PRIVATE KEY", &self.to_pkcs8_der()?)))
    }
}

fn private(error: impl fmt::Display) -> KeyError {
    KeyError::Private(error.to_string())
}

/// The key of an `ECPrivateKey`; the curve stands around it, or inside as `[0]`.
fn ec_private_key(der: &[u8], outer: Option<NamedCurve>) -> Result<PrivateKey, KeyError> {
    let malformed = || KeyError::Malformed("ECPrivateKey");
    let parts =
        tlv::read_only(0x30, der).and_then(|key| tlv::children(key.value)).map_err(|_| malformed())?;
    let [version, scalar, rest @ ..] = parts.as_slice() else { return Err(malformed()) };
    if version.raw != [0x02, 1, 1] || scalar.tag != 0x04 {
        return Err(malformed());
    }
    let inner = rest.iter().find(|part| part.tag == 0xA0).map(|part| curve_of(part.value)).transpose()?;
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(malformed()),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(malformed()),
    };
    Ok(PrivateKey(Kind::Ec(EcSecret::from_bytes(curve, scalar.value)?)))
}

/// r and s, each as long as the order.
fn ecdsa(secret: &EcSecret, digest: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, SignatureError> {
    let mut fresh = Zeroizing::new([0; 32]);
    entropy.fill("sign.nonce", fresh.as_mut()).map_err(KeyError::from)?;
    let input =
        Zeroizing::new([b"titre ecdsa nonce".as_slice(), fresh.as_slice(), secret.expose(), digest].concat());
    let mut seed = [0; 32];
    seed.copy_from_slice(&Zeroizing::new(HashAlgorithm::Sha256.digest(&input)));
    let mut stream = Stream::new(seed);
    for _ in 0..8 {
        let nonce = secret.curve().generate(&mut stream, "sign.nonce").map_err(KeyError::from)?;
        let signature = with_curve!(secret.curve(), ecdsa_on(secret.expose(), nonce.expose(), digest));
        if let Some(signature) = signature {
            return Ok(signature);
        }
    }
    Err(SignatureError::Key(KeyError::Private("no usable nonce".to_owned())))
}

fn ecdsa_on<C: EcdsaCurve + CurveArithmetic>(secret: &[u8], nonce: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
    let scalar = |bytes: &[u8]| {
        let mut field = FieldBytes::<C>::default();
        field.copy_from_slice(bytes);
        let scalar: Option<Scalar<C>> = Scalar::<C>::from_repr(field).into();
        scalar.and_then(|scalar| NonZeroScalar::<C>::new(scalar).into_option())
    };
    let (signature, _) =
        ecdsa::hazmat::sign_prehashed::<C>(&scalar(secret)?, &scalar(nonce)?, digest).ok()?;
    let (r, s) = signature.split_bytes();
    Some([r.as_slice(), s.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{SeededEntropy, signature};

    #[test]
    fn keys_read_back_from_pkcs8() {
        let mut entropy = SeededEntropy::new("private key test", 1);
        let mut keys = vec![PrivateKey::generate_rsa(1024, &mut entropy).unwrap()];
        keys.extend(NamedCurve::ALL.map(|curve| PrivateKey::generate_ec(curve, &mut entropy).unwrap()));
        for key in keys {
            let text = key.to_pkcs8_pem().unwrap();
            assert_eq!(PrivateKey::from_pkcs8_pem(&text).unwrap().public(), key.public());
            let der = key.to_pkcs8_der().unwrap();
            for end in 0..der.len() {
                assert!(PrivateKey::from_pkcs8_der(&der[..end]).is_err());
            }
        }
    }

    #[test]
    fn a_repeated_source_gives_different_nonces_for_different_messages() {
        let scheme = SignatureScheme::EcdsaPlain { hash: HashAlgorithm::Sha256 };
        let key = PrivateKey::generate_ec(NamedCurve::P256, &mut SeededEntropy::new("k", 1)).unwrap();
        let sign = |message: &[u8]| key.sign(&scheme, message, &mut SeededEntropy::new("s", 1)).unwrap();
        assert_ne!(sign(b"one")[..32], sign(b"two")[..32]);
        assert_eq!(sign(b"one"), sign(b"one"));
        assert_eq!(signature::verify(&key.public(), &scheme, b"one", &sign(b"one")), Ok(()));
        assert_eq!(format!("{key:?}"), "PrivateKey(P-256)");
    }
}
