//! The statement: every finding that an attestation rests on, checked once more before anything is signed. A
//! [`Statement`] exists only where consent, document, liveness and comparison all hold; there is no other way to
//! [`Statement::sign`].
//! Source: SD-JWT VC draft, OpenID identity assurance (`verified_claims`), ETSI TS 119 461 clause 8.5.

use super::assurance::{
    Assurance, DemonstrationModels, Examined, Facts, NotATestIssuer, assess, require_models,
};
use super::chain::ChainError;
use super::claims::{expiry_date, holder_claims};
use super::evidence::{DocumentFindings, FaceEvidence};
use super::holder::HolderKey;
use super::issuer::IssuerKey;
use super::mdoc::{self, Mdoc, MdocIssueError};
use super::officer::{self, OfficerError};
use super::sdjwt::{Claim, IssueError, SdJwt, base64url};
use super::status::StatusReference;
use crate::biometrics::{Decision, Verdict};
use crate::consent::{Consent, ConsentError, Ground, Purpose};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use crate::inspection::{CheckResult, Inspection, Profile, Subject};
use crate::lds::{Dg1, Dg11, FileId};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, Time};

/// The rules by which an attestation is given; its digest stands in each.
pub const POLICY: &str = include_str!("policy.txt");
/// The identifier of [`POLICY`].
pub const POLICY_ID: &str = "urn:titre:policy:enrollment:1";
/// Longest validity.
const VALIDITY: Duration = Duration::days(365);
/// Digests of the top level are filled up to a multiple of this, so that their number does not tell which claims a document gave.
const PAD_TO: usize = 8;

/// All that is known when it comes to signing.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// The receipt.
    pub consent: &'a Consent,
    /// The inspection of `subject`.
    pub inspection: &'a Inspection,
    /// The files that were inspected: the claims are made from these very bytes.
    pub subject: &'a Subject,
    /// How the holder was compared with the portrait.
    pub examination: Examination<'a>,
    /// The time that all was judged by.
    pub at: OffsetDateTime,
}

/// How it was found out that the person is the holder. The attestation is of one type whatever it was; a verifier tells
/// them apart by the evidence.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Examination<'a> {
    /// Face recognition on a video.
    Face(FaceEvidence<'a>),
    /// A comparison by one officer that a second one signed off; no model took part.
    Officer(&'a officer::Examined),
}

impl Examination<'_> {
    /// What the person must have agreed to.
    const fn purposes(&self) -> &'static [Purpose] {
        match self {
            Self::Face(_) => &Purpose::ALL,
            Self::Officer(_) => &Purpose::HUMAN_PATH,
        }
    }
}

/// Why nothing is signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The consent does not cover it.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// The face was processed on another ground than this consent.
    #[error("the face was not processed on the ground of this consent")]
    AnotherGround,
    /// The inspection did not end well.
    #[error("the inspection is {}", .0.word())]
    Inspection(CheckResult),
    /// What was inspected is a single file, or nobody knows where it comes from.
    #[error("this is no document that was read")]
    NoDocument,
    /// A file that the claims are made from is not covered by passive authentication.
    #[error("{0} is missing, malformed or not authenticated")]
    File(&'static str),
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
    /// The officers' examination does not serve.
    #[error(transparent)]
    Officer(#[from] OfficerError),
    /// The models that compared are below what the profile demands.
    #[error("the face models are below the floor of the profile: {0}")]
    BelowFloor(String),
    /// The key may not sign this.
    #[error(transparent)]
    NotATestIssuer(#[from] NotATestIssuer),
    /// The key may not sign what these models say.
    #[error(transparent)]
    DemonstrationModels(#[from] DemonstrationModels),
    /// A certificate of the issuer is not valid at the time.
    #[error(transparent)]
    Issuer(#[from] ChainError),
    /// No salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The token cannot be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The mdoc cannot be made.
    #[error(transparent)]
    Mdoc(#[from] MdocIssueError),
}

/// Findings that hold.
#[derive(Debug)]
pub struct Statement<'a> {
    findings: Findings<'a>,
    document: DocumentFindings<'a>,
    dg1: Dg1,
    dg11: Option<Dg11>,
    expires: Date,
}

impl<'a> Statement<'a> {
    /// Checks every finding.
    ///
    /// # Errors
    /// [`StatementError`], in the order consent, document, liveness, comparison.
    pub fn new(findings: Findings<'a>) -> Result<Self, StatementError> {
        findings.consent.check(findings.examination.purposes(), findings.at)?;
        let Findings { inspection, subject, .. } = findings;
        if inspection.verdict != CheckResult::Successful {
            return Err(StatementError::Inspection(inspection.verdict));
        }
        let dg1 =
            authenticated(&findings, 1, "data_groups.dg1.hash").and_then(|bytes| Dg1::parse(bytes).ok());
        let dg1 = dg1.ok_or(StatementError::File("EF.DG1"))?;
        // The portrait that was compared is DG2's; nothing of it goes further, but it must be the document's.
        authenticated(&findings, 2, "data_groups.dg2.hash").ok_or(StatementError::File("EF.DG2"))?;
        let dg11 =
            authenticated(&findings, 11, "data_groups.dg11.hash").and_then(|bytes| Dg11::parse(bytes).ok());
        let code = inspection.document.as_ref().map_or("", |document| document.document_code.as_str());
        let document = DocumentFindings::new(inspection, subject, code).ok_or(StatementError::NoDocument)?;
        let today = findings.at.date();
        let expires = expiry_date(&dg1.mrz, today).filter(|last_day| *last_day >= today);
        let expires = expires.ok_or(StatementError::DocumentExpired)?;
        match findings.examination {
            Examination::Face(face) => {
                require_ground(&face, findings.consent)?;
                require_face(&face, inspection.profile)?;
            }
            Examination::Officer(examined) => {
                let sod = subject.file(FileId::Sod).ok_or(StatementError::NoDocument)?;
                let Findings { consent, at, .. } = findings;
                examined.check(consent.session(), consent.given_at(), sod, at)?;
            }
        }
        Ok(Self { findings, document, dg1, dg11, expires })
    }

    /// What the attestation will claim under this issuer.
    ///
    /// # Errors
    /// [`StatementError`]: `NotATestIssuer`, `DemonstrationModels`.
    pub fn assurance(&self, issuer: &IssuerKey) -> Result<Assurance, StatementError> {
        let facts = self.facts(issuer.is_test());
        let assurance = assess(facts)?;
        if let Examined::ByModels { models, .. } = facts.examined {
            require_models(models, facts.test_issuer)?;
        }
        if let Examination::Officer(examined) = self.findings.examination {
            examined.check_issuer(issuer)?;
        }
        Ok(assurance)
    }

    /// What the level is computed from.
    #[must_use]
    pub fn facts(&self, test_issuer: bool) -> Facts {
        let examined = match self.findings.examination {
            Examination::Face(FaceEvidence { comparison, capture, .. }) => {
                Examined::ByModels { capture, models: comparison.maturity }
            }
            Examination::Officer(_) => Examined::ByOfficers,
        };
        let held = |check: &str| {
            let found = self.findings.inspection.find(check);
            found.is_some_and(|found| found.result == CheckResult::Successful)
        };
        Facts {
            document: self.document.provenance,
            chip: self.document.chip,
            revocation_checked: held("passive_authentication.revocation"),
            register_valid: held("register.status"),
            examined,
            test_issuer,
        }
    }

    /// Signs the attestation for the holder of `holder`, with its place in a status list, as an SD-JWT VC.
    ///
    /// # Errors
    /// [`StatementError`]: `NotATestIssuer`, `DemonstrationModels`, `Issuer`, `Entropy`, `Issue`.
    pub fn sign(
        &self,
        issuer: &IssuerKey,
        holder: &HolderKey,
        status: Option<&StatusReference>,
        entropy: &mut dyn Entropy,
    ) -> Result<SdJwt, StatementError> {
        let claims = self.claims(issuer, holder, status, entropy)?;
        Ok(issuer.issue(claims, PAD_TO, entropy)?)
    }

    /// Signs the attestation as an mdoc, with salts and a place in a status list of its own.
    ///
    /// # Errors
    /// [`StatementError`]: `NotATestIssuer`, `DemonstrationModels`, `Issuer`, `Entropy`, `Mdoc`.
    pub fn sign_mdoc(
        &self,
        issuer: &IssuerKey,
        holder: &HolderKey,
        status: Option<&StatusReference>,
        entropy: &mut dyn Entropy,
    ) -> Result<Mdoc, StatementError> {
        let claims = self.claims(issuer, holder, status, entropy)?;
        Ok(mdoc::issue(claims, issuer, entropy)?)
    }

    /// All claims, in the names of the SD-JWT VC and in their order: what every format is made from. Only here is it asked
    /// whether this issuer may sign them.
    ///
    /// # Errors
    /// [`StatementError`]: `NotATestIssuer`, `DemonstrationModels`, `Issuer`, `Entropy`.
    pub fn claims(
        &self,
        issuer: &IssuerKey,
        holder: &HolderKey,
        status: Option<&StatusReference>,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<(&'static str, Claim)>, StatementError> {
        let at = self.findings.at;
        let assurance = self.assurance(issuer)?;
        issuer.check_validity(at)?;
        let mut id = [0u8; 16];
        entropy.fill("attestation.id", &mut id)?;
        let verification = self.verification(&assurance, entropy)?;
        let seconds = |moment: OffsetDateTime| Claim::Plain(json!(moment.unix_timestamp()));
        let mut claims = Vec::new();
        claims.extend(issuer.uri().map(|uri| ("iss", Claim::Plain(json!(uri)))));
        claims.extend([
            ("iat", seconds(at)),
            ("nbf", seconds(at)),
            ("exp", seconds(self.end(issuer))),
            ("vct", Claim::Plain(json!(assurance.vct()))),
            ("cnf", Claim::Plain(json!({"jwk": holder.to_jwk()}))),
            ("jti", Claim::selective(base64url(&id))),
        ]);
        claims.extend(status.map(|status| ("status", Claim::Plain(status.to_claim()))));
        claims.extend(holder_claims(&self.dg1, self.dg11.as_ref(), at));
        claims.push(("verified_claims", Claim::Object(vec![("verification", Claim::Object(verification))])));
        Ok(claims)
    }

    /// `verified_claims.verification`: how all this was found out.
    fn verification(
        &self,
        assurance: &Assurance,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<(&'static str, Claim)>, StatementError> {
        let Findings { consent, inspection, examination, at, .. } = self.findings;
        let time = at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default();
        let (evidence, models, capture, commitment) = match examination {
            Examination::Face(face) => {
                let document = self.document.to_claim(&time, Vec::new(), entropy)?;
                (vec![document, face.to_claim(&time)], face.models(), json!(face.capture), None)
            }
            Examination::Officer(examined) => {
                let mut evidence = vec![self.document.to_claim(&time, examined.checks(), entropy)?];
                evidence.extend(examined.elements());
                (evidence, Vec::new(), json!("in_person"), Some(examined.commitment(entropy)?))
            }
        };
        let process = json!({
            "policy": POLICY_ID,
            "policy_sha256": hex::encode(HashAlgorithm::Sha256.digest(POLICY.as_bytes())),
            "profile": inspection.profile,
            "trust_store_sha256": inspection.store.digest,
            "models": models,
            "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        });
        // The receipt is named to the holder, who may show it; to others it would be one more thing to link by.
        let receipt = json!({"receipt_sha256": consent.sha256(), "text_sha256": consent.text_sha256()});
        let mut claims = vec![
            ("trust_framework", Claim::Plain(json!("urn:titre:framework:local"))),
            ("assurance_level", Claim::Plain(json!(assurance.level))),
            ("assurance_limits", Claim::Plain(json!(assurance.limits))),
            ("time", Claim::Plain(json!(time))),
            ("provenance", Claim::Plain(json!({"document": self.document.provenance, "capture": capture}))),
            ("verification_process", Claim::selective(consent.session())),
            ("assurance_process", Claim::Plain(process)),
            ("consent", Claim::selective(receipt)),
            ("evidence", Claim::Array(evidence)),
        ];
        claims.extend(commitment.map(|commitment| ("examination", commitment)));
        Ok(claims)
    }

    /// When the attestation ends: after a year, but no later than the document and the issuer's certificate.
    #[must_use]
    pub fn end(&self, issuer: &IssuerKey) -> OffsetDateTime {
        let document = self.expires.saturating_add(Duration::DAY).with_time(Time::MIDNIGHT).assume_utc();
        self.findings.at.saturating_add(VALIDITY).min(document).min(issuer.leaf().not_after())
    }
}

/// The face was processed because this very receipt allows it.
fn require_ground(face: &FaceEvidence<'_>, consent: &Consent) -> Result<(), StatementError> {
    let receipt = consent.sha256();
    let ours = |ground: &Ground| ground.receipt_sha256() == Some(receipt.as_str());
    let both = ours(&face.liveness.ground) && ours(&face.comparison.ground);
    if both { Ok(()) } else { Err(StatementError::AnotherGround) }
}

/// Attack detection, challenge and comparison all hold.
fn require_face(face: &FaceEvidence<'_>, profile: Profile) -> Result<(), StatementError> {
    let FaceEvidence { liveness, comparison, .. } = face;
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
    if comparison.decision != Decision::Match {
        return Err(StatementError::Comparison(comparison.decision));
    }
    match (profile, &comparison.below_kiosk_floor) {
        (Profile::Kiosk, Some(below)) => Err(StatementError::BelowFloor(below.to_string())),
        _ => Ok(()),
    }
}

/// Data group `number`, where the inspection found its hash in the signed EF.SOD.
fn authenticated<'a>(findings: &Findings<'a>, number: u8, check: &str) -> Option<&'a [u8]> {
    let found = findings.inspection.find(check)?;
    (found.result == CheckResult::Successful).then(|| findings.subject.file(FileId::Dg(number)))?
}
