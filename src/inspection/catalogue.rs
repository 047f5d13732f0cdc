//! Every check that an inspection can have: its id and where it is asked for. `titre explain` and the pages take their
//! texts by it, and a test holds it against the ids in use.
//! Source: the sections that each entry names.

/// A check of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The id, stable.
    pub id: &'static str,
    /// The document and section that asks for it.
    pub source: &'static str,
}

const SIGNED_OBJECT: &str = "BSI TR-03135-1 section 5.6.4.2";
const CERTIFICATES: &str = "BSI TR-03135-1 section 5.6.4.3";
const STRUCTURE: &str = "Doc 9303-10 section 4.6.2; BSI TR-03105-5.1 LDS_H_01 to 23";
const ATTRIBUTES: &str = "RFC 5652 sections 5.3, 5.4 and 11; BSI TR-03105-5.1 LDS_H_24 to 38";
const HASH: &str = "BSI TR-03135-1 section 5.6.4.2; RFC 5652 section 5.4";
const SIGNATURE: &str = "Doc 9303-11 section 5.1 step 3; RFC 5652 section 5.4";
const SIGNER: &str = "Doc 9303-12 section 7.1.1 tables 4 and 5";
const CHAIN: &str = "Doc 9303-11 section 5.1 step 2; BSI TR-03135-1 section 5.6.4.3";
const TRUST: &str = "BSI TR-03135-1 section 5.6.4.3; Doc 9303-12 sections 4.1.2 and 7.1";
const VALIDITY: &str = "Doc 9303-12 section 5; BSI TR-03135-1 section 5.6.4.3";
const AT_SIGNING: &str = "Doc 9303-12 section 7.1.1; RFC 5652 section 11.3";
const REVOCATION: &str = "Doc 9303-12 section 7.2; BSI TR-03135-1 section 5.6.4.3";
const CONFORMITY: &str = "Doc 9303-10 section 4.6.2; Doc 9303-12 sections 4 and 7";
const LISTED: &str = "BSI TR-03135-1 section 5.8; Doc 9303-3 section 7.3";
const GROUP_HASH: &str = "Doc 9303-11 section 5.1 step 4; BSI TR-03135-1 section 5.6.4.4";

/// All checks, in the order of the tree.
#[rustfmt::skip]
pub const ALL: &[Entry] = &[
    Entry { id: "inspection", source: "BSI TR-03135-1 sections 3.5.2, 5.6 and 5.7" },
    Entry { id: "access", source: "BSI TR-03135-1 section 5.6.3" },
    Entry { id: "access.protocol", source: "BSI TR-03110-1 sections 2.4.1 and 2.4.2; TR-03135-1 section 5.6.3" },
    Entry { id: "access.card_access", source: "BSI TR-03110-1 section 2.4.2; Doc 9303-11 section 4.4.2" },
    Entry { id: "access.card_security", source: "Doc 9303-11 section 9.2.11; BSI TR-03110-3 appendix A.1.2" },
    Entry { id: "passive_authentication", source: "BSI TR-03135-1 sections 5.6.4.2 and 5.6.4.3; Doc 9303-11 section 5.1" },
    Entry { id: "passive_authentication.sod", source: SIGNED_OBJECT },
    Entry { id: "passive_authentication.sod.structure", source: STRUCTURE },
    Entry { id: "passive_authentication.sod.signed_attributes", source: ATTRIBUTES },
    Entry { id: "passive_authentication.sod.hash", source: HASH },
    Entry { id: "passive_authentication.sod.signature", source: SIGNATURE },
    Entry { id: "passive_authentication.signer", source: SIGNER },
    Entry { id: "passive_authentication.chain", source: CHAIN },
    Entry { id: "passive_authentication.chain.signature", source: CHAIN },
    Entry { id: "passive_authentication.chain.trust", source: TRUST },
    Entry { id: "passive_authentication.validity", source: CERTIFICATES },
    Entry { id: "passive_authentication.validity.signer", source: VALIDITY },
    Entry { id: "passive_authentication.validity.csca", source: VALIDITY },
    Entry { id: "passive_authentication.validity_at_signing", source: AT_SIGNING },
    Entry { id: "passive_authentication.revocation", source: REVOCATION },
    Entry { id: "passive_authentication.conformity", source: CONFORMITY },
    Entry { id: "passive_authentication.listed_defects", source: LISTED },
    Entry { id: "card_security", source: "BSI TR-03135-1 section 5.6.4.2; Doc 9303-11 section 9.2.11" },
    Entry { id: "card_security.sod", source: SIGNED_OBJECT },
    Entry { id: "card_security.sod.structure", source: STRUCTURE },
    Entry { id: "card_security.sod.signed_attributes", source: ATTRIBUTES },
    Entry { id: "card_security.sod.hash", source: HASH },
    Entry { id: "card_security.sod.signature", source: SIGNATURE },
    Entry { id: "card_security.signer", source: SIGNER },
    Entry { id: "card_security.chain", source: CHAIN },
    Entry { id: "card_security.chain.signature", source: CHAIN },
    Entry { id: "card_security.chain.trust", source: TRUST },
    Entry { id: "card_security.validity", source: CERTIFICATES },
    Entry { id: "card_security.validity.signer", source: VALIDITY },
    Entry { id: "card_security.validity.csca", source: VALIDITY },
    Entry { id: "card_security.validity_at_signing", source: AT_SIGNING },
    Entry { id: "card_security.revocation", source: REVOCATION },
    Entry { id: "card_security.conformity", source: CONFORMITY },
    Entry { id: "card_security.listed_defects", source: LISTED },
    Entry { id: "data_groups", source: "BSI TR-03135-1 section 5.6.4.4" },
    Entry { id: "data_groups.com", source: "Doc 9303-10 section 4.6.1; BSI TR-03135-1 section 5.6.4.4.1" },
    Entry { id: "data_groups.dg1.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg2.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg3.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg4.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg5.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg6.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg7.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg8.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg9.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg10.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg11.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg12.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg13.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg14.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg15.hash", source: GROUP_HASH },
    Entry { id: "data_groups.dg16.hash", source: GROUP_HASH },
    Entry { id: "chip_authenticity", source: "BSI TR-03135-1 section 5.6.4.1" },
    Entry { id: "chip_authenticity.active_authentication", source: "Doc 9303-11 section 6.1; BSI TR-03135-1 section 5.6.4.1" },
    Entry { id: "chip_authenticity.chip_authentication", source: "Doc 9303-11 section 6.2; BSI TR-03110-1 section 3.4" },
    Entry { id: "chip_authenticity.chip_authentication_mapping", source: "Doc 9303-11 section 4.4.3.5; BSI TR-03110-2 section 3.2" },
    Entry { id: "document", source: "BSI TR-03135-1 sections 5.6.4.5, 5.7.1 and 5.7.2" },
    Entry { id: "document.issuing_state", source: "BSI TR-03135-1 section 5.6.4.5; Doc 9303-3 section 5" },
    Entry { id: "document.expiry", source: "BSI TR-03135-1 section 5.7.1; Doc 9303-3 section 4.8" },
    Entry { id: "document.optical_mrz", source: "BSI TR-03135-1 section 5.7.2; Doc 9303-10 section 4.7.1" },
    Entry { id: "register", source: "ETSI TS 119 461 section 8.3.2 (VAL-8.3.2-03)" },
    Entry { id: "register.status", source: "ETSI TS 119 461 section 8.3.2 (VAL-8.3.2-03); Regulation (EU) 2015/1502 section 2.1.2" },
];

/// The check with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.id == id)
}

/// Whether the check has others below it.
#[must_use]
pub fn is_group(id: &str) -> bool {
    let below = |entry: &Entry| entry.id.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'));
    id == "inspection" || ALL.iter().any(below)
}

/// The id whose texts serve for `id`: EF.CardSecurity is checked as EF.SOD is, and one data group as another.
#[must_use]
pub fn text_id(id: &str) -> String {
    if let Some(part) = id.strip_prefix("card_security.") {
        return format!("passive_authentication.{part}");
    }
    let group = id.strip_prefix("data_groups.dg").and_then(|rest| rest.strip_suffix(".hash"));
    group.map_or_else(|| id.to_owned(), |_| "data_groups.dgn.hash".to_owned())
}
