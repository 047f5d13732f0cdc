//! COSE_Sign1 with ES256 and COSE_Key on P-256, and nothing else of COSE: an mdoc needs no more.
//! Source: RFC 9052 sections 3 (headers), 4.2 and 4.4 (signing one signer's structure), RFC 9053 sections 2.1 and 7.1
//! (ECDSA, EC2 keys), RFC 9360 section 2 (`x5chain`).

use super::MdocError;
use super::cbor::{encode, label, parse};
use crate::attestation::chain::IssuerCertificate;
use crate::attestation::sdjwt::{base64url, base64url_decode};
use crate::attestation::signer::{Es256Signer, SignError};
use ciborium::Value;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::json;

/// Header labels.
const ALG: i64 = 1;
const CRIT: i64 = 2;
const X5CHAIN: i64 = 33;
/// The algorithm ES256, and nothing else.
const ES256: i64 = -7;
/// Most certificates of a chain.
const MAX_CERTIFICATES: usize = 8;

/// A COSE_Sign1, untagged, as ISO/IEC 18013-5 wants it. Unverified.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign1 {
    protected: Vec<u8>,
    unprotected: Value,
    payload: Option<Vec<u8>>,
    signature: Vec<u8>,
}

impl Sign1 {
    /// Signs `payload` with `key`. A payload that the verifier knows is `detached`.
    ///
    /// # Errors
    /// [`SignError`], where the key is on a token.
    pub(super) fn sign(
        chain: Vec<Vec<u8>>,
        payload: Vec<u8>,
        detached: bool,
        key: &dyn Es256Signer,
    ) -> Result<Self, SignError> {
        let protected = encode(&Value::Map(vec![(ALG.into(), ES256.into())]));
        let mut certificates: Vec<Value> = chain.into_iter().map(Value::Bytes).collect();
        // One certificate is a byte string, several are an array (RFC 9360).
        let x5chain =
            if certificates.len() == 1 { certificates.pop() } else { Some(Value::Array(certificates)) };
        let members = x5chain.filter(|chain| chain.as_array().is_none_or(|all| !all.is_empty()));
        let unprotected = Value::Map(members.map(|chain| (X5CHAIN.into(), chain)).into_iter().collect());
        let signature = key.sign_es256(&to_be_signed(&protected, &payload))?.to_bytes().to_vec();
        Ok(Self { protected, unprotected, payload: (!detached).then_some(payload), signature })
    }

    /// Reads the array of four.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let [protected, unprotected, payload, signature] = value.as_array()?.as_slice() else { return None };
        Some(Self {
            protected: protected.as_bytes()?.clone(),
            unprotected: unprotected.as_map().map(|_| unprotected.clone())?,
            payload: if payload.is_null() { None } else { Some(payload.as_bytes()?.clone()) },
            signature: signature.as_bytes()?.clone(),
        })
    }

    /// The array of four.
    pub(super) fn to_value(&self) -> Value {
        let payload = self.payload.clone().map_or(Value::Null, Value::Bytes);
        Value::Array(vec![
            Value::Bytes(self.protected.clone()),
            self.unprotected.clone(),
            payload,
            Value::Bytes(self.signature.clone()),
        ])
    }

    /// The certificates, leaf first.
    ///
    /// # Errors
    /// [`MdocError::Certificates`].
    pub(super) fn x5chain(&self) -> Result<Vec<Vec<u8>>, MdocError> {
        let bytes = |value: &Value| value.as_bytes().cloned().ok_or(MdocError::Certificates);
        let chain = match label(&self.unprotected, X5CHAIN).ok_or(MdocError::Certificates)? {
            // An array with one element is not what the RFC says.
            Value::Array(all) if all.len() < 2 || all.len() > MAX_CERTIFICATES => {
                return Err(MdocError::Certificates);
            }
            Value::Array(all) => all.iter().map(bytes).collect::<Result<_, _>>()?,
            one => vec![bytes(one)?],
        };
        Ok(chain)
    }

    /// The payload as it stands. Only to show a document that is said to be unverified.
    pub(super) fn unverified_payload(&self) -> Option<&[u8]> {
        self.payload.as_deref()
    }

    /// The payload, once `key` is found to have signed it.
    ///
    /// # Errors
    /// [`MdocError`]: `Header`, `Algorithm`, `Critical`, `Payload`, `Signature`.
    pub(super) fn verify(&self, key: &VerifyingKey) -> Result<&[u8], MdocError> {
        let payload = self.payload.as_deref().ok_or(MdocError::Payload("no payload"))?;
        self.verify_over(key, payload)?;
        Ok(payload)
    }

    /// Checks that `key` signed this payload, which does not stand in the structure itself.
    ///
    /// # Errors
    /// [`MdocError`]: `Header`, `Algorithm`, `Critical`, `Payload`, `Signature`.
    pub(super) fn verify_detached(&self, key: &VerifyingKey, payload: &[u8]) -> Result<(), MdocError> {
        if self.payload.is_some() {
            return Err(MdocError::Payload("a payload where none may be"));
        }
        self.verify_over(key, payload)
    }

    fn verify_over(&self, key: &VerifyingKey, payload: &[u8]) -> Result<(), MdocError> {
        let header = parse(&self.protected).map_err(|_| MdocError::Header)?;
        let labels = header.as_map().ok_or(MdocError::Header)?;
        // The same label in both headers would let two programs see two things (RFC 9052 section 3).
        let unprotected = self.unprotected.as_map().map(Vec::as_slice).unwrap_or_default();
        if labels.iter().any(|(name, _)| unprotected.iter().any(|(other, _)| other == name)) {
            return Err(MdocError::Header);
        }
        if label(&header, CRIT).is_some() || label(&self.unprotected, CRIT).is_some() {
            return Err(MdocError::Critical);
        }
        let algorithm = label(&header, ALG).and_then(Value::as_integer).ok_or(MdocError::Algorithm)?;
        if i128::from(algorithm) != i128::from(ES256) {
            return Err(MdocError::Algorithm);
        }
        let signature = Signature::from_slice(&self.signature).map_err(|_| MdocError::Signature)?;
        key.verify(&to_be_signed(&self.protected, payload), &signature).map_err(|_| MdocError::Signature)
    }

    /// The signer's chain, as certificates.
    ///
    /// # Errors
    /// The reason.
    pub(super) fn chain(&self) -> Result<Vec<IssuerCertificate>, &'static str> {
        let der = self.x5chain().map_err(|error| error.reason())?;
        der.iter().map(|der| IssuerCertificate::from_der(der).map_err(|error| error.reason())).collect()
    }
}

/// `Sig_structure` with no external data (RFC 9052 section 4.4).
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    encode(&Value::Array(vec![
        Value::from("Signature1"),
        Value::Bytes(protected.to_vec()),
        Value::Bytes(Vec::new()),
        Value::Bytes(payload.to_vec()),
    ]))
}

/// A COSE_Key as the members of a JWK, which the holder's key is read from. Something that is none gives none of them.
pub(super) fn key_to_jwk(key: &Value) -> serde_json::Value {
    let number = |at: i64| label(key, at).and_then(Value::as_integer).map(i128::from);
    let coordinate = |at: i64| label(key, at).and_then(Value::as_bytes).map(|bytes| base64url(bytes));
    let kind = (number(1) == Some(2)).then_some("EC");
    let curve = (number(-1) == Some(1)).then_some("P-256");
    let mut jwk = json!({"kty": kind, "crv": curve, "x": coordinate(-2), "y": coordinate(-3)});
    // An algorithm that is named must be the one that is used.
    if label(key, 3).is_some() {
        jwk["alg"] = json!((number(3) == Some(i128::from(ES256))).then_some("ES256"));
    }
    jwk
}

/// The COSE_Key of a JWK on P-256.
pub(super) fn key_from_jwk(jwk: &serde_json::Value) -> Option<Value> {
    let coordinate = |name: &str| base64url_decode(jwk.get(name)?.as_str()?).map(Value::Bytes);
    Some(Value::Map(vec![
        (1.into(), 2.into()),
        ((-1).into(), 1.into()),
        ((-2).into(), coordinate("x")?),
        ((-3).into(), coordinate("y")?),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;

    #[test]
    fn the_example_of_rfc_9052() {
        // Appendix C.2.1 (Single ECDSA Signature), without its tag; the key `11` of appendix C.7.1.
        let message = "8443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b2\
                       3d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";
        let x = "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
        let y = "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
        let key = VerifyingKey::from_sec1_bytes(&hex::decode(format!("04{x}{y}")).unwrap()).unwrap();
        let message = parse(&hex::decode(message).unwrap()).unwrap();
        let sign1 = Sign1::from_value(&message).unwrap();
        assert_eq!(sign1.verify(&key), Ok(&b"This is the content."[..]));
        assert_eq!(sign1.to_value(), message);
        let other = Sign1 { payload: Some(b"This is the content!".to_vec()), ..sign1.clone() };
        assert_eq!(other.verify(&key), Err(MdocError::Signature));
        let cose_key = Value::Map(vec![
            (1.into(), 2.into()),
            ((-1).into(), 1.into()),
            ((-2).into(), Value::Bytes(hex::decode(x).unwrap())),
            ((-3).into(), Value::Bytes(hex::decode(y).unwrap())),
        ]);
        assert_eq!(key_from_jwk(&key_to_jwk(&cose_key)), Some(cose_key));
    }

    #[test]
    fn headers_that_confuse_are_refused() {
        let key = SigningKey::from_slice(&[1; 32]).unwrap();
        let sign1 = Sign1::sign(vec![], b"x".to_vec(), false, &key).unwrap();
        assert!(sign1.verify(key.verifying_key()).is_ok());
        assert_eq!(sign1.x5chain(), Err(MdocError::Certificates));
        let with = |protected: &str, unprotected: Value| {
            let protected = hex::decode(protected).unwrap();
            let signature: Signature = key.sign(&to_be_signed(&protected, b"x"));
            let signature = signature.to_bytes().to_vec();
            Sign1 { protected, unprotected, payload: Some(b"x".to_vec()), signature }
        };
        let refused = |protected: &str, unprotected: Value| {
            with(protected, unprotected).verify(key.verifying_key()).unwrap_err()
        };
        let none = || Value::Map(vec![]);
        assert!(with("a10126", none()).verify(key.verifying_key()).is_ok());
        assert_eq!(refused("a0", none()), MdocError::Algorithm);
        assert_eq!(refused("a0", Value::Map(vec![(1.into(), (-7).into())])), MdocError::Algorithm);
        assert_eq!(refused("a10127", none()), MdocError::Algorithm, "EdDSA");
        assert_eq!(refused("a10105", none()), MdocError::Algorithm, "HMAC");
        assert_eq!(refused("a2012602810a", none()), MdocError::Critical);
        assert_eq!(refused("a10126", Value::Map(vec![(1.into(), (-8).into())])), MdocError::Header);
        assert_eq!(refused("", none()), MdocError::Header);
        assert_eq!(refused("a201260126", none()), MdocError::Header, "twice");
        let short = Sign1 { signature: vec![1; 63], ..sign1.clone() };
        assert_eq!(short.verify(key.verifying_key()), Err(MdocError::Signature));
        assert_eq!(
            sign1.verify_detached(key.verifying_key(), b"x").unwrap_err().reason(),
            "payload.malformed"
        );
    }
}
