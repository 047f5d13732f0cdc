//! The block ciphers of a session, in CBC mode without padding, and padding method 2.
//! Source: Doc 9303-11 section 9.8 (3DES and AES-128/192/256 in CBC mode), ISO/IEC 9797-1 padding method 2.

use aes::{Aes128, Aes192, Aes256};
use cipher::block_padding::NoPadding;
use cipher::consts::{U8, U16};
use cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use cipher::{InnerIvInit, KeyInit};
use des::TdesEde2;
use zeroize::Zeroizing;

/// Cipher and MAC family of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SessionCipher {
    /// Two-key 3DES with retail MAC.
    #[serde(rename = "3des")]
    TripleDes,
    /// AES-128 with CMAC.
    #[serde(rename = "aes-128")]
    Aes128,
    /// AES-192 with CMAC.
    #[serde(rename = "aes-192")]
    Aes192,
    /// AES-256 with CMAC.
    #[serde(rename = "aes-256")]
    Aes256,
}

/// A key or text that the cipher cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CipherError {
    /// The key has another length than the cipher's.
    #[error("a key for {cipher} has {expected} bytes, this one {found}")]
    KeyLength {
        /// Name of the cipher.
        cipher: &'static str,
        /// Bytes that the cipher needs.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// The initialisation vector is no block.
    #[error("an initialisation vector has {expected} bytes, this one {found}")]
    Iv {
        /// Bytes of a block.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// The text is not a whole number of blocks.
    #[error("{0} bytes are not a whole number of blocks")]
    NotBlocks(usize),
    /// The padding is not `80 00 .. 00`.
    #[error("the padding is wrong")]
    Padding,
}

impl SessionCipher {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256];

    /// Bytes of a block; also of a send sequence counter.
    #[must_use]
    pub const fn block_len(self) -> usize {
        match self {
            Self::TripleDes => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }

    /// Bytes of a key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::TripleDes | Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// `3DES`, `AES-128` and so on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TripleDes => "3DES",
            Self::Aes128 => "AES-128",
            Self::Aes192 => "AES-192",
            Self::Aes256 => "AES-256",
        }
    }

    pub(super) fn check_key(self, key: &[u8]) -> Result<(), CipherError> {
        if key.len() == self.key_len() {
            return Ok(());
        }
        Err(CipherError::KeyLength { cipher: self.name(), expected: self.key_len(), found: key.len() })
    }

    fn check(self, key: &[u8], iv: &[u8], text: &[u8]) -> Result<(), CipherError> {
        self.check_key(key)?;
        if iv.len() != self.block_len() {
            return Err(CipherError::Iv { expected: self.block_len(), found: iv.len() });
        }
        if !text.len().is_multiple_of(self.block_len()) {
            return Err(CipherError::NotBlocks(text.len()));
        }
        Ok(())
    }

    /// Encrypts whole blocks in CBC mode.
    ///
    /// # Errors
    /// [`CipherError`] where key, vector or text have the wrong length.
    pub fn encrypt_cbc(self, key: &[u8], iv: &[u8], plain: &[u8]) -> Result<Vec<u8>, CipherError> {
        self.check(key, iv, plain)?;
        match self {
            Self::TripleDes => cbc_encrypt::<TdesEde2, U8>(self, key, iv, plain),
            Self::Aes128 => cbc_encrypt::<Aes128, U16>(self, key, iv, plain),
            Self::Aes192 => cbc_encrypt::<Aes192, U16>(self, key, iv, plain),
            Self::Aes256 => cbc_encrypt::<Aes256, U16>(self, key, iv, plain),
        }
    }

    /// Decrypts whole blocks in CBC mode. Authenticate before you call this.
    ///
    /// # Errors
    /// [`CipherError`] where key, vector or text have the wrong length.
    pub fn decrypt_cbc(self, key: &[u8], iv: &[u8], text: &[u8]) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        self.check(key, iv, text)?;
        match self {
            Self::TripleDes => cbc_decrypt::<TdesEde2, U8>(self, key, iv, text),
            Self::Aes128 => cbc_decrypt::<Aes128, U16>(self, key, iv, text),
            Self::Aes192 => cbc_decrypt::<Aes192, U16>(self, key, iv, text),
            Self::Aes256 => cbc_decrypt::<Aes256, U16>(self, key, iv, text),
        }
    }

    /// `text` followed by `80`, then zeros up to a whole number of blocks (at least one byte is added).
    #[must_use]
    pub fn pad(self, text: &[u8]) -> Vec<u8> {
        let mut out = text.to_vec();
        out.push(0x80);
        out.resize(out.len().next_multiple_of(self.block_len()), 0);
        out
    }

    /// What stood before the padding of method 2.
    ///
    /// # Errors
    /// [`CipherError::Padding`] where no `80` precedes the zeros, or they reach over a whole block.
    pub fn unpad(self, text: &[u8]) -> Result<&[u8], CipherError> {
        let end = text.iter().rposition(|byte| *byte != 0).ok_or(CipherError::Padding)?;
        if text[end] != 0x80 || text.len() - end > self.block_len() {
            return Err(CipherError::Padding);
        }
        Ok(&text[..end])
    }
}

fn cbc_encrypt<C, B>(
    cipher: SessionCipher,
    key: &[u8],
    iv: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, CipherError>
where
    C: KeyInit + BlockCipherEncrypt<BlockSize = B>,
    B: cipher::array::ArraySize,
    cbc::Encryptor<C>: InnerIvInit<Inner = C, IvSize = B> + BlockModeEncrypt<BlockSize = B>,
{
    let block = keyed::<C>(cipher, key)?;
    let iv = Array::<u8, B>::try_from(iv).map_err(|_| CipherError::NotBlocks(iv.len()))?;
    let mut out = vec![0; plain.len()];
    cbc::Encryptor::inner_iv_init(block, &iv)
        .encrypt_padded_b2b::<NoPadding>(plain, &mut out)
        .map_err(|_| CipherError::NotBlocks(plain.len()))?;
    Ok(out)
}

fn cbc_decrypt<C, B>(
    cipher: SessionCipher,
    key: &[u8],
    iv: &[u8],
    text: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CipherError>
where
    C: KeyInit + BlockCipherDecrypt<BlockSize = B>,
    B: cipher::array::ArraySize,
    cbc::Decryptor<C>: InnerIvInit<Inner = C, IvSize = B> + BlockModeDecrypt<BlockSize = B>,
{
    let block = keyed::<C>(cipher, key)?;
    let iv = Array::<u8, B>::try_from(iv).map_err(|_| CipherError::NotBlocks(iv.len()))?;
    let mut out = Zeroizing::new(vec![0; text.len()]);
    cbc::Decryptor::inner_iv_init(block, &iv)
        .decrypt_padded_b2b::<NoPadding>(text, &mut out)
        .map_err(|_| CipherError::NotBlocks(text.len()))?;
    Ok(out)
}

fn keyed<C: KeyInit>(cipher: SessionCipher, key: &[u8]) -> Result<C, CipherError> {
    C::new_from_slice(key).map_err(|_| CipherError::KeyLength {
        cipher: cipher.name(),
        expected: cipher.key_len(),
        found: key.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypts_as_appendix_d_and_back() {
        // Doc 9303-11 appendix D.3: S encrypted under KEnc gives EIFD.
        let key = hex::decode("AB94FDECF2674FDFB9B391F85D7F76F2").unwrap();
        let plain = hex::decode("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B").unwrap();
        let text = SessionCipher::TripleDes.encrypt_cbc(&key, &[0; 8], &plain).unwrap();
        assert_eq!(
            hex::encode_upper(&text),
            "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
        );
        assert_eq!(*SessionCipher::TripleDes.decrypt_cbc(&key, &[0; 8], &text).unwrap(), plain);
    }

    #[test]
    fn every_cipher_goes_back_and_refuses_wrong_lengths() {
        for cipher in SessionCipher::ALL {
            let key = vec![7; cipher.key_len()];
            let iv = vec![9; cipher.block_len()];
            let plain = cipher.pad(b"some text of no length in particular");
            let text = cipher.encrypt_cbc(&key, &iv, &plain).unwrap();
            assert_ne!(text, plain);
            assert_eq!(*cipher.decrypt_cbc(&key, &iv, &text).unwrap(), plain);
            assert!(cipher.encrypt_cbc(&key[1..], &iv, &plain).is_err());
            assert!(cipher.encrypt_cbc(&key, &iv[1..], &plain).is_err());
            assert!(cipher.decrypt_cbc(&key, &iv, &text[1..]).is_err());
        }
    }

    #[test]
    fn padding_is_exact() {
        let cipher = SessionCipher::TripleDes;
        assert_eq!(cipher.pad(b"").len(), 8);
        assert_eq!(cipher.pad(&[1; 8]).len(), 16);
        assert_eq!(cipher.unpad(&cipher.pad(&[1; 8])).unwrap(), [1; 8]);
        assert!(cipher.unpad(&[0; 8]).is_err());
        assert!(cipher.unpad(&[1; 8]).is_err());
        // The reported chip that pads with 000080.
        assert_eq!(cipher.unpad(&[1, 1, 1, 1, 1, 0, 0, 0x80]).unwrap(), [1, 1, 1, 1, 1, 0, 0]);
        let mut over = vec![0x80];
        over.extend([0; 15]);
        assert!(cipher.unpad(&over).is_err());
    }
}
