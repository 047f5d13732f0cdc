//! The checks that an attestation of every format has once its issuer's signature is found good, on its claims.
//! Source: SD-JWT VC draft (verification), RFC 7519 section 4.1 (time claims), ISO/IEC 18013-5:2021 section 9.3.1.

use super::chain::IssuerCertificate;
use super::holder::HolderKey;
use super::procedure;
use super::sdjwt::Resolved;
use super::status::{StatusReference, StatusToken};
use super::subject::pairwise_subject;
use super::verify::{
    CLOCK_LEEWAY, Expectations, KEY_BINDING, Presentation, Refusal, STATUS, Verification, failed,
};
use crate::biometrics::Verdict;
use crate::lds::Personal;
use serde_json::{Map, Value};
use time::OffsetDateTime;

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
