//! The files of a bundle as one: a tar archive, since every archive will be able to unpack it in thirty years. Only what titre
//! writes is read: plain files, in order, each name once, and nothing else in any header.
//! Source: POSIX.1-2017, pax, "ustar Interchange Format".

use std::collections::BTreeMap;

const BLOCK: usize = 512;
/// Most files.
const MAX_FILES: usize = 256;
/// Longest name: what the field holds.
const MAX_NAME: usize = 99;

/// Why bytes are no archive of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A name that is not one of plain letters, or stands twice, or too many or too long files.
    #[error("a file of the archive cannot be kept: {0}")]
    File(&'static str),
    /// Not byte for byte what would be written for the files that it holds.
    #[error("the archive is not one that titre wrote")]
    Malformed,
}

/// The archive of these files.
///
/// # Errors
/// [`ArchiveError::File`].
pub(super) fn write(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ArchiveError> {
    if files.len() > MAX_FILES {
        return Err(ArchiveError::File("too many"));
    }
    let mut archive = Vec::new();
    for (name, bytes) in files {
        archive.extend(header(name, bytes.len())?);
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    Ok(archive)
}

/// The files of an archive that [`write`] wrote.
///
/// # Errors
/// [`ArchiveError`].
pub(super) fn read(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let mut files = BTreeMap::new();
    let mut rest = archive;
    loop {
        let (head, after) = rest.split_at_checked(BLOCK).ok_or(ArchiveError::Malformed)?;
        if head.iter().all(|byte| *byte == 0) {
            break;
        }
        let text = |from: usize, len: usize| {
            let field = &head[from..from + len];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(len);
            std::str::from_utf8(&field[..end]).map_err(|_| ArchiveError::Malformed)
        };
        let (name, size) = (text(0, 100)?.to_owned(), text(124, 12)?);
        let size = usize::from_str_radix(size, 8).map_err(|_| ArchiveError::Malformed)?;
        let bytes = after.get(..size).ok_or(ArchiveError::Malformed)?.to_vec();
        rest = after.get(size.next_multiple_of(BLOCK)..).ok_or(ArchiveError::Malformed)?;
        if files.len() == MAX_FILES || files.insert(name, bytes).is_some() {
            return Err(ArchiveError::File("too many, or a name that stands twice"));
        }
    }
    // Whatever a header says besides, padding, order: it is as written, or it is refused.
    if write(&files)? == archive { Ok(files) } else { Err(ArchiveError::Malformed) }
}

/// Header of a plain file that only its owner reads; owner and time say nothing.
fn header(name: &str, len: usize) -> Result<[u8; BLOCK], ArchiveError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        return Err(ArchiveError::File("its name"));
    }
    if name.starts_with('/') || name.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Err(ArchiveError::File("its name"));
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{len:011o}\0").get(..12).ok_or(ArchiveError::File("its size"))?.as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Vec<u8>> {
        let name = |name: &str, len: usize| (name.to_owned(), vec![7; len]);
        [name("a.json", 0), name("document/EF.SOD.bin", 512), name("z", 700)].into()
    }

    #[test]
    fn what_is_written_is_read_and_every_other_byte_is_refused() {
        let archive = write(&files()).unwrap();
        assert_eq!(read(&archive), Ok(files()));
        for at in 0..archive.len() {
            let mut changed = archive.clone();
            changed[at] ^= 1;
            // A change of the content itself is the envelope's to find.
            assert!(read(&changed) != Ok(files()), "{at}");
        }
        for len in [0, 1, BLOCK, archive.len() - 1] {
            assert_eq!(read(&archive[..len]), Err(ArchiveError::Malformed), "{len}");
        }
    }

    #[test]
    fn names_stay_inside() {
        for name in ["", "/a", "../a", "a/../b", ".a", "a//b", "a b", "é", &"a".repeat(100)] {
            let files = BTreeMap::from([(name.to_owned(), Vec::new())]);
            assert!(write(&files).is_err(), "{name}");
        }
    }
}
