//! The proof that whoever presents a document holds its key: a signature over the session, which one audience and one nonce
//! make.
//!
//! The session is that of OpenID4VP with redirects and an answer that is not encrypted. The verifier's name is its
//! `client_id`; what the answer is sent to is taken to be the same, without the prefix `redirect_uri:`, since a file is sent
//! nowhere. The standard's signature has no time; titre's says `presented_at`, an element that the issuer authorises the
//! key for.
//! Source: ISO/IEC 18013-5:2021 sections 9.1.3.4 to 9.1.3.6 (device authentication, its signature), 9.1.2.4
//! (`keyAuthorizations`), OpenID4VP 1.0 appendix B.2.6.1 (`OpenID4VPHandover`) and section 5.9.3 (`redirect_uri:`).

use super::cbor::{embed, embedded, encode, map, member, parse};
use super::cose::Sign1;
use super::elements::{tdate, to_time};
use super::mso::{Mso, PRESENTED_AT};
use super::{MAX_MDOC, Mdoc, MdocError, NAMESPACE};
use crate::attestation::format::PresentError;
use crate::attestation::sdjwt::Audience;
use crate::attestation::signer::Es256Signer;
use crate::attestation::verify::{CLOCK_LEEWAY, Presentation, Refusal, failed};
use crate::biometrics::Verdict;
use crate::crypto::HashAlgorithm;
use ciborium::Value;
use p256::ecdsa::VerifyingKey;
use time::OffsetDateTime;

/// What the holder's key signed. Unverified.
#[derive(Debug, Clone)]
pub(super) struct DeviceSigned {
    /// `DeviceNameSpaces`, encoded.
    name_spaces: Vec<u8>,
    auth: Value,
}

impl DeviceSigned {
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let name_spaces = embedded(member(value, "nameSpaces")?)?.to_vec();
        Some(Self { name_spaces, auth: member(value, "deviceAuth")?.clone() })
    }

    pub(super) fn to_value(&self) -> Value {
        map([("nameSpaces", embed(self.name_spaces.clone())), ("deviceAuth", self.auth.clone())])
    }

    /// When it was made, by its own word; `None` where it does not say.
    ///
    /// # Errors
    /// Where it says something else.
    fn presented_at(&self) -> Result<Option<OffsetDateTime>, Refusal> {
        let malformed = || failed("key_binding.malformed");
        let spaces = parse(&self.name_spaces).map_err(|_| malformed())?;
        match spaces.as_map().ok_or_else(malformed)?.as_slice() {
            [] => Ok(None),
            [(name, elements)] if name.as_text() == Some(NAMESPACE) => {
                match elements.as_map().ok_or_else(malformed)?.as_slice() {
                    [(name, time)] if name.as_text() == Some(PRESENTED_AT) => {
                        to_time(time).map(Some).ok_or_else(malformed)
                    }
                    _ => Err(malformed()),
                }
            }
            _ => Err(malformed()),
        }
    }

    /// Verifies the proof with the key that the document is bound to.
    ///
    /// # Errors
    /// Verdict and reason.
    pub(super) fn verify(
        &self,
        mso: &Mso,
        key: &VerifyingKey,
        presentation: &Presentation<'_>,
        at: OffsetDateTime,
    ) -> Result<(), Refusal> {
        // A MAC needs a key of the verifier's for this session, which a file has not.
        let signature = member(&self.auth, "deviceSignature").and_then(Sign1::from_value);
        let signature = signature.ok_or(failed("key_binding.malformed"))?;
        let signed = device_authentication(presentation.audience, &mso.doc_type, &self.name_spaces);
        signature.verify_detached(key, &signed).map_err(|error| match error {
            // Audience and nonce are within what is signed: which of the three is another cannot be told.
            MdocError::Signature => failed("key_binding.session"),
            _ => failed("key_binding.malformed"),
        })?;
        let made = self.presented_at()?;
        if made.is_some() && !mso.dated {
            return Err(failed("key_binding.malformed"));
        }
        let made = made.ok_or((Verdict::Undetermined, "key_binding.no_time"))?;
        if made > at.saturating_add(CLOCK_LEEWAY) || made.saturating_add(presentation.max_age) < at {
            return Err(failed("key_binding.time"));
        }
        Ok(())
    }
}

impl Mdoc {
    /// The same document with a proof that the holder's key presents it to `audience` at `at`.
    ///
    /// # Errors
    /// [`PresentError`].
    pub fn bound_to(
        &self,
        audience: Audience<'_>,
        at: OffsetDateTime,
        key: &dyn Es256Signer,
    ) -> Result<Self, PresentError> {
        let payload = self.issuer_auth.unverified_payload().ok_or(MdocError::Payload("no payload"))?;
        let doc_type = Mso::from_payload(payload)?.doc_type;
        let name_spaces = encode(&map([(NAMESPACE, map([(PRESENTED_AT, tdate(at))]))]));
        let signed = device_authentication(audience, &doc_type, &name_spaces);
        let signature = Sign1::sign(vec![], signed, true, key)?;
        let auth = map([("deviceSignature", signature.to_value())]);
        let device = Some(DeviceSigned { name_spaces, auth });
        let bound = Self { doc_type: Some(doc_type), device, ..self.clone() };
        if bound.to_bytes().len() > MAX_MDOC {
            Err(MdocError::TooLarge("document").into())
        } else {
            Ok(bound)
        }
    }
}

/// `SessionTranscript` of OpenID4VP with redirects.
fn session_transcript(client_id: &str, nonce: &str, thumbprint: Value, response_uri: &str) -> Value {
    let info = Value::Array(vec![client_id.into(), nonce.into(), thumbprint, response_uri.into()]);
    let hash = Value::Bytes(HashAlgorithm::Sha256.digest(&encode(&info)));
    Value::Array(vec![Value::Null, Value::Null, Value::Array(vec!["OpenID4VPHandover".into(), hash])])
}

/// `DeviceAuthenticationBytes`: what the holder's key signs.
fn device_authentication(audience: Audience<'_>, doc_type: &str, name_spaces: &[u8]) -> Vec<u8> {
    let response_uri = audience.name.strip_prefix("redirect_uri:").unwrap_or(audience.name);
    let content = Value::Array(vec![
        "DeviceAuthentication".into(),
        session_transcript(audience.name, audience.nonce, Value::Null, response_uri),
        doc_type.into(),
        embed(name_spaces.to_vec()),
    ]);
    encode(&embed(encode(&content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_of_the_example_of_openid4vp() {
        // Appendix B.2.6.1.
        let thumbprint = "4283ec927ae0f208daaa2d026a814f2b22dca52cf85ffa8f3f8626c6bd669047";
        let transcript = session_transcript(
            "x509_san_dns:example.com",
            "exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA",
            Value::Bytes(hex::decode(thumbprint).unwrap()),
            "https://example.com/response",
        );
        let expected = "83f6f682714f70656e494434565048616e646f7665725820048bc053c00442af9b8eed494cefdd9d95240d254b046b1\
                        1b68013722aad38ac";
        assert_eq!(hex::encode(encode(&transcript)), expected);
    }
}
