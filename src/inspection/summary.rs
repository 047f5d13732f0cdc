//! What a result says about the document and its signer besides the checks. Holder data stay in
//! [`Personal`] and are not serialised.

use super::security_object::SecurityObject;
use super::signed_file::SignedFile;
use crate::lds::{Mrz, MrzFormat, Personal};
use crate::pki::{Certificate, Chain, StoreSession};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The document, as its MRZ in DG1 has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentSummary {
    /// TD1, TD2 or TD3.
    pub format: MrzFormat,
    /// Document code: `P`, `ID`, `IR`.
    pub document_code: String,
    /// Issuing State or organisation.
    pub issuing_state: String,
    /// Date of expiry, `YYYY-MM-DD`.
    pub expires_on: Option<String>,
    /// The whole MRZ, for callers who may disclose it.
    #[serde(skip)]
    pub holder: Personal<Mrz>,
}

/// A certificate in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateSummary {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// `brainpoolP256r1`, `RSA-2048`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Valid from, RFC 3339.
    pub not_before: String,
    /// Valid to, RFC 3339.
    pub not_after: String,
}

/// Who signed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignerSummary {
    /// The file that is signed.
    pub file: String,
    /// How the signature is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// When the signer says to have signed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
    /// The hash function of the data groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_group_hash: Option<String>,
    /// The document signer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateSummary>,
    /// The CSCA of the trust store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csca: Option<CertificateSummary>,
}

/// The trust store that was judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreSummary {
    /// SHA-256 of its content, hexadecimal.
    pub digest: String,
    /// Certificates in it.
    pub certificates: usize,
    /// When its newest list was signed, RFC 3339.
    pub newest_list: Option<String>,
    /// Revocation lists in it, those for this run only included.
    pub revocation_lists: usize,
    /// Deviation lists in it.
    pub deviation_lists: usize,
}

impl DocumentSummary {
    pub(super) fn of(mrz: &Mrz, signer: Option<&Certificate>, at: OffsetDateTime) -> Self {
        let expiry = super::checks::expiry::date(mrz, signer, at);
        Self {
            format: mrz.format,
            document_code: mrz.document_code.clone(),
            issuing_state: mrz.issuing_state.clone(),
            expires_on: expiry.map(|date| date.to_string()),
            holder: Personal::new(mrz.clone()),
        }
    }
}

impl CertificateSummary {
    /// A certificate in a few words.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject.to_string(),
            issuer: certificate.issuer.to_string(),
            serial: hex::encode(&certificate.serial),
            sha256: hex::encode(certificate.fingerprint()),
            key: certificate.public_key().ok().map(|key| key.describe()),
            not_before: text(certificate.not_before),
            not_after: text(certificate.not_after),
        }
    }
}

impl SignerSummary {
    pub(super) fn of(signed: &SignedFile) -> Self {
        let object = signed.object.as_ref();
        let signer = object.and_then(SecurityObject::signer);
        let signed_at = signer.and_then(|(signed, info, _)| signed.check_attributes(info).ok()?.signing_time);
        let csca = match &signed.chain {
            Some(Chain::Trusted(chain)) => Some(CertificateSummary::of(chain.anchor())),
            _ => None,
        };
        Self {
            file: signed.file.name().to_owned(),
            signature: signed.scheme.map(|scheme| scheme.to_string()),
            signed_at: signed_at.map(text),
            data_group_hash: object
                .and_then(|object| object.hashes.as_ref())
                .map(|hashes| hashes.hash.name().to_owned()),
            certificate: signer.map(|(_, _, certificate)| CertificateSummary::of(certificate)),
            csca,
        }
    }
}

impl StoreSummary {
    pub(super) fn of(store: &StoreSession<'_>) -> Self {
        Self {
            digest: store.digest().to_owned(),
            certificates: store.len(),
            newest_list: store.newest_list().map(text),
            revocation_lists: store.crls().count(),
            deviation_lists: store.deviations().len(),
        }
    }
}

fn text(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
