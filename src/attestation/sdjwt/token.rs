//! The token as it travels: `<JWT>~<Disclosure>~...~<Disclosure>~`, with a key-binding JWT after the last tilde
//! where the holder presents it to someone.
//! Source: RFC 9901 section 4.

use super::{Disclosure, Jws, MAX_DISCLOSURES, MAX_TOKEN, SdJwtError};
use crate::lds::Personal;
use std::fmt::Write;

/// An SD-JWT, split into its parts but not verified; nothing in it is to be relied on.
#[derive(Debug, Clone)]
pub struct SdJwt {
    jwt: String,
    disclosures: Vec<Personal<String>>,
    key_binding: Option<String>,
}

impl SdJwt {
    pub(super) fn new(jwt: String, disclosures: Vec<Disclosure>) -> Self {
        let disclosures = disclosures.into_iter().map(|each| each.encoded().clone()).collect();
        Self { jwt, disclosures, key_binding: None }
    }

    /// Splits a token. White space around it is taken for the end of a file's line. What stands in the parts is looked
    /// at later, so that a changed part is a token that is refused, and only something else entirely is no token.
    ///
    /// # Errors
    /// [`SdJwtError`]: `TooLarge`, `Format`.
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_TOKEN {
            return Err(SdJwtError::TooLarge("token"));
        }
        let mut parts = text.trim().split('~');
        let jwt = parts.next().unwrap_or_default();
        if jwt.split('.').count() != 3 {
            return Err(SdJwtError::Format("not three parts"));
        }
        let mut rest: Vec<&str> = parts.collect();
        // What follows the last tilde is the key-binding JWT, or nothing.
        let Some(last) = rest.pop() else { return Err(SdJwtError::Format("no tilde")) };
        if rest.len() > MAX_DISCLOSURES {
            return Err(SdJwtError::TooLarge("disclosures"));
        }
        let disclosures = rest.into_iter().map(|each| Personal::new(each.to_owned())).collect();
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
    ///
    /// # Errors
    /// [`SdJwtError`]: `Disclosure`, `DisclosureJson`.
    pub fn disclosures(&self) -> Result<Vec<Disclosure>, SdJwtError> {
        self.disclosures.iter().map(|each| Disclosure::parse(each.disclose())).collect()
    }

    /// The key-binding JWT, unverified.
    #[must_use]
    pub fn key_binding(&self) -> Option<&str> {
        self.key_binding.as_deref()
    }

    pub(super) fn without_key_binding(&self) -> Self {
        Self { key_binding: None, ..self.clone() }
    }

    pub(super) fn with_key_binding(&self, proof: String) -> Self {
        Self { key_binding: Some(proof), ..self.clone() }
    }

    /// The same token with only the disclosures that `keep` wants, and no key binding.
    ///
    /// # Errors
    /// As [`SdJwt::disclosures`].
    pub fn with_only(&self, keep: impl Fn(&Disclosure) -> bool) -> Result<Self, SdJwtError> {
        let kept = self.disclosures()?.into_iter().filter(|each| keep(each)).collect();
        Ok(Self::new(self.jwt.clone(), kept))
    }

    /// The compact form. It holds personal data: it belongs in the holder's file and nowhere else.
    #[must_use]
    pub fn to_compact(&self) -> String {
        let mut text = format!("{}~", self.jwt);
        for disclosure in &self.disclosures {
            let _ = write!(text, "{}~", disclosure.disclose());
        }
        text.push_str(self.key_binding.as_deref().unwrap_or_default());
        text
    }
}
