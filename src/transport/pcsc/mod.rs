//! A chip in a PC/SC reader, held exclusively, so that no other program speaks between our commands.
//! Source: PC/SC part 5 (through libpcsclite or its equivalents).

mod errors;
mod watch;

pub use watch::Watcher;

use super::reader::{self, ReaderEntry};
use super::{CardInfo, Provenance, Transport, TransportError};
use errors::mapped;
use pcsc::{Card, Context, Disposition, Error, Protocol, Protocols, ReaderState, Scope, ShareMode, State};
use std::ffi::CString;
use std::time::{Duration, Instant};

/// Room for the largest response: 65536 bytes and the status word.
const RESPONSE_ROOM: usize = 65_538 + 6;
/// Most changes of a reader's state that are waited through for a card.
const MAX_CHANGES: usize = 64;
/// Between two attempts to connect to a card that was lost.
const GLANCE: Duration = Duration::from_millis(100);

/// A connected card; disconnected and reset when dropped.
pub struct PcscTransport {
    /// None while a card that was lost is waited for.
    card: Option<Card>,
    context: Context,
    name: CString,
    info: CardInfo,
    room: Vec<u8>,
    wait: Duration,
}

/// The readers that the card service knows.
///
/// # Errors
/// [`TransportError::Service`] where it does not answer, [`TransportError::ServiceRefused`] where it refuses.
pub fn list() -> Result<Vec<ReaderEntry>, TransportError> {
    let context = establish()?;
    Ok(entries(&context)?.into_iter().map(|(_, entry)| entry).collect())
}

impl PcscTransport {
    /// Connects to the card in the reader that `hint` names (see [`reader::choose`]), waiting for one. Where several
    /// readers are empty and none of them is the only contactless one, the first that gets a card is it.
    ///
    /// # Errors
    /// [`TransportError`]: service, reader, or no card within `wait`.
    pub fn connect(hint: Option<&str>, wait: Duration) -> Result<Self, TransportError> {
        let context = establish()?;
        let (name, entry) = chosen_with_card(&context, hint, wait)?;
        let card = connected(&context, &name, &entry.name, wait)?;
        let status = card.status2_owned().map_err(|error| mapped(error, &entry.name, wait))?;
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
        Ok(Self { card: Some(card), context, name, info, room: vec![0; RESPONSE_ROOM], wait })
    }

    /// The card in the same reader again, where one is there and is the same by its answer to reset.
    fn connect_again(&mut self, wait: Duration) -> Result<(), TransportError> {
        // Our own hold on the card that left would be in the way.
        self.card = None;
        wait_for_card(&self.context, vec![self.name.clone()], wait)?;
        let reader = &self.info.reader;
        let mut card = connected(&self.context, &self.name, reader, wait)?;
        // pcscd polls, and lists a card that left a moment ago: only one that can be reset is there.
        card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::ResetCard)
            .map_err(|error| TransportError::CardLost(error.to_string()))?;
        let status = card.status2_owned().map_err(|error| mapped(error, reader, wait))?;
        if hex::encode_upper(status.atr()) != self.info.atr {
            return Err(TransportError::CardLost("another one is there".to_owned()));
        }
        self.card = Some(card);
        Ok(())
    }
}

fn connected(
    context: &Context,
    name: &CString,
    reader: &str,
    wait: Duration,
) -> Result<Card, TransportError> {
    context.connect(name, ShareMode::Exclusive, Protocols::ANY).map_err(|error| mapped(error, reader, wait))
}

impl Transport for PcscTransport {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let failed = |error| errors::of_exchange(error, &self.context, &self.name, &self.info.reader);
        let Some(card) = &self.card else {
            return Err(TransportError::CardLost("it did not come back".to_owned()));
        };
        match card.transmit(command, &mut self.room) {
            // Where the card left, some drivers report success and nothing: without a status word there is no answer.
            Ok(reply) if reply.len() < 2 => Err(failed(Error::NotTransacted)),
            Ok(reply) => Ok(reply.to_vec()),
            Err(error) => Err(failed(error)),
        }
    }

    fn card(&self) -> &CardInfo {
        &self.info
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        let start = Instant::now();
        loop {
            let left = self.wait.saturating_sub(start.elapsed());
            match self.connect_again(left) {
                // pcscd polls: what it lists may have left already, and a card at the edge of the field comes and goes.
                Err(TransportError::CardLost(_) | TransportError::NoCard { .. }) if !left.is_zero() => {
                    std::thread::sleep(GLANCE.min(left));
                }
                Err(TransportError::CardLost(_)) => return Err(absent(self.wait)),
                other => return other,
            }
        }
    }
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(|error| mapped(error, "", Duration::ZERO))
}

/// The readers with and without a card, by name.
fn entries(context: &Context) -> Result<Vec<(CString, ReaderEntry)>, TransportError> {
    let failed = |error| mapped(error, "", Duration::ZERO);
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(failed(error)),
    };
    let mut states: Vec<ReaderState> =
        names.iter().map(|name| ReaderState::new(name.clone(), State::UNAWARE)).collect();
    if !states.is_empty() {
        match context.get_status_change(Duration::ZERO, &mut states) {
            // A reader that left since it was listed is not there.
            Ok(()) | Err(Error::Timeout | Error::UnknownReader) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    // One that was unplugged is listed until the service notices: its driver does not reach it any more.
    let gone = State::UNKNOWN | State::IGNORE | State::UNAVAILABLE;
    let known = |state: &ReaderState| !state.event_state().intersects(gone);
    Ok(names
        .into_iter()
        .zip(states)
        .filter(|(_, state)| known(state))
        .map(|(name, state)| (name.clone(), entry(&name, &state)))
        .collect())
}

fn entry(name: &CString, state: &ReaderState) -> ReaderEntry {
    let flags = state.event_state();
    ReaderEntry {
        name: name.to_string_lossy().into_owned(),
        card: flags.contains(State::PRESENT),
        mute: flags.contains(State::MUTE),
        in_use: flags.contains(State::INUSE),
        exclusive: flags.contains(State::EXCLUSIVE),
        atr: hex::encode_upper(state.atr()),
        changes: state.event_count(),
    }
}

/// The chosen reader, once a card is there.
fn chosen_with_card(
    context: &Context,
    hint: Option<&str>,
    wait: Duration,
) -> Result<(CString, ReaderEntry), TransportError> {
    let start = Instant::now();
    for _ in 0..MAX_CHANGES {
        let mut readers = entries(context)?;
        let listed: Vec<ReaderEntry> = readers.iter().map(|(_, entry)| entry.clone()).collect();
        let watched = match reader::choose(&listed, hint) {
            Ok(index) if listed[index].card => return Ok(readers.swap_remove(index)),
            Ok(index) => vec![readers.swap_remove(index)],
            // No card anywhere: the first one decides.
            Err(TransportError::Ambiguous(_)) if hint.is_none() && listed.iter().all(|entry| !entry.card) => {
                readers
            }
            Err(error) => return Err(error),
        };
        let left = wait.saturating_sub(start.elapsed());
        if change(context, watched.into_iter().map(|(name, _)| name).collect(), left)?.is_none() {
            return Err(absent(wait));
        }
    }
    Err(absent(wait))
}

/// Waits until a card is in one of these readers.
fn wait_for_card(context: &Context, names: Vec<CString>, wait: Duration) -> Result<(), TransportError> {
    let start = Instant::now();
    for _ in 0..MAX_CHANGES {
        let left = wait.saturating_sub(start.elapsed());
        match change(context, names.clone(), left)? {
            Some(true) => return Ok(()),
            Some(false) => {}
            None => break,
        }
    }
    Err(absent(wait))
}

/// Waits until something changes at these readers, unless a card is there; whether one is there then. `None` where nothing
/// changed in time.
fn change(context: &Context, names: Vec<CString>, wait: Duration) -> Result<Option<bool>, TransportError> {
    let mut states: Vec<ReaderState> =
        names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    // The first look says what is; the second waits until that is no longer so.
    for look in [Duration::ZERO, wait] {
        match context.get_status_change(look, &mut states) {
            Ok(()) => {}
            Err(Error::Timeout) if look.is_zero() && !wait.is_zero() => {}
            Err(Error::Timeout) => return Ok(None),
            Err(error) => return Err(mapped(error, &states[0].name().to_string_lossy(), wait)),
        }
        if states.iter().any(|state| state.event_state().contains(State::PRESENT)) {
            return Ok(Some(true));
        }
        states.iter_mut().for_each(ReaderState::sync_current_state);
    }
    Ok(Some(false))
}

const fn absent(wait: Duration) -> TransportError {
    TransportError::NoCard { seconds: wait.as_secs() }
}
