//! PEM blocks, several in a file, as openssl writes them. Text between the blocks is skipped.
//! Source: RFC 7468 (the strict form, with the laxity of section 2 on explanatory text).

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Most blocks of a file.
const MAX_BLOCKS: usize = 16;

/// One block: its label and the bytes, which may be a private key.
pub(super) struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY`.
    pub label: String,
    /// The decoded bytes.
    pub der: Zeroizing<Vec<u8>>,
}

/// Why a text is no PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PemError {
    #[error("a PEM block does not end")]
    Unfinished,
    #[error("a PEM block is not base64")]
    Base64,
    #[error("more than {MAX_BLOCKS} PEM blocks")]
    TooMany,
}

/// Whether a file looks like PEM at all.
pub(super) fn is_pem(bytes: &[u8]) -> bool {
    bytes.windows(11).any(|window| window == b"-----BEGIN ")
}

/// All blocks, in their order.
///
/// # Errors
/// [`PemError`].
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, PemError> {
    let mut found = Vec::new();
    let mut lines = text.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) else {
            continue;
        };
        let end = format!("-----END {label}-----");
        let mut body = Zeroizing::new(String::new());
        loop {
            match lines.next() {
                None => return Err(PemError::Unfinished),
                Some(line) if line == end => break,
                Some(line) => body.push_str(line.trim()),
            }
        }
        if found.len() >= MAX_BLOCKS {
            return Err(PemError::TooMany);
        }
        let der = Zeroizing::new(Base64::decode_vec(&body).map_err(|_| PemError::Base64)?);
        found.push(Block { label: label.to_owned(), der });
    }
    Ok(found)
}

/// One block, in lines of 64 characters.
pub(super) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(Base64::encode_string(der));
    let mut text = Zeroizing::new(format!("-----BEGIN {label}-----\n"));
    for (count, character) in body.chars().enumerate() {
        if count > 0 && count.is_multiple_of(64) {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_in_their_order() {
        let text = format!("a note\n{}{}", *encode("ONE", &[7; 100]), *encode("TWO", b""));
        let found = blocks(&text).unwrap();
        assert_eq!(found.iter().map(|block| block.label.as_str()).collect::<Vec<_>>(), ["ONE", "TWO"]);
        assert_eq!(*found[0].der, vec![7; 100]);
        assert_eq!(blocks("-----BEGIN X-----\nAAAA\n").err(), Some(PemError::Unfinished));
        assert_eq!(blocks("-----BEGIN X-----\nA*AA\n-----END X-----\n").err(), Some(PemError::Base64));
    }
}
