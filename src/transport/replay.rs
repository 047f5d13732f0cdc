//! A recording as a transport. Each command is compared with the recorded one, each draw of entropy with the
//! recorded draw, in one order; the first difference ends the replay.

use super::recording::{Entry, LostReply, Recording};
use super::{CardInfo, Provenance, Transport, TransportError};
use std::cell::RefCell;
use std::rc::Rc;

/// The chip's side of a recording.
pub struct Replay {
    card: CardInfo,
    cursor: ReplayCursor,
}

/// Where a replay stands. Clones share it: one serves exchanges, another the entropy.
#[derive(Clone)]
pub struct ReplayCursor(Rc<RefCell<State>>);

struct State {
    recording: Recording,
    next: usize,
    ended: Option<TransportError>,
}

impl Replay {
    /// A replay from the start, and the cursor that serves its entropy and knows how it ended.
    #[must_use]
    pub fn new(recording: Recording) -> (Self, ReplayCursor) {
        let card = CardInfo {
            provenance: Provenance::Replay,
            reader: "replay".to_owned(),
            atr: recording.header.atr.clone(),
            protocol: recording.header.protocol.clone(),
            max_le: recording.header.max_le,
        };
        let cursor = ReplayCursor(Rc::new(RefCell::new(State { recording, next: 0, ended: None })));
        (Self { card, cursor: cursor.clone() }, cursor)
    }
}

impl Transport for Replay {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.cursor.0.borrow_mut().exchange(command)
    }

    fn card(&self) -> &CardInfo {
        &self.card
    }

    /// The card came back where the recording goes on.
    fn reconnect(&mut self) -> Result<(), TransportError> {
        if self.cursor.0.borrow().is_over() {
            return Err(TransportError::CardLost("as recorded".to_owned()));
        }
        Ok(())
    }
}

impl ReplayCursor {
    /// The recorded bytes of the next draw, which must have this label and length.
    ///
    /// # Errors
    /// [`TransportError::Diverged`]; [`TransportError::NoEntropy`] where the recording has no draws at all.
    pub fn draw(&self, label: &str, len: usize) -> Result<Vec<u8>, TransportError> {
        self.0.borrow_mut().draw(label, len)
    }

    /// Why the replay ended early, where it did.
    #[must_use]
    pub fn ended(&self) -> Option<TransportError> {
        self.0.borrow().ended.clone()
    }

    /// That the whole recording was replayed.
    ///
    /// # Errors
    /// [`TransportError::Diverged`] where recorded exchanges are left, or the error that ended the replay.
    pub fn finish(&self) -> Result<(), TransportError> {
        let mut state = self.0.borrow_mut();
        if let Some(error) = &state.ended {
            return Err(error.clone());
        }
        match state.step() {
            None => Ok(()),
            Some((number, entry)) => {
                let expected = described(&entry);
                Err(state.diverge(number, expected, "end of the session".to_owned()))
            }
        }
    }
}

impl State {
    /// The next exchange or draw with its line number; events are passed over.
    fn step(&mut self) -> Option<(u64, Entry)> {
        loop {
            let entry = self.recording.entries.get(self.next)?.clone();
            self.next += 1;
            if !matches!(entry, Entry::Event { .. }) {
                return Some((self.next as u64, entry));
            }
        }
    }

    /// Whether nothing is left but events.
    fn is_over(&self) -> bool {
        let left = self.recording.entries.get(self.next..).unwrap_or_default();
        left.iter().all(|entry| matches!(entry, Entry::Event { .. }))
    }

    fn diverge(&mut self, exchange: u64, expected: String, found: String) -> TransportError {
        let error = TransportError::Diverged { exchange, expected, found };
        self.ended = Some(error.clone());
        error
    }

    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        let asked = described_command(command);
        match self.step() {
            Some((_, Entry::Exchange { command: recorded, reply, .. })) if recorded == command => reply
                .map_err(|lost| match lost {
                    LostReply::CardLost => TransportError::CardLost("as recorded".to_owned()),
                    LostReply::Timeout => TransportError::Timeout { millis: 0 },
                    LostReply::Reader => TransportError::Reader("as recorded".to_owned()),
                }),
            Some((number, entry)) => Err(self.diverge(number, described(&entry), asked)),
            None => {
                let number = self.recording.entries.len() as u64 + 1;
                Err(self.diverge(number, "end of the recording".to_owned(), asked))
            }
        }
    }

    fn draw(&mut self, label: &str, len: usize) -> Result<Vec<u8>, TransportError> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        if !self.recording.has_draws() {
            self.ended = Some(TransportError::NoEntropy);
            return Err(TransportError::NoEntropy);
        }
        let asked = format!("draw {label} of {len} bytes");
        match self.step() {
            Some((_, Entry::Draw { label: recorded, bytes })) if recorded == label && bytes.len() == len => {
                Ok(bytes)
            }
            Some((number, entry)) => Err(self.diverge(number, described(&entry), asked)),
            None => {
                let number = self.recording.entries.len() as u64 + 1;
                Err(self.diverge(number, "end of the recording".to_owned(), asked))
            }
        }
    }
}

/// An entry without its data.
fn described(entry: &Entry) -> String {
    match entry {
        Entry::Exchange { command, .. } => described_command(command),
        Entry::Draw { label, bytes } => format!("draw {label} of {} bytes", bytes.len()),
        Entry::Event { name } => format!("event {name}"),
    }
}

/// Header and length of a command; never its data.
fn described_command(command: &[u8]) -> String {
    let header = command.get(..4).map_or_else(|| "no header".to_owned(), hex::encode_upper);
    format!("{header} ({} bytes)", command.len())
}

#[cfg(test)]
mod tests {
    use super::super::record::{Recorder, RecordingLog};
    use super::super::recording::Class;
    use super::*;
    use std::time::Duration;

    struct Echo(CardInfo);

    impl Transport for Echo {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
            if command[1] == 0xFF {
                return Err(TransportError::CardLost("gone".to_owned()));
            }
            Ok([command, &[0x90, 0x00]].concat())
        }
        fn card(&self) -> &CardInfo {
            &self.0
        }
    }

    fn recorded() -> Recording {
        let card = CardInfo {
            provenance: Provenance::Specimen,
            reader: "specimen".to_owned(),
            atr: "3B00".to_owned(),
            protocol: "T=CL".to_owned(),
            max_le: 256,
        };
        let log = RecordingLog::default();
        let mut ticks = 0;
        let clock = Box::new(move || {
            ticks += 3;
            Duration::from_micros(ticks)
        });
        let mut recorder = Recorder::new(Echo(card.clone()), log.clone(), clock);
        log.event("start");
        recorder.transceive(&[0, 0xA4, 0, 0]).unwrap();
        log.draw("bac.rnd_ifd", &[9; 8]);
        recorder.transceive(&[0, 0x84, 0, 0, 8]).unwrap();
        recorder.transceive(&[0, 0xFF, 0, 0]).unwrap_err();
        log.recording(&card, "test", Class::Synthetic)
    }

    #[test]
    fn replays_exchanges_draws_and_losses_in_order() {
        let recording = Recording::parse(&recorded().to_bytes().unwrap()).unwrap();
        assert!(matches!(recording.entries[1], Entry::Exchange { t_us: 3, took_us: 3, .. }));
        let (mut replay, cursor) = Replay::new(recording);
        assert_eq!(replay.card().provenance, Provenance::Replay);
        assert_eq!(replay.transceive(&[0, 0xA4, 0, 0]).unwrap(), [0, 0xA4, 0, 0, 0x90, 0]);
        assert_eq!(cursor.draw("bac.rnd_ifd", 8).unwrap(), [9; 8]);
        replay.transceive(&[0, 0x84, 0, 0, 8]).unwrap();
        assert_eq!(cursor.ended(), None);
        assert!(matches!(replay.transceive(&[0, 0xFF, 0, 0]), Err(TransportError::CardLost(_))));
        cursor.finish().unwrap();
    }

    #[test]
    fn a_changed_command_diverges_and_stays_so() {
        let (mut replay, cursor) = Replay::new(recorded());
        let error = replay.transceive(&[0, 0xA4, 0, 1]).unwrap_err();
        let TransportError::Diverged { exchange, expected, found } = &error else { panic!("{error}") };
        assert_eq!(
            (*exchange, expected.as_str(), found.as_str()),
            (2, "00A40000 (4 bytes)", "00A40001 (4 bytes)")
        );
        assert_eq!(replay.transceive(&[0, 0xA4, 0, 0]).unwrap_err(), error);
        assert_eq!(cursor.draw("bac.rnd_ifd", 8).unwrap_err(), error);
        assert_eq!(cursor.finish().unwrap_err(), error);
    }

    #[test]
    fn draws_must_have_label_length_and_place() {
        for (label, len) in [("bac.k_ifd", 8), ("bac.rnd_ifd", 7)] {
            let (mut replay, cursor) = Replay::new(recorded());
            replay.transceive(&[0, 0xA4, 0, 0]).unwrap();
            assert!(matches!(cursor.draw(label, len), Err(TransportError::Diverged { exchange: 3, .. })));
        }
        let (_, cursor) = Replay::new(recorded());
        assert!(matches!(cursor.draw("bac.rnd_ifd", 8), Err(TransportError::Diverged { exchange: 2, .. })));
        let (mut replay, _) = Replay::new(recorded());
        replay.transceive(&[0, 0xA4, 0, 0]).unwrap();
        let skipped = replay.transceive(&[0, 0x84, 0, 0, 8]);
        assert!(matches!(skipped, Err(TransportError::Diverged { exchange: 3, .. })));
    }

    #[test]
    fn too_few_and_too_many_exchanges_diverge() {
        let (mut replay, cursor) = Replay::new(recorded());
        replay.transceive(&[0, 0xA4, 0, 0]).unwrap();
        assert!(matches!(cursor.finish(), Err(TransportError::Diverged { exchange: 3, .. })));
        let mut short = recorded();
        short.entries.truncate(2);
        let (mut replay, cursor) = Replay::new(short);
        replay.transceive(&[0, 0xA4, 0, 0]).unwrap();
        assert_eq!(cursor.draw("bac.rnd_ifd", 8).unwrap_err(), TransportError::NoEntropy);
        let mut longer = recorded();
        longer.entries.truncate(3);
        let (mut replay, cursor) = Replay::new(longer);
        replay.transceive(&[0, 0xA4, 0, 0]).unwrap();
        cursor.draw("bac.rnd_ifd", 8).unwrap();
        assert!(matches!(
            replay.transceive(&[0, 0x84, 0, 0, 8]),
            Err(TransportError::Diverged { exchange: 4, .. })
        ));
    }
}
