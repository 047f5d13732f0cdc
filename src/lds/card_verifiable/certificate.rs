//! One card verifiable certificate: parsed, written, signed, its signature verified.
//! Source: BSI TR-03110-3 appendices C.1 (profile, table 17), D.2 (data objects).

use super::super::LdsError;
use super::authorization::Authorization;
use super::key::{TerminalPublicKey, TerminalScheme};
use super::reference::KeyReference;
use crate::asn1::tlv;
use crate::crypto::{Entropy, PrivateKey, PublicKey, SignatureError, signature};
use time::{Date, Month};

pub(super) const FILE: &str = "card verifiable certificate";
/// Most bytes of a certificate: one with a key of 8192 bits and some extensions has fewer.
pub const MAX_CERTIFICATE: usize = 8192;
/// Most extensions.
const MAX_EXTENSIONS: usize = 16;
/// The one version of the profile.
const PROFILE: [u8; 1] = [0];

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateBody {
    /// The key that verifies the certificate (certification authority reference, 42).
    pub issuer: KeyReference,
    /// The key that is certified.
    pub key: TerminalPublicKey,
    /// The name of that key (certificate holder reference, 5F20).
    pub holder: KeyReference,
    /// Role and rights.
    pub authorization: Authorization,
    /// The day that it was made.
    pub effective: Date,
    /// Its last day.
    pub expires: Date,
    /// Extensions, each one whole data object 73. None matters for passports, and none may be refused (C.3).
    pub extensions: Vec<Vec<u8>>,
}

/// A certificate with its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct CardVerifiableCertificate {
    body: CertificateBody,
    /// Data objects 7F4E and 5F37, as they stand.
    content: Vec<u8>,
    /// Bytes of the former.
    body_len: usize,
    signature: Vec<u8>,
}

impl CertificateBody {
    /// The data object 7F4E, which is what is signed; `None` where it has no encoding: a year before 2000 or after 2099.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut content = tlv::encode(0x5F29, &PROFILE);
        content.extend(tlv::encode(0x42, self.issuer.as_bytes()));
        content.extend(self.key.to_bytes());
        content.extend(tlv::encode(0x5F20, self.holder.as_bytes()));
        content.extend(self.authorization.to_bytes()?);
        content.extend(tlv::encode(0x5F25, &digits(self.effective)?));
        content.extend(tlv::encode(0x5F24, &digits(self.expires)?));
        if !self.extensions.is_empty() {
            content.extend(tlv::encode(0x65, &self.extensions.concat()));
        }
        Some(tlv::encode(0x7F4E, &content))
    }

    fn parse(value: &[u8]) -> Result<Self, LdsError> {
        let parts = tlv::children(value).map_err(LdsError::tlv(FILE))?;
        let tags: Vec<u32> = parts.iter().map(|part| part.tag).collect();
        let (required, optional) =
            tags.split_at_checked(7).ok_or(wrong("body", "data objects are missing"))?;
        if required != [0x5F29, 0x42, 0x7F49, 0x5F20, 0x7F4C, 0x5F25, 0x5F24] {
            return Err(wrong("body", "not the data objects of the profile"));
        }
        if parts[0].value != PROFILE {
            return Err(LdsError::Unsupported { file: FILE, format: "the version of the profile" });
        }
        let extensions = match optional {
            [] => Vec::new(),
            [0x65] => extensions(parts[7].value)?,
            _ => return Err(wrong("body", "data objects after the last one")),
        };
        let reference = |at: usize, field| {
            KeyReference::new(parts[at].value).ok_or(wrong(field, "not 1 to 16 printable characters"))
        };
        let date = |at: usize, field| date(parts[at].value).ok_or(wrong(field, "no date of six digits"));
        Ok(Self {
            issuer: reference(1, "authority reference")?,
            key: TerminalPublicKey::parse(parts[2].value)?,
            holder: reference(3, "holder reference")?,
            authorization: Authorization::parse(parts[4].value)?,
            effective: date(5, "effective date")?,
            expires: date(6, "expiration date")?,
            extensions,
        })
    }
}

impl CardVerifiableCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`LdsError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(LdsError::TooMany { file: FILE, what: "bytes", limit: MAX_CERTIFICATE });
        }
        let outer = tlv::read_only(0x7F21, bytes).map_err(LdsError::tlv(FILE))?;
        Self::from_content(outer.value)
    }

    /// Reads a certificate without its outer tag: body and signature, as a chip is given them.
    ///
    /// # Errors
    /// [`LdsError`].
    pub fn from_content(content: &[u8]) -> Result<Self, LdsError> {
        if content.len() > MAX_CERTIFICATE {
            return Err(LdsError::TooMany { file: FILE, what: "bytes", limit: MAX_CERTIFICATE });
        }
        let parts = tlv::children(content).map_err(LdsError::tlv(FILE))?;
        let [body, signature] = parts.as_slice() else {
            return Err(wrong("certificate", "not a body and a signature"));
        };
        if body.tag != 0x7F4E || signature.tag != 0x5F37 || signature.value.is_empty() {
            return Err(wrong("certificate", "not a body and a signature"));
        }
        Ok(Self {
            body: CertificateBody::parse(body.value)?,
            content: content.to_vec(),
            body_len: body.raw.len(),
            signature: signature.value.to_vec(),
        })
    }

    /// A certificate of this body, signed with the issuer's key.
    ///
    /// # Errors
    /// [`LdsError::Field`] where the body has no encoding, or where the key does not sign so.
    pub fn issue(
        body: CertificateBody,
        key: &PrivateKey,
        scheme: TerminalScheme,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, LdsError> {
        let bytes = body.to_bytes().ok_or(wrong("body", "cannot be written"))?;
        let signature = key
            .sign(&scheme.signature(), &bytes, entropy)
            .map_err(|_| wrong("signature", "the key does not sign so"))?;
        let content = [bytes.as_slice(), &tlv::encode(0x5F37, &signature)].concat();
        Ok(Self { body, content, body_len: bytes.len(), signature })
    }

    /// What it says.
    #[must_use]
    pub const fn body(&self) -> &CertificateBody {
        &self.body
    }

    /// Body and signature, as a chip is given them: data objects 7F4E and 5F37.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The whole certificate.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        tlv::encode(0x7F21, &self.content)
    }

    /// Whether its own key signed it, as far as its references say.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.body.issuer == self.body.holder
    }

    /// Verifies the signature with the issuer's key and scheme, and nothing else.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, key: &PublicKey, scheme: TerminalScheme) -> Result<(), SignatureError> {
        let signed = &self.content[..self.body_len];
        signature::verify(key, &scheme.signature(), signed, &self.signature)
    }
}

impl std::fmt::Debug for CardVerifiableCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardVerifiableCertificate({} by {})", self.body.holder, self.body.issuer)
    }
}

const fn wrong(field: &'static str, problem: &'static str) -> LdsError {
    LdsError::field(FILE, field, problem)
}

fn extensions(value: &[u8]) -> Result<Vec<Vec<u8>>, LdsError> {
    let parts = tlv::children(value).map_err(LdsError::tlv(FILE))?;
    if parts.len() > MAX_EXTENSIONS {
        return Err(LdsError::TooMany { file: FILE, what: "extensions", limit: MAX_EXTENSIONS });
    }
    if parts.is_empty() || parts.iter().any(|part| part.tag != 0x73) {
        return Err(wrong("extensions", "not templates of discretionary data"));
    }
    Ok(parts.into_iter().map(|part| part.raw.to_vec()).collect())
}

/// `YYMMDD`, a digit a byte, of this century (D.2.1.3).
fn date(value: &[u8]) -> Option<Date> {
    let digits: [u8; 6] = value.try_into().ok()?;
    if digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let [year, month, day] = [0, 2, 4].map(|at| digits[at] * 10 + digits[at + 1]);
    Date::from_calendar_date(2000 + i32::from(year), Month::try_from(month).ok()?, day).ok()
}

fn digits(date: Date) -> Option<[u8; 6]> {
    let year = u8::try_from(date.year().checked_sub(2000)?).ok().filter(|year| *year < 100)?;
    let numbers = [year, u8::from(date.month()), date.day()];
    let mut digits = [0; 6];
    for (number, place) in numbers.iter().zip(digits.chunks_exact_mut(2)) {
        place.copy_from_slice(&[number / 10, number % 10]);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date as day;

    #[test]
    fn dates_are_six_digits_of_this_century() {
        for (value, expected) in [
            ([2, 6, 1, 1, 2, 3], Some(day!(2026 - 11 - 23))),
            ([9, 9, 1, 2, 3, 1], Some(day!(2099 - 12 - 31))),
            ([2, 6, 0, 2, 2, 9], None),
            ([2, 6, 1, 3, 0, 1], None),
            ([2, 0x26, 1, 1, 0, 1], None),
        ] {
            assert_eq!(date(&value), expected);
            if let Some(expected) = expected {
                assert_eq!(digits(expected), Some(value));
            }
        }
        assert_eq!(date(b"261123"), None);
        assert_eq!((digits(day!(1999 - 12 - 31)), digits(day!(2100 - 01 - 01))), (None, None));
    }
}
