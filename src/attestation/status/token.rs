//! A list as its issuer signs and publishes it, and as a verifier judges it.
//! Source: Token Status List sections 5.1 (Status List Token in JWT) and 8.3 (validation rules).

use super::{Status, StatusList, StatusReference};
use crate::attestation::chain::{IssuerCertificate, check_chain};
use crate::attestation::issuer::IssuerKey;
use crate::attestation::sdjwt::{Jws, strict_json};
use crate::attestation::signer::SignError;
use crate::biometrics::Verdict;
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

/// The type in the header.
const TYP: &str = "statuslist+jwt";
/// Most bytes of a token: a list that does not compress, twice in base64.
pub(super) const MAX_TOKEN: usize = 4 << 20;
/// How far the issuer's clock may be ahead of the verifier's.
const CLOCK_LEEWAY: Duration = Duration::minutes(1);

/// A result that is not successful, with its reason.
type Refusal = (Verdict, &'static str);

/// A list that its issuer vouches for.
#[derive(Debug, Clone)]
pub struct StatusToken {
    list: StatusList,
    uri: String,
    expires: Option<OffsetDateTime>,
    /// When a fresh one must be fetched.
    stale_from: Option<OffsetDateTime>,
    /// Whether a test issuer signed it.
    test: bool,
}

/// Signs a list: it stands at `uri`, is to be fetched again after `ttl`, and is good until `expires`.
///
/// # Errors
/// [`SignError`].
pub fn publish(
    list: &StatusList,
    uri: &str,
    at: OffsetDateTime,
    ttl: Duration,
    expires: OffsetDateTime,
    issuer: &IssuerKey,
) -> Result<String, SignError> {
    let payload = json!({
        "sub": uri,
        "iat": at.unix_timestamp(),
        "exp": expires.unix_timestamp(),
        "ttl": ttl.whole_seconds(),
        "status_list": list.to_json(),
    });
    issuer.sign_jws(TYP, payload.to_string().as_bytes())
}

impl StatusToken {
    /// Reads a token that one of `pinned` vouches for. Nothing of it is believed before.
    ///
    /// # Errors
    /// The reason: `status.malformed`, `status.signature`, `status.issuer`.
    pub fn verify(
        text: &str,
        pinned: &[IssuerCertificate],
        at: OffsetDateTime,
    ) -> Result<Self, &'static str> {
        if text.len() > MAX_TOKEN {
            return Err("status.malformed");
        }
        let jws = Jws::parse(text.trim_end()).map_err(|_| "status.malformed")?;
        if jws.header().typ() != Some(TYP) {
            return Err("status.malformed");
        }
        let x5c = jws.header().x5c().map_err(|_| "status.issuer")?;
        let chain: Result<Vec<_>, _> = x5c.iter().map(|der| IssuerCertificate::from_der(der)).collect();
        let chain = chain.map_err(|_| "status.issuer")?;
        let leaf = chain.first().ok_or("status.issuer")?;
        let payload = jws.verify(leaf.key()).map_err(|_| "status.signature")?;
        let anchor = check_chain(&chain, pinned, at).map_err(|_| "status.issuer")?;
        let test = anchor.is_test() || chain.iter().any(IssuerCertificate::is_test);
        let payload = strict_json::parse_within(&payload, MAX_TOKEN).map_err(|_| "status.malformed")?;
        Self::of(&payload, test).ok_or("status.malformed")
    }

    fn of(payload: &Value, test: bool) -> Option<Self> {
        let members: &Map<String, Value> = payload.as_object()?;
        let time = |name: &str| match members.get(name) {
            None => Some(None),
            Some(value) => OffsetDateTime::from_unix_timestamp(value.as_i64()?).ok().map(Some),
        };
        let issued = time("iat")??;
        let ttl = match members.get("ttl") {
            None => None,
            Some(seconds) => Some(Duration::seconds(i64::from(u32::try_from(seconds.as_u64()?).ok()?))),
        };
        Some(Self {
            list: StatusList::from_json(members.get("status_list")?.as_object()?).ok()?,
            uri: members.get("sub")?.as_str()?.to_owned(),
            expires: time("exp")?,
            stale_from: ttl.map(|ttl| issued.saturating_add(ttl)),
            test,
        })
        .filter(|_| issued.unix_timestamp() >= 0)
    }

    /// What the list says at `at` of the attestation with this reference, signed by a test issuer or not.
    ///
    /// # Errors
    /// Verdict and reason where it does not stand, or where the list does not say.
    pub fn judge(&self, reference: &StatusReference, test: bool, at: OffsetDateTime) -> Result<(), Refusal> {
        if self.uri != reference.uri {
            return Err((Verdict::Undetermined, "status.another_list"));
        }
        if self.test != test {
            return Err((Verdict::Undetermined, "status.issuer"));
        }
        if self.expires.is_some_and(|expires| expires <= at)
            || self.stale_from.is_some_and(|from| from.saturating_add(CLOCK_LEEWAY) <= at)
        {
            return Err((Verdict::Undetermined, "status.stale"));
        }
        match self.list.get(reference.index).map(Status::of) {
            None => Err((Verdict::Failed, "status.index")),
            Some(Some(Status::Valid)) => Ok(()),
            Some(Some(Status::Invalid)) => Err((Verdict::Failed, "status.revoked")),
            Some(Some(Status::Suspended)) => Err((Verdict::Failed, "status.suspended")),
            Some(None) => Err((Verdict::Undetermined, "status.unknown")),
        }
    }
}
