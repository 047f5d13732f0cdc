//! Status words: the two bytes that end every response.
//! Source: ISO/IEC 7816-4:2020 section 5.6, tables 5 to 7.

use std::fmt;

/// SW1 and SW2 of a response, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Normal end.
    pub const OK: Self = Self(0x9000);
    /// End of file reached before Le bytes were read.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// Selected file deactivated.
    pub const DEACTIVATED: Self = Self(0x6283);
    /// Verification failed, no counter given.
    pub const VERIFICATION_FAILED: Self = Self(0x6300);
    /// Wrong length, no further indication.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Secure messaging not supported.
    pub const SM_NOT_SUPPORTED: Self = Self(0x6882);
    /// Last command of the chain expected.
    pub const LAST_OF_CHAIN_EXPECTED: Self = Self(0x6883);
    /// Command chaining not supported.
    pub const CHAINING_NOT_SUPPORTED: Self = Self(0x6884);
    /// Security status not satisfied.
    pub const SECURITY_NOT_SATISFIED: Self = Self(0x6982);
    /// Authentication method blocked.
    pub const AUTHENTICATION_BLOCKED: Self = Self(0x6983);
    /// Reference data not usable.
    pub const REFERENCE_NOT_USABLE: Self = Self(0x6984);
    /// Conditions of use not satisfied.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// Command not allowed, no current file.
    pub const NO_CURRENT_FILE: Self = Self(0x6986);
    /// Expected secure messaging data objects are missing.
    pub const SM_OBJECTS_MISSING: Self = Self(0x6987);
    /// Secure messaging data objects are incorrect.
    pub const SM_OBJECTS_INCORRECT: Self = Self(0x6988);
    /// Incorrect parameters in the command data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// Function not supported.
    pub const FUNCTION_NOT_SUPPORTED: Self = Self(0x6A81);
    /// File or application not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Incorrect P1 or P2.
    pub const WRONG_PARAMETERS: Self = Self(0x6A86);
    /// Referenced data not found.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// Offset outside the file.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// Instruction not supported or invalid.
    pub const INS_NOT_SUPPORTED: Self = Self(0x6D00);
    /// Class not supported.
    pub const CLA_NOT_SUPPORTED: Self = Self(0x6E00);
    /// No precise diagnosis.
    pub const NO_DIAGNOSIS: Self = Self(0x6F00);

    /// Whether the command ended normally (`9000`).
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == Self::OK.0
    }

    /// The first byte.
    #[must_use]
    pub const fn sw1(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The second byte.
    #[must_use]
    pub const fn sw2(self) -> u8 {
        self.0 as u8
    }

    /// The Le that the chip asks for with `6Cxx`; `6C00` asks for 256.
    #[must_use]
    pub const fn exact_le(self) -> Option<u32> {
        match (self.sw1(), self.sw2()) {
            (0x6C, 0) => Some(256),
            (0x6C, le) => Some(le as u32),
            _ => None,
        }
    }

    /// Bytes still to be fetched by GET RESPONSE after `61xx`; `6100` says 256 or more.
    #[must_use]
    pub const fn more_data(self) -> Option<u32> {
        match (self.sw1(), self.sw2()) {
            (0x61, 0) => Some(256),
            (0x61, more) => Some(more as u32),
            _ => None,
        }
    }

    /// Tries left after `63Cx`.
    #[must_use]
    pub const fn tries_left(self) -> Option<u8> {
        if self.0 & 0xFFF0 == 0x63C0 { Some(self.sw2() & 0x0F) } else { None }
    }

    /// What ISO/IEC 7816-4 says of it, in English.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self.0 {
            0x9000 => "normal end",
            0x6100..=0x61FF => "more data available",
            0x6281 => "returned data may be corrupted",
            0x6282 => "end of file reached before Le bytes",
            0x6283 => "selected file deactivated",
            0x6200..=0x62FF => "warning, memory unchanged",
            0x6300 => "verification failed",
            0x63C0..=0x63CF => "verification failed, tries counted",
            0x6301..=0x63FF => "warning, memory changed",
            0x6400..=0x64FF => "execution error, memory unchanged",
            0x6500..=0x65FF => "execution error, memory changed",
            0x6600..=0x66FF => "security-related issue",
            0x6700 => "wrong length",
            0x6882 => "secure messaging not supported",
            0x6883 => "last command of the chain expected",
            0x6884 => "command chaining not supported",
            0x6800..=0x68FF => "function of CLA not supported",
            0x6982 => "security status not satisfied",
            0x6983 => "authentication method blocked",
            0x6984 => "reference data not usable",
            0x6985 => "conditions of use not satisfied",
            0x6986 => "command not allowed, no current file",
            0x6987 => "secure messaging data objects missing",
            0x6988 => "secure messaging data objects incorrect",
            0x6900..=0x69FF => "command not allowed",
            0x6A80 => "incorrect parameters in the command data",
            0x6A81 => "function not supported",
            0x6A82 => "file or application not found",
            0x6A86 => "incorrect P1 or P2",
            0x6A88 => "referenced data not found",
            0x6A00..=0x6AFF => "wrong parameters P1-P2",
            0x6B00 => "offset outside the file",
            0x6C00..=0x6CFF => "wrong Le",
            0x6D00 => "instruction not supported",
            0x6E00 => "class not supported",
            0x6F00 => "no precise diagnosis",
            _ => "proprietary or reserved",
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X} ({})", self.0, self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_lengths_are_taken_from_the_second_byte() {
        assert_eq!(StatusWord(0x6C00).exact_le(), Some(256));
        assert_eq!(StatusWord(0x6C7F).exact_le(), Some(127));
        assert_eq!(StatusWord(0x6B00).exact_le(), None);
        assert_eq!(StatusWord(0x6105).more_data(), Some(5));
        assert_eq!(StatusWord(0x63C2).tries_left(), Some(2));
        assert_eq!(StatusWord(0x6300).tries_left(), None);
        assert_eq!(StatusWord(0x6982).to_string(), "6982 (security status not satisfied)");
    }
}
