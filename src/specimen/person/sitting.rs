//! A person before a webcam at home: one room, one light, any pose and expression.

use super::Person;
use super::expression::{Expression, Pose};
use super::light::Light;
use super::points::FacePoint;
use super::room::Room;
use super::sensor::Sensor;
use super::space::{Vec3, smooth};
use super::stream::Stream;
use super::studio::{Camera, Model, Set, Studio};
use image::RgbImage;

/// Single pictures of a person by a webcam, of 1280 by 720 pixels.
#[derive(Debug)]
pub struct Sitting {
    studio: Studio,
    sensor: Sensor,
    moods: Stream,
    shots: u16,
}

impl Sitting {
    /// Sits down; `seed` decides room, clothes, light and noise, not the person.
    #[must_use]
    pub fn new(person: &Person, seed: u64) -> Self {
        let studio = webcam(person, (1280, 720), &mut Stream::new(seed, "session"));
        let sensor = Sensor::new(Stream::new(seed, "sensor"), 1.6);
        Self { studio, sensor, moods: Stream::new(seed, "moods"), shots: 0 }
    }

    /// A pose and an expression by chance, of those that the gestures pass through: half of the time one thing
    /// alone is done, as a gesture does, else everything at once.
    pub fn mood(&mut self) -> (Pose, Expression) {
        let moods = &mut self.moods;
        let one = if moods.unit() < 0.5 { Some(moods.below(6)) } else { None };
        let mut wide = |place: usize, reach: f32| match one {
            Some(chosen) if chosen != place => moods.around(0.0, reach * 0.08),
            _ => moods.between(-reach, reach),
        };
        let (yaw, pitch, roll) = (wide(0, 42.0), wide(1, 22.0), wide(2, 27.0));
        let pose = Pose { yaw, pitch, roll, x: moods.around(0.0, 0.08), y: moods.around(0.0, 0.05) };
        let mut shown = |place: usize| match one {
            Some(chosen) if chosen != place => 0.0,
            // Half closed lids are passed through quickly; both ends are seen more.
            _ => smooth(moods.between(-0.3, 1.3).clamp(0.0, 1.0)),
        };
        let (blink, smile, mouth_open) = (shown(3), shown(4), shown(5));
        (pose, Expression { blink, smile, mouth_open, gaze: moods.around(0.0, 0.3).clamp(-1.0, 1.0) })
    }

    /// Where points of the face are in the picture of that moment: pixels, x to the right, y down, centres at whole
    /// numbers. What hair, nose or turn hides has its place as well.
    pub fn points(&mut self, pose: &Pose, face: &Expression) -> Vec<(FacePoint, [f32; 2])> {
        self.studio.points(pose, face)
    }

    /// Takes a picture.
    pub fn shoot(&mut self, pose: &Pose, face: &Expression) -> RgbImage {
        let mut picture = self.studio.shoot(pose, face);
        self.sensor.expose(&mut picture, f32::from(self.shots) * 700.0);
        self.shots = self.shots.wrapping_add(1);
        picture
    }
}

/// A person at home before a webcam: the head takes a fifth of the width of a wide picture.
pub(super) fn webcam(person: &Person, size: (u32, u32), stream: &mut Stream) -> Studio {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let camera = Camera {
        width: size.0 as usize,
        height: size.1 as usize,
        eyes: (width * stream.between(0.485, 0.515), height * stream.between(0.43, 0.46)),
        scale: (0.235 * height).min(0.27 * width),
        distance: 7.0,
    };
    let room = Room::new(stream);
    let side = if stream.unit() < 0.5 { -1.0 } else { 1.0 };
    let towards = Vec3::new(side * stream.between(0.1, 0.4), stream.between(0.3, 0.55), 1.0);
    let tint = Vec3::new(stream.around(1.02, 0.02), 1.0, stream.around(0.97, 0.025));
    let light = Light::new(towards, stream.between(0.36, 0.44), 0.72, tint);
    let shirt =
        Vec3::new(stream.between(25.0, 170.0), stream.between(25.0, 150.0), stream.between(30.0, 170.0));
    let set = Set { camera, light, shirt, soft: true };
    Studio::new(Model::new(&person.identity), set, |x, y| room.at(x / width, y / height))
}
