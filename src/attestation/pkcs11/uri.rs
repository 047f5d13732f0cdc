//! The name of a key on a token: `pkcs11:token=...;object=...?module-path=...`, read strictly. An attribute that titre does
//! not know is refused rather than passed over, since it would have narrowed the choice.
//! Source: RFC 7512 sections 2.3 (grammar) and 2.4 (comparison).

use std::path::{Path, PathBuf};

/// Longest URI, in bytes.
const MAX_LEN: usize = 4096;
/// The scheme.
const SCHEME: &str = "pkcs11:";
/// `pk11-res-avail` and `&`, which may stand in a path attribute beside the unreserved characters.
const PATH_CHARACTERS: &[u8] = b":[]@!$'()*+,=&";
/// The same for a query attribute, where `&` parts attributes.
const QUERY_CHARACTERS: &[u8] = b":[]@!$'()*+,=/?|";

/// Why a URI is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// Not of the grammar, or too long.
    #[error("not a PKCS#11 URI (RFC 7512)")]
    Malformed,
    /// An attribute stands twice.
    #[error("the attribute {0} stands twice")]
    Twice(String),
    /// An attribute or a value that titre does not know.
    #[error(
        "the attribute {0} is not one that titre understands (token, serial, object, id, type=private, module-path)"
    )]
    Unknown(String),
    /// The PIN stands in the URI, or where to find it.
    #[error("a PIN never stands in the URI: command lines are seen by every process")]
    Pin,
    /// The module is not named by an absolute path.
    #[error("module-path is not an absolute path")]
    ModulePath,
}

/// A key on a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenUri {
    /// The token's label.
    pub(super) token: Option<String>,
    /// The token's serial number.
    pub(super) serial: Option<String>,
    /// The key's label (`CKA_LABEL`).
    pub(super) object: Option<String>,
    /// The key's identifier (`CKA_ID`).
    pub(super) id: Option<Vec<u8>>,
    module_path: Option<PathBuf>,
}

impl TokenUri {
    /// Whether `text` is meant as such a URI; the scheme's letters may have either case (RFC 3986 section 3.1).
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    }

    /// Parses it.
    ///
    /// # Errors
    /// [`UriError`].
    pub fn parse(text: &str) -> Result<Self, UriError> {
        if !Self::is_one(text) || text.len() > MAX_LEN {
            return Err(UriError::Malformed);
        }
        let (path, query) = match text[SCHEME.len()..].split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&text[SCHEME.len()..], None),
        };
        let mut uri = Self::default();
        let mut has_type = false;
        for attribute in path.split(';').filter(|_| !path.is_empty()) {
            let (name, value) = attribute.split_once('=').ok_or(UriError::Malformed)?;
            let bytes = decode(value, PATH_CHARACTERS)?;
            let twice = match name {
                "token" => uri.token.replace(string(bytes)?).is_some(),
                "serial" => uri.serial.replace(string(bytes)?).is_some(),
                "object" => uri.object.replace(string(bytes)?).is_some(),
                "id" => uri.id.replace(bytes).is_some(),
                "type" if bytes == b"private" => std::mem::replace(&mut has_type, true),
                "pin-value" | "pin-source" => return Err(UriError::Pin),
                _ => return Err(UriError::Unknown(name.to_owned())),
            };
            if twice {
                return Err(UriError::Twice(name.to_owned()));
            }
        }
        for attribute in query.iter().flat_map(|query| query.split('&')) {
            let (name, value) = attribute.split_once('=').ok_or(UriError::Malformed)?;
            match name {
                "module-path" => {
                    let module = PathBuf::from(string(decode(value, QUERY_CHARACTERS)?)?);
                    // A bare name would be looked for wherever the loader looks, and its code run.
                    if !module.is_absolute() {
                        return Err(UriError::ModulePath);
                    }
                    if uri.module_path.replace(module).is_some() {
                        return Err(UriError::Twice(name.to_owned()));
                    }
                }
                "pin-value" | "pin-source" => return Err(UriError::Pin),
                _ => return Err(UriError::Unknown(name.to_owned())),
            }
        }
        Ok(uri)
    }

    /// The module that the URI names.
    #[must_use]
    pub fn module_path(&self) -> Option<&Path> {
        self.module_path.as_deref()
    }
}

fn string(bytes: Vec<u8>) -> Result<String, UriError> {
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty()).ok_or(UriError::Malformed)
}

/// Percent-decodes a value whose plain characters are unreserved or of `plain`.
fn decode(value: &str, plain: &[u8]) -> Result<Vec<u8>, UriError> {
    let mut bytes = value.bytes();
    let mut decoded = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit().ok_or(UriError::Malformed)?, digit().ok_or(UriError::Malformed)?);
                u8::try_from(high << 4 | low).map_err(|_| UriError::Malformed)?
            }
            _ if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) => byte,
            _ => return Err(UriError::Malformed),
        });
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_decoded() {
        let uri = TokenUri::parse(
            "pkcs11:token=The%20issuer;serial=00a1;object=key=1&2;id=%01%fF;type=private?module-path=/usr/lib/m.so",
        )
        .unwrap();
        let expected = TokenUri {
            token: Some("The issuer".to_owned()),
            serial: Some("00a1".to_owned()),
            object: Some("key=1&2".to_owned()),
            id: Some(vec![1, 255]),
            module_path: Some(PathBuf::from("/usr/lib/m.so")),
        };
        assert_eq!(uri, expected);
        assert_eq!(TokenUri::parse("PKCS11:"), Ok(TokenUri::default()));
        assert!(!TokenUri::is_one("issuer.pem") && !TokenUri::is_one("pkcs1é"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let unknown = |name: &str| UriError::Unknown(name.to_owned());
        for (text, expected) in [
            ("issuer.pem", UriError::Malformed),
            ("pkcs11:token", UriError::Malformed),
            ("pkcs11:token=a;", UriError::Malformed),
            ("pkcs11:token=", UriError::Malformed),
            ("pkcs11:token=a b", UriError::Malformed),
            ("pkcs11:token=a/b", UriError::Malformed),
            ("pkcs11:token=%0", UriError::Malformed),
            ("pkcs11:token=%+1", UriError::Malformed),
            ("pkcs11:token=%FF", UriError::Malformed),
            ("pkcs11:token=a?", UriError::Malformed),
            ("pkcs11:token=a;token=a", UriError::Twice("token".to_owned())),
            ("pkcs11:type=private;type=private", UriError::Twice("type".to_owned())),
            ("pkcs11:?module-path=/a&module-path=/a", UriError::Twice("module-path".to_owned())),
            ("pkcs11:type=public", unknown("type")),
            ("pkcs11:slot-id=1", unknown("slot-id")),
            ("pkcs11:Token=a", unknown("Token")),
            ("pkcs11:?module-name=softhsm2", unknown("module-name")),
            ("pkcs11:?module-path=softhsm2.so", UriError::ModulePath),
            ("pkcs11:token=a?pin-value=1234", UriError::Pin),
            ("pkcs11:token=a;pin-value=1234", UriError::Pin),
            ("pkcs11:token=a?pin-source=file:/pin", UriError::Pin),
        ] {
            assert_eq!(TokenUri::parse(text), Err(expected), "{text}");
        }
        let long = format!("pkcs11:token={}", "a".repeat(MAX_LEN));
        assert_eq!(TokenUri::parse(&long), Err(UriError::Malformed));
    }
}
