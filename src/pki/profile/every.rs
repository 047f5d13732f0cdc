//! The rules for every certificate: version, serial number, names, times, extensions that all may or may not have.
//! Source: Doc 9303-12 section 7.1 (certificate fields and extensions).

use super::Rule;
use super::facts::{Facts, Part};

const FIELDS: &str = "Doc 9303-12, 7.1 (certificate fields)";
const EXTENSIONS: &str = "Doc 9303-12, 7.1 (certificate extensions)";
const COUNTRY: &str = "2.5.4.6";
const COMMON_NAME: &str = "2.5.4.3";
const SERIAL_NUMBER: &str = "2.5.4.5";
/// Parts whose type is another than DirectoryString: domainComponent, emailAddress.
const IA5_PARTS: [&str; 2] = ["0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1"];
const PRINTABLE: u32 = 0x13;
const UTF8: u32 = 0x0C;
/// Longest serial number, in bytes.
const MAX_SERIAL: usize = 20;

/// Policy mappings, subject directory attributes, name and policy constraints, freshest CRL, delta CRL, issuing
/// distribution point, Netscape's certificate type.
const FORBIDDEN: [&str; 8] = [
    "2.5.29.33",
    "2.5.29.9",
    "2.5.29.30",
    "2.5.29.36",
    "2.5.29.46",
    "2.5.29.27",
    "2.5.29.28",
    "2.16.840.1.113730.1.1",
];
/// Key identifiers, private key usage period, alternative names, policies, distribution points, name change, document
/// types.
const NEVER_CRITICAL: [&str; 9] = [
    "2.5.29.35",
    "2.5.29.14",
    "2.5.29.16",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.32",
    "2.5.29.31",
    "2.23.136.1.1.6.1",
    "2.23.136.1.1.6.2",
];

pub(super) const RULES: &[Rule] = &[
    Rule::must("version", FIELDS, |f| f.version != Some(2)),
    Rule::must("serial_not_positive", FIELDS, |f| {
        let serial = &f.certificate.serial;
        serial.first().is_none_or(|byte| byte & 0x80 != 0) || serial.iter().all(|byte| *byte == 0)
    }),
    Rule::must("serial_too_long", FIELDS, |f| f.certificate.serial.len() > MAX_SERIAL),
    Rule::must("unique_id", FIELDS, |f| f.unique_id),
    Rule::must("country_missing", "Doc 9303-12, 7.1.1.1", |f| {
        f.certificate.subject.country().is_none() || f.certificate.issuer.country().is_none()
    }),
    Rule::must("country_lower_case", FIELDS, |f| {
        f.certificate.subject.country_in_lower_case() || f.certificate.issuer.country_in_lower_case()
    }),
    Rule::must("country_length", "Doc 9303-12, 7.1.1.1", |f| {
        f.name_parts().any(|part| part.kind == COUNTRY && part.value.value.len() != 2)
    }),
    Rule::must("country_differs", FIELDS, |f| {
        let names = (f.certificate.subject.country(), f.certificate.issuer.country());
        matches!(names, (Some(subject), Some(issuer)) if subject != issuer)
    }),
    Rule::must("country_string_type", FIELDS, |f| wrong_type(f, COUNTRY, &[PRINTABLE])),
    Rule::must("serial_number_string_type", FIELDS, |f| wrong_type(f, SERIAL_NUMBER, &[PRINTABLE])),
    Rule::must("name_string_type", FIELDS, |f| {
        let other = |part: &Part<'_>| {
            ![COUNTRY, SERIAL_NUMBER].contains(&part.kind.as_str())
                && !IA5_PARTS.contains(&part.kind.as_str())
        };
        f.name_parts().any(|part| other(part) && ![PRINTABLE, UTF8].contains(&part.value.tag))
    }),
    Rule::must("common_name_missing", "Doc 9303-12, 7.1.1.1", |f| {
        !f.subject.iter().any(|part| part.kind == COMMON_NAME)
    }),
    Rule::must("time_encoding", FIELDS, |f| {
        f.times.iter().any(|time| {
            let digits = time.value.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let whole = digits + 1 == time.value.len() && time.value.last() == Some(&b'Z');
            match time.tag {
                0x17 => !whole || digits != 12,
                // Up to 2049 a time is a UTCTime.
                _ => !whole || digits != 14 || time.value < &b"2050"[..],
            }
        })
    }),
    Rule::must("default_written", FIELDS, |f| f.extensions.0.iter().any(|found| found.default_written)),
    Rule::must("extension_forbidden", EXTENSIONS, |f| FORBIDDEN.iter().any(|id| f.extensions.has(id))),
    Rule::must("extension_critical", EXTENSIONS, |f| {
        f.extensions.0.iter().any(|found| found.critical && NEVER_CRITICAL.contains(&found.id.as_str()))
    }),
    Rule::must("key_usage_missing", EXTENSIONS, |f| f.key_usage().is_none()),
    Rule::must("key_usage_not_critical", EXTENSIONS, |f| f.extensions.not_critical("2.5.29.15")),
    Rule::must("subject_alternative_name_missing", EXTENSIONS, |f| !f.extensions.has("2.5.29.17")),
    Rule::must("issuer_alternative_name_missing", EXTENSIONS, |f| !f.extensions.has("2.5.29.18")),
    Rule::must("crl_distribution_missing", EXTENSIONS, |f| !f.extensions.has("2.5.29.31")),
    Rule::must("private_key_usage_period_missing", EXTENSIONS, |f| {
        !f.kind.is_list_signer() && !f.extensions.has("2.5.29.16")
    }),
    Rule::must("private_key_usage_period_empty", EXTENSIONS, |f| {
        f.extensions.has("2.5.29.16") && !matches!(f.key_period(), Some((Some(_), _) | (_, Some(_))))
    }),
];

fn wrong_type(facts: &Facts<'_>, kind: &str, allowed: &[u32]) -> bool {
    facts.name_parts().any(|part| part.kind == kind && !allowed.contains(&part.value.tag))
}
