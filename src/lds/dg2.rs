//! DG2: the encoded face, a biometric information template around ISO/IEC 19794-5 records.
//! Source: Doc 9303-10 section 4.7.2 and table 45; ISO/IEC 7816-11 (templates 7F61 and 7F60).

use super::LdsError;
use super::face_record::{self, FaceImage, MAX_IMAGES};
use crate::asn1::tlv;

const FILE: &str = "EF.DG2";

/// DG2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg2 {
    /// The images, in the order of the file; at least one, and the first is the one to compare with.
    pub faces: Vec<FaceImage>,
}

impl Dg2 {
    /// Reads the file.
    ///
    /// # Errors
    /// [`LdsError::Unsupported`] for a record in ISO/IEC 39794-5; [`LdsError`] else where the file is malformed or
    /// has no image.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv(FILE);
        let outer = tlv::read_only(0x75, bytes).map_err(&error)?;
        let group = tlv::find(0x7F61, outer.value).map_err(&error)?;
        let mut faces = Vec::new();
        for template in tlv::children(group.value).map_err(&error)?.iter().filter(|t| t.tag == 0x7F60) {
            let objects = tlv::children(template.value).map_err(&error)?;
            // 5F2E is a primitive record; 7F2E is constructed, and ISO/IEC 39794-5 stands there, but a few
            // issuers put the older record under it.
            let record = objects.iter().find(|object| matches!(object.tag, 0x5F2E | 0x7F2E));
            let record = record.ok_or(LdsError::field(FILE, "biometric data block", "missing"))?;
            if record.tag == 0x7F2E && !record.value.starts_with(b"FAC\0") {
                return Err(LdsError::Unsupported { file: FILE, format: "ISO/IEC 39794-5" });
            }
            faces.extend(face_record::parse(record.value)?);
            if faces.len() > MAX_IMAGES {
                return Err(LdsError::TooMany { file: FILE, what: "faces", limit: MAX_IMAGES });
            }
        }
        if faces.is_empty() {
            return Err(LdsError::field(FILE, "biometric information template", "missing"));
        }
        Ok(Self { faces })
    }

    /// The file's bytes: one template for each face.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut group = tlv::encode(0x02, &[self.faces.len() as u8]);
        for face in &self.faces {
            // Header version 1.1, facial features, no subtype, format owner and type of ISO/IEC 19794-5.
            let header = [
                tlv::encode(0x80, &[0x01, 0x01]),
                tlv::encode(0x81, &[0x02]),
                tlv::encode(0x82, &[0x00]),
                tlv::encode(0x87, &[0x01, 0x01]),
                tlv::encode(0x88, &[0x00, 0x08]),
            ];
            let record = face_record::to_bytes(std::slice::from_ref(face));
            let template = [tlv::encode(0xA1, &header.concat()), tlv::encode(0x5F2E, &record)];
            group.extend(tlv::encode(0x7F60, &template.concat()));
        }
        tlv::encode(0x75, &tlv::encode(0x7F61, &group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_with_two_faces() {
        let face = |last| FaceImage::full_frontal(vec![0xFF, 0xD8, 0xFF, 0xE0, last], 413, 531);
        let dg2 = Dg2 { faces: vec![face(1), face(2)] };
        assert_eq!(Dg2::parse(&dg2.to_bytes()).unwrap(), dg2);
    }

    #[test]
    fn files_without_a_face_are_refused() {
        assert!(Dg2::parse(&Dg2 { faces: vec![] }.to_bytes()).is_err());
        let newer = tlv::encode(0x7F60, &tlv::encode(0x7F2E, &[0x65, 0x00]));
        let newer = tlv::encode(0x75, &tlv::encode(0x7F61, &newer));
        assert!(matches!(Dg2::parse(&newer), Err(LdsError::Unsupported { .. })));
        assert!(Dg2::parse(&tlv::encode(0x75, &[])).is_err());
    }
}
