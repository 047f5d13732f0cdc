//! Whether one face was followed from start to end: never long out of sight, never somewhere else at once, never
//! beside another, and the same person in every stretch.

use super::super::capture::{Capture, Observation, Sample};
use super::super::geometry::Point;
use super::super::liveness::Cue;
use super::{ABOVE, BELOW, Verdict, cue};

/// Longest time without the face, in milliseconds: who hides longer than a hand passes by can be another.
pub const MAX_GAP_MS: f32 = 700.0;
/// Largest step of the face between two looks over the steps around it.
pub const MAX_JUMP: f32 = 4.0;
/// Eye distances added below that fraction: what the landmarks tremble, and a start of a movement.
const JUMP_FLOOR: f32 = 0.06;
/// Looks on either side that a step is held against.
const AROUND: usize = 2;
/// Most looks that may see a second face; one may be a poster for a moment, or the detector's error.
pub const MAX_SECOND_FACES: f32 = 1.0;
/// Least cosine of two stretches of one video where the manifest has no threshold.
pub const SAME_PERSON: f32 = 0.5;
/// How far it stands above the threshold of a match.
pub const ABOVE_A_MATCH: f32 = 0.04;

pub(super) fn cues(capture: &Capture, alike: f32) -> Vec<Cue> {
    let mut cues = Vec::new();
    let (at_ms, gap) = longest_gap(&capture.observations, capture.duration_ms);
    cues.push(cue("pad.gap", gap, MAX_GAP_MS, BELOW, Verdict::Undetermined).at(Some(at_ms)));
    let hardest = hardest_jump(&capture.observations);
    // A face found again where it was not is a jump, whatever lies between.
    let lost = capture.looks.jumps as f32 * (MAX_JUMP + 1.0);
    let (at_ms, jump) = hardest.unwrap_or((0, 0.0));
    let at_ms = if lost > jump { capture.jumped_at.first().copied() } else { Some(at_ms) };
    cues.push(cue("pad.jump", jump.max(lost), MAX_JUMP, BELOW, Verdict::Undetermined).at(at_ms));
    let several = capture.several_at.len() as f32;
    let second = cue("pad.second_face", several, MAX_SECOND_FACES, BELOW, Verdict::Undetermined);
    cues.push(second.at(capture.several_at.first().copied()));
    if let Some((at_ms, least)) = least_alike(&capture.samples) {
        let same = cue("pad.same_person", least, alike, ABOVE, Verdict::Undetermined);
        cues.push(same.at(Some(at_ms)));
    }
    cues
}

/// When the face was longest out of sight, and for how many milliseconds; start and end of the video count.
fn longest_gap(observations: &[Observation], duration_ms: i64) -> (i64, f32) {
    let seen = observations.iter().map(|observation| observation.pts_ms);
    let mut last = 0;
    let mut longest = (0, 0);
    for now in seen.chain([duration_ms]) {
        if now - last > longest.1 {
            longest = (last, now - last);
        }
        last = now;
    }
    (longest.0, longest.1 as f32)
}

/// How far the rigid points move from one look to the next, in eye distances.
fn step(one: &[Point], other: &[Point]) -> Option<f32> {
    // The outer eye corners: see `planarity`.
    let unit = one.get(12)?.distance(*one.get(15)?);
    if unit < 1.0 || one.len() != other.len() {
        return None;
    }
    let moved: f32 = one.iter().zip(other).map(|(a, b)| a.distance(*b)).sum();
    Some(moved / one.len() as f32 / unit)
}

/// The time of the hardest jump, and its step over those around it.
fn hardest_jump(observations: &[Observation]) -> Option<(i64, f32)> {
    let steps: Vec<(i64, f32)> = observations
        .windows(2)
        .filter_map(|pair| {
            // After a gap a face may be anywhere near: that is the gap's cue.
            let ms = pair[1].pts_ms - pair[0].pts_ms;
            let moved = step(&pair[0].rigid, &pair[1].rigid)?;
            Some((pair[1].pts_ms, if ms <= 250 { moved } else { 0.0 }))
        })
        .collect();
    let score = |index: usize| {
        let around = steps[index.saturating_sub(AROUND)..index]
            .iter()
            .chain(&steps[index + 1..(index + 1 + AROUND).min(steps.len())]);
        steps[index].1 / (JUMP_FLOOR + around.map(|(_, step)| *step).fold(0.0, f32::max))
    };
    (0..steps.len())
        .map(|index| (steps[index].0, score(index)))
        .max_by(|one, other| one.1.total_cmp(&other.1))
}

/// The least cosine of any two stretches, and when the later of them is: a swap and a swap back are both found. `None`
/// of fewer than three.
fn least_alike(samples: &[Sample]) -> Option<(i64, f32)> {
    if samples.len() < 3 {
        return None;
    }
    let pairs = samples.iter().enumerate().flat_map(|(index, one)| {
        samples[index + 1..]
            .iter()
            .filter_map(|other| Some((other.pts_ms, one.embedding.cosine(&other.embedding)?)))
    });
    pairs.min_by(|one, other| one.1.total_cmp(&other.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::geometry::Rect;
    use crate::biometrics::landmarks::{Expression, Pose};

    /// A face at `place(t)`, in eye distances of 50 pixels.
    fn walk(place: impl Fn(f32) -> f32) -> Vec<Observation> {
        (0..60)
            .map(|index| {
                let x = 50.0 * place(index as f32 * 0.08);
                let rigid = (0..36).map(|point| {
                    let (column, row) = match point {
                        12 => (0, 2),
                        15 => (5, 2),
                        _ => (point % 6, point / 6),
                    };
                    Point::new(300.0 + x + 10.0 * column as f32, 200.0 + 10.0 * row as f32)
                });
                Observation {
                    pts_ms: index * 80,
                    pose: Pose::default(),
                    second: None,
                    expression: Expression::default(),
                    lids: [0.3; 2],
                    rigid: rigid.collect(),
                    area: Rect::default(),
                    share_of_width: 0.2,
                    surroundings: Vec::new(),
                }
            })
            .collect()
    }

    #[test]
    fn a_head_that_starts_and_stops_does_not_jump() {
        let turn = walk(|t| 1.2 * ((t - 2.0) / 0.3).tanh() + 0.05 * (t * 3.0).sin());
        assert!(hardest_jump(&turn).unwrap().1 < MAX_JUMP, "{:?}", hardest_jump(&turn));
        let swapped = walk(|t| if t < 2.0 { 0.0 } else { 0.5 } + 0.05 * (t * 3.0).sin());
        let (at_ms, value) = hardest_jump(&swapped).unwrap();
        assert!(at_ms == 2000 && value > MAX_JUMP, "{at_ms} {value}");
        assert!(hardest_jump(&[]).is_none());
    }

    #[test]
    fn the_longest_gap_counts_start_and_end() {
        let all = walk(|_| 0.0);
        assert_eq!(longest_gap(&all, 4720), (0, 80.0));
        assert_eq!(longest_gap(&[], 3000), (0, 3000.0));
        let hidden = [&all[..20], &all[31..]].concat();
        assert_eq!(longest_gap(&hidden, 4720), (1520, 960.0));
        assert_eq!(longest_gap(&all[..30], 4720), (2320, 2400.0));
    }
}
