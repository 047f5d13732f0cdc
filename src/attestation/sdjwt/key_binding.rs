//! The proof that whoever presents a token holds the key that it is bound to: a JWT of the holder's over this very
//! presentation, for one audience and one nonce.
//! Source: RFC 9901 sections 4.3 (key binding JWT) and 7.3 (verification).

use super::{Header, Jws, MAX_TOKEN, SdJwt, SdJwtError, base64url, strict_json};
use crate::attestation::signer::{Es256Signer, SignError};
use crate::crypto::HashAlgorithm;
use p256::ecdsa::VerifyingKey;
use serde_json::json;
use time::{Duration, OffsetDateTime};

/// The media type of a key binding JWT.
const TYP: &str = "kb+jwt";
/// How far the holder's clock may be ahead of the verifier's.
const CLOCK_LEEWAY: Duration = Duration::minutes(1);

/// Whom a presentation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience<'a> {
    /// The verifier, by the name that it goes by (`aud`): a URI as a rule.
    pub name: &'a str,
    /// What the verifier drew for this presentation.
    pub nonce: &'a str,
}

/// Why no proof of possession was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The token would be longer than a verifier takes.
    #[error(transparent)]
    Token(#[from] SdJwtError),
    /// No signature.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a proof of possession is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyBindingError {
    /// There is none.
    #[error("there is no proof of possession")]
    Missing,
    /// It is no JWT of that type with ES256, or a member is missing.
    #[error("the proof of possession is malformed")]
    Malformed,
    /// The key that the token is bound to did not sign it.
    #[error("the proof of possession is not signed by the holder's key")]
    Signature,
    /// It is about another token, or about other disclosures of it.
    #[error("the proof of possession is about another presentation")]
    Presentation,
    /// It is for another verifier.
    #[error("the proof of possession is for another audience")]
    Audience,
    /// It answers another nonce: it was used before, or was made for another session.
    #[error("the proof of possession answers another nonce")]
    Nonce,
    /// It was made too long ago, or in the future.
    #[error("the proof of possession is too old or not yet valid")]
    Time,
}

impl KeyBindingError {
    /// A stable reason, dotted lower case.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "key_binding.missing",
            Self::Malformed => "key_binding.malformed",
            Self::Signature => "key_binding.signature",
            Self::Presentation => "key_binding.presentation",
            Self::Audience => "key_binding.audience",
            Self::Nonce => "key_binding.nonce",
            Self::Time => "key_binding.time",
        }
    }
}

impl SdJwt {
    /// `sd_hash`: SHA-256 of the token as it is presented, up to and with the last tilde, in base64url.
    fn presentation_digest(&self) -> String {
        let unbound = self.without_key_binding().to_compact();
        base64url(&HashAlgorithm::Sha256.digest(unbound.as_bytes()))
    }

    /// The same token with a proof that the holder's key presents it to `audience` at `at`.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn bound_to(
        &self,
        audience: Audience<'_>,
        at: OffsetDateTime,
        key: &dyn Es256Signer,
    ) -> Result<Self, BindError> {
        let payload = json!({
            "iat": at.unix_timestamp(),
            "aud": audience.name,
            "nonce": audience.nonce,
            "sd_hash": self.presentation_digest(),
        });
        let proof = Jws::sign(&Header::new(TYP, &[]), payload.to_string().as_bytes(), key)?;
        let bound = self.with_key_binding(proof);
        if bound.to_compact().len() > MAX_TOKEN {
            return Err(SdJwtError::TooLarge("token").into());
        }
        Ok(bound)
    }

    /// Verifies the proof of possession with the key that the token is bound to. `max_age` is how long ago it may have
    /// been made.
    ///
    /// # Errors
    /// [`KeyBindingError`].
    pub fn verify_key_binding(
        &self,
        key: &VerifyingKey,
        audience: Audience<'_>,
        at: OffsetDateTime,
        max_age: Duration,
    ) -> Result<(), KeyBindingError> {
        let proof = Jws::parse(self.key_binding().ok_or(KeyBindingError::Missing)?)
            .map_err(|_| KeyBindingError::Malformed)?;
        if proof.header().typ() != Some(TYP) {
            return Err(KeyBindingError::Malformed);
        }
        let payload = proof.verify(key).map_err(|_| KeyBindingError::Signature)?;
        let members = strict_json::parse_object(&payload).map_err(|_| KeyBindingError::Malformed)?;
        let text =
            |name: &str| members.get(name).and_then(|value| value.as_str()).ok_or(KeyBindingError::Malformed);
        if text("sd_hash")? != self.presentation_digest() {
            return Err(KeyBindingError::Presentation);
        }
        if text("aud")? != audience.name {
            return Err(KeyBindingError::Audience);
        }
        if text("nonce")? != audience.nonce {
            return Err(KeyBindingError::Nonce);
        }
        let made = members
            .get("iat")
            .and_then(|iat| OffsetDateTime::from_unix_timestamp(iat.as_i64()?).ok())
            .ok_or(KeyBindingError::Malformed)?;
        if made > at.saturating_add(CLOCK_LEEWAY) || made.saturating_add(max_age) < at {
            return Err(KeyBindingError::Time);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::sdjwt::{Claim, issue};
    use crate::crypto::SeededEntropy;
    use p256::ecdsa::SigningKey;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);
    const SHOP: Audience<'_> = Audience { name: "https://shop.example", nonce: "n-1" };
    const AGE: Duration = Duration::minutes(5);

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_slice(&[byte; 32]).unwrap()
    }

    fn token() -> SdJwt {
        let claims = vec![("a", Claim::selective(1)), ("b", Claim::selective(2))];
        issue(&Header::new("dc+sd-jwt", &[]), claims, 1, &key(1), &mut SeededEntropy::new("kb", 1)).unwrap()
    }

    #[test]
    fn a_proof_holds_for_its_presentation_audience_nonce_and_time_only() {
        let (holder, public) = (key(2), *key(2).verifying_key());
        let bound = token().bound_to(SHOP, AT, &holder).unwrap();
        let bound = SdJwt::parse(&bound.to_compact()).unwrap();
        let verify = |token: &SdJwt, audience, at| token.verify_key_binding(&public, audience, at, AGE);
        assert_eq!(verify(&bound, SHOP, AT), Ok(()));
        assert_eq!(verify(&bound, SHOP, AT + AGE), Ok(()));
        assert_eq!(verify(&bound, SHOP, AT - CLOCK_LEEWAY), Ok(()));
        let late = AGE + Duration::SECOND;
        assert_eq!(verify(&bound, SHOP, AT + late), Err(KeyBindingError::Time));
        let early = CLOCK_LEEWAY + Duration::SECOND;
        assert_eq!(verify(&bound, SHOP, AT - early), Err(KeyBindingError::Time));
        let elsewhere = Audience { name: "https://other.example", ..SHOP };
        assert_eq!(verify(&bound, elsewhere, AT), Err(KeyBindingError::Audience));
        assert_eq!(verify(&bound, Audience { nonce: "n-2", ..SHOP }, AT), Err(KeyBindingError::Nonce));
        assert_eq!(verify(&token(), SHOP, AT), Err(KeyBindingError::Missing));
        let stranger = token().bound_to(SHOP, AT, &key(3)).unwrap();
        assert_eq!(verify(&stranger, SHOP, AT), Err(KeyBindingError::Signature));
        // One disclosure fewer, or the proof of another token.
        let fewer = bound.with_only(|each| each.name() == Some("a")).unwrap();
        let moved = fewer.with_key_binding(bound.key_binding().unwrap().to_owned());
        assert_eq!(verify(&moved, SHOP, AT), Err(KeyBindingError::Presentation));
    }

    #[test]
    fn what_is_no_proof_is_malformed() {
        let (holder, public) = (key(2), *key(2).verifying_key());
        let with = |typ: &str, payload: serde_json::Value| {
            let proof = Jws::sign(&Header::new(typ, &[]), payload.to_string().as_bytes(), &holder).unwrap();
            token().with_key_binding(proof).verify_key_binding(&public, SHOP, AT, AGE)
        };
        let digest = token().presentation_digest();
        let good =
            json!({"iat": AT.unix_timestamp(), "aud": SHOP.name, "nonce": SHOP.nonce, "sd_hash": digest});
        assert_eq!(with(TYP, good.clone()), Ok(()));
        assert_eq!(with("jwt", good.clone()), Err(KeyBindingError::Malformed));
        for name in ["iat", "aud", "nonce", "sd_hash"] {
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(name);
            assert_eq!(with(TYP, without), Err(KeyBindingError::Malformed), "{name}");
            let mut other = good.clone();
            other[name] = json!([good[name]]);
            assert_eq!(with(TYP, other), Err(KeyBindingError::Malformed), "{name}");
        }
        let none = token().with_key_binding("e30.e30.".to_owned());
        assert_eq!(none.verify_key_binding(&public, SHOP, AT, AGE), Err(KeyBindingError::Malformed));
    }
}
