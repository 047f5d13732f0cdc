//! The 8-byte authenticators of sessions and tokens: retail MAC for 3DES, truncated CMAC for AES.
//! Source: Doc 9303-11 sections 4.4.3.4 (tokens) and 9.8.6 (secure messaging); ISO/IEC 9797-1 MAC algorithm 3
//! with padding method 2; NIST SP 800-38B.

use super::cipher::{CipherError, SessionCipher};
use aes::{Aes128, Aes192, Aes256};
use cmac::{Cmac, KeyInit, Mac};
use des::Des;
use retail_mac::RetailMac;
use subtle::ConstantTimeEq;

/// Bytes of an authenticator.
pub const MAC_LEN: usize = 8;

/// The authenticator of a token: 3DES pads by method 2, CMAC takes the message as it is.
///
/// # Errors
/// [`CipherError::KeyLength`].
pub fn token_mac(cipher: SessionCipher, key: &[u8], message: &[u8]) -> Result<[u8; MAC_LEN], CipherError> {
    match cipher {
        SessionCipher::TripleDes => blocks_mac(cipher, key, &cipher.pad(message)),
        _ => blocks_mac(cipher, key, message),
    }
}

/// The authenticator of a secured message: padded by method 2 whatever the cipher.
///
/// # Errors
/// [`CipherError::KeyLength`].
pub fn message_mac(cipher: SessionCipher, key: &[u8], message: &[u8]) -> Result<[u8; MAC_LEN], CipherError> {
    blocks_mac(cipher, key, &cipher.pad(message))
}

/// Whether two authenticators are equal, in time that does not depend on where they differ.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn blocks_mac(cipher: SessionCipher, key: &[u8], message: &[u8]) -> Result<[u8; MAC_LEN], CipherError> {
    cipher.check_key(key)?;
    match cipher {
        SessionCipher::TripleDes => compute::<RetailMac<Des>>(cipher, key, message),
        SessionCipher::Aes128 => compute::<Cmac<Aes128>>(cipher, key, message),
        SessionCipher::Aes192 => compute::<Cmac<Aes192>>(cipher, key, message),
        SessionCipher::Aes256 => compute::<Cmac<Aes256>>(cipher, key, message),
    }
}

fn compute<M: Mac + KeyInit>(
    cipher: SessionCipher,
    key: &[u8],
    message: &[u8],
) -> Result<[u8; MAC_LEN], CipherError> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| CipherError::KeyLength {
        cipher: cipher.name(),
        expected: cipher.key_len(),
        found: key.len(),
    })?;
    mac.update(message);
    let full = mac.finalize().into_bytes();
    let mut out = [0; MAC_LEN];
    out.copy_from_slice(&full[..MAC_LEN]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex).unwrap()
    }

    #[test]
    fn retail_mac_of_appendix_d() {
        // Doc 9303-11 appendix D.3: MAC over EIFD.
        let key = bytes("7962D9ECE03D1ACD4C76089DCE131543");
        let eifd = bytes("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2");
        let mac = token_mac(SessionCipher::TripleDes, &key, &eifd).unwrap();
        assert_eq!(mac.to_vec(), bytes("5F1448EEA8AD90A7"));
    }

    #[test]
    fn cmac_of_rfc_4493() {
        let key = bytes("2B7E151628AED2A6ABF7158809CF4F3C");
        let empty = token_mac(SessionCipher::Aes128, &key, &[]).unwrap();
        assert_eq!(empty.to_vec(), bytes("BB1D6929E9593728"));
        let block = token_mac(SessionCipher::Aes128, &key, &bytes("6BC1BEE22E409F96E93D7E117393172A"));
        assert_eq!(block.unwrap().to_vec(), bytes("070A16B46B4D4144"));
    }

    #[test]
    fn compares_whole_authenticators() {
        assert!(same(&[1, 2], &[1, 2]));
        assert!(!same(&[1, 2], &[1, 3]));
        assert!(!same(&[1, 2], &[1]));
        assert!(!same(&[1], &[]));
    }
}
