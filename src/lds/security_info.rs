//! One SecurityInfo: what a chip says about a protocol that it speaks. Object identifiers are data here: an
//! entry that titre does not know, or that breaks its form, is kept as it stands.
//! Source: Doc 9303-11 section 9.2; BSI TR-03110-3 appendix A.1.

use crate::asn1::{oid, tlv, write};

/// `id-PACE`; then mapping and agreement (1 DH-GM, 2 ECDH-GM, 3 DH-IM, 4 ECDH-IM, 6 ECDH-CAM), then cipher.
pub const ID_PACE: &str = "0.4.0.127.0.7.2.2.4";
/// `id-CA`; then agreement (1 DH, 2 ECDH), then cipher.
pub const ID_CA: &str = "0.4.0.127.0.7.2.2.3";
/// `id-PK`; then agreement (1 DH, 2 ECDH).
pub const ID_PK: &str = "0.4.0.127.0.7.2.2.1";
/// `id-TA`.
pub const ID_TA: &str = "0.4.0.127.0.7.2.2.2";
/// `id-icao-mrtd-security-aaProtocolObject`.
pub const ID_AA: &str = "2.23.136.1.1.5";

/// How a key is agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Agreement {
    /// Diffie-Hellman in a group modulo a prime.
    Dh,
    /// Diffie-Hellman on an elliptic curve.
    Ecdh,
}

/// How PACE maps the nonce to a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mapping {
    /// Generic mapping.
    Generic,
    /// Integrated mapping.
    Integrated,
    /// Chip authentication mapping.
    ChipAuthentication,
}

/// Cipher and MAC of the session that a protocol sets up, by the last arc of its identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Suite {
    /// Arc 1: two-key Triple-DES in CBC mode with Retail MAC.
    TripleDes,
    /// Arc 2: AES-128 in CBC mode with CMAC.
    Aes128,
    /// Arc 3: AES-192.
    Aes192,
    /// Arc 4: AES-256.
    Aes256,
}

impl Suite {
    fn of_arc(arc: u64) -> Option<Self> {
        [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256].get(arc.checked_sub(1)? as usize).copied()
    }
}

/// PACEInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceInfo {
    /// Dotted object identifier of the protocol.
    pub protocol: String,
    /// Version; 2 is the only one that Doc 9303 allows.
    pub version: u64,
    /// Standardized domain parameters (TR-03110-3 A.2.1.1); absent only with a PACEDomainParameterInfo.
    pub parameter_id: Option<u64>,
}

impl PaceInfo {
    /// What the identifier stands for; `None` for one that is not known.
    #[must_use]
    pub fn algorithm(&self) -> Option<(Agreement, Mapping, Suite)> {
        let [way, suite] = arcs_after(ID_PACE, &self.protocol)?.try_into().ok()?;
        let (agreement, mapping) = match way {
            1 => (Agreement::Dh, Mapping::Generic),
            2 => (Agreement::Ecdh, Mapping::Generic),
            3 => (Agreement::Dh, Mapping::Integrated),
            4 => (Agreement::Ecdh, Mapping::Integrated),
            6 if suite != 1 => (Agreement::Ecdh, Mapping::ChipAuthentication),
            _ => return None,
        };
        Some((agreement, mapping, Suite::of_arc(suite)?))
    }
}

/// PACEDomainParameterInfo: domain parameters that are not standardized, kept as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceDomainParameterInfo {
    /// Dotted object identifier: `id-PACE` with the agreement.
    pub protocol: String,
    /// The AlgorithmIdentifier, DER.
    pub domain_parameter: Vec<u8>,
    /// The number that a PACEInfo names it by.
    pub parameter_id: Option<u64>,
}

/// ChipAuthenticationInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipAuthenticationInfo {
    /// Dotted object identifier of the protocol.
    pub protocol: String,
    /// Version; 1 for eMRTDs.
    pub version: u64,
    /// Which key, where the chip has several.
    pub key_id: Option<u64>,
}

impl ChipAuthenticationInfo {
    /// What the identifier stands for; `None` for one that is not known.
    #[must_use]
    pub fn algorithm(&self) -> Option<(Agreement, Suite)> {
        let [way, suite] = arcs_after(ID_CA, &self.protocol)?.try_into().ok()?;
        Some((agreement(way)?, Suite::of_arc(suite)?))
    }
}

/// ChipAuthenticationPublicKeyInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipAuthenticationPublicKeyInfo {
    /// Dotted object identifier: `id-PK` with the agreement.
    pub protocol: String,
    /// The chip's SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
    /// Which key, where the chip has several.
    pub key_id: Option<u64>,
}

impl ChipAuthenticationPublicKeyInfo {
    /// DH or ECDH; `None` for an identifier that is not known.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        let [way] = arcs_after(ID_PK, &self.protocol)?.try_into().ok()?;
        agreement(way)
    }
}

/// ActiveAuthenticationInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAuthenticationInfo {
    /// Version; 1.
    pub version: u64,
    /// Dotted object identifier of the signature algorithm (BSI TR-03111 `ecdsa-plain-...`).
    pub signature_algorithm: String,
}

/// TerminalAuthenticationInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalAuthenticationInfo {
    /// Version; 1 for eMRTDs.
    pub version: u64,
    /// File identifier of EF.CVCA, where it is not the one of the standard. A short identifier beside it is not kept.
    pub ef_cvca: Option<u16>,
}

/// A SecurityInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecurityInfo {
    /// PACE.
    Pace(PaceInfo),
    /// Proprietary PACE domain parameters.
    PaceDomainParameter(PaceDomainParameterInfo),
    /// Chip authentication.
    ChipAuthentication(ChipAuthenticationInfo),
    /// The chip's key for chip authentication.
    ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo),
    /// Active authentication with ECDSA.
    ActiveAuthentication(ActiveAuthenticationInfo),
    /// Terminal authentication.
    TerminalAuthentication(TerminalAuthenticationInfo),
    /// An entry that titre does not use.
    Other {
        /// Dotted object identifier.
        protocol: String,
    },
    /// An entry that breaks its form.
    Malformed {
        /// Dotted object identifier, where it can be read.
        protocol: Option<String>,
    },
}

impl SecurityInfo {
    /// Reads one entry, a whole SEQUENCE. It never fails: see [`SecurityInfo::Malformed`].
    #[must_use]
    pub fn parse(entry: &[u8]) -> Self {
        let fields = tlv::read_only(0x30, entry).and_then(|outer| tlv::children(outer.value));
        let Ok(fields) = fields else { return Self::Malformed { protocol: None } };
        let protocol = fields.first().filter(|f| f.tag == 0x06).and_then(|f| oid::decode(f.value));
        let Some(protocol) = protocol else { return Self::Malformed { protocol: None } };
        Self::read(&protocol, &fields[1..]).unwrap_or(Self::Malformed { protocol: Some(protocol) })
    }

    fn read(protocol: &str, fields: &[tlv::Tlv<'_>]) -> Option<Self> {
        let owned = || protocol.to_owned();
        let optional = fields.get(1);
        let number_or_none = || optional.map_or(Some(None), |field| small(field).map(Some));
        let pace = arcs_after(ID_PACE, protocol).map(|arcs| arcs.len());
        let info = if pace == Some(2) {
            let version = small(fields.first()?)?;
            Self::Pace(PaceInfo { protocol: owned(), version, parameter_id: number_or_none()? })
        } else if pace == Some(1) {
            let domain_parameter = sequence(fields.first()?)?;
            let parameter_id = number_or_none()?;
            Self::PaceDomainParameter(PaceDomainParameterInfo {
                protocol: owned(),
                domain_parameter,
                parameter_id,
            })
        } else if arcs_after(ID_CA, protocol).is_some_and(|arcs| arcs.len() == 2) {
            let version = small(fields.first()?)?;
            let key_id = number_or_none()?;
            Self::ChipAuthentication(ChipAuthenticationInfo { protocol: owned(), version, key_id })
        } else if arcs_after(ID_PK, protocol).is_some_and(|arcs| arcs.len() == 1) {
            let public_key = sequence(fields.first()?)?;
            let key_id = number_or_none()?;
            Self::ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo {
                protocol: owned(),
                public_key,
                key_id,
            })
        } else if protocol == ID_AA {
            let version = small(fields.first()?)?;
            let signature_algorithm = oid::decode(optional.filter(|f| f.tag == 0x06)?.value)?;
            Self::ActiveAuthentication(ActiveAuthenticationInfo { version, signature_algorithm })
        } else if protocol == ID_TA {
            let version = small(fields.first()?)?;
            let ef_cvca = optional.map_or(Some(None), |field| file_id(field).map(Some))?;
            Self::TerminalAuthentication(TerminalAuthenticationInfo { version, ef_cvca })
        } else {
            Self::Other { protocol: owned() }
        };
        Some(info)
    }

    /// The entry's bytes; `None` for [`SecurityInfo::Other`] and [`SecurityInfo::Malformed`], which only a
    /// [`super::SecurityInfos`] keeps, and where an identifier is none.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let number = |value: &Option<u64>| value.map(write::integer).unwrap_or_default();
        let (protocol, required, optional) = match self {
            Self::Pace(info) => (&*info.protocol, write::integer(info.version), number(&info.parameter_id)),
            Self::PaceDomainParameter(info) => {
                (&*info.protocol, info.domain_parameter.clone(), number(&info.parameter_id))
            }
            Self::ChipAuthentication(info) => {
                (&*info.protocol, write::integer(info.version), number(&info.key_id))
            }
            Self::ChipAuthenticationPublicKey(info) => {
                (&*info.protocol, info.public_key.clone(), number(&info.key_id))
            }
            Self::ActiveAuthentication(info) => {
                (ID_AA, write::integer(info.version), write::object_identifier(&info.signature_algorithm)?)
            }
            Self::TerminalAuthentication(info) => {
                let file =
                    info.ef_cvca.map(|fid| write::sequence(&[&write::octet_string(&fid.to_be_bytes())]));
                (ID_TA, write::integer(info.version), file.unwrap_or_default())
            }
            Self::Other { .. } | Self::Malformed { .. } => return None,
        };
        Some(write::sequence(&[&write::object_identifier(protocol)?, &required, &optional]))
    }
}

fn agreement(arc: u64) -> Option<Agreement> {
    match arc {
        1 => Some(Agreement::Dh),
        2 => Some(Agreement::Ecdh),
        _ => None,
    }
}

fn arcs_after(prefix: &str, protocol: &str) -> Option<Vec<u64>> {
    let rest = protocol.strip_prefix(prefix)?.strip_prefix('.')?;
    rest.split('.').map(|arc| arc.parse().ok()).collect()
}

fn small(field: &tlv::Tlv<'_>) -> Option<u64> {
    let (first, len) = (field.value.first()?, field.value.len());
    let fits = len <= 8 || (len == 9 && *first == 0);
    (field.tag == 0x02 && first & 0x80 == 0 && fits)
        .then(|| field.value.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
}

/// `FileID`: an identifier of two bytes, maybe a short one of one byte.
fn file_id(field: &tlv::Tlv<'_>) -> Option<u16> {
    let parts = tlv::children(field.value).ok().filter(|_| field.tag == 0x30)?;
    let [fid, short @ ..] = parts.as_slice() else { return None };
    let fits = short.is_empty() || matches!(short, [short] if short.tag == 0x04 && short.value.len() == 1);
    let fid = <[u8; 2]>::try_from(fid.value).ok().filter(|_| fid.tag == 0x04 && fits)?;
    Some(u16::from_be_bytes(fid))
}

fn sequence(field: &tlv::Tlv<'_>) -> Option<Vec<u8>> {
    (field.tag == 0x30).then(|| field.raw.to_vec())
}
