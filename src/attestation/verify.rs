//! Verifying an attestation: one check after the other, each with one of the five results. What rests on a check that
//! did not succeed is `aborted`, so that nothing unverified is ever reported as found.
//! Source: RFC 9901 section 7.1, SD-JWT VC draft (verification), RFC 7519 section 4.1 (time claims).

use super::chain::{IssuerCertificate, check_chain};
use super::checks::Bound;
use super::holder::HolderKey;
use super::procedure::Procedure;
use super::sdjwt::{Audience, KeyBindingError, Resolved, SdJwt, SdJwtError, TYP, resolve, strict_json};
use super::status::StatusReference;
use crate::biometrics::Verdict;
use crate::lds::Personal;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

/// The type of titre's attestations; `:test` follows under a test issuer.
pub const VCT: &str = "urn:titre:enrollment:1";
/// The type of attestations that say nothing about a real person.
pub const VCT_TEST: &str = "urn:titre:enrollment:1:test";
/// How far the issuer's clock may be ahead of the verifier's.
pub(super) const CLOCK_LEEWAY: Duration = Duration::minutes(1);

/// What the verifier knows beforehand.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// Issuer certificates (a root, an intermediate or the signer itself) that the verifier trusts.
    pub pinned: &'a [IssuerCertificate],
    /// The time to judge by.
    pub at: OffsetDateTime,
    /// The key that the attestation must be bound to, where the verifier knows it.
    pub holder: Option<&'a HolderKey>,
    /// Whom the attestation must be presented to, with a proof of possession; where it is `None`, a proof that comes along
    /// is not looked at.
    pub presentation: Option<Presentation<'a>>,
    /// What the verifier asks besides.
    pub procedure: &'a Procedure,
    /// The status list that the verifier has fetched, as it was published.
    pub status_list: Option<&'a str>,
}

/// What a proof of possession must answer.
#[derive(Debug, Clone, Copy)]
pub struct Presentation<'a> {
    /// The verifier's own name and its nonce.
    pub audience: Audience<'a>,
    /// How long ago the proof may have been made.
    pub max_age: Duration,
}

/// One check and its result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AttestationCheck {
    /// Stable id: `attestation.signature`.
    pub id: &'static str,
    /// The result.
    pub result: Verdict,
    /// Why it is not successful: a stable code, dotted lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// What was found out. `claims` are there only where signature, issuer and disclosures are in order.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The checks, in their order.
    pub checks: Vec<AttestationCheck>,
    /// The claims that are signed, with what was disclosed.
    pub claims: Option<Personal<Map<String, Value>>>,
    /// Where disclosures went.
    pub disclosed: Vec<String>,
    /// Digests without a disclosure: withheld, or decoys.
    pub withheld: usize,
    /// Whether the issuer is a test issuer: the attestation then says nothing about a real person.
    pub test: bool,
    /// The signer's name, once its chain is in order.
    pub issuer: Option<String>,
    /// What the verifier may call the holder by, once the holder has proved to be there.
    pub subject: Option<String>,
}

impl Verification {
    /// All checks together: failed > aborted > undetermined > not_supported > successful.
    #[must_use]
    pub fn result(&self) -> Verdict {
        self.checks.iter().fold(Verdict::Successful, |all, check| all.and(check.result))
    }

    /// The first reason of a check that did not succeed.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.checks.iter().find_map(|check| check.reason)
    }
}

/// The checks of every attestation, in their order.
pub const CHECKS: [&str; 6] = [
    "attestation.signature",
    "attestation.issuer",
    "attestation.disclosures",
    "attestation.type",
    "attestation.validity",
    "attestation.holder_key",
];
/// The check of an attestation that has a status list.
pub const STATUS: &str = "attestation.status";
/// The check of an attestation that comes with a proof of possession.
pub const KEY_BINDING: &str = "attestation.key_binding";
/// The check that is made where the verifier limits the age of the enrollment.
pub const AGE: &str = "attestation.age";
/// The check that is made where the verifier asks for a level.
pub const ASSURANCE: &str = "attestation.assurance";
/// The check that is made where the verifier says how the holder must have been examined.
pub const EXAMINATION: &str = "attestation.examination";

/// Every reason that a check can give.
pub const REASONS: [&str; 66] = [
    "token.too_large",
    "token.format",
    "header.malformed",
    "header.algorithm",
    "header.type",
    "header.critical",
    "header.certificates",
    "signature.invalid",
    "payload.malformed",
    "payload.digest_algorithm",
    "payload.digest_misplaced",
    "payload.digest_twice",
    "payload.doc_type",
    "disclosure.malformed",
    "disclosure.twice",
    "disclosure.unreferenced",
    "disclosure.conflict",
    "disclosure.never_selective",
    "issuer.certificate_malformed",
    "issuer.certificate_algorithm",
    "issuer.certificate_validity",
    "issuer.certificate_usage",
    "issuer.certificate_critical_extension",
    "issuer.certificate_signature",
    "issuer.not_pinned",
    "type.unknown",
    "type.test_issuer_without_test_type",
    "type.test_type_without_test_issuer",
    "type.issuer_name",
    "validity.malformed",
    "validity.not_yet",
    "validity.expired",
    "validity.outside_certificate",
    "holder_key.missing",
    "holder_key.malformed",
    "holder_key.another",
    "status.not_checked",
    "status.unreachable",
    "status.media_type",
    "status.missing",
    "status.reference",
    "status.malformed",
    "status.signature",
    "status.issuer",
    "status.another_list",
    "status.stale",
    "status.index",
    "status.revoked",
    "status.suspended",
    "status.unknown",
    "key_binding.not_checked",
    "key_binding.missing",
    "key_binding.malformed",
    "key_binding.signature",
    "key_binding.presentation",
    "key_binding.audience",
    "key_binding.nonce",
    "key_binding.time",
    "key_binding.session",
    "key_binding.no_time",
    "age.too_old",
    "assurance.not_stated",
    "assurance.too_low",
    "examination.not_stated",
    "examination.not_accepted",
    "check.not_reached",
];

/// A result that is not successful, with its reason.
pub(super) type Refusal = (Verdict, &'static str);

pub(super) const fn failed(reason: &'static str) -> Refusal {
    (Verdict::Failed, reason)
}

/// Verifies `token`.
#[must_use]
pub fn verify(token: &SdJwt, expect: &Expectations<'_>) -> Verification {
    let mut found = Verification::new();
    if let Some((resolved, leaf)) = signed_claims(token, expect, &mut found) {
        let has_proof = token.key_binding().is_some();
        found.conclude(
            resolved,
            &Bound { leaf: &leaf, types: [VCT, VCT_TEST], has_proof },
            expect,
            || Ok(()),
            |key, presentation| {
                let Presentation { audience, max_age } = *presentation;
                token
                    .verify_key_binding(&key.public_key().into(), audience, expect.at, max_age)
                    .map_err(|error: KeyBindingError| failed(error.reason()))
            },
        );
    }
    found.finish()
}

impl Verification {
    pub(super) const fn new() -> Self {
        Self {
            checks: Vec::new(),
            claims: None,
            disclosed: Vec::new(),
            withheld: 0,
            test: false,
            issuer: None,
            subject: None,
        }
    }

    /// Names the checks that were not reached.
    pub(super) fn finish(mut self) -> Self {
        while self.checks.len() < CHECKS.len() {
            self.push(Err((Verdict::Aborted, "check.not_reached")));
        }
        self
    }
}

impl Verification {
    /// Says why the state could not be looked up: the list did not come.
    #[must_use]
    pub fn without_status_list(mut self, reason: &'static str) -> Self {
        for check in self.checks.iter_mut().filter(|check| check.reason == Some("status.not_checked")) {
            check.reason = Some(reason);
        }
        self
    }

    /// The list that the attestation names, once its signature is found good.
    #[must_use]
    pub fn status_reference(&self) -> Option<StatusReference> {
        StatusReference::from_claim(self.claims.as_ref()?.disclose().get("status")?)
    }

    pub(super) fn push(&mut self, result: Result<(), Refusal>) {
        let id = CHECKS.get(self.checks.len()).copied().unwrap_or("attestation");
        self.push_as(id, result);
    }

    pub(super) fn push_as(&mut self, id: &'static str, result: Result<(), Refusal>) {
        let check = match result {
            Ok(()) => AttestationCheck { id, result: Verdict::Successful, reason: None },
            Err((result, reason)) => AttestationCheck { id, result, reason: Some(reason) },
        };
        self.checks.push(check);
    }

    /// Notes the check's result; gives what it found.
    pub(super) fn step<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        match result {
            Ok(value) => {
                self.push(Ok(()));
                Some(value)
            }
            Err(refusal) => {
                self.push(Err(refusal));
                None
            }
        }
    }
}

/// The first three checks. Nothing of the payload is read before its signature is found good.
fn signed_claims(
    token: &SdJwt,
    expect: &Expectations<'_>,
    found: &mut Verification,
) -> Option<(Resolved, IssuerCertificate)> {
    let (payload, chain) = found.step(signed_payload(token))?;
    check_issuer(&chain, expect, found)?;
    let resolved = strict_json::parse_object(&payload)
        .map_err(SdJwtError::Payload)
        .and_then(|payload| resolve(&payload, &token.disclosures()?))
        .map_err(|error| failed(error.reason()));
    Some((found.step(resolved)?, chain.into_iter().next()?))
}

/// The check of the chain; notes whose it is.
pub(super) fn check_issuer(
    chain: &[IssuerCertificate],
    expect: &Expectations<'_>,
    found: &mut Verification,
) -> Option<()> {
    let anchor = check_chain(chain, expect.pinned, expect.at).map_err(|error| failed(error.reason()));
    let anchor = found.step(anchor)?;
    found.test = anchor.is_test() || chain.iter().any(IssuerCertificate::is_test);
    found.issuer = chain.first().map(|leaf| leaf.subject().to_owned());
    Some(())
}

fn signed_payload(token: &SdJwt) -> Result<(Vec<u8>, Vec<IssuerCertificate>), Refusal> {
    let refused = |error: SdJwtError| failed(error.reason());
    let jws = token.jws().map_err(refused)?;
    if jws.header().typ() != Some(TYP) {
        return Err(refused(SdJwtError::Type));
    }
    let x5c = jws.header().x5c().map_err(refused)?;
    let chain = x5c
        .iter()
        .map(|der| IssuerCertificate::from_der(der).map_err(|error| failed(error.reason())))
        .collect::<Result<Vec<_>, _>>()?;
    let leaf = chain.first().ok_or(refused(SdJwtError::Certificates))?;
    let payload = jws.verify(leaf.key()).map_err(refused)?;
    Ok((payload, chain))
}
