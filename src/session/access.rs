//! Gaining access: EF.CardAccess first, PACE where it is offered, else BAC. PACE that is offered and not
//! established ends the session, unless BAC in its place was allowed by name.
//! Source: Doc 9303-11 section 4.2; BSI TR-03110-1 sections 2.4.1 and 2.4.2.

use super::error::SessionError;
use super::plan::Reader;
use super::reading::{AccessProtocol, Established, PaceOffer, PasswordKind, StepFailure};
use crate::crypto::SessionCipher;
use crate::iso7816::StatusWord;
use crate::lds::{FileId, Mapping, SecurityInfos};
use crate::protocol::{
    Bac, Can, Pace, PaceEstablished, PaceVariant, Password, PasswordState, ProtocolError, ReadFile,
    ReadLimits, SelectApplication, SelectMasterFile, Step,
};
use crate::transport::TransportError;

/// Largest Le while the channel is plain.
const PLAIN_LE: u32 = 256;
/// Most bytes of EF.CardAccess.
const MAX_CARD_ACCESS: usize = 16_384;
/// How often access may be gained anew in one session because the chip dropped the channel.
const MAX_REESTABLISHED: u32 = 8;

/// What was done to gain access, so that it can be done again.
#[derive(Debug, Clone)]
pub(super) enum Access {
    Pace { variant: PaceVariant, ambiguous: bool },
    Bac,
}

impl Reader<'_> {
    /// Gains access from a chip that was just powered up.
    pub(super) fn gain_access(&mut self) -> Result<(), SessionError> {
        self.report_progress("read.access", 0, 0);
        let offered = match self.read_card_access() {
            Ok(offered) => offered,
            // A broken EF.CardAccess may hide that PACE is offered.
            Err(
                error @ SessionError::Protocol(ProtocolError::File { .. } | ProtocolError::TooLarge { .. }),
            ) => {
                return self.fall_back(error.to_failure("read.card_access"));
            }
            Err(error) => return Err(error),
        };
        self.read_card_files()?;
        let Some(infos) = offered.filter(|infos| infos.pace().next().is_some()) else {
            return self.run_bac();
        };
        match best_variant(&infos) {
            None => self.fall_back(StepFailure {
                step: "pace.offer".to_owned(),
                sw: None,
                reason: "titre speaks none of the PACE variants that are offered".to_owned(),
            }),
            Some((variant, ambiguous)) => match self.run_pace(&variant, ambiguous) {
                Ok(()) => {
                    self.read_card_security()?;
                    self.select_application()
                }
                Err(error) if error.is_the_chips() => {
                    self.channel.set_secure(None);
                    self.fall_back(error.to_failure("pace"))
                }
                Err(error) => Err(error),
            },
        }
    }

    /// Gains access anew in the same way, after the chip dropped the secure channel.
    pub(super) fn regain_access(&mut self, step: Step) -> Result<(), SessionError> {
        let Some(access) = self.established.clone() else {
            return Err(SessionError::Budget { step, what: "new starts" });
        };
        if self.access.reestablished >= MAX_REESTABLISHED {
            return Err(SessionError::Budget { step, what: "new starts" });
        }
        self.access.reestablished += 1;
        self.establish_again(&access)
    }

    /// The same access protocol with the same password, back to the directory where the session was, and chip
    /// authentication where it was done before: its keys went with the channel, and what is read from here on must come
    /// from the chip that has shown its private key, as all before it did. The new evidence stands in place of the old.
    pub(super) fn establish_again(&mut self, access: &Access) -> Result<(), SessionError> {
        self.channel.set_secure(None);
        self.chip_authenticated = None;
        match access {
            Access::Bac => self.run_bac()?,
            Access::Pace { variant, ambiguous } => {
                // PACE runs in the master file.
                match self.channel.drive(&mut SelectMasterFile::default()) {
                    Ok(_) | Err(SessionError::Transport { error: TransportError::Timeout { .. }, .. }) => {}
                    Err(error) => return Err(error),
                }
                self.run_pace(variant, *ambiguous)?;
                // EF.CardSecurity is read in the master file.
                if self.in_application {
                    self.select_application()?;
                }
            }
        }
        if self.chip_authentication.as_ref().is_some_and(|evidence| evidence.witnessed) {
            self.chip_authentication = None;
            self.authenticate_chip_once()?;
        }
        Ok(())
    }

    fn select_application(&mut self) -> Result<(), SessionError> {
        self.channel.drive(&mut SelectApplication::default())?;
        self.in_application = true;
        Ok(())
    }

    /// BAC in place of PACE, where that was allowed.
    fn fall_back(&mut self, failure: StepFailure) -> Result<(), SessionError> {
        let only_pace = !matches!(self.password, Password::Mrz(_));
        if only_pace && failure.step == "pace.offer" {
            return Err(SessionError::AccessNotSupported(
                "none of the PACE variants that are offered, and BAC takes the MRZ only",
            ));
        }
        if !self.options.allow_bac_fallback || only_pace {
            return Err(SessionError::DowngradeRefused(failure));
        }
        self.access.failures.push(failure);
        self.access.bac_fallback = true;
        self.run_bac()
    }

    fn read_card_access(&mut self) -> Result<Option<SecurityInfos>, SessionError> {
        let file = FileId::CardAccess;
        let mut read = self.try_card_access();
        if let Err(SessionError::Protocol(ProtocolError::Refused { .. })) = read {
            // Something else may be selected; some chips also refuse every form of this.
            match self.channel.drive(&mut SelectMasterFile::default()) {
                Ok(None) => {}
                Ok(Some(form)) => {
                    read = self.try_card_access();
                    if read.is_ok() {
                        self.note_quirks(&[form]);
                    }
                }
                // Danish passports say nothing at all to it, and are still there.
                Err(SessionError::Transport { error: TransportError::Timeout { .. }, .. }) => {
                    self.note_quirks(&["select_mf.timeout"]);
                }
                Err(error) => return Err(error),
            }
        }
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(SessionError::Protocol(ProtocolError::Refused { sw, .. })) => {
                // A chip without the file says that it is not found.
                if sw != StatusWord::NOT_FOUND {
                    self.note_quirks(&["card_access.refused"]);
                }
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let infos = SecurityInfos::parse(&bytes)
            .map_err(|_| ProtocolError::File { file, problem: "it holds no SecurityInfos" })?;
        self.access.card_access = true;
        self.access.pace_offered = PaceVariant::offered(&infos)
            .into_iter()
            .map(|(info, variant)| PaceOffer {
                protocol: info.protocol.clone(),
                parameter_id: info.parameter_id,
                supported: variant.is_some(),
            })
            .collect();
        self.files.insert(file, bytes);
        Ok(Some(infos))
    }

    fn try_card_access(&mut self) -> Result<Vec<u8>, SessionError> {
        let limits = ReadLimits::new(MAX_CARD_ACCESS, |le| le <= PLAIN_LE);
        let read = self.channel.drive(&mut ReadFile::new(FileId::CardAccess, limits))?;
        self.note_quirks(&read.quirks);
        Ok(read.bytes)
    }

    /// PACE, in the master file.
    fn run_pace(&mut self, variant: &PaceVariant, ambiguous: bool) -> Result<(), SessionError> {
        let mut pace = Pace::new(variant.clone(), self.password, ambiguous, &mut *self.entropy);
        let done = match (self.channel.drive(&mut pace), self.password) {
            (
                Err(SessionError::Protocol(ProtocolError::PasswordUnusable {
                    state: PasswordState::Suspended,
                    ..
                })),
                Password::Pin(_, Some(can)),
            ) => self.resume_pin(variant, ambiguous, can)?,
            (done, _) => done?,
        };
        self.note_quirks(&done.quirks);
        if !variant.is_standardized() {
            self.note_quirks(&["pace.parameters_written_out"]);
        }
        self.channel.set_secure(Some(done.channel));
        self.chip_id = done.chip_key.compressed();
        if let Some(mapping) = done.mapping {
            self.note_mapping(variant, mapping);
        }
        self.note_established(
            Access::Pace { variant: variant.clone(), ambiguous },
            Established {
                protocol: AccessProtocol::Pace,
                password: self.password_kind(),
                cipher: variant.cipher(),
                variant: Some(variant.protocol().to_owned()),
                curve: Some(variant.parameters().name().to_owned()),
            },
        );
        Ok(())
    }

    /// The last try of a PIN: PACE with the CAN, and under its channel PACE with the PIN (BSI TR-03110-2 section 3.3).
    fn resume_pin(
        &mut self,
        variant: &PaceVariant,
        ambiguous: bool,
        can: &Can,
    ) -> Result<PaceEstablished, SessionError> {
        let can = Password::Can(can.clone());
        let mut pace = Pace::new(variant.clone(), &can, ambiguous, &mut *self.entropy);
        let done = self.channel.drive(&mut pace)?;
        self.channel.set_secure(Some(done.channel));
        self.note_quirks(&["pace.pin_resumed"]);
        let mut pace = Pace::new(variant.clone(), self.password, ambiguous, &mut *self.entropy).resumed();
        self.channel.drive(&mut pace)
    }

    /// BAC, in the application.
    fn run_bac(&mut self) -> Result<(), SessionError> {
        let seed = self
            .password
            .bac_seed()
            .ok_or(SessionError::AccessNotSupported("the chip offers no PACE, and BAC takes the MRZ only"))?;
        self.select_application()?;
        let done = self.channel.drive(&mut Bac::new(&seed, &mut *self.entropy))?;
        self.note_quirks(&done.quirks);
        self.channel.set_secure(Some(done.channel));
        if let Password::Mrz(key) = self.password {
            self.chip_id = key.number_with_check_digit().as_bytes().to_vec();
        }
        self.note_established(
            Access::Bac,
            Established {
                protocol: AccessProtocol::Bac,
                password: self.password_kind(),
                cipher: SessionCipher::TripleDes,
                variant: None,
                curve: None,
            },
        );
        Ok(())
    }

    const fn password_kind(&self) -> PasswordKind {
        match self.password {
            Password::Can(_) => PasswordKind::Can,
            Password::Pin(..) => PasswordKind::Pin,
            Password::Puk(_) => PasswordKind::Puk,
            Password::Mrz(_) => PasswordKind::Mrz,
        }
    }

    /// What is reported is how access was gained first; gaining it anew is counted.
    fn note_established(&mut self, access: Access, established: Established) {
        self.access.established.get_or_insert(established);
        self.established = Some(access);
    }
}

/// The variant with the longest key, then in the group that is hardest to compute in, then one that shows the chip to be
/// genuine on the way, the first of equals; and whether its protocol is
/// offered with several domain parameters.
fn best_variant(infos: &SecurityInfos) -> Option<(PaceVariant, bool)> {
    let strength = |variant: &PaceVariant| {
        let proves = variant.mapping() == Mapping::ChipAuthentication;
        (variant.cipher().key_len(), variant.cipher().block_len(), variant.parameters().strength(), proves)
    };
    let mut best: Option<PaceVariant> = None;
    for variant in PaceVariant::offered(infos).into_iter().filter_map(|(_, variant)| variant) {
        if best.as_ref().is_none_or(|best| strength(&variant) > strength(best)) {
            best = Some(variant);
        }
    }
    let variant = best?;
    let ambiguous = infos.pace().filter(|info| info.protocol == variant.protocol()).count() > 1;
    Some((variant, ambiguous))
}
