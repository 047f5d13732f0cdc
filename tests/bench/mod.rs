//! A bench for tests that read specimen chips: documents made in memory, terminals with seeded randomness.

use std::collections::BTreeSet;
use titre::crypto::SeededEntropy;
use titre::inspection::{Inspection, Profile, Subject, inspect};
use titre::lds::Mrz;
use titre::pki::{Certificate, MasterList, TrustStore};
use titre::protocol::{Can, Password};
use titre::session::{ReadOptions, Reading, SessionError, read_document};
use titre::specimen::{Algorithms, ChipData, DocumentKind, Order, PRESETS, Quirk, Specimen, SpecimenChip};
use titre::transport::Transport;

/// A document of a preset with these quirks.
pub fn preset(name: &str, quirks: &[Quirk]) -> ChipData {
    let preset = PRESETS.iter().find(|preset| preset.name == name).unwrap();
    make(preset.algorithms, quirks)
}

pub fn make(algorithms: Algorithms, quirks: &[Quirk]) -> ChipData {
    document_of(DocumentKind::Td3, algorithms, quirks).chip
}

/// The day of the bench.
pub fn today() -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap()
}

/// A document with its State.
pub fn document_of(kind: DocumentKind, algorithms: Algorithms, quirks: &[Quirk]) -> Specimen {
    let order = Order {
        seed: 7,
        kind,
        algorithms,
        quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
        at: today(),
        portrait: &portrait(40_000),
    };
    Specimen::make(&order).unwrap()
}

/// What an inspection says of it that trusts the document's State.
pub fn judge(specimen: &Specimen, reading: &Reading) -> Inspection {
    let signer = Certificate::parse(&specimen.master_list_signer).unwrap();
    let list = MasterList::verify(&specimen.master_list, &[signer], today(), &[]).unwrap();
    let mut store = TrustStore::default();
    store.add_list(&list, "masterlist.ml", &specimen.master_list, false).unwrap();
    inspect(&Subject::from(reading), &store, today(), Profile::Operational)
}

/// Bytes that have the frame of a JPEG and no picture.
pub fn portrait(len: usize) -> Vec<u8> {
    let mut jpeg = hex::decode("FFD8FFC0001108021301 9D03012200021101031101".replace(' ', "")).unwrap();
    jpeg.extend((0..len).map(|at| (at * 31 + at / 251) as u8));
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

pub fn chip(data: &ChipData) -> SpecimenChip {
    SpecimenChip::new(data.clone()).unwrap()
}

pub fn mrz(data: &ChipData) -> Password {
    Password::Mrz(Mrz::parse(&data.mrz).unwrap().mrz_key().unwrap())
}

pub fn can(data: &ChipData) -> Password {
    Password::Can(Can::parse(&data.can).unwrap())
}

pub fn terminal(seed: u64) -> SeededEntropy {
    SeededEntropy::new("terminal", seed)
}

/// Reads with the defaults.
pub fn read(transport: &mut dyn Transport, password: &Password) -> Result<Reading, SessionError> {
    read_with(transport, password, &ReadOptions::default())
}

pub fn read_with(
    transport: &mut dyn Transport,
    password: &Password,
    options: &ReadOptions,
) -> Result<Reading, SessionError> {
    read_document(transport, password, &mut terminal(1), options, &mut |_| {})
}
