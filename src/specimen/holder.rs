//! A holder who does not exist: names from a list of invented ones, dates and numbers from a seed.
//! Source: Doc 9303-3 section 4 (what the fields may hold), Doc 9303-4 and 9303-5 (document codes).

use super::SpecimenError;
use super::certificate::STATE;
use super::quirk::Quirk;
use crate::crypto::{Entropy, SeededEntropy};
use crate::lds::{Dg11, LdsDate, Mrz, MrzData, MrzDate, MrzFormat, Personal, Sex};
use std::collections::BTreeSet;
use time::{Date, Duration, OffsetDateTime};

/// Invented surnames, with the diacritics that only DG11 can show.
const SURNAMES: [&str; 24] = [
    "Ardenvale",
    "Brünnhof",
    "Caldéra",
    "Dovrestad",
    "Elmarin",
    "Fjordvik",
    "Grævling",
    "Halvorne",
    "Ilmarek",
    "Jorunde",
    "Kestrelle",
    "Lindqvåg",
    "Mirovine",
    "Nørhald",
    "Oswendel",
    "Pérégrin",
    "Quillane",
    "Rosmaring",
    "Šelvany",
    "Thornby-Vale",
    "Ulvarsen",
    "Vantreight",
    "Wexmoor",
    "Zéphirine",
];
/// Invented or rare given names that say nothing of sex.
const GIVEN: [&str; 24] = [
    "Avelin", "Brisen", "Corvin", "Dariel", "Eluned", "Farren", "Gaelen", "Halcy", "Isaure", "Jorian",
    "Kalliste", "Lirien", "Maëlis", "Noralie", "Orsolay", "Périne", "Quentis", "Rilian", "Saerle", "Tamsin",
    "Ulane", "Viorel", "Wrenna", "Ysolde",
];
const PLACES: [&str; 8] =
    ["Amaurote", "Port Anyder", "Hythloday", "Morefield", "Nephelogue", "Tapoure", "Ademus", "Anemolia"];
/// What a document number is made of: letters that are not taken for digits (Doc 9303-3 section 4.2).
const NUMBER: &[u8] = b"ACDEFHJKLMNPRTUVWXY34679";

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DocumentKind {
    /// A passport, TD3.
    Td3,
    /// A residence permit, TD1.
    Td1,
}

/// Holder and document data.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The machine readable zone.
    pub mrz: Mrz,
    /// The card access number, six digits.
    pub can: Personal<String>,
    /// The additional details.
    pub details: Dg11,
    /// The day of issue.
    pub issued: Date,
}

impl Holder {
    /// The holder of a seed, with a document issued a month before `at` and valid for ten years (passport) or
    /// five (residence permit).
    ///
    /// # Errors
    /// [`SpecimenError::Time`] where `at` is too early or too late for such dates.
    pub fn from_seed(
        kind: DocumentKind,
        seed: u64,
        at: OffsetDateTime,
        quirks: &BTreeSet<Quirk>,
    ) -> Result<Self, SpecimenError> {
        let has = |quirk| quirks.contains(&quirk);
        let mut dice = Dice(SeededEntropy::new("titre.specimen.holder", seed));
        let today = at.to_offset(time::UtcOffset::UTC).date();
        if !(1970..=2080).contains(&today.year()) {
            return Err(SpecimenError::Time);
        }
        let surname = dice.pick(&SURNAMES)?;
        let given = format!("{} {}", dice.pick(&GIVEN)?, dice.pick(&GIVEN)?);
        // Between 20 and 60 years.
        let birth = today - Duration::days(i64::from(7_305 + dice.below(14_610)?));
        let issued = today - Duration::days(30);
        let (format, code, years) = match kind {
            DocumentKind::Td3 => (MrzFormat::Td3, "P", 10),
            DocumentKind::Td1 => (MrzFormat::Td1, "IR", 5),
        };
        // The day before the anniversary; a 29 February has none in most years.
        let anniversary = issued
            .replace_year(issued.year() + years)
            .unwrap_or(issued + Duration::days(365 * i64::from(years)));
        let expiry = anniversary - Duration::days(1);
        let mut number = dice.text(NUMBER, 9)?;
        if has(Quirk::MrzLongNumber) && kind == DocumentKind::Td1 {
            number.push_str("247");
        }
        if has(Quirk::MrzShortNumber) {
            number.truncate(7);
        }
        let personal_number = dice.text(b"0123456789", 11)?;
        let mut sex = if dice.below(2)? == 0 { Sex::Female } else { Sex::Male };
        if has(Quirk::MrzSexUnspecified) {
            sex = Sex::Unspecified;
        }
        let mut birth = LdsDate::from_date(birth);
        if has(Quirk::MrzUnknownBirthDay) {
            birth.day = None;
        }
        let given = if has(Quirk::MrzOnlySurname) { String::new() } else { given };
        let nationality = match kind {
            DocumentKind::Td3 => STATE,
            // A permit is given to somebody else's citizen: XXX, unspecified nationality (Doc 9303-3 section 5).
            DocumentKind::Td1 => "XXX",
        };
        let mrz = Mrz::compose(&MrzData {
            format,
            document_code: code,
            issuing_state: STATE,
            document_number: &number,
            nationality,
            date_of_birth: MrzDate {
                year: Some((birth.year % 100) as u8),
                month: birth.month,
                day: birth.day,
            },
            sex,
            date_of_expiry: MrzDate::from_date(expiry),
            primary: surname,
            secondary: &given,
            optional_data: "",
        })?;
        let text = |text: String| Some(Personal::new(text));
        let details = Dg11 {
            full_name: text(if given.is_empty() {
                surname.to_owned()
            } else {
                format!("{surname}<<{}", given.replace(' ', "<"))
            }),
            personal_number: text(personal_number),
            date_of_birth: Some(Personal::new(birth)),
            place_of_birth: text(format!("{}<<{STATE}", dice.pick(&PLACES)?)),
            address: text(format!("{} Raphael Street<{}<<{STATE}", 1 + dice.below(99)?, dice.pick(&PLACES)?)),
            ..Dg11::default()
        };
        Ok(Self { mrz, can: Personal::new(dice.text(b"0123456789", 6)?), details, issued })
    }
}

struct Dice(SeededEntropy);

impl Dice {
    /// A number below `end`; the bias of the remainder does not matter here.
    fn below(&mut self, end: u32) -> Result<u32, SpecimenError> {
        let mut bytes = [0; 8];
        self.0.fill("holder", &mut bytes)?;
        Ok((u64::from_be_bytes(bytes) % u64::from(end.max(1))) as u32)
    }

    fn pick(&mut self, list: &[&'static str]) -> Result<&'static str, SpecimenError> {
        let at = self.below(list.len() as u32)? as usize;
        Ok(list[at])
    }

    fn text(&mut self, alphabet: &[u8], len: usize) -> Result<String, SpecimenError> {
        (0..len).map(|_| Ok(char::from(alphabet[self.below(alphabet.len() as u32)? as usize]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn holders_are_sound_and_differ() {
        let at = datetime!(2026-11-22 12:00 UTC);
        let none = BTreeSet::new();
        let mut numbers = std::collections::BTreeSet::new();
        for seed in 0..200 {
            for kind in [DocumentKind::Td3, DocumentKind::Td1] {
                let holder = Holder::from_seed(kind, seed, at, &none).unwrap();
                assert!(holder.mrz.wrong_check_digits().is_empty());
                let expiry = holder.mrz.date_of_expiry.unwrap().as_expiry(at.date()).unwrap();
                assert!(expiry > at.date());
                assert!(holder.mrz.date_of_birth.disclose().unwrap().as_birth(at.date()).is_some());
                numbers.insert(holder.mrz.document_number.disclose().clone());
            }
        }
        assert_eq!(numbers.len(), 200);
        assert!(Holder::from_seed(DocumentKind::Td3, 1, datetime!(1900-01-01 0:00 UTC), &none).is_err());
        assert!(Holder::from_seed(DocumentKind::Td3, 1, datetime!(2028-03-30 0:00 UTC), &none).is_ok());
    }
}
