//! A hostile chip, or somebody between it and the reader: specimens whose answers are exchanged as the input says. No
//! panic, no endless session, and whatever came under secure messaging is what the chip has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use titre::crypto::SeededEntropy;
use titre::lds::{FileId, Mrz};
use titre::session::{Password, ReadOptions, read_document};
use titre::specimen::{Algorithms, ChipData, DocumentKind, Order, Quirk, Specimen, SpecimenChip};
use titre::transport::{CardInfo, Transport, TransportError};

/// Most commands of a session, whatever the chip answers.
const MOST_COMMANDS: u64 = 8192;

/// The chip, and what is made of its answers: for each a byte that says what, and its bytes.
struct Tampered<'a> {
    chip: SpecimenChip,
    script: &'a [u8],
    commands: u64,
}

impl<'a> Tampered<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.script.split_at(count.min(self.script.len()));
        self.script = rest;
        taken
    }
}

impl Transport for Tampered<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.commands += 1;
        assert!(self.commands <= MOST_COMMANDS, "an endless session");
        let genuine = self.chip.transceive(command)?;
        let Some((what, rest)) = self.script.split_first() else { return Ok(genuine) };
        self.script = rest;
        let mut answer = genuine;
        match what {
            0..=127 => {}
            // A status word alone.
            128..=159 => answer = self.take(2).to_vec(),
            // Bytes of the input, and the genuine status word or not.
            160..=191 => {
                let count = usize::from(what - 160) * 8;
                answer = self.take(count).to_vec();
                answer.extend([0x90, 0x00]);
            }
            192..=223 => {
                let at = usize::from(what - 192).min(answer.len());
                answer.truncate(answer.len() - at);
            }
            224..=239 => {
                for (byte, mask) in answer.iter_mut().zip(self.take(usize::from(what - 223))) {
                    *byte ^= mask;
                }
            }
            240..=247 => {
                for (byte, mask) in answer.iter_mut().rev().zip(self.take(usize::from(what - 239))) {
                    *byte ^= mask;
                }
            }
            248..=251 => return Err(TransportError::Timeout { millis: 1 }),
            _ => return Err(TransportError::CardLost("script".to_owned())),
        }
        Ok(answer)
    }

    fn card(&self) -> &CardInfo {
        self.chip.card()
    }
}

fn chips() -> &'static [ChipData] {
    static CHIPS: OnceLock<Vec<ChipData>> = OnceLock::new();
    CHIPS.get_or_init(|| {
        let make = |algorithms: &str, quirks: &[Quirk]| {
            let order = Order {
                seed: 3,
                kind: DocumentKind::Td1,
                algorithms: Algorithms::parse(algorithms).expect("they are named above"),
                quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
                at: time::macros::datetime!(2026-11-22 12:00 UTC),
                portrait: &[0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 9, 0, 7, 3, 1, 0x22, 0, 0xFF, 0xD9],
            };
            Specimen::make(&order).expect("a specimen").chip
        };
        vec![
            make("modern", &[]),
            make("modern,access=bac,aa=none", &[]),
            make("chip-authentication-mapping", &[Quirk::NoSfi]),
            make("modern,ca=3des:P-256,aa=none", &[Quirk::Le6Cxx, Quirk::NoExtendedLength]),
            make("no-chip-authentication", &[Quirk::ShortReads, Quirk::ApplicationPreselected]),
        ]
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, script)) = bytes.split_first() else { return };
    let data = &chips()[usize::from(*which) % chips().len()];
    let chip = SpecimenChip::new(data.clone()).expect("a chip of its data");
    let mut transport = Tampered { chip, script, commands: 0 };
    let password = Password::Mrz(Mrz::parse(&data.mrz).and_then(|mrz| mrz.mrz_key()).expect("its own"));
    let mut entropy = SeededEntropy::new("terminal", u64::from(*which));
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = which & 0x40 != 0;
    let Ok(reading) = read_document(&mut transport, &password, &mut entropy, &options, &mut |_| {}) else {
        return;
    };
    for (file, bytes) in &reading.files {
        // EF.CardAccess is read in the open; DG14 is compared with it later.
        let own = data.files.get(file).is_some_and(|own| own == bytes);
        assert!(own || *file == FileId::CardAccess, "{file} is another");
    }
    assert!(!reading.access.bac_fallback || options.allow_bac_fallback, "a downgrade");
});
