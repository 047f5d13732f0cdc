//! The algorithms of a specimen document: named sets, and single switches on them.
//! Source: Doc 9303-12 section 4.4 (signatures), Doc 9303-11 sections 4.3 (BAC), 4.4 (PACE), 6.1 (active
//! authentication), 6.2 (chip authentication); BSI TR-03110-3 appendix A.2.1.1 (standardized parameters).

use super::presets::PRESETS;
use crate::crypto::{DomainParameters, HashAlgorithm, ModpGroup, NamedCurve, SessionCipher, SignatureScheme};
use crate::lds::card_verifiable::TerminalScheme;
use crate::lds::{ID_PACE, Mapping, PaceInfo};
use crate::protocol::PaceVariant;
use std::fmt;

/// A key to sign with and the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// The key.
    pub key: KeyKind,
    /// Padding of an RSA signature; without meaning for an elliptic-curve key.
    pub padding: RsaPadding,
    /// The hash function of the signature.
    pub hash: HashAlgorithm,
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// An elliptic curve, its parameters by name or written out.
    Ec {
        /// The curve.
        curve: NamedCurve,
        /// Whether the certificate writes the parameters out, as Doc 9303-12 asks.
        explicit: bool,
    },
}

/// Paddings of an RSA signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RsaPadding {
    /// PKCS#1 v1.5.
    Pkcs1,
    /// PSS, with a salt as long as the hash.
    Pss,
}

impl Signer {
    /// The scheme that this key signs with.
    #[must_use]
    pub const fn scheme(&self) -> SignatureScheme {
        match (self.key, self.padding) {
            (KeyKind::Ec { .. }, _) => SignatureScheme::Ecdsa { hash: self.hash },
            (KeyKind::Rsa { .. }, RsaPadding::Pkcs1) => SignatureScheme::RsaPkcs1 { hash: self.hash },
            (KeyKind::Rsa { .. }, RsaPadding::Pss) => SignatureScheme::pss(self.hash),
        }
    }

    pub(super) const fn ec(curve: NamedCurve, hash: HashAlgorithm, explicit: bool) -> Self {
        Self { key: KeyKind::Ec { curve, explicit }, padding: RsaPadding::Pkcs1, hash }
    }

    pub(super) const fn rsa(bits: usize, padding: RsaPadding, hash: HashAlgorithm) -> Self {
        Self { key: KeyKind::Rsa { bits }, padding, hash }
    }
}

/// The way into the chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum AccessKind {
    /// Basic access control only.
    #[serde(rename = "bac")]
    Bac,
    /// PACE, and basic access control for older terminals.
    #[serde(rename = "pace+bac")]
    PaceAndBac,
    /// PACE only.
    #[serde(rename = "pace")]
    Pace,
}

impl AccessKind {
    /// Whether the chip offers PACE.
    #[must_use]
    pub const fn pace(self) -> bool {
        !matches!(self, Self::Bac)
    }

    /// Whether the chip offers basic access control.
    #[must_use]
    pub const fn bac(self) -> bool {
        !matches!(self, Self::Pace)
    }
}

/// PACE: how the nonce is mapped, the session cipher, and the group that keys are agreed on in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceAlgorithm {
    /// The mapping.
    pub mapping: Mapping,
    /// Cipher of the session.
    pub cipher: SessionCipher,
    /// The curve, or the group modulo a prime.
    pub parameters: DomainParameters,
}

impl PaceAlgorithm {
    /// The protocol's dotted object identifier (Doc 9303-11 section 9.2.3).
    #[must_use]
    pub fn protocol(&self) -> String {
        let way = match (self.mapping, self.parameters) {
            (Mapping::Integrated, DomainParameters::Modp(_)) => 3,
            (Mapping::Generic, DomainParameters::Modp(_)) => 1,
            (Mapping::Integrated, _) => 4,
            (Mapping::Generic, _) => 2,
            // Modulo a prime it has no protocol.
            (Mapping::ChipAuthentication, DomainParameters::Modp(_)) => 5,
            (Mapping::ChipAuthentication, _) => 6,
        };
        format!("{ID_PACE}.{way}.{}", arc(self.cipher))
    }
}

/// The last arc of a protocol's identifier for a cipher (Doc 9303-11 section 9.2).
pub(super) const fn arc(cipher: SessionCipher) -> u8 {
    match cipher {
        SessionCipher::TripleDes => 1,
        SessionCipher::Aes128 => 2,
        SessionCipher::Aes192 => 3,
        SessionCipher::Aes256 => 4,
    }
}

/// A session cipher and the group that keys are agreed on in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Cipher of the session.
    pub cipher: SessionCipher,
    /// The curve, or the group modulo a prime.
    pub parameters: DomainParameters,
}

/// The algorithms of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Algorithms {
    /// The country's CA.
    pub csca: Signer,
    /// The document signer.
    pub document_signer: Signer,
    /// Hash function of the data groups in EF.SOD.
    pub groups: HashAlgorithm,
    /// The way into the chip.
    pub access: AccessKind,
    /// PACE, where offered; the curve must have a standardized parameter id.
    pub pace: PaceAlgorithm,
    /// Chip authentication; `None` for a chip without.
    pub chip_authentication: Option<Agreement>,
    /// Active authentication: RSA (ISO 9796-2) or ECDSA; `None` for a chip without.
    pub active_authentication: Option<Signer>,
    /// Terminal authentication: keys of CVCA, DV and terminal; `None` for a chip without DG3 and DG4.
    pub terminal_authentication: Option<Signer>,
}

/// Why a text names no algorithms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmsError {
    /// No set of this name.
    #[error("no set of algorithms is called {0}")]
    Preset(String),
    /// A switch of this name is not there, or its value is not understood.
    #[error("{0} is no switch of the algorithms: {HELP}")]
    Switch(String),
    /// Algorithms that do not go together.
    #[error("{0}")]
    Combination(&'static str),
}

const HELP: &str = "csca=, ds=, aa=, ta= (rsa-pkcs1:BITS:HASH, rsa-pss:BITS:HASH, ecdsa:CURVE:HASH or \
     ecdsa-explicit:CURVE:HASH; none for aa and ta), hash=HASH, access=bac|pace+bac|pace, \
     pace=[gm:|im:|cam:]CIPHER:CURVE or modp-1024-160, modp-2048-224, modp-2048-256, ca likewise or none";

impl Default for Algorithms {
    fn default() -> Self {
        PRESETS[0].algorithms
    }
}

impl Algorithms {
    /// The algorithms of a text: `NAME`, or `NAME,switch=value,...`, or switches on the default set.
    ///
    /// # Errors
    /// [`AlgorithmsError`].
    pub fn parse(text: &str) -> Result<Self, AlgorithmsError> {
        let mut parts = text.split(',').map(str::trim).peekable();
        let mut algorithms = match parts.peek() {
            Some(name) if !name.contains('=') => PRESETS
                .iter()
                .find(|preset| preset.name == *name)
                .map(|preset| preset.algorithms)
                .ok_or_else(|| AlgorithmsError::Preset((*name).to_owned()))?,
            _ => Self::default(),
        };
        for part in parts.filter(|part| part.contains('=')) {
            algorithms.switch(part).ok_or_else(|| AlgorithmsError::Switch(part.to_owned()))?;
        }
        algorithms.check()?;
        Ok(algorithms)
    }

    fn switch(&mut self, part: &str) -> Option<()> {
        let (name, value) = part.split_once('=')?;
        match name {
            "csca" => self.csca = signer(value)?,
            "ds" => self.document_signer = signer(value)?,
            "hash" => self.groups = hash(value)?,
            "access" => {
                self.access = match value {
                    "bac" => AccessKind::Bac,
                    "pace+bac" => AccessKind::PaceAndBac,
                    "pace" => AccessKind::Pace,
                    _ => return None,
                }
            }
            "pace" => self.pace = pace(value)?,
            "ca" if value == "none" => self.chip_authentication = None,
            "ca" => self.chip_authentication = Some(agreement(value)?),
            "aa" if value == "none" => self.active_authentication = None,
            "aa" => self.active_authentication = Some(signer(value)?),
            "ta" if value == "none" => self.terminal_authentication = None,
            "ta" => self.terminal_authentication = Some(signer(value)?),
            _ => return None,
        }
        Some(())
    }

    fn check(&self) -> Result<(), AlgorithmsError> {
        let wrong = |text| Err(AlgorithmsError::Combination(text));
        if self.access.pace() {
            // What a terminal speaks is what the standard has.
            let parameter_id = self.pace.parameters.standardized_id().map(u64::from);
            let info = PaceInfo { protocol: self.pace.protocol(), version: 2, parameter_id };
            if PaceVariant::of(&info).is_none() {
                return wrong(
                    "PACE has standardized parameters only; P-224 has no integrated mapping, groups modulo a prime and 3DES no chip authentication mapping",
                );
            }
        }
        let signers = [
            Some(self.csca),
            Some(self.document_signer),
            self.active_authentication,
            self.terminal_authentication,
        ];
        for signer in signers.into_iter().flatten() {
            let KeyKind::Rsa { bits } = signer.key else { continue };
            // A block of PSS holds hash, salt and two bytes; larger keys take too long to make.
            if !(1024..=4096).contains(&bits) || bits % 64 != 0 || bits / 8 < 2 * signer.hash.len() + 2 {
                return wrong("an RSA key has 1024 to 4096 bits, a multiple of 64, and room for its hash");
            }
        }
        if let Some(signer) = self.terminal_authentication {
            let explicit = matches!(signer.key, KeyKind::Ec { explicit: true, .. });
            if explicit || TerminalScheme::from_signature(signer.scheme()).is_none() {
                return wrong(
                    "terminal authentication with RSA has SHA-1, SHA-256 or SHA-512; its curves are named",
                );
            }
            if self.chip_authentication.is_none() {
                return wrong("terminal authentication comes after chip authentication");
            }
        }
        match self.active_authentication {
            Some(Signer { padding: RsaPadding::Pss, key: KeyKind::Rsa { .. }, .. }) => {
                wrong("active authentication with RSA uses ISO 9796-2; write rsa-pkcs1")
            }
            _ => Ok(()),
        }
    }
}

fn hash(text: &str) -> Option<HashAlgorithm> {
    HashAlgorithm::ALL.into_iter().find(|hash| hash.name().eq_ignore_ascii_case(text))
}

fn curve(text: &str) -> Option<NamedCurve> {
    NamedCurve::ALL.into_iter().find(|curve| curve.name().eq_ignore_ascii_case(text))
}

fn agreement(text: &str) -> Option<Agreement> {
    let (cipher, on) = text.split_once(':')?;
    Some(Agreement { cipher: session_cipher(cipher)?, parameters: parameters(on)? })
}

fn pace(text: &str) -> Option<PaceAlgorithm> {
    let (mapping, rest) = match text.split_once(':')? {
        ("gm", rest) => (Mapping::Generic, rest),
        ("im", rest) => (Mapping::Integrated, rest),
        ("cam", rest) => (Mapping::ChipAuthentication, rest),
        _ => (Mapping::Generic, text),
    };
    let (cipher, group) = rest.split_once(':')?;
    Some(PaceAlgorithm { mapping, cipher: session_cipher(cipher)?, parameters: parameters(group)? })
}

fn parameters(text: &str) -> Option<DomainParameters> {
    let modp = ModpGroup::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(text));
    modp.map(DomainParameters::Modp).or_else(|| curve(text).map(DomainParameters::Curve))
}

fn session_cipher(text: &str) -> Option<SessionCipher> {
    SessionCipher::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(text))
}

fn signer(text: &str) -> Option<Signer> {
    let [kind, key, digest] = text.split(':').collect::<Vec<_>>().try_into().ok()?;
    let hash = hash(digest)?;
    Some(match kind {
        "rsa-pkcs1" => Signer::rsa(key.parse().ok()?, RsaPadding::Pkcs1, hash),
        "rsa-pss" => Signer::rsa(key.parse().ok()?, RsaPadding::Pss, hash),
        "ecdsa" => Signer::ec(curve(key)?, hash, false),
        "ecdsa-explicit" => Signer::ec(curve(key)?, hash, true),
        _ => return None,
    })
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            KeyKind::Rsa { bits } => write!(f, "RSA-{bits}, {}", self.scheme()),
            KeyKind::Ec { curve, explicit } => {
                let how = if explicit { " (explicit)" } else { "" };
                write!(f, "{}{how}, {}", curve.name(), self.scheme())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_sound_and_have_different_names() {
        for (at, preset) in PRESETS.iter().enumerate() {
            assert_eq!(Algorithms::parse(preset.name), Ok(preset.algorithms), "{}", preset.name);
            assert!(PRESETS[..at].iter().all(|other| other.name != preset.name));
        }
    }

    #[test]
    fn single_switches() {
        let changed =
            Algorithms::parse("rsa,ds=ecdsa-explicit:brainpoolP384r1:sha-384,access=pace,ca=3des:p-256");
        let changed = changed.unwrap();
        let on = |cipher, curve| Agreement { cipher, parameters: DomainParameters::Curve(curve) };
        assert_eq!(
            changed.document_signer,
            Signer::ec(NamedCurve::BrainpoolP384r1, HashAlgorithm::Sha384, true)
        );
        assert_eq!(
            (changed.access, changed.chip_authentication),
            (AccessKind::Pace, Some(on(SessionCipher::TripleDes, NamedCurve::P256)))
        );
        assert_eq!(Algorithms::parse("aa=none").unwrap().active_authentication, None);
        for bad in ["", "nothing", "modern,x=1", "modern,ca=aes-128", "modern,ds=rsa-pss:99:sha-256"] {
            assert!(Algorithms::parse(bad).is_err(), "{bad}");
        }
        assert!(Algorithms::parse("modern,aa=rsa-pss:2048:sha-256").is_err());
        assert!(Algorithms::parse("modern,pace=aes-128:brainpoolP160r1").is_err());
        assert!(Algorithms::parse("modern,pace=im:aes-256:P-224").is_err());
        assert!(Algorithms::parse("modern,pace=cam:3des:P-256").is_err());
        assert!(Algorithms::parse("modern,pace=cam:aes-128:modp-2048-256").is_err());
        assert!(Algorithms::parse("modern,pace=xm:aes-256:P-256").is_err());
        for bad in ["ta=rsa-pss:2048:sha-384", "ca=none,ta=ecdsa:P-256:sha-256"] {
            assert!(matches!(Algorithms::parse(bad), Err(AlgorithmsError::Combination(_))), "{bad}");
        }
        let modp = Algorithms::parse("modern,pace=im:3des:modp-2048-224").unwrap().pace;
        assert_eq!(modp.protocol(), "0.4.0.127.0.7.2.2.4.3.1");
        assert_eq!(modp.parameters, DomainParameters::Modp(ModpGroup::Modp2048Order224));
    }
}
