//! The data groups of additional details: DG11 (about the person) and DG12 (about the document).
//! Source: Doc 9303-10 sections 4.7.11 and 4.7.12. Field habits of issuers: BCD dates, empty values, other
//! names outside their template, counts that do not hold, Latin-1 instead of UTF-8.

use super::date::digits;
use super::{LdsDate, LdsError, Personal};
use crate::asn1::tlv;

/// Most fields of one of these files.
const MAX_FIELDS: usize = 64;

/// DG11: every field is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dg11 {
    /// 5F0E: full name in national characters, `<<` between surname and given names.
    pub full_name: Option<Personal<String>>,
    /// 5F0F: other names.
    pub other_names: Vec<Personal<String>>,
    /// 5F10: personal number.
    pub personal_number: Option<Personal<String>>,
    /// 5F2B: full date of birth.
    pub date_of_birth: Option<Personal<LdsDate>>,
    /// 5F11: place of birth.
    pub place_of_birth: Option<Personal<String>>,
    /// 5F42: permanent address.
    pub address: Option<Personal<String>>,
    /// 5F12: telephone.
    pub telephone: Option<Personal<String>>,
    /// 5F13: profession.
    pub profession: Option<Personal<String>>,
    /// 5F14: title.
    pub title: Option<Personal<String>>,
    /// Every other field (and every one whose value breaks its form) with its tag, as it stands.
    pub other: Vec<(u32, Personal<Vec<u8>>)>,
}

impl Dg11 {
    /// Reads the file. A field that breaks its form goes to `other` and does not stop the reading.
    ///
    /// # Errors
    /// [`LdsError`] where the TLV structure is broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let mut dg = Self::default();
        for (tag, value) in fields("EF.DG11", 0x6B, 0x5F0F, bytes)? {
            let text = || Some(Personal::new(text(value)));
            match tag {
                0x5F0E => dg.full_name = text(),
                0x5F0F => dg.other_names.extend(text()),
                0x5F10 => dg.personal_number = text(),
                0x5F11 => dg.place_of_birth = text(),
                0x5F42 => dg.address = text(),
                0x5F12 => dg.telephone = text(),
                0x5F13 => dg.profession = text(),
                0x5F14 => dg.title = text(),
                0x5F2B if LdsDate::parse(value).is_some() => {
                    dg.date_of_birth = LdsDate::parse(value).map(Personal::new);
                }
                _ => dg.other.push((tag, Personal::new(value.to_vec()))),
            }
        }
        Ok(dg)
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let text =
            |field: &Option<Personal<String>>| field.as_ref().map(|t| t.disclose().as_bytes().to_vec());
        let date = self.date_of_birth.as_ref().map(|date| date.disclose().to_text().into_bytes());
        let other: Vec<Vec<u8>> = self.other_names.iter().map(|n| n.disclose().as_bytes().to_vec()).collect();
        let mut list = vec![(0x5F0E, text(&self.full_name))];
        list.push((0xA0, repeated(0x5F0F, &other)));
        list.extend([
            (0x5F10, text(&self.personal_number)),
            (0x5F2B, date),
            (0x5F11, text(&self.place_of_birth)),
            (0x5F42, text(&self.address)),
            (0x5F12, text(&self.telephone)),
            (0x5F13, text(&self.profession)),
            (0x5F14, text(&self.title)),
        ]);
        list.extend(self.other.iter().map(|(tag, value)| (*tag, Some(value.disclose().clone()))));
        write(0x6B, 0x5F0F, list)
    }
}

/// DG12: every field is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dg12 {
    /// 5F19: issuing authority.
    pub issuing_authority: Option<String>,
    /// 5F26: date of issue.
    pub date_of_issue: Option<LdsDate>,
    /// 5F1A: other persons on the document.
    pub other_persons: Vec<Personal<String>>,
    /// 5F1B: endorsements and observations.
    pub endorsements: Option<Personal<String>>,
    /// 5F1C: tax and exit requirements.
    pub tax_and_exit: Option<Personal<String>>,
    /// 5F55: date and time of personalisation, 14 digits `YYYYMMDDhhmmss`.
    pub personalised_at: Option<String>,
    /// Every other field (images of the pages, serial number of the system) with its tag, as it stands.
    pub other: Vec<(u32, Personal<Vec<u8>>)>,
}

impl Dg12 {
    /// Reads the file. A field that breaks its form goes to `other` and does not stop the reading.
    ///
    /// # Errors
    /// [`LdsError`] where the TLV structure is broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let mut dg = Self::default();
        for (tag, value) in fields("EF.DG12", 0x6C, 0x5F1A, bytes)? {
            match tag {
                0x5F19 => dg.issuing_authority = Some(text(value)),
                0x5F1A => dg.other_persons.push(Personal::new(text(value))),
                0x5F1B => dg.endorsements = Some(Personal::new(text(value))),
                0x5F1C => dg.tax_and_exit = Some(Personal::new(text(value))),
                0x5F26 if LdsDate::parse(value).is_some() => dg.date_of_issue = LdsDate::parse(value),
                0x5F55 if digits(value, 14).is_some() => {
                    let characters = |digits: Vec<u8>| digits.iter().map(|d| char::from(b'0' + d)).collect();
                    dg.personalised_at = digits(value, 14).map(characters);
                }
                _ => dg.other.push((tag, Personal::new(value.to_vec()))),
            }
        }
        Ok(dg)
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let text =
            |field: &Option<Personal<String>>| field.as_ref().map(|t| t.disclose().as_bytes().to_vec());
        let plain = |field: &Option<String>| field.as_ref().map(|t| t.as_bytes().to_vec());
        let other: Vec<Vec<u8>> =
            self.other_persons.iter().map(|n| n.disclose().as_bytes().to_vec()).collect();
        let mut list = vec![
            (0x5F19, plain(&self.issuing_authority)),
            (0x5F26, self.date_of_issue.map(|date| date.to_text().into_bytes())),
            (0xA0, repeated(0x5F1A, &other)),
            (0x5F1B, text(&self.endorsements)),
            (0x5F1C, text(&self.tax_and_exit)),
            (0x5F55, plain(&self.personalised_at)),
        ];
        list.extend(self.other.iter().map(|(tag, value)| (*tag, Some(value.disclose().clone()))));
        write(0x6C, 0x5F1A, list)
    }
}

/// The fields behind the tag list, those in the template A0 (which repeats one tag) taken out of it. The tag
/// list and the count say nothing that the fields do not say, and on real documents they are wrong at times.
fn fields<'a>(
    file: &'static str,
    outer: u32,
    repeated: u32,
    bytes: &'a [u8],
) -> Result<Vec<(u32, &'a [u8])>, LdsError> {
    let error = LdsError::tlv(file);
    let outer = tlv::read_only(outer, bytes).map_err(&error)?;
    let mut list = Vec::new();
    for field in tlv::children(outer.value).map_err(&error)? {
        match field.tag {
            0x5C => {}
            0xA0 => {
                let inner = tlv::children(field.value).map_err(&error)?;
                list.extend(inner.iter().filter(|f| f.tag == repeated).map(|f| (f.tag, f.value)));
            }
            tag => list.push((tag, field.value)),
        }
        if list.len() > MAX_FIELDS {
            return Err(LdsError::TooMany { file, what: "fields", limit: MAX_FIELDS });
        }
    }
    Ok(list)
}

/// The content of template A0: how many, then each.
fn repeated(tag: u32, values: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut content = tlv::encode(0x02, &[u8::try_from(values.len()).ok()?]);
    content.extend(values.iter().flat_map(|value| tlv::encode(tag, value)));
    (!values.is_empty()).then_some(content)
}

fn write(outer: u32, repeated: u32, fields: Vec<(u32, Option<Vec<u8>>)>) -> Vec<u8> {
    let mut tags = Vec::new();
    let mut content = Vec::new();
    for (tag, value) in fields {
        if let Some(value) = value {
            // The list names the repeated tag, not the template around it.
            let listed = if tag == 0xA0 { repeated } else { tag };
            tags.extend(listed.to_be_bytes().into_iter().skip_while(|byte| *byte == 0));
            content.extend(tlv::encode(tag, &value));
        }
    }
    tlv::encode(outer, &[tlv::encode(0x5C, &tags), content].concat())
}

/// UTF-8, or Latin-1 where it is not.
fn text(value: &[u8]) -> String {
    std::str::from_utf8(value)
        .map_or_else(|_| value.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dg11_round_trip_and_habits_of_issuers() {
        let personal = |text: &str| Some(Personal::new(text.to_owned()));
        let dg = Dg11 {
            full_name: personal("Müller<<Ana"),
            other_names: vec![Personal::new("Kiri".to_owned())],
            date_of_birth: LdsDate::parse(b"19740812").map(Personal::new),
            place_of_birth: personal("Zenith<<UTO"),
            other: vec![(0x5F18, Personal::new(vec![1, 2]))],
            ..Dg11::default()
        };
        assert_eq!(Dg11::parse(&dg.to_bytes()).unwrap(), dg);
        // A name in Latin-1, an empty personal number, a BCD date, other names outside A0, a bad date.
        let fields = [
            tlv::encode(0x5F0E, b"M\xFCller"),
            tlv::encode(0x5F10, b""),
            tlv::encode(0x5F2B, &[0x19, 0x74, 0x08, 0x12]),
            tlv::encode(0x5F0F, b"Kiri"),
        ];
        let read = Dg11::parse(&tlv::encode(0x6B, &fields.concat())).unwrap();
        assert_eq!(read.full_name.unwrap().disclose(), "Müller");
        assert_eq!((read.other_names, read.date_of_birth), (dg.other_names, dg.date_of_birth));
        let bad = Dg11::parse(&tlv::encode(0x6B, &tlv::encode(0x5F2B, b"never"))).unwrap();
        assert_eq!((bad.date_of_birth, bad.other.len()), (None, 1));
    }

    #[test]
    fn dg12_round_trip() {
        let dg = Dg12 {
            issuing_authority: Some("Utopia".to_owned()),
            date_of_issue: LdsDate::parse(b"20240101"),
            personalised_at: Some("20240101123059".to_owned()),
            other_persons: vec![Personal::new("William".to_owned())],
            ..Dg12::default()
        };
        assert_eq!(Dg12::parse(&dg.to_bytes()).unwrap(), dg);
    }

    #[test]
    fn too_many_fields_are_refused() {
        let bytes = tlv::encode(0x6B, &tlv::encode(0x5F0F, b"").repeat(65));
        assert!(matches!(Dg11::parse(&bytes), Err(LdsError::TooMany { .. })));
    }
}
