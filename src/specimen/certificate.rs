//! X.509 certificates of a specimen State, as the profile of Doc 9303-12 asks: CSCA, document signer, master
//! list signer.
//! Source: Doc 9303-12 section 7.1 (tables 5 to 7); RFC 5280 section 4.

use super::SpecimenError;
use super::algorithms::{KeyKind, Signer};
use crate::asn1::{tlv, write};
use crate::crypto::{Entropy, HashAlgorithm, PrivateKey};
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

/// What stands in `C` of the specimen State. Doc 9303-3 gives Utopia the letters UTO only for specimens;
/// ISO 3166-1 gives UT to nobody.
pub const COUNTRY: &str = "UT";
/// The three letters of the specimen State.
pub const STATE: &str = "UTO";

/// A signing key with its certificate.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The private key.
    pub key: PrivateKey,
    /// How it signs.
    pub signer: Signer,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    name: Vec<u8>,
    issuer: Vec<u8>,
    serial: Vec<u8>,
    key_identifier: Vec<u8>,
}

/// What a certificate is for; it decides the extensions and the times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The State's root: self-signed, signs other certificates.
    Csca,
    /// Signs EF.SOD.
    DocumentSigner {
        /// Whether the certificate says what the key is for, as it must.
        key_usage: bool,
    },
    /// Signs the master list.
    MasterListSigner,
}

impl Authority {
    /// The name (RDNSequence, DER) of the certificate's issuer.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The serial number (INTEGER, DER).
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The name (RDNSequence, DER) of the certificate's subject.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The subject key identifier.
    #[must_use]
    pub fn key_identifier(&self) -> &[u8] {
        &self.key_identifier
    }
}

impl Role {
    const fn common_name(self) -> &'static str {
        match self {
            Self::Csca => "titre specimen CSCA",
            Self::DocumentSigner { .. } => "titre specimen document signer",
            Self::MasterListSigner => "titre specimen master list signer",
        }
    }

    /// Days before the reference time that it was issued, days that its key signs, days that it is valid.
    const fn days(self) -> (i64, i64, i64) {
        match self {
            Self::Csca => (400, 5 * 365, 15 * 365),
            // A key signs for three months at most, and its documents are valid for ten years.
            Self::DocumentSigner { .. } => (60, 90, 3_653 + 92),
            Self::MasterListSigner => (60, 365, 2 * 365),
        }
    }
}

/// Makes key and certificate. `issuer` is `None` for a CSCA, which signs itself.
///
/// # Errors
/// [`SpecimenError`] where the key cannot be made or `at` is out of the range of X.509 times.
pub fn issue(
    role: Role,
    signer: Signer,
    issuer: Option<&Authority>,
    at: OffsetDateTime,
    entropy: &mut dyn Entropy,
) -> Result<Authority, SpecimenError> {
    let (key, explicit) = match signer.key {
        KeyKind::Rsa { bits } => (PrivateKey::generate_rsa(bits, entropy)?, false),
        KeyKind::Ec { curve, explicit } => (PrivateKey::generate_ec(curve, entropy)?, explicit),
    };
    let spki = key.public().to_spki(explicit);
    let mut serial = [0u8; 16];
    entropy.fill("certificate.serial", &mut serial)?;
    serial[0] = serial[0] & 0x7F | 0x40; // positive, and always sixteen bytes
    let mut authority = Authority {
        key_identifier: key_identifier(&spki)?,
        name: name(role.common_name())?,
        issuer: match issuer {
            Some(issuer) => issuer.name.clone(),
            None => name(role.common_name())?,
        },
        serial: write::unsigned(&serial),
        certificate: Vec::new(),
        key,
        signer,
    };
    let by = issuer.unwrap_or(&authority);
    let algorithm = by.signer.scheme().to_algorithm_identifier();
    let (before, signs, valid) = role.days();
    let from = at - Duration::days(before);
    let tbs = write::sequence(&[
        &write::context(0, &write::integer(2)),
        &authority.serial,
        &algorithm,
        &authority.issuer,
        &write::sequence(&[&time(from)?, &time(from + Duration::days(valid))?]),
        &authority.name,
        &spki,
        &write::context(3, &extensions(role, &authority, by, from, from + Duration::days(signs))?),
    ]);
    let signature = by.key.sign(&by.signer.scheme(), &tbs, entropy)?;
    authority.certificate = write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]);
    Ok(authority)
}

fn extensions(
    role: Role,
    subject: &Authority,
    issuer: &Authority,
    from: OffsetDateTime,
    to: OffsetDateTime,
) -> Result<Vec<u8>, SpecimenError> {
    let authority_key = tlv::encode(0x80, &issuer.key_identifier);
    let usage = [tlv::encode(0x80, &generalized(from)?), tlv::encode(0x81, &generalized(to)?)].concat();
    let crl = uri("http://csca.utopia.invalid/UTO.crl");
    // DistributionPoint, its name by [0], the full name by [0].
    let crl = write::sequence(&[&write::sequence(&[&write::context(0, &write::context(0, &crl))])]);
    let state = write::sequence(&[&set(&[attribute("2.5.4.7", 0x13, STATE)?])]);
    let state = [write::context(4, &state), uri("https://csca.utopia.invalid/")].concat();
    let state = write::sequence(&[&state]);
    let mut list = vec![
        extension("2.5.29.35", false, &write::sequence(&[&authority_key]))?,
        extension("2.5.29.14", false, &write::octet_string(&subject.key_identifier))?,
        extension("2.5.29.16", false, &write::sequence(&[&usage]))?,
        extension("2.5.29.17", false, &state)?,
        extension("2.5.29.18", false, &state)?,
        extension("2.5.29.31", false, &crl)?,
    ];
    // digitalSignature is bit 0; keyCertSign and cRLSign are bits 5 and 6.
    let signature = tlv::encode(0x03, &[7, 0x80]);
    match role {
        Role::Csca => {
            list.push(extension("2.5.29.15", true, &tlv::encode(0x03, &[1, 0x06]))?);
            let ca = write::sequence(&[&write::boolean(true), &write::integer(0)]);
            list.push(extension("2.5.29.19", true, &ca)?);
        }
        Role::DocumentSigner { key_usage } => {
            if key_usage {
                list.push(extension("2.5.29.15", true, &signature)?);
            }
            let types = write::set_of(&["P", "IR"].map(|code| tlv::encode(0x13, code.as_bytes())));
            let types = write::sequence(&[&write::integer(0), &types]);
            list.push(extension("2.23.136.1.1.6.2", false, &types)?);
        }
        Role::MasterListSigner => {
            list.push(extension("2.5.29.15", true, &signature)?);
            list.push(extension("2.5.29.37", true, &write::sequence(&[&identifier("2.23.136.1.1.3")?]))?);
        }
    }
    Ok(tlv::encode(0x30, &list.concat()))
}

pub(super) fn extension(id: &str, critical: bool, value: &[u8]) -> Result<Vec<u8>, SpecimenError> {
    let critical = if critical { write::boolean(true) } else { Vec::new() };
    Ok(write::sequence(&[&identifier(id)?, &critical, &write::octet_string(value)]))
}

pub(super) fn identifier(dotted: &str) -> Result<Vec<u8>, SpecimenError> {
    write::object_identifier(dotted).ok_or(SpecimenError::Encoding("object identifier"))
}

fn uri(text: &str) -> Vec<u8> {
    tlv::encode(0x86, text.as_bytes())
}

fn set(members: &[Vec<u8>]) -> Vec<u8> {
    write::set_of(members)
}

/// AttributeTypeAndValue with a string of the given tag.
fn attribute(id: &str, tag: u32, text: &str) -> Result<Vec<u8>, SpecimenError> {
    Ok(write::sequence(&[&identifier(id)?, &tlv::encode(tag, text.as_bytes())]))
}

fn name(common_name: &str) -> Result<Vec<u8>, SpecimenError> {
    let parts = [
        // The country is a PrintableString in upper case (Doc 9303-12 table 6).
        set(&[attribute("2.5.4.6", 0x13, COUNTRY)?]),
        set(&[attribute("2.5.4.10", 0x0C, "Utopia (specimen, no real State)")?]),
        set(&[attribute("2.5.4.3", 0x0C, common_name)?]),
    ];
    Ok(write::sequence(&[&parts.concat()]))
}

/// SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2, method 1).
fn key_identifier(spki: &[u8]) -> Result<Vec<u8>, SpecimenError> {
    let broken = |_| SpecimenError::Encoding("SubjectPublicKeyInfo");
    let outer = tlv::read_only(0x30, spki).map_err(broken)?;
    let bits = tlv::find(0x03, outer.value).map_err(broken)?;
    Ok(HashAlgorithm::Sha1.digest(bits.value.get(1..).unwrap_or_default()))
}

/// UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5).
pub(super) fn time(at: OffsetDateTime) -> Result<Vec<u8>, SpecimenError> {
    let text = generalized(at)?;
    match at.to_offset(time::UtcOffset::UTC).year() {
        1950..=2049 => Ok(tlv::encode(0x17, &text[2..])),
        _ => Ok(tlv::encode(0x18, &text)),
    }
}

fn generalized(at: OffsetDateTime) -> Result<Vec<u8>, SpecimenError> {
    let format = format_description!("[year][month][day][hour][minute][second]Z");
    let at = at.to_offset(time::UtcOffset::UTC);
    if !(1950..=9999).contains(&at.year()) {
        return Err(SpecimenError::Time);
    }
    at.format(&format).map(String::into_bytes).map_err(|_| SpecimenError::Time)
}
