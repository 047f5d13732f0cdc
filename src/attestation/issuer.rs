//! The issuer's key: one PEM file with the PKCS#8 private key on P-256 and its certificate chain, leaf first; or a key on a
//! token, with the certificates from there or from a file.
//! Source: RFC 5958, RFC 7468; the chain as RFC 7515 section 4.1.6 wants it in `x5c`.

use super::chain::{ChainError, IssuerCertificate};
use super::key_file::{KeyFileError, private_key};
use super::pkcs11::{Token, TokenError, TokenKey, TokenUri};
use super::sdjwt::{self, Claim, Header, IssueError, Jws, SdJwt};
use super::signer::{Es256Signer, SignError};
use crate::asn1::pem;
use crate::crypto::Entropy;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use time::OffsetDateTime;

/// Why an issuer key is refused. Carries nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// Not PEM, or a block that cannot be read.
    #[error("not PEM: {0}")]
    Format(String),
    /// The private key cannot be had from it.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// No certificate.
    #[error("no certificate stands with the key")]
    NoCertificate,
    /// The first certificate is not of this key.
    #[error("the first certificate does not hold the public key of the private key")]
    Mismatch,
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] ChainError),
    /// The token gives no key.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Where the private key is.
enum IssuerSigner {
    /// In memory, from a file; wiped when dropped.
    File(SigningKey),
    /// On a token, and nowhere else.
    Token(Box<TokenKey>),
}

/// A private key that signs attestations, and who it belongs to.
pub struct IssuerKey {
    signer: IssuerSigner,
    chain: Vec<IssuerCertificate>,
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerKey").field("subject", &self.leaf().subject()).finish_non_exhaustive()
    }
}

impl IssuerKey {
    /// Reads the key file; `certificates` replaces the chain of the file, where the chain stands in files of its own.
    ///
    /// # Errors
    /// [`IssuerError`]; [`KeyFileError::Encrypted`] within it where [`Self::read_encrypted`] is to be asked.
    pub fn read_files(key_file: &[u8], certificates: Option<&[u8]>) -> Result<Self, IssuerError> {
        Self::read(key_file, certificates, None)
    }

    /// The same for a file whose key is encrypted.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub fn read_encrypted(
        key_file: &[u8],
        certificates: Option<&[u8]>,
        passphrase: &str,
    ) -> Result<Self, IssuerError> {
        Self::read(key_file, certificates, Some(passphrase))
    }

    fn read(
        key_file: &[u8],
        certificates: Option<&[u8]>,
        passphrase: Option<&str>,
    ) -> Result<Self, IssuerError> {
        let format = |error: &dyn std::fmt::Display| IssuerError::Format(error.to_string());
        let text = std::str::from_utf8(key_file).map_err(|error| format(&error))?;
        let blocks = pem::blocks(text).map_err(|error| format(&error))?;
        let key = private_key(&blocks, passphrase)?;
        let chain = match certificates {
            Some(bytes) => IssuerCertificate::read_file(bytes)?,
            None => blocks
                .iter()
                .filter(|block| block.label == "CERTIFICATE")
                .map(|block| IssuerCertificate::from_der(&block.der))
                .collect::<Result<_, _>>()?,
        };
        let key = SigningKey::from(&key);
        let leaf = chain.first().ok_or(IssuerError::NoCertificate)?;
        if *leaf.key() != VerifyingKey::from(&key) {
            return Err(IssuerError::Mismatch);
        }
        leaf.check_signer()?;
        Ok(Self { signer: IssuerSigner::File(key), chain })
    }

    /// Takes up the key that `uri` names on a token that is logged in to; `certificates` replaces those that the token holds.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub fn on_token(token: Token, uri: &TokenUri, certificates: Option<&[u8]>) -> Result<Self, IssuerError> {
        let chain = match certificates {
            Some(bytes) => IssuerCertificate::read_file(bytes)?,
            None => IssuerCertificate::chain_from(token.certificates(uri)?)?,
        };
        let leaf = chain.first().ok_or(IssuerError::NoCertificate)?;
        leaf.check_signer()?;
        let key = token.into_key(uri, *leaf.key()).map_err(|error| match error {
            TokenError::Signature => IssuerError::Mismatch,
            other => other.into(),
        })?;
        Ok(Self { signer: IssuerSigner::Token(Box::new(key)), chain })
    }

    /// Whether the key is on a token that lets it be taken out.
    #[must_use]
    pub fn leaves_token(&self) -> bool {
        matches!(&self.signer, IssuerSigner::Token(key) if key.leaves_token())
    }

    /// Signs with ES256. Every format that titre signs comes here; whether it may, the caller decides.
    ///
    /// # Errors
    /// [`SignError`], where the key is on a token.
    pub fn sign_es256(&self, message: &[u8]) -> Result<Signature, SignError> {
        match &self.signer {
            IssuerSigner::File(key) => key.sign_es256(message),
            IssuerSigner::Token(key) => key.sign_es256(message),
        }
    }

    /// The certificate of the key.
    #[must_use]
    pub fn leaf(&self) -> &IssuerCertificate {
        // `read_files` made sure that there is one.
        &self.chain[0]
    }

    /// The certificates, leaf first.
    #[must_use]
    pub fn chain(&self) -> &[IssuerCertificate] {
        &self.chain
    }

    /// Whether it is a test issuer's: any certificate of its chain carries the test policy.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.chain.iter().any(IssuerCertificate::is_test)
    }

    /// The URI that stands in `iss`: the first that the certificate names.
    #[must_use]
    pub fn uri(&self) -> Option<&str> {
        self.leaf().issuer_uris().first().map(String::as_str)
    }

    /// The chain for `x5c`: leaf first, without the anchor, which a verifier must have from elsewhere.
    #[must_use]
    pub fn x5c(&self) -> Vec<Vec<u8>> {
        let sent =
            |(at, certificate): &(usize, &IssuerCertificate)| *at == 0 || !certificate.is_self_issued();
        self.chain
            .iter()
            .enumerate()
            .filter(sent)
            .map(|(_, certificate)| certificate.der().to_vec())
            .collect()
    }

    /// Checks that every certificate of the chain is valid at `at`, so that nothing is signed that nobody accepts.
    ///
    /// # Errors
    /// [`ChainError::Validity`].
    pub fn check_validity(&self, at: OffsetDateTime) -> Result<(), ChainError> {
        self.chain.iter().try_for_each(|certificate| certificate.check_validity(at))
    }

    /// Signs claims under this key and chain as a `dc+sd-jwt`. Whether it may, the caller decides.
    ///
    /// # Errors
    /// As [`sdjwt::issue`].
    pub fn issue(
        &self,
        claims: Vec<(&'static str, Claim)>,
        pad_to: usize,
        entropy: &mut dyn Entropy,
    ) -> Result<SdJwt, IssueError> {
        sdjwt::issue(&Header::new(sdjwt::TYP, &self.x5c()), claims, pad_to, self, entropy)
    }
}

impl IssuerKey {
    /// Signs any payload under this key and chain, as a compact JWS of this type.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign_jws(&self, typ: &str, payload: &[u8]) -> Result<String, SignError> {
        Jws::sign(&Header::new(typ, &self.x5c()), payload, self)
    }
}

impl Es256Signer for IssuerKey {
    fn verifying_key(&self) -> VerifyingKey {
        *self.leaf().key()
    }

    fn sign_es256(&self, message: &[u8]) -> Result<Signature, SignError> {
        Self::sign_es256(self, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::make_test_issuer;
    use crate::crypto::SeededEntropy;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    #[test]
    fn a_made_test_issuer_is_read_back_as_one() {
        let made = make_test_issuer(&mut SeededEntropy::new("issuer", 1), AT).unwrap();
        let key = IssuerKey::read_files(made.issuer_pem.as_bytes(), None).unwrap();
        assert!(key.is_test());
        assert_eq!(key.uri(), Some(crate::attestation::test_issuer::TEST_ISSUER_URI));
        assert_eq!(key.x5c(), [key.leaf().der().to_vec()]);
        key.check_validity(AT).unwrap();
        assert!(key.check_validity(AT - time::Duration::days(2)).is_err());
        let root = IssuerCertificate::read_file(made.root_pem.as_bytes()).unwrap();
        assert!(root[0].is_test() && root[0].is_self_issued());
        super::super::chain::check_chain(&[key.leaf().clone()], &root, AT).unwrap();
    }

    #[test]
    fn key_and_certificate_must_belong_together() {
        let files = [1, 2].map(|seed| make_test_issuer(&mut SeededEntropy::new("issuer", seed), AT).unwrap());
        let read =
            |key: &[u8], certificates: Option<&[u8]>| IssuerKey::read_files(key, certificates).map(|_| ());
        let (one, two) = (files[0].issuer_pem.as_bytes(), files[1].issuer_pem.as_bytes());
        assert_eq!(read(one, Some(one)), Ok(()));
        assert_eq!(read(one, Some(two)), Err(IssuerError::Mismatch));
        assert_eq!(read(files[0].root_pem.as_bytes(), None), Err(KeyFileError::Count(0).into()));
        assert_eq!(read(&[one, one].concat(), None), Err(KeyFileError::Count(2).into()));
        assert!(matches!(read(b"\xFF", None), Err(IssuerError::Format(_))));
        let key_only = files[0].issuer_pem.split("-----BEGIN CERT").next().unwrap();
        assert_eq!(read(key_only.as_bytes(), None), Err(IssuerError::NoCertificate));
    }

    #[test]
    fn debug_shows_no_key() {
        let made = make_test_issuer(&mut SeededEntropy::new("issuer", 1), AT).unwrap();
        let key = IssuerKey::read_files(made.issuer_pem.as_bytes(), None).unwrap();
        assert!(format!("{key:?}").ends_with(".. }"));
    }
}
