//! Certificate Holder Authorization Template: which kind of terminal, which role, which rights.
//! Source: BSI TR-03110-3 sections 2.6 and C.1.5, C.4; table 20 (inspection systems).

use super::super::{FileId, LdsError};
use super::certificate::FILE;
use crate::asn1::{oid, tlv, write};

/// `id-IS`: inspection systems, the terminals that read passports.
pub const ID_IS: &str = "0.4.0.127.0.7.3.1.2.1";
/// Most bytes of a relative authorization; authentication terminals have five.
const MAX_RIGHTS: usize = 16;

/// What the holder of a certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Country verifying CA.
    Cvca,
    /// Document verifier of the chip's own State.
    DomesticDv,
    /// Document verifier of another State.
    ForeignDv,
    /// Terminal.
    Terminal,
}

/// Role and rights, relative to those of the issuer; or in effect, where those of a chain were taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The kind of terminal, a dotted object identifier; [`ID_IS`] for inspection systems.
    pub terminal: String,
    bits: Vec<u8>,
}

impl Authorization {
    /// An inspection system's authorization, or that of its authorities: reading DG3 (fingerprints), DG4 (irises).
    #[must_use]
    pub fn inspection(role: Role, fingerprints: bool, irises: bool) -> Self {
        let role = match role {
            Role::Cvca => 0xC0,
            Role::DomesticDv => 0x80,
            Role::ForeignDv => 0x40,
            Role::Terminal => 0x00,
        };
        let bits = role | u8::from(fingerprints) | u8::from(irises) << 1;
        Self { terminal: ID_IS.to_owned(), bits: vec![bits] }
    }

    /// Reads the value of data object 7F4C.
    ///
    /// # Errors
    /// [`LdsError`] where it is not an identifier and a bit map.
    pub fn parse(value: &[u8]) -> Result<Self, LdsError> {
        let wrong = |problem| LdsError::field(FILE, "authorization template", problem);
        let parts = tlv::children(value).map_err(LdsError::tlv(FILE))?;
        let [id, bits] = parts.as_slice() else { return Err(wrong("not two data objects")) };
        if id.tag != 0x06 || bits.tag != 0x53 {
            return Err(wrong("not an identifier and a bit map"));
        }
        let terminal = oid::decode(id.value).ok_or(wrong("the kind of terminal is no identifier"))?;
        let most = if terminal == ID_IS { 1 } else { MAX_RIGHTS };
        if bits.value.is_empty() || bits.value.len() > most {
            return Err(wrong("the bit map has a wrong length"));
        }
        Ok(Self { terminal, bits: bits.value.to_vec() })
    }

    /// The data object 7F4C; `None` where the kind of terminal is no identifier.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let content = [write::object_identifier(&self.terminal)?, tlv::encode(0x53, &self.bits)].concat();
        Some(tlv::encode(0x7F4C, &content))
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.bits.first().map_or(0, |first| first >> 6) {
            3 => Role::Cvca,
            2 => Role::DomesticDv,
            1 => Role::ForeignDv,
            _ => Role::Terminal,
        }
    }

    /// The bit map, role included.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Whether an inspection system with it may read a data group that is only for terminals with a right to it.
    #[must_use]
    pub fn may_read(&self, file: FileId) -> bool {
        let bit = match file {
            FileId::Dg(3) => 0x01,
            FileId::Dg(4) => 0x02,
            _ => return false,
        };
        self.terminal == ID_IS && self.bits.last().is_some_and(|last| last & bit != 0)
    }

    /// What is left where both are needed: of each bit the lesser. `None` for terminals of different kinds.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let same = self.terminal == other.terminal && self.bits.len() == other.bits.len();
        let bits = || self.bits.iter().zip(&other.bits).map(|(a, b)| a & b).collect();
        same.then(|| Self { terminal: self.terminal.clone(), bits: bits() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_what_all_of_a_chain_give() {
        let cvca = Authorization::inspection(Role::Cvca, true, true);
        let dv = Authorization::inspection(Role::ForeignDv, true, false);
        let terminal = Authorization::inspection(Role::Terminal, true, true);
        let rights = cvca.and(&dv).and_then(|rights| rights.and(&terminal)).unwrap();
        assert_eq!(rights.role(), Role::Terminal);
        let may = |file| rights.may_read(FileId::Dg(file));
        assert_eq!([may(3), may(4), may(2)], [true, false, false]);
        let other = Authorization { terminal: "0.4.0.127.0.7.3.1.2.3".to_owned(), bits: vec![0x03] };
        assert!(!other.may_read(FileId::Dg(3)));
        assert_eq!(cvca.and(&other), None);
    }

    #[test]
    fn broken_templates_are_refused() {
        let good = Authorization::inspection(Role::DomesticDv, true, false);
        let bytes = good.to_bytes().unwrap();
        assert_eq!(hex::encode_upper(&bytes), "7F4C0E060904007F000703010201530181");
        let value = &bytes[3..];
        assert_eq!(Authorization::parse(value), Ok(good));
        let long = [&value[..11], &[0x53, 0x02, 0x81, 0x01]].concat();
        let none = [&value[..11], &[0x53, 0x00]].concat();
        for wrong in [&value[..11], &value[..13], &long, &none, &[][..], &[value, value].concat()] {
            assert!(Authorization::parse(wrong).is_err(), "{wrong:02X?}");
        }
    }
}
