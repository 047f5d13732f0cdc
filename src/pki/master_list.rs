//! CSCA master lists. A list is worth what its signature is worth: it is verified against a certificate that the
//! caller pins, be it the list signer's own or the CSCA above it. A list never vouches for its own signer.
//! Source: Doc 9303-12 section 8; RFC 5652.

use super::Tolerance;
use super::certificate::Certificate;
use super::path_validation::{PathFault, PathRules, find_path};
use super::signed_data::{CmsError, SignedData};
use crate::asn1::tlv;
use crate::crypto::HashAlgorithm;
use time::OffsetDateTime;

/// `id-icao-cscaMasterList`.
pub const ID_MASTER_LIST: &str = "2.23.136.1.1.2";
/// `id-icao-cscaMasterListSigningKey`, the extended key usage of list signers.
pub const ID_MASTER_LIST_SIGNING_KEY: &str = "2.23.136.1.1.3";
/// Most certificates of a list.
pub const MAX_CERTIFICATES: usize = 16_384;
/// Most certificates between the list signer and the pinned one.
const MAX_INTERMEDIATES: usize = 3;
/// What is read over in the chain of a list signer, since States' CSCAs are as they are.
const ACCEPTED: [Tolerance; 8] = [
    Tolerance::Sha1,
    Tolerance::IssuerNameNormalised,
    Tolerance::IssuerNameReordered,
    Tolerance::IssuerNameDifferent,
    Tolerance::AuthorityKeyIdMissing,
    Tolerance::AuthorityKeyIdDifferent,
    Tolerance::CscaWithoutCa,
    Tolerance::PathLengthExceeded,
];

/// A master list whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterList {
    /// The certificates, in the order of the list.
    pub certificates: Vec<Certificate>,
    /// Certificates that could not be read, by their place in the list, with the reason.
    pub unreadable: Vec<(usize, String)>,
    /// When the signer says to have signed.
    pub signing_time: Option<OffsetDateTime>,
    /// The list signer's certificate.
    pub signer: Certificate,
    /// The pinned certificate that the signer's leads to.
    pub anchor: Certificate,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

/// Why a signed list, of CSCAs or of deviations, is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MasterListError {
    /// No SignedData, or its content is no list.
    #[error("malformed list: {0}")]
    Malformed(String),
    /// The content type is another.
    #[error("the content is {0} and not such a list")]
    ContentType(String),
    /// The signature of the list.
    #[error("the list's signature: {0}")]
    Signature(CmsError),
    /// The signature holds only under a deviation that was not asked for.
    #[error("the list's signature deviates from the standard ({tolerance} would accept it)")]
    Deviation {
        /// The tolerance to ask for.
        tolerance: &'static str,
    },
    /// The signer's certificate does not lead to a pinned one.
    #[error("the list signer {signer} does not lead to a pinned certificate")]
    Untrusted {
        /// The signer's subject.
        signer: String,
    },
    /// The signer's certificate is for another use.
    #[error("{signer} may not sign such lists ({tolerance} would accept it)")]
    Usage {
        /// The signer's subject.
        signer: String,
        /// The tolerance to ask for.
        tolerance: &'static str,
    },
    /// A certificate of the signer's chain was not valid when the list was signed.
    #[error("{subject} is not valid at {at}")]
    Validity {
        /// Whose certificate.
        subject: String,
        /// The time judged by.
        at: OffsetDateTime,
    },
}

impl MasterList {
    /// Reads a list and verifies it against the `pinned` certificates. The signer's chain is judged by the time
    /// that the list says it was signed at, else by `at`.
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
        let mut opened = open(bytes, &[ID_MASTER_LIST], ID_MASTER_LIST_SIGNING_KEY, pinned, at, asked_for)?;
        let (certificates, unreadable) = read_list(&opened.content)?;
        opened.tolerated.sort_unstable();
        opened.tolerated.dedup();
        Ok(Self {
            certificates,
            unreadable,
            signing_time: opened.signing_time,
            signer: opened.signer,
            anchor: opened.anchor,
            tolerated: opened.tolerated,
        })
    }

    /// What a list holds and who would have signed it, without looking at the signature: to describe a list, never
    /// to trust it.
    ///
    /// # Errors
    /// [`MasterListError::Malformed`], [`MasterListError::ContentType`].
    pub fn unverified(bytes: &[u8]) -> Result<Unverified, MasterListError> {
        let signed = parse(bytes, &[ID_MASTER_LIST])?;
        let (certificates, unreadable) = read_list(&signed.content)?;
        Ok(Unverified { certificates, unreadable, wrapper: signed.certificates })
    }
}

/// A master list of which nothing was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// The certificates, in the order of the list.
    pub certificates: Vec<Certificate>,
    /// Certificates that could not be read, by their place in the list, with the reason.
    pub unreadable: Vec<(usize, String)>,
    /// The certificates beside the list: the signer's and those above it.
    pub wrapper: Vec<Certificate>,
}

/// A list whose signature leads to a pinned certificate.
pub(super) struct Opened {
    pub content_type: String,
    pub content: Vec<u8>,
    /// The hash function of the signature's message digest.
    pub digest: HashAlgorithm,
    pub signing_time: Option<OffsetDateTime>,
    pub signer: Certificate,
    pub anchor: Certificate,
    pub tolerated: Vec<Tolerance>,
}

fn parse(bytes: &[u8], expected: &[&str]) -> Result<SignedData, MasterListError> {
    let signed = SignedData::parse(bytes).map_err(|error| MasterListError::Malformed(error.to_string()))?;
    if !expected.contains(&signed.content_type.as_str()) {
        return Err(MasterListError::ContentType(signed.content_type));
    }
    Ok(signed)
}

/// Verifies a list of one of the content types `expected` against the `pinned` certificates; see
/// [`MasterList::verify`]. A signer below a pinned certificate must have the purpose `usage`.
pub(super) fn open(
    bytes: &[u8],
    expected: &[&str],
    usage: &str,
    pinned: &[Certificate],
    at: OffsetDateTime,
    asked_for: &[Tolerance],
) -> Result<Opened, MasterListError> {
    let signed = parse(bytes, expected)?;
    let info = signed.single_signer().map_err(MasterListError::Signature)?;
    let mut tolerated = signed.tolerated.clone();
    let (signer, name) = match signed.certificate_of(info) {
        Ok((signer, name)) => (signer.clone(), name),
        // The signer's certificate may have been left out where everybody has it.
        Err(error) => {
            let known = SignedData { certificates: pinned.to_vec(), ..signed.clone() };
            let found = known.certificate_of(info).map_err(|_| MasterListError::Signature(error))?;
            (found.0.clone(), found.1)
        }
    };
    tolerated.extend(name);
    let attributes = signed.check_attributes(info).map_err(MasterListError::Signature)?;
    let verified = signed.verify_signature(info, &signer, asked_for).map_err(|error| {
        let tolerance = Tolerance::DigestInfoWithoutNull;
        match signed.verify_signature(info, &signer, &[tolerance]) {
            Ok(_) => MasterListError::Deviation { tolerance: tolerance.code() },
            Err(_) => MasterListError::Signature(error),
        }
    })?;
    tolerated.extend(verified.tolerated);
    let judged_at = attributes.signing_time.unwrap_or(at);
    let anchor = chain(&signer, &signed.certificates, pinned, judged_at, &mut tolerated)?;
    if signer != anchor {
        check_usage(&signer, usage, asked_for, &mut tolerated)?;
    }
    Ok(Opened {
        content_type: signed.content_type,
        content: signed.content,
        digest: attributes.digest,
        signing_time: attributes.signing_time,
        signer,
        anchor,
        tolerated,
    })
}

/// Whether the signer is one of lists: a document signer below the same CSCA must not be able to write one.
fn check_usage(
    signer: &Certificate,
    usage: &str,
    asked_for: &[Tolerance],
    tolerated: &mut Vec<Tolerance>,
) -> Result<(), MasterListError> {
    let purposes = signer.extended_key_usage();
    let may = purposes.is_some_and(|purposes| purposes.iter().any(|id| id == usage));
    if may && signer.key_usage(0) != Some(false) {
        return Ok(());
    }
    let tolerance = Tolerance::ListSignerUsageMissing;
    if asked_for.contains(&tolerance) {
        tolerated.push(tolerance);
        return Ok(());
    }
    Err(MasterListError::Usage { signer: signer.subject.to_string(), tolerance: tolerance.code() })
}

/// The pinned certificate that `signer` is or leads to, through certificates of the list's wrapper.
fn chain(
    signer: &Certificate,
    inside: &[Certificate],
    pinned: &[Certificate],
    at: OffsetDateTime,
    tolerated: &mut Vec<Tolerance>,
) -> Result<Certificate, MasterListError> {
    let above: Vec<Certificate> =
        inside.iter().filter(|candidate| candidate.is_ca() == Some(true)).cloned().collect();
    let rules = PathRules { at, max_intermediates: MAX_INTERMEDIATES, accepted: &ACCEPTED };
    match find_path(signer, &above, pinned, &rules) {
        Ok(path) => {
            tolerated.extend(path.tolerated);
            Ok(path.anchor)
        }
        Err(PathFault::Validity { subject, at }) => Err(MasterListError::Validity { subject, at }),
        Err(_) => Err(MasterListError::Untrusted { signer: signer.subject.to_string() }),
    }
}

/// Certificates read, and places in the list with the reason why one could not be.
type Certificates = (Vec<Certificate>, Vec<(usize, String)>);

/// The certificates of `CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }`.
fn read_list(content: &[u8]) -> Result<Certificates, MasterListError> {
    let malformed = |error: tlv::TlvError| MasterListError::Malformed(error.to_string());
    let outer = tlv::read_only(0x30, content).map_err(malformed)?;
    let parts = tlv::children(outer.value).map_err(malformed)?;
    let [version, list] = parts.as_slice() else {
        return Err(MasterListError::Malformed("not version and list".to_owned()));
    };
    if (version.tag, version.value, list.tag) != (0x02, &[0][..], 0x31) {
        return Err(MasterListError::Malformed("not a list of version 0".to_owned()));
    }
    let (mut certificates, mut unreadable) = (Vec::new(), Vec::new());
    let mut rest = list.value;
    for place in 0.. {
        if rest.is_empty() {
            break;
        }
        if place == MAX_CERTIFICATES {
            return Err(MasterListError::Malformed(format!("more than {MAX_CERTIFICATES} certificates")));
        }
        let (tlv, after) = tlv::read(rest).map_err(malformed)?;
        rest = after;
        match Certificate::parse(tlv.raw) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => unreadable.push((place, error.to_string())),
        }
    }
    Ok((certificates, unreadable))
}
