//! Selecting the eMRTD application and the master file.
//! Source: Doc 9303-10 section 3.6.1; ISO/IEC 7816-4:2020 section 11.2.2 (SELECT).

use super::exchange::{Exchange, Next, ProtocolError, Step, accepted, awaited};
use super::quirks::SELECT_MF;
use crate::iso7816::{CommandApdu, ResponseApdu};

/// The application identifier of eMRTDs.
pub const EMRTD_AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// Selects the eMRTD application.
#[derive(Debug, Default)]
pub struct SelectApplication {
    sent: bool,
}

impl Exchange for SelectApplication {
    type Output = ();

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<()>, ProtocolError> {
        let step = Step::Protocol("select.application");
        if self.sent {
            accepted(reply, step)?;
            return Ok(Next::Done(()));
        }
        self.sent = true;
        Ok(Next::Send(CommandApdu::new(0x00, 0xA4, 0x04, 0x0C).with_data(EMRTD_AID), step))
    }
}

/// Tries to select the master file; ends with the form that worked, or `None`. A refusal is no error.
#[derive(Debug, Default)]
pub struct SelectMasterFile {
    tried: usize,
}

impl Exchange for SelectMasterFile {
    type Output = Option<&'static str>;

    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<Self::Output>, ProtocolError> {
        let step = Step::Protocol("select.master_file");
        if let Some(last) = self.tried.checked_sub(1)
            && awaited(reply, step)?.sw.is_ok()
        {
            return Ok(Next::Done(SELECT_MF.get(last).map(|rung| rung.id)));
        }
        let Some(rung) = SELECT_MF.get(self.tried) else { return Ok(Next::Done(None)) };
        self.tried += 1;
        let mut command = CommandApdu::new(0x00, 0xA4, 0x00, rung.value.p2);
        if rung.value.named {
            command = command.with_data([0x3F, 0x00]);
        }
        if rung.value.le {
            command = command.with_le(256);
        }
        Ok(Next::Send(command, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso7816::StatusWord;

    #[test]
    fn the_application_is_selected_or_refused() {
        let mut select = SelectApplication::default();
        let Next::Send(command, step) = select.next(None).unwrap() else { panic!() };
        assert_eq!(hex::encode_upper(command.to_bytes().unwrap()), "00A4040C07A0000002471001");
        assert_eq!(step.to_string(), "select.application");
        let refused = select.next(Some(&ResponseApdu::status(StatusWord::NOT_FOUND))).unwrap_err();
        assert_eq!(refused, ProtocolError::Refused { step, sw: StatusWord::NOT_FOUND });
    }

    #[test]
    fn the_master_file_is_never_fatal() {
        let refused = ResponseApdu::status(StatusWord(0x6A86));
        let mut select = SelectMasterFile::default();
        let mut reply = None;
        let mut sent = 0;
        loop {
            match select.next(reply).unwrap() {
                Next::Send(..) => sent += 1,
                Next::Done(form) => break assert_eq!(form, None),
            }
            reply = Some(&refused);
        }
        assert_eq!(sent, SELECT_MF.len());
        let mut select = SelectMasterFile::default();
        assert!(matches!(select.next(None).unwrap(), Next::Send(..)));
        assert!(matches!(select.next(reply).unwrap(), Next::Send(..)));
        let done = select.next(Some(&ResponseApdu::status(StatusWord::OK))).unwrap();
        assert!(matches!(done, Next::Done(Some("select_mf.named_le"))));
    }
}
