//! A film as an MP4 file: H.264 by a software encoder, one track, timestamps of a constant rate.
//! Source: ITU-T H.264 (03/2010) annex B; ISO/IEC 14496-12 and 14496-15; ITU-R BT.601 for the colours.

use super::film::Film;
use super::{Person, PersonError, VideoScript};
use image::RgbImage;
use muxide::api::{MuxerBuilder, VideoCodec};
use rusty_h264_common::YuvPlanes;
use rusty_h264_encoder::{Encoder, EncoderConfig, Preset};

/// Makes the video of a script; `progress` is told how many frames are done, and of how many.
///
/// # Errors
/// [`PersonError::Script`] where the script is not offered; [`PersonError::Video`] where encoder or container refuse.
pub fn render_video(
    person: &Person,
    script: &VideoScript,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Vec<u8>, PersonError> {
    let film = Film::new(person, script)?;
    let (width, height) = (script.width as usize, script.height as usize);
    let refused = |what: &dyn std::fmt::Display| PersonError::Video(what.to_string());
    let mut config = EncoderConfig::new(width, height);
    config.preset = Preset::Fast;
    config.framerate = script.fps as f32;
    // A key frame every second, as recorders that can be searched make.
    config.gop_size = script.fps;
    config.bitrate = 0;
    config.qp = 26;
    // No look ahead: each frame gives its access unit at once, and key frames fall where they are asked for.
    config.mbtree = false;
    config.scenecut = 0;
    let mut encoder = Encoder::new(config).map_err(|error| refused(&error))?;
    let mut bytes = Vec::new();
    let mut muxer = MuxerBuilder::new(&mut bytes)
        .video(VideoCodec::H264, script.width, script.height, f64::from(script.fps))
        .build()
        .map_err(|error| refused(&error))?;
    let mut planes = Planes::new(width, height);
    // The next frame is drawn while this one is encoded. Where the encoder gives up, the drawing ends with it.
    std::thread::scope(|scope| {
        let (send, frames) = std::sync::mpsc::sync_channel::<RgbImage>(2);
        scope.spawn(move || film.map(|frame| send.send(frame)).take_while(Result::is_ok).for_each(drop));
        for (number, frame) in (0u32..).zip(frames) {
            planes.fill(&frame);
            let view = planes.view().ok_or(PersonError::Script)?;
            let unit = encoder.encode_planes(&view).map_err(|error| refused(&error))?;
            muxer
                .write_video(f64::from(number) / f64::from(script.fps), &unit, number % script.fps == 0)
                .map_err(|error| refused(&error))?;
            progress(number + 1, script.frames());
        }
        Ok::<(), PersonError>(())
    })?;
    muxer.finish().map_err(|error| refused(&error))?;
    Ok(bytes)
}

/// One frame as luma and two chroma planes of half the size (4:2:0).
#[derive(Debug)]
struct Planes {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Planes {
    fn new(width: usize, height: usize) -> Self {
        let (luma, chroma) = (width * height, width * height / 4);
        Self { width, height, y: vec![0; luma], u: vec![0; chroma], v: vec![0; chroma] }
    }

    /// From RGB by BT.601 with limited range, in 16-bit fixed point.
    fn fill(&mut self, frame: &RgbImage) {
        let stride = self.width * 3;
        let pixels: &[u8] = frame;
        let rows = pixels.chunks_exact(stride * 2);
        let lumas = self.y.chunks_exact_mut(self.width * 2);
        let chromas = self.u.chunks_exact_mut(self.width / 2).zip(self.v.chunks_exact_mut(self.width / 2));
        for ((pair, luma), (us, vs)) in rows.zip(lumas).zip(chromas) {
            let (upper, lower) = pair.split_at(stride);
            for (value, pixel) in luma.iter_mut().zip(pair.chunks_exact(3)) {
                let sum =
                    16_829 * u32::from(pixel[0]) + 33_039 * u32::from(pixel[1]) + 6_416 * u32::from(pixel[2]);
                *value = ((sum + (16 << 16) + (1 << 15)) >> 16) as u8;
            }
            let squares = upper.chunks_exact(6).zip(lower.chunks_exact(6));
            for ((u, v), (a, b)) in us.iter_mut().zip(vs.iter_mut()).zip(squares) {
                let sum =
                    |i: usize| i32::from(a[i]) + i32::from(a[i + 3]) + i32::from(b[i]) + i32::from(b[i + 3]);
                let (red, green, blue) = (sum(0), sum(1), sum(2));
                let scaled = |v: i32| ((v + (128 << 18) + (1 << 17)) >> 18).clamp(0, 255) as u8;
                *u = scaled(-9_714 * red - 19_070 * green + 28_784 * blue);
                *v = scaled(28_784 * red - 24_103 * green - 4_681 * blue);
            }
        }
    }

    fn view(&self) -> Option<YuvPlanes<'_>> {
        YuvPlanes::new(self.width, self.height, &self.y, &self.u, &self.v, self.width, self.width / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::person::Act;

    #[test]
    fn colours_follow_bt_601() {
        let mut planes = Planes::new(2, 2);
        for (rgb, expected) in [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([255, 0, 0], [81, 90, 240]),
            ([0, 0, 255], [41, 240, 110]),
        ] {
            planes.fill(&RgbImage::from_pixel(2, 2, image::Rgb(rgb)));
            for (value, wanted) in [planes.y[0], planes.u[0], planes.v[0]].into_iter().zip(expected) {
                assert!(value.abs_diff(wanted) <= 1, "{rgb:?}: {value} is not {wanted}");
            }
        }
    }

    #[test]
    fn a_video_is_made_frame_by_frame() {
        let mut script = VideoScript::of_acts(&[Act::Smile], 1);
        (script.width, script.height, script.duration_ms) = (320, 240, 400);
        let mut told = Vec::new();
        let mp4 =
            render_video(&Person::from_seed(1), &script, &mut |done, all| told.push((done, all))).unwrap();
        assert_eq!(told.last(), Some(&(6, 6)));
        assert_eq!(&mp4[4..8], b"ftyp");
        script.width = 321;
        let odd = render_video(&Person::from_seed(1), &script, &mut |_, _| {});
        assert!(matches!(odd, Err(PersonError::Script)));
    }
}
