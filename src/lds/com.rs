//! EF.COM: versions and the list of data groups. It is not signed; EF.SOD says what is really there.
//! Source: Doc 9303-10 section 4.6.1.

use super::{FileId, LdsError};
use crate::asn1::tlv;

const FILE: &str = "EF.COM";

/// EF.COM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EfCom {
    /// LDS version, four digits: `0107`, `0108`.
    pub lds_version: String,
    /// Unicode version, six digits: `040000`.
    pub unicode_version: String,
    /// Tags of the data groups that the chip says it has, in the order of the file, unknown ones too.
    pub tags: Vec<u8>,
}

impl EfCom {
    /// Reads the file.
    ///
    /// # Errors
    /// [`LdsError`] where a mandatory object is missing or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv(FILE);
        let outer = tlv::read_only(0x60, bytes).map_err(&error)?;
        let find = |tag| tlv::find(tag, outer.value).map_err(&error).map(|tlv| tlv.value);
        Ok(Self {
            lds_version: digits(find(0x5F01)?, 4, "LDS version")?,
            unicode_version: digits(find(0x5F36)?, 6, "Unicode version")?,
            tags: find(0x5C)?.to_vec(),
        })
    }

    /// The data groups of the list whose tags are known.
    pub fn data_groups(&self) -> impl Iterator<Item = FileId> + '_ {
        self.tags.iter().filter_map(|tag| FileId::from_dg_tag(*tag))
    }

    /// The file for LDS 1.7 with these data groups.
    #[must_use]
    pub fn lds_1_7(groups: &[FileId]) -> Self {
        Self {
            lds_version: "0107".to_owned(),
            unicode_version: "040000".to_owned(),
            tags: groups
                .iter()
                .filter(|file| file.dg_number().is_some())
                .filter_map(|file| file.tag())
                .collect(),
        }
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = [
            tlv::encode(0x5F01, self.lds_version.as_bytes()),
            tlv::encode(0x5F36, self.unicode_version.as_bytes()),
            tlv::encode(0x5C, &self.tags),
        ];
        tlv::encode(0x60, &parts.concat())
    }
}

fn digits(value: &[u8], len: usize, field: &'static str) -> Result<String, LdsError> {
    let good = value.len() == len && value.iter().all(u8::is_ascii_digit);
    good.then(|| value.iter().map(|byte| char::from(*byte)).collect()).ok_or(LdsError::field(
        FILE,
        field,
        "not the right number of digits",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let com = EfCom::lds_1_7(&[FileId::Dg(1), FileId::Dg(2), FileId::Dg(15), FileId::Sod]);
        assert_eq!(com.tags, [0x61, 0x75, 0x6F]);
        assert_eq!(EfCom::parse(&com.to_bytes()).unwrap(), com);
    }

    #[test]
    fn unknown_tags_are_kept_and_bad_versions_refused() {
        let mut com = EfCom::lds_1_7(&[FileId::Dg(1)]);
        com.tags.push(0x01);
        let read = EfCom::parse(&com.to_bytes()).unwrap();
        assert_eq!((read.tags.len(), read.data_groups().count()), (2, 1));
        com.lds_version = "01.7".to_owned();
        assert!(matches!(EfCom::parse(&com.to_bytes()), Err(LdsError::Field { .. })));
    }
}
