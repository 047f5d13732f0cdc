//! What a terminal must refuse: keys that are no elements of the group or of its subgroup, its own keys, other tokens,
//! nonces of another length. Each time one thing of a worked example is changed.

use crate::examples::{Example, G2, H1, H2, h, password, run};
use titre::crypto::ModpGroup;
use titre::protocol::ProtocolError;

fn refused(example: &Example) -> ProtocolError {
    run(example, &password()).unwrap_err()
}

fn leak(text: String) -> &'static str {
    text.leak()
}

/// Numbers that are no public keys: out of range, and in range but outside the subgroup of prime order.
fn no_elements() -> Vec<&'static str> {
    let prime = ModpGroup::Modp1024Order160.group().prime().to_vec();
    let less = |by: u8| {
        let mut bytes = prime.clone();
        bytes[127] -= by;
        leak(hex::encode_upper(bytes))
    };
    let small = |number: u8| leak(format!("{number:0256X}"));
    vec![small(0), small(1), less(1), less(0), small(2), less(2), leak("FF".repeat(128)), "02"]
}

#[test]
fn keys_modulo_a_prime_are_elements_of_the_subgroup() {
    for chip in no_elements() {
        for example in [
            Example { mapping: [G2.mapping[0], chip], ..G2 },
            Example { keys: [G2.keys[0], chip], ..G2 },
            Example { keys: [H2.keys[0], chip], ..h(&H2) },
        ] {
            let error = refused(&example);
            assert!(matches!(error, ProtocolError::PublicKey { .. }), "{chip}: {error}");
        }
    }
}

#[test]
fn keys_after_the_integrated_mapping_are_points_of_the_curve() {
    let [own, chip] = H1.keys;
    let mut off = hex::decode(chip).unwrap();
    off[64] ^= 1;
    let other = leak(hex::encode_upper(off));
    for chip in [other, "00", "", &chip[..64], leak(format!("03{}", &chip[2..66]))] {
        let error = refused(&Example { keys: [own, chip], ..h(&H1) });
        assert!(matches!(error, ProtocolError::PublicKey { .. }), "{chip}: {error}");
    }
}

#[test]
fn the_terminals_own_key_is_no_key_of_the_chip() {
    for example in [
        Example { mapping: [G2.mapping[0]; 2], ..G2 },
        Example { keys: [G2.keys[0]; 2], ..G2 },
        Example { keys: [H1.keys[0]; 2], ..h(&H1) },
        Example { keys: [H2.keys[0]; 2], ..h(&H2) },
    ] {
        let error = refused(&example);
        assert!(matches!(error, ProtocolError::Authentication { .. }), "{error}");
    }
}

#[test]
fn every_changed_bit_of_a_token_is_noticed() {
    for example in [G2, h(&H1), h(&H2)] {
        for bit in 0..64 {
            let mut token = hex::decode(example.tokens[1]).unwrap();
            token[bit / 8] ^= 1 << (bit % 8);
            let chip = leak(hex::encode_upper(token));
            let error = refused(&Example { tokens: [example.tokens[0], chip], ..example });
            assert!(matches!(error, ProtocolError::WrongPassword { .. }), "bit {bit}: {error}");
        }
    }
}

#[test]
fn the_nonce_of_the_integrated_mapping_has_one_length() {
    for example in [h(&H1), h(&H2)] {
        for nonce in [example.nonce.repeat(2), example.nonce[2..].to_owned(), String::new()] {
            let error = refused(&Example { nonce: leak(nonce), ..example });
            assert!(matches!(error, ProtocolError::Malformed { .. }), "{error}");
        }
    }
}
