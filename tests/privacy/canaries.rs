//! Canaries of one specimen's holder, computed with titre's own library, in every form in which they could leak, and the
//! search for them.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use titre::biometrics::models::Origin;
use titre::biometrics::{ModelSet, Portrait};
use titre::consent::Ground;
use titre::crypto::cipher::SessionCipher;
use titre::crypto::kdf::{KeyUse, derive, session_keys};
use titre::lds::{Dg2, FileId, MrzKey};
use titre::protocol::Password;

/// Bytes of a window of something long.
const WINDOW: usize = 24;

/// Where it may stand: an attestation names the holder to whom the holder shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In the attestation alone.
    Identity,
    /// Nowhere.
    Secret,
}

/// Something that must not be found.
pub struct Canary {
    pub what: &'static str,
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

/// All canaries of one holder, in all forms.
pub struct Canaries {
    pub all: Vec<Canary>,
    /// By their first two bytes.
    starts: Vec<Vec<usize>>,
}

impl Canaries {
    pub fn new(all: Vec<Canary>) -> Self {
        let mut starts = vec![Vec::new(); 1 << 16];
        for (number, canary) in all.iter().enumerate() {
            assert!(canary.bytes.len() >= 5, "{} is too short to mean anything", canary.what);
            starts[usize::from(canary.bytes[0]) << 8 | usize::from(canary.bytes[1])].push(number);
        }
        Self { all, starts }
    }

    /// What of these stands in `data`, each once.
    pub fn find(&self, data: &[u8], kinds: &[Kind]) -> Vec<&'static str> {
        let mut found = Vec::new();
        for (at, pair) in data.windows(2).enumerate() {
            for &number in &self.starts[usize::from(pair[0]) << 8 | usize::from(pair[1])] {
                let canary = &self.all[number];
                if kinds.contains(&canary.kind)
                    && data[at..].starts_with(&canary.bytes)
                    && !found.contains(&canary.what)
                {
                    found.push(canary.what);
                }
            }
        }
        found
    }
}

/// Every form of some bytes: as they are, in hexadecimal, in both alphabets of base64 at each of the three places in a group.
fn forms(what: &'static str, kind: Kind, bytes: &[u8]) -> Vec<Canary> {
    let mut forms =
        vec![bytes.to_vec(), hex::encode(bytes).into_bytes(), hex::encode_upper(bytes).into_bytes()];
    for skip in 0..3 {
        let whole = (bytes.len() - skip) / 3 * 3;
        let part = &bytes[skip..skip + whole];
        forms.extend(
            [Base64::encode_string(part), Base64UrlUnpadded::encode_string(part)].map(String::into_bytes),
        );
    }
    forms.retain(|form| form.len() >= 5);
    forms.sort();
    forms.dedup();
    forms.into_iter().map(|bytes| Canary { what, kind, bytes }).collect()
}

fn text(what: &'static str, text: &str) -> Vec<Canary> {
    let mut all = forms(what, Kind::Identity, text.as_bytes());
    all.extend(forms(what, Kind::Identity, text.to_lowercase().as_bytes()));
    let mut title = text.to_lowercase();
    title[..1].make_ascii_uppercase();
    all.extend(forms(what, Kind::Identity, title.as_bytes()));
    all
}

/// Windows of something long, spread over it.
fn windows(what: &'static str, kind: Kind, bytes: &[u8], count: usize) -> Vec<Canary> {
    let step = (bytes.len() - WINDOW) / count;
    let at = |number: usize| &bytes[number * step..][..WINDOW];
    // What is all of one colour is no canary.
    let telling = |part: &&[u8]| part.windows(2).filter(|pair| pair[0] != pair[1]).count() > WINDOW / 2;
    (1..count).map(at).filter(telling).flat_map(|part| forms(what, kind, part)).collect()
}

/// The canaries of a document read by BAC: its lines, its files, and what the recording of its session says of the keys.
pub fn of_document(mrz: &str, files: &dyn Fn(FileId) -> Vec<u8>, recording: &str) -> Canaries {
    let mut all = Vec::new();
    for line in mrz.lines() {
        all.extend(forms("MRZ line", Kind::Identity, line.as_bytes()));
    }
    // Names by themselves stand in the first line of a passport, the number in the second.
    let names = mrz.lines().next().unwrap()[5..].split('<').filter(|name| name.len() >= 5);
    names.for_each(|name| all.extend(text("name", name)));
    let number = &mrz.lines().nth(1).unwrap()[..9];
    all.extend(text("document number", number.trim_end_matches('<')));

    let key = MrzKey::parse(mrz).unwrap();
    all.extend(forms("MRZ key", Kind::Secret, key.information().as_bytes()));
    let password = Password::Mrz(key);
    all.extend(forms("K_seed of the MRZ", Kind::Secret, &password.pace_secret()));
    let seed = password.bac_seed().unwrap();
    all.extend(forms("K_seed of the MRZ", Kind::Secret, &seed));
    let (k_enc, k_mac) = session_keys(SessionCipher::TripleDes, &seed);
    all.extend(forms("K_enc of BAC", Kind::Secret, k_enc.bytes()));
    all.extend(forms("K_mac of BAC", Kind::Secret, k_mac.bytes()));
    for cipher in [SessionCipher::Aes128, SessionCipher::Aes256] {
        let key = derive(cipher, &password.pace_secret(), KeyUse::Password);
        all.extend(forms("K_pi of PACE", Kind::Secret, key.bytes()));
    }
    for (what, key) in bac_session(recording, k_enc.bytes()) {
        all.extend(forms(what, Kind::Secret, &key));
    }

    let dg2 = files(FileId::Dg(2));
    let portrait = Portrait::from_dg2(&Dg2::parse(&dg2).unwrap()).unwrap();
    all.extend(windows("portrait as stored", Kind::Secret, portrait.stored().disclose(), 40));
    all.extend(windows("portrait pixels", Kind::Secret, portrait.pixels.disclose().as_raw(), 400));
    let models = ModelSet::open(Origin::BuiltIn).unwrap();
    let face = portrait.embed(&models, &Ground::evaluation()).unwrap();
    let template: &[f32] = face.embedding.values().disclose();
    let bytes: Vec<u8> = template.iter().flat_map(|value| value.to_le_bytes()).collect();
    all.extend(windows("template", Kind::Secret, &bytes, 20));
    let decimal = |value: &&f32| value.to_string().len() >= 9;
    for value in template.iter().filter(decimal).take(40) {
        all.push(Canary { what: "template", kind: Kind::Secret, bytes: value.to_string().into_bytes() });
    }
    all.extend(windows("EF.SOD", Kind::Secret, &files(FileId::Sod), 20));
    Canaries::new(all)
}

/// The session keys of BAC, from the terminal's draw and the chip's answer in the recording.
fn bac_session(recording: &str, k_enc: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let lines: Vec<serde_json::Value> =
        recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let drawn = lines.iter().position(|line| line["draw"] == "bac.k_ifd").expect("a session of BAC");
    let k_ifd = hex::decode(lines[drawn]["hex"].as_str().unwrap()).unwrap();
    let answer = lines[drawn..].iter().find_map(|line| line["r"].as_str()).unwrap();
    let answer = hex::decode(answer).unwrap();
    let plain = SessionCipher::TripleDes.decrypt_cbc(k_enc, &[0; 8], &answer[..32]).unwrap();
    let seed: Vec<u8> = k_ifd.iter().zip(&plain[16..]).map(|(ifd, icc)| ifd ^ icc).collect();
    let (enc, mac) = session_keys(SessionCipher::TripleDes, &seed);
    vec![
        ("K_seed of the session", seed),
        ("session key for encryption", enc.bytes().to_vec()),
        ("session key for authentication", mac.bytes().to_vec()),
    ]
}

#[test]
fn a_planted_canary_is_found_in_every_form() {
    let name = text("name", "MUSTERFRAU");
    let key = forms("key", Kind::Secret, &[7, 1, 4, 0x80, 0xFF, 9, 13, 200, 55, 3, 6, 90, 17, 18, 19, 20]);
    let canaries = Canaries::new(name.into_iter().chain(key).collect());
    for canary in &canaries.all {
        let found = canaries.find(&[b"\0\0before", &canary.bytes[..], b"after\0"].concat(), &[canary.kind]);
        assert_eq!(found, [canary.what]);
        let mut changed = canary.bytes.clone();
        *changed.last_mut().unwrap() ^= 0x11;
        assert!(canaries.find(&changed, &[canary.kind]).is_empty());
    }
    let told = Base64UrlUnpadded::encode_string(br#"["salt","family_name","MUSTERFRAU"]"#);
    assert_eq!(canaries.find(told.as_bytes(), &[Kind::Identity]), ["name"]);
    assert!(canaries.find(told.as_bytes(), &[Kind::Secret]).is_empty());
    assert!(canaries.find(b"nothing of anybody", &[Kind::Identity, Kind::Secret]).is_empty());
}
