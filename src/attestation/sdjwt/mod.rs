//! Selective disclosure for JWTs: issue, present, verify. Knows nothing of documents or faces.
//! Source: RFC 9901 (SD-JWT), RFC 7515 (JWS), RFC 7518 section 3.4 (ES256), SD-JWT VC draft for `typ`.
//! Not here: which claims there are ([`super::claims`]) and whom to trust ([`super::chain`]).

mod base64url;
mod conceal;
mod disclosure;
mod jws;
mod key_binding;
mod resolve;
mod show;
pub mod strict_json;
mod token;

pub use conceal::{Claim, IssueError, issue};
pub use disclosure::Disclosure;
pub use jws::{Header, Jws};
pub use key_binding::{Audience, BindError, KeyBindingError};
pub use resolve::{Resolved, resolve};
pub use show::show_unverified;
pub use token::SdJwt;

pub(in crate::attestation) use base64url::{decode as base64url_decode, encode as base64url};

/// Claims that may never be withheld, since a verifier needs them to judge the rest.
/// Source: SD-JWT VC draft, section "Registered JWT claims".
pub const NEVER_SELECTIVE: [&str; 8] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

/// The media type of the header: an SD-JWT that is a verifiable credential.
pub const TYP: &str = "dc+sd-jwt";

/// Most bytes of a token with all its disclosures.
pub const MAX_TOKEN: usize = 256 * 1024;
/// Most disclosures of a token.
pub const MAX_DISCLOSURES: usize = 256;
/// Most digests in a payload and all its disclosures, decoys included.
pub const MAX_DIGESTS: usize = 1024;

/// Why an SD-JWT is refused. [`SdJwtError::reason`] is stable; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdJwtError {
    /// More bytes, disclosures or digests than this program takes.
    #[error("larger than allowed: {0}")]
    TooLarge(&'static str),
    /// Not `header.payload.signature~...~`.
    #[error("not a compact SD-JWT: {0}")]
    Format(&'static str),
    /// The header is no strict JSON object.
    #[error("header: {0}")]
    Header(strict_json::JsonError),
    /// The header asks for another algorithm than ES256.
    #[error("the algorithm is not ES256")]
    Algorithm,
    /// The header is of another type than [`TYP`].
    #[error("the type is not {TYP}")]
    Type,
    /// The header has extensions that must be understood and are not.
    #[error("the header has critical extensions")]
    Critical,
    /// The header carries no usable certificate chain.
    #[error("the header's certificate chain is missing or malformed")]
    Certificates,
    /// The signature is not the key's over header and payload.
    #[error("the signature does not verify")]
    Signature,
    /// The payload is no strict JSON object.
    #[error("payload: {0}")]
    Payload(strict_json::JsonError),
    /// `_sd_alg` names a hash function other than SHA-256.
    #[error("the digest algorithm is not sha-256")]
    DigestAlgorithm,
    /// `_sd` or `...` stands where it may not, or holds no digest.
    #[error("a digest stands where none may stand, or is none")]
    Digest,
    /// A digest stands twice.
    #[error("a digest stands twice")]
    DigestTwice,
    /// A disclosure is no array of salt, name and value.
    #[error("a disclosure is malformed: {0}")]
    Disclosure(&'static str),
    /// A disclosure is no strict JSON.
    #[error("a disclosure is malformed: {0}")]
    DisclosureJson(strict_json::JsonError),
    /// A disclosure stands twice.
    #[error("a disclosure stands twice")]
    DisclosureTwice,
    /// A disclosure whose digest stands nowhere: changed, or of another token.
    #[error("a disclosure is not referenced by the signed payload")]
    DisclosureUnreferenced,
    /// A disclosure would overwrite a claim that is there.
    #[error("a disclosure has the name of a claim that is there")]
    DisclosureConflict,
    /// A disclosure names a claim that may never be withheld.
    #[error("the claim {0} may not be selectively disclosed")]
    NeverSelective(&'static str),
}

impl SdJwtError {
    /// A stable reason, dotted lower case.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "token.too_large",
            Self::Format(_) => "token.format",
            Self::Header(_) => "header.malformed",
            Self::Algorithm => "header.algorithm",
            Self::Type => "header.type",
            Self::Critical => "header.critical",
            Self::Certificates => "header.certificates",
            Self::Signature => "signature.invalid",
            Self::Payload(_) => "payload.malformed",
            Self::DigestAlgorithm => "payload.digest_algorithm",
            Self::Digest => "payload.digest_misplaced",
            Self::DigestTwice => "payload.digest_twice",
            Self::Disclosure(_) | Self::DisclosureJson(_) => "disclosure.malformed",
            Self::DisclosureTwice => "disclosure.twice",
            Self::DisclosureUnreferenced => "disclosure.unreferenced",
            Self::DisclosureConflict => "disclosure.conflict",
            Self::NeverSelective(_) => "disclosure.never_selective",
        }
    }
}
