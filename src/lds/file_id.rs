//! The elementary files of an eMRTD: names, identifiers, short identifiers, tags.
//! Source: Doc 9303-10 (8th edition) section 3.9 to 3.11 and table 38; Doc 9303-11 section 9.2.11; BSI TR-03110-3
//! appendix A.5.2 (EF.CVCA).

use std::fmt;

/// An elementary file of the master file or of the eMRTD application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FileId {
    /// EF.CardAccess, in the master file.
    CardAccess,
    /// EF.CardSecurity, in the master file.
    CardSecurity,
    /// EF.DIR, in the master file.
    Dir,
    /// EF.ATR/INFO, in the master file.
    AtrInfo,
    /// EF.CVCA, in the eMRTD application.
    Cvca,
    /// EF.COM.
    Com,
    /// EF.SOD.
    Sod,
    /// EF.DG1 to EF.DG16; see [`FileId::dg`].
    Dg(u8),
}

/// Tags of the data groups 1 to 16 (Doc 9303-10 table 38).
const DG_TAGS: [u8; 16] =
    [0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70];

impl FileId {
    /// A data group; `None` where `number` is not 1 to 16.
    #[must_use]
    pub const fn dg(number: u8) -> Option<Self> {
        if number >= 1 && number <= 16 { Some(Self::Dg(number)) } else { None }
    }

    /// The data group that begins with `tag`.
    #[must_use]
    pub fn from_dg_tag(tag: u8) -> Option<Self> {
        DG_TAGS.iter().position(|known| *known == tag).map(|at| Self::Dg(at as u8 + 1))
    }

    /// Every file, in the order of the enumeration.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::CardAccess, Self::CardSecurity, Self::Dir, Self::AtrInfo, Self::Cvca, Self::Com, Self::Sod]
            .into_iter()
            .chain((1..=16).map(Self::Dg))
    }

    /// The number of a data group.
    #[must_use]
    pub const fn dg_number(self) -> Option<u8> {
        if let Self::Dg(number) = self { Some(number) } else { None }
    }

    /// The file identifier, two bytes.
    #[must_use]
    pub const fn fid(self) -> u16 {
        match self {
            Self::CardAccess | Self::Cvca => 0x011C,
            Self::CardSecurity | Self::Sod => 0x011D,
            Self::Dir => 0x2F00,
            Self::AtrInfo => 0x2F01,
            Self::Com => 0x011E,
            Self::Dg(number) => 0x0100 | number as u16,
        }
    }

    /// The short file identifier, five bits.
    #[must_use]
    pub const fn sfi(self) -> u8 {
        match self {
            Self::CardAccess | Self::Cvca => 0x1C,
            Self::CardSecurity | Self::Sod => 0x1D,
            Self::Dir | Self::Com => 0x1E,
            Self::AtrInfo => 0x01,
            Self::Dg(number) => number,
        }
    }

    /// Whether the file stands in the master file and not in the eMRTD application.
    #[must_use]
    pub const fn in_master_file(self) -> bool {
        matches!(self, Self::CardAccess | Self::CardSecurity | Self::Dir | Self::AtrInfo)
    }

    /// The tag of the file's outer data object; `None` for EF.DIR and EF.ATR/INFO, which hold several, and for
    /// EF.CVCA, which has none.
    #[must_use]
    pub fn tag(self) -> Option<u8> {
        match self {
            Self::CardAccess => Some(0x31),
            Self::CardSecurity => Some(0x30),
            Self::Dir | Self::AtrInfo | Self::Cvca => None,
            Self::Com => Some(0x60),
            Self::Sod => Some(0x77),
            Self::Dg(number) => DG_TAGS.get(usize::from(number).wrapping_sub(1)).copied(),
        }
    }

    /// The name as Doc 9303 writes it: `EF.DG1`, `EF.CardAccess`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        const DG: [&str; 17] = [
            "EF.DG0", "EF.DG1", "EF.DG2", "EF.DG3", "EF.DG4", "EF.DG5", "EF.DG6", "EF.DG7", "EF.DG8",
            "EF.DG9", "EF.DG10", "EF.DG11", "EF.DG12", "EF.DG13", "EF.DG14", "EF.DG15", "EF.DG16",
        ];
        match self {
            Self::CardAccess => "EF.CardAccess",
            Self::CardSecurity => "EF.CardSecurity",
            Self::Dir => "EF.DIR",
            Self::AtrInfo => "EF.ATR-INFO",
            Self::Cvca => "EF.CVCA",
            Self::Com => "EF.COM",
            Self::Sod => "EF.SOD",
            Self::Dg(number) if number <= 16 => DG[number as usize],
            Self::Dg(_) => DG[0],
        }
    }

    /// The file of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|file| file.name() == name)
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for FileId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for FileId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("no file of an eMRTD has this name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_identifiers_and_tags_belong_together() {
        for file in FileId::all() {
            assert_eq!(FileId::from_name(file.name()), Some(file));
            if let Some(number) = file.dg_number() {
                assert_eq!(file.sfi(), number);
                assert_eq!(FileId::from_dg_tag(file.tag().unwrap()), Some(file));
            }
        }
        assert_eq!(FileId::dg(2).and_then(FileId::tag), Some(0x75));
        assert_eq!(FileId::Dg(15).fid(), 0x010F);
        assert_eq!((FileId::dg(0), FileId::dg(17)), (None, None));
        assert_eq!((FileId::Dg(0).tag(), FileId::Dg(200).tag()), (None, None));
    }
}
