//! Chips of every habit, as functions from command to response.

use super::*;

type Habit = Box<dyn FnMut(&CommandApdu) -> ResponseApdu>;

fn file(len: usize) -> Vec<u8> {
    let value: Vec<u8> = (0..len).map(|at| (at * 7 + at / 256) as u8).collect();
    tlv::encode(0x75, &value)
}

fn offset(command: &CommandApdu) -> usize {
    if command.ins == 0xB1 {
        let place = tlv::read_only(0x54, &command.data).unwrap();
        place.value.iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
    } else if command.p1 & 0x80 != 0 {
        assert_eq!(command.p1 & 0x7F, FileId::Dg(2).sfi());
        usize::from(command.p2)
    } else {
        usize::from(command.p1) << 8 | usize::from(command.p2)
    }
}

/// A chip that follows the standard and caps its answers.
fn standard(content: Vec<u8>, cap: usize) -> Habit {
    Box::new(move |command| {
        if command.ins == 0xA4 {
            assert_eq!(command.to_bytes().unwrap(), [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x01, 0x02]);
            return ResponseApdu::status(StatusWord::OK);
        }
        let at = offset(command);
        if at >= content.len() {
            return ResponseApdu::status(StatusWord::WRONG_OFFSET);
        }
        assert!(at < ODD_FROM || command.ins == 0xB1, "plain READ BINARY beyond 32 kB");
        let room = command.le.unwrap() as usize - if command.ins == 0xB1 { ODD_OVERHEAD as usize } else { 0 };
        // Le 0000 asks for what there is, wherever that ends.
        let bounded = command.le != Some(65_536);
        assert!(command.ins == 0xB1 || !bounded || at + room <= ODD_FROM, "a read straddles 32 kB");
        let end = content.len().min(at + room.min(cap));
        let sw =
            if end < at + room && end == content.len() { StatusWord::END_OF_FILE } else { StatusWord::OK };
        let data = content[at..end].to_vec();
        ResponseApdu { data: if command.ins == 0xB1 { tlv::encode(0x53, &data) } else { data }, sw }
    })
}

fn run(habit: &mut Habit, start: u32) -> Result<(FileRead, usize), ProtocolError> {
    run_opening(habit, start, Opening::Select)
}

fn run_opening(habit: &mut Habit, start: u32, opening: Opening) -> Result<(FileRead, usize), ProtocolError> {
    let limits = ReadLimits { opening, ..ReadLimits::new(70_000, |le| le <= start) };
    let mut exchange = ReadFile::new(FileId::Dg(2), limits);
    let mut reply = None;
    for count in 0..100_000 {
        match exchange.next(reply.as_ref())? {
            Next::Send(command, _) => reply = Some(habit(&command)),
            Next::Done(read) => return Ok((read, count)),
        }
    }
    panic!("no end");
}

#[test]
fn reads_files_of_every_size_at_every_le() {
    for len in [1, 6, 7, 100, 254, 255, 256, 1000, 32_755, 32_770, 65_530, 69_000] {
        for le in [65_536, 256, 231, 128] {
            let content = file(len);
            let (read, commands) = run(&mut standard(content.clone(), usize::MAX), le).unwrap();
            assert!(read.bytes == content, "{len} bytes at Le {le}");
            assert!(read.quirks.is_empty(), "{len} bytes at Le {le}: {:?}", read.quirks);
            let mut chip = standard(content.clone(), usize::MAX);
            let (again, fewer) = run_opening(&mut chip, le, Opening::ShortIdentifier).unwrap();
            assert!(again.bytes == content && again.quirks.is_empty(), "{len} bytes at Le {le}");
            assert_eq!(fewer + 1, commands);
            if content.len() <= le as usize && content.len() <= ODD_FROM {
                assert_eq!(fewer, 1, "{len} bytes at Le {le}");
            }
        }
    }
}

#[test]
fn a_chip_that_does_not_know_short_identifiers_is_asked_with_select() {
    for answer in [0x6A86, 0x6A82, 0x6B00, 0x6D00, 0x6986, 0x6982] {
        let content = file(1000);
        let mut inner = standard(content.clone(), usize::MAX);
        let mut habit: Habit = Box::new(move |command| {
            if command.ins == 0xB0 && command.p1 & 0x80 != 0 {
                return ResponseApdu::status(StatusWord(answer));
            }
            inner(command)
        });
        let (read, _) = run_opening(&mut habit, 256, Opening::ShortIdentifier).unwrap();
        assert_eq!(read.bytes, content, "{answer:X}");
        assert!(read.quirks.contains(&"read.no_sfi"), "{answer:X}: {:?}", read.quirks);
    }
}

#[test]
fn a_short_identifier_that_opens_another_file_is_not_believed() {
    let content = file(300);
    let mut inner = standard(content.clone(), usize::MAX);
    let mut habit: Habit = Box::new(move |command| {
        if command.ins == 0xB0 && command.p1 & 0x80 != 0 {
            return ResponseApdu { data: tlv::encode(0x61, &[1, 2, 3]), sw: StatusWord::OK };
        }
        inner(command)
    });
    let (read, _) = run_opening(&mut habit, 256, Opening::ShortIdentifier).unwrap();
    assert_eq!(read.bytes, content);
    assert_eq!(read.quirks, ["read.no_sfi", "read.sfi_of_another"]);
}

#[test]
fn a_chip_that_gives_nothing_beyond_the_end_is_asked_for_the_header_first() {
    for answer in [0x6700, 0x6B00, 0x6F00, 0x9000, 0x6C00] {
        for opening in [Opening::Select, Opening::ShortIdentifier] {
            let content = file(40);
            let end = content.len();
            let mut inner = standard(content.clone(), usize::MAX);
            let mut habit: Habit = Box::new(move |command| {
                if command.ins == 0xB0 && offset(command) + command.le.unwrap() as usize > end {
                    return ResponseApdu::status(StatusWord(answer));
                }
                inner(command)
            });
            let (read, count) = run_opening(&mut habit, 256, opening).unwrap();
            assert_eq!(read.bytes, content, "{answer:X}");
            assert_eq!(read.quirks, ["read.header_first"], "{answer:X}");
            assert!(count <= 4, "{answer:X}: {count}");
        }
    }
}

#[test]
fn takes_short_answers_down_to_one_byte() {
    for cap in [100, 7, 1] {
        let content = file(700);
        let (read, count) = run(&mut standard(content.clone(), cap), 256).unwrap();
        assert_eq!(read.bytes, content);
        assert_eq!(read.quirks, ["read.short"]);
        assert!(count >= 700 / cap);
    }
}

#[test]
fn steps_down_after_wrong_length_and_takes_the_exact_one() {
    for (answer, quirk) in [(0x6700, "read.le_128"), (0x6C80, "read.exact_le")] {
        let content = file(2000);
        let mut inner = standard(content.clone(), usize::MAX);
        let mut habit: Habit = Box::new(move |command| {
            if command.ins == 0xB0 && command.le.unwrap() > 128 {
                return ResponseApdu::status(StatusWord(answer));
            }
            inner(command)
        });
        let (read, count) = run(&mut habit, 256).unwrap();
        assert_eq!(read.bytes, content);
        assert!(read.quirks.contains(&quirk), "{:?}", read.quirks);
        // It learns: the ladder is gone down once, not at each read.
        assert!(count < 30, "{count}");
    }
}

#[test]
fn refuses_what_is_no_file() {
    let fails = |content: Vec<u8>| run(&mut standard(content, usize::MAX), 256).unwrap_err();
    let cut = |mut content: Vec<u8>, len| {
        content.truncate(len);
        content
    };
    assert!(matches!(fails(cut(file(1000), 500)), ProtocolError::File { .. }));
    assert!(matches!(fails(cut(file(1000), 1)), ProtocolError::File { .. }));
    assert!(matches!(fails(tlv::encode(0x61, &[0; 50])), ProtocolError::File { .. }));
    assert!(matches!(fails(vec![0x75, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]), ProtocolError::File { .. }));
    assert!(matches!(fails(file(70_000)), ProtocolError::TooLarge { limit: 70_000, .. }));
    assert!(matches!(fails(vec![0x75, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0]), ProtocolError::TooLarge { .. }));
}

#[test]
fn a_chip_that_gives_nothing_or_too_much_or_refuses_ends_the_reading() {
    let with = |answer: fn(&CommandApdu) -> ResponseApdu| {
        let mut habit: Habit = Box::new(move |command| {
            if command.ins == 0xA4 { ResponseApdu::status(StatusWord::OK) } else { answer(command) }
        });
        run(&mut habit, 256).unwrap_err()
    };
    assert!(matches!(with(|_| ResponseApdu::status(StatusWord::OK)), ProtocolError::File { .. }));
    let more = with(|command| ResponseApdu {
        data: vec![0x75; command.le.unwrap() as usize + 1],
        sw: StatusWord::OK,
    });
    assert!(matches!(more, ProtocolError::File { .. }));
    let step = Step::Read(FileId::Dg(2));
    let refused = with(|_| ResponseApdu::status(StatusWord::SECURITY_NOT_SATISFIED));
    assert_eq!(refused, ProtocolError::Refused { step, sw: StatusWord::SECURITY_NOT_SATISFIED });
    // 6Cxx that asks for as much again, and 6700 down to the last rung, must end too.
    assert!(matches!(with(|_| ResponseApdu::status(StatusWord(0x6C00))), ProtocolError::Refused { .. }));
    assert!(matches!(with(|_| ResponseApdu::status(StatusWord(0x6C01))), ProtocolError::Refused { .. }));
    assert!(matches!(
        with(|_| ResponseApdu::status(StatusWord::WRONG_LENGTH)),
        ProtocolError::Refused { .. }
    ));
}

#[test]
fn a_file_that_cannot_be_selected_is_refused_by_name() {
    let mut habit: Habit = Box::new(|_| ResponseApdu::status(StatusWord::NOT_FOUND));
    let error = run(&mut habit, 256).unwrap_err();
    assert_eq!(error.to_string(), "select.dg2: the chip answers 6A82 (file or application not found)");
}

#[test]
fn only_zeros_after_the_end_are_taken_for_padding() {
    // Read piece by piece, by even and by odd instruction.
    for len in [1_000, 33_000] {
        let with = |surplus: Vec<u8>, sw: StatusWord| {
            let mut chip = standard(file(len), 200);
            let mut read = 0;
            let mut habit: Habit = Box::new(move |command| {
                let mut answer = chip(command);
                if matches!(command.ins, 0xB0 | 0xB1) {
                    read = offset(command);
                }
                if read + 200 > len && !answer.data.is_empty() {
                    answer.sw = sw;
                    answer.data.extend(&surplus);
                }
                answer
            });
            run(&mut habit, 128)
        };
        let end = StatusWord::END_OF_FILE;
        for zeros in [0, 2, 15] {
            let (read, _) = with(vec![0; zeros], end).unwrap();
            assert_eq!(read.bytes, file(len), "{zeros} zeros after {len}");
            assert_eq!(read.quirks.contains(&"read.padding_6282"), zeros > 0);
        }
        for (surplus, sw) in [(vec![0; 16], end), (vec![0, 1], end), (vec![0, 0], StatusWord::OK)] {
            let error = with(surplus.clone(), sw).unwrap_err();
            assert!(matches!(error, ProtocolError::File { .. }), "{surplus:?} {sw} after {len}");
        }
    }
}
