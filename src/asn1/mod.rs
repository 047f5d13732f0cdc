//! Holds: BER-TLV reading and writing, object identifiers, DER writing, and the bounded step from BER to DER.
//! May use: nothing.
//! Implements: ISO/IEC 7816-4:2020 section 5.2.2 (BER-TLV), ITU-T X.690 (BER, DER).

pub mod oid;
pub mod tlv;
pub mod write;

pub use tlv::{Tlv, TlvError};
