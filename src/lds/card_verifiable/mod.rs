//! Card verifiable certificates: what a terminal shows a chip so that it may read fingerprints or irises. A country
//! verifying CA (CVCA) certifies document verifiers (DV), these certify inspection systems (IS).
//! Source: BSI TR-03110-3 sections 2.5 and 2.6, appendices C (profile) and D (encoding); Doc 9303-11 section 7.1.4.

mod authorization;
mod certificate;
mod chain;
mod key;
mod reference;

pub use authorization::{Authorization, ID_IS, Role};
pub use certificate::{CardVerifiableCertificate, CertificateBody, MAX_CERTIFICATE};
pub use chain::{ChainError, ChainProblem, Holder, MAX_CHAIN, verify_chain};
pub use key::{TerminalPublicKey, TerminalScheme};
pub use reference::KeyReference;
