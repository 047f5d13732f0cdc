//! What reading a document costs: commands, bytes on air, and time on a modelled link, each beside what the same
//! document cannot be read with less. No clock is asked. `cargo test --test reading_cost -- --nocapture` prints the table.
//!
//! The least is: the commands of access and of the chip's authenticity as they were sent, and each file in as few protected
//! READ BINARY as its size and the length of a response allow, opened by its short identifier.

#[expect(dead_code, reason = "each test file uses a part")]
mod bench;

use bench::{chip, mrz, portrait, read};
use std::collections::BTreeSet;
use time::OffsetDateTime;
use titre::crypto::SessionCipher;
use titre::specimen::{ChipData, DocumentKind, Order, PRESETS, Specimen};
use titre::transport::{CardInfo, Transport, TransportError};

/// Frame bytes of ISO/IEC 14443-4 at the largest common frame size: 256, less header and check.
const FRAME: usize = 256 - 3;
/// Seconds between frames: the least guard times of ISO/IEC 14443-3, both ways.
const TURN: f64 = 2.0 * 90e-6;

/// A chip in the field, with what went over the air.
struct Meter {
    chip: titre::specimen::SpecimenChip,
    card: CardInfo,
    exchanges: Vec<Exchange>,
}

#[derive(Clone, Copy)]
struct Exchange {
    sent: usize,
    received: usize,
    /// READ BINARY or SELECT of a file.
    of_files: bool,
}

impl Transport for Meter {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let reply = self.chip.transceive(command)?;
        let of_files = matches!(command[1], 0xB0 | 0xB1) || command[1] == 0xA4 && command[2] == 0x02;
        self.exchanges.push(Exchange { sent: command.len(), received: reply.len(), of_files });
        Ok(reply)
    }
    fn card(&self) -> &CardInfo {
        &self.card
    }
}

/// Seconds on the air of an APDU each way: its frames, the acknowledgements of all but the last, the turns, and the chip.
fn seconds(exchange: Exchange, kbits: f64, chip: f64) -> f64 {
    // Ten bit times a byte: eight bits, parity, and what the guard time between bytes comes to.
    let byte = 10.0 / (kbits * 1000.0);
    let way = |len: usize| {
        let frames = len.div_ceil(FRAME).max(1);
        (len + 3 * frames + 3 * (frames - 1)) as f64 * byte + (2 * frames - 1) as f64 * TURN / 2.0
    };
    way(exchange.sent) + way(exchange.received) + chip
}

/// Bytes of a protected response with `len` bytes of file.
fn protected(len: usize, cipher: SessionCipher) -> usize {
    let cryptogram = (len / cipher.block_len() + 1) * cipher.block_len() + 1;
    let length = match cryptogram {
        0..0x80 => 1,
        0x80..0x100 => 2,
        _ => 3,
    };
    1 + length + cryptogram + 4 + 10 + 2
}

/// The least for the files: protected READ BINARY of `block` bytes each.
fn least(sizes: &[usize], block: usize, cipher: SessionCipher) -> Vec<Exchange> {
    let mut all = Vec::new();
    for size in sizes {
        for at in (0..*size).step_by(block) {
            let len = block.min(size - at);
            // Header, Lc, DO 97, DO 8E, Le; extended where the response is.
            let sent = if block > 256 { 7 + 4 + 10 + 2 } else { 5 + 3 + 10 + 1 };
            all.push(Exchange { sent, received: protected(len, cipher), of_files: true });
        }
    }
    all
}

/// A passport of a preset with a portrait of about this many bytes.
fn passport(name: &str, bytes: usize) -> ChipData {
    let preset = PRESETS.iter().find(|preset| preset.name == name).unwrap();
    let order = Order {
        seed: 7,
        kind: DocumentKind::Td3,
        algorithms: preset.algorithms,
        quirks: BTreeSet::new(),
        at: OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap(),
        portrait: &portrait(bytes),
    };
    Specimen::make(&order).unwrap().chip
}

struct Cost {
    commands: usize,
    bytes: usize,
    payload: usize,
    more_commands: usize,
    slower: f64,
}

fn cost(data: &ChipData, max_le: u32) -> Cost {
    let chip = chip(data);
    let card = CardInfo { max_le, ..chip.card().clone() };
    let mut meter = Meter { chip, card, exchanges: Vec::new() };
    let reading = read(&mut meter, &mrz(data)).unwrap();
    assert!(reading.unread.is_empty() && reading.quirks.is_empty(), "{:?}", reading.quirks);
    let cipher = reading.access.established.unwrap().cipher;
    let block = match (max_le, cipher) {
        (256, SessionCipher::TripleDes) => 231,
        (256, _) => 223,
        _ => 65_536,
    };
    let sizes: Vec<usize> = reading.files.values().map(Vec::len).collect();
    let mut bound: Vec<Exchange> =
        meter.exchanges.iter().filter(|exchange| !exchange.of_files).copied().collect();
    bound.extend(least(&sizes, block, cipher));
    let time = |exchanges: &[Exchange], kbits, chip| -> f64 {
        exchanges.iter().map(|exchange| seconds(*exchange, kbits, chip)).sum()
    };
    let links = [106.0, 212.0, 424.0, 848.0].into_iter().flat_map(|kbits| [(kbits, 1e-3), (kbits, 5e-3)]);
    let slower = links.map(|(kbits, chip)| time(&meter.exchanges, kbits, chip) / time(&bound, kbits, chip));
    Cost {
        commands: meter.exchanges.len(),
        bytes: meter.exchanges.iter().map(|exchange| exchange.sent + exchange.received).sum(),
        payload: sizes.iter().sum(),
        more_commands: meter.exchanges.len() - bound.len(),
        slower: slower.fold(0.0, f64::max),
    }
}

#[test]
fn reading_is_near_the_least_that_a_document_can_be_read_with() {
    println!(
        "{:24} {:>9} {:>8} {:>8} {:>8} {:>7} {:>6}",
        "chip", "response", "commands", "more", "bytes", "air", "time"
    );
    for name in ["modern", "brainpool", "first-generation", "strong"] {
        for (portrait, max_le, words, most_air) in [
            (15_000, 65_536, "extended", 1.08),
            (15_000, 256, "short", 1.35),
            (40_000, 65_536, "extended", 1.08),
            (40_000, 256, "short", 1.35),
        ] {
            let cost = cost(&passport(name, portrait), max_le);
            let air = cost.bytes as f64 / cost.payload as f64;
            println!(
                "{name:24} {words:>9} {:8} {:8} {:8} {air:7.3} {:6.3}",
                cost.commands, cost.more_commands, cost.bytes, cost.slower
            );
            assert!(cost.more_commands <= 3, "{name} {words}: {} commands more", cost.more_commands);
            // Points of P-521 and brainpoolP512r1 alone are more than that beside a small portrait.
            let most_air = if name == "strong" && portrait == 15_000 { most_air + 0.02 } else { most_air };
            assert!(air <= most_air, "{name} {words}: {air}");
            assert!(cost.slower <= 1.1, "{name} {words}: {}", cost.slower);
        }
    }
}
