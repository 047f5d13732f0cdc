//! Links that carry short APDUs only: long commands go in chains, long answers come by GET RESPONSE.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use bench::{chip, document_of, judge, mrz, read, read_with};
use titre::inspection::CheckResult;
use titre::lds::{EfDir, FileId};
use titre::session::{ReadOptions, Reading, SessionError};
use titre::specimen::{Algorithms, ChipData, DocumentKind, Quirk, Specimen, SpecimenChip};
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
    document_of(DocumentKind::Td3, Algorithms::parse(algorithms).unwrap(), &[])
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

/// A chip whose answer to reset says nothing of lengths, in a reader of a card service, that counts.
struct SilentReader {
    chip: SpecimenChip,
    card: CardInfo,
    longest: usize,
    asked: Vec<String>,
}

impl SilentReader {
    fn new(data: &ChipData, protocol: &str) -> Self {
        let chip = chip(data);
        let card = CardInfo {
            max_le: 256,
            protocol: protocol.to_owned(),
            atr: "3B80800101".to_owned(),
            ..chip.card().clone()
        };
        Self { chip, card, longest: 0, asked: Vec::new() }
    }

    fn asked_for(&self, command: &str) -> bool {
        self.asked.iter().any(|asked| asked == command)
    }
}

impl Transport for SilentReader {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.chip.transceive(command)?;
        self.longest = self.longest.max(command.len()).max(answer.len());
        self.asked.push(hex::encode_upper(command));
        Ok(answer)
    }
    fn card(&self) -> &CardInfo {
        &self.card
    }
}

const READ_ATR_INFO: &str = "00B0810000";
const READ_DIR: &str = "00B09E0000";

#[test]
fn extended_length_is_learnt_from_the_chip_where_the_answer_to_reset_is_silent() {
    let specimen = made("modern");
    let mut reader = SilentReader::new(&specimen.chip, "T=1");
    let mut reading = read(&mut reader, &mrz(&specimen.chip)).unwrap();
    assert!(reader.asked_for(READ_ATR_INFO) && !reader.asked_for(READ_DIR));
    assert!(reader.longest > 30_000, "{}", reader.longest);
    let known = read(&mut chip(&specimen.chip), &mrz(&specimen.chip)).unwrap();
    assert_eq!(reading.counts.apdus, known.counts.apdus + 1);
    assert!(reading.files.remove(&FileId::AtrInfo).is_some());
    genuine(&specimen, &reading);
    // libnfc carries no more than that whatever the chip says, and an answer to reset that speaks is believed.
    let mut short = SilentReader::new(&specimen.chip, "T=CL");
    genuine(&specimen, &read(&mut short, &mrz(&specimen.chip)).unwrap());
    assert!(!short.asked_for(READ_ATR_INFO) && short.longest <= 261);
    let mut speaking = SilentReader::new(&specimen.chip, "T=1");
    speaking.card.atr.clone_from(&chip(&specimen.chip).card().atr);
    read(&mut speaking, &mrz(&specimen.chip)).unwrap();
    assert!(!speaking.asked_for(READ_ATR_INFO));
}

#[test]
fn the_chip_is_asked_for_no_more_than_it_says() {
    // 1024 bytes each way, with and without its word on the capabilities; modp needs chains for what 200 do not hold.
    for (algorithms, info, most) in [
        ("modern", "7F660802020400 02020400", 1024),
        ("first-generation", "47038421C0 7F660802020400 02020400", 1024),
        ("modp", "7F6608020200C8 02020400", 1024),
    ] {
        let specimen = made(algorithms);
        let mut data = specimen.chip.clone();
        data.files.insert(FileId::AtrInfo, hex::decode(info.replace(' ', "")).unwrap());
        let mut reader = SilentReader::new(&data, "T=1");
        let mut reading = read(&mut reader, &mrz(&data)).unwrap();
        assert!((900..=most).contains(&reader.longest), "{algorithms}: {}", reader.longest);
        let chained = reader.asked.iter().any(|command| command.starts_with("10860000FF"));
        assert_eq!(chained, algorithms == "modp");
        reading.files.remove(&FileId::AtrInfo);
        assert!(reading.quirks.is_empty(), "{:?}", reading.quirks);
        genuine(&specimen, &reading);
    }
    // What is no such file is not believed and not kept.
    let mut data = made("modern").chip;
    data.files.insert(FileId::AtrInfo, vec![0x61, 0x02, 0x5F, 0x1F]);
    let mut reader = SilentReader::new(&data, "T=1");
    let reading = read(&mut reader, &mrz(&data)).unwrap();
    assert!(!reading.files.contains_key(&FileId::AtrInfo) && reader.longest <= 261);
}

#[test]
fn all_files_are_read_where_they_are_asked_for_and_missed_where_they_are_not_there() {
    let mut options = ReadOptions::default();
    options.all_files = true;
    let specimen = made("modern");
    let data = specimen.chip.clone();
    let mut reading = read_with(&mut chip(&data), &mrz(&data), &options).unwrap();
    let dir = EfDir::parse(&reading.files.remove(&FileId::Dir).unwrap()).unwrap();
    assert_eq!(dir.applications[0].name(), Some("eMRTD"));
    assert!(reading.files.remove(&FileId::AtrInfo).is_some());
    genuine(&specimen, &reading);
    // Absent, and refused because another directory is selected: EF.COM and DG1 have the same short identifiers there.
    let mut without = data.clone();
    for file in [FileId::Dir, FileId::AtrInfo] {
        without.files.insert(file, Vec::new());
    }
    let reading = read_with(&mut chip(&without), &mrz(&data), &options).unwrap();
    genuine(&specimen, &reading);
    for quirk in [Quirk::ApplicationPreselected, Quirk::OtherPreselected] {
        let mut preselected = data.clone();
        preselected.quirks.insert(quirk);
        let reading = read_with(&mut chip(&preselected), &mrz(&data), &options).unwrap();
        assert!(reading.files.contains_key(&FileId::Dir), "{quirk:?}");
    }
}
