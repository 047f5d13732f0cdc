//! The gesture challenge: what a person is asked to do before the camera, in an order that nobody can foresee,
//! so that a film made before the challenge does not answer it. File form `titre.challenge/1`.
//! Source: ETSI TS 119 461 section 8.4 (capture with unpredictable user interaction); the order's entropy is stated, not a level.

use crate::crypto::{Entropy, EntropyError};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// The name and major version of the challenge file.
pub const SCHEMA: &str = "titre.challenge/1";
/// Fewest gestures of a challenge: 360 orders, 8.5 bits.
pub const MIN_GESTURES: usize = 4;
/// Largest challenge file that is read, in bytes.
pub const MAX_FILE: u64 = 64 * 1024;

/// Something that a person is asked to do. Left and right are the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Gesture {
    /// Turn the head to the person's own left, and back.
    TurnLeft,
    /// Turn the head to the person's own right, and back.
    TurnRight,
    /// Move the chin down (or up) and back.
    Nod,
    /// Close both eyes for a moment.
    Blink,
    /// Smile broadly.
    Smile,
    /// Open the mouth wide.
    OpenMouth,
}

impl Gesture {
    /// All gestures.
    pub const ALL: [Self; 6] =
        [Self::TurnLeft, Self::TurnRight, Self::Nod, Self::Blink, Self::Smile, Self::OpenMouth];

    /// The name as files and results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TurnLeft => "turn_left",
            Self::TurnRight => "turn_right",
            Self::Nod => "nod",
            Self::Blink => "blink",
            Self::Smile => "smile",
            Self::OpenMouth => "open_mouth",
        }
    }
}

/// An ordered list of distinct gestures, made for one capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    schema: String,
    /// Identifier of the challenge: 16 bytes, hex.
    pub id: String,
    /// 16 random bytes, hex. A capture device that signs its video binds it with this; a bare video file cannot.
    pub nonce: String,
    /// The gestures, in the order asked for. Distinct, at least [`MIN_GESTURES`].
    pub gestures: Vec<Gesture>,
    /// Seconds of a calm, frontal face before the first gesture.
    pub lead_in_seconds: f64,
    /// Seconds given for each gesture.
    pub seconds_each: f64,
    /// When it was made, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub issued_at: OffsetDateTime,
    /// Until when a capture may answer it, RFC 3339 UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// What can be wrong with a challenge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChallengeError {
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Not JSON of this form.
    #[error("not a challenge: {0}")]
    Json(#[from] serde_json::Error),
    /// Another file form.
    #[error("schema is {0:?}, expected {SCHEMA:?}")]
    Schema(String),
    /// Too few gestures, too many, or one twice.
    #[error("a challenge has {MIN_GESTURES} to 6 gestures, each once")]
    Gestures,
    /// An identifier or nonce that is not 16 bytes in hex.
    #[error("{0} is not 16 bytes in hex")]
    Hex(&'static str),
    /// Times that make no sense.
    #[error("times are out of range: {0}")]
    Times(&'static str),
}

impl Challenge {
    /// Makes a challenge of `count` gestures from `entropy`, valid from `at` for `valid`.
    ///
    /// # Errors
    /// [`ChallengeError::Gestures`] for a count outside 4..=6, [`ChallengeError::Entropy`], [`ChallengeError::Times`].
    pub fn issue(
        entropy: &mut dyn Entropy,
        count: usize,
        at: OffsetDateTime,
        valid: Duration,
    ) -> Result<Self, ChallengeError> {
        if !(MIN_GESTURES..=Gesture::ALL.len()).contains(&count) {
            return Err(ChallengeError::Gestures);
        }
        let mut id = [0u8; 16];
        let mut nonce = [0u8; 16];
        entropy.fill("challenge.id", &mut id)?;
        entropy.fill("challenge.nonce", &mut nonce)?;
        let mut pool = Gesture::ALL.to_vec();
        let mut gestures = Vec::with_capacity(count);
        for _ in 0..count {
            gestures.push(pool.remove(below(pool.len(), entropy)?));
        }
        let issued_at = at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at);
        let expires_at = issued_at.checked_add(valid).ok_or(ChallengeError::Times("validity"))?;
        let challenge = Self {
            schema: SCHEMA.to_owned(),
            id: hex::encode(id),
            nonce: hex::encode(nonce),
            gestures,
            lead_in_seconds: 1.5,
            seconds_each: 2.0,
            issued_at,
            expires_at,
        };
        challenge.check()?;
        Ok(challenge)
    }

    /// Reads the file form, and checks it.
    ///
    /// # Errors
    /// [`ChallengeError`] for anything that [`Challenge::issue`] would not make.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ChallengeError> {
        let challenge: Self = serde_json::from_slice(bytes)?;
        challenge.check()?;
        Ok(challenge)
    }

    /// The file form.
    ///
    /// # Errors
    /// [`ChallengeError::Json`] where serialisation fails.
    pub fn to_json(&self) -> Result<String, ChallengeError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    fn check(&self) -> Result<(), ChallengeError> {
        if self.schema != SCHEMA {
            return Err(ChallengeError::Schema(self.schema.clone()));
        }
        let mut distinct = self.gestures.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() != self.gestures.len() || distinct.len() < MIN_GESTURES {
            return Err(ChallengeError::Gestures);
        }
        for (name, value) in [("id", &self.id), ("nonce", &self.nonce)] {
            if !hex::decode(value).is_ok_and(|bytes| bytes.len() == 16) {
                return Err(ChallengeError::Hex(name));
            }
        }
        if !(0.5..=10.0).contains(&self.lead_in_seconds) || !(1.0..=10.0).contains(&self.seconds_each) {
            return Err(ChallengeError::Times("seconds"));
        }
        if self.expires_at <= self.issued_at {
            return Err(ChallengeError::Times("expires_at is not after issued_at"));
        }
        Ok(())
    }

    /// Seconds of the whole script as asked for: lead-in and gestures.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds_each.mul_add(self.gestures.len() as f64, self.lead_in_seconds)
    }

    /// In how many orders a challenge of this length can come, as bits: what a film made beforehand must guess.
    #[must_use]
    pub fn order_bits(&self) -> f64 {
        (0..self.gestures.len()).map(|taken| ((Gesture::ALL.len() - taken) as f64).log2()).sum()
    }

    /// `issued_at` and `expires_at` as RFC 3339.
    #[must_use]
    pub fn validity(&self) -> (String, String) {
        let text = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        (text(self.issued_at), text(self.expires_at))
    }
}

/// A uniform number below `bound` (at most 256): draws that would favour small numbers are thrown away.
fn below(bound: usize, entropy: &mut dyn Entropy) -> Result<usize, EntropyError> {
    let fair = 256 - 256 % bound;
    for _ in 0..1000 {
        let mut byte = [0u8; 1];
        entropy.fill("challenge.gesture", &mut byte)?;
        if usize::from(byte[0]) < fair {
            return Ok(usize::from(byte[0]) % bound);
        }
    }
    Err(EntropyError { draw: "challenge.gesture".to_owned(), reason: "the source repeats itself".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;
    use std::collections::{BTreeMap, BTreeSet};
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    fn issue(seed: u64) -> Challenge {
        Challenge::issue(&mut SeededEntropy::new("test", seed), 4, AT, Duration::minutes(10)).unwrap()
    }

    #[test]
    fn a_challenge_survives_its_file_form() {
        let challenge = issue(1);
        assert_eq!(Challenge::from_json(challenge.to_json().unwrap().as_bytes()).unwrap(), challenge);
        assert!((challenge.order_bits() - 360f64.log2()).abs() < 1e-9);
    }

    #[test]
    fn orders_are_spread_evenly() {
        let mut first = BTreeMap::<Gesture, u32>::new();
        let mut orders = BTreeSet::new();
        for seed in 0..1200 {
            let challenge = issue(seed);
            *first.entry(challenge.gestures[0]).or_default() += 1;
            orders.insert(challenge.gestures);
        }
        assert!(first.values().all(|count| (140..260).contains(count)), "{first:?}");
        assert!(orders.len() > 320, "{} of 360 orders", orders.len());
    }

    #[test]
    fn what_issue_would_not_make_is_refused() {
        let good = serde_json::to_value(issue(1)).unwrap();
        for (member, value) in [
            ("schema", serde_json::json!("titre.challenge/2")),
            ("gestures", serde_json::json!(["nod", "blink", "smile"])),
            ("gestures", serde_json::json!(["nod", "blink", "smile", "nod"])),
            ("gestures", serde_json::json!(["nod", "blink", "smile", "jump"])),
            ("id", serde_json::json!("00")),
            ("nonce", serde_json::json!("zz")),
            ("seconds_each", serde_json::json!(0.01)),
            ("expires_at", serde_json::json!("2026-05-28T12:00:00Z")),
            ("extra", serde_json::json!(1)),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            assert!(Challenge::from_json(bad.to_string().as_bytes()).is_err(), "{member}");
        }
        assert!(Challenge::from_json(b"[").is_err());
        let mut entropy = SeededEntropy::new("test", 1);
        assert!(Challenge::issue(&mut entropy, 3, AT, Duration::minutes(1)).is_err());
        assert!(Challenge::issue(&mut entropy, 7, AT, Duration::minutes(1)).is_err());
        assert!(Challenge::issue(&mut entropy, 4, AT, Duration::ZERO).is_err());
    }
}
