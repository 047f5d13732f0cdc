//! The machine readable zone of travel documents: TD1, TD2 and TD3.
//! Source: Doc 9303-3 section 4, Doc 9303-4 section 4.2 (TD3), Doc 9303-5 section 4.2 (TD1), Doc 9303-6
//! section 4.2 (TD2). Visas (MRV) are not read: they have no chip.

mod check_digit;
mod compose;
mod date;
mod key;
mod name;

pub use check_digit::{CheckedField, check_digit};
pub use compose::MrzData;
pub use date::MrzDate;
pub use key::MrzKey;
pub use name::{MrzName, transliterate};

use super::Personal;

/// The three sizes of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MrzFormat {
    /// Cards: three lines of 30.
    Td1,
    /// Larger cards: two lines of 36.
    Td2,
    /// Passports: two lines of 44.
    Td3,
}

impl MrzFormat {
    /// Lines and characters a line.
    #[must_use]
    pub const fn shape(self) -> (usize, usize) {
        match self {
            Self::Td1 => (3, 30),
            Self::Td2 => (2, 36),
            Self::Td3 => (2, 44),
        }
    }

    fn of_length(characters: usize) -> Option<Self> {
        [Self::Td1, Self::Td2, Self::Td3].into_iter().find(|format| {
            let (lines, columns) = format.shape();
            lines * columns == characters
        })
    }
}

/// Why a text is no machine readable zone. It names places and fields, never what stands there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MrzError {
    /// Not 88, 90 or 72 characters.
    #[error("{0} characters; a machine readable zone has 88 (TD3), 90 (TD1) or 72 (TD2)")]
    Length(usize),
    /// The lines do not have the length that their format asks for.
    #[error("line {line} does not have {columns} characters")]
    Line {
        /// Line, from 1.
        line: usize,
        /// Characters that it should have.
        columns: usize,
    },
    /// A character that is not `A` to `Z`, `0` to `9` or `<`.
    #[error("character {column} of line {line} is not A-Z, 0-9 or <")]
    Character {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A field that breaks its form.
    #[error("{field} is malformed")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// A check digit that does not hold.
    #[error("the check digit of {} does not hold", field.name())]
    CheckDigit {
        /// The field.
        field: CheckedField,
    },
    /// Neither lines of an MRZ nor three parts with slashes.
    #[error("neither the lines of a machine readable zone nor NUMBER/YYMMDD/YYMMDD")]
    KeyForm,
    /// Data that do not fit into the zone.
    #[error("{field} does not fit")]
    TooLong {
        /// The field.
        field: &'static str,
    },
}

/// Sex as the MRZ has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sex {
    /// `F`.
    Female,
    /// `M`.
    Male,
    /// `<` (or `X`): not said.
    Unspecified,
}

/// A machine readable zone that has been taken apart. Wrong check digits do not stop the reading: real
/// documents have them, and the inspection reports them; see [`Mrz::wrong_check_digits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrz {
    /// The size of the document.
    pub format: MrzFormat,
    /// Document code without fillers: `P`, `PP`, `I`, `ID`, `IR`.
    pub document_code: String,
    /// Issuing State or organisation without fillers: `UTO`, `D`.
    pub issuing_state: String,
    /// Document number without fillers, the part in the optional data of TD1 and TD2 included.
    pub document_number: Personal<String>,
    /// Nationality without fillers.
    pub nationality: Personal<String>,
    /// Date of birth; `None` where the characters are no date.
    pub date_of_birth: Personal<Option<MrzDate>>,
    /// Sex; `None` where the character is none of those allowed.
    pub sex: Personal<Option<Sex>>,
    /// Date of expiry; `None` where the characters are no date.
    pub date_of_expiry: Option<MrzDate>,
    /// Name.
    pub name: Personal<MrzName>,
    /// Optional data without fillers, those of TD1 in two parts; without the rest of a long document number.
    pub optional_data: Personal<Vec<String>>,
    /// The lines as they stand.
    pub lines: Personal<Vec<String>>,
    wrong: Vec<CheckedField>,
}

impl Mrz {
    /// Takes the zone apart. `text` has lines, or all characters in a row as in DG1. White space at the ends of
    /// lines is dropped, lower case is not accepted.
    ///
    /// # Errors
    /// [`MrzError`] where length or alphabet are wrong. Wrong check digits are no error here.
    pub fn parse(text: &str) -> Result<Self, MrzError> {
        let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let joined: String = lines.concat();
        let format = MrzFormat::of_length(joined.chars().count())
            .ok_or_else(|| MrzError::Length(joined.chars().count()))?;
        let (_, columns) = format.shape();
        for (at, byte) in joined.bytes().enumerate() {
            if !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<') {
                return Err(MrzError::Character { line: at / columns + 1, column: at % columns + 1 });
            }
        }
        if lines.len() == 1 {
            // All characters are ASCII now, so that any cut is at a character.
            lines = (0..joined.len() / columns).map(|n| &joined[n * columns..(n + 1) * columns]).collect();
        }
        if let Some(line) = lines.iter().position(|line| line.len() != columns) {
            return Err(MrzError::Line { line: line + 1, columns });
        }
        Ok(Self::take_apart(format, &lines))
    }

    fn take_apart(format: MrzFormat, lines: &[&str]) -> Self {
        let zone = Zone::of(format, lines);
        let (number, number_digit, optional) = zone.full_document_number();
        let mut wrong = Vec::new();
        let mut check = |field, text: &str, found: &str, filler_for_empty: bool| {
            let empty = filler_for_empty && text.bytes().all(|b| b == b'<') && found == "<";
            if !empty && check_digit(text).map(String::from).as_deref() != Some(found) {
                wrong.push(field);
            }
        };
        check(CheckedField::DocumentNumber, &number, &number_digit, false);
        check(CheckedField::DateOfBirth, zone.birth, zone.birth_digit, false);
        check(CheckedField::DateOfExpiry, zone.expiry, zone.expiry_digit, false);
        if let Some(digit) = zone.optional_digit {
            check(CheckedField::OptionalData, zone.optional, digit, true);
        }
        check(CheckedField::Composite, &zone.composite, zone.composite_digit, false);
        let sex = match zone.sex {
            "F" => Some(Sex::Female),
            "M" => Some(Sex::Male),
            "<" | "X" => Some(Sex::Unspecified),
            _ => None,
        };
        let mut optional_data = vec![trimmed(&optional)];
        optional_data.extend(zone.second_optional.map(trimmed));
        Self {
            format,
            document_code: trimmed(&lines[0][..2]),
            issuing_state: trimmed(&lines[0][2..5]),
            document_number: Personal::new(trimmed(&number)),
            nationality: Personal::new(trimmed(zone.nationality)),
            date_of_birth: Personal::new(MrzDate::parse(zone.birth)),
            sex: Personal::new(sex),
            date_of_expiry: MrzDate::parse(zone.expiry),
            name: Personal::new(MrzName::parse(zone.name)),
            optional_data: Personal::new(optional_data),
            lines: Personal::new(lines.iter().map(|line| (*line).to_owned()).collect()),
            wrong,
        }
    }

    /// The fields whose check digit does not hold.
    #[must_use]
    pub fn wrong_check_digits(&self) -> &[CheckedField] {
        &self.wrong
    }

    /// Whether the check digit of `field` holds, or the format has none for it.
    #[must_use]
    pub fn check_digit_holds(&self, field: CheckedField) -> bool {
        !self.wrong.contains(&field)
    }

    /// The key that opens the chip.
    ///
    /// # Errors
    /// [`MrzError::Field`] where one of the three fields is malformed.
    pub fn mrz_key(&self) -> Result<MrzKey, MrzError> {
        let refs: Vec<&str> = self.lines.disclose().iter().map(String::as_str).collect();
        let zone = Zone::of(self.format, &refs);
        MrzKey::new(&zone.full_document_number().0, zone.birth, zone.expiry)
    }
}

/// The fields where they stand, fillers included.
struct Zone<'a> {
    number: &'a str,
    number_digit: &'a str,
    optional: &'a str,
    optional_digit: Option<&'a str>,
    second_optional: Option<&'a str>,
    birth: &'a str,
    birth_digit: &'a str,
    sex: &'a str,
    expiry: &'a str,
    expiry_digit: &'a str,
    nationality: &'a str,
    name: &'a str,
    composite: String,
    composite_digit: &'a str,
}

impl<'a> Zone<'a> {
    fn of(format: MrzFormat, lines: &[&'a str]) -> Self {
        let (first, second) = (lines[0], lines[1]);
        if format == MrzFormat::Td1 {
            return Self {
                number: &first[5..14],
                number_digit: &first[14..15],
                optional: &first[15..30],
                optional_digit: None,
                second_optional: Some(&second[18..29]),
                birth: &second[..6],
                birth_digit: &second[6..7],
                sex: &second[7..8],
                expiry: &second[8..14],
                expiry_digit: &second[14..15],
                nationality: &second[15..18],
                name: lines[2],
                composite: [&first[5..30], &second[..7], &second[8..15], &second[18..29]].concat(),
                composite_digit: &second[29..30],
            };
        }
        let td3 = format == MrzFormat::Td3;
        let end = if td3 { 42 } else { 35 };
        let checked = if td3 { 43 } else { 35 };
        Self {
            number: &second[..9],
            number_digit: &second[9..10],
            optional: &second[28..end],
            optional_digit: td3.then(|| &second[42..43]),
            second_optional: None,
            birth: &second[13..19],
            birth_digit: &second[19..20],
            sex: &second[20..21],
            expiry: &second[21..27],
            expiry_digit: &second[27..28],
            nationality: &second[10..13],
            name: &first[5..],
            composite: [&second[..10], &second[13..20], &second[21..checked]].concat(),
            composite_digit: &second[checked..checked + 1],
        }
    }

    /// Number, its check digit, and the optional data that is left. In TD1 and TD2 a number of more than nine
    /// characters goes on in the optional data, followed by its check digit, and a filler stands in the check
    /// digit's own place (Doc 9303-5 section 4.2.2.1 note j, Doc 9303-6 note j).
    fn full_document_number(&self) -> (String, String, String) {
        let whole = || (self.number.to_owned(), self.number_digit.to_owned(), self.optional.to_owned());
        if self.optional_digit.is_some() || self.number_digit != "<" || self.number.ends_with('<') {
            return whole();
        }
        let (rest, after) = self.optional.split_once('<').unwrap_or((self.optional, ""));
        if rest.len() < 2 {
            return whole();
        }
        let (tail, digit) = rest.split_at(rest.len() - 1);
        (format!("{}{tail}", self.number), digit.to_owned(), after.to_owned())
    }
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('<').to_owned()
}

#[cfg(test)]
mod tests;
