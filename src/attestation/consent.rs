//! The consent receipt, `titre.consent/1`: which text was shown, what the person answered to each purpose, when. It
//! comes before any biometric operation; the path without face recognition is named in it.
//! Source: GDPR articles 4(11), 7 and 9(2)(a): explicit, per purpose, as easy to withdraw as to give.

use super::sdjwt::strict_json;
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

/// Name and major version of the receipt.
pub const SCHEMA: &str = "titre.consent/1";
/// Name and major version of the record of a withdrawal.
pub const WITHDRAWAL_SCHEMA: &str = "titre.consent_withdrawal/1";
/// The way that stays open without face recognition: an officer compares.
pub const ALTERNATIVE: &str = "officer_in_person";
/// Largest receipt that is read, in bytes.
pub const MAX_FILE: u64 = 16 * 1024;
/// How far the clock of the machine that took the consent may be ahead.
const CLOCK_LEEWAY: Duration = Duration::minutes(5);

/// What a person is asked to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// The chip is read and checked.
    DocumentReading,
    /// The face in the video is compared with the chip's photo.
    FaceRecognition,
    /// An attestation with identity data is signed.
    Attestation,
}

impl Purpose {
    /// All purposes, in the order of the text.
    pub const ALL: [Self; 3] = [Self::DocumentReading, Self::FaceRecognition, Self::Attestation];

    /// The identifier, as receipts and the command line carry it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DocumentReading => "document_reading",
            Self::FaceRecognition => "face_recognition",
            Self::Attestation => "attestation",
        }
    }

    /// The purpose of an identifier.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }
}

/// The language of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLanguage {
    /// English.
    En,
    /// French.
    Fr,
}

impl TextLanguage {
    /// The text that is shown.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::En => include_str!("consent_text/en.txt"),
            Self::Fr => include_str!("consent_text/fr.txt"),
        }
    }

    /// SHA-256 of the text in UTF-8, hex. A text that changes gets another schema version.
    #[must_use]
    pub fn text_sha256(self) -> String {
        hex::encode(HashAlgorithm::Sha256.digest(self.text().as_bytes()))
    }
}

/// The answer to one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What was asked.
    pub purpose: Purpose,
    /// Whether the person said an explicit yes.
    pub agreed: bool,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    schema: String,
    session: String,
    #[serde(with = "time::serde::rfc3339")]
    given_at: OffsetDateTime,
    language: TextLanguage,
    text_sha256: String,
    answers: Vec<Answer>,
    alternative: String,
    #[serde(with = "time::serde::rfc3339::option")]
    withdrawn_at: Option<OffsetDateTime>,
}

/// The record of a withdrawal, for whoever holds something that rests on the consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    schema: &'static str,
    session: String,
    #[serde(with = "time::serde::rfc3339")]
    given_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    withdrawn_at: OffsetDateTime,
}

/// Why a receipt is none, or does not allow what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// Not a receipt.
    #[error("not a consent receipt: {0}")]
    Malformed(String),
    /// No session identifier.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The text is not one that this version shows: it is not known what the person agreed to.
    #[error("the text that was shown is not the one of this version")]
    OtherText,
    /// Withdrawn.
    #[error("the consent was withdrawn")]
    Withdrawn,
    /// Given after the time to judge by.
    #[error("the consent was given after the time to judge by")]
    InTheFuture,
    /// No explicit yes to this purpose.
    #[error("no agreement to {}", .0.id())]
    NotAgreed(Purpose),
}

impl Consent {
    /// Makes a receipt: `agreed` lists the purposes with an explicit yes; all others are a no.
    ///
    /// # Errors
    /// [`ConsentError::NotAgreed`] without face recognition, since a receipt allows biometric processing and nothing that
    /// could be taken for one may exist; [`ConsentError::Entropy`].
    pub fn record(
        agreed: &[Purpose],
        language: TextLanguage,
        at: OffsetDateTime,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ConsentError> {
        if !agreed.contains(&Purpose::FaceRecognition) {
            return Err(ConsentError::NotAgreed(Purpose::FaceRecognition));
        }
        let mut session = [0u8; 16];
        entropy.fill("consent.session", &mut session)?;
        let answer = |purpose| Answer { purpose, agreed: agreed.contains(&purpose) };
        Ok(Self {
            schema: SCHEMA.to_owned(),
            session: hex::encode(session),
            given_at: whole_seconds(at),
            language,
            text_sha256: language.text_sha256(),
            answers: Purpose::ALL.map(answer).to_vec(),
            alternative: ALTERNATIVE.to_owned(),
            withdrawn_at: None,
        })
    }

    /// Reads a receipt file.
    ///
    /// # Errors
    /// [`ConsentError::Malformed`], [`ConsentError::OtherText`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ConsentError> {
        let malformed = |text: &str| ConsentError::Malformed(text.to_owned());
        let members = strict_json::parse_object(bytes).map_err(|error| malformed(&error.to_string()))?;
        let receipt: Self =
            serde_json::from_value(Value::Object(members)).map_err(|error| malformed(&error.to_string()))?;
        if receipt.schema != SCHEMA {
            return Err(malformed("another schema"));
        }
        if !hex::decode(&receipt.session).is_ok_and(|session| session.len() == 16) {
            return Err(malformed("the session is not 16 bytes in hex"));
        }
        if receipt.alternative != ALTERNATIVE {
            return Err(malformed("the path without face recognition is not named"));
        }
        let asked: Vec<Purpose> = receipt.answers.iter().map(|answer| answer.purpose).collect();
        if asked != Purpose::ALL {
            return Err(malformed("not every purpose was asked, once"));
        }
        if receipt.text_sha256 != receipt.language.text_sha256() {
            return Err(ConsentError::OtherText);
        }
        Ok(receipt)
    }

    /// The file form.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of strings, times and flags always serialises; an empty text would not be read back.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Checks that the receipt allows all of `purposes` at `at`.
    ///
    /// # Errors
    /// [`ConsentError`]: `Withdrawn`, `InTheFuture`, `NotAgreed` for the first purpose without a yes.
    pub fn check(&self, purposes: &[Purpose], at: OffsetDateTime) -> Result<(), ConsentError> {
        // A withdrawal counts from then on and for good, whatever time is judged by.
        if self.withdrawn_at.is_some() {
            return Err(ConsentError::Withdrawn);
        }
        if self.given_at > at.saturating_add(CLOCK_LEEWAY) {
            return Err(ConsentError::InTheFuture);
        }
        let agreed = |purpose: &Purpose| self.answers.contains(&Answer { purpose: *purpose, agreed: true });
        purposes.iter().find(|purpose| !agreed(purpose)).map_or(Ok(()), |p| Err(ConsentError::NotAgreed(*p)))
    }

    /// Marks the receipt withdrawn at `at`; a second withdrawal keeps the first time.
    pub fn withdraw(&mut self, at: OffsetDateTime) -> Withdrawal {
        let withdrawn_at = *self.withdrawn_at.get_or_insert(whole_seconds(at));
        Withdrawal {
            schema: WITHDRAWAL_SCHEMA,
            session: self.session.clone(),
            given_at: self.given_at,
            withdrawn_at,
        }
    }

    /// Random identifier of the session, 16 bytes in hex. It identifies no person.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// When the consent was given.
    #[must_use]
    pub const fn given_at(&self) -> OffsetDateTime {
        self.given_at
    }

    /// SHA-256 of the text that was shown, hex.
    #[must_use]
    pub fn text_sha256(&self) -> &str {
        &self.text_sha256
    }

    /// The answers, in the order of the text.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// SHA-256 of the receipt's file form, hex: what an attestation refers to it by.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(HashAlgorithm::Sha256.digest(self.to_json().as_bytes()))
    }
}

fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    let at = at.to_offset(time::UtcOffset::UTC);
    at.replace_nanosecond(0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    fn record(agreed: &[Purpose]) -> Result<Consent, ConsentError> {
        Consent::record(agreed, TextLanguage::Fr, AT, &mut SeededEntropy::new("consent", 1))
    }

    #[test]
    fn a_receipt_survives_its_file_form_and_allows_what_it_says() {
        let receipt = record(&Purpose::ALL).unwrap();
        assert_eq!(Consent::from_json(receipt.to_json().as_bytes()).unwrap(), receipt);
        receipt.check(&Purpose::ALL, AT).unwrap();
        let partial = record(&[Purpose::FaceRecognition]).unwrap();
        partial.check(&[Purpose::FaceRecognition], AT).unwrap();
        let missing = ConsentError::NotAgreed(Purpose::DocumentReading);
        assert_eq!(partial.check(&Purpose::ALL, AT), Err(missing));
        assert_eq!(receipt.check(&[], AT - Duration::minutes(6)), Err(ConsentError::InTheFuture));
    }

    #[test]
    fn without_face_recognition_there_is_no_receipt() {
        let refused = Err(ConsentError::NotAgreed(Purpose::FaceRecognition));
        assert_eq!(record(&[]), refused);
        assert_eq!(record(&[Purpose::DocumentReading, Purpose::Attestation]), refused);
    }

    #[test]
    fn a_withdrawal_counts_at_any_time() {
        let mut receipt = record(&Purpose::ALL).unwrap();
        let first = receipt.withdraw(AT + Duration::HOUR);
        assert_eq!(receipt.withdraw(AT + Duration::DAY), first);
        let read = Consent::from_json(receipt.to_json().as_bytes()).unwrap();
        assert_eq!(read.check(&Purpose::ALL, AT), Err(ConsentError::Withdrawn));
    }

    #[test]
    fn what_record_would_not_make_is_refused() {
        let good = record(&Purpose::ALL).unwrap().to_json();
        let refused = |from: &str, to: &str| {
            assert!(good.contains(from), "{from}");
            Consent::from_json(good.replacen(from, to, 1).as_bytes()).unwrap_err()
        };
        let text = TextLanguage::Fr.text_sha256();
        assert_eq!(refused(&text, &TextLanguage::En.text_sha256()), ConsentError::OtherText);
        for (from, to) in [
            ("titre.consent/1", "titre.consent/2"),
            ("\"session\": \"", "\"session\": \"00"),
            ("officer_in_person", "none"),
            ("document_reading", "attestation"),
            ("\"agreed\": true", "\"agreed\": true, \"agreed\": true"),
            ("\"withdrawn_at\": null", "\"withdrawn_at\": null, \"more\": 1"),
            (",\n  \"withdrawn_at\": null", ""),
        ] {
            assert!(matches!(refused(from, to), ConsentError::Malformed(_)), "{from} -> {to}");
        }
    }

    #[test]
    fn both_texts_name_every_purpose() {
        for language in [TextLanguage::En, TextLanguage::Fr] {
            for purpose in Purpose::ALL {
                assert!(language.text().contains(purpose.id()), "{language:?} {}", purpose.id());
            }
        }
    }
}
