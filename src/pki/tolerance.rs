//! The deviations from the standards that titre reads over, each with a name that results carry. Real documents
//! and lists have them; a validator that refused them would lose whole countries, one that kept silent would hide holes.

/// A deviation that was met and read over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tolerance {
    /// BER where DER is demanded: indefinite lengths, segmented strings (NZ).
    BerEncoding,
    /// Bytes stand behind the structure.
    TrailingBytes,
    /// The signed attributes are not in DER order or form; the signature is over the DER.
    SignedAttributesUnsorted,
    /// There are no signed attributes; the signature is over the content itself. Doc 9303-10 demands them.
    SignedAttributesMissing,
    /// The content type is an old one of before Doc 9303 fixed it, or `id-data` (CN, FR, BE, NL).
    LegacyContentType,
    /// The signature algorithm names the key only; the hash is that of digestAlgorithm (AU, NZ, US).
    SignatureAlgorithmWithoutHash,
    /// The DigestInfo has no NULL (the ICAO master list of 2023). Never tolerated unless asked for.
    DigestInfoWithoutNull,
    /// SHA-1 is somewhere in what was verified.
    Sha1,
    /// The signer's name differs from its certificate's issuer in string type, case or spaces.
    SignerNameNormalised,
    /// The signer's name has its parts in another order than its certificate (MY).
    SignerNameReordered,
    /// Issuer and subject differ in string type, case or spaces.
    IssuerNameNormalised,
    /// Issuer and subject have their parts in another order.
    IssuerNameReordered,
    /// Issuer and subject are different names; the key identifier and the signature fit.
    IssuerNameDifferent,
    /// No authority key identifier.
    AuthorityKeyIdMissing,
    /// The authority key identifier is not the issuer's subject key identifier; name and signature fit.
    AuthorityKeyIdDifferent,
    /// The trust is from a link certificate that a trusted CSCA signed.
    LinkCertificate,
    /// The CSCA certificate does not say that it may issue certificates.
    CscaWithoutCa,
    /// More certificates stand below a CSCA than its path length allows (a link certificate of another name).
    PathLengthExceeded,
    /// A CSCA has a critical extension that is unknown, or constraints that are not processed.
    ExtensionNotProcessed,
    /// The signer certificate has no key usage (old documents).
    KeyUsageMissing,
    /// The signer certificate has an extended key usage, which document signers must not.
    ExtendedKeyUsagePresent,
    /// A country is missing in the signer certificate.
    CountryMissing,
    /// A country is written in lower case.
    CountryLowerCase,
    /// The master list signer's certificate does not say that it signs lists. Never tolerated unless asked for.
    ListSignerUsageMissing,
}

impl Tolerance {
    /// The code, as results and options carry it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BerEncoding => "ber_encoding",
            Self::TrailingBytes => "trailing_bytes",
            Self::SignedAttributesUnsorted => "signed_attributes_unsorted",
            Self::SignedAttributesMissing => "signed_attributes_missing",
            Self::LegacyContentType => "legacy_content_type",
            Self::SignatureAlgorithmWithoutHash => "signature_algorithm_without_hash",
            Self::DigestInfoWithoutNull => "digest_info_without_null",
            Self::Sha1 => "sha1",
            Self::SignerNameNormalised => "signer_name_normalised",
            Self::SignerNameReordered => "signer_name_reordered",
            Self::IssuerNameNormalised => "issuer_name_normalised",
            Self::IssuerNameReordered => "issuer_name_reordered",
            Self::IssuerNameDifferent => "issuer_name_different",
            Self::AuthorityKeyIdMissing => "authority_key_id_missing",
            Self::AuthorityKeyIdDifferent => "authority_key_id_different",
            Self::LinkCertificate => "link_certificate",
            Self::CscaWithoutCa => "csca_without_ca",
            Self::PathLengthExceeded => "path_length_exceeded",
            Self::ExtensionNotProcessed => "extension_not_processed",
            Self::KeyUsageMissing => "key_usage_missing",
            Self::ExtendedKeyUsagePresent => "extended_key_usage_present",
            Self::CountryMissing => "country_missing",
            Self::CountryLowerCase => "country_lower_case",
            Self::ListSignerUsageMissing => "list_signer_usage_missing",
        }
    }
}
