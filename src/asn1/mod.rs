//! Holds: BER-TLV reading and writing, object identifiers, DER writing, the bounded step from BER to DER, PEM.
//! May use: nothing.
//! Implements: ISO/IEC 7816-4:2020 section 5.2.2 (BER-TLV), ITU-T X.690 (BER, DER).

pub mod ber;
pub mod oid;
pub mod pem;
pub mod tlv;
pub mod write;

pub use tlv::{Tlv, TlvError};
