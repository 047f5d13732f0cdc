//! Holds: the one loop that drives exchanges over a transport; the reading plan; the `Reading` it makes.
//! May use: protocol, transport, lds, iso7816, crypto, asn1.
//! Implements: Doc 9303-11 section 4.2 (chip access procedure), TR-03110-1 section 2.4 (inspection procedure), Doc 9303-11 section 7.1.

mod access;
mod authenticity;
mod card_files;
mod channel;
pub mod entropy;
pub mod error;
pub mod folder;
mod link;
pub mod plan;
pub mod reading;
mod resume;
#[cfg(feature = "terminal-auth")]
mod terminal;

pub use crate::protocol::Password;
pub use entropy::{RecordedEntropy, ReplayEntropy};
pub use error::SessionError;
pub use folder::FolderError;
pub use plan::{Progress, ReadOptions, read_document};
pub use reading::{
    AccessProtocol, AccessReport, ActiveAuthEvidence, ChipAuthEvidence, ChipMappingEvidence, Counts,
    Established, PaceOffer, PasswordKind, Reading, StepFailure, TerminalReport, Unread, UnreadReason,
};
