//! A chip in a PC/SC reader, held exclusively, so that no other program speaks between our commands.
//! Source: PC/SC part 5 (through libpcsclite or its equivalents).

use super::reader::{self, ReaderEntry};
use super::{CardInfo, Provenance, Transport, TransportError};
use pcsc::{Card, Context, Error, Protocol, Protocols, ReaderState, Scope, ShareMode, State};
use std::ffi::CString;
use std::time::Duration;

/// Room for the largest response: 65536 bytes and the status word.
const RESPONSE_ROOM: usize = 65_538 + 6;
/// Most changes of a reader's state that are waited through for a card.
const MAX_CHANGES: usize = 32;

/// A connected card; disconnected and reset when dropped.
pub struct PcscTransport {
    card: Card,
    info: CardInfo,
    room: Vec<u8>,
}

/// The readers that the card service knows.
///
/// # Errors
/// [`TransportError::Service`] where it does not answer.
pub fn list() -> Result<Vec<ReaderEntry>, TransportError> {
    let context = establish()?;
    Ok(entries(&context)?.into_iter().map(|(_, entry)| entry).collect())
}

impl PcscTransport {
    /// Connects to the card in the reader that `hint` names (see [`reader::choose`]), waiting for one.
    ///
    /// # Errors
    /// [`TransportError`]: service, reader, or no card within `wait`.
    pub fn connect(hint: Option<&str>, wait: Duration) -> Result<Self, TransportError> {
        let context = establish()?;
        let mut readers = entries(&context)?;
        let listed: Vec<ReaderEntry> = readers.iter().map(|(_, entry)| entry.clone()).collect();
        let (name, entry) = readers.swap_remove(reader::choose(&listed, hint)?);
        wait_for_card(&context, &name, wait)?;
        let card = context
            .connect(&name, ShareMode::Exclusive, Protocols::ANY)
            .map_err(|error| mapped(error, wait))?;
        let status = card.status2_owned().map_err(|error| mapped(error, wait))?;
        let atr = status.atr().to_vec();
        let info = CardInfo {
            provenance: Provenance::Live,
            reader: entry.name,
            max_le: reader::max_le(&atr),
            atr: hex::encode_upper(atr),
            protocol: match status.protocol2() {
                Some(Protocol::T0) => "T=0".to_owned(),
                Some(Protocol::T1) => "T=1".to_owned(),
                _ => "unknown".to_owned(),
            },
        };
        Ok(Self { card, info, room: vec![0; RESPONSE_ROOM] })
    }
}

impl Transport for PcscTransport {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let reply =
            self.card.transmit(command, &mut self.room).map_err(|error| mapped(error, Duration::ZERO))?;
        Ok(reply.to_vec())
    }

    fn card(&self) -> &CardInfo {
        &self.info
    }
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(|error| TransportError::Service(error.to_string()))
}

/// The readers with and without a card, by name.
fn entries(context: &Context) -> Result<Vec<(CString, ReaderEntry)>, TransportError> {
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(mapped(error, Duration::ZERO)),
    };
    let mut states: Vec<ReaderState> =
        names.iter().map(|name| ReaderState::new(name.clone(), State::UNAWARE)).collect();
    if !states.is_empty() {
        context.get_status_change(Duration::ZERO, &mut states).or_else(|error| {
            if error == Error::Timeout { Ok(()) } else { Err(mapped(error, Duration::ZERO)) }
        })?;
    }
    Ok(names
        .into_iter()
        .zip(states)
        .map(|(name, state)| {
            let entry = ReaderEntry {
                name: name.to_string_lossy().into_owned(),
                card: state.event_state().contains(State::PRESENT),
            };
            (name, entry)
        })
        .collect())
}

fn wait_for_card(context: &Context, name: &CString, wait: Duration) -> Result<(), TransportError> {
    let mut states = [ReaderState::new(name.clone(), State::UNAWARE)];
    for _ in 0..MAX_CHANGES {
        match context.get_status_change(wait, &mut states) {
            Ok(()) if states[0].event_state().contains(State::PRESENT) => return Ok(()),
            // A change without a card: some reader was idle and now is busy. Ask from there on.
            Ok(()) => states[0].sync_current_state(),
            Err(Error::Timeout) => return Err(TransportError::NoCard { seconds: wait.as_secs() }),
            Err(error) => return Err(mapped(error, wait)),
        }
    }
    Err(TransportError::NoCard { seconds: wait.as_secs() })
}

fn mapped(error: Error, wait: Duration) -> TransportError {
    let text = error.to_string();
    match error {
        Error::NoService | Error::ServiceStopped | Error::CommError | Error::InvalidHandle => {
            TransportError::Service(text)
        }
        Error::RemovedCard | Error::ResetCard | Error::UnpoweredCard | Error::NotTransacted => {
            TransportError::CardLost(text)
        }
        Error::NoSmartcard => TransportError::NoCard { seconds: wait.as_secs() },
        Error::Timeout => {
            TransportError::Timeout { millis: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
        }
        _ => TransportError::Reader(text),
    }
}
