//! A file with what passive authentication says of it. A key counts only where its file was signed by a trusted
//! issuer: whoever can write the file can write a key of his own.
//! Source: BSI TR-03110-1 section 3.4.2; Doc 9303-11 section 6.

use super::check::Finding;
use super::result::CheckResult;
use crate::lds::FileId;

/// A file and its standing.
#[derive(Debug, Clone, Copy)]
pub struct Protected<'a> {
    /// The file, where it was read.
    pub bytes: Option<&'a [u8]>,
    /// Whether EF.SOD lists it.
    pub listed: bool,
    /// Passive authentication of this file: security object, signer, chain, validity, and its own hash.
    pub authenticated: CheckResult,
}

impl Protected<'_> {
    /// `finding`, where the `file` is authenticated; else no more than passive authentication came to.
    #[must_use]
    pub fn gate(&self, file: FileId, finding: Finding) -> Finding {
        match self.authenticated {
            CheckResult::Successful => finding,
            CheckResult::Failed => Finding::failed("key_file_not_authentic").with("file", file),
            _ => Finding::undetermined("key_file_not_authenticated").with("file", file),
        }
    }
}
