//! Zones of Doc 9303 and of real documents' habits, and zones that must be refused.

use super::*;
use proptest::prelude::*;
use time::macros::date;

const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
const TD1: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

#[test]
fn specimens_of_doc_9303() {
    for (text, format, number) in [
        (TD3, MrzFormat::Td3, "L898902C3"),
        (TD2, MrzFormat::Td2, "D23145890"),
        (TD1, MrzFormat::Td1, "D23145890"),
    ] {
        let mrz = Mrz::parse(text).unwrap();
        assert_eq!(mrz.format, format);
        assert!(mrz.wrong_check_digits().is_empty(), "{format:?} {:?}", mrz.wrong_check_digits());
        assert_eq!((&*mrz.issuing_state, mrz.document_number.disclose().as_str()), ("UTO", number));
        let name = mrz.name.disclose();
        assert_eq!((&*name.primary, &*name.secondary), ("ERIKSSON", "ANNA MARIA"));
        assert_eq!(*mrz.sex.disclose(), Some(Sex::Female));
        assert_eq!(mrz.date_of_expiry.unwrap().as_expiry(date!(2012 - 01 - 01)), Some(date!(2012 - 04 - 15)));
        assert_eq!(Mrz::parse(&mrz.to_row()).unwrap(), mrz);
    }
}

#[test]
fn every_check_digit_is_checked() {
    // Line 2, column of each digit of TD3.
    for (column, field) in [
        (9, CheckedField::DocumentNumber),
        (19, CheckedField::DateOfBirth),
        (27, CheckedField::DateOfExpiry),
        (42, CheckedField::OptionalData),
        (43, CheckedField::Composite),
    ] {
        let mut text = TD3.to_owned().into_bytes();
        let at = 45 + column;
        text[at] = if text[at] == b'9' { b'8' } else { text[at] + 1 };
        let mrz = Mrz::parse(std::str::from_utf8(&text).unwrap()).unwrap();
        assert!(!mrz.check_digit_holds(field), "{field:?}");
    }
}

#[test]
fn an_empty_optional_field_may_have_a_filler_or_a_zero() {
    for digit in ["<", "0"] {
        let text = format!(
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159<<<<<<<<<<<<<<{digit}8"
        );
        assert!(Mrz::parse(&text).unwrap().check_digit_holds(CheckedField::OptionalData));
    }
}

#[test]
fn names_without_one_of_their_parts() {
    let name = |field: &str| MrzName::parse(field);
    assert_eq!(name("AHMADI<<<<<<").primary, "AHMADI");
    assert_eq!(name("<<AHMADI<<<<").secondary, "AHMADI");
    assert_eq!(name("VAN<DER<MUELLEN<<LOES<A").secondary, "LOES A");
    assert_eq!(transliterate("Müller-O’Hara Ł.").as_deref(), Some("MUELLER<OHARA<L"));
    assert_eq!(transliterate("ß").as_deref(), Some("SS"));
    assert_eq!(transliterate("Ω"), None);
}

#[test]
fn what_is_no_zone() {
    assert_eq!(Mrz::parse(""), Err(MrzError::Length(0)));
    assert_eq!(Mrz::parse(&TD3.to_lowercase()), Err(MrzError::Character { line: 1, column: 1 }));
    assert_eq!(Mrz::parse(&TD3.replace('Z', "é")), Err(MrzError::Character { line: 2, column: 29 }));
    let uneven = TD3.replace('\n', "").chars().enumerate().fold(String::new(), |mut text, (at, c)| {
        if at == 43 {
            text.push('\n');
        }
        text.push(c);
        text
    });
    assert_eq!(Mrz::parse(&uneven), Err(MrzError::Line { line: 1, columns: 44 }));
}

#[test]
fn nothing_personal_in_debug() {
    let shown = format!("{:?}", Mrz::parse(TD3).unwrap());
    for secret in ["ERIKSSON", "L898902C3", "7408", "ZE184226B"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn data(format: MrzFormat, number: &str) -> MrzData<'_> {
    MrzData {
        format,
        document_code: "I",
        issuing_state: "UTO",
        document_number: number,
        nationality: "UTO",
        date_of_birth: MrzDate::from_date(date!(1974 - 08 - 12)),
        sex: Sex::Female,
        date_of_expiry: MrzDate::from_date(date!(2012 - 04 - 15)),
        primary: "Eriksson",
        secondary: "Anna Maria",
        optional_data: "",
    }
}

#[test]
fn composing_gives_the_specimens() {
    assert_eq!(Mrz::compose(&data(MrzFormat::Td2, "D23145890")).unwrap(), Mrz::parse(TD2).unwrap());
    assert_eq!(Mrz::compose(&data(MrzFormat::Td1, "D23145890")).unwrap(), Mrz::parse(TD1).unwrap());
    let passport =
        MrzData { document_code: "P", optional_data: "ZE184226B", ..data(MrzFormat::Td3, "L898902C3") };
    assert_eq!(Mrz::compose(&passport).unwrap(), Mrz::parse(TD3).unwrap());
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |data: MrzData<'_>| Mrz::compose(&data).unwrap_err();
    assert_eq!(refused(data(MrzFormat::Td3, "D234567890")), MrzError::TooLong { field: "document_number" });
    assert_eq!(
        refused(data(MrzFormat::Td1, &"1".repeat(23))),
        MrzError::TooLong { field: "document_number" }
    );
    assert_eq!(refused(data(MrzFormat::Td1, "d1")), MrzError::Field { field: "document_number" });
    let long_name = MrzData { primary: &"A".repeat(60), ..data(MrzFormat::Td1, "D1") };
    assert_eq!(Mrz::compose(&long_name).unwrap().name.disclose().primary.len(), 30);
}

proptest! {
    #[test]
    fn composed_zones_read_back(number in "[A-Z0-9]{1,22}", primary in "[A-Z]{1,20}", td2 in any::<bool>()) {
        let format = if td2 { MrzFormat::Td2 } else { MrzFormat::Td1 };
        if !td2 || number.len() <= 14 {
            let zone = Mrz::compose(&MrzData { primary: &primary, ..data(format, &number) }).unwrap();
            prop_assert!(zone.wrong_check_digits().is_empty());
            prop_assert_eq!(zone.document_number.disclose(), &number);
            prop_assert!(zone.mrz_key().unwrap().information().starts_with(&number));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Z0-9<\n]{0,100}") {
        let _ = Mrz::parse(&text).map(|mrz| mrz.mrz_key());
        let _ = MrzKey::parse(&text);
    }
}
