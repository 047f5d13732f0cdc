//! What real chips taught, as data: ladders of forms that are tried in order, each rung with the report that
//! taught it. The first rung is what the standard says; each later one that was needed is named in the
//! `Reading`. There is no `if country == ...` anywhere.

use crate::crypto::SessionCipher;
use crate::iso7816::StatusWord;

/// One form to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung<T> {
    /// The form.
    pub value: T,
    /// Identifier under which a `Reading` names it.
    pub id: &'static str,
    /// The report that taught it.
    pub learnt: &'static str,
}

const fn rung<T>(value: T, id: &'static str, learnt: &'static str) -> Rung<T> {
    Rung { value, id, learnt }
}

/// Le of READ BINARY, largest first. The first that reader, chip and cipher allow is the start.
pub const READ_LE: &[Rung<u32>] = &[
    rung(65_536, "read.le_65536", "ISO/IEC 7816-4 extended Le"),
    rung(256, "read.le_256", "ISO/IEC 7816-4 short Le"),
    rung(231, "read.le_231", "largest plain data in a short protected response under 3DES"),
    rung(224, "read.le_224", "JMRTD reads 224; vcmrtd mrtd_api.dart steps down to it"),
    rung(
        223,
        "read.le_223",
        "largest plain data in a short protected response under AES; German chips answer 223 to Le 00",
    ),
    rung(192, "read.le_192", "Ukrainian passports, gmrtd reader.go"),
    rung(160, "read.le_160", "NFCPassportReader TagReader.swift reads 160"),
    rung(128, "read.le_128", "gmrtd reader.go; chips that answer 6C80"),
    rung(96, "read.le_96", "vcmrtd mrtd_api.dart steps below 100"),
];

/// Whether a plain response of `le` bytes fits into a short response once protected.
#[must_use]
pub const fn fits_short_response(cipher: SessionCipher, le: u32) -> bool {
    let block = cipher.block_len() as u32;
    // Cryptogram with at least one byte of padding, its indicator, tag and length; status; authenticator.
    let cryptogram = (le / block + 1) * block + 1;
    let header = if cryptogram < 0x80 { 2 } else { 3 };
    header + cryptogram + 4 + 10 <= 256
}

/// Largest plain data in a protected response of at most `response` bytes, without its status word, where these are more
/// than a short response has.
#[must_use]
pub const fn plain_in_response(cipher: SessionCipher, response: u32) -> u32 {
    let block = cipher.block_len() as u32;
    // Tag, length and indicator of the cryptogram; status; authenticator; at least one byte of padding.
    (response.saturating_sub(4 + 1 + 4 + 10) / block * block).saturating_sub(1)
}

/// Le of READ BINARY where EF.ATR/INFO says what goes.
#[must_use]
pub const fn told_le(le: u32) -> Rung<u32> {
    rung(le, "read.le_told", "ISO/IEC 7816-4 section 12.7.1, extended length information")
}

/// How MSE:Set AT of PACE names the domain parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MseParameters {
    /// Not at all: they are unambiguous.
    Omitted,
    /// With tag 84.
    Named,
}

/// MSE:Set AT of PACE.
pub const PACE_MSE: &[Rung<MseParameters>] = &[
    rung(MseParameters::Omitted, "pace.mse_without_84", "Doc 9303-11 section 4.4.4.1: only where ambiguous"),
    rung(
        MseParameters::Named,
        "pace.mse_with_84",
        "Ukrainian passports before 2022 answer 6A87 without it, gmrtd #108",
    ),
];

/// Status words of MSE:Set AT after which the next rung is tried.
pub const PACE_MSE_RETRY: &[StatusWord] =
    &[StatusWord::WRONG_DATA, StatusWord(0x6A87), StatusWord::REFERENCE_NOT_FOUND, StatusWord::WRONG_LENGTH];

/// Le of EXTERNAL AUTHENTICATE in BAC.
pub const BAC_LE: &[Rung<u32>] = &[
    rung(40, "bac.le_28", "Doc 9303-11 appendix D.3"),
    rung(256, "bac.le_00", "JMRTD: chips that answer 6700 or 6C28 to Le 28"),
];

/// SELECT of the master file: P1, P2, with the identifier 3F00, with Le.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectMf {
    /// P2.
    pub p2: u8,
    /// Whether 3F00 is given.
    pub named: bool,
    /// Whether an Le is given.
    pub le: bool,
}

/// SELECT of the master file. Never fatal: some chips refuse every form and read EF.CardAccess all the same.
pub const SELECT_MF: &[Rung<SelectMf>] = &[
    rung(
        SelectMf { p2: 0x0C, named: true, le: false },
        "select_mf.named",
        "NFCPassportReader TagReader.swift",
    ),
    rung(SelectMf { p2: 0x00, named: true, le: true }, "select_mf.named_le", "vcmrtd mrtd_api.dart"),
    rung(
        SelectMf { p2: 0x0C, named: false, le: false },
        "select_mf.implicit",
        "gmrtd #414: New Zealand 6982, China 6A81, Australia 6A86 to the others",
    ),
];

/// What is done otherwise where there is no ladder: whoever does it names it so.
pub const NOTED: &[Rung<()>] = &[
    rung(
        (),
        "select_mf.timeout",
        "Danish passports do not answer SELECT of the master file, NFCPassportReader #180",
    ),
    rung(
        (),
        "card_access.refused",
        "Malaysian passports answer 6283 to SELECT of EF.CardAccess, gmrtd nfc_session.go",
    ),
    rung(
        (),
        "link.extended_unannounced",
        "chips that take no command chaining, and extended length that they do not announce",
    ),
    rung((), "plan.without_com", "LDS 1.8 makes EF.COM obsolete, and it is not signed: each file is tried"),
    rung((), "pace.parameters_written_out", "PACEInfo.parameterId is optional, gmrtd #447"),
    rung(
        (),
        "pace.pin_resumed",
        "a suspended PIN needs the CAN before its last try, BSI TR-03110-2 section 3.3",
    ),
    rung(
        (),
        "ca.inferred",
        "French documents of 2017 and old Norwegian ones have a key and no ChipAuthenticationInfo: 3DES",
    ),
    rung((), "dg14.trailing_bytes", "Swedish DG14 goes on after its SecurityInfos"),
    rung((), "aa.signature_der", "Portuguese passports sign in DER instead of r and s"),
    rung((), "read.no_sfi", "chips that do not know short file identifiers, JMRTD PassportService.java"),
    rung((), "read.sfi_of_another", "a short identifier opened a file that begins with another tag"),
    rung((), "read.header_first", "chips that give nothing to an Le beyond the end: 6B00, 6700 or 6Cxx"),
    rung((), "read.exact_le", "chips that answer 6Cxx, ISO/IEC 7816-4 section 5.6"),
    rung(
        (),
        "read.odd_exact",
        "the Le of an odd READ BINARY counts tag and length; some chips then refuse to end early",
    ),
    rung(
        (),
        "read.short",
        "German chips answer with fewer bytes than Le and 9000, gmrtd TestDoPace_CAM_ECDH_DE",
    ),
    rung(
        (),
        "read.padding_6282",
        "Slovenian passports pad the end of a file with 000080, vcmrtd mrtd_api.dart",
    ),
    rung(
        (),
        "read.channel_dropped",
        "Chinese passports end the channel with a bare 6988 or 6700, gmrtd #457",
    ),
];

/// Every name that a `Reading` may carry, with what taught it.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let read = READ_LE.iter().map(|rung| (rung.id, rung.learnt));
    let mse = PACE_MSE.iter().map(|rung| (rung.id, rung.learnt));
    let bac = BAC_LE.iter().map(|rung| (rung.id, rung.learnt));
    let select = SELECT_MF.iter().map(|rung| (rung.id, rung.learnt));
    let noted = NOTED.iter().map(|rung| (rung.id, rung.learnt));
    select.chain(mse).chain(bac).chain(read).chain(noted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SessionCipher;

    #[test]
    fn ladders_go_down_and_name_their_rungs_once() {
        assert!(READ_LE.windows(2).all(|pair| pair[0].value > pair[1].value));
        let mut ids: Vec<_> = all().map(|(id, _)| id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn the_largest_short_reads_are_231_and_223() {
        let largest = |cipher| (1..=256).rev().find(|le| fits_short_response(cipher, *le)).unwrap();
        assert_eq!(largest(SessionCipher::TripleDes), 231);
        assert_eq!(largest(SessionCipher::Aes128), 223);
        assert_eq!(largest(SessionCipher::Aes256), 223);
    }
}
