//! For whom a bundle is sealed, and the key that opens it. RSA from 2048 bits, or any named curve.
//! Source: RFC 5652 sections 6.2.1 (key transport) and 6.2.2 (key agreement), RFC 5280 section 4.2.1.3 (key usage).

use crate::asn1::pem;
use crate::crypto::{PrivateKey, PublicKey};
use crate::pki::Certificate;
use pkcs8::EncryptedPrivateKeyInfoRef;
use time::OffsetDateTime;

/// Key usage bits (RFC 5280 section 4.2.1.3).
const KEY_ENCIPHERMENT: u8 = 2;
const KEY_AGREEMENT: u8 = 4;
/// Shortest RSA key, in bits.
const MIN_RSA_BITS: usize = 2048;

/// Why a certificate or a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// Not one certificate.
    #[error("not one certificate: {0}")]
    Certificate(String),
    /// Not valid at the time.
    #[error("the certificate is not valid at this time")]
    Validity,
    /// Its key may not be used to seal.
    #[error("the certificate's key usage allows neither to encipher nor to agree on keys")]
    Usage,
    /// Neither RSA of at least 2048 bits nor elliptic curve.
    #[error("the key is neither RSA of at least {MIN_RSA_BITS} bits nor elliptic curve")]
    Algorithm,
    /// No private key, or more than one, or one that cannot be read.
    #[error("not one private key in PKCS#8")]
    Key,
    /// The key is encrypted, and no passphrase is given.
    #[error("the private key is encrypted and needs its passphrase")]
    Encrypted,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the private key")]
    Passphrase,
}

/// A certificate that a bundle can be sealed to.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub(super) certificate: Certificate,
    pub(super) key: PublicKey,
}

impl Recipient {
    /// Reads one certificate, PEM or DER, that may be sealed to at `at`.
    ///
    /// # Errors
    /// [`RecipientError`].
    pub fn read_file(bytes: &[u8], at: OffsetDateTime) -> Result<Self, RecipientError> {
        let refused = |error: String| RecipientError::Certificate(error);
        let ders = if pem::is_pem(bytes) {
            let text = std::str::from_utf8(bytes).map_err(|_| refused("not text".to_owned()))?;
            let blocks = pem::blocks(text).map_err(|error| refused(error.to_string()))?;
            blocks
                .into_iter()
                .filter(|block| block.label == "CERTIFICATE")
                .map(|block| block.der.to_vec())
                .collect()
        } else {
            vec![bytes.to_vec()]
        };
        let [der] = ders.as_slice() else { return Err(refused(format!("{} found", ders.len()))) };
        let certificate = Certificate::parse(der).map_err(|error| refused(error.to_string()))?;
        if !certificate.is_valid_at(at) {
            return Err(RecipientError::Validity);
        }
        let key = certificate.public_key().map_err(|_| RecipientError::Algorithm)?;
        let bit = match &key {
            PublicKey::Rsa { n, .. } if n.len() * 8 >= MIN_RSA_BITS => KEY_ENCIPHERMENT,
            PublicKey::Ec(_) => KEY_AGREEMENT,
            _ => return Err(RecipientError::Algorithm),
        };
        if certificate.key_usage(bit) == Some(false) {
            return Err(RecipientError::Usage);
        }
        Ok(Self { certificate, key })
    }
}

/// The private key of a recipient.
#[derive(Debug)]
pub struct RecipientKey(pub(super) PrivateKey);

impl RecipientKey {
    /// Reads PEM with one PKCS#8 key, encrypted or not.
    ///
    /// # Errors
    /// [`RecipientError`]: `Key`, `Encrypted` where the passphrase is to be asked, `Passphrase`.
    pub fn read_file(bytes: &[u8], passphrase: Option<&str>) -> Result<Self, RecipientError> {
        let text = std::str::from_utf8(bytes).map_err(|_| RecipientError::Key)?;
        let blocks = pem::blocks(text).map_err(|_| RecipientError::Key)?;
        let is_key = |block: &&pem::Block| block.label.ends_with("PRIVATE KEY");
        let keys: Vec<_> = blocks.iter().filter(is_key).collect();
        let [block] = keys.as_slice() else { return Err(RecipientError::Key) };
        let read = |der: &[u8]| PrivateKey::from_pkcs8_der(der).map(Self).map_err(|_| RecipientError::Key);
        match (block.label.as_str(), passphrase) {
            ("PRIVATE KEY", _) => read(&block.der),
            ("ENCRYPTED PRIVATE KEY", None) => Err(RecipientError::Encrypted),
            ("ENCRYPTED PRIVATE KEY", Some(passphrase)) => {
                let info = EncryptedPrivateKeyInfoRef::try_from(block.der.as_slice());
                let info = info.map_err(|_| RecipientError::Key)?;
                read(info.decrypt(passphrase).map_err(|_| RecipientError::Passphrase)?.as_bytes())
            }
            _ => Err(RecipientError::Key),
        }
    }
}
