//! PEM: DER between `-----BEGIN LABEL-----` and `-----END LABEL-----`, with text before, between and after.
//! Source: RFC 7468 (lax reading, strict writing).

use base64ct::{Base64, Encoding};

/// Most blocks of one file that are read.
pub const MAX_BLOCKS: usize = 4096;

/// One block.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY` and the like.
    pub label: String,
    /// The content. It may be a private key, so it has no `Debug`.
    pub der: zeroize::Zeroizing<Vec<u8>>,
}

/// Text that is no PEM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A block without its end, or with another label at its end.
    #[error("the PEM block {0} has no end")]
    Unfinished(String),
    /// What stands inside is no base64.
    #[error("the PEM block {0} is no base64")]
    Base64(String),
    /// More than [`MAX_BLOCKS`].
    #[error("more than {MAX_BLOCKS} PEM blocks")]
    TooMany,
}

/// Whether the bytes have a PEM block.
#[must_use]
pub fn is_pem(bytes: &[u8]) -> bool {
    bytes.windows(11).any(|window| window == b"-----BEGIN ")
}

/// All blocks, in order; empty where there is none.
///
/// # Errors
/// [`PemError`].
pub fn blocks(text: &str) -> Result<Vec<Block>, PemError> {
    let mut list = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        if list.len() == MAX_BLOCKS {
            return Err(PemError::TooMany);
        }
        let (label, body) = after.split_once("-----").ok_or(PemError::Unfinished(String::new()))?;
        let unfinished = || PemError::Unfinished(label.to_owned());
        let (body, end) = body.split_once("-----END ").ok_or_else(unfinished)?;
        rest = end.strip_prefix(label).and_then(|end| end.strip_prefix("-----")).ok_or_else(unfinished)?;
        // Headers as of RFC 1421 (`Proc-Type: ...`) end with an empty line.
        let body = if body.contains(':') { body.rsplit("\n\n").next().unwrap_or(body) } else { body };
        let mut base64 = zeroize::Zeroizing::new(String::with_capacity(body.len()));
        base64.extend(body.chars().filter(|c| !c.is_ascii_whitespace()));
        let der = Base64::decode_vec(&base64).map_err(|_| PemError::Base64(label.to_owned()))?;
        list.push(Block { label: label.to_owned(), der: zeroize::Zeroizing::new(der) });
    }
    Ok(list)
}

/// One block, with lines of 64 characters.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    let base64 = zeroize::Zeroizing::new(Base64::encode_string(der));
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes_among_other_text() {
        let der = [0x30; 100];
        let text = format!(
            "a title\r\n{}between\n{}",
            encode("CERTIFICATE", &der).replace('\n', "\r\n"),
            encode("X", &[])
        );
        let list = blocks(&text).unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!((list[0].label.as_str(), list[0].der.as_slice()), ("CERTIFICATE", &der[..]));
        assert!(list[1].der.is_empty());
    }

    #[test]
    fn refuses_broken_blocks() {
        assert!(matches!(blocks("-----BEGIN A-----\nAAAA"), Err(PemError::Unfinished(_))));
        assert!(matches!(blocks("-----BEGIN A-----\nAAAA-----END B-----"), Err(PemError::Unfinished(_))));
        assert!(matches!(blocks("-----BEGIN A-----\n*-----END A-----"), Err(PemError::Base64(_))));
        assert!(blocks("no block").unwrap().is_empty());
    }
}
