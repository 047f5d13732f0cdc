//! Sessions that are interrupted: a channel that the chip drops, and a card that is lost and comes back. What was authentic
//! stays, the rest is read at the same offset, by the same document.

mod bench;

use bench::{chip, document_of, judge, mrz, preset, read, read_with, terminal};
use std::time::Duration;
use titre::inspection::CheckResult;
use titre::iso7816::CommandApdu;
use titre::lds::FileId;
use titre::session::{ReadOptions, RecordedEntropy, ReplayEntropy, SessionError, read_document};
use titre::specimen::{Algorithms, ChipData, DocumentKind, Quirk, SpecimenChip};
use titre::transport::fault::{Fault, Faulty};
use titre::transport::recording::Class;
use titre::transport::virtual_reader::VirtualCard;
use titre::transport::{CardInfo, Patience, Recorder, RecordingLog, Replay, Transport, TransportError};

fn resuming() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.resume = true;
    options
}

/// A chip that is lost at some commands, and that another one may come back for.
struct Loose {
    chip: SpecimenChip,
    lost_at: Vec<usize>,
    count: usize,
    other: Option<SpecimenChip>,
    back: bool,
}

impl Loose {
    fn new(data: &ChipData, lost_at: &[usize]) -> Self {
        Self { chip: chip(data), lost_at: lost_at.to_vec(), count: 0, other: None, back: true }
    }
}

impl Transport for Loose {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.count += 1;
        if self.lost_at.contains(&(self.count - 1)) {
            return Err(TransportError::CardLost("taken off".to_owned()));
        }
        self.chip.transceive(command)
    }
    fn card(&self) -> &CardInfo {
        self.chip.card()
    }
    fn reconnect(&mut self) -> Result<(), TransportError> {
        if !self.back {
            return Err(TransportError::NoCard { seconds: 1 });
        }
        if let Some(other) = self.other.take() {
            self.chip = other;
        }
        self.chip.reset();
        Ok(())
    }
}

#[test]
fn a_card_that_is_lost_at_any_command_is_read_whole_when_it_comes_back() {
    for (name, every) in [("modern", 3), ("first-generation", 7), ("chip-authentication-mapping", 5)] {
        let specimen =
            document_of(DocumentKind::Td3, Algorithms::parse(name).unwrap(), &[Quirk::NoExtendedLength]);
        let data = &specimen.chip;
        let whole = read(&mut chip(data), &mrz(data)).unwrap();
        // Access and chip authentication one by one, the many reads of one file not.
        let count = whole.counts.apdus as usize;
        for at in (0..30).chain((30..count).step_by(every)).chain([count - 1]) {
            let mut card = Faulty::new(chip(data), at, Fault::CardLost);
            let reading = read_with(&mut card, &mrz(data), &resuming())
                .unwrap_or_else(|error| panic!("{name}, lost at {at}: {error}"));
            assert_eq!(reading.files, whole.files, "{name}, lost at {at}");
            assert_eq!((reading.access.card_lost, reading.access.reestablished), (1, 0), "{name}, {at}");
            assert_eq!(reading.unread, whole.unread);
            let witnessed = |reading: &titre::session::Reading| {
                reading.chip_authentication.as_ref().map(|evidence| evidence.witnessed)
            };
            assert_eq!(witnessed(&reading), witnessed(&whole), "{name}, lost at {at}");
            if at % 30 == 0 {
                assert_eq!(
                    judge(&specimen, &reading).verdict,
                    CheckResult::Successful,
                    "{name}, lost at {at}"
                );
            }
            // Access, chip authentication, two commands to compare EF.SOD, one to select the file: not the file again.
            let more = reading.counts.apdus - whole.counts.apdus;
            assert!(more <= 20, "{name}, lost at {at}: {more} commands more");
        }
    }
}

#[test]
fn without_the_option_or_without_a_card_it_is_lost() {
    let data = preset("modern", &[]);
    let lost = |error: SessionError| {
        matches!(error, SessionError::Transport { error: TransportError::CardLost(_), .. })
    };
    assert!(lost(read(&mut Loose::new(&data, &[12]), &mrz(&data)).unwrap_err()));
    let mut gone = Loose::new(&data, &[12]);
    gone.back = false;
    assert!(lost(read_with(&mut gone, &mrz(&data), &resuming()).unwrap_err()));
    // Eight times, and then no more: also where it never gets far.
    let mut loose = Loose::new(&data, &(0..1000).collect::<Vec<_>>());
    assert!(lost(read_with(&mut loose, &mrz(&data), &resuming()).unwrap_err()));
    assert_eq!(loose.count, 9);
    let often: Vec<_> = (0..8).map(|time| 20 + 25 * time).collect();
    let data = preset("first-generation", &[Quirk::NoExtendedLength]);
    let reading = read_with(&mut Loose::new(&data, &often), &mrz(&data), &resuming()).unwrap();
    assert_eq!(reading.access.card_lost, 8);
    assert_eq!(reading.files, data.files);
}

#[test]
fn another_document_is_not_read_on() {
    let data = preset("modern", &[]);
    let count = read(&mut chip(&data), &mrz(&data)).unwrap().counts.apdus as usize;
    // The same holder's: the password opens it. Only its EF.SOD is another one.
    let mut other = data.clone();
    let sod = other.files.get_mut(&FileId::Sod).unwrap();
    *sod.last_mut().unwrap() ^= 1;
    let mut loose = Loose::new(&data, &[count - 2]);
    loose.other = Some(chip(&other));
    let error = read_with(&mut loose, &mrz(&data), &resuming()).unwrap_err();
    assert_eq!(error, SessionError::AnotherDocument);
    // A copy of the files does not have the chip's key: the evidence of before does not stand for it.
    let clone = ChipData { files: data.files.clone(), ..preset("modern", &[Quirk::Clone]) };
    let mut loose = Loose::new(&data, &[count - 2]);
    loose.other = Some(chip(&clone));
    let reading = read_with(&mut loose, &mrz(&data), &resuming()).unwrap();
    assert!(!reading.chip_authentication.unwrap().witnessed);
    // Another password: refused.
    let mut stranger = data.clone();
    stranger.can = if data.can == "000000" { "000001" } else { "000000" }.to_owned();
    let can = bench::can(&data);
    let mut loose = Loose::new(&data, &[count - 2]);
    loose.other = Some(chip(&stranger));
    let error = read_with(&mut loose, &can, &resuming()).unwrap_err();
    assert!(error.to_string().contains("password"), "{error}");
}

#[test]
fn a_recording_of_a_resumed_session_is_replayed() {
    let data = preset("modern", &[]);
    let log = RecordingLog::default();
    let loose = Loose::new(&data, &[5, 18]);
    let card = loose.card().clone();
    let mut recorder = Recorder::new(loose, log.clone(), Box::new(|| Duration::ZERO));
    let mut entropy = terminal(1);
    let mut entropy = RecordedEntropy::new(&mut entropy, log.clone());
    let original = read_document(&mut recorder, &mrz(&data), &mut entropy, &resuming(), &mut |_| {}).unwrap();
    assert_eq!(original.access.card_lost, 2);
    let recording = log.recording(&card, "test", Class::Synthetic);
    for resume in [true, false] {
        let (mut transport, cursor) = Replay::new(recording.clone());
        let mut entropy = ReplayEntropy::new(cursor.clone());
        let mut options = resuming();
        options.resume = resume;
        let ended = read_document(&mut transport, &mrz(&data), &mut entropy, &options, &mut |_| {});
        match ended {
            Ok(reading) => assert!(resume && reading.files == original.files),
            Err(error) => assert!(!resume && error.to_string().contains("card lost"), "{error}"),
        }
    }
    // A card that did not come back does not come back in the replay.
    let mut cut = recording;
    let lost = cut.entries.iter().position(|entry| {
        matches!(entry, titre::transport::recording::Entry::Exchange { reply: Err(_), .. })
    });
    cut.entries.truncate(lost.unwrap() + 1);
    let (mut transport, cursor) = Replay::new(cut);
    let mut entropy = ReplayEntropy::new(cursor);
    let error =
        read_document(&mut transport, &mrz(&data), &mut entropy, &resuming(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("card lost"), "{error}");
}

/// A chip that drops the channel at one READ BINARY, with 6988 and no reason.
struct Abrupt {
    chip: SpecimenChip,
    at: usize,
    reads: usize,
    after: Vec<CommandApdu>,
}

impl Transport for Abrupt {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let parsed = CommandApdu::from_bytes(command).unwrap();
        let read = parsed.cla == 0x0C && matches!(parsed.ins, 0xB0 | 0xB1);
        self.reads += usize::from(read);
        if read && self.reads == self.at {
            self.chip.transceive(&[0x00, 0x84, 0x00, 0x00, 0x08])?;
            return Ok(vec![0x69, 0x88]);
        }
        if self.reads >= self.at {
            self.after.push(parsed);
        }
        self.chip.transceive(command)
    }
    fn card(&self) -> &CardInfo {
        self.chip.card()
    }
}

#[test]
fn a_dropped_channel_is_gained_anew_and_reading_goes_on_at_the_same_offset() {
    for name in ["modern", "first-generation", "chip-authentication-mapping"] {
        let data = preset(name, &[Quirk::NoExtendedLength]);
        let whole = read(&mut chip(&data), &mrz(&data)).unwrap();
        let reads = whole.counts.apdus as usize;
        for at in [reads / 3, reads / 2] {
            let mut abrupt = Abrupt { chip: chip(&data), at, reads: 0, after: Vec::new() };
            let reading = read(&mut abrupt, &mrz(&data)).unwrap();
            assert_eq!(reading.files, whole.files, "{name} at {at}");
            assert_eq!(reading.access.reestablished, 1, "{name} at {at}");
            let first =
                abrupt.after.iter().find(|command| command.cla == 0x0C && command.ins == 0xB0).unwrap();
            // DG2 was under way: neither by its short identifier nor at offset 0.
            assert!(first.p1 & 0x80 == 0 && (first.p1, first.p2) != (0, 0), "{name} at {at}: {first:?}");
            // What is read after chip authentication stays under keys that only the genuine chip has.
            let agreed = abrupt.after.iter().filter(|command| command.cla == 0x0C && command.ins == 0x22);
            assert_eq!(agreed.count(), usize::from(data.chip_authentication.is_some()), "{name} at {at}");
        }
    }
}

#[test]
fn a_slow_chip_runs_out_of_time() {
    let data = preset("modern", &[]);
    let mut now = Duration::ZERO;
    // Each look at the clock is half a second later: a command takes that.
    let clock = Box::new(move || {
        now += Duration::from_millis(500);
        now
    });
    let mut slow = Patience::new(chip(&data), Duration::from_secs(5), clock);
    let error = read(&mut slow, &mrz(&data)).unwrap_err();
    let SessionError::Transport { error, .. } = error else { panic!("{error}") };
    assert_eq!(error, TransportError::Overdue { seconds: 5 });
    let mut quick = Patience::new(chip(&data), Duration::from_secs(5), Box::new(|| Duration::ZERO));
    read(&mut quick, &mrz(&data)).unwrap();
}
