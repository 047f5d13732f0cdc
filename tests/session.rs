//! Sessions with specimen chips: every way in, every refusal, chips with habits, and a fault at every command.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use bench::{can, chip, make, mrz, preset, read, read_with};
use titre::lds::{EfCom, FileId, MrzKey};
use titre::protocol::{Can, Password, ProtocolError};
use titre::session::{AccessProtocol, ReadOptions, Reading, SessionError, UnreadReason};
use titre::specimen::{Algorithms, ChipData, PRESETS, Quirk};
use titre::transport::{CardInfo, Transport, TransportError};

fn all_files_of(data: &ChipData, reading: &Reading) {
    for (file, bytes) in &reading.files {
        assert_eq!(data.files.get(file), Some(bytes), "{file}");
    }
    for file in [FileId::Com, FileId::Sod, FileId::Dg(1), FileId::Dg(2)] {
        assert!(reading.files.contains_key(&file), "{file} {reading:?}");
    }
}

#[test]
fn every_preset_is_read_with_its_evidence() {
    for set in PRESETS {
        let data = preset(set.name, &[]);
        let reading = read(&mut chip(&data), &mrz(&data)).unwrap();
        all_files_of(&data, &reading);
        let established = reading.access.established.as_ref().unwrap();
        let pace = data.pace.is_some();
        assert_eq!(established.protocol == AccessProtocol::Pace, pace, "{}", set.name);
        assert_eq!(reading.access.pace_offered.len(), usize::from(pace));
        let ca = reading.chip_authentication.as_ref();
        assert_eq!(
            ca.map(|ca| ca.witnessed),
            data.chip_authentication.as_ref().map(|_| true),
            "{}",
            set.name
        );
        let aa = reading.active_authentication.as_ref();
        assert_eq!(aa.map(|aa| aa.failure.is_none()), data.active_authentication.as_ref().map(|_| true));
        assert!(!reading.access.bac_fallback && reading.access.failures.is_empty());
        assert!(reading.unread.is_empty(), "{:?}", reading.unread);
    }
}

#[test]
fn a_wrong_password_is_told_with_step_and_status_word() {
    let wrong = Password::Mrz(MrzKey::new("X00000000", "800101", "300101").unwrap());
    for (name, step) in
        [("modern", "pace.mutual_authentication"), ("first-generation", "bac.mutual_authentication")]
    {
        let error = read(&mut chip(&preset(name, &[])), &wrong).unwrap_err();
        assert!(matches!(error, SessionError::Protocol(ProtocolError::WrongPassword { .. })), "{error}");
        assert_eq!((error.step().as_deref(), error.sw()), (Some(step), Some(0x6300)), "{name}");
    }
    let data = preset("modern", &[]);
    let other = if data.can == "000000" { "000001" } else { "000000" };
    // Not even an allowed fallback tries BAC with what PACE found wrong.
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = true;
    let can = Password::Can(Can::parse(other).unwrap());
    let error = read_with(&mut chip(&data), &can, &options).unwrap_err();
    assert!(matches!(error, SessionError::Protocol(ProtocolError::WrongPassword { .. })), "{error}");
}

#[test]
fn a_downgrade_fails_closed_unless_it_is_allowed_by_name() {
    let data = preset("modern", &[Quirk::PaceBroken]);
    let error = read(&mut chip(&data), &mrz(&data)).unwrap_err();
    let SessionError::DowngradeRefused(failure) = &error else { panic!("{error}") };
    assert_eq!((failure.step.as_str(), failure.sw), ("pace.nonce", Some(0x6FFF)));
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = true;
    let reading = read_with(&mut chip(&data), &mrz(&data), &options).unwrap();
    assert!(reading.access.bac_fallback);
    assert_eq!(reading.access.established.as_ref().unwrap().protocol, AccessProtocol::Bac);
    assert_eq!(reading.access.failures[0].step, "pace.nonce");
    all_files_of(&data, &reading);
    // The card access number opens no BAC.
    let error = read_with(&mut chip(&data), &can(&data), &options).unwrap_err();
    assert!(matches!(error, SessionError::DowngradeRefused(_)), "{error}");
}

#[test]
fn a_can_does_not_open_a_chip_without_pace() {
    let data = preset("first-generation", &[]);
    let error = read(&mut chip(&data), &can(&data)).unwrap_err();
    assert!(matches!(error, SessionError::AccessNotSupported(_)), "{error}");
}

#[test]
fn chips_with_habits_are_read_all_the_same() {
    for quirk in [
        Quirk::LeMax223,
        Quirk::Le6Cxx,
        Quirk::Eof6282,
        Quirk::ShortReads,
        Quirk::NoLeInSelect,
        Quirk::NoMasterFile,
        Quirk::NoSfi,
        Quirk::NoExtendedLength,
        Quirk::PaceWantsParameterId,
        Quirk::PaceRefusesParameterId,
    ] {
        for name in ["modern", "first-generation"] {
            let data = preset(name, &[quirk]);
            let reading =
                read(&mut chip(&data), &mrz(&data)).unwrap_or_else(|error| panic!("{quirk:?}: {error}"));
            all_files_of(&data, &reading);
            let expected = match quirk {
                Quirk::LeMax223 => Some("read.le_223"),
                Quirk::ShortReads => Some("read.short"),
                Quirk::PaceWantsParameterId if name == "modern" => Some("pace.mse_with_84"),
                _ => None,
            };
            if let Some(id) = expected {
                assert!(reading.quirks.iter().any(|quirk| quirk == id), "{quirk:?} {:?}", reading.quirks);
            }
        }
    }
}

#[test]
fn fingerprints_are_never_selected() {
    struct Watch<T>(T, Vec<Vec<u8>>);
    impl<T: Transport> Transport for Watch<T> {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
            self.1.push(command.to_vec());
            self.0.transceive(command)
        }
        fn card(&self) -> &CardInfo {
            self.0.card()
        }
    }
    let data = preset("modern", &[Quirk::Dg3Protected]);
    let plain = read(&mut chip(&preset("modern", &[])), &mrz(&data)).unwrap();
    let mut watched = Watch(chip(&data), Vec::new());
    let reading = read(&mut watched, &mrz(&data)).unwrap();
    assert_eq!(reading.unread.len(), 1);
    assert_eq!((reading.unread[0].file, reading.unread[0].reason), (FileId::Dg(3), UnreadReason::Policy));
    // Not one command more than without DG3.
    assert_eq!(watched.1.len() as u64, plain.counts.apdus);
    // Nor of a chip that would open them to a terminal, with irises: not one command more than where none are listed.
    let algorithms = Algorithms::parse("modern,ta=ecdsa:P-256:sha-256").unwrap();
    let data = make(algorithms, &[]);
    let reading = read(&mut chip(&data), &mrz(&data)).unwrap();
    assert_eq!(reading.unread.len(), 2);
    assert!(
        reading.unread.iter().all(|unread| unread.reason == UnreadReason::Policy),
        "{:?}",
        reading.unread
    );
    assert_eq!(reading.access.terminal, None);
    let mut unlisted = data.clone();
    let groups: Vec<FileId> = data.files.keys().copied().filter(|file| file.dg_number().is_some()).collect();
    let others: Vec<FileId> = groups.into_iter().filter(|file| !matches!(file, FileId::Dg(3 | 4))).collect();
    unlisted.files.insert(FileId::Com, EfCom::lds_1_7(&others).to_bytes());
    let without = read(&mut chip(&unlisted), &mrz(&data)).unwrap();
    assert_eq!(reading.counts.apdus, without.counts.apdus);
}

#[test]
fn a_clone_is_read_and_its_evidence_says_so() {
    for name in ["modern", "strong", "eac-3des"] {
        let data = preset(name, &[Quirk::Clone]);
        let reading = read(&mut chip(&data), &mrz(&data)).unwrap();
        all_files_of(&data, &reading);
        let evidence = reading.chip_authentication.unwrap();
        assert!(!evidence.witnessed, "{name}");
        assert!(evidence.failure.unwrap().step.starts_with("ca."), "{name}");
        assert_eq!(reading.access.reestablished, 1);
    }
}

#[test]
fn a_stale_counter_ends_the_session() {
    for name in ["no-chip-authentication", "first-generation"] {
        let data = preset(name, &[Quirk::StaleCounter]);
        let error = read(&mut chip(&data), &mrz(&data)).unwrap_err();
        assert!(matches!(error, SessionError::SecureMessaging { .. }), "{error}");
    }
}

#[test]
fn a_chip_without_end_runs_into_the_budget() {
    let data = preset("modern", &[Quirk::ShortReads]);
    let mut options = ReadOptions::default();
    options.max_apdus = 100;
    let error = read_with(&mut chip(&data), &mrz(&data), &options).unwrap_err();
    assert!(matches!(error, SessionError::Budget { what: "commands", .. }), "{error}");
    options.max_apdus = 10_000;
    options.max_bytes = 5_000;
    let error = read_with(&mut chip(&data), &mrz(&data), &options).unwrap_err();
    assert!(matches!(error, SessionError::Budget { what: "bytes", .. }), "{error}");
    options.max_bytes = 1 << 30;
    options.max_file = 20_000;
    let reading = read_with(&mut chip(&data), &mrz(&data), &options).unwrap();
    assert_eq!((reading.unread[0].file, reading.unread[0].reason), (FileId::Dg(2), UnreadReason::TooLarge));
}

/// A chip that drops the channel when a read is too long for it, as several real ones do.
struct Abrupt {
    chip: titre::specimen::SpecimenChip,
    longest: u32,
    status: u16,
}

impl Transport for Abrupt {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let parsed = titre::iso7816::CommandApdu::from_bytes(command).unwrap();
        let le = titre::asn1::tlv::find(0x97, &parsed.data).map(|object| match object.value {
            [0] | [0, 0] => 65_536,
            bytes => bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)),
        });
        if parsed.cla == 0x0C && parsed.ins == 0xB0 && le.is_ok_and(|le| le > self.longest) {
            // Any plain command ends the session.
            self.chip.transceive(&[0x00, 0x84, 0x00, 0x00, 0x08])?;
            return Ok(self.status.to_be_bytes().to_vec());
        }
        self.chip.transceive(command)
    }
    fn card(&self) -> &CardInfo {
        self.chip.card()
    }
}

#[test]
fn a_channel_dropped_over_a_long_read_is_gained_anew_with_a_shorter_one() {
    for name in ["no-chip-authentication", "first-generation", "modern"] {
        for status in [0x6700, 0x6988, 0x6CDF] {
            let data = preset(name, &[]);
            let mut transport = Abrupt { chip: chip(&data), longest: 160, status };
            let reading = read(&mut transport, &mrz(&data)).unwrap();
            all_files_of(&data, &reading);
            assert!(
                reading.quirks.iter().any(|quirk| quirk == "read.channel_dropped"),
                "{:?}",
                reading.quirks
            );
            assert!((1..=8).contains(&reading.access.reestablished), "{}", reading.access.reestablished);
        }
    }
    // A chip that drops it at every read is not read for ever.
    let data = preset("first-generation", &[]);
    let mut transport = Abrupt { chip: chip(&data), longest: 0, status: 0x6700 };
    let error = read(&mut transport, &mrz(&data)).unwrap_err();
    assert!(matches!(error, SessionError::FileRefused { file: FileId::Sod, .. }), "{error}");
}
