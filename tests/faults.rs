//! A fault at every command of a session, of every kind, with chips of every sort: no panic, no endless session, no
//! altered file, no downgrade, and a failure that has a name. `cargo test --test faults -- --nocapture` prints the count.

#[expect(dead_code, reason = "each test file uses a part")]
mod bench;

use bench::{chip, mrz, preset, read};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use titre::asn1::tlv;
use titre::lds::FileId;
use titre::protocol::ProtocolError;
use titre::session::{AccessProtocol, SessionError};
use titre::specimen::{ChipData, Quirk};
use titre::transport::TransportError;
use titre::transport::fault::{Fault, Faulty};

/// More commands than a session with one fault can need: eight new starts, and each file again.
const MOST_COMMANDS: usize = 600;

/// Chips that go each their own way through a session.
fn profiles() -> Vec<(&'static str, ChipData)> {
    use Quirk::{Eof6282, Le6Cxx, LeMax223, NoExtendedLength, NoSfi, PaceWantsParameterId, ShortReads};
    let mut all = vec![
        ("modern", preset("modern", &[])),
        ("brainpool", preset("brainpool", &[])),
        ("first-generation", preset("first-generation", &[])),
        ("eac-3des", preset("eac-3des", &[])),
        ("modp", preset("modp", &[])),
        ("integrated-mapping", preset("integrated-mapping", &[])),
        ("chip-authentication-mapping", preset("chip-authentication-mapping", &[])),
        ("no short identifiers", preset("no-chip-authentication", &[NoSfi, PaceWantsParameterId])),
        ("Le of 223 at most", preset("no-chip-authentication", &[NoExtendedLength, LeMax223])),
        ("6Cxx", preset("first-generation", &[Le6Cxx, Eof6282])),
        ("short reads", preset("first-generation", &[ShortReads, NoSfi])),
    ];
    for (_, data) in &mut all {
        // A session judges no hash, and a short portrait leaves fewer commands that are all alike.
        data.files.insert(FileId::Dg(2), tlv::encode(0x75, &[0x5A; 500]));
    }
    all
}

fn kinds() -> Vec<Fault> {
    let mut kinds = vec![
        Fault::CardLost,
        Fault::Fail(TransportError::Timeout { millis: 5000 }),
        Fault::Fail(TransportError::Reader("unplugged".to_owned())),
        Fault::Fail(TransportError::Service("stopped".to_owned())),
        Fault::Repeat,
        Fault::FlipCommand(1),
        Fault::FlipCommand(6),
    ];
    // First byte, within the cryptogram, in the authenticator, both bytes of the status word.
    kinds.extend([0, 5, -5, -2, -1].map(Fault::Flip));
    kinds.extend([0, 1, 2, 20].map(Fault::Cut));
    kinds.extend([1, 300, 70_000].map(Fault::Extend));
    let answers = [
        "9000",
        "6988",
        "6987",
        "6700",
        "6982",
        "6A82",
        "6F00",
        "6300",
        "63C0",
        "6C10",
        "6282",
        "990290009000",
        "99029000 8E0800000000000000009000",
        "5A5A5A5A5A5A5A5A5A5A9000",
    ];
    kinds.extend(answers.map(|hex| Fault::Replace(hex::decode(hex.replace(' ', "")).unwrap())));
    kinds
}

/// How one session with a fault ended: `None` where the document was read all the same.
fn ending(name: &str, data: &ChipData, at: usize, fault: &Fault) -> Option<String> {
    let mut transport = Faulty::new(chip(data), at, fault.clone());
    let read = read(&mut transport, &mrz(data));
    let case = format!("{name}, command {at}, {fault:?}");
    assert!(transport.count() <= MOST_COMMANDS, "{case}: {} commands", transport.count());
    let lost = matches!(fault, Fault::CardLost | Fault::Fail(_));
    match read {
        Err(error) => {
            let ours = matches!(
                error,
                SessionError::Protocol(
                    ProtocolError::Order(_) | ProtocolError::Entropy(_) | ProtocolError::Cipher(_)
                )
            );
            assert!(!ours, "{case}: {error}");
            assert_eq!(matches!(error, SessionError::Transport { .. }), lost, "{case}: {error}");
            let words = error.to_string();
            Some(words.split(':').next().unwrap_or_default().to_owned())
        }
        Ok(reading) => {
            // Nobody needs the answer to SELECT of the master file: some passports give none.
            let silent = matches!(fault, Fault::Fail(TransportError::Timeout { .. }))
                && reading.quirks.contains(&"select_mf.timeout".to_owned());
            assert!(!lost || silent, "{case}: read without a card");
            for (file, bytes) in reading.files.iter().filter(|(file, _)| **file != FileId::CardAccess) {
                assert_eq!(data.files.get(file), Some(bytes), "{case}: {file}");
            }
            // Only EF.CardAccess stands outside the secure channel; the inspection compares it with DG14.
            let bac = reading.access.established.unwrap().protocol == AccessProtocol::Bac;
            let before_access = at < 6;
            assert!(!bac || data.pace.is_none() || before_access, "{case}: downgraded");
            None
        }
    }
}

#[test]
fn a_fault_at_any_command_never_alters_a_file() {
    let (profiles, kinds) = (profiles(), kinds());
    let (sessions, read_all_the_same) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for (name, data) in &profiles {
            let (kinds, sessions, read_all_the_same) = (&kinds, &sessions, &read_all_the_same);
            scope.spawn(move || {
                let commands = read(&mut chip(data), &mrz(data)).unwrap().counts.apdus as usize;
                let mut endings = BTreeMap::<String, usize>::new();
                for at in 0..commands {
                    for fault in kinds {
                        sessions.fetch_add(1, Ordering::Relaxed);
                        match ending(name, data, at, fault) {
                            Some(step) => *endings.entry(step).or_default() += 1,
                            None => {
                                read_all_the_same.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                }
                assert!(!endings.keys().any(String::is_empty), "{name}: a failure without a name");
            });
        }
    });
    let (sessions, whole) = (sessions.into_inner(), read_all_the_same.into_inner());
    println!(
        "{} chips, {} faults, {sessions} sessions; {whole} read whole all the same",
        profiles.len(),
        kinds.len()
    );
    assert!(profiles.len() > 10 && kinds.len() > 20);
}
