//! A content key for a recipient: RSAES-OAEP with SHA-256, or ECDH with a fresh key and AES key wrap.
//! Source: RFC 8017 section 7.1 (OAEP), SEC 1 section 3.6.1 (ANSI X9.63 KDF), RFC 3394 (key wrap).

use super::curve::{EcPoint, EcSecret};
use super::{Entropy, HashAlgorithm, KeyError, PrivateKey, PublicKey, agreement};
use aes_kw::{KeyInit, KwAes256};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rsa::{BoxedUint, Oaep, RsaPublicKey};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a content key for AES-256.
pub const KEY_LEN: usize = 32;
/// Bytes of a wrapped one (RFC 3394 section 2.2.1).
pub const WRAPPED_LEN: usize = KEY_LEN + 8;

/// Encrypts a content key for an RSA key. The draw is called `key_transport.seed`.
///
/// # Errors
/// [`KeyError::Kind`] for another key, [`KeyError`] for one that does not work.
pub fn oaep_encrypt(
    recipient: &PublicKey,
    key: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyError> {
    let PublicKey::Rsa { n, e } = recipient else { return Err(KeyError::Kind) };
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill("key_transport.seed", seed.as_mut())?;
    let number = BoxedUint::from_be_slice_vartime;
    let recipient = RsaPublicKey::new(number(n), number(e)).map_err(|_| KeyError::RsaValue)?;
    let mut random = ChaCha20Rng::from_seed(*seed);
    recipient.encrypt(&mut random, Oaep::<Sha256>::new(), key).map_err(|_| KeyError::Range)
}

/// Wraps a content key for the holder of a point, under a secret that both sides have. `shared_info` binds it to its use.
///
/// # Errors
/// [`KeyError`].
pub fn agreed_wrap(
    own: &EcSecret,
    other: &EcPoint,
    shared_info: &[u8],
    key: &[u8; KEY_LEN],
) -> Result<Vec<u8>, KeyError> {
    let mut wrapped = [0; WRAPPED_LEN];
    wrapping(own, other, shared_info)?.wrap_key(key, &mut wrapped).map_err(|_| KeyError::Range)?;
    Ok(wrapped.to_vec())
}

/// The content key that [`agreed_wrap`] wrapped on the other side.
///
/// # Errors
/// [`KeyError::Range`] where it is not that key, or was changed.
pub fn agreed_unwrap(
    own: &PrivateKey,
    other: &EcPoint,
    shared_info: &[u8],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let own = own.as_ec().ok_or(KeyError::Kind)?;
    let mut key = Zeroizing::new(vec![0; KEY_LEN]);
    if wrapped.len() != WRAPPED_LEN {
        return Err(KeyError::Range);
    }
    wrapping(own, other, shared_info)?.unwrap_key(wrapped, &mut key).map_err(|_| KeyError::Range)?;
    Ok(key)
}

/// The wrapping key: one block of the KDF with SHA-256 is as long as it must be.
fn wrapping(own: &EcSecret, other: &EcPoint, shared_info: &[u8]) -> Result<KwAes256, KeyError> {
    let secret = agreement::shared_secret(own, other)?;
    let input = Zeroizing::new([secret.as_slice(), &1u32.to_be_bytes(), shared_info].concat());
    let key = Zeroizing::new(HashAlgorithm::Sha256.digest(&input));
    KwAes256::new_from_slice(&key).map_err(|_| KeyError::Range)
}
