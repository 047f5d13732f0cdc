//! What a terminal holds to be let in: certificates of authorities, its own certificates, its private key. From it the
//! way to a terminal certificate is found, beginning with whichever key the chip names.
//! Source: BSI TR-03110-3 sections 2.2 to 2.6; TR-03110-1 section 3.5.

use crate::crypto::{NamedCurve, PrivateKey, PublicKey};
use crate::lds::FileId;
use crate::lds::card_verifiable::{
    Authorization, CardVerifiableCertificate, KeyReference, MAX_CHAIN, Role, TerminalScheme,
};
use std::collections::{BTreeSet, VecDeque};
use time::Date;

/// Most certificates that a terminal shows to titre.
pub const MAX_CERTIFICATES: usize = 256;

/// Certificates and the key of a terminal. `Debug` shows nothing of the key.
#[derive(Debug, Clone)]
pub struct TerminalCredentials {
    certificates: Vec<CardVerifiableCertificate>,
    key: PrivateKey,
    day: Date,
}

/// A way from a key that the chip trusts to the terminal's certificate.
#[derive(Debug)]
pub struct Route<'a> {
    /// What the chip is to verify, in its order.
    pub chain: Vec<&'a CardVerifiableCertificate>,
    /// What the certificates give together, as far as they are known here: the chip may give less.
    pub rights: Authorization,
    /// What the terminal signs with.
    pub scheme: TerminalScheme,
}

/// Why certificates and a key are of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// More than [`MAX_CERTIFICATES`].
    #[error("more than {MAX_CERTIFICATES} certificates")]
    TooMany,
    /// None of them certifies a terminal with this key.
    #[error("no terminal certificate has the public half of this key")]
    Key,
    /// A certificate does not verify with that of its issuer, which was given too.
    #[error("the signature of {0} does not verify with the key of its issuer")]
    Signature(KeyReference),
    /// No certificate leads from a key of the chip to the terminal's.
    #[error("no certificates lead from the chip's {} to the terminal", .0.iter().map(KeyReference::to_string).collect::<Vec<_>>().join(" or "))]
    NoRoute(Vec<KeyReference>),
    /// There is a way, over a certificate that is not valid on this day.
    #[error("{certificate} is not valid on {day}")]
    Validity {
        /// Whose certificate it is.
        certificate: KeyReference,
        /// The day.
        day: Date,
    },
}

impl TerminalCredentials {
    /// Certificates in any order, the private key of one of them, and the day by which they are judged.
    ///
    /// # Errors
    /// [`CredentialsError`]: too many, none for the key, or one that the key of its issuer did not sign.
    pub fn new(
        certificates: Vec<CardVerifiableCertificate>,
        key: PrivateKey,
        day: Date,
    ) -> Result<Self, CredentialsError> {
        if certificates.len() > MAX_CERTIFICATES {
            return Err(CredentialsError::TooMany);
        }
        let credentials = Self { certificates, key, day };
        if !credentials.certificates.iter().any(|certificate| credentials.is_own(certificate)) {
            return Err(CredentialsError::Key);
        }
        for certificate in &credentials.certificates {
            credentials.check_signature(certificate)?;
        }
        Ok(credentials)
    }

    /// The terminal's private key.
    #[must_use]
    pub const fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The curve of the terminal's key: all of a chain are on it (section 2.3), but for a CVCA that changes to another.
    fn curve(&self) -> Option<NamedCurve> {
        match self.key.public() {
            PublicKey::Ec(point) => Some(point.curve()),
            _ => None,
        }
    }

    fn is_own(&self, certificate: &CardVerifiableCertificate) -> bool {
        let body = certificate.body();
        body.authorization.role() == Role::Terminal && body.key.key(self.curve()) == Some(self.key.public())
    }

    /// A certificate whose issuer is here must verify. Several keys of one name are all tried.
    fn check_signature(&self, certificate: &CardVerifiableCertificate) -> Result<(), CredentialsError> {
        let issuers = self.certificates.iter().map(CardVerifiableCertificate::body);
        let mut unverified = false;
        for issuer in issuers.filter(|issuer| issuer.holder == certificate.body().issuer) {
            let curve = issuer.key.curve().or_else(|| self.curve());
            let Some(key) = issuer.key.key(curve) else { continue };
            if certificate.verify(&key, issuer.key.scheme).is_ok() {
                return Ok(());
            }
            unverified = true;
        }
        if unverified { Err(CredentialsError::Signature(certificate.body().holder.clone())) } else { Ok(()) }
    }

    /// The shortest way from one of the chip's keys, the first before the others, over certificates that are valid.
    ///
    /// # Errors
    /// [`CredentialsError::NoRoute`], [`CredentialsError::Validity`].
    pub fn route<'a>(&'a self, from: &[&KeyReference]) -> Result<Route<'a>, CredentialsError> {
        let mut invalid = None;
        for start in from {
            if let Some(route) = self.search(start, true) {
                return Ok(route);
            }
            if let Some(route) = self.search(start, false) {
                let bad = route.chain.iter().find(|certificate| !self.is_valid(certificate));
                invalid = invalid.or(bad.map(|certificate| certificate.body().holder.clone()));
            }
        }
        Err(match invalid {
            Some(certificate) => CredentialsError::Validity { certificate, day: self.day },
            None => CredentialsError::NoRoute(from.iter().map(|start| (*start).clone()).collect()),
        })
    }

    /// A link certificate is never too old.
    fn is_valid(&self, certificate: &CardVerifiableCertificate) -> bool {
        let body = certificate.body();
        let over = body.authorization.role() != Role::Cvca && body.expires < self.day;
        !over && body.effective <= self.day
    }

    /// Breadth first; each certificate is visited once.
    fn search<'a>(&'a self, start: &KeyReference, valid_only: bool) -> Option<Route<'a>> {
        let usable = |certificate: &&CardVerifiableCertificate| {
            !certificate.is_self_signed() && (!valid_only || self.is_valid(certificate))
        };
        let mut waiting: VecDeque<Vec<&CardVerifiableCertificate>> = VecDeque::from([Vec::new()]);
        let mut seen = BTreeSet::new();
        while let Some(chain) = waiting.pop_front() {
            let reference = chain.last().map_or(start, |last| &last.body().holder);
            for (at, next) in self.certificates.iter().enumerate() {
                let fits = usable(&next) && &next.body().issuer == reference && chain.len() < MAX_CHAIN;
                if !fits || !seen.insert(at) {
                    continue;
                }
                let chain: Vec<_> = chain.iter().copied().chain([next]).collect();
                if !self.is_own(next) {
                    waiting.push_back(chain);
                } else if let Some(rights) = self.rights(start, &chain) {
                    return Some(Route { chain, rights, scheme: next.body().key.scheme });
                }
            }
        }
        None
    }

    /// What the last CVCA, the DV and the terminal give together (section 2.6).
    fn rights(&self, start: &KeyReference, chain: &[&CardVerifiableCertificate]) -> Option<Authorization> {
        let of = |certificate: &CardVerifiableCertificate| certificate.body().authorization.clone();
        let is_cvca = |certificate: &&CardVerifiableCertificate| of(certificate).role() == Role::Cvca;
        let linked = chain.iter().copied().rfind(is_cvca);
        let here = || self.certificates.iter().filter(is_cvca).find(|cvca| &cvca.body().holder == start);
        let mut given = linked.or_else(here).map(of);
        for certificate in chain.iter().copied().filter(|certificate| !is_cvca(certificate)) {
            let own = of(certificate);
            given = Some(match given {
                Some(given) => given.and(&own)?,
                None => own,
            });
        }
        given
    }
}

impl Route<'_> {
    /// The data groups that the rights open.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        [FileId::Dg(3), FileId::Dg(4)].into_iter().filter(|file| self.rights.may_read(*file))
    }
}
