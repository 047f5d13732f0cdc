//! A chain of card verifiable certificates, from a CVCA to a terminal, judged as whoever holds them can judge it: with
//! a day that is given. What the holder may do is what every certificate of the chain gives.
//! Source: BSI TR-03110-3 sections 2.5.1 (validation) and 2.6 (effective authorization).

use super::authorization::{Authorization, Role};
use super::certificate::CardVerifiableCertificate;
use super::key::TerminalScheme;
use super::reference::KeyReference;
use crate::crypto::{NamedCurve, PublicKey};
use time::Date;

/// Most certificates of a chain: link certificates of many years, a DV, a terminal.
pub const MAX_CHAIN: usize = 16;

/// Who holds a verified key, and what he may do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name of the key.
    pub reference: KeyReference,
    /// The key.
    pub key: PublicKey,
    /// What it signs with.
    pub scheme: TerminalScheme,
    /// Role and rights in effect.
    pub rights: Authorization,
    expires: Date,
    curve: Option<NamedCurve>,
}

/// What is wrong with a certificate of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainProblem {
    /// Another key signed it than the one before it in the chain.
    #[error("another authority issued it")]
    Issuer,
    /// Its issuer may not issue such a certificate.
    #[error("its issuer may not issue it")]
    Role,
    /// It is for another kind of terminal than its issuer.
    #[error("it is for another kind of terminal than its issuer's")]
    Kind,
    /// The signature does not verify.
    #[error("its signature does not verify")]
    Signature,
    /// Its key is on no curve that the chain says, or cannot be used.
    #[error("its key cannot be used")]
    Key,
    /// Its last day is over, or that of the CVCA that issued it to a DV.
    #[error("it is expired")]
    Expired,
    /// It was made on a later day.
    #[error("it is not yet valid")]
    NotYetValid,
    /// The chain has more than [`MAX_CHAIN`] certificates.
    #[error("the chain is too long")]
    TooLong,
}

/// A chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{certificate}: {problem}")]
pub struct ChainError {
    /// Whose certificate it is.
    pub certificate: KeyReference,
    /// What is wrong with it.
    pub problem: ChainProblem,
}

impl Holder {
    /// The holder of a certificate that is trusted without another one: a CVCA. Where it is signed by its own key, that
    /// signature must hold.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn trusted(certificate: &CardVerifiableCertificate) -> Result<Self, ChainError> {
        let body = certificate.body();
        let wrong = |problem| ChainError { certificate: body.holder.clone(), problem };
        if body.authorization.role() != Role::Cvca {
            return Err(wrong(ChainProblem::Role));
        }
        let curve = body.key.curve();
        let key = body.key.key(None).ok_or(wrong(ChainProblem::Key))?;
        if certificate.is_self_signed() && certificate.verify(&key, body.key.scheme).is_err() {
            return Err(wrong(ChainProblem::Signature));
        }
        Ok(Self {
            reference: body.holder.clone(),
            key,
            scheme: body.key.scheme,
            rights: body.authorization.clone(),
            expires: body.expires,
            curve,
        })
    }

    /// The holder of the next certificate of the chain, on that day. An expired CVCA still verifies the certificate that
    /// links to its successor, which itself is never too old.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn next(&self, certificate: &CardVerifiableCertificate, day: Date) -> Result<Self, ChainError> {
        let body = certificate.body();
        let wrong = |problem| ChainError { certificate: body.holder.clone(), problem };
        if body.issuer != self.reference {
            return Err(wrong(ChainProblem::Issuer));
        }
        let role = body.authorization.role();
        let is_dv = |role| matches!(role, Role::DomesticDv | Role::ForeignDv);
        let link = (self.rights.role(), role) == (Role::Cvca, Role::Cvca);
        match (self.rights.role(), role) {
            (Role::Cvca, Role::Cvca) => {}
            (Role::Cvca, dv) if is_dv(dv) => {}
            (dv, Role::Terminal) if is_dv(dv) => {}
            _ => return Err(wrong(ChainProblem::Role)),
        }
        let rights = self.rights.and(&body.authorization).ok_or(wrong(ChainProblem::Kind))?;
        if certificate.verify(&self.key, self.scheme).is_err() {
            return Err(wrong(ChainProblem::Signature));
        }
        if !link && (body.expires < day || self.rights.role() == Role::Cvca && self.expires < day) {
            return Err(wrong(ChainProblem::Expired));
        }
        if body.effective > day {
            return Err(wrong(ChainProblem::NotYetValid));
        }
        let curve = body.key.curve().or(self.curve);
        let key = body.key.key(curve).ok_or(wrong(ChainProblem::Key))?;
        // A CVCA's rights are its own: a link certificate may give it more than it had.
        let rights = if link { body.authorization.clone() } else { rights };
        Ok(Self {
            reference: body.holder.clone(),
            key,
            scheme: body.key.scheme,
            rights,
            expires: body.expires,
            curve,
        })
    }
}

/// The holder of the last certificate of `chain`, each of which the one before it issued and the first `trusted`.
///
/// # Errors
/// [`ChainError`] with the first certificate that does not hold.
pub fn verify_chain(
    trusted: &Holder,
    chain: &[CardVerifiableCertificate],
    day: Date,
) -> Result<Holder, ChainError> {
    if let Some(beyond) = chain.get(MAX_CHAIN) {
        let certificate = beyond.body().holder.clone();
        return Err(ChainError { certificate, problem: ChainProblem::TooLong });
    }
    chain.iter().try_fold(trusted.clone(), |issuer, certificate| issuer.next(certificate, day))
}
