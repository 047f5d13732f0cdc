//! EF.ATR/INFO and EF.DIR of the master file: what the chip takes, and which applications it has. Neither is signed: they
//! say how to ask, and nothing that a verdict rests on.
//! Source: Doc 9303-10 sections 3.11.1 and 3.11.2; ISO/IEC 7816-4:2020 sections 12.1.1 (card capabilities), 12.2.2 (EF.DIR)
//! and 12.7.1 (extended length information).

use super::LdsError;
use crate::asn1::tlv::{self, Tlv};

const ATR_INFO: &str = "EF.ATR/INFO";
const DIR: &str = "EF.DIR";
/// Most data objects of either file.
const MAX_OBJECTS: usize = 64;
/// Tags with which EF.ATR/INFO shows that it is that: country, issuer, initial access, issuer's data, capabilities,
/// status, application, historical bytes, extended length information.
const KNOWN: [u32; 12] = [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4F, 0x5F52, 0x80, 0x7F66];
/// Lengths of an application identifier (ISO/IEC 7816-5).
const AID: std::ops::RangeInclusive<usize> = 1..=16;

/// The applications that Doc 9303-10 knows.
const APPLICATIONS: [(&str, &str); 4] = [
    ("A0000002471001", "eMRTD"),
    ("A0000002472001", "travel records"),
    ("A0000002472002", "visa records"),
    ("A0000002472003", "additional biometrics"),
];

/// EF.ATR/INFO, as far as it says how to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AtrInfo {
    /// Most bytes of a command APDU.
    pub max_command: Option<u32>,
    /// Most bytes of a response APDU, status word included.
    pub max_response: Option<u32>,
    /// Whether the card capabilities say extended length.
    pub extended: Option<bool>,
    /// Whether the card capabilities say command chaining.
    pub chaining: Option<bool>,
}

impl AtrInfo {
    /// Reads the file. Data objects that titre has no use for are passed over.
    ///
    /// # Errors
    /// [`LdsError`] where it is not a row of data objects, or has none that belongs there.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        // Some begin as historical bytes do, with a category indicator.
        let bytes = match bytes {
            [0x80, rest @ ..] if objects(ATR_INFO, bytes).is_err() => rest,
            _ => bytes,
        };
        let mut info = Self::default();
        let objects = objects(ATR_INFO, bytes)?;
        if !objects.iter().any(|object| KNOWN.contains(&object.tag)) {
            return Err(LdsError::field(ATR_INFO, "data objects", "none belongs there"));
        }
        for object in objects {
            match (object.tag, object.value) {
                (0x47, [_, _, lengths, ..]) => {
                    info.chaining = Some(lengths & 0x80 != 0);
                    info.extended = Some(lengths & 0x40 != 0);
                }
                (0x7F66, value) => {
                    let numbers = tlv::children(value).map_err(LdsError::tlv(ATR_INFO))?;
                    let [command, response] = numbers.as_slice() else {
                        return Err(LdsError::field(ATR_INFO, "extended length", "not two numbers"));
                    };
                    info.max_command = Some(number(command)?);
                    info.max_response = Some(number(response)?);
                }
                _ => {}
            }
        }
        Ok(info)
    }

    /// The most bytes of data that a response holds; `None` where the file does not say. Extended length without numbers
    /// is all of it.
    #[must_use]
    pub fn max_le(&self) -> Option<u32> {
        match (self.max_response, self.extended) {
            (Some(most), extended) if extended != Some(false) => Some(match most {
                // A number of two bytes cannot say 65536 and the status word.
                65_535.. => 65_536,
                most => most.saturating_sub(2).max(256),
            }),
            (None, Some(true)) => Some(65_536),
            (_, Some(false)) => Some(256),
            (_, _) => None,
        }
    }
}

fn number(object: &Tlv<'_>) -> Result<u32, LdsError> {
    if object.tag != 0x02 || object.value.is_empty() || object.value.len() > 4 {
        return Err(LdsError::field(ATR_INFO, "extended length", "no number"));
    }
    Ok(object.value.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)))
}

/// An application that EF.DIR lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardApplication {
    /// The identifier.
    pub aid: Vec<u8>,
    /// The label, where there is one that is readable text.
    pub label: Option<String>,
}

impl CardApplication {
    /// What Doc 9303-10 calls it.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        let aid = hex::encode_upper(&self.aid);
        APPLICATIONS.iter().find(|(known, _)| *known == aid).map(|(_, name)| *name)
    }
}

/// EF.DIR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EfDir {
    /// The applications, in the order of the file.
    pub applications: Vec<CardApplication>,
}

impl EfDir {
    /// Reads the file. Templates without an application identifier are passed over.
    ///
    /// # Errors
    /// [`LdsError`] where it is not a row of data objects, or lists no application.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let templates = objects(DIR, bytes)?;
        let applications = templates.iter().filter(|template| template.tag == 0x61).filter_map(|template| {
            let aid = tlv::find(0x4F, template.value).ok().filter(|aid| AID.contains(&aid.value.len()))?;
            let label = tlv::find(0x50, template.value).ok().and_then(|label| {
                let text = std::str::from_utf8(label.value).ok()?;
                (text.len() <= 16 && !text.chars().any(char::is_control)).then(|| text.to_owned())
            });
            Some(CardApplication { aid: aid.value.to_vec(), label })
        });
        let applications: Vec<_> = applications.collect();
        if applications.is_empty() {
            return Err(LdsError::field(DIR, "applications", "there are none"));
        }
        Ok(Self { applications })
    }

    /// A file that lists these applications.
    #[must_use]
    pub fn listing(aids: &[&[u8]]) -> Vec<u8> {
        aids.iter().flat_map(|aid| tlv::encode(0x61, &tlv::encode(0x4F, aid))).collect()
    }
}

/// The data objects of a file in a row, up to the filling (00 or FF) that may stand at its end.
fn objects<'a>(file: &'static str, bytes: &'a [u8]) -> Result<Vec<Tlv<'a>>, LdsError> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while !matches!(rest.first(), None | Some(0x00 | 0xFF)) {
        if all.len() == MAX_OBJECTS {
            return Err(LdsError::TooMany { file, what: "data objects", limit: MAX_OBJECTS });
        }
        let (object, after) = tlv::read(rest).map_err(LdsError::tlv(file))?;
        all.push(object);
        rest = after;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn info(hex: &str) -> Result<AtrInfo, LdsError> {
        AtrInfo::parse(&hex::decode(hex.replace(' ', "")).unwrap())
    }

    #[test]
    fn extended_length_information_is_read() {
        // As a German identity card has it: initial access, issuer's data, capabilities, lengths.
        let german = info("4301B8 4603010203 4703940180 7F6608 02020438 02020400").unwrap();
        assert_eq!((german.max_command, german.max_response), (Some(1080), Some(1024)));
        assert_eq!((german.chaining, german.extended, german.max_le()), (Some(true), Some(false), Some(256)));
        for (hex, le) in [
            ("47038421C0 7F6608 0202FFFF 0202FFFF", Some(65_536)),
            ("4703842140 7F660A 0203010008 0203010002", Some(65_536)),
            ("4703842140 7F6608 02020438 02020400", Some(1022)),
            ("7F6608 02020438 02020400", Some(1022)),
            ("7F6606 020110 020110 000000FFFF", Some(256)),
            ("4703842140", Some(65_536)),
            ("4703842100", Some(256)),
            ("4301B8", None),
            ("80 4703842140 9000", Some(65_536)),
        ] {
            assert_eq!(info(hex).unwrap().max_le(), le, "{hex}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        for hex in [
            "",
            "0000",
            "615B5F1F58",
            "600A",
            "6104 01020304",
            "7F6604 02020438",
            "7F6608 04020438 02020400",
            "7F660C 0205FFFFFFFFFF 0203010002",
        ] {
            assert!(info(hex).is_err(), "{hex}");
        }
        assert!(AtrInfo::parse(&[0x43, 0].repeat(65)).is_err());
    }

    #[test]
    fn applications_are_listed_and_named() {
        let bytes = EfDir::listing(&[
            &[0xA0, 0, 0, 2, 0x47, 0x10, 0x01],
            &[0xA0, 0, 0, 2, 0x47, 0x20, 0x01],
            &[0xE8, 0x07, 4, 0, 0x7F, 0, 7, 3, 2],
        ]);
        let dir = EfDir::parse(&[&bytes[..], &[0; 5]].concat()).unwrap();
        let names: Vec<_> = dir.applications.iter().map(CardApplication::name).collect();
        assert_eq!(names, [Some("eMRTD"), Some("travel records"), None]);
        let labelled = hex::decode("610C 4F02A000 5006 654D52544400".replace(' ', "")).unwrap();
        assert_eq!(EfDir::parse(&labelled).unwrap().applications[0].label, None, "a control character");
        // DG1 begins with the same tag, and is no directory.
        assert!(EfDir::parse(&tlv::encode(0x61, &tlv::encode(0x5F1F, b"P<"))).is_err());
        for bad in [&b""[..], &[0x61], &[0x61, 0x02, 0x4F, 0x00], &[0x61, 0x05, 0x4F]] {
            assert!(EfDir::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = AtrInfo::parse(&bytes).map(|info| info.max_le());
            let _ = EfDir::parse(&bytes);
        }
    }
}
