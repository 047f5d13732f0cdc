//! A specimen chip through a real libnfc: behind a PN532 that is emulated on a pseudo-terminal.
#![cfg(all(feature = "nfc", target_os = "linux"))]

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;
mod pn532;

use pn532::{Pn532, Trouble};
use std::time::Duration;
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
