//! The PIN: its tries are counted by the chip, named by the terminal, and never spent on the terminal's own.

use crate::bench::{can, chip, preset, read, read_with};
use crate::table::with_pin;
use titre::iso7816::StatusWord;
use titre::protocol::{Can, Password, PasswordState, Pin, ProtocolError, Puk};
use titre::session::{PasswordKind, ReadOptions, SessionError};
use titre::specimen::ChipData;

fn data(tries: u8) -> ChipData {
    let mut data = preset("no-chip-authentication", &[]);
    data.pin = Some(with_pin(tries));
    data
}

fn pin(digits: &str) -> Password {
    Password::Pin(Pin::parse(digits).unwrap(), None)
}

fn protocol(error: SessionError) -> ProtocolError {
    match error {
        SessionError::Protocol(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn pin_and_puk_open_the_chip_and_are_named() {
    let data = data(3);
    let puk = Password::Puk(Puk::parse("3141592653").unwrap());
    for (password, kind) in [(pin("271828"), PasswordKind::Pin), (puk, PasswordKind::Puk)] {
        let reading = read(&mut chip(&data), &password).unwrap();
        assert_eq!(reading.access.established.unwrap().password, kind);
    }
    // Whoever has none says so.
    let none = preset("no-chip-authentication", &[]);
    let error = protocol(
        read(&mut chip(&none), &pin("271828"))
            .map_err(|error| match error {
                SessionError::DowngradeRefused(failure) => {
                    assert_eq!((failure.step.as_str(), failure.sw), ("pace.set_at", Some(0x6A88)));
                    SessionError::Protocol(ProtocolError::Refused {
                        step: titre::protocol::Step::Protocol("pace.set_at"),
                        sw: StatusWord(0x6A88),
                    })
                }
                other => other,
            })
            .unwrap_err(),
    );
    assert_eq!(error.sw(), Some(StatusWord(0x6A88)));
}

#[test]
fn a_wrong_pin_costs_one_try_and_the_last_one_is_not_spent() {
    let mut chip = chip(&data(3));
    // Not even an allowed fallback goes on.
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = true;
    let mut wrong = || protocol(read_with(&mut chip, &pin("000000"), &options).unwrap_err());
    let error = wrong();
    assert!(matches!(error, ProtocolError::WrongPassword { sw: StatusWord(0x63C2), .. }), "{error}");
    assert!(error.to_string().contains("2 tries left"), "{error}");
    // The chip now says 63C2 beforehand, which hinders nobody.
    let error = wrong();
    assert!(matches!(error, ProtocolError::WrongPassword { sw: StatusWord(0x63C1), .. }), "{error}");
    assert!(error.to_string().contains("1 try left"), "{error}");
    for _ in 0..5 {
        let error = wrong();
        let ProtocolError::PasswordUnusable { sw, state, .. } = error else { panic!("{error}") };
        assert_eq!((sw, state), (StatusWord(0x63C1), PasswordState::Suspended));
    }
    // Neither is it spent on the right one; the PUK gives the tries back.
    let error = protocol(read(&mut chip, &pin("271828")).unwrap_err());
    assert!(matches!(error, ProtocolError::PasswordUnusable { .. }), "{error}");
    let puk = Password::Puk(Puk::parse("3141592653").unwrap());
    read(&mut chip, &puk).unwrap();
    read(&mut chip, &pin("271828")).unwrap();
}

#[test]
fn a_blocked_pin_is_named_and_the_can_still_opens() {
    let data = data(0);
    let mut chip = chip(&data);
    let error = protocol(read(&mut chip, &pin("271828")).unwrap_err());
    let ProtocolError::PasswordUnusable { step, sw, state } = error else { panic!("{error}") };
    assert_eq!(
        (step.to_string().as_str(), sw, state),
        ("pace.set_at", StatusWord(0x63C0), PasswordState::Blocked)
    );
    read(&mut chip, &can(&data)).unwrap();
}

#[test]
fn the_last_try_is_made_with_the_can_before_it() {
    let with_can = |data: &ChipData, digits: &str| {
        Password::Pin(Pin::parse(digits).unwrap(), Some(Can::parse(&data.can).unwrap()))
    };
    for protocol in ["no-chip-authentication", "integrated-mapping", "chip-authentication-mapping"] {
        let mut data = preset(protocol, &[]);
        data.pin = Some(with_pin(1));
        let mut right = chip(&data);
        let reading = read(&mut right, &with_can(&data, "271828")).unwrap();
        assert_eq!(reading.access.established.unwrap().password, PasswordKind::Pin);
        assert!(reading.quirks.contains(&"pace.pin_resumed".to_owned()), "{:?}", reading.quirks);
        // All three tries are there again, so that nothing needs to be resumed.
        let reading = read(&mut right, &with_can(&data, "271828")).unwrap();
        assert!(!reading.quirks.contains(&"pace.pin_resumed".to_owned()), "{:?}", reading.quirks);
    }
    // A wrong PIN is blocked thereby, and a wrong CAN spends nothing of it.
    let data = data(1);
    let mut wrong = chip(&data);
    let other = Password::Pin(Pin::parse("271828").unwrap(), Some(Can::parse("000000").unwrap()));
    let error = protocol(read(&mut wrong, &other).unwrap_err());
    assert!(matches!(error, ProtocolError::WrongPassword { .. }), "{error}");
    let error = protocol(read(&mut wrong, &with_can(&data, "000000")).unwrap_err());
    assert!(matches!(error, ProtocolError::WrongPassword { sw: StatusWord(0x63C0), .. }), "{error}");
    let error = protocol(read(&mut wrong, &with_can(&data, "271828")).unwrap_err());
    let blocked = PasswordState::Blocked;
    assert!(matches!(error, ProtocolError::PasswordUnusable { state, .. } if state == blocked), "{error}");
}
