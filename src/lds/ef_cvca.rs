//! EF.CVCA: which keys of a CVCA the chip verifies terminals with. No data object of its own around it, and always 36
//! bytes long.
//! Source: BSI TR-03110-3 appendix A.5.2 (42 for each reference, the current one first, zeros after them).

use super::LdsError;
use super::card_verifiable::KeyReference;
use crate::asn1::tlv;

const FILE: &str = "EF.CVCA";

/// EF.CVCA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EfCvca {
    /// The key with the most recent effective date.
    pub current: KeyReference,
    /// The one before it.
    pub previous: Option<KeyReference>,
}

impl EfCvca {
    /// Bytes of the file.
    pub const LEN: usize = 36;

    /// Reads the file, or as much of it as there is.
    ///
    /// # Errors
    /// [`LdsError`] where it is longer, or has no reference, or something else after one than zeros.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let wrong = |problem| LdsError::field(FILE, "authority reference", problem);
        if bytes.len() > Self::LEN {
            return Err(wrong("the file is too long"));
        }
        let mut found = Vec::new();
        let mut rest = bytes;
        while rest.first().is_some_and(|first| *first != 0) {
            let (object, after) = tlv::read(rest).map_err(LdsError::tlv(FILE))?;
            let reference = KeyReference::new(object.value).filter(|_| object.tag == 0x42);
            found.push(reference.ok_or(wrong("not 1 to 16 printable characters"))?);
            rest = after;
        }
        if rest.iter().any(|byte| *byte != 0) {
            return Err(wrong("something else than zeros after them"));
        }
        let mut found = found.into_iter();
        match (found.next(), found.next(), found.next()) {
            (Some(current), previous, None) => Ok(Self { current, previous }),
            (None, ..) => Err(wrong("none")),
            _ => Err(LdsError::TooMany { file: FILE, what: "references", limit: 2 }),
        }
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            self.references().flat_map(|reference| tlv::encode(0x42, reference.as_bytes())).collect();
        bytes.resize(Self::LEN, 0);
        bytes
    }

    /// The references, the current one first.
    pub fn references(&self) -> impl Iterator<Item = &KeyReference> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_references() {
        let reference = |text: &str| KeyReference::new(text.as_bytes()).unwrap();
        for previous in [None, Some(reference("UTCVCA0000000001"))] {
            let file = EfCvca { current: reference("UTCVCA0000000002"), previous };
            let bytes = file.to_bytes();
            assert_eq!(bytes.len(), EfCvca::LEN);
            assert_eq!(EfCvca::parse(&bytes), Ok(file.clone()));
            assert_eq!(file.references().count(), 1 + usize::from(file.previous.is_some()));
        }
        // A chip that gives the file without its zeros.
        assert_eq!(EfCvca::parse(b"\x42\x05UT001").unwrap().current, reference("UT001"));
    }

    #[test]
    fn broken_files_are_refused() {
        for bytes in [
            &[][..],
            &[0; 36],
            b"\x42\x00",
            b"\x42\x11UTCVCA00000000022",
            b"\x42\x05UT001\x00\x01",
            b"\x43\x05UT001",
            b"\x42\x05UT0",
            b"\x42\x02UT\x42\x02UT\x42\x02UT",
            &[0x42; 37],
        ] {
            assert!(EfCvca::parse(bytes).is_err(), "{bytes:02X?}");
        }
    }
}
