//! CMS SignedData as EF.SOD and master lists have it: one signer, signed attributes, certificates inside.
//! Source: Doc 9303-10 section 4.6.2 and Doc 9303-12 section 9 (profiles), RFC 5652 section 5.

use super::SpecimenError;
use super::certificate::{Authority, identifier, time};
use crate::asn1::{tlv, write};
use crate::crypto::Entropy;
use ::time::OffsetDateTime;

const ID_SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const ID_CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const ID_MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const ID_SIGNING_TIME: &str = "1.2.840.113549.1.9.5";

/// Signs `content` of type `content_type` (dotted) and gives the ContentInfo, DER. The certificate of `by` is put
/// in, and `others` beside it.
///
/// # Errors
/// [`SpecimenError`] where the key refuses or `at` is out of range.
pub fn sign(
    content_type: &str,
    content: &[u8],
    by: &Authority,
    others: &[&[u8]],
    at: OffsetDateTime,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, SpecimenError> {
    let scheme = by.signer.scheme();
    let digest_algorithm = write::sequence(&[&identifier(scheme.hash().oid())?, &write::null()]);
    let content_type = identifier(content_type)?;
    let attributes = [
        attribute(ID_CONTENT_TYPE, &content_type)?,
        attribute(ID_MESSAGE_DIGEST, &write::octet_string(&scheme.hash().digest(content)))?,
        attribute(ID_SIGNING_TIME, &time(at)?)?,
    ];
    // What is signed is the SET; in the SignerInfo the same bytes stand under [0] (RFC 5652 section 5.4).
    let attributes = write::set_of(&attributes);
    let signature = by.key.sign(&scheme, &attributes, entropy)?;
    let mut implicit = attributes;
    implicit[0] = 0xA0;
    let signer = write::sequence(&[
        &write::integer(1),
        &write::sequence(&[by.issuer(), by.serial()]),
        &digest_algorithm,
        &implicit,
        &scheme.to_algorithm_identifier(),
        &write::octet_string(&signature),
    ]);
    let mut certificates = vec![by.certificate.clone()];
    certificates.extend(others.iter().map(|der| der.to_vec()));
    certificates.sort();
    let signed = write::sequence(&[
        &write::integer(3),
        &write::set_of(&[digest_algorithm]),
        &write::sequence(&[&content_type, &write::context(0, &write::octet_string(content))]),
        &write::context(0, &certificates.concat()),
        &write::set_of(&[signer]),
    ]);
    Ok(write::sequence(&[&identifier(ID_SIGNED_DATA)?, &write::context(0, &signed)]))
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
