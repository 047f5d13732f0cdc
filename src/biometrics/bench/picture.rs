//! A picture of a set to pixels: what [`image_file`] reads, and PGM, which the oldest sets come in.
//! Source: Netpbm, pgm(5), raw form (P5) of one byte a sample.

use crate::biometrics::ImageError;
use crate::biometrics::image_file::{self, MAX_FILE, MAX_PIXELS};
use image::RgbImage;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The pixels of a file.
pub(super) fn read(path: &Path) -> Result<RgbImage, ImageError> {
    let malformed = |error: std::io::Error| ImageError::Malformed(error.to_string());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(malformed)?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(malformed)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(ImageError::Malformed(format!("over {MAX_FILE} bytes")));
    }
    if bytes.starts_with(b"P5") { pgm(&bytes) } else { image_file::decode(&bytes) }
}

fn pgm(bytes: &[u8]) -> Result<RgbImage, ImageError> {
    let malformed = |what: &str| ImageError::Malformed(format!("PGM: {what}"));
    let mut at = 2;
    let mut header = [0u32; 3];
    for value in &mut header {
        // White space and comments, then digits.
        loop {
            match bytes.get(at) {
                Some(b'#') => {
                    let end = bytes[at..].iter().position(|byte| *byte == b'\n');
                    at += end.ok_or_else(|| malformed("a comment without end"))?;
                }
                Some(byte) if byte.is_ascii_whitespace() => at += 1,
                _ => break,
            }
        }
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&bytes[at..at + digits]).unwrap_or_default();
        *value = text.parse().map_err(|_| malformed("a number is missing or too large"))?;
        at += digits;
    }
    let [width, height, most] = header;
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::Size { width, height });
    }
    if !(1..=255).contains(&most) {
        return Err(malformed("not one byte a sample"));
    }
    // One white space ends the header.
    let samples = bytes.get(at + 1..).unwrap_or_default();
    let pixels = width as usize * height as usize;
    let samples = samples.get(..pixels).ok_or_else(|| malformed("it is cut off"))?;
    let grey = |sample: &u8| (u32::from(*sample).min(most) * 255 / most) as u8;
    let rgb = samples.iter().flat_map(|sample| [grey(sample); 3]).collect();
    RgbImage::from_raw(width, height, rgb).ok_or(ImageError::Size { width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pgm_is_read_and_what_is_none_is_refused() {
        let picture = pgm(b"P5\n# a comment\n3 2\n127\n\x00\x01\x02\x7D\x7E\x7F").unwrap();
        assert_eq!(picture.dimensions(), (3, 2));
        assert_eq!(picture.get_pixel(2, 1).0, [255; 3]);
        assert_eq!(picture.get_pixel(0, 0).0, [0; 3]);
        for broken in [
            &b"P5"[..],
            b"P5\n3 2\n255\n\x00",
            b"P5 99999999999 2 255\n",
            b"P5 60000 60000 255\n",
            b"P5 3 0 255\n",
            b"P5 1 1 65535\n\x00\x00",
            b"P5 # no end",
            b"P5 1 1 255",
        ] {
            assert!(pgm(broken).is_err(), "{broken:?}");
        }
    }
}
