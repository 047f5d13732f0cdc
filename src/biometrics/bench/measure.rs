//! From what was seen to figures.
//! Source: ISO/IEC 19795-1 (verification), ISO/IEC 30107-3 (APCER by instrument, BPCER; here of single pictures).

use super::layout::Item;
use super::look::{Difference, Seen};
use super::pairs::{Accuracy, PairList, accuracy};
use crate::biometrics::embed::Embedding;
use crate::biometrics::error_rates::{Gallery, Label, Scores};
use crate::biometrics::models::calibration::wilson;
use serde::Serialize;
use std::collections::BTreeMap;

/// Fewest pictures of a sitting whose mean stands for a video.
const LEAST_FRAMES: usize = 4;

/// A count out of many, with the interval that holds the true share with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// The share, 0 to 1.
    pub rate: f64,
    /// Where it may lie.
    pub interval: [f64; 2],
}

impl Share {
    /// So many of so many.
    #[must_use]
    pub fn new(count: usize, of: usize) -> Self {
        let rate = count as f64 / of.max(1) as f64;
        Self { count, of, rate, interval: wilson(count as u64, of as u64) }
    }
}

/// How a detector did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// Pictures with a face found, of those that could be read.
    pub found: Share,
    /// Pictures with more than one.
    pub several: usize,
    /// Files that could not be decoded.
    pub unreadable: usize,
    /// Against the other set's detector, where one was asked.
    pub against: Option<Disagreement>,
}

/// How far five points are from those of another detector, in its distances of the eyes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// Faces of the other one that were found, of all of its faces.
    pub found: Share,
    /// Mean over faces.
    pub mean: f32,
    /// Median.
    pub median: f32,
    /// 95 of 100 lie below.
    pub p95: f32,
}

/// Figures of detection.
#[must_use]
pub fn detection(seen: &[Seen]) -> Detection {
    let readable = seen.iter().filter(|seen| !seen.unreadable);
    let found = readable.clone().filter(|seen| seen.faces > 0).count();
    let mut points = Vec::new();
    let mut missed = 0;
    for difference in seen.iter().filter_map(|seen| seen.difference) {
        match difference {
            Difference::Points(distance) => points.push(distance),
            Difference::Missed => missed += 1,
            Difference::NoReference => {}
        }
    }
    points.sort_by(f32::total_cmp);
    let part =
        |part: usize| points.get(points.len().saturating_sub(1) * part / 100).copied().unwrap_or(f32::NAN);
    let against = (points.len() + missed > 0).then(|| Disagreement {
        found: Share::new(points.len(), points.len() + missed),
        mean: points.iter().sum::<f32>() / points.len() as f32,
        median: part(50),
        p95: part(95),
    });
    Detection {
        found: Share::new(found, readable.count()),
        several: seen.iter().filter(|seen| seen.faces > 1).count(),
        unreadable: seen.iter().filter(|seen| seen.unreadable).count(),
        against,
    }
}

/// What networks say of attacks and of live people, picture by picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attacks {
    /// At or above this score: live.
    pub threshold: f32,
    /// Live people taken for attacks (BPCER).
    pub bpcer: Share,
    /// Attacks taken for live people (APCER), by instrument.
    pub apcer: BTreeMap<String, Share>,
    /// Pictures without a face, of which nothing is said.
    pub not_judged: usize,
}

/// Figures of attack detection; `None` where no network was asked or the set has no attacks.
#[must_use]
pub fn attacks(items: &[Item], seen: &[Seen], threshold: f32) -> Option<Attacks> {
    let mut live: Vec<bool> = Vec::new();
    let mut fake: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let mut not_judged = 0;
    for (item, seen) in items.iter().zip(seen) {
        let Some(score) = seen.live else {
            not_judged += 1;
            continue;
        };
        match &item.instrument {
            None => live.push(score < threshold),
            Some(instrument) => fake.entry(instrument.clone()).or_default().push(score >= threshold),
        }
    }
    if live.is_empty() || fake.is_empty() {
        return None;
    }
    let share = |errors: &[bool]| Share::new(errors.iter().filter(|error| **error).count(), errors.len());
    let apcer = fake.iter().map(|(instrument, errors)| (instrument.clone(), share(errors))).collect();
    Some(Attacks { threshold, bpcer: share(&live), apcer, not_judged })
}

/// The vectors of everybody who is named, to compare each with each.
#[must_use]
pub fn gallery(items: &[Item], seen: &[Seen]) -> Gallery {
    let mut gallery = Gallery::default();
    for (embedding, label) in named(items, seen) {
        gallery.add(embedding.clone(), label);
    }
    gallery
}

fn named<'a>(items: &'a [Item], seen: &'a [Seen]) -> impl Iterator<Item = (&'a Embedding, Label)> {
    items.iter().zip(seen).filter_map(|(item, seen)| Some((seen.embedding.as_ref()?, item.label?)))
}

/// Each picture against the mean of each sitting but its own: as a portrait is compared with a video. `None` where
/// no sitting has several pictures.
#[must_use]
pub fn against_sittings(items: &[Item], seen: &[Seen], elsewhere: &[f32]) -> Option<Scores> {
    let mut sittings: BTreeMap<u32, (Label, Vec<&Embedding>)> = BTreeMap::new();
    for (embedding, label) in named(items, seen) {
        sittings.entry(label.sitting).or_insert_with(|| (label, Vec::new())).1.push(embedding);
    }
    let long = sittings.into_values().filter(|(_, frames)| frames.len() >= LEAST_FRAMES);
    let means: Vec<(Label, Embedding)> =
        long.filter_map(|(label, frames)| Some((label, Embedding::mean(frames)?))).collect();
    let most = items.len() as u64 * means.len() as u64;
    let mut scores = Scores::new(most, elsewhere);
    for (portrait, label) in named(items, seen) {
        for (of, mean) in means.iter().filter(|(of, _)| of.sitting != label.sitting) {
            let Some(score) = portrait.cosine(mean) else { continue };
            if of.person == label.person { scores.genuine(score) } else { scores.impostor(score) }
        }
    }
    let (genuine, impostor) = scores.pairs();
    (genuine > 0 && impostor > 0).then_some(scores)
}

/// Scores of listed pairs, and the accuracy over their folds. A pair with a picture in which nobody was found counts
/// as the lowest score: nobody is let in without a face.
#[derive(Debug)]
pub struct Verification {
    /// The scores.
    pub scores: Scores,
    /// The accuracy, where there are folds.
    pub accuracy: Option<Accuracy>,
    /// Pairs with a picture without a face.
    pub without_face: usize,
}

/// Compares listed pairs.
#[must_use]
pub fn verification(pairs: &PairList, seen: &[Seen], elsewhere: &[f32]) -> Verification {
    let mut scores = Scores::new(pairs.pairs().count() as u64, elsewhere);
    let mut without_face = 0;
    let mut folds = Vec::new();
    for fold in &pairs.folds {
        let mut scored = Vec::new();
        for pair in fold {
            let embedding = |place: usize| seen.get(place).and_then(|seen| seen.embedding.as_ref());
            let score = embedding(pair.one).zip(embedding(pair.other)).and_then(|(a, b)| a.cosine(b));
            without_face += usize::from(score.is_none());
            let score = score.unwrap_or(-1.0);
            if pair.genuine {
                scores.genuine(score)
            } else {
                scores.impostor(score)
            }
            scored.push((score, pair.genuine));
        }
        folds.push(scored);
    }
    Verification { scores, accuracy: accuracy(&folds), without_face }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn item(label: Option<(u32, u32)>, instrument: Option<&str>) -> Item {
        let label = label.map(|(person, sitting)| Label { person, sitting });
        Item { path: PathBuf::new(), label, instrument: instrument.map(str::to_owned) }
    }

    #[test]
    fn errors_of_attack_detection_are_counted_by_instrument() {
        let items = [
            item(None, None),
            item(None, None),
            item(None, Some("print")),
            item(None, Some("print")),
            item(None, Some("screen")),
            item(None, Some("screen")),
        ];
        let seen = [Some(0.9), Some(0.4), Some(0.1), Some(0.6), Some(0.1), None].map(|live| Seen {
            faces: 1,
            live,
            ..Seen::default()
        });
        let found = attacks(&items, &seen, 0.5).unwrap();
        assert_eq!((found.bpcer.count, found.bpcer.of), (1, 2));
        assert_eq!((found.apcer["print"].count, found.apcer["print"].of), (1, 2));
        assert_eq!((found.apcer["screen"].count, found.apcer["screen"].of), (0, 1));
        assert_eq!(found.not_judged, 1);
        assert!(attacks(&items[..2], &seen[..2], 0.5).is_none());
    }

    #[test]
    fn a_portrait_is_held_against_the_means_of_other_sittings() {
        let mut items = Vec::new();
        let mut seen = Vec::new();
        for (person, sitting, angle) in [(0u32, 0u32, 0.0f32), (0, 1, 0.1), (1, 2, 1.5)] {
            for frame in 0..4 {
                items.push(item(Some((person, sitting)), None));
                let angle = angle + frame as f32 * 0.01;
                let embedding = Embedding::of_direction(&[angle.cos(), angle.sin()]);
                seen.push(Seen { faces: 1, embedding, ..Seen::default() });
            }
        }
        let scores = against_sittings(&items, &seen, &[0.9]).unwrap();
        assert_eq!(scores.pairs(), (8, 16));
        let rates: Vec<_> = scores.elsewhere().collect();
        assert_eq!((rates[0].false_match_rate, rates[0].false_non_match_rate), (0.0, 0.0));
        assert_eq!(gallery(&items, &seen).all_pairs(1, &[]).pairs(), (16, 32));
    }

    #[test]
    fn a_pair_without_a_face_never_matches() {
        let pair = |one, other, genuine| super::super::Pair { one, other, genuine };
        let pairs = PairList { folds: vec![vec![pair(0, 1, true), pair(0, 2, false)]] };
        let embedding = Embedding::of_direction(&[1.0, 0.0]);
        let face = Seen { faces: 1, embedding, ..Seen::default() };
        let found = verification(&pairs, &[face.clone(), Seen::default(), face], &[0.5]);
        assert_eq!(found.without_face, 1);
        let rates: Vec<_> = found.scores.elsewhere().collect();
        assert_eq!((rates[0].false_non_match_rate, rates[0].false_match_rate), (1.0, 1.0));
    }

    #[test]
    fn detection_counts_what_could_be_read() {
        let seen = |faces, unreadable, difference| Seen { faces, unreadable, difference, ..Seen::default() };
        let found = detection(&[
            seen(1, false, Some(Difference::Points(0.02))),
            seen(2, false, Some(Difference::Points(0.04))),
            seen(0, false, Some(Difference::Missed)),
            seen(0, true, None),
            seen(0, false, Some(Difference::NoReference)),
        ]);
        assert_eq!((found.found.count, found.found.of, found.several, found.unreadable), (2, 4, 1, 1));
        let against = found.against.unwrap();
        assert_eq!((against.found.count, against.found.of), (2, 3));
        assert!((against.mean - 0.03).abs() < 1e-6);
    }
}
