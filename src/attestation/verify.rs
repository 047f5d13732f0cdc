//! Verifying an attestation: one check after the other, each with one of the five results. What rests on a check that
//! did not succeed is `aborted`, so that nothing unverified is ever reported as found.
//! Source: RFC 9901 section 7.1, SD-JWT VC draft (verification), RFC 7519 section 4.1 (time claims).

use super::chain::{IssuerCertificate, check_chain};
use super::holder::HolderKey;
use super::procedure::{self, Procedure};
use super::sdjwt::{Audience, KeyBindingError, Resolved, SdJwt, SdJwtError, TYP, resolve, strict_json};
use super::status::{StatusReference, StatusToken};
use super::subject::pairwise_subject;
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

/// What of a format the checks need that all formats share.
pub(super) struct Bound<'a> {
    /// Who signed.
    pub leaf: &'a IssuerCertificate,
    /// The type, and the type under a test issuer.
    pub types: [&'static str; 2],
    /// Whether a proof of possession came along.
    pub has_proof: bool,
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

    /// The checks from the type on. `prove` verifies the proof of possession with the key that the claims name; `more` is
    /// what a format asks of validity besides.
    pub(super) fn conclude(
        &mut self,
        resolved: Resolved,
        bound: &Bound<'_>,
        expect: &Expectations<'_>,
        more: impl FnOnce() -> Result<(), Refusal>,
        prove: impl FnOnce(&HolderKey, &Presentation<'_>) -> Result<(), Refusal>,
    ) {
        (self.disclosed, self.withheld) = (resolved.disclosed, resolved.withheld);
        let claims = resolved.claims.into_disclosed();
        self.push(check_type(&claims, bound, self.test));
        self.push(check_times(&claims, expect.at).and_then(|()| more()));
        self.push(check_holder(&claims, expect.holder));
        if let Some(result) = check_status(&claims, self.test, expect) {
            self.push_as(STATUS, result);
        }
        match &expect.presentation {
            Some(presentation) => {
                let key = bound_key(&claims);
                let proven = key.and_then(|key| prove(&key, presentation).map(|()| key));
                self.subject =
                    proven.as_ref().ok().map(|key| pairwise_subject(key, presentation.audience.name));
                self.push_as(KEY_BINDING, proven.map(drop));
            }
            None if bound.has_proof => {
                self.push_as(KEY_BINDING, Err((Verdict::Undetermined, "key_binding.not_checked")));
            }
            None => {}
        }
        for (id, result) in procedure::check(&claims, expect.procedure, expect.at) {
            self.push_as(id, result);
        }
        self.claims = Some(Personal::new(claims));
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

    fn push(&mut self, result: Result<(), Refusal>) {
        let id = CHECKS.get(self.checks.len()).copied().unwrap_or("attestation");
        self.push_as(id, result);
    }

    fn push_as(&mut self, id: &'static str, result: Result<(), Refusal>) {
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

/// The type, and that `:test` stands exactly where a test issuer signed; `iss` is a name of the signer.
fn check_type(claims: &Map<String, Value>, bound: &Bound<'_>, test: bool) -> Result<(), Refusal> {
    let [real, for_tests] = bound.types;
    match claims.get("vct").and_then(Value::as_str) {
        Some(vct) if vct == real && test => return Err(failed("type.test_issuer_without_test_type")),
        Some(vct) if vct == for_tests && !test => return Err(failed("type.test_type_without_test_issuer")),
        Some(vct) if vct == real || vct == for_tests => {}
        _ => return Err(failed("type.unknown")),
    }
    match claims.get("iss") {
        None => Ok(()),
        Some(Value::String(iss)) if bound.leaf.issuer_uris().contains(iss) => Ok(()),
        Some(_) => Err(failed("type.issuer_name")),
    }
}

fn check_times(claims: &Map<String, Value>, at: OffsetDateTime) -> Result<(), Refusal> {
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .map(Some)
            .ok_or(failed("validity.malformed")),
    };
    let expires = time("exp")?.ok_or(failed("validity.malformed"))?;
    let latest_start = at.saturating_add(CLOCK_LEEWAY);
    if time("nbf")?.is_some_and(|start| start > latest_start)
        || time("iat")?.is_some_and(|issued| issued > latest_start)
    {
        return Err(failed("validity.not_yet"));
    }
    if expires <= at { Err(failed("validity.expired")) } else { Ok(()) }
}

/// Whether it still stands. One that has a status list is not known to stand without it, and neither is one that has none
/// where the verifier wants to know.
fn check_status(
    claims: &Map<String, Value>,
    test: bool,
    expect: &Expectations<'_>,
) -> Option<Result<(), Refusal>> {
    let undetermined = |reason| Some(Err((Verdict::Undetermined, reason)));
    match (claims.get("status"), expect.status_list) {
        (None, None) if !expect.procedure.status => None,
        (None, _) => undetermined("status.missing"),
        (Some(_), None) => undetermined("status.not_checked"),
        (Some(claim), Some(text)) => {
            let Some(reference) = StatusReference::from_claim(claim) else {
                return Some(Err(failed("status.reference")));
            };
            match StatusToken::verify(text, expect.pinned, expect.at) {
                Ok(list) => Some(list.judge(&reference, test, expect.at)),
                Err(reason) => undetermined(reason),
            }
        }
    }
}

fn bound_key(claims: &Map<String, Value>) -> Result<HolderKey, Refusal> {
    let jwk = claims.get("cnf").and_then(|cnf| cnf.get("jwk")).and_then(Value::as_object);
    let key = jwk.ok_or(failed("holder_key.missing"))?;
    HolderKey::from_jwk(key).map_err(|_| failed("holder_key.malformed"))
}

fn check_holder(claims: &Map<String, Value>, expected: Option<&HolderKey>) -> Result<(), Refusal> {
    let key = bound_key(claims)?;
    match expected {
        Some(expected) if *expected != key => Err(failed("holder_key.another")),
        _ => Ok(()),
    }
}
