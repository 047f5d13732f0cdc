//! Key derivation from a shared secret or a password, and keys that are wiped when dropped.
//! Source: Doc 9303-11 section 9.7.1 (KDF) and 4.3.2, 4.4.3 (counters 1, 2 and 3).

use super::HashAlgorithm;
use super::cipher::SessionCipher;
use zeroize::Zeroizing;

/// What a derived key is for; the number is the counter of the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyUse {
    /// Encryption, KSenc.
    Encryption = 1,
    /// Authentication, KSmac.
    Authentication = 2,
    /// From a password, Kpi.
    Password = 3,
}

/// A session key. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct SessionKey(Zeroizing<Vec<u8>>);

impl SessionKey {
    /// A key from its bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey[..]")
    }
}

/// `KDF(secret, counter)` for the keys of `cipher`: SHA-1 for 3DES and AES-128, SHA-256 for the longer keys;
/// 3DES keys get odd parity.
#[must_use]
pub fn derive(cipher: SessionCipher, secret: &[u8], usage: KeyUse) -> SessionKey {
    let mut input = Zeroizing::new(secret.to_vec());
    input.extend([0, 0, 0, usage as u8]);
    let hash = match cipher {
        SessionCipher::TripleDes | SessionCipher::Aes128 => HashAlgorithm::Sha1,
        SessionCipher::Aes192 | SessionCipher::Aes256 => HashAlgorithm::Sha256,
    };
    let mut key = Zeroizing::new(hash.digest(&input));
    key.truncate(cipher.key_len());
    if cipher == SessionCipher::TripleDes {
        for byte in key.iter_mut() {
            *byte = *byte & 0xFE | u8::from((*byte >> 1).count_ones().is_multiple_of(2));
        }
    }
    SessionKey(key)
}

/// Both session keys of a shared secret: encryption, then authentication.
#[must_use]
pub fn session_keys(cipher: SessionCipher, secret: &[u8]) -> (SessionKey, SessionKey) {
    (derive(cipher, secret, KeyUse::Encryption), derive(cipher, secret, KeyUse::Authentication))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(cipher: SessionCipher, seed: &str, usage: KeyUse) -> String {
        hex::encode_upper(derive(cipher, &hex::decode(seed).unwrap(), usage).bytes())
    }

    #[test]
    fn appendix_d_and_g() {
        let seed = "239AB9CB282DAF66231DC5A4DF6BFBAE";
        let tdes = SessionCipher::TripleDes;
        assert_eq!(key(tdes, seed, KeyUse::Encryption), "AB94FDECF2674FDFB9B391F85D7F76F2");
        assert_eq!(key(tdes, seed, KeyUse::Authentication), "7962D9ECE03D1ACD4C76089DCE131543");
        let shared = "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925";
        let aes = SessionCipher::Aes128;
        assert_eq!(key(aes, shared, KeyUse::Encryption), "F5F0E35C0D7161EE6724EE513A0D9A7F");
        assert_eq!(key(aes, shared, KeyUse::Authentication), "FE251C7858B356B24514B3BD5F4297D1");
        let password = "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD";
        assert_eq!(key(aes, password, KeyUse::Password), "89DED1B26624EC1E634C1989302849DD");
    }

    #[test]
    fn lengths_and_debug() {
        for cipher in SessionCipher::ALL {
            let (enc, mac) = session_keys(cipher, b"secret");
            assert_eq!(enc.bytes().len(), cipher.key_len());
            assert_ne!(enc.bytes(), mac.bytes());
            assert_eq!(format!("{enc:?}"), "SessionKey[..]");
        }
    }
}
