//! The face image data block of ISO/IEC 39794-5 that newer documents hold in DG2, as values of the older record: what
//! has no place there (scores, capture device, attack detection) is passed over.
//! Source: ISO/IEC 39794-5:2019 annex A, with ICAO's profile of it (the schema is licensed by ISO/IEC for use in
//! software, attributed as here); ISO/IEC 39794-1 for the common types; ICAO TR on the application profile for DG2.

use super::face_record::{FaceImage, FeaturePoint, MAX_IMAGES};
use super::{LdsError, Personal};
use crate::asn1::tlv::{self, Tlv};

const FILE: &str = "ISO 39794-5 face image";
/// `FaceImageDataBlock ::= [APPLICATION 5] SEQUENCE`.
pub(super) const DATA_BLOCK: u32 = 0x65;
/// Most landmarks of one image.
const MAX_LANDMARKS: usize = 512;
/// MPEG-4 feature points in the order of their numbers: the group, and how many points it has.
const MPEG4_GROUPS: [(u8, u8); 11] =
    [(2, 14), (3, 14), (4, 6), (5, 4), (6, 4), (7, 1), (8, 10), (9, 15), (10, 10), (11, 6), (12, 4)];

/// A field of a sequence: tags are context-specific, `[number]`, primitive or constructed.
fn field<'a>(content: &'a [u8], number: u8) -> Result<Option<Tlv<'a>>, LdsError> {
    let number = u32::from(number);
    let fields = tlv::children(content).map_err(LdsError::tlv(FILE))?;
    Ok(fields.into_iter().find(|field| field.tag == 0x80 | number || field.tag == 0xA0 | number))
}

/// The content of a field; empty where it is not there.
fn content(content: &[u8], number: u8) -> Result<&[u8], LdsError> {
    Ok(field(content, number)?.map_or(&[], |field| field.value))
}

fn required<'a>(inside: &'a [u8], number: u8, name: &'static str) -> Result<&'a [u8], LdsError> {
    field(inside, number)?.map(|field| field.value).ok_or(LdsError::field(FILE, name, "missing"))
}

/// A number; `None` where it is not there or negative or larger than it may be.
fn number(inside: &[u8], number: u8) -> Result<Option<u32>, LdsError> {
    let Some(field) = field(inside, number)? else { return Ok(None) };
    Ok(match field.value {
        [first, ..] if first & 0x80 != 0 => None,
        [0, rest @ ..] | rest if rest.len() <= 4 => {
            Some(rest.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)))
        }
        _ => None,
    })
}

/// A code that stands in a choice: `[0]` itself, or `[1]` an extension with `[0]` its fallback.
fn code(inside: &[u8], number_of: u8) -> Result<Option<u32>, LdsError> {
    let choice = content(inside, number_of)?;
    match number(choice, 0)? {
        Some(code) => Ok(Some(code)),
        None => number(content(choice, 1)?, 0),
    }
}

fn flag(inside: &[u8], number: u8) -> Result<bool, LdsError> {
    Ok(content(inside, number)?.first().is_some_and(|&byte| byte != 0))
}

/// Reads a face image data block with its tag.
///
/// # Errors
/// [`LdsError`] where it is not one, is malformed or has no image.
pub fn parse(block: &[u8]) -> Result<Vec<FaceImage>, LdsError> {
    let block = tlv::read_only(DATA_BLOCK, block).map_err(LdsError::tlv(FILE))?;
    let representations = required(block.value, 1, "representationBlocks")?;
    let blocks = tlv::children(representations).map_err(LdsError::tlv(FILE))?;
    if blocks.is_empty() || blocks.len() > MAX_IMAGES {
        return Err(LdsError::TooMany { file: FILE, what: "images, or none", limit: MAX_IMAGES });
    }
    blocks.iter().map(|block| representation(block.value)).collect()
}

fn representation(block: &[u8]) -> Result<FaceImage, LdsError> {
    // imageRepresentation [1] -> base [0] -> imageRepresentation2DBlock [0]
    let base = required(required(block, 1, "imageRepresentation")?, 0, "image representation")?;
    let image = required(base, 0, "imageRepresentation2DBlock")?;
    let data = required(image, 0, "representationData2D")?;
    if data.is_empty() {
        return Err(LdsError::field(FILE, "representationData2D", "empty"));
    }
    let information = content(image, 1)?;
    let size = content(information, 7)?;
    let side = |place| Ok::<_, LdsError>(number(size, place)?.and_then(|side| u16::try_from(side).ok()));
    let mut face = FaceImage::full_frontal(data.to_vec(), side(0)?.unwrap_or(0), side(1)?.unwrap_or(0));
    // faceImageKind2D: ICAO's profile knows mrtd alone, which is full frontal.
    face.image_type = if code(information, 1)? == Some(0) { 1 } else { 0 };
    face.colour_space = match code(information, 9)? {
        Some(2 | 3) => 1,
        Some(4) => 2,
        Some(5 | 6) => 3,
        _ => 0,
    };
    // captureDeviceTechnologyId2D has the numbers of the source type of ISO/IEC 19794-5.
    face.source_type = code(content(image, 2)?, 1)?.and_then(|code| u8::try_from(code).ok()).unwrap_or(0);
    identity(content(block, 8)?, &mut face)?;
    face.feature_points = Personal::new(landmarks(content(block, 9)?)?);
    Ok(face)
}

/// `identityMetadataBlock`, as the codes of ISO/IEC 19794-5.
fn identity(block: &[u8], face: &mut FaceImage) -> Result<(), LdsError> {
    let gender = match code(block, 0)? {
        Some(2) => 1,
        Some(3) => 2,
        _ => 0,
    };
    let eyes = match code(block, 1)? {
        Some(code @ 2..=6) => code as u8 - 1,
        Some(8) => 6,
        Some(9) => 7,
        _ => 0,
    };
    let hair = match code(block, 2)? {
        Some(code @ 2..=8) => code as u8 - 1,
        _ => 0,
    };
    face.features = Personal::new([gender, eyes, hair]);

    let properties = content(block, 4)?;
    face.property_mask = 0;
    // From the tenth on the two standards mean different things.
    for bit in 0..9u8 {
        if flag(properties, bit)? {
            // Bit 0 of the older mask says that the others are meant; the rest follows in the same order.
            face.property_mask |= 1 | 1 << (bit + 1);
        }
    }
    let expressions = content(block, 5)?;
    face.expression = 0;
    for (place, expression) in [(0, 1), (1, 2), (2, 4), (3, 5), (4, 6), (5, 7)] {
        if face.expression == 0 && flag(expressions, place)? {
            face.expression = expression;
        }
    }
    let angles = content(block, 6)?;
    for axis in 0..3u8 {
        let angle = content(angles, axis)?;
        let Some(value) = field(angle, 0)? else { continue };
        let degrees = match *value.value {
            [byte] => i16::from(byte as i8),
            [high, low] => i16::from_be_bytes([high, low]),
            _ => return Err(LdsError::field(FILE, "angleValue", "not between -180 and 180")),
        };
        if !(-180..=180).contains(&degrees) {
            return Err(LdsError::field(FILE, "angleValue", "not between -180 and 180"));
        }
        face.pose[usize::from(axis)] = ((degrees.rem_euclid(360) / 2) % 180 + 1) as u8;
        let uncertainty = number(angle, 1)?.unwrap_or(0).min(180);
        face.pose_uncertainty[usize::from(axis)] = (uncertainty / 2 + 1) as u8;
    }
    Ok(())
}

/// `landmarkBlocks`: those with a name and a place in the picture.
fn landmarks(blocks: &[u8]) -> Result<Vec<FeaturePoint>, LdsError> {
    let blocks = tlv::children(blocks).map_err(LdsError::tlv(FILE))?;
    if blocks.len() > MAX_LANDMARKS {
        return Err(LdsError::TooMany { file: FILE, what: "landmarks", limit: MAX_LANDMARKS });
    }
    let mut points = Vec::new();
    for block in blocks {
        // landmarkKind [0] -> base [0] -> mpeg4FeaturePoint [0] or anthropometricLandmark [1] -> base [0] -> name
        let kind = content(content(block.value, 0)?, 0)?;
        let mpeg4 = code(kind, 0)?.and_then(mpeg4);
        let anthropometric = content(content(kind, 1)?, 0)?;
        let mut named = None;
        for form in 0..3 {
            named = named.or(code(anthropometric, form)?.and_then(|code| u8::try_from(code).ok()));
        }
        let (kind, code) = match (mpeg4, named) {
            (Some(code), _) => (1, code),
            (None, Some(code)) => (2, code),
            (None, None) => continue,
        };
        // landmarkCoordinates [1] -> base [0] -> coordinateCartesian2DBlock [0]
        let place = content(content(content(block.value, 1)?, 0)?, 0)?;
        let at = |axis| Ok::<_, LdsError>(number(place, axis)?.and_then(|at| u16::try_from(at).ok()));
        if let (Some(x), Some(y)) = (at(0)?, at(1)?) {
            points.push(FeaturePoint { kind, code, x, y });
        }
    }
    Ok(points)
}

/// A feature point's number as group and point, four bits each.
fn mpeg4(number: u32) -> Option<u8> {
    let mut rest = u8::try_from(number).ok()?;
    for (group, points) in MPEG4_GROUPS {
        if rest < points {
            return Some(group << 4 | (rest + 1));
        }
        rest -= points;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::tlv::encode;
    use proptest::prelude::*;

    const JPEG: [u8; 5] = [0xFF, 0xD8, 0xFF, 0xE0, 9];

    /// A block with one image of 413 by 531, turned 10 degrees to one side, with the pupils' places.
    fn block() -> Vec<u8> {
        let choice = |number: u32, code: u8| encode(0xA0 | number, &encode(0xA1, &encode(0x80, &[code])));
        let size = [encode(0x80, &[0x01, 0x9D]), encode(0x81, &[0x02, 0x13])].concat();
        let information =
            [encode(0xA0, &encode(0x80, &[2])), choice(1, 0), encode(0xA7, &size), choice(9, 2)];
        let image = [encode(0x80, &JPEG), encode(0xA1, &information.concat()), encode(0xA2, &choice(1, 2))];
        let image = encode(0xA1, &encode(0xA0, &encode(0xA0, &image.concat())));
        let angle = |number: u32, degrees: i8| encode(0xA0 | number, &encode(0x80, &[degrees as u8]));
        let identity = [
            choice(0, 3),
            choice(1, 3),
            choice(2, 5),
            encode(0xA4, &[encode(0x80, &[0xFF]), encode(0x85, &[0])].concat()),
            encode(0xA5, &encode(0x80, &[0xFF])),
            encode(0xA6, &[angle(0, -10), angle(2, 4)].concat()),
        ];
        let place = [encode(0x80, &[0x00, 0x96]), encode(0x81, &[0x00, 0xC8])].concat();
        let place = encode(0xA1, &encode(0xA0, &encode(0xA0, &place)));
        let kind = |kind: &[u8]| encode(0xA0, &encode(0xA0, kind));
        let mpeg4 = encode(0x30, &[kind(&choice(0, 18)), place.clone()].concat());
        let named = encode(0x30, &[kind(&encode(0xA1, &encode(0xA0, &choice(0, 21)))), place].concat());
        let unplaced = encode(0x30, &kind(&choice(0, 19)));
        let landmarks = encode(0xA9, &[mpeg4, named, unplaced].concat());
        let representation =
            [encode(0x80, &[0]), image, encode(0xA8, &identity.concat()), landmarks].concat();
        let version = encode(0xA0, &[encode(0x80, &[3]), encode(0x81, &[0x07, 0xE3])].concat());
        encode(0x65, &[version, encode(0xA1, &encode(0x30, &representation))].concat())
    }

    #[test]
    fn every_field_that_the_older_record_has_is_read() {
        let faces = parse(&block()).unwrap();
        let [face] = &faces[..] else { panic!("{} images", faces.len()) };
        assert_eq!(face.bytes.disclose()[..], JPEG);
        assert_eq!((face.width, face.height), (413, 531));
        assert_eq!((face.image_type, face.colour_space, face.source_type), (1, 1, 2));
        assert_eq!(*face.features.disclose(), [2, 2, 4]);
        assert_eq!((face.property_mask, face.expression), (0b11, 1));
        // 350 and 4 degrees, by twos and one more; pitch is not said.
        assert_eq!(face.pose, [176, 0, 3]);
        let points = [
            FeaturePoint { kind: 1, code: 0x35, x: 150, y: 200 },
            FeaturePoint { kind: 2, code: 21, x: 150, y: 200 },
        ];
        assert_eq!(face.feature_points.disclose()[..], points);
    }

    #[test]
    fn a_block_without_an_image_is_refused() {
        assert!(parse(&encode(0x65, &[])).is_err());
        assert!(parse(&encode(0x65, &encode(0xA1, &[]))).is_err());
        assert!(parse(&encode(0x65, &encode(0xA1, &encode(0x30, &[0x80, 0x01, 0x00])))).is_err());
        assert!(parse(&encode(0x30, &[])).is_err());
    }

    #[test]
    fn the_numbers_of_feature_points_are_their_groups() {
        assert_eq!(mpeg4(0), Some(0x21));
        assert_eq!((mpeg4(18), mpeg4(19)), (Some(0x35), Some(0x36)), "the pupils");
        assert_eq!((mpeg4(87), mpeg4(88)), (Some(0xC4), None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(at in 0usize..200, value: u8, cut in 0usize..60) {
            let mut bytes = block();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = parse(&bytes);
        }
    }
}
