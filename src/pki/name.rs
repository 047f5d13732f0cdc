//! Distinguished names, compared as people mean them and not byte by byte: real certificates of one authority
//! differ in string type, letter case, spaces and even the order of their parts.
//! Source: RFC 5280 sections 4.1.2.4 and 7.1; RFC 4518 (preparation of strings, of which case and spaces are done).

use crate::asn1::{oid, tlv};

const COUNTRY: &str = "2.5.4.6";
/// Most parts of a name.
const MAX_PARTS: usize = 64;

/// A distinguished name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    der: Vec<u8>,
    parts: Vec<Part>,
}

/// An attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Part {
    kind: String,
    text: String,
}

/// How alike two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameMatch {
    /// Byte for byte.
    Exact,
    /// In string type, letter case or spaces they differ.
    Normalised,
    /// The same parts in another order.
    Reordered,
    /// Different names.
    Different,
}

impl Name {
    /// Reads a `Name`. A part whose text cannot be read is kept as hexadecimal.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Self> {
        let outer = tlv::read_only(0x30, der).ok()?;
        let mut parts = Vec::new();
        for set in tlv::children(outer.value).ok()? {
            if set.tag != 0x31 {
                return None;
            }
            for attribute in tlv::children(set.value).ok()? {
                let fields = tlv::children(attribute.value).ok()?;
                let [kind, value] = fields.as_slice() else { return None };
                if kind.tag != 0x06 || parts.len() == MAX_PARTS {
                    return None;
                }
                parts.push(Part { kind: oid::decode(kind.value)?, text: text_of(value) });
            }
        }
        Some(Self { der: der.to_vec(), parts })
    }

    /// The name as it was read.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Compares two names.
    #[must_use]
    pub fn compare(&self, other: &Self) -> NameMatch {
        if self.der == other.der {
            return NameMatch::Exact;
        }
        let (mut own, mut others) = (self.prepared(), other.prepared());
        if own == others {
            return NameMatch::Normalised;
        }
        own.sort();
        others.sort();
        if own == others { NameMatch::Reordered } else { NameMatch::Different }
    }

    /// The prepared parts in an order of their own: equal for two names unless they are [`NameMatch::Different`].
    pub(super) fn unordered(&self) -> Vec<Part> {
        let mut parts = self.prepared();
        parts.sort();
        parts
    }

    fn prepared(&self) -> Vec<Part> {
        let prepare = |part: &Part| {
            let words: Vec<String> = part.text.split_whitespace().map(str::to_lowercase).collect();
            Part { kind: part.kind.clone(), text: words.join(" ") }
        };
        self.parts.iter().map(prepare).collect()
    }

    /// The country, two letters in upper case as they stand in the name; `None` where there is none.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        self.parts.iter().find(|part| part.kind == COUNTRY).map(|part| part.text.trim().to_uppercase())
    }

    /// Whether the country is written in lower case, against Doc 9303-12 table 4.
    #[must_use]
    pub fn country_in_lower_case(&self) -> bool {
        let country = self.parts.iter().find(|part| part.kind == COUNTRY);
        country.is_some_and(|part| part.text.chars().any(char::is_lowercase))
    }
}

impl std::fmt::Display for Name {
    /// `C=DE, O=bund, CN=csca-germany`, in the order of the certificate.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            let kind = match part.kind.as_str() {
                "2.5.4.3" => "CN",
                "2.5.4.5" => "serialNumber",
                COUNTRY => "C",
                "2.5.4.7" => "L",
                "2.5.4.8" => "ST",
                "2.5.4.10" => "O",
                "2.5.4.11" => "OU",
                other => other,
            };
            let text: String =
                part.text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
            write!(f, "{}{kind}={text}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn text_of(value: &tlv::Tlv<'_>) -> String {
    let wide = |size: usize| {
        let codes = value.value.chunks(size).map(|c| c.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)));
        codes.map(|code| char::from_u32(code).unwrap_or('\u{FFFD}')).collect()
    };
    match value.tag {
        0x1E => wide(2),
        0x1C => wide(4),
        0x0C | 0x12 | 0x13 | 0x14 | 0x16 | 0x1A => match std::str::from_utf8(value.value) {
            Ok(text) => text.to_owned(),
            // TeletexString is used for ISO 8859-1 in practice.
            Err(_) => value.value.iter().map(|byte| char::from(*byte)).collect(),
        },
        _ => hex::encode(value.raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::write;

    fn name(parts: &[(&'static str, u32, &[u8])]) -> Name {
        let sets: Vec<u8> = parts
            .iter()
            .flat_map(|(kind, tag, text)| {
                let attribute = write::sequence(&[&oid::object(kind), &tlv::encode(*tag, text)]);
                write::set_of(&[attribute])
            })
            .collect();
        Name::parse(&write::sequence(&[&sets])).unwrap()
    }

    #[test]
    fn names_are_compared_as_people_mean_them() {
        let own = name(&[("2.5.4.6", 0x13, b"DE"), ("2.5.4.3", 0x0C, b"csca-germany")]);
        let typed = name(&[("2.5.4.6", 0x0C, b"de"), ("2.5.4.3", 0x13, b"CSCA-Germany ")]);
        let wide =
            name(&[("2.5.4.6", 0x13, b"DE"), ("2.5.4.3", 0x1E, b"\0c\0s\0c\0a\0-\0g\0e\0r\0m\0a\0n\0y")]);
        let turned = name(&[("2.5.4.3", 0x0C, b"csca-germany"), ("2.5.4.6", 0x13, b"DE")]);
        let other = name(&[("2.5.4.6", 0x13, b"DE"), ("2.5.4.3", 0x0C, b"csca-france")]);
        assert_eq!(own.compare(&own.clone()), NameMatch::Exact);
        assert_eq!(own.compare(&typed), NameMatch::Normalised);
        assert_eq!(own.compare(&wide), NameMatch::Normalised);
        assert_eq!(own.compare(&turned), NameMatch::Reordered);
        assert_eq!(own.compare(&other), NameMatch::Different);
        assert_eq!((typed.country().as_deref(), typed.country_in_lower_case()), (Some("DE"), true));
        assert_eq!(own.to_string(), "C=DE, CN=csca-germany");
    }

    #[test]
    fn every_string_type_gives_its_text() {
        let text = |tag, bytes: &[u8]| name(&[("2.5.4.3", tag, bytes)]).to_string();
        assert_eq!(text(0x0C, "Île".as_bytes()), "CN=Île");
        assert_eq!(text(0x1E, b"\0\xCE\x04\x16"), "CN=ÎЖ", "BMPString");
        assert_eq!(text(0x1C, b"\0\0\0\xCE\0\0\x04\x16"), "CN=ÎЖ", "UniversalString");
        assert_eq!(text(0x14, b"\xCEle"), "CN=Île", "TeletexString as ISO 8859-1");
        assert_eq!(text(0x04, b"x"), "CN=040178", "no string");
        assert!(!name(&[("2.5.4.6", 0x13, b"DE")]).country_in_lower_case());
    }

    #[test]
    fn a_name_has_at_most_64_parts() {
        let parts = |count| {
            let attribute = write::sequence(&[&oid::object("2.5.4.3"), &tlv::encode(0x0C, b"x")]);
            Name::parse(&write::sequence(&[&write::set_of(&[attribute]).repeat(count)]))
        };
        assert!(parts(MAX_PARTS).is_some() && parts(MAX_PARTS + 1).is_none());
        let no_object = write::sequence(&[&write::set_of(&[write::sequence(&[
            &tlv::encode(0x04, &[0x55, 4, 3]),
            &tlv::encode(0x0C, b"x"),
        ])])]);
        assert!(Name::parse(&no_object).is_none(), "the type of a part is an object identifier");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bytes in [&[][..], &[0x31, 0], &[0x30, 2, 0x30, 0], &[0x30, 4, 0x31, 2, 0x30, 0]] {
            assert!(Name::parse(bytes).is_none(), "{bytes:02X?}");
        }
    }
}
