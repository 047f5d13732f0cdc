//! The mappings of PACE: from a nonce to a fresh generator; and the proof of the chip authentication mapping.
//! Source: Doc 9303-11 sections 4.4.3.3.1 (generic), 4.4.3.3.2 (integrated) and 4.4.3.5 (chip authentication data).

use super::agreement::{AgreementError, DomainParameters, GroupElement};
use super::cipher::{CipherError, SessionCipher};
use super::curve::{CurveError, EcPoint, EcSecret, NamedCurve};
use zeroize::Zeroizing;

/// Bytes of a nonce that are turned into one scalar; every supported order is longer.
const CHUNK: usize = 16;

/// c0 and c1 of the pseudo-random function for keys of up to 128 bits.
const SHORT: [[u8; 16]; 2] = [
    0xA668_892A_7C41_E3CA_739F_40B0_57D8_5904_u128.to_be_bytes(),
    0xA4E1_36AC_725F_738B_01C1_F602_17C1_88AD_u128.to_be_bytes(),
];
/// The same for longer keys, each in two halves.
const LONG: [[[u8; 16]; 2]; 2] = [
    [
        0xD463_D652_3412_4EF7_8970_5498_6DCA_0A17_u128.to_be_bytes(),
        0x4E28_DF75_8CBA_A03F_2406_1641_4D5A_1676_u128.to_be_bytes(),
    ],
    [
        0x54BD_7255_F0AA_F831_BEC3_423F_CF39_D69B_u128.to_be_bytes(),
        0x6CBF_0666_77D0_FAAE_5AAD_D99D_F8E5_3517_u128.to_be_bytes(),
    ],
];

/// The ephemeral generator of the generic mapping: on a curve `s * G + H`, modulo a prime `g^s * h`, with `s` the
/// nonce and `H` what was shared in the mapping step. The nonce may be longer than the order.
///
/// # Errors
/// [`AgreementError`] where the result is no generator.
pub fn map_generic(nonce: &[u8], shared: &GroupElement) -> Result<GroupElement, AgreementError> {
    Ok(match shared {
        GroupElement::Dh(shared) => GroupElement::Dh(shared.map_generic(nonce)?),
        GroupElement::Ec(shared) => {
            let curve = shared.curve();
            GroupElement::Ec(curve.add(&times(curve, nonce)?, shared)?)
        }
    })
}

/// `number * G` for a big-endian number of any length.
fn times(curve: NamedCurve, number: &[u8]) -> Result<EcPoint, CurveError> {
    let (first, rest) = number.split_at(number.len() % CHUNK);
    let mut shift = Zeroizing::new(vec![0; CHUNK + 1]);
    shift[0] = 1;
    let shift = EcSecret::from_bytes(curve, &shift)?;
    let mut sum: Option<EcPoint> = None;
    for chunk in std::iter::once(first).chain(rest.chunks(CHUNK)) {
        if let Some(point) = sum.take() {
            sum = Some(curve.mul(&point, &shift)?);
        }
        if chunk.iter().all(|byte| *byte == 0) {
            continue;
        }
        let term = curve.base_mul(&EcSecret::from_bytes(curve, chunk)?)?;
        sum = Some(match sum.take() {
            Some(point) => curve.add(&point, &term)?,
            None => term,
        });
    }
    sum.ok_or(CurveError::ScalarRange)
}

/// Bytes of the terminal's nonce `t` of the integrated mapping.
#[must_use]
pub const fn terminal_nonce_len(cipher: SessionCipher) -> usize {
    cipher.key_len()
}

/// Bytes of the chip's nonce `s` of the integrated mapping: whole blocks of 128 bits that hold a key.
#[must_use]
pub const fn chip_nonce_len(cipher: SessionCipher) -> usize {
    cipher.key_len().next_multiple_of(16)
}

/// The ephemeral generator of the integrated mapping, from the chip's nonce `s` and the terminal's nonce `t`.
///
/// # Errors
/// [`CipherError`] for nonces of another length.
pub fn map_integrated(
    cipher: SessionCipher,
    parameters: DomainParameters,
    s: &[u8],
    t: &[u8],
) -> Result<Result<GroupElement, AgreementError>, CipherError> {
    let bits = match parameters {
        DomainParameters::Modp(group) => 8 * group.group().prime().len(),
        // Of P-521 the first byte has one bit.
        DomainParameters::Curve(NamedCurve::P521) => 521,
        DomainParameters::Curve(curve) => 8 * curve.field_bytes(),
    };
    let number = pseudo_random(cipher, s, t, bits)?;
    Ok(match parameters {
        DomainParameters::Modp(group) => {
            group.group().element_of_number(&number).map(GroupElement::Dh).map_err(AgreementError::from)
        }
        DomainParameters::Curve(curve) => {
            curve.point_of_number(&number).map(GroupElement::Ec).map_err(AgreementError::from)
        }
    })
}

/// `R(s, t)` of at least `bits + 64` bits.
fn pseudo_random(
    cipher: SessionCipher,
    s: &[u8],
    t: &[u8],
    bits: usize,
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    let len = chip_nonce_len(cipher);
    if s.len() != len {
        return Err(CipherError::NotBlocks(s.len()));
    }
    let (c0, c1) =
        if len == 16 { (SHORT[0].to_vec(), SHORT[1].to_vec()) } else { (LONG[0].concat(), LONG[1].concat()) };
    let zero = vec![0; cipher.block_len()];
    // Only of AES-192 the output is longer than a key.
    let encrypt = |key: &[u8], text: &[u8]| {
        let key = key.get(..cipher.key_len()).unwrap_or(key);
        cipher.encrypt_cbc(key, &zero, text).map(Zeroizing::new)
    };
    let mut key = encrypt(t, s)?;
    let mut out = Zeroizing::new(Vec::new());
    while 8 * out.len() < bits + 64 {
        out.extend_from_slice(&encrypt(&key, &c1)?);
        key = encrypt(&key, &c0)?;
    }
    Ok(out)
}

/// Encrypts chip authentication data for the terminal, or decrypts them: in CBC mode under the session's key, the vector
/// being the encryption of a block of ones (section 4.4.3.5.4).
fn mapping_iv(cipher: SessionCipher, k_enc: &[u8]) -> Result<Vec<u8>, CipherError> {
    let (ones, zero) = (vec![0xFF; cipher.block_len()], vec![0; cipher.block_len()]);
    cipher.encrypt_cbc(k_enc, &zero, &ones)
}

/// The chip authentication data of the terminal's last answer in PACE.
///
/// # Errors
/// [`CipherError`] where they are not whole blocks, or their padding is wrong.
pub fn open_mapping_data(
    cipher: SessionCipher,
    k_enc: &[u8],
    encrypted: &[u8],
) -> Result<Vec<u8>, CipherError> {
    let padded = cipher.decrypt_cbc(k_enc, &mapping_iv(cipher, k_enc)?, encrypted)?;
    Ok(cipher.unpad(&padded)?.to_vec())
}

/// The chip's half of [`open_mapping_data`].
///
/// # Errors
/// [`CipherError`] for a key of another length.
pub fn seal_mapping_data(cipher: SessionCipher, k_enc: &[u8], data: &[u8]) -> Result<Vec<u8>, CipherError> {
    cipher.encrypt_cbc(k_enc, &mapping_iv(cipher, k_enc)?, &cipher.pad(data))
}

/// Whether the chip authentication data show that the owner of `mapping_key`, which the chip sent in the mapping, has
/// the private key of `static_key` too: the data times the one are the other (section 4.4.3.5.2).
#[must_use]
pub fn mapping_data_prove(data: &[u8], static_key: &EcPoint, mapping_key: &EcPoint) -> bool {
    let curve = static_key.curve();
    EcSecret::from_bytes(curve, data)
        .and_then(|data| curve.mul(static_key, &data))
        .is_ok_and(|product| &product == mapping_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex).unwrap()
    }

    #[test]
    fn long_nonces_are_taken_modulo_the_order() {
        for curve in [NamedCurve::P192, NamedCurve::P256, NamedCurve::BrainpoolP512r1] {
            let mut entropy = SeededEntropy::new("agreement", 1);
            let scalar = curve.generate(&mut entropy, "test").unwrap();
            assert_eq!(times(curve, scalar.expose()).unwrap(), curve.base_mul(&scalar).unwrap());
            // n + 1 is 1; n itself is no scalar.
            let mut above = curve.order().to_vec();
            let last = above.len() - 1;
            above[last] += 1;
            assert_eq!(times(curve, &above).unwrap(), curve.generator());
            assert!(times(curve, curve.order()).is_err());
            assert_eq!(times(curve, &[0; 32]).unwrap_err(), CurveError::ScalarRange);
            let mut shifted = vec![0; 33];
            shifted[0] = 2;
            let mut by = vec![0; 17];
            by[0] = 1;
            let by = EcSecret::from_bytes(curve, &by).unwrap();
            let two = EcSecret::from_bytes(curve, &[2]).unwrap();
            let expected = curve.mul(&curve.mul(&curve.base_mul(&two).unwrap(), &by).unwrap(), &by).unwrap();
            assert_eq!(times(curve, &shifted).unwrap(), expected);
        }
    }

    #[test]
    fn generic_mapping_of_appendix_g1() {
        let curve = NamedCurve::BrainpoolP256r1;
        let chip = "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
                    30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54";
        let chip = EcPoint::from_sec1(curve, &bytes(chip)).unwrap();
        let terminal = bytes("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
        let terminal = EcSecret::from_bytes(curve, &terminal).unwrap();
        let shared = GroupElement::Ec(curve.mul(&chip, &terminal).unwrap());
        let mapped = map_generic(&bytes("3F00C4D39D153F2B2A214A078D899B22"), &shared).unwrap();
        assert_eq!(
            hex::encode_upper(mapped.as_bytes()),
            "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2\
             8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
        );
    }

    #[test]
    fn integrated_mapping_of_appendices_h1_and_h2() {
        for (id, bits, s, t, random, mapped) in [
            (
                13,
                256,
                "2923BE84E16CD6AE529049F1F1BBE9EB",
                "5DD4CBFC96F5453B130D890A1CDBAE32",
                "E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97\
                 254189800C517BAA8DA0FF397ED8C445D3E421E4FEB57322",
                "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427\
                 4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD",
            ),
            (
                0,
                1024,
                "FA5B7E3E49753A0DB9178B7B9BD898C8",
                "B3A6DB3C870C3E99245E0D1C06B747DE",
                "EAB98D13E09052952AA729907C3C946184DEA0FE74AD2B3AF506F0A83018459C\
                 38099CD1F7FF4EA0A078DB1FAC1365505E3DC85500EF95E20B4EEF2E88489233\
                 BEE0546B472F994B618D168702406791DEEF3CB4810932EC278F3533FDB860EB\
                 4835C36FA4F1BF3FA0B828A718C96BDE88FBA38A3E6C35AAA10959251EB5FC71\
                 0FC187258995944C0F926E249373F485",
                "1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61\
                 C276CDCC61D475CF03A98E0C0E79CAEBA5BE25578BD4551D0B10903236F0B0F9\
                 76852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F\
                 34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C2",
            ),
        ] {
            let (s, t) = (bytes(s), bytes(t));
            let parameters = DomainParameters::from_standardized_id(id).unwrap();
            let made = pseudo_random(SessionCipher::Aes128, &s, &t, bits).unwrap();
            assert_eq!(hex::encode_upper(&*made), random);
            let generator = map_integrated(SessionCipher::Aes128, parameters, &s, &t).unwrap().unwrap();
            assert_eq!(hex::encode_upper(generator.as_bytes()), mapped);
        }
    }

    #[test]
    fn chip_authentication_data_of_appendix_i() {
        let cipher = SessionCipher::Aes128;
        let k_enc = bytes("0A9DA4DB03BDDE39FC5202BC44B2E89E");
        let encrypted = bytes(
            "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
             10CBA372B42BE0B9B5F28AA8DE2F4F92",
        );
        assert_eq!(mapping_iv(cipher, &k_enc).unwrap(), bytes("F6A3B75A1E933941DD7A13E2520779DF"));
        let data = open_mapping_data(cipher, &k_enc, &encrypted).unwrap();
        let expected = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
        assert_eq!(hex::encode_upper(&data), expected);
        assert_eq!(seal_mapping_data(cipher, &k_enc, &data).unwrap(), encrypted);
        let point = |hex| EcPoint::from_sec1(NamedCurve::BrainpoolP256r1, &bytes(hex)).unwrap();
        let static_key = point(
            "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8\
             84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F",
        );
        let mapping_key = point(
            "04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
             04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23",
        );
        assert!(mapping_data_prove(&data, &static_key, &mapping_key));
        assert!(!mapping_data_prove(&data, &mapping_key, &static_key));
        assert!(!mapping_data_prove(&[], &static_key, &mapping_key));
        for bit in 0..256 {
            let mut other = data.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!mapping_data_prove(&other, &static_key, &mapping_key), "bit {bit}");
        }
    }

    #[test]
    fn nonces_of_another_length_are_refused() {
        let parameters = DomainParameters::from_standardized_id(12).unwrap();
        for cipher in SessionCipher::ALL {
            let (s, t) = (vec![1; chip_nonce_len(cipher)], vec![2; terminal_nonce_len(cipher)]);
            let map = |s: &[u8], t: &[u8]| map_integrated(cipher, parameters, s, t);
            assert!(map(&s, &t).unwrap().is_ok());
            assert!(map(&s[1..], &t).is_err() && map(&s, &t[1..]).is_err());
        }
    }
}
