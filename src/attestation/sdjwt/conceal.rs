//! Making an SD-JWT: claims go in with marks of what the holder may withhold; out come the signed payload with
//! digests and the disclosures.
//! Source: RFC 9901 sections 4.2 and 5, 9.3 (salts of 128 bits), 4.2.5 (decoys).

use super::{Disclosure, Header, Jws, NEVER_SELECTIVE, SdJwt, base64url};
use crate::attestation::signer::{Es256Signer, SignError};
use crate::crypto::{Entropy, EntropyError};
use crate::lds::Personal;
use serde_json::{Map, Value, json};

/// A claim's value with marks of what may be withheld.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Claim {
    /// Always there.
    Plain(Value),
    /// An object whose members have marks of their own.
    Object(Vec<(&'static str, Claim)>),
    /// An array whose elements have marks of their own.
    Array(Vec<Claim>),
    /// May be withheld: it stands in a disclosure, and only its digest in the payload.
    Selective(Box<Claim>),
    /// As `Plain`, for what is about a person.
    Holder(Personal<Value>),
}

impl Claim {
    /// A value that may be withheld.
    #[must_use]
    pub fn selective(value: impl Into<Value>) -> Self {
        Self::Selective(Box::new(Self::Plain(value.into())))
    }

    /// A value about the holder that may be withheld.
    #[must_use]
    pub fn about_holder(value: Personal<Value>) -> Self {
        Self::Selective(Box::new(Self::Holder(value)))
    }
}

/// Why no SD-JWT was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// A claim that may never be withheld was marked selective.
    #[error("the claim {0} may not be selectively disclosed")]
    NeverSelective(&'static str),
    /// No salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// No signature.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Signs `claims` as an SD-JWT. Decoys fill the digests of the top level up to a multiple of `pad_to` (1: no decoys),
/// so that their number does not tell which claims there are.
///
/// # Errors
/// [`IssueError`].
pub fn issue(
    header: &Header,
    claims: Vec<(&'static str, Claim)>,
    pad_to: usize,
    key: &dyn Es256Signer,
    entropy: &mut dyn Entropy,
) -> Result<SdJwt, IssueError> {
    if let Some((name, _)) = claims
        .iter()
        .find(|(name, claim)| NEVER_SELECTIVE.contains(name) && matches!(claim, Claim::Selective(_)))
    {
        return Err(IssueError::NeverSelective(name));
    }
    let mut work = Work { entropy, disclosures: Vec::new() };
    let mut payload = work.object(claims, pad_to.max(1))?;
    payload.insert("_sd_alg".to_owned(), json!("sha-256"));
    let Work { disclosures, .. } = work;
    let jwt = Jws::sign(header, Value::Object(payload).to_string().as_bytes(), key)?;
    Ok(SdJwt::new(jwt, disclosures))
}

struct Work<'a> {
    entropy: &'a mut dyn Entropy,
    disclosures: Vec<Disclosure>,
}

impl Work<'_> {
    fn value(&mut self, claim: Claim) -> Result<Value, IssueError> {
        Ok(match claim {
            Claim::Plain(value) => value,
            Claim::Holder(value) => value.into_disclosed(),
            Claim::Object(members) => Value::Object(self.object(members, 1)?),
            Claim::Array(elements) => Value::Array(self.array(elements)?),
            // A mark on something that has no place to withhold it from is no more than its value.
            Claim::Selective(inner) => self.value(*inner)?,
        })
    }

    fn object(
        &mut self,
        claims: Vec<(&'static str, Claim)>,
        pad_to: usize,
    ) -> Result<Map<String, Value>, IssueError> {
        let mut members = Map::new();
        let mut digests = Vec::new();
        for (name, claim) in claims {
            match claim {
                Claim::Selective(inner) => {
                    let value = self.value(*inner)?;
                    digests.push(self.disclose(Some(name), value)?);
                }
                other => {
                    let value = self.value(other)?;
                    members.insert(name.to_owned(), value);
                }
            }
        }
        if !digests.is_empty() {
            while !digests.len().is_multiple_of(pad_to) {
                digests.push(self.decoy()?);
            }
            // Sorted, so that the order tells nothing of the claims (RFC 9901 section 4.2.4.1).
            digests.sort_unstable();
            members.insert("_sd".to_owned(), json!(digests));
        }
        Ok(members)
    }

    fn array(&mut self, elements: Vec<Claim>) -> Result<Vec<Value>, IssueError> {
        elements
            .into_iter()
            .map(|element| match element {
                Claim::Selective(inner) => {
                    let value = self.value(*inner)?;
                    Ok(json!({"...": self.disclose(None, value)?}))
                }
                other => self.value(other),
            })
            .collect()
    }

    fn disclose(&mut self, name: Option<&str>, value: Value) -> Result<String, IssueError> {
        let mut salt = [0u8; 16];
        self.entropy.fill("sd_jwt.salt", &mut salt)?;
        let disclosure = Disclosure::new(&base64url(&salt), name, value);
        let digest = disclosure.digest();
        self.disclosures.push(disclosure);
        Ok(digest)
    }

    fn decoy(&mut self) -> Result<String, IssueError> {
        let mut random = [0u8; 32];
        self.entropy.fill("sd_jwt.decoy", &mut random)?;
        // Uniform bytes look like a digest; there is no preimage to find.
        Ok(base64url(&random))
    }
}
