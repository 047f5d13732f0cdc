//! Holds: the statement, evidence, signing, presentation, verification.
//! May use: inspection, biometrics, consent, pki, lds, transport, crypto, asn1.
//! Implements: RFC 9901 (SD-JWT), SD-JWT VC draft, ISO/IEC 18013-5 (mdoc), Token Status List draft, OpenID Identity Assurance (verified_claims), ETSI TS 119 461.

pub mod assurance;
pub mod bundle;
pub mod chain;
mod checks;
pub mod claims;
pub mod document_register;
pub mod evidence;
pub mod format;
pub mod holder;
pub mod issuer;
pub mod key_file;
pub mod mdoc;
pub mod officer;
pub mod pkcs11;
pub mod procedure;
pub mod receipt;
pub mod requirements;
pub mod sdjwt;
pub mod signer;
pub mod statement;
pub mod status;
pub mod subject;
pub mod test_issuer;
pub mod verify;

pub use assurance::{
    AssuranceLevel, CaptureProvenance, ChipAuthenticity, DemonstrationModels, Examined, Facts,
};
pub use chain::{ChainError, IssuerCertificate};
pub use evidence::FaceEvidence;
pub use format::{Attestation, AttestationError, PresentError};
pub use holder::{HolderKey, HolderKeyError, HolderSecret};
pub use issuer::{IssuerError, IssuerKey};
pub use key_file::KeyFileError;
pub use mdoc::Mdoc;
pub use pkcs11::{Token, TokenError, TokenUri};
pub use procedure::{ExaminationKind, Procedure, ProcedureError};
pub use receipt::{ReceiptError, check_receipt, sign_receipt};
pub use requirements::{Requirement, Run, Standing, requirements};
pub use sdjwt::SdJwt;
pub use signer::{Es256Signer, SignError};
pub use statement::{Examination, Findings, Statement, StatementError};
pub use subject::pairwise_subject;
pub use test_issuer::{TestIssuer, TestOfficers, make_holder_key, make_test_issuer, make_test_officers};
pub use verify::{Expectations, Presentation, Verification, verify};
