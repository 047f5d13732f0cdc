//! The statement: every finding that an attestation rests on, checked once more before anything is signed. A
//! [`Statement`] exists only where consent, document, liveness and comparison all hold; there is no other way to
//! [`Statement::sign`].
//! Source: SD-JWT VC draft, OpenID identity assurance (`verified_claims`), ETSI TS 119 461 clause 8.5.

use super::assurance::{Assurance, NotATestIssuer, assess};
use super::chain::ChainError;
use super::claims::{expiry_date, holder_claims};
use super::consent::{Consent, ConsentError, Purpose};
use super::evidence::{DocumentEvidence, FaceEvidence};
use super::holder::HolderKey;
use super::issuer::IssuerKey;
use super::sdjwt::{Claim, IssueError, SdJwt, base64url};
use super::verify::{VCT, VCT_TEST};
use crate::biometrics::{Decision, Verdict};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use crate::lds::{Dg1, Dg11};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, Time};

/// The rules by which an attestation is given; its digest stands in each.
pub const POLICY: &str = include_str!("policy.txt");
/// The identifier of [`POLICY`].
pub const POLICY_ID: &str = "urn:titre:policy:enrollment:1";
/// Longest validity.
const VALIDITY: Duration = Duration::days(365);
/// Digests are filled up to a multiple of this, so that their number does not tell which claims a document gave.
const PAD_TO: usize = 8;

/// All that is known when it comes to signing.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// The receipt.
    pub consent: &'a Consent,
    /// The result of the whole inspection.
    pub inspection: Verdict,
    /// The document.
    pub document: &'a DocumentEvidence,
    /// DG1, verified.
    pub dg1: &'a Dg1,
    /// DG11, verified, where the document has it.
    pub dg11: Option<&'a Dg11>,
    /// The face.
    pub face: FaceEvidence<'a>,
    /// The time that all was judged by.
    pub at: OffsetDateTime,
}

/// Why nothing is signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The consent does not cover it.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// The inspection did not end well.
    #[error("the inspection is {}", .0.as_str())]
    Inspection(Verdict),
    /// The document has no date of expiry that can be read, or it has passed.
    #[error("the document has expired or says no date of expiry")]
    DocumentExpired,
    /// Presentation attack detection did not end well.
    #[error("presentation attack detection is {}", .0.as_str())]
    Liveness(Verdict),
    /// The challenge was not met, or there was none.
    #[error("the challenge is {}", .0.as_str())]
    Challenge(Verdict),
    /// The face is not the portrait's.
    #[error("the comparison is {}", .0.as_str())]
    Comparison(Decision),
    /// The key may not sign this.
    #[error(transparent)]
    NotATestIssuer(#[from] NotATestIssuer),
    /// A certificate of the issuer is not valid at the time.
    #[error(transparent)]
    Issuer(#[from] ChainError),
    /// No salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The token cannot be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

/// Findings that hold.
#[derive(Debug)]
pub struct Statement<'a> {
    findings: Findings<'a>,
    expires: Date,
}

impl<'a> Statement<'a> {
    /// Checks every finding.
    ///
    /// # Errors
    /// [`StatementError`], in the order consent, document, liveness, comparison.
    pub fn new(findings: Findings<'a>) -> Result<Self, StatementError> {
        findings.consent.check(&Purpose::ALL, findings.at)?;
        if findings.inspection != Verdict::Successful {
            return Err(StatementError::Inspection(findings.inspection));
        }
        let today = findings.at.date();
        let expires = expiry_date(&findings.dg1.mrz, today).filter(|last_day| *last_day >= today);
        let expires = expires.ok_or(StatementError::DocumentExpired)?;
        let liveness = findings.face.liveness;
        if liveness.pad.result != Verdict::Successful {
            return Err(StatementError::Liveness(liveness.pad.result));
        }
        let challenge = liveness.challenge.as_ref().map_or(Verdict::NotSupported, |report| report.result);
        if challenge != Verdict::Successful {
            return Err(StatementError::Challenge(challenge));
        }
        if liveness.result != Verdict::Successful {
            return Err(StatementError::Liveness(liveness.result));
        }
        if findings.face.comparison.decision != Decision::Match {
            return Err(StatementError::Comparison(findings.face.comparison.decision));
        }
        Ok(Self { findings, expires })
    }

    /// What the attestation will claim under this issuer.
    ///
    /// # Errors
    /// [`NotATestIssuer`].
    pub fn assurance(&self, issuer: &IssuerKey) -> Result<Assurance, NotATestIssuer> {
        let document = self.findings.document;
        assess(document.provenance, self.findings.face.capture, document.chip, issuer.is_test())
    }

    /// Signs the attestation for the holder of `holder`.
    ///
    /// # Errors
    /// [`StatementError`]: `NotATestIssuer`, `Issuer`, `Entropy`, `Issue`.
    pub fn sign(
        &self,
        issuer: &IssuerKey,
        holder: &HolderKey,
        entropy: &mut dyn Entropy,
    ) -> Result<SdJwt, StatementError> {
        let Findings { consent, document, dg1, dg11, face, at, .. } = self.findings;
        let assurance = self.assurance(issuer)?;
        issuer.check_validity(at)?;
        let time = at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default();
        let mut id = [0u8; 16];
        entropy.fill("attestation.id", &mut id)?;
        let evidence = vec![document.to_claim(&time, entropy)?, face.to_claim(&time)];
        let process = json!({
            "policy": POLICY_ID,
            "policy_sha256": hex::encode(HashAlgorithm::Sha256.digest(POLICY.as_bytes())),
            "profile": document.profile,
            "trust_store_sha256": document.trust_store_sha256,
            "models": face.models(),
            "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        });
        // The receipt is named to the holder, who may show it; to others it would be one more thing to link by.
        let receipt = json!({"receipt_sha256": consent.sha256(), "text_sha256": consent.text_sha256()});
        let verification = vec![
            ("trust_framework", Claim::Plain(json!("urn:titre:framework:local"))),
            ("assurance_level", Claim::Plain(json!(assurance.level))),
            ("assurance_limits", Claim::Plain(json!(assurance.limits))),
            ("time", Claim::Plain(json!(time))),
            ("provenance", Claim::Plain(json!({"document": document.provenance, "capture": face.capture}))),
            ("verification_process", Claim::selective(consent.session())),
            ("assurance_process", Claim::Plain(process)),
            ("consent", Claim::selective(receipt)),
            ("evidence", Claim::Array(evidence)),
        ];
        let vct = if assurance.test { VCT_TEST } else { VCT };
        let seconds = |moment: OffsetDateTime| Claim::Plain(json!(moment.unix_timestamp()));
        let mut claims = Vec::new();
        claims.extend(issuer.uri().map(|uri| ("iss", Claim::Plain(json!(uri)))));
        claims.extend([
            ("iat", seconds(at)),
            ("nbf", seconds(at)),
            ("exp", seconds(self.end(issuer))),
            ("vct", Claim::Plain(json!(vct))),
            ("cnf", Claim::Plain(json!({"jwk": holder.to_jwk()}))),
            ("jti", Claim::selective(base64url(&id))),
        ]);
        claims.extend(holder_claims(dg1, dg11, at));
        claims.push(("verified_claims", Claim::Object(vec![("verification", Claim::Object(verification))])));
        Ok(issuer.issue(claims, PAD_TO, entropy)?)
    }

    /// A year, but no longer than the document and the issuer's certificate.
    fn end(&self, issuer: &IssuerKey) -> OffsetDateTime {
        let document = self.expires.saturating_add(Duration::DAY).with_time(Time::MIDNIGHT).assume_utc();
        self.findings.at.saturating_add(VALIDITY).min(document).min(issuer.leaf().not_after())
    }
}
