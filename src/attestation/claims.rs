//! The holder's claims from the document's own data, each of which the holder may withhold. What the document does not
//! say in full is left out rather than guessed.
//! Source: EUDI PID rulebook (names of claims), OpenID Connect for Identity Assurance section 4 (`nationalities` as in
//! Doc 9303), ISO/IEC 5218 (sex), Doc 9303-10 sections 4.7.1 and 4.7.11.

use super::sdjwt::Claim;
use crate::lds::{Dg1, Dg11, LdsDate, Mrz, MrzDate, Personal, Sex};
use serde_json::{Value, json};
use time::{Date, OffsetDateTime};

/// The holder's claims, made from DG1 and, where it is there, DG11. Both must have been verified before.
#[must_use]
pub fn holder_claims(dg1: &Dg1, dg11: Option<&Dg11>, at: OffsetDateTime) -> Vec<(&'static str, Claim)> {
    let mrz = &dg1.mrz;
    let mut claims = names(mrz, dg11);
    if let Some(birth) = birth_date(mrz, dg11, at.date()) {
        claims.push(("birthdate", Claim::about_holder(Personal::new(json!(iso(birth))))));
        let adult = is_adult(birth, at.date());
        claims.push(("age_over_18", Claim::about_holder(Personal::new(json!(adult)))));
    }
    let nationality = mrz.nationality.disclose();
    if !nationality.is_empty() {
        // An array with elements of their own, so that a holder of several may show one.
        let element = Claim::about_holder(Personal::new(json!(nationality)));
        claims.push(("nationalities", Claim::Selective(Box::new(Claim::Array(vec![element])))));
    }
    if let Some(sex) = mrz.sex.disclose() {
        claims.push(("sex", Claim::about_holder(Personal::new(json!(iso_5218(*sex))))));
    }
    claims.push(("document_number", about(mrz.document_number.disclose())));
    claims.push(("issuing_country", Claim::selective(mrz.issuing_state.clone())));
    if let Some(expiry) = expiry_date(mrz, at.date()) {
        claims.push(("date_of_expiry", Claim::selective(iso(expiry))));
    }
    claims
}

/// The document's last day, where the MRZ says one.
#[must_use]
pub fn expiry_date(mrz: &Mrz, today: Date) -> Option<Date> {
    mrz.date_of_expiry.and_then(|date| date.as_expiry(today))
}

fn about(text: &str) -> Claim {
    Claim::about_holder(Personal::new(json!(text)))
}

/// The name in national characters where DG11 has it, and then the MRZ's form of it under names of its own: a verifier
/// sees both, and neither is merged into the other.
fn names(mrz: &Mrz, dg11: Option<&Dg11>) -> Vec<(&'static str, Claim)> {
    let short = mrz.name.disclose();
    let full = dg11.and_then(|dg11| dg11.full_name.as_ref()).and_then(|name| split(name.disclose()));
    let pairs = match &full {
        None => vec![("family_name", short.primary.as_str()), ("given_name", short.secondary.as_str())],
        Some((family, given)) => vec![
            ("family_name", family.as_str()),
            ("given_name", given.as_str()),
            ("family_name_mrz", short.primary.as_str()),
            ("given_name_mrz", short.secondary.as_str()),
        ],
    };
    // A document may have one name only (Doc 9303-3 section 4.6); an empty claim would say that there is one.
    pairs.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, about(text))).collect()
}

/// Family and given names of DG11's full name; `None` where it is empty.
fn split(full: &str) -> Option<(String, String)> {
    let words =
        |text: &str| text.split(['<', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let (family, given) = full.split_once("<<").unwrap_or((full, ""));
    let (family, given) = (words(family), words(given));
    (!family.is_empty() || !given.is_empty()).then_some((family, given))
}

/// DG11 only says which century: it counts where it agrees with DG1 in all that DG1 says.
fn birth_date(mrz: &Mrz, dg11: Option<&Dg11>, today: Date) -> Option<Date> {
    let short = (*mrz.date_of_birth.disclose())?;
    let full = dg11.and_then(|dg11| dg11.date_of_birth.as_ref()).map(Personal::disclose);
    match full {
        Some(full) if agrees(*full, short) => full.to_date().or_else(|| short.as_birth(today)),
        // Two dates that contradict each other: none of them is claimed.
        Some(_) => None,
        None => short.as_birth(today),
    }
}

fn agrees(full: LdsDate, short: MrzDate) -> bool {
    short.year.is_some_and(|year| u16::from(year) == full.year % 100)
        && (full.month.is_none() || full.month == short.month)
        && (full.day.is_none() || full.day == short.day)
}

/// Whether the eighteenth birthday has come. Who is born on 29 February has it on 1 March of a common year.
fn is_adult(birth: Date, today: Date) -> bool {
    let born = (birth.month() as u8, birth.day());
    let now = (today.month() as u8, today.day());
    let years = today.year() - birth.year() - i32::from(now < born);
    years >= 18
}

fn iso(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month() as u8, date.day())
}

fn iso_5218(sex: Sex) -> Value {
    match sex {
        Sex::Male => json!(1),
        Sex::Female => json!(2),
        Sex::Unspecified => json!(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    fn dg1() -> Dg1 {
        let zone =
            "P<UTOMUELLER<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO0805283F3204153ZE184226B<<<<<16";
        Dg1 { mrz: Mrz::parse(zone).unwrap() }
    }

    fn value(claims: &[(&str, Claim)], name: &str) -> Option<Value> {
        fn open(claim: &Claim) -> Value {
            match claim {
                Claim::Plain(value) => value.clone(),
                Claim::Holder(value) => value.disclose().clone(),
                Claim::Selective(inner) => open(inner),
                Claim::Array(list) => list.iter().map(open).collect(),
                Claim::Object(_) => Value::Null,
            }
        }
        claims.iter().find(|(found, _)| *found == name).map(|(_, claim)| open(claim))
    }

    #[test]
    fn every_claim_may_be_withheld_and_debug_shows_none() {
        let claims = holder_claims(&dg1(), None, AT);
        for (name, claim) in &claims {
            assert!(matches!(claim, Claim::Selective(_)), "{name}");
        }
        let shown = format!("{claims:?}");
        for canary in ["MUELLER", "ANNA", "L898902C3", "2008"] {
            assert!(!shown.contains(canary), "{canary}: {shown}");
        }
        let get = |name| value(&claims, name).unwrap();
        assert_eq!((get("family_name"), get("given_name")), (json!("MUELLER"), json!("ANNA MARIA")));
        assert_eq!((get("nationalities"), get("sex")), (json!(["UTO"]), json!(2)));
        assert_eq!((get("birthdate"), get("age_over_18")), (json!("2008-05-28"), json!(true)));
        assert_eq!((get("date_of_expiry"), get("issuing_country")), (json!("2032-04-15"), json!("UTO")));
    }

    #[test]
    fn the_eighteenth_birthday() {
        assert!(is_adult(date!(2008 - 05 - 28), date!(2026 - 05 - 28)));
        assert!(!is_adult(date!(2008 - 05 - 29), date!(2026 - 05 - 28)));
        assert!(!is_adult(date!(2008 - 02 - 29), date!(2026 - 02 - 28)));
        assert!(is_adult(date!(2008 - 02 - 29), date!(2026 - 03 - 01)));
    }

    #[test]
    fn names_of_both_files_are_shown_side_by_side() {
        let full_name = Some(Personal::new("M\u{FC}ller<<Anna Maria".to_owned()));
        let dg11 = Dg11 { full_name, ..Dg11::default() };
        let claims = holder_claims(&dg1(), Some(&dg11), AT);
        let get = |name| value(&claims, name);
        assert_eq!(get("family_name"), Some(json!("M\u{FC}ller")));
        assert_eq!(get("given_name"), Some(json!("Anna Maria")));
        assert_eq!(get("family_name_mrz"), Some(json!("MUELLER")));
        assert_eq!(get("given_name_mrz"), Some(json!("ANNA MARIA")));
    }

    #[test]
    fn dates_that_contradict_each_other_are_not_claimed() {
        let dated =
            |text: &[u8]| Dg11 { date_of_birth: LdsDate::parse(text).map(Personal::new), ..Dg11::default() };
        let birth = |text| value(&holder_claims(&dg1(), Some(&dated(text)), AT), "birthdate");
        assert_eq!(birth(b"19080528"), Some(json!("1908-05-28")), "the century comes from DG11");
        assert_eq!(birth(b"20080000"), Some(json!("2008-05-28")));
        assert_eq!(birth(b"20080529"), None);
        assert_eq!(birth(b"20090528"), None);
    }
}
