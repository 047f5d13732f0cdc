//! What an issuer keeps of the attestations that it made: their places in a list and their states, and nothing else. Places
//! are drawn, so that neighbours in the list have nothing to do with each other.
//! Source: Token Status List sections 12.5 (unlinkability, random places) and 13.2 (size of the crowd).

use super::{MAX_URI, Status, StatusList, StatusListError, StatusReference};
use crate::crypto::{Entropy, EntropyError};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// States in a list: a crowd in which one attestation is nobody, as in the draft's own example.
const ENTRIES: u64 = 1 << 20;
/// A state has two bits: valid, invalid, suspended.
const BITS: u8 = 2;
/// Most draws of a place; with half of the places taken, fifty are never all in vain.
const MAX_DRAWS: usize = 64;

/// The register, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    format: String,
    /// Where the list is published.
    uri: String,
    /// The places that were given away.
    places: BTreeMap<u64, Place>,
}

/// A place that was given away.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    status: Status,
    /// When it was given away, or its state last changed.
    #[serde(with = "time::serde::rfc3339")]
    since: OffsetDateTime,
    /// SHA-256 of the consent receipt that the attestation rests on, hex: whoever brings the receipt may have it suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

/// Why a register does not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The file is no register, or of another version.
    #[error("not a register that this version reads")]
    Malformed,
    /// The URI is empty or too long.
    #[error("the list needs a URI of at most {MAX_URI} bytes")]
    Uri,
    /// The place was never given away, or the reference is to another list.
    #[error("the register has no such attestation")]
    Unknown,
    /// It was revoked, which nothing takes back.
    #[error("it was revoked, for good")]
    Revoked,
    /// Every place is taken, or nearly.
    #[error("the list is full: publish another one under another URI")]
    Full,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl Register {
    const FORMAT: &'static str = "titre.status-register/1";

    /// An empty register for a list at `uri`.
    ///
    /// # Errors
    /// [`RegisterError::Uri`].
    pub fn new(uri: &str) -> Result<Self, RegisterError> {
        if uri.is_empty() || uri.len() > MAX_URI {
            return Err(RegisterError::Uri);
        }
        Ok(Self { format: Self::FORMAT.to_owned(), uri: uri.to_owned(), places: BTreeMap::new() })
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`RegisterError::Malformed`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, RegisterError> {
        let read: Self = serde_json::from_slice(bytes).map_err(|_| RegisterError::Malformed)?;
        let sound = read.format == Self::FORMAT
            && !read.uri.is_empty()
            && read.uri.len() <= MAX_URI
            && read.places.keys().all(|place| *place < ENTRIES);
        if sound { Ok(read) } else { Err(RegisterError::Malformed) }
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Where the list is published.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// How many places were given away, and how many of them do not stand.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let gone = self.places.values().filter(|place| place.status != Status::Valid).count();
        (self.places.len(), gone)
    }

    /// Gives a place to a new attestation that rests on the consent with this digest.
    ///
    /// # Errors
    /// [`RegisterError::Full`], [`RegisterError::Entropy`].
    pub fn assign(
        &mut self,
        receipt_sha256: &str,
        at: OffsetDateTime,
        entropy: &mut dyn Entropy,
    ) -> Result<StatusReference, RegisterError> {
        for _ in 0..MAX_DRAWS {
            let mut draw = [0; 8];
            entropy.fill("status.place", &mut draw)?;
            let index = u64::from_be_bytes(draw) % ENTRIES;
            if let std::collections::btree_map::Entry::Vacant(place) = self.places.entry(index) {
                place.insert(Place {
                    status: Status::Valid,
                    since: at,
                    receipt: Some(receipt_sha256.to_owned()),
                });
                return Ok(StatusReference { uri: self.uri.clone(), index });
            }
        }
        Err(RegisterError::Full)
    }

    /// Suspends what rests on a consent that was withdrawn; gives the places. What was revoked stays so.
    pub fn suspend_consent(&mut self, receipt_sha256: &str, at: OffsetDateTime) -> Vec<u64> {
        let theirs = |place: &Place| place.receipt.as_deref() == Some(receipt_sha256);
        let standing =
            self.places.iter_mut().filter(|(_, place)| theirs(place) && place.status == Status::Valid);
        standing
            .map(|(index, place)| {
                (place.status, place.since) = (Status::Suspended, at);
                *index
            })
            .collect()
    }

    /// Changes the state of an attestation; gives the one before. What was revoked stays so; restoring is for what is
    /// suspended.
    ///
    /// # Errors
    /// [`RegisterError::Unknown`], [`RegisterError::Revoked`].
    pub fn change(
        &mut self,
        reference: &StatusReference,
        status: Status,
        at: OffsetDateTime,
    ) -> Result<Status, RegisterError> {
        if reference.uri != self.uri {
            return Err(RegisterError::Unknown);
        }
        let place = self.places.get_mut(&reference.index).ok_or(RegisterError::Unknown)?;
        let before = place.status;
        if before == Status::Invalid && status != Status::Invalid {
            return Err(RegisterError::Revoked);
        }
        if before != status {
            (place.status, place.since) = (status, at);
        }
        Ok(before)
    }

    /// The list to publish.
    ///
    /// # Errors
    /// [`StatusListError`], which does not happen with the places of a register.
    pub fn list(&self) -> Result<StatusList, StatusListError> {
        let mut list = StatusList::new(BITS, usize::try_from(ENTRIES).unwrap_or(0))?;
        for (index, place) in &self.places {
            list.set(*index, place.status.number())?;
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

    #[test]
    fn places_are_drawn_and_states_change_one_way() {
        let mut register = Register::new("https://issuer.example/status/1").unwrap();
        let mut entropy = SeededEntropy::new("register", 1);
        let references: Vec<_> = (0..100).map(|_| register.assign("00", AT, &mut entropy).unwrap()).collect();
        let mut sorted: Vec<u64> = references.iter().map(|reference| reference.index).collect();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 100);
        assert!(references.windows(2).any(|pair| pair[0].index > pair[1].index), "they are not in order");
        let [one, two] = [&references[0], &references[1]];
        let later = AT + time::Duration::HOUR;
        assert_eq!(register.change(one, Status::Suspended, later), Ok(Status::Valid));
        assert_eq!(register.change(one, Status::Valid, later), Ok(Status::Suspended));
        assert_eq!(register.change(one, Status::Invalid, later), Ok(Status::Valid));
        assert_eq!(register.change(one, Status::Invalid, later), Ok(Status::Invalid));
        for back in [Status::Valid, Status::Suspended] {
            assert_eq!(register.change(one, back, later), Err(RegisterError::Revoked));
        }
        register.change(two, Status::Suspended, later).unwrap();
        let list = register.list().unwrap();
        assert_eq!((list.get(one.index), list.get(two.index)), (Some(1), Some(2)));
        assert_eq!(list.get(references[2].index), Some(0));
        assert_eq!(register.counts(), (100, 2));
        assert_eq!(Register::from_json(&register.to_json()), Ok(register.clone()));
        let elsewhere = StatusReference { uri: "https://issuer.example/status/2".to_owned(), ..two.clone() };
        assert_eq!(register.change(&elsewhere, Status::Valid, later), Err(RegisterError::Unknown));
        let free = (0..).find(|index| sorted.binary_search(index).is_err()).unwrap();
        let nobody = StatusReference { index: free, ..two.clone() };
        assert_eq!(register.change(&nobody, Status::Valid, later), Err(RegisterError::Unknown));
    }

    #[test]
    fn a_withdrawn_consent_suspends_what_rests_on_it_and_nothing_else() {
        let mut register = Register::new("https://issuer.example/status/1").unwrap();
        let mut entropy = SeededEntropy::new("register", 1);
        let mut assign = |receipt: &str| register.assign(receipt, AT, &mut entropy).unwrap();
        let [one, two, gone, other] = ["aa", "aa", "aa", "bb"].map(&mut assign);
        register.change(&gone, Status::Invalid, AT).unwrap();
        let mut expected = [one.index, two.index];
        expected.sort_unstable();
        let later = AT + time::Duration::HOUR;
        assert_eq!(register.suspend_consent("aa", later), expected);
        assert_eq!(register.suspend_consent("aa", later), [0u64; 0], "they are suspended already");
        let list = Register::from_json(&register.to_json()).unwrap().list().unwrap();
        let states = [&one, &two, &gone, &other].map(|place| list.get(place.index));
        assert_eq!(states, [Some(2), Some(2), Some(1), Some(0)]);
    }

    #[test]
    fn a_file_that_is_no_register_is_refused() {
        let good = String::from_utf8(Register::new("https://a.example").unwrap().to_json()).unwrap();
        assert!(Register::from_json(good.as_bytes()).is_ok());
        let place = r#""places": {"1048576": {"status": "valid", "since": "2026-11-23T12:00:00Z"}}"#;
        for bad in [
            String::new(),
            good.replace("register/1", "register/2"),
            good.replace("https://a.example", ""),
            good.replace("\"places\": {}", place),
            good.replace("\"uri\"", "\"url\""),
        ] {
            assert_eq!(Register::from_json(bad.as_bytes()), Err(RegisterError::Malformed), "{bad}");
        }
        assert_eq!(Register::new(""), Err(RegisterError::Uri));
    }
}
