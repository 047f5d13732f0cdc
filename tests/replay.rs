//! A session is recorded and replayed: the same protocols run again, byte for byte, with the recorded entropy,
//! and whatever was changed in between is found.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use bench::{chip, mrz, preset, terminal};
use std::time::Duration;
use titre::protocol::Password;
use titre::session::{ReadOptions, Reading, RecordedEntropy, ReplayEntropy, SessionError, read_document};
use titre::specimen::{ChipData, Quirk};
use titre::transport::recording::{Class, Entry};
use titre::transport::{Provenance, Recorder, Recording, RecordingLog, Replay, Transport, TransportError};

fn record(data: &ChipData, password: &Password) -> (Result<Reading, SessionError>, Recording) {
    let log = RecordingLog::default();
    let mut ticks = 0;
    let clock = Box::new(move || {
        ticks += 1;
        Duration::from_micros(ticks)
    });
    let chip = chip(data);
    let card = chip.card().clone();
    let mut recorder = Recorder::new(chip, log.clone(), clock);
    let mut entropy = terminal(1);
    let mut entropy = RecordedEntropy::new(&mut entropy, log.clone());
    let reading = read_document(&mut recorder, password, &mut entropy, &ReadOptions::default(), &mut |_| {});
    (reading, log.recording(&card, "test", Class::Synthetic))
}

fn replay(recording: Recording, password: &Password) -> Result<Reading, SessionError> {
    let (mut transport, cursor) = Replay::new(recording);
    let mut entropy = ReplayEntropy::new(cursor.clone());
    let reading =
        read_document(&mut transport, password, &mut entropy, &ReadOptions::default(), &mut |_| {})?;
    cursor.finish().map_err(|error| SessionError::Transport {
        step: titre::protocol::Step::Protocol("replay.end"),
        error,
    })?;
    Ok(reading)
}

#[test]
fn a_replay_gives_the_same_reading_but_for_its_provenance() {
    for name in ["modern", "strong", "first-generation", "eac-3des"] {
        let data = preset(name, &[]);
        let (original, recording) = record(&data, &mrz(&data));
        let original = original.unwrap();
        assert_eq!(original.provenance(), Provenance::Specimen);
        let file = recording.to_bytes().unwrap();
        for _ in 0..2 {
            let mut again = replay(Recording::parse(&file).unwrap(), &mrz(&data)).unwrap();
            assert_eq!(again.provenance(), Provenance::Replay, "a replay is never live");
            again.card = original.card.clone();
            assert_eq!(again, original, "{name}");
        }
    }
}

#[test]
fn a_changed_answer_never_gives_another_reading() {
    let data = preset("modern", &[]);
    let (original, recording) = record(&data, &mrz(&data));
    let original = original.unwrap();
    let mut failed = 0;
    for (index, entry) in recording.entries.iter().enumerate() {
        let Entry::Exchange { reply: Ok(reply), .. } = entry else { continue };
        // Every answer, in its first byte, in its middle and in the last byte before the status word.
        for at in [0, reply.len() / 2, reply.len().saturating_sub(3)] {
            let mut altered = recording.clone();
            let Entry::Exchange { reply: Ok(reply), .. } = &mut altered.entries[index] else { continue };
            reply[at] ^= 1;
            match replay(altered, &mrz(&data)) {
                Err(_) => failed += 1,
                Ok(mut reading) => {
                    reading.card = original.card.clone();
                    assert_ne!(reading, original, "entry {index} byte {at} was not noticed");
                    // The one answer that is not protected as it comes and not needed again: EF.CardAccess, which
                    // the inspection compares with DG14; and the answer to active authentication under MAC.
                    let file = titre::lds::FileId::CardAccess;
                    for (read, bytes) in &reading.files {
                        assert!(
                            *read == file || original.files.get(read) == Some(bytes),
                            "{read} was altered"
                        );
                    }
                }
            }
        }
    }
    assert!(failed > 50, "{failed}");
}

#[test]
fn a_wrong_password_diverges_at_the_first_command_that_depends_on_it() {
    let data = preset("modern", &[]);
    let (_, recording) = record(&data, &mrz(&data));
    let other = Password::Mrz(titre::lds::MrzKey::new("X00000000", "800101", "300101").unwrap());
    let error = replay(recording, &other).unwrap_err();
    assert!(
        matches!(error, SessionError::Transport { error: TransportError::Diverged { .. }, .. }),
        "{error}"
    );
    assert_eq!(error.step().unwrap(), "pace.key_agreement");
}

#[test]
fn a_changed_draw_diverges() {
    let data = preset("first-generation", &[]);
    let (_, mut recording) = record(&data, &mrz(&data));
    let draw = recording.entries.iter_mut().find_map(|entry| match entry {
        Entry::Draw { bytes, .. } => Some(bytes),
        _ => None,
    });
    draw.unwrap()[0] ^= 1;
    let error = replay(recording, &mrz(&data)).unwrap_err();
    assert_eq!(error.step().unwrap(), "bac.mutual_authentication");
    assert!(
        matches!(error, SessionError::Transport { error: TransportError::Diverged { .. }, .. }),
        "{error}"
    );
}

#[test]
fn a_recording_without_entropy_is_not_replayed() {
    let data = preset("modern", &[]);
    let (_, mut recording) = record(&data, &mrz(&data));
    recording.entries.retain(|entry| !matches!(entry, Entry::Draw { .. }));
    let (mut transport, cursor) = Replay::new(recording);
    let mut entropy = ReplayEntropy::new(cursor.clone());
    let options = ReadOptions::default();
    read_document(&mut transport, &mrz(&data), &mut entropy, &options, &mut |_| {}).unwrap_err();
    assert_eq!(cursor.ended(), Some(TransportError::NoEntropy));
}

#[test]
fn a_cut_recording_is_no_recording() {
    let data = preset("modern", &[]);
    let (_, recording) = record(&data, &mrz(&data));
    let file = recording.to_bytes().unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    let without_end = &file[..text.trim_end().rfind('\n').unwrap() + 1];
    let half = &file[..file.len() / 2];
    for cut in [without_end, half, b"".as_slice()] {
        assert!(matches!(Recording::parse(cut), Err(TransportError::Recording(_))));
    }
}

#[test]
fn a_failed_session_is_recorded_up_to_the_answer_that_failed_it() {
    let data = preset("first-generation", &[Quirk::StaleCounter]);
    let (reading, recording) = record(&data, &mrz(&data));
    let error = reading.unwrap_err();
    assert!(matches!(error, SessionError::SecureMessaging { .. }), "{error}");
    assert!(matches!(recording.entries.last(), Some(Entry::Exchange { reply: Ok(_), .. })));
    // And it fails in the same way each time it is replayed.
    assert_eq!(replay(recording, &mrz(&data)).unwrap_err(), error);
}
