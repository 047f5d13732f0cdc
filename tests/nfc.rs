//! A specimen chip through a real libnfc: behind a PN532 that is emulated on a pseudo-terminal.
#![cfg(all(feature = "nfc", target_os = "linux"))]

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;
mod pn532;

use pn532::{Pn532, Trouble};
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};
use titre::specimen::SpecimenChip;
use titre::transport::nfc::{MAX_COMMAND, NfcTransport};
use titre::transport::{Transport, TransportError};

fn reader(trouble: Trouble) -> (Pn532, titre::specimen::ChipData) {
    let data = bench::preset("modern", &[]);
    (Pn532::start(SpecimenChip::new(data.clone()).unwrap(), trouble), data)
}

fn connect(reader: &Pn532) -> Result<NfcTransport, TransportError> {
    NfcTransport::connect(Some(&reader.name), Duration::from_secs(1))
}

#[test]
fn a_specimen_is_read_through_libnfc() {
    let (pn532, data) = reader(Trouble::None);
    let mut transport = connect(&pn532).unwrap();
    assert_eq!(transport.card().atr, "3B858001807384210052", "{:?}", transport.card());
    assert_eq!(transport.card().max_le, 256);
    let reading = bench::read(&mut transport, &bench::mrz(&data)).unwrap();
    let direct = bench::read(&mut bench::chip(&data), &bench::mrz(&data)).unwrap();
    assert_eq!(reading.files, direct.files);
    assert!(reading.chip_authentication.as_ref().unwrap().witnessed);
    assert!(reading.active_authentication.as_ref().unwrap().failure.is_none());
    drop(transport);
    let longest = pn532.longest_command();
    assert!(longest <= MAX_COMMAND, "{longest}");
    eprintln!("libnfc: longest command {longest} bytes, {} APDUs", reading.counts.apdus);

    // Never more than libnfc holds, whoever asks; and the session goes on.
    let (pn532, _) = reader(Trouble::None);
    let mut transport = connect(&pn532).unwrap();
    let long = vec![0; MAX_COMMAND + 1];
    assert!(matches!(transport.transceive(&long), Err(TransportError::Reader(_))));
    assert_eq!(pn532.longest_command(), 0, "it was not sent");
    assert_eq!(transport.transceive(&[0, 0x84, 0, 0]).unwrap().len(), 2);
}

#[test]
fn no_chip_a_lost_chip_and_no_reader_are_told_apart() {
    let (pn532, _) = reader(Trouble::NoChip);
    assert!(matches!(connect(&pn532), Err(TransportError::NoCard { seconds: 1 })));
    drop(pn532);
    let (pn532, data) = reader(Trouble::LostAt(6));
    let mut transport = connect(&pn532).unwrap();
    let error = bench::read(&mut transport, &bench::mrz(&data)).err().unwrap();
    assert!(error.to_string().contains("card lost"), "{error}");
    drop(transport);
    drop(pn532);
    let nowhere = NfcTransport::connect(Some("pn532_uart:/dev/nowhere"), Duration::ZERO);
    assert!(matches!(nowhere, Err(TransportError::Reader(_))));
    let endless = "x".repeat(2000);
    assert!(matches!(NfcTransport::connect(Some(&endless), Duration::ZERO), Err(TransportError::Reader(_))));
}

#[test]
fn long_keys_and_signatures_go_through_in_short_apdus() {
    for algorithms in ["modp", "rsa,aa=rsa-pkcs1:2048:sha-256"] {
        let data = bench::make(titre::specimen::Algorithms::parse(algorithms).unwrap(), &[]);
        let pn532 = Pn532::start(SpecimenChip::new(data.clone()).unwrap(), Trouble::None);
        let mut transport = connect(&pn532).unwrap();
        let reading = bench::read(&mut transport, &bench::mrz(&data)).unwrap();
        assert_eq!(reading.files, data.files, "{algorithms}");
        let chip = reading.chip_authentication.as_ref().map(|evidence| evidence.witnessed);
        assert_eq!(chip, data.chip_authentication.as_ref().map(|_| true));
        let active = reading.active_authentication.as_ref().map(|evidence| evidence.failure.is_none());
        assert_eq!(active, data.active_authentication.as_ref().map(|_| true));
        drop(transport);
        assert!(pn532.longest_command() <= 261, "{}", pn532.longest_command());
    }
}

#[test]
fn a_chip_that_comes_back_is_selected_and_read_on() {
    let (pn532, data) = reader(Trouble::LostAt(60));
    let mut transport = connect(&pn532).unwrap();
    let mut options = titre::session::ReadOptions::default();
    options.resume = true;
    let reading = bench::read_with(&mut transport, &bench::mrz(&data), &options).unwrap();
    assert_eq!(reading.files, data.files);
    assert_eq!(reading.access.card_lost, 1);
}

#[test]
fn only_chips_that_take_commands_are_selected_of_either_type() {
    let (pn532, _) = reader(Trouble::MemoryCard);
    assert!(matches!(connect(&pn532), Err(TransportError::NoCard { seconds: 1 })));
    drop(pn532);
    let (pn532, data) = reader(Trouble::TypeB);
    let mut transport = connect(&pn532).unwrap();
    assert_eq!(transport.card().atr, "3B88800180738421008185005B", "{:?}", transport.card());
    let reading = bench::read(&mut transport, &bench::mrz(&data)).unwrap();
    assert!(reading.chip_authentication.as_ref().unwrap().witnessed);
}

#[test]
fn a_reader_that_says_nothing_or_is_unplugged_ends_the_session() {
    for (trouble, expected) in [
        (Trouble::SilentAt(6), "did not answer within 5000 ms"),
        (Trouble::UnpluggedAt(6), "reader: the reader is gone"),
    ] {
        let (pn532, data) = reader(trouble);
        let mut transport = connect(&pn532).unwrap();
        let start = Instant::now();
        let error = bench::read(&mut transport, &bench::mrz(&data)).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

/// `titre --json ARGS` where libnfc is told of this reader; gives exit code and document.
fn titre(reader: &str, args: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_titre"));
    command.arg("--json").args(args).env("LIBNFC_DEFAULT_DEVICE", reader).env("LC_ALL", "C");
    let output = command.output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn readers_are_listed_by_the_names_that_open_them() {
    let (pn532, data) = reader(Trouble::None);
    let (exit, document) = titre(&pn532.name, &["reader", "list", "--transport", "nfc"]);
    assert_eq!(exit, 0, "{document}");
    let readers = document["result"]["readers"].as_array().unwrap();
    let at = readers.iter().position(|reader| reader["name"] == pn532.name.as_str()).expect("listed");
    assert_eq!(readers[at]["number"], at + 1);
    let only = readers.len() == 1;
    assert_eq!(document["result"]["chosen"].is_null(), !only, "{document}");
    assert!(
        titre::transport::nfc::list().unwrap().iter().all(|name| *name != pn532.name),
        "told by a variable"
    );

    // The name opens it; where it is the only one, none is needed.
    let dir = tempfile::tempdir().unwrap();
    let key = titre::lds::Mrz::parse(&data.mrz).unwrap().mrz_key().unwrap();
    let information = key.information();
    let (number, dates) = information.split_at(information.len() - 15);
    let mrz = dir.path().join("mrz").display().to_string();
    std::fs::write(&mrz, format!("{number}/{}/{}\n", &dates[1..7], &dates[8..14])).unwrap();
    let named = format!("nfc:{}", readers[at]["name"].as_str().unwrap());
    for transport in [Some(named.as_str()), only.then_some("nfc")].into_iter().flatten() {
        let document = dir.path().join("document").display().to_string();
        let args =
            ["--batch", "--force", "read", "--transport", transport, "--mrz-file", &mrz, "-o", &document];
        let (exit, document) = titre(&pn532.name, &args);
        assert_eq!((exit, &document["result"]["provenance"]), (0, &Value::from("live")), "{document}");
    }
}
