//! Holds: command and response APDUs, status words, secure messaging.
//! May use: asn1, crypto.
//! Implements: ISO/IEC 7816-4:2020 sections 5 and 10, Doc 9303-11 section 9.8 (secure messaging).

pub mod apdu;
pub mod secure_messaging;
pub mod status;

pub use apdu::{ApduError, CommandApdu, ResponseApdu};
pub use secure_messaging::{Opened, SecureMessaging, SmError};
pub use status::StatusWord;
