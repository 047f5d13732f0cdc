//! Holds: what a person is asked, the receipt of the answers, the ground that a receipt gives to process a face.
//! May use: crypto.
//! Implements: GDPR articles 4(11), 7, 9(2)(a): explicit, purpose by purpose, before anything is done, withdrawn as easily.

pub mod ground;
pub mod purpose;
pub mod receipt;

pub use ground::Ground;
pub use purpose::{Purpose, TextLanguage};
pub use receipt::{
    ALTERNATIVE, Answer, Consent, ConsentError, MAX_FILE, SCHEMA, WITHDRAWAL_SCHEMA, Withdrawal,
};
