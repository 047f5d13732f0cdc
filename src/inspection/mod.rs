//! Holds: the tree of checks with the five results, one file a check, profiles, aggregation.
//! May use: session, lds, pki, crypto, asn1, transport.
//! Implements: BSI TR-03135-1 sections 3.5.2, 5.6 and 5.7; Doc 9303-11 section 5 (passive authentication).

pub mod check;
pub mod checks;
pub mod country;
mod inspect;
pub mod profile;
mod protected;
pub mod result;
pub mod security_object;
pub mod subject;
pub mod summary;

pub use check::{Check, Finding, Reason, Strength};
pub use inspect::{Inspection, inspect, inspect_in};
pub use profile::{Profile, Requirement};
pub use result::CheckResult;
pub use subject::{DocumentEvidence, Subject};
pub use summary::{CertificateSummary, DocumentSummary, SignerSummary, StoreSummary};
