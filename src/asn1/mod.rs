//! Holds: BER-TLV reading and writing, and the bounded step from BER to DER.
//! May use: nothing.
//! Implements: ISO/IEC 7816-4:2020 section 5.2.2 (BER-TLV), ITU-T X.690 (BER, DER).

pub mod tlv;

pub use tlv::{Tlv, TlvError};
