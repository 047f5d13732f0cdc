//! The examination as a file: the first officer's record and the second's sign-off, each a JWS. [`Examined`] exists only
//! where both signatures, both officers, the answers and the decisions were found in order.
//! Source: RFC 7515; ETSI TS 119 461 BIN-8.4.4-02 to 06.

use super::checklist::{ChecklistError, Comparison};
use super::record::{Enclosure, MAX_ENCLOSURES, Record, SCHEMA};
use crate::attestation::chain::{ChainError, IssuerCertificate, check_chain};
use crate::attestation::issuer::IssuerKey;
use crate::attestation::sdjwt::{Jws, strict_json};
use crate::attestation::signer::SignError;
use crate::crypto::HashAlgorithm;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

/// How long an examination serves, from the first officer's signature.
pub const MAX_AGE: Duration = Duration::hours(24);
/// Largest file, in bytes.
pub const MAX_FILE: u64 = 128 * 1024;
/// How far another machine's clock may be ahead.
const CLOCK_LEEWAY: Duration = Duration::minutes(5);
/// Name and major version of the file.
const FILE_SCHEMA: &str = "titre.examination_file/1";
const RECORD_TYP: &str = "titre-examination+jwt";
const SIGN_OFF_TYP: &str = "titre-examination-sign-off+jwt";
const SIGN_OFF_SCHEMA: &str = "titre.examination_sign_off/1";

/// Why an examination does not serve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficerError {
    /// Not an examination.
    #[error("not an examination: {0}")]
    Malformed(String),
    /// A signature is not that of the certificate that came along.
    #[error("an officer's signature does not verify")]
    Signature,
    /// A certificate that does not lead to a pinned officer.
    #[error("officer: {0}")]
    Certificate(#[from] ChainError),
    /// Nobody signed it off.
    #[error("no second officer has signed it off")]
    NotSignedOff,
    /// Somebody has already.
    #[error("it is signed off already")]
    SignedOff,
    /// Both officers have one key, one certificate or one name.
    #[error("both officers are one: {0}")]
    SameOfficer(&'static str),
    /// The answers do not carry the decision.
    #[error(transparent)]
    Checklist(#[from] ChecklistError),
    /// The officers do not both say that it is the same person.
    #[error("the officers' decision is {}", .0.word())]
    NotConfirmed(Comparison),
    /// Of another consent.
    #[error("it belongs to another consent")]
    AnotherSession,
    /// Of another document.
    #[error("it is about another document")]
    AnotherDocument,
    /// Too long ago, not yet, or before the consent.
    #[error("it was made {0}")]
    Time(&'static str),
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Officers of tests, and an issuer that is none.
    #[error("an officer of tests serves a test issuer only")]
    TestOfficer,
    /// The issuer's own key.
    #[error("the issuer's key cannot be an officer's too")]
    OfficerIsIssuer,
}

/// The file, as it is read and written. Nothing of it is believed before [`Signed::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    schema: String,
    examination: String,
    sign_off: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOff {
    schema: String,
    examination_sha256: String,
    decision: Comparison,
    #[serde(with = "time::serde::rfc3339")]
    signed_off_at: OffsetDateTime,
}

/// An examination by two officers who agree.
#[derive(Debug, Clone)]
pub struct Examined {
    record: Record,
    signed_off_at: OffsetDateTime,
    leaves: [IssuerCertificate; 2],
    test: bool,
    file: Vec<u8>,
}

impl Signed {
    /// The first officer signs; whatever the decision is, every item must have been answered.
    ///
    /// # Errors
    /// [`OfficerError::Checklist`], [`OfficerError::Malformed`] for more enclosures than are taken.
    pub fn examine(record: &Record, officer: &IssuerKey) -> Result<Self, OfficerError> {
        record.checklist.decide()?;
        check_enclosures(&record.enclosures)?;
        let payload = json!(record).to_string();
        let examination = officer.sign_jws(RECORD_TYP, payload.as_bytes())?;
        Ok(Self { schema: FILE_SCHEMA.to_owned(), examination, sign_off: None })
    }

    /// The second officer decides and signs.
    ///
    /// # Errors
    /// [`OfficerError`]: `SignedOff`, `SameOfficer`, `Checklist`, `Time`, `Signature`, `Malformed`.
    pub fn countersign(
        &self,
        decision: Comparison,
        officer: &IssuerKey,
        at: OffsetDateTime,
    ) -> Result<Self, OfficerError> {
        if self.sign_off.is_some() {
            return Err(OfficerError::SignedOff);
        }
        let (record, chain) = self.record()?;
        record.checklist.decide()?;
        check_age(record.examined_at, at)?;
        different(chain.first().ok_or(OfficerError::Signature)?, officer.leaf())?;
        let at = at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at);
        let payload = json!({
            "schema": SIGN_OFF_SCHEMA,
            "examination_sha256": sha256(&self.examination),
            "decision": decision,
            "signed_off_at": at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        });
        let sign_off = officer.sign_jws(SIGN_OFF_TYP, payload.to_string().as_bytes())?;
        Ok(Self { sign_off: Some(sign_off), ..self.clone() })
    }

    /// The record with the chain that came along, whose signature is in order; who signed is not yet asked.
    ///
    /// # Errors
    /// [`OfficerError`]: `Malformed`, `Signature`.
    pub fn record(&self) -> Result<(Record, Vec<IssuerCertificate>), OfficerError> {
        let (record, chain) = opened::<Record>(&self.examination, RECORD_TYP)?;
        if record.schema != SCHEMA {
            return Err(OfficerError::Malformed("another schema".to_owned()));
        }
        check_enclosures(&record.enclosures)?;
        Ok((record, chain))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`OfficerError::Malformed`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, OfficerError> {
        let malformed = |error: &dyn std::fmt::Display| OfficerError::Malformed(error.to_string());
        let members = strict_json::parse_object(bytes).map_err(|error| malformed(&error))?;
        let file: Self = serde_json::from_value(Value::Object(members)).map_err(|error| malformed(&error))?;
        if file.schema == FILE_SCHEMA { Ok(file) } else { Err(malformed(&"another schema")) }
    }

    /// The file form.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of strings always serialises; an empty text would not be read back.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Verifies that two of the `pinned` officers agree that it is the same person.
    ///
    /// # Errors
    /// [`OfficerError`].
    pub fn verify(&self, pinned: &[IssuerCertificate], at: OffsetDateTime) -> Result<Examined, OfficerError> {
        let sign_off = self.sign_off.as_ref().ok_or(OfficerError::NotSignedOff)?;
        let (record, first) = self.record()?;
        let (approval, second) = opened::<SignOff>(sign_off, SIGN_OFF_TYP)?;
        if approval.schema != SIGN_OFF_SCHEMA || approval.examination_sha256 != sha256(&self.examination) {
            return Err(OfficerError::Malformed("the sign-off is of another examination".to_owned()));
        }
        let mut test = false;
        for chain in [&first, &second] {
            test |= check_chain(chain, pinned, at)?.is_test();
            test |= chain.iter().any(IssuerCertificate::is_test);
        }
        let (Some(first), Some(second)) = (first.into_iter().next(), second.into_iter().next()) else {
            return Err(OfficerError::Signature);
        };
        different(&first, &second)?;
        let decisions = [record.checklist.decide()?, approval.decision];
        if let Some(other) = decisions.into_iter().find(|one| *one != Comparison::SamePerson) {
            return Err(OfficerError::NotConfirmed(other));
        }
        check_age(record.examined_at, at)?;
        if approval.signed_off_at < record.examined_at
            || approval.signed_off_at > at.saturating_add(CLOCK_LEEWAY)
        {
            return Err(OfficerError::Time("in another order than it is signed"));
        }
        let file = self.to_json().into_bytes();
        Ok(Examined { record, signed_off_at: approval.signed_off_at, leaves: [first, second], test, file })
    }
}

impl Examined {
    /// Checks that it is of this consent and this document, and recent.
    ///
    /// # Errors
    /// [`OfficerError`]: `AnotherSession`, `AnotherDocument`, `Time`.
    pub fn check(
        &self,
        session: &str,
        given_at: OffsetDateTime,
        sod: &[u8],
        at: OffsetDateTime,
    ) -> Result<(), OfficerError> {
        self.check_session(session, given_at, at)?;
        if self.record.document.opens(sod) { Ok(()) } else { Err(OfficerError::AnotherDocument) }
    }

    /// As [`Examined::check`], where the document is not known yet.
    ///
    /// # Errors
    /// [`OfficerError`]: `AnotherSession`, `Time`.
    pub fn check_session(
        &self,
        session: &str,
        given_at: OffsetDateTime,
        at: OffsetDateTime,
    ) -> Result<(), OfficerError> {
        if self.record.session != session {
            return Err(OfficerError::AnotherSession);
        }
        if self.record.examined_at.saturating_add(CLOCK_LEEWAY) < given_at {
            return Err(OfficerError::Time("before the consent was given"));
        }
        check_age(self.record.examined_at, at)
    }

    /// Checks that these officers may serve this issuer.
    ///
    /// # Errors
    /// [`OfficerError`]: `TestOfficer`, `OfficerIsIssuer`.
    pub fn check_issuer(&self, issuer: &IssuerKey) -> Result<(), OfficerError> {
        if self.test && !issuer.is_test() {
            return Err(OfficerError::TestOfficer);
        }
        let same = |leaf: &IssuerCertificate| leaf.key() == issuer.leaf().key();
        if self.leaves.iter().any(same) { Err(OfficerError::OfficerIsIssuer) } else { Ok(()) }
    }

    pub(super) const fn record(&self) -> &Record {
        &self.record
    }

    pub(super) const fn signed_off_at(&self) -> OffsetDateTime {
        self.signed_off_at
    }

    pub(super) fn file(&self) -> &[u8] {
        &self.file
    }
}

/// The two-person rule: another key, another certificate, another name.
fn different(first: &IssuerCertificate, second: &IssuerCertificate) -> Result<(), OfficerError> {
    if first.der() == second.der() {
        Err(OfficerError::SameOfficer("certificate"))
    } else if first.key() == second.key() {
        Err(OfficerError::SameOfficer("key"))
    } else if first.subject() == second.subject() {
        Err(OfficerError::SameOfficer("name"))
    } else {
        Ok(())
    }
}

fn check_age(examined_at: OffsetDateTime, at: OffsetDateTime) -> Result<(), OfficerError> {
    if examined_at > at.saturating_add(CLOCK_LEEWAY) {
        Err(OfficerError::Time("after the time to judge by"))
    } else if examined_at.saturating_add(MAX_AGE) < at {
        Err(OfficerError::Time("more than 24 hours ago"))
    } else {
        Ok(())
    }
}

fn check_enclosures(enclosures: &[Enclosure]) -> Result<(), OfficerError> {
    let named = enclosures.iter().all(|enclosure| Enclosure::is_name(&enclosure.name));
    if enclosures.len() > MAX_ENCLOSURES || !named {
        return Err(OfficerError::Malformed(
            "further documents: too many, or a type that is none".to_owned(),
        ));
    }
    Ok(())
}

/// The payload of a JWS whose signature is that of the certificate that came along.
fn opened<T: DeserializeOwned>(
    compact: &str,
    typ: &str,
) -> Result<(T, Vec<IssuerCertificate>), OfficerError> {
    let malformed = |error: &dyn std::fmt::Display| OfficerError::Malformed(error.to_string());
    let jws = Jws::parse(compact).map_err(|error| malformed(&error))?;
    if jws.header().typ() != Some(typ) {
        return Err(malformed(&"another type"));
    }
    let x5c = jws.header().x5c().map_err(|error| malformed(&error))?;
    let chain = x5c.iter().map(|der| IssuerCertificate::from_der(der)).collect::<Result<Vec<_>, _>>()?;
    let leaf = chain.first().ok_or(OfficerError::Signature)?;
    let payload = jws.verify(leaf.key()).map_err(|_| OfficerError::Signature)?;
    let members = strict_json::parse_object(&payload).map_err(|error| malformed(&error))?;
    let payload = serde_json::from_value(Value::Object(members)).map_err(|error| malformed(&error))?;
    Ok((payload, chain))
}

fn sha256(text: &str) -> String {
    hex::encode(HashAlgorithm::Sha256.digest(text.as_bytes()))
}
