//! The PACE variants that a chip can offer: agreement, mapping, cipher and domain parameters.
//! Source: Doc 9303-11 sections 4.4.3 (tables 2 and 3), 9.2.3 (PACEInfo) and 9.5.1 (standardized domain parameters).

use crate::asn1::oid;
use crate::crypto::DomainParameters;
use crate::crypto::cipher::SessionCipher;
use crate::lds::{Agreement, Mapping, PaceInfo, Suite};

/// A PACE variant that titre speaks, with its domain parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceVariant {
    pub(super) oid: Vec<u8>,
    dotted: String,
    mapping: Mapping,
    cipher: SessionCipher,
    parameters: DomainParameters,
    pub(super) parameter_id: u8,
}

impl PaceVariant {
    /// The variant that a PACEInfo offers; `None` where titre does not speak it: parameters that are not standardized, or
    /// that do not go with the agreement or the mapping.
    #[must_use]
    pub fn of(info: &PaceInfo) -> Option<Self> {
        let (agreement, mapping, suite) = info.algorithm()?;
        let parameter_id = u8::try_from(info.parameter_id?).ok()?;
        let parameters = DomainParameters::from_standardized_id(parameter_id)?;
        match (agreement, parameters) {
            (Agreement::Dh, DomainParameters::Modp(_)) => {}
            // P-224 has no points of numbers (the footnote of table 12).
            (Agreement::Ecdh, DomainParameters::Curve(curve))
                if mapping != Mapping::Integrated || curve.encodes_numbers() => {}
            _ => return None,
        }
        Some(Self {
            oid: oid::encode(&info.protocol)?,
            dotted: info.protocol.clone(),
            mapping,
            cipher: cipher_of(suite),
            parameters,
            parameter_id,
        })
    }

    /// The dotted object identifier.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.dotted
    }

    /// The mapping.
    #[must_use]
    pub const fn mapping(&self) -> Mapping {
        self.mapping
    }

    /// The cipher of the channel.
    #[must_use]
    pub const fn cipher(&self) -> SessionCipher {
        self.cipher
    }

    /// The domain parameters.
    #[must_use]
    pub const fn parameters(&self) -> DomainParameters {
        self.parameters
    }
}

/// The session cipher of a suite.
#[must_use]
pub const fn cipher_of(suite: Suite) -> SessionCipher {
    match suite {
        Suite::TripleDes => SessionCipher::TripleDes,
        Suite::Aes128 => SessionCipher::Aes128,
        Suite::Aes192 => SessionCipher::Aes192,
        Suite::Aes256 => SessionCipher::Aes256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lds::ID_PACE;

    #[test]
    fn nineteen_protocols_with_the_parameters_that_go_with_them() {
        let (mut protocols, mut variants) = (0, 0);
        for way in 0..8 {
            for suite in 0..6 {
                let offered = |id| {
                    let protocol = format!("{ID_PACE}.{way}.{suite}");
                    PaceVariant::of(&PaceInfo { protocol, version: 2, parameter_id: id })
                };
                let found: Vec<_> = (0..32).filter_map(|id| offered(Some(id))).collect();
                protocols += usize::from(!found.is_empty());
                variants += found.len();
                let modp = found.iter().filter(|v| matches!(v.parameters, DomainParameters::Modp(_))).count();
                assert!(modp == 0 || modp == found.len());
                assert_eq!(offered(None), None);
                assert_eq!(offered(Some(256 + 13)), None);
            }
        }
        // DH twice 4 ciphers on 3 groups; ECDH 4 on 11 curves, 4 on 10 that have points of numbers, 3 on 11.
        assert_eq!((protocols, variants), (19, 24 + 44 + 40 + 33));
    }
}
