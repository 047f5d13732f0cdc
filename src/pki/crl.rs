//! X.509 certificate revocation lists, read and not yet believed: who signed one is [`super::crl_issuer`]'s.
//!
//! A list is used as the answer to *was this certificate revoked?*, so one whose scope is smaller than all that its
//! issuer signed is refused with the reason: a delta, an indirect one, one for some reasons or some kinds of
//! certificates or one distribution point only. Doc 9303 forbids all of these.
//! Source: RFC 5280 section 5, Doc 9303-12 section 7.1.4.

mod entry;

pub use entry::{Revocation, RevocationReason};

use super::certificate::{Certificate, Extension, IssuedError, read_extensions};
use super::moment;
use super::name::Name;
use crate::asn1::tlv::{self, Tlv};
use crate::crypto::algorithm::AlgorithmError;
use crate::crypto::{HashAlgorithm, SignatureScheme, signature};
use entry::{Entries, shortest};
use time::{Duration, OffsetDateTime};

/// Longest list, in bytes.
pub const MAX_LEN: usize = 16 << 20;
/// Most entries of a list.
pub const MAX_ENTRIES: usize = 1_000_000;
/// For how long a list that names no next update is current: States issue one every 90 days at the least.
pub const MAX_AGE: Duration = Duration::days(90);

const ISSUER_ALTERNATIVE_NAME: &str = "2.5.29.18";
const CRL_NUMBER: &str = "2.5.29.20";
const DELTA_INDICATOR: &str = "2.5.29.27";
const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
const AUTHORITY_KEY_ID: &str = "2.5.29.35";

/// A revocation list as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    /// Who says to have issued it.
    pub issuer: Name,
    /// When it was issued.
    pub this_update: OffsetDateTime,
    /// When the next one is issued at the latest; Doc 9303 demands it, some lists lack it.
    pub next_update: Option<OffsetDateTime>,
    /// How many certificates it revokes.
    pub entries: usize,
    version_2: bool,
    extensions: Vec<Extension>,
}

/// Why bytes are not a list that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrlError {
    /// No list, or a broken one.
    #[error("malformed revocation list: {0}")]
    Malformed(&'static str),
    /// A version other than 1 and 2.
    #[error("a revocation list of an unknown version")]
    Version,
    /// It says only what changed since another list.
    #[error("a delta: it says only what changed since another list")]
    Delta,
    /// It does not speak of all certificates of its issuer.
    #[error("of limited scope: {0}")]
    Scope(&'static str),
    /// An extension that must be understood and is not.
    #[error("unknown critical extension {0}")]
    UnknownCritical(String),
    /// An entry takes a certificate out again, which only a delta can say.
    #[error("an entry with the reason removeFromCRL, which only a delta can have")]
    RemoveFromCrl,
}

/// The parts of a list, borrowed.
struct Parts<'a> {
    tbs: Tlv<'a>,
    algorithm: Tlv<'a>,
    signature: &'a [u8],
    version_2: bool,
    issuer: Tlv<'a>,
    this_update: Tlv<'a>,
    next_update: Option<Tlv<'a>>,
    /// The entries one after the other; there should be no list of them where there are none.
    revoked: Option<&'a [u8]>,
    extensions: Option<&'a [u8]>,
}

/// Whether DER has the shape of a list: where a certificate has its validity, a list has a time.
#[must_use]
pub fn is_crl(der: &[u8]) -> bool {
    let inside =
        |bytes| tlv::read(bytes).ok().filter(|(outer, _)| outer.tag == 0x30).map(|(outer, _)| outer.value);
    let fields = inside(der).and_then(inside).unwrap_or_default();
    let after = match tlv::read(fields) {
        Ok((version, rest)) if version.tag == 0x02 => rest,
        _ => fields,
    };
    let next = |bytes| tlv::read(bytes).ok().filter(|(field, _)| field.tag == 0x30).map(|(_, rest)| rest);
    let time = next(after).and_then(next).and_then(|rest| tlv::read(rest).ok());
    time.is_some_and(|(time, _)| matches!(time.tag, 0x17 | 0x18))
}

impl Crl {
    /// Reads a list in DER.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn parse(der: &[u8]) -> Result<Self, CrlError> {
        if der.len() > MAX_LEN {
            return Err(CrlError::Malformed("too long"));
        }
        let parts = Parts::of(der)?;
        let extensions = match parts.extensions {
            // Version 1 has no extensions.
            Some(_) if !parts.version_2 => return Err(CrlError::Version),
            Some(value) => read_extensions(value).map_err(|error| CrlError::Malformed(error.0))?,
            None => Vec::new(),
        };
        check_extensions(&extensions)?;
        let mut entries = 0;
        for entry in Entries(parts.revoked.unwrap_or_default()) {
            if entries == MAX_ENTRIES {
                return Err(CrlError::Malformed("too many entries"));
            }
            entry?.read()?;
            entries += 1;
        }
        let time = |tlv: &Tlv<'_>| moment::read(tlv).ok_or(CrlError::Malformed("time"));
        Ok(Self {
            issuer: Name::parse(parts.issuer.raw).ok_or(CrlError::Malformed("issuer"))?,
            this_update: time(&parts.this_update)?,
            next_update: parts.next_update.as_ref().map(time).transpose()?,
            entries,
            version_2: parts.version_2,
            extensions,
            der: der.to_vec(),
        })
    }

    /// The list's bytes.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the whole list.
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        HashAlgorithm::Sha256.digest(&self.der)
    }

    /// What the list says of the certificate with that serial number (the content of its INTEGER); `None` where it
    /// does not list it. It looks through the whole list.
    #[must_use]
    pub fn find(&self, serial: &[u8]) -> Option<Revocation> {
        let parts = Parts::of(&self.der).ok()?;
        let wanted = shortest(serial);
        let mut entries = Entries(parts.revoked?).filter_map(Result::ok);
        entries.find(|entry| shortest(entry.serial) == wanted)?.read().ok()
    }

    /// How the list is signed.
    ///
    /// # Errors
    /// [`AlgorithmError`].
    pub fn signature_scheme(&self) -> Result<SignatureScheme, AlgorithmError> {
        let algorithm = Parts::of(&self.der).map(|parts| parts.algorithm.raw).unwrap_or_default();
        SignatureScheme::from_algorithm_identifier(algorithm, None)
    }

    /// Verifies that `issuer`'s key signed the list, over the bytes as they stand. Names, validity and usage are the
    /// caller's.
    ///
    /// # Errors
    /// [`IssuedError`].
    pub fn verify_issued_by(&self, issuer: &Certificate) -> Result<(), IssuedError> {
        let scheme = self.signature_scheme()?;
        let Ok(parts) = Parts::of(&self.der) else { return Err(signature::SignatureError::Malformed.into()) };
        signature::verify(&issuer.public_key()?, &scheme, parts.tbs.raw, parts.signature)?;
        Ok(())
    }

    /// The key identifier of the authority key identifier.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        let outer = tlv::read_only(0x30, self.extension(AUTHORITY_KEY_ID)?).ok()?;
        tlv::find(0x80, outer.value).ok().map(|tlv| tlv.value)
    }

    /// The number of the list, the content of its INTEGER in the shortest form.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        tlv::read_only(0x02, self.extension(CRL_NUMBER)?).ok().map(|tlv| shortest(tlv.value))
    }

    /// Until when the list is current: its next update, else [`MAX_AGE`] after its issue.
    #[must_use]
    pub fn current_until(&self) -> OffsetDateTime {
        self.next_update.unwrap_or_else(|| self.this_update.saturating_add(MAX_AGE))
    }

    /// Whether `self` was issued before `other`: by time, and by number where both were issued at once.
    #[must_use]
    pub fn is_older_than(&self, other: &Self) -> bool {
        let number = |crl: &Self| crl.number().map(|number| (number.len(), number.to_vec()));
        (self.this_update, number(self)) < (other.this_update, number(other))
    }

    /// Deviations from Doc 9303-12 section 7.1.4, by name.
    #[must_use]
    pub fn defects(&self) -> Vec<&'static str> {
        let empty = Parts::of(&self.der).is_ok_and(|parts| parts.revoked.is_some_and(<[u8]>::is_empty));
        let sha1 = self.signature_scheme().is_ok_and(|scheme| scheme.hash() == HashAlgorithm::Sha1);
        [
            (!self.version_2, "version_1"),
            (self.next_update.is_none(), "no_next_update"),
            (self.authority_key_id().is_none(), "no_authority_key_id"),
            (self.number().is_none(), "no_crl_number"),
            (empty, "empty_list"),
            (sha1, "sha1"),
        ]
        .into_iter()
        .filter_map(|(is, name)| is.then_some(name))
        .collect()
    }

    fn extension(&self, id: &str) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|extension| extension.id == id);
        found.map(|extension| extension.value.as_slice())
    }
}

impl<'a> Parts<'a> {
    /// Takes the outer structure apart, without walking through the entries.
    fn of(der: &'a [u8]) -> Result<Self, CrlError> {
        let wrong = |what| move |_: tlv::TlvError| CrlError::Malformed(what);
        let outer = tlv::read_only(0x30, der).map_err(wrong("structure"))?;
        let parts = tlv::children(outer.value).map_err(wrong("structure"))?;
        let [tbs, algorithm, signature] = parts.as_slice() else {
            return Err(CrlError::Malformed("structure"));
        };
        let signature = match (tbs.tag, signature.tag, signature.value.split_first()) {
            (0x30, 0x03, Some((0, bits))) => bits,
            _ => return Err(CrlError::Malformed("structure")),
        };
        let mut fields = tlv::children(tbs.value).map_err(wrong("fields"))?.into_iter().peekable();
        let version_2 = match fields.next_if(|field| field.tag == 0x02) {
            None => false,
            Some(version) if version.value == [1] => true,
            Some(_) => return Err(CrlError::Version),
        };
        let inner = fields.next().ok_or(CrlError::Malformed("signature algorithm"))?;
        // The algorithm inside is signed, the one outside is not.
        if inner.tag != 0x30 || inner.raw != algorithm.raw {
            return Err(CrlError::Malformed("the two signature algorithms differ"));
        }
        let issuer = fields.next().ok_or(CrlError::Malformed("issuer"))?;
        let this_update = fields.next().ok_or(CrlError::Malformed("time"))?;
        let next_update = fields.next_if(|field| matches!(field.tag, 0x17 | 0x18));
        let revoked = fields.next_if(|field| field.tag == 0x30).map(|list| list.value);
        let extensions = fields.next_if(|field| field.tag == 0xA0).map(|field| field.value);
        if fields.next().is_some() {
            return Err(CrlError::Malformed("fields"));
        }
        Ok(Self {
            tbs: *tbs,
            algorithm: *algorithm,
            signature,
            version_2,
            issuer,
            this_update,
            next_update,
            revoked,
            extensions,
        })
    }
}

/// Refuses a list that does not speak of all certificates of its issuer, or that must not be used by who does not
/// understand all of it.
fn check_extensions(extensions: &[Extension]) -> Result<(), CrlError> {
    for extension in extensions {
        match extension.id.as_str() {
            DELTA_INDICATOR => return Err(CrlError::Delta),
            ISSUING_DISTRIBUTION_POINT => check_scope(&extension.value)?,
            AUTHORITY_KEY_ID | CRL_NUMBER | ISSUER_ALTERNATIVE_NAME => {}
            _ if extension.critical => return Err(CrlError::UnknownCritical(extension.id.clone())),
            _ => {}
        }
    }
    Ok(())
}

/// An issuing distribution point is read over only where it limits nothing.
fn check_scope(value: &[u8]) -> Result<(), CrlError> {
    let wrong = |_| CrlError::Malformed("issuing distribution point");
    let outer = tlv::read_only(0x30, value).map_err(wrong)?;
    for field in tlv::children(outer.value).map_err(wrong)? {
        let is_set = field.value.iter().any(|byte| *byte != 0);
        match field.tag {
            0xA0 => return Err(CrlError::Scope("one distribution point")),
            0x81 if is_set => return Err(CrlError::Scope("certificates of users only")),
            0x82 if is_set => return Err(CrlError::Scope("certificates of authorities only")),
            0x83 => return Err(CrlError::Scope("some reasons only")),
            0x84 if is_set => return Err(CrlError::Scope("indirect")),
            0x85 if is_set => return Err(CrlError::Scope("attribute certificates only")),
            0x81 | 0x82 | 0x84 | 0x85 => {}
            _ => return Err(CrlError::Malformed("issuing distribution point")),
        }
    }
    Ok(())
}
