//! The content of BSI's defect list.
//! Source: BSI TR-03129-2 v1.4.1 chapter 7.

use super::{Defect, DefectKind, Documents, Entry, MAX_DEFECTS, MAX_ENTRIES, SignerRef};
use super::{issuer_and_serial, members};
use crate::asn1::oid;
use crate::asn1::tlv::{self, Tlv};
use crate::crypto::HashAlgorithm;

/// Most data groups of a defect.
const MAX_GROUPS: usize = 32;

type Read = Result<(HashAlgorithm, Vec<Entry>), &'static str>;

/// `DefectList ::= SEQUENCE { version, hashAlg OBJECT IDENTIFIER, defects SET OF Defect }`. Version 1 and 2 have the
/// same form.
pub(super) fn read(content: &[u8]) -> Read {
    let outer = tlv::read_only(0x30, content).map_err(|_| "no DefectList")?;
    let parts = tlv::children(outer.value).map_err(|_| "no DefectList")?;
    let [version, hash, list] = parts.as_slice() else { return Err("no DefectList") };
    if (version.tag, hash.tag, list.tag) != (0x02, 0x06, 0x31) || !matches!(version.value, [0 | 1]) {
        return Err("not a list of version 1 or 2");
    }
    let hash = oid::decode(hash.value).and_then(|id| HashAlgorithm::from_oid(&id)).ok_or("hash algorithm")?;
    let entries = members(list.value, MAX_ENTRIES, "defects")?;
    Ok((hash, entries.iter().map(defect).collect::<Result<_, _>>()?))
}

/// `Defect ::= SEQUENCE { signerIdentifier, certificateHash OCTET STRING OPTIONAL, knownDefects SET OF KnownDefect }`.
fn defect(tlv: &Tlv<'_>) -> Result<Entry, &'static str> {
    let parts = tlv::children(tlv.value).map_err(|_| "defect")?;
    let (signer, hash, known) = match parts.as_slice() {
        [signer, known] => (signer, None, known),
        [signer, hash, known] if hash.tag == 0x04 => (signer, Some(hash.value.to_vec()), known),
        _ => return Err("defect"),
    };
    let signer = match signer.tag {
        0x30 => issuer_and_serial(signer.value)?,
        0x80 => SignerRef::KeyId(signer.value.to_vec()),
        _ => return Err("signer"),
    };
    if known.tag != 0x31 {
        return Err("known defects");
    }
    let known = members(known.value, MAX_DEFECTS, "known defects")?;
    Ok(Entry {
        documents: Documents { signer: Some(signer), certificate_hash: hash, ..Documents::default() },
        defects: known.iter().map(known_defect).collect::<Result<_, _>>()?,
    })
}

/// `KnownDefect ::= SEQUENCE { defectType OBJECT IDENTIFIER, parameters ANY OPTIONAL }`.
fn known_defect(tlv: &Tlv<'_>) -> Result<Defect, &'static str> {
    let parts = tlv::children(tlv.value).map_err(|_| "known defect")?;
    let Some((kind, rest)) = parts.split_first().filter(|(kind, _)| kind.tag == 0x06) else {
        return Err("known defect");
    };
    let oid = oid::decode(kind.value).ok_or("known defect")?;
    let parameter = rest.first();
    let status = parameter.filter(|tlv| matches!(tlv.tag, 0x02 | 0x0A)).and_then(|tlv| match tlv.value {
        [status] => Some(*status),
        _ => None,
    });
    let groups = match parameter {
        Some(set) if set.tag == 0x31 => members(set.value, MAX_GROUPS, "data groups")?,
        _ => Vec::new(),
    };
    let groups = groups.iter().filter(|tlv| tlv.tag == 0x02).filter_map(|tlv| tlv.value.last().copied());
    Ok(Defect { kind: DefectKind::bsi(&oid, status, groups.collect()), oid, description: None })
}
