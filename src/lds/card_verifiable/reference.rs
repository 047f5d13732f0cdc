//! The name of a public key: of its holder where it stands in its certificate, of the issuer where it verifies one.
//! Source: BSI TR-03110-3 appendix A.6.1 (country, mnemonic of the holder, sequence number), D.2 (at most 16 bytes).

use std::fmt;

/// Most bytes of a reference.
const MAX_LEN: usize = 16;

/// The reference of a public key, 1 to 16 printable characters of ISO 8859-1.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyReference(Vec<u8>);

impl KeyReference {
    /// The reference of these bytes; `None` where they are too many, none, or no printable characters.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let printable = |byte: &u8| matches!(byte, 0x20..=0x7E | 0xA0..);
        let fits = (1..=MAX_LEN).contains(&bytes.len()) && bytes.iter().all(printable);
        fits.then(|| Self(bytes.to_vec()))
    }

    /// ISO 8859-1, as it goes to the chip.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The first 256 characters of Unicode are those of ISO 8859-1.
        self.0.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl fmt::Debug for KeyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyReference({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_printable_names() {
        assert_eq!(KeyReference::new(b"DETESTCVCA00001").unwrap().to_string(), "DETESTCVCA00001");
        assert_eq!(KeyReference::new(&[0x44, 0x45, 0xDC]).unwrap().to_string(), "DE\u{dc}");
        for bytes in [&[][..], &[0x41; 17], b"DE\x1b[2J", &[0x44, 0x9B]] {
            assert_eq!(KeyReference::new(bytes), None, "{bytes:X?}");
        }
    }
}
