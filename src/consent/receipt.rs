//! The consent receipt, `titre.consent/1`: which text was shown, what the person answered to each purpose, when. It
//! comes before any biometric operation; the path without face recognition is named in it.
//! Source: GDPR articles 4(11), 7 and 9(2)(a): explicit, per purpose, as easy to withdraw as to give.

use super::ground::Ground;
use super::purpose::{Purpose, TextLanguage};
use crate::crypto::{Entropy, EntropyError, HashAlgorithm};
use serde::{Deserialize, Serialize};
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
    /// A compact JWS over [`Consent::as_given`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
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
    /// Makes a receipt: `agreed` lists the purposes with an explicit yes; all others are a no. `needed` are those without
    /// which there is nothing to make a receipt of: face recognition, or on the human path those of
    /// [`Purpose::HUMAN_PATH`].
    ///
    /// # Errors
    /// [`ConsentError::NotAgreed`] without what is needed, since nothing that could be taken for a receipt may exist;
    /// [`ConsentError::Entropy`].
    pub fn record(
        agreed: &[Purpose],
        needed: &[Purpose],
        language: TextLanguage,
        at: OffsetDateTime,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ConsentError> {
        if let Some(missing) = needed.iter().find(|purpose| !agreed.contains(purpose)) {
            return Err(ConsentError::NotAgreed(*missing));
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
            signature: None,
        })
    }

    /// Reads a receipt file.
    ///
    /// # Errors
    /// [`ConsentError::Malformed`], [`ConsentError::OtherText`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ConsentError> {
        let malformed = |text: &str| ConsentError::Malformed(text.to_owned());
        // A member that stands twice, or that nobody knows, is refused with the rest.
        let receipt: Self = serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))?;
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

    /// Leave to process the face of this person, at `at`: what computes a template takes it.
    ///
    /// # Errors
    /// As [`Consent::check`] of face recognition.
    pub fn ground(&self, at: OffsetDateTime) -> Result<Ground, ConsentError> {
        self.check(&[Purpose::FaceRecognition], at)?;
        Ok(Ground::consent(self.sha256()))
    }

    /// The receipt as it was given, without what came after it: signature and withdrawal. This is what is signed, and
    /// what [`Consent::sha256`] is of.
    #[must_use]
    pub fn as_given(&self) -> Vec<u8> {
        let given = Self { withdrawn_at: None, signature: None, ..self.clone() };
        serde_json::to_vec(&given).unwrap_or_default()
    }

    /// The compact JWS over [`Consent::as_given`], where it was signed.
    #[must_use]
    pub fn signature(&self) -> Option<&str> {
        self.signature.as_deref()
    }

    /// The receipt with this signature.
    #[must_use]
    pub fn signed(self, signature: String) -> Self {
        Self { signature: Some(signature), ..self }
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

    /// SHA-256 of [`Consent::as_given`], hex: what an attestation refers to it by, before and after a withdrawal.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(HashAlgorithm::Sha256.digest(&self.as_given()))
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
        Consent::record(
            agreed,
            &[Purpose::FaceRecognition],
            TextLanguage::Fr,
            AT,
            &mut SeededEntropy::new("consent", 1),
        )
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
        assert_eq!(record(&Purpose::HUMAN_PATH), refused);
    }

    #[test]
    fn the_human_path_gives_no_ground_to_process_a_face() {
        let entropy = &mut SeededEntropy::new("consent", 1);
        let record = |agreed: &[Purpose], entropy: &mut SeededEntropy| {
            Consent::record(agreed, &Purpose::HUMAN_PATH, TextLanguage::En, AT, entropy)
        };
        let receipt = record(&Purpose::HUMAN_PATH, entropy).unwrap();
        receipt.check(&Purpose::HUMAN_PATH, AT).unwrap();
        assert_eq!(receipt.ground(AT), Err(ConsentError::NotAgreed(Purpose::FaceRecognition)));
        let missing = Err(ConsentError::NotAgreed(Purpose::Attestation));
        assert_eq!(record(&[Purpose::DocumentReading, Purpose::FaceRecognition], entropy), missing);
    }

    #[test]
    fn what_came_after_the_receipt_does_not_change_its_digest() {
        let receipt = record(&Purpose::ALL).unwrap();
        let mut later = receipt.clone().signed("a.b.c".to_owned());
        assert_eq!(Consent::from_json(later.to_json().as_bytes()).unwrap(), later);
        later.withdraw(AT);
        assert_eq!((later.sha256(), later.as_given()), (receipt.sha256(), receipt.as_given()));
        assert_eq!(receipt.ground(AT).unwrap().receipt_sha256(), Some(receipt.sha256().as_str()));
        assert_eq!(later.ground(AT), Err(ConsentError::Withdrawn));
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
}
