//! The gesture challenge: what a person is asked to do before the camera, in an order that nobody can foresee,
//! so that a film made before the challenge does not answer it. File form `titre.challenge/1`.
//! Source: ETSI TS 119 461 section 8.4 (capture with unpredictable user interaction); the order's entropy is stated, not a level.

use crate::crypto::{Entropy, EntropyError};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// The name and major version of the challenge file.
pub const SCHEMA: &str = "titre.challenge/1";
/// Fewest bits that a film made beforehand must guess. Only the sequence counts: the nonce is not seen in a bare video,
/// and windows of time as wide as people need are worth next to nothing.
pub const MIN_BITS: f64 = 20.0;
/// Fewest gestures of a challenge: 8 for the first, 7 for each that follows, 22.7 bits. One less has 19.8.
pub const MIN_GESTURES: usize = 8;
/// Most gestures of a challenge: nobody follows more.
pub const MAX_GESTURES: usize = 12;
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
    /// Tilt the head to the person's own left shoulder, and back.
    TiltLeft,
    /// Tilt the head to the person's own right shoulder, and back.
    TiltRight,
}

impl Gesture {
    /// All gestures.
    pub const ALL: [Self; 8] = [
        Self::TurnLeft,
        Self::TurnRight,
        Self::Nod,
        Self::Blink,
        Self::Smile,
        Self::OpenMouth,
        Self::TiltLeft,
        Self::TiltRight,
    ];

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
            Self::TiltLeft => "tilt_left",
            Self::TiltRight => "tilt_right",
        }
    }
}

/// An ordered list of gestures, made for one capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    schema: String,
    /// Identifier of the challenge: 16 bytes, hex.
    pub id: String,
    /// 16 random bytes, hex. A capture device that signs its video binds it with this; a bare video file cannot.
    pub nonce: String,
    /// The gestures, in the order asked for: at least [`MIN_GESTURES`], never the same twice in a row.
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
    /// Too few gestures, too many, or one twice in a row.
    #[error(
        "a challenge has {MIN_GESTURES} to {MAX_GESTURES} gestures ({MIN_BITS} bits at least), never one twice in a row"
    )]
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
    /// [`ChallengeError::Gestures`] for a count outside 8..=12, [`ChallengeError::Entropy`], [`ChallengeError::Times`].
    pub fn issue(
        entropy: &mut dyn Entropy,
        count: usize,
        at: OffsetDateTime,
        valid: Duration,
    ) -> Result<Self, ChallengeError> {
        if !(MIN_GESTURES..=MAX_GESTURES).contains(&count) {
            return Err(ChallengeError::Gestures);
        }
        let mut id = [0u8; 16];
        let mut nonce = [0u8; 16];
        entropy.fill("challenge.id", &mut id)?;
        entropy.fill("challenge.nonce", &mut nonce)?;
        let mut gestures: Vec<Gesture> = Vec::with_capacity(count);
        for _ in 0..count {
            // Any but the one before: the same again would be one gesture to the eye.
            let pool: Vec<Gesture> =
                Gesture::ALL.into_iter().filter(|gesture| gestures.last() != Some(gesture)).collect();
            gestures.push(pool[below(pool.len(), entropy)?]);
        }
        let issued_at = at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at);
        let expires_at = issued_at.checked_add(valid).ok_or(ChallengeError::Times("validity"))?;
        let challenge = Self {
            schema: SCHEMA.to_owned(),
            id: hex::encode(id),
            nonce: hex::encode(nonce),
            gestures,
            lead_in_seconds: 1.5,
            seconds_each: 1.8,
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
        let repeats = self.gestures.windows(2).any(|pair| pair[0] == pair[1]);
        if repeats || self.gestures.len() > MAX_GESTURES || self.order_bits() < MIN_BITS {
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

    /// How many sequences of this length a challenge can be, as bits: what a film made beforehand must guess.
    #[must_use]
    pub fn order_bits(&self) -> f64 {
        let kinds = Gesture::ALL.len() as f64;
        match self.gestures.len() {
            0 => 0.0,
            count => (count as f64 - 1.0).mul_add((kinds - 1.0).log2(), kinds.log2()),
        }
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
        Challenge::issue(&mut SeededEntropy::new("test", seed), 8, AT, Duration::minutes(10)).unwrap()
    }

    #[test]
    fn a_challenge_survives_its_file_form() {
        let challenge = issue(1);
        assert_eq!(Challenge::from_json(challenge.to_json().unwrap().as_bytes()).unwrap(), challenge);
        assert!((challenge.order_bits() - (8.0 * 7f64.powi(7)).log2()).abs() < 1e-9);
    }

    #[test]
    fn sequences_are_spread_evenly_and_worth_their_bits() {
        let mut pairs = BTreeMap::<(Gesture, Gesture), u32>::new();
        let mut sequences = BTreeSet::new();
        for seed in 0..1200 {
            let challenge = issue(seed);
            for pair in challenge.gestures.windows(2) {
                *pairs.entry((pair[0], pair[1])).or_default() += 1;
            }
            assert!(challenge.order_bits() >= MIN_BITS);
            sequences.insert(challenge.gestures);
        }
        // 8,400 steps over 56 pairs.
        assert!(pairs.len() == 56 && pairs.values().all(|count| (100..200).contains(count)), "{pairs:?}");
        // Of 6.6 million sequences, 1,200 drawn share one by chance in one set of nine.
        assert!(sequences.len() >= 1198, "{}", sequences.len());
    }

    #[test]
    fn what_issue_would_not_make_is_refused() {
        let good = serde_json::to_value(issue(1)).unwrap();
        for (member, value) in [
            ("schema", serde_json::json!("titre.challenge/2")),
            ("gestures", serde_json::json!(["nod", "blink", "smile"])),
            // 19.8 bits, one twice in a row, too many, one that does not exist.
            ("gestures", serde_json::json!(["nod", "blink", "nod", "blink", "nod", "blink", "nod"])),
            ("gestures", serde_json::json!(["nod", "nod", "smile", "nod", "blink", "nod", "blink", "nod"])),
            ("gestures", serde_json::json!([["nod", "blink"]; 7].concat())),
            (
                "gestures",
                serde_json::json!(["jump", "blink", "smile", "nod", "blink", "nod", "blink", "nod"]),
            ),
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
        assert!(Challenge::issue(&mut entropy, 7, AT, Duration::minutes(1)).is_err());
        assert!(Challenge::issue(&mut entropy, 13, AT, Duration::minutes(1)).is_err());
        assert!(Challenge::issue(&mut entropy, 8, AT, Duration::ZERO).is_err());
    }
}
