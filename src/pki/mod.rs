//! Holds: CMS SignedData, certificates and their profile, signed lists, CRLs, LDIF, the trust store, chains.
//! May use: asn1, crypto.
//! Implements: Doc 9303-12, RFC 5652 (CMS), RFC 5280 (certificates, revocation lists), RFC 2849 (LDIF), TR-03129-2.

pub mod certificate;
pub mod chain;
pub mod comparison;
pub mod crl;
pub mod crl_issuer;
pub mod deviation_list;
mod distribution_point;
pub mod ldif;
pub mod master_list;
pub mod moment;
pub mod name;
mod path;
pub mod path_validation;
pub mod profile;
pub mod signed_data;
pub mod store_lists;
pub mod store_session;
pub mod tolerance;
pub mod trust_store;

pub use certificate::{Certificate, CertificateError};
pub use chain::{Chain, TrustedChain, build_chain};
pub use crl::{Crl, CrlError, Revocation, RevocationReason};
pub use crl_issuer::{CrlIssuerError, Speaks, crl_issuer, speaks_for};
pub use deviation_list::{Defect, DefectKind, DeviationList, Deviations};
pub use ldif::{Ldif, LdifError, LdifKind, LdifValue};
pub use master_list::{MasterList, MasterListError, Unverified};
pub use name::{Name, NameMatch};
pub use path::KNOWN_EXTENSIONS;
pub use path_validation::{PathFault, PathRules, ValidPath, find_path};
pub use signed_data::{CmsError, SignedData, SignerId, SignerInfo};
pub use store_lists::StoredDeviations;
pub use store_session::StoreSession;
pub use tolerance::Tolerance;
pub use trust_store::{Change, CrlChange, Entry, Source, StoreError, StoredCrl, TrustStore};
