//! The data groups that hold one value: DG1 (machine readable zone), DG14 (SecurityInfos), DG15 (the chip's
//! public key for active authentication).
//! Source: Doc 9303-10 sections 4.7.1, 4.7.14, 4.7.15.

use super::{LdsError, Mrz, SecurityInfos};
use crate::asn1::tlv;

/// DG1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg1 {
    /// The machine readable zone.
    pub mrz: Mrz,
}

impl Dg1 {
    /// Reads the file.
    ///
    /// # Errors
    /// [`LdsError`] where the file is malformed; a wrong check digit is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        const FILE: &str = "EF.DG1";
        let error = LdsError::tlv(FILE);
        let outer = tlv::read_only(0x61, bytes).map_err(&error)?;
        let zone = tlv::find(0x5F1F, outer.value).map_err(&error)?;
        let wrong = |problem| LdsError::field(FILE, "machine readable zone", problem);
        let text = std::str::from_utf8(zone.value).map_err(|_| wrong("not ASCII"))?;
        let mrz = Mrz::parse(text).map_err(|_| wrong("length or alphabet are wrong"))?;
        Ok(Self { mrz })
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        tlv::encode(0x61, &tlv::encode(0x5F1F, self.mrz.to_row().as_bytes()))
    }
}

/// DG14.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg14 {
    /// What the chip says about its protocols, signed.
    pub security_infos: SecurityInfos,
}

impl Dg14 {
    /// Reads the file. Bytes after the SET, which some issuers have, are dropped.
    ///
    /// # Errors
    /// [`LdsError`] where the file is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv("EF.DG14");
        let outer = tlv::read_only(0x6E, bytes).map_err(&error)?;
        let (set, _) = tlv::read(outer.value).map_err(&error)?;
        Ok(Self { security_infos: SecurityInfos::parse(set.raw)? })
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        tlv::encode(0x6E, &self.security_infos.to_bytes())
    }
}

/// DG15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg15 {
    /// The chip's SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
}

impl Dg15 {
    /// Reads the file.
    ///
    /// # Errors
    /// [`LdsError`] where the file is malformed. The key itself is read by `crypto`.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv("EF.DG15");
        let outer = tlv::read_only(0x6F, bytes).map_err(&error)?;
        let key = tlv::read_only(0x30, outer.value).map_err(&error)?;
        Ok(Self { public_key: key.raw.to_vec() })
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        tlv::encode(0x6F, &self.public_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let zone =
            "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        let dg1 = Dg1 { mrz: Mrz::parse(zone).unwrap() };
        assert_eq!(Dg1::parse(&dg1.to_bytes()).unwrap(), dg1);
        let dg15 = Dg15 { public_key: vec![0x30, 0x02, 0x05, 0x00] };
        assert_eq!(Dg15::parse(&dg15.to_bytes()).unwrap(), dg15);
        let dg14 = Dg14 { security_infos: SecurityInfos::default() };
        assert_eq!(Dg14::parse(&dg14.to_bytes()).unwrap(), dg14);
    }

    #[test]
    fn errors_show_nothing_of_the_holder() {
        let bytes = tlv::encode(0x61, &tlv::encode(0x5F1F, b"P<UTOERIKSSON"));
        assert!(!Dg1::parse(&bytes).unwrap_err().to_string().contains("ERIKSSON"));
        assert!(Dg1::parse(&tlv::encode(0x61, &tlv::encode(0x5F1F, &[0xFF; 88]))).is_err());
        assert!(Dg15::parse(&tlv::encode(0x6F, &[0x04, 0x00])).is_err());
    }
}
