//! What can be wrong, by its object identifier.
//! Source: Doc 9303-3 section 7.3.5, Doc 9303-12 section 10.2; BSI TR-03129-2 chapter 7. The numbers of the four
//! types that TR-03129-2 gained last (protocol failure, validity, signer identifier, issuing country) are taken from
//! their order there; their effect is chosen so that a confusion among them never makes a result better.

use super::{ID_DEFECT_LIST, ID_DEVIATION_LIST};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// What.
    pub kind: DefectKind,
    /// Its object identifier, dotted.
    pub oid: String,
    /// What the list says in words.
    pub description: Option<String>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefectKind {
    /// The document signer was revoked, with the status of TR-03129-2 (3 by its issuer); none where it says none.
    SignerRevoked(Option<u8>),
    /// The signer's certificate is malformed, and was replaced.
    SignerReplaced,
    /// The signer's certificate is wrongly encoded.
    SignerEncoding,
    /// The signature of the signer's certificate is wrong.
    SignerSignature,
    /// The CSCA certificate is wrongly encoded.
    CscaEncoding,
    /// The private keys of chip authentication are known to others.
    ChipKeyCompromised,
    /// The private keys of active authentication are known to others.
    ActiveKeyCompromised,
    /// Chip or active authentication fails with genuine documents.
    ProtocolFailure,
    /// The validity of the signer's or CSCA's certificate is wrong.
    ValidityWrong,
    /// Data groups are wrongly encoded (20 is EF.SOD, 21 EF.COM).
    DataGroupMalformed(Vec<u8>),
    /// The hash of a data group in EF.SOD is wrong.
    DataGroupHash(Vec<u8>),
    /// EF.SOD is malformed or wrongly signed.
    SodInvalid,
    /// EF.COM and EF.SOD list different data groups.
    ComSodDiscrepancy,
    /// EF.SOD names its signer wrongly.
    WrongSignerId,
    /// The country of the signer's certificate is missing or wrong.
    IssuingCountry,
    /// EF.CardSecurity is wrongly encoded.
    CardSecurityMalformed,
    /// EF.ChipSecurity is wrongly encoded.
    ChipSecurityMalformed,
    /// The chip must lose power between two authentications.
    PowerDownRequired,
    /// Something of the eID application, which titre does not read.
    EidApplication,
    /// A field of the MRZ is wrong: 2 the issuing State, 8 the date of expiry, 0 or none any.
    MrzWrong(Option<u8>),
    /// The chip cannot be used.
    ChipUnusable,
    /// For the use of the State only.
    NationalUse,
    /// Something about keys and certificates, or about authentication, that is not told closer.
    KeysUnspecified,
    /// Something about the files of the document that is not told closer.
    FilesUnspecified,
    /// A type that titre does not know.
    Unknown,
}

impl DefectKind {
    /// The name, as results carry it; its text is the message `defect-<code>`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignerRevoked(_) => "signer_revoked",
            Self::SignerReplaced => "signer_replaced",
            Self::SignerEncoding => "signer_encoding",
            Self::SignerSignature => "signer_signature",
            Self::CscaEncoding => "csca_encoding",
            Self::ChipKeyCompromised => "chip_key_compromised",
            Self::ActiveKeyCompromised => "active_key_compromised",
            Self::ProtocolFailure => "protocol_failure",
            Self::ValidityWrong => "validity_wrong",
            Self::DataGroupMalformed(_) => "data_group_malformed",
            Self::DataGroupHash(_) => "data_group_hash",
            Self::SodInvalid => "sod_invalid",
            Self::ComSodDiscrepancy => "com_sod_discrepancy",
            Self::WrongSignerId => "wrong_signer_id",
            Self::IssuingCountry => "issuing_country",
            Self::CardSecurityMalformed => "card_security_malformed",
            Self::ChipSecurityMalformed => "chip_security_malformed",
            Self::PowerDownRequired => "power_down_required",
            Self::EidApplication => "eid_application",
            Self::MrzWrong(_) => "mrz_wrong",
            Self::ChipUnusable => "chip_unusable",
            Self::NationalUse => "national_use",
            Self::KeysUnspecified => "keys_unspecified",
            Self::FilesUnspecified => "files_unspecified",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of a type of Doc 9303-12; `number` is its parameter.
    pub(super) fn icao(oid: &str, number: Option<u8>) -> Self {
        let groups = || number.into_iter().collect();
        match below(oid, ID_DEVIATION_LIST).as_deref() {
            Some([1]) => Self::KeysUnspecified,
            Some([1, 1]) => Self::SignerSignature,
            Some([1, 2]) => Self::SignerEncoding,
            Some([1, 3]) => Self::CscaEncoding,
            Some([1, 4]) => Self::ActiveKeyCompromised,
            Some([2]) => Self::FilesUnspecified,
            Some([2, 1]) => Self::DataGroupMalformed(groups()),
            Some([2, 2]) => Self::DataGroupHash(groups()),
            Some([2, 3]) => Self::SodInvalid,
            Some([2, 4]) => Self::ComSodDiscrepancy,
            Some([3] | [3, 1 | 2]) => Self::MrzWrong(number),
            Some([4]) => Self::ChipUnusable,
            Some([5]) => Self::NationalUse,
            _ => Self::Unknown,
        }
    }

    /// The kind of a type of TR-03129-2 with its parameters.
    pub(super) fn bsi(oid: &str, status: Option<u8>, groups: Vec<u8>) -> Self {
        match below(oid, ID_DEFECT_LIST).as_deref() {
            Some([1, 1]) => Self::SignerRevoked(status),
            Some([1, 2]) => Self::SignerReplaced,
            Some([1, 3]) => Self::ChipKeyCompromised,
            Some([1, 4]) => Self::ActiveKeyCompromised,
            Some([1, 5]) => Self::ProtocolFailure,
            Some([1, 6]) => Self::ValidityWrong,
            Some([2, 1]) => Self::DataGroupMalformed(groups),
            Some([2, 2]) => Self::SodInvalid,
            Some([2, 3]) => Self::ComSodDiscrepancy,
            Some([2, 4]) => Self::WrongSignerId,
            Some([2, 5]) => Self::IssuingCountry,
            Some([3, _]) => Self::EidApplication,
            Some([4, 1]) => Self::CardSecurityMalformed,
            Some([4, 2]) => Self::ChipSecurityMalformed,
            Some([4, 3]) => Self::PowerDownRequired,
            Some([4, 4]) => Self::SignerEncoding,
            // EAC2PrivilegedTerminalInfo is of the eID application.
            Some([4, 5]) => Self::EidApplication,
            _ => Self::Unknown,
        }
    }
}

/// The numbers of `oid` below `root`.
fn below(oid: &str, root: &str) -> Option<Vec<u32>> {
    let rest = oid.strip_prefix(root)?.strip_prefix('.')?;
    rest.split('.').map(|number| number.parse().ok()).collect()
}
