//! Holds: the tree of checks with the five results, one file a check, profiles, aggregation.
//! May use: session, lds, pki, crypto, asn1, transport.
//! Implements: BSI TR-03135-1 sections 3.5.2, 5.6, 5.7 and 5.8; Doc 9303-11 section 5 (passive authentication).

pub mod catalogue;
pub mod check;
pub mod checks;
pub mod country;
pub mod data_group;
mod inspect;
pub mod listed;
pub mod profile;
mod protected;
pub mod register;
pub mod result;
pub mod security_object;
mod signed_file;
pub mod subject;
pub mod summary;

pub use check::{Check, Finding, Reason, Strength};
pub use data_group::{DataGroup, DataGroupState};
pub use inspect::{Inspection, inspect, inspect_in};
pub use listed::ListedDefect;
pub use profile::{Profile, Requirement};
pub use result::CheckResult;
pub use subject::{DocumentEvidence, Held, Subject};
pub use summary::{CertificateSummary, DocumentSummary, SignerSummary, StoreSummary};
