//! What an exchange is: commands out, responses in, no transport, no clock. And how it goes wrong.

use crate::crypto::cipher::CipherError;
use crate::crypto::{AgreementError, EntropyError};
use crate::iso7816::{CommandApdu, ResponseApdu, SmError, StatusWord};
use crate::lds::FileId;
use std::fmt;

/// A conversation with the chip about one thing. Whoever drives it sends each command as it is (protected where
/// there is a secure channel) and passes the opened response to the next call.
pub trait Exchange {
    /// What the exchange ends with.
    type Output;

    /// The next command, or the end. The first call has no reply, each later one has that of the last command.
    ///
    /// # Errors
    /// [`ProtocolError`]; the exchange is then over.
    fn next(&mut self, reply: Option<&ResponseApdu>) -> Result<Next<Self::Output>, ProtocolError>;
}

/// What to do now.
#[derive(Debug)]
pub enum Next<T> {
    /// Send this; the step names it in errors, events and recordings.
    Send(CommandApdu, Step),
    /// The exchange is over.
    Done(T),
}

/// A named step of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A step of a protocol: `pace.mutual_authentication`.
    Protocol(&'static str),
    /// Selecting a file: `select.dg2`.
    Select(FileId),
    /// Reading a file: `read.dg2`.
    Read(FileId),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(name) => f.write_str(name),
            Self::Select(file) => write!(f, "select.{}", file_word(*file)),
            Self::Read(file) => write!(f, "read.{}", file_word(*file)),
        }
    }
}

/// The name of a file in identifiers: `dg2`, `com`, `card_access`.
#[must_use]
pub fn file_word(file: FileId) -> String {
    match file {
        FileId::CardAccess => "card_access".to_owned(),
        FileId::CardSecurity => "card_security".to_owned(),
        _ => file.name().trim_start_matches("EF.").to_ascii_lowercase().replace('-', "_"),
    }
}

/// Why an exchange ended early. It never quotes a response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The chip or its cryptogram says that the password is wrong. The status word may say how many tries are left.
    #[error("{step}: the password is wrong{} (SW {sw})", left(*.sw))]
    WrongPassword {
        /// The step.
        step: Step,
        /// The chip's status word.
        sw: StatusWord,
    },
    /// The chip takes this password no more, or not now. Nothing was tried.
    #[error("{step}: {} (SW {sw})", .state.text())]
    PasswordUnusable {
        /// The step.
        step: Step,
        /// The chip's status word.
        sw: StatusWord,
        /// What it says.
        state: PasswordState,
    },
    /// The chip answers with an error.
    #[error("{step}: the chip answers {sw}")]
    Refused {
        /// The step.
        step: Step,
        /// The chip's status word.
        sw: StatusWord,
    },
    /// The answer is not what the protocol says.
    #[error("{step}: {problem}")]
    Malformed {
        /// The step.
        step: Step,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The chip's proof does not hold.
    #[error("{step}: {problem}")]
    Authentication {
        /// The step.
        step: Step,
        /// What does not hold.
        problem: &'static str,
    },
    /// The chip's public key is no element of the group, or cannot be used.
    #[error("{step}: the chip's public key: {error}")]
    PublicKey {
        /// The step.
        step: Step,
        /// What is wrong with it.
        error: AgreementError,
    },
    /// A file is malformed.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: FileId,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A file is larger than the limit.
    #[error("{file} has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// The file.
        file: FileId,
        /// What its length says.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A value of ours does not fit the cipher.
    #[error(transparent)]
    Cipher(#[from] CipherError),
    /// The new channel cannot be set up.
    #[error(transparent)]
    SecureMessaging(#[from] SmError),
    /// An exchange was asked to go on after its end, or without the reply that it waits for.
    #[error("{0}: the exchange was driven out of order")]
    Order(Step),
}

/// Why a chip does not take a password (BSI TR-03110-2 section 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordState {
    /// One try is left, and the chip wants its CAN before it.
    Suspended,
    /// No try is left; a PUK unblocks a PIN.
    Blocked,
    /// The password was switched off, or was never set.
    Deactivated,
}

impl PasswordState {
    /// In English.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Suspended => "the password is suspended: one try is left, which needs the CAN first",
            Self::Blocked => "the password is blocked: no try is left",
            Self::Deactivated => "the password is deactivated",
        }
    }
}

/// How many tries the chip says are left.
fn left(sw: StatusWord) -> String {
    match sw.tries_left() {
        Some(0) => ", and now blocked".to_owned(),
        Some(1) => ", 1 try left".to_owned(),
        Some(tries) => format!(", {tries} tries left"),
        None => String::new(),
    }
}

impl ProtocolError {
    /// The step, where the error has one.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::WrongPassword { step, .. }
            | Self::PasswordUnusable { step, .. }
            | Self::Refused { step, .. }
            | Self::Malformed { step, .. }
            | Self::Authentication { step, .. }
            | Self::PublicKey { step, .. }
            | Self::Order(step) => Some(*step),
            Self::File { file, .. } | Self::TooLarge { file, .. } => Some(Step::Read(*file)),
            Self::Entropy(_) | Self::Cipher(_) | Self::SecureMessaging(_) => None,
        }
    }

    /// The chip's status word, where one is the reason.
    #[must_use]
    pub const fn sw(&self) -> Option<StatusWord> {
        match self {
            Self::WrongPassword { sw, .. } | Self::PasswordUnusable { sw, .. } | Self::Refused { sw, .. } => {
                Some(*sw)
            }
            _ => None,
        }
    }

    /// A failure of the agreement: missing randomness is ours, all else is the chip's public key.
    pub(super) fn agreement(step: Step) -> impl Fn(AgreementError) -> Self {
        move |error| match error {
            AgreementError::Entropy(error) => Self::Entropy(error),
            error => Self::PublicKey { step, error },
        }
    }
}

/// The reply that a step waits for.
pub(super) fn awaited(reply: Option<&ResponseApdu>, step: Step) -> Result<&ResponseApdu, ProtocolError> {
    reply.ok_or(ProtocolError::Order(step))
}

/// The reply of a step that must end normally.
pub(super) fn accepted(reply: Option<&ResponseApdu>, step: Step) -> Result<&ResponseApdu, ProtocolError> {
    let reply = awaited(reply, step)?;
    if reply.sw.is_ok() { Ok(reply) } else { Err(ProtocolError::Refused { step, sw: reply.sw }) }
}
