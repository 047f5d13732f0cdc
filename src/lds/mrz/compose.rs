//! Writing a machine readable zone from its data, with every check digit.
//! Source: Doc 9303-3 section 4.6 (names that do not fit), Doc 9303-4, 9303-5 and 9303-6 section 4.2.

use super::{Mrz, MrzDate, MrzError, MrzFormat, Sex, check_digit, transliterate};

/// What a machine readable zone is made from.
#[derive(Debug, Clone)]
pub struct MrzData<'a> {
    /// The size of the document.
    pub format: MrzFormat,
    /// Document code, one or two characters: `P`, `PP`, `IR`.
    pub document_code: &'a str,
    /// Issuing State, one to three letters.
    pub issuing_state: &'a str,
    /// Document number; more than nine characters only for TD1 (at most 22) and TD2 (at most 14).
    pub document_number: &'a str,
    /// Nationality, one to three letters.
    pub nationality: &'a str,
    /// Date of birth.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry.
    pub date_of_expiry: MrzDate,
    /// Surname; may be empty.
    pub primary: &'a str,
    /// Given names; may be empty.
    pub secondary: &'a str,
    /// Optional data in the alphabet of the MRZ.
    pub optional_data: &'a str,
}

impl Mrz {
    /// Writes a zone and reads it back.
    ///
    /// # Errors
    /// [`MrzError::TooLong`] and [`MrzError::Field`] name the field that does not fit. Names are cut.
    pub fn compose(data: &MrzData<'_>) -> Result<Self, MrzError> {
        let header =
            fill(data.document_code, 2, "document_code")? + &fill(data.issuing_state, 3, "issuing_state")?;
        let nationality = fill(data.nationality, 3, "nationality")?;
        let birth = with_digit(data.date_of_birth.to_text(), "date_of_birth")?;
        let expiry = with_digit(data.date_of_expiry.to_text(), "date_of_expiry")?;
        let sex = match data.sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Unspecified => "<",
        };
        let room = match data.format {
            MrzFormat::Td1 => 15,
            MrzFormat::Td2 => 7,
            MrzFormat::Td3 => 14,
        };
        let long_room = if data.format == MrzFormat::Td3 { 0 } else { room };
        let (number, optional) = number_and_optional(data, long_room)?;
        let optional = fill(&optional, room, "optional_data")?;
        let text = match data.format {
            MrzFormat::Td1 => {
                let upper = number + &optional;
                let second = fill("", 11, "optional_data")?;
                let composite = digit(&[&*upper, &*birth, &*expiry, &*second].concat(), "composite")?;
                let name = name(data, 30)?;
                format!("{header}{upper}\n{birth}{sex}{expiry}{nationality}{second}{composite}\n{name}")
            }
            MrzFormat::Td2 => {
                let composite = digit(&[&*number, &*birth, &*expiry, &*optional].concat(), "composite")?;
                let name = name(data, 31)?;
                format!("{header}{name}\n{number}{nationality}{birth}{sex}{expiry}{optional}{composite}")
            }
            MrzFormat::Td3 => {
                let optional = with_digit(optional, "optional_data")?;
                let composite = digit(&[&*number, &*birth, &*expiry, &*optional].concat(), "composite")?;
                let name = name(data, 39)?;
                format!("{header}{name}\n{number}{nationality}{birth}{sex}{expiry}{optional}{composite}")
            }
        };
        Self::parse(&text)
    }

    /// The zone as it stands in DG1: all characters in a row.
    #[must_use]
    pub fn to_row(&self) -> String {
        self.lines.disclose().concat()
    }
}

fn digit(text: &str, field: &'static str) -> Result<char, MrzError> {
    check_digit(text).ok_or(MrzError::Field { field })
}

fn with_digit(mut text: String, field: &'static str) -> Result<String, MrzError> {
    text.push(digit(&text, field)?);
    Ok(text)
}

fn fill(text: &str, width: usize, field: &'static str) -> Result<String, MrzError> {
    if !text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<')) {
        return Err(MrzError::Field { field });
    }
    if text.len() > width {
        return Err(MrzError::TooLong { field });
    }
    Ok(format!("{text:<<width$}"))
}

/// The ten characters of number and check digit, and the optional data with the rest of a long number.
fn number_and_optional(data: &MrzData<'_>, long_room: usize) -> Result<(String, String), MrzError> {
    let field = "document_number";
    let number = data.document_number;
    if number.len() <= 9 {
        let number = with_digit(fill(number, 9, field)?, field)?;
        return Ok((number, data.optional_data.to_owned()));
    }
    // The rest, its check digit and a filler must fit into the optional data.
    if number.len() - 9 + 2 > long_room || !number.is_ascii() {
        return Err(MrzError::TooLong { field });
    }
    let rest = format!("{}{}<{}", &number[9..], digit(number, field)?, data.optional_data);
    Ok((format!("{}<", &number[..9]), rest))
}

fn name(data: &MrzData<'_>, width: usize) -> Result<String, MrzError> {
    let field = "name";
    let part = |text| transliterate(text).ok_or(MrzError::Field { field });
    let (primary, secondary) = (part(data.primary)?, part(data.secondary)?);
    let mut text = if secondary.is_empty() { primary } else { format!("{primary}<<{secondary}") };
    text.truncate(width);
    Ok(format!("{text:<<width$}"))
}
