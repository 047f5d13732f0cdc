//! The holder's public key, which the attestation is bound to (`cnf.jwk`). titre never keeps the private one.
//! Source: RFC 7517 section 4, RFC 7518 section 6.2.1, RFC 7800 section 3.2.

use super::key_file::{KeyFileError, private_key};
use super::pkcs11::{Token, TokenError, TokenUri};
use super::sdjwt::{base64url, base64url_decode, strict_json};
use super::signer::Es256Signer;
use crate::asn1::pem;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey};
use p256::{PublicKey, SecretKey};
use serde_json::{Map, Value, json};

/// Why a holder key is refused. Carries nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HolderKeyError {
    /// Neither PEM nor JWK.
    #[error("neither PEM nor JWK: {0}")]
    Format(String),
    /// A key of another kind or curve, or off the curve.
    #[error("not a key on P-256: {0}")]
    NotP256(&'static str),
    /// The private key cannot be had from it.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The token gives no key.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The JWK says that it is for something other than signatures.
    #[error("the key is not meant for signatures: {0}")]
    Use(&'static str),
}

/// A P-256 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderKey(PublicKey);

impl HolderKey {
    /// Reads a file: PEM (PKCS#8 private, SEC1 private, or public) or JWK. Of a private key only the public half is
    /// kept.
    ///
    /// # Errors
    /// [`HolderKeyError`].
    pub fn read_file(bytes: &[u8]) -> Result<Self, HolderKeyError> {
        if !pem::is_pem(bytes) {
            let jwk = strict_json::parse_object(bytes)
                .map_err(|error| HolderKeyError::Format(error.to_string()))?;
            return Self::from_jwk(&jwk);
        }
        let format = |error: &dyn std::fmt::Display| HolderKeyError::Format(error.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| format(&error))?;
        for block in pem::blocks(text).map_err(|error| format(&error))? {
            let key = match block.label.as_str() {
                "PRIVATE KEY" => SecretKey::from_pkcs8_der(&block.der).map(|key| key.public_key()).ok(),
                "EC PRIVATE KEY" => SecretKey::from_sec1_der(&block.der).map(|key| key.public_key()).ok(),
                "ENCRYPTED PRIVATE KEY" => return Err(KeyFileError::Encrypted.into()),
                "PUBLIC KEY" => PublicKey::from_public_key_der(&block.der).ok(),
                _ => continue,
            };
            return key.map(Self).ok_or(HolderKeyError::NotP256("PEM"));
        }
        Err(HolderKeyError::Format("no key block".to_owned()))
    }

    /// Reads a JWK; a private member is ignored.
    ///
    /// # Errors
    /// [`HolderKeyError`].
    pub fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, HolderKeyError> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("kty") != Some("EC") {
            return Err(HolderKeyError::NotP256("kty"));
        }
        if text("crv") != Some("P-256") {
            return Err(HolderKeyError::NotP256("crv"));
        }
        if jwk.contains_key("use") && text("use") != Some("sig") {
            return Err(HolderKeyError::Use("use"));
        }
        if jwk.contains_key("alg") && text("alg") != Some("ES256") {
            return Err(HolderKeyError::Use("alg"));
        }
        if let Some(operations) = jwk.get("key_ops") {
            let named = |name: &str| operations.as_array().is_some_and(|list| list.contains(&json!(name)));
            if !named("verify") && !named("sign") {
                return Err(HolderKeyError::Use("key_ops"));
            }
        }
        let coordinate = |name: &str| {
            let bytes = text(name).and_then(base64url_decode);
            bytes.filter(|bytes| bytes.len() == 32).ok_or(HolderKeyError::NotP256("coordinate"))
        };
        let sec1 = [vec![0x04], coordinate("x")?, coordinate("y")?].concat();
        PublicKey::from_sec1_bytes(&sec1).map(Self).map_err(|_| HolderKeyError::NotP256("not on the curve"))
    }

    /// The public JWK with the four members that make its thumbprint (RFC 7638), and no more.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        let point = self.0.to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| base64url(bytes.unwrap_or_default());
        let (x, y) = (coordinate(point.x().map(|x| x.as_ref())), coordinate(point.y().map(|y| y.as_ref())));
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.0
    }
}

/// The holder's private key, while the holder presents an attestation. From a file, it is wiped from memory when dropped; on a token,
/// it stays there.
pub struct HolderSecret(Box<dyn Es256Signer>);

impl HolderSecret {
    /// Reads a PEM file: PKCS#8 or SEC1.
    ///
    /// # Errors
    /// [`HolderKeyError`]; [`KeyFileError::Encrypted`] within it where [`Self::read_encrypted`] is to be asked.
    pub fn read_file(bytes: &[u8]) -> Result<Self, HolderKeyError> {
        Self::read(bytes, None)
    }

    /// The same for a file whose key is encrypted.
    ///
    /// # Errors
    /// [`HolderKeyError`].
    pub fn read_encrypted(bytes: &[u8], passphrase: &str) -> Result<Self, HolderKeyError> {
        Self::read(bytes, Some(passphrase))
    }

    fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<Self, HolderKeyError> {
        let format = |error: &dyn std::fmt::Display| HolderKeyError::Format(error.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| format(&error))?;
        let blocks = pem::blocks(text).map_err(|error| format(&error))?;
        Ok(Self(Box::new(SigningKey::from(&private_key(&blocks, passphrase)?))))
    }

    /// Takes up the key that `uri` names on a token that is logged in to; its public half must stand beside it.
    ///
    /// # Errors
    /// [`HolderKeyError::Token`].
    pub fn on_token(token: Token, uri: &TokenUri) -> Result<Self, HolderKeyError> {
        let public = token.public_key(uri)?;
        Ok(Self(Box::new(token.into_key(uri, public)?)))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> HolderKey {
        HolderKey(PublicKey::from(self.0.verifying_key()))
    }

    /// What signs with it.
    #[must_use]
    pub fn signer(&self) -> &dyn Es256Signer {
        self.0.as_ref()
    }
}

impl std::fmt::Debug for HolderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jwk_comes_back_and_a_point_off_the_curve_does_not() {
        // RFC 7515 appendix A.3.
        let jwk = json!({"kty": "EC", "crv": "P-256", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
        let key = HolderKey::read_file(jwk.to_string().as_bytes()).unwrap();
        let public = key.to_jwk();
        assert!(public.get("d").is_none(), "the private half is not kept");
        assert_eq!((&public["x"], &public["y"]), (&jwk["x"], &jwk["y"]));
        let refused = |name: &str, value: Value| {
            let mut changed = jwk.as_object().unwrap().clone();
            changed.insert(name.to_owned(), value);
            HolderKey::from_jwk(&changed).is_err()
        };
        assert!(refused("y", jwk["x"].clone()), "off the curve");
        assert!(
            refused("crv", json!("P-384")) && refused("kty", json!("oct")) && refused("use", json!("enc"))
        );
        assert!(refused("alg", json!("HS256")) && refused("key_ops", json!(["encrypt"])));
        assert!(refused("x", json!("AA")));
    }
}
