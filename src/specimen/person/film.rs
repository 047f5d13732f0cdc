//! The frames of a video: a person before a webcam at home, or an attack with a picture of that person.

use super::attack::{Paper, Screen};
use super::cheat::Attack;
use super::expression::{Expression, Pose};
use super::plane::sample;
use super::script::{LONGEST_MS, Sway, VideoScript};
use super::sensor::Sensor;
use super::sitting::webcam;
use super::stream::Stream;
use super::studio::Studio;
use super::{Person, PersonError, PortraitOptions};
use image::{Rgb, RgbImage};

/// Pixels of a photo to print that shows head and shoulders.
const PHOTO: (u32, u32) = (620, 798);
/// Length of what a loop repeats, in milliseconds.
const LOOP_MS: f32 = 2_500.0;
/// How much further a photo must be turned than a head, to look as if.
const OVERTURNED: f32 = 1.15;

/// A video being made, frame by frame.
#[derive(Debug)]
pub struct Film {
    script: VideoScript,
    scene: Scene,
    sway: Sway,
    sensor: Sensor,
    next: u32,
}

/// What stands before the camera.
#[derive(Debug)]
enum Scene {
    Person(Box<Studio>),
    /// One until the middle, the other from then on.
    Two(Box<[Studio; 2]>),
    Screen(Box<Studio>, Box<Screen>),
    Paper(Box<Paper>, RgbImage),
    /// A photo with living eyes behind it.
    Mask(Box<Paper>, Box<Studio>),
    Still(RgbImage),
}

/// Whoever is not the person.
fn stranger(person: &Person) -> Person {
    Person::from_seed(person.seed().wrapping_add(13))
}

impl Scene {
    fn new(
        person: &Person,
        script: &VideoScript,
        sway: &Sway,
        mut stream: Stream,
    ) -> Result<Self, PersonError> {
        let size = (script.width, script.height);
        let stream = &mut stream;
        let calm = |studio: &mut Studio| {
            let mut pose = Pose::default();
            sway.add_to(&mut pose, 0.0);
            studio.shoot(&pose, &Expression::default())
        };
        Ok(match script.attack {
            None | Some(Attack::Spliced | Attack::Loop | Attack::Reordered) => {
                Self::Person(Box::new(webcam(person, size, stream)))
            }
            Some(Attack::OtherPerson) => Self::Person(Box::new(webcam(&stranger(person), size, stream))),
            Some(Attack::Swapped) => {
                // The same room: whoever swaps faces does not move house.
                let second = webcam(&stranger(person), size, &mut stream.clone());
                Self::Two(Box::new([webcam(person, size, stream), second]))
            }
            Some(attack @ (Attack::Screen | Attack::ScreenEdgeless)) => {
                let mut elsewhere = Stream::new(script.seed, "screen");
                let studio = webcam(person, size, &mut elsewhere);
                let screen = Screen::new(script, attack == Attack::ScreenEdgeless, stream);
                Self::Screen(Box::new(studio), Box::new(screen))
            }
            Some(Attack::Print | Attack::PrintTurned) => {
                let photo = person.portrait(&PortraitOptions::new(620, 797, usize::MAX))?;
                Self::Paper(Box::new(Paper::new(script, photo.dimensions(), false, stream)), photo)
            }
            Some(Attack::PrintEdgeless) => {
                let mut elsewhere = Stream::new(script.seed, "photo");
                let photo = calm(&mut webcam(person, size, &mut elsewhere));
                Self::Paper(Box::new(Paper::new(script, photo.dimensions(), true, stream)), photo)
            }
            Some(Attack::CutOutEyes) => {
                let studio = webcam(person, PHOTO, &mut Stream::new(script.seed, "photo"));
                Self::Mask(Box::new(Paper::new(script, PHOTO, false, stream)), Box::new(studio))
            }
            Some(Attack::Still | Attack::PanZoom) => Self::Still(calm(&mut webcam(person, size, stream))),
        })
    }
}

impl Film {
    /// Sets the scene.
    ///
    /// # Errors
    /// [`PersonError::Script`] where size, rate or length are not offered.
    pub fn new(person: &Person, script: &VideoScript) -> Result<Self, PersonError> {
        let sides = 240..=1920;
        let offered = sides.contains(&script.width)
            && sides.contains(&script.height)
            && script.width.is_multiple_of(2)
            && script.height.is_multiple_of(2)
            && (5..=60).contains(&script.fps)
            && (200..=LONGEST_MS).contains(&script.duration_ms);
        if !offered {
            return Err(PersonError::Script);
        }
        let mut stream = Stream::new(script.seed, "session");
        let sway = Sway::new(&mut stream);
        let sensor = Sensor::new(Stream::new(script.seed, "sensor"), 1.6);
        let mut script = script.clone();
        if script.attack == Some(Attack::Reordered) {
            script.reorder();
        }
        let scene = Scene::new(person, &script, &sway, stream)?;
        Ok(Self { script, scene, sway, sensor, next: 0 })
    }

    /// The pose and face of a time, and the time of the recording that is shown then.
    fn act(&self, ms: f32) -> (Pose, Expression) {
        let shown = if self.script.attack == Some(Attack::Loop) { ms % LOOP_MS } else { ms };
        let (mut pose, face) = self.script.at(shown);
        // What was recorded on another day sways and sits otherwise.
        let day = match self.script.attack {
            Some(Attack::Spliced) => self.script.slot(ms) as f32,
            _ => 0.0,
        };
        self.sway.add_to(&mut pose, shown + 61_700.0 * day);
        pose.x += 0.06 * (day * 2.4).sin();
        pose.y += 0.05 * (day * 1.7).sin();
        (pose, face)
    }
}

impl Iterator for Film {
    type Item = RgbImage;

    fn next(&mut self) -> Option<RgbImage> {
        if self.next >= self.script.frames() {
            return None;
        }
        let ms = self.script.time_ms(self.next);
        self.next += 1;
        let (pose, face) = self.act(ms);
        let mut frame = match &mut self.scene {
            Scene::Person(studio) => studio.shoot(&pose, &face),
            Scene::Two(studios) => {
                let second = ms * 2.0 >= self.script.duration_ms as f32;
                studios[usize::from(second)].shoot(&pose, &face)
            }
            Scene::Screen(studio, screen) => screen.show(&studio.shoot(&pose, &face), &self.sway, ms),
            Scene::Paper(paper, photo) => {
                let turned = self.script.attack == Some(Attack::PrintTurned);
                let yaw = if turned { OVERTURNED * self.script.at(ms).0.yaw } else { 0.0 };
                paper.hold(photo, yaw, &self.sway, ms)
            }
            Scene::Mask(paper, studio) => {
                let eyes = Expression { smile: 0.0, mouth_open: 0.0, ..face };
                paper.hold(&studio.shoot(&Pose::default(), &eyes), 0.0, &self.sway, ms)
            }
            Scene::Still(frame) if self.script.attack == Some(Attack::PanZoom) => {
                panned(frame, &self.sway, ms)
            }
            Scene::Still(frame) => frame.clone(),
        };
        self.sensor.expose(&mut frame, ms);
        Some(frame)
    }
}

/// A picture as if a hand held the camera: moved by up to a twelfth, nearer by up to a tenth, tipped by 2 degrees.
fn panned(still: &RgbImage, sway: &Sway, ms: f32) -> RgbImage {
    let quick = ms * 2.5;
    let near = 0.82 + 0.05 * sway.at(0, quick);
    let (sin, cos) = (0.035 * sway.at(1, quick)).sin_cos();
    let (x0, y0) = (0.5 + 0.07 * sway.at(2, quick), 0.5 + 0.05 * sway.at(3, quick));
    let (width, height) = (still.width() as f32, still.height() as f32);
    RgbImage::from_fn(still.width(), still.height(), |x, y| {
        let (dx, dy) = (near * (x as f32 + 0.5 - width / 2.0), near * (y as f32 + 0.5 - height / 2.0));
        let colour = sample(still, x0 + (cos * dx - sin * dy) / width, y0 + (sin * dx + cos * dy) / height);
        Rgb([colour.x, colour.y, colour.z].map(|value| value.clamp(0.0, 255.0) as u8))
    })
}
