//! A specimen document: the State's keys and certificates, the signed files, and the data of the chip.
//! Source: Doc 9303-10 section 4 (files), Doc 9303-12 (certificates, master list).

use super::algorithms::Algorithms;
use super::certificate::{Authority, Role, issue};
use super::chip_data::ChipData;
use super::holder::{DocumentKind, Holder};
use super::inspection_authority::TerminalSet;
use super::keys::Keys;
use super::quirk::Quirk;
use super::revocation_list::{RevokedSerial, revocation_list};
use super::security_infos::Announcements;
use super::{SpecimenError, signed_data};
use crate::crypto::SeededEntropy;
use crate::lds::{
    Dg1, Dg2, Dg11, Dg15, EfCom, FaceImage, FeaturePoint, FileId, ID_LDS_SECURITY_OBJECT, LdsSecurityObject,
    Personal,
};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;

/// Content type of a master list.
const ID_MASTER_LIST: &str = "2.23.136.1.1.2";

/// Content type of EF.CardSecurity (`id-SecurityObject`).
const ID_SECURITY_OBJECT: &str = "0.4.0.127.0.7.3.2.1";

/// The reason code for a key in other hands (RFC 5280 section 5.3.1).
const KEY_COMPROMISE: u8 = 1;

/// What a specimen is made from. The same values give the same bytes.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Decides holder, keys and every random value.
    pub seed: u64,
    /// Passport or residence permit.
    pub kind: DocumentKind,
    /// The algorithms.
    pub algorithms: Algorithms,
    /// Deviations of chip and document.
    pub quirks: BTreeSet<Quirk>,
    /// The time that issue and validity are counted from.
    pub at: OffsetDateTime,
    /// The portrait, a JPEG.
    pub portrait: &'a [u8],
}

/// A specimen document with its State.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// The chip.
    pub chip: ChipData,
    /// The holder.
    pub holder: Holder,
    /// The certificate of the State's CA, DER.
    pub csca: Vec<u8>,
    /// The certificate of the document signer, DER.
    pub document_signer: Vec<u8>,
    /// The master list, CMS in DER.
    pub master_list: Vec<u8>,
    /// The certificate of the master list's signer, DER.
    pub master_list_signer: Vec<u8>,
    /// The State's revocation list, DER; it names nobody, or the document signer where that quirk was asked for.
    pub revocation_list: Vec<u8>,
    /// A terminal that may read DG3 and DG4, where the chip has them.
    pub terminal: Option<TerminalSet>,
}

impl Specimen {
    /// Makes a specimen.
    ///
    /// # Errors
    /// [`SpecimenError`].
    pub fn make(order: &Order<'_>) -> Result<Self, SpecimenError> {
        let algorithms = &order.algorithms;
        let stream = |part: &str| SeededEntropy::new(&format!("titre.specimen.{part}"), order.seed);
        let at = order.at.replace_nanosecond(0).map_err(|_| SpecimenError::Time)?;
        let holder = Holder::from_seed(order.kind, order.seed, at, &order.quirks)?;

        let csca = issue(Role::Csca, algorithms.csca, None, at, &mut stream("csca"))?;
        let mut signing = stream("document-signer");
        let role = Role::DocumentSigner { key_usage: !order.quirks.contains(&Quirk::SignerWithoutKeyUsage) };
        let signer = issue(role, algorithms.document_signer, Some(&csca), at, &mut signing)?;

        let keys = Keys::make(algorithms, &order.quirks, order.seed)?;
        let mut groups = BTreeMap::new();
        groups.insert(FileId::Dg(1), Dg1 { mrz: holder.mrz.clone() }.to_bytes());
        groups.insert(FileId::Dg(2), face(order)?.to_bytes());
        groups.insert(FileId::Dg(11), details(&holder, &order.quirks).to_bytes());
        let announced = Announcements { keys: &keys, algorithms, quirks: &order.quirks };
        if let Some(dg14) = announced.dg14()? {
            groups.insert(FileId::Dg(14), dg14);
        }
        let terminal = algorithms.terminal_authentication;
        let terminal = terminal.map(|signer| TerminalSet::make(signer, order.seed, at.date())).transpose()?;
        if terminal.is_some() {
            groups.extend(TerminalSet::data_groups(order.seed)?);
        }
        if let Some(key) = &keys.active_public {
            groups.insert(FileId::Dg(15), Dg15 { public_key: key.clone() }.to_bytes());
        }
        if order.quirks.contains(&Quirk::Dg3Protected) {
            // An empty list of fingerprints; what is in it does not matter, nobody may read it.
            groups.insert(FileId::Dg(3), vec![0x63, 0x06, 0x7F, 0x61, 0x03, 0x02, 0x01, 0x00]);
        }
        let hashes = groups.iter().filter_map(|(file, bytes)| {
            file.dg_number().map(|number| (number, algorithms.groups.digest(bytes)))
        });
        let object = LdsSecurityObject {
            version: 0,
            hash: algorithms.groups,
            hashes: hashes.collect(),
            version_info: None,
        };
        let signed_at = holder.issued.midnight().assume_utc();
        let sod = signed_data::sign(
            ID_LDS_SECURITY_OBJECT,
            &object.to_bytes()?,
            &signer,
            &[],
            signed_at,
            &order.quirks,
            &mut signing,
        )?;
        let mut files = groups;
        let listed: Vec<FileId> = files.keys().copied().collect();
        files.insert(FileId::Com, EfCom::lds_1_7(&listed).to_bytes());
        files.insert(FileId::Sod, signed_data::ef_sod(&sod));
        if let Some(terminal) = &terminal {
            files.insert(FileId::Cvca, terminal.ef_cvca());
        }
        if let Some(card_access) = announced.card_access()? {
            files.insert(FileId::CardAccess, card_access);
        }
        if let Some(content) = announced.card_security()? {
            let signed = signed_data::sign(
                ID_SECURITY_OBJECT,
                &content,
                &signer,
                &[],
                signed_at,
                &BTreeSet::new(),
                &mut signing,
            )?;
            files.insert(FileId::CardSecurity, signed);
        }
        if order.quirks.contains(&Quirk::Dg2Altered)
            && let Some(byte) = files.get_mut(&FileId::Dg(2)).and_then(|dg2| dg2.last_mut())
        {
            *byte ^= 1;
        }
        if order.quirks.contains(&Quirk::ListedGroupMissing) {
            files.remove(&FileId::Dg(11));
        }
        let (master_list, master_list_signer) = master_list(&csca, order, at)?;
        let revoked = RevokedSerial { serial: signer.serial(), date: at, reason: KEY_COMPROMISE };
        let revoked = if order.quirks.contains(&Quirk::SignerRevoked) { &[revoked][..] } else { &[] };
        let revocation_list = revocation_list(&csca, 1, at, revoked, &mut stream("revocation-list"))?;
        let mut pace = keys.pace.into_iter();
        let mut chip_keys = keys.chip.into_iter().map(|(key, _)| key);
        let chip = ChipData {
            format: ChipData::FORMAT.to_owned(),
            kind: order.kind,
            access: algorithms.access,
            mrz: holder.mrz.to_row(),
            can: holder.can.disclose().clone(),
            pin: None,
            pace: pace.next(),
            pace_besides: pace.collect(),
            chip_authentication: chip_keys.next(),
            chip_authentication_besides: chip_keys.collect(),
            active_authentication: keys.active,
            terminal_authentication: terminal.as_ref().map(TerminalSet::trust),
            quirks: order.quirks.clone(),
            entropy_seed: order.seed,
            files,
        };
        Ok(Self {
            chip,
            holder,
            csca: csca.certificate,
            document_signer: signer.certificate,
            master_list,
            master_list_signer,
            revocation_list,
            terminal,
        })
    }
}

/// The master list with its signer's certificate. The State's list holds the CSCA of the document and, so that it
/// is a list, one of another seed.
fn master_list(
    csca: &Authority,
    order: &Order<'_>,
    at: OffsetDateTime,
) -> Result<(Vec<u8>, Vec<u8>), SpecimenError> {
    let mut entropy = SeededEntropy::new("titre.specimen.master-list", order.seed);
    let modern = Algorithms::default();
    let other = issue(Role::Csca, modern.csca, None, at, &mut entropy)?;
    let mut members = vec![other.certificate.clone()];
    if !order.quirks.contains(&Quirk::UnknownCsca) {
        members.push(csca.certificate.clone());
    }
    // The signer's own CSCA goes along, so that the list can be checked by itself.
    let signer = issue(Role::MasterListSigner, modern.document_signer, Some(&other), at, &mut entropy)?;
    let content = signed_data::master_list(&members);
    let list = signed_data::sign(
        ID_MASTER_LIST,
        &content,
        &signer,
        &[&other.certificate],
        at,
        &BTreeSet::new(),
        &mut entropy,
    )?;
    Ok((list, signer.certificate))
}

fn face(order: &Order<'_>) -> Result<Dg2, SpecimenError> {
    let (width, height) = jpeg_size(order.portrait).ok_or(SpecimenError::Portrait)?;
    let mut face = FaceImage::full_frontal(order.portrait.to_vec(), width, height);
    if order.quirks.contains(&Quirk::Dg2FeaturePoints) {
        // The centres of the eyes (ISO/IEC 19794-5 section 5.6.4: points 12.1 and 12.2).
        let eye = |code, x| FeaturePoint { kind: 1, code, x, y: height / 3 };
        face.feature_points = Personal::new(vec![eye(0xC1, width / 3), eye(0xC2, width / 3 * 2)]);
    }
    Ok(Dg2 { faces: vec![face] })
}

/// DG11, as its quirks want it.
fn details(holder: &Holder, quirks: &BTreeSet<Quirk>) -> Dg11 {
    let mut details = holder.details.clone();
    if quirks.contains(&Quirk::Dg11BcdDate)
        && let Some(date) = details.date_of_birth.take()
        && let Ok(bcd) = hex::decode(date.disclose().to_text())
    {
        details.other.push((0x5F2B, Personal::new(bcd)));
    }
    if quirks.contains(&Quirk::Dg11EmptyFields) {
        details.full_name = Some(Personal::new(String::new()));
        details.address = Some(Personal::new(String::new()));
    }
    if quirks.contains(&Quirk::Dg11LooseNames) {
        details.other.push((0x5F0F, Personal::new(b"Hythlodaeus".to_vec())));
    }
    details
}

/// Width and height from the start-of-frame segment of a JPEG (ITU-T T.81 section B.2.2).
fn jpeg_size(jpeg: &[u8]) -> Option<(u16, u16)> {
    let mut at = 2;
    if !jpeg.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    while let [0xFF, marker, high, low, rest @ ..] = jpeg.get(at..)? {
        // SOF0 to SOF15 without DHT, JPG and DAC.
        if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
            let word = |at: usize| Some(u16::from_be_bytes([*rest.get(at)?, *rest.get(at + 1)?]));
            return Some((word(3)?, word(1)?));
        }
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    None
}
