//! Which reader to use, and what an answer to reset says of extended length. Pure, so that it is tested
//! without a reader.
//! Source: ISO/IEC 7816-4:2020 section 12.1.1 (historical bytes, card capabilities), PC/SC part 3 section 3.1.3.2.3.

use super::TransportError;

/// Fewest characters of a reader's name that choose it.
const MIN_FRAGMENT: usize = 3;

/// A reader as the card service lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ReaderEntry {
    /// The name.
    pub name: String,
    /// Whether a card is there.
    pub card: bool,
    /// Whether the card does not answer.
    pub mute: bool,
    /// Whether a program is connected to the card.
    pub in_use: bool,
    /// Whether that program lets no other in.
    pub exclusive: bool,
    /// The card's answer to reset, in hex; empty without a card.
    pub atr: String,
    /// How often a card came or left, as the service counts.
    #[serde(skip)]
    pub changes: u32,
}

impl ReaderEntry {
    /// Whether its name says that it is a contactless slot. Readers with several slots are several readers to PC/SC,
    /// and nothing but the name tells them apart.
    #[must_use]
    pub fn contactless(&self) -> bool {
        let name = self.name.to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        // "CL", or the number of a model with it: 5422CL.
        let suffixed = |word: &&str| {
            word.strip_suffix("cl").is_some_and(|model| model.chars().all(|c| c.is_ascii_digit()))
        };
        let named = ["contactless", "picc", "pcd", "rfid", "felica"];
        // A contactless reader's slot for a security module is no contactless slot.
        !words.contains(&"sam")
            && words.iter().any(|word| suffixed(word) || word.starts_with("nfc") || named.contains(word))
    }
}

/// The index of the reader to use: the one that `hint` names (number from 1, or a fragment of the name), else the
/// only one, else the only one with a card, else the only contactless one of those in question. Ambiguity is an
/// error that names them, never a guess.
///
/// # Errors
/// [`TransportError::Reader`] and [`TransportError::Ambiguous`], which say why there is no choice.
pub fn choose(readers: &[ReaderEntry], hint: Option<&str>) -> Result<usize, TransportError> {
    let fail = |problem: String| Err(TransportError::Reader(problem));
    if readers.is_empty() {
        return fail("no reader is connected".to_owned());
    }
    let all = || 0..readers.len();
    let Some(hint) = hint else {
        let with_card: Vec<usize> = all().filter(|index| readers[*index].card).collect();
        let candidates = if with_card.is_empty() { all().collect() } else { with_card };
        let contactless: Vec<usize> =
            candidates.iter().copied().filter(|index| readers[*index].contactless()).collect();
        return match (candidates.as_slice(), contactless.as_slice()) {
            ([only], _) | (_, [only]) => Ok(*only),
            _ => Err(ambiguous(readers, &candidates)),
        };
    };
    if let Ok(number) = hint.parse::<usize>() {
        return match number.checked_sub(1).filter(|index| *index < readers.len()) {
            Some(index) => Ok(index),
            None => fail(format!("there is no reader {number} of {}", readers.len())),
        };
    }
    if hint.chars().count() < MIN_FRAGMENT {
        return fail(format!("a reader's name needs at least {MIN_FRAGMENT} characters"));
    }
    let hint = hint.to_lowercase();
    let fits: Vec<usize> =
        all().filter(|index| readers[*index].name.to_lowercase().contains(&hint)).collect();
    match fits.as_slice() {
        [only] => Ok(*only),
        [] => {
            fail(format!("no reader has that name; there is {}", named(readers, &all().collect::<Vec<_>>())))
        }
        several => Err(ambiguous(readers, several)),
    }
}

fn ambiguous(readers: &[ReaderEntry], candidates: &[usize]) -> TransportError {
    TransportError::Ambiguous(named(readers, candidates))
}

/// Readers with the numbers that choose them.
fn named(readers: &[ReaderEntry], which: &[usize]) -> String {
    let name = |index: &usize| {
        let card = if readers[*index].card { " (card)" } else { "" };
        format!("{}: {}{card}", index + 1, readers[*index].name)
    };
    which.iter().map(name).collect::<Vec<_>>().join("; ")
}

/// What happened at a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub enum ReaderChange {
    /// It was plugged in.
    #[serde(rename = "reader.added")]
    ReaderAdded,
    /// It was unplugged.
    #[serde(rename = "reader.removed")]
    ReaderRemoved,
    /// A card came.
    #[serde(rename = "card.inserted")]
    CardInserted,
    /// The card left.
    #[serde(rename = "card.removed")]
    CardRemoved,
    /// The card came and does not answer.
    #[serde(rename = "card.mute")]
    CardMute,
    /// A program took the card for itself.
    #[serde(rename = "card.held")]
    CardHeld,
    /// The card can be had again.
    #[serde(rename = "card.free")]
    CardFree,
}

/// An event at a reader.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReaderEvent {
    /// What.
    pub change: ReaderChange,
    /// The reader's name.
    pub reader: String,
    /// The answer to reset of a card that came, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atr: Option<String>,
}

/// What happened between two lists of the readers, in an order that can have happened.
#[must_use]
pub fn events(before: &[ReaderEntry], now: &[ReaderEntry]) -> Vec<ReaderEvent> {
    let mut events = Vec::new();
    let mut tell = |change, entry: &ReaderEntry| {
        let atr = (change == ReaderChange::CardInserted).then(|| entry.atr.clone());
        events.push(ReaderEvent { change, reader: entry.name.clone(), atr });
    };
    let empty = |name: &str| ReaderEntry { name: name.to_owned(), ..ReaderEntry::default() };
    for old in before {
        let new = now.iter().find(|new| new.name == old.name);
        // A card that was exchanged between two looks left and came.
        let left = new.is_none_or(|new| !new.card || new.changes != old.changes);
        if old.card && left {
            tell(ReaderChange::CardRemoved, old);
        }
        if new.is_none() {
            tell(ReaderChange::ReaderRemoved, old);
        }
    }
    for new in now {
        let old = before.iter().find(|old| old.name == new.name);
        if old.is_none() {
            tell(ReaderChange::ReaderAdded, new);
        }
        let exchanged = |old: &&ReaderEntry| old.card && old.changes == new.changes;
        let old = old.filter(exchanged).cloned().unwrap_or_else(|| empty(&new.name));
        if new.card && !old.card {
            tell(if new.mute { ReaderChange::CardMute } else { ReaderChange::CardInserted }, new);
        }
        if new.card && new.exclusive != old.exclusive {
            tell(if new.exclusive { ReaderChange::CardHeld } else { ReaderChange::CardFree }, new);
        }
    }
    events
}

/// The largest Le that a card with this answer to reset says it takes: 65536 where its capabilities say extended
/// length, else 256.
#[must_use]
pub fn max_le(atr: &[u8]) -> u32 {
    if extended_length(atr).unwrap_or(false) { 65_536 } else { 256 }
}

/// Whether an answer to reset, in hex, says anything of extended length.
#[must_use]
pub fn tells_length(atr: &str) -> bool {
    hex::decode(atr).is_ok_and(|atr| extended_length(&atr).is_some())
}

/// The extended-length bit of the card capabilities among the historical bytes; `None` where they do not say.
fn extended_length(atr: &[u8]) -> Option<bool> {
    let t0 = *atr.get(1)?;
    let (mut presence, mut at) = (t0 >> 4, 2);
    loop {
        let has_td = presence & 8 != 0;
        at += presence.count_ones() as usize;
        if !has_td {
            break;
        }
        presence = *atr.get(at - 1)? >> 4;
    }
    let historical = atr.get(at..at + usize::from(t0 & 0x0F))?;
    let (category, mut objects) = historical.split_first()?;
    if *category == 0x00 {
        objects = objects.get(..objects.len().checked_sub(3)?)?;
    } else if *category != 0x80 {
        return None;
    }
    while let Some((tag, rest)) = objects.split_first() {
        let value = rest.get(..usize::from(tag & 0x0F))?;
        if tag >> 4 == 7 {
            return value.get(2).map(|byte| byte & 0x40 != 0);
        }
        objects = &rest[value.len()..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(list: &[(&str, bool)]) -> Vec<ReaderEntry> {
        let entry = |(name, card): &(&str, bool)| ReaderEntry {
            name: (*name).to_owned(),
            card: *card,
            ..ReaderEntry::default()
        };
        list.iter().map(entry).collect()
    }

    #[test]
    fn the_rules_of_choice() {
        let two = readers(&[("ACS ACR122U PICC 00", false), ("OMNIKEY 5022 CL", true)]);
        let both = readers(&[("ACS ACR1252 PICC", true), ("ACS ACR1252 SAM", true)]);
        let dual = readers(&[("OMNIKEY 5422 Reader", false), ("OMNIKEY 5422CL Reader", false)]);
        let alike = readers(&[("Virtual PCD 00 00", false), ("Virtual PCD 00 01", false)]);
        for (list, hint, expected) in [
            (&two[..1], None, Some(0)),
            (&two[..], None, Some(1)),
            // The contactless slot goes before the other, with a card in both or in none.
            (&both[..], None, Some(0)),
            (&dual[..], None, Some(1)),
            (&alike[..], None, None),
            (&two[..0], None, None),
            (&two[..], Some("1"), Some(0)),
            (&two[..], Some("0"), None),
            (&two[..], Some("3"), None),
            (&two[..], Some("omni"), Some(1)),
            (&two[..], Some("om"), None),
            (&both[..], Some("acr1252"), None),
            (&both[..], Some("SAM"), Some(1)),
            (&two[..], Some("cherry"), None),
        ] {
            assert_eq!(choose(list, hint).ok(), expected, "{hint:?}");
        }
    }

    #[test]
    fn an_ambiguity_names_the_readers_and_their_numbers() {
        let list = readers(&[("Empty", false), ("Cherry", true), ("Gemalto", true)]);
        let Err(TransportError::Ambiguous(text)) = choose(&list, None) else { panic!() };
        assert_eq!(text, "2: Cherry (card); 3: Gemalto (card)");
    }

    #[test]
    fn names_of_contactless_slots() {
        for (name, expected) in [
            ("ACS ACR122U PICC Interface 00 00", true),
            ("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] 01 00", true),
            ("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] 00 00", false),
            ("Identive CLOUD 4700 F [CLOUD 4700 F Contactless Reader] 00 00", true),
            ("Identive CLOUD 4700 F [CLOUD 4700 F Contact Reader] 01 00", false),
            ("Sony FeliCa Port/PaSoRi 4.0", true),
            ("OMNIKEY CardMan 5x21-CL 0", true),
            ("ACS ACR1252 1S CL Reader [ACR1252 Reader SAM] 01 00", false),
            ("Cherry GmbH SmartTerminal ST-2xxx", false),
        ] {
            assert_eq!(readers(&[(name, false)])[0].contactless(), expected, "{name}");
        }
    }

    #[test]
    fn events_follow_from_two_lists() {
        use ReaderChange::{
            CardFree, CardHeld, CardInserted, CardMute, CardRemoved, ReaderAdded, ReaderRemoved,
        };
        let changes = |before: &[ReaderEntry], now: &[ReaderEntry]| -> Vec<ReaderChange> {
            events(before, now).into_iter().map(|event| event.change).collect()
        };
        let (none, empty, card) = (readers(&[]), readers(&[("A", false)]), readers(&[("A", true)]));
        let mut exchanged = card.clone();
        exchanged[0].changes = 2;
        let mut held = card.clone();
        held[0].exclusive = true;
        let mut mute = card.clone();
        mute[0].mute = true;
        for (before, now, expected) in [
            (&none, &none, vec![]),
            (&none, &empty, vec![ReaderAdded]),
            (&none, &card, vec![ReaderAdded, CardInserted]),
            (&empty, &card, vec![CardInserted]),
            (&empty, &mute, vec![CardMute]),
            (&card, &empty, vec![CardRemoved]),
            (&card, &none, vec![CardRemoved, ReaderRemoved]),
            (&card, &exchanged, vec![CardRemoved, CardInserted]),
            (&card, &held, vec![CardHeld]),
            (&held, &card, vec![CardFree]),
            (&card, &card, vec![]),
        ] {
            assert_eq!(changes(before, now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn extended_length_of_answers_to_reset() {
        for (atr, expected) in [
            // Contactless, capabilities 73 with and without the bit.
            ("3B8A80018073C8214013A90710", None),
            ("3B87800180738001C000", None),
            ("3B868001807380014080", Some(true)),
            ("3B868001807380010080", Some(false)),
            ("3B8880010000000000000000", None),
            ("3B", None),
            ("", None),
            ("3BFF", None),
        ] {
            let atr = hex::decode(atr).unwrap();
            if let Some(expected) = expected {
                assert_eq!(extended_length(&atr), Some(expected), "{}", hex::encode(&atr));
            }
            assert!([256, 65_536].contains(&max_le(&atr)));
        }
    }
}
