//! The pass over a video. Pictures are decoded and turned into colours in one thread and looked at in another; faces
//! are detected every few pictures and followed by the mesh in between, and what else is asked of a picture runs side
//! by side; networks that need a frontal face see one picture of each stretch, all cores at once.
//! Every decoded picture leaves a trace, so that nothing between two looks is missed.

use super::capture::{
    Capture, CaptureError, Event, Looks, MAX_SEVERAL, MIN_DURATION_MS, MIN_FOUND, MIN_RATE, Observation,
    Sample, Stage,
};
use super::detect::{Face, detect};
use super::embed::embed;
use super::geometry::Rect;
use super::injection;
use super::landmarks::{Mesh, Pose, RIGID, Region, largest, lids, mesh, mesh_of};
use super::models::{ModelSet, Task};
use super::pad::frames::{self, Trace};
use super::pad::{grid, live_scores, rectangle, surroundings};
use super::pose::second_pose;
use super::quality::Quality;
use super::video::{Frame, Video, VideoError};
use crate::consent::Ground;
use std::sync::mpsc::sync_channel;
use std::thread::ScopedJoinHandle;

/// Least time between two pictures that are looked at: 12.5 a second of 25, 15 of 30.
const INTERVAL_MS: i64 = 60;
/// A face is detected anew in every such picture that is looked at; the mesh follows it in between.
const DETECT_EVERY: usize = 5;
/// Stretches of the video, each of which gives one frontal picture.
const STRETCHES: usize = 12;
/// Frontal, in degrees of yaw, of pitch (which has an offset of each person's own) and of roll.
const FRONTAL: (f32, f32, f32) = (12.0, 28.0, 15.0);
/// A second face counts from this share of the first one's area.
const SECOND_FACE: f32 = 0.15;
/// Overlap below which a face found again is somewhere else.
const JUMP: f32 = 0.1;
/// Cells across and down of the picture in which an unchanged part is looked for: three by three make one of a trace.
const FINE: (usize, usize) = (3 * frames::CELLS.0, 3 * frames::CELLS.1);

struct Candidate {
    frame: Frame,
    face: Face,
    quality: Quality,
    merit: f32,
}

struct Pass<'a> {
    models: &'a ModelSet,
    ground: &'a Ground,
    observe: &'a mut dyn FnMut(Event),
    duration_ms: i64,
    looks: Looks,
    since_detection: usize,
    last: Option<Mesh>,
    last_area: Option<Rect>,
    observations: Vec<Observation>,
    several_at: Vec<i64>,
    jumped_at: Vec<i64>,
    candidates: [Option<Candidate>; STRETCHES],
}

/// Looks at a whole video. `observe` is told of stages and progress.
///
/// # Errors
/// [`CaptureError`] where the video or a model is broken, or there is nothing to judge.
pub fn analyse_video(
    video: &Video,
    models: &ModelSet,
    ground: &Ground,
    observe: &mut dyn FnMut(Event),
) -> Result<Capture, CaptureError> {
    models.require(&[Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding])?;
    let total = video.len();
    let mut pass = Pass {
        models,
        ground,
        observe,
        duration_ms: video.duration_ms(),
        looks: Looks::default(),
        since_detection: DETECT_EVERY,
        last: None,
        last_area: None,
        observations: Vec::new(),
        several_at: Vec::new(),
        jumped_at: Vec::new(),
        candidates: [const { None }; STRETCHES],
    };
    let mut pictures = 0;
    let mut size = (0, 0);
    let mut traces: Vec<Trace> = Vec::new();
    std::thread::scope(|scope| -> Result<(), CaptureError> {
        let (send, receive) = sync_channel::<Result<Decoded, VideoError>>(4);
        scope.spawn(move || decode(video, |decoded| send.send(decoded).is_ok()));
        loop {
            (pass.observe)(Event::Stage(Stage::Decode));
            let Ok(received) = receive.recv() else { return Ok(()) };
            let Decoded { trace, frame } = received?;
            pictures += 1;
            traces.push(trace);
            let Some(frame) = frame else { continue };
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
    Ok(Capture {
        pictures,
        duration_ms,
        size,
        observations: pass.observations,
        samples,
        looks,
        several_at: pass.several_at,
        jumped_at: pass.jumped_at,
        repeated: frames::repeated(&traces),
        injection: injection::signs(video.file(), &video.times_us(), &traces),
        traces,
        ground: ground.clone(),
    })
}

/// What the thread that decodes makes of a picture.
struct Decoded {
    trace: Trace,
    /// In colour, where it is to be looked at.
    frame: Option<Frame>,
}

/// Decodes a video until it ends or nobody takes what `give` is given.
fn decode(video: &Video, give: impl Fn(Result<Decoded, VideoError>) -> bool) {
    let pictures = match video.pictures() {
        Ok(pictures) => pictures,
        Err(error) => {
            give(Err(error));
            return;
        }
    };
    let mut due = i64::MIN;
    let mut before: Option<Vec<f32>> = None;
    for picture in pictures {
        let decoded = picture.map(|picture| {
            let fine = picture.thumbnail(FINE.0, FINE.1);
            let trace = trace(picture.pts_ms, &fine, before.as_deref());
            before = Some(fine);
            let frame = (picture.pts_ms >= due).then(|| picture.to_rgb());
            if frame.is_some() {
                due = picture.pts_ms.saturating_add(INTERVAL_MS);
            }
            Decoded { trace, frame }
        });
        if !give(decoded) {
            return;
        }
    }
}

/// What is kept of a picture, from its fine cells and those of the one before.
fn trace(pts_ms: i64, fine: &[f32], before: Option<&[f32]>) -> Trace {
    let mut cells = vec![0.0; frames::CELLS.0 * frames::CELLS.1];
    for (index, value) in fine.iter().enumerate() {
        let (column, row) = (index % FINE.0 / 3, index / FINE.0 / 3);
        cells[row * frames::CELLS.0 + column] += value / 9.0;
    }
    let unchanged = before.map(|before| {
        let same = before.iter().zip(fine).filter(|(one, other)| (*one - *other).abs() < 1e-4).count();
        same as f32 / fine.len().max(1) as f32
    });
    Trace { pts_ms, cells, unchanged }
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
        let Some((face, others)) = largest(self.models, &frame.image, &faces, SECOND_FACE)? else {
            return Ok(None);
        };
        self.looks.with_face += 1;
        if others > 0 {
            self.looks.with_several += 1;
            self.several_at.push(frame.pts_ms);
        }
        if self.last_area.is_some_and(|area| area.overlap(&face.area) < JUMP) {
            self.looks.jumps += 1;
            self.jumped_at.push(frame.pts_ms);
        }
        (self.observe)(Event::Stage(Stage::Landmarks));
        if let Some(last) = self.last.as_ref().filter(|last| last.area().overlap(&face.area) > 0.5) {
            return Ok(mesh(self.models, &frame.image, &Region::of_mesh(last))?);
        }
        Ok(mesh_of(self.models, &frame.image, &face)?)
    }

    fn look(&mut self, frame: Frame) -> Result<(), CaptureError> {
        let Some(found) = self.find(&frame)? else {
            self.last = None;
            self.since_detection = DETECT_EVERY;
            return Ok(());
        };
        let face = found.as_face();
        (self.observe)(Event::Stage(Stage::Pose));
        let (lids, second) = std::thread::scope(|scope| {
            let aside = scope.spawn(|| lids(self.models, &frame.image, &found));
            let second = second_pose(self.models, &frame.image, &face);
            (joined(aside), second)
        });
        let (lids, second) = (lids?, second?);
        self.observations.push(Observation {
            pts_ms: frame.pts_ms,
            pose: found.pose,
            second,
            expression: found.expression,
            lids,
            rigid: RIGID.iter().map(|&index| found.point(index)).collect(),
            area: face.area,
            share_of_width: face.area.width / frame.image.width().max(1) as f32,
            surroundings: surroundings::small(&frame.image),
        });
        self.last_area = Some(face.area);
        if frontal(&found.pose) {
            (self.observe)(Event::Stage(Stage::Quality));
            if let Some(quality) = Quality::measure(&frame.image, &face) {
                // Sharp, frontal, upright, eyes open, mouth closed and at rest.
                let merit = quality.sharpness.max(0.0).ln_1p()
                    - (found.pose.yaw.abs() + found.pose.roll.abs()) / 10.0
                    + 4.0 * lids[0].min(lids[1]).min(0.3)
                    - 4.0 * (found.expression.mouth_gap + found.expression.mouth_width);
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

    /// What the costly networks say of the chosen pictures, in their order; each core takes every so many.
    fn samples(&mut self) -> Result<Vec<Sample>, CaptureError> {
        (self.observe)(Event::Stage(Stage::Embed));
        // All of them, whatever the face does there: who is left out could be somebody else.
        let candidates: Vec<Candidate> = std::mem::take(&mut self.candidates).into_iter().flatten().collect();
        let (models, ground, candidates) = (self.models, self.ground, &candidates);
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(candidates.len());
        let shares = std::thread::scope(|scope| {
            let work = |first: usize| {
                let share = candidates.iter().enumerate().skip(first).step_by(cores);
                share
                    .map(|(place, candidate)| Ok((place, sample(models, ground, candidate)?)))
                    .collect::<Result<Vec<_>, _>>()
            };
            let at_work: Vec<_> = (0..cores).map(|first| scope.spawn(move || work(first))).collect();
            at_work.into_iter().map(joined).collect::<Result<Vec<Vec<_>>, CaptureError>>()
        })?;
        let mut samples: Vec<(usize, Option<Sample>)> = shares.into_iter().flatten().collect();
        samples.sort_by_key(|(place, _)| *place);
        Ok(samples.into_iter().filter_map(|(_, sample)| sample).collect())
    }
}

/// Whether a head looks into the camera upright: what is turned or tilted further is not compared.
const fn frontal(pose: &Pose) -> bool {
    pose.yaw.abs() <= FRONTAL.0 && pose.pitch.abs() <= FRONTAL.1 && pose.roll.abs() <= FRONTAL.2
}

/// What a thread came to; its panic goes on in the one that waits.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What the costly networks say of a picture; `None` where the detector does not see the face that the mesh saw.
fn sample(models: &ModelSet, ground: &Ground, candidate: &Candidate) -> Result<Option<Sample>, CaptureError> {
    let Candidate { frame, quality, face, .. } = candidate;
    // The detector's own five points: most embedders' templates were fitted to those (see `embed::to_align`).
    let found = detect(models, &frame.image)?;
    let same = |one: &&Face| one.area.overlap(&face.area) > 0.3;
    let Some(&face) = found.iter().find(same) else { return Ok(None) };
    Ok(Some(Sample {
        pts_ms: frame.pts_ms,
        face,
        quality: *quality,
        embedding: embed(models, &frame.image, &face, ground)?,
        live_scores: live_scores(models, &frame.image, &face)?,
        third_side: rectangle::third_side(&frame.image, &face.area),
        raster: grid::raster(&frame.image, &face.area),
    }))
}

#[cfg(test)]
mod tests {
    use super::{Pose, frontal};

    #[test]
    fn a_head_that_is_turned_or_tilted_is_not_frontal() {
        let calm = Pose { yaw: 8.0, pitch: -20.0, roll: 10.0 };
        assert!(frontal(&calm) && frontal(&Pose { yaw: -8.0, roll: -10.0, ..calm }));
        for away in [Pose { yaw: -13.0, ..calm }, Pose { pitch: 29.0, ..calm }, Pose { roll: -16.0, ..calm }]
        {
            assert!(!frontal(&away), "{away:?}");
        }
    }
}
