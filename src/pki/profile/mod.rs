//! The profile linter: which rules of Doc 9303-12 a certificate or revocation list breaks. It judges form only; whether
//! a certificate is trusted is the chain's to say, and real countries break many of these rules.
//! Source: Doc 9303-12 sections 4.1, 4.4 and 7.1; the upload checks of the ICAO PKD; RFC 5280 section 4.

mod authority;
mod crl;
mod document_signer;
mod every;
mod facts;
mod key;
mod list_signer;

use super::certificate::Certificate;
use super::name::NameMatch;
use facts::{CrlFacts, Facts};

pub(super) use key::bits;

/// Extended key usage of master list signers.
const MASTER_LIST_SIGNER: &str = super::master_list::ID_MASTER_LIST_SIGNING_KEY;
/// Extended key usage of deviation list signers.
const DEVIATION_LIST_SIGNER: &str = super::deviation_list::ID_DEVIATION_LIST_SIGNING_KEY;

/// What a certificate is for; the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A self-signed CSCA.
    Csca,
    /// A link from one key or name of a CSCA to the next.
    Link,
    /// A document signer.
    DocumentSigner,
    /// A signer of master lists.
    MasterListSigner,
    /// A signer of deviation lists.
    DeviationListSigner,
    /// No certificate: a certificate revocation list.
    Crl,
}

impl Kind {
    /// The name, as results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csca => "csca",
            Self::Link => "link",
            Self::DocumentSigner => "document_signer",
            Self::MasterListSigner => "master_list_signer",
            Self::DeviationListSigner => "deviation_list_signer",
            Self::Crl => "crl",
        }
    }

    /// What a certificate says to be.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        let purposes = certificate.extended_key_usage().unwrap_or_default();
        let for_use = |id: &str| purposes.iter().any(|purpose| purpose == id);
        let authority = certificate.is_ca() == Some(true) || certificate.key_usage(5) == Some(true);
        match (for_use(MASTER_LIST_SIGNER), for_use(DEVIATION_LIST_SIGNER)) {
            (true, _) if !authority => Self::MasterListSigner,
            (_, true) if !authority => Self::DeviationListSigner,
            _ if authority || certificate.issuer == certificate.subject => Self::of_authority(certificate),
            _ => Self::DocumentSigner,
        }
    }

    /// What a certificate is that stands among those of CSCAs, whatever it says: in a master list or a trust store.
    #[must_use]
    pub fn of_authority(certificate: &Certificate) -> Self {
        let names = certificate.issuer.compare(&certificate.subject) != NameMatch::Different;
        let keys = match (certificate.authority_key_id(), certificate.subject_key_id()) {
            (Some(authority), Some(subject)) => authority == subject,
            _ => true,
        };
        if names && keys { Self::Csca } else { Self::Link }
    }

    const fn is_authority(self) -> bool {
        matches!(self, Self::Csca | Self::Link)
    }

    const fn is_list_signer(self) -> bool {
        matches!(self, Self::MasterListSigner | Self::DeviationListSigner)
    }
}

/// How much breaking a rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The source says *must*.
    Error,
    /// The source recommends.
    Warning,
}

/// A rule. Its text is the message `rule-<code>`.
#[derive(Debug)]
pub struct Rule {
    /// The name, as results carry it.
    pub code: &'static str,
    /// How much breaking it matters.
    pub severity: Severity,
    /// The standard with its section.
    pub source: &'static str,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Certificate(fn(&Facts<'_>) -> bool),
    Crl(fn(&CrlFacts<'_>) -> bool),
}

impl Rule {
    const fn must(code: &'static str, source: &'static str, broken: fn(&Facts<'_>) -> bool) -> Self {
        Self { code, severity: Severity::Error, source, test: Test::Certificate(broken) }
    }

    const fn should(code: &'static str, source: &'static str, broken: fn(&Facts<'_>) -> bool) -> Self {
        Self { code, severity: Severity::Warning, source, test: Test::Certificate(broken) }
    }

    const fn crl(code: &'static str, source: &'static str, broken: fn(&CrlFacts<'_>) -> bool) -> Self {
        Self { code, severity: Severity::Error, source, test: Test::Crl(broken) }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

/// Every rule, those of all certificates first.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [every::RULES, key::RULES, authority::RULES, document_signer::RULES, list_signer::RULES, crl::RULES]
        .into_iter()
        .flatten()
}

/// The rules that `certificate` breaks as one of that kind.
#[must_use]
pub fn broken(certificate: &Certificate, kind: Kind) -> Vec<&'static Rule> {
    let Some(facts) = Facts::of(certificate, kind) else { return Vec::new() };
    let breaks = |rule: &&Rule| matches!(rule.test, Test::Certificate(test) if test(&facts));
    rules().filter(breaks).collect()
}

/// The rules that a revocation list (DER) breaks; `None` where the bytes are none.
#[must_use]
pub fn broken_by_crl(der: &[u8]) -> Option<Vec<&'static Rule>> {
    let facts = CrlFacts::read(der)?;
    let breaks = |rule: &&Rule| matches!(rule.test, Test::Crl(test) if test(&facts));
    Some(rules().filter(breaks).collect())
}
