//! Chips of every habit below secure messaging, as functions from command to response.

use super::*;
use crate::transport::Provenance;

struct Chip<F> {
    card: CardInfo,
    answer: F,
    seen: Vec<Vec<u8>>,
}

impl<F: FnMut(&CommandApdu) -> Vec<u8>> Transport for Chip<F> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.seen.push(command.to_vec());
        Ok((self.answer)(&CommandApdu::from_bytes(command).unwrap()))
    }
    fn card(&self) -> &CardInfo {
        &self.card
    }
}

const STEP: Step = Step::Protocol("test");

fn card(protocol: &str) -> CardInfo {
    CardInfo {
        provenance: Provenance::Specimen,
        reader: String::new(),
        atr: String::new(),
        protocol: protocol.to_owned(),
        max_le: 256,
    }
}

fn run(
    protocol: &str,
    command: &CommandApdu,
    answer: impl FnMut(&CommandApdu) -> Vec<u8>,
) -> (Result<ResponseApdu, SessionError>, Vec<Vec<u8>>) {
    let mut chip = Chip { card: card(protocol), answer, seen: Vec::new() };
    let mut link = Link::new(&mut chip, Budget { apdus: 10_000, bytes: 1 << 30 });
    let result = link.exchange(command, STEP);
    (result, chip.seen)
}

fn long() -> CommandApdu {
    CommandApdu::new(0x0C, 0x86, 0, 0)
        .with_data((0..600).map(|at| at as u8).collect::<Vec<_>>())
        .with_le(65_536)
}

#[test]
fn a_long_command_goes_in_a_chain_of_short_ones() {
    let (answer, seen) = run("T=1", &long(), |_| vec![0x90, 0x00]);
    assert_eq!(answer.unwrap(), ResponseApdu::status(StatusWord::OK));
    let starts: Vec<_> = seen.iter().map(|command| hex::encode_upper(&command[..5])).collect();
    assert_eq!(starts, ["1C860000FF", "1C860000FF", "0C8600005A"]);
    let lengths: Vec<_> = seen.iter().map(Vec::len).collect();
    assert_eq!(lengths, [260, 260, 4 + 1 + 90 + 1], "no Le but with the last");
    assert_eq!(seen[2].last(), Some(&0));
    let joined: Vec<u8> = seen.iter().zip([255, 255, 90]).flat_map(|(c, n)| c[5..5 + n].to_vec()).collect();
    assert_eq!(joined, long().data);
    // A short one goes as it is, and a mere Le is cut.
    let short = CommandApdu::new(0, 0x84, 0, 0).with_le(8);
    assert_eq!(run("T=1", &short, |_| vec![0x90, 0x00]).1, [short.to_bytes().unwrap()]);
    let le = CommandApdu::new(0, 0xB0, 0, 0).with_le(1000);
    assert_eq!(run("T=1", &le, |_| vec![0x90, 0x00]).1, [[0, 0xB0, 0, 0, 0]]);
}

#[test]
fn a_refusal_within_a_chain_is_the_answer() {
    let (answer, seen) =
        run("T=1", &long(), |command| if command.data[0] == 0 { vec![0x90, 0] } else { vec![0x69, 0x82] });
    assert_eq!((answer.unwrap().sw, seen.len()), (StatusWord::SECURITY_NOT_SATISFIED, 2));
}

#[test]
fn a_chip_without_chains_gets_extended_length_or_a_named_failure() {
    for sw in NO_CHAINS {
        let refusing = |command: &CommandApdu| {
            if command.cla & MORE != 0 { sw.0.to_be_bytes().to_vec() } else { vec![0x90, 0x00] }
        };
        let (answer, seen) = run("T=1", &long(), refusing);
        assert!(answer.unwrap().sw.is_ok(), "{sw}");
        assert_eq!(seen[1], long().to_bytes().unwrap());
        // libnfc carries nothing longer, and is not asked to.
        let (answer, seen) = run("T=CL", &long(), refusing);
        assert_eq!(answer.unwrap_err(), SessionError::ChainingRefused { step: STEP, sw });
        assert_eq!(seen.len(), 1);
        let (answer, seen) = run("T=1", &long(), |_| sw.0.to_be_bytes().to_vec());
        assert_eq!(answer.unwrap_err(), SessionError::ChainingRefused { step: STEP, sw });
        assert_eq!(seen.len(), 2);
    }
}

#[test]
fn more_data_is_fetched_to_its_end() {
    let get = |le: u8| vec![0, 0xC0, 0, 0, le];
    let short = CommandApdu::new(0, 0x88, 0, 0).with_data([1]).with_le(256);
    let mut answers =
        vec![vec![1, 2, 0x61, 0x00], vec![3, 0x61, 0x05], vec![0x6C, 0x02], vec![4, 5, 0x62, 0x82]];
    answers.reverse();
    let (answer, seen) = run("T=1", &short, |_| answers.pop().unwrap());
    assert_eq!(answer.unwrap(), ResponseApdu { data: vec![1, 2, 3, 4, 5], sw: StatusWord::END_OF_FILE });
    assert_eq!(seen[1..], [get(0), get(5), get(2)]);
    // A chip that refuses it has not answered.
    let refusing = |command: &CommandApdu| {
        if command.ins == 0xC0 { vec![0x6D, 0x00] } else { vec![1, 2, 0x61, 0x02] }
    };
    let (answer, _) = run("T=1", &short, refusing);
    assert_eq!(answer.unwrap(), ResponseApdu::status(StatusWord::INS_NOT_SUPPORTED));
}

#[test]
fn more_data_without_end_is_a_failure() {
    let short = CommandApdu::new(0, 0x88, 0, 0).with_le(256);
    for piece in [0, 1, 256] {
        let (answer, seen) = run("T=1", &short, |_| [vec![7; piece], vec![0x61, 0x00]].concat());
        let problem = "the chip's answer has no end (61xx)";
        assert_eq!(answer.unwrap_err(), ProtocolError::Malformed { step: STEP, problem }.into());
        assert!(seen.len() <= MAX_PIECES + 1, "{}", seen.len());
    }
}
