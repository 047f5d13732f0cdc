//! The part of the MRZ that opens the chip: document number, date of birth, date of expiry.
//! Source: Doc 9303-11 section 4.3.2 and 9.7.2 ("MRZ information").

use super::{CheckedField, Mrz, MrzError, check_digit};
use std::fmt;
use zeroize::Zeroizing;

/// Most characters of a document number: nine, and 13 more in the optional data of TD1.
const MAX_NUMBER: usize = 22;

/// The password that is printed in the machine readable zone. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzKey {
    information: Zeroizing<String>,
}

impl MrzKey {
    /// From the fields: number as printed (filled up to nine characters here), dates `YYMMDD`.
    ///
    /// # Errors
    /// [`MrzError::Field`] names the field that is malformed.
    pub fn new(number: &str, birth: &str, expiry: &str) -> Result<Self, MrzError> {
        let malformed = |field: CheckedField| MrzError::Field { field: field.name() };
        let number = number.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_uppercase());
        let number: Zeroizing<String> = Zeroizing::new(number.collect());
        if number.is_empty() || number.len() > MAX_NUMBER {
            return Err(malformed(CheckedField::DocumentNumber));
        }
        let mut information = Zeroizing::new(String::with_capacity(40));
        for (field, text) in [
            (CheckedField::DocumentNumber, Zeroizing::new(format!("{:<<9}", &*number))),
            (CheckedField::DateOfBirth, Zeroizing::new(birth.trim().to_owned())),
            (CheckedField::DateOfExpiry, Zeroizing::new(expiry.trim().to_owned())),
        ] {
            if field != CheckedField::DocumentNumber && super::MrzDate::parse(&text).is_none() {
                return Err(malformed(field));
            }
            information.push_str(&text);
            information.push(check_digit(&text).ok_or(malformed(field))?);
        }
        Ok(Self { information })
    }

    /// From what a person types or a file holds: the lines of the MRZ, or `NUMBER/YYMMDD/YYMMDD`.
    ///
    /// # Errors
    /// [`MrzError`]: not the right form, or a check digit that is wrong, before the chip sees it.
    pub fn parse(text: &str) -> Result<Self, MrzError> {
        if text.contains('/') {
            let parts: Vec<&str> = text.trim().split('/').map(str::trim).collect();
            let [number, birth, expiry] = parts.as_slice() else { return Err(MrzError::KeyForm) };
            return Self::new(number, birth, expiry);
        }
        let mrz = Mrz::parse(text)?;
        for field in [CheckedField::DocumentNumber, CheckedField::DateOfBirth, CheckedField::DateOfExpiry] {
            if !mrz.check_digit_holds(field) {
                return Err(MrzError::CheckDigit { field });
            }
        }
        mrz.mrz_key()
    }

    /// MRZ information: number, birth and expiry, each with its check digit. SHA-1 of it is the seed of BAC
    /// and the password of PACE.
    #[must_use]
    pub fn information(&self) -> &str {
        &self.information
    }

    /// The document number with its check digit: what names the chip in terminal authentication after BAC.
    #[must_use]
    pub fn number_with_check_digit(&self) -> &str {
        // Two dates of six digits follow, each with its check digit.
        self.information.len().checked_sub(14).and_then(|end| self.information.get(..end)).unwrap_or_default()
    }
}

impl fmt::Debug for MrzKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzKey([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_examples_of_doc_9303_11_appendix_d_2() {
        // The TD1 document has a number of eleven characters.
        let long = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\n\
                    STEVENSON<<PETER<JOHN<<<<<<<<<";
        assert_eq!(MrzKey::parse(long).unwrap().information(), "D23145890734934071279507122");
        let short = "I<UTOL898902C<3<<<<<<<<<<<<<<<\n6908061F9406236UTO<<<<<<<<<<<2\n\
                     ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(MrzKey::parse(short).unwrap().information(), "L898902C<369080619406236");
        assert_eq!(MrzKey::parse(long).unwrap().number_with_check_digit(), "D231458907349");
        assert_eq!(MrzKey::parse(short).unwrap().number_with_check_digit(), "L898902C<3");
        assert_eq!(MrzKey::parse("L898902C/690806/940623").unwrap(), MrzKey::parse(short).unwrap());
        assert_eq!(MrzKey::parse("D23145890734/340712/950712").unwrap(), MrzKey::parse(long).unwrap());
    }

    #[test]
    fn wrong_input_is_refused_without_showing_it() {
        for text in ["", "L898902C/690806", "L898902C/691306/940623", "L89é/690806/940623", "///", "/1/2"] {
            let error = MrzKey::parse(text).unwrap_err().to_string();
            assert!(!error.contains("898902"), "{error}");
        }
        let wrong =
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<4UTO6908061F9406236ZE184226B<<<<<14";
        let error = MrzKey::parse(wrong).unwrap_err();
        assert_eq!(error, MrzError::CheckDigit { field: CheckedField::DocumentNumber });
        assert_eq!(format!("{:?}", MrzKey::parse("L898902C/690806/940623").unwrap()), "MrzKey([secret])");
    }
}
