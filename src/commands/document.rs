//! Where a document comes from: a chip, a recording or a document folder. Verbs that want a document take all of
//! them; the password is only asked for where a chip or a recording needs it.

use super::Environment;
use super::chip_failure::{load_failure, session_failure, transport_failure};
use super::secret::{SecretSource, given, require};
use crate::crypto::Entropy;
use crate::lds::MrzKey;
use crate::protocol::{Can, Password, Pin, Puk};
use crate::report::output::{read_input, write_file};
use crate::report::{Failure, FailureCode};
use crate::session::{
    Progress, ReadOptions, Reading, RecordedEntropy, ReplayEntropy, SessionError, read_document,
};
use crate::specimen::{SpecimenChip, SpecimenError};
use crate::transport::recording::{Class, MAX_BYTES};
use crate::transport::{Patience, Recorder, Recording, RecordingLog, Replay, ReplayCursor, Transport};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Where the password of the document comes from: one of these, or the PIN with the CAN that resumes it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Password of the document")]
#[group(skip)]
pub struct PasswordArgs {
    /// File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["mrz_fd", "can_file", "can_fd", "pin_file", "pin_fd", "puk_file", "puk_fd"])]
    pub mrz_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with_all = ["can_file", "can_fd", "pin_file", "pin_fd", "puk_file", "puk_fd"])]
    pub mrz_fd: Option<u32>,
    /// File with the card access number; - is standard input [env: TITRE_CAN=]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["can_fd", "puk_file", "puk_fd"])]
    pub can_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with_all = ["puk_file", "puk_fd"])]
    pub can_fd: Option<u32>,
    /// File with the holder's PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard
    /// input [env: TITRE_PIN=]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pin_fd", "puk_file", "puk_fd"])]
    pub pin_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with_all = ["puk_file", "puk_fd"])]
    pub pin_fd: Option<u32>,
    /// File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["puk_fd"])]
    pub puk_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N")]
    pub puk_fd: Option<u32>,
}

impl PasswordArgs {
    /// The password: from the option named, the environment, or a prompt for the MRZ.
    ///
    /// # Errors
    /// `usage.secret_missing`, `input.mrz`, `input.can`, `input.pin`, and those of reading a secret.
    pub(super) fn password(&self, environment: &Environment<'_>) -> Result<Password, Failure> {
        self.password_of(self.mrz_text()?, environment)
    }

    fn mrz(&self) -> SecretSource<'_> {
        SecretSource {
            file: self.mrz_file.as_deref(),
            fd: self.mrz_fd,
            variable: "TITRE_MRZ",
            prompt: "prompt-mrz",
        }
    }

    /// What was given as MRZ, without asking for it. A pipe gives it once.
    ///
    /// # Errors
    /// Those of reading a secret.
    pub(super) fn mrz_text(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        given(self.mrz())
    }

    /// As [`Self::password`], with what [`Self::mrz_text`] gave.
    ///
    /// # Errors
    /// As [`Self::password`].
    pub(super) fn password_of(
        &self,
        mrz: Option<Zeroizing<String>>,
        environment: &Environment<'_>,
    ) -> Result<Password, Failure> {
        let pin = |error| Failure::new(FailureCode::InputPin).cause(error);
        let can =
            |text: &str| Can::parse(text).map_err(|error| Failure::new(FailureCode::InputCan).cause(error));
        let sources = [
            (&self.can_file, self.can_fd, "TITRE_CAN", "prompt-can"),
            (&self.pin_file, self.pin_fd, "TITRE_PIN", "prompt-pin"),
            (&self.puk_file, self.puk_fd, "TITRE_PUK", "prompt-puk"),
        ];
        let pin_named = self.pin_file.is_some() || self.pin_fd.is_some();
        let named =
            |(file, fd, ..): &(&Option<PathBuf>, Option<u32>, &str, &str)| file.is_some() || fd.is_some();
        // What an option names goes before what the environment holds.
        let any_named = sources.iter().any(named);
        for source in sources {
            let (file, fd, variable, prompt) = source;
            // The CAN beside a PIN only resumes it.
            let beside = pin_named && prompt == "prompt-can";
            if any_named && !named(&source) || !any_named && mrz.is_some() || beside {
                continue;
            }
            let Some(text) = given(SecretSource { file: file.as_deref(), fd, variable, prompt })? else {
                continue;
            };
            return Ok(match prompt {
                "prompt-pin" => {
                    let (file, fd) = (self.can_file.as_deref(), self.can_fd);
                    let source = SecretSource { file, fd, variable: "TITRE_CAN", prompt: "prompt-can" };
                    let before = given(source)?.map(|text| can(&text)).transpose()?;
                    Password::Pin(Pin::parse(&text).map_err(pin)?, before)
                }
                "prompt-puk" => Password::Puk(Puk::parse(&text).map_err(pin)?),
                _ => Password::Can(can(&text)?),
            });
        }
        let text = mrz.map_or_else(|| require(self.mrz(), environment), Ok)?;
        let key = MrzKey::parse(&text).map_err(|error| Failure::new(FailureCode::InputMrz).cause(error))?;
        Ok(Password::Mrz(key))
    }
}

/// A way to a chip, as `--transport` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportName {
    /// `specimen:DIR`.
    Specimen(PathBuf),
    /// `replay:FILE`.
    Replay(PathBuf),
    /// `pcsc`.
    Pcsc,
    /// `nfc`, or `nfc:` and a connection string of libnfc.
    Nfc(Option<String>),
}

impl FromStr for TransportName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("specimen", path)) if !path.is_empty() => Ok(Self::Specimen(path.into())),
            Some(("replay", path)) if !path.is_empty() => Ok(Self::Replay(path.into())),
            Some(("nfc", name)) if !name.is_empty() => Ok(Self::Nfc(Some(name.to_owned()))),
            None if text == "pcsc" => Ok(Self::Pcsc),
            None if text == "nfc" => Ok(Self::Nfc(None)),
            _ => Err("write specimen:DIR, replay:FILE, pcsc or nfc[:CONNSTRING]".to_owned()),
        }
    }
}

/// How to read a chip.
pub(super) struct ReadOrder<'a> {
    pub transport: &'a TransportName,
    pub password: &'a Password,
    pub options: ReadOptions,
    /// Where to record the session.
    pub record: Option<&'a Path>,
    /// Whether the recording of a real document keeps the terminal's random numbers.
    pub record_entropy: bool,
    /// Which PC/SC reader.
    #[cfg_attr(not(feature = "pcsc"), expect(dead_code, reason = "only readers are chosen"))]
    pub reader: Option<&'a str>,
    /// Seconds to wait for a card.
    #[cfg_attr(
        not(any(feature = "pcsc", feature = "nfc")),
        expect(dead_code, reason = "only readers are waited for")
    )]
    pub wait: u64,
    /// Seconds that the chip's answers may take altogether.
    pub timeout: u64,
}

/// Seconds that the chip's answers may take altogether, where nothing else is said: ten times what a slow reader needs.
pub(super) const TIMEOUT: u64 = 300;

/// A document from a folder, or from a recording, for which `password` is asked.
///
/// # Errors
/// Those of loading a folder, of `password`, or of replaying a recording.
pub(super) fn load(
    input: &Path,
    password: impl FnOnce(&Environment<'_>) -> Result<Password, Failure>,
    environment: &mut Environment<'_>,
) -> Result<Reading, Failure> {
    if input.is_dir() {
        return Reading::load_folder(input).map_err(|error| load_failure(&error));
    }
    let recording = load_recording(input)?;
    let password = password(environment)?;
    let replay = Opened::replay(recording);
    let order = ReadOrder {
        transport: &TransportName::Replay(input.to_owned()),
        password: &password,
        // The recording says how access was gained, and whether a lost card came back; the inspection reports a fallback.
        options: ReadOptions { allow_bac_fallback: true, resume: true, ..ReadOptions::default() },
        record: None,
        record_entropy: false,
        reader: None,
        wait: 0,
        timeout: TIMEOUT,
    };
    session(replay, &order, environment)
}

/// Whether a file begins as a recording does.
pub(super) fn is_recording(file: &Path) -> bool {
    let mut start = [0; 10];
    std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *b"{\"format\":"
}

/// Reads a chip, and records the session where that is wanted, failed sessions too.
///
/// # Errors
/// Every failure of a session; see [`session_failure`].
pub(super) fn read(order: &ReadOrder<'_>, environment: &mut Environment<'_>) -> Result<Reading, Failure> {
    let opened = match order.transport {
        TransportName::Replay(file) => Opened::replay(load_recording(file)?),
        TransportName::Specimen(folder) => Opened {
            transport: Box::new(
                SpecimenChip::load(folder).map_err(|error| specimen_failure(&error, folder))?,
            ),
            class: Class::Synthetic,
            cursor: None,
        },
        TransportName::Pcsc => pcsc(order)?,
        TransportName::Nfc(name) => nfc(name.as_deref(), order)?,
    };
    session(opened, order, environment)
}

/// A transport with what a recording of it may hold.
struct Opened {
    transport: Box<dyn Transport>,
    class: Class,
    cursor: Option<ReplayCursor>,
}

impl Opened {
    fn replay(recording: Recording) -> Self {
        let class = recording.header.class;
        let (replay, cursor) = Replay::new(recording);
        Self { transport: Box::new(replay), class, cursor: Some(cursor) }
    }
}

fn session(
    opened: Opened,
    order: &ReadOrder<'_>,
    environment: &mut Environment<'_>,
) -> Result<Reading, Failure> {
    let Opened { transport, class, cursor } = opened;
    let start = Instant::now();
    let limit = Duration::from_secs(order.timeout);
    let mut transport = Patience::new(transport, limit, Box::new(move || start.elapsed()));
    let mut replayed = cursor.clone().map(ReplayEntropy::new);
    let entropy: &mut dyn Entropy = match &mut replayed {
        Some(replayed) => replayed,
        None => &mut *environment.entropy,
    };
    let log = RecordingLog::default();
    let reporter = environment.reporter;
    let mut stage = String::new();
    let recording = order.record.is_some();
    let mut progress = |progress: Progress| {
        if recording && stage != progress.stage {
            stage.clone_from(&progress.stage);
            log.event(&stage);
        }
        reporter.progress(&progress.stage, progress.done, progress.total);
    };
    let ended = match order.record {
        None => read_document(&mut transport, order.password, entropy, &order.options, &mut progress),
        Some(_) => {
            let start = Instant::now();
            let clock = Box::new(move || start.elapsed());
            let mut recorder = Recorder::new(&mut transport, log.clone(), clock);
            let mut recorded = RecordedEntropy::new(entropy, log.clone());
            let entropy: &mut dyn Entropy =
                if class == Class::Raw && !order.record_entropy { recorded.inner() } else { &mut recorded };
            read_document(&mut recorder, order.password, entropy, &order.options, &mut progress)
        }
    };
    let reading =
        ended.map_err(|error| session_failure(&error)).and_then(|reading| finish(cursor.as_ref(), reading));
    let reading = reading.map_err(|failure| replay_failure(cursor.as_ref(), failure));
    let written = order.record.map_or(Ok(()), |file| {
        let tool = format!("titre {}", env!("CARGO_PKG_VERSION"));
        let recording = log.recording(transport.card(), &tool, class);
        let bytes =
            recording.to_bytes().map_err(|error| transport_failure(&error).arg("file", file.display()))?;
        write_file(file, &bytes, environment.global.force, class == Class::Raw)
    });
    // Where both failed, what the chip did is the news.
    let reading = reading?;
    written?;
    Ok(reading)
}

/// A replay must use the whole recording.
fn finish(cursor: Option<&ReplayCursor>, reading: Reading) -> Result<Reading, Failure> {
    match cursor.map(ReplayCursor::finish) {
        Some(Err(error)) => Err(session_failure(&SessionError::Transport {
            step: crate::protocol::Step::Protocol("replay.end"),
            error,
        })),
        _ => Ok(reading),
    }
}

/// Entropy that a replay could not serve is a divergence, whatever the session made of it.
fn replay_failure(cursor: Option<&ReplayCursor>, failure: Failure) -> Failure {
    match cursor.and_then(ReplayCursor::ended) {
        Some(ended) if failure.code == FailureCode::Internal => transport_failure(&ended),
        _ => failure,
    }
}

fn load_recording(file: &Path) -> Result<Recording, Failure> {
    let bytes = read_input(file, MAX_BYTES as u64)?;
    Recording::parse(&bytes).map_err(|error| transport_failure(&error).arg("file", file.display()))
}

/// A specimen folder whose chip cannot be loaded.
pub(super) fn specimen_failure(error: &SpecimenError, folder: &Path) -> Failure {
    let code = match error {
        SpecimenError::File { .. } => FailureCode::InputUnreadable,
        _ => FailureCode::InputMalformed,
    };
    Failure::new(code).arg("file", folder.display()).cause(error)
}

#[cfg(feature = "pcsc")]
fn pcsc(order: &ReadOrder<'_>) -> Result<Opened, Failure> {
    use crate::transport::pcsc::PcscTransport;
    let wait = Duration::from_secs(order.wait);
    let transport = PcscTransport::connect(order.reader, wait).map_err(|error| transport_failure(&error))?;
    Ok(Opened { transport: Box::new(transport), class: Class::Raw, cursor: None })
}

#[cfg(not(feature = "pcsc"))]
fn pcsc(_order: &ReadOrder<'_>) -> Result<Opened, Failure> {
    Err(Failure::new(FailureCode::NotBuilt).arg("feature", "pcsc"))
}

#[cfg(feature = "nfc")]
fn nfc(name: Option<&str>, order: &ReadOrder<'_>) -> Result<Opened, Failure> {
    use crate::transport::nfc::NfcTransport;
    let wait = Duration::from_secs(order.wait);
    let transport = NfcTransport::connect(name, wait).map_err(|error| transport_failure(&error))?;
    Ok(Opened { transport: Box::new(transport), class: Class::Raw, cursor: None })
}

#[cfg(not(feature = "nfc"))]
fn nfc(_name: Option<&str>, _order: &ReadOrder<'_>) -> Result<Opened, Failure> {
    Err(Failure::new(FailureCode::NotBuilt).arg("feature", "nfc"))
}
