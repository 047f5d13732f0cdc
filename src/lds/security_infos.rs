//! SecurityInfos: the SET that EF.CardAccess and EF.DG14 hold.
//! Source: Doc 9303-11 section 9.2; Doc 9303-10 section 4.7.14.

use super::LdsError;
use super::security_info::{
    ActiveAuthenticationInfo, ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, PaceInfo,
    SecurityInfo, TerminalAuthenticationInfo,
};
use crate::asn1::tlv;

const FILE: &str = "SecurityInfos";
/// Most entries that are read.
const MAX_ENTRIES: usize = 64;

/// One entry with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityInfoEntry {
    /// What the entry says.
    pub info: SecurityInfo,
    /// The entry as it stands.
    pub raw: Vec<u8>,
}

/// A SET of SecurityInfo, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityInfos {
    /// The entries.
    pub entries: Vec<SecurityInfoEntry>,
}

impl SecurityInfos {
    /// Reads the SET (the content of EF.CardAccess). Unknown and malformed entries are kept.
    ///
    /// # Errors
    /// [`LdsError`] where the SET itself is broken or has too many entries.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let outer = tlv::read_only(0x31, bytes).map_err(LdsError::tlv(FILE))?;
        let entries = tlv::children(outer.value).map_err(LdsError::tlv(FILE))?;
        if entries.len() > MAX_ENTRIES {
            return Err(LdsError::TooMany { file: FILE, what: "entries", limit: MAX_ENTRIES });
        }
        let entry = |tlv: tlv::Tlv<'_>| SecurityInfoEntry {
            info: SecurityInfo::parse(tlv.raw),
            raw: tlv.raw.to_vec(),
        };
        Ok(Self { entries: entries.into_iter().map(entry).collect() })
    }

    /// A SET of these entries, in DER order.
    ///
    /// # Errors
    /// [`LdsError::Field`] for an entry that has no bytes of its own (see [`SecurityInfo::to_bytes`]).
    pub fn of(infos: impl IntoIterator<Item = SecurityInfo>) -> Result<Self, LdsError> {
        let mut entries = Vec::new();
        for info in infos {
            let raw = info.to_bytes().ok_or(LdsError::field(FILE, "entry", "cannot be written"))?;
            entries.push(SecurityInfoEntry { info, raw });
        }
        entries.sort_by(|a, b| a.raw.cmp(&b.raw));
        Ok(Self { entries })
    }

    /// The SET's bytes, entries as they stand and in their order.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let raws: Vec<u8> = self.entries.iter().flat_map(|entry| entry.raw.iter().copied()).collect();
        tlv::encode(0x31, &raws)
    }

    /// What the entries say, in their order.
    pub fn infos(&self) -> impl Iterator<Item = &SecurityInfo> {
        self.entries.iter().map(|entry| &entry.info)
    }

    /// The PACE variants that are offered.
    pub fn pace(&self) -> impl Iterator<Item = &PaceInfo> {
        self.infos().filter_map(|info| if let SecurityInfo::Pace(pace) = info { Some(pace) } else { None })
    }

    /// The chip authentication variants.
    pub fn chip_authentication(&self) -> impl Iterator<Item = &ChipAuthenticationInfo> {
        self.infos()
            .filter_map(|info| if let SecurityInfo::ChipAuthentication(ca) = info { Some(ca) } else { None })
    }

    /// The chip's keys for chip authentication.
    pub fn chip_authentication_keys(&self) -> impl Iterator<Item = &ChipAuthenticationPublicKeyInfo> {
        self.infos().filter_map(|info| {
            if let SecurityInfo::ChipAuthenticationPublicKey(key) = info { Some(key) } else { None }
        })
    }

    /// The algorithm of active authentication, where it is ECDSA.
    #[must_use]
    pub fn active_authentication(&self) -> Option<&ActiveAuthenticationInfo> {
        self.infos()
            .find_map(|info| if let SecurityInfo::ActiveAuthentication(aa) = info { Some(aa) } else { None })
    }

    /// What the chip says of terminal authentication, of the version that passports use.
    #[must_use]
    pub fn terminal_authentication(&self) -> Option<&TerminalAuthenticationInfo> {
        let all = self.infos().filter_map(|info| match info {
            SecurityInfo::TerminalAuthentication(ta) => Some(ta),
            _ => None,
        });
        all.filter(|ta| ta.version == 1).last()
    }
}

#[cfg(test)]
mod tests {
    use super::super::security_info::*;
    use super::*;
    use crate::asn1::write;

    #[test]
    fn round_trip_of_every_kind() {
        let key = vec![0x30, 0x02, 0x05, 0x00];
        let infos = [
            SecurityInfo::Pace(PaceInfo {
                protocol: format!("{ID_PACE}.2.2"),
                version: 2,
                parameter_id: Some(13),
            }),
            SecurityInfo::PaceDomainParameter(PaceDomainParameterInfo {
                protocol: format!("{ID_PACE}.2"),
                domain_parameter: key.clone(),
                parameter_id: Some(300),
            }),
            SecurityInfo::ChipAuthentication(ChipAuthenticationInfo {
                protocol: format!("{ID_CA}.2.4"),
                version: 1,
                key_id: None,
            }),
            SecurityInfo::ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo {
                protocol: format!("{ID_PK}.2"),
                public_key: key,
                key_id: Some(1),
            }),
            SecurityInfo::ActiveAuthentication(ActiveAuthenticationInfo {
                version: 1,
                signature_algorithm: "0.4.0.127.0.7.1.1.4.1.3".to_owned(),
            }),
            SecurityInfo::TerminalAuthentication(TerminalAuthenticationInfo {
                version: 1,
                ef_cvca: Some(0x0142),
            }),
        ];
        let written = SecurityInfos::of(infos.clone()).unwrap();
        let read = SecurityInfos::parse(&written.to_bytes()).unwrap();
        assert_eq!(read, written);
        assert!(infos.iter().all(|info| read.infos().any(|found| found == info)));
        let expected = (Agreement::Ecdh, Mapping::Generic, Suite::Aes128);
        assert_eq!(read.pace().next().unwrap().algorithm(), Some(expected));
        let ca = read.chip_authentication().next().unwrap();
        assert_eq!(ca.algorithm(), Some((Agreement::Ecdh, Suite::Aes256)));
        assert_eq!(read.chip_authentication_keys().next().unwrap().agreement(), Some(Agreement::Ecdh));
        assert_eq!(read.terminal_authentication().unwrap().ef_cvca, Some(0x0142));
    }

    #[test]
    fn terminal_authentication_with_a_short_identifier_and_broken() {
        let id = write::object_identifier(ID_TA).unwrap();
        let version = write::integer(1);
        let parse = |file: &[u8]| SecurityInfo::parse(&write::sequence(&[&id, &version, file]));
        let with = |ef_cvca| {
            SecurityInfo::TerminalAuthentication(TerminalAuthenticationInfo { version: 1, ef_cvca })
        };
        assert_eq!(parse(&[]), with(None));
        assert_eq!(parse(&[0x30, 7, 4, 2, 1, 0x1C, 4, 1, 0x1C]), with(Some(0x011C)));
        for broken in
            [&[0x30, 0][..], &[0x30, 3, 4, 1, 1], &[0x31, 4, 4, 2, 1, 2], &[0x30, 6, 4, 2, 1, 2, 4, 0]]
        {
            assert!(matches!(parse(broken), SecurityInfo::Malformed { .. }), "{broken:02X?}");
        }
    }

    #[test]
    fn identifiers_that_are_not_known_are_not_guessed() {
        let pace = |protocol: String| PaceInfo { protocol, version: 2, parameter_id: None }.algorithm();
        for tail in ["2.0", "2.5", "5.2", "6.1", "2", "2.2.1", "x.2"] {
            assert_eq!(pace(format!("{ID_PACE}.{tail}")), None, "{tail}");
        }
        assert_eq!(pace(format!("{ID_PACE}2.2.2")), None);
    }

    #[test]
    fn unknown_and_malformed_entries_are_kept() {
        // An unknown entry, a PACEInfo without version, one with a negative version, and no identifier at all.
        let pace = write::object_identifier(&format!("{ID_PACE}.2.2")).unwrap();
        let entries = [
            write::sequence(&[&write::object_identifier("1.2.3.4").unwrap(), &write::null()]),
            write::sequence(&[&pace]),
            write::sequence(&[&pace, &[0x02, 0x01, 0xFF]]),
            write::sequence(&[]),
        ];
        let set = tlv::encode(0x31, &entries.concat());
        let read = SecurityInfos::parse(&set).unwrap();
        assert_eq!(read.to_bytes(), set);
        assert_eq!(read.entries.len(), 4);
        assert!(matches!(&read.entries[0].info, SecurityInfo::Other { protocol } if protocol == "1.2.3.4"));
        let malformed = |at: usize| matches!(read.entries[at].info, SecurityInfo::Malformed { .. });
        assert!(malformed(1) && malformed(2) && malformed(3));
    }

    #[test]
    fn too_many_entries_are_refused() {
        let set = tlv::encode(0x31, &[0x30, 0x00].repeat(65));
        assert!(matches!(SecurityInfos::parse(&set), Err(LdsError::TooMany { .. })));
    }
}
