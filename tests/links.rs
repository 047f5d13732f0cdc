//! Links that carry short APDUs only: long commands go in chains, long answers come by GET RESPONSE.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use bench::{chip, document, judge, mrz, read};
use titre::inspection::CheckResult;
use titre::session::{Reading, SessionError};
use titre::specimen::{Algorithms, ChipData, Specimen, SpecimenChip};
use titre::transport::{CardInfo, Transport, TransportError};

/// A reader without extended length, that counts.
struct ShortReader {
    chip: SpecimenChip,
    card: CardInfo,
    chained: usize,
    fetched: usize,
    /// Whether the chip takes chains.
    chains: bool,
}

impl ShortReader {
    fn new(data: &ChipData, chains: bool) -> Self {
        let chip = chip(data);
        let card = CardInfo { max_le: 256, ..chip.card().clone() };
        Self { chip, card, chained: 0, fetched: 0, chains }
    }
}

impl Transport for ShortReader {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        assert!(command.len() <= 261, "{} bytes", command.len());
        // A step of PACE carries the bit of a chain as well, and an Le.
        let link = command[0] & 0x10 != 0 && command.len() == 5 + usize::from(command[4]);
        self.chained += usize::from(link);
        self.fetched += usize::from(command[1] == 0xC0);
        if link && !self.chains {
            return Ok(vec![0x68, 0x84]);
        }
        let answer = self.chip.transceive(command)?;
        assert!(answer.len() <= 258, "{} bytes", answer.len());
        Ok(answer)
    }
    fn card(&self) -> &CardInfo {
        &self.card
    }
}

fn made(algorithms: &str) -> Specimen {
    document(Algorithms::parse(algorithms).unwrap(), &[])
}

fn genuine(specimen: &Specimen, reading: &Reading) {
    assert_eq!(reading.files, specimen.chip.files);
    let inspection = judge(specimen, reading);
    assert_eq!(inspection.verdict, CheckResult::Successful, "{:?}", inspection.root);
}

#[test]
fn keys_modulo_a_prime_are_read_over_a_short_link() {
    for (algorithms, chained, fetched) in [
        // Mapping, keys and chip authentication go in chains; the chip's two keys come in pieces.
        ("modp", 3, 2),
        ("modern,ca=3des:modp-2048-224", 1, 0),
        // A signature of 2048 bits, protected, is more than a short answer.
        ("rsa,aa=rsa-pkcs1:2048:sha-256", 0, 1),
        ("rsa,aa=rsa-pkcs1:3072:sha-256", 0, 1),
        ("modern", 0, 0),
    ] {
        let specimen = made(algorithms);
        let mut reader = ShortReader::new(&specimen.chip, true);
        let reading = read(&mut reader, &mrz(&specimen.chip)).unwrap_or_else(|e| panic!("{algorithms}: {e}"));
        genuine(&specimen, &reading);
        assert_eq!(reading.chip_authentication.is_some(), specimen.chip.chip_authentication.is_some());
        assert_eq!((reader.chained, reader.fetched), (chained, fetched), "{algorithms}");
        assert!(reading.quirks.is_empty(), "{:?}", reading.quirks);
    }
}

#[test]
fn a_chip_that_takes_no_chains_is_a_named_failure() {
    for (algorithms, step) in [("modp", "pace.map_nonce"), ("modern,ca=3des:modp-2048-224", "ca.set")] {
        let specimen = made(algorithms);
        let error = read(&mut ShortReader::new(&specimen.chip, false), &mrz(&specimen.chip)).unwrap_err();
        assert!(matches!(error, SessionError::ChainingRefused { .. }), "{algorithms}: {error}");
        assert_eq!((error.step().as_deref(), error.sw()), (Some(step), Some(0x6884)));
    }
}

#[test]
fn a_chip_that_takes_extended_length_without_saying_so_is_read_with_it() {
    struct Silent(SpecimenChip, CardInfo);
    impl Transport for Silent {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
            let link = command[0] & 0x10 != 0 && command.len() == 5 + usize::from(command[4]);
            if link { Ok(vec![0x68, 0x84]) } else { self.0.transceive(command) }
        }
        fn card(&self) -> &CardInfo {
            &self.1
        }
    }
    for algorithms in ["modp", "modern,ca=3des:modp-2048-224"] {
        let specimen = made(algorithms);
        let chip = chip(&specimen.chip);
        let card = CardInfo { max_le: 256, protocol: "T=1".to_owned(), ..chip.card().clone() };
        let reading = read(&mut Silent(chip, card), &mrz(&specimen.chip)).unwrap();
        genuine(&specimen, &reading);
        assert_eq!(reading.quirks, ["link.extended_unannounced"]);
    }
}
