//! The entries of a revocation list: walked over one after the other, so that a long list costs one walk and no memory.
//! Source: RFC 5280 sections 5.1.2.6 and 5.3.

use super::CrlError;
use crate::asn1::tlv::{self, Tlv};
use crate::pki::certificate::{Extension, read_extensions};
use crate::pki::moment;
use time::OffsetDateTime;

/// Most extensions of one entry.
const MAX_ENTRY_EXTENSIONS: usize = 16;

const REASON_CODE: &str = "2.5.29.21";
const INVALIDITY_DATE: &str = "2.5.29.24";
const CERTIFICATE_ISSUER: &str = "2.5.29.29";

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When the certificate was revoked.
    pub date: OffsetDateTime,
    /// Why.
    pub reason: RevocationReason,
}

/// Why a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationReason {
    /// Not said.
    Unspecified,
    /// The private key is, or may be, in other hands.
    KeyCompromise,
    /// The private key of the CA is, or may be, in other hands.
    CaCompromise,
    /// The name or other data in it changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// On hold: a later list may take it out again.
    CertificateHold,
    /// A right that it states was withdrawn.
    PrivilegeWithdrawn,
    /// The private key of the attribute authority is, or may be, in other hands.
    AaCompromise,
}

impl RevocationReason {
    /// The word as results carry it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key_compromise",
            Self::CaCompromise => "ca_compromise",
            Self::AffiliationChanged => "affiliation_changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation_of_operation",
            Self::CertificateHold => "certificate_hold",
            Self::PrivilegeWithdrawn => "privilege_withdrawn",
            Self::AaCompromise => "aa_compromise",
        }
    }

    fn of(code: &[u8]) -> Result<Self, CrlError> {
        Ok(match code {
            [0] => Self::Unspecified,
            [1] => Self::KeyCompromise,
            [2] => Self::CaCompromise,
            [3] => Self::AffiliationChanged,
            [4] => Self::Superseded,
            [5] => Self::CessationOfOperation,
            [6] => Self::CertificateHold,
            [8] => return Err(CrlError::RemoveFromCrl),
            [9] => Self::PrivilegeWithdrawn,
            [10] => Self::AaCompromise,
            _ => return Err(CrlError::Malformed("reason of an entry")),
        })
    }
}

/// Walks over the entries.
pub(super) struct Entries<'a>(pub &'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, CrlError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let read = tlv::read(self.0).ok().and_then(|(entry, rest)| {
            let (serial, after) = tlv::read(entry.value).ok()?;
            let (date, extensions) = tlv::read(after).ok()?;
            let right = entry.tag == 0x30 && serial.tag == 0x02 && !serial.value.is_empty();
            right.then_some((Entry { serial: serial.value, date, extensions }, rest))
        });
        let Some((entry, rest)) = read else {
            self.0 = &[];
            return Some(Err(CrlError::Malformed("entry")));
        };
        self.0 = rest;
        Some(Ok(entry))
    }
}

/// An entry, borrowed.
pub(super) struct Entry<'a> {
    /// The content of the INTEGER.
    pub serial: &'a [u8],
    date: Tlv<'a>,
    /// The extensions with their SEQUENCE; empty where there are none.
    extensions: &'a [u8],
}

impl Entry<'_> {
    /// What the entry says.
    pub(super) fn read(&self) -> Result<Revocation, CrlError> {
        let date = moment::read(&self.date).ok_or(CrlError::Malformed("time of an entry"))?;
        let mut reason = RevocationReason::Unspecified;
        for extension in self.extensions()? {
            match extension.id.as_str() {
                REASON_CODE => {
                    let code = tlv::read_only(0x0A, &extension.value);
                    let code = code.map_err(|_| CrlError::Malformed("reason of an entry"))?;
                    reason = RevocationReason::of(code.value)?;
                }
                // The certificate is one of another issuer than the list's.
                CERTIFICATE_ISSUER => return Err(CrlError::Scope("indirect")),
                INVALIDITY_DATE => {}
                _ if extension.critical => return Err(CrlError::UnknownCritical(extension.id)),
                _ => {}
            }
        }
        Ok(Revocation { date, reason })
    }

    fn extensions(&self) -> Result<Vec<Extension>, CrlError> {
        if self.extensions.is_empty() {
            return Ok(Vec::new());
        }
        let wrong = |_| CrlError::Malformed("extensions of an entry");
        let outer = tlv::read_only(0x30, self.extensions).map_err(wrong)?;
        if tlv::children(outer.value).map_err(wrong)?.len() > MAX_ENTRY_EXTENSIONS {
            return Err(CrlError::Malformed("too many extensions of an entry"));
        }
        read_extensions(self.extensions).map_err(|error| CrlError::Malformed(error.0))
    }
}

/// The content of an INTEGER without what says nothing, so that one number has one form.
pub(super) fn shortest(mut number: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = number
        && let Some(second) = rest.first()
        && matches!((first, second & 0x80), (0x00, 0) | (0xFF, 0x80))
    {
        number = rest;
    }
    number
}
