//! A cursor over bytes that never reads past their end. Little-endian, as every format here is.

use super::{ConvertError, Result};

#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or_else(|| ConvertError::malformed("cut off"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) =
            self.rest.split_first_chunk::<N>().ok_or_else(|| ConvertError::malformed("cut off"))?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A length of 64 bits, which must be one that this machine can address.
    pub(super) fn length(&mut self) -> Result<usize> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| ConvertError::malformed("a length"))
    }

    /// Up to and including the next line feed, without it.
    pub(super) fn line(&mut self) -> Result<&'a [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let line = self.take(end.ok_or_else(|| ConvertError::malformed("a line without end"))?)?;
        self.take(1)?;
        Ok(line)
    }
}

/// The bytes from `offset`, `len` of them.
pub(super) fn slice(bytes: &[u8], offset: usize, len: usize) -> Result<&[u8]> {
    let end = offset.checked_add(len);
    end.and_then(|end| bytes.get(offset..end))
        .ok_or_else(|| ConvertError::malformed("an offset past the end"))
}
