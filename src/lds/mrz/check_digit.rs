//! The check digit of the machine readable zone: weights 7, 3, 1, modulo 10.
//! Source: Doc 9303-3 section 4.9.

/// The check digit of `text` as a character `0` to `9`; `None` where a character is not of the MRZ.
#[must_use]
pub fn check_digit(text: &str) -> Option<char> {
    let mut sum = 0u32;
    for (at, byte) in text.bytes().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'<' => 0,
            _ => return None,
        };
        sum = (sum + u32::from(value) * [7, 3, 1][at % 3]) % 10;
    }
    char::from_digit(sum, 10)
}

/// A field of the MRZ that has a check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CheckedField {
    /// Document number.
    DocumentNumber,
    /// Date of birth.
    DateOfBirth,
    /// Date of expiry.
    DateOfExpiry,
    /// Optional data (TD3 only).
    OptionalData,
    /// The composite digit over the fields above.
    Composite,
}

impl CheckedField {
    /// The field's name, as errors and checks carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentNumber => "document_number",
            Self::DateOfBirth => "date_of_birth",
            Self::DateOfExpiry => "date_of_expiry",
            Self::OptionalData => "optional_data",
            Self::Composite => "composite",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn examples_of_doc_9303_3() {
        // Section 4.9: the date 27 July 1952 gives 3; the number AB2134<<< gives 5.
        assert_eq!(check_digit("520727"), Some('3'));
        assert_eq!(check_digit("AB2134<<<"), Some('5'));
        assert_eq!(check_digit("ab"), None);
    }
}
