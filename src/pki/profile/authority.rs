//! The rules for CSCA and link certificates.
//! Source: Doc 9303-12 section 7.1 (CSCA self-signed root, CSCA link), 7.1.1.5 (name change).

use super::facts::Facts;
use super::{Kind, Rule};
use crate::pki::name::NameMatch;

const EXTENSIONS: &str = "Doc 9303-12, 7.1 (certificate extensions, CSCA)";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
/// keyCertSign and cRLSign.
const CERT_SIGN: u16 = 0x0400;
const CRL_SIGN: u16 = 0x0200;

pub(super) const RULES: &[Rule] = &[
    Rule::must("basic_constraints_missing", EXTENSIONS, |f| {
        f.kind.is_authority() && !f.extensions.has(BASIC_CONSTRAINTS)
    }),
    Rule::must("basic_constraints_not_critical", EXTENSIONS, |f| {
        f.kind.is_authority() && f.extensions.not_critical(BASIC_CONSTRAINTS)
    }),
    Rule::must("not_ca", EXTENSIONS, |f| f.kind.is_authority() && f.certificate.is_ca() == Some(false)),
    Rule::must("path_length", EXTENSIONS, |f| {
        f.kind.is_authority() && f.extensions.has(BASIC_CONSTRAINTS) && f.certificate.path_len() != Some(0)
    }),
    Rule::must("no_key_cert_sign", EXTENSIONS, |f| lacks(f, CERT_SIGN)),
    Rule::must("no_crl_sign", EXTENSIONS, |f| lacks(f, CRL_SIGN)),
    Rule::must("authority_key_usage_extra", EXTENSIONS, |f| {
        f.kind.is_authority() && f.key_usage().is_some_and(|bits| bits & !(CERT_SIGN | CRL_SIGN) != 0)
    }),
    Rule::must("extended_key_usage", EXTENSIONS, |f| {
        f.kind.is_authority() && f.certificate.extended_key_usage().is_some()
    }),
    Rule::must("no_subject_key_id", EXTENSIONS, |f| {
        f.kind.is_authority() && f.certificate.subject_key_id().is_none()
    }),
    Rule::must("no_authority_key_id", "Doc 9303-12, 7.1 (certificate extensions)", |f| {
        f.kind != Kind::Csca && f.certificate.authority_key_id().is_none()
    }),
    Rule::must("name_change_missing", "Doc 9303-12, 7.1.1.5", |f| {
        let (issuer, subject) = (&f.certificate.issuer, &f.certificate.subject);
        f.kind == Kind::Link
            && issuer.compare(subject) == NameMatch::Different
            && !f.extensions.has("2.23.136.1.1.6.1")
    }),
    Rule::must("document_types_in_csca", EXTENSIONS, |f| {
        f.kind.is_authority() && f.extensions.has("2.23.136.1.1.6.2")
    }),
];

fn lacks(facts: &Facts<'_>, bit: u16) -> bool {
    facts.kind.is_authority() && facts.key_usage().is_some_and(|bits| bits & bit == 0)
}
