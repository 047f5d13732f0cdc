//! The token as it travels: `<JWT>~<Disclosure>~...~<Disclosure>~`, with a key-binding JWT after the last tilde
//! where the holder presents it to someone.
//! Source: RFC 9901 section 4.

use super::{Disclosure, Jws, MAX_DISCLOSURES, MAX_TOKEN, SdJwtError};
use std::fmt::Write;

/// An SD-JWT, parsed but not verified.
#[derive(Debug, Clone)]
pub struct SdJwt {
    jwt: String,
    disclosures: Vec<Disclosure>,
    key_binding: Option<String>,
}

impl SdJwt {
    pub(super) const fn new(jwt: String, disclosures: Vec<Disclosure>) -> Self {
        Self { jwt, disclosures, key_binding: None }
    }

    /// Splits a token. White space around it is taken for the end of a file's line.
    ///
    /// # Errors
    /// [`SdJwtError`]: `TooLarge`, `Format`, `Disclosure`, `DisclosureJson`.
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_TOKEN {
            return Err(SdJwtError::TooLarge("token"));
        }
        let mut parts = text.trim().split('~');
        let jwt = parts.next().unwrap_or_default();
        let mut rest: Vec<&str> = parts.collect();
        // What follows the last tilde is the key-binding JWT, or nothing.
        let Some(last) = rest.pop() else { return Err(SdJwtError::Format("no tilde")) };
        if rest.len() > MAX_DISCLOSURES {
            return Err(SdJwtError::TooLarge("disclosures"));
        }
        let disclosures = rest.into_iter().map(Disclosure::parse).collect::<Result<_, _>>()?;
        let key_binding = (!last.is_empty()).then(|| last.to_owned());
        Ok(Self { jwt: jwt.to_owned(), disclosures, key_binding })
    }

    /// The issuer-signed JWT.
    ///
    /// # Errors
    /// As [`Jws::parse`].
    pub fn jws(&self) -> Result<Jws, SdJwtError> {
        Jws::parse(&self.jwt)
    }

    /// The disclosures that came along, in their order.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// The key-binding JWT, unverified.
    #[must_use]
    pub fn key_binding(&self) -> Option<&str> {
        self.key_binding.as_deref()
    }

    /// The same token with only the disclosures that `keep` wants, and no key binding.
    #[must_use]
    pub fn with_only(&self, keep: impl Fn(&Disclosure) -> bool) -> Self {
        let disclosures = self.disclosures.iter().filter(|each| keep(each)).cloned().collect();
        Self { jwt: self.jwt.clone(), disclosures, key_binding: None }
    }

    /// The compact form. It holds personal data: it belongs in the holder's file and nowhere else.
    #[must_use]
    pub fn to_compact(&self) -> String {
        let mut text = format!("{}~", self.jwt);
        for disclosure in &self.disclosures {
            let _ = write!(text, "{}~", disclosure.encoded().disclose());
        }
        text.push_str(self.key_binding.as_deref().unwrap_or_default());
        text
    }
}
