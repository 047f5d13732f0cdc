//! The face record of ISO/IEC 19794-5:2005 that DG2 holds: header, then images with their description.
//! Source: ISO/IEC 19794-5:2005 section 5 (tables 2 to 16); Doc 9303-10 section 4.7.2.

use super::{LdsError, Personal};

const FILE: &str = "ISO 19794-5 face record";
/// Bytes before the first image's description.
const HEADER: usize = 14;
/// Bytes of the facial information block.
const INFORMATION: usize = 20;
/// Bytes of one feature point.
const FEATURE_POINT: usize = 8;
/// Bytes of the image information block.
const IMAGE_INFORMATION: usize = 12;
/// Most images in one record.
pub(super) const MAX_IMAGES: usize = 16;

/// How the image is encoded, told by its first bytes: what the header says is wrong at times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum MediaType {
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// JPEG 2000 in a JP2 file.
    #[serde(rename = "image/jp2")]
    Jp2,
    /// A JPEG 2000 codestream without a file around it.
    #[serde(rename = "image/j2c")]
    J2c,
    /// None of these.
    #[serde(rename = "application/octet-stream")]
    Unknown,
}

impl MediaType {
    /// The type of an image by its first bytes.
    #[must_use]
    pub fn of(image: &[u8]) -> Self {
        if image.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Self::Jpeg
        } else if image.starts_with(&[0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', 0x0D, 0x0A, 0x87, 0x0A]) {
            Self::Jp2
        } else if image.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) {
            Self::J2c
        } else {
            Self::Unknown
        }
    }

    /// The media type's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Jp2 => "image/jp2",
            Self::J2c => "image/j2c",
            Self::Unknown => "application/octet-stream",
        }
    }

    /// The end of a file name for it.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Jp2 => "jp2",
            Self::J2c => "j2c",
            Self::Unknown => "bin",
        }
    }
}

/// A feature point (MPEG-4 facial point or anthropometric landmark).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeaturePoint {
    /// Type: 1 for an MPEG-4 point, 2 for an anthropometric landmark.
    pub kind: u8,
    /// Of an MPEG-4 point the major code in the high, the minor code in the low four bits; of a landmark its number.
    pub code: u8,
    /// Pixels from the left.
    pub x: u16,
    /// Pixels from the top.
    pub y: u16,
}

/// One image of a face with its description. What the description says of size and encoding is a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceImage {
    /// The encoding, by the image's own first bytes.
    pub media_type: MediaType,
    /// The image, encoded.
    pub bytes: Personal<Vec<u8>>,
    /// Gender code (0 unspecified, 1 male, 2 female, 255 unknown), eye colour, hair colour.
    pub features: Personal<[u8; 3]>,
    /// Property mask, 24 bits.
    pub property_mask: u32,
    /// Expression code; 0 unspecified, 1 neutral.
    pub expression: u16,
    /// Yaw, pitch and roll as coded: 0 unspecified, else `angle / 2 + 1`, modulo 181.
    pub pose: [u8; 3],
    /// Uncertainty of the three angles as coded.
    pub pose_uncertainty: [u8; 3],
    /// Feature points.
    pub feature_points: Personal<Vec<FeaturePoint>>,
    /// Face image type: 0 basic, 1 full frontal, 2 token frontal.
    pub image_type: u8,
    /// Image data type as claimed: 0 JPEG, 1 JPEG 2000.
    pub data_type: u8,
    /// Width in pixels as claimed; 0 where not said.
    pub width: u16,
    /// Height in pixels as claimed; 0 where not said.
    pub height: u16,
    /// Colour space: 0 unspecified, 1 sRGB, 2 YUV422, 3 grey.
    pub colour_space: u8,
    /// Source type: 2 static photo from a digital camera.
    pub source_type: u8,
    /// Device type of the vendor.
    pub device_type: u16,
    /// Quality; 0 where not said.
    pub quality: u16,
}

impl FaceImage {
    /// A full-frontal sRGB photo with a neutral expression, nothing else said of the holder.
    #[must_use]
    pub fn full_frontal(image: Vec<u8>, width: u16, height: u16) -> Self {
        let media_type = MediaType::of(&image);
        Self {
            media_type,
            bytes: Personal::new(image),
            features: Personal::new([0; 3]),
            property_mask: 0,
            expression: 1,
            pose: [0; 3],
            pose_uncertainty: [0; 3],
            feature_points: Personal::new(Vec::new()),
            image_type: 1,
            data_type: u8::from(media_type != MediaType::Jpeg),
            width,
            height,
            colour_space: 1,
            source_type: 2,
            device_type: 0,
            quality: 0,
        }
    }

    /// Whether it says that it is full frontal or token frontal.
    #[must_use]
    pub const fn is_frontal(&self) -> bool {
        matches!(self.image_type, 1 | 2)
    }

    fn parse(block: &[u8]) -> Result<Self, LdsError> {
        let short = || LdsError::field(FILE, "facial record data", "too short for what it announces");
        let mut at = Cursor(block);
        at.u32().ok_or_else(short)?;
        let points = usize::from(at.u16().ok_or_else(short)?);
        let features = at.array().ok_or_else(short)?;
        let property_mask =
            at.array::<3>().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c])).ok_or_else(short)?;
        let expression = at.u16().ok_or_else(short)?;
        let pose = at.array().ok_or_else(short)?;
        let pose_uncertainty = at.array().ok_or_else(short)?;
        // The points stand between the description and the image: they shift it.
        let points = at.take(points * FEATURE_POINT).ok_or_else(short)?;
        let feature_points = points.chunks_exact(FEATURE_POINT).map(feature_point).collect();
        let [image_type, data_type] = at.array().ok_or_else(short)?;
        let width = at.u16().ok_or_else(short)?;
        let height = at.u16().ok_or_else(short)?;
        let [colour_space, source_type] = at.array().ok_or_else(short)?;
        let device_type = at.u16().ok_or_else(short)?;
        let quality = at.u16().ok_or_else(short)?;
        if at.0.is_empty() {
            return Err(LdsError::field(FILE, "image", "empty"));
        }
        Ok(Self {
            media_type: MediaType::of(at.0),
            bytes: Personal::new(at.0.to_vec()),
            features: Personal::new(features),
            property_mask,
            expression,
            pose,
            pose_uncertainty,
            feature_points: Personal::new(feature_points),
            image_type,
            data_type,
            width,
            height,
            colour_space,
            source_type,
            device_type,
            quality,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let (image, points) = (self.bytes.disclose(), self.feature_points.disclose());
        let len = INFORMATION + points.len() * FEATURE_POINT + IMAGE_INFORMATION + image.len();
        out.extend((len as u32).to_be_bytes());
        out.extend((points.len() as u16).to_be_bytes());
        out.extend(self.features.disclose());
        out.extend(&self.property_mask.to_be_bytes()[1..]);
        out.extend(self.expression.to_be_bytes());
        out.extend(self.pose);
        out.extend(self.pose_uncertainty);
        for point in points {
            out.extend([point.kind, point.code]);
            out.extend(point.x.to_be_bytes());
            out.extend(point.y.to_be_bytes());
            out.extend([0, 0]);
        }
        out.extend([self.image_type, self.data_type]);
        out.extend(self.width.to_be_bytes());
        out.extend(self.height.to_be_bytes());
        out.extend([self.colour_space, self.source_type]);
        out.extend(self.device_type.to_be_bytes());
        out.extend(self.quality.to_be_bytes());
        out.extend(image);
    }
}

fn feature_point(bytes: &[u8]) -> FeaturePoint {
    let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    FeaturePoint { kind: bytes[0], code: bytes[1], x: word(2), y: word(4) }
}

/// Reads a face record (the content of data object 5F2E).
///
/// # Errors
/// [`LdsError`] where header, counts or lengths do not hold.
pub fn parse(record: &[u8]) -> Result<Vec<FaceImage>, LdsError> {
    let wrong = |field, problem| LdsError::field(FILE, field, problem);
    let mut at = Cursor(record);
    if at.take(8) != Some(b"FAC\x00010\x00".as_slice()) {
        return Err(wrong("header", "not FAC version 010"));
    }
    let announced = at.u32().ok_or(wrong("record length", "missing"))? as usize;
    if announced > record.len() || announced < HEADER {
        return Err(wrong("record length", "does not fit the data object"));
    }
    let count = usize::from(at.u16().ok_or(wrong("number of images", "missing"))?);
    if count == 0 || count > MAX_IMAGES {
        return Err(LdsError::TooMany { file: FILE, what: "images, or none", limit: MAX_IMAGES });
    }
    let mut rest = &record[HEADER..announced];
    let mut images = Vec::new();
    for _ in 0..count {
        let len = Cursor(rest).u32().ok_or(wrong("facial record data", "missing"))? as usize;
        if len < INFORMATION + IMAGE_INFORMATION || len > rest.len() {
            return Err(wrong("facial record data length", "does not fit the record"));
        }
        images.push(FaceImage::parse(&rest[..len])?);
        rest = &rest[len..];
    }
    Ok(images)
}

/// Writes a face record of these images; see [`parse`].
#[must_use]
pub fn to_bytes(images: &[FaceImage]) -> Vec<u8> {
    let mut blocks = Vec::new();
    images.iter().for_each(|image| image.write(&mut blocks));
    let mut out = b"FAC\x00010\x00".to_vec();
    out.extend(((HEADER + blocks.len()) as u32).to_be_bytes());
    out.extend((images.len() as u16).to_be_bytes());
    out.extend(blocks);
    out
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn image(points: usize) -> FaceImage {
        let mut image = FaceImage::full_frontal(vec![0xFF, 0xD8, 0xFF, 0xE0, 9], 413, 531);
        let point = FeaturePoint { kind: 1, code: 0xC1, x: 150, y: 200 };
        image.feature_points = Personal::new(vec![point; points]);
        image
    }

    #[test]
    fn feature_points_shift_the_image_and_several_images_follow_each_other() {
        let images = vec![image(0), image(3), image(1)];
        let bytes = to_bytes(&images);
        assert_eq!(parse(&bytes).unwrap(), images);
        assert_eq!(bytes.len(), 14 + 3 * (20 + 12 + 5) + 4 * 8);
    }

    #[test]
    fn lengths_and_counts_that_do_not_hold_are_refused() {
        let good = to_bytes(&[image(1)]);
        let with = |at: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[at] = value;
            parse(&bytes)
        };
        assert!(parse(&good).is_ok());
        assert!(with(0, b'X').is_err(), "header");
        assert!(with(8, 0xFF).is_err(), "record length");
        assert!(with(13, 0).is_err(), "no image");
        assert!(with(13, 17).is_err(), "seventeen images");
        assert!(with(13, 2).is_err(), "a second image that is not there");
        assert!(with(14, 0xFF).is_err(), "block length");
        assert!(with(18, 0xFF).is_err(), "feature points");
        assert!(with(19, 2).is_err(), "a feature point that eats the image");
    }

    #[test]
    fn the_image_tells_its_own_type() {
        assert_eq!(
            MediaType::of(&[0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]),
            MediaType::Jp2
        );
        assert_eq!(MediaType::of(&[0xFF, 0x4F, 0xFF, 0x51, 0]), MediaType::J2c);
        assert_eq!(MediaType::of(&[0xFF, 0xD8, 0xFF, 0xE1]), MediaType::Jpeg);
        assert_eq!(MediaType::of(&[]), MediaType::Unknown);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(at in 0usize..60, value: u8, cut in 0usize..70) {
            let mut bytes = to_bytes(&[image(1), image(0)]);
            bytes[at] = value;
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = parse(&bytes);
        }
    }
}
