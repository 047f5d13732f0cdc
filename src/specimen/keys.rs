//! The private keys of a specimen chip, and their public halves for its files.
//! Source: Doc 9303-11 sections 4.4.3.3.3 (chip authentication mapping), 6.1 (active authentication), 6.2 (chip
//! authentication).

use super::SpecimenError;
use super::algorithms::{Agreement, Algorithms, KeyKind, PaceAlgorithm, Signer, arc};
use super::chip_data::{ActiveKey, AgreementKey, PaceData};
use super::quirk::Quirk;
use crate::crypto::{
    DomainParameters, EcSecret, GroupElement, NamedCurve, PrivateKey, PublicKey, SeededEntropy, SessionCipher,
};
use crate::lds::{ID_CA, Mapping};
use std::collections::BTreeSet;

/// The number of the key, and of the weaker one beside it, of [`Quirk::ChipAuthenticationTwoKeys`].
const KEY_IDS: [u8; 2] = [2, 1];

/// The chip's keys.
pub(super) struct Keys {
    /// What PACE needs, the variant of the algorithms first.
    pub(super) pace: Vec<PaceData>,
    /// The SubjectPublicKeyInfos of EF.CardSecurity.
    pub(super) mapping_public: Vec<Vec<u8>>,
    /// The keys of chip authentication with their SubjectPublicKeyInfos.
    pub(super) chip: Vec<(AgreementKey, Vec<u8>)>,
    pub(super) active: Option<ActiveKey>,
    /// The SubjectPublicKeyInfo of DG15.
    pub(super) active_public: Option<Vec<u8>>,
}

/// Where the keys come from: those of the document, and others for a clone, which has the files of another chip and cannot
/// have its private keys.
struct Sources {
    genuine: SeededEntropy,
    cloned: Option<SeededEntropy>,
}

impl Keys {
    pub(super) fn make(
        algorithms: &Algorithms,
        quirks: &BTreeSet<Quirk>,
        seed: u64,
    ) -> Result<Self, SpecimenError> {
        let clone = || SeededEntropy::new("titre.specimen.clone-keys", seed);
        let mut sources = Sources {
            genuine: SeededEntropy::new("titre.specimen.chip-keys", seed),
            cloned: quirks.contains(&Quirk::Clone).then(clone),
        };
        let mut chip = Vec::new();
        if let Some(agreement) = algorithms.chip_authentication {
            chip.push(sources.agreement(agreement)?);
        }
        let active = algorithms.active_authentication.map(|signer| sources.active(signer)).transpose()?;
        let (active, active_public) = active.unzip();
        let (mut pace, mut mapping_public) = (Vec::new(), Vec::new());
        if algorithms.access.pace() {
            let (data, public) = sources.pace(algorithms.pace)?;
            pace.push(data);
            mapping_public.extend(public);
        }
        // What only quirks ask for is drawn last, so that a document without them does not change.
        if quirks.contains(&Quirk::PaceSeveral) && algorithms.access.pace() {
            let parameters = DomainParameters::Curve(NamedCurve::P224);
            let weaker = PaceAlgorithm { parameters, mapping: Mapping::Generic, ..algorithms.pace };
            let (mut data, _) = sources.pace(weaker)?;
            // The same protocol, as only then the parameters must be named.
            data.protocol.clone_from(&pace[0].protocol);
            pace.push(data);
        }
        if quirks.contains(&Quirk::ChipAuthenticationTwoKeys) && !chip.is_empty() {
            let parameters = DomainParameters::Curve(NamedCurve::BrainpoolP224r1);
            chip.push(sources.agreement(Agreement { cipher: SessionCipher::TripleDes, parameters })?);
            for ((key, _), id) in chip.iter_mut().zip(KEY_IDS) {
                key.key_id = Some(id);
            }
        }
        if let (true, DomainParameters::Curve(curve)) =
            (quirks.contains(&Quirk::CardSecurityTwoKeys), algorithms.pace.parameters)
        {
            let other = curve.generate(&mut sources.genuine, "key.ec")?;
            mapping_public.insert(0, mapping_spki(other, algorithms.pace.parameters)?);
        }
        Ok(Self { pace, mapping_public, chip, active, active_public })
    }
}

impl Sources {
    fn agreement(&mut self, agreement: Agreement) -> Result<(AgreementKey, Vec<u8>), SpecimenError> {
        let generator = agreement.parameters.generator();
        let genuine = generator.private_key(&mut self.genuine, "key.ec")?;
        // DG14 has explicit parameters on most real documents.
        let public = generator.times(&genuine)?.to_spki();
        let secret = match &mut self.cloned {
            Some(cloned) => generator.private_key(cloned, "key.ec")?,
            None => genuine,
        };
        let way = if matches!(agreement.parameters, DomainParameters::Modp(_)) { 1 } else { 2 };
        let key = AgreementKey {
            protocol: format!("{ID_CA}.{way}.{}", arc(agreement.cipher)),
            cipher: agreement.cipher,
            parameters: agreement.parameters,
            key_id: None,
            secret: secret.expose().to_vec(),
        };
        Ok((key, public))
    }

    fn active(&mut self, signer: Signer) -> Result<(ActiveKey, Vec<u8>), SpecimenError> {
        let make = |entropy: &mut SeededEntropy| match signer.key {
            KeyKind::Rsa { bits } => PrivateKey::generate_rsa(bits, entropy),
            KeyKind::Ec { curve, .. } => PrivateKey::generate_ec(curve, entropy),
        };
        let genuine = make(&mut self.genuine)?;
        let explicit = matches!(signer.key, KeyKind::Ec { explicit: true, .. });
        let public = genuine.public().to_spki(explicit);
        let key = self.cloned.as_mut().map(make).transpose()?.unwrap_or(genuine);
        Ok((ActiveKey { pkcs8: key.to_pkcs8_der()?.to_vec(), hash: signer.hash }, public))
    }

    /// PACE, with the public key of the mapping where it has one.
    fn pace(&mut self, pace: PaceAlgorithm) -> Result<(PaceData, Option<Vec<u8>>), SpecimenError> {
        let mut data = PaceData {
            protocol: pace.protocol(),
            cipher: pace.cipher,
            parameters: pace.parameters,
            mapping_secret: Vec::new(),
        };
        let (Mapping::ChipAuthentication, DomainParameters::Curve(curve)) = (pace.mapping, pace.parameters)
        else {
            return Ok((data, None));
        };
        let genuine = curve.generate(&mut self.genuine, "key.ec")?;
        let public = mapping_spki(genuine.clone(), pace.parameters)?;
        let secret = match &mut self.cloned {
            Some(cloned) => curve.generate(cloned, "key.ec")?,
            None => genuine,
        };
        data.mapping_secret = secret.expose().to_vec();
        Ok((data, Some(public)))
    }
}

/// The public key of the mapping as EF.CardSecurity holds it, its parameters by their number: where they have one it is
/// what Doc 9303-11 section 9.5.1 recommends, and readers look for the key by it.
fn mapping_spki(key: EcSecret, parameters: DomainParameters) -> Result<Vec<u8>, SpecimenError> {
    let number = parameters.standardized_id().ok_or(SpecimenError::Encoding("domain parameters of PACE"))?;
    let PublicKey::Ec(point) = PrivateKey::from_ec(key).public() else {
        return Err(SpecimenError::Encoding("key of the mapping"));
    };
    Ok(GroupElement::Ec(point).to_numbered_spki(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::PRESETS;

    #[test]
    fn the_key_of_the_mapping_names_its_parameters_by_number() {
        let preset = PRESETS.iter().find(|preset| preset.name == "chip-authentication-mapping").unwrap();
        let keys = Keys::make(&preset.algorithms, &BTreeSet::from([Quirk::CardSecurityTwoKeys]), 1).unwrap();
        assert_eq!(keys.mapping_public.len(), 2);
        for key in &keys.mapping_public {
            // standardizedDomainParameters 13, brainpoolP256r1.
            assert_eq!(hex::encode(&key[2..18]), "300c060704007f0007010202010d0342");
        }
    }
}
