//! Which reader to use, and what an answer to reset says of extended length. Pure, so that it is tested
//! without a reader.
//! Source: ISO/IEC 7816-4:2020 section 12.1.1 (historical bytes, card capabilities), PC/SC part 3 section 3.1.3.2.3.

use super::TransportError;

/// Fewest characters of a reader's name that choose it.
const MIN_FRAGMENT: usize = 3;

/// A reader as the card service lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderEntry {
    /// The name.
    pub name: String,
    /// Whether a card is there.
    pub card: bool,
}

/// The index of the reader to use: the one that `hint` names (number from 1, or a fragment of the name), else
/// the only one, else the only one with a card. Ambiguity is an error, never a guess.
///
/// # Errors
/// [`TransportError::Reader`] that says why there is no choice.
pub fn choose(readers: &[ReaderEntry], hint: Option<&str>) -> Result<usize, TransportError> {
    let fail = |problem: String| Err(TransportError::Reader(problem));
    if readers.is_empty() {
        return fail("no reader is connected".to_owned());
    }
    let Some(hint) = hint else {
        let with_card: Vec<usize> = (0..readers.len()).filter(|index| readers[*index].card).collect();
        return match (readers.len(), with_card.as_slice()) {
            (1, _) => Ok(0),
            (_, [only]) => Ok(*only),
            (count, _) => {
                fail(format!("{count} readers and no one of them is the only one with a card; name one"))
            }
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
        (0..readers.len()).filter(|index| readers[*index].name.to_lowercase().contains(&hint)).collect();
    match fits.as_slice() {
        [only] => Ok(*only),
        [] => fail("no reader has that name".to_owned()),
        several => fail(format!("{} readers have that name", several.len())),
    }
}

/// The largest Le that a card with this answer to reset says it takes: 65536 where its capabilities say extended
/// length, else 256.
#[must_use]
pub fn max_le(atr: &[u8]) -> u32 {
    if extended_length(atr).unwrap_or(false) { 65_536 } else { 256 }
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
        list.iter().map(|(name, card)| ReaderEntry { name: (*name).to_owned(), card: *card }).collect()
    }

    #[test]
    fn the_rules_of_choice() {
        let two = readers(&[("ACS ACR122U PICC 00", false), ("OMNIKEY 5022 CL", true)]);
        let both = readers(&[("ACS ACR1252 PICC", true), ("ACS ACR1252 SAM", true)]);
        for (list, hint, expected) in [
            (&two[..1], None, Some(0)),
            (&two[..], None, Some(1)),
            (&both[..], None, None),
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
