//! The password of the document, and what the access protocols make of it.
//! Source: Doc 9303-11 sections 4.3.2 (Kseed), 4.4.4.1 (password reference), 9.7.3 (f(pi)); BSI TR-03110-3 section B.1
//! and appendix D.2.1.4 (PIN and PUK of identity cards).

use crate::crypto::HashAlgorithm;
use crate::lds::MrzKey;
use zeroize::Zeroizing;

/// A password of the document: printed on it, or known to its holder. `Debug` shows its kind only.
#[derive(Clone)]
#[non_exhaustive]
pub enum Password {
    /// The key fields of the MRZ: for BAC and PACE.
    Mrz(MrzKey),
    /// The card access number: for PACE.
    Can(Can),
    /// The holder's PIN: for PACE. The chip counts the tries, and suspends the PIN before the last one: that needs the
    /// CAN first. Without a CAN here it is not tried.
    Pin(Pin, Option<Can>),
    /// The key that unblocks the PIN: for PACE. The chip counts its uses.
    Puk(Puk),
}

/// A card access number: six digits.
#[derive(Clone)]
pub struct Can(Zeroizing<String>);

/// A PIN: 4 to 12 digits; six on identity cards, five before its first use.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

/// A PUK: 6 to 12 digits; ten on German identity cards.
#[derive(Clone)]
pub struct Puk(Zeroizing<String>);

/// Text that is no PIN or PUK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {what} has {} to 12 digits", .least)]
pub struct PinError {
    what: &'static str,
    least: usize,
}

impl Pin {
    /// Reads the digits; white space around them is dropped.
    ///
    /// # Errors
    /// [`PinError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        digits(text, "PIN", 4).map(Self)
    }
}

impl Puk {
    /// Reads the digits; white space around them is dropped.
    ///
    /// # Errors
    /// [`PinError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        digits(text, "PUK", 6).map(Self)
    }
}

fn digits(text: &str, what: &'static str, least: usize) -> Result<Zeroizing<String>, PinError> {
    let digits = text.trim();
    if (least..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Zeroizing::new(digits.to_owned()))
    } else {
        Err(PinError { what, least })
    }
}

/// Text that is no card access number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a card access number has six digits")]
pub struct CanError;

impl Can {
    /// Reads six digits; white space around them is dropped.
    ///
    /// # Errors
    /// [`CanError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CanError> {
        let digits = text.trim();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(Zeroizing::new(digits.to_owned())))
        } else {
            Err(CanError)
        }
    }
}

impl Password {
    /// The reference of MSE:Set AT: 1 for the MRZ, 2 for the CAN, 3 for the PIN, 4 for the PUK.
    #[must_use]
    pub const fn reference(&self) -> u8 {
        match self {
            Self::Mrz(_) => 1,
            Self::Can(_) => 2,
            Self::Pin(..) => 3,
            Self::Puk(_) => 4,
        }
    }

    /// `f(pi)`: SHA-1 of the MRZ information (20 bytes), or the digits.
    #[must_use]
    pub fn pace_secret(&self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Mrz(key) => Zeroizing::new(HashAlgorithm::Sha1.digest(key.information().as_bytes())),
            Self::Can(Can(digits)) | Self::Pin(Pin(digits), _) | Self::Puk(Puk(digits)) => {
                Zeroizing::new(digits.as_bytes().to_vec())
            }
        }
    }

    /// `Kseed` of BAC, 16 bytes; only the MRZ has one.
    #[must_use]
    pub fn bac_seed(&self) -> Option<Zeroizing<Vec<u8>>> {
        let Self::Mrz(_) = self else { return None };
        let mut seed = self.pace_secret();
        seed.truncate(16);
        Some(seed)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mrz(_) => "Password::Mrz",
            Self::Can(_) => "Password::Can",
            Self::Pin(..) => "Password::Pin",
            Self::Puk(_) => "Password::Puk",
        })
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}

impl std::fmt::Debug for Puk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Puk")
    }
}

impl std::fmt::Debug for Can {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Can")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_of_appendix_d_and_g() {
        // Doc 9303-11 appendix D.2 and G.1.
        let d = Password::Mrz(MrzKey::new("L898902C", "690806", "940623").unwrap());
        assert_eq!(hex::encode_upper(&*d.bac_seed().unwrap()), "239AB9CB282DAF66231DC5A4DF6BFBAE");
        let g = Password::Mrz(MrzKey::new("T22000129", "640812", "101031").unwrap());
        assert_eq!(hex::encode_upper(&*g.pace_secret()), "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD");
    }

    #[test]
    fn a_pin_and_a_puk_have_digits_and_no_seed() {
        let pin = Password::Pin(Pin::parse("123456\n").unwrap(), None);
        let puk = Password::Puk(Puk::parse(" 1234567890 ").unwrap());
        assert_eq!((&**pin.pace_secret(), pin.reference()), (&b"123456"[..], 3));
        assert_eq!((&**puk.pace_secret(), puk.reference()), (&b"1234567890"[..], 4));
        assert!(pin.bac_seed().is_none() && puk.bac_seed().is_none());
        for wrong in ["", "123", "1234567890123", "12345a", "１２３４５６"] {
            assert!(Pin::parse(wrong).is_err() && Puk::parse(wrong).is_err());
        }
        assert_eq!(Puk::parse("12345").unwrap_err().to_string(), "a PUK has 6 to 12 digits");
        assert_eq!(format!("{pin:?} {puk:?}"), "Password::Pin Password::Puk");
    }

    #[test]
    fn a_can_has_six_digits_and_no_seed() {
        let can = Password::Can(Can::parse(" 123456\n").unwrap());
        assert_eq!((&**can.pace_secret(), can.reference()), (&b"123456"[..], 2));
        assert!(can.bac_seed().is_none());
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(Can::parse(wrong).is_err());
        }
        assert_eq!(format!("{can:?}"), "Password::Can");
    }
}
