//! What the specimen chip refuses, and with which status word: raw APDUs, and a terminal's half of basic access
//! control and secure messaging written here from Doc 9303-11 (section 4.3, 9.7, 9.8) with the bare block cipher,
//! so that neither half of the program checks itself.

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};
use sha1::Digest;
use std::collections::BTreeSet;
use time::macros::datetime;
use titre::asn1::{oid, tlv};
use titre::crypto::kdf::{KeyUse, derive};
use titre::crypto::{EcPoint, EcSecret, Entropy, NamedCurve, SeededEntropy, SessionCipher, mac};
use titre::lds::{FileId, Mrz};
use titre::specimen::{Algorithms, ChipData, DocumentKind, Order, Quirk, Specimen, SpecimenChip};
use titre::transport::{Provenance, Transport};

const AID: &str = "00A4040C07A0000002471001";

fn specimen(algorithms: &str, quirks: &[Quirk]) -> Specimen {
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut portrait)
        .encode(&[200; 30 * 40 * 3], 30, 40, image::ExtendedColorType::Rgb8)
        .unwrap();
    Specimen::make(&Order {
        seed: 11,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::parse(algorithms).unwrap(),
        quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
        at: datetime!(2026-11-22 12:00 UTC),
        portrait: &portrait,
    })
    .unwrap()
}

/// A chip on a reader, and what a terminal knows of it.
struct Reader {
    chip: SpecimenChip,
    data: ChipData,
}

/// Keys of a 3DES session, and its counter.
struct Session {
    enc: Vec<u8>,
    mac: Vec<u8>,
    counter: u64,
}

impl Reader {
    fn new(algorithms: &str, quirks: &[Quirk]) -> Self {
        let data = specimen(algorithms, quirks).chip;
        Self { chip: SpecimenChip::new(data.clone()).unwrap(), data }
    }

    fn send(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let answer = self.chip.transceive(command).unwrap();
        let (data, sw) = answer.split_at(answer.len() - 2);
        (data.to_vec(), u16::from_be_bytes([sw[0], sw[1]]))
    }

    fn hex(&mut self, command: &str) -> u16 {
        self.send(&hex::decode(command.replace(' ', "")).unwrap()).1
    }

    /// Selects the application and runs basic access control with this MRZ information.
    fn bac(&mut self, information: &str) -> Result<Session, u16> {
        assert_eq!(self.hex(AID), 0x9000);
        let (rnd_ic, sw) = self.send(&hex::decode("0084000008").unwrap());
        assert_eq!((rnd_ic.len(), sw), (8, 0x9000));
        let seed = sha1::Sha1::digest(information.as_bytes())[..16].to_vec();
        let (enc, key) = (kdf(&seed, 1), kdf(&seed, 2));
        let (rnd_ifd, k_ifd) = ([0x78; 8], [0x0B; 16]);
        let text = cbc(&enc, &[&rnd_ifd[..], &rnd_ic, &k_ifd].concat(), true);
        let mut command = hex::decode("0082000028").unwrap();
        command.extend(&text);
        command.extend(retail_mac(&key, &text));
        command.push(0x28);
        let (reply, sw) = self.send(&command);
        if sw != 0x9000 {
            return Err(sw);
        }
        assert_eq!(retail_mac(&key, &reply[..32]), reply[32..]);
        let plain = cbc(&enc, &reply[..32], false);
        assert_eq!((&plain[..8], &plain[8..16]), (&rnd_ic[..], &rnd_ifd[..]));
        let seed: Vec<u8> = plain[16..].iter().map(|byte| byte ^ 0x0B).collect();
        let counter = [&rnd_ic[4..], &rnd_ifd[4..]].concat();
        let counter = u64::from_be_bytes(counter.try_into().unwrap());
        Ok(Session { enc: kdf(&seed, 1), mac: kdf(&seed, 2), counter })
    }

    fn information(&self) -> String {
        Mrz::parse(&self.data.mrz).unwrap().mrz_key().unwrap().information().to_owned()
    }

    fn opened(algorithms: &str, quirks: &[Quirk]) -> (Self, Session) {
        let mut reader = Self::new(algorithms, quirks);
        let information = reader.information();
        let session = reader.bac(&information).unwrap();
        (reader, session)
    }

    /// Sends a plain command in a session, and gives the plain answer.
    fn secure(&mut self, session: &mut Session, command: &str) -> (Vec<u8>, u16) {
        let protected = session.protect(command);
        let (data, sw) = self.send(&protected);
        session.open(&data, sw)
    }
}

impl Session {
    fn protect(&mut self, command: &str) -> Vec<u8> {
        let bytes = hex::decode(command.replace(' ', "")).unwrap();
        let (header, body) = bytes.split_at(4);
        // Lc, data and Le of a short command.
        let (data, le) = match body {
            [] => (&[][..], None),
            [le] => (&[][..], Some(*le)),
            [lc, rest @ ..] if rest.len() == usize::from(*lc) => (rest, None),
            [lc, rest @ ..] => (&rest[..usize::from(*lc)], Some(rest[usize::from(*lc)])),
        };
        self.counter += 1;
        let mut objects = Vec::new();
        if !data.is_empty() {
            let text = cbc(&self.enc, &pad(data), true);
            let odd = header[1] & 1 == 1;
            objects.extend(if odd {
                tlv::encode(0x85, &text)
            } else {
                tlv::encode(0x87, &[&[1][..], &text].concat())
            });
        }
        objects.extend(le.map(|le| vec![0x97, 0x01, le]).unwrap_or_default());
        let header = [header[0] | 0x0C, header[1], header[2], header[3]];
        self.finish(header, objects)
    }

    /// Adds the authenticator for the present counter, Lc and Le.
    fn finish(&self, header: [u8; 4], mut objects: Vec<u8>) -> Vec<u8> {
        let input = [&self.counter.to_be_bytes()[..], &pad(&header), &objects].concat();
        objects.extend(tlv::encode(0x8E, &retail_mac(&self.mac, &input)));
        [&header[..], &[objects.len() as u8], &objects, &[0]].concat()
    }

    fn open(&mut self, data: &[u8], sw: u16) -> (Vec<u8>, u16) {
        assert!(!data.is_empty(), "the answer {sw:04X} is not protected");
        self.counter += 1;
        let objects = tlv::children(data).unwrap();
        let (last, before) = objects.split_last().unwrap();
        let covered: Vec<u8> = before.iter().flat_map(|object| object.raw.to_vec()).collect();
        let input = [&self.counter.to_be_bytes()[..], &covered].concat();
        assert_eq!((last.tag, last.value), (0x8E, &retail_mac(&self.mac, &input)[..]), "authenticator");
        let mut plain = Vec::new();
        for object in before {
            match object.tag {
                0x87 => plain = cbc(&self.enc, &object.value[1..], false),
                0x85 => plain = cbc(&self.enc, object.value, false),
                0x99 => assert_eq!(object.value, sw.to_be_bytes()),
                other => panic!("object {other:X}"),
            }
        }
        if let Some(end) = plain.iter().rposition(|byte| *byte == 0x80) {
            plain.truncate(end);
        }
        (plain, sw)
    }
}

fn kdf(seed: &[u8], counter: u8) -> Vec<u8> {
    sha1::Sha1::digest([seed, &[0, 0, 0, counter]].concat())[..16].to_vec()
}

fn pad(data: &[u8]) -> Vec<u8> {
    let mut out = [data, &[0x80]].concat();
    out.resize(out.len().next_multiple_of(8), 0);
    out
}

fn cbc(key: &[u8], text: &[u8], encrypt: bool) -> Vec<u8> {
    let cipher = TdesEde2::new_from_slice(key).unwrap();
    let (mut previous, mut out) = ([0u8; 8], Vec::new());
    for chunk in text.chunks_exact(8) {
        let mut block = [0u8; 8];
        if encrypt {
            block.iter_mut().zip(chunk.iter().zip(previous)).for_each(|(b, (c, p))| *b = c ^ p);
            cipher.encrypt_block((&mut block).into());
            previous = block;
        } else {
            block.copy_from_slice(chunk);
            cipher.decrypt_block((&mut block).into());
            block.iter_mut().zip(previous).for_each(|(b, p)| *b ^= p);
            previous.copy_from_slice(chunk);
        }
        out.extend(block);
    }
    out
}

/// ISO/IEC 9797-1 MAC algorithm 3 with DES and padding method 2.
fn retail_mac(key: &[u8], message: &[u8]) -> [u8; 8] {
    let (first, second) = (Des::new_from_slice(&key[..8]).unwrap(), Des::new_from_slice(&key[8..]).unwrap());
    let mut state = [0u8; 8];
    for chunk in pad(message).chunks_exact(8) {
        state.iter_mut().zip(chunk).for_each(|(s, c)| *s ^= c);
        first.encrypt_block((&mut state).into());
    }
    second.decrypt_block((&mut state).into());
    first.encrypt_block((&mut state).into());
    state
}

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
            ("chaining of a command that cannot be chained", "10A4020C02011C", 0x6884),
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

/// A terminal's half of PACE up to the token; wrong where `password` is.
struct PaceRun {
    curve: NamedCurve,
    entropy: SeededEntropy,
}

impl PaceRun {
    fn step(reader: &mut Reader, chain: bool, content: &[u8]) -> Result<Vec<u8>, u16> {
        let data = tlv::encode(0x7C, content);
        let mut command = vec![if chain { 0x10 } else { 0 }, 0x86, 0, 0, data.len() as u8];
        command.extend(data);
        command.push(0);
        let (reply, sw) = reader.send(&command);
        if sw != 0x9000 {
            return Err(sw);
        }
        let outer = tlv::read_only(0x7C, &reply).unwrap();
        Ok(tlv::read(outer.value).unwrap().0.value.to_vec())
    }

    /// Runs PACE with AES-128 and the CAN; the token's last byte is changed by `flip`.
    fn run(reader: &mut Reader, can: &str, flip: u8) -> Result<(), u16> {
        let protocol = oid::encode(&reader.data.pace.as_ref().unwrap().protocol).unwrap();
        let mut run = Self { curve: NamedCurve::BrainpoolP256r1, entropy: SeededEntropy::new("test", 1) };
        let set = [tlv::encode(0x80, &protocol), tlv::encode(0x83, &[2])].concat();
        let command = [&[0, 0x22, 0xC1, 0xA4, set.len() as u8][..], &set].concat();
        assert_eq!(reader.send(&command).1, 0x9000);
        let text = Self::step(reader, true, &[])?;
        let cipher = SessionCipher::Aes128;
        let password = derive(cipher, can.as_bytes(), KeyUse::Password);
        let nonce = cipher.decrypt_cbc(password.bytes(), &[0; 16], &text).unwrap();
        let secret = run.secret();
        let public = run.curve.base_mul(&secret).unwrap();
        let chip = Self::step(reader, true, &tlv::encode(0x81, public.as_sec1()))?;
        let chip = EcPoint::from_sec1(run.curve, &chip).unwrap();
        let shared = run.curve.mul(&chip, &secret).unwrap();
        let nonce = run.curve.base_mul(&EcSecret::reduced(run.curve, &nonce).unwrap()).unwrap();
        let generator = run.curve.add(&nonce, &shared).unwrap();
        let secret = run.secret();
        let public = run.curve.mul(&generator, &secret).unwrap();
        let chip = Self::step(reader, true, &tlv::encode(0x83, public.as_sec1()))?;
        let chip = EcPoint::from_sec1(run.curve, &chip).unwrap();
        let shared = run.curve.mul(&chip, &secret).unwrap();
        let key = derive(cipher, shared.x(), KeyUse::Authentication);
        let token = |point: &EcPoint| {
            let content = [tlv::encode(0x06, &protocol), tlv::encode(0x86, point.as_sec1())].concat();
            mac::token_mac(cipher, key.bytes(), &tlv::encode(0x7F49, &content)).unwrap()
        };
        let mut mine = token(&chip);
        mine[7] ^= flip;
        let reply = Self::step(reader, false, &tlv::encode(0x85, &mine))?;
        assert_eq!(reply, token(&public));
        Ok(())
    }

    fn secret(&mut self) -> EcSecret {
        let mut bytes = [0; 31];
        self.entropy.fill("test", &mut bytes).unwrap();
        EcSecret::from_bytes(self.curve, &bytes).unwrap()
    }
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
    for _ in 0..10 {
        assert_eq!(reader.secure(&mut session, "00B0810005").1, 0x9000);
    }
    let stale = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        reader.secure(&mut session, "00B0810005");
    }));
    assert!(stale.is_err(), "the eleventh answer has an authenticator over an old counter");
}
