//! The second format of an attestation: a mobile document. Issue, present, verify.
//! Source: ISO/IEC 18013-5:2021 sections 8.3.2.1.2 (`DeviceResponse`) and 9.1 (security), ISO/IEC TS 23220-4 annex C (photo
//! ID), OpenID4VP 1.0 appendix B.2 (remote presentation), RFC 9052 (COSE), RFC 8949 (CBOR).
//!
//! The type. Under a production issuer an attestation is a photo ID, [`DOC_TYPE`], so that programs that know photo IDs read
//! it. It has no portrait, which that profile asks for, because titre gives no picture away. Under a test issuer the type is
//! [`DOC_TYPE_TEST`], which is nobody's photo ID: types are compared whole, so nobody takes it for one.
//!
//! The names. What ISO/IEC 23220 has an element for stands under its names, of the edition of annex C that public
//! implementations follow since December 2025 (`family_name`, not `family_name_unicode`); all else stands in
//! [`NAMESPACE`] under the names of the SD-JWT VC. Read back, both formats give the same claims: see [`elements`].

pub mod cbor;
mod cose;
mod device;
mod document;
mod elements;
mod issue;
mod item;
mod mso;
mod resolve;
mod verify;

pub use document::Mdoc;
pub use issue::{MdocIssueError, issue};
pub use resolve::show_unverified;
pub use verify::verify;

/// The type of a photo ID (ISO/IEC TS 23220-4 annex C).
pub const DOC_TYPE: &str = "org.iso.23220.photoid.1";
/// The type of what says nothing about a real person.
pub const DOC_TYPE_TEST: &str = "urn:titre:photoid:1:test";
/// titre's own elements; the name is that of the SD-JWT VC's type.
pub const NAMESPACE: &str = "urn:titre:enrollment:1";
/// The elements of ISO/IEC 23220-2.
pub const NAMESPACE_ISO: &str = "org.iso.23220.1";
/// The elements of photo IDs (ISO/IEC TS 23220-4 annex C.2).
pub const NAMESPACE_PHOTO_ID: &str = "org.iso.23220.photoid.1";

/// Most bytes of a document or a presentation.
pub const MAX_MDOC: usize = cbor::MAX_BYTES;
/// Most elements of a document, and most digests of all its namespaces, decoys included.
const MAX_DIGESTS: usize = 1024;

/// Why an mdoc is refused. [`MdocError::reason`] is stable, and the same as an SD-JWT's where it is the same thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MdocError {
    /// More bytes, elements or digests than this program takes.
    #[error("larger than allowed: {0}")]
    TooLarge(&'static str),
    /// Neither `IssuerSigned` nor a `DeviceResponse` with one document.
    #[error("not an mdoc: {0}")]
    Format(&'static str),
    /// CBOR that is not strict.
    #[error("not an mdoc: {0}")]
    Cbor(#[from] cbor::CborError),
    /// The protected header is no map, or says what the other header says too.
    #[error("the COSE header is malformed")]
    Header,
    /// The header asks for another algorithm than ES256.
    #[error("the algorithm is not ES256")]
    Algorithm,
    /// The header has extensions that must be understood and are not.
    #[error("the header has critical extensions")]
    Critical,
    /// The header carries no usable certificate chain.
    #[error("the header's certificate chain is missing or malformed")]
    Certificates,
    /// The signature is not the key's.
    #[error("the signature does not verify")]
    Signature,
    /// What is signed is no mobile security object.
    #[error("the mobile security object is malformed: {0}")]
    Payload(&'static str),
    /// The digests are not of SHA-256.
    #[error("the digest algorithm is not SHA-256")]
    DigestAlgorithm,
    /// A digest stands twice.
    #[error("a digest stands twice")]
    DigestTwice,
    /// The document says another type than what is signed.
    #[error("the document is of another type than what is signed")]
    DocType,
    /// An element that cannot be read.
    #[error("an element is malformed: {0}")]
    Item(&'static str),
    /// A digest identifier is used twice.
    #[error("a digest identifier is used twice")]
    ItemTwice,
    /// An element whose digest is not signed: changed, moved, or of another document.
    #[error("an element is not what was signed")]
    Unreferenced,
    /// Two elements have one name.
    #[error("two elements have one name")]
    Conflict,
    /// An element has the name of what the mobile security object says.
    #[error("an element has a name that none may have")]
    Reserved,
}

impl MdocError {
    /// A stable reason, dotted lower case.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "token.too_large",
            Self::Format(_) | Self::Cbor(_) => "token.format",
            Self::Header => "header.malformed",
            Self::Algorithm => "header.algorithm",
            Self::Critical => "header.critical",
            Self::Certificates => "header.certificates",
            Self::Signature => "signature.invalid",
            Self::Payload(_) => "payload.malformed",
            Self::DigestAlgorithm => "payload.digest_algorithm",
            Self::DigestTwice => "payload.digest_twice",
            Self::DocType => "payload.doc_type",
            Self::Item(_) => "disclosure.malformed",
            Self::ItemTwice => "disclosure.twice",
            Self::Unreferenced => "disclosure.unreferenced",
            Self::Conflict => "disclosure.conflict",
            Self::Reserved => "disclosure.never_selective",
        }
    }
}
