//! A terminal written from Doc 9303-11 with the bare block cipher, so that neither half of the program checks itself:
//! basic access control, secure messaging with 3DES, PACE with generic mapping.

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};
use sha1::Digest;
use std::collections::BTreeSet;
use time::macros::datetime;
use titre::asn1::{oid, tlv};
use titre::crypto::kdf::{KeyUse, derive};
use titre::crypto::{EcPoint, EcSecret, Entropy, NamedCurve, SeededEntropy, SessionCipher, mac};
use titre::lds::Mrz;
use titre::specimen::{Algorithms, ChipData, DocumentKind, Order, Quirk, Specimen, SpecimenChip};
use titre::transport::Transport;

pub const AID: &str = "00A4040C07A0000002471001";

pub fn specimen(algorithms: &str, quirks: &[Quirk]) -> Specimen {
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
pub struct Reader {
    pub chip: SpecimenChip,
    pub data: ChipData,
}

/// Keys of a 3DES session, and its counter.
pub struct Session {
    pub enc: Vec<u8>,
    pub mac: Vec<u8>,
    pub counter: u64,
}

impl Reader {
    pub fn new(algorithms: &str, quirks: &[Quirk]) -> Self {
        let data = specimen(algorithms, quirks).chip;
        Self { chip: SpecimenChip::new(data.clone()).unwrap(), data }
    }

    pub fn send(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let answer = self.chip.transceive(command).unwrap();
        let (data, sw) = answer.split_at(answer.len() - 2);
        (data.to_vec(), u16::from_be_bytes([sw[0], sw[1]]))
    }

    pub fn hex(&mut self, command: &str) -> u16 {
        self.send(&hex::decode(command.replace(' ', "")).unwrap()).1
    }

    /// Selects the application and runs basic access control with this MRZ information.
    pub fn bac(&mut self, information: &str) -> Result<Session, u16> {
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

    pub fn information(&self) -> String {
        Mrz::parse(&self.data.mrz).unwrap().mrz_key().unwrap().information().to_owned()
    }

    pub fn opened(algorithms: &str, quirks: &[Quirk]) -> (Self, Session) {
        let mut reader = Self::new(algorithms, quirks);
        let information = reader.information();
        let session = reader.bac(&information).unwrap();
        (reader, session)
    }

    /// Sends a plain command in a session, and gives the plain answer.
    pub fn secure(&mut self, session: &mut Session, command: &str) -> (Vec<u8>, u16) {
        let protected = session.protect(command);
        let (data, sw) = self.send(&protected);
        session.open(&data, sw)
    }
}

impl Session {
    pub fn protect(&mut self, command: &str) -> Vec<u8> {
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
    pub fn finish(&self, header: [u8; 4], mut objects: Vec<u8>) -> Vec<u8> {
        let input = [&self.counter.to_be_bytes()[..], &pad(&header), &objects].concat();
        objects.extend(tlv::encode(0x8E, &retail_mac(&self.mac, &input)));
        [&header[..], &[objects.len() as u8], &objects, &[0]].concat()
    }

    pub fn open(&mut self, data: &[u8], sw: u16) -> (Vec<u8>, u16) {
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

pub fn kdf(seed: &[u8], counter: u8) -> Vec<u8> {
    sha1::Sha1::digest([seed, &[0, 0, 0, counter]].concat())[..16].to_vec()
}

pub fn pad(data: &[u8]) -> Vec<u8> {
    let mut out = [data, &[0x80]].concat();
    out.resize(out.len().next_multiple_of(8), 0);
    out
}

pub fn cbc(key: &[u8], text: &[u8], encrypt: bool) -> Vec<u8> {
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
pub fn retail_mac(key: &[u8], message: &[u8]) -> [u8; 8] {
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

/// A terminal's half of PACE up to the token; wrong where `password` is.
pub struct PaceRun {
    pub curve: NamedCurve,
    pub entropy: SeededEntropy,
}

impl PaceRun {
    pub fn step(reader: &mut Reader, chain: bool, content: &[u8]) -> Result<Vec<u8>, u16> {
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
    pub fn run(reader: &mut Reader, can: &str, flip: u8) -> Result<(), u16> {
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

    pub fn secret(&mut self) -> EcSecret {
        let mut bytes = [0; 31];
        self.entropy.fill("test", &mut bytes).unwrap();
        EcSecret::from_bytes(self.curve, &bytes).unwrap()
    }
}
