//! What the files of a specimen say about its chip's protocols: EF.CardAccess, EF.CardSecurity, DG14.
//! Source: Doc 9303-11 section 9.2 (SecurityInfos); Doc 9303-10 sections 3.11.3, 3.11.4 and 4.7.14 (the files).

use super::SpecimenError;
use super::algorithms::{Algorithms, KeyKind};
use super::inspection_authority::TerminalSet;
use super::keys::Keys;
use super::quirk::Quirk;
use crate::asn1::{tlv, write};
use crate::crypto::{DomainParameters, HashAlgorithm};
use crate::lds::{
    ActiveAuthenticationInfo, ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, ID_PACE, ID_PK,
    PaceDomainParameterInfo, PaceInfo, SecurityInfo, SecurityInfoEntry, SecurityInfos,
};
use std::collections::BTreeSet;

/// The identifier that Russian passports have in such a file, and no standard (JMRTD, SecurityInfo.java).
const UNKNOWN: &str = "0.3.0.127.0.7.2.2.4";

/// The files' contents of these keys.
pub(super) struct Announcements<'a> {
    pub(super) keys: &'a Keys,
    pub(super) algorithms: &'a Algorithms,
    pub(super) quirks: &'a BTreeSet<Quirk>,
}

impl Announcements<'_> {
    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// DG14, where there is something to say.
    pub(super) fn dg14(&self) -> Result<Option<Vec<u8>>, SpecimenError> {
        let mut infos = self.pace_infos()?;
        for (key, public) in &self.keys.chip {
            let key_id = key.key_id.map(u64::from);
            if !self.has(Quirk::Dg14WithoutChipInfo) {
                infos.push(SecurityInfo::ChipAuthentication(ChipAuthenticationInfo {
                    protocol: key.protocol.clone(),
                    version: 1,
                    key_id,
                }));
            }
            let way = if matches!(key.parameters, DomainParameters::Modp(_)) { 1 } else { 2 };
            infos.push(SecurityInfo::ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo {
                protocol: format!("{ID_PK}.{way}"),
                public_key: public.clone(),
                key_id,
            }));
        }
        if let Some(signer) = self.algorithms.active_authentication
            && matches!(signer.key, KeyKind::Ec { .. })
            && !self.has(Quirk::Dg14WithoutActiveInfo)
        {
            infos.push(SecurityInfo::ActiveAuthentication(ActiveAuthenticationInfo {
                version: 1,
                signature_algorithm: plain_ecdsa(signer.hash).to_owned(),
            }));
        }
        if self.algorithms.terminal_authentication.is_some() {
            infos.push(TerminalSet::security_info());
        }
        if infos.is_empty() {
            return Ok(None);
        }
        let mut content = self.set(infos)?;
        if self.has(Quirk::Dg14TrailingBytes) {
            content.extend([0x00; 2]);
        }
        Ok(Some(tlv::encode(0x6E, &content)))
    }

    /// EF.CardAccess, where PACE or a quirk needs one.
    pub(super) fn card_access(&self) -> Result<Option<Vec<u8>>, SpecimenError> {
        let mut infos = self.pace_infos()?;
        if infos.is_empty() {
            // Version 1 of terminal authentication, which says nothing of access.
            let identifier = write::object_identifier("0.4.0.127.0.7.2.2.2");
            let identifier = identifier.ok_or(SpecimenError::Encoding("object identifier"))?;
            let info = write::sequence(&[&identifier, &write::integer(1)]);
            return Ok(self.has(Quirk::CardAccessWithoutPace).then(|| write::set_of(&[info])));
        }
        if let (true, Some(SecurityInfo::Pace(pace))) = (self.has(Quirk::CardAccessAltered), infos.first()) {
            // A second, weaker offer that the signed DG14 does not have.
            let protocol = format!("{ID_PACE}.2.1");
            infos.push(SecurityInfo::Pace(PaceInfo { protocol, ..pace.clone() }));
        }
        self.set(infos).map(Some)
    }

    /// The content of EF.CardSecurity, where PACE needs one.
    pub(super) fn card_security(&self) -> Result<Option<Vec<u8>>, SpecimenError> {
        if self.keys.pace.iter().all(|pace| pace.mapping_secret.is_empty()) {
            return Ok(None);
        }
        let key_id = self.algorithms.pace.parameters.standardized_id().map(u64::from);
        let mut infos = self.pace_infos()?;
        let last = self.keys.mapping_public.len().saturating_sub(1);
        for (at, public_key) in self.keys.mapping_public.iter().enumerate() {
            // Any number that is not of standardized parameters goes for the key of nothing.
            let key_id = if at == last { key_id } else { Some(40) };
            infos.push(SecurityInfo::ChipAuthenticationPublicKey(ChipAuthenticationPublicKeyInfo {
                protocol: format!("{ID_PK}.2"),
                public_key: public_key.clone(),
                key_id,
            }));
        }
        Ok(Some(SecurityInfos::of(infos)?.to_bytes()))
    }

    fn pace_infos(&self) -> Result<Vec<SecurityInfo>, SpecimenError> {
        let mut infos = Vec::new();
        for pace in &self.keys.pace {
            let id = pace.parameters.standardized_id();
            let id = id.ok_or(SpecimenError::Encoding("domain parameters of PACE"))?;
            let written_out = self.has(Quirk::PaceParametersWrittenOut);
            let parameter_id = (!written_out).then_some(u64::from(id));
            let protocol = pace.protocol.clone();
            if let (true, Some((agreement, _cipher))) = (written_out, protocol.rsplit_once('.')) {
                infos.push(SecurityInfo::PaceDomainParameter(PaceDomainParameterInfo {
                    protocol: agreement.to_owned(),
                    domain_parameter: pace.parameters.to_algorithm_identifier(),
                    parameter_id: None,
                }));
            }
            infos.push(SecurityInfo::Pace(PaceInfo { protocol, version: 2, parameter_id }));
        }
        Ok(infos)
    }

    /// The SET of these, with what nobody knows where that was asked for.
    fn set(&self, infos: Vec<SecurityInfo>) -> Result<Vec<u8>, SpecimenError> {
        let mut set = SecurityInfos::of(infos)?;
        if self.has(Quirk::UnknownSecurityInfos) {
            let identifier = write::object_identifier(UNKNOWN);
            let identifier = identifier.ok_or(SpecimenError::Encoding("object identifier"))?;
            let raw = write::sequence(&[&identifier, &write::octet_string(&[0x5A; 64])]);
            set.entries.push(SecurityInfoEntry { info: SecurityInfo::parse(&raw), raw });
            set.entries.sort_by(|a, b| a.raw.cmp(&b.raw));
        }
        Ok(set.to_bytes())
    }
}

/// `ecdsa-plain-...` of BSI TR-03111 section 5.2.1.
const fn plain_ecdsa(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha1 => "0.4.0.127.0.7.1.1.4.1.1",
        HashAlgorithm::Sha224 => "0.4.0.127.0.7.1.1.4.1.2",
        HashAlgorithm::Sha256 => "0.4.0.127.0.7.1.1.4.1.3",
        HashAlgorithm::Sha384 => "0.4.0.127.0.7.1.1.4.1.4",
        HashAlgorithm::Sha512 => "0.4.0.127.0.7.1.1.4.1.5",
    }
}
