//! One compact JWS with ES256, and nothing else: the algorithm is fixed here and only compared with the header,
//! so that neither `none` nor an HMAC keyed with the public key can be asked for.
//! Source: RFC 7515 sections 3.1, 4.1.11 and 5.2, RFC 7518 section 3.4, RFC 8725 section 3.1.

use super::{SdJwtError, base64url, base64url_decode, strict_json};
use crate::attestation::signer::{Es256Signer, SignError};
use base64ct::{Base64, Encoding};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::{Map, Value, json};

/// Most certificates in a header.
const MAX_CHAIN: usize = 5;
/// Most bytes of an encoded header.
const MAX_HEADER: usize = 64 * 1024;

/// The protected header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    members: Map<String, Value>,
}

impl Header {
    /// The header of a new token: ES256, `typ`, and the chain (DER, leaf first) where there is one.
    #[must_use]
    pub fn new(typ: &str, x5c: &[Vec<u8>]) -> Self {
        let mut members = Map::new();
        members.insert("alg".to_owned(), json!("ES256"));
        members.insert("typ".to_owned(), json!(typ));
        if !x5c.is_empty() {
            let chain: Vec<String> = x5c.iter().map(|der| Base64::encode_string(der)).collect();
            members.insert("x5c".to_owned(), json!(chain));
        }
        Self { members }
    }

    /// `typ`, where it is a string.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.members.get("typ").and_then(Value::as_str)
    }

    /// All members.
    #[must_use]
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The certificate chain, DER, leaf first (RFC 7515 section 4.1.6: standard base64, not base64url).
    ///
    /// # Errors
    /// [`SdJwtError::Certificates`] where there is none, it is malformed, or it is longer than five.
    pub fn x5c(&self) -> Result<Vec<Vec<u8>>, SdJwtError> {
        let list = self.members.get("x5c").and_then(Value::as_array).ok_or(SdJwtError::Certificates)?;
        if list.is_empty() || list.len() > MAX_CHAIN {
            return Err(SdJwtError::Certificates);
        }
        list.iter()
            .map(|entry| {
                let text = entry.as_str().ok_or(SdJwtError::Certificates)?;
                Base64::decode_vec(text).map_err(|_| SdJwtError::Certificates)
            })
            .collect()
    }
}

/// A parsed compact JWS. Nothing of its payload can be read but through [`Jws::verify`].
#[derive(Debug, Clone)]
pub struct Jws {
    header: Header,
    signing_input: String,
    signature: Signature,
}

impl Jws {
    /// Parses `header.payload.signature` and checks that the header asks for ES256 and no extension.
    ///
    /// # Errors
    /// [`SdJwtError`]: `Format`, `Header`, `Algorithm`, `Critical`, `Signature` where it is not 64 bytes.
    pub fn parse(compact: &str) -> Result<Self, SdJwtError> {
        let mut parts = compact.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SdJwtError::Format("not three parts"));
        };
        if header.len() > MAX_HEADER {
            return Err(SdJwtError::TooLarge("header"));
        }
        let header = base64url_decode(header).ok_or(SdJwtError::Format("header"))?;
        let members = strict_json::parse_object(&header).map_err(SdJwtError::Header)?;
        if members.get("alg").and_then(Value::as_str) != Some("ES256") {
            return Err(SdJwtError::Algorithm);
        }
        if members.contains_key("crit") {
            return Err(SdJwtError::Critical);
        }
        let _ = base64url_decode(payload).ok_or(SdJwtError::Format("payload"))?;
        let signature = base64url_decode(signature).ok_or(SdJwtError::Format("signature"))?;
        // 64 bytes, r and s in 1..n: the DER form and zero values are refused here.
        let signature = Signature::from_slice(&signature).map_err(|_| SdJwtError::Signature)?;
        let end = compact.rfind('.').unwrap_or(compact.len());
        Ok(Self { header: Header { members }, signing_input: compact[..end].to_owned(), signature })
    }

    /// The header, unverified; needed to find the key.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload, once `key` is found to have signed it.
    ///
    /// # Errors
    /// [`SdJwtError::Signature`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<Vec<u8>, SdJwtError> {
        key.verify(self.signing_input.as_bytes(), &self.signature).map_err(|_| SdJwtError::Signature)?;
        Ok(self.unverified_payload())
    }

    /// The payload as it stands. Only to show a token that is said to be unverified.
    pub(super) fn unverified_payload(&self) -> Vec<u8> {
        let payload = self.signing_input.split('.').nth(1).unwrap_or_default();
        base64url_decode(payload).unwrap_or_default()
    }

    /// Signs `payload` under `header`; gives the compact form.
    ///
    /// # Errors
    /// [`SignError`], where the key is on a token.
    pub fn sign(header: &Header, payload: &[u8], key: &dyn Es256Signer) -> Result<String, SignError> {
        let header = Value::Object(header.members.clone()).to_string();
        let signing_input = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
        let signature = key.sign_es256(signing_input.as_bytes())?;
        Ok(format!("{signing_input}.{}", base64url(&signature.to_bytes())))
    }
}
