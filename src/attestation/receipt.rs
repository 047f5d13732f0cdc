//! The issuer's signature under a consent receipt: that this very text was answered so, at that time, before anything was
//! done. Who signs the attestation answers for the consent that it rests on, so only its own key counts.
//! Source: GDPR article 7(1) (the controller must be able to demonstrate consent); RFC 7515 (compact JWS);
//! ISO/IEC TS 27560 for a receipt that is signed by who asks.

use super::chain::{IssuerCertificate, check_chain};
use super::issuer::IssuerKey;
use super::sdjwt::Jws;
use super::signer::SignError;
use crate::consent::Consent;

/// The `typ` of the signature.
pub const TYP: &str = "consent-receipt+jwt";

/// Why a receipt is not the issuer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// There is no signature.
    #[error("the consent receipt is not signed")]
    Unsigned,
    /// There is one, of another text, by another key, or none that can be read.
    #[error("the signature of the consent receipt is not this issuer's over this receipt")]
    Signature,
}

/// The receipt with the issuer's signature.
///
/// # Errors
/// [`SignError`].
pub fn sign_receipt(receipt: Consent, issuer: &IssuerKey) -> Result<Consent, SignError> {
    let signature = issuer.sign_jws(TYP, &receipt.as_given())?;
    Ok(receipt.signed(signature))
}

/// Checks that `issuer` signed this receipt as it was given. A certificate counts that stands in the issuer's own chain, or
/// leads to one that does, and was valid when the consent was given.
///
/// # Errors
/// [`ReceiptError`].
pub fn check_receipt(receipt: &Consent, issuer: &IssuerKey) -> Result<(), ReceiptError> {
    let signature = receipt.signature().ok_or(ReceiptError::Unsigned)?;
    let refused = ReceiptError::Signature;
    let jws = Jws::parse(signature).map_err(|_| refused)?;
    let x5c = jws.header().x5c().map_err(|_| refused)?;
    let chain = x5c.iter().map(|der| IssuerCertificate::from_der(der));
    let chain: Vec<IssuerCertificate> = chain.collect::<Result<_, _>>().map_err(|_| refused)?;
    let leaf = chain.first().ok_or(refused)?;
    let payload = jws.verify(leaf.key()).map_err(|_| refused)?;
    let ours = jws.header().typ() == Some(TYP)
        && payload == receipt.as_given()
        && check_chain(&chain, issuer.chain(), receipt.given_at()).is_ok();
    if ours { Ok(()) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::make_test_issuer;
    use crate::consent::{Purpose, TextLanguage};
    use crate::crypto::SeededEntropy;
    use time::OffsetDateTime;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    fn issuer(seed: u64) -> IssuerKey {
        let made = make_test_issuer(&mut SeededEntropy::new("issuer", seed), AT).unwrap();
        IssuerKey::read_files(made.issuer_pem.as_bytes(), None).unwrap()
    }

    fn receipt(agreed: &[Purpose]) -> Consent {
        let entropy = &mut SeededEntropy::new("consent", 1);
        Consent::record(agreed, &[Purpose::FaceRecognition], TextLanguage::En, AT, entropy).unwrap()
    }

    #[test]
    fn only_the_issuers_own_signature_over_this_receipt_counts() {
        let (ours, other) = (issuer(1), issuer(2));
        let signed = sign_receipt(receipt(&Purpose::ALL), &ours).unwrap();
        let read = Consent::from_json(signed.to_json().as_bytes()).unwrap();
        assert_eq!(check_receipt(&read, &ours), Ok(()));
        assert_eq!(check_receipt(&read, &other), Err(ReceiptError::Signature));
        assert_eq!(check_receipt(&receipt(&Purpose::ALL), &ours), Err(ReceiptError::Unsigned));
        // The signature of a narrower consent under a wider one.
        let narrow = sign_receipt(receipt(&[Purpose::FaceRecognition]), &ours).unwrap();
        let moved = receipt(&Purpose::ALL).signed(narrow.signature().unwrap().to_owned());
        assert_eq!(check_receipt(&moved, &ours), Err(ReceiptError::Signature));
        // A signature of the same key for something else.
        let other_type = ours.sign_jws("statuslist+jwt", &receipt(&Purpose::ALL).as_given()).unwrap();
        let other_type = receipt(&Purpose::ALL).signed(other_type);
        assert_eq!(check_receipt(&other_type, &ours), Err(ReceiptError::Signature));
        let broken = receipt(&Purpose::ALL).signed("a.b.c".to_owned());
        assert_eq!(check_receipt(&broken, &ours), Err(ReceiptError::Signature));
    }

    #[test]
    fn a_withdrawal_leaves_the_signature_good() {
        let ours = issuer(1);
        let mut signed = sign_receipt(receipt(&Purpose::ALL), &ours).unwrap();
        signed.withdraw(AT);
        assert_eq!(check_receipt(&signed, &ours), Ok(()));
    }
}
