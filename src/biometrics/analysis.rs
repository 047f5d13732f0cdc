//! The pass over a video. Pictures are decoded in one thread and looked at in another; faces are detected every few
//! pictures and followed by the mesh in between; networks that need a frontal face see one picture of each stretch.

use super::capture::{
    Capture, CaptureError, Event, Looks, MAX_SEVERAL, MIN_DURATION_MS, MIN_FOUND, MIN_RATE, Observation,
    Sample, Stage,
};
use super::detect::{Face, detect};
use super::embed::embed;
use super::geometry::Rect;
use super::landmarks::{Mesh, RIGID, Region, lids, mesh};
use super::models::{ModelSet, Task};
use super::pad::live_scores;
use super::pose::second_yaw;
use super::quality::Quality;
use super::video::{Frame, Picture, Video, VideoError};
use std::sync::mpsc::sync_channel;

/// Least time between two pictures that are looked at: 12.5 a second of 25, 15 of 30.
const INTERVAL_MS: i64 = 60;
/// A face is detected anew in every such picture that is looked at; the mesh follows it in between.
const DETECT_EVERY: usize = 5;
/// Stretches of the video, each of which gives one frontal picture.
const STRETCHES: usize = 12;
/// Frontal, in degrees of yaw and of pitch (which has an offset of each person's own).
const FRONTAL: (f32, f32) = (12.0, 28.0);
/// From this yaw on, in degrees, the second family of networks is asked.
const ASK_SECOND: f32 = 15.0;
/// A second face counts from this share of the first one's area.
const SECOND_FACE: f32 = 0.15;
/// Overlap below which a face found again is somewhere else.
const JUMP: f32 = 0.1;
/// Grey levels, as a mean over cells, below which neighbouring pictures are the same.
const SAME: f32 = 0.02;

struct Candidate {
    frame: Frame,
    face: Face,
    quality: Quality,
    merit: f32,
}

struct Pass<'a> {
    models: &'a ModelSet,
    observe: &'a mut dyn FnMut(Event),
    duration_ms: i64,
    looks: Looks,
    since_detection: usize,
    last: Option<Mesh>,
    last_area: Option<Rect>,
    observations: Vec<Observation>,
    candidates: [Option<Candidate>; STRETCHES],
}

/// Looks at a whole video. `observe` is told of stages and progress.
///
/// # Errors
/// [`CaptureError`] where the video or a model is broken, or there is nothing to judge.
pub fn analyse_video(
    video: &Video,
    models: &ModelSet,
    observe: &mut dyn FnMut(Event),
) -> Result<Capture, CaptureError> {
    models.require(&[Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding])?;
    let total = video.len();
    let mut pass = Pass {
        models,
        observe,
        duration_ms: video.duration_ms(),
        looks: Looks::default(),
        since_detection: DETECT_EVERY,
        last: None,
        last_area: None,
        observations: Vec::new(),
        candidates: [const { None }; STRETCHES],
    };
    let mut pictures = 0;
    let mut size = (0, 0);
    let mut repeated = 0usize;
    let mut due = i64::MIN;
    let mut before: Option<Vec<f32>> = None;
    std::thread::scope(|scope| -> Result<(), CaptureError> {
        let (send, receive) = sync_channel::<Result<(Picture, Vec<f32>), VideoError>>(4);
        scope.spawn(move || {
            let decoded = match video.pictures() {
                Ok(decoded) => decoded,
                Err(error) => return drop(send.send(Err(error))),
            };
            for picture in decoded {
                let with_thumbnail = picture.map(|picture| {
                    let thumbnail = picture.thumbnail(32, 18);
                    (picture, thumbnail)
                });
                if send.send(with_thumbnail).is_err() {
                    return;
                }
            }
        });
        loop {
            (pass.observe)(Event::Stage(Stage::Decode));
            let Ok(received) = receive.recv() else { return Ok(()) };
            let (picture, thumbnail) = received?;
            pictures += 1;
            if let Some(before) = &before {
                let change: f32 = before.iter().zip(&thumbnail).map(|(a, b)| (a - b).abs()).sum();
                repeated += usize::from(change / (thumbnail.len() as f32) < SAME);
            }
            before = Some(thumbnail);
            if picture.pts_ms < due {
                continue;
            }
            due = picture.pts_ms.saturating_add(INTERVAL_MS);
            (pass.observe)(Event::Stage(Stage::Colour));
            let frame = picture.to_rgb();
            size = frame.image.dimensions();
            pass.look(frame)?;
            (pass.observe)(Event::Progress { done: pictures, total });
        }
    })?;
    let duration_ms = pass.duration_ms;
    let rate = pictures.saturating_sub(1) as f64 * 1000.0 / duration_ms.max(1) as f64;
    if duration_ms < MIN_DURATION_MS || rate < MIN_RATE {
        return Err(CaptureError::TooShort { pictures, duration_ms });
    }
    let looks = pass.looks;
    let share = |part: usize| part as f32 / looks.pictures.max(1) as f32;
    if share(looks.with_several) > MAX_SEVERAL {
        return Err(CaptureError::SeveralFaces { several: looks.with_several, looked: looks.pictures });
    }
    if share(looks.with_face) < MIN_FOUND || pass.observations.is_empty() {
        return Err(CaptureError::NoFace { found: looks.with_face, looked: looks.pictures });
    }
    let samples = pass.samples()?;
    if samples.is_empty() {
        return Err(CaptureError::NeverFrontal);
    }
    (pass.observe)(Event::Progress { done: total, total });
    let repeated = repeated as f32 / pictures.saturating_sub(1).max(1) as f32;
    Ok(Capture { pictures, duration_ms, size, observations: pass.observations, samples, looks, repeated })
}

impl Pass<'_> {
    /// Finds the face of a picture: by following it, or anew.
    fn find(&mut self, frame: &Frame) -> Result<Option<Mesh>, CaptureError> {
        self.since_detection += 1;
        if self.since_detection < DETECT_EVERY
            && let Some(last) = &self.last
        {
            (self.observe)(Event::Stage(Stage::Landmarks));
            if let Some(found) = mesh(self.models, &frame.image, &Region::of_mesh(last))? {
                return Ok(Some(found));
            }
        }
        (self.observe)(Event::Stage(Stage::Detect));
        self.since_detection = 0;
        self.looks.pictures += 1;
        let faces = detect(self.models, &frame.image)?;
        let largest = faces.iter().max_by(|one, other| one.area.area().total_cmp(&other.area.area()));
        let Some(&face) = largest else { return Ok(None) };
        self.looks.with_face += 1;
        let counts = |other: &&Face| other.area.area() >= SECOND_FACE * face.area.area();
        if faces.iter().filter(counts).count() > 1 {
            self.looks.with_several += 1;
        }
        if self.last_area.is_some_and(|area| area.overlap(&face.area) < JUMP) {
            self.looks.jumps += 1;
        }
        (self.observe)(Event::Stage(Stage::Landmarks));
        let region = match &self.last {
            Some(last) if last.area().overlap(&face.area) > 0.5 => Region::of_mesh(last),
            _ => Region::of_face(&face),
        };
        Ok(mesh(self.models, &frame.image, &region)?)
    }

    fn look(&mut self, frame: Frame) -> Result<(), CaptureError> {
        let Some(found) = self.find(&frame)? else {
            self.last = None;
            self.since_detection = DETECT_EVERY;
            return Ok(());
        };
        let lids = lids(self.models, &frame.image, &found)?;
        let face = found.as_face();
        let mut observation = Observation {
            pts_ms: frame.pts_ms,
            pose: found.pose,
            second_yaw: None,
            expression: found.expression,
            lids,
            rigid: RIGID.iter().map(|&index| found.point(index)).collect(),
            share_of_width: face.area.width / frame.image.width().max(1) as f32,
        };
        if found.pose.yaw.abs() >= ASK_SECOND {
            (self.observe)(Event::Stage(Stage::Pose));
            observation.second_yaw = second_yaw(self.models, &frame.image, &face)?;
        }
        self.observations.push(observation);
        self.last_area = Some(face.area);
        if found.pose.yaw.abs() <= FRONTAL.0 && found.pose.pitch.abs() <= FRONTAL.1 {
            (self.observe)(Event::Stage(Stage::Quality));
            if let Some(quality) = Quality::measure(&frame.image, &face) {
                // Sharp, frontal, eyes open, mouth closed.
                let merit = quality.sharpness.max(0.0).ln_1p() - found.pose.yaw.abs() / 10.0
                    + 4.0 * lids[0].min(lids[1]).min(0.3)
                    - 4.0 * found.expression.mouth_gap;
                self.offer(Candidate { frame, face, quality, merit });
            }
        }
        self.last = Some(found);
        Ok(())
    }

    fn offer(&mut self, candidate: Candidate) {
        let stretch = candidate.frame.pts_ms.max(0) * STRETCHES as i64 / (self.duration_ms.max(1) + 1);
        let place = usize::try_from(stretch).unwrap_or(0).min(STRETCHES - 1);
        let held = &mut self.candidates[place];
        if held.as_ref().is_none_or(|held| held.merit < candidate.merit) {
            *held = Some(candidate);
        }
    }

    /// What the costly networks say of the chosen pictures.
    fn samples(&mut self) -> Result<Vec<Sample>, CaptureError> {
        let mut samples = Vec::new();
        for candidate in std::mem::take(&mut self.candidates).into_iter().flatten() {
            let Candidate { frame, quality, face, .. } = candidate;
            // The detector's own five points: those are what the embedders' templates were fitted to.
            (self.observe)(Event::Stage(Stage::Detect));
            let found = detect(self.models, &frame.image)?;
            let same = |one: &&Face| one.area.overlap(&face.area) > 0.3;
            let Some(&face) = found.iter().find(same) else { continue };
            (self.observe)(Event::Stage(Stage::Embed));
            let embedding = embed(self.models, &frame.image, &face)?;
            (self.observe)(Event::Stage(Stage::Attack));
            let live_scores = live_scores(self.models, &frame.image, &face)?;
            samples.push(Sample { pts_ms: frame.pts_ms, face, quality, embedding, live_scores });
        }
        Ok(samples)
    }
}
