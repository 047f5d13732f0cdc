//! The signed file taken apart once, for all checks: EF.SOD out of its tag, or EF.CardSecurity.
//! Source: Doc 9303-10 section 4.6.2, Doc 9303-11 section 9.2.11.

use crate::asn1::tlv;
use crate::lds::{FileId, LdsSecurityObject};
use crate::pki::{Certificate, SignedData, SignerInfo, Tolerance};

/// `id-SecurityObject`, the content type of EF.CardSecurity.
pub const ID_CARD_SECURITY: &str = "0.4.0.127.0.7.3.2.1";
/// Content types of EF.SOD from before Doc 9303 fixed one: `id-data` (CN), FR and BE, NL.
pub const LEGACY_CONTENT_TYPES: [&str; 3] = ["1.2.840.113549.1.7.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1"];

/// What of the signed file could be taken apart. Nothing here is verified.
#[derive(Debug, Default)]
pub struct SecurityObject {
    /// The CMS structure.
    pub signed: Option<SignedData>,
    /// Why not.
    pub problem: Option<String>,
    /// The hashes, of EF.SOD.
    pub hashes: Option<LdsSecurityObject>,
    /// What was read over.
    pub tolerated: Vec<Tolerance>,
}

impl SecurityObject {
    /// Takes a file apart.
    #[must_use]
    pub fn open(file: FileId, bytes: &[u8]) -> Self {
        let mut object = Self::default();
        let inner = match file {
            FileId::Sod => tlv::read(bytes).ok().filter(|(outer, _)| outer.tag == 0x77),
            _ => Some((tlv::Tlv { tag: 0x77, value: bytes, raw: bytes }, &[][..])),
        };
        let Some((outer, rest)) = inner else {
            object.problem = Some("not an object with tag 77".to_owned());
            return object;
        };
        if !rest.is_empty() {
            object.tolerated.push(Tolerance::TrailingBytes);
        }
        match SignedData::parse(outer.value) {
            Ok(signed) => {
                object.tolerated.extend(&signed.tolerated);
                if file == FileId::Sod {
                    match LdsSecurityObject::parse(&signed.content) {
                        Ok(hashes) => object.hashes = Some(hashes),
                        Err(error) => object.problem = Some(error.to_string()),
                    }
                }
                object.signed = Some(signed);
            }
            Err(error) => object.problem = Some(error.to_string()),
        }
        object
    }

    /// The single signer and its certificate, where they are there.
    #[must_use]
    pub fn signer(&self) -> Option<(&SignedData, &SignerInfo, &Certificate)> {
        let signed = self.signed.as_ref()?;
        let info = signed.single_signer().ok()?;
        Some((signed, info, signed.certificate_of(info).ok()?.0))
    }
}
