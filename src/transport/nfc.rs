//! A chip in a reader of libnfc. libnfc holds a frame in buffers of 264 bytes and does not check what it is given:
//! no command beyond that is passed on, so everything is a short APDU here.
//! Source: libnfc 1.8.0 (nfc.h; chips/pn53x.h, PN53x_EXTENDED_FRAME__DATA_MAX_LEN); ISO/IEC 14443-4:2018 section 5.2.

use super::{CardInfo, Provenance, Transport, TransportError};
use nfc1::target_info::TargetInfo;
use nfc1::{BaudRate, Context, Device, Error, Modulation, ModulationType, Property, Timeout};
use std::time::{Duration, Instant};

/// Most bytes of a command; a longer one overruns a buffer in libnfc.
pub const MAX_COMMAND: usize = 262;
/// Room for an answer; libnfc gives an error for a longer one.
const MAX_ANSWER: usize = 264;
/// Longest wait for an answer. The chip asks for more time itself where it computes (ISO/IEC 14443-4 section 7.3).
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks for a chip.
const GLANCE: Duration = Duration::from_millis(100);
/// Most readers that are listed.
const MAX_READERS: usize = 16;
/// Most bytes of a reader's name to libnfc; it has room for 1024.
const MAX_NAME: usize = 255;
/// The bit of SAK that says ISO/IEC 14443-4.
const SAK_14443_4: u8 = 0x20;

/// A chip that was selected.
pub struct NfcTransport {
    // Dropped in this order: a device must be closed before its context ends.
    device: Device,
    _context: Context,
    info: CardInfo,
    wait: Duration,
}

/// The readers that libnfc finds, by the names that open them.
///
/// # Errors
/// [`TransportError::Service`] where libnfc cannot begin.
pub fn list() -> Result<Vec<String>, TransportError> {
    context()?.list_devices(MAX_READERS).map_err(|error| TransportError::Reader(error.to_string()))
}

fn context() -> Result<Context, TransportError> {
    Context::new().map_err(|error| TransportError::Service(format!("libnfc: {error}")))
}

impl NfcTransport {
    /// Selects the chip in the reader of that name (a libnfc connection string, `pn532_uart:/dev/ttyUSB0`), or in the
    /// only one, waiting for it.
    ///
    /// # Errors
    /// [`TransportError`]: reader, or no chip within `wait`.
    pub fn connect(name: Option<&str>, wait: Duration) -> Result<Self, TransportError> {
        let reader_error = |error: Error| TransportError::Reader(format!("libnfc: {error}"));
        let mut context = context()?;
        let name = match name {
            Some(name) if name.len() > MAX_NAME || name.contains('\0') => {
                return Err(TransportError::Reader("no connection string of libnfc".to_owned()));
            }
            Some(name) => name.to_owned(),
            None => match context.list_devices(MAX_READERS).map_err(reader_error)?.as_slice() {
                [] => return Err(TransportError::Reader("libnfc finds no reader".to_owned())),
                [only] => only.clone(),
                several => return Err(TransportError::Ambiguous(several.join("; "))),
            },
        };
        let mut device = context.open_with_connstring(&name).map_err(reader_error)?;
        device.initiator_init().map_err(reader_error)?;
        device.set_property_bool(Property::InfiniteSelect, false).map_err(reader_error)?;
        let historical = selected(&mut device, wait)?;
        let info = CardInfo {
            provenance: Provenance::Live,
            reader: device.name().to_owned(),
            atr: hex::encode_upper(answer_to_reset(&historical)),
            protocol: "T=CL".to_owned(),
            max_le: 256,
        };
        Ok(Self { device, _context: context, info, wait })
    }
}

/// Waits for a chip and selects it; its historical bytes.
fn selected(device: &mut Device, wait: Duration) -> Result<Vec<u8>, TransportError> {
    let start = Instant::now();
    loop {
        if let Some(historical) = select(device)? {
            return Ok(historical);
        }
        if start.elapsed() >= wait {
            return Err(TransportError::NoCard { seconds: wait.as_secs() });
        }
        std::thread::sleep(GLANCE);
    }
}

/// The historical bytes of a chip that speaks ISO/IEC 14443-4, of type A or B; `None` where there is none.
fn select(device: &mut Device) -> Result<Option<Vec<u8>>, TransportError> {
    for modulation_type in [ModulationType::Iso14443a, ModulationType::Iso14443b] {
        let modulation = Modulation { modulation_type, baud_rate: BaudRate::Baud106 };
        match device.initiator_select_passive_target(&modulation) {
            Ok(target) => match target.target_info {
                TargetInfo::Iso14443a(card) if card.sak & SAK_14443_4 != 0 => {
                    let ats = card.ats.get(..card.ats_len).unwrap_or_default();
                    return Ok(Some(historical_bytes(ats).to_vec()));
                }
                TargetInfo::Iso14443b(card) => {
                    let length = card.card_identifier;
                    return Ok(Some(made_bytes(card.application_data, card.protocol_info, length)));
                }
                _ => {}
            },
            Err(Error::Io | Error::NoSuchDeviceFound) => {
                return Err(TransportError::Reader("the reader is gone".to_owned()));
            }
            // No chip of this type, or none that answered whole.
            Err(_) => {}
        }
    }
    Ok(None)
}

/// The historical bytes of an answer to select without its length byte.
fn historical_bytes(ats: &[u8]) -> &[u8] {
    let Some((format, rest)) = ats.split_first() else { return &[] };
    rest.get((format & 0x70).count_ones() as usize..).unwrap_or_default()
}

/// What stands for them in type B: application data and protocol information of the answer to REQB, and the index of the
/// buffer's length of the answer to ATTRIB, which shares its byte with a number of the card (PC/SC part 3 section
/// 3.1.3.2.3.1).
fn made_bytes(application: [u8; 4], protocol: [u8; 3], length: u8) -> Vec<u8> {
    [&application[..], &protocol, &[length & 0xF0]].concat()
}

/// What a PC/SC reader would make of them (PC/SC part 3 section 3.1.3.2.3.1).
fn answer_to_reset(historical: &[u8]) -> Vec<u8> {
    let historical = &historical[..historical.len().min(15)];
    let mut atr = vec![0x3B, 0x80 | historical.len() as u8, 0x80, 0x01];
    atr.extend(historical);
    atr.push(atr[1..].iter().fold(0, |check, byte| check ^ byte));
    atr
}

impl Transport for NfcTransport {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if command.len() > MAX_COMMAND {
            return Err(TransportError::Reader(format!(
                "libnfc takes commands of {MAX_COMMAND} bytes, this one has {}",
                command.len()
            )));
        }
        let timeout = Timeout::Duration(PATIENCE);
        match self.device.initiator_transceive_bytes(command, MAX_ANSWER, timeout) {
            Ok(answer) if answer.len() < 2 => Err(TransportError::CardLost("no answer".to_owned())),
            Ok(answer) => Ok(answer),
            Err(Error::Timeout) => Err(TransportError::Timeout {
                millis: u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX),
            }),
            Err(error @ (Error::Io | Error::NoSuchDeviceFound)) => {
                Err(TransportError::Reader(format!("the reader is gone ({error})")))
            }
            Err(error) => Err(TransportError::CardLost(error.to_string())),
        }
    }

    fn card(&self) -> &CardInfo {
        &self.info
    }

    fn reconnect(&mut self) -> Result<(), TransportError> {
        let historical = selected(&mut self.device, self.wait)?;
        if hex::encode_upper(answer_to_reset(&historical)) != self.info.atr {
            return Err(TransportError::CardLost("another one is there".to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_reset_holds_the_historical_bytes() {
        for (ats, expected) in [
            ("78F7B1024A434F5076323431", "3B888001 4A434F5076323431 5E"),
            ("0080", "3B818001 80 80"),
            ("75", "3B808001 01"),
            ("", "3B808001 01"),
        ] {
            let atr = answer_to_reset(historical_bytes(&hex::decode(ats).unwrap()));
            assert_eq!(hex::encode_upper(atr), expected.replace(' ', ""), "{ats}");
        }
        // The example of the reference manual of the reader ACR1281U-C1, section 5.2.3.
        let made = made_bytes([0x1C, 0x2D, 0x94, 0x11], [0xF7, 0x71, 0x85], 0x01);
        assert_eq!(hex::encode_upper(answer_to_reset(&made)), "3B8880011C2D9411F7718500BE");
    }
}
