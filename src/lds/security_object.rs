//! The LDS security object: the hashes that EF.SOD signs. The CMS around it is `pki`'s.
//! Source: Doc 9303-10 section 4.6.2.2 (versions 0 and 1).

use super::LdsError;
use crate::asn1::{oid, tlv, write};
use crate::crypto::HashAlgorithm;
use std::collections::BTreeMap;

const FILE: &str = "LDSSecurityObject";

/// `id-icao-mrtd-security-ldsSecurityObject`, the content type of EF.SOD.
pub const ID_LDS_SECURITY_OBJECT: &str = "2.23.136.1.1.1";

/// Versions of LDS and Unicode, signed; version 1 of the security object has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsVersionInfo {
    /// LDS version, `0108`.
    pub lds_version: String,
    /// Unicode version, `040000`.
    pub unicode_version: String,
}

/// The hashes of the data groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsSecurityObject {
    /// 0, or 1 with [`LdsVersionInfo`].
    pub version: u64,
    /// The hash function of the hashes below.
    pub hash: HashAlgorithm,
    /// Data-group number (1 to 16) to the hash of the whole file, as it stands in the object: the length is not
    /// checked against `hash`, a comparison fails by itself.
    pub hashes: BTreeMap<u8, Vec<u8>>,
    /// Versions, in version 1.
    pub version_info: Option<LdsVersionInfo>,
}

impl LdsSecurityObject {
    /// Reads the object, the eContent of EF.SOD.
    ///
    /// # Errors
    /// [`LdsError`]: malformed, a data group twice or out of range, a hash function that is not known.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv(FILE);
        let wrong = |field, problem| LdsError::field(FILE, field, problem);
        let outer = tlv::read_only(0x30, bytes).map_err(&error)?;
        let fields = tlv::children(outer.value).map_err(&error)?;
        let [version, algorithm, list, rest @ ..] = fields.as_slice() else {
            return Err(wrong("fields", "fewer than three"));
        };
        let version = match (version.tag, version.value) {
            (0x02, [version @ 0..=0x7F]) => u64::from(*version),
            _ => return Err(wrong("version", "no small number")),
        };
        let algorithm = tlv::read_only(0x30, algorithm.raw).map_err(&error)?;
        let identifier = tlv::find(0x06, algorithm.value).map_err(&error)?;
        let hash = oid::decode(identifier.value)
            .and_then(|dotted| HashAlgorithm::from_oid(&dotted))
            .ok_or(LdsError::Unsupported { file: FILE, format: "the hash algorithm" })?;
        let version_info = rest.first().map(version_info).transpose()?;
        Ok(Self { version, hash, hashes: hashes(list)?, version_info })
    }

    /// The object's bytes.
    ///
    /// # Errors
    /// [`LdsError::Field`] where the hash function has no identifier.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LdsError> {
        let algorithm = write::object_identifier(self.hash.oid()).ok_or(LdsError::field(
            FILE,
            "hash",
            "no object identifier",
        ))?;
        let entry = |(number, hash): (&u8, &Vec<u8>)| {
            write::sequence(&[&write::integer(u64::from(*number)), &write::octet_string(hash)])
        };
        let list: Vec<u8> = self.hashes.iter().flat_map(entry).collect();
        let info = self.version_info.as_ref().map(|info| {
            let printable = |text: &str| tlv::encode(0x13, text.as_bytes());
            write::sequence(&[&printable(&info.lds_version), &printable(&info.unicode_version)])
        });
        Ok(write::sequence(&[
            &write::integer(self.version),
            &write::sequence(&[&algorithm, &write::null()]),
            &write::sequence(&[&list]),
            &info.unwrap_or_default(),
        ]))
    }
}

fn hashes(list: &tlv::Tlv<'_>) -> Result<BTreeMap<u8, Vec<u8>>, LdsError> {
    let error = LdsError::tlv(FILE);
    let wrong = |problem| LdsError::field(FILE, "data group hash", problem);
    let list = tlv::read_only(0x30, list.raw).map_err(&error)?;
    let mut hashes = BTreeMap::new();
    for entry in tlv::children(list.value).map_err(&error)? {
        let entry = tlv::read_only(0x30, entry.raw).map_err(&error)?;
        let fields = tlv::children(entry.value).map_err(&error)?;
        let [number, hash] = fields.as_slice() else { return Err(wrong("not number and hash")) };
        let (0x02, [number @ 1..=16]) = (number.tag, number.value) else {
            return Err(wrong("the number is not 1 to 16"));
        };
        if hash.tag != 0x04 || hash.value.len() > 64 {
            return Err(wrong("no octet string of at most 64 bytes"));
        }
        if hashes.insert(*number, hash.value.to_vec()).is_some() {
            return Err(wrong("a data group stands twice"));
        }
    }
    Ok(hashes)
}

fn version_info(field: &tlv::Tlv<'_>) -> Result<LdsVersionInfo, LdsError> {
    let wrong = || LdsError::field(FILE, "version info", "not two printable strings");
    let outer = tlv::read_only(0x30, field.raw).map_err(LdsError::tlv(FILE))?;
    let fields = tlv::children(outer.value).map_err(LdsError::tlv(FILE))?;
    let text = |field: &tlv::Tlv<'_>| {
        let good = field.tag == 0x13 && field.value.len() <= 16 && field.value.is_ascii();
        good.then(|| String::from_utf8_lossy(field.value).into_owned()).ok_or_else(wrong)
    };
    let [lds, unicode] = fields.as_slice() else { return Err(wrong()) };
    Ok(LdsVersionInfo { lds_version: text(lds)?, unicode_version: text(unicode)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> LdsSecurityObject {
        LdsSecurityObject {
            version: 0,
            hash: HashAlgorithm::Sha256,
            hashes: [(1, vec![1; 32]), (2, vec![2; 32]), (16, vec![3; 32])].into(),
            version_info: None,
        }
    }

    #[test]
    fn round_trip_of_both_versions() {
        let zero = object();
        assert_eq!(LdsSecurityObject::parse(&zero.to_bytes().unwrap()).unwrap(), zero);
        let info = LdsVersionInfo { lds_version: "0108".to_owned(), unicode_version: "040000".to_owned() };
        let one = LdsSecurityObject { version: 1, version_info: Some(info), ..object() };
        assert_eq!(LdsSecurityObject::parse(&one.to_bytes().unwrap()).unwrap(), one);
    }

    #[test]
    fn broken_objects_are_refused() {
        let refused = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = object().to_bytes().unwrap();
            change(&mut bytes);
            LdsSecurityObject::parse(&bytes).unwrap_err()
        };
        // 30 len | 02 01 00 | 30 0D 06 09 ... 05 00 | 30 len | 30 25 02 01 01 04 20 ..
        let first =
            object().to_bytes().unwrap().windows(3).position(|w| w == [0x02, 0x01, 0x01]).unwrap() + 2;
        assert!(matches!(refused(&|b| b[first] = 2), LdsError::Field { field: "data group hash", .. }));
        assert!(matches!(refused(&|b| b[first] = 17), LdsError::Field { field: "data group hash", .. }));
        assert!(matches!(refused(&|b| b[17] ^= 1), LdsError::Unsupported { .. }));
        assert!(matches!(refused(&|b| b.push(0)), LdsError::Tlv { .. }));
        assert!(matches!(refused(&|b| b.truncate(20)), LdsError::Tlv { .. }));
    }
}
