//! Command and response APDUs, short and extended, to bytes and back.
//! Source: ISO/IEC 7816-4:2020 section 5.2 (cases 1, 2S, 2E, 3S, 3E, 4S, 4E). Command chaining is not here but in `session`.

use super::StatusWord;

/// Most bytes of command data (extended Lc).
pub const MAX_DATA: usize = 65_535;
/// Largest Le (extended `0000`).
pub const MAX_LE: u32 = 65_536;

/// A command APDU. The encoding is short where `data` and `le` allow it, else extended.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    /// Class byte.
    pub cla: u8,
    /// Instruction byte.
    pub ins: u8,
    /// First parameter byte.
    pub p1: u8,
    /// Second parameter byte.
    pub p2: u8,
    /// Command data, at most [`MAX_DATA`] bytes; empty for none.
    pub data: Vec<u8>,
    /// Bytes expected at most, 1 to [`MAX_LE`]; `None` where no data is expected.
    pub le: Option<u32>,
}

/// A response APDU.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseApdu {
    /// Response data; may be empty.
    pub data: Vec<u8>,
    /// The status word.
    pub sw: StatusWord,
}

/// Bytes that are no APDU, or an APDU that has no bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApduError {
    /// Fewer than the four header bytes of a command.
    #[error("a command APDU has at least 4 bytes, this one {0}")]
    Header(usize),
    /// Lc, Le and the bytes that are there contradict each other.
    #[error("Lc and Le do not fit the {0} bytes of the command")]
    Lengths(usize),
    /// More than [`MAX_DATA`] bytes of data.
    #[error("{0} bytes are too many for one command")]
    Data(usize),
    /// An Le of 0 or above [`MAX_LE`].
    #[error("Le {0} cannot be encoded")]
    Le(u32),
    /// A response without a status word, or longer than the largest response.
    #[error("a response APDU has 2 to 65538 bytes, this one {0}")]
    Response(usize),
}

impl CommandApdu {
    /// A command with a header only (case 1).
    #[must_use]
    pub const fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla, ins, p1, p2, data: Vec::new(), le: None }
    }

    /// The same command with data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// The same command with Le (1 to [`MAX_LE`]).
    #[must_use]
    pub const fn with_le(mut self, le: u32) -> Self {
        self.le = Some(le);
        self
    }

    /// The four header bytes.
    #[must_use]
    pub const fn header(&self) -> [u8; 4] {
        [self.cla, self.ins, self.p1, self.p2]
    }

    /// Whether the encoding is the extended one.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.data.len() > 255 || self.le.is_some_and(|le| le > 256)
    }

    /// The bytes that go to the chip.
    ///
    /// # Errors
    /// [`ApduError::Data`] and [`ApduError::Le`] where a field is out of range.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ApduError> {
        let length = u16::try_from(self.data.len()).map_err(|_| ApduError::Data(self.data.len()))?;
        if let Some(le) = self.le.filter(|le| *le == 0 || *le > MAX_LE) {
            return Err(ApduError::Le(le));
        }
        let mut out = self.header().to_vec();
        if self.is_extended() {
            out.push(0);
            if length > 0 {
                out.extend(length.to_be_bytes());
                out.extend(&self.data);
            }
            if let Some(le) = self.le {
                out.extend((le as u16).to_be_bytes()); // 65536 becomes 0000
            }
        } else {
            if length > 0 {
                out.push(length as u8);
                out.extend(&self.data);
            }
            if let Some(le) = self.le {
                out.push(le as u8); // 256 becomes 00
            }
        }
        Ok(out)
    }

    /// Reads the bytes of a command, short or extended.
    ///
    /// # Errors
    /// [`ApduError::Header`] and [`ApduError::Lengths`] where the bytes are none of the seven cases.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ApduError> {
        let Some((&[cla, ins, p1, p2], body)) = bytes.split_first_chunk::<4>() else {
            return Err(ApduError::Header(bytes.len()));
        };
        let wrong = || ApduError::Lengths(bytes.len());
        let short = |le: u8| if le == 0 { 256 } else { u32::from(le) };
        let long = |le: [u8; 2]| match u16::from_be_bytes(le) {
            0 => MAX_LE,
            le => u32::from(le),
        };
        let (data, le): (&[u8], Option<u32>) = match body {
            [] => (&[], None),
            [le] => (&[], Some(short(*le))),
            [0, high, low] => (&[], Some(long([*high, *low]))),
            [0, high, low, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let (data, le) = rest.split_at_checked(length).ok_or_else(wrong)?;
                if length == 0 {
                    return Err(wrong());
                }
                match le {
                    [] => (data, None),
                    [high, low] => (data, Some(long([*high, *low]))),
                    _ => return Err(wrong()),
                }
            }
            [length, rest @ ..] => {
                let (data, le) = rest.split_at_checked(usize::from(*length)).ok_or_else(wrong)?;
                match le {
                    [] if !data.is_empty() => (data, None),
                    [le] if !data.is_empty() => (data, Some(short(*le))),
                    _ => return Err(wrong()),
                }
            }
        };
        Ok(Self { cla, ins, p1, p2, data: data.to_vec(), le })
    }
}

impl ResponseApdu {
    /// A response with a status word only.
    #[must_use]
    pub const fn status(sw: StatusWord) -> Self {
        Self { data: Vec::new(), sw }
    }

    /// The bytes as the chip sends them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.data.clone();
        out.extend(self.sw.0.to_be_bytes());
        out
    }

    /// Reads the bytes of a response.
    ///
    /// # Errors
    /// [`ApduError::Response`] where there is no status word or more data than any Le allows.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ApduError> {
        match bytes.split_last_chunk::<2>() {
            Some((data, sw)) if data.len() <= MAX_LE as usize => {
                Ok(Self { data: data.to_vec(), sw: StatusWord(u16::from_be_bytes(*sw)) })
            }
            _ => Err(ApduError::Response(bytes.len())),
        }
    }
}

// Data of commands and responses may be a password's cryptogram or a holder's file: lengths only.
impl std::fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [cla, ins, p1, p2] = self.header();
        write!(f, "{cla:02X}{ins:02X}{p1:02X}{p2:02X} data {} le {:?}", self.data.len(), self.le)
    }
}

impl std::fmt::Debug for ResponseApdu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "data {} sw {:04X}", self.data.len(), self.sw.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex).unwrap()
    }

    #[test]
    fn the_seven_cases() {
        let base = CommandApdu::new(0x00, 0xB0, 0x12, 0x34);
        let data = base.clone().with_data([0xAA, 0xBB]);
        assert_eq!(base.to_bytes().unwrap(), bytes("00B01234"));
        assert_eq!(base.clone().with_le(256).to_bytes().unwrap(), bytes("00B0123400"));
        assert_eq!(base.clone().with_le(65_536).to_bytes().unwrap(), bytes("00B01234000000"));
        assert_eq!(data.to_bytes().unwrap(), bytes("00B0123402AABB"));
        assert_eq!(data.clone().with_le(1).to_bytes().unwrap(), bytes("00B0123402AABB01"));
        assert_eq!(data.clone().with_le(257).to_bytes().unwrap(), bytes("00B01234000002AABB0101"));
        let long = base.with_data(vec![7; 256]).to_bytes().unwrap();
        assert_eq!(&long[..7], bytes("00B01234000100"));
        assert_eq!(long.len(), 4 + 3 + 256);
    }

    #[test]
    fn refuses_what_is_no_command() {
        for hex in ["", "00B012", "00B0123402AA", "00B0123402AABB0000", "00B01234000000AA", "00B012340000"] {
            assert!(CommandApdu::from_bytes(&bytes(hex)).is_err(), "{hex}");
        }
        assert!(CommandApdu::new(0, 0, 0, 0).with_le(0).to_bytes().is_err());
        assert!(CommandApdu::new(0, 0, 0, 0).with_le(65_537).to_bytes().is_err());
        assert!(CommandApdu::new(0, 0, 0, 0).with_data(vec![0; 65_536]).to_bytes().is_err());
        assert!(ResponseApdu::from_bytes(&[0x90]).is_err());
    }

    #[test]
    fn debug_shows_no_data() {
        let command = CommandApdu::new(0, 0x82, 0, 0).with_data([0xDE, 0xAD]);
        let response = ResponseApdu { data: vec![0xDE, 0xAD], sw: StatusWord::OK };
        for text in [format!("{command:?}"), format!("{response:?}")] {
            assert!(!text.to_lowercase().contains("de") && !text.contains("222"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn commands_survive_the_round_trip(
            header in any::<[u8; 4]>(),
            data in proptest::collection::vec(any::<u8>(), 0..600),
            le in proptest::option::of(1u32..=65_536),
        ) {
            let [cla, ins, p1, p2] = header;
            let command = CommandApdu { cla, ins, p1, p2, data, le };
            prop_assert_eq!(CommandApdu::from_bytes(&command.to_bytes().unwrap()).unwrap(), command);
        }

        #[test]
        fn any_bytes_are_a_command_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(command) = CommandApdu::from_bytes(&bytes) {
                prop_assert!(command.to_bytes().is_ok());
            }
        }
    }
}
