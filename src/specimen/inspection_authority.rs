//! Who lets terminals read fingerprints from specimens: a CVCA, a document verifier and a terminal of its own.
//! Source: BSI TR-03110-3 section 2 and appendix C (certificates), A.5.2 (EF.CVCA); Doc 9303-10 section 4.7.3 (DG3 and
//! DG4 without a record).

use super::SpecimenError;
use super::algorithms::{KeyKind, Signer};
use super::certificate::STATE;
use super::chip_data::TerminalTrust;
use crate::asn1::tlv;
use crate::crypto::{Entropy, PrivateKey, SeededEntropy};
use crate::lds::card_verifiable::{
    Authorization, CardVerifiableCertificate, CertificateBody, KeyReference, Role, TerminalPublicKey,
    TerminalScheme,
};
use crate::lds::{EfCvca, FileId, SecurityInfo, TerminalAuthenticationInfo};
use time::{Date, Duration};

/// Days that the certificates are good for: of the CVCA, the DV, the terminal.
const VALIDITY: [i64; 3] = [1095, 90, 30];
/// Bytes that stand in place of a biometric record.
const RANDOM: usize = 64;

/// Certificates and the key of a terminal that may read all of the specimen.
#[derive(Debug, Clone)]
pub struct TerminalSet {
    /// The certificate of the CVCA, whose key the chip has.
    pub cvca: CardVerifiableCertificate,
    /// That of the document verifier.
    pub dv: CardVerifiableCertificate,
    /// That of the terminal.
    pub terminal: CardVerifiableCertificate,
    /// The private keys of the three.
    pub keys: [PrivateKey; 3],
}

impl TerminalSet {
    /// Keys and certificates, made on that day.
    pub(super) fn make(signer: Signer, seed: u64, day: Date) -> Result<Self, SpecimenError> {
        let mut entropy = SeededEntropy::new("titre.specimen.terminal", seed);
        let scheme = TerminalScheme::from_signature(signer.scheme())
            .ok_or(SpecimenError::Encoding("the scheme of terminal authentication"))?;
        let key = |entropy: &mut SeededEntropy| match signer.key {
            KeyKind::Rsa { bits } => PrivateKey::generate_rsa(bits, entropy),
            KeyKind::Ec { curve, .. } => PrivateKey::generate_ec(curve, entropy),
        };
        let keys = [key(&mut entropy)?, key(&mut entropy)?, key(&mut entropy)?];
        let names = ["CVCA", "DV", "IS"].map(|holder| format!("{}TITRE{holder}00001", country()));
        let name = |at: usize| {
            KeyReference::new(names[at].as_bytes())
                .ok_or(SpecimenError::Encoding("the name of a terminal's key"))
        };
        let mut issue = |at: usize, role: Role| -> Result<_, SpecimenError> {
            let issuer = at.saturating_sub(1);
            let expires = day.checked_add(Duration::days(VALIDITY[at])).ok_or(SpecimenError::Time)?;
            let body = CertificateBody {
                issuer: name(issuer)?,
                key: TerminalPublicKey::new(scheme, &keys[at].public(), at == 0)?,
                holder: name(at)?,
                authorization: Authorization::inspection(role, true, true),
                effective: day,
                expires,
                extensions: Vec::new(),
            };
            Ok(CardVerifiableCertificate::issue(body, &keys[issuer], scheme, &mut entropy)?)
        };
        let cvca = issue(0, Role::Cvca)?;
        let dv = issue(1, Role::DomesticDv)?;
        let terminal = issue(2, Role::Terminal)?;
        Ok(Self { cvca, dv, terminal, keys })
    }

    /// What the chip needs.
    pub(super) fn trust(&self) -> TerminalTrust {
        TerminalTrust { trust_point: self.cvca.to_bytes(), date: self.cvca.body().effective }
    }

    /// EF.CVCA.
    pub(super) fn ef_cvca(&self) -> Vec<u8> {
        EfCvca { current: self.cvca.body().holder.clone(), previous: None }.to_bytes()
    }

    /// What DG14 says.
    pub(super) fn security_info() -> SecurityInfo {
        SecurityInfo::TerminalAuthentication(TerminalAuthenticationInfo { version: 1, ef_cvca: None })
    }

    /// DG3 and DG4: no finger and no iris, and random bytes as the standard wants them, so that nobody can tell from
    /// EF.SOD that there are none.
    pub(super) fn data_groups(seed: u64) -> Result<[(FileId, Vec<u8>); 2], SpecimenError> {
        let mut entropy = SeededEntropy::new("titre.specimen.no-biometric", seed);
        let mut group = |tag: u32| -> Result<Vec<u8>, SpecimenError> {
            let mut random = vec![0; RANDOM];
            entropy.fill("no-biometric", &mut random)?;
            let none = [tlv::encode(0x02, &[0]), tlv::encode(0x53, &random)].concat();
            Ok(tlv::encode(tag, &tlv::encode(0x7F61, &none)))
        };
        Ok([(FileId::Dg(3), group(0x63)?), (FileId::Dg(4), group(0x76)?)])
    }
}

/// The State of specimens has three letters; names of keys begin with two.
fn country() -> &'static str {
    STATE.get(..2).unwrap_or(STATE)
}
