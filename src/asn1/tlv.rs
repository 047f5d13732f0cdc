//! One BER-TLV data object: tag, length, value. Chips and files are hostile, so every length is checked
//! against what is there, tags have at most three bytes, and lengths at most four.
//! Source: ISO/IEC 7816-4:2020 section 5.2.2; ITU-T X.690 section 8.1. Indefinite lengths are refused here.

/// Most children that [`children`] returns; more is refused.
pub const MAX_CHILDREN: usize = 1024;

/// A data object that borrows its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag with its class and constructed bits, big-endian: `0x61`, `0x5F1F`, `0x7F61`.
    pub tag: u32,
    /// The value bytes.
    pub value: &'a [u8],
    /// Tag, length and value as they stood.
    pub raw: &'a [u8],
}

/// Why bytes are not a data object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlvError {
    /// The input ends inside tag or length, or the length says more than there is.
    #[error("data object at offset {offset} needs {needed} bytes, {available} are there")]
    Truncated {
        /// Where the data object begins.
        offset: usize,
        /// Bytes that it needs in all.
        needed: usize,
        /// Bytes that are there from `offset` on.
        available: usize,
    },
    /// A tag of more than three bytes.
    #[error("tag at offset {offset} is longer than three bytes")]
    Tag {
        /// Where the tag begins.
        offset: usize,
    },
    /// An indefinite length or one of more than four bytes.
    #[error("length of the data object at offset {offset} is indefinite or longer than four bytes")]
    Length {
        /// Where the data object begins.
        offset: usize,
    },
    /// Another tag stands where one was asked for.
    #[error("expected tag {expected:X}, found {found:X}")]
    Unexpected {
        /// The tag asked for.
        expected: u32,
        /// The tag found.
        found: u32,
    },
    /// A data object that must be there is not.
    #[error("data object {0:X} is missing")]
    Missing(u32),
    /// Bytes follow the last data object.
    #[error("{0} bytes follow the data object")]
    Trailing(usize),
    /// More than [`MAX_CHILDREN`] children.
    #[error("more than {MAX_CHILDREN} data objects in a row")]
    TooMany,
}

/// Reads the data object at the start of `input`; gives it and what follows.
///
/// # Errors
/// [`TlvError`] where the bytes are no data object with a definite length that fits.
pub fn read(input: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let header = header(input)?;
    let end = header.len.checked_add(header.value_len).ok_or(TlvError::Length { offset: 0 })?;
    if end > input.len() {
        return Err(TlvError::Truncated { offset: 0, needed: end, available: input.len() });
    }
    let tlv = Tlv { tag: header.tag, value: &input[header.len..end], raw: &input[..end] };
    Ok((tlv, &input[end..]))
}

/// Tag, header length and value length of a data object of which maybe only the start is there, as when the
/// first bytes of a file have been read from a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The tag.
    pub tag: u32,
    /// Bytes of tag and length together.
    pub len: usize,
    /// Bytes of the value that the length announces.
    pub value_len: usize,
}

/// Reads tag and length only; see [`Header`].
///
/// # Errors
/// [`TlvError`] where tag or length are cut or not allowed.
pub fn header(input: &[u8]) -> Result<Header, TlvError> {
    let short = |needed| TlvError::Truncated { offset: 0, needed, available: input.len() };
    let first = *input.first().ok_or(short(2))?;
    let mut tag = u32::from(first);
    let mut at = 1;
    if first & 0x1F == 0x1F {
        loop {
            if at == 3 {
                return Err(TlvError::Tag { offset: 0 });
            }
            let next = *input.get(at).ok_or(short(at + 2))?;
            tag = tag << 8 | u32::from(next);
            at += 1;
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    let first = *input.get(at).ok_or(short(at + 1))?;
    at += 1;
    let value_len = match first {
        0..=0x7F => usize::from(first),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7F);
            let bytes = input.get(at..at + count).ok_or(short(at + count))?;
            at += count;
            bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b))
        }
        _ => return Err(TlvError::Length { offset: 0 }),
    };
    Ok(Header { tag, len: at, value_len })
}

/// Reads a data object that must have `tag` and fill `input`.
///
/// # Errors
/// [`TlvError::Unexpected`] for another tag, [`TlvError::Trailing`] for bytes after it.
pub fn read_only(tag: u32, input: &[u8]) -> Result<Tlv<'_>, TlvError> {
    let (tlv, rest) = read(input)?;
    if tlv.tag != tag {
        return Err(TlvError::Unexpected { expected: tag, found: tlv.tag });
    }
    if !rest.is_empty() {
        return Err(TlvError::Trailing(rest.len()));
    }
    Ok(tlv)
}

/// The data objects that stand one after the other in `value`.
///
/// # Errors
/// [`TlvError`] with the offset of the first one that is broken.
pub fn children(value: &[u8]) -> Result<Vec<Tlv<'_>>, TlvError> {
    let mut list = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        if list.len() == MAX_CHILDREN {
            return Err(TlvError::TooMany);
        }
        let offset = value.len() - rest.len();
        let (tlv, after) = read(rest).map_err(|error| error.at(offset))?;
        list.push(tlv);
        rest = after;
    }
    Ok(list)
}

/// The first child of `value` that has `tag`.
///
/// # Errors
/// [`TlvError::Missing`] where there is none.
pub fn find(tag: u32, value: &[u8]) -> Result<Tlv<'_>, TlvError> {
    children(value)?.into_iter().find(|tlv| tlv.tag == tag).ok_or(TlvError::Missing(tag))
}

/// Writes a data object with the shortest length.
#[must_use]
pub fn encode(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 7);
    out.extend(tag.to_be_bytes().into_iter().skip_while(|b| *b == 0));
    let len = value.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes: Vec<u8> = (len as u32).to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
        out.push(0x80 | bytes.len() as u8);
        out.extend(bytes);
    }
    out.extend_from_slice(value);
    out
}

impl TlvError {
    fn at(self, by: usize) -> Self {
        match self {
            Self::Truncated { offset, needed, available } => {
                Self::Truncated { offset: offset + by, needed, available }
            }
            Self::Tag { offset } => Self::Tag { offset: offset + by },
            Self::Length { offset } => Self::Length { offset: offset + by },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_every_length_form() {
        for len in [0usize, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000] {
            let bytes = encode(0x7F61, &vec![0xA5; len]);
            let tlv = read_only(0x7F61, &bytes).unwrap();
            assert_eq!(tlv.value.len(), len);
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(matches!(read(&[]), Err(TlvError::Truncated { .. })));
        assert!(matches!(read(&[0x30, 0x05, 0]), Err(TlvError::Truncated { needed: 7, .. })));
        assert!(matches!(read(&[0x30, 0x80, 0, 0]), Err(TlvError::Length { .. })));
        assert!(matches!(read(&[0x30, 0x85, 1, 1, 1, 1, 1]), Err(TlvError::Length { .. })));
        assert!(matches!(read(&[0x7F, 0x81, 0x82, 0x83, 0x01]), Err(TlvError::Tag { .. })));
        assert!(matches!(read_only(0x30, &[0x30, 0, 0]), Err(TlvError::Trailing(1))));
        let broken = children(&[0x04, 0x01, 0xFF, 0x04, 0x02]);
        assert_eq!(broken, Err(TlvError::Truncated { offset: 3, needed: 4, available: 2 }));
    }
}
