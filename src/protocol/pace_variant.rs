//! The PACE variants that a chip can offer: agreement, mapping, cipher and domain parameters.
//! Source: Doc 9303-11 sections 4.4.3 (tables 2 and 3), 9.2.3 (PACEInfo), 9.2.4 (PACEDomainParameterInfo) and 9.5.1
//! (standardized domain parameters).

use crate::asn1::oid;
use crate::crypto::DomainParameters;
use crate::crypto::cipher::SessionCipher;
use crate::lds::{Agreement, Mapping, PaceInfo, SecurityInfo, SecurityInfos, Suite};

/// A PACE variant that titre speaks, with its domain parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceVariant {
    pub(super) oid: Vec<u8>,
    dotted: String,
    mapping: Mapping,
    cipher: SessionCipher,
    parameters: DomainParameters,
    /// The number that MSE:Set AT names the parameters by; none where the chip gave them none.
    pub(super) parameter_id: Option<u64>,
}

impl PaceVariant {
    /// The variant that a PACEInfo by itself offers; `None` where titre does not speak it: parameters that are not
    /// standardized, or that do not go with the agreement or the mapping.
    #[must_use]
    pub fn of(info: &PaceInfo) -> Option<Self> {
        let parameters =
            u8::try_from(info.parameter_id?).ok().and_then(DomainParameters::from_standardized_id);
        Self::with(info, parameters?)
    }

    /// The PACEInfos of a file, in their order, each with the variant that it offers. Parameters without a standardized
    /// number are those of the PACEDomainParameterInfo that goes with it, where these are a known curve or group.
    #[must_use]
    pub fn offered(infos: &SecurityInfos) -> Vec<(&PaceInfo, Option<Self>)> {
        let variant = |info| Self::of(info).or_else(|| Self::with(info, written_out(info, infos)?));
        infos.pace().map(|info| (info, variant(info))).collect()
    }

    fn with(info: &PaceInfo, parameters: DomainParameters) -> Option<Self> {
        let (agreement, mapping, suite) = info.algorithm()?;
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
            parameter_id: info.parameter_id,
        })
    }

    /// Whether the chip names the domain parameters by a standardized number.
    #[must_use]
    pub fn is_standardized(&self) -> bool {
        self.parameter_id.is_some() && self.parameter_id == self.parameters.standardized_id().map(u64::from)
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

/// The domain parameters that a file writes out for a PACEInfo: of its protocol without the cipher, and of its number,
/// or the only ones where it has none.
fn written_out(info: &PaceInfo, infos: &SecurityInfos) -> Option<DomainParameters> {
    let (protocol, _cipher) = info.protocol.rsplit_once('.')?;
    let mut found = infos.infos().filter_map(|entry| match entry {
        SecurityInfo::PaceDomainParameter(parameters)
            if parameters.protocol == protocol
                && (info.parameter_id.is_none() || parameters.parameter_id == info.parameter_id) =>
        {
            Some(parameters)
        }
        _ => None,
    });
    let (only, None) = (found.next()?, found.next()) else { return None };
    DomainParameters::from_algorithm_identifier(&only.domain_parameter).ok()
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
    use crate::lds::{ID_PACE, PaceDomainParameterInfo};

    #[test]
    fn parameters_that_are_written_out() {
        let offered = |id: Option<u64>, explicit: &[(&str, Option<u64>, u8)]| {
            let pace = PaceInfo { protocol: format!("{ID_PACE}.2.2"), version: 2, parameter_id: id };
            let entries = explicit.iter().map(|(way, parameter_id, curve)| {
                let parameters = DomainParameters::from_standardized_id(*curve).unwrap();
                SecurityInfo::PaceDomainParameter(PaceDomainParameterInfo {
                    protocol: format!("{ID_PACE}.{way}"),
                    domain_parameter: parameters.to_algorithm_identifier(),
                    parameter_id: *parameter_id,
                })
            });
            let infos = SecurityInfos::of(entries.chain([SecurityInfo::Pace(pace)])).unwrap();
            let (_, variant) = PaceVariant::offered(&infos).into_iter().next().unwrap();
            variant.map(|variant| (variant.parameters().name(), variant.parameter_id))
        };
        assert_eq!(offered(None, &[("2", None, 13)]), Some(("brainpoolP256r1", None)));
        assert_eq!(offered(None, &[("2", Some(40), 13)]), Some(("brainpoolP256r1", None)));
        let two = [("2", Some(40), 13), ("2", Some(41), 12)];
        assert_eq!(offered(Some(41), &two), Some(("P-256", Some(41))));
        assert_eq!(offered(Some(13), &[("2", Some(13), 12)]), Some(("brainpoolP256r1", Some(13))));
        // Not there, of another agreement or mapping, of another kind of group, or one of several.
        for (id, explicit) in [
            (None, &[][..]),
            (None, &[("4", None, 13)]),
            (None, &[("2", None, 1)]),
            (None, &two),
            (Some(42), &two),
        ] {
            assert_eq!(offered(id, explicit), None, "{id:?}");
        }
    }

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
