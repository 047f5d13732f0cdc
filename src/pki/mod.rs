//! Holds: CMS SignedData, certificates, master lists, the trust store, chains.
//! May use: asn1, crypto.
//! Implements: Doc 9303-12, RFC 5652 (CMS), RFC 5280 (certificates), TR-03129-2.

pub mod certificate;
pub mod chain;
pub mod master_list;
pub mod moment;
pub mod name;
mod path;
pub mod signed_data;
pub mod store_session;
pub mod tolerance;
pub mod trust_store;

pub use certificate::{Certificate, CertificateError};
pub use chain::{Chain, TrustedChain, build_chain};
pub use master_list::{MasterList, MasterListError};
pub use name::{Name, NameMatch};
pub use signed_data::{CmsError, SignedData, SignerId, SignerInfo};
pub use store_session::StoreSession;
pub use tolerance::Tolerance;
pub use trust_store::{Change, Entry, Source, StoreError, TrustStore};
