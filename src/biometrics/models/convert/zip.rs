//! The part of ZIP (APPNOTE.TXT 6.3) that `torch.save` writes: a central directory at the end, entries stored
//! without compression.

use super::bytes::{Cursor, slice};
use super::{ConvertError, MAX_ITEMS, Result};

/// How a file that is one begins.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

const END: [u8; 4] = *b"PK\x05\x06";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
/// The end record is 22 bytes and a comment of at most 65,535.
const END_WITHIN: usize = 22 + 65_535;

/// The names and the bytes of all entries.
pub(super) fn entries(file: &[u8]) -> Result<Vec<(&str, &[u8])>> {
    let tail = &file[file.len().saturating_sub(END_WITHIN)..];
    let end = tail.windows(4).rposition(|window| window == END);
    let mut record = Cursor::new(&tail[end.ok_or_else(|| ConvertError::malformed("zip: no end"))?..]);
    record.take(10)?;
    let count = usize::from(record.u16()?);
    record.take(4)?;
    let start = record.u32()? as usize;
    if count > MAX_ITEMS {
        return Err(ConvertError::TooLarge("zip entries"));
    }
    let mut directory =
        Cursor::new(file.get(start..).ok_or_else(|| ConvertError::malformed("zip: directory"))?);
    (0..count).map(|_| entry(file, &mut directory)).collect()
}

fn entry<'a>(file: &'a [u8], directory: &mut Cursor<'a>) -> Result<(&'a str, &'a [u8])> {
    if directory.array()? != CENTRAL {
        return Err(ConvertError::malformed("zip: directory"));
    }
    directory.take(6)?;
    let method = directory.u16()?;
    directory.take(8)?;
    let (packed, size) = (directory.u32()? as usize, directory.u32()? as usize);
    let (name, extra, comment) = (directory.u16()?, directory.u16()?, directory.u16()?);
    directory.take(8)?;
    let at = directory.u32()? as usize;
    let name = std::str::from_utf8(directory.take(name.into())?)
        .map_err(|_| ConvertError::malformed("zip: a name"))?;
    directory.take(usize::from(extra) + usize::from(comment))?;
    if method != 0 || packed != size {
        return Err(ConvertError::unsupported("a compressed zip entry"));
    }
    // The local header's own name and padding may differ in length from the directory's.
    let mut local = Cursor::new(slice(file, at, 30)?);
    if local.take(4)? != MAGIC {
        return Err(ConvertError::malformed("zip: entry"));
    }
    local.take(22)?;
    let skip = usize::from(local.u16()?) + usize::from(local.u16()?);
    let from = at.checked_add(30 + skip).ok_or_else(|| ConvertError::malformed("zip: entry"))?;
    Ok((name, slice(file, from, size)?))
}
