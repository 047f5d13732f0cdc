//! The content of ICAO's deviation list.
//! Source: Doc 9303-12 section 10.2 (ASN.1, implicit tags).

use super::{Defect, DefectKind, Documents, Entry, MAX_DEFECTS, MAX_ENTRIES, MAX_NUMBERS, SignerRef};
use super::{issuer_and_serial, members, text};
use crate::asn1::oid;
use crate::asn1::tlv::{self, Tlv};
use crate::crypto::{HashAlgorithm, algorithm};
use crate::pki::moment;

type Read = Result<(HashAlgorithm, Vec<Entry>), &'static str>;

/// `DeviationList ::= SEQUENCE { version, digestAlgorithm OPTIONAL, deviations SET OF Deviation }`.
pub(super) fn read(hash: HashAlgorithm, content: &[u8]) -> Read {
    let outer = tlv::read_only(0x30, content).map_err(|_| "no DeviationList")?;
    let parts = tlv::children(outer.value).map_err(|_| "no DeviationList")?;
    let (version, hash, list) = match parts.as_slice() {
        [version, list] => (version, hash, list),
        [version, algorithm, list] => {
            (version, algorithm::hash_of(algorithm.raw).map_err(|_| "digest algorithm")?, list)
        }
        _ => return Err("no DeviationList"),
    };
    if (version.tag, version.value, list.tag) != (0x02, &[0][..], 0x31) {
        return Err("not a list of version 0");
    }
    let mut numbers = MAX_NUMBERS;
    let entries = members(list.value, MAX_ENTRIES, "deviations")?;
    let entries = entries.iter().map(|entry| deviation(entry, &mut numbers)).collect::<Result<_, _>>()?;
    Ok((hash, entries))
}

fn deviation(tlv: &Tlv<'_>, numbers: &mut usize) -> Result<Entry, &'static str> {
    let parts = tlv::children(tlv.value).map_err(|_| "deviation")?;
    let [documents, descriptions] = parts.as_slice() else { return Err("deviation") };
    if (documents.tag, descriptions.tag) != (0x30, 0x31) {
        return Err("deviation");
    }
    let defects = members(descriptions.value, MAX_DEFECTS, "descriptions")?;
    Ok(Entry {
        documents: which(documents.value, numbers)?,
        defects: defects.iter().map(description).collect::<Result<_, _>>()?,
    })
}

fn which(value: &[u8], numbers: &mut usize) -> Result<Documents, &'static str> {
    let mut documents = Documents::default();
    let mut last = 0;
    for part in tlv::children(value).map_err(|_| "documents")? {
        // Each criterion stands once, in order: one that is read over would widen the entry.
        if part.tag & 0x1F < last {
            return Err("documents");
        }
        last = (part.tag & 0x1F) + 1;
        match part.tag {
            0x80 => documents.document_type = Some(trimmed(part.value)),
            0xA1 if documents.signer.is_none() => {
                documents.signer = Some(issuer_and_serial(part.value)?);
            }
            0x82 if documents.signer.is_none() => {
                documents.signer = Some(SignerRef::KeyId(part.value.to_vec()));
            }
            0x83 if documents.signer.is_none() => {
                documents.signer = Some(SignerRef::Digest(part.value.to_vec()));
            }
            0xA4 => {
                let times = tlv::children(part.value).map_err(|_| "issuing date")?;
                let [first, last] = times.as_slice() else { return Err("issuing date") };
                let time = |tlv| moment::read(tlv).ok_or("issuing date");
                documents.issued = Some((time(first)?, time(last)?));
            }
            0xA5 => {
                let list = members(part.value, *numbers, "too many document numbers")?;
                *numbers -= list.len();
                documents.numbers = Some(list.iter().map(|number| trimmed(number.value)).collect());
            }
            _ => return Err("documents"),
        }
    }
    Ok(documents)
}

/// `DeviationDescription ::= SEQUENCE { description OPTIONAL, deviationType, parameters [0] OPTIONAL, nationalUse
/// [1] OPTIONAL }`.
fn description(tlv: &Tlv<'_>) -> Result<Defect, &'static str> {
    let parts = tlv::children(tlv.value).map_err(|_| "description")?;
    let (words, rest) = match parts.split_first() {
        Some((first, rest)) if matches!(first.tag, 0x0C | 0x13 | 0x16) => (Some(text(first.value)), rest),
        _ => (None, parts.as_slice()),
    };
    let Some((kind, rest)) = rest.split_first().filter(|(kind, _)| kind.tag == 0x06) else {
        return Err("description");
    };
    let oid = oid::decode(kind.value).ok_or("description")?;
    let parameters = rest.iter().find(|part| matches!(part.tag, 0x80 | 0xA0));
    Ok(Defect { kind: DefectKind::icao(&oid, parameters.and_then(small_number)), oid, description: words })
}

/// The number of a parameter. ANY stands in an explicit tag; lists with an implicit one are met.
fn small_number(parameter: &Tlv<'_>) -> Option<u8> {
    let inner = tlv::read_only(0x02, parameter.value).map_or(parameter.value, |inner| inner.value);
    match inner {
        [number] => Some(*number),
        _ => None,
    }
}

fn trimmed(value: &[u8]) -> String {
    text(value).trim_end_matches(['<', ' ']).to_owned()
}
