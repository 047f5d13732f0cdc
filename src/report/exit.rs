//! The exit codes, declared once; the man page and the README take them from here.

/// What the process exit code says. The precise reason is the document's `failure.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done, or a verdict of `successful`.
    Done = 0,
    /// A defect of titre.
    Internal = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A verdict of `failed`.
    Failed = 10,
    /// A verdict of `undetermined`: it could not be told.
    Undetermined = 11,
    /// A verdict of `not_supported`.
    NotSupported = 12,
    /// A verdict of `aborted`.
    Aborted = 13,
    /// No match, or liveness failed.
    NoMatch = 14,
    /// The capture is not fit to be judged.
    CaptureUnusable = 15,
    /// Consent is missing.
    ConsentMissing = 16,
    /// The card service does not answer.
    CardService = 20,
    /// The reader is missing or busy.
    Reader = 21,
    /// No card came in time.
    NoCard = 22,
    /// The card was lost.
    CardLost = 23,
    /// The chip refused access.
    AccessRefused = 24,
    /// A downgrade to BAC was refused.
    DowngradeRefused = 25,
    /// The chip breaks the protocol.
    Protocol = 26,
    /// An input file is missing, too large or malformed.
    Input = 30,
    /// The trust store is missing, empty or malformed.
    TrustStore = 31,
    /// A model is missing or not the one that the manifest names.
    Model = 32,
    /// The signing key is missing or may not sign this.
    SigningKey = 33,
    /// The output cannot be written.
    Output = 34,
    /// A replay diverged from its recording.
    ReplayDiverged = 40,
    /// Interrupted (SIGINT).
    Interrupted = 130,
    /// Terminated (SIGTERM).
    Terminated = 143,
}

impl Exit {
    /// All exit codes with what they say, in ascending order.
    pub const TABLE: [(Self, &'static str); 25] = [
        (Self::Done, "done, or the verdict is successful"),
        (Self::Internal, "internal error: a defect of titre"),
        (Self::Usage, "wrong command line"),
        (Self::Failed, "the verdict is failed"),
        (Self::Undetermined, "the verdict is undetermined: it could not be told"),
        (Self::NotSupported, "the verdict is not_supported"),
        (Self::Aborted, "the verdict is aborted"),
        (Self::NoMatch, "no match, or liveness failed"),
        (Self::CaptureUnusable, "the capture is unusable"),
        (Self::ConsentMissing, "consent is missing"),
        (Self::CardService, "the card service does not answer"),
        (Self::Reader, "reader missing or busy"),
        (Self::NoCard, "no card in time"),
        (Self::CardLost, "card lost"),
        (Self::AccessRefused, "the chip refused access"),
        (Self::DowngradeRefused, "downgrade to BAC refused"),
        (Self::Protocol, "the chip breaks the protocol"),
        (Self::Input, "input missing, too large or malformed"),
        (Self::TrustStore, "trust store missing, empty or malformed"),
        (Self::Model, "model missing or not the one of the manifest"),
        (Self::SigningKey, "signing key missing or not allowed to sign this"),
        (Self::Output, "output cannot be written"),
        (Self::ReplayDiverged, "the replay diverged from its recording"),
        (Self::Interrupted, "interrupted (SIGINT)"),
        (Self::Terminated, "terminated (SIGTERM)"),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}
