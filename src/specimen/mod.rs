//! Holds: a test CSCA, a document signer, documents for generated people, chips that answer APDUs.
//! May use: protocol, lds, pki, iso7816, transport, crypto, asn1.
//! Implements: the chip's side of Doc 9303-10 and 9303-11; ISO/IEC 7816-4 status words; Doc 9303-12 (certificates, revocation lists).

mod algorithms;
mod certificate;
mod chip;
mod chip_data;
mod document;
mod error;
mod holder;
mod inspection_authority;
mod keys;
pub mod person;
mod presets;
mod quirk;
mod revocation_list;
mod security_infos;
mod signed_data;

pub use algorithms::{
    AccessKind, Agreement, Algorithms, AlgorithmsError, KeyKind, PaceAlgorithm, RsaPadding, Signer,
};
pub use certificate::{COUNTRY, STATE};
pub use chip::{CHIP_FILE, SpecimenChip};
pub use chip_data::{ActiveKey, AgreementKey, ChipData, PaceData, PinData, TerminalTrust};
pub use document::{Order, Specimen};
pub use error::SpecimenError;
pub use holder::{DocumentKind, Holder};
pub use inspection_authority::TerminalSet;
pub use presets::{PRESETS, Preset};
pub use quirk::Quirk;
