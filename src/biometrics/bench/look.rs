//! Looking at every picture of a set, on several threads: the graphs are shared, the pictures are not.

use super::layout::Item;
use super::picture;
use crate::biometrics::detect::{Face, detect};
use crate::biometrics::embed::{Embedding, embed};
use crate::biometrics::geometry::Point;
use crate::biometrics::models::{ModelError, ModelSet};
use crate::biometrics::pad::live_scores;
use crate::consent::Ground;
use image::RgbImage;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Overlap from which on two detectors mean the same face.
const SAME_FACE: f32 = 0.3;

/// What to look for.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// The models.
    pub models: &'a ModelSet,
    /// Whose faces are taken for the truth that the models' are held against.
    pub against: Option<&'a ModelSet>,
    /// Whether to embed.
    pub embed: bool,
    /// Whether to ask the attack networks.
    pub attacks: bool,
    /// On how many threads.
    pub threads: usize,
}

/// How a detector differs from another on one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Difference {
    /// The other one finds no face either way to compare with.
    NoReference,
    /// The other one finds a face, this one does not.
    Missed,
    /// Mean distance of the five points over the other one's distance of the eyes.
    Points(f32),
}

/// What was seen in one picture.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The file cannot be decoded.
    pub unreadable: bool,
    /// Faces found.
    pub faces: usize,
    /// The vector of the face that the picture is of.
    pub embedding: Option<Embedding>,
    /// Mean score of the attack networks.
    pub live: Option<f32>,
    /// Against the other detector, where one was asked.
    pub difference: Option<Difference>,
}

/// Looks at every picture; `progress` is told how many are done. The answer is in the order of `items`.
///
/// # Errors
/// [`ModelError`] where a model is missing or broken; a picture that cannot be decoded is no error but is counted.
pub fn look(
    looking: &Looking<'_>,
    items: &[Item],
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Seen>, ModelError> {
    each(items, looking.threads, progress, |item| look_at(looking, item))
}

/// Does work on every item, on so many threads; stops at the first error. The answer is in the order of `items`.
pub(super) fn each<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    progress: &(dyn Fn(usize) + Sync),
    work: impl Fn(&I) -> Result<T, ModelError> + Sync,
) -> Result<Vec<T>, ModelError> {
    let (next, done, stop) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let found: Mutex<Vec<Option<T>>> = Mutex::new(items.iter().map(|_| None).collect());
    let failed: Mutex<Option<ModelError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(place) else { return };
                    match work(item) {
                        Ok(seen) => {
                            found.lock().unwrap_or_else(PoisonError::into_inner)[place] = Some(seen);
                            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                        }
                        Err(error) => {
                            stop.store(true, Ordering::Relaxed);
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    // Without an error every place was filled.
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect())
}

fn look_at(looking: &Looking<'_>, item: &Item) -> Result<Seen, ModelError> {
    let Ok(picture) = picture::read(&item.path) else {
        return Ok(Seen { unreadable: true, ..Seen::default() });
    };
    let faces = detect(looking.models, &picture)?;
    let subject = subject(&faces, &picture);
    let mut seen = Seen { faces: faces.len(), ..Seen::default() };
    if let Some(other) = looking.against {
        let reference = detect(other, &picture)?;
        seen.difference = Some(difference(&faces, self::subject(&reference, &picture)));
    }
    if let Some(face) = subject {
        if looking.embed {
            seen.embedding = Some(embed(looking.models, &picture, face, &Ground::evaluation())?);
        }
        if looking.attacks {
            let scores = live_scores(looking.models, &picture, face)?;
            seen.live = (!scores.is_empty()).then(|| scores.iter().sum::<f32>() / scores.len() as f32);
        }
    }
    Ok(seen)
}

/// The face that a picture is of: the largest of those that hold its centre, else the largest.
pub(super) fn subject<'a>(faces: &'a [Face], picture: &RgbImage) -> Option<&'a Face> {
    let (x, y) = (picture.width() as f32 / 2.0, picture.height() as f32 / 2.0);
    let holds = |face: &Face| {
        let area = face.area;
        (area.x..area.x + area.width).contains(&x) && (area.y..area.y + area.height).contains(&y)
    };
    let rank = |face: &&Face| (holds(face), face.area.area());
    faces.iter().max_by(|one, other| {
        let ((one_holds, one_area), (other_holds, other_area)) = (rank(one), rank(other));
        one_holds.cmp(&other_holds).then(one_area.total_cmp(&other_area))
    })
}

/// The face that another detector means by `reference`.
pub(super) fn same_face<'a>(faces: &'a [Face], reference: &Face) -> Option<&'a Face> {
    let overlap = |face: &&Face| face.area.overlap(&reference.area);
    let nearest = faces.iter().max_by(|one, other| overlap(one).total_cmp(&overlap(other)));
    nearest.filter(|face| overlap(face) >= SAME_FACE)
}

fn difference(faces: &[Face], reference: Option<&Face>) -> Difference {
    let Some(reference) = reference else { return Difference::NoReference };
    let Some(face) = same_face(faces, reference) else { return Difference::Missed };
    let distance = |(one, other): (&Point, &Point)| one.distance(*other);
    let sum: f32 = face.points.iter().zip(&reference.points).map(distance).sum();
    Difference::Points(sum / 5.0 / reference.eye_distance().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::geometry::Rect;

    fn face(x: f32, y: f32, side: f32) -> Face {
        let at = |dx: f32, dy: f32| Point::new(x + dx * side, y + dy * side);
        Face {
            area: Rect { x, y, width: side, height: side },
            points: [at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.35, 0.8), at(0.65, 0.8)],
            score: 0.9,
        }
    }

    #[test]
    fn the_face_in_the_middle_is_the_subject() {
        let picture = RgbImage::new(200, 200);
        let faces = [face(0.0, 0.0, 90.0), face(80.0, 80.0, 40.0), face(70.0, 70.0, 60.0)];
        assert_eq!(subject(&faces, &picture), Some(&faces[2]));
        assert_eq!(subject(&faces[..1], &picture), Some(&faces[0]));
        assert_eq!(subject(&[], &picture), None);
    }

    #[test]
    fn a_shift_of_all_points_is_its_length_over_the_distance_of_the_eyes() {
        let (one, moved) = (face(0.0, 0.0, 100.0), face(4.0, 0.0, 100.0));
        let Difference::Points(found) = difference(&[moved], Some(&one)) else { panic!("points") };
        assert!((found - 4.0 / 40.0).abs() < 1e-6, "{found}");
        assert_eq!(difference(&[face(300.0, 0.0, 100.0)], Some(&one)), Difference::Missed);
        assert_eq!(difference(&[one], None), Difference::NoReference);
    }
}
