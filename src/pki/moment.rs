//! UTCTime and GeneralizedTime. Seconds may be missing and an offset may stand for `Z`, as some certificates have it.
//! Source: RFC 5280 sections 4.1.2.5.1 and 4.1.2.5.2; ITU-T X.680 sections 46 and 47.

use crate::asn1::tlv::Tlv;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// The time of a data object with tag `17` or `18`; `None` where it is none.
#[must_use]
pub fn read(tlv: &Tlv<'_>) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(tlv.value).ok().filter(|text| text.is_ascii())?;
    let (year, rest) = match tlv.tag {
        0x17 => {
            let year: i32 = digits(text.get(..2)?)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        0x18 => (digits(text.get(..4)?)?, text.get(4..)?),
        _ => return None,
    };
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (numbers, zone) = rest.split_at(count);
    if !matches!(count, 8 | 10) {
        return None;
    }
    let part = |at: usize| numbers.get(at..at + 2).map_or(Some(0), digits).and_then(|n| u8::try_from(n).ok());
    let date = Date::from_calendar_date(year, Month::try_from(part(0)?).ok()?, part(2)?).ok()?;
    let time = Time::from_hms(part(4)?, part(6)?, part(8)?).ok()?;
    let zone = match zone
        .strip_prefix('.')
        .map_or(zone, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()))
    {
        "Z" => UtcOffset::UTC,
        offset if offset.len() == 5 => {
            let sign = match offset.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let hours = i8::try_from(digits(&offset[1..3])?).ok()?;
            let minutes = i8::try_from(digits(&offset[3..5])?).ok()?;
            UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()?
        }
        _ => return None,
    };
    PrimitiveDateTime::new(date, time).assume_offset(zone).checked_to_offset(UtcOffset::UTC)
}

fn digits(text: &str) -> Option<i32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn of(tag: u32, text: &str) -> Option<OffsetDateTime> {
        read(&Tlv { tag, value: text.as_bytes(), raw: &[] })
    }

    #[test]
    fn both_forms_with_and_without_seconds_and_zone() {
        assert_eq!(of(0x17, "230104060442Z"), Some(datetime!(2023-01-04 06:04:42 UTC)));
        assert_eq!(of(0x17, "9912312359Z"), Some(datetime!(1999-12-31 23:59:00 UTC)));
        assert_eq!(of(0x18, "20500101000000Z"), Some(datetime!(2050-01-01 00:00:00 UTC)));
        assert_eq!(of(0x18, "20240101000000.5Z"), Some(datetime!(2024-01-01 00:00:00 UTC)));
        assert_eq!(of(0x17, "240101010000+0130"), Some(datetime!(2023-12-31 23:30:00 UTC)));
        assert_eq!(of(0x17, "240101010000-0130"), Some(datetime!(2024-01-01 02:30:00 UTC)));
    }

    #[test]
    fn two_digits_of_a_year_are_of_1950_to_2049() {
        assert_eq!(of(0x17, "491231235959Z"), Some(datetime!(2049-12-31 23:59:59 UTC)));
        assert_eq!(of(0x17, "500101000000Z"), Some(datetime!(1950-01-01 00:00:00 UTC)));
    }

    #[test]
    fn what_is_no_time() {
        for text in
            ["", "Z", "2301040604", "231304060442Z", "230104060442", "23010406044Z", "２３0104060442Z"]
        {
            assert_eq!(of(0x17, text), None, "{text}");
        }
        assert_eq!(of(0x18, "20230230000000Z"), None);
        for zone in ["+01", "+013000", "*0130", "ZZ"] {
            assert_eq!(of(0x17, &format!("230104060442{zone}")), None, "{zone}");
        }
        assert_eq!(of(0x04, "230104060442Z"), None);
        assert_eq!(of(0x18, "99991231235959-0100"), None, "after the last year");
    }
}
