//! The password of the document, and what the access protocols make of it.
//! Source: Doc 9303-11 sections 4.3.2 (Kseed), 4.4.4.1 (password reference), 9.7.3 (f(pi)).

use crate::crypto::HashAlgorithm;
use crate::lds::MrzKey;
use zeroize::Zeroizing;

/// A password that is printed on the document. `Debug` shows its kind only.
#[derive(Clone)]
#[non_exhaustive]
pub enum Password {
    /// The key fields of the MRZ: for BAC and PACE.
    Mrz(MrzKey),
    /// The card access number: for PACE.
    Can(Can),
}

/// A card access number: six digits.
#[derive(Clone)]
pub struct Can(Zeroizing<String>);

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
    /// The reference of MSE:Set AT: 1 for the MRZ, 2 for the CAN.
    #[must_use]
    pub const fn reference(&self) -> u8 {
        match self {
            Self::Mrz(_) => 1,
            Self::Can(_) => 2,
        }
    }

    /// `f(pi)`: SHA-1 of the MRZ information (20 bytes), or the digits of the CAN.
    #[must_use]
    pub fn pace_secret(&self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Mrz(key) => Zeroizing::new(HashAlgorithm::Sha1.digest(key.information().as_bytes())),
            Self::Can(can) => Zeroizing::new(can.0.as_bytes().to_vec()),
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
        })
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
