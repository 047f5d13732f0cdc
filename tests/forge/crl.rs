//! Revocation lists made to measure.

use super::{Order, SCHEME, extension, name};
use titre::asn1::{tlv, write};
use titre::crypto::{PrivateKey, SeededEntropy};
use titre::pki::Crl;

/// What a forged list says.
#[derive(Clone)]
pub struct CrlOrder<'a> {
    /// The INTEGER of the version; none for version 1.
    pub version: Option<u64>,
    pub issuer: (&'a str, &'a str),
    pub key: &'a PrivateKey,
    pub this_update: &'a str,
    pub next_update: Option<&'a str>,
    /// Entries, each a whole SEQUENCE; none for no list of them.
    pub entries: Option<Vec<Vec<u8>>>,
    /// Extensions, each a whole SEQUENCE; empty for none at all.
    pub extensions: Vec<Vec<u8>>,
}

/// An entry; `reason` none for no extensions.
pub fn entry(serial: &[u8], date: &str, reason: Option<u8>) -> Vec<u8> {
    let reason = reason.map(|code| extension("2.5.29.21", false, &tlv::encode(0x0A, &[code])));
    entry_with(serial, date, &reason.into_iter().collect::<Vec<_>>())
}

pub fn entry_with(serial: &[u8], date: &str, extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions =
        if extensions.is_empty() { Vec::new() } else { write::sequence(&[&extensions.concat()]) };
    write::sequence(&[&tlv::encode(0x02, serial), &tlv::encode(0x17, date.as_bytes()), &extensions])
}

pub fn number(number: u64) -> Vec<u8> {
    extension("2.5.29.20", false, &write::integer(number))
}

pub fn authority(id: u8) -> Vec<u8> {
    extension("2.5.29.35", false, &write::sequence(&[&tlv::encode(0x80, &[id; 20])]))
}

/// A right list of `csca`, number 7 of November 2026, that names nobody.
pub fn list<'a>(csca: &Order<'a>) -> CrlOrder<'a> {
    CrlOrder {
        version: Some(1),
        issuer: csca.subject,
        key: csca.key,
        this_update: "261101000000Z",
        next_update: Some("270101000000Z"),
        entries: None,
        extensions: csca.subject_id.map(authority).into_iter().chain([number(7)]).collect(),
    }
}

impl CrlOrder<'_> {
    /// With an entry for `serial`.
    pub fn revoking(mut self, serial: u8, reason: Option<u8>) -> Self {
        self.entries.get_or_insert_default().push(entry(&[serial], "261030000000Z", reason));
        self
    }

    pub fn der(&self) -> Vec<u8> {
        let algorithm = SCHEME.to_algorithm_identifier();
        let time = |text: &str| tlv::encode(0x17, text.as_bytes());
        let extensions = match self.extensions.is_empty() {
            true => Vec::new(),
            false => write::context(0, &write::sequence(&[&self.extensions.concat()])),
        };
        let entries = self.entries.as_ref().map(|entries| write::sequence(&[&entries.concat()]));
        let tbs = write::sequence(&[
            &self.version.map(write::integer).unwrap_or_default(),
            &algorithm,
            &name(self.issuer),
            &time(self.this_update),
            &self.next_update.map(time).unwrap_or_default(),
            &entries.unwrap_or_default(),
            &extensions,
        ]);
        let signature = self.key.sign(&SCHEME, &tbs, &mut SeededEntropy::new("forge crl", 1)).unwrap();
        write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)])
    }

    pub fn crl(&self) -> Crl {
        Crl::parse(&self.der()).unwrap()
    }
}
