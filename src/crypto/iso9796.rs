//! RSA signatures with message recovery, as chips make them in active authentication: the recovered block must
//! be exactly `6A || M1 || H || trailer`, with `H` the hash of `M1` and the challenge.
//! Source: ISO/IEC 9796-2:2010 digital signature scheme 1 (partial recovery); Doc 9303-11 section 6.1.2.1.

use super::HashAlgorithm;
use super::key::{KeyError, PublicKey};
use super::mac::same;

/// Header of a block with partial recovery and without padding.
const HEADER: u8 = 0x6A;
/// One-byte trailer: SHA-1.
const TRAILER_IMPLICIT: u8 = 0xBC;
/// Second byte of a trailer whose first byte names the hash.
const TRAILER_EXPLICIT: u8 = 0xCC;

/// Why a signature with message recovery does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Iso9796Error {
    /// The key is no RSA key, or the signature is not as long as the modulus and below it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The recovered block does not begin as it must.
    #[error("the recovered block does not begin with 6A")]
    Header,
    /// The recovered block ends with no known trailer.
    #[error("the recovered block ends with trailer {0:02X}{1:02X}, which names no hash")]
    Trailer(u8, u8),
    /// There is no room for a hash and a recovered message.
    #[error("the recovered block has no room for a hash")]
    Length,
    /// The hash is another: made by another key, over another challenge, or altered.
    #[error("the hash in the recovered block is another")]
    Hash,
}

/// Verifies `signature` over a recovered part and the given `challenge`; gives the hash that the trailer names.
///
/// # Errors
/// [`Iso9796Error`].
pub fn verify(key: &PublicKey, challenge: &[u8], signature: &[u8]) -> Result<HashAlgorithm, Iso9796Error> {
    let mut block = key.rsa_public_operation(signature)?;
    if let (PublicKey::Rsa { n, .. }, Some(last)) = (key, block.last())
        && last & 0x0F != 0x0C
    {
        // The signer may have taken the smaller of s and n - s (annex B.4); the block is then n minus this.
        block = difference(n, &block);
    }
    verify_block(&block, challenge)
}

/// The check of a block that has been recovered already.
fn verify_block(block: &[u8], challenge: &[u8]) -> Result<HashAlgorithm, Iso9796Error> {
    let (hash, trailer) = match block {
        [.., TRAILER_IMPLICIT] => (HashAlgorithm::Sha1, 1),
        [.., named, TRAILER_EXPLICIT] => {
            let hash = named_hash(*named).ok_or(Iso9796Error::Trailer(*named, TRAILER_EXPLICIT))?;
            (hash, 2)
        }
        [.., a, b] => return Err(Iso9796Error::Trailer(*a, *b)),
        _ => return Err(Iso9796Error::Length),
    };
    let body = &block[..block.len() - trailer];
    let (header, body) = body.split_first().ok_or(Iso9796Error::Length)?;
    if *header != HEADER {
        return Err(Iso9796Error::Header);
    }
    let at = body.len().checked_sub(hash.len()).filter(|at| *at > 0).ok_or(Iso9796Error::Length)?;
    let (recovered, digest) = body.split_at(at);
    if same(&hash.digest(&[recovered, challenge].concat()), digest) {
        Ok(hash)
    } else {
        Err(Iso9796Error::Hash)
    }
}

/// Hash identifiers of ISO/IEC 10118-3.
const fn named_hash(identifier: u8) -> Option<HashAlgorithm> {
    match identifier {
        0x33 => Some(HashAlgorithm::Sha1),
        0x34 => Some(HashAlgorithm::Sha256),
        0x35 => Some(HashAlgorithm::Sha512),
        0x36 => Some(HashAlgorithm::Sha384),
        0x38 => Some(HashAlgorithm::Sha224),
        _ => None,
    }
}

/// The identifier of a hash, for a trailer that names it; the chip's side needs it.
#[must_use]
pub const fn trailer(hash: HashAlgorithm) -> [u8; 2] {
    let identifier = match hash {
        HashAlgorithm::Sha1 => 0x33,
        HashAlgorithm::Sha224 => 0x38,
        HashAlgorithm::Sha256 => 0x34,
        HashAlgorithm::Sha384 => 0x36,
        HashAlgorithm::Sha512 => 0x35,
    };
    [identifier, TRAILER_EXPLICIT]
}

/// `n - x` for numbers of the same length with `x < n`.
fn difference(n: &[u8], x: &[u8]) -> Vec<u8> {
    let mut out = vec![0; n.len()];
    let mut borrow = 0;
    for (at, (n, x)) in n.iter().zip(x).enumerate().rev() {
        let value = i16::from(*n) - i16::from(*x) - borrow;
        borrow = i16::from(value < 0);
        out[at] = value.rem_euclid(256) as u8;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::PrivateKey;
    use crate::crypto::SeededEntropy;

    const CHALLENGE: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

    fn block(len: usize, hash: HashAlgorithm, trailer: &[u8]) -> Vec<u8> {
        let recovered = vec![0x5A; len - 1 - hash.len() - trailer.len()];
        let digest = hash.digest(&[&recovered[..], &CHALLENGE].concat());
        [&[HEADER][..], &recovered, &digest, trailer].concat()
    }

    #[test]
    fn every_trailer_names_its_hash() {
        for hash in HashAlgorithm::ALL {
            assert_eq!(verify_block(&block(128, hash, &trailer(hash)), &CHALLENGE), Ok(hash));
        }
        assert_eq!(
            verify_block(&block(128, HashAlgorithm::Sha1, &[0xBC]), &CHALLENGE),
            Ok(HashAlgorithm::Sha1)
        );
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        for (hash, trailer) in [(HashAlgorithm::Sha1, vec![0xBC]), (HashAlgorithm::Sha256, vec![0x34, 0xCC])]
        {
            let good = block(128, hash, &trailer);
            for bit in 0..good.len() * 8 {
                let mut bad = good.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                assert!(verify_block(&bad, &CHALLENGE).is_err(), "bit {bit}");
            }
            assert_eq!(verify_block(&good, &[0; 8]), Err(Iso9796Error::Hash));
        }
        assert_eq!(verify_block(&[0x6A, 0xBC], &CHALLENGE), Err(Iso9796Error::Length));
        assert_eq!(verify_block(&[], &CHALLENGE), Err(Iso9796Error::Length));
        assert_eq!(verify_block(&[HEADER; 40], &CHALLENGE), Err(Iso9796Error::Trailer(0x6A, 0x6A)));
    }

    #[test]
    fn signatures_of_a_key_and_their_negatives_verify() {
        let mut entropy = SeededEntropy::new("iso9796", 1);
        let private = PrivateKey::generate_rsa(1024, &mut entropy).unwrap();
        let public = private.public();
        let PublicKey::Rsa { n, .. } = &public else { panic!() };
        let hash = HashAlgorithm::Sha256;
        let good = private.rsa_private_operation(&block(128, hash, &trailer(hash)), &mut entropy).unwrap();
        assert_eq!(verify(&public, &CHALLENGE, &good), Ok(hash));
        assert_eq!(verify(&public, &CHALLENGE, &difference(n, &good)), Ok(hash));
        assert_eq!(verify(&public, &[0; 8], &good), Err(Iso9796Error::Hash));
        // A chip that cuts its answer, and one that adds to it.
        assert!(matches!(verify(&public, &CHALLENGE, &good[..127]), Err(Iso9796Error::Key(_))));
        assert!(matches!(
            verify(&public, &CHALLENGE, &[&[0], &good[..]].concat()),
            Err(Iso9796Error::Key(_))
        ));
    }
}
