//! The question to the issuing authority's register and its signed answer. The answer repeats the question's nonce and
//! document, so that it serves for this question only; the register's key is pinned by whoever asks.
//! Source: ETSI TS 119 461 VAL-8.3.2-03; RFC 7515 (JWS, ES256), RFC 8725 section 3.

use super::chain::{IssuerCertificate, check_chain};
use super::sdjwt::{Jws, strict_json};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use crate::inspection::register::{NotChecked, RegisterAnswer, RegisterOutcome, RegisterStatus};
use crate::lds::Mrz;
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// The type in the header of an answer.
pub const TYP: &str = "titre-register-answer+jwt";
/// Most bytes of an answer.
pub const MAX_ANSWER: u64 = 64 * 1024;
/// How long ago what the register says may have held: registers that are filled once a day are common.
const MAX_AGE: Duration = Duration::hours(26);
/// How far the register's clock may be ahead.
const CLOCK_LEEWAY: Duration = Duration::minutes(5);

/// A question about one document. Its text holds the document's number.
pub struct RegisterRequest {
    nonce: String,
    number: Zeroizing<String>,
    code: String,
    state: String,
    at: OffsetDateTime,
}

/// An answer, `titre.register_answer/1`.
#[derive(Deserialize)]
struct Payload {
    schema: String,
    nonce: String,
    document: Document,
    status: RegisterStatus,
    #[serde(with = "time::serde::rfc3339")]
    as_of: OffsetDateTime,
}

#[derive(Deserialize)]
struct Document {
    number: String,
    #[serde(rename = "type")]
    code: String,
    issuing_state: String,
}

impl RegisterRequest {
    /// A question about the document of this MRZ.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn new(mrz: &Mrz, at: OffsetDateTime, entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut nonce = [0u8; 16];
        entropy.fill("register.nonce", &mut nonce)?;
        Ok(Self {
            nonce: hex::encode(nonce),
            number: Zeroizing::new(mrz.document_number.disclose().clone()),
            code: mrz.document_code.clone(),
            state: mrz.issuing_state.clone(),
            at,
        })
    }

    /// What is sent: `titre.register_request/1`.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<Vec<u8>> {
        let asked_at = self.at.replace_nanosecond(0).unwrap_or(self.at).format(&Rfc3339).unwrap_or_default();
        let request = json!({
            "schema": "titre.register_request/1",
            "nonce": self.nonce,
            "asked_at": asked_at,
            "document": {"number": *self.number, "type": self.code, "issuing_state": self.state},
        });
        Zeroizing::new(request.to_string().into_bytes())
    }

    /// Judges what came back; `pinned` are the certificates of the register.
    #[must_use]
    pub fn judge(&self, answer: &[u8], pinned: &[IssuerCertificate]) -> RegisterOutcome {
        self.answer(answer, pinned).map_or_else(RegisterOutcome::NotChecked, RegisterOutcome::Answered)
    }

    fn answer(&self, answer: &[u8], pinned: &[IssuerCertificate]) -> Result<RegisterAnswer, NotChecked> {
        let malformed = NotChecked::Malformed;
        if answer.len() as u64 > MAX_ANSWER {
            return Err(NotChecked::TooLarge);
        }
        let text = std::str::from_utf8(answer).map_err(|_| malformed)?.trim();
        let jws = Jws::parse(text).map_err(|_| malformed)?;
        if jws.header().typ() != Some(TYP) {
            return Err(malformed);
        }
        let x5c = jws.header().x5c().map_err(|_| NotChecked::Signer)?;
        let chain: Result<Vec<_>, _> = x5c.iter().map(|der| IssuerCertificate::from_der(der)).collect();
        let chain = chain.map_err(|_| NotChecked::Signer)?;
        let leaf = chain.first().ok_or(NotChecked::Signer)?;
        let payload = Zeroizing::new(jws.verify(leaf.key()).map_err(|_| NotChecked::Signature)?);
        let anchor = check_chain(&chain, pinned, self.at).map_err(|_| NotChecked::Signer)?;
        let members = strict_json::parse_object(&payload).map_err(|_| malformed)?;
        let said: Payload = serde_json::from_value(Value::Object(members)).map_err(|_| malformed)?;
        if said.schema != "titre.register_answer/1" {
            return Err(malformed);
        }
        let Document { number, code, issuing_state } = said.document;
        let number = Zeroizing::new(number);
        if (&*number, &code, &issuing_state) != (&*self.number, &self.code, &self.state) {
            return Err(NotChecked::AnotherDocument);
        }
        if said.nonce != self.nonce {
            return Err(NotChecked::AnotherRequest);
        }
        if said.as_of > self.at.saturating_add(CLOCK_LEEWAY) || said.as_of.saturating_add(MAX_AGE) < self.at {
            return Err(NotChecked::Stale);
        }
        Ok(RegisterAnswer {
            status: said.status,
            as_of: said.as_of.format(&Rfc3339).map_err(|_| malformed)?,
            register: leaf.subject().to_owned(),
            answer_sha256: hex::encode(HashAlgorithm::Sha256.digest(text.as_bytes())),
            test: anchor.is_test() || chain.iter().any(IssuerCertificate::is_test),
        })
    }
}

impl std::fmt::Debug for RegisterRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisterRequest").field("nonce", &self.nonce).finish_non_exhaustive()
    }
}
