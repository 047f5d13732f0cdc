//! One file a check. Each gives a [`super::Finding`] from what it is about and nothing else.

pub mod access_protocol;
pub mod active_authentication;
pub mod card_access;
pub mod card_security;
pub mod chain_signature;
pub mod chain_trust;
pub mod chip_authentication;
pub mod chip_authentication_mapping;
pub mod com;
pub mod conformity;
pub mod data_group_hash;
pub mod expiry;
pub mod issuing_state;
pub mod listed_defects;
pub mod optical_mrz;
pub mod register;
pub mod revocation;
pub mod signed_attributes;
pub mod signer;
pub mod sod_hash;
pub mod sod_signature;
pub mod sod_structure;
pub mod validity;
pub mod validity_at_signing;
