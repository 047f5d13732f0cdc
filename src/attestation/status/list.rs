//! The list itself: states of one, two, four or eight bits, packed from the lowest bit up, compressed.
//! Source: Token Status List section 4.1 (compressed byte array) and 4.2 (JSON); RFC 1950 (zlib).

use crate::attestation::sdjwt::{base64url, base64url_decode};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::{Map, Value, json};
use std::io::{Read, Write};

/// Most bytes of a list, uncompressed: four million states of two bits. What unpacks to more is a bomb.
const MAX_BYTES: usize = 1 << 20;

/// States of many attestations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Vec<u8>,
}

/// Why something is no status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusListError {
    /// `bits` is none of 1, 2, 4, 8.
    #[error("a state has one, two, four or eight bits")]
    Bits,
    /// Members are missing or malformed.
    #[error("the list is malformed")]
    Malformed,
    /// It unpacks to more than is taken, or would have more states.
    #[error("the list has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// The state does not fit, or the place is not in the list.
    #[error("the state or its place does not fit the list")]
    Range,
}

impl StatusList {
    /// A list of `entries` states, all of them 0; a multiple of eight.
    ///
    /// # Errors
    /// [`StatusListError::Bits`], [`StatusListError::TooLarge`], [`StatusListError::Range`] for none or part of a byte.
    pub fn new(bits: u8, entries: usize) -> Result<Self, StatusListError> {
        if !matches!(bits, 1 | 2 | 4 | 8) {
            return Err(StatusListError::Bits);
        }
        if entries == 0 || !entries.is_multiple_of(8) {
            return Err(StatusListError::Range);
        }
        let bytes = entries.checked_mul(usize::from(bits)).ok_or(StatusListError::TooLarge)? / 8;
        if bytes > MAX_BYTES {
            return Err(StatusListError::TooLarge);
        }
        Ok(Self { bits, bytes: vec![0; bytes] })
    }

    /// Bits of a state.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// How many states there are.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        (self.bytes.len() as u64 * 8) / self.bits as u64
    }

    /// The state at a place; `None` outside the list.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<u8> {
        let (at, shift, mask) = self.place(index)?;
        Some((self.bytes.get(at)? >> shift) & mask)
    }

    /// Sets the state at a place.
    ///
    /// # Errors
    /// [`StatusListError::Range`].
    pub fn set(&mut self, index: u64, state: u8) -> Result<(), StatusListError> {
        let (at, shift, mask) = self.place(index).ok_or(StatusListError::Range)?;
        let byte = self.bytes.get_mut(at).filter(|_| state <= mask).ok_or(StatusListError::Range)?;
        *byte = *byte & !(mask << shift) | state << shift;
        Ok(())
    }

    /// Byte, shift and mask of a place.
    fn place(&self, index: u64) -> Option<(usize, u32, u8)> {
        let bits = u64::from(self.bits);
        let bit = index.checked_mul(bits)?;
        let at = usize::try_from(bit / 8).ok()?;
        Some((at, (bit % 8) as u32, (0xFF_u16 >> (8 - bits)) as u8))
    }

    /// The JSON object: `bits` and `lst`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        // A Vec takes everything.
        let compressed = encoder.write_all(&self.bytes).and_then(|()| encoder.finish()).unwrap_or_default();
        json!({"bits": self.bits, "lst": base64url(&compressed)})
    }

    /// Reads the JSON object.
    ///
    /// # Errors
    /// [`StatusListError`]; no more than the limit is ever unpacked.
    pub fn from_json(object: &Map<String, Value>) -> Result<Self, StatusListError> {
        let bits = object.get("bits").and_then(Value::as_u64).ok_or(StatusListError::Malformed)?;
        let bits = u8::try_from(bits).ok().filter(|bits| matches!(bits, 1 | 2 | 4 | 8));
        let bits = bits.ok_or(StatusListError::Bits)?;
        let text = object.get("lst").and_then(Value::as_str).ok_or(StatusListError::Malformed)?;
        let compressed = base64url_decode(text).ok_or(StatusListError::Malformed)?;
        let mut bytes = Vec::new();
        let mut decoder = ZlibDecoder::new(compressed.as_slice());
        let read = (&mut decoder).take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
        if bytes.len() > MAX_BYTES {
            return Err(StatusListError::TooLarge);
        }
        // What stands after the compressed list belongs to nobody.
        let whole = read.is_ok() && decoder.total_in() == compressed.len() as u64;
        if whole && !bytes.is_empty() { Ok(Self { bits, bytes }) } else { Err(StatusListError::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(bits: u8, lst: &str) -> Map<String, Value> {
        json!({"bits": bits, "lst": lst}).as_object().unwrap().clone()
    }

    #[test]
    fn the_examples_of_section_4() {
        // Figures 1 and 2: sixteen states of one bit, twelve of two.
        let states = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
        let mut list = StatusList::new(1, 16).unwrap();
        for (at, state) in states.iter().enumerate() {
            list.set(at as u64, *state).unwrap();
        }
        assert_eq!(list.bytes, [0xB9, 0xA3]);
        assert_eq!(StatusList::from_json(&object(1, "eNrbuRgAAhcBXQ")), Ok(list.clone()));
        assert_eq!(list.to_json()["lst"], "eNrbuRgAAhcBXQ");
        let two = StatusList::from_json(&object(2, "eNo76fITAAPfAgc")).unwrap();
        let states: Vec<u8> = (0..12).map(|at| two.get(at).unwrap()).collect();
        assert_eq!(
            (&*two.bytes, &*states),
            (&[0xC9, 0x44, 0xF9][..], &[1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3][..])
        );
        assert_eq!((two.get(12), two.entries()), (None, 12));
        assert_eq!(two.to_json()["lst"], "eNo76fITAAPfAgc");
    }

    #[test]
    fn the_test_vectors_of_the_appendix() {
        // "Test vectors for Status List encoding": 2^20 states, 0 but for these.
        let places =
            [0, 1993, 25_460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534, 1_000_345];
        let one = "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAA\
                   AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAA\
                   AAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb";
        let two = "eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGVIAAAAAABAbiEBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                   AEB5WwIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                   AAAAAAAAAAAAAAAAAID0ugQAAAAAAAAAAAAAAAAAQG12SgAAAAAAAAAAAAAAAAAAAAAAAAAAAOCSIQEAAAAAAAAAAAAAAAAA\
                   AAAAAAD8ExIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAwJEuAQAAAAAAAAAAAAAAAAAAAAAAAMB9SwIAAAAAAAAA\
                   AAAAAAAAAACoYUoAAAAAAAAAAAAAAEBqH81gAQw";
        for (bits, lst, states) in [(1, one, [1; 11]), (2, two, [1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 3])] {
            let read = StatusList::from_json(&object(bits, lst)).unwrap();
            let mut made = StatusList::new(bits, 1 << 20).unwrap();
            for (place, state) in places.iter().zip(states) {
                made.set(*place, state).unwrap();
            }
            assert!(read == made, "{bits} bits");
            // Another compressor gives other bytes for the same list; the short examples leave it no choice.
            let again = made.to_json();
            assert!(StatusList::from_json(again.as_object().unwrap()) == Ok(made), "{bits} bits");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(StatusList::from_json(&object(3, "eNrbuRgAAhcBXQ")), Err(StatusListError::Bits));
        for lst in ["", "eNrbuRgAAhcBX", "eNrbuRgAAhcBXQ==", "AAAA", "eNrbuRgAAhcBXAA"] {
            assert_eq!(StatusList::from_json(&object(1, lst)), Err(StatusListError::Malformed), "{lst}");
        }
        // A bomb: a hundred million zeros in a hundred thousand bytes, of which a million are unpacked.
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        for _ in 0..100 {
            encoder.write_all(&vec![0; 1_000_000]).unwrap();
        }
        let bomb = base64url(&encoder.finish().unwrap());
        assert!(bomb.len() < 150_000);
        assert_eq!(StatusList::from_json(&object(1, &bomb)), Err(StatusListError::TooLarge));
        let mut list = StatusList::new(2, 16).unwrap();
        for (index, state) in [(16, 1), (u64::MAX, 1), (0, 4)] {
            assert_eq!(list.set(index, state), Err(StatusListError::Range));
        }
        assert_eq!(StatusList::new(8, (1 << 20) + 8), Err(StatusListError::TooLarge));
        assert_eq!(StatusList::new(2, 4), Err(StatusListError::Range));
    }
}
