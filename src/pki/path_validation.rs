//! Certification paths: from a certificate, through others, to one that is trusted. One search for every chain of more
//! than two levels (master list signers, and what others' test suites ask), on the same step between certificate and
//! issuer as the chain of a document signer ([`super::chain`]).
//!
//! Signatures, validity, names, the CA flag, key usage and path length are judged. Policies are not processed, since
//! Doc 9303-12 gives them no effect; name constraints, policy constraints and whatever else is critical and unknown is
//! refused as not supported, never read over in silence.
//! Source: RFC 5280 section 6.1; Doc 9303-12 sections 4.1 and 7.1.

use super::Tolerance;
use super::certificate::{Certificate, IssuedError};
use super::path::{Fit, fit, issued, unprocessed_extension};
use time::OffsetDateTime;

/// Most signatures that one search verifies, so that hostile certificates that all fit cost a bounded time.
pub const MAX_SIGNATURES: usize = 128;

/// What a path is judged by.
#[derive(Debug, Clone, Copy)]
pub struct PathRules<'a> {
    /// The time at which every certificate must be valid.
    pub at: OffsetDateTime,
    /// Most certificates between the first and the trusted one; self-issued ones do not count.
    pub max_intermediates: usize,
    /// The deviations that are read over; any other refuses the step.
    pub accepted: &'a [Tolerance],
}

impl PathRules<'_> {
    /// RFC 5280 to the letter: names may differ in string type, case and spaces only (section 7.1).
    pub const STRICT: [Tolerance; 1] = [Tolerance::IssuerNameNormalised];
}

/// A path that was found valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidPath {
    /// The certificates between the first and the trusted one, in the order of issuing upwards.
    pub intermediates: Vec<Certificate>,
    /// The trusted one; the first certificate itself where that is trusted.
    pub anchor: Certificate,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

/// Why no path is valid: the problem that was met furthest up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathFault {
    /// Nobody that fits issued it.
    #[error("no issuer of {subject} is there")]
    NoIssuer {
        /// The certificate that has no issuer.
        subject: String,
    },
    /// The signature was not made by the issuer that fits.
    #[error("the signature of {subject} does not verify")]
    Signature {
        /// The certificate.
        subject: String,
    },
    /// Algorithm or key cannot be used.
    #[error("the signature of {subject}: {problem}")]
    Unusable {
        /// The certificate.
        subject: String,
        /// What is wrong.
        problem: String,
    },
    /// A certificate is not valid at the time.
    #[error("{subject} is not valid at {at}")]
    Validity {
        /// The certificate.
        subject: String,
        /// The time judged by.
        at: OffsetDateTime,
    },
    /// A critical extension, or one that narrows the path, is not supported.
    #[error("{subject} has the extension {extension}, which is not supported")]
    Extension {
        /// The certificate.
        subject: String,
        /// The extension, dotted.
        extension: String,
    },
    /// A deviation that the rules do not accept.
    #[error("the issuer {issuer} of {subject} is not accepted: {}", tolerance.code())]
    Deviation {
        /// The certificate.
        subject: String,
        /// Its issuer.
        issuer: String,
        /// What would have to be accepted.
        tolerance: Tolerance,
    },
    /// More certificates between than allowed.
    #[error("more than {0} certificates between")]
    TooLong(usize),
    /// More than [`MAX_SIGNATURES`] signatures would have to be verified.
    #[error("more than {MAX_SIGNATURES} signatures to try")]
    TooMany,
}

/// Looks for a path from `end` through `intermediates` to one of `anchors`; trusted issuers are tried first.
///
/// # Errors
/// [`PathFault`].
pub fn find_path(
    end: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    rules: &PathRules<'_>,
) -> Result<ValidPath, PathFault> {
    let mut search = Search { intermediates, anchors, rules, tries: 0, fault: None };
    search.fit_for_use(end)?;
    if anchors.contains(end) {
        return Ok(ValidPath { intermediates: Vec::new(), anchor: end.clone(), tolerated: Vec::new() });
    }
    let mut path = vec![end];
    match search.upwards(&mut path, 0) {
        Some((anchor, mut tolerated)) => {
            tolerated.sort_unstable();
            tolerated.dedup();
            let intermediates = path.iter().skip(1).map(|certificate| (*certificate).clone()).collect();
            Ok(ValidPath { intermediates, anchor: anchor.clone(), tolerated })
        }
        None => {
            let nobody = || PathFault::NoIssuer { subject: end.subject.to_string() };
            Err(search.fault.map_or_else(nobody, |(_, fault)| fault))
        }
    }
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    rules: &'a PathRules<'a>,
    tries: usize,
    /// The fault met furthest up, with its height.
    fault: Option<(usize, PathFault)>,
}

impl<'a> Search<'a> {
    /// The trusted certificate above the last of `path`, which grows to the one below it. `below` counts the
    /// intermediates of the path that are not self-issued.
    fn upwards(
        &mut self,
        path: &mut Vec<&'a Certificate>,
        below: usize,
    ) -> Option<(&'a Certificate, Vec<Tolerance>)> {
        let current = *path.last()?;
        let tried = self.tries;
        let all = self.anchors.iter().map(|one| (one, true));
        for (candidate, trusted) in all.chain(self.intermediates.iter().map(|one| (one, false))) {
            if path.contains(&candidate) {
                continue;
            }
            let Some(fit) = fit(current, candidate) else { continue };
            if self.tries == MAX_SIGNATURES {
                self.fault = Some((usize::MAX, PathFault::TooMany));
                return None;
            }
            self.tries += 1;
            let mut tolerated = match self.step(current, candidate, &fit, below) {
                Ok(tolerated) => tolerated,
                Err(fault) => {
                    self.note(path.len(), fault);
                    continue;
                }
            };
            if trusted {
                return Some((candidate, tolerated));
            }
            let below = below + usize::from(!candidate.is_self_issued());
            if below > self.rules.max_intermediates {
                self.note(path.len(), PathFault::TooLong(self.rules.max_intermediates));
                continue;
            }
            path.push(candidate);
            if let Some((anchor, above)) = self.upwards(path, below) {
                tolerated.extend(above);
                return Some((anchor, tolerated));
            }
            path.pop();
        }
        if self.tries == tried {
            self.note(path.len(), PathFault::NoIssuer { subject: current.subject.to_string() });
        }
        None
    }

    /// Keeps the fault that was met furthest up. Another key of the same name says less than what is wrong with the
    /// right one.
    fn note(&mut self, height: usize, fault: PathFault) {
        let weight = |height, fault: &PathFault| (height, !matches!(fault, PathFault::Signature { .. }));
        if self.fault.as_ref().is_none_or(|(known, old)| weight(*known, old) < weight(height, &fault)) {
            self.fault = Some((height, fault));
        }
    }

    /// Whether a certificate may stand in a path at all.
    fn fit_for_use(&self, certificate: &Certificate) -> Result<(), PathFault> {
        let subject = || certificate.subject.to_string();
        if !certificate.is_valid_at(self.rules.at) {
            return Err(PathFault::Validity { subject: subject(), at: self.rules.at });
        }
        match unprocessed_extension(certificate) {
            Some(extension) if !self.rules.accepted.contains(&Tolerance::ExtensionNotProcessed) => {
                Err(PathFault::Extension { subject: subject(), extension: extension.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Whether `issuer` may have issued `certificate`, and did.
    fn step(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        fit: &Fit,
        below: usize,
    ) -> Result<Vec<Tolerance>, PathFault> {
        let subject = certificate.subject.to_string();
        let tolerated = issued(certificate, issuer, fit, below).map_err(|error| match error {
            IssuedError::Signature(_) => PathFault::Signature { subject: subject.clone() },
            other => PathFault::Unusable { subject: subject.clone(), problem: other.to_string() },
        })?;
        self.fit_for_use(issuer)?;
        match tolerated.iter().find(|tolerance| !self.rules.accepted.contains(tolerance)) {
            Some(tolerance) => Err(PathFault::Deviation {
                subject,
                issuer: issuer.subject.to_string(),
                tolerance: *tolerance,
            }),
            None => Ok(tolerated),
        }
    }
}
