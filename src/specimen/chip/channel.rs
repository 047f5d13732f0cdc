//! The chip's half of secure messaging: opens commands, protects responses. Written from the standard and not
//! from the terminal's half, so that the two test each other.
//! Source: Doc 9303-11 section 9.8 (message structure, MAC input, send sequence counter), ISO/IEC 7816-4:2020
//! section 10.3.

use crate::asn1::tlv;
use crate::crypto::kdf::{SessionKey, session_keys};
use crate::crypto::{SessionCipher, mac};
use crate::iso7816::{CommandApdu, ResponseApdu, StatusWord};

/// A protected session.
pub(super) struct Channel {
    cipher: SessionCipher,
    enc: SessionKey,
    mac: SessionKey,
    /// As long as a block of the cipher.
    counter: Vec<u8>,
}

/// What no chip should do when it protects an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The counter stays where it is.
    Counter,
    /// Zeros stand before the byte 80 instead of after it.
    Padding,
}

impl Channel {
    /// A session whose keys come from a shared secret; the counter starts at `counter`, or at zero.
    pub(super) fn new(cipher: SessionCipher, secret: &[u8], counter: Option<&[u8]>) -> Self {
        let (enc, mac) = session_keys(cipher, secret);
        let counter = counter.map_or_else(|| vec![0; cipher.block_len()], <[u8]>::to_vec);
        Self { cipher, enc, mac, counter }
    }

    /// Most plain bytes in an answer that must not be longer than `limit` once protected.
    pub(super) fn room(&self, limit: usize) -> usize {
        // DO99 has 4 bytes, DO8E 10; DO87 has a tag, a length and the padding indicator before the cryptogram.
        let block = self.cipher.block_len();
        let fits = |blocks: &usize| tlv::encode(0x87, &vec![0; 1 + blocks * block]).len() + 14 <= limit;
        let blocks = (0..=limit / block).rev().find(fits).unwrap_or(0);
        (blocks * block).saturating_sub(1)
    }

    fn count(&mut self) {
        for byte in self.counter.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    /// Zero for 3DES; the enciphered counter for AES (section 9.8.6.1).
    fn iv(&self) -> Result<Vec<u8>, StatusWord> {
        let zero = vec![0; self.cipher.block_len()];
        match self.cipher {
            SessionCipher::TripleDes => Ok(zero),
            _ => self.cipher.encrypt_cbc(self.enc.bytes(), &zero, &self.counter).map_err(|_| BROKEN),
        }
    }

    fn authenticator(&self, parts: &[&[u8]]) -> Result<[u8; mac::MAC_LEN], StatusWord> {
        let message = [&[self.counter.as_slice()], parts].concat().concat();
        mac::message_mac(self.cipher, self.mac.bytes(), &message).map_err(|_| BROKEN)
    }

    /// Opens a command whose class says that it is protected.
    ///
    /// # Errors
    /// 6987 where a data object is missing, 6988 where one is wrong. The session must end then.
    pub(super) fn open(&mut self, command: &CommandApdu) -> Result<CommandApdu, StatusWord> {
        self.count();
        let objects = tlv::children(&command.data).map_err(|_| INCORRECT)?;
        let (last, before) = objects.split_last().ok_or(MISSING)?;
        if last.tag != 0x8E {
            let elsewhere = before.iter().any(|object| object.tag == 0x8E);
            return Err(if elsewhere { INCORRECT } else { MISSING });
        }
        let covered: Vec<u8> = before.iter().flat_map(|object| object.raw.iter().copied()).collect();
        let header = self.cipher.pad(&command.header());
        if !mac::same(&self.authenticator(&[&header, &covered])?, last.value) {
            return Err(INCORRECT);
        }
        let mut plain = CommandApdu::new(command.cla & !0x0C, command.ins, command.p1, command.p2);
        let cryptogram_tag = if command.ins & 1 == 1 { 0x85 } else { 0x87 };
        let mut rest = before.iter().peekable();
        if let Some(object) = rest.next_if(|object| object.tag == cryptogram_tag) {
            let text = match (cryptogram_tag, object.value) {
                (0x85, text) | (_, [0x01, text @ ..]) => text,
                _ => return Err(INCORRECT),
            };
            let padded =
                self.cipher.decrypt_cbc(self.enc.bytes(), &self.iv()?, text).map_err(|_| INCORRECT)?;
            plain.data = self.cipher.unpad(&padded).map_err(|_| INCORRECT)?.to_vec();
        }
        if let Some(object) = rest.next_if(|object| object.tag == 0x97) {
            plain.le = Some(match object.value {
                [0] => 256,
                [le] => u32::from(*le),
                [0, 0] => 65_536,
                [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
                _ => return Err(INCORRECT),
            });
        }
        if rest.next().is_some() { Err(INCORRECT) } else { Ok(plain) }
    }

    /// Protects an answer. `odd` is the instruction's last bit: it decides the tag of the cryptogram.
    pub(super) fn protect(
        &mut self,
        answer: &ResponseApdu,
        odd: bool,
        fault: Option<Fault>,
    ) -> Result<ResponseApdu, StatusWord> {
        if fault != Some(Fault::Counter) {
            self.count();
        }
        let mut objects = Vec::new();
        if !answer.data.is_empty() {
            let mut padded = self.cipher.pad(&answer.data);
            if fault == Some(Fault::Padding) {
                padded[answer.data.len()..].rotate_left(1);
            }
            let text = self.cipher.encrypt_cbc(self.enc.bytes(), &self.iv()?, &padded).map_err(|_| BROKEN)?;
            objects.extend(if odd {
                tlv::encode(0x85, &text)
            } else {
                tlv::encode(0x87, &[&[0x01][..], &text].concat())
            });
        }
        objects.extend(tlv::encode(0x99, &answer.sw.0.to_be_bytes()));
        let authenticator = self.authenticator(&[&objects])?;
        objects.extend(tlv::encode(0x8E, &authenticator));
        Ok(ResponseApdu { data: objects, sw: answer.sw })
    }
}

const BROKEN: StatusWord = StatusWord::NO_DIAGNOSIS;
const MISSING: StatusWord = StatusWord::SM_OBJECTS_MISSING;
const INCORRECT: StatusWord = StatusWord::SM_OBJECTS_INCORRECT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_the_most_that_fits() {
        for cipher in SessionCipher::ALL {
            for limit in [20, 120, 255, 256, 300, 1000, 65_536] {
                let room = Channel::new(cipher, &[1; 16], None).room(limit);
                let len = |data: usize| {
                    let answer = ResponseApdu { data: vec![7; data], sw: StatusWord::OK };
                    Channel::new(cipher, &[1; 16], None).protect(&answer, false, None).unwrap().data.len()
                };
                assert!(len(room) <= limit && len(room + 1) > limit, "{cipher:?} {limit} {room}");
            }
        }
    }
}
