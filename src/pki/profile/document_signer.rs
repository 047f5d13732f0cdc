//! The rules for document signers, and those that they share with list signers.
//! Source: Doc 9303-12 section 7.1 (document signer), 7.1.1.6 (document types).

use super::{Kind, Rule};

const EXTENSIONS: &str = "Doc 9303-12, 7.1 (certificate extensions, signers)";
const DIGITAL_SIGNATURE: u16 = 0x8000;

pub(super) const RULES: &[Rule] = &[
    Rule::must("no_digital_signature", EXTENSIONS, |f| {
        !f.kind.is_authority() && f.key_usage().is_some_and(|bits| bits & DIGITAL_SIGNATURE == 0)
    }),
    Rule::must("signer_key_usage_extra", EXTENSIONS, |f| {
        !f.kind.is_authority() && f.key_usage().is_some_and(|bits| bits & !DIGITAL_SIGNATURE != 0)
    }),
    Rule::must("signer_basic_constraints", EXTENSIONS, |f| {
        !f.kind.is_authority() && f.extensions.has("2.5.29.19")
    }),
    Rule::must("signer_extended_key_usage", EXTENSIONS, |f| {
        f.kind == Kind::DocumentSigner && f.certificate.extended_key_usage().is_some()
    }),
    Rule::must("signer_name_change", EXTENSIONS, |f| {
        !f.kind.is_authority() && f.extensions.has("2.23.136.1.1.6.1")
    }),
    Rule::must("document_types_missing", "Doc 9303-12, 7.1.1.6", |f| {
        f.kind == Kind::DocumentSigner && !f.extensions.has("2.23.136.1.1.6.2")
    }),
];
