//! A private key on a token, and the certificates and public key that stand beside it.
//! Source: PKCS #11 v3.0 sections 4.6 (certificates), 4.9 (private keys), 5.13 (signing), and the current mechanisms v3.0
//! section 2.3.6 (`CKM_ECDSA`: the digest goes in, r and s come out).

use super::{Token, TokenError, TokenUri, function};
use crate::asn1::tlv;
use crate::attestation::signer::{Es256Signer, SignError};
use crate::crypto::HashAlgorithm;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};

/// Most certificates that a token is asked for.
const MAX_CERTIFICATES: usize = 64;
/// What is signed when a key is taken up. No format that titre signs begins like this.
const TRIAL: &[u8] = b"titre: does this private key belong to this public key?";

/// A private key that stays on its token.
#[derive(Debug)]
pub struct TokenKey {
    token: Token,
    handle: ObjectHandle,
    public: VerifyingKey,
    leaves_token: bool,
}

impl Token {
    /// The private key that `uri` names, and its `CKA_ID`.
    fn private_key(&self, uri: &TokenUri) -> Result<(ObjectHandle, Vec<u8>), TokenError> {
        let mut wanted = vec![
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::KeyType(KeyType::EC),
            Attribute::Token(true),
        ];
        wanted.extend(uri.object.as_ref().map(|label| Attribute::Label(label.clone().into_bytes())));
        wanted.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
        let found = self.session.find_objects(&wanted).map_err(function)?;
        let [handle] = found.as_slice() else { return Err(TokenError::Keys(found.len())) };
        let id = self.attribute(*handle, AttributeType::Id)?.unwrap_or_default();
        Ok((*handle, id))
    }

    /// The bytes of an attribute, where the object has it.
    fn attribute(
        &self,
        object: ObjectHandle,
        attribute: AttributeType,
    ) -> Result<Option<Vec<u8>>, TokenError> {
        let found = self.session.get_attributes(object, &[attribute]).map_err(function)?;
        Ok(found.into_iter().find_map(|each| match each {
            Attribute::Id(bytes) | Attribute::Value(bytes) | Attribute::EcPoint(bytes) => Some(bytes),
            _ => None,
        }))
    }

    /// The certificates on the token, in DER: that of the key first, then every other.
    ///
    /// # Errors
    /// [`TokenError`]: `NoCertificate`, `Keys`, `Function`.
    pub fn certificates(&self, uri: &TokenUri) -> Result<Vec<Vec<u8>>, TokenError> {
        let (_, id) = self.private_key(uri)?;
        let wanted = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Token(true)];
        let (mut own, mut others) = (Vec::new(), Vec::new());
        let found = self.session.find_objects(&wanted).map_err(function)?;
        for object in found.into_iter().take(MAX_CERTIFICATES) {
            let Some(der) = self.attribute(object, AttributeType::Value)? else { continue };
            let place = self.attribute(object, AttributeType::Id)?;
            if !id.is_empty() && place.as_ref() == Some(&id) { own.push(der) } else { others.push(der) }
        }
        if own.is_empty() {
            return Err(TokenError::NoCertificate);
        }
        own.extend(others);
        Ok(own)
    }

    /// The public half of the key, from the public key object beside it.
    ///
    /// # Errors
    /// [`TokenError`]: `NoPublicKey`, `Keys`, `Function`.
    pub fn public_key(&self, uri: &TokenUri) -> Result<VerifyingKey, TokenError> {
        let (_, id) = self.private_key(uri)?;
        let wanted = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Token(true), Attribute::Id(id)];
        for object in self.session.find_objects(&wanted).map_err(function)? {
            let Some(point) = self.attribute(object, AttributeType::EcPoint)? else { continue };
            // An OCTET STRING by the standard; some tokens give the bare point.
            let point = tlv::read_only(0x04, &point).map_or(point.as_slice(), |octets| octets.value);
            if let Ok(key) = VerifyingKey::from_sec1_bytes(point) {
                return Ok(key);
            }
        }
        Err(TokenError::NoPublicKey)
    }

    /// Takes up the private key that belongs to `public`; a signature on trial shows that it does, and that the token signs,
    /// before anything long is begun.
    ///
    /// # Errors
    /// [`TokenError`]: `Keys`, `Function`, `Signature`.
    pub fn into_key(self, uri: &TokenUri, public: VerifyingKey) -> Result<TokenKey, TokenError> {
        let (handle, _) = self.private_key(uri)?;
        let asked = [AttributeType::Extractable, AttributeType::Sensitive];
        let found = self.session.get_attributes(handle, &asked).map_err(function)?;
        let leaves_token = found
            .iter()
            .any(|each| matches!(each, Attribute::Extractable(true) | Attribute::Sensitive(false)));
        let key = TokenKey { token: self, handle, public, leaves_token };
        key.sign(TRIAL)?;
        Ok(key)
    }
}

impl TokenKey {
    /// Whether the token says of the key that it may be taken out: the token is then no more than a file with a PIN.
    #[must_use]
    pub const fn leaves_token(&self) -> bool {
        self.leaves_token
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, TokenError> {
        let digest = HashAlgorithm::Sha256.digest(message);
        let bytes = self.token.session.sign(&Mechanism::Ecdsa, self.handle, &digest).map_err(function)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| TokenError::Signature)?;
        // A token that errs, or the wrong key on it, must not become an attestation that nobody accepts.
        self.public.verify(message, &signature).map_err(|_| TokenError::Signature)?;
        Ok(signature)
    }
}

impl Es256Signer for TokenKey {
    fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    fn sign_es256(&self, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.sign(message)?)
    }
}
