//! The rules for signers of master lists and deviation lists.
//! Source: Doc 9303-12 section 7.1 (list signers), 7.1.1.3 (extended key usage).

use super::{DEVIATION_LIST_SIGNER, Kind, MASTER_LIST_SIGNER, Rule};

const USAGE: &str = "Doc 9303-12, 7.1.1.3";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

pub(super) const RULES: &[Rule] = &[
    Rule::must("list_signer_usage", USAGE, |f| {
        let own = match f.kind {
            Kind::MasterListSigner => MASTER_LIST_SIGNER,
            Kind::DeviationListSigner => DEVIATION_LIST_SIGNER,
            _ => return false,
        };
        f.certificate.extended_key_usage().unwrap_or_default() != [own]
    }),
    Rule::must("list_signer_usage_not_critical", USAGE, |f| {
        f.kind.is_list_signer() && f.extensions.not_critical(EXTENDED_KEY_USAGE)
    }),
    Rule::must("list_signer_document_types", USAGE, |f| {
        f.kind.is_list_signer() && f.extensions.has("2.23.136.1.1.6.2")
    }),
];
