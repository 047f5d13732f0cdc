//! Base64url without padding, strict: no padding, no white space, no stray bits in the last character.
//! Source: RFC 7515 section 2, RFC 4648 sections 3.5 and 5.

use base64ct::{Base64UrlUnpadded, Encoding};

/// Encodes bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes text; `None` where it is not canonical base64url.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // One value has one encoding: two texts for the same bytes would be two tokens with one meaning.
    (encode(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_encoding_is_read() {
        assert_eq!(decode("_-8"), Some(vec![0xFF, 0xEF]));
        for wrong in ["_-8=", "_-9", "/+8", "_-8 ", "_", "_-8\n"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
        assert_eq!(decode(""), Some(vec![]));
    }
}
