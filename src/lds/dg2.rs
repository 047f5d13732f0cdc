//! DG2: the encoded face, a biometric information template around ISO/IEC 19794-5 records or ISO/IEC 39794-5 blocks.
//! Source: Doc 9303-10 section 4.7.2 and table 45; ISO/IEC 7816-11 (templates 7F61 and 7F60).

use super::LdsError;
use super::face_block;
use super::face_record::{self, FaceImage, MAX_IMAGES};
use crate::asn1::tlv;

const FILE: &str = "EF.DG2";

/// DG2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg2 {
    /// The images, in the order of the file; at least one. See [`Dg2::primary`].
    pub faces: Vec<FaceImage>,
}

impl Dg2 {
    /// Reads the file.
    ///
    /// # Errors
    /// [`LdsError`] where the file is malformed or has no image; [`LdsError::Unsupported`] where what it holds is in
    /// neither of the two formats.
    pub fn parse(bytes: &[u8]) -> Result<Self, LdsError> {
        let error = LdsError::tlv(FILE);
        let outer = tlv::read_only(0x75, bytes).map_err(&error)?;
        let group = tlv::find(0x7F61, outer.value).map_err(&error)?;
        let mut faces = Vec::new();
        for template in tlv::children(group.value).map_err(&error)?.iter().filter(|t| t.tag == 0x7F60) {
            let objects = tlv::children(template.value).map_err(&error)?;
            let record = objects.iter().find(|object| matches!(object.tag, 0x5F2E | 0x7F2E));
            let record = record.ok_or(LdsError::field(FILE, "biometric data block", "missing"))?;
            faces.extend(images(record.value)?);
            if faces.len() > MAX_IMAGES {
                return Err(LdsError::TooMany { file: FILE, what: "faces", limit: MAX_IMAGES });
            }
        }
        if faces.is_empty() {
            return Err(LdsError::field(FILE, "biometric information template", "missing"));
        }
        Ok(Self { faces })
    }

    /// The image to compare with, and its place: the first that says it is full frontal, as a travel document's must
    /// be; where none says so, the first. Others may be profiles or earlier photos. `None` only where [`Dg2::faces`]
    /// was emptied.
    #[must_use]
    pub fn primary(&self) -> Option<(usize, &FaceImage)> {
        let frontal = self.faces.iter().position(FaceImage::is_frontal).unwrap_or(0);
        self.faces.get(frontal).map(|face| (frontal, face))
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

/// The images of a biometric data block. 5F2E is primitive, and the older record stands in it; 7F2E is constructed, and
/// the newer block stands there, by itself or in A1; a few issuers put the older record under 7F2E.
fn images(block: &[u8]) -> Result<Vec<FaceImage>, LdsError> {
    if block.starts_with(b"FAC\0") {
        return face_record::parse(block);
    }
    let unsupported = LdsError::Unsupported {
        file: FILE,
        format: "a record that is neither of ISO/IEC 19794-5 nor of 39794-5",
    };
    let Ok(objects) = tlv::children(block) else { return Err(unsupported) };
    let found = match objects[..] {
        [only] if only.tag == 0xA1 => tlv::children(only.value).map_err(LdsError::tlv(FILE))?,
        _ => objects,
    };
    let found = found.iter().find(|object| object.tag == face_block::DATA_BLOCK).ok_or(unsupported)?;
    face_block::parse(found.raw)
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
    fn the_first_frontal_image_is_the_one_to_compare_with() {
        let face = |kind| {
            let mut face = FaceImage::full_frontal(vec![0xFF, 0xD8, 0xFF, 0xE0, kind], 413, 531);
            face.image_type = kind;
            face
        };
        let primary = |kinds: &[u8]| {
            let dg2 = Dg2 { faces: kinds.iter().map(|&kind| face(kind)).collect() };
            dg2.primary().map(|(place, _)| place)
        };
        assert_eq!(primary(&[0, 1, 2]), Some(1));
        assert_eq!(primary(&[2, 1]), Some(0));
        assert_eq!(primary(&[0, 0]), Some(0));
        assert_eq!(primary(&[]), None);
    }

    #[test]
    fn files_without_a_face_are_refused() {
        assert!(Dg2::parse(&Dg2 { faces: vec![] }.to_bytes()).is_err());
        let newer = tlv::encode(0x7F60, &tlv::encode(0x7F2E, &[0x65, 0x00]));
        let newer = tlv::encode(0x75, &tlv::encode(0x7F61, &newer));
        assert!(matches!(Dg2::parse(&newer), Err(LdsError::Field { .. })));
        let neither = tlv::encode(0x7F60, &tlv::encode(0x5F2E, b"FIR\x00"));
        let neither = tlv::encode(0x75, &tlv::encode(0x7F61, &neither));
        assert!(matches!(Dg2::parse(&neither), Err(LdsError::Unsupported { .. })));
        assert!(Dg2::parse(&tlv::encode(0x75, &[])).is_err());
    }
}
