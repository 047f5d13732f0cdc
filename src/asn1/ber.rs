//! From BER to DER, for what DER parsers must read: some EF.SODs are written with indefinite lengths.
//!
//! Indefinite lengths become definite and constructed OCTET STRINGs primitive. [`to_definite`] changes nothing else, byte
//! for byte, so that signatures over parts stay valid: a certificate inside is signed as it stands. [`to_der`] makes
//! lengths minimal too. Sets are not sorted and values are not judged: parsers do that.
//! Source: ITU-T X.690 sections 8.1.3, 8.7.3 and 10.

use super::tlv;
use std::borrow::Cow;

/// Deepest nesting.
pub const MAX_DEPTH: usize = 48;
/// Longest input, in bytes.
pub const MAX_LEN: usize = 32 << 20;

/// Why bytes are no BER that titre reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BerError {
    /// The input ends too early, or a length goes beyond what holds it.
    #[error("BER: a value goes beyond its bounds")]
    Truncated,
    /// A tag of more than three bytes or a length of more than four.
    #[error("BER: tag or length too long")]
    Header,
    /// An indefinite length on a primitive value.
    #[error("BER: a primitive value of indefinite length")]
    Indefinite,
    /// A constructed OCTET STRING that holds something else.
    #[error("BER: a constructed string holds another type")]
    Segment,
    /// Deeper than [`MAX_DEPTH`].
    #[error("BER: nested deeper than {MAX_DEPTH}")]
    Depth,
    /// Longer than [`MAX_LEN`].
    #[error("BER: longer than {MAX_LEN} bytes")]
    TooLong,
    /// Bytes follow the value.
    #[error("BER: {0} bytes follow the value")]
    Trailing(usize),
}

/// The same value with definite, minimal lengths; borrowed where it was so already.
///
/// # Errors
/// [`BerError`] where the input is not exactly one value, too deep or too long.
pub fn to_der(input: &[u8]) -> Result<Cow<'_, [u8]>, BerError> {
    normalised(input, Lengths::Minimal)
}

/// The same value with definite lengths; what has them already keeps its bytes, minimal or not.
///
/// # Errors
/// As [`to_der`].
pub fn to_definite(input: &[u8]) -> Result<Cow<'_, [u8]>, BerError> {
    normalised(input, Lengths::AsTheyStand)
}

/// What happens to a definite length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    Minimal,
    AsTheyStand,
}

fn normalised(input: &[u8], lengths: Lengths) -> Result<Cow<'_, [u8]>, BerError> {
    if input.len() > MAX_LEN {
        return Err(BerError::TooLong);
    }
    let mut out = Vec::with_capacity(input.len());
    let used = value(input, 0, lengths, &mut out)?;
    if used != input.len() {
        return Err(BerError::Trailing(input.len() - used));
    }
    Ok(if out == input { Cow::Borrowed(input) } else { Cow::Owned(out) })
}

struct Header {
    tag_len: usize,
    len: usize,
    value_len: Option<usize>,
}

fn header(input: &[u8]) -> Result<Header, BerError> {
    let mut tag_len = 1;
    if input.first().ok_or(BerError::Truncated)? & 0x1F == 0x1F {
        while input.get(tag_len).ok_or(BerError::Truncated)? & 0x80 != 0 {
            tag_len += 1;
            if tag_len == 3 {
                return Err(BerError::Header);
            }
        }
        tag_len += 1;
    }
    let first = *input.get(tag_len).ok_or(BerError::Truncated)?;
    let len = tag_len + 1;
    match first {
        0x80 => Ok(Header { tag_len, len, value_len: None }),
        0..=0x7F => Ok(Header { tag_len, len, value_len: Some(usize::from(first)) }),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7F);
            let bytes = input.get(len..len + count).ok_or(BerError::Truncated)?;
            let value_len = bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
            Ok(Header { tag_len, len: len + count, value_len: Some(value_len) })
        }
        _ => Err(BerError::Header),
    }
}

/// Writes the value at the start of `input` to `out`; gives how many bytes it took.
fn value(input: &[u8], depth: usize, lengths: Lengths, out: &mut Vec<u8>) -> Result<usize, BerError> {
    if depth > MAX_DEPTH {
        return Err(BerError::Depth);
    }
    let head = header(input)?;
    let tag = &input[..head.tag_len];
    let end = match head.value_len {
        Some(len) => {
            Some(head.len.checked_add(len).filter(|end| *end <= input.len()).ok_or(BerError::Truncated)?)
        }
        None => None,
    };
    let constructed = tag[0] & 0x20 != 0;
    let string = tag == [0x24];
    if !constructed {
        let end = end.ok_or(BerError::Indefinite)?;
        match lengths {
            Lengths::Minimal => write(out, tag, &input[head.len..end]),
            Lengths::AsTheyStand => out.extend_from_slice(&input[..end]),
        }
        return Ok(end);
    }
    let mut body = Vec::new();
    let mut at = head.len;
    let bound = end.unwrap_or(input.len());
    loop {
        if end.is_none() && input.get(at..at + 2) == Some(&[0, 0]) {
            at += 2;
            break;
        }
        if end == Some(at) {
            break;
        }
        let rest = input.get(at..bound).filter(|rest| !rest.is_empty()).ok_or(BerError::Truncated)?;
        if string {
            let mut segment = Vec::new();
            at += value(rest, depth + 1, lengths, &mut segment)?;
            let segment = tlv::read_only(0x04, &segment).map_err(|_| BerError::Segment)?;
            body.extend_from_slice(segment.value);
        } else {
            at += value(rest, depth + 1, lengths, &mut body)?;
        }
    }
    if lengths == Lengths::AsTheyStand && !string && end == Some(at) && body == input[head.len..at] {
        out.extend_from_slice(&input[..at]);
    } else {
        write(out, if string { &[0x04] } else { tag }, &body);
    }
    Ok(at)
}

fn write(out: &mut Vec<u8>, tag: &[u8], value: &[u8]) {
    let tag = tag.iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
    out.extend(tlv::encode(tag, value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn indefinite_lengths_and_segments_become_der() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x03, 0x04, 0x01, 3, 0, 0, 0x02, 0x81, 0x01, 5,
            0, 0,
        ];
        let der = [0x30, 0x08, 0x04, 0x03, 1, 2, 3, 0x02, 0x01, 5];
        assert_eq!(to_der(&ber).unwrap().as_ref(), der);
        assert!(matches!(to_der(&der), Ok(Cow::Borrowed(_))));
        // A long form of a length stays where it is definite.
        let definite = [0x30, 0x09, 0x04, 0x03, 1, 2, 3, 0x02, 0x81, 0x01, 5];
        assert_eq!(to_definite(&ber).unwrap().as_ref(), definite);
        assert!(matches!(to_definite(&definite), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn hostile_input_is_refused() {
        assert_eq!(to_der(&[]), Err(BerError::Truncated));
        assert_eq!(to_der(&[0x04, 0x80, 0, 0]), Err(BerError::Indefinite));
        assert_eq!(to_der(&[0x30, 0x80, 0x05, 0x00]), Err(BerError::Truncated));
        assert_eq!(to_der(&[0x30, 0x85, 1, 1, 1, 1, 1]), Err(BerError::Header));
        assert_eq!(to_der(&[0x24, 0x02, 0x05, 0x00]), Err(BerError::Segment));
        assert_eq!(to_der(&[0x05, 0x00, 0x00]), Err(BerError::Trailing(1)));
        assert_eq!(to_der(&[0x30, 0x80].repeat(100)), Err(BerError::Depth));
        assert_eq!(to_der(&[0x30, 0x03, 0x04, 0x05, 1]), Err(BerError::Truncated));
    }

    proptest! {
        #[test]
        fn never_panics_and_settles(input in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(der) = to_der(&input) {
                let once = der.into_owned();
                prop_assert!(matches!(to_der(&once), Ok(Cow::Borrowed(_))));
            }
            if let Ok(definite) = to_definite(&input) {
                let once = definite.into_owned();
                prop_assert!(matches!(to_definite(&once), Ok(Cow::Borrowed(_))));
                // Both say the same value.
                prop_assert_eq!(to_der(&once).unwrap().into_owned(), to_der(&input).unwrap().into_owned());
            }
        }
    }
}
