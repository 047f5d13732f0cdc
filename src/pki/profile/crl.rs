//! The rules for certificate revocation lists.
//! Source: Doc 9303-12 section 7.1.4 (CRL profile).

use super::Rule;

const FIELDS: &str = "Doc 9303-12, 7.1.4 (CRL fields)";
const EXTENSIONS: &str = "Doc 9303-12, 7.1.4 (CRL extensions)";
const COUNTRY: &str = "2.5.4.6";
/// Delta CRL indicator, issuing distribution point, freshest CRL.
const FORBIDDEN: [&str; 3] = ["2.5.29.27", "2.5.29.28", "2.5.29.46"];
const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const CRL_NUMBER: &str = "2.5.29.20";
/// Longest CRL number with tag and length, in bytes.
const MAX_NUMBER: usize = 22;

pub(super) const RULES: &[Rule] = &[
    Rule::crl("crl_version", FIELDS, |f| f.version != Some(1)),
    Rule::crl("crl_algorithms_differ", FIELDS, |f| f.algorithms_differ),
    Rule::crl("crl_country", FIELDS, |f| {
        let upper = |bytes: &[u8]| bytes.len() == 2 && bytes.iter().all(u8::is_ascii_uppercase);
        !f.issuer.iter().any(|part| part.kind == COUNTRY && upper(part.value.value) && part.value.tag == 0x13)
    }),
    Rule::crl("crl_next_update_missing", FIELDS, |f| !f.next_update),
    Rule::crl("crl_empty_list", FIELDS, |f| f.entries == Some(0)),
    Rule::crl("crl_no_authority_key_id", EXTENSIONS, |f| !f.extensions.has(AUTHORITY_KEY_ID)),
    Rule::crl("crl_number", EXTENSIONS, |f| {
        let number = f.extensions.value(CRL_NUMBER);
        number.is_none_or(|number| {
            number.len() > MAX_NUMBER || number.get(2).is_none_or(|first| first & 0x80 != 0)
        })
    }),
    Rule::crl("crl_extension_forbidden", EXTENSIONS, |f| FORBIDDEN.iter().any(|id| f.extensions.has(id))),
    Rule::crl("crl_extension_critical", EXTENSIONS, |f| {
        f.extensions.0.iter().any(|found| found.critical && !FORBIDDEN.contains(&found.id.as_str()))
    }),
];
