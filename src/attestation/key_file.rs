//! Private keys on P-256 as files hold them: PEM with PKCS#8, encrypted or not, or SEC1.
//! Source: RFC 5958 section 3 (EncryptedPrivateKeyInfo), RFC 8018 section 6.2 (PBES2), RFC 7468 sections 10 and 11.

use crate::asn1::pem::Block;
use p256::SecretKey;
use p256::pkcs8::DecodePrivateKey;
use pkcs8::EncryptedPrivateKeyInfoRef;

/// Label of an encrypted key.
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// Why a file gives no key. Carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// No private key, or more than one.
    #[error("expected one private key, found {0}")]
    Count(usize),
    /// An encrypted key, and no passphrase for it.
    #[error("the private key is encrypted and needs its passphrase")]
    Encrypted,
    /// The passphrase does not open it, or it is encrypted in a way that titre does not know.
    #[error("the passphrase does not open the private key (PBES2 with PBKDF2 or scrypt, AES-CBC)")]
    Passphrase,
    /// Not PKCS#8 or SEC1, or not on P-256.
    #[error("the private key is not on P-256, or neither PKCS#8 nor SEC1")]
    NotP256,
}

/// The one private key among the blocks of a PEM file.
///
/// # Errors
/// [`KeyFileError`].
pub fn private_key(blocks: &[Block], passphrase: Option<&str>) -> Result<SecretKey, KeyFileError> {
    let is_key =
        |block: &&Block| matches!(block.label.as_str(), "PRIVATE KEY" | "EC PRIVATE KEY" | ENCRYPTED);
    let keys: Vec<&Block> = blocks.iter().filter(is_key).collect();
    let [key] = keys.as_slice() else { return Err(KeyFileError::Count(keys.len())) };
    let key = match (key.label.as_str(), passphrase) {
        (ENCRYPTED, None) => return Err(KeyFileError::Encrypted),
        (ENCRYPTED, Some(passphrase)) => {
            let info = EncryptedPrivateKeyInfoRef::try_from(key.der.as_slice());
            let opened = info.map_err(|_| KeyFileError::Passphrase)?.decrypt(passphrase);
            SecretKey::from_pkcs8_der(opened.map_err(|_| KeyFileError::Passphrase)?.as_bytes()).ok()
        }
        ("EC PRIVATE KEY", _) => SecretKey::from_sec1_der(&key.der).ok(),
        _ => SecretKey::from_pkcs8_der(&key.der).ok(),
    };
    key.ok_or(KeyFileError::NotP256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::pem;

    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | openssl pkcs8 -topk8 -passout pass:correct`
    const BY_OPENSSL: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh0NtnCs/s9gQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELm5Iu1doq5sfmLLHxZq0C4EgZDq
SEcqJ1GFiieL4ecNA8pbqM1d5+tFKSIyycKx2AmOIuLLiEo6g+Ff9fCQtekWo+K5
/l/h7TpSGvECC+gJLa5cPboeTaN/3+4SnpV6Cw+gY68bhAuMt5wJ6OIe1lfm/iU9
EbehJKL1HyzoKaPN8PutL3UAXv9IiH1xqUheE8N/HUXftgpjMrqZ4Q+4tJ7T8qM=
-----END ENCRYPTED PRIVATE KEY-----
";

    #[test]
    fn a_key_that_openssl_encrypted_opens_with_its_passphrase_only() {
        let blocks = pem::blocks(BY_OPENSSL).unwrap();
        private_key(&blocks, Some("correct")).unwrap();
        for (passphrase, expected) in [
            (None, KeyFileError::Encrypted),
            (Some("wrong"), KeyFileError::Passphrase),
            (Some(""), KeyFileError::Passphrase),
        ] {
            assert_eq!(private_key(&blocks, passphrase).unwrap_err(), expected);
        }
        let mut broken = pem::blocks(BY_OPENSSL).unwrap();
        broken[0].der.truncate(100);
        assert_eq!(private_key(&broken, Some("correct")).unwrap_err(), KeyFileError::Passphrase);
        let twice = [pem::blocks(BY_OPENSSL).unwrap(), pem::blocks(BY_OPENSSL).unwrap()].concat();
        assert_eq!(private_key(&twice, Some("correct")).unwrap_err(), KeyFileError::Count(2));
        assert_eq!(private_key(&[], None).unwrap_err(), KeyFileError::Count(0));
    }
}
