//! CMS SignedData as EF.SOD and master lists have it: one signer, signed attributes, certificates inside.
//! Source: Doc 9303-10 section 4.6.2 and Doc 9303-12 section 9 (profiles), RFC 5652 section 5.

use super::SpecimenError;
use super::certificate::{Authority, identifier, time};
use super::quirk::Quirk;
use crate::asn1::{tlv, write};
use crate::crypto::{Entropy, SignatureScheme};
use ::time::OffsetDateTime;
use std::collections::BTreeSet;

const ID_SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const ID_DATA: &str = "1.2.840.113549.1.7.1";
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
const ID_CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const ID_MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const ID_SIGNING_TIME: &str = "1.2.840.113549.1.9.5";

/// Signs `content` of type `content_type` (dotted) and gives the ContentInfo, DER where no quirk of signed objects is
/// asked for. The certificate of `by` is put in, and `others` beside it.
///
/// # Errors
/// [`SpecimenError`] where the key refuses or `at` is out of range.
pub fn sign(
    content_type: &str,
    content: &[u8],
    by: &Authority,
    others: &[&[u8]],
    at: OffsetDateTime,
    quirks: &BTreeSet<Quirk>,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, SpecimenError> {
    let has = |quirk| quirks.contains(&quirk);
    let scheme = by.signer.scheme();
    let digest_algorithm = write::sequence(&[&identifier(scheme.hash().oid())?, &write::null()]);
    let content_type = identifier(if has(Quirk::SodContentTypeData) { ID_DATA } else { content_type })?;
    let mut attributes = vec![
        attribute(ID_CONTENT_TYPE, &content_type)?,
        attribute(ID_MESSAGE_DIGEST, &write::octet_string(&scheme.hash().digest(content)))?,
    ];
    if !has(Quirk::SodWithoutSigningTime) {
        attributes.push(attribute(ID_SIGNING_TIME, &time(at)?)?);
    }
    // What is signed is the SET; in the SignerInfo the same bytes stand under [0] (RFC 5652 section 5.4).
    let attributes = write::set_of(&attributes);
    let signature = by.key.sign(&scheme, &attributes, entropy)?;
    let mut implicit = attributes;
    implicit[0] = 0xA0;
    let issuer = if has(Quirk::SodOtherStrings) { printable(by.issuer())? } else { by.issuer().to_vec() };
    let algorithm = match scheme {
        SignatureScheme::RsaPkcs1 { .. } if has(Quirk::SodRsaEncryption) => {
            write::sequence(&[&identifier(RSA_ENCRYPTION)?, &write::null()])
        }
        _ => scheme.to_algorithm_identifier(),
    };
    let signer = write::sequence(&[
        &write::integer(1),
        &write::sequence(&[&issuer, by.serial()]),
        &digest_algorithm,
        &implicit,
        &algorithm,
        &write::octet_string(&signature),
    ]);
    let mut certificates = vec![by.certificate.clone()];
    certificates.extend(others.iter().map(|der| der.to_vec()));
    certificates.sort();
    let signed = [
        write::integer(3),
        write::set_of(&[digest_algorithm]),
        write::sequence(&[&content_type, &write::context(0, &write::octet_string(content))]),
        write::context(0, &certificates.concat()),
        write::set_of(&[signer]),
    ]
    .concat();
    let id = identifier(ID_SIGNED_DATA)?;
    if has(Quirk::SodIndefiniteLength) {
        let signed = indefinite(0xA0, &indefinite(0x30, &signed));
        return Ok(indefinite(0x30, &[id, signed].concat()));
    }
    Ok(write::sequence(&[&id, &write::context(0, &tlv::encode(0x30, &signed))]))
}

/// A constructed object of indefinite length (ITU-T X.690 section 8.1.3.6).
fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

/// A Name whose strings are all PrintableStrings.
fn printable(name: &[u8]) -> Result<Vec<u8>, SpecimenError> {
    let broken = |_| SpecimenError::Encoding("name");
    let mut parts = Vec::new();
    for set in tlv::children(tlv::read_only(0x30, name).map_err(broken)?.value).map_err(broken)? {
        let attribute = tlv::read_only(0x30, set.value).map_err(broken)?;
        let fields = tlv::children(attribute.value).map_err(broken)?;
        let [id, text] = fields.as_slice() else { return Err(SpecimenError::Encoding("name")) };
        let attribute = write::sequence(&[id.raw, &tlv::encode(0x13, text.value)]);
        parts.extend(write::set_of(&[attribute]));
    }
    Ok(tlv::encode(0x30, &parts))
}

/// The content of a CSCA master list: version 0 and the certificates, in DER order.
#[must_use]
pub fn master_list(certificates: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&write::integer(0), &write::set_of(certificates)])
}

/// EF.SOD around a ContentInfo.
#[must_use]
pub fn ef_sod(content_info: &[u8]) -> Vec<u8> {
    tlv::encode(0x77, content_info)
}

fn attribute(id: &str, value: &[u8]) -> Result<Vec<u8>, SpecimenError> {
    Ok(write::sequence(&[&identifier(id)?, &tlv::encode(0x31, value)]))
}
