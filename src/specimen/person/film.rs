//! The frames of a video: a person before a webcam at home, or an attack with a picture of that person.

use super::attack::{Paper, Screen};
use super::expression::{Expression, Pose};
use super::script::{Attack, LONGEST_MS, Sway, VideoScript};
use super::sensor::Sensor;
use super::sitting::webcam;
use super::stream::Stream;
use super::studio::Studio;
use super::{Person, PersonError, PortraitOptions};
use image::RgbImage;

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
    Screen(Box<Studio>, Box<Screen>),
    Paper(Box<Paper>),
    Still(RgbImage),
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
        let size = (script.width, script.height);
        let mut stream = Stream::new(script.seed, "session");
        let sway = Sway::new(&mut stream);
        let sensor = Sensor::new(Stream::new(script.seed, "sensor"), 1.6);
        let scene = match script.attack {
            None => Scene::Person(Box::new(webcam(person, size, &mut stream))),
            Some(Attack::Screen) => {
                let mut elsewhere = Stream::new(script.seed, "screen");
                let studio = webcam(person, size, &mut elsewhere);
                Scene::Screen(Box::new(studio), Box::new(Screen::new(script, &mut stream)))
            }
            Some(Attack::Print) => {
                let photo = person.portrait(&PortraitOptions::new(620, 797, usize::MAX))?;
                Scene::Paper(Box::new(Paper::new(script, photo, &mut stream)))
            }
            Some(Attack::Still) => {
                let mut studio = webcam(person, size, &mut stream);
                let mut pose = Pose::default();
                sway.add_to(&mut pose, 0.0);
                Scene::Still(studio.shoot(&pose, &Expression::default()))
            }
        };
        Ok(Self { script: script.clone(), scene, sway, sensor, next: 0 })
    }

    fn act(&self, ms: f32) -> (Pose, Expression) {
        let (mut pose, face) = self.script.at(ms);
        self.sway.add_to(&mut pose, ms);
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
            Scene::Screen(studio, screen) => screen.show(&studio.shoot(&pose, &face), &self.sway, ms),
            Scene::Paper(paper) => paper.hold(&self.sway, ms),
            Scene::Still(frame) => frame.clone(),
        };
        self.sensor.expose(&mut frame, ms);
        Some(frame)
    }
}
