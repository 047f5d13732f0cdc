//! Every protocol in every group that goes with it, with every password, against the specimen chip.

use crate::bench::{can, chip, mrz, preset, read, terminal};
use titre::crypto::mapping::mapping_data_prove;
use titre::crypto::{DomainParameters, EcSecret};
use titre::iso7816::ResponseApdu;
use titre::lds::{FileId, ID_PACE, Mapping, PaceInfo, SecurityInfo, SecurityInfos};
use titre::protocol::{Exchange, Next, Pace, PaceVariant, Password, Pin, ProtocolError, Puk};
use titre::specimen::{ChipData, PaceData, PinData};
use titre::transport::Transport;

/// The static private key of chips with chip authentication mapping.
const STATIC: [u8; 2] = [0x12, 0x34];

/// A PIN and a PUK of nobody, with so many tries left.
pub fn with_pin(tries: u8) -> PinData {
    PinData { pin: "271828".to_owned(), puk: "3141592653".to_owned(), tries }
}

/// Every PACEInfo that titre speaks.
fn offers() -> Vec<PaceInfo> {
    let mut offers = Vec::new();
    for way in 1..=6 {
        for suite in 1..=4 {
            for id in 0..=31 {
                let protocol = format!("{ID_PACE}.{way}.{suite}");
                let info = PaceInfo { protocol, version: 2, parameter_id: Some(id) };
                offers.extend(PaceVariant::of(&info).is_some().then_some(info));
            }
        }
    }
    offers
}

/// The chip of `data` with this offer in place of its own.
fn offering(data: &ChipData, info: &PaceInfo) -> ChipData {
    let mut data = data.clone();
    data.pin = Some(with_pin(3));
    let id = u8::try_from(info.parameter_id.unwrap()).unwrap();
    data.pace = Some(PaceData {
        protocol: info.protocol.clone(),
        cipher: PaceVariant::of(info).unwrap().cipher(),
        parameters: DomainParameters::from_standardized_id(id).unwrap(),
        mapping_secret: STATIC.to_vec(),
    });
    let infos = SecurityInfos::of([SecurityInfo::Pace(info.clone())]).unwrap();
    data.files.insert(FileId::CardAccess, infos.to_bytes());
    data
}

fn passwords(data: &ChipData) -> Vec<Password> {
    let pin = data.pin.as_ref().unwrap();
    let (pin, puk) = (Pin::parse(&pin.pin).unwrap(), Puk::parse(&pin.puk).unwrap());
    vec![mrz(data), can(data), Password::Pin(pin, None), Password::Puk(puk)]
}

/// Runs PACE with the chip and proves the channel by reading a file that was not readable before.
fn open(data: &ChipData, info: &PaceInfo, password: &Password, seed: u64) -> Result<(), ProtocolError> {
    let mut chip = chip(data);
    let mut send = |bytes: &[u8]| ResponseApdu::from_bytes(&chip.transceive(bytes).unwrap()).unwrap();
    let mut entropy = terminal(seed);
    let mut pace = Pace::new(PaceVariant::of(info).unwrap(), password, false, &mut entropy);
    let mut reply = None;
    let mut established = loop {
        match pace.next(reply.as_ref())? {
            Next::Send(command, _) => reply = Some(send(&command.to_bytes().unwrap())),
            Next::Done(established) => break established,
        }
    };
    if let DomainParameters::Curve(curve) = PaceVariant::of(info).unwrap().parameters()
        && let Some(mapping) = &established.mapping
    {
        let genuine = curve.base_mul(&EcSecret::from_bytes(curve, &STATIC).unwrap()).unwrap();
        let data = mapping.data.clone().unwrap();
        assert_eq!(data.len(), curve.order_bytes());
        assert!(mapping_data_prove(&data, &genuine, &mapping.mapping_key));
        assert!(!mapping_data_prove(&data, &curve.generator(), &mapping.mapping_key));
    }
    let mapped = PaceVariant::of(info).unwrap().mapping() == Mapping::ChipAuthentication;
    assert_eq!(established.mapping.is_some(), mapped);
    let select = titre::iso7816::CommandApdu::new(0x00, 0xA4, 0x04, 0x0C)
        .with_data([0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01]);
    let read = titre::iso7816::CommandApdu::new(0x00, 0xB0, 0x9E, 0x00).with_le(4);
    for command in [select, read] {
        let protected = established.channel.protect(&command).unwrap();
        let answer = established.channel.open(&send(&protected.to_bytes().unwrap()));
        let titre::iso7816::Opened::Protected(plain) = answer else { panic!("{answer:?}") };
        assert!(plain.sw.is_ok(), "{}", plain.sw);
    }
    Ok(())
}

#[test]
fn every_protocol_in_every_group_opens_the_chip_with_every_password() {
    let data = preset("no-chip-authentication", &[]);
    let offers = offers();
    let mut runs = 0;
    for (at, info) in offers.iter().enumerate() {
        let data = offering(&data, info);
        for password in passwords(&data) {
            let opened = open(&data, info, &password, at as u64);
            assert_eq!(opened, Ok(()), "{info:?} {password:?}");
            runs += 1;
        }
    }
    assert_eq!((offers.len(), runs), (141, 4 * 141));
}

#[test]
fn a_session_reports_the_variant_that_it_used() {
    let mut data = preset("no-chip-authentication", &[]);
    data.files.insert(FileId::Dg(2), titre::asn1::tlv::encode(0x75, &[0x5A; 300]));
    for (way, suite, id, name) in [
        (1, 2, 0, "modp-1024-160"),
        (1, 1, 2, "modp-2048-256"),
        (3, 4, 1, "modp-2048-224"),
        (2, 4, 8, "P-192"),
        (4, 3, 18, "P-521"),
        (4, 1, 14, "brainpoolP320r1"),
    ] {
        let protocol = format!("{ID_PACE}.{way}.{suite}");
        let info = PaceInfo { protocol: protocol.clone(), version: 2, parameter_id: Some(id) };
        let data = offering(&data, &info);
        let reading = read(&mut chip(&data), &can(&data)).unwrap();
        let established = reading.access.established.unwrap();
        assert_eq!((established.variant, established.curve.as_deref()), (Some(protocol), Some(name)));
        assert_eq!(reading.files[&FileId::Sod], data.files[&FileId::Sod]);
    }
}
