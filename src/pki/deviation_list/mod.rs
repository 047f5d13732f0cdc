//! Lists of deviations: what an authority knows to be wrong with documents that were issued, and with their signers.
//! There are two kinds, ICAO's deviation list and BSI's defect list; both are signed, and one whose signer does not
//! lead to a pinned certificate is not used.
//! Source: Doc 9303-3 section 7, Doc 9303-12 section 10; BSI TR-03129-2 chapter 7.

mod bsi;
mod defect;
mod icao;

pub use defect::{Defect, DefectKind};

use super::Tolerance;
use super::certificate::Certificate;
use super::master_list::{self, MasterListError};
use super::name::{Name, NameMatch};
use crate::asn1::tlv::{self, Tlv};
use crate::crypto::HashAlgorithm;
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// `id-icao-DeviationList`.
pub const ID_DEVIATION_LIST: &str = "2.23.136.1.1.7";
/// `id-icao-DeviationListSigningKey`, the extended key usage of list signers.
pub const ID_DEVIATION_LIST_SIGNING_KEY: &str = "2.23.136.1.1.8";
/// `id-DefectList` of BSI TR-03129-2.
pub const ID_DEFECT_LIST: &str = "0.4.0.127.0.7.3.1.5";
/// Most entries of a list.
pub const MAX_ENTRIES: usize = 65_536;
/// Most document numbers of a list: one State's has 346,275.
pub const MAX_NUMBERS: usize = 2 << 20;
/// Most defects of an entry.
const MAX_DEFECTS: usize = 256;
/// Longest text of a list that is kept, in characters.
const MAX_TEXT: usize = 1024;

/// Whose format a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// ICAO's deviation list: by a State about its own documents.
    Icao,
    /// BSI's defect list: by a reader of documents about those of any State.
    Bsi,
}

/// A list whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationList {
    /// The entries.
    pub deviations: Deviations,
    /// The signed bytes.
    pub content: Vec<u8>,
    /// When the signer says to have signed.
    pub signing_time: Option<OffsetDateTime>,
    /// The list signer's certificate.
    pub signer: Certificate,
    /// The pinned certificate that the signer's leads to.
    pub anchor: Certificate,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviations {
    /// Whose format it has.
    pub format: Format,
    /// The hash function of certificate digests in it.
    pub hash: HashAlgorithm,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// Documents, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which documents.
    pub documents: Documents,
    /// What is wrong.
    pub defects: Vec<Defect>,
}

/// Which documents an entry is about; what is given must all hold. Source: Doc 9303-3 section 7.3.6.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Documents {
    /// The document code of the MRZ, without fillers.
    pub document_type: Option<String>,
    /// The document signer.
    pub signer: Option<SignerRef>,
    /// The digest of the signer's certificate, beside its name (BSI).
    pub certificate_hash: Option<Vec<u8>>,
    /// First and last time of issue.
    pub issued: Option<(OffsetDateTime, OffsetDateTime)>,
    /// Document numbers of the MRZ, without fillers.
    pub numbers: Option<BTreeSet<String>>,
}

/// How an entry names a document signer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerRef {
    /// Issuer and serial number.
    IssuerAndSerial {
        /// The issuer's name.
        issuer: Name,
        /// The content of the INTEGER.
        serial: Vec<u8>,
    },
    /// Subject key identifier.
    KeyId(Vec<u8>),
    /// Digest of the certificate.
    Digest(Vec<u8>),
}

impl DeviationList {
    /// Whether bytes look like a list of either format; nothing of it is judged.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        super::SignedData::parse(bytes)
            .is_ok_and(|signed| [ID_DEVIATION_LIST, ID_DEFECT_LIST].contains(&signed.content_type.as_str()))
    }

    /// Reads a list and verifies it against the `pinned` certificates, as a master list is: the signer is one of
    /// them, or was issued by one of them for signing deviation lists.
    ///
    /// `asked_for` may hold [`Tolerance::DigestInfoWithoutNull`] and [`Tolerance::ListSignerUsageMissing`].
    ///
    /// # Errors
    /// [`MasterListError`].
    pub fn verify(
        bytes: &[u8],
        pinned: &[Certificate],
        at: OffsetDateTime,
        asked_for: &[Tolerance],
    ) -> Result<Self, MasterListError> {
        let expected = [ID_DEVIATION_LIST, ID_DEFECT_LIST];
        let mut opened =
            master_list::open(bytes, &expected, ID_DEVIATION_LIST_SIGNING_KEY, pinned, at, asked_for)?;
        let format = if opened.content_type == ID_DEFECT_LIST { Format::Bsi } else { Format::Icao };
        let deviations = Deviations::parse(format, opened.digest, &opened.content)?;
        opened.tolerated.sort_unstable();
        opened.tolerated.dedup();
        Ok(Self {
            deviations,
            content: opened.content,
            signing_time: opened.signing_time,
            signer: opened.signer,
            anchor: opened.anchor,
            tolerated: opened.tolerated,
        })
    }
}

impl Deviations {
    /// Reads the content of a list. `hash` is that of the list's signature, which certificate digests use where the
    /// list names none of its own.
    ///
    /// # Errors
    /// [`MasterListError::Malformed`].
    pub fn parse(format: Format, hash: HashAlgorithm, content: &[u8]) -> Result<Self, MasterListError> {
        let read = match format {
            Format::Icao => icao::read(hash, content),
            Format::Bsi => bsi::read(content),
        };
        let (hash, entries) = read.map_err(|what| MasterListError::Malformed(what.to_owned()))?;
        Ok(Self { format, hash, entries })
    }
}

impl Documents {
    /// Whether the entry names `signer`; `None` where it names none at all.
    #[must_use]
    pub fn is_signer(&self, signer: &Certificate, hash: HashAlgorithm) -> Option<bool> {
        let named = match self.signer.as_ref()? {
            SignerRef::IssuerAndSerial { issuer, serial } => {
                number(serial) == number(&signer.serial)
                    && issuer.compare(&signer.issuer) != NameMatch::Different
            }
            SignerRef::KeyId(id) => signer.subject_key_id() == Some(id),
            SignerRef::Digest(digest) => *digest == hash.digest(signer.as_der()),
        };
        let same = self.certificate_hash.as_ref().is_none_or(|known| *known == hash.digest(signer.as_der()));
        Some(named && same)
    }
}

/// A number without leading zeros.
fn number(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

/// The members of a SET OF or SEQUENCE OF, at most `limit`.
fn members<'a>(value: &'a [u8], limit: usize, what: &'static str) -> Result<Vec<Tlv<'a>>, &'static str> {
    let (mut rest, mut found) = (value, Vec::new());
    while !rest.is_empty() {
        if found.len() == limit {
            return Err(what);
        }
        let (member, after) = tlv::read(rest).map_err(|_| what)?;
        found.push(member);
        rest = after;
    }
    Ok(found)
}

/// A text of the list, shortened, without control characters.
fn text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.chars().take(MAX_TEXT).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// Issuer and serial number, the content of the SEQUENCE.
fn issuer_and_serial(value: &[u8]) -> Result<SignerRef, &'static str> {
    let parts = tlv::children(value).map_err(|_| "signer")?;
    let [issuer, serial] = parts.as_slice() else { return Err("signer") };
    if serial.tag != 0x02 {
        return Err("signer");
    }
    let issuer = Name::parse(issuer.raw).ok_or("signer")?;
    Ok(SignerRef::IssuerAndSerial { issuer, serial: serial.value.to_vec() })
}
