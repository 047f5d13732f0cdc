//! Reading FlatBuffers (flatbuffers.dev, "Internals"): a table is a signed offset back to its vtable, which says
//! where each field stands. Every offset is checked; nothing is followed further than the caller asks.

use super::bytes::slice;
use super::{ConvertError, MAX_ITEMS, Result};

/// One table of a buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    buffer: &'a [u8],
    at: usize,
    /// The vtable's entries, two bytes a field.
    fields: &'a [u8],
}

fn word(buffer: &[u8], at: usize) -> Result<[u8; 4]> {
    slice(buffer, at, 4)?.try_into().map_err(|_| ConvertError::malformed("cut off"))
}

/// Where the unsigned offset at `at` leads.
fn follow(buffer: &[u8], at: usize) -> Result<usize> {
    let offset = u32::from_le_bytes(word(buffer, at)?) as usize;
    at.checked_add(offset).ok_or_else(|| ConvertError::malformed("an offset"))
}

impl<'a> Table<'a> {
    /// The root table of a buffer with this file identifier.
    pub(super) fn root(buffer: &'a [u8], identifier: [u8; 4]) -> Result<Self> {
        if word(buffer, 4)? != identifier {
            return Err(ConvertError::malformed("no such file identifier"));
        }
        Self::at(buffer, follow(buffer, 0)?)
    }

    fn at(buffer: &'a [u8], at: usize) -> Result<Self> {
        let back = i64::from(i32::from_le_bytes(word(buffer, at)?));
        let vtable = i64::try_from(at).ok().and_then(|at| usize::try_from(at - back).ok());
        let vtable = vtable.ok_or_else(|| ConvertError::malformed("a vtable"))?;
        let [low, high, ..] = word(buffer, vtable)?;
        let size = usize::from(u16::from_le_bytes([low, high]));
        let size = size.checked_sub(4).ok_or_else(|| ConvertError::malformed("a vtable"))?;
        Ok(Self { buffer, at, fields: slice(buffer, vtable + 4, size)? })
    }

    /// Where a field stands, if it is there.
    fn field(&self, index: usize) -> Option<usize> {
        let entry = self.fields.get(2 * index..2 * index + 2)?;
        let offset = usize::from(u16::from_le_bytes([entry[0], entry[1]]));
        (offset != 0).then_some(self.at + offset)
    }

    /// A field of one byte, signed.
    pub(super) fn byte(&self, index: usize, default: i8) -> Result<i8> {
        let Some(at) = self.field(index) else { return Ok(default) };
        Ok(slice(self.buffer, at, 1)?.first().map_or(default, |byte| i8::from_le_bytes([*byte])))
    }

    /// A field of four bytes, signed.
    pub(super) fn int(&self, index: usize, default: i32) -> Result<i32> {
        self.field(index).map_or(Ok(default), |at| Ok(i32::from_le_bytes(word(self.buffer, at)?)))
    }

    /// A field that counts or refers: four bytes, not negative.
    pub(super) fn count(&self, index: usize, default: usize) -> Result<usize> {
        let Some(at) = self.field(index) else { return Ok(default) };
        usize::try_from(i32::from_le_bytes(word(self.buffer, at)?))
            .map_err(|_| ConvertError::malformed("a negative count"))
    }

    /// A table that a field refers to.
    pub(super) fn table(&self, index: usize) -> Result<Option<Self>> {
        self.field(index).map(|at| Self::at(self.buffer, follow(self.buffer, at)?)).transpose()
    }

    /// The raw entries of a vector, each of `size` bytes, and where they begin.
    fn vector(&self, index: usize, size: usize) -> Result<(&'a [u8], usize)> {
        let Some(at) = self.field(index) else { return Ok((&[], 0)) };
        let at = follow(self.buffer, at)?;
        let count = u32::from_le_bytes(word(self.buffer, at)?) as usize;
        let len = count.checked_mul(size).ok_or_else(|| ConvertError::malformed("a vector"))?;
        Ok((slice(self.buffer, at + 4, len)?, at + 4))
    }

    /// A vector of bytes; empty where it is absent.
    pub(super) fn bytes(&self, index: usize) -> Result<&'a [u8]> {
        self.vector(index, 1).map(|(bytes, _)| bytes)
    }

    /// A string; empty where it is absent.
    pub(super) fn text(&self, index: usize) -> Result<&'a str> {
        std::str::from_utf8(self.bytes(index)?).map_err(|_| ConvertError::malformed("a name"))
    }

    /// A vector of integers; empty where it is absent.
    pub(super) fn ints(&self, index: usize) -> Result<Vec<i32>> {
        let (bytes, _) = self.vector(index, 4)?;
        let (words, _) = bytes.as_chunks::<4>();
        if words.len() > MAX_ITEMS {
            return Err(ConvertError::TooLarge("vector"));
        }
        Ok(words.iter().map(|word| i32::from_le_bytes(*word)).collect())
    }

    /// A vector of tables; empty where it is absent.
    pub(super) fn tables(&self, index: usize) -> Result<Vec<Self>> {
        let (entries, start) = self.vector(index, 4)?;
        let count = entries.len() / 4;
        if count > MAX_ITEMS {
            return Err(ConvertError::TooLarge("vector"));
        }
        (0..count).map(|entry| Self::at(self.buffer, follow(self.buffer, start + 4 * entry)?)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root table with a byte (field 0), nothing (field 1) and a vector of two integers (field 2).
    fn sample() -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&18u32.to_le_bytes()); // root at 18
        bytes.extend_from_slice(b"TEST");
        bytes.extend_from_slice(&[10, 0, 12, 0]); // vtable at 8: its size, the table's size
        bytes.extend_from_slice(&[4, 0, 0, 0, 8, 0]); // fields 0, 1, 2
        bytes.extend_from_slice(&10i32.to_le_bytes()); // table at 18: vtable 10 back
        bytes.extend_from_slice(&[0xFF, 0, 0, 0]); // field 0
        bytes.extend_from_slice(&4u32.to_le_bytes()); // field 2, at 26: vector at 30
        bytes.extend_from_slice(&2u32.to_le_bytes());
        bytes.extend_from_slice(&7i32.to_le_bytes());
        bytes.extend_from_slice(&(-7i32).to_le_bytes());
        bytes
    }

    #[test]
    fn fields_are_found_and_absent_ones_have_defaults() {
        let bytes = sample();
        let table = Table::root(&bytes, *b"TEST").unwrap();
        assert_eq!(table.byte(0, 5).unwrap(), -1);
        assert_eq!(table.byte(1, 5).unwrap(), 5);
        assert_eq!(table.ints(2).unwrap(), [7, -7]);
        assert!(table.ints(9).unwrap().is_empty());
        assert!(Table::root(&bytes, *b"ELSE").is_err());
    }

    #[test]
    fn no_change_of_a_byte_and_no_cut_leads_outside() {
        let whole = sample();
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                for bytes in [&bytes[..], &whole[..at]] {
                    if let Ok(table) = Table::root(bytes, *b"TEST") {
                        for field in 0..4 {
                            let _ = (table.byte(field, 0), table.ints(field), table.tables(field));
                            let _ = (table.table(field), table.text(field), table.count(field, 0));
                        }
                    }
                }
            }
        }
    }
}
