//! What the rules look at: the encoding of a certificate or revocation list, which its reader does not keep.
//! Source: RFC 5280 sections 4.1 and 5.1.

use super::Kind;
use crate::asn1::{oid, tlv, tlv::Tlv};
use crate::pki::certificate::{Certificate, MAX_LEN};
use crate::pki::moment;
use time::OffsetDateTime;

/// Longest revocation list that is looked at, in bytes.
const MAX_CRL: usize = 16 << 20;

/// A certificate as it is encoded.
pub(super) struct Facts<'a> {
    pub certificate: &'a Certificate,
    pub kind: Kind,
    /// The content of the version number; none where the version is left out.
    pub version: Option<u8>,
    pub unique_id: bool,
    pub times: [Tlv<'a>; 2],
    pub issuer: Vec<Part<'a>>,
    pub subject: Vec<Part<'a>>,
    pub extensions: Extensions<'a>,
}

/// A revocation list as it is encoded.
pub(super) struct CrlFacts<'a> {
    pub version: Option<u8>,
    pub algorithms_differ: bool,
    pub issuer: Vec<Part<'a>>,
    pub next_update: bool,
    /// How many entries there are; none where the list of them is left out.
    pub entries: Option<usize>,
    pub extensions: Extensions<'a>,
}

/// A part of a name: the kind dotted, tag and bytes of the value.
pub(super) struct Part<'a> {
    pub kind: String,
    pub value: Tlv<'a>,
}

/// The extensions, each read as it stands.
pub(super) struct Extensions<'a>(pub Vec<Extension<'a>>);

pub(super) struct Extension<'a> {
    pub id: String,
    pub critical: bool,
    /// The default, not critical, is written.
    pub default_written: bool,
    pub value: &'a [u8],
}

impl<'a> Facts<'a> {
    pub fn of(certificate: &'a Certificate, kind: Kind) -> Option<Self> {
        debug_assert!(certificate.as_der().len() <= MAX_LEN);
        let tbs = tlv::read_only(0x30, certificate.tbs()).ok()?;
        let mut fields = tlv::children(tbs.value).ok()?;
        let version = match fields.first() {
            Some(first) if first.tag == 0xA0 => {
                let number = fields.remove(0);
                Some(tlv::read_only(0x02, number.value).ok()?.value.last().copied()?)
            }
            _ => None,
        };
        let [_, _, issuer, validity, subject, _, rest @ ..] = fields.as_slice() else { return None };
        let extensions = match rest.iter().find(|field| field.tag == 0xA3) {
            Some(field) => Extensions::read(field.value)?,
            None => Extensions(Vec::new()),
        };
        Some(Self {
            certificate,
            kind,
            version,
            unique_id: rest.iter().any(|field| matches!(field.tag, 0x81 | 0x82 | 0xA1 | 0xA2)),
            times: tlv::children(validity.value).ok()?.try_into().ok()?,
            issuer: parts(issuer)?,
            subject: parts(subject)?,
            extensions,
        })
    }

    /// The parts of both names.
    pub fn name_parts(&self) -> impl Iterator<Item = &Part<'a>> {
        self.issuer.iter().chain(&self.subject)
    }

    /// The bits of the key usage, the first byte's highest being bit 0.
    pub fn key_usage(&self) -> Option<u16> {
        let bits = tlv::read_only(0x03, self.extensions.value("2.5.29.15")?).ok()?;
        let byte = |at: usize| u16::from(bits.value.get(at).copied().unwrap_or(0));
        Some(byte(1) << 8 | byte(2))
    }

    /// Begin and end of the private key usage period; none where there is no such extension.
    pub fn key_period(&self) -> Option<(Option<OffsetDateTime>, Option<OffsetDateTime>)> {
        let outer = tlv::read_only(0x30, self.extensions.value("2.5.29.16")?).ok()?;
        let time = |tag| {
            let field = tlv::find(tag, outer.value).ok()?;
            moment::read(&Tlv { tag: 0x18, ..field })
        };
        Some((time(0x80), time(0x81)))
    }
}

impl<'a> CrlFacts<'a> {
    pub fn read(der: &'a [u8]) -> Option<Self> {
        if der.len() > MAX_CRL {
            return None;
        }
        let outer = tlv::read_only(0x30, der).ok()?;
        let parts_of = tlv::children(outer.value).ok()?;
        let [tbs, algorithm, signature] = parts_of.as_slice() else { return None };
        if (tbs.tag, algorithm.tag, signature.tag) != (0x30, 0x30, 0x03) {
            return None;
        }
        let mut fields = tlv::children(tbs.value).ok()?;
        let version = match fields.first() {
            Some(first) if first.tag == 0x02 => Some(fields.remove(0).value.last().copied()?),
            _ => None,
        };
        let [inner, issuer, this_update, rest @ ..] = fields.as_slice() else { return None };
        moment::read(this_update)?;
        let extensions = match rest.iter().find(|field| field.tag == 0xA0) {
            Some(field) => Extensions::read(field.value)?,
            None => Extensions(Vec::new()),
        };
        Some(Self {
            version,
            algorithms_differ: inner.raw != algorithm.raw,
            issuer: parts(issuer)?,
            next_update: rest.first().is_some_and(|field| moment::read(field).is_some()),
            entries: rest.iter().find(|field| field.tag == 0x30).map(|list| count(list.value)),
            extensions,
        })
    }
}

impl<'a> Extensions<'a> {
    fn read(value: &'a [u8]) -> Option<Self> {
        let outer = tlv::read_only(0x30, value).ok()?;
        let mut list = Vec::new();
        for extension in tlv::children(outer.value).ok()? {
            let fields = tlv::children(extension.value).ok()?;
            let (id, critical, value) = match fields.as_slice() {
                [id, value] => (id, None, value),
                [id, critical, value] => (id, Some(critical.value.iter().any(|byte| *byte != 0)), value),
                _ => return None,
            };
            list.push(Extension {
                id: oid::decode(id.value)?,
                critical: critical == Some(true),
                default_written: critical == Some(false),
                value: value.value,
            });
        }
        Some(Self(list))
    }

    pub fn find(&self, id: &str) -> Option<&Extension<'a>> {
        self.0.iter().find(|extension| extension.id == id)
    }

    pub fn has(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    pub fn value(&self, id: &str) -> Option<&'a [u8]> {
        self.find(id).map(|extension| extension.value)
    }

    /// Whether it is there and not critical.
    pub fn not_critical(&self, id: &str) -> bool {
        self.find(id).is_some_and(|extension| !extension.critical)
    }
}

/// The parts of a name.
fn parts<'a>(name: &Tlv<'a>) -> Option<Vec<Part<'a>>> {
    let mut found = Vec::new();
    for set in tlv::children(name.value).ok()? {
        for attribute in tlv::children(set.value).ok()? {
            let fields = tlv::children(attribute.value).ok()?;
            let [kind, value] = fields.as_slice() else { return None };
            found.push(Part { kind: oid::decode(kind.value)?, value: *value });
        }
    }
    Some(found)
}

/// How many data objects stand in a row; a revocation list may have more than [`tlv::children`] gives.
fn count(mut rest: &[u8]) -> usize {
    let mut number = 0;
    while let Ok((_, after)) = tlv::read(rest) {
        (rest, number) = (after, number + 1);
    }
    number
}
