//! Holds: the way to a chip (bytes in, bytes out), recordings of it, replay, readers.
//! May use: nothing.
//! Implements: ISO/IEC 7816-3 and 14443-4 are the reader's; the recording format is titre's own (man page); the card's
//! side of vpcd, the virtual reader of vsmartcard.

pub mod fault;
pub mod host;
#[cfg(feature = "nfc")]
pub mod nfc;
pub mod patience;
#[cfg(feature = "pcsc")]
pub mod pcsc;
pub mod reader;
pub mod record;
pub mod recording;
pub mod replay;
pub mod virtual_reader;

pub use patience::Patience;
pub use record::{Recorder, RecordingLog};
pub use recording::Recording;
pub use replay::{Replay, ReplayCursor};

use std::fmt;

/// The way to a chip. Bytes in, bytes out; everything else is a decorator or stands above.
pub trait Transport {
    /// Sends one command APDU and gives the response APDU, status word included.
    ///
    /// # Errors
    /// [`TransportError`] where no response came. An error status word is a response, not an error.
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// What is known of reader and card; constant for the life of the transport.
    fn card(&self) -> &CardInfo;

    /// Waits for a card that was lost, in the same reader and as long as it was waited for first. It is powered up anew
    /// then, and knows of nothing.
    ///
    /// # Errors
    /// [`TransportError::NoCard`] where none came, [`TransportError::CardLost`] where it cannot be waited for.
    fn reconnect(&mut self) -> Result<(), TransportError> {
        Err(TransportError::CardLost("it cannot be waited for again here".to_owned()))
    }
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).transceive(command)
    }
    fn card(&self) -> &CardInfo {
        (**self).card()
    }
    fn reconnect(&mut self) -> Result<(), TransportError> {
        (**self).reconnect()
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).transceive(command)
    }
    fn card(&self) -> &CardInfo {
        (**self).card()
    }
    fn reconnect(&mut self) -> Result<(), TransportError> {
        (**self).reconnect()
    }
}

/// Reader and card, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CardInfo {
    /// Where the answers come from; it caps what an attestation may say.
    pub provenance: Provenance,
    /// The reader's name, `specimen` or `replay`.
    pub reader: String,
    /// Answer to reset, in hex; empty where unknown.
    pub atr: String,
    /// `T=0`, `T=1`, `T=CL`.
    pub protocol: String,
    /// The largest response data that may be asked for: 256, or 65536 with extended length.
    pub max_le: u32,
}

impl CardInfo {
    /// Whether the link may carry extended length, whatever the chip says of itself. The readers of a card service do;
    /// where titre speaks the contactless protocol itself (`T=CL`, libnfc) nothing is longer than a short APDU.
    #[must_use]
    pub fn may_carry_extended(&self) -> bool {
        self.max_le > 256 || self.protocol != "T=CL"
    }
}

/// Where a document's answers come from. Typed, since only `live` can support an assurance level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Provenance {
    /// A chip in a reader, in this process.
    Live,
    /// A recording.
    Replay,
    /// A specimen chip made by titre.
    Specimen,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Replay => "replay",
            Self::Specimen => "specimen",
        })
    }
}

/// Why no response came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The card left the field or was removed.
    #[error("card lost: {0}")]
    CardLost(String),
    /// The card service is not running or refuses.
    #[error("card service: {0}")]
    Service(String),
    /// The card service does not let this user in.
    #[error("card service: {0}")]
    ServiceRefused(String),
    /// Another program holds the card, or somebody wants all of it that others use.
    #[error("another program uses the card in {reader}")]
    Busy {
        /// The reader's name.
        reader: String,
    },
    /// Several readers could be meant.
    #[error("{0}")]
    Ambiguous(String),
    /// The reader is missing or failed.
    #[error("reader: {0}")]
    Reader(String),
    /// No card came in time.
    #[error("no card within {seconds} s")]
    NoCard {
        /// How long was waited.
        seconds: u64,
    },
    /// No answer in time.
    #[error("the chip did not answer within {millis} ms")]
    Timeout {
        /// How long was waited.
        millis: u64,
    },
    /// The chip's answers took more time altogether than they may.
    #[error("the chip has taken more than {seconds} s for its answers")]
    Overdue {
        /// How much they may.
        seconds: u64,
    },
    /// A replay was asked for something else than what was recorded.
    #[error("replay diverged at exchange {exchange}: recorded {expected}, asked for {found}")]
    Diverged {
        /// Number of the exchange, from 1.
        exchange: u64,
        /// What the recording has (command header and length; never data).
        expected: String,
        /// What was asked for (command header and length; never data).
        found: String,
    },
    /// A replay that needs random bytes from a recording without any.
    #[error("the recording has no entropy")]
    NoEntropy,
    /// A recording that cannot be read or written.
    #[error("recording: {0}")]
    Recording(String),
}
