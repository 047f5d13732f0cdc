//! Chip and active authentication within a session. What the chip refuses or does wrong here becomes evidence,
//! not an error: the inspection says what it means. Transport, randomness, budget and a broken channel end the
//! session as anywhere else.
//! Source: Doc 9303-11 sections 6.1 and 6.2.

use super::error::SessionError;
use super::plan::Reader;
use super::reading::{ActiveAuthEvidence, ChipAuthEvidence, ChipMappingEvidence, StepFailure};
use crate::crypto::{EcPoint, PublicKey};
use crate::iso7816::CommandApdu;
use crate::lds::{Dg14, Dg15, FileId};
use crate::protocol::chip_authentication::offer;
use crate::protocol::quirks::fits_short_response;
use crate::protocol::{
    ActiveAuthentication, ChipAuthentication, ChipAuthenticationOffer, ChipAuthenticationVariant,
    ChipMapping, PaceVariant, ProtocolError, Step,
};

const CONFIRM: Step = Step::Protocol("ca.confirm");
/// Largest answer asked for with extended length.
const EXTENDED_LE: u32 = 65_536;

impl Reader<'_> {
    /// Chip authentication, where the DG14 just read offers it.
    pub(super) fn authenticate_chip(&mut self) -> Result<(), SessionError> {
        while let Err(error) = self.authenticate_chip_once() {
            self.recover(error)?;
        }
        Ok(())
    }

    /// The same; a lost card ends it.
    pub(super) fn authenticate_chip_once(&mut self) -> Result<(), SessionError> {
        let Some(bytes) = self.files.get(&FileId::Dg(14)) else { return Ok(()) };
        let Ok(dg14) = Dg14::parse(bytes) else { return Ok(()) };
        if dg14.to_bytes().len() < bytes.len() {
            self.note_quirks(&["dg14.trailing_bytes"]);
        }
        let evidence = match offer(&dg14.security_infos) {
            ChipAuthenticationOffer::None => return Ok(()),
            ChipAuthenticationOffer::Unsupported { protocol, problem } => ChipAuthEvidence {
                protocol,
                key_id: None,
                curve: String::new(),
                chip_public_key: Vec::new(),
                terminal_public_key: Vec::new(),
                witnessed: false,
                failure: Some(StepFailure { step: "ca.offer".to_owned(), sw: None, reason: problem }),
            },
            ChipAuthenticationOffer::Supported(variant) => self.run_chip_authentication(&variant)?,
        };
        self.chip_authentication = Some(evidence);
        Ok(())
    }

    fn run_chip_authentication(
        &mut self,
        variant: &ChipAuthenticationVariant,
    ) -> Result<ChipAuthEvidence, SessionError> {
        self.report_progress("read.chip_authentication", 0, 0);
        if variant.inferred {
            self.note_quirks(&["ca.inferred"]);
        }
        let mut evidence = ChipAuthEvidence {
            protocol: variant.protocol.clone(),
            key_id: variant.key_id,
            curve: variant.chip_key.group_name(),
            chip_public_key: variant.chip_key.as_bytes().to_vec(),
            terminal_public_key: Vec::new(),
            witnessed: false,
            failure: None,
        };
        let mut exchange = ChipAuthentication::new(variant.clone(), &mut *self.entropy);
        let error = match self.channel.drive(&mut exchange) {
            Ok(done) => {
                evidence.terminal_public_key = done.terminal_key.as_bytes().to_vec();
                self.chip_authenticated = Some((self.access.reestablished, done.terminal_key.compressed()));
                self.channel.set_secure(Some(done.channel));
                // Any authentic answer under the new keys shows that the chip has its private key.
                let probe =
                    CommandApdu::new(0x00, 0xA4, 0x02, 0x0C).with_data(FileId::Sod.fid().to_be_bytes());
                match self.channel.send(&probe, CONFIRM) {
                    Ok(_) => {
                        evidence.witnessed = true;
                        return Ok(evidence);
                    }
                    Err(error) => error,
                }
            }
            // Under the old keys a broken answer is an attack on the channel, not a clone.
            Err(error @ SessionError::SecureMessaging { .. }) => return Err(error),
            Err(error) => error,
        };
        if !error.is_the_chips() {
            return Err(error);
        }
        evidence.failure = Some(error.to_failure("ca"));
        self.chip_authenticated = None;
        // A refusal under secure messaging leaves the channel as it was; after all else it is gone.
        if !matches!(error, SessionError::Protocol(ProtocolError::Refused { .. })) {
            self.regain_access(CONFIRM)?;
        }
        Ok(evidence)
    }

    /// Keeps what the chip authentication mapping left behind, of the first time that access was gained.
    pub(super) fn note_mapping(&mut self, variant: &PaceVariant, mapping: ChipMapping) {
        let failure = mapping.data.as_ref().err().map(|reason| StepFailure {
            step: "pace.mutual_authentication".to_owned(),
            sw: None,
            reason: (*reason).to_owned(),
        });
        self.chip_mapping.get_or_insert(ChipMappingEvidence {
            protocol: variant.protocol().to_owned(),
            curve: variant.parameters().name().to_owned(),
            mapping_key: mapping.mapping_key.as_sec1().to_vec(),
            data: mapping.data.unwrap_or_default(),
            failure,
        });
    }

    /// EF.CardSecurity, which has the key that the mapping is judged by. It is in the master file.
    pub(super) fn read_card_security(&mut self) -> Result<(), SessionError> {
        if self.chip_mapping.is_none() {
            return Ok(());
        }
        self.read(FileId::CardSecurity)
    }

    /// Active authentication, where a DG15 was read.
    pub(super) fn authenticate_actively(&mut self) -> Result<(), SessionError> {
        while let Err(error) = self.authenticate_actively_once() {
            self.recover(error)?;
        }
        Ok(())
    }

    fn authenticate_actively_once(&mut self) -> Result<(), SessionError> {
        let Some(bytes) = self.files.get(&FileId::Dg(15)) else { return Ok(()) };
        let key = Dg15::parse(bytes).ok().and_then(|dg15| PublicKey::from_spki(&dg15.public_key).ok());
        let le = self.answer_le(key.as_ref());
        self.report_progress("read.active_authentication", 0, 0);
        let mut exchange = ActiveAuthentication::new(le, &mut *self.entropy);
        let ended = self.channel.drive(&mut exchange);
        let challenge = exchange.challenge().map(|challenge| challenge.to_vec()).unwrap_or_default();
        let evidence = match ended {
            Ok(done) => {
                let plain = |point: &EcPoint| 2 * point.curve().order_bytes();
                if let Some(PublicKey::Ec(point)) = &key
                    && done.signature.first() == Some(&0x30)
                    && done.signature.len() != plain(point)
                {
                    self.note_quirks(&["aa.signature_der"]);
                }
                ActiveAuthEvidence { challenge, signature: done.signature, failure: None }
            }
            Err(error) if error.is_the_chips() && !matches!(error, SessionError::SecureMessaging { .. }) => {
                let failure = Some(error.to_failure("aa"));
                ActiveAuthEvidence { challenge, signature: Vec::new(), failure }
            }
            Err(error) => return Err(error),
        };
        self.active_authentication = Some(evidence);
        Ok(())
    }

    /// The Le for a signature by this key: extended only where a short answer cannot hold it. Where the link takes short
    /// APDUs only, the chip gives the rest by GET RESPONSE.
    fn answer_le(&self, key: Option<&PublicKey>) -> u32 {
        let expected = match key {
            Some(PublicKey::Rsa { n, .. }) => n.len(),
            // Some chips answer in DER, which adds up to nine bytes.
            Some(PublicKey::Ec(point)) => 2 * point.curve().order_bytes() + 9,
            _ => 0,
        };
        let expected = u32::try_from(expected).unwrap_or(EXTENDED_LE);
        let short = self.channel.secure().is_none_or(|secure| fits_short_response(secure.cipher(), expected));
        if short || !self.channel.link().is_extended() { 256 } else { EXTENDED_LE }
    }
}
