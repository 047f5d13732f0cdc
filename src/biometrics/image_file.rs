//! A picture file to pixels: JPEG and PNG, and JPEG 2000 (file and bare codestream). Sizes are checked before
//! anything is decoded.
//! Source: ISO/IEC 10918-1, ISO/IEC 15444-1, PNG.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// Largest picture, in pixels.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Largest picture file, in bytes.
pub const MAX_FILE: u64 = 32 * 1024 * 1024;

/// What a picture file is, by its first bytes: what a chip claims is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// JPEG 2000 in its file form.
    Jp2,
    /// A bare JPEG 2000 codestream.
    J2k,
}

/// What can be wrong with a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// None of the known kinds.
    #[error("neither JPEG, JPEG 2000 nor PNG")]
    Unknown,
    /// More pixels than the limit, or none.
    #[error("{width}x{height} pixels, expected at most {MAX_PIXELS}")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file is broken.
    #[error("{0}")]
    Malformed(String),
}

impl ImageKind {
    /// The kind of a file.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0, 0, 0, 12, b'j', b'P', ..] => Some(Self::Jp2),
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Some(Self::J2k),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Jp2 => "image/jp2",
            Self::J2k => "image/j2c",
        }
    }
}

fn within_limits(width: u32, height: u32) -> Result<(), ImageError> {
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::Size { width, height });
    }
    Ok(())
}

/// Pixels of a picture file.
///
/// # Errors
/// [`ImageError`].
pub fn decode(bytes: &[u8]) -> Result<RgbImage, ImageError> {
    match ImageKind::of(bytes).ok_or(ImageError::Unknown)? {
        ImageKind::Jpeg => baseline(bytes, ImageFormat::Jpeg),
        ImageKind::Png => baseline(bytes, ImageFormat::Png),
        ImageKind::Jp2 | ImageKind::J2k => jpeg2000(bytes),
    }
}

fn baseline(bytes: &[u8], format: ImageFormat) -> Result<RgbImage, ImageError> {
    let malformed = |error: image::ImageError| ImageError::Malformed(error.to_string());
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(malformed)?;
    let (width, height) = decoder.dimensions();
    within_limits(width, height)?;
    let orientation = decoder.orientation().map_err(malformed)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_rgb8())
}

fn jpeg2000(bytes: &[u8]) -> Result<RgbImage, ImageError> {
    let malformed = |error: &dyn std::fmt::Display| ImageError::Malformed(error.to_string());
    let picture =
        hayro_jpeg2000::Image::new(bytes, &DecodeSettings::default()).map_err(|error| malformed(&error))?;
    let (width, height) = (picture.width(), picture.height());
    within_limits(width, height)?;
    let alpha = usize::from(picture.has_alpha());
    let colours = match picture.color_space() {
        ColorSpace::CMYK => return Err(ImageError::Malformed("CMYK is not used in portraits".to_owned())),
        other => usize::from(other.num_channels()),
    };
    let mut context = DecoderContext::default();
    let samples = picture.decode(&mut context).map_err(|error| malformed(&error))?.data_u8();
    let step = colours + alpha;
    let pixels = width as usize * height as usize;
    if !matches!(colours, 1 | 3) || samples.len() != pixels * step {
        return Err(ImageError::Malformed(format!("{colours} colour channels, {} samples", samples.len())));
    }
    let mut rgb = Vec::with_capacity(pixels * 3);
    for pixel in samples.chunks_exact(step) {
        rgb.extend(if colours == 1 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] });
    }
    RgbImage::from_raw(width, height, rgb).ok_or(ImageError::Size { width, height })
}
