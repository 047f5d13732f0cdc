//! The card's side of vpcd, the virtual reader of vsmartcard: a card here is seen by every program that speaks PC/SC.
//! Each message is its length in two bytes, highest first, and as many bytes: one byte is a control, more are a
//! command APDU. So neither a command nor an answer has more than 65535 bytes.
//! Source: vsmartcard, virtualsmartcard, "Virtual PCD" (the protocol of vpcd and vpicc).

use super::{Transport, TransportError};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// The port of the first slot where nothing else is configured.
pub const PORT: u16 = 35_963;
/// Most bytes of an answer, status word included.
pub const MAX_ANSWER: usize = u16::MAX as usize;

/// How long to wait for the connection.
const CONNECT: Duration = Duration::from_secs(5);

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// A card whose power a reader can cut.
pub trait VirtualCard: Transport {
    /// Forgets whatever a chip forgets without power: what is selected, sessions, rights.
    fn reset(&mut self);
}

/// What a card was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Served {
    /// Times that it was powered up or reset.
    pub power_ups: u64,
    /// Command APDUs that it answered.
    pub apdus: u64,
    /// Whether the card left, and not the reader.
    pub removed: bool,
}

/// Connects to the virtual reader.
///
/// # Errors
/// Where the address cannot be resolved or nobody listens there.
pub fn connect(address: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the address has no host");
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                // A header and its APDU are one message: held back until acknowledged they cost 40 ms.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Serves a card until the reader closes the connection or the card has no more answers; the connection ends with it.
///
/// # Errors
/// Where the connection breaks in the middle of a message.
pub fn serve(mut stream: TcpStream, card: &mut dyn VirtualCard) -> io::Result<Served> {
    let served = answer_all(&mut stream, card);
    // To the reader the card is there as long as the connection is, whoever else holds the socket.
    let _ = stream.shutdown(Shutdown::Both);
    served
}

fn answer_all(stream: &mut TcpStream, card: &mut dyn VirtualCard) -> io::Result<Served> {
    let atr = hex::decode(&card.card().atr).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
    let mut served = Served::default();
    while let Some(message) = receive(stream)? {
        match message.as_slice() {
            [] => {}
            [POWER_OFF] => card.reset(),
            [POWER_ON | RESET] => {
                card.reset();
                served.power_ups += 1;
            }
            [GET_ATR] => send(stream, &atr)?,
            // A control that this version of the protocol does not have wants no answer.
            [_] => {}
            command => match card.transceive(command) {
                Ok(answer) => {
                    send(stream, &answer)?;
                    served.apdus += 1;
                }
                Err(TransportError::CardLost(_)) => {
                    served.removed = true;
                    break;
                }
                Err(error) => return Err(io::Error::other(error)),
            },
        }
    }
    Ok(served)
}

/// The next message; `None` where the reader closed the connection between two.
fn receive(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    match read_exact(stream, &mut length) {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    if !message.is_empty() && !read_exact(stream, &mut message)? {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

/// Fills `room`; `false` where there is nothing at all.
fn read_exact(stream: &mut TcpStream, room: &mut [u8]) -> io::Result<bool> {
    let mut done = 0;
    while done < room.len() {
        match stream.read(&mut room[done..]) {
            Ok(0) if done == 0 => return Ok(false),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => done += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        acknowledge(stream);
    }
    Ok(true)
}

fn send(stream: &mut TcpStream, answer: &[u8]) -> io::Result<()> {
    // A card must not answer what the reader cannot carry; 6700 makes a terminal ask for less.
    let answer = if answer.len() > MAX_ANSWER { &[0x67, 0x00] } else { answer };
    let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
    stream.write_all(&[&length.to_be_bytes(), answer].concat())
}

/// vpcd writes length and APDU apart and has Nagle's algorithm on: until the length is acknowledged the APDU waits,
/// and a delayed acknowledgement takes 40 ms. The option holds for the next acknowledgement only.
#[cfg(target_os = "linux")]
fn acknowledge(stream: &TcpStream) {
    // Without it the card is slow, and works.
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge(_stream: &TcpStream) {}

#[cfg(test)]
mod tests {
    use super::super::{CardInfo, Provenance};
    use super::*;
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};
    use std::time::Instant;

    /// Answers a command with the number of commands since it was reset; 00FF is its end.
    struct Counter(CardInfo, u8);

    impl Transport for Counter {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
            match command {
                [0, 0xFF, ..] => Err(TransportError::CardLost("taken off".to_owned())),
                [0, 0xFE, ..] => Ok(vec![0; MAX_ANSWER + 1]),
                _ => {
                    self.1 += 1;
                    Ok(vec![self.1, 0x90, 0x00])
                }
            }
        }
        fn card(&self) -> &CardInfo {
            &self.0
        }
    }

    impl VirtualCard for Counter {
        fn reset(&mut self) {
            self.1 = 0;
        }
    }

    fn reader() -> (TcpStream, JoinHandle<io::Result<Served>>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let card = CardInfo {
            provenance: Provenance::Specimen,
            reader: "specimen".to_owned(),
            atr: "3B80800101".to_owned(),
            protocol: "T=CL".to_owned(),
            max_le: 256,
        };
        let served = thread::spawn(move || serve(connect(&address)?, &mut Counter(card, 0)));
        let (reader, _) = listener.accept().unwrap();
        reader.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        (reader, served)
    }

    fn ask(reader: &mut TcpStream, message: &[u8]) -> Vec<u8> {
        send(reader, message).unwrap();
        receive(reader).unwrap().unwrap()
    }

    #[test]
    fn answers_controls_and_commands_and_forgets_without_power() {
        let (mut reader, served) = reader();
        send(&mut reader, &[POWER_ON]).unwrap();
        assert_eq!(ask(&mut reader, &[GET_ATR]), [0x3B, 0x80, 0x80, 0x01, 0x01]);
        assert_eq!(ask(&mut reader, &[0, 1, 2, 3]), [1, 0x90, 0]);
        assert_eq!(ask(&mut reader, &[0, 1, 2, 3]), [2, 0x90, 0]);
        for control in [RESET, POWER_OFF] {
            send(&mut reader, &[control]).unwrap();
            // Neither an unknown control nor an empty message is answered.
            send(&mut reader, &[9]).unwrap();
            send(&mut reader, &[]).unwrap();
            assert_eq!(ask(&mut reader, &[0, 1, 2, 3]), [1, 0x90, 0], "control {control}");
        }
        assert_eq!(ask(&mut reader, &[0, 0xFE, 0, 0]), [0x67, 0], "an answer that no message holds");
        drop(reader);
        assert_eq!(served.join().unwrap().unwrap(), Served { power_ups: 2, apdus: 5, removed: false });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_command_waits_for_an_acknowledgement() {
        let (mut reader, served) = reader();
        // As vpcd writes. Without the option on the card's side each command takes 40 ms once the connection is warm.
        reader.set_nodelay(false).unwrap();
        let start = Instant::now();
        for _ in 0..100 {
            reader.write_all(&[0, 4]).unwrap();
            reader.write_all(&[0, 1, 2, 3]).unwrap();
            assert_eq!(receive(&mut reader).unwrap().unwrap().len(), 3);
        }
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        drop(reader);
        assert_eq!(served.join().unwrap().unwrap().apdus, 100);
    }

    #[test]
    fn an_answer_is_sent_at_once() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        assert!(connect(&listener.local_addr().unwrap().to_string()).unwrap().nodelay().unwrap());
    }

    #[test]
    fn a_card_that_is_gone_ends_the_connection() {
        let (mut reader, served) = reader();
        send(&mut reader, &[0, 0xFF, 0, 0]).unwrap();
        assert_eq!(receive(&mut reader).unwrap(), None);
        assert!(served.join().unwrap().unwrap().removed);
    }

    #[test]
    fn a_connection_that_breaks_in_a_message_is_an_error() {
        for part in [&[0][..], &[0, 4][..], &[0, 4, 1, 2][..]] {
            let (mut reader, served) = reader();
            reader.write_all(part).unwrap();
            drop(reader);
            assert_eq!(served.join().unwrap().unwrap_err().kind(), ErrorKind::UnexpectedEof, "{part:?}");
        }
    }
}
