//! Worked examples played through the exchanges: fixed draws for the terminal, the chip's answers from the standard.

use std::collections::VecDeque;
use titre::crypto::{Entropy, EntropyError};
use titre::iso7816::ResponseApdu;
use titre::protocol::{Exchange, Next, ProtocolError};

/// The draws of an example, each with its label, in order.
pub struct Fixed(VecDeque<(&'static str, &'static str)>);

impl Fixed {
    pub fn new(draws: &[(&'static str, &'static str)]) -> Self {
        Self(draws.iter().copied().collect())
    }

    /// Whether every draw of the example was asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Entropy for Fixed {
    fn fill(&mut self, draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        let (label, hex) = self.0.pop_front().expect("the example has no such draw");
        assert_eq!(draw, label);
        out.copy_from_slice(&bytes(hex));
        Ok(())
    }
}

pub fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

pub fn response(hex: &str) -> ResponseApdu {
    ResponseApdu::from_bytes(&bytes(hex)).unwrap()
}

/// Runs an exchange against the example's commands and responses.
pub fn play<E: Exchange>(exchange: &mut E, script: &[(&str, &str)]) -> Result<E::Output, ProtocolError> {
    let mut reply = None;
    for (command, answer) in script {
        match exchange.next(reply.as_ref())? {
            Next::Send(sent, step) => {
                assert_eq!(hex::encode_upper(sent.to_bytes().unwrap()), *command, "{step}");
            }
            Next::Done(_) => panic!("the exchange ends before the example"),
        }
        reply = Some(response(answer));
    }
    match exchange.next(reply.as_ref())? {
        Next::Done(output) => Ok(output),
        Next::Send(command, step) => panic!("{step}: the example has no {command:?}"),
    }
}
