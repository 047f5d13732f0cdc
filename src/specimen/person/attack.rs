//! Presentation attack instruments before the camera: a sheet of paper and a screen, both with what gives them
//! away. Source: ISO/IEC 30107-3 (attack types); the signs are those of section 3 of Silent-Face and of NUAA:
//! a visible border, the grid of the screen against the grid of the sensor, glare, flatness.

use super::plane::{Plane, inset, sample};
use super::room::Room;
use super::script::{Sway, VideoScript};
use super::space::{Rotation, Vec3, bump, smooth};
use super::stream::Stream;
use image::{Rgb, RgbImage};
use std::f32::consts::TAU;

/// The room that the attack is held up in, and the frame's size.
#[derive(Debug)]
struct Place {
    size: (f32, f32),
    backdrop: RgbImage,
}

impl Place {
    fn new(script: &VideoScript, stream: &mut Stream) -> Self {
        let size = (script.width as f32, script.height as f32);
        let room = Room::new(stream);
        let backdrop = RgbImage::from_fn(script.width, script.height, |x, y| {
            pixel(room.at(x as f32 / size.0, y as f32 / size.1))
        });
        Self { size, backdrop }
    }
}

fn pixel(colour: Vec3) -> Rgb<u8> {
    Rgb([colour.x, colour.y, colour.z].map(|value| value.clamp(0.0, 255.0) as u8))
}

/// Draws over every pixel where `draw` gives a colour and how much it covers.
fn over(frame: &mut RgbImage, mut draw: impl FnMut(f32, f32) -> Option<(Vec3, f32)>) {
    for (x, y, under) in frame.enumerate_pixels_mut() {
        if let Some((colour, part)) = draw(x as f32 + 0.5, y as f32 + 0.5) {
            let [r, g, b] = under.0.map(f32::from);
            *under = pixel(Vec3::new(r, g, b).towards(colour, part));
        }
    }
}

/// A printed photo, held by hand.
#[derive(Debug)]
pub(super) struct Paper {
    place: Place,
    /// Size of the sheet and of the photo on it, in pixels of the frame.
    sheet: (f32, f32),
    margin: f32,
    sheen: (f32, f32),
}

impl Paper {
    /// A sheet for a photo of `photo` pixels, whole in the picture; or, `edgeless`, larger than the picture.
    pub(super) fn new(script: &VideoScript, photo: (u32, u32), edgeless: bool, stream: &mut Stream) -> Self {
        let place = Place::new(script, stream);
        let height = if edgeless { 1.4 } else { 0.84 } * place.size.1;
        let width = height * photo.0 as f32 / photo.1 as f32;
        let sheen = (stream.between(0.2, 0.8), stream.between(0.1, 0.5));
        Self { place, sheet: (width, height), margin: 0.045 * height, sheen }
    }

    /// The sheet at a time with `photo` on it, turned by `yaw` degrees besides what the hand does.
    pub(super) fn hold(&self, photo: &RgbImage, yaw: f32, sway: &Sway, ms: f32) -> RgbImage {
        let turn = Rotation::from_degrees(
            yaw + 11.0 * sway.at(0, ms * 1.6),
            6.0 * sway.at(1, ms * 1.4),
            3.0 * sway.at(2, ms),
        );
        let size = self.place.size;
        let centre = (size.0 * (0.5 + 0.02 * sway.at(3, ms)), size.1 * (0.52 + 0.02 * sway.at(4, ms)));
        let plane = Plane::new(size, centre, self.sheet, &turn);
        let mut frame = self.place.backdrop.clone();
        let (width, height) = (self.sheet.0 - 2.0 * self.margin, self.sheet.1 - 2.0 * self.margin);
        over(&mut frame, |x, y| {
            let (u, v) = plane.at(x, y);
            let inside = inset((u, v), self.sheet);
            if inside < -1.0 {
                return None;
            }
            let white = Vec3::new(226.0, 225.0, 220.0);
            let on_photo =
                ((u * self.sheet.0 - self.margin) / width, (v * self.sheet.1 - self.margin) / height);
            let printed = smooth(inset(on_photo, (width, height)) + 0.5);
            let mut colour = white;
            if printed > 0.0 {
                // Ink on paper: no deep black, no bright colour.
                let ink = sample(photo, on_photo.0, on_photo.1);
                let grey = 0.3 * ink.x + 0.59 * ink.y + 0.11 * ink.z;
                let dull =
                    ink.towards(Vec3::new(grey, grey, grey), 0.18) * 0.80 + Vec3::new(30.0, 29.0, 27.0);
                colour = white.towards(dull, printed);
            }
            let sheen =
                bump(u - self.sheen.0 - 0.4 * sway.at(0, ms * 1.6), 0.35) * bump(v - self.sheen.1, 0.5);
            let lit = colour * (0.90 + 0.10 * sheen) + Vec3::new(14.0, 14.0, 14.0) * sheen;
            Some((lit, smooth(inside + 0.5)))
        });
        frame
    }
}

/// A tablet that plays a video.
#[derive(Debug)]
pub(super) struct Screen {
    place: Place,
    /// Size of the whole device, in pixels of the frame.
    device: (f32, f32),
    bezel: f32,
    /// Dots of the display across and down.
    dots: (f32, f32),
    glare: (f32, f32),
    lean: f32,
}

impl Screen {
    /// A device that is whole in the picture; or, `edgeless`, one larger than the picture.
    pub(super) fn new(script: &VideoScript, edgeless: bool, stream: &mut Stream) -> Self {
        let place = Place::new(script, stream);
        let bezel = 0.035 * place.size.0;
        let width = stream.between(0.74, 0.80) * if edgeless { 1.6 } else { 1.0 } * place.size.0;
        let height = width * place.size.1 / place.size.0;
        let device = (width + 2.0 * bezel, height + 2.0 * bezel);
        // A little more than a dot a pixel: the two grids beat, which is the moire.
        let pitch = stream.between(1.03, 1.08);
        Self {
            place,
            device,
            bezel,
            dots: (width * pitch, height * pitch),
            glare: (stream.between(0.1, 0.9), stream.between(0.05, 0.35)),
            lean: stream.between(-9.0, 9.0),
        }
    }

    /// The device at a time, with the played frame on it.
    pub(super) fn show(&self, played: &RgbImage, sway: &Sway, ms: f32) -> RgbImage {
        let turn = Rotation::from_degrees(
            self.lean + 1.5 * sway.at(1, ms),
            2.0 * sway.at(2, ms),
            1.2 * sway.at(3, ms),
        );
        let size = self.place.size;
        let centre = (size.0 * (0.5 + 0.008 * sway.at(4, ms)), size.1 * (0.5 + 0.008 * sway.at(0, ms)));
        let plane = Plane::new(size, centre, self.device, &turn);
        let mut frame = self.place.backdrop.clone();
        let (width, height) = (self.device.0 - 2.0 * self.bezel, self.device.1 - 2.0 * self.bezel);
        over(&mut frame, |x, y| {
            let (u, v) = plane.at(x, y);
            let inside = inset((u, v), self.device);
            if inside < -1.0 {
                return None;
            }
            let glare = bump(u - self.glare.0 - 0.25 * (v - 0.5), 0.16) * bump(v - self.glare.1, 0.5);
            let reflected = Vec3::new(215.0, 222.0, 230.0) * (0.22 * glare);
            let mut colour = Vec3::new(17.0, 17.0, 19.0);
            let on = ((u * self.device.0 - self.bezel) / width, (v * self.device.1 - self.bezel) / height);
            let lit = smooth(inset(on, (width, height)) + 0.5);
            if lit > 0.0 {
                colour = colour.towards(self.emitted(played, on, ms), lit);
            }
            Some((colour + reflected, smooth(inside + 0.5)))
        });
        frame
    }

    /// What the display gives off: bluish, contrasty, through a grid of red, green and blue stripes.
    fn emitted(&self, played: &RgbImage, on: (f32, f32), ms: f32) -> Vec3 {
        let shown = sample(played, on.0, on.1);
        let contrast = |value: f32, gain: f32| (128.0 + 1.14 * (value - 128.0)) * gain;
        let (column, row) = (on.0 * self.dots.0, on.1 * self.dots.1);
        let gap = 1.0 - 0.06 * (0.5 + 0.5 * (TAU * row).cos());
        let stripe = |offset: f32| gap * (1.0 + 0.07 * (TAU * (column - offset)).cos());
        // The display's refresh against the camera's rows.
        let flicker = 1.0 + 0.02 * (TAU * (on.1 * 1.7 + ms / 1000.0 * 2.3)).sin();
        Vec3::new(
            contrast(shown.x, 0.95) * stripe(0.0),
            contrast(shown.y, 0.99) * stripe(1.0 / 3.0),
            contrast(shown.z, 1.08) * stripe(2.0 / 3.0),
        ) * flicker
    }
}
