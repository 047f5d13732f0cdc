//! Doc 9303-11 appendix D.4 byte for byte, and each check of the terminal's half.

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn appendix_d() -> SecureMessaging {
    SecureMessaging::new(
        SessionCipher::TripleDes,
        SessionKey::new(bytes("979EC13B1CBFE9DCD01AB0FED307EAE5")),
        SessionKey::new(bytes("F1CB1F1FB5ADF208806B89DC579DC1F8")),
        bytes("887022120C06C226"),
    )
    .unwrap()
}

fn plain(opened: Opened) -> ResponseApdu {
    match opened {
        Opened::Protected(response) => response,
        other => panic!("{other:?}"),
    }
}

fn broken(opened: Opened) -> SmError {
    match opened {
        Opened::Broken(error) => error,
        other => panic!("{other:?}"),
    }
}

fn select() -> CommandApdu {
    CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E])
}

const SELECTED: &str = "990290008E08FA855A5D4C50A8ED9000";

#[test]
fn appendix_d4_byte_for_byte() {
    let mut channel = appendix_d();
    let read = |offset: u8, le: u32| CommandApdu::new(0x00, 0xB0, 0x00, offset).with_le(le);
    for (command, protected, response, data) in [
        (select(), "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", SELECTED, ""),
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
        assert_eq!(channel.protect(&command).unwrap().to_bytes().unwrap(), bytes(protected));
        let response = ResponseApdu::from_bytes(&bytes(response)).unwrap();
        let opened = plain(channel.open(&response));
        assert_eq!((opened.data, opened.sw), (bytes(data), StatusWord::OK));
    }
    assert_eq!(channel.opened(), 3);
}

#[test]
fn an_unprotected_status_ends_the_channel_and_is_no_answer() {
    let mut channel = appendix_d();
    channel.protect(&select()).unwrap();
    let opened = channel.open(&ResponseApdu::status(StatusWord::OK));
    assert!(matches!(opened, Opened::Unprotected(StatusWord::OK)), "{opened:?}");
    assert!(channel.is_desynchronised());
    assert_eq!(channel.protect(&select()).unwrap_err(), SmError::Desynchronised);
    // Not even the right answer is taken any more.
    let late = ResponseApdu::from_bytes(&bytes(SELECTED)).unwrap();
    assert_eq!(broken(channel.open(&late)), SmError::Desynchronised);
}

#[test]
fn every_flipped_bit_is_noticed() {
    let good = bytes("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
    for bit in 0..(good.len() - 2) * 8 {
        let mut channel = appendix_d();
        channel.protect(&select()).unwrap();
        let _ = plain(channel.open(&ResponseApdu::from_bytes(&bytes(SELECTED)).unwrap()));
        channel.protect(&CommandApdu::new(0, 0xB0, 0, 0).with_le(4)).unwrap();
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let _ = broken(channel.open(&ResponseApdu::from_bytes(&bad).unwrap()));
        assert!(channel.is_desynchronised(), "bit {bit}");
    }
}

#[test]
fn a_response_counts_once() {
    let mut channel = appendix_d();
    channel.protect(&select()).unwrap();
    let response = ResponseApdu::from_bytes(&bytes(SELECTED)).unwrap();
    let _ = plain(channel.open(&response));
    channel.protect(&select()).unwrap();
    // The same bytes again, as a replaying reader would send them: the counter has moved on.
    assert_eq!(broken(channel.open(&response)), SmError::Mac);
}

#[test]
fn each_data_object_is_asked_for_and_in_its_place() {
    let cipher = SessionCipher::Aes128;
    let key = || SessionKey::new(vec![5; 16]);
    let mut ssc = [0; 16];
    ssc[15] = 2;
    let answer = |objects: &[u8]| {
        let mac = mac::message_mac(cipher, &[5; 16], &[&ssc[..], objects].concat()).unwrap();
        let data = [objects, &tlv::encode(DO_MAC, &mac)].concat();
        let mut channel = SecureMessaging::restarted(cipher, key(), key()).unwrap();
        channel.protect(&select()).unwrap();
        channel.open(&ResponseApdu { data, sw: StatusWord::OK })
    };
    let status = bytes("99029000");
    assert!(plain(answer(&status)).sw.is_ok());
    assert_eq!(broken(answer(&[])), SmError::Missing(DO_STATUS));
    assert_eq!(broken(answer(&bytes("9903900000"))), SmError::Malformed(DO_STATUS));
    assert_eq!(broken(answer(&[status.clone(), status.clone()].concat())), SmError::Misplaced(DO_STATUS));
    assert_eq!(broken(answer(&bytes("810100"))), SmError::Misplaced(0x81));
    let ill_padded = tlv::encode(DO_CRYPTOGRAM, &[&[1][..], &[0xEE; 16]].concat());
    assert!(matches!(broken(answer(&[ill_padded, status.clone()].concat())), SmError::Cipher(_)));
    let no_indicator = tlv::encode(DO_CRYPTOGRAM, &[&[2][..], &[0xEE; 16]].concat());
    assert_eq!(broken(answer(&[no_indicator, status.clone()].concat())), SmError::Malformed(DO_CRYPTOGRAM));
    let mut channel = SecureMessaging::restarted(cipher, key(), key()).unwrap();
    channel.protect(&select()).unwrap();
    let bare = ResponseApdu { data: status, sw: StatusWord::OK };
    assert_eq!(broken(channel.open(&bare)), SmError::Missing(DO_MAC));
}

#[test]
fn the_counter_never_starts_again() {
    let key = || SessionKey::new(vec![5; 16]);
    let mut channel = SecureMessaging::new(SessionCipher::Aes128, key(), key(), vec![0xFF; 16]).unwrap();
    assert_eq!(channel.protect(&select()).unwrap_err(), SmError::CounterExhausted);
    assert_eq!(channel.protect(&select()).unwrap_err(), SmError::Desynchronised);
}

#[test]
fn odd_instructions_and_long_commands_are_protected_as_such() {
    let key = || SessionKey::new(vec![5; 16]);
    let mut channel = SecureMessaging::restarted(SessionCipher::Aes128, key(), key()).unwrap();
    let odd = CommandApdu::new(0, 0xB1, 0, 0).with_data(bytes("54028000")).with_le(256);
    let protected = channel.protect(&odd).unwrap();
    assert_eq!((protected.cla, protected.data[0], protected.le), (0x0C, 0x85, Some(256)));
    let mut channel = SecureMessaging::restarted(SessionCipher::Aes128, key(), key()).unwrap();
    let long = channel.protect(&CommandApdu::new(0, 0xB0, 0, 0).with_le(65_536)).unwrap();
    assert_eq!(&long.data[..4], bytes("97020000"));
    assert_eq!(long.le, Some(65_536));
    let mut channel = SecureMessaging::restarted(SessionCipher::Aes128, key(), key()).unwrap();
    let huge = CommandApdu::new(0, 0xD6, 0, 0).with_data(vec![0; 65_530]);
    assert_eq!(channel.protect(&huge).unwrap_err(), SmError::TooLong(65_530));
}
