//! Object identifiers between their dotted text and their DER value. They are data in titre: an identifier
//! that nobody knows is kept and shown, never an error.
//! Source: ITU-T X.690 section 8.19.

/// Most bytes of an object identifier's value; real ones have fewer than 20.
const MAX_LEN: usize = 64;

/// The DER value (without tag and length) of a dotted identifier; `None` where the text is no identifier.
#[must_use]
pub fn encode(dotted: &str) -> Option<Vec<u8>> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>()?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return None };
    if *first > 2 || (*first < 2 && *second > 39) {
        return None;
    }
    let mut out = Vec::new();
    push_arc(&mut out, (first * 40).checked_add(*second)?);
    rest.iter().for_each(|arc| push_arc(&mut out, *arc));
    (out.len() <= MAX_LEN).then_some(out)
}

/// The dotted text of a DER value; `None` where the bytes are no identifier.
#[must_use]
pub fn decode(value: &[u8]) -> Option<String> {
    if value.is_empty() || value.len() > MAX_LEN || value.last()? & 0x80 != 0 {
        return None;
    }
    let mut arcs = Vec::new();
    let mut arc = 0u64;
    let mut fresh = true;
    for byte in value {
        if fresh && *byte == 0x80 {
            return None;
        }
        arc = arc.checked_mul(128)? | u64::from(byte & 0x7F);
        fresh = byte & 0x80 == 0;
        if fresh {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    let first = (arcs[0] / 40).min(2);
    let mut text = format!("{first}.{}", arcs[0] - first * 40);
    for arc in &arcs[1..] {
        text.push_str(&format!(".{arc}"));
    }
    Some(text)
}

/// The data object (tag `06`) of an identifier that stands in the source text; one from outside goes through
/// [`encode`].
#[must_use]
pub fn object(dotted: &'static str) -> Vec<u8> {
    let value = encode(dotted);
    debug_assert!(value.is_some(), "{dotted} is no identifier");
    super::tlv::encode(0x06, &value.unwrap_or_default())
}

fn push_arc(out: &mut Vec<u8>, arc: u64) {
    let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let bits = (arc >> (7 * group)) as u8 & 0x7F;
        out.push(if group == 0 { bits } else { bits | 0x80 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_identifiers_in_both_directions() {
        for (dotted, der) in [
            ("2.23.136.1.1.1", &[0x67, 0x81, 0x08, 0x01, 0x01, 0x01][..]),
            ("1.2.840.113549.1.7.2", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2][..]),
            ("0.4.0.127.0.7.2.2.4.2.2", &[4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2][..]),
            ("2.999", &[0x88, 0x37][..]),
        ] {
            assert_eq!(encode(dotted).unwrap(), der);
            assert_eq!(decode(der).unwrap(), dotted);
        }
    }

    #[test]
    fn what_is_no_identifier() {
        for text in ["", "1", "3.1", "1.40", "1.2.x", "1.2.99999999999999999999999"] {
            assert_eq!(encode(text), None, "{text}");
        }
        for bytes in [&[][..], &[0x81], &[0x80, 0x01], &[0x2A; 65], &[0xFF; 12]] {
            assert_eq!(decode(bytes), None, "{bytes:X?}");
        }
    }
}
