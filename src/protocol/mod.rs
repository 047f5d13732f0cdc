//! Holds: sans-IO exchanges: BAC, PACE, chip, active and terminal authentication, select, read_file; quirk tables.
//! May use: iso7816, lds, crypto, asn1.
//! Implements: Doc 9303-11 sections 4.3 (BAC), 4.4 (PACE), 6.1 (active), 6.2 (chip), 7.1 (terminal authentication), Doc 9303-10 section 3.6.

pub mod active_authentication;
pub mod bac;
pub mod chip_authentication;
pub mod exchange;
pub mod pace;
pub mod pace_variant;
pub mod password;
pub mod quirks;
pub mod read_card_file;
pub mod read_file;
pub mod select;
#[cfg(feature = "terminal-auth")]
pub mod terminal_authentication;
#[cfg(feature = "terminal-auth")]
pub mod terminal_credentials;

pub use active_authentication::{ActiveAuthenticated, ActiveAuthentication};
pub use bac::{Bac, BacEstablished};
pub use chip_authentication::{
    ChipAuthenticated, ChipAuthentication, ChipAuthenticationOffer, ChipAuthenticationVariant,
};
pub use exchange::{Exchange, Next, PasswordState, ProtocolError, Step};
pub use pace::{ChipMapping, Pace, PaceEstablished};
pub use pace_variant::PaceVariant;
pub use password::{Can, CanError, Password, Pin, PinError, Puk};
pub use read_card_file::ReadCardFile;
pub use read_file::{FileRead, ReadFile, ReadLimits};
pub use select::{SelectApplication, SelectMasterFile};
#[cfg(feature = "terminal-auth")]
pub use terminal_authentication::{ReadCvca, TerminalAuthentication};
#[cfg(feature = "terminal-auth")]
pub use terminal_credentials::{CredentialsError, Route, TerminalCredentials};
