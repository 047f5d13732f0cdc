//! Dates in data groups: eight ASCII digits, or four bytes of BCD as some issuers write them.
//! Source: Doc 9303-10 sections 4.7.11 and 4.7.12; JMRTD bug 88 for the BCD form.

/// A date whose month and day may be unknown (`00`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LdsDate {
    /// The year, four digits.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: Option<u8>,
    /// The day, 1 to 31.
    pub day: Option<u8>,
}

impl LdsDate {
    /// Reads `YYYYMMDD` in ASCII or BCD; `None` where the bytes are neither.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let digits = digits(bytes, 8)?;
        let part = |at: usize, most: u16| {
            let value = number(&digits[at..at + 2]);
            (value <= most).then_some((value != 0).then_some(value as u8))
        };
        Some(Self { year: number(&digits[..4]), month: part(4, 12)?, day: part(6, 31)? })
    }

    /// Eight ASCII digits.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month.unwrap_or(0), self.day.unwrap_or(0))
    }

    /// The date of a calendar day; years outside 0 to 9999 are cut to them.
    #[must_use]
    pub fn from_date(date: time::Date) -> Self {
        Self {
            year: date.year().clamp(0, 9999) as u16,
            month: Some(date.month() as u8),
            day: Some(date.day()),
        }
    }

    /// The calendar day; `None` where a part is unknown or the day does not exist.
    #[must_use]
    pub fn to_date(self) -> Option<time::Date> {
        let month = time::Month::try_from(self.month?).ok()?;
        time::Date::from_calendar_date(i32::from(self.year), month, self.day?).ok()
    }
}

/// `count` decimal digits from ASCII or from BCD.
pub(super) fn digits(bytes: &[u8], count: usize) -> Option<Vec<u8>> {
    let digits: Vec<u8> = if bytes.len() == count {
        bytes.iter().map(|byte| byte.wrapping_sub(b'0')).collect()
    } else if bytes.len() * 2 == count {
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]).collect()
    } else {
        return None;
    };
    digits.iter().all(|digit| *digit < 10).then_some(digits)
}

fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |n, digit| n * 10 + u16::from(*digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let date = LdsDate { year: 1970, month: Some(12), day: Some(1) };
        assert_eq!(LdsDate::parse(b"19701201"), Some(date));
        assert_eq!(LdsDate::parse(&[0x19, 0x70, 0x12, 0x01]), Some(date));
        assert_eq!(date.to_text(), "19701201");
        assert_eq!(LdsDate::parse(b"19700000"), Some(LdsDate { year: 1970, month: None, day: None }));
        for bad in [&b""[..], b"1970120", b"19701301", b"19701232", b"1970120x", &[0x19, 0x7A, 0x12, 0x01]] {
            assert_eq!(LdsDate::parse(bad), None, "{bad:X?}");
        }
    }
}
