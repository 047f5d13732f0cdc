//! What the specimen chip refuses, and with which status word: raw APDUs, and a terminal's half of basic access
//! control and secure messaging written here from Doc 9303-11 (section 4.3, 9.7, 9.8) with the bare block cipher,
//! so that neither half of the program checks itself.

mod terminal;

use terminal::{AID, PaceRun, Reader, Session, specimen};

use titre::asn1::tlv;
use titre::lds::FileId;
use titre::specimen::{Quirk, SpecimenChip};
use titre::transport::{Provenance, Transport};

/// Sends each command to a fresh chip after `before`, and compares the status word.
fn refuses(algorithms: &str, quirks: &[Quirk], before: &[&str], table: &[(&str, &str, u16)]) {
    let data = specimen(algorithms, quirks).chip;
    for (what, command, expected) in table {
        let mut reader = Reader { chip: SpecimenChip::new(data.clone()).unwrap(), data: data.clone() };
        for command in before {
            assert_eq!(reader.hex(command), 0x9000, "before {what}: {command}");
        }
        let sw = reader.hex(command);
        assert_eq!(sw, *expected, "{what}: {command} gave {sw:04X}, not {expected:04X}");
    }
}

#[test]
fn in_the_master_file() {
    refuses(
        "modern",
        &[],
        &[],
        &[
            ("a header of three bytes", "00A402", 0x6700),
            ("fewer bytes than Lc says", "00A4020C0201", 0x6700),
            ("a proprietary class", "80A4020C020101", 0x6E00),
            ("an unknown instruction", "00CA000000", 0x6D00),
            ("a data group outside the application", "00A4020C020101", 0x6A82),
            ("another application", "00A4040C07A0000002471002", 0x6A82),
            ("a file identifier of one byte", "00A4020C0101", 0x6700),
            ("an unknown way to select", "00A4090C020101", 0x6A86),
            ("another directory than the master file", "00A4000C023F01", 0x6A82),
            ("reading with no file selected", "00B0000001", 0x6986),
            ("protection without a session", "0CB0000000", 0x6882),
            ("a challenge outside the application", "0084000008", 0x6985),
            ("GENERAL AUTHENTICATE before MSE", "10860000027C0000", 0x6985),
            ("MSE of an unknown kind", "0022F3A400", 0x6A86),
            ("PACE with an unknown protocol", "0022C1A40F800A04007F00070202040201830101", 0x6A80),
            ("PACE with an unknown password", "0022C1A40F800A04007F00070202040202830105", 0x6A88),
            ("PACE with other parameters", "0022C1A412800A04007F00070202040202830101840110", 0x6A88),
            ("PACE without a password", "0022C1A40C800A04007F00070202040202", 0x6A80),
        ],
    );
    refuses("modern", &[], &["10A4020C0101"], &[("another command in a chain", "00B0000001", 0x6883)]);
    refuses(
        "modern",
        &[],
        &["00A4020C02011C"],
        &[
            ("reading without Le", "00B00000", 0x6700),
            ("reading from the end on", "00B001000A", 0x6B00),
            ("reading past the end", "00B0000A20", 0x6282),
            ("reading all that is there", "00B0000000", 0x9000),
        ],
    );
    refuses(
        "modern",
        &[],
        &["00A4040C07A0000002471001"],
        &[("CardAccess in the application", "00A4020C02011C", 0x6982)],
    );
    refuses(
        "first-generation",
        &[],
        &[],
        &[
            ("PACE on a chip without", "0022C1A40F800A04007F00070202040202830101", 0x6A80),
            ("CardAccess of a chip without PACE", "00A4020C02011C", 0x6A82),
        ],
    );
}

#[test]
fn in_the_application_before_access() {
    refuses(
        "modern",
        &[],
        &[AID],
        &[
            ("selecting a data group", "00A4020C020101", 0x6982),
            ("selecting a file that is not there", "00A4020C020105", 0x6982),
            ("reading by short identifier", "00B0810000", 0x6982),
            ("a short identifier with wrong bits", "00B0E10000", 0x6A86),
            ("reading with no file selected", "00B0000000", 0x6986),
            ("a challenge of four bytes", "0084000004", 0x6700),
            ("a challenge with data", "0084000001AA08", 0x6700),
            ("active authentication", "0088000008000102030405060700", 0x6982),
            ("chip authentication", "002241A40C800A04007F00070202030202", 0x6982),
            ("PACE in the application", "0022C1A40F800A04007F00070202040202830101", 0x6985),
            ("authentication of the wrong length", "00820000020000 28", 0x6700),
        ],
    );
    let authenticate = format!("0082000028{}28", "00".repeat(40));
    refuses("modern", &[], &[AID], &[("authentication before a challenge", &authenticate, 0x6985)]);
    refuses("modern", &[], &[AID, "0084000008"], &[("authentication with zeros", &authenticate, 0x6300)]);
    refuses("strong", &[], &[AID], &[("a challenge where there is PACE only", "0084000008", 0x6985)]);
}

#[test]
fn a_wrong_mrz_and_a_challenge_used_twice() {
    let mut reader = Reader::new("modern", &[]);
    assert_eq!(reader.bac("L898902C<369080619406236").err(), Some(0x6300));
    let authenticate = format!("0082000028{}28", "00".repeat(40));
    assert_eq!(reader.hex(&authenticate), 0x6985, "the challenge is used up");
    let information = reader.information();
    assert!(reader.bac(&information).is_ok(), "a wrong attempt does not lock the chip");
}

#[test]
fn in_a_session() {
    let (mut reader, mut session) = Reader::opened("modern", &[]);
    for (what, command, expected) in [
        ("reading with no file selected", "00B0000010", 0x6986),
        ("a file that is not there", "00A4020C020105", 0x6A82),
        ("a short identifier that is not there", "00B0850010", 0x6A82),
        ("an unknown instruction", "00CA000000", 0x6D00),
        ("selecting DG1", "00A4020C020101", 0x9000),
        ("reading without Le", "00B00000", 0x6700),
        ("reading from the end on", "00B0100010", 0x6B00),
        ("reading past the end", "00B0005020", 0x6282),
        ("an offset object that is none", "00B1000003530100 10", 0x6A80),
        ("a challenge of seven bytes", "008800000700010203040506 00", 0x6700),
        ("active authentication without Le", "00880000080001020304050607", 0x6700),
        ("chip authentication with an unknown protocol", "002241A40C800A04007F00070202030201", 0x6A80),
        ("chip authentication with an unknown key", "002241A40F800A04007F00070202030202840101", 0x6A88),
        ("the old chip authentication for AES", "002241A603910104", 0x6A80),
        ("chip authentication", "002241A40C800A04007F00070202030202", 0x9000),
        ("a point that is none", "008600000E7C0C800A0401020304050607080900", 0x6A80),
        ("GENERAL AUTHENTICATE after a failure", "00860000027C0000", 0x6985),
        ("a second basic access control", "0084000008", 0x6985),
    ] {
        let (_, sw) = reader.secure(&mut session, command);
        assert_eq!(sw, expected, "{what}: {sw:04X}");
    }
    // The session goes on after every one of them.
    let (data, sw) = reader.secure(&mut session, "00B0810005");
    assert_eq!((data, sw), (reader.data.files[&FileId::Dg(1)][..5].to_vec(), 0x9000));
}

#[test]
fn a_broken_protection_ends_the_session() {
    type Break = fn(&mut Session) -> Vec<u8>;
    let read = "00B0810005";
    let cases: [(&str, Break, u16); 8] = [
        (
            "a wrong authenticator",
            |session| {
                let mut command = session.protect("00B0810005");
                let at = command.len() - 2;
                command[at] ^= 1;
                command
            },
            0x6988,
        ),
        (
            "another header than was authenticated",
            |session| {
                let mut command = session.protect("00B0810005");
                command[3] ^= 1;
                command
            },
            0x6988,
        ),
        ("no authenticator", |_| hex::decode("0CB081000397010500").unwrap(), 0x6987),
        ("nothing at all", |_| hex::decode("0CB0810000").unwrap(), 0x6987),
        (
            "an old counter",
            |session| {
                session.counter -= 2;
                session.protect("00B0810005")
            },
            0x6988,
        ),
        (
            "a counter that is ahead",
            |session| {
                session.counter += 1;
                session.protect("00B0810005")
            },
            0x6988,
        ),
        (
            "a cryptogram that is not whole blocks",
            |session| {
                session.counter += 1;
                session.finish([0x0C, 0xA4, 0x02, 0x0C], tlv::encode(0x87, &[1, 2, 3]))
            },
            0x6988,
        ),
        (
            "an object that does not belong there",
            |session| {
                session.counter += 1;
                session.finish([0x0C, 0xB0, 0x81, 0x00], vec![0x97, 1, 5, 0x99, 2, 0x90, 0x00])
            },
            0x6988,
        ),
    ];
    for (what, make, expected) in cases {
        let (mut reader, mut session) = Reader::opened("modern", &[]);
        assert_eq!(reader.secure(&mut session, read).1, 0x9000);
        let command = make(&mut session);
        let (data, sw) = reader.send(&command);
        assert_eq!((data.len(), sw), (0, expected), "{what}: {sw:04X}");
        let again = session.protect(read);
        assert_eq!(reader.send(&again).1, 0x6882, "{what}: the session is over");
        assert_eq!(reader.hex(read), 0x6982, "{what}: and so is access");
    }
}

#[test]
fn a_plain_command_ends_the_session() {
    let (mut reader, mut session) = Reader::opened("modern", &[]);
    assert_eq!(reader.secure(&mut session, "00A4020C020101").1, 0x9000);
    assert_eq!(reader.hex("00B0000010"), 0x6982);
    let command = session.protect("00B0000010");
    assert_eq!(reader.send(&command).1, 0x6882);
}

#[test]
fn reads_whole_files_in_every_way() {
    let (mut reader, mut session) = Reader::opened("first-generation", &[]);
    let file = reader.data.files[&FileId::Sod].clone();
    assert_eq!(reader.secure(&mut session, "00A4020C02011D").1, 0x9000);
    let (mut even, mut odd) = (Vec::<u8>::new(), Vec::<u8>::new());
    while even.len() < file.len() {
        let (data, sw) = reader.secure(&mut session, &format!("00B0{:04X}00", even.len()));
        assert!(sw == 0x9000 && !data.is_empty() && data.len() <= 231, "{sw:04X} {}", data.len());
        even.extend(data);
    }
    while odd.len() < file.len() {
        let command = format!("00B10000045402{:04X}80", odd.len());
        let (data, sw) = reader.secure(&mut session, &command);
        assert!(matches!(sw, 0x9000 | 0x6282), "{sw:04X}");
        odd.extend(tlv::read_only(0x53, &data).unwrap().value);
    }
    assert!(even == file && odd == file);
    assert_eq!(reader.chip.card().provenance, Provenance::Specimen);
}

#[test]
fn pace_with_the_right_and_the_wrong_password() {
    let mut reader = Reader::new("modern", &[]);
    let can = reader.data.can.clone();
    assert_eq!(PaceRun::run(&mut reader, "000000", 0), Err(0x6300));
    assert_eq!(PaceRun::run(&mut reader, &can, 1), Err(0x6300));
    assert_eq!(reader.hex("10860000027C0000"), 0x6985, "the run is over");
    assert_eq!(reader.hex("0CB0000000"), 0x6882, "and no session began");
    assert_eq!(PaceRun::run(&mut reader, &can, 0), Ok(()));
}

#[test]
fn pace_steps_out_of_order_and_points_that_are_none() {
    let set = "0022C1A40F800A04007F00070202040202830101";
    let off_curve = format!("10860000457C43814104{}00", "11".repeat(64));
    for (what, before, command, expected) in [
        ("a first step with content", &[set][..], "10860000047C028100 00", 0x6A80),
        ("a first step without chaining", &[set], "00860000027C0000", 0x6985),
        ("a second step without its object", &[set, "10860000027C0000"], "10860000027C0000", 0x6A80),
        ("a point that is not on the curve", &[set, "10860000027C0000"], off_curve.as_str(), 0x6A80),
        ("no template", &[set], "1086000002800000", 0x6A80),
    ] {
        let mut reader = Reader::new("modern", &[]);
        for command in before {
            assert_eq!(reader.hex(command), 0x9000, "before {what}");
        }
        assert_eq!(reader.hex(command), expected, "{what}");
        assert_eq!(reader.hex("10860000027C0000"), 0x6985, "{what}: the run is over");
    }
}

#[test]
fn quirks_show_where_they_should_and_nowhere_else() {
    use Quirk::*;
    let access = ["00A4020C02011C"];
    let pace = "0022C1A40F800A04007F00070202040202830101";
    let pace_with_id = "0022C1A412800A04007F0007020204020283010184010D";
    for (quirk, before, command, without, with) in [
        (LeMax223, &access[..], "00B00000E0", 0x6282, 0x6700),
        (Le6Cxx, &access, "00B0000020", 0x6282, 0x6C16),
        (Eof6282, &access, "00B0000000", 0x9000, 0x6282),
        (NoLeInSelect, &[], "00A4040C07A000000247100100", 0x9000, 0x6700),
        (NoMasterFile, &[], "00A4000C023F00", 0x9000, 0x6A82),
        (NoSfi, &[], "00B09C0001", 0x9000, 0x6A86),
        (NoExtendedLength, &access, "00B00000000000", 0x9000, 0x6700),
        (PaceWantsParameterId, &[], pace, 0x9000, 0x6A87),
        (PaceRefusesParameterId, &[], pace_with_id, 0x9000, 0x6A80),
        (PaceBroken, &[pace], "10860000027C0000", 0x9000, 0x6FFF),
    ] {
        refuses("modern", &[], before, &[(quirk.name(), command, without)]);
        refuses("modern", &[quirk], before, &[(quirk.name(), command, with)]);
    }
    let mut reader = Reader::new("modern", &[NoExtendedLength]);
    assert_eq!(reader.chip.card().max_le, 256);
    assert_eq!(reader.hex(AID), 0x9000);

    let (mut reader, mut session) = Reader::opened("modern", &[ShortReads, Dg3Protected]);
    assert_eq!(reader.secure(&mut session, "00B0820000").0.len(), 100);
    assert_eq!(reader.secure(&mut session, "00A4020C020103").1, 0x6982);
}

#[test]
fn a_stale_counter_is_seen() {
    let (mut reader, mut session) = Reader::opened("modern", &[Quirk::StaleCounter]);
    for _ in 0..3 {
        assert_eq!(reader.secure(&mut session, "00B0810005").1, 0x9000);
    }
    let stale = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        reader.secure(&mut session, "00B0810005");
    }));
    assert!(stale.is_err(), "the fourth answer has an authenticator over an old counter");
}
