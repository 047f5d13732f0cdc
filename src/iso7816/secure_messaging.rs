//! The terminal's half of secure messaging: protects commands, opens responses, keeps the send sequence
//! counter. An answer that is not protected is told apart from a protected one and never advances the channel.
//! Source: Doc 9303-11 section 9.8; ISO/IEC 7816-4:2020 section 10.

use super::{CommandApdu, ResponseApdu, StatusWord};
use crate::asn1::tlv::{self, TlvError};
use crate::crypto::cipher::{CipherError, SessionCipher};
use crate::crypto::kdf::SessionKey;
use crate::crypto::mac;
use zeroize::Zeroizing;

/// Cryptogram with padding indicator, for even instructions.
const DO_CRYPTOGRAM: u32 = 0x87;
/// Cryptogram that holds data objects, for odd instructions.
const DO_CRYPTOGRAM_ODD: u32 = 0x85;
/// Le of the protected command.
const DO_LE: u32 = 0x97;
/// Status word of the protected response.
const DO_STATUS: u32 = 0x99;
/// Authenticator.
const DO_MAC: u32 = 0x8E;
/// The padding indicator of [`DO_CRYPTOGRAM`]: method 2.
const PADDING_INDICATOR: u8 = 0x01;
/// Class bits that say: secure messaging, header authenticated.
const CLA_SECURE: u8 = 0x0C;

/// A channel under session keys. Keys are wiped when it is dropped.
pub struct SecureMessaging {
    cipher: SessionCipher,
    k_enc: SessionKey,
    k_mac: SessionKey,
    ssc: Zeroizing<Vec<u8>>,
    desynchronised: bool,
    opened: u64,
}

/// What a response was. Anything but `Protected` ends the channel.
#[derive(Debug)]
#[must_use]
pub enum Opened {
    /// Authentic under the session keys and the counter.
    Protected(ResponseApdu),
    /// A bare status word: nobody knows who sent it.
    Unprotected(StatusWord),
    /// A protected answer that does not hold.
    Broken(SmError),
}

/// Why secure messaging cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmError {
    /// The authenticator is wrong: altered, replayed or made under other keys.
    #[error("the authenticator of the response is wrong")]
    Mac,
    /// A data object that must be there is not.
    #[error("data object {0:02X} of the protected response is missing")]
    Missing(u32),
    /// A data object that must not be there, or stands twice or in the wrong place.
    #[error("data object {0:02X} does not belong there in a protected response")]
    Misplaced(u32),
    /// A data object of the wrong length or content.
    #[error("data object {0:02X} of the protected response is malformed")]
    Malformed(u32),
    /// The response is no sequence of data objects.
    #[error("the protected response is malformed: {0}")]
    Tlv(#[from] TlvError),
    /// The padding of the deciphered data is wrong, or a key has the wrong length.
    #[error("the cryptogram of the protected response does not decipher: {0}")]
    Cipher(#[from] CipherError),
    /// The channel was broken before; it needs new keys.
    #[error("the secure channel is out of step and cannot be used any more")]
    Desynchronised,
    /// The counter would start again.
    #[error("the send sequence counter is used up")]
    CounterExhausted,
    /// The command is too long once protected.
    #[error("a command with {0} bytes of data is too long to be protected")]
    TooLong(usize),
    /// The counter given has another length than the cipher's block.
    #[error("a send sequence counter for {cipher} has {expected} bytes, this one {found}")]
    CounterLength {
        /// Name of the cipher.
        cipher: &'static str,
        /// Bytes of a block.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
}

impl SecureMessaging {
    /// A channel under `k_enc` and `k_mac` whose next message uses `ssc + 1`.
    ///
    /// # Errors
    /// [`SmError::CounterLength`] and [`SmError::Cipher`] for wrong lengths.
    pub fn new(
        cipher: SessionCipher,
        k_enc: SessionKey,
        k_mac: SessionKey,
        ssc: Vec<u8>,
    ) -> Result<Self, SmError> {
        let expected = cipher.block_len();
        if ssc.len() != expected {
            return Err(SmError::CounterLength { cipher: cipher.name(), expected, found: ssc.len() });
        }
        for key in [&k_enc, &k_mac] {
            if key.bytes().len() != cipher.key_len() {
                return Err(SmError::Cipher(CipherError::KeyLength {
                    cipher: cipher.name(),
                    expected: cipher.key_len(),
                    found: key.bytes().len(),
                }));
            }
        }
        let ssc = Zeroizing::new(ssc);
        Ok(Self { cipher, k_enc, k_mac, ssc, desynchronised: false, opened: 0 })
    }

    /// A channel whose counter starts at zero, as after PACE and chip authentication.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn restarted(cipher: SessionCipher, k_enc: SessionKey, k_mac: SessionKey) -> Result<Self, SmError> {
        Self::new(cipher, k_enc, k_mac, vec![0; cipher.block_len()])
    }

    /// The cipher of the channel.
    #[must_use]
    pub const fn cipher(&self) -> SessionCipher {
        self.cipher
    }

    /// Whether the channel can no longer be used.
    #[must_use]
    pub const fn is_desynchronised(&self) -> bool {
        self.desynchronised
    }

    /// Authentic responses opened under these keys.
    #[must_use]
    pub const fn opened(&self) -> u64 {
        self.opened
    }

    /// Protects a command; the counter advances.
    ///
    /// # Errors
    /// [`SmError::Desynchronised`] where the channel was broken, [`SmError::TooLong`].
    pub fn protect(&mut self, command: &CommandApdu) -> Result<CommandApdu, SmError> {
        if self.desynchronised {
            return Err(SmError::Desynchronised);
        }
        self.count()?;
        let mut protected = CommandApdu::new(command.cla | CLA_SECURE, command.ins, command.p1, command.p2);
        let mut objects = Vec::new();
        if !command.data.is_empty() {
            let plain = Zeroizing::new(self.cipher.pad(&command.data));
            let text = self.cipher.encrypt_cbc(self.k_enc.bytes(), &self.iv()?, &plain)?;
            objects.extend(if command.ins & 1 == 1 {
                tlv::encode(DO_CRYPTOGRAM_ODD, &text)
            } else {
                tlv::encode(DO_CRYPTOGRAM, &[&[PADDING_INDICATOR][..], &text].concat())
            });
        }
        if let Some(le) = command.le {
            // 256 is 00 and 65536 is 0000, as outside.
            let le_bytes = if le > 256 { (le as u16).to_be_bytes().to_vec() } else { vec![le as u8] };
            objects.extend(tlv::encode(DO_LE, &le_bytes));
        }
        let message = [&self.ssc[..], &self.cipher.pad(&protected.header()), &objects].concat();
        let mac = mac::message_mac(self.cipher, self.k_mac.bytes(), &message)?;
        objects.extend(tlv::encode(DO_MAC, &mac));
        if objects.len() > super::apdu::MAX_DATA {
            return Err(SmError::TooLong(command.data.len()));
        }
        let extended = command.is_extended() || objects.len() > 255;
        protected.le = Some(if extended { super::apdu::MAX_LE } else { 256 });
        protected.data = objects;
        Ok(protected)
    }

    /// Opens a response; the counter advances only for an authentic one, and all else ends the channel.
    pub fn open(&mut self, response: &ResponseApdu) -> Opened {
        if self.desynchronised {
            return Opened::Broken(SmError::Desynchronised);
        }
        if response.data.is_empty() {
            self.desynchronised = true;
            return Opened::Unprotected(response.sw);
        }
        match self.open_protected(&response.data) {
            Ok(plain) => {
                self.opened += 1;
                Opened::Protected(plain)
            }
            Err(error) => {
                self.desynchronised = true;
                Opened::Broken(error)
            }
        }
    }

    fn open_protected(&mut self, data: &[u8]) -> Result<ResponseApdu, SmError> {
        self.count()?;
        let (mut cryptogram, mut status, mut authenticator) = (None, None, None);
        let mut authenticated = 0;
        for object in tlv::children(data)? {
            let misplaced = Err(SmError::Misplaced(object.tag));
            match object.tag {
                _ if authenticator.is_some() => return misplaced,
                DO_CRYPTOGRAM | DO_CRYPTOGRAM_ODD if cryptogram.is_none() && status.is_none() => {
                    cryptogram = Some(object);
                }
                DO_STATUS if status.is_none() => status = Some(object.value),
                DO_MAC => authenticator = Some(object.value),
                _ => return misplaced,
            }
            if object.tag != DO_MAC {
                authenticated += object.raw.len();
            }
        }
        let authenticator = authenticator.ok_or(SmError::Missing(DO_MAC))?;
        let message = [&self.ssc[..], &data[..authenticated]].concat();
        let expected = mac::message_mac(self.cipher, self.k_mac.bytes(), &message)?;
        if !mac::same(&expected, authenticator) {
            return Err(SmError::Mac);
        }
        let status: [u8; 2] = status
            .ok_or(SmError::Missing(DO_STATUS))?
            .try_into()
            .map_err(|_| SmError::Malformed(DO_STATUS))?;
        let plain = match cryptogram {
            None => Vec::new(),
            Some(object) => self.decipher(object)?,
        };
        Ok(ResponseApdu { data: plain, sw: StatusWord(u16::from_be_bytes(status)) })
    }

    fn decipher(&self, object: tlv::Tlv<'_>) -> Result<Vec<u8>, SmError> {
        let text = match (object.tag, object.value) {
            (DO_CRYPTOGRAM, [PADDING_INDICATOR, text @ ..]) => text,
            (DO_CRYPTOGRAM_ODD, text) => text,
            _ => return Err(SmError::Malformed(object.tag)),
        };
        let plain = self.cipher.decrypt_cbc(self.k_enc.bytes(), &self.iv()?, text)?;
        Ok(self.cipher.unpad(&plain)?.to_vec())
    }

    /// Zero for 3DES; for AES the counter under the encryption key (section 9.8.6.1).
    fn iv(&self) -> Result<Vec<u8>, SmError> {
        let zero = vec![0; self.cipher.block_len()];
        match self.cipher {
            SessionCipher::TripleDes => Ok(zero),
            _ => Ok(self.cipher.encrypt_cbc(self.k_enc.bytes(), &zero, &self.ssc)?),
        }
    }

    /// Adds one to the counter, which must never start again under the same keys.
    fn count(&mut self) -> Result<(), SmError> {
        for byte in self.ssc.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                return Ok(());
            }
        }
        self.desynchronised = true;
        Err(SmError::CounterExhausted)
    }
}

impl std::fmt::Debug for SecureMessaging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecureMessaging({}, desynchronised: {})", self.cipher.name(), self.desynchronised)
    }
}

#[cfg(test)]
#[path = "secure_messaging_tests.rs"]
mod tests;
