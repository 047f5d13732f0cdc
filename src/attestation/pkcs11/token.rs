//! A token that is there: found by its label or serial number, and logged in to, once.
//! Source: PKCS #11 v3.0 sections 3.2 (token flags), 5.5 (slots) and 5.6.8 (`C_Login`).

use super::{TokenError, TokenUri, function};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::TokenInfo;
use cryptoki::types::AuthPin;
use std::path::Path;

/// Why the PIN does not open the token. It is never tried a second time: a few wrong tries lock the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinProblem {
    /// The token says that it is wrong.
    #[error("the token says that the PIN is wrong; titre tried it once")]
    Wrong,
    /// The token takes no PIN any more.
    #[error("the PIN is locked")]
    Locked,
    /// One more wrong PIN would lock the token, so titre does not try.
    #[error(
        "one more wrong PIN locks the token, so titre did not try: log in once with the token's own tool"
    )]
    FinalTry,
    /// There is no PIN yet, or it must be changed first.
    #[error("the PIN was never set, or must be changed first")]
    NotSet,
}

/// A token with an open session.
#[derive(Debug)]
pub struct Token {
    pub(super) session: Session,
    info: TokenInfo,
}

impl Token {
    /// Opens the one token that `uri` fits, by the module at `module`.
    ///
    /// # Errors
    /// [`TokenError`]: `Module`, `Tokens`, `Function`.
    pub fn open(uri: &TokenUri, module: &Path) -> Result<Self, TokenError> {
        let unusable = |error: Error| TokenError::Module(error.to_string());
        let context = Pkcs11::new(module).map_err(unusable)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Two keys of one run, the issuer's and the holder's, may share a module.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(unusable(error)),
        }
        let mut fitting = Vec::new();
        for slot in context.get_slots_with_token().map_err(function)? {
            // A slot that answers nothing is not the one that is looked for; another may be.
            let Ok(info) = context.get_token_info(slot) else { continue };
            let fits = info.token_initialized()
                && uri.token.as_deref().is_none_or(|label| label == info.label())
                && uri.serial.as_deref().is_none_or(|serial| serial == info.serial_number());
            if fits {
                fitting.push((slot, info));
            }
        }
        let count = fitting.len();
        let Some((slot, info)) = fitting.pop().filter(|_| count == 1) else {
            return Err(TokenError::Tokens(count));
        };
        Ok(Self { session: context.open_ro_session(slot).map_err(function)?, info })
    }

    /// Whether a PIN must be given to [`Token::login`]: not where the token has a keypad of its own, or wants none.
    #[must_use]
    pub fn needs_pin(&self) -> bool {
        self.info.login_required() && !self.info.protected_authentication_path()
    }

    /// Logs in as the user.
    ///
    /// # Errors
    /// [`TokenError`]: `Pin`, `Function`.
    pub fn login(&self, pin: Option<&str>) -> Result<(), TokenError> {
        if !self.info.login_required() {
            return Ok(());
        }
        if self.info.user_pin_locked() {
            return Err(PinProblem::Locked.into());
        }
        if self.info.user_pin_final_try() {
            return Err(PinProblem::FinalTry.into());
        }
        if !self.info.user_pin_initialized() {
            return Err(PinProblem::NotSet.into());
        }
        let pin = pin.map(|pin| AuthPin::new(pin.to_owned().into()));
        match self.session.login(UserType::User, pin.as_ref()) {
            // One login serves every session of the process.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(error, _)) => Err(match error {
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => {
                    PinProblem::Wrong.into()
                }
                RvError::PinLocked => PinProblem::Locked.into(),
                RvError::PinExpired | RvError::UserPinNotInitialized => PinProblem::NotSet.into(),
                other => TokenError::Function(format!("C_Login: {other}")),
            }),
            Err(error) => Err(function(error)),
        }
    }
}
