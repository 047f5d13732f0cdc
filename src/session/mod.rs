//! Holds: the one loop that drives exchanges over a transport; the reading plan; the `Reading` it makes.
//! May use: protocol, transport, lds, iso7816, crypto, asn1.
//! Implements: Doc 9303-11 section 4.2 (chip access procedure), TR-03110-1 section 2.4 (inspection procedure).

pub mod folder;
pub mod reading;

pub use folder::FolderError;
pub use reading::{
    AccessProtocol, AccessReport, ActiveAuthEvidence, ChipAuthEvidence, Counts, Established, PaceOffer,
    PasswordKind, Reading, StepFailure, Unread, UnreadReason,
};
