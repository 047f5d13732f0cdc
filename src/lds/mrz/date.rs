//! Dates of the MRZ: two digits for the year, and parts may be unknown.
//! Source: Doc 9303-3 section 4.8; BSI TR-03135-1 section 5.7.1 for the century of an expiry date.

use time::{Date, Month};

/// A date as it stands in the MRZ; an unknown part is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MrzDate {
    /// Last two digits of the year.
    pub year: Option<u8>,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day, 1 to 31.
    pub day: Option<u8>,
}

impl MrzDate {
    /// Reads six characters `YYMMDD`, where `<<` stands for an unknown part; `None` where they are no date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.is_ascii() {
            return None;
        }
        let part = |at: usize, range: std::ops::RangeInclusive<u8>| -> Option<Option<u8>> {
            match &text[at..at + 2] {
                "<<" => Some(None),
                digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                    // Some issuers write zeros for an unknown month or day.
                    let value: u8 = digits.parse().ok()?;
                    if value == 0 && at > 0 {
                        Some(None)
                    } else {
                        range.contains(&value).then_some(Some(value))
                    }
                }
                _ => None,
            }
        };
        Some(Self { year: part(0, 0..=99)?, month: part(2, 1..=12)?, day: part(4, 1..=31)? })
    }

    /// The date of a calendar day.
    #[must_use]
    pub fn from_date(date: Date) -> Self {
        Self {
            year: Some((date.year().rem_euclid(100)) as u8),
            month: Some(date.month() as u8),
            day: Some(date.day()),
        }
    }

    /// Six characters `YYMMDD`.
    #[must_use]
    pub fn to_text(self) -> String {
        let part = |value: Option<u8>| value.map_or_else(|| "<<".to_owned(), |n| format!("{n:02}"));
        part(self.year) + &part(self.month) + &part(self.day)
    }

    /// The date of expiry seen from `today`: the year lies within 15 years from now, else in the past. An
    /// unknown day or month is the last one. `None` where the year is unknown or the day does not exist.
    #[must_use]
    pub fn as_expiry(self, today: Date) -> Option<Date> {
        let year = self.full_year(today.year() + 15)?;
        let month = Month::try_from(self.month.unwrap_or(12)).ok()?;
        Date::from_calendar_date(year, month, self.day.unwrap_or_else(|| month.length(year))).ok()
    }

    /// The date of birth seen from `today`: never in the future. `None` where a part is unknown.
    #[must_use]
    pub fn as_birth(self, today: Date) -> Option<Date> {
        let month = Month::try_from(self.month?).ok()?;
        let of = |year| Date::from_calendar_date(year, month, self.day?).ok();
        let year = self.full_year(today.year())?;
        of(year).filter(|date| *date <= today).or_else(|| of(year - 100))
    }

    fn full_year(self, latest: i32) -> Option<i32> {
        let year = i32::from(self.year?);
        Some(latest - (latest - year).rem_euclid(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn centuries() {
        let today = date!(2026 - 11 - 22);
        let expiry = |text| MrzDate::parse(text).unwrap().as_expiry(today);
        assert_eq!(expiry("311031"), Some(date!(2031 - 10 - 31)));
        assert_eq!(expiry("411231"), Some(date!(2041 - 12 - 31)));
        assert_eq!(expiry("420101"), Some(date!(1942 - 01 - 01)));
        assert_eq!(expiry("2702<<"), Some(date!(2027 - 02 - 28)));
        assert_eq!(expiry("27<<<<"), Some(date!(2027 - 12 - 31)));
        assert_eq!(expiry("270230"), None);
        let birth = |text| MrzDate::parse(text).unwrap().as_birth(today);
        assert_eq!(birth("261122"), Some(date!(2026 - 11 - 22)));
        assert_eq!(birth("261123"), Some(date!(1926 - 11 - 23)));
        assert_eq!(birth("740812"), Some(date!(1974 - 08 - 12)));
        assert_eq!(birth("74<<<<"), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in ["", "74081", "741312", "740832", "7408<2", "abcdef", "74é12"] {
            assert_eq!(MrzDate::parse(text), None, "{text}");
        }
        assert_eq!(MrzDate::parse("740000").map(MrzDate::to_text).as_deref(), Some("74<<<<"));
    }
}
