//! The worked examples of ICAO Doc 9303-11, byte for byte, through the very exchanges that read a chip: appendix
//! D (BAC and secure messaging) and appendix G.1 (PACE, generic mapping with ECDH); the others of PACE stand in
//! `tests/pace`. The values are facts of the
//! standard. A fixed, labelled entropy serves the terminal's random numbers of the examples.

mod script;

use script::{Fixed, bytes, play, response};
use titre::asn1::oid;
use titre::crypto::SessionCipher;
use titre::iso7816::{CommandApdu, Opened, ResponseApdu, SecureMessaging, StatusWord};
use titre::lds::{MrzKey, SecurityInfos};
use titre::protocol::{Bac, Pace, PaceVariant, Password, ProtocolError, SelectApplication};

fn plain(opened: Opened) -> ResponseApdu {
    match opened {
        Opened::Protected(response) => response,
        other => panic!("{other:?}"),
    }
}

// Appendix D: document number L898902C, born 1969-08-06, expires 1994-06-23.
const D_DRAWS: &[(&str, &str)] =
    &[("bac.rnd_ifd", "781723860C06C226"), ("bac.k_ifd", "0B795240CB7049B01C19B33E32804F0B")];
const D_CHALLENGE: (&str, &str) = ("0084000008", "4608F919887022129000");
const D_AUTHENTICATE: &str =
    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728";
const D_ANSWER: &str = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000";

fn d_password() -> Password {
    Password::Mrz(MrzKey::new("L898902C<", "690806", "940623").unwrap())
}

fn d_bac(answer: &str) -> Result<SecureMessaging, ProtocolError> {
    let mut entropy = Fixed::new(D_DRAWS);
    let seed = d_password().bac_seed().unwrap();
    let established = play(&mut Bac::new(&seed, &mut entropy), &[D_CHALLENGE, (D_AUTHENTICATE, answer)])?;
    assert!(entropy.is_empty() && established.quirks.is_empty());
    Ok(established.channel)
}

#[test]
fn appendix_d_bac_and_secure_messaging() {
    play(&mut SelectApplication::default(), &[("00A4040C07A0000002471001", "9000")]).unwrap();
    let mut channel = d_bac(D_ANSWER).unwrap();
    assert_eq!(channel.cipher(), SessionCipher::TripleDes);
    let read = |offset: u8, le: u32| CommandApdu::new(0x00, 0xB0, 0x00, offset).with_le(le);
    let select = CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E]);
    for (command, protected, answer, data) in [
        (
            select,
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
            "990290008E08FA855A5D4C50A8ED9000",
            "",
        ),
        (
            read(0, 4),
            "0CB000000D9701048E08ED6705417E96BA5500",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
            "60145F01",
        ),
        (
            read(4, 18),
            "0CB000040D9701128E082EA28A70F3C7B53500",
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            "04303130365F36063034303030305C026175",
        ),
    ] {
        assert_eq!(hex::encode_upper(channel.protect(&command).unwrap().to_bytes().unwrap()), protected);
        let opened = plain(channel.open(&response(answer)));
        assert_eq!((hex::encode_upper(opened.data), opened.sw), (data.to_owned(), StatusWord::OK));
    }
}

#[test]
fn appendix_d_every_changed_bit_of_the_chips_proof_is_noticed() {
    for bit in 0..40 * 8 {
        let mut answer = bytes(D_ANSWER);
        answer[bit / 8] ^= 1 << (bit % 8);
        let error = d_bac(&hex::encode_upper(answer)).unwrap_err();
        assert!(matches!(error, ProtocolError::Authentication { .. }), "bit {bit}: {error}");
    }
    assert!(matches!(d_bac(&D_ANSWER[2..]).unwrap_err(), ProtocolError::Malformed { .. }));
}

#[test]
fn appendix_d_an_authentic_answer_to_other_challenges_is_noticed() {
    // What a chip would answer that knows the password and answers an older session.
    let cipher = SessionCipher::TripleDes;
    let (k_enc, k_mac) =
        (bytes("AB94FDECF2674FDFB9B391F85D7F76F2"), bytes("7962D9ECE03D1ACD4C76089DCE131543"));
    let answer = |rnd_icc: &str, rnd_ifd: &str| {
        let plain = bytes(&[rnd_icc, rnd_ifd, "0B4F80323EB3191CB04970CB4052790B"].concat());
        let mut data = cipher.encrypt_cbc(&k_enc, &[0; 8], &plain).unwrap();
        data.extend(titre::crypto::mac::token_mac(cipher, &k_mac, &data).unwrap());
        d_bac(&(hex::encode_upper(data) + "9000"))
    };
    assert!(answer("4608F91988702212", "781723860C06C226").is_ok());
    for (rnd_icc, rnd_ifd) in
        [("4608F91988702213", "781723860C06C226"), ("4608F91988702212", "781723860C06C227")]
    {
        let error = answer(rnd_icc, rnd_ifd).unwrap_err();
        assert!(matches!(error, ProtocolError::Authentication { .. }), "{error}");
    }
}

#[test]
fn appendix_d_a_refused_cryptogram_is_a_wrong_password() {
    for sw in ["6300", "6982", "63C2"] {
        let error = d_bac(sw).unwrap_err();
        let ProtocolError::WrongPassword { step, sw: found } = error else { panic!("{sw}: {error}") };
        assert_eq!(
            (step.to_string().as_str(), found.0),
            ("bac.mutual_authentication", u16::from_str_radix(sw, 16).unwrap())
        );
    }
    assert!(matches!(d_bac("6F00").unwrap_err(), ProtocolError::Refused { .. }));
    let mut entropy = Fixed::new(D_DRAWS);
    let seed = d_password().bac_seed().unwrap();
    let short = play(&mut Bac::new(&seed, &mut entropy), &[(D_CHALLENGE.0, "4608F9198870229000")]);
    assert!(matches!(short.unwrap_err(), ProtocolError::Malformed { .. }));
}

#[test]
fn bac_takes_the_next_le_with_a_new_challenge() {
    let draws = [D_DRAWS, D_DRAWS].concat();
    let mut entropy = Fixed::new(&draws);
    let seed = d_password().bac_seed().unwrap();
    let second = D_AUTHENTICATE.strip_suffix("28").unwrap().to_owned() + "00";
    let script = [D_CHALLENGE, (D_AUTHENTICATE, "6700"), D_CHALLENGE, (second.as_str(), D_ANSWER)];
    let established = play(&mut Bac::new(&seed, &mut entropy), &script).unwrap();
    assert_eq!(established.quirks, ["bac.le_00"]);
}

// Appendix G.1: document number T22000129, born 1964-08-12, expires 2010-10-31, brainpoolP256r1, AES-128.
const G_CARD_ACCESS: &str = "31143012060A04007F0007020204020202010202010D";
const G_DRAWS: &[(&str, &str)] = &[
    ("pace.mapping", "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"),
    ("pace.ephemeral", "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"),
];
const G_SET_AT: (&str, &str) = ("0022C1A40F800A04007F00070202040202830101", "9000");
const G_NONCE: (&str, &str) = ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000");
const G_MAP: (&str, &str) = (
    "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
     544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
    "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
     30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
);
const G_AGREE: (&str, &str) = (
    "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C\
     3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
    "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB\
     7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
);
const G_TOKENS: (&str, &str) = ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000");

fn g_pace(script: &[(&str, &str)]) -> Result<SecureMessaging, ProtocolError> {
    let infos = SecurityInfos::parse(&bytes(G_CARD_ACCESS)).unwrap();
    let variant = PaceVariant::of(infos.pace().next().unwrap()).unwrap();
    assert_eq!(variant.parameters().name(), "brainpoolP256r1");
    let password = Password::Mrz(MrzKey::new("T22000129", "640812", "101031").unwrap());
    let mut entropy = Fixed::new(G_DRAWS);
    let established = play(&mut Pace::new(variant, &password, false, &mut entropy), script)?;
    assert!(entropy.is_empty());
    Ok(established.channel)
}

#[test]
fn appendix_g1_pace_generic_mapping_with_ecdh() {
    let mut channel = g_pace(&[G_SET_AT, G_NONCE, G_MAP, G_AGREE, G_TOKENS]).unwrap();
    assert_eq!(channel.cipher(), SessionCipher::Aes128);
    // The keys of the example, and a counter that starts at zero: the same first message as this channel's.
    let key = |hex| titre::crypto::kdf::SessionKey::new(bytes(hex));
    let mut expected = SecureMessaging::restarted(
        SessionCipher::Aes128,
        key("F5F0E35C0D7161EE6724EE513A0D9A7F"),
        key("FE251C7858B356B24514B3BD5F4297D1"),
    )
    .unwrap();
    let select = CommandApdu::new(0x00, 0xA4, 0x04, 0x0C).with_data(bytes("A0000002471001"));
    assert_eq!(channel.protect(&select).unwrap(), expected.protect(&select).unwrap());
}

/// The example with another answer in one place.
fn g_with(at: usize, answer: &str) -> ProtocolError {
    let mut script = vec![G_SET_AT, G_NONCE, G_MAP, G_AGREE, G_TOKENS];
    script[at].1 = answer;
    script.truncate(at + 1);
    g_pace(&script).unwrap_err()
}

#[test]
fn appendix_g1_every_changed_bit_of_the_chips_token_is_noticed() {
    for bit in 0..64 {
        let mut answer = bytes(G_TOKENS.1);
        answer[4 + bit / 8] ^= 1 << (bit % 8);
        let error = g_with(4, &hex::encode_upper(answer));
        assert!(matches!(error, ProtocolError::WrongPassword { .. }), "bit {bit}: {error}");
    }
    for cut in ["7C0986073ABB9674BCE93C9000", "7C0286009000"] {
        assert!(matches!(g_with(4, cut), ProtocolError::WrongPassword { .. }), "{cut}");
    }
    assert!(matches!(g_with(4, "7C009000"), ProtocolError::Malformed { .. }));
    let refused = g_with(4, "6300");
    assert_eq!(refused.step().unwrap().to_string(), "pace.mutual_authentication");
    assert!(matches!(refused, ProtocolError::WrongPassword { sw: StatusWord(0x6300), .. }));
}

#[test]
fn appendix_g1_the_chips_points_must_be_points_and_its_own() {
    // Off the curve: the last bit of y is flipped. Mapping, then key agreement.
    for at in [2, 3] {
        let good = [G_MAP.1, G_AGREE.1][at - 2];
        let mut answer = bytes(good);
        let last = answer.len() - 3;
        answer[last] ^= 1;
        let error = g_with(at, &hex::encode_upper(&answer));
        assert!(matches!(error, ProtocolError::PublicKey { .. }), "{error}");
        // The identity, and a point that is cut.
        let tag = if at == 2 { "82" } else { "84" };
        for point in [format!("7C03{tag}01009000"), format!("7C05{tag}03040102{}", "9000")] {
            assert!(matches!(g_with(at, &point), ProtocolError::PublicKey { .. }), "{point}");
        }
        assert!(matches!(g_with(at, "9000"), ProtocolError::Malformed { .. }));
        assert!(matches!(g_with(at, "6A80"), ProtocolError::Refused { .. }));
    }
    // The terminal's own key sent back.
    for (at, sent, tag) in [(2, G_MAP.0, "82"), (3, G_AGREE.0, "84")] {
        let point = &sent[18..sent.len() - 2];
        let error = g_with(at, &format!("7C43{tag}41{point}9000"));
        assert!(matches!(error, ProtocolError::Authentication { .. }), "{error}");
    }
}

#[test]
fn appendix_g1_a_nonce_must_be_whole_blocks() {
    for nonce in
        ["7C0280009000", "7C06800401020304 9000", "7C009000", "7C12811095A3A016522EE98D01E76CB6B98B42C39000"]
    {
        let nonce = nonce.replace(' ', "");
        assert!(matches!(g_with(1, &nonce), ProtocolError::Malformed { .. }), "{nonce}");
    }
}

#[test]
fn pace_names_its_parameters_where_the_chip_wants_them_named() {
    let named = "0022C1A412800A04007F0007020204020283010184010D";
    let script = [(G_SET_AT.0, "6A87"), (named, "9000"), G_NONCE, G_MAP, G_AGREE, G_TOKENS];
    g_pace(&script).unwrap();
    assert!(matches!(g_with(0, "6A82"), ProtocolError::Refused { .. }));
    assert_eq!(oid::encode("0.4.0.127.0.7.2.2.4.2.2").unwrap(), bytes("04007F00070202040202"));
}
