//! The encodings of a hash into an RSA signature: EMSA-PKCS1-v1_5 and EMSA-PSS.
//!
//! PKCS#1 v1.5 is verified by building the whole block and comparing it: a parser of the padding is what the
//! forgeries with exponent 3 live on (CVE-2006-4339).
//! Source: RFC 8017 sections 9.1, 9.2 and B.2.1.

use super::HashAlgorithm;
use crate::asn1::{oid, tlv};

/// How the hash identifier stands in the DigestInfo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigestInfo {
    /// With NULL parameters, as RFC 8017 section 9.2 demands.
    Null,
    /// Without parameters, as one published master list has it.
    Absent,
}

/// The EMSA-PKCS1-v1_5 block of `len` bytes; `None` where the modulus is too short for the hash.
pub(super) fn pkcs1(hash: HashAlgorithm, form: DigestInfo, digest: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut algorithm = oid::object(hash.oid());
    if form == DigestInfo::Null {
        algorithm.extend([0x05, 0x00]);
    }
    let info = tlv::encode(0x30, &[tlv::encode(0x30, &algorithm), tlv::encode(0x04, digest)].concat());
    let padding = len.checked_sub(info.len() + 3).filter(|padding| *padding >= 8)?;
    Some([&[0x00, 0x01][..], &vec![0xFF; padding], &[0x00], &info].concat())
}

/// The mask generation function MGF1.
fn mgf1(hash: HashAlgorithm, seed: &[u8], len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(len + hash.len());
    let mut counter = 0u32;
    while out.len() < len {
        out.extend(hash.digest(&[seed, &counter.to_be_bytes()].concat()));
        counter += 1;
    }
    out.truncate(len);
    out
}

/// Encodes `digest` with `salt` for a modulus of `bits`; `None` where they do not fit.
pub(super) fn pss(
    hash: HashAlgorithm,
    mgf_hash: HashAlgorithm,
    digest: &[u8],
    salt: &[u8],
    bits: usize,
) -> Option<Vec<u8>> {
    let len = (bits - 1).div_ceil(8);
    let db_len = len.checked_sub(hash.len() + 1)?;
    let padding = db_len.checked_sub(salt.len() + 1)?;
    let inner = hash.digest(&[&[0; 8], digest, salt].concat());
    let mut block = [&vec![0; padding][..], &[0x01], salt].concat();
    for (byte, mask) in block.iter_mut().zip(mgf1(mgf_hash, &inner, db_len)) {
        *byte ^= mask;
    }
    block[0] &= 0xFF >> (8 * len - (bits - 1));
    block.extend(inner);
    block.push(0xBC);
    Some(block)
}

/// Whether `block` (as long as the modulus of `bits`) encodes `digest` with a salt of `salt_len` bytes.
pub(super) fn pss_verify(
    hash: HashAlgorithm,
    mgf_hash: HashAlgorithm,
    salt_len: usize,
    digest: &[u8],
    block: &[u8],
    bits: usize,
) -> bool {
    let len = (bits - 1).div_ceil(8);
    // A modulus of 8k+1 bits has a block one byte longer than the encoding; that byte must be zero.
    let Some(surplus) = block.len().checked_sub(len) else { return false };
    let (front, block) = block.split_at(surplus);
    let (Some(db_len), Some((&trailer, body))) = (len.checked_sub(hash.len() + 1), block.split_last()) else {
        return false;
    };
    let Some(padding) = db_len.checked_sub(salt_len.saturating_add(1)) else { return false };
    let (masked, inner) = body.split_at(db_len);
    let top = 0xFF_u8.checked_shr((8 * len - (bits - 1)) as u32).unwrap_or(0);
    if front.iter().any(|b| *b != 0) || trailer != 0xBC || masked[0] & !top != 0 {
        return false;
    }
    let mut db: Vec<u8> = masked.iter().zip(mgf1(mgf_hash, inner, db_len)).map(|(b, m)| b ^ m).collect();
    db[0] &= top;
    let (zeros, rest) = db.split_at(padding);
    let Some((&separator, salt)) = rest.split_first() else { return false };
    zeros.iter().all(|b| *b == 0)
        && separator == 0x01
        && hash.digest(&[&[0; 8], digest, salt].concat()) == inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pss_verifies_what_it_encodes_for_every_size_of_modulus() {
        for bits in 1017_usize..1034 {
            for (hash, mgf_hash, salt) in [
                (HashAlgorithm::Sha256, HashAlgorithm::Sha256, 20),
                (HashAlgorithm::Sha1, HashAlgorithm::Sha256, 0),
                (HashAlgorithm::Sha384, HashAlgorithm::Sha1, 48),
            ] {
                let digest = hash.digest(b"message");
                let mut block = vec![0; bits.div_ceil(8) - (bits - 1).div_ceil(8)];
                block.extend(pss(hash, mgf_hash, &digest, &vec![7; salt], bits).unwrap());
                assert!(pss_verify(hash, mgf_hash, salt, &digest, &block, bits), "{bits}");
                assert!(!pss_verify(hash, mgf_hash, salt + 1, &digest, &block, bits));
                assert!(!pss_verify(hash, mgf_hash, salt, &hash.digest(b"other"), &block, bits));
                for at in 0..block.len() {
                    let mut changed = block.clone();
                    changed[at] ^= 0x80;
                    assert!(!pss_verify(hash, mgf_hash, salt, &digest, &changed, bits), "{bits} {at}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let digest = HashAlgorithm::Sha512.digest(b"");
        assert!(pss(HashAlgorithm::Sha512, HashAlgorithm::Sha512, &digest, &[0; 64], 1024).is_none());
        assert!(!pss_verify(HashAlgorithm::Sha512, HashAlgorithm::Sha512, 64, &digest, &[0; 128], 1024));
        assert!(!pss_verify(
            HashAlgorithm::Sha512,
            HashAlgorithm::Sha512,
            usize::MAX,
            &digest,
            &[0; 128],
            1024
        ));
        assert!(pkcs1(HashAlgorithm::Sha512, DigestInfo::Null, &digest, 80).is_none());
    }
}
