//! What a specimen chip is made of, and its file `chip.json`: files, secrets, protocols, switches.
//! The file holds private keys and personal data of a person who does not exist.

use super::SpecimenError;
use super::algorithms::AccessKind;
use super::holder::DocumentKind;
use super::quirk::Quirk;
use crate::crypto::agreement::GroupSecret;
use crate::crypto::{DomainParameters, HashAlgorithm, PrivateKey, SessionCipher};
use crate::lds::{FileId, Mapping, Mrz, PaceInfo};
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of one file of the chip.
const MAX_FILE: usize = 1 << 20;

/// PACE, its mapping as the protocol says, in a standardized group.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceData {
    /// Dotted object identifier.
    pub protocol: String,
    /// Cipher of the session.
    pub cipher: SessionCipher,
    /// The curve, or the group modulo a prime.
    #[serde(alias = "curve")]
    pub parameters: DomainParameters,
    /// The secret scalar of the static key of the chip authentication mapping, big-endian; empty with other mappings.
    #[serde(default, with = "hex_bytes", skip_serializing_if = "Vec::is_empty")]
    pub mapping_secret: Vec<u8>,
}

impl PaceData {
    /// How the protocol maps its nonce; `None` where it is no protocol of PACE.
    #[must_use]
    pub fn mapping(&self) -> Option<Mapping> {
        let info = PaceInfo { protocol: self.protocol.clone(), version: 2, parameter_id: None };
        info.algorithm().map(|(_, mapping, _)| mapping)
    }
}

/// The key of chip authentication.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementKey {
    /// Dotted object identifier.
    pub protocol: String,
    /// Cipher of the session.
    pub cipher: SessionCipher,
    /// The curve, or the group modulo a prime.
    #[serde(alias = "curve")]
    pub parameters: DomainParameters,
    /// The number of the key, which a terminal must then name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<u8>,
    /// The secret scalar or exponent, big-endian.
    #[serde(with = "hex_bytes")]
    pub secret: Vec<u8>,
}

/// A PIN with its PUK.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinData {
    /// The PIN.
    pub pin: String,
    /// The PUK.
    pub puk: String,
    /// Tries that are left when the chip is put on the reader: of three, one is suspended, none is blocked.
    pub tries: u8,
}

/// The key of active authentication.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveKey {
    /// PKCS#8, DER.
    #[serde(with = "hex_bytes")]
    pub pkcs8: Vec<u8>,
    /// The hash function of the signature.
    pub hash: HashAlgorithm,
}

/// What terminals are verified with.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalTrust {
    /// The certificate of the CVCA, card verifiable.
    #[serde(with = "hex_bytes")]
    pub trust_point: Vec<u8>,
    /// The day that the chip believes it is.
    pub date: time::Date,
}

/// All that a specimen chip needs.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipData {
    /// [`ChipData::FORMAT`].
    pub format: String,
    /// Passport or residence permit.
    pub kind: DocumentKind,
    /// The way in.
    pub access: AccessKind,
    /// The machine readable zone, all characters in a row.
    pub mrz: String,
    /// The card access number.
    pub can: String,
    /// PIN and PUK, where the chip has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<PinData>,
    /// PACE, where offered.
    pub pace: Option<PaceData>,
    /// Further variants of PACE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pace_besides: Vec<PaceData>,
    /// Chip authentication, where offered.
    pub chip_authentication: Option<AgreementKey>,
    /// Further keys of chip authentication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chip_authentication_besides: Vec<AgreementKey>,
    /// Active authentication, where offered.
    pub active_authentication: Option<ActiveKey>,
    /// Terminal authentication, where the chip asks for it before DG3 and DG4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_authentication: Option<TerminalTrust>,
    /// Deviations.
    pub quirks: BTreeSet<Quirk>,
    /// Seed of the chip's own randomness, so that sessions repeat themselves.
    pub entropy_seed: u64,
    /// The files.
    #[serde(with = "hex_files")]
    pub files: BTreeMap<FileId, Vec<u8>>,
}

impl ChipData {
    /// The format of `chip.json`.
    pub const FORMAT: &'static str = "titre.specimen-chip/1";

    /// Reads and checks `chip.json`.
    ///
    /// # Errors
    /// [`SpecimenError::Chip`] where it is malformed, of another version, or contradicts itself.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SpecimenError> {
        let wrong = |text: &str| SpecimenError::Chip(text.to_owned());
        // serde_json names what it found; a type or a place is enough here, and may not be personal.
        let data: Self = serde_json::from_slice(bytes).map_err(|error| {
            SpecimenError::Chip(format!("malformed at line {} column {}", error.line(), error.column()))
        })?;
        if data.format != Self::FORMAT {
            return Err(wrong("not of a format that this version reads"));
        }
        Mrz::parse(&data.mrz).and_then(|mrz| mrz.mrz_key()).map_err(|_| wrong("the MRZ is malformed"))?;
        if data.can.len() != 6 || !data.can.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong("the CAN does not have six digits"));
        }
        if data.access.pace() != data.pace.is_some() {
            return Err(wrong("access and PACE contradict each other"));
        }
        if data.files.values().any(|file| file.len() > MAX_FILE) {
            return Err(wrong("a file has more than 1 MiB"));
        }
        for key in data.chip_authentication.iter().chain(&data.chip_authentication_besides) {
            key.secret()?;
        }
        if let Some(key) = &data.active_authentication {
            key.private_key()?;
        }
        Ok(data)
    }

    /// Writes `chip.json`.
    ///
    /// # Errors
    /// [`SpecimenError::Encoding`], which does not happen with the types above.
    pub fn to_json(&self) -> Result<Vec<u8>, SpecimenError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|_| SpecimenError::Encoding("chip.json"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl AgreementKey {
    /// The private key.
    ///
    /// # Errors
    /// [`SpecimenError::Agreement`] where it is none of the group.
    pub fn secret(&self) -> Result<GroupSecret, SpecimenError> {
        Ok(GroupSecret::from_bytes(self.parameters, &self.secret)?)
    }
}

impl ActiveKey {
    /// The private key.
    ///
    /// # Errors
    /// [`SpecimenError::Key`] where it is malformed.
    pub fn private_key(&self) -> Result<PrivateKey, SpecimenError> {
        Ok(PrivateKey::from_pkcs8_der(&self.pkcs8)?)
    }
}

// Secrets and holder's data stand in these: the names of the parts are enough.
impl std::fmt::Debug for ChipData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChipData({:?}, {:?}, {:?})", self.kind, self.access, self.quirks)
    }
}

impl std::fmt::Debug for PaceData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PaceData({}, {})", self.protocol, self.parameters.name())
    }
}

impl std::fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AgreementKey({})", self.protocol)
    }
}

impl std::fmt::Debug for ActiveKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ActiveKey({:?})", self.hash)
    }
}

/// Bytes as hexadecimal digits.
mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(text).map_err(|_| serde::de::Error::custom("not hexadecimal"))
    }
}

/// Files by name, their bytes as hexadecimal digits.
mod hex_files {
    use super::{BTreeMap, FileId};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        files: &BTreeMap<FileId, Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(files.iter().map(|(file, bytes)| (file, hex::encode(bytes))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<FileId, Vec<u8>>, D::Error> {
        let files = BTreeMap::<FileId, String>::deserialize(deserializer)?;
        let decoded = files.into_iter().map(|(file, text)| Ok((file, hex::decode(text)?)));
        decoded
            .collect::<Result<_, hex::FromHexError>>()
            .map_err(|_| serde::de::Error::custom("not hexadecimal"))
    }
}
