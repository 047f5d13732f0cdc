//! The closed list of failure codes, each with its exit code, and the failure that a command ends with.
//! Titles, details and hints stand in `locale/<lang>/*.ftl` under the code with `-` for `.` and `_`.

use super::Exit;
use super::locale::{Lang, message_id};

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $exit:ident, $retryable:literal;)*) => {
        /// Why a command did not end with a result. Never localised; `titre explain CODE` documents each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FailureCode { $($(#[$doc])* $name,)* }

        impl FailureCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The code as scripts see it.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code,)* } }
            /// The exit code that goes with it.
            #[must_use]
            pub const fn exit(self) -> Exit { match self { $(Self::$name => Exit::$exit,)* } }
            /// Whether the same command may succeed when tried again.
            #[must_use]
            pub const fn retryable(self) -> bool { match self { $(Self::$name => $retryable,)* } }
        }
    };
}

failure_codes! {
    /// A defect of titre.
    Internal = "internal", Internal, false;
    /// The command line is wrong.
    Usage = "usage", Usage, false;
    /// A feature that this build does not have.
    NotBuilt = "usage.not_built", Usage, false;
    /// A secret was not given and cannot be asked for.
    SecretMissing = "usage.secret_missing", Usage, false;
    /// No entry of that name.
    UnknownTopic = "usage.unknown_topic", Usage, false;

    /// An input file cannot be read.
    InputUnreadable = "input.unreadable", Input, false;
    /// An input file is larger than its limit.
    InputTooLarge = "input.too_large", Input, false;
    /// An input file is not what it should be.
    InputMalformed = "input.malformed", Input, false;
    /// The MRZ or its key fields are wrong.
    InputMrz = "input.mrz", Input, false;
    /// The card access number is wrong in form.
    InputCan = "input.can", Input, false;
    /// The PIN or the PUK is wrong in form.
    InputPin = "input.pin", Input, false;
    /// An address that is not asked: neither https nor http on this machine.
    InputAddress = "input.address", Input, false;
    /// The time given is not RFC 3339.
    InputTime = "input.time", Input, false;
    /// A recording is broken or has another digest than it says.
    RecordingMalformed = "input.recording", Input, false;
    /// A document folder lacks a file that it needs.
    DocumentIncomplete = "input.document_incomplete", Input, false;
    /// The video cannot be decoded.
    VideoMalformed = "input.video", Input, false;
    /// The video is in a codec that is not built in, and no ffmpeg is installed.
    VideoNotSupported = "input.video_not_supported", NotSupported, false;
    /// The image cannot be decoded.
    ImageMalformed = "input.image", Input, false;
    /// The challenge file is not a challenge.
    ChallengeMalformed = "input.challenge", Input, false;
    /// The consent receipt is not one.
    ConsentMalformed = "input.consent", Input, false;
    /// The examination by officers is not one.
    ExaminationMalformed = "input.examination", Input, false;
    /// A checklist has items without an answer, or answers that do not carry its decision.
    ChecklistIncomplete = "input.checklist", Input, false;
    /// The attestation is not one.
    AttestationMalformed = "input.attestation", Input, false;
    /// The file is no register of a status list.
    StatusRegister = "input.status_register", Input, false;
    /// The attestation has no place in a status list.
    StatusNone = "input.status_none", Input, false;
    /// The register does not know the attestation.
    StatusUnknown = "input.status_unknown", Input, false;
    /// What was revoked stays so.
    StatusRevoked = "input.status_revoked", Input, false;
    /// The list has no free place.
    StatusFull = "input.status_full", Input, false;
    /// A certificate of a terminal is not one, or does not verify with that of its issuer.
    TerminalCertificate = "input.terminal_certificate", Input, false;
    /// The attestation has no such claim to show.
    NoSuchClaim = "input.claim", Input, false;

    /// An evidence bundle is malformed, or holds something else.
    EvidenceMalformed = "evidence.malformed", Input, false;
    /// An evidence bundle was changed after it was signed.
    EvidenceChanged = "evidence.changed", Failed, false;
    /// No pinned issuer signed the evidence bundle.
    EvidenceUntrusted = "evidence.untrusted", Failed, false;
    /// The key does not open the evidence bundle.
    EvidenceKey = "evidence.key", Input, false;
    /// The recipient's certificate or key cannot be used.
    EvidenceRecipient = "evidence.recipient", Input, false;
    /// The evidence cannot be kept in a way that repeats the verdict.
    EvidenceNotKept = "evidence.not_kept", Undetermined, false;
    /// The retention of the evidence bundle has not ended.
    EvidenceRetained = "evidence.retained", Failed, false;

    /// An output exists and `--force` was not given.
    OutputExists = "output.exists", Output, false;
    /// An output cannot be written.
    OutputUnwritable = "output.unwritable", Output, false;

    /// The card service does not answer.
    CardService = "card.service", CardService, true;
    /// The card service does not let this user in.
    CardServiceRefused = "card.service_refused", CardService, false;
    /// The reader is missing or failed.
    Reader = "card.reader", Reader, true;
    /// Another program uses the card.
    ReaderBusy = "card.reader_busy", Reader, true;
    /// Several readers could be meant.
    ReaderAmbiguous = "card.reader_ambiguous", Reader, false;
    /// The virtual reader does not answer.
    VirtualReader = "card.virtual_reader", Reader, true;
    /// No card came in time.
    NoCard = "card.absent", NoCard, true;
    /// The card was lost.
    CardLost = "card.lost", CardLost, true;
    /// After the card was lost, another document was put on the reader.
    AnotherDocument = "card.another_document", CardLost, true;
    /// The chip did not answer in time.
    CardTimeout = "card.timeout", CardLost, true;
    /// The chip refused the password or the file.
    AccessRefused = "access.refused", AccessRefused, false;
    /// The password (MRZ key, CAN, PIN or PUK) is wrong.
    AccessWrongPassword = "access.wrong_password", AccessRefused, false;
    /// The chip takes the password no more, or not now: suspended, blocked or deactivated.
    AccessPasswordUnusable = "access.password_unusable", AccessRefused, false;
    /// PACE was offered and not established.
    DowngradeRefused = "access.downgrade_refused", DowngradeRefused, false;
    /// The chip offers nothing that titre speaks.
    AccessNotSupported = "access.not_supported", NotSupported, false;
    /// The chip breaks a protocol.
    ChipProtocol = "chip.protocol", Protocol, false;
    /// Secure messaging was broken off.
    ChipSecureMessaging = "chip.secure_messaging", Protocol, false;
    /// A file of the chip is malformed or too large.
    ChipFile = "chip.file", Protocol, false;
    /// A command is too long for the link, and the chip takes it in no other way.
    ChipChaining = "chip.chaining", NotSupported, false;
    /// The chip used up its budget of APDUs or time.
    ChipBudget = "chip.budget", Protocol, false;
    /// A replay was asked for something else than what was recorded.
    ReplayDiverged = "replay.diverged", ReplayDiverged, false;
    /// The recording has no entropy, so it cannot be replayed.
    ReplayWithoutEntropy = "replay.no_entropy", ReplayDiverged, false;

    /// The trust store cannot be read.
    TrustStoreUnreadable = "trust_store.unreadable", TrustStore, false;
    /// The trust store has no certificate.
    TrustStoreEmpty = "trust_store.empty", TrustStore, false;
    /// The trust store is malformed or has another digest than it says.
    TrustStoreMalformed = "trust_store.malformed", TrustStore, false;
    /// A master list's signature does not verify against the pinned signer.
    MasterListUntrusted = "trust_store.list_untrusted", TrustStore, false;
    /// A master list is malformed.
    MasterListMalformed = "trust_store.list_malformed", TrustStore, false;
    /// A master list older than the one in the store.
    MasterListOlder = "trust_store.list_older", TrustStore, false;
    /// A revocation list is malformed, or one that cannot be used.
    CrlMalformed = "trust_store.crl_malformed", TrustStore, false;
    /// No CSCA of the store signed a revocation list.
    CrlUntrusted = "trust_store.crl_untrusted", TrustStore, false;
    /// A revocation list older than the one in the store.
    CrlOlder = "trust_store.crl_older", TrustStore, false;
    /// No certificate of the store has that fingerprint, or several have.
    CertificateNotFound = "trust_store.certificate_not_found", TrustStore, false;

    /// There is no models folder or no manifest.
    ModelMissing = "model.missing", Model, false;
    /// A model is not the one that the manifest names.
    ModelDigest = "model.digest", Model, false;
    /// A model cannot be loaded or run.
    ModelUnusable = "model.unusable", Model, false;
    /// The manifest is malformed.
    ModelManifest = "model.manifest", Model, false;
    /// The models are a demonstration, and the issuer key is no test key.
    ModelDemonstration = "model.demonstration", NotSupported, false;
    /// The models' error rates are not good enough for the profile, or not known to be.
    ModelBelowFloor = "model.below_floor", NotSupported, false;
    /// The pairs are too few, or no face was found, to state any rate.
    CalibrationImpossible = "model.calibration", Input, false;
    /// A model could not be fetched.
    ModelDownload = "model.download", Model, true;
    /// There is no program to fetch with.
    ModelNoCurl = "model.no_curl", Model, false;
    /// An address that is not fetched from.
    ModelAddress = "model.address", Model, false;
    /// A folder to install from lacks a model.
    ModelNotInFolder = "model.not_in_folder", Model, false;
    /// An original cannot be converted.
    ModelConversion = "model.conversion", Model, false;
    /// The licences were not accepted.
    ModelLicence = "model.licence", Model, false;
    /// No model of that digest is known.
    ModelUnknown = "model.unknown", Model, false;

    /// No face was found.
    CaptureNoFace = "capture.no_face", CaptureUnusable, true;
    /// More than one face was found.
    CaptureSeveralFaces = "capture.several_faces", CaptureUnusable, true;
    /// Too little, too dark, too small or too blurred.
    CaptureQuality = "capture.quality", CaptureUnusable, true;
    /// The video is too short or too slow.
    CaptureTooShort = "capture.too_short", CaptureUnusable, true;
    /// The portrait has no face that can be compared.
    PortraitUnusable = "capture.portrait", CaptureUnusable, false;

    /// The document was not found genuine, so nothing was signed.
    DocumentFailed = "enroll.document_failed", Failed, false;
    /// It could not be told whether the document is genuine, so nothing was signed.
    DocumentUndetermined = "enroll.document_undetermined", Undetermined, false;
    /// The document's checks are not supported, so nothing was signed.
    DocumentNotSupported = "enroll.document_not_supported", NotSupported, false;
    /// The document's checks were broken off, so nothing was signed.
    DocumentAborted = "enroll.document_aborted", Aborted, false;
    /// Presentation attack detection found an attack.
    LivenessAttack = "enroll.presentation_attack", NoMatch, true;
    /// The challenge was not met.
    LivenessChallenge = "enroll.challenge_not_met", NoMatch, true;
    /// The challenge was answered before: it serves once.
    ChallengeUsed = "challenge.used", NoMatch, false;
    /// The person in the video is not the person of the portrait.
    NoMatch = "enroll.no_match", NoMatch, true;
    /// Whether they are the same person could not be told; the human path is open.
    MatchInconclusive = "enroll.match_inconclusive", NoMatch, true;
    /// No second officer has signed the examination off.
    ExaminationNotSignedOff = "examination.not_signed_off", NoMatch, false;
    /// The examination is signed off already.
    ExaminationSignedOff = "examination.signed_off", Input, false;
    /// The officers did not both find that it is the same person.
    ExaminationNotConfirmed = "examination.not_confirmed", NoMatch, false;
    /// The examination is of another consent or another document.
    ExaminationAnother = "examination.another", NoMatch, false;
    /// The examination is too old, or of another time than it may be.
    ExaminationTime = "examination.time", NoMatch, false;
    /// An officer is not one of those that were named, or a signature does not verify.
    ExaminationUntrusted = "examination.untrusted", SigningKey, false;
    /// Both officers are one, or one is the issuer.
    ExaminationSameOfficer = "examination.same_officer", SigningKey, false;
    /// Officers of tests, and an issuer that is none.
    OfficerTest = "signing_key.test_officer", SigningKey, false;
    /// No consent to face recognition.
    ConsentMissing = "consent.missing", ConsentMissing, false;
    /// The consent does not cover this.
    ConsentScope = "consent.scope", ConsentMissing, false;
    /// A production issuer takes receipts only that it signed.
    ConsentNotSigned = "consent.not_signed", ConsentMissing, false;
    /// The signature of the receipt is not the issuer's over this receipt.
    ConsentSignature = "consent.signature", ConsentMissing, false;

    /// The signing key cannot be read.
    SigningKeyUnreadable = "signing_key.unreadable", SigningKey, false;
    /// Only a test issuer key may sign what comes from a replay or a specimen.
    SigningKeyNotTest = "signing_key.not_a_test_issuer", SigningKey, false;
    /// Others on this machine can read a production key that is not encrypted.
    SigningKeyExposed = "signing_key.exposed", SigningKey, false;
    /// Key and certificate do not belong together, or the certificate does not fit.
    SigningKeyMismatch = "signing_key.mismatch", SigningKey, false;
    /// The name of a key on a token is not one that titre understands.
    SigningKeyUri = "signing_key.uri", SigningKey, false;
    /// A PIN stands on the command line.
    SigningKeyPinInUri = "signing_key.pin_in_uri", SigningKey, false;
    /// The token is missing, has no such key, or did not sign.
    SigningKeyToken = "signing_key.token", SigningKey, false;
    /// The token does not take the PIN.
    SigningKeyPin = "signing_key.pin", SigningKey, false;
    /// The terminal's key cannot be read, or none of its certificates is for it.
    TerminalKey = "signing_key.terminal", SigningKey, false;
    /// The holder's key cannot be read or is no P-256 key.
    HolderKey = "signing_key.holder", SigningKey, false;

    /// Interrupted.
    Interrupted = "interrupted", Interrupted, true;
    /// Terminated.
    Terminated = "terminated", Terminated, true;
}

impl FailureCode {
    /// The code for a string, as `titre explain` takes it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }
}

/// A command that ended without a result: what, where, and through the code what to do.
#[derive(Debug)]
pub struct Failure {
    /// The code; it decides the exit code.
    pub code: FailureCode,
    /// Values for the localised detail: file, limit, status word. Never personal data.
    pub args: Vec<(&'static str, String)>,
    /// The technical cause, in English, as the room below said it.
    pub cause: Option<String>,
    /// The step that failed: `pace.mutual_authentication`, `read.dg2`.
    pub step: Option<String>,
    /// The chip's status word.
    pub sw: Option<u16>,
}

impl Failure {
    /// A failure with no more than its code.
    #[must_use]
    pub const fn new(code: FailureCode) -> Self {
        Self { code, args: Vec::new(), cause: None, step: None, sw: None }
    }

    /// Adds a value for the localised detail.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Adds the technical cause.
    #[must_use]
    pub fn cause(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Names the step that failed.
    #[must_use]
    pub fn step(mut self, step: impl ToString) -> Self {
        self.step = Some(step.to_string());
        self
    }

    /// Adds the chip's status word.
    #[must_use]
    pub const fn sw(mut self, sw: u16) -> Self {
        self.sw = Some(sw);
        self
    }

    /// Title, detail and hint in `lang`.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> (String, String, String) {
        let id = message_id(self.code.code());
        let title = lang.text(&id, &self.args);
        let localised = lang.attribute(&id, "detail", &self.args);
        let detail = match (localised, &self.cause) {
            (Some(text), Some(cause)) => format!("{text} ({cause})"),
            (Some(text), None) => text,
            (None, Some(cause)) => cause.clone(),
            (None, None) => String::new(),
        };
        let hint = lang.attribute(&id, "hint", &self.args).unwrap_or_default();
        (title, detail, hint)
    }

    /// The `failure` member of the JSON document.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> serde_json::Value {
        let (title, detail, hint) = self.texts(lang);
        serde_json::json!({
            "code": self.code.code(),
            "title": title,
            "detail": detail,
            "hint": hint,
            "step": self.step,
            "sw": self.sw.map(|sw| format!("{sw:04X}")),
            "retryable": self.code.retryable(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_have_title_and_hint_in_every_language() {
        let mut seen = HashSet::new();
        for code in FailureCode::ALL {
            assert!(seen.insert(code.code()), "{} twice", code.code());
            let id = message_id(code.code());
            for lang in Lang::ALL {
                assert!(lang.has(&id), "{} has no title in {lang:?}", code.code());
                assert!(
                    lang.attribute(&id, "hint", &[]).is_some(),
                    "{} has no hint in {lang:?}",
                    code.code()
                );
            }
        }
    }
}
